"""What it takes to run the lines, by hand on the make-believe town."""

from __future__ import annotations

import dataclasses
import math

import pandas as pd
import pytest
from town import MARKS, Piece, lattice, make_feed, network, span

from transit.analysis.assumptions import Assumptions
from transit.analysis.directness import directness
from transit.analysis.fleet import Trip, vehicles_of_trips
from transit.analysis.operation import OPERATION, operation, run_times, same_fleet_headway_min
from transit.analysis.operation_changes import course_changes, operation_changes
from transit.analysis.overlap import common_stops, overlap, shared_with_others
from transit.errors import UsageError
from transit.scenario.merge import MergeLines
from transit.scenario.scenario import Scenario
from transit.scenario.stops import RemoveStop, RenameStop
from transit.scenario.whole_lines import RemoveLine

PLACES = {"A": ("甲", 0, 0, ""), "B": ("乙", 600, 0, ""), "C": ("丙", 1200, 0, ""),
          "D": ("丁", 1200, 600, "")}  # fmt: skip
THERE_AND_BACK = {"L_0": ("L", 0, "A B C"), "L_1": ("L", 1, "C B A")}
NO_LAYOVER = Assumptions().given(source="the test", layover_share=0, layover_least_min=0)


def town(courses=THERE_AND_BACK, spans=(), *, dwell_secs=0.0, pieces=None):
    """The lattice with lines of these courses and these rows of ``town.span``."""
    whole = network(make_feed(PLACES, courses), pieces)
    if not spans:
        return whole
    rows = pd.DataFrame([span(*one) for one in spans]).assign(dwell_secs=dwell_secs)
    return whole.with_feed(whole.feed.with_tables(frequencies=rows))


def hours(start: float, end: float) -> tuple[int, int]:
    return int(start * 3600), int(end * 3600)


def both(start: float, end: float, headway_min: float, speed: float = 20.0):
    """Both directions of line L from ``start`` to ``end`` o'clock."""
    return [(way, *hours(start, end), int(headway_min * 60), speed) for way in ("L_0", "L_1")]


def line(whole, route: str = "L", assumptions=None) -> pd.Series:
    return operation(whole, assumptions).set_index("route_id").loc[route]


def test_a_line_by_hand():
    """If this fails, a planner is told the wrong number of buses for a line."""
    # 1,200 m at 20 km/h: 3.6 min, and 24 s at B: 4.0 min. Layover: 15 % are 0.6, but at least
    # 5 min. Cycle 2 × (4 + 5) = 18 min; every 5 min: 3.6, so 4 buses. 16 h, 12 an hour: 192 runs
    # each way; 384 × 1.2 km; 384 × 9 min = 57.6 h. 2.4 km in 8 min: 18 km/h.
    found = line(town(spans=both(6, 22, 5), dwell_secs=24.0))
    assert found[list(OPERATION)].to_dict() == pytest.approx(
        {
            "length_out_km": 1.2, "length_back_km": 1.2, "share_matched": 1.0,
            "run_out_min": 4.0, "run_back_min": 4.0, "cycle_min": 18.0, "headway_min": 5.0,
            "vehicles": 4, "departures": 384, "vehicle_km": 460.8, "vehicle_hours": 57.6,
            "commercial_kmh": 18.0, "directness": 1.0, "shared": 0.0,
        }
    )  # fmt: skip
    assert not found["loop"]
    assert same_fleet_headway_min(18, 4) == 4.5  # the same four buses could run every 4.5 min
    assert math.isnan(same_fleet_headway_min(18, 0))


def test_layover_is_a_share_of_long_runs():
    """If this fails, long lines get the rest of short ones."""
    # 3.6 min at 20 km/h; a tenth of it, at least 0.3 min: 0.36. Cycle 7.92 min.
    given = Assumptions().given(source="rule", layover_share=0.1, layover_least_min=0.3)
    assert line(town(spans=both(6, 22, 10)), "L", given)["cycle_min"] == pytest.approx(7.92)


def test_cycle_of_whole_headways_needs_no_spare_bus():
    """If this fails, rounding adds a bus to every well planned line."""
    # 2 × 3.6 = 7.2 min: 2 headways of 3.6 min.
    found = line(town(spans=both(6, 22, 3.6)), "L", NO_LAYOVER)
    assert found["vehicles"] == 2


