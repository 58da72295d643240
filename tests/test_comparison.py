"""Before and after: differences, and who gains and who loses, by hand on the make-believe town."""

from __future__ import annotations

import dataclasses
import io
import math

import numpy as np
import pandas as pd
import pytest
import shapely
from rich.console import Console
from shapely.geometry import Point
from town import Piece, degrees, make_feed, network, park

from transit.analysis.assumptions import Assumptions
from transit.analysis.brief import brief
from transit.analysis.measures import measures
from transit.analysis.operation_words import course_line, operation_tables
from transit.answer import comparison_answer
from transit.comparison import compare, difference
from transit.errors import DataError
from transit.ledger import LEDGER_COLUMNS, service_ledger
from transit.scenario.barriers import CloseStopSide
from transit.scenario.headway import ChangeHeadway
from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute
from transit.scenario.scenario import Scenario
from transit.scenario.stops import NewStop, RemoveStop
from transit.scenario.streets import CloseStreet

LIMIT = 501
LOSE = Scenario("lose", (RemoveStop(stop="S1", line="101"),))
OFTEN = Scenario("often", (ChangeHeadway(line="环1", headway_secs=600),))


def seen(scenario: Scenario, **options):
    return compare(network(), scenario, park(), limit_m=LIMIT, **options)


def row(comparison, subject_id: str, measure: str) -> pd.Series:
    table = comparison.table
    found = table[(table["subject_id"] == subject_id) & (table["measure"] == measure)]
    assert len(found) == 1
    return found.iloc[0]


def test_what_a_removed_call_changes():
    """If this fails, the report of a change has the wrong before, after or sign."""
    both = seen(LOSE)
    # 101 runs 6 an hour each way; S1 loses the direction towards it, and keeps 007, 环1, 8字.
    lost = row(both, "S1", "buses_per_hour")
    assert (lost["before"], lost["after"], lost["change"]) == (12, 6, -6)
    lines = row(both, "S1", "lines_calling")
    assert (lines["before"], lines["after"], lines["change"]) == (4, 3, -1)
    calls = row(both, "R101", "calls")
    assert (calls["before"], calls["after"]) == (8, 7)
    assert set(both.changed()["subject_id"]) >= {"S1", "R101"}
    assert "S5" not in set(both.changed()["subject_id"])


def test_distance_unknown_on_one_side_has_no_change():
    """If this fails, a line that comes near for the first time moves "by its distance"."""
    # 9X is cut to run far away: from S4 to S5, so the line has no distance afterwards.
    far = Scenario("far", (MoveOrigin(line="9X", from_stop="S7", to_stop="S4"),))
    both = seen(far)
    walk = row(both, "R9X", "walk_m")
    assert (walk["before"], walk["after"]) == (
        pytest.approx(300),
        pytest.approx(np.nan, nan_ok=True),
    )
    assert np.isnan(walk["change"])
    starts = row(both, "R9X", "starts_here")
    assert (starts["before"], starts["after"], starts["change"]) == (1, 0, -1)
    share = row(both, "R9X", "share_straight")
    assert share["after"] == 0
    assert share["change"] == -share["before"]


def test_difference_turned_round_is_the_negative():
    """If this fails, undoing a change is not the opposite of making it."""
    base = network()
    sides = [
        measures(brief(one, park(), limit_m=LIMIT)) for one in (base, (LOSE + OFTEN).apply(base))
    ]
    there = difference(*sides, limit_m=LIMIT)
    back = difference(*sides[::-1], limit_m=LIMIT)
    np.testing.assert_array_equal(there["change"], -back["change"])
    np.testing.assert_array_equal(there["before"], back["after"])
    assert there["measure"].tolist() == back["measure"].tolist()


def test_table_has_every_scenario_and_park():
    """If this fails, one scenario's figures stand under another's name."""
    parks = [park(), park(park_id="P2", bounds=(800, 200, 1000, 400), gates={})]
    both = compare(network(), [LOSE, OFTEN], parks, limit_m=LIMIT)
    assert both.table.groupby(["scenario", "park_id"]).ngroups == 4
    assert set(both.changed()["scenario"]) == {"lose", "often"}
    often = both.table[(both.table["scenario"] == "often") & (both.table["park_id"] == "P1")]
    loop = often[(often["subject_id"] == "RLOOP") & (often["measure"] == "buses_per_hour")]
    assert loop["change"].tolist() == [3]  # from every 20 to every 10 minutes
    assert set(both.table["limit_m"]) == {LIMIT}


