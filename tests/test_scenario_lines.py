"""Changes of which lines there are: added, removed, split, merged."""

from __future__ import annotations

import pandas as pd
import pytest
from edits import course, departures, headsign, new_stop, patterns, periods, refused, run, service
from pydantic import ValidationError
from town import COURSES, HEADWAYS, MARKS, STOPS, TRIPS, feed, make_feed, network

from transit.scenario.add_line import AddLine
from transit.scenario.lines import ExtendLine, TruncateLine
from transit.scenario.merge import MergeLines
from transit.scenario.whole_lines import RemoveLine, SplitLine

# ---- add line -------------------------------------------------------------------------------


def added(**more) -> AddLine:
    values = {"route_id": "R5", "route_short_name": "5", "stops": ("S7", "S2", "S5"),
              "indicative": True, "year": 2022}  # fmt: skip
    return AddLine(**(values | more))


RUNNING = {"headway_secs": 900, "start_time": "06:30", "end_time": "25:00", "speed_kmh": 18}


def test_add_line_with_service_both_ways():
    """If this fails, a new line runs nowhere, or in one direction only."""
    whole = run(added(stops_back=("北站", "S2", "S7"), dwell_secs=20, route_long_name="停运—北站",
                      route_color="00aa11", source="plan", **RUNNING))  # fmt: skip
    assert course(whole, "R5_0") == "S7 S2 S5"
    assert course(whole, "R5_1") == "S5 S2 S7"
    assert (headsign(whole, "R5_0"), headsign(whole, "R5_1")) == ("北站", "停运")
    assert periods(whole, "R5_0") == periods(whole, "R5_1") == [(6.5, 25, 15)]
    row = service(whole, "R5_1").iloc[0]
    assert (row["speed_kmh"], row["dwell_secs"]) == (18, 20)
    route = whole.feed.routes.set_index("route_id").loc["R5"]
    assert (route["route_short_name"], route["route_type"], route["route_color"]) == (
        "5", 3, "00AA11",
    )  # fmt: skip
    for table in ("routes", "patterns", "frequencies"):
        frame = getattr(whole.feed, table)
        new = frame[frame["source"] == "plan"]
        assert len(new) == (1 if table == "routes" else 2)
        assert new["indicative"].all()
        assert set(new["year"]) == {2022}
        assert frame.dtypes.equals(getattr(network().feed, table).dtypes)


def test_add_line_without_service():
    """If this fails, a headway is assumed that nobody gave."""
    whole = run(added())
    assert patterns(whole) == sorted([*patterns(network()), "R5_0"])
    assert service(whole, "R5_0").empty


def test_add_line_in_an_empty_town():
    """If this fails, nobody can plan a town from nothing."""
    bare = network(make_feed({}, {}))
    whole = run(new_stop("A"), new_stop("B", 600, 300), added(stops=("A", "B"), **RUNNING),
                base=bare)  # fmt: skip
    assert course(whole, "R5_0") == "A B"


