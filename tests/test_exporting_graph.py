"""Graphs for OSMnx and networkx: lengths and rights as they are, and back without loss."""

from __future__ import annotations

import networkx as nx
import osmnx
import pytest
import town
from test_exporting_gis import rich_network

import transit
from transit.errors import DataError, UsageError
from transit.exporting.graph import to_networkx, write_graphml
from transit.model.streets import Streets


def node_at(graph, east, north):
    """The node nearest to a place in metres from the town's origin."""
    x, y = town.metric([(east, north)])[0]
    return min(graph, key=lambda node: abs(graph.nodes[node]["x"] - x)
               + abs(graph.nodes[node]["y"] - y))  # fmt: skip


def test_a_walk_in_the_graph_is_as_long_as_on_the_ground():
    """If this fails, a distance that a networkx user measures is not the toolkit's."""
    graph = to_networkx(town.network(), "walk")
    start, end = node_at(graph, 700, 400), node_at(graph, 200, 800)
    # The lattice: 500 m west and 400 m north.
    assert nx.shortest_path_length(graph, start, end, "length") == pytest.approx(900)
    # 13 × 12 blocks east-west and as many north-south, each in both directions.
    assert graph.number_of_edges() == 2 * (13 * 12 + 13 * 12)
    assert graph.number_of_nodes() == 13 * 13


def test_each_may_go_where_it_may():
    """If this fails, walkers go against a one-way footway, or buses where none may drive."""
    there = town.Piece(((0, 0), (100, 0)), foot="forward")
    network = town.network(pieces=[there, town.Piece(((100, 0), (100, 100)), foot="no")])
    walk, bus = (to_networkx(network, who) for who in ("walk", "bus"))
    assert walk.number_of_edges() == 1
    ((tail, head, data),) = walk.edges(data=True)
    assert (walk.nodes[tail]["x"], walk.nodes[head]["x"]) == (504_000, 504_100)
    assert (data["oneway"], data["reversed"]) == (True, False)
    assert bus.number_of_edges() == 4
    with pytest.raises(UsageError, match="use walk, bus or all"):
        to_networkx(network, "tram")


def test_gates_are_shut_at_night():
    """If this fails, a walk at 01:00 goes through a gate that opens at six."""
    network = rich_network()
    day, night = (to_networkx(network.at(hour * 3600), "walk") for hour in (8, 1))
    assert day.number_of_edges() - night.number_of_edges() == 2


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return write_graphml(rich_network(), tmp_path_factory.mktemp("graph") / "town.graphml")


def test_a_saved_graph_comes_back_as_it_was(saved):
    """If this fails, streets that went through GraphML have lost hours, turns or barriers."""
    given, read = rich_network(), transit.from_osm(saved)
    assert read.streets.fingerprint() == given.streets.fingerprint()
    assert read.streets.barriers == given.streets.barriers
    assert read.streets.clock == given.streets.clock
    assert read.study_area.equals(given.study_area)
    assert read.sources == given.sources


def test_osmnx_takes_it_and_gives_it_back(saved, tmp_path):
    """If this fails, OSMnx users cannot open the file, or lose what it says when they save it."""
    graph = osmnx.load_graphml(saved)
    assert graph.graph["crs"] == town.CRS
    nodes, edges = osmnx.graph_to_gdfs(graph)
    assert edges.crs.to_epsg() == nodes.crs.to_epsg() == 4547
    assert edges["length"].to_numpy() == pytest.approx(edges.geometry.length.to_numpy())
    assert osmnx.basic_stats(graph)["n"] == 169
    osmnx.save_graphml(graph, tmp_path / "again.graphml")
    read = transit.from_osm(tmp_path / "again.graphml")
    assert read.streets.fingerprint() == rich_network().streets.fingerprint()
    degrees = osmnx.project_graph(graph, to_latlong=True)
    lon, lat = town.degrees(0, 0)
    assert degrees.nodes[node_at(graph, 0, 0)]["x"] == pytest.approx(lon, abs=1e-9)
    assert degrees.nodes[node_at(graph, 0, 0)]["y"] == pytest.approx(lat, abs=1e-9)


def test_equal_streets_give_equal_graphs(saved, tmp_path):
    """If this fails, a graph under version control changes each time it is written."""
    again = write_graphml(rich_network(), tmp_path / "town.graphml")
    assert again.read_bytes() == saved.read_bytes()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("EPSG:4547", "EPSG:3857"),
        (">True<", ">maybe<"),
        ("LINESTRING (", "LINESTRING (nan nan, "),
        (">[[", ">[[99999, "),
        ("</graphml>", ""),
    ],
)
def test_a_graph_that_was_damaged_is_told(saved, tmp_path, old, new):
    """If this fails, a slip in the file becomes other streets, or a traceback."""
    path = tmp_path / "bad.graphml"
    path.write_text(saved.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(DataError):
        transit.from_osm(path)


def test_no_streets_and_texts_that_xml_cannot_hold_are_told(tmp_path):
    """If this fails, a file is written that nothing can open."""
    network = town.network()
    bad = network.streets.edges.assign(street_name="a\x0bb")
    for given, told in (
        (network.with_streets(Streets.none(town.CRS)), "has no streets"),
        (network.with_streets(Streets(
            town.CRS, network.streets.node_xy, bad, network.streets.coords, network.streets.offsets
        )), "control character"),
    ):  # fmt: skip
        with pytest.raises(DataError, match=told):
            write_graphml(given, tmp_path / "t.graphml")
    assert list(tmp_path.iterdir()) == []