def test_case_and_comparison_tell_the_same():
    """If this fails, the table of one case and the table of all disagree."""
    both = seen(LOSE)
    pd.testing.assert_frame_equal(both.cases[0].table, both.table.drop(columns="scenario"))


def test_operation_of_each_scenario_stands_under_its_name():
    """If this fails, one scenario's buses and kilometres are those of another."""
    both = compare(network(), [LOSE, OFTEN], park(), limit_m=LIMIT)
    table = both.operation.set_index(["scenario", "route_id", "measure"])["change"]
    # 环1 runs 3.1 km in 9.3 min, 5 min layover: 14.3 min. Every 20 min 1 bus, every 10 min 2.
    assert table["often", "RLOOP", "vehicles"] == 1
    assert table["often", "R101", "vehicles"] == 0
    assert table["lose", "RLOOP", "vehicles"] == 0
    # 101 towards 银星 ends at S2, 900 m earlier along the lattice.
    assert table["lose", "R101", "length_out_km"] == pytest.approx(-0.9)
    (course,) = both.courses.to_dict("records")
    assert (course["scenario"], course["pattern_id"]) == ("lose", "R101_0")
    assert course["length_change_m"] == pytest.approx(-900)
    assert course["run_change_min"] == pytest.approx(-2.7)


def test_own_assumptions_reach_the_operation():
    """If this fails, the operator's layover is asked for and another one is used."""
    own = Assumptions().given(source="operator", layover_least_min=0, layover_share=0)
    both = seen(OFTEN, assumptions=own)
    table = both.operation.set_index(["route_id", "measure"])
    assert table.loc[("RLOOP", "cycle_min"), "after"] == pytest.approx(9.3)
    assert both.assumptions is own


def test_answer_says_what_a_change_costs_and_assumes():
    """If this fails, the answer in words leaves out the buses, or what they rest on."""
    text = answered(LOSE, OFTEN)
    assert "1 → 2" in text  # 环1 needs another bus
    assert "101 (direction 0): -900 m, -2.7 min" in text
    assert "layover at the end of each run, at least: 5 min*" in text
    assert "Source: assumed by this project for lack of the operator's value." in text
    # 环1: 48 runs a day of 14.3 min with layover become 96; its course goes back to where it began.
    assert "11.4 → 22.9" in text
    assert "directness" in text
    # 101 ends 900 m earlier: the lines together run less, and on fewer streets.
    assert "Overlap of all lines on known streets" in text


def test_answer_fits_the_width_of_a_pipe():
    """If this fails, figures of operation are broken over lines where an answer is piped."""
    console = Console(width=150, record=True, file=io.StringIO())
    rows = seen(LOSE).operation.assign(before=123.45, after=122.34)
    for table in operation_tables(rows):
        console.print(table)
        assert table.row_count == rows["route_id"].nunique()
    assert len(console.export_text().splitlines()) == 2 * (1 + rows["route_id"].nunique())


def test_long_lists_of_hops_are_counted():
    """If this fails, a line through streets that are not known fills the page with its stops."""
    (row,) = seen(LOSE).courses.head(1).itertuples()
    hops = "、".join(f"{number} → {number + 1}" for number in range(1, 13))
    text = course_line(row._replace(straight_new=hops))
    assert text.endswith("now on no known street: 12 hops (1 → 2, 2 → 3, 3 → 4, …)")
    few = course_line(row._replace(straight_new="1 → 2、2 → 3、3 → 4"))
    assert few.endswith("now on no known street: 1 → 2, 2 → 3, 3 → 4")


def answered(*scenarios: Scenario) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(comparison_answer(compare(network(), scenarios, park(), limit_m=LIMIT)))
    return console.export_text()


def test_answer_says_when_no_line_is_run_otherwise():
    """If this fails, a reader cannot tell lines that keep their course from lines left out."""
    said = "No line drives elsewhere"
    assert said in answered(Scenario("nothing"))
    assert said not in answered(OFTEN)


def test_answer_calls_no_street_new_to_a_pattern_that_was_not_there():
    """If this fails, a line doubled by keep_original seems to enter the streets it drove on."""
    both = ChangeHeadway(line="环1", headway_secs=600, keep_original=True)
    text = answered(Scenario("both", (both,)))
    assert "环1 (direction 0): new" in text
    assert "new streets" not in text
    assert "now on no known street" not in text


