"""If these fail, a planner's OSM extract becomes a wrong network, or an error nobody can mend.

The make-believe town of ``osm_fixtures/town.osm`` is on the equator in the middle of UTM zone
32: 0.001° is 111.275 m to the east (111,319.49 m × 0.9996 / 1000) and 110.530 m to the north.
"""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from osm_real import walk_graph

from transit.errors import DataError, UsageError
from transit.sources.osm import from_osm, read_osm
from transit.units import project

TOWN = Path(__file__).parent / "osm_fixtures" / "town.osm"
EAST, NORTH = 111.27496, 110.53005


@pytest.fixture(scope="module")
def reading():
    return read_osm(TOWN)


@pytest.fixture(scope="module")
def streets(reading):
    return reading.network.streets


@pytest.fixture(scope="module")
def walks(streets):
    return walk_graph(streets)


def node_at(streets, lon, lat):
    """Rows of the nodes at a position (there may be two, one on a bridge)."""
    apart = np.hypot(*(streets.node_xy - project([(lon, lat)], streets.crs)[0]).T)
    return np.flatnonzero(apart < 0.01).tolist()


def edges_of(streets, way):
    return streets.edges[streets.edges["way_id"] == f"way/{way}"]


def counted(reading, what, why):
    table = reading.left_out
    rows = table[(table["what"] == what) & table["why"].str.contains(why, regex=False)]
    return int(rows["count"].sum())


def test_the_area_the_name_and_the_credit_come_from_the_file(reading):
    network = reading.network
    assert (network.name, network.crs) == ("town", "EPSG:32632")
    width = 0.015 * EAST * 1000
    height = 0.010 * NORTH * 1000
    assert network.study_area.area == pytest.approx(width * height, rel=1e-4)
    assert network.sources[0].startswith("© OpenStreetMap contributors (ODbL")
    assert "2021" in network.sources[0]


def test_a_bridge_does_not_join_the_street_below(streets, walks):
    """Bridge Road has a vertex right above High Street's junction, but not the same node."""
    assert len(edges_of(streets, 2)) == 1
    (junction,) = node_at(streets, 9.001, 0)
    (bridge_end,) = node_at(streets, 9.001, 0.001)
    straight_down = NORTH
    by_steps = EAST + np.hypot(EAST, NORTH)
    walked = nx.dijkstra_path_length(walks, junction, bridge_end)
    assert walked == pytest.approx(by_steps, abs=0.01)
    assert walked > straight_down


def test_one_way_binds_buses_and_not_walkers(streets):
    high_street = edges_of(streets, 1)
    assert len(high_street) == 2
    assert high_street[["foot_forward", "foot_backward", "motor_forward"]].all(axis=None)
    assert not high_street["motor_backward"].any()
    assert (high_street["street_name"] == "High Street").all()
    assert (high_street["highway"] == "residential").all()


def test_an_escalator_carries_one_way(streets, walks):
    (foot,), (head,) = node_at(streets, 9.002, 0), node_at(streets, 9.002, 0.001)
    assert nx.dijkstra_path_length(walks, foot, head) == pytest.approx(NORTH, abs=0.01)
    assert not nx.has_path(walks, head, foot)


def test_parallel_streets_and_closed_ways_survive(streets):
    """The triangle footway meets others at one node: a loop from that node to itself."""
    loop = edges_of(streets, 5)
    assert len(loop) == 1
    assert loop["from_node"].item() == loop["to_node"].item()
    around = EAST + NORTH + np.hypot(EAST, NORTH)
    assert streets.length_m[loop.index].item() == pytest.approx(around, abs=0.01)
    bent = edges_of(streets, 7)
    straight = edges_of(streets, 1).iloc[:1]
    ends = ["from_node", "to_node"]
    assert bent[ends].to_numpy().tolist() == straight[ends].to_numpy().tolist()
    length = streets.length_m[bent.index].item()
    assert length == pytest.approx(2 * np.hypot(EAST / 2, NORTH), abs=0.01)