def test_vehicles_are_those_of_the_busiest_time():
    """If this fails, a fleet is sized for the quiet hours."""
    # Without layover 7.2 min off the peak: every 10 min, 1 bus. 07–09 at 10 km/h every 4 min:
    # 14.4 / 4 = 3.6, so 4. Departures each way: 6 + 30 + 78.
    spans = [*both(6, 7, 10), *both(7, 9, 4, 10.0), *both(9, 22, 10)]
    found = line(town(spans=spans), "L", NO_LAYOVER)
    assert found["vehicles"] == 4
    assert (found["busiest_start"], found["busiest_end"]) == hours(7, 9)
    assert (found["headway_min"], found["cycle_min"]) == pytest.approx((4, 14.4))
    assert found["departures"] == pytest.approx(2 * (6 + 30 + 78))
    # Hours: 2 × (84 × 3.6 + 30 × 7.2) min.
    assert found["vehicle_hours"] == pytest.approx(2 * (84 * 3.6 + 30 * 7.2) / 60)


def test_periods_that_only_partly_meet():
    """If this fails, two services at one time are counted one after the other."""
    # A short run A–B (1.8 min) beside the long one from 7 to 8, both every 10 min: every 5 min.
    # Out on average 2.7 min, back 3.6: 6.3 / 5 = 1.26, so 2 buses; else 7.2 / 10, so 1.
    courses = THERE_AND_BACK | {"L_2": ("L", 0, "A B")}
    spans = [*both(6, 22, 10), ("L_2", *hours(7, 8), 600, 20.0)]
    found = line(town(courses, spans), "L", NO_LAYOVER)
    assert found["vehicles"] == 2
    assert (found["run_out_min"], found["run_back_min"]) == pytest.approx((2.7, 3.6))
    assert (found["busiest_start"], found["busiest_end"]) == hours(7, 8)


def test_loop_is_back_after_one_direction():
    """If this fails, a loop is given twice the buses it needs."""
    # A → C → D → A along the lattice: 1,200 + 600 + 1,800 m, 10.8 min, every 6 min: 1.8.
    found = line(town({"L_0": ("L", 0, "A C D A")}, [("L_0", *hours(6, 22), 360)]), "L", NO_LAYOVER)
    assert found["loop"]
    assert found["cycle_min"] == pytest.approx(10.8)
    assert found["vehicles"] == 2
    assert math.isnan(found["length_back_km"])
    # Main node D, 1,341.6 m from A: 1,800 m out and 1,800 m back.
    assert found["directness"] == pytest.approx(1800 / math.hypot(1200, 600))


def test_one_way_line_drives_home_empty():
    """If this fails, buses of a one-way line vanish at its end."""
    found = line(town({"L_0": ("L", 0, "A C")}, [("L_0", *hours(6, 22), 240)]), "L", NO_LAYOVER)
    assert found["cycle_min"] == pytest.approx(7.2)
    assert found["vehicles"] == 2
    assert found["vehicle_km"] == pytest.approx(240 * 1.2)  # in service only


def test_timetable_needs_the_buses_its_trips_need():
    """If this fails, a timetable with a burst of trips looks as if one bus could run it."""
    # A run is 3.6 min at 20 km/h and 20 s at B (both assumed), and 5 min layover follow. Out at
    # 07:00, 07:01 and 07:02: three buses. One comes back at 07:10 and goes out again at 08:00.
    whole = town()
    out = {"a": 25_200, "b": 25_260, "c": 25_320, "d": 28_800}
    rows = [{"trip_id": key, "pattern_id": "L_0", "departure_time": at, **MARKS}
            for key, at in out.items()]  # fmt: skip
    rows.append({"trip_id": "e", "pattern_id": "L_1", "departure_time": 25_800, **MARKS})
    whole = whole.with_feed(whole.feed.with_tables(trips=pd.DataFrame(rows)))
    found = line(whole)
    assert found["vehicles"] == 3
    assert found["departures"] == 5
    assert found["vehicle_km"] == pytest.approx(6.0)
    assert found["service_indicative"]  # its speed is assumed
    runs = run_times(whole).set_index("pattern_id")
    assert runs["service"].tolist() == ["timetable", "timetable"]
    assert runs.loc["L_0", "run_min"] == pytest.approx(3.6 + 20 / 60)
    assert runs.loc["L_0", "headway_min"] == pytest.approx(20)  # 3 gaps in 60 min