def test_answer_says_at_what_time_gates_are_open():
    """If this fails, a gate shut at night seems to be shut, or open, all day."""
    hours = CloseStopSide(stop="S1", side="E", foot_hours="06:00-22:00", indicative=True)
    assert "Gates and ways with hours are as at 08:00." in answered(Scenario("gate", (hours,)))
    assert "with hours" not in answered(OFTEN)


def test_empty_scenario_changes_nothing():
    """If this fails, the base differs from itself."""
    both = seen(Scenario("nothing"))
    assert len(both.changed()) == 0
    assert len(both.ledger) == 0
    assert list(both.ledger.columns) == ["scenario", *LEDGER_COLUMNS]


def test_nothing_to_compare_is_an_error():
    """If this fails, an empty selection ends in a traceback."""
    for scenarios, parks in (([], [park()]), ([LOSE], [])):
        with pytest.raises(DataError, match="no scenario or no park"):
            compare(network(), scenarios, parks)


def test_faults_of_all_scenarios_at_once():
    """If this fails, faults come out one scenario at a time."""
    wrong = [Scenario(name, (RemoveStop(stop="nowhere"),)) for name in ("a", "b")]
    with pytest.raises(DataError) as caught:
        compare(network(), wrong, park())
    assert [problem.where for problem in caught.value.problems] == [
        "a change 1 remove_stop stop", "b change 1 remove_stop stop",
    ]  # fmt: skip


def test_gate_that_a_scenario_cuts_off_is_a_fault_of_the_scenario():
    """If this fails, a planner who closes a gate's streets is told to survey the gate again."""
    streets, gate = network().streets, Point(park().gate_xy[0])
    near = streets.edges.loc[shapely.distance(streets.lines, gate) < 101, "way_id"]
    close = tuple(CloseStreet(street=way, who="walkers") for way in near)
    with pytest.raises(DataError) as caught:
        compare(network(), [Scenario("a", close), Scenario("b", close)], park())
    faults = caught.value.problems
    assert [fault.where.split(" park ")[0] for fault in faults] == ["a", "b"]
    assert {fault.what for fault in faults} == {"no walkable street within 100 m is left to it"}


# ---- the ledger -----------------------------------------------------------------------------


def ledger(*changes) -> pd.DataFrame:
    base = network()
    return service_ledger(base, Scenario("s", changes).apply(base))


def stops_of(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["subject"] == "stop"]


def test_loss_names_what_is_left_and_the_next_stop():
    """If this fails, those who lose a line are not told where it still stops."""
    table = ledger(RemoveStop(stop="S1", line="101"))
    assert len(table) == 1
    lost = table.iloc[0]
    assert lost[["effect", "subject", "subject_id", "subject_name", "line", "direction_id", "what",
                 "buses_per_hour", "lines_there"]].tolist() == [
        "loss", "stop", "S1", "银星", "101", 0, "line calls", -6, "007、8字、环1",
    ]  # fmt: skip
    # Towards S1 the line still calls at S4, S5 and S2; S2 is nearest: (700, 400) → (200, 800).
    assert lost["next_stop"] == "桥头"
    assert lost["next_straight_m"] == pytest.approx(math.hypot(500, 400))
    assert lost["next_walk_m"] == pytest.approx(900)


def test_next_stop_may_be_a_new_one():
    """If this fails, those who lose a stop are not told of the new one round the corner."""
    lon, lat = degrees(300, 800)
    new = NewStop(
        stop_id="N", stop_name="新站", lon=lon, lat=lat, datum="WGS-84", indicative=False, year=2021
    )
    via = Reroute(line="101", direction_id=0, from_stop="S5", to_stop="S1", via=("N",))
    lost = ledger(new, via).set_index("effect").loc["loss"]
    # From S2 (200, 800) one block east.
    assert (lost["subject_id"], lost["next_stop"]) == ("S2", "新站")
    assert lost["next_straight_m"] == pytest.approx(100)
    assert lost["next_walk_m"] == pytest.approx(100)


