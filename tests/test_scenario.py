"""Each change of a network: what it makes, what it refuses, and what it leaves alone."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import ValidationError
from town import COURSES, HEADWAYS, MARKS, STOPS, degrees, feed, make_feed, network, span

from transit.errors import DataError
from transit.model.network import Network
from transit.scenario.change import Change
from transit.scenario.headway import ChangeHeadway
from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute
from transit.scenario.scenario import VERBS, Scenario
from transit.scenario.stops import NewStop, RemoveStop
from transit.schema import FEED_TABLES


def run(*changes: Change, base: Network | None = None) -> Network:
    return Scenario("s", changes).apply(base or network())


def course(whole: Network, pattern: str) -> str:
    return " ".join(whole.feed.sequence(pattern))


def refused(*changes: Change, base: Network | None = None) -> list[str]:
    """Problems of a scenario as text; fails when there is none."""
    with pytest.raises(DataError) as caught:
        run(*changes, base=base)
    return [str(problem) for problem in caught.value.problems]


def new_stop(stop_id: str = "N", east: float = 500, north: float = 300, **more) -> NewStop:
    lon, lat = degrees(east, north)
    values = {"stop_name": "新站", "lon": lon, "lat": lat, "datum": "WGS-84", "indicative": True,
              "year": 2021}  # fmt: skip
    return NewStop(stop_id=stop_id, **(values | more))


# ---- new stop -------------------------------------------------------------------------------


def test_new_stop_stands_there_and_nothing_calls():
    """If this fails, a planned stop is not where it was put."""
    whole = run(new_stop(district="龙华", source="drawing"))
    row = whole.feed.stops.set_index("stop_id").loc["N"]
    assert (row["stop_name"], row["district"], row["source"]) == ("新站", "龙华", "drawing")
    assert (row["indicative"], row["year"]) == (True, 2021)
    x, y = whole.stop_xy[whole.stop_row["N"]]
    assert (x - 504_000, y - 2_514_000) == (pytest.approx(500), pytest.approx(300))
    assert "N" not in set(whole.feed.visits["stop_id"])
    assert whole.feed.stops.dtypes.equals(network().feed.stops.dtypes)


def test_new_stop_in_gcj02_lands_604_m_away():
    """If this fails, a stop read off a web map stands half a kilometre off."""
    base = network()
    lon, lat = degrees(500, 300)
    taken = run(new_stop(lon=lon, lat=lat, datum="GCJ-02"))
    row = taken.stop_row["N"]
    away = taken.stop_xy[row] - (base.stop_xy[0] - base.stop_xy[0] + [504_500, 2_514_300])
    # FACTS: GCJ-02 is 524 m east and 300 m south of WGS-84 there; taken back, west and north.
    assert away[0] == pytest.approx(-524, abs=3)
    assert away[1] == pytest.approx(300, abs=3)


def test_new_stop_refusals():
    """If this fails, a stop is put in a field, in another country, or over an old one."""
    assert "'S1' exists already" in refused(new_stop("S1"))[0]
    # 150 m west of the westernmost street, inside the study area.
    assert "stands on no street; the nearest is 150 m away" in refused(new_stop(east=-150))[0]
    lon, lat = degrees(500, 300)
    swapped = refused(new_stop(lon=lat, lat=min(lon, 89.9)))
    assert any("from every other stop" in text and "swapped" in text for text in swapped)
    both = refused(new_stop("S1", east=-150))
    assert len(both) == 2


def test_new_stop_at_most_200_km_away():
    """If this fails, a slip of a few degrees puts a stop in another province."""
    lon, lat = degrees(1200, 1200)  # S4; a degree of latitude is 110.8 km there
    assert "N" in run(new_stop(lon=lon, lat=lat + 1.7)).stop_row  # 188 km
    assert "from every other stop" in refused(new_stop(lon=lon, lat=lat + 2.0))[0]  # 222 km


def test_first_stop_of_an_empty_town():
    """If this fails, nobody can plan a town from nothing."""
    bare = network(make_feed({}, {}))
    assert run(new_stop(), base=bare).feed.stops["stop_id"].tolist() == ["N"]


def test_new_stop_outside_the_study_area_needs_no_street():
    """If this fails, a line cannot be extended beyond the streets that were loaded."""
    assert run(new_stop(east=3000, north=3000)).stop_row["N"] >= 0


@pytest.mark.parametrize(
    "change",
    [{"lon": float("nan")}, {"lon": 181}, {"lat": -91}, {"year": 1800}, {"datum": "gcj02"},
     {"stop_id": ""}, {"stop_name": "  "}, {"indicative": "perhaps"}, {"colour": "red"}],
)  # fmt: skip
def test_new_stop_values_that_cannot_be(change):
    """If this fails, a slip makes a stop without a name or off the globe."""
    with pytest.raises(ValidationError):
        new_stop(**change)


def test_new_stop_has_no_default_datum():
    """If this fails, somebody forgets the datum and nobody notices."""
    with pytest.raises(ValidationError, match="datum"):
        NewStop(stop_id="N", stop_name="x", lon=114, lat=22.7, indicative=True, year=2021)


# ---- remove stop ----------------------------------------------------------------------------


def test_remove_stop_from_all_lines():
    """If this fails, a closed stop is still served."""
    whole = run(RemoveStop(stop="S4"))
    assert "S4" not in whole.stop_row
    assert course(whole, "R101_0") == "S5 S2 S1"
    assert course(whole, "R101_1") == "S1b S2 S5"
    assert course(whole, "R007_0") == "S1 S3"
    assert course(whole, "RLOOP_0") == COURSES["RLOOP_0"][2]


def test_remove_stop_from_one_line_keeps_it_for_the_others():
    """If this fails, dropping a call closes the stop."""
    whole = run(RemoveStop(stop="S1", line="环1"))
    assert course(whole, "RLOOP_0") == "S3 S2 S5 S3"
    assert course(whole, "R007_0") == "S1 S3 S4"
    assert "S1" in whole.stop_row


def test_remove_both_ends_of_a_loop():
    """If this fails, a loop loses only one of its two calls at a closed terminal."""
    assert course(run(RemoveStop(stop="S3", line="环1")), "RLOOP_0") == "S1 S2 S5"


def test_remove_by_name_takes_all_kerbs():
    """If this fails, half a stop stays."""
    whole = run(RemoveStop(stop="银星", line="101"))
    assert course(whole, "R101_0") == "S4 S5 S2"
    assert course(whole, "R101_1") == "S2 S5 S4"


def test_remove_a_stop_without_calls():
    """If this fails, removing a disused stop changes the types of the other tables."""
    base = network()
    whole = run(RemoveStop(stop="S6"))
    assert "S6" not in whole.stop_row
    pd.testing.assert_frame_equal(whole.feed.calls, base.feed.calls)


def test_remove_stop_refusals():
    """If this fails, a line is left with one call, or with two running at one stop."""
    assert "no stop is named '天桥'" in refused(RemoveStop(stop="天桥"))[0]
    assert "桥头" in refused(RemoveStop(stop="桥"))[0]
    assert "no line is named '102'" in refused(RemoveStop(stop="S1", line="102"))[0]
    assert "line '007' does not call at 'S2'" in refused(RemoveStop(stop="S2", line="007"))[0]
    assert "would leave pattern R9X_0 with 1 calls" in refused(RemoveStop(stop="S7"))[0]
    # 8字 runs S3 S1 S2 S1 S5: without S2 it would call at S1 twice running.
    assert refused(RemoveStop(stop="S2", line="8字")) == [
        "s change 1 remove_stop stops: pattern RTWICE_0 would call at 银星 twice running "
        "→ leave one of them out"
    ]
    assert len(refused(RemoveStop(stop="x", line="y"))) == 2


# ---- extend ---------------------------------------------------------------------------------


def test_extend_either_end():
    """If this fails, new stops are added at the wrong end or in the wrong order."""
    end = ExtendLine(line="007", end="end", stops=("S5", "S2"))
    start = ExtendLine(line="007", end="start", stops=("S5", "S2"))
    assert course(run(end), "R007_0") == "S1 S3 S4 S5 S2"
    assert course(run(start), "R007_0") == "S5 S2 S1 S3 S4"


def test_extend_one_direction_only():
    """If this fails, extending one direction bends the other."""
    whole = run(ExtendLine(line="101", direction_id=1, end="end", stops=("田心",)))
    assert course(whole, "R101_1") == "S1b S2 S5 S4 S3"
    assert course(whole, "R101_0") == "S4 S5 S2 S1"


def headsign(whole, pattern_id: str) -> str:
    patterns = whole.feed.patterns.set_index("pattern_id")
    return patterns.loc[pattern_id, "trip_headsign"]


def test_the_sign_on_the_bus_follows_its_last_stop():
    """If this fails, a line is said to go to a stop it no longer serves."""
    base = network()
    moved = run(MoveOrigin(line="9X", from_stop="S7", to_stop="S4"))
    for pattern in ("R9X_0", "R9X_1"):
        if pattern in set(moved.feed.patterns["pattern_id"]):
            last = moved.feed.sequence(pattern)[-1]
            kept = last == base.feed.sequence(pattern)[-1]
            name = moved.feed.stops.set_index("stop_id").loc[last, "stop_name"]
            assert headsign(moved, pattern) == (headsign(base, pattern) if kept else name)
    start = run(ExtendLine(line="007", end="start", stops=("S5",)))
    assert headsign(start, "R007_0") == headsign(base, "R007_0")


def test_extend_keeps_headways_and_other_tables():
    """If this fails, extending a line changes how often it runs."""
    base = network()
    whole = run(ExtendLine(line="007", end="end", stops=("S5",)))
    assert headsign(whole, "R007_0") == "北站"  # S5, where the line ends now
    for table in ("stops", "routes", "frequencies", "trips"):
        pd.testing.assert_frame_equal(getattr(whole.feed, table), getattr(base.feed, table))
    assert whole.feed.calls.dtypes.equals(base.feed.calls.dtypes)


def test_extend_refusals():
    """If this fails, the wrong kerb or direction is taken by chance."""
    kerbs = refused(ExtendLine(line="007", end="end", stops=("银星",)))[0]
    assert "'银星' is the name of 2 kerbs" in kerbs
    assert "S1 (007→远山、101→银星、8字→北站…)" in kerbs
    assert "S1b (101→远山)" in kerbs
    assert "has 2 patterns" in refused(ExtendLine(line="101", end="end", stops=("S3",)))[0]
    wrong = refused(ExtendLine(line="007", direction_id=1, end="end", stops=("S5",)))[0]
    assert "has no direction 1" in wrong
    assert "use one of [0]" in wrong
    assert "twice running" in refused(ExtendLine(line="007", end="end", stops=("S4",)))[0]
    faults = refused(ExtendLine(line="nowhere", end="end", stops=("x", "银星")))
    assert [fault.split(":")[0] for fault in faults] == [
        "s change 1 extend_line line", "s change 1 extend_line stops[1]",
        "s change 1 extend_line stops[2]",
    ]  # fmt: skip
    with pytest.raises(ValidationError):
        ExtendLine(line="007", end="end", stops=())


def test_line_without_a_course_is_a_problem_not_a_crash():
    """If this fails, a line that the table only names stops the program."""
    base = feed()
    ghost = base.routes.iloc[[0]].assign(route_id="G", route_short_name="鬼")
    whole = network(base.with_tables(routes=pd.concat([base.routes, ghost])))
    changes = [
        ExtendLine(line="鬼", end="end", stops=("S5",)),
        MoveOrigin(line="鬼", from_stop="S1", to_stop="S5"),
        Reroute(line="鬼", from_stop="S1", to_stop="S5"),
        ChangeHeadway(line="鬼", headway_secs=60),
        RemoveStop(stop="S1", line="鬼"),
    ]
    for change in changes:
        assert "line '鬼' has no pattern" in refused(change, base=whole)[0]


# ---- move origin ----------------------------------------------------------------------------


def test_move_origin_moves_starts_and_ends():
    """If this fails, buses start at the new terminal but still end at the old one."""
    whole = run(MoveOrigin(line="101", from_stop="S4", to_stop="S3"))
    assert course(whole, "R101_0") == "S3 S5 S2 S1"
    assert course(whole, "R101_1") == "S1b S2 S5 S3"


def test_move_origin_by_way_of_other_stops():
    """If this fails, buses coming back pass the new stops in the wrong order."""
    whole = run(MoveOrigin(line="101", from_stop="远山", to_stop="S7", via=("S3", "S6")))
    assert course(whole, "R101_0") == "S7 S3 S6 S5 S2 S1"
    assert course(whole, "R101_1") == "S1b S2 S5 S6 S3 S7"


def test_move_origin_of_a_loop_replaces_both_ends():
    """If this fails, a loop starts at one terminal and ends at another."""
    whole = run(MoveOrigin(line="环1", from_stop="S3", to_stop="S4", via=("S7",)))
    assert course(whole, "RLOOP_0") == "S4 S7 S1 S2 S5 S7 S4"


def test_move_origin_named_by_its_kerbs():
    """If this fails, a terminal whose two kerbs share a name is moved for one direction only."""
    whole = run(MoveOrigin(line="101", from_stop="银星", to_stop="S7"))
    assert course(whole, "R101_0") == "S4 S5 S2 S7"
    assert course(whole, "R101_1") == "S7 S2 S5 S4"


def test_move_origin_refusals():
    """If this fails, a line is moved that never started there."""
    fault = refused(MoveOrigin(line="101", from_stop="S5", to_stop="S7"))[0]
    assert "line '101' neither starts nor ends at 'S5'" in fault
    assert "银星 (S1) / 银星 (S1b) / 远山 (S4)" in fault
    assert "2 kerbs" in refused(MoveOrigin(line="101", from_stop="S4", to_stop="银星"))[0]
    assert "twice running" in refused(MoveOrigin(line="101", from_stop="S4", to_stop="S5"))[0]
    assert "changes nothing" in refused(MoveOrigin(line="环1", from_stop="S3", to_stop="S3"))[0]
    assert len(refused(MoveOrigin(line="a", from_stop="b", to_stop="c", via=("d", "e")))) == 5


# ---- reroute --------------------------------------------------------------------------------


def test_reroute_between_two_calls():
    """If this fails, the line leaves its old course at the wrong stop."""
    whole = run(Reroute(line="101", direction_id=0, from_stop="S5", to_stop="S1", via=("S7", "S3")))
    assert course(whole, "R101_0") == "S4 S5 S7 S3 S1"
    assert course(whole, "R101_1") == "S1b S2 S5 S4"


def test_reroute_without_via_goes_straight():
    """If this fails, the calls between stay."""
    whole = run(Reroute(line="101", from_stop="S5", to_stop="S1"))
    assert course(whole, "R101_0") == "S4 S5 S1"


def test_reroute_names_the_call_of_a_loop():
    """If this fails, a line that calls twice at a stop is bent at the wrong one."""
    # 8字 runs S3 S1 S2 S1 S5; its last S1 is the second call there.
    first = run(Reroute(line="8字", from_stop="S1", to_stop="S5", via=("S7",)))
    assert course(first, "RTWICE_0") == "S3 S1 S7 S5"
    second = run(Reroute(line="8字", from_stop="S1", from_call=2, to_stop="S5", via=("S7",)))
    assert course(second, "RTWICE_0") == "S3 S1 S2 S1 S7 S5"
    whole_loop = run(Reroute(line="环1", from_stop="S3", to_stop="S3", to_call=2, via=("S4",)))
    assert course(whole_loop, "RLOOP_0") == "S3 S4 S3"


def test_reroute_refusals():
    """If this fails, a loop is bent somewhere by chance."""
    wrong_way = refused(Reroute(line="101", direction_id=1, from_stop="S5", to_stop="S2"))[0]
    assert "no call 1 at 'S5' followed by call 1 at 'S2'" in wrong_way
    assert "order of travel" in wrong_way
    assert refused(Reroute(line="环1", from_stop="S5", to_stop="S3"))  # its first S3 is before S5
    assert course(
        run(Reroute(line="环1", from_stop="S2", to_stop="S3", to_call=2)), "RLOOP_0"
    ) == "S3 S1 S2 S3"  # fmt: skip
    assert refused(Reroute(line="环1", from_stop="S5", from_call=2, to_stop="S3", to_call=2))
    assert refused(Reroute(line="007", from_stop="S1", to_stop="S1"))
    same = Reroute(line="101", direction_id=0, from_stop="S5", to_stop="S1", via=("S2",))
    assert "changes nothing" in refused(same)[0]
    running = refused(Reroute(line="007", from_stop="S1", to_stop="S4", via=("S3", "S3")))[0]
    assert "twice running" in running
    assert len(refused(Reroute(line="a", from_stop="b", to_stop="c", via=("d",)))) == 4
    with pytest.raises(ValidationError):
        Reroute(line="101", from_stop="S5", to_stop="S1", from_call=0)


def test_no_change_is_seen_whatever_the_numbering():
    """If this fails, a change that changes nothing passes when stops are numbered 10, 20, 30."""
    base = feed()
    calls = base.calls.assign(stop_sequence=base.calls["stop_sequence"] * 10)
    whole = network(base.with_tables(calls=calls))
    same = Reroute(line="101", direction_id=0, from_stop="S5", to_stop="S1", via=("S2",))
    assert "changes nothing" in refused(same, base=whole)[0]


# ---- headway --------------------------------------------------------------------------------


def periods(whole: Network, pattern: str) -> list[tuple[int, int, int]]:
    """Periods of a pattern in hours, with the headway in minutes."""
    rows = whole.feed.frequencies
    rows = rows[rows["pattern_id"] == pattern]
    return [(row.start_time / 3600, row.end_time / 3600, row.headway_secs / 60)
            for row in rows.itertuples()]  # fmt: skip


def test_headway_all_day():
    """If this fails, a new headway holds for part of the day, or for other lines."""
    whole = run(ChangeHeadway(line="101", headway_secs=300))
    assert periods(whole, "R101_0") == periods(whole, "R101_1") == [(6, 22, 5)]
    assert periods(whole, "RLOOP_0") == [(6, 22, 20)]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("07:00", "09:00", [(6, 7, 20), (7, 9, 5), (9, 22, 20)]),
        ("06:00", "09:00", [(6, 9, 5), (9, 22, 20)]),
        ("20:00", "22:00", [(6, 20, 20), (20, 22, 5)]),
        ("05:00", "07:00", [(6, 7, 5), (7, 22, 20)]),
        ("21:00", "25:30", [(6, 21, 20), (21, 22, 5)]),
        ("00:00", "48:00", [(6, 22, 5)]),
    ],
)
def test_headway_splits_the_period(start, end, expected):
    """If this fails, service outside the given times changes, appears or vanishes."""
    change = ChangeHeadway(line="环1", headway_secs=300, start_time=start, end_time=end)
    assert periods(run(change), "RLOOP_0") == expected


def test_headway_over_several_periods():
    """If this fails, only the first of two periods gets the new headway."""
    base = feed()
    rows = [
        span("RLOOP_0", 6 * 3600, 9 * 3600, 600, 12.0),
        span("RLOOP_0", 9 * 3600, 72_000, 1200, 25.0),
    ]
    whole = network(base.with_tables(frequencies=pd.DataFrame(rows)))
    change = ChangeHeadway(line="环1", headway_secs=300, start_time="08:00", end_time="10:00")
    after = run(change, base=whole)
    assert periods(after, "RLOOP_0") == [(6, 8, 10), (8, 9, 5), (9, 10, 5), (10, 20, 20)]
    assert after.feed.frequencies["speed_kmh"].tolist() == [12, 12, 25, 25]
    assert after.feed.frequencies.dtypes.equals(base.frequencies.dtypes)


def test_headway_carries_its_source():
    """If this fails, nobody can see where the new headway comes from."""
    change = ChangeHeadway(line="环1", headway_secs=300, direction_id=0, source="letter")
    after = run(change).feed.frequencies.set_index("pattern_id")
    assert after.loc["RLOOP_0", "source"] == "letter"
    assert after.loc["R101_0", "source"] == MARKS["source"]


def test_headway_refusals():
    """If this fails, a headway is given to a line or hour that has none."""
    assert "timetable" in refused(ChangeHeadway(line="007", headway_secs=60))[0]
    fault = refused(ChangeHeadway(line="9X", headway_secs=60))[0]
    assert "no service by headway in this period" in fault
    assert "no hours known" in fault
    night = ChangeHeadway(line="101", headway_secs=60, start_time="22:00", end_time="23:00")
    assert "no service in this period → it has 06:00–22:00" in refused(night)[0]
    empty = ChangeHeadway(line="101", headway_secs=60, start_time="09:00", end_time="09:00")
    assert "has no length" in refused(empty)[0]
    assert "no line is named" in refused(ChangeHeadway(line="1O1", headway_secs=60))[0]
    for values in ({"headway_secs": 0}, {"start_time": "7am"}, {"end_time": "25"}):
        with pytest.raises(ValidationError):
            ChangeHeadway(**({"line": "101", "headway_secs": 60} | values))


def test_headway_period_ends_before_the_next_begins():
    """If this fails, service that begins as the given period ends counts as in it."""
    base = feed()
    rows = [
        span("RLOOP_0", 6 * 3600, 9 * 3600, 600),
        span("RLOOP_0", 9 * 3600, 72_000, 1200),
    ]
    whole = network(base.with_tables(frequencies=pd.DataFrame(rows)))
    # From 7 to 9 it runs every 600 s already; the 1200 s from 9 o'clock are another matter.
    same = ChangeHeadway(line="环1", headway_secs=600, start_time="07:00", end_time="09:00")
    assert "changes nothing: 600 s is the headway" in refused(same, base=whole)[0]
    # The first bus leaves at 6.
    early = ChangeHeadway(line="环1", headway_secs=300, start_time="05:00", end_time="06:00")
    assert "no service in this period" in refused(early, base=whole)[0]


def test_headway_that_is_already_so_changes_nothing():
    """If this fails, a scenario claims to have changed what was so before."""
    assert "changes nothing" in refused(ChangeHeadway(line="101", headway_secs=600))[0]
    part = ChangeHeadway(line="101", headway_secs=600, start_time="07:00", end_time="09:00")
    assert "changes nothing" in refused(part)[0]


# ---- scenarios ------------------------------------------------------------------------------

SEVERAL = (
    new_stop(),
    ExtendLine(line="9X", end="start", stops=("N",)),
    MoveOrigin(line="环1", from_stop="S3", to_stop="N"),
    Reroute(line="101", direction_id=0, from_stop="S5", to_stop="S1", via=("N",)),
    ChangeHeadway(line="101", headway_secs=300, start_time="07:00", end_time="09:00"),
    RemoveStop(stop="S6"),
)


def test_later_changes_see_earlier_ones():
    """If this fails, a line cannot be led to a stop that the same scenario builds."""
    whole = run(*SEVERAL)
    assert course(whole, "R9X_0") == "N S7 S5"
    assert course(whole, "RLOOP_0") == "N S1 S2 S5 N"
    assert course(whole, "R101_0") == "S4 S5 N S1"


def test_order_counts():
    """If this fails, changes are sorted behind the writer's back."""
    faults = refused(SEVERAL[1], SEVERAL[0])
    assert len(faults) == 1
    assert faults[0].startswith("s change 1 extend_line stops[1]: no stop is named 'N'")


