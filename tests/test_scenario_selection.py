"""Which service a change of a line is about: a direction, a pattern, a time of day, or beside."""

from __future__ import annotations

import pytest
from edits import course, departures, headsign, patterns, periods, refused, run, service
from pydantic import ValidationError
from town import COURSES, MARKS, feed, network

from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute, ReverseLine, TruncateLine


def test_extend_in_a_period_splits_the_pattern():
    """If this fails, a peak-hour extension runs all day, or the line stops running."""
    change = ExtendLine(line="101", direction_id=0, end="end", stops=("S7",),
                        start_time="07:00", end_time="09:00")  # fmt: skip
    whole = run(change)
    assert course(whole, "R101_0") == COURSES["R101_0"][2]
    assert course(whole, "R101_0@0700-0900") == "S4 S5 S2 S1 S7"
    # 10 minutes from 6 to 22 before; now 7 to 9 on the new pattern, the rest on the old.
    assert periods(whole, "R101_0") == [(6, 7, 10), (9, 22, 10)]
    assert periods(whole, "R101_0@0700-0900") == [(7, 9, 10)]
    assert headsign(whole, "R101_0@0700-0900") == "停运"
    new = whole.feed.patterns.set_index("pattern_id").loc["R101_0@0700-0900"]
    assert (new["route_id"], new["direction_id"]) == ("R101", 0)
    assert (new["indicative"], new["source"]) == (False, MARKS["source"])
    assert set(whole.feed.frequencies["source"]) == {MARKS["source"]}  # a fact as before


def test_extend_in_a_period_moves_the_trips_of_a_timetable():
    """If this fails, a departure runs twice, or none does."""
    # 06:59:59, 07:00:00, 08:30:00 and 09:00:00; a period holds its start and not its end.
    whole = run(ExtendLine(line="007", end="end", stops=("S5",), start_time="07:00",
                           end_time="09:00"))  # fmt: skip
    assert departures(whole, "R007_0") == ["06:59:59", "09:00:00"]
    assert departures(whole, "R007_0@0700-0900") == ["07:00:00", "08:30:00"]
    assert set(whole.feed.trips["trip_id"]) == set(network().feed.trips["trip_id"])


def test_period_that_holds_all_service_needs_no_new_pattern():
    """If this fails, a line leaves a pattern without buses behind."""
    whole = run(ExtendLine(line="007", end="end", stops=("S5",), start_time="05:00"))
    assert patterns(whole) == patterns(network())
    assert course(whole, "R007_0") == "S1 S3 S4 S5"


def test_a_second_change_finds_the_pattern_of_the_period():
    """If this fails, what was split by one change cannot be changed by the next."""
    peak = {"start_time": "07:00", "end_time": "09:00"}
    first = ExtendLine(line="101", direction_id=0, end="end", stops=("S7",), **peak)
    by_period = run(first, ExtendLine(line="101", direction_id=0, end="end", stops=("S3",), **peak))
    assert course(by_period, "R101_0@0700-0900") == "S4 S5 S2 S1 S7 S3"
    by_id = run(first, ExtendLine(line="101", pattern="R101_0", end="end", stops=("S3",)))
    assert course(by_id, "R101_0") == "S4 S5 S2 S1 S3"
    assert course(by_id, "R101_0@0700-0900") == "S4 S5 S2 S1 S7"
    both = refused(first, ExtendLine(line="101", direction_id=0, end="end", stops=("S3",)))[0]
    assert "end at different stops" in both
    assert "choose one: R101_0 (银星) / R101_0@0700-0900 (停运)" in both
    # They start at the same stop, so one extension there holds for both.
    start = run(first, ExtendLine(line="101", direction_id=0, end="start", stops=("S3",)))
    assert course(start, "R101_0") == "S3 S4 S5 S2 S1"
    assert course(start, "R101_0@0700-0900") == "S3 S4 S5 S2 S1 S7"


