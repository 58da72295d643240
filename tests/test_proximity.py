"""Stops within a limit of a park, under each meaning of "within", by hand on the lattice."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from town import Piece, feed, lattice, make_feed, network, park

from transit.analysis.brief import brief, briefs
from transit.analysis.lines import definitions_compared, lines_near
from transit.analysis.proximity import gate_distances, stops_near
from transit.errors import DataError, UsageError


def near(limit_m: float = 500, **options) -> pd.DataFrame:
    return stops_near(network(), park(**options), limit_m=limit_m).set_index("stop_id")


# stop: to point (400, 350), to outline, to gate straight and which, walk and from which gate
BY_HAND = {
    "S1": (math.hypot(300, 50), 100, 100, "东门", 100, "东门"),
    "S1b": (math.hypot(300, 60), 100, math.hypot(100, 10), "东门", 110, "东门"),
    # West gate (200, 300) to (200, 800): 500 straight north along one street.
    "S2": (math.hypot(200, 450), 300, 500, "西门", 500, "西门"),
    # East gate (600, 400) to (950, 300): 350 + 100 by street; the outline's corner is (600, 300).
    "S3": (math.hypot(550, 50), 350, math.hypot(350, 100), "东门", 450, "东门"),
    # Off-street: straight to the west gate 350; no walk.
    "S6": (math.hypot(550, 50), 350, 350, "西门", math.nan, None),
    "S7": (math.hypot(100, 250), 100, math.hypot(100, 200), "东门", 300, "东门"),
}


def test_distances_by_every_meaning():
    """If this fails, the brief's table of stops is wrong."""
    table = near()
    assert sorted(table.index) == sorted(BY_HAND)
    for stop, (point, outline, gate, which, walk, walk_gate) in BY_HAND.items():
        row = table.loc[stop]
        assert row["to_point_m"] == pytest.approx(point, abs=1e-6)
        assert row["to_outline_m"] == pytest.approx(outline, abs=1e-6)
        assert row["to_gate_m"] == pytest.approx(gate, abs=1e-6)
        assert row["nearest_gate"] == which
        assert row["walk_m"] == pytest.approx(walk, abs=1e-6, nan_ok=True)
        assert row["walk_gate"] == walk_gate or (walk_gate is None and pd.isna(row["walk_gate"]))


def test_within_each_meaning():
    """If this fails, "within 500 m" counts stops that are not, or leaves out some that are."""
    table = stops_near(network(), park(), limit_m=501)
    found = {
        meaning: set(table.loc[table[f"within_{meaning}"], "stop_id"])
        for meaning in ("point", "outline", "gates", "walk")
    }
    assert found == {
        "point": {"S1", "S1b", "S2", "S7"},  # S3 and S6 are 552 m from the point
        "outline": {"S1", "S1b", "S2", "S3", "S6", "S7"},
        "gates": {"S1", "S1b", "S2", "S3", "S6", "S7"},
        "walk": {"S1", "S1b", "S2", "S3", "S7"},  # S6 has no street
    }


def test_nearest_first_and_ids_in_order():
    """If this fails, the table is in another order on every machine."""
    assert near()["to_outline_m"].is_monotonic_increasing
    places = dict.fromkeys(("C", "A", "B"), ("甲", 700, 400, ""))
    same = network(make_feed(places, {"L_0": ("L", 0, "A B")}))
    assert stops_near(same, park())["stop_id"].tolist() == ["A", "B", "C"]


def test_detour_is_walk_over_straight_from_the_same_gate():
    """If this fails, a detour is measured between two different gates."""
    table = near()
    assert table.loc["S1", "detour_ratio"] == pytest.approx(1)
    assert table.loc["S3", "detour_ratio"] == pytest.approx(450 / math.hypot(350, 100))
    assert np.isnan(table.loc["S6", "detour_ratio"])


def test_nearest_gate_straight_need_not_be_the_one_walked_from():
    """If this fails, a wall between gate and stop is not seen."""
    # Gate N is 40 m from the stop as the crow flies but 600 m by street; gate S is 100 m both ways.
    pieces = [Piece(((0, 0), (100, 0))),
              Piece(((100, 0), (100, 330), (0, 330), (0, 260), (0, 150)))]  # fmt: skip
    places = {"A": ("甲", 0, 0, ""), "Z": ("乙", 5000, 5000, "")}
    here = network(make_feed(places, {"L_0": ("L", 0, "A Z")}), pieces)
    gates = {"N": ("北门", 0, 150), "S": ("南门", 100, 60)}
    row = stops_near(here, park(gates, bounds=(-20, 140, 20, 200))).iloc[0]
    assert row["nearest_gate"] == "南门"
    assert row["to_gate_m"] == pytest.approx(math.hypot(100, 60))
    straight, walked = gate_distances(here, park(gates), np.array([0]))
    # From N: 150→330 is 180, 100 west-east, 330 down, 100 along = 710; from S: 60 + 100 = 160.
    assert walked[0] == pytest.approx([710, 160])
    assert straight[0] == pytest.approx([150, math.hypot(100, 60)])
    assert (row["walk_gate"], row["walk_m"]) == ("南门", pytest.approx(160))
    far = {"N": ("北门", 40, -5), "S": ("南门", 100, 60)}
    cut_off = [
        Piece(((0, 0), (100, 0))),
        Piece(((100, 0), (100, 100))),
        Piece(((40, -6), (40, -50))),
    ]
    row = stops_near(network(here.feed, cut_off), park(far)).iloc[0]
    assert (row["nearest_gate"], row["walk_gate"]) == ("北门", "南门")
    assert row["to_gate_m"] == pytest.approx(math.hypot(40, 5))
    assert row["detour_ratio"] == pytest.approx(160 / math.hypot(100, 60))