def test_all_faults_at_once_numbered_by_their_change():
    """If this fails, a scenario is mended one fault a run."""
    faults = refused(
        RemoveStop(stop="天桥"),
        new_stop(),
        ChangeHeadway(line="101", headway_secs=600),
        ExtendLine(line="101", end="end", stops=("N",)),
    )
    assert [fault.split(":")[0] for fault in faults] == [
        "s change 1 remove_stop stop",
        "s change 3 change_headway headway_secs",
        "s change 4 extend_line direction_id",
    ]


def test_problems_without_applying():
    """If this fails, a scenario cannot be checked before it is run."""
    wrong = Scenario("s", (RemoveStop(stop="天桥"),))
    assert len(wrong.problems(network())) == 1
    assert Scenario("s", SEVERAL).problems(network()) == []


def test_x_plus_y_is_x_then_y():
    """If this fails, scenarios cannot be put together from parts."""
    x = Scenario("x", SEVERAL[:3], "First", "letter")
    y = Scenario("y", SEVERAL[3:], "Second")
    both = x + y
    assert both.name == "x+y"
    assert (both.title, both.source) == ("First + Second", "letter")
    assert both.apply(network()).fingerprint() == y.apply(x.apply(network())).fingerprint()


def test_without_last_is_undo():
    """If this fails, taking back the last change takes back more, or nothing."""
    whole = Scenario("s", SEVERAL)
    assert whole.without_last().changes == SEVERAL[:-1]
    assert whole.changes == SEVERAL
    assert Scenario("s").without_last().changes == ()