def test_keep_original_runs_the_new_course_beside_the_old():
    """If this fails, a short-turn service takes the place of the line it was to strengthen."""
    short = TruncateLine(line="101", direction_id=0, end="end", stop="S2", keep_original=True,
                         source="plan")  # fmt: skip
    whole = run(short)
    assert course(whole, "R101_0") == COURSES["R101_0"][2]
    assert course(whole, "R101_0+truncate_line") == "S4 S5 S2"
    assert periods(whole, "R101_0") == periods(whole, "R101_0+truncate_line") == [(6, 22, 10)]
    assert service(whole, "R101_0")["source"].tolist() == [MARKS["source"]]
    assert service(whole, "R101_0+truncate_line")["source"].tolist() == ["plan"]
    twice = run(short, short)
    assert course(twice, "R101_0+truncate_line.2") == "S4 S5 S2"


def test_keep_original_copies_the_trips_in_the_period():
    """If this fails, the trips of the new course have the ids of the old ones, or other times."""
    whole = run(ExtendLine(line="007", end="end", stops=("S5",), keep_original=True,
                           start_time="08:00"))  # fmt: skip
    assert departures(whole, "R007_0") == ["06:59:59", "07:00:00", "08:30:00", "09:00:00"]
    assert departures(whole, "R007_0+extend_line@0800-") == ["08:30:00", "09:00:00"]
    assert whole.feed.trips["trip_id"].is_unique


def test_keep_original_of_a_line_without_service():
    """If this fails, a second course cannot be tried on lines of OpenStreetMap."""
    whole = run(ExtendLine(line="9X", end="end", stops=("S2",), keep_original=True))
    assert course(whole, "R9X_0+extend_line") == "S7 S5 S2"
    assert service(whole, "R9X_0+extend_line").empty


def test_period_and_beside_for_the_other_courses():
    """If this fails, only extensions know of periods."""
    peak = {"line": "101", "start_time": "07:00", "end_time": "09:00"}
    origin = run(MoveOrigin(from_stop="S4", to_stop="S3", **peak))
    assert course(origin, "R101_0@0700-0900") == "S3 S5 S2 S1"
    assert course(origin, "R101_1@0700-0900") == "S1b S2 S5 S3"
    bent = run(Reroute(from_stop="S5", to_stop="S1", via=("S7",), **peak))
    assert course(bent, "R101_0@0700-0900") == "S4 S5 S7 S1"
    assert "R101_1@0700-0900" not in patterns(bent)
    turned = run(ReverseLine(**peak))
    assert course(turned, "R101_0@0700-0900") == "S1b S2 S5 S4"
    assert course(turned, "R101_0") == COURSES["R101_0"][2]
    loop = run(ReverseLine(line="环1", keep_original=True))
    assert course(loop, "RLOOP_0+reverse_line") == "S3 S5 S2 S1 S3"
    assert course(loop, "RLOOP_0") == COURSES["RLOOP_0"][2]


def test_selection_refusals():
    """If this fails, a change is made to service that the planner did not mean."""
    extend = {"line": "101", "end": "end", "stops": ("S7",)}
    wrong = refused(ExtendLine(pattern="R101_O", **extend))[0]
    assert "line '101' has no pattern 'R101_O' there" in wrong
    assert "R101_0" in wrong
    assert "no pattern 'R101_1'" in refused(
        ExtendLine(pattern="R101_1", direction_id=0, **extend)
    )[0]  # fmt: skip
    night = refused(ExtendLine(direction_id=0, start_time="22:00", **extend))[0]
    assert "line '101' has no service in this period → it has 06:00–22:00" in night
    empty = refused(ExtendLine(direction_id=0, start_time="09:00", end_time="09:00", **extend))[0]
    assert "the period 09:00–09:00 has no length" in empty
    with pytest.raises(ValidationError, match="HH:MM"):
        ExtendLine(start_time="9 o'clock", **extend)


def test_a_name_that_two_lines_share_is_not_guessed():
    """If this fails, a change meant for one line changes its namesake too."""
    base = feed()
    names = base.routes["route_short_name"].mask(base.routes["route_id"] == "R9X", "101")
    longs = base.routes["route_long_name"].mask(base.routes["route_id"] == "R9X", "停运—北站")
    routes = base.routes.assign(route_short_name=names, route_long_name=longs)
    whole = network(base.with_tables(routes=routes))
    change = {"end": "end", "stops": ("S2",)}
    fault = refused(ExtendLine(line="101", **change), base=whole)[0]
    assert "'101' is the short name of 2 lines → give one id: R101; R9X (停运—北站)" in fault
    assert course(run(ExtendLine(line="R9X", **change), base=whole), "R9X_0") == "S7 S5 S2"