def test_gate_at_the_stop_has_no_detour():
    """If this fails, a stop at the gate divides by nothing."""
    table = stops_near(network(), park({"G": ("门", 700, 400)})).set_index("stop_id")
    assert table.loc["S1", "walk_m"] == pytest.approx(0, abs=1e-6)
    assert np.isnan(table.loc["S1", "detour_ratio"])


def test_stop_inside_the_park_is_at_no_distance():
    """If this fails, a stop inside the outline is left out."""
    inside = {"A": ("内", 300, 300, ""), "Z": ("乙", 5000, 5000, "")}
    table = stops_near(network(make_feed(inside, {"L_0": ("L", 0, "A Z")})), park())
    assert table["to_outline_m"].tolist() == [0]


def test_park_without_gates_has_straight_meanings_only():
    """If this fails, a park whose gates are unknown cannot be looked at."""
    table = stops_near(network(), park({}), limit_m=500)
    assert set(table["stop_id"]) == {"S1", "S1b", "S2", "S3", "S6", "S7"}
    assert table[["to_gate_m", "walk_m", "nearest_gate", "detour_ratio"]].isna().all(axis=None)
    assert not table[["within_gates", "within_walk"]].any(axis=None)


def test_lines_at_each_stop_are_listed():
    """If this fails, the popup of a stop names the wrong lines."""
    table = near()
    assert table["lines"].to_dict() == {
        "S1": "007、101、8字、环1", "S1b": "101", "S2": "101、8字、环1", "S3": "007、8字、环1",
        "S6": "", "S7": "9X",
    }  # fmt: skip


def test_definitions_side_by_side():
    """If this fails, the table that explains "within 500 m" has the wrong counts."""
    whole = network()
    stops = stops_near(whole, park(), limit_m=300)
    lines = lines_near(whole.feed, stops)
    table = definitions_compared(stops, lines, limit_m=300).set_index("within")
    # Point (400, 350): S7 is 269 m, S1 304 m. Outline: S1, S1b, S7 at 100 and S2 at exactly 300.
    # Gates: S1 100, S1b 100.5, S7 224. Walk: S1 100, S1b 110, S7 300.
    counts = table[["stops", "places", "lines", "directions"]].to_dict("index")
    assert counts["point"] == {"stops": 1, "places": 1, "lines": 1, "directions": 1}
    # At S1, S1b, S2: 101 both ways, 007, 环1, 8字; at S7: 9X. 5 lines, 6 directions.
    full = {"stops": 3, "places": 2, "lines": 5, "directions": 6}
    assert counts["gates"] == full
    assert table.loc["gates", "which_stops"] in ("银星、停运", "停运、银星")  # all 100 m
    assert table.loc["gates", "which_lines"] == "007、101、8字、9X、环1"
    assert table.loc["point", "which_lines"] == "9X"


def test_no_stop_at_all():
    """If this fails, a park without any stop near ends in a traceback instead of zeros."""
    whole = network()
    lonely = brief(whole, park(), limit_m=50)
    assert len(lonely.stops) == 0
    assert len(lonely.lines) == 0
    assert lonely.definitions["stops"].tolist() == [0, 0, 0, 0]
    assert lonely.coverage["covered_m2"].sum() == 0
    for name, table in lonely.tables().items():
        assert len(table.columns) > 3, name
    assert lonely.catchments == {}


@pytest.mark.parametrize("limit", [0, -1, math.nan, math.inf])
def test_limit_that_cannot_be(limit):
    """If this fails, a slip in the limit gives a brief full of zeros."""
    with pytest.raises(UsageError, match="limit"):
        brief(network(), park(), limit_m=limit)
    with pytest.raises(UsageError, match="limit"):
        stops_near(network(), park(), limit_m=limit)


def test_gate_off_the_streets_is_an_error():
    """If this fails, a gate in the wrong datum gives a walk from somewhere else."""
    with pytest.raises(DataError, match=r"gate 远门.*150 m away"):
        stops_near(network(), park({"G": ("远门", -150, 300)}))