@pytest.mark.parametrize(
    ("trips", "expected"),
    [
        ([("A", 0, "B", 10), ("B", 10, "A", 20), ("A", 20, "B", 30)], 1),  # free in time
        ([("A", 0, "B", 10), ("B", 9, "A", 20)], 2),
        ([("A", 0, "B", 10), ("A", 5, "B", 15), ("B", 12, "A", 22), ("A", 22, "B", 32)], 2),
        ([("A", 0, "A", 10), ("A", 9, "A", 19)], 2),  # a loop
        ([], 0),
    ],
)
def test_vehicles_by_chaining_trips(trips, expected):
    """If this fails, one bus is counted where two must run, or two where one could."""
    assert vehicles_of_trips([Trip(*one) for one in trips]) == expected


def test_line_without_service_has_length_and_run_time_only():
    """If this fails, buses and kilometres are made up for a line nobody knows the service of."""
    found = line(town())
    assert found["length_out_km"] == pytest.approx(1.2)
    assert found["run_out_min"] == pytest.approx(3.6 + 20 / 60)  # 20 km/h, 20 s: assumed
    unknown = ["cycle_min", "headway_min", "vehicles", "departures", "vehicle_km", "vehicle_hours"]
    assert found[unknown].isna().all()
    assert found["service_indicative"]
    # If asked for: every 10 min from 06:30 to 21:00, 87 runs each way.
    asked = Assumptions().given(source="a guess", indicative=True, headway_min=10)
    assert line(town(), "L", asked)["departures"] == pytest.approx(174)
    assert line(town(), "L", asked)["service_indicative"]


def test_line_partly_on_no_known_street():
    """If this fails, a length that is straight in part passes for one along streets."""
    # One street from A to B; B → C is 600 m with no street near C.
    whole = town(spans=both(6, 22, 10), pieces=[Piece(((0, 0), (600, 0)))])
    assert line(whole)["share_matched"] == pytest.approx(0.5)


def test_streets_speed_counts():
    """If this fails, a street made slower or faster costs no bus and saves none."""
    # Every street at 10 km/h: 7.2 min instead of 3.6, whatever the line's own speed.
    whole = town(spans=both(6, 22, 10))
    edges = whole.streets.edges.assign(bus_speed_kmh=10.0)
    whole = whole.with_streets(dataclasses.replace(whole.streets, edges=edges))
    assert line(whole)["run_out_min"] == pytest.approx(7.2)
    assert line(whole)["commercial_kmh"] == pytest.approx(10)


