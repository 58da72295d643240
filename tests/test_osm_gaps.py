"""If these fail, a line with a hole in it looks whole, or a whole one looks broken.

A planner who takes lines from OSM must know where OSM has them in parts only. The ground is that of
``osm_written``: a step is 111.275 m to the east and 110.530 m to the north.
"""

from __future__ import annotations

import osmium
import pytest
from osm_real import helsinki
from osm_written import EAST_M, node, relation, way, written

from transit.sources.osm import read_osm
from transit.sources.osm.gaps import APART, BEYOND, GAP_DTYPES, LACKING, UNORDERED

LINE = {"type": "route", "route": "bus", "ref": "7"}
ROAD = {"highway": "residential"}
STOP = {"highway": "bus_stop"}
# A road of five steps, way 1 to 5, each one step long; way 6 far from them; stops beside it.
ROADS = (
    *(node(n, n, 0) for n in range(1, 7)), node(8, 8, 0), node(9, 9, 0),
    *(node(20 + n, n, 0.1, **STOP) for n in range(1, 6)),
    *(way(n, (n, n + 1), ROAD) for n in range(1, 6)), way(6, (8, 9), ROAD),
)  # fmt: skip


def gaps(tmp_path, *members, **tags):
    line = relation(1, members, LINE | tags)
    return read_osm(written(tmp_path / "line.osm", *ROADS, line)).gaps


def roads(*numbers, role=""):
    return [(f"way/{number}", role) for number in numbers]


def stops(*numbers, role="platform"):
    return [(f"node/{20 + number}", role) for number in numbers]


def test_a_whole_line_has_no_gap(tmp_path):
    found = gaps(tmp_path, *stops(1, 2, 3, 4, 5), *roads(1, 2, 3, 4, 5))
    assert found.empty
    assert {name: str(dtype) for name, dtype in found.dtypes.items()} == GAP_DTYPES


def test_stops_and_roads_that_the_data_lack_are_told_between_which_and_how_far(tmp_path):
    """Stops 2 and 3 are named by ids that the data lack; of the roads, that between 1 and 3."""
    (stop, road) = gaps(
        tmp_path, *stops(1), *stops(72, 73), *stops(4), *roads(1), *roads(92), *roads(3)
    ).itertuples()
    assert (stop.relation_id, stop.route_short_name, stop.of) == ("relation/1", "7", "stops")
    assert (stop.why, stop.missing) == (LACKING, 2)
    assert (stop.lon, stop.lat) == pytest.approx((9.001, 0.0001))
    assert stop.gap_m == pytest.approx(3 * EAST_M, abs=0.01)
    assert (road.of, road.why, road.missing) == ("roads", LACKING, 1)
    assert (road.lon, road.lat) == pytest.approx((9.002, 0))
    assert road.gap_m == pytest.approx(EAST_M, abs=0.01)


def test_a_line_that_begins_or_ends_beyond_the_data_is_not_called_broken(tmp_path):
    found = gaps(tmp_path, *stops(70, 1, 2), *roads(1, 2, 91, 92, 93))
    assert found["why"].tolist() == [BEYOND, BEYOND]
    assert found["missing"].tolist() == [1, 3]
    assert found["gap_m"].isna().all()


def test_roads_that_do_not_meet_are_told_apart_from_roads_out_of_order(tmp_path):
    """Way 6 begins two steps after way 5 ends; ways 1, 3, 2 join all the same, in another order."""
    (apart,) = gaps(tmp_path, *stops(1, 2), *roads(4, 5, 6)).itertuples()
    assert (apart.why, apart.missing) == (APART, 0)
    assert (apart.lon, apart.lat) == pytest.approx((9.006, 0))
    assert apart.gap_m == pytest.approx(2 * EAST_M, abs=0.01)
    (unordered,) = gaps(tmp_path, *stops(1, 2), *roads(1, 3, 2)).itertuples()
    assert unordered.why == UNORDERED


def test_each_direction_of_an_older_relation_is_looked_at_on_its_own(tmp_path):
    """Forth by stops 1, 2, 3; back (written in forward order) by 1 and 5, one lacks between."""
    forth, back = stops(1, 2, 3, role="forward_stop"), stops(1, 77, 5, role="backward_stop")
    (gap,) = gaps(tmp_path, *forth, *back, *roads(1, 2)).itertuples()
    assert (gap.direction, gap.of, gap.why, gap.missing) == ("backward", "stops", LACKING, 1)
    assert (gap.lon, gap.gap_m) == pytest.approx((9.005, 4 * EAST_M), abs=0.01)


def test_carriageways_beside_each_other_are_no_gap(tmp_path):
    """Of ways ``forward`` and ``backward`` say which way round they are driven, and not when."""
    branches = *roads(1), *roads(3, role="forward"), *roads(2, role="backward"), *roads(4)
    assert gaps(tmp_path, *stops(1, 2), *branches).empty
    (gap,) = gaps(tmp_path, *stops(1, 2), *branches, *roads(6)).itertuples()
    assert gap.why == APART


def test_of_a_part_only_the_gaps_in_it_are_told(tmp_path):
    """Where a planner cuts is no fault of OSM: the hole at 9.006° E is outside the part."""
    line = relation(1, [*stops(1, 2, 5), *roads(1, 2, 3, 4, 5, 6)], LINE)
    file = written(tmp_path / "line.osm", *ROADS, line)
    assert read_osm(file, bbox=(9.0005, -0.001, 9.004, 0.001)).gaps.empty
    assert len(read_osm(file, bbox=(9.0005, -0.001, 9.007, 0.001)).gaps) == 1


def test_a_platform_drawn_as_a_way_is_no_road(tmp_path):
    line = relation(1, [*roads(1, 2), ("way/50", "platform"), ("way/50", "")], LINE)
    platform = way(50, (25, 24), {"public_transport": "platform", "bus": "yes"})
    file = written(tmp_path / "line.osm", *ROADS, platform, line)
    assert read_osm(file).gaps.empty


@pytest.mark.helsinki
def test_the_lines_of_helsinki_lack_as_many_roads_as_osmium_counts():
    """The oracle is a count over the file: ways that a line names, less those that it holds."""
    places, roads, lacking = set(), set(), {}
    for thing in osmium.FileProcessor(str(helsinki())):
        if thing.is_node():
            places.add(thing.id)
        elif thing.is_way():
            if "highway" in thing.tags and not places.isdisjoint(n.ref for n in thing.nodes):
                roads.add(thing.id)
        elif thing.tags.get("type") == "route" and thing.tags.get("route") == "bus":
            lacking[f"relation/{thing.id}"] = sum(
                member.type == "w" and "platform" not in member.role and member.ref not in roads
                for member in thing.members
            )
    found = read_osm(helsinki()).gaps
    told = found[found["of"] == "roads"].groupby("relation_id")["missing"].sum()
    assert sum(lacking.values()) > 10_000
    assert {key: told.get(key, 0) for key in lacking} == lacking
