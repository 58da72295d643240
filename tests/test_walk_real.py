"""If these fail, walks and catchments on real streets are not what another program finds.

The oracle is OSMnx's graph of the same data with networkx: the stop is snapped by brute force to
the nearest walkable segment, put into the graph as a node of its own, and the streets within
500 m are summed segment by segment. Nothing of ``transit.analysis`` or the engine is used there.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import networkx as nx
import numpy as np
import osmnx
import pandas as pd
import pytest
import shapely
from osm_real import as_xml, helsinki
from scipy.spatial import cKDTree
from test_osm_real import loaded_by_osmnx, walked_in_osmnx

from transit.analysis.catchment import stop_catchment
from transit.analysis.walk import lines_of, walk
from transit.sources.osm import from_osm
from transit.sources.osm.tags import WAY_KEYS, foot_access
from transit.units import project

LIMIT_M = 500.0
CENTIMETRE = 0.01


def segments(walks: nx.DiGraph) -> list[tuple[object, object]]:
    """Each street segment once, whichever ways it may be walked."""
    place = {node: number for number, node in enumerate(walks)}
    return sorted(
        {tuple(sorted(pair, key=place.get)) for pair in walks.edges if pair[0] != pair[1]},
        key=lambda pair: (place[pair[0]], place[pair[1]]),
    )


def with_stop(walks, xy, point):
    """``walks`` with a node ``stop`` on the segment nearest to ``point``; how far off that is."""
    pairs = segments(walks)
    lines = shapely.linestrings([[xy[a], xy[b]] for a, b in pairs])
    away = shapely.distance(lines, shapely.Point(point))
    first, last = pairs[int(away.argmin())]
    along = float(shapely.line_locate_point(lines[away.argmin()], shapely.Point(point)))
    graph = walks.copy()
    for tail, head, metres in ((first, last, along), (last, first, None)):
        if not graph.has_edge(tail, head):
            continue
        whole = graph.edges[tail, head]["weight"]
        graph.remove_edge(tail, head)
        # The metres along a line and its length may differ in the last digit.
        begin = min(metres, whole) if metres is not None else max(whole - along, 0.0)
        graph.add_edge(tail, "stop", weight=begin)
        graph.add_edge("stop", head, weight=whole - begin)
    return graph, float(away.min())


def reached_m(walks, graph, metres_to_stop, copies):
    """Length of the streets from which the stop can be walked to within the limit.

    ``copies`` counts the ways that share a segment; the stop splits only one of them.
    """
    total = 0.0
    for source, pairs in ((graph, segments(graph)), (walks, list(copies))):
        for first, last in pairs:
            count = copies.get((first, last), 0) if source is walks else 1
            spent = 0.0
            # A walker on the segment goes to an end where the segment may be walked that way.
            for tail, head in ((first, last), (last, first)):
                if source.has_edge(tail, head):
                    spent += max(LIMIT_M - metres_to_stop.get(head, np.inf), 0.0)
            data = source.get_edge_data(first, last) or source.get_edge_data(last, first)
            total += count * min(data["weight"], spent)
    return total


def shared_segments(graph, walks):
    """Segments that more than one way of OSMnx's ``graph`` runs over, and how many more."""
    ways = Counter()
    for tail, head, data in graph.edges(data=True):
        forward, backward = foot_access(
            {key: str(data[key]) for key in WAY_KEYS if key in data and key != "oneway"}
        )
        if (forward or backward) and not data["reversed"]:
            ways[frozenset((tail, head))] += 1
    return {
        pair: ways[frozenset(pair)] - 1 for pair in segments(walks) if ways[frozenset(pair)] > 1
    }