def test_what_is_closed_is_left_out_and_private_ways_open_to_walkers_are_not(reading, streets):
    assert edges_of(streets, 8).empty
    assert counted(reading, "ways", "highway=construction") == 1
    private = edges_of(streets, 9)
    assert private[["foot_forward", "foot_backward"]].all(axis=None)
    assert not private[["motor_forward", "motor_backward"]].any(axis=None)
    motorway = edges_of(streets, 13)
    assert not motorway[["foot_forward", "foot_backward"]].any(axis=None)


def test_a_cut_way_keeps_the_parts_that_have_positions(reading, streets):
    """Way 10 lacks its second node: joining its ends across the gap would invent a street."""
    kept = edges_of(streets, 10)
    assert streets.length_m[kept.index].tolist() == pytest.approx([EAST], abs=0.01)
    assert counted(reading, "parts of ways", "lack some of their nodes") == 1
    assert counted(reading, "parts of ways", "single node") == 1


def test_a_piece_without_length_ties_its_ends_together(reading, streets, walks):
    """Dropping it without joining its ends would cut the footway off High Street."""
    assert counted(reading, "street pieces", "no length") == 1
    assert (streets.length_m > 0).all()
    (corner,), (south,) = node_at(streets, 9.002, 0), node_at(streets, 9.002, -0.001)
    assert nx.dijkstra_path_length(walks, corner, south) == pytest.approx(NORTH, abs=0.01)


def test_a_square_is_walked_along_its_outline(streets, walks):
    square = edges_of(streets, 14)
    outline = 2 * (EAST + NORTH)
    assert streets.length_m[square.index].sum() == pytest.approx(outline, abs=0.01)
    assert not square[["motor_forward", "motor_backward"]].any(axis=None)
    (south,), (corner,) = node_at(streets, 9.002, -0.001), node_at(streets, 9.001, -0.003)
    there = nx.dijkstra_path_length(walks, south, corner)
    assert there == pytest.approx(2 * NORTH + EAST, abs=0.01)


def test_stops_are_counted_once_and_named(reading):
    """Town Hall is bus_stop and platform at once; the Station is a platform drawn as an area."""
    stops = reading.network.feed.stops.set_index("stop_id")
    assert stops["stop_name"].to_dict() == {
        "node/101": "Town Hall",
        "node/102": "Market",
        "node/103": "12",
        "node/104": "(no name)",
        "node/107": "Hill",
        "way/20": "Station",
    }
    assert (stops["year"] == 2021).all()
    assert (stops["source"] == "OpenStreetMap").all()
    assert not stops["indicative"].any()
    station = stops.loc["way/20", ["stop_lon", "stop_lat"]].tolist()
    assert station == pytest.approx([9.0042, 0.0002], abs=1e-6)
    assert counted(reading, "stop names", "OSM has none") == 2
    assert counted(reading, "platforms", "tram") == 1
    assert counted(reading, "platforms", "name no bus") == 1
    assert counted(reading, "stops in doubt", "only because") == 1


def test_lines_call_at_their_stops_in_order(reading):
    """Line 7 is two relations; T1 is one relation of the older kind, there and back."""
    feed = reading.network.feed
    assert feed.sequence("relation/1") == ["node/101", "node/102", "way/20"]
    assert feed.sequence("relation/2") == ["way/20", "node/103", "node/104"]
    assert feed.sequence("relation/3/0") == ["node/101", "node/102", "node/107"]
    assert feed.sequence("relation/3/1") == ["node/107", "node/103", "node/104"]
    routes = feed.routes.set_index("route_id")
    assert routes["route_short_name"].to_dict() == {"relation/1": "7", "relation/3": "T1"}
    assert routes["route_type"].to_dict() == {"relation/1": 3, "relation/3": 11}
    assert routes.loc["relation/1", "route_color"] == "0072B2"
    patterns = feed.patterns.set_index("pattern_id")
    directions = {"relation/1": 0, "relation/2": 1, "relation/3/0": 0, "relation/3/1": 1}
    assert patterns["direction_id"].to_dict() == directions
    assert patterns["trip_headsign"].to_dict() == {
        "relation/1": "Station",
        "relation/2": "Town Hall",
        "relation/3/0": "Hill",
        "relation/3/1": "Town Hall",
    }
    assert feed.frequencies.empty