def test_other_crs_is_refused():
    """If this fails, metres of two zones are mixed."""
    with pytest.raises(DataError, match="EPSG:4546"):
        brief(network(), dataclasses.replace(park(), crs="EPSG:4546"))


def test_one_brief_a_park_in_order():
    """If this fails, parks are mixed up in a run of many."""
    both = briefs(network(), [park(park_id="P2"), park()], limit_m=500)
    assert [one.park.park_id for one in both] == ["P2", "P1"]
    assert both[0].stops["park_id"].unique().tolist() == ["P2"]


def test_one_way_path_counts_from_the_gate_to_the_stop():
    """If this fails, people walk out of the park against a one-way path."""
    # Only a one-way path leads east from the gate to the stop; seen from the stop it is no way.
    path = [Piece(((200, 300), (400, 300)), "forward")]
    places = {"A": ("甲", 400, 300, ""), "B": ("乙", 200, 300, "")}
    here = network(make_feed(places, {"L_0": ("L", 0, "A B")}), path)
    ways = {}
    for gate in (200, 400):
        table = stops_near(here, park({"G": ("门", gate, 300)})).set_index("stop_id")
        ways[gate] = table["walk_m"].to_dict()
    assert ways[200] == pytest.approx({"A": 200, "B": 0}, abs=1e-6)
    assert ways[400] == pytest.approx({"A": 0, "B": math.nan}, nan_ok=True, abs=1e-6)


def test_catchments_of_the_brief():
    """If this fails, the map of a brief shows other stops than its table."""
    one = brief(network(), park(), limit_m=500)
    assert set(one.catchments) == set(one.park_catchments) == {"straight", "walk"}
    assert "S6" not in one.catchments["walk"].of  # it has no street to walk on
    assert "S6" in one.catchments["straight"].of
    assert set(brief(network(), park({})).park_catchments) == {"straight"}
    assert feed().fingerprint() == network(pieces=lattice(1, 1)).feed.fingerprint()


@pytest.mark.parametrize("meaning", ["point", "outline", "gates", "walk"])
def test_stop_exactly_at_the_limit_counts_within(meaning):
    """If this fails, "within 500 m" leaves out the stop that stands at 500 m."""
    # S3 is another distance away by each meaning, so only that one is at its limit.
    column = {"point": "to_point_m", "outline": "to_outline_m", "gates": "to_gate_m"}
    exactly = near(600).loc["S3", column.get(meaning, "walk_m")]
    assert near(exactly).loc["S3", f"within_{meaning}"]
    assert "S3" not in near(349.9).index  # 350 m from the outline, farther by all other meanings


def test_stop_near_a_gate_beyond_the_outline_is_listed():
    """If this fails, a stop by the gate is missing because the outline is far."""
    # The gate is 100 m east of the outline: S3 is 269 m from it, but 350 m from the outline.
    row = near(300, gates={"G": ("前门", 700, 400)}).loc["S3"]
    assert row["to_gate_m"] == pytest.approx(math.hypot(250, 100))
    assert (row["within_gates"], row["within_outline"]) == (True, False)


def test_every_mark_that_distances_rest_on():
    """If this fails, a distance from an assumed gate or along a sketched street looks measured."""
    drawn = [dataclasses.replace(piece, indicative=True) for piece in lattice()]
    surveyed = park()
    sketched = dataclasses.replace(surveyed, indicative=True)
    assumed = dataclasses.replace(surveyed, gates=surveyed.gates.assign(indicative=True))
    marks = [
        set(stops_near(whole, one)["distances_indicative"])
        for whole, one in (
            (network(), surveyed),
            (network(), sketched),
            (network(), assumed),
            (network(pieces=drawn), surveyed),
        )
    ]
    assert marks == [{False}, {True}, {True}, {True}]


@pytest.mark.parametrize(
    ("parents", "places"),
    [
        (("", "", ""), ("A", "A", "C")),  # A and B are 10 m apart under one name
        (("P", "", "P"), ("A", "A", "A")),  # A and C by the table, B and A by name and distance
        (("P", "Q", "P"), ("A", "B", "A")),  # the table tells A and B apart
    ],
)
def test_places_are_those_of_the_table_where_it_names_them(parents, places):
    """If this fails, what a feed or a planner made one station is counted as two places."""
    standing = {"A": ("甲", 700, 400, ""), "B": ("甲", 700, 410, ""), "C": ("甲总站", 700, 500, "")}
    plain = make_feed(standing, {"L_0": ("L", 0, "A B C")})
    told = plain.with_tables(stops=plain.stops.assign(parent_station=list(parents)))
    table = stops_near(network(told), park()).set_index("stop_id")
    assert tuple(table.loc[["A", "B", "C"], "place"]) == places
