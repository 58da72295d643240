"""A street opened across real ones, against OSMnx on the same way drawn into the OSM file.

The file is cut to plain streets of a box. Into a copy the way is drawn as a mapper would: with
a node of its own at every street it crosses, which those streets then share. OSMnx reads the copy;
its graph, unsimplified and measured in the metric CRS, knows nothing of how ``transit`` joins ways.
"""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import osmnx
import pytest
import shapely
from osm_real import helsinki

from transit.engine.reach import node_distances
from transit.model.arcs import foot_arcs
from transit.model.network import Network
from transit.model.streets import Streets
from transit.scenario.scenario import Scenario
from transit.scenario.streets import CloseStreet, OpenStreet
from transit.sources.osm import from_osm
from transit.units import project

PLAIN = {"primary", "secondary", "tertiary", "residential", "unclassified", "primary_link",
         "secondary_link", "tertiary_link"}  # fmt: skip
KEPT_TAGS = ("highway", "oneway", "name")
Place = tuple[float, float]
Ways = dict[int, tuple[dict[str, str], list[int]]]


def plain_streets(source: Path, box: tuple[float, float, float, float]) -> tuple[dict, Ways]:
    """Positions of nodes, and ways of (tags, nodes), of the plain streets that lie in a box."""
    west, south, east, north = box
    nodes: dict[int, Place] = {}
    ways: Ways = {}
    for thing in osmium.FileProcessor(str(source)):
        if thing.is_node() and west <= thing.lon <= east and south <= thing.lat <= north:
            nodes[thing.id] = (thing.lon, thing.lat)
        elif thing.is_way() and thing.tags.get("highway") in PLAIN:
            refs = [node.ref for node in thing.nodes]
            if set(refs) <= set(nodes):
                tags = {key: thing.tags[key] for key in KEPT_TAGS if key in thing.tags}
                ways[thing.id] = (tags, refs)
    used = {ref for _, refs in ways.values() for ref in refs}
    return {ref: nodes[ref] for ref in sorted(used)}, ways


def drawn(nodes: dict, ways: Ways, link: tuple[Place, Place]) -> tuple[dict, Ways, list[int]]:
    """The same with the link drawn in, its ends and its crossings as nodes; and those nodes."""
    nodes, ways = dict(nodes), {way: (tags, list(refs)) for way, (tags, refs) in ways.items()}
    line = shapely.LineString(link)
    met: list[tuple[float, int]] = []
    ends = {0: np.inf, 1: np.inf}
    at_end: dict[int, tuple[int, int]] = {}
    for way, (_, refs) in ways.items():
        for place in range(len(refs) - 1, 0, -1):
            step = shapely.LineString([nodes[refs[place - 1]], nodes[refs[place]]])
            for end in (0, 1):
                away = step.distance(shapely.Point(link[end]))
                if away < ends[end]:
                    ends[end], at_end[end] = away, (way, place)
    taken = set(at_end.values())
    for way, (_, refs) in ways.items():
        for place in range(len(refs) - 1, 0, -1):
            step = shapely.LineString([nodes[refs[place - 1]], nodes[refs[place]]])
            if (way, place) in taken:
                end = next(end for end, where in at_end.items() if where == (way, place))
                point = step.interpolate(step.project(shapely.Point(link[end])))
                metres = float(end)
            elif step.intersects(line):
                point = step.intersection(line)
                metres = line.project(point, normalized=True)
            else:
                continue
            number = 10**12 + len(met)
            nodes[number] = (point.x, point.y)
            refs.insert(place, number)
            met.append((metres, number))
    through = [number for _, number in sorted(met)]
    ways[10**12] = ({"highway": "residential", "name": "link"}, through)
    return nodes, ways, through


def written(path: Path, nodes: dict, ways: Ways) -> Path:
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, lonlat in sorted(nodes.items()):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=lonlat, version=1))
        for number, (tags, refs) in sorted(ways.items()):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=tags, version=1))
    return path