def test_routes_asked_for_are_those_of_the_table():
    """If this fails, a search pays another price for a line than the report prints."""
    whole = network()
    every = operation(whole)
    some = operation(whole, routes=["R101", "RLOOP"])
    kept = every[every["route_id"].isin(["R101", "RLOOP"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, kept)
    assert set(OPERATION) <= set(every.columns)


def test_marks():
    """If this fails, a fleet figured from an assumed headway or a drawn street does not say so."""
    base = town(spans=both(6, 22, 10))
    assert not line(base)[["indicative", "service_indicative"]].any()
    spans = base.feed.frequencies.assign(indicative=True)
    assumed = base.with_feed(base.feed.with_tables(frequencies=spans))
    assert line(assumed)["service_indicative"]
    drawn = [dataclasses.replace(one, indicative=True) for one in lattice()]
    assert line(town(spans=both(6, 22, 10), pieces=drawn))["indicative"]


def test_assumptions_say_where_they_come_from():
    """If this fails, an assumed layover is printed as if it were the operator's."""
    table = Assumptions().table().set_index("assumption")
    assert table.loc["layover_share", ["value", "unit"]].tolist() == [0.15, "share of run time"]
    assert table["indicative"].all()
    assert (table["source"] != "").all()
    given = Assumptions().given(source="the operator, 2021", dwell_secs=25, first_secs="06:00")
    own = given.table().set_index("assumption").loc["dwell_secs"]
    assert own[["value", "source", "indicative"]].tolist() == [25, "the operator, 2021", False]
    assert given.number("first_secs") == 6 * 3600


def test_assumptions_that_cannot_be():
    """If this fails, a slip in an assumption ends in a traceback, or in buses below zero."""
    with pytest.raises(UsageError) as caught:
        Assumptions().given(source="", layover_shares=1, speed_kmh=0, dwell_secs=-1, last_secs="9")
    assert sorted(problem.where for problem in caught.value.problems) == [
        "assumptions", "assumptions dwell_secs", "assumptions last_secs", "assumptions speed_kmh",
    ]  # fmt: skip


def test_directness_is_the_mean_of_both_directions():
    """If this fails, 非直线系数 of a line is that of one direction."""
    # A → D: 1,800 m along the lattice; back by B, two blocks further north and round: B2 is at
    # (600, 800): 600 + 200 up from D's row, then 600 + 800 to A: 600 + 200 + 600 + 800 = 2,200 m.
    places = PLACES | {"B2": ("北", 600, 800, "")}
    whole = network(make_feed(places, {"L_0": ("L", 0, "A D"), "L_1": ("L", 1, "D B2 A")}))
    assert directness(whole)["L"] == pytest.approx((1800 + 2200) / 2 / math.hypot(1200, 600))


def test_overlap_of_lines():
    """If this fails, 线路重复系数 counts a street twice, or a line in both directions."""
    # L runs A–C (1,200 m), M runs B–D (600 + 600 m, the first 600 on L's street): 2,400 m of
    # lines on 1,800 m of streets. L's other direction does not count.
    courses = THERE_AND_BACK | {"M_0": ("M", 0, "B C D"), "M_1": ("M", 1, "D C B")}
    table = overlap(town(courses)).set_index("on")
    assert table.loc["streets", "ratio"] == pytest.approx(2400 / 1800)
    assert table.loc["all", ["lines", "lines_km", "network_km"]].tolist() == pytest.approx(
        [2, 2.4, 1.8]
    )
    assert shared_with_others(town(courses)).to_dict() == pytest.approx({"L": 0.5, "M": 0.5})


def test_overlap_of_straight_hops():
    """If this fails, lines seem to share nothing where no street is known."""
    courses = THERE_AND_BACK | {"M_0": ("M", 0, "C B")}  # the other way, between the same stops
    whole = town(courses, pieces=[Piece(((5000, 0), (5100, 0)))])
    table = overlap(whole).set_index("on")
    assert table.loc["all", "ratio"] == pytest.approx(1800 / 1200)
    assert table.loc["streets", "lines"] == 0
    assert math.isnan(table.loc["streets", "ratio"])


def test_common_stops_of_two_lines():
    """If this fails, 复线系数 is not the one planners work out by hand."""
    # FACTS: 23 and 20 stops, 10 in common one after the other: 10 / 20 = 0.5.
    stops = {f"S{n}": (f"站{n}", 100 * n, 0, "") for n in range(40)}
    long = " ".join(f"S{n}" for n in range(23))
    short = " ".join(f"S{n}" for n in [*range(10, 20), *range(30, 40)])
    backward = " ".join(f"S{n}" for n in reversed(range(23)))
    courses = {"L_0": ("L", 0, long), "L_1": ("L", 1, backward), "M_0": ("M", 0, short),
               "N_0": ("N", 0, "S0 S2 S4 S30")}  # fmt: skip
    table = common_stops(network(make_feed(stops, courses)))
    assert table[
        ["line", "other_line", "stops", "other_stops", "common", "ratio"]
    ].values.tolist() == [
        ["L", "M", 23, 20, 10, 0.5]
    ]  # fmt: skip  (N's stops are none of them next to each other on L)
    assert common_stops(network(make_feed(stops, courses)), ["L", "N"]).empty


# ---- before and after ------------------------------------------------------------------------


def longer():
    """L every 10 min, and the same with C moved out of it for D, 600 m further."""
    stops = {"L_0": ("L", 0, "A B D"), "L_1": ("L", 1, "D B A")}
    return town(spans=both(6, 22, 5)), town(stops, both(6, 22, 5))


def test_what_a_longer_line_costs():
    """If this fails, an extension seems to be had for nothing, or to cost twice."""
    # 1.2 km → 1.8 km each way: 3.6 → 5.4 min; cycle 7.2 → 10.8 min; every 5 min: 2 → 3 buses;
    # the two buses of before can hold 10.8 / 2 = 5.4 min. 192 runs each way, 0.6 km more: 230.4.
    table = operation_changes(*longer(), NO_LAYOVER).set_index("measure")
    cells = {name: tuple(table.loc[name, ["before", "after", "change"]]) for name in
             ("length_out_km", "run_back_min", "cycle_min", "vehicles", "vehicle_km")}  # fmt: skip
    assert cells["length_out_km"] == pytest.approx((1.2, 1.8, 0.6))
    assert cells["run_back_min"] == pytest.approx((3.6, 5.4, 1.8))
    assert cells["cycle_min"] == pytest.approx((7.2, 10.8, 3.6))
    assert cells["vehicles"] == (2, 3, 1)
    assert cells["vehicle_km"] == pytest.approx((460.8, 691.2, 230.4))
    assert table["same_fleet_min"].dropna().to_dict() == {"headway_min": pytest.approx(5.4)}
    assert table.loc["cycle_min", "unit"] == "min"
    assert not table[["indicative", "service_indicative"]].any().any()


def test_operation_turned_round_is_the_negative():
    """If this fails, taking an extension back does not save what it cost."""
    there, back = operation_changes(*longer()), operation_changes(*longer()[::-1])
    pd.testing.assert_series_equal(there["change"], -back["change"])
    courses = course_changes(*longer()), course_changes(*longer()[::-1])
    pd.testing.assert_series_equal(courses[0]["length_change_m"], -courses[1]["length_change_m"])
    for name in ("streets", "hops", "straight"):
        assert courses[0][f"{name}_new"].tolist() == courses[1][f"{name}_left"].tolist()


def test_new_line_costs_all_it_takes():
    """If this fails, a line that did not exist before has no cost, or a change of its length."""
    whole = town(THERE_AND_BACK | {"M_0": ("M", 0, "A B A")}, [("M_0", *hours(6, 22), 600)])
    table = operation_changes(town(), whole, NO_LAYOVER)
    new = table[table["route_id"] == "M"].set_index("measure")
    # 600 m out, round a block of the lattice to turn (200 m more), 600 m home: 1.4 km in 4.2 min,
    # every 10 min: 1 bus, 96 runs.
    assert tuple(new.loc["vehicles", ["before", "after", "change"]]) == (0, 1, 1)
    assert new.loc["vehicle_km", "change"] == pytest.approx(96 * 1.4)
    assert math.isnan(new.loc["length_out_km", "change"])
    assert math.isnan(new.loc["headway_min", "same_fleet_min"])
    (row,) = course_changes(town(), whole).to_dict("records")
    assert (row["pattern_id"], row["hops_new"]) == ("M_0", "甲 → 乙、乙 → 甲")
    assert row["length_after_m"] == pytest.approx(1400)
    assert math.isnan(row["length_change_m"])
    assert math.isnan(row["run_before_min"])


def test_courses_that_a_street_edit_moves():
    """If this fails, a line that is led round by a closed street is not named."""
    # A ring: A–B direct on w0 (600 m), or round the block on w1 (200 + 600 + 200 m). With w0
    # shut to buses both hops A–B take 1,000 m: 400 m and 1.2 min more. B–C stays.
    pieces = [Piece(((0, 0), (600, 0))), Piece(((600, 0), (1200, 0))),
              Piece(((0, 0), (0, 200), (600, 200), (600, 0)))]  # fmt: skip
    before = town(spans=both(6, 22, 10), pieces=pieces)
    edges = before.streets.edges.assign(street_name=["前街", "大道", ""])
    before = before.with_streets(dataclasses.replace(before.streets, edges=edges))
    shut = edges.assign(motor_forward=[False, True, True], motor_backward=[False, True, True])
    after = before.with_streets(dataclasses.replace(before.streets, edges=shut))
    table = course_changes(before, after).set_index("pattern_id")
    assert table.index.tolist() == ["L_0", "L_1"]
    row = table.loc["L_0"]
    assert row[["length_before_m", "length_after_m", "length_change_m"]].tolist() == pytest.approx(
        [1200, 1600, 400]
    )
    assert row["run_change_min"] == pytest.approx(1.2)
    assert row[["streets_new", "streets_left", "straight_new", "hops_new"]].tolist() == [
        "[w2]", "前街", "", "",
    ]  # fmt: skip
    # With the way round shut as well, A–B is on no known street and 600 m straight again.
    none = shut.assign(motor_forward=[False, True, False], motor_backward=[False, True, False])
    lost = before.with_streets(dataclasses.replace(before.streets, edges=none))
    row = course_changes(before, lost).set_index("pattern_id").loc["L_1"]
    assert (row["straight_new"], row["straight_left"], row["streets_left"]) == (
        "乙 → 甲", "", "前街",
    )  # fmt: skip


def test_a_renamed_stop_moves_no_line():
    """If this fails, a new name reads as a line that drives elsewhere or lost its streets."""
    # The one street ends at B, so B–C is on no known street, before as after.
    before = town(spans=both(6, 22, 5), pieces=[Piece(((0, 0), (600, 0)))])
    after = Scenario("s", (RenameStop(stop="B", stop_name="新名"),)).apply(before)
    assert course_changes(before, after).empty
    # A line that also leaves a hop out is named with the names of each side.
    shorter = Scenario("s", (RemoveStop(stop="C", line="L", direction_id=0),)).apply(after)
    row = course_changes(before, shorter).set_index("pattern_id").loc["L_0"]
    assert (row["hops_new"], row["hops_left"]) == ("", "乙 → 丙")
    row = course_changes(shorter, before).set_index("pattern_id").loc["L_0"]
    assert (row["hops_new"], row["hops_left"]) == ("乙 → 丙", "")


def test_a_renamed_line_is_one_line():
    """If this fails, comparing a merger under a new name ends in a traceback."""
    apart = {"L_0": ("L", 0, "A B"), "M_0": ("M", 0, "B C")}
    before = town(apart, [("L_0", *hours(6, 22), 600), ("M_0", *hours(6, 22), 600)])
    merge = MergeLines(line="L", other="M", service="first", route_short_name="新线")
    after = Scenario("s", (merge,)).apply(before)
    table = operation_changes(before, after, NO_LAYOVER).set_index(["route_id", "measure"])
    assert table.index.is_unique
    # A–B is 600 m; with B–C behind it 1,200 m. M is gone.
    length = table.loc[("L", "length_out_km")]
    assert length[["route_short_name", "before", "after"]].tolist() == [
        "新线", pytest.approx(0.6), pytest.approx(1.2),
    ]  # fmt: skip
    assert table.loc[("M", "vehicle_km"), "after"] == 0
    rows = course_changes(before, after).set_index("pattern_id")
    assert rows.loc["L_0", ["route_short_name", "length_change_m", "hops_new"]].tolist() == [
        "新线", pytest.approx(600), "乙 → 丙",
    ]  # fmt: skip


def test_no_line_and_a_line_of_no_length():
    """If this fails, taking out the last line, or a line without length, is a traceback."""
    before = town(spans=both(6, 22, 5))
    gone = Scenario("s", (RemoveLine(line="L"),)).apply(before)
    assert operation(gone).empty
    table = operation_changes(before, gone).set_index("measure")
    assert table.loc["vehicles", "after"] == 0
    # Two kerbs at one place, 400 m from the only street: no kilometre, no speed.
    far = {"A": ("甲", 0, 400, ""), "B": ("乙", 0, 400, "")}
    feed = make_feed(far, {"L_0": ("L", 0, "A B")}, {"L_0": 600})
    for pieces in ([Piece(((0, 0), (600, 0)))], [Piece(((0, 400), (600, 400)))]):
        row = line(network(feed, pieces))
        assert row["length_out_km"] == 0
        assert math.isnan(row["commercial_kmh"])
        assert math.isnan(row["directness"])


def test_nothing_changed_is_no_row():
    """If this fails, every line is listed as changed."""
    assert course_changes(town(spans=both(6, 22, 5)), town(spans=both(6, 22, 5))).empty
    table = operation_changes(network(), network())
    assert (table["change"].dropna() == 0).all()