def test_walk_to_the_next_stop_goes_with_a_one_way_path():
    """If this fails, those who lose a stop are sent against a one-way path, or told of no way."""
    places = {"A": ("甲", 0, 0, ""), "B": ("乙", 100, 0, ""), "Z": ("远", 5000, 5000, "")}
    path = [Piece(((0, 0), (100, 0)), "forward")]
    walks = {}
    for gone, course in (("A", "A B Z"), ("B", "B A Z")):
        base = network(make_feed(places, {"L_0": ("L", 0, course)}), path)
        after = Scenario("s", (RemoveStop(stop=gone, line="L"),)).apply(base)
        walks[gone] = service_ledger(base, after).iloc[0]["next_walk_m"]
    assert walks == pytest.approx({"A": 100, "B": math.nan}, nan_ok=True)


def test_line_that_calls_twice_is_lost_once():
    """If this fails, a stop seems to lose more buses than ever called there."""
    # 8字 passes S1 twice on each run, every 30 minutes: 2 an hour.
    table = stops_of(ledger(RemoveStop(stop="S1", line="8字")))
    assert table[["effect", "subject_id", "buses_per_hour"]].values.tolist() == [["loss", "S1", -2]]


def test_loss_of_a_stop_that_goes_altogether_names_the_next_stop_too():
    """If this fails, those whose stop is closed are not told where to go."""
    table = ledger(RemoveStop(stop="S4")).set_index(["line", "direction_id"])
    # From (1200, 1200) to S5 (400, 1100), and to S3 (950, 300), straight and on foot.
    both = {
        ("101", 0): ("北站", 800, 100),
        ("101", 1): ("北站", 800, 100),
        ("007", 0): ("田心", 250, 900),
    }
    for key, (name, east, north) in both.items():
        assert table.loc[key, "next_stop"] == name
        assert table.loc[key, "next_straight_m"] == pytest.approx(math.hypot(east, north))
        assert table.loc[key, "next_walk_m"] == pytest.approx(east + north)
        assert table.loc[key, "lines_there"] == ""


def test_walk_to_the_next_stop_is_unknown_without_a_street():
    """If this fails, a walk is invented where no street is known."""
    base = network()
    there = Scenario("a", (ExtendLine(line="9X", end="start", stops=("S6",)),)).apply(base)
    back = Scenario("b", (RemoveStop(stop="S6", line="9X"),)).apply(there)
    lost = service_ledger(there, back).iloc[0]
    assert lost["next_stop"] == "停运"
    assert np.isnan(lost["next_walk_m"])


def test_gain_names_all_lines_there_now():
    """If this fails, a gain is credited to the wrong line or direction."""
    table = ledger(ExtendLine(line="9X", end="end", stops=("S2",)))
    assert table[["effect", "subject_id", "line", "buses_per_hour", "lines_there"]].values.tolist(
    ) == [["gain", "S2", "9X", 0, "101、8字、9X、环1"]]  # fmt: skip


def test_more_buses_are_a_gain_of_the_line():
    """If this fails, a change of headway leaves no trace in the ledger."""
    more = ledger(ChangeHeadway(line="环1", headway_secs=600))
    assert more[["effect", "subject", "subject_id", "what", "buses_per_hour"]].values.tolist() == [
        ["gain", "line", "RLOOP", "buses an hour", 3]
    ]
    less = ledger(ChangeHeadway(line="101", headway_secs=1200, direction_id=1))
    assert less[["effect", "direction_id", "buses_per_hour"]].values.tolist() == [["loss", 1, -3]]


def test_rerouted_line_loses_and_gains():
    """If this fails, only the good half of a reroute is shown."""
    via = Reroute(line="101", direction_id=0, from_stop="S5", to_stop="S1", via=("S7",))
    table = stops_of(ledger(via))
    assert table[["effect", "subject_id"]].values.tolist() == [["loss", "S2"], ["gain", "S7"]]


def test_ledger_turned_round_swaps_gains_and_losses():
    """If this fails, undoing a change does not give back what it took."""
    base = network()
    after = LOSE.apply(base)
    there, back = service_ledger(base, after), service_ledger(after, base)
    swapped = {"gain": "loss", "loss": "gain"}
    keys = ["subject_id", "line", "direction_id"]
    assert there[keys].values.tolist() == back[keys].values.tolist()
    assert there["effect"].map(swapped).tolist() == back["effect"].tolist()
    assert there["buses_per_hour"].tolist() == (-back["buses_per_hour"]).tolist()