def test_base_is_untouched():
    """If this fails, a comparison has lost its "before"."""
    base = network()
    before = base.fingerprint()
    frames = {table.name: getattr(base.feed, table.name).copy(deep=True) for table in FEED_TABLES}
    edges, coords = base.streets.edges.copy(deep=True), base.streets.coords.copy()
    assert run(*SEVERAL, base=base).fingerprint() != before
    assert base.fingerprint() == before
    for name, frame in frames.items():
        pd.testing.assert_frame_equal(getattr(base.feed, name), frame)
    pd.testing.assert_frame_equal(base.streets.edges, edges)
    assert (base.streets.coords == coords).all()


def test_empty_scenario_is_the_base():
    """If this fails, doing nothing does something."""
    base = network()
    assert run(base=base).fingerprint() == base.fingerprint()


def test_changes_are_values():
    """If this fails, a scenario can be edited behind the back of a finished comparison."""
    change = RemoveStop(stop="S1")
    with pytest.raises(ValidationError):
        change.stop = "S2"
    assert change == RemoveStop(stop=" S1 ")
    assert change.label == "remove_stop(stop=S1)"
    assert RemoveStop(stop="S1", note="why", source="letter").label == "remove_stop(stop=S1)"


def test_every_verb_names_its_class():
    """If this fails, a verb in a file means another change."""
    for verb, kind in VERBS.items():
        assert kind.model_fields["verb"].default == verb
        assert kind.__doc__


def test_change_without_a_verb_has_no_behaviour():
    """If this fails, a half-written change does nothing in silence."""
    for method in ("problems", "apply"):
        with pytest.raises(NotImplementedError):
            getattr(Change(), method)(network())


def test_town_is_what_its_table_says():
    """If this fails, the sums of the other tests rest on another town."""
    whole = make_feed(STOPS, COURSES, HEADWAYS)
    assert len(whole.stops) == 8
    assert sum(len(course_.split()) for _, _, course_ in COURSES.values()) == len(whole.calls)
