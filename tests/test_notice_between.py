"""The changes between a line of today and a stop list: fewest, applied, name for name."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from town import degrees, make_feed, network

from transit.errors import DataError, UsageError
from transit.notice.between import Between, Place, names_of, scenario_between
from transit.notice.placing import detour_m, kerbs_along, least_detour
from transit.scenario.scenario import Scenario


def place(east, north, *, indicative=False):
    lon, lat = degrees(east, north)
    return Place(lon, lat, "WGS-84", indicative=indicative, year=2021, source="make-believe")


def verbs(scenario: Scenario) -> list[str]:
    return [change.verb for change in scenario.changes]


def calls(town, pattern):
    return names_of(town.feed, town.feed.sequence(pattern))


def test_one_stop_more_is_one_reroute():
    """If this fails, a planner gets a list of changes nobody would write."""
    found = scenario_between(network(), "101", {0: ["远山", "北站", "田心", "桥头", "银星"]})
    assert verbs(found) == ["reroute"]
    change = found.changes[0]
    assert (change.from_stop, change.to_stop, change.via) == ("S5", "S2", ("S3",))
    assert change.direction_id == 0
    town = found.apply(network())
    assert calls(town, "R101_1") == ["银星", "桥头", "北站", "远山"]  # untouched


def test_terminal_moved_both_ways_is_one_move():
    """If this fails, one new terminal takes four changes, and one may be forgotten."""
    targets = {0: ["远山", "北站", "桥头", "新园"], 1: ["新园", "桥头", "北站", "远山"]}
    options = Between(places={"新园": place(500, 400)}, name="moved")
    found = scenario_between(network(), "101", targets, options)
    assert verbs(found) == ["new_stop", "move_origin"]
    town = found.apply(network())
    assert [calls(town, f"R101_{each}") for each in (0, 1)] == list(targets.values())


def test_rename_follows_from_the_place_alone():
    """If this fails, a stop under a new sign is closed and another opened 20 m away.

    科技园 stands 20 m from 桥头 (200, 800), which is no longer in the list: the same place.
    """
    names = ["远山", "北站", "科技园", "银星"]
    found = scenario_between(
        network(), "101", {0: names}, Between(places={"科技园": place(220, 800)})
    )
    assert verbs(found) == ["rename_stop"]
    assert (found.changes[0].stop, found.changes[0].stop_name) == ("桥头", "科技园")


def test_no_rename_by_a_guessed_or_far_place():
    """If this fails, two stops become one because somebody guessed, or because names are alike."""
    names = {0: ["远山", "北站", "科技园", "银星"]}
    for where in (place(220, 800, indicative=True), place(270, 800)):
        found = scenario_between(network(), "101", names, Between(places={"科技园": where}))
        assert verbs(found) == ["new_stop", "reroute"]  # 70 m is beyond 60 m


def test_unknown_position_is_refused_or_spread():
    """If this fails, a stop is put somewhere in silence.

    甲 and 乙 between 北站 (400, 1100) and 桥头 (200, 800): at thirds, (333, 1000) and (267, 900).
    """
    names = {0: ["远山", "北站", "甲", "乙", "桥头", "银星"]}
    with pytest.raises(DataError, match="stop 甲: has no known position") as error:
        scenario_between(network(), "101", names)
    assert len(error.value.problems) == 2
    found = scenario_between(network(), "101", names, Between(spread=True))
    town = found.apply(network())
    stops = town.feed.stops.set_index("stop_name")
    for name, east, north in (("甲", 1000 / 3, 1000), ("乙", 800 / 3, 900)):
        at = town.stop_xy[town.stop_row[stops.loc[name, "stop_id"]]] - (504_000, 2_514_000)
        assert at == pytest.approx((east, north), abs=0.5)
        assert stops.loc[name, "indicative"]
    with pytest.raises(DataError, match="stop 末: has no known position"):
        scenario_between(network(), "101", {0: ["远山", "末"]}, Between(spread=True))


def test_loops_and_repeated_calls_are_told_apart():
    """If this fails, the wrong call of a loop is changed."""
    names = ["田心", "银星", "桥头", "北站", "银星", "田心"]
    found = scenario_between(network(), "环1", {0: names})
    assert calls(found.apply(network()), "RLOOP_0") == names
    twice = ["田心", "银星", "桥头", "银星", "远山", "北站"]
    found = scenario_between(network(), "8字", {0: twice})
    assert calls(found.apply(network()), "RTWICE_0") == twice


def test_faults_all_at_once():
    """If this fails, a wrong direction or list is found only one at a time, or not at all."""
    with pytest.raises(DataError) as error:
        scenario_between(network(), "101", {0: ["远山"], 3: ["银星", "银星"]})
    texts = [problem.what for problem in error.value.problems]
    assert texts == ["has 0 patterns", "1 stops wanted", "银星 stands twice running"]
    with pytest.raises(UsageError, match="no line is named '102'"):
        scenario_between(network(), "102", {0: ["远山", "银星"]})


def test_equal_lists_need_no_change():
    """If this fails, a list that is in force already gives changes without effect."""
    assert scenario_between(network(), "101", {0: ["远山", "北站", "桥头", "银星"]}).changes == ()


NAMES = ["银星", "桥头", "田心", "远山", "北站", "无路", "停运"]


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from(NAMES), min_size=2, max_size=8), st.sampled_from(["101", "环1", "8字"])
)
def test_any_list_of_known_stops_is_reached(names, line):
    """If this fails, there are stop lists that no scenario leads to."""
    if any(first == second for first, second in pairwise(names)):
        return
    pattern = {"101": "R101_0", "环1": "RLOOP_0", "8字": "RTWICE_0"}[line]
    town = scenario_between(network(), line, {0: names}).apply(network())
    assert calls(town, pattern) == names


# ---- where stops are ----------------------------------------------------------------------------


def test_kerb_on_the_way_is_chosen():
    """If this fails, a line calls on the wrong side of the road.

    Two kerbs of 中 at one place: buses of E pass eastwards at K1, those of W westwards at K2. A new
    line from west to east calls at K1, back at K2.
    """
    stops = {"A": ("西", 0, 0, ""), "K1": ("中", 500, 0, ""), "K2": ("中", 500, 10, ""),
             "B": ("东", 1000, 0, "")}  # fmt: skip
    town = network(make_feed(stops, {"E_0": ("E", 0, "A K1 B"), "W_0": ("W", 0, "B K2 A")}))
    assert kerbs_along(town, [["A"], ["K2", "K1"], ["B"]]) == ["A", "K1", "B"]
    assert kerbs_along(town, [["B"], ["K1", "K2"], ["A"]]) == ["B", "K2", "A"]


def test_least_detour_is_between_the_right_two():
    """If this fails, a proposed stop lies on the wrong part of a line.

    A (0, 0), B (1000, 0), C (1000, 1000); X (500, 0) is on the way from A to B: 0 m more. Behind
    B it would cost 500 + |(500, 1000)| − 1000 = 618 m.
    """
    stops = {"A": ("甲", 0, 0, ""), "B": ("乙", 1000, 0, ""), "C": ("丙", 1000, 1000, ""),
             "X": ("新", 500, 0, "")}  # fmt: skip
    town = network(make_feed(stops, {"L_0": ("L", 0, "A B C")}))
    assert least_detour(town, ["A", "B", "C"], ["X"]) == (1, "X")
    assert detour_m(town, ["A", "B", "C"], ["X"]) == pytest.approx(0, abs=0.1)
    assert np.hypot(500, 1000) + 500 - 1000 > 100