def test_members_that_are_missing_are_counted(reading):
    assert counted(reading, "calls of lines", "not in the data") == 2
    assert counted(reading, "patterns", "fewer than two") == 1
    assert counted(reading, "headways", "OSM knows none") == 4


def test_a_box_keeps_what_touches_it(reading):
    small = read_osm(TOWN, bbox=(9.0039, -0.0005, 9.0055, 0.0005))
    assert set(small.network.streets.edges["way_id"]) == {"way/10", "way/20"}
    assert small.network.feed.stops["stop_id"].tolist() == ["way/20"]
    whole = len(reading.network.streets) + 1  # and the piece without length
    assert counted(small, "street pieces", "outside") == whole - len(small.network.streets)
    area = 0.0016 * EAST * 0.001 * NORTH * 1e6
    assert small.network.study_area.area == pytest.approx(area, rel=1e-3)


def test_the_crs_and_the_name_can_be_given():
    network = from_osm(TOWN, crs="EPSG:32633", name="Elsewhere")
    assert (network.crs, network.name) == ("EPSG:32633", "Elsewhere")
    with pytest.raises(DataError, match="EPSG:3857 stretches"):
        from_osm(TOWN, crs="EPSG:3857")


def test_two_readings_are_equal(reading):
    assert read_osm(TOWN).network.fingerprint() == reading.network.fingerprint()


def test_without_a_declared_box_the_streets_tell_the_area(tmp_path):
    """The envelope is widened, or a stop at the kerb of the outermost street would be outside."""
    text = TOWN.read_text(encoding="utf-8")
    bare = tmp_path / "bare.osm"
    bare.write_text("\n".join(line for line in text.splitlines() if "<bounds" not in line))
    network = from_osm(bare)
    assert network.crs == "EPSG:32632"
    assert network.stop_in_area.all()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.osm.pbf", None, "there is no such file"),
        ("streets.shp", b"x", "'.shp' is no kind of OSM file"),
        ("garbage.osm.pbf", b"not a pbf file at all" * 50, "cannot be read"),
        ("empty.osm.pbf", b"", "cannot be read"),
        ("garbage.osm", b"<osm><node id='1'", "cannot be read"),
        ("empty.osm", b"<osm version='0.6'></osm>", "holds no streets"),
        (
            "dry.osm",
            b"<osm version='0.6'><way id='1'><nd ref='1'/><nd ref='2'/>"
            b"<tag k='highway' v='footway'/></way></osm>",
            "none that is open and has positions",
        ),
        ("garbage.graphml", b"<graphml", "cannot be read as a graph"),
        ("empty.graphml", b"", "cannot be read as a graph"),
    ],
)
def test_a_file_that_cannot_serve_says_how_to_mend_it(tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        from_osm(path)
    (problem,) = caught.value.problems
    assert message in problem.what
    assert problem.mend


@pytest.mark.parametrize(
    ("bbox", "message"),
    [
        ((9.01, 0, 9.0, 0.01), "west 9.01 is not less than east 9"),
        ((9, 0.01, 9.01, 0), "south 0.01 is not less than north 0"),
        ((9, 95, 9.01, 96), "latitudes 95 and 96"),
        ((-190, 0, 9, 1), "longitudes -190 and 9"),
        ((9, 0, 9.01), "not four numbers"),
        ((9, 0, 9.01, float("nan")), "latitudes 0 and nan"),
        ("abcd", "not four numbers"),
    ],
)
def test_a_box_that_is_none_is_refused(bbox, message):
    with pytest.raises(UsageError, match=message):
        from_osm(TOWN, bbox=bbox)


def test_a_box_beside_the_data_says_where_the_data_are():
    with pytest.raises(DataError, match="no street lies in the area asked for") as caught:
        from_osm(TOWN, bbox=(10, 50, 10.1, 50.1))
    assert "8.99900, -0.00400, 9.00500, 0.00400" in caught.value.problems[0].mend