def split_at_vertices(graph, crs):
    """The saved graph with every vertex of a walkable street as a node, each course once."""
    xy = {n: project([(d["x"], d["y"])], crs)[0] for n, d in graph.nodes(data=True)}
    walks, seen = nx.DiGraph(), set()
    for tail, head, key, data in graph.edges(keys=True, data=True):
        classes = data["highway"] if isinstance(data["highway"], list) else [data["highway"]]
        closed = data.get("access", "yes") in ("no", "private")
        points = [xy[tail], xy[head]]
        if "geometry" in data:
            points = [points[0], *project(data["geometry"].coords, crs)[1:-1], points[1]]
        course = frozenset(tuple(np.round(point, 3)) for point in points)
        if closed or {"cycleway", "motorway_link"} & set(classes) or course in seen:
            continue
        seen.add(course)
        inner = [(tail, head, key, place) for place in range(1, len(points) - 1)]
        chain = [tail, *inner, head]
        xy |= dict(zip(inner, points[1:-1], strict=True))
        for (a, b), (p, q) in zip(pairwise(chain), pairwise(points), strict=True):
            metres = float(np.hypot(*(q - p)))
            walks.add_edge(a, b, weight=metres)
            walks.add_edge(b, a, weight=metres)
    return walks, xy


def check(streets, walks, xy, points, copies):
    """Compare ours with the oracle at every junction within the limit of each of ``points``."""
    own = cKDTree(streets.node_xy)
    other = cKDTree(np.array([xy[node] for node in walks]))
    compared = 0
    for point in points:
        anchor = streets.snap(np.array([point]), within_m=100)
        graph, away = with_stop(walks, xy, point)
        assert anchor.access_m[0] == pytest.approx(away, abs=CENTIMETRE)
        ours = walk(streets, anchor, limit_m=LIMIT_M, toward=True)
        theirs = nx.single_source_dijkstra_path_length(graph.reverse(), "stop")
        theirs = {node: metres + away for node, metres in theirs.items()}
        for node, metres in theirs.items():
            if node == "stop" or metres > LIMIT_M:
                continue
            # A bridge may cross a street exactly over its junction: then the place is no name.
            here = own.query_ball_point(xy[node], 1e-6)
            if len(here) == 1 and len(other.query_ball_point(xy[node], 1e-6)) == 1:
                assert ours.node_m[here[0]] == pytest.approx(metres, abs=CENTIMETRE)
                compared += 1
        length = shapely.length(lines_of(streets, ours.pieces(LIMIT_M))).sum()
        assert length == pytest.approx(reached_m(walks, graph, theirs, copies), abs=CENTIMETRE)
    assert compared > 10 * len(points)


@pytest.mark.helsinki
def test_helsinki_walks_and_catchments_agree_with_osmnx(tmp_path):
    """Six real bus stops of central Helsinki, each with its own snapping and cut streets."""
    network = from_osm(helsinki())
    xml = as_xml(helsinki(), tmp_path / "helsinki.osm")
    graph = loaded_by_osmnx(xml)
    walks, xy, _ = walked_in_osmnx(graph, network.crs)
    check(network.streets, walks, xy, network.stop_xy[::16], shared_segments(graph, walks))


@pytest.mark.helsinki
def test_nothing_beyond_the_limit_is_in_a_helsinki_catchment():
    """A point of the area whose walk were over 500 m would be promised a stop it does not have."""
    network = from_osm(helsinki())
    stop = network.feed.stops["stop_id"].iloc[10]
    area = stop_catchment(network, stop).area
    assert area.difference(shapely.Point(network.stop_xy[10]).buffer(LIMIT_M + 0.1)).area == 0
    assert stop_catchment(network, stop, limit_m=300).area.difference(area).area < CENTIMETRE


@pytest.mark.shared
def test_futian_walks_and_catchments_agree_with_osmnx(shared_data):
    """Stops of Shenzhen's 2020 table on the only real Shenzhen streets, as OSMnx saved them."""
    path = shared_data / "futian_osm" / "futian_osmnx.graphml"
    streets = from_osm(path).streets
    visits = pd.read_csv(shared_data / "shenzhen_bus_2020" / "line_stops_wgs84.csv")
    inside = visits["lon_wgs84"].between(114.005, 114.033) & visits["lat_wgs84"].between(
        22.522, 22.546
    )
    stops = visits[inside].drop_duplicates("stop").sort_values("stop")
    points = project(stops[["lon_wgs84", "lat_wgs84"]].to_numpy()[::12], streets.crs)
    near = streets.distance_to_nearest(points) < 100
    walks, xy = split_at_vertices(osmnx.load_graphml(path), streets.crs)
    check(streets, walks, xy, points[near], copies={})
