"""If these fail, walking distances on real streets differ from what the streets really are.

The oracle is OSMnx's own loader: it reads the same ways from OSM XML, keeps every node, and
networkx finds the shortest paths between them. Only the rules (which way is open to whom) are
ours on both sides; they have their own test. Lengths are metres in the same metric CRS.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
import osmnx
import pytest
from osm_real import as_xml, helsinki, loaded_by_osmnx, walk_graph
from scipy.spatial import cKDTree

from transit.errors import DataError
from transit.sources.osm import from_osm, read_osm
from transit.sources.osm.tags import WAY_KEYS, foot_access
from transit.units import project, transform

SEED = 20260401
APART_M = 1e-6


def walked_in_osmnx(graph, crs):
    """Steps that a walker may take, with metres in ``crs``; the positions of all nodes."""
    nodes = list(graph.nodes)
    source = graph.graph["crs"]
    lonlat = np.array([(graph.nodes[n]["x"], graph.nodes[n]["y"]) for n in nodes])
    xy = dict(zip(nodes, transform(lonlat, source, crs), strict=True))
    walks = nx.DiGraph()
    once = 0.0
    for tail, head, data in graph.edges(data=True):
        tags = {key: str(data[key]) for key in WAY_KEYS if key in data and key != "oneway"}
        forward, backward = foot_access(tags)
        metres = float(np.hypot(*(xy[tail] - xy[head])))
        if backward if data["reversed"] else forward:
            walks.add_edge(tail, head, weight=metres)
        if (forward or backward) and not data["reversed"]:
            once += metres
    return walks, xy, once


def same_places(streets, walks, xy):
    """Pairs (our node, OSMnx's node) at one position, where either has a single node there."""
    theirs = [node for node in walks if node in xy]
    tree = cKDTree(np.array([xy[node] for node in theirs]))
    tails, heads = streets.ends()
    ours = np.unique(np.concatenate([tails[streets.walkable], heads[streets.walkable]]))
    own = cKDTree(streets.node_xy)
    pairs = []
    for node in ours.tolist():
        here = tree.query_ball_point(streets.node_xy[node], APART_M)
        if len(here) == 1 and len(own.query_ball_point(streets.node_xy[node], APART_M)) == 1:
            pairs.append((node, theirs[here[0]]))
    assert len(pairs) > 0.95 * len(ours)
    return pairs


def largest_difference(streets, walks, xy, count):
    """The most that shortest walks from ``count`` junctions to all others differ, in metres."""
    pairs = same_places(streets, walks, xy)
    mine = walk_graph(streets)
    chosen = np.random.default_rng(SEED).choice(len(pairs), size=count, replace=False)
    worst, compared = 0.0, 0
    for row in chosen.tolist():
        own, other = pairs[row]
        ours = nx.single_source_dijkstra_path_length(mine, own)
        theirs = nx.single_source_dijkstra_path_length(walks, other)
        for a, b in pairs:
            assert (a in ours) == (b in theirs), "one of the two reaches it, the other does not"
            if a in ours:
                worst, compared = max(worst, abs(ours[a] - theirs[b])), compared + 1
    assert compared > count * len(pairs) / 10
    return worst


@pytest.fixture(scope="module")
def reading():
    return read_osm(helsinki())


@pytest.mark.helsinki
def test_helsinki_has_its_stops_lines_and_streets(reading):
    """92 nodes are ``highway=bus_stop`` (counted with osmium); lines call at two more places."""
    feed = reading.network.feed
    assert reading.network.crs == "EPSG:32635"
    assert len(feed.stops) == 94
    assert {"Postitalo", "Hakaniemi", "Lasipalatsi"} <= set(feed.stops["stop_name"])
    assert (feed.stops["year"] == 2019).all()
    assert feed.frequencies.empty
    assert feed.calls.groupby("pattern_id").size().min() >= 2
    table = reading.left_out.set_index("why")["count"]
    # The extract has 161 bus relations (counted with osmium), none of them of the older kind.
    assert len(feed.patterns) + table["fewer than two of their stops are in the data"] == 161


@pytest.mark.helsinki
def test_helsinki_walks_as_osmnx_reads_it(reading, tmp_path):
    streets = reading.network.streets
    xml = as_xml(helsinki(), tmp_path / "helsinki.osm")
    walks, xy, once = walked_in_osmnx(loaded_by_osmnx(xml), streets.crs)
    assert streets.length_m[streets.walkable].sum() == pytest.approx(once, abs=1e-3)
    assert largest_difference(streets, walks, xy, count=20) < 0.01


@pytest.mark.helsinki
@pytest.mark.parametrize("share", [0.001, 0.5, 0.999])
def test_an_extract_cut_short_is_refused(tmp_path, share):
    """Half a download must not pass for a small town."""
    whole = helsinki().read_bytes()
    path = tmp_path / "short.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(DataError, match="cannot be read"):
        from_osm(path)


@pytest.mark.helsinki
def test_part_of_helsinki_by_a_box(reading):
    box = (24.940, 60.168, 24.946, 60.172)
    part = from_osm(helsinki(), bbox=box)
    stops = reading.network.feed.stops
    lon, lat = stops["stop_lon"], stops["stop_lat"]
    inside = stops[(lon >= box[0]) & (lon <= box[2]) & (lat >= box[1]) & (lat <= box[3])]
    assert set(part.feed.stops["stop_id"]) <= set(inside["stop_id"])
    assert 0 < len(part.streets) < len(reading.network.streets)


@pytest.mark.shared
def test_porto_alegre_has_its_stops(shared_data):
    """1,054 nodes are bus stops (counted with osmium). The extract declares no box."""
    network = from_osm(shared_data / "porto_alegre" / "poa_osm.pbf")
    assert network.crs == "EPSG:32722"
    assert len(network.feed.stops) == 1054
    assert network.stop_in_area.all()


@pytest.mark.shared
def test_the_middle_of_porto_alegre_walks_as_osmnx_reads_it(shared_data, tmp_path):
    source = shared_data / "porto_alegre" / "poa_osm.pbf"
    xml = as_xml(source, tmp_path / "middle.osm", (-51.235, -30.04, -51.21, -30.025))
    streets = from_osm(xml).streets
    walks, xy, once = walked_in_osmnx(loaded_by_osmnx(xml), streets.crs)
    assert streets.length_m[streets.walkable].sum() == pytest.approx(once, abs=1e-3)
    assert largest_difference(streets, walks, xy, count=10) < 0.01


@pytest.mark.shared
def test_futian_walks_as_its_graph_does(shared_data):
    """Of 4,009 directed edges 1,181 are one-way: 1,181 + 2,828 / 2 = 2,595 streets in all."""
    path = shared_data / "futian_osm" / "futian_osmnx.graphml"
    reading = read_osm(path)
    streets = reading.network.streets
    assert streets.crs == "EPSG:4547"
    table = reading.left_out.set_index("why")["count"]
    assert len(streets) + table["open neither to walkers nor to buses"] == 2595
    assert reading.network.feed.stops.empty
    walks, xy = walked_in_graph(osmnx.load_graphml(path), streets.crs)
    assert largest_difference(streets, walks, xy, count=10) < 0.01


def walked_in_graph(graph, crs):
    """The saved graph, both ways, with metres along each edge's own geometry."""
    xy = {n: project([(d["x"], d["y"])], crs)[0] for n, d in graph.nodes(data=True)}
    walks = nx.MultiDiGraph()
    for tail, head, data in graph.edges(data=True):
        access = data.get("access", "yes")
        classes = data["highway"] if isinstance(data["highway"], list) else [data["highway"]]
        if access in ("no", "private") or {"cycleway", "motorway_link"} & set(classes):
            continue
        course = np.array(data["geometry"].coords) if "geometry" in data else None
        points = np.stack([xy[tail], xy[head]]) if course is None else project(course, crs)
        metres = float(np.hypot(*np.diff(points, axis=0).T).sum())
        walks.add_edge(tail, head, weight=metres)
        walks.add_edge(head, tail, weight=metres)
    return walks, xy


@pytest.mark.shared
def test_a_projected_graph_gives_the_same_streets(shared_data, tmp_path):
    """A graph that a planner projected before saving must not land in the Gulf of Guinea."""
    path = shared_data / "futian_osm" / "futian_osmnx.graphml"
    graph = osmnx.load_graphml(path)
    small = graph.subgraph(sorted(graph.nodes)[:400]).copy()
    osmnx.save_graphml(small, tmp_path / "degrees.graphml")
    osmnx.save_graphml(osmnx.project_graph(small), tmp_path / "metres.graphml")
    degrees, metres = (from_osm(tmp_path / f"{n}.graphml").streets for n in ("degrees", "metres"))
    assert metres.crs == degrees.crs == "EPSG:4547"
    assert len(metres) == len(degrees)
    lengths = (np.sort(streets.length_m) for streets in (metres, degrees))
    np.testing.assert_allclose(*lengths, atol=1e-3)
    apart, _ = cKDTree(metres.node_xy).query(degrees.node_xy)
    assert apart.max() < 1e-3


def graph_of_three():
    """A triangle as OSMnx would save it: a two-way street, a one-way one, and a loop."""
    graph = nx.MultiDiGraph(crs="epsg:4326", created_date="2024-03-01 12:00:00", simplified=True)
    for node, x, y in ((1, 9.0, 0.0), (2, 9.001, 0.0), (3, 9.0, 0.001)):
        graph.add_node(node, x=x, y=y, street_count=2)
    street = {"osmid": 5, "highway": "residential", "oneway": False, "length": 1.0}
    graph.add_edge(1, 2, **street, reversed=False)
    graph.add_edge(2, 1, **street, reversed=True)
    graph.add_edge(2, 3, osmid=[6, 7], highway=["steps", "footway"], oneway=True, reversed=False,
                   length=1.0)  # fmt: skip
    graph.add_edge(3, 1, osmid=8, highway="cycleway", oneway=False, reversed=False, length=1.0)
    graph.add_edge(2, 2, osmid=9, highway="service", oneway=False, reversed=False, length=1.0)
    return graph


def test_two_directions_of_a_saved_street_are_one_piece(tmp_path):
    osmnx.save_graphml(graph_of_three(), tmp_path / "three.graphml")
    reading = read_osm(tmp_path / "three.graphml")
    edges = reading.network.streets.edges.set_index("way_id")
    assert reading.left_out["why"].str.contains("kept no foot").any()
    assert sorted(edges.index) == ["way/5", "way/6,way/7"]  # the loop is a point: no length
    assert edges.loc["way/5", ["motor_forward", "motor_backward"]].all()
    assert edges.loc["way/6,way/7", ["foot_forward", "foot_backward"]].all()
    assert not edges.loc["way/6,way/7", ["motor_forward", "motor_backward"]].any()
    assert reading.network.sources[0].endswith("2024")
    assert reading.network.streets.length_m[0] == pytest.approx(111.275, abs=0.01)  # not 1.0


def test_a_graph_for_cars_says_that_walkers_have_more(tmp_path):
    graph = graph_of_three()
    graph.remove_edges_from([(2, 3, 0), (3, 1, 0), (2, 1, 0)])
    graph.edges[1, 2, 0]["oneway"] = True
    osmnx.save_graphml(graph, tmp_path / "cars.graphml")
    reading = read_osm(tmp_path / "cars.graphml")
    assert reading.left_out["why"].str.contains("the graph was made for cars").any()
    flags = reading.network.streets.edges.iloc[0]
    assert flags["motor_forward"]
    assert not flags["motor_backward"]
    assert flags["foot_backward"]


@pytest.mark.parametrize(
    ("lacking", "message"),
    [
        ("crs", "its crs None is not a known CRS"),
        ("x", "nodes have no x and y"),
        ("osmid", "edges have no osmid"),
        ("highway", "no edge has a highway"),
        ("text", "cannot be read as a graph"),
    ],
)
def test_a_graph_that_osmnx_did_not_make_is_refused(tmp_path, lacking, message):
    """OSMnx writes every value as text; other programs write numbers."""
    graph = graph_of_three()
    osmnx.save_graphml(graph, tmp_path / "other.graphml")
    graph = nx.read_graphml(tmp_path / "other.graphml", node_type=int, force_multigraph=True)
    graph.graph.pop(lacking, None)
    for holder in (*graph.nodes.values(), *graph.edges.values()):
        holder.pop(lacking, None)
    if lacking == "text":
        graph.nodes[1]["x"] = 9.0
    nx.write_graphml(graph, tmp_path / "other.graphml")
    with pytest.raises(DataError) as caught:
        from_osm(tmp_path / "other.graphml")
    (problem,) = caught.value.problems
    assert message in problem.what
    assert "osmnx.save_graphml" in problem.mend