def test_park_gains_a_line_and_an_origin():
    """If this fails, the one thing a park asked for is not in the report."""
    lon, lat = degrees(500, 300)
    new = NewStop(
        stop_id="N", stop_name="新站", lon=lon, lat=lat, datum="WGS-84", indicative=True, year=2021
    )
    here = park(bounds=(400, 200, 600, 320), gates={}, point=None)
    rows = {}
    for end in ("end", "start"):
        scenario = Scenario("s", (new, ExtendLine(line="9X", end=end, stops=("N",))))
        table = compare(network(), scenario, here, limit_m=90).ledger
        rows[end] = table[table["subject"] == "park"]
    assert rows["end"][["effect", "line", "what"]].values.tolist() == [
        ["gain", "9X", "line within the limit"]
    ]
    assert rows["start"]["what"].tolist() == ["line within the limit", "starts here"]
    assert rows["start"]["indicative"].tolist() == [True, True]


def assumed(pattern: str):
    """The town with the headway of one pattern assumed."""
    base = network()
    spans = base.feed.frequencies
    spans = spans.assign(indicative=spans["pattern_id"] == pattern)
    return base.with_feed(base.feed.with_tables(frequencies=spans))


def test_assumed_headway_marks_gains_and_losses():
    """If this fails, buses gained or lost by an assumed headway pass for counted ones."""
    base = assumed("R101_0")
    changes = (
        RemoveStop(stop="S1", line="101"),
        RemoveStop(stop="S3", line="007"),
        ChangeHeadway(line="101", headway_secs=1200, direction_id=0),
        ChangeHeadway(line="环1", headway_secs=600),
    )
    table = service_ledger(base, Scenario("s", changes).apply(base))
    marks = table.set_index(["subject", "line"])["indicative"]
    assert marks.to_dict() == {
        ("stop", "101"): True, ("stop", "007"): False, ("line", "101"): True,
        ("line", "环1"): False,
    }  # fmt: skip


def test_mark_of_either_side_marks_the_change():
    """If this fails, a change from an assumed figure to a counted one passes for counted."""
    sides = [measures(brief(one, park(), limit_m=LIMIT)) for one in (assumed("RLOOP_0"), network())]
    for before, after in (sides, sides[::-1]):
        table = difference(before, after, limit_m=LIMIT).set_index(["subject_id", "measure"])
        assert table.loc[("RLOOP", "buses_per_hour"), "indicative"]
        assert not table.loc[("R101", "buses_per_hour"), "indicative"]


def test_park_rows_of_an_indicative_outline_say_so():
    """If this fails, a line is lost "within the limit" of a sketched outline without a word."""
    far = Scenario("far", (MoveOrigin(line="9X", from_stop="S7", to_stop="S4"),))
    sketched = dataclasses.replace(park(), indicative=True)
    for seen_from, mark in ((park(), False), (sketched, True)):
        table = compare(network(), far, seen_from, limit_m=LIMIT).ledger
        rows = table[table["subject"] == "park"]
        # S7 was near (a walk of 300 m from the east gate) and its first call; S4 and S5 are not.
        assert rows[["effect", "line", "what", "indicative"]].values.tolist() == [
            ["loss", "9X", "line within the limit", mark],
            ["loss", "9X", "line within the limit, walking", mark],
            ["loss", "9X", "starts here", mark],
        ]


def test_line_that_is_gone_has_no_next_stop():
    """If this fails, a line that stops running altogether breaks the ledger."""
    base = network()
    feed = base.feed
    less = feed.with_tables(
        patterns=feed.patterns[feed.patterns["pattern_id"] != "R9X_0"],
        calls=feed.calls[feed.calls["pattern_id"] != "R9X_0"],
    )
    table = service_ledger(base, base.with_feed(less))
    assert table[["effect", "subject_id", "next_stop"]].values.tolist() == [
        ["loss", "S5", ""], ["loss", "S7", ""],
    ]  # fmt: skip


def test_scenarios_and_parks_of_one_name_are_refused():
    """If this fails, rows of two scenarios cannot be told apart, or stand twice."""
    with pytest.raises(DataError, match="given 2 times") as caught:
        compare(network(), [Scenario("a"), Scenario("a")], [park(), park()])
    assert [problem.where for problem in caught.value.problems] == [
        "compare scenario",
        "compare park",
    ]