def by_osmnx(path: Path, crs: str, sample: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Metres between the sample nodes on foot (both ways everywhere) and by bus (one-way)."""
    tables = []
    for both_ways in (True, False):
        graph = osmnx.graph_from_xml(path, bidirectional=both_ways, simplify=False, retain_all=True)
        number = list(graph.nodes)
        places = dict(zip(number, project([(graph.nodes[n]["x"], graph.nodes[n]["y"])
                                           for n in number], crs), strict=True))  # fmt: skip
        plain = nx.DiGraph()
        for tail, head in graph.edges():
            plain.add_edge(tail, head, metres=float(np.hypot(*(places[head] - places[tail]))))
        found = [nx.single_source_dijkstra_path_length(plain, n, weight="metres") for n in sample]
        tables.append([[row.get(node, np.inf) for node in sample] for row in found])
    return np.array(tables[0]), np.array(tables[1])


def by_transit(streets: Streets, rows: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """The same between nodes of ours."""
    tables = []
    for may in (streets.foot(), streets.motor()):
        arcs = foot_arcs(len(streets.node_xy), streets.ends(), streets.length_m, may)
        found = [node_distances(*arcs, np.array([row]), np.zeros(1), np.inf)[rows] for row in rows]
        tables.append(np.array(found))
    return tables[0], tables[1]


def check(network: Network, nodes: dict, ways: Ways, link: tuple[Place, Place], folder: Path,
          crossed: int) -> None:  # fmt: skip
    change = OpenStreet(way_id="N", points=link, datum="WGS-84", who="both", highway="residential",
                        tolerance_m=5, indicative=True, year=2024)  # fmt: skip
    after = Scenario("s", (change,)).apply(network)
    streets = after.streets
    edges = streets.edges
    rows = np.flatnonzero(edges["way_id"] == "N")
    assert len(rows) == crossed + 1
    joints = [int(edges["from_node"].iloc[row]) for row in rows[1:]]
    for joint in joints:  # the link and the street go on at both sides of every crossing
        meeting = (edges["from_node"] == joint) | (edges["to_node"] == joint)
        assert meeting.sum() == 4
        assert (edges.loc[meeting, ["foot_forward", "motor_forward"]]).all(axis=None)
    edited_nodes, edited_ways, through = drawn(nodes, ways, link)
    assert len(through) == crossed + 2
    path = written(folder / "edited.osm", edited_nodes, edited_ways)
    lonlat = np.array([edited_nodes[number] for number in through])
    mine = streets.node_xy[[*joints, int(edges["from_node"].iloc[rows[0]]),
                            int(edges["to_node"].iloc[rows[-1]])]]  # fmt: skip
    theirs = project(lonlat, streets.crs)
    for xy in mine:
        assert np.hypot(*(theirs - xy).T).min() < 0.1  # OSM keeps 7 decimals: a centimetre
    shared = {ref for ref in nodes if sum(ref in refs for _, refs in ways.values()) > 1}
    centre = project([np.mean(link, axis=0)], streets.crs)[0]
    away = {
        ref: float(np.hypot(*(project([nodes[ref]], streets.crs)[0] - centre))) for ref in shared
    }
    sample = sorted(shared, key=away.__getitem__)[:60:3]
    spots = project([nodes[ref] for ref in sample], streets.crs)
    tables = []
    for one in (network.streets, streets):
        row = [int(np.hypot(*(one.node_xy - spot).T).argmin()) for spot in spots]
        assert all(np.hypot(*(one.node_xy[r] - s)) < 0.05 for r, s in zip(row, spots, strict=True))
        tables.append(by_transit(one, row))
    before, now = tables
    for ours, osm, old in zip(now, by_osmnx(path, streets.crs, sample), before, strict=True):
        assert np.isfinite(ours).sum() > 300
        np.testing.assert_allclose(ours, osm, atol=0.1)
        assert (ours < old - 10).sum() >= 5  # the link is a short cut for some
    closed = Scenario("s", (change, CloseStreet(street="N"))).apply(network)
    assert closed.fingerprint() == network.fingerprint()


@pytest.mark.shared
def test_link_across_three_avenues_of_porto_alegre(shared_data, tmp_path):
    """If this fails, a new street in a real city misses the streets it crosses.

    From Avenida Brasil over Avenidas Paraná, Amazonas and Cairú to Avenida Pará.
    """
    link = ((-51.19436, -30.007255), (-51.196838, -30.005267))
    box = (-51.206, -30.016, -51.184, -29.997)
    nodes, ways = plain_streets(shared_data / "porto_alegre" / "poa_osm.pbf", box)
    network = from_osm(written(tmp_path / "base.osm", nodes, ways), crs="EPSG:32722")
    check(network, nodes, ways, link, tmp_path, crossed=3)


@pytest.mark.helsinki
def test_link_across_three_streets_of_helsinki(tmp_path):
    """If this fails, a new street in a real city misses the streets it crosses.

    From Yliopistonkatu over Fabianinkatu, Kirkkokatu and Unioninkatu to Rauhankatu.
    """
    link = ((24.9483826, 60.1698557), (24.9520473, 60.1715173))
    nodes, ways = plain_streets(helsinki(), (24.90, 60.14, 24.98, 60.20))
    network = from_osm(written(tmp_path / "base.osm", nodes, ways))
    check(network, nodes, ways, link, tmp_path, crossed=3)