def test_add_line_refusals():
    """If this fails, a new line is put over an old one, or half of its service is lost."""
    faults = refused(added(route_id="R101", stops=("S1", "S1", "天桥"), headway_secs=600))
    assert [fault.split(":")[0] for fault in faults] == [
        "s change 1 add_line route_id", "s change 1 add_line stops[3]",
        "s change 1 add_line start_time",
    ]  # fmt: skip
    assert "'R101' exists already" in faults[0]
    assert "service has headway_secs but not start_time, end_time, speed_kmh" in faults[2]
    assert "twice running" in refused(added(stops=("S1", "S1")))[0]
    backwards = refused(added(**(RUNNING | {"end_time": "06:30"})))[0]
    assert "06:30–06:30 has no length" in backwards
    one = refused(added(stops_back=("S1",)))[0]
    assert "would leave pattern R5_1 with 1 calls" in one
    base = feed()
    ghost = base.patterns["pattern_id"].replace("R9X_0", "R5_0")
    calls = base.calls.assign(pattern_id=base.calls["pattern_id"].replace("R9X_0", "R5_0"))
    other = network(base.with_tables(patterns=base.patterns.assign(pattern_id=ghost), calls=calls))
    assert "'R5_0' is a pattern of another line" in refused(added(), base=other)[0]
    for wrong in (
        {"stops": ("S1",)}, {"route_color": "red"}, {"headway_secs": 0}, {"route_type": -1},
        {"route_short_name": ""}, {"start_time": "6.30"},
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            added(**wrong)


def test_line_that_a_faulty_change_would_have_made():
    """If this fails, one fault is told as two, and the second leads astray."""
    faults = refused(added(stops=("S7", "天桥")), ExtendLine(line="5", end="end", stops=("S1",)))
    assert len(faults) == 2
    assert "no line is named '5' → change 1 makes it: mend that one first" in faults[1]


# ---- remove line ----------------------------------------------------------------------------


def test_remove_line_whole():
    """If this fails, a closed line still runs, or takes its stops with it."""
    base = network()
    whole = run(RemoveLine(line="101"))
    assert "R101" not in set(whole.feed.routes["route_id"])
    assert not {"R101_0", "R101_1"} & set(patterns(whole))
    assert not whole.feed.frequencies["pattern_id"].str.startswith("R101").any()
    pd.testing.assert_frame_equal(whole.feed.stops, base.feed.stops)
    timed = run(RemoveLine(line="007"))
    assert timed.feed.trips.empty


def test_remove_one_direction_or_pattern():
    """If this fails, closing one direction closes the line."""
    one = run(RemoveLine(line="101", direction_id=1))
    assert "R101_1" not in patterns(one)
    assert course(one, "R101_0") == COURSES["R101_0"][2]
    assert "R101" in set(one.feed.routes["route_id"])
    assert patterns(run(RemoveLine(line="101", pattern="R101_1"))) == patterns(one)


def test_remove_line_in_a_period():
    """If this fails, a line that stops running in the evening is gone, or still runs."""
    evening = run(RemoveLine(line="101", start_time="20:00"))
    assert periods(evening, "R101_0") == [(6, 20, 10)]
    # The extra pattern of the peak has no service left, so it goes; the line stays.
    peak = {"start_time": "07:00", "end_time": "09:00"}
    extra = ExtendLine(line="101", direction_id=0, end="end", stops=("S7",), **peak)
    after = run(extra, RemoveLine(line="101", direction_id=0, **peak))
    assert patterns(after) == patterns(network())
    assert periods(after, "R101_0") == [(6, 7, 10), (9, 22, 10)]
    whole = run(RemoveLine(line="101", start_time="05:00"))
    assert "R101" not in set(whole.feed.routes["route_id"])


def test_remove_line_refusals():
    """If this fails, a slip of the pen closes another line."""
    assert "no line is named '1O1'" in refused(RemoveLine(line="1O1"))[0]
    assert "no direction 1" in refused(RemoveLine(line="007", direction_id=1))[0]
    assert "no service in this period" in refused(RemoveLine(line="101", start_time="23:00"))[0]


# ---- split ----------------------------------------------------------------------------------


def split(stop: str, line: str = "101", **more) -> SplitLine:
    return SplitLine(line=line, stop=stop, new_route_id="RB", new_route_short_name="101B", **more)


def test_split_gives_both_parts_the_service():
    """If this fails, one part of a split line does not run, or runs the wrong half."""
    # Out: S4 S5 S2 S1; back: S1b S2 S5 S4. Cut at S2, S4–S2 stays line 101.
    whole = run(split("S2", source="plan"))
    assert course(whole, "R101_0") == "S4 S5 S2"
    assert course(whole, "R101_1") == "S2 S5 S4"
    assert course(whole, "RB_0") == "S2 S1"
    assert course(whole, "RB_1") == "S1b S2"
    assert [headsign(whole, one) for one in ("R101_0", "R101_1", "RB_0", "RB_1")] == [
        "桥头", "远山", "银星", "桥头",
    ]  # fmt: skip
    for pattern in ("R101_0", "R101_1", "RB_0", "RB_1"):
        assert periods(whole, pattern) == [(6, 22, 10)]
    route = whole.feed.routes.set_index("route_id").loc["RB"]
    assert (route["route_short_name"], route["route_type"], route["route_color"]) == (
        "101B", 3, "0072B2",
    )  # fmt: skip
    lines = whole.feed.patterns.set_index("pattern_id")["route_id"]
    assert lines[["R101_0", "RB_0", "RB_1"]].tolist() == ["R101", "RB", "RB"]
    assert service(whole, "R101_0")["source"].tolist() == [MARKS["source"]]
    assert service(whole, "RB_0")["source"].tolist() == ["plan"]


def test_split_a_timetable():
    """If this fails, the second part of a timetabled line has no departures."""
    whole = run(split("S3", "007"))
    assert (course(whole, "R007_0"), course(whole, "RB_0")) == ("S1 S3", "S3 S4")
    assert departures(whole, "R007_0") == departures(whole, "RB_0") == TRIPS["R007_0"]


def test_split_names_the_call_of_a_loop():
    """If this fails, a line that calls twice at a stop is split at the wrong call."""
    # 8字 runs S3 S1 S2 S1 S5.
    second = run(split("S1", "8字", call=2))
    assert (course(second, "RTWICE_0"), course(second, "RB_0")) == ("S3 S1 S2 S1", "S1 S5")


def test_split_in_a_period():
    """If this fails, a line split in the peak is split all day."""
    whole = run(split("S2", start_time="07:00", end_time="08:00"))
    assert course(whole, "R101_0") == COURSES["R101_0"][2]
    assert periods(whole, "R101_0") == [(6, 7, 10), (8, 22, 10)]
    assert course(whole, "R101_0@0700-0800") == "S4 S5 S2"
    assert course(whole, "RB_1") == "S1b S2"
    assert periods(whole, "R101_0@0700-0800") == periods(whole, "RB_0") == [(7, 8, 10)]


def test_split_leaves_a_short_turn_to_the_part_it_runs_on():
    """If this fails, a short-turn service bars its line from being split, or is lost."""
    short = TruncateLine(line="101", direction_id=0, end="end", stop="S2", keep_original=True)
    tail = TruncateLine(line="101", pattern="R101_0", end="start", stop="S2", keep_original=True,
                        start_time="07:00")  # fmt: skip
    whole = run(short, tail, split("S2"))
    lines = whole.feed.patterns.set_index("pattern_id")["route_id"]
    assert lines["R101_0+truncate_line"] == "R101"  # S4 S5 S2
    assert lines["R101_0+truncate_line@0700-"] == "RB"  # S2 S1


def test_split_refusals():
    """If this fails, a line is split where it does not run."""
    assert "line '101' does not call at 'S7' there" in refused(split("S7"))[0]
    assert "line '101' only starts or ends at 'S4'" in refused(split("S4"))[0]
    partly = run(TruncateLine(line="101", direction_id=1, end="start", stop="S5"))
    fault = refused(split("S2"), base=partly)[0]
    assert "pattern R101_1 does not call at 'S2'" in fault
    assert "direction_id" in fault
    one = run(split("S2", direction_id=0), base=partly)
    assert (course(one, "R101_0"), course(one, "R101_1")) == ("S4 S5 S2", "S5 S4")
    taken = SplitLine(line="101", stop="S2", new_route_id="R007", new_route_short_name="x")
    assert "'R007' exists already" in refused(taken)[0]
    assert len(refused(split("天桥", "102"))) == 2


# ---- merge ----------------------------------------------------------------------------------

# A and B meet at S2 (B back at the other kerb's name), C ends far away.
MEETING = {
    "RA_0": ("A", 0, "S4 S5 S2"),
    "RA_1": ("A", 1, "S2 S5 S4"),
    "RB_0": ("B", 0, "S2 S1"),
    "RB_1": ("B", 1, "S1b S2"),
    "RC_0": ("C", 0, "S1b S3"),
    "RD_0": ("D", 0, "S6 S7"),
}


def meeting():
    headways = {"RA_0": 600, "RA_1": 600, "RB_0": 900, "RB_1": 900}
    return network(make_feed(STOPS, MEETING, headways, {"RC_0": ["08:00:00"]}))


def test_merge_joins_both_directions():
    """If this fails, passengers still change where one line should run through."""
    whole = run(MergeLines(line="A", other="B", service="first"), base=meeting())
    assert course(whole, "RA_0") == "S4 S5 S2 S1"
    assert course(whole, "RA_1") == "S1b S2 S5 S4"
    assert (headsign(whole, "RA_0"), headsign(whole, "RA_1")) == ("银星", "远山")
    assert patterns(whole) == ["RA_0", "RA_1", "RC_0", "RD_0"]
    assert "RB" not in set(whole.feed.routes["route_id"])
    assert periods(whole, "RA_0") == [(6, 22, 10)]


def test_merge_keeps_the_service_that_is_named():
    """If this fails, the merged line runs as often as the wrong one."""
    change = MergeLines(line="A", other="B", service="second", route_short_name="A1")
    whole = run(change, base=meeting())
    assert periods(whole, "RA_0") == periods(whole, "RA_1") == [(6, 22, 15)]
    assert whole.feed.routes.set_index("route_id")["route_short_name"]["RA"] == "A1"
    other = run(MergeLines(line="B", other="A", service="second"), base=meeting())
    # The first line's direction stays: B_0 ran to S1, and does still.
    assert course(other, "RB_0") == "S4 S5 S2 S1"
    assert course(other, "RB_1") == "S1b S2 S5 S4"
    assert periods(other, "RB_1") == [(6, 22, 10)]


def test_merge_at_two_kerbs_of_one_place():
    """If this fails, lines that meet on two sides of a road cannot be joined."""
    # B_0 ends at S1, C_0 starts at S1b, 10 m away and of the same name: called at once, at S1.
    whole = run(MergeLines(line="B", other="C", service="second"), base=meeting())
    assert course(whole, "RB_0") == "S2 S1 S3"
    assert departures(whole, "RB_0") == ["08:00:00"]
    assert service(whole, "RB_0").empty
    assert course(whole, "RB_1") == "S1b S2"  # nothing of C fits there
    stops = STOPS | {"S1b": ("银星", 700, 560, "龙华")}  # 160 m away: another place
    far = network(make_feed(stops, MEETING, {}, {"RC_0": ["08:00:00"]}))
    assert refused(MergeLines(line="B", other="C", service="second"), base=far)


def test_merge_undoes_a_split():
    """If this fails, splitting and merging again leaves another line."""
    change = MergeLines(line="101", other="RB", service="first")
    assert run(split("S2"), change).fingerprint() == network().fingerprint()


def test_merge_is_as_doubtful_as_its_parts():
    """If this fails, a line made of an assumed half looks surveyed."""
    base = meeting().feed
    marks = base.patterns["indicative"].mask(base.patterns["pattern_id"] == "RB_1", other=True)
    whole = network(base.with_tables(patterns=base.patterns.assign(indicative=marks)))
    after = run(MergeLines(line="A", other="B", service="first"), base=whole)
    after = after.feed.patterns.set_index("pattern_id")["indicative"]
    assert (after["RA_0"], after["RA_1"]) == (False, True)


def test_merge_refusals():
    """If this fails, lines are joined that do not meet, or lose their service."""
    apart = refused(MergeLines(line="A", other="D", service="first"), base=meeting())[0]
    assert "no end of line 'A' is a start of line 'D', or the reverse" in apart
    assert "A runs 远山 → 桥头, 桥头 → 远山; D runs 无路 → 停运; extend one of them first" in apart
    same = refused(MergeLines(line="A", other="RA", service="first"), base=meeting())[0]
    assert "both lines are the same one" in same
    unknown = refused(MergeLines(line="X", other="Y", service="first"), base=meeting())
    assert {text.split(":")[0] for text in unknown} == {
        "s change 1 merge_lines line", "s change 1 merge_lines other",
    }  # fmt: skip
    silent = network(make_feed(STOPS, MEETING, {"RB_0": 900, "RB_1": 900}))
    fault = refused(MergeLines(line="A", other="B", service="first"), base=silent)[0]
    assert "pattern RA_0, whose service is to be kept, has none → RB_0 has" in fault
    twins = TruncateLine(line="101", direction_id=0, end="end", stop="S2", keep_original=True)
    fault = refused(twins, MergeLines(line="101", other="007", service="first"))[0]
    assert "line '101' has 3 patterns" in fault


def test_the_town_has_the_service_these_sums_rest_on():
    """If this fails, the sums above rest on another town."""
    assert HEADWAYS["R101_0"] == HEADWAYS["R101_1"] == 600
