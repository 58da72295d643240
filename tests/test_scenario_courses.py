"""Changes of a line's course: the sequence of stops, and who runs it."""

from __future__ import annotations

import pandas as pd
import pytest
from edits import course, headsign, refused, run
from pydantic import ValidationError
from town import COURSES, feed, network

from transit.scenario.headway import ChangeHeadway
from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute, ReverseLine, TruncateLine
from transit.scenario.stops import RemoveStop

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


# ---- move origin: one end -------------------------------------------------------------------


def test_move_only_the_origin_or_only_the_terminus():
    """If this fails, moving where a line starts also moves where it ends."""
    start = run(MoveOrigin(line="101", from_stop="S4", to_stop="S3", end="start"))
    assert course(start, "R101_0") == "S3 S5 S2 S1"
    assert course(start, "R101_1") == COURSES["R101_1"][2]
    end = run(MoveOrigin(line="101", from_stop="S4", to_stop="S3", end="end"))
    assert course(end, "R101_0") == COURSES["R101_0"][2]
    assert course(end, "R101_1") == "S1b S2 S5 S3"
    fault = refused(MoveOrigin(line="9X", from_stop="S5", to_stop="S3", end="start"))[0]
    assert "line '9X' does not start at 'S5'" in fault
    assert "北站 (S5) / 停运 (S7)" in fault


# ---- truncate -------------------------------------------------------------------------------


def test_truncate_either_end():
    """If this fails, the wrong half of a line is dropped."""
    end = run(TruncateLine(line="101", direction_id=0, end="end", stop="S2"))
    assert course(end, "R101_0") == "S4 S5 S2"
    assert headsign(end, "R101_0") == "桥头"
    assert course(end, "R101_1") == COURSES["R101_1"][2]
    start = run(TruncateLine(line="101", direction_id=0, end="start", stop="S2"))
    assert course(start, "R101_0") == "S2 S1"
    assert headsign(start, "R101_0") == "银星"


def test_truncate_names_the_call_of_a_loop():
    """If this fails, a line that calls twice at a stop is cut at the wrong call."""
    # 8字 runs S3 S1 S2 S1 S5.
    first = run(TruncateLine(line="8字", end="end", stop="银星"))
    assert course(first, "RTWICE_0") == "S3 S1"
    second = run(TruncateLine(line="8字", end="end", stop="银星", call=2))
    assert course(second, "RTWICE_0") == "S3 S1 S2 S1"
    tail = run(TruncateLine(line="8字", end="start", stop="S1", call=2))
    assert course(tail, "RTWICE_0") == "S1 S5"


def test_truncate_refusals():
    """If this fails, a line is cut to a single call, or nowhere."""
    both = refused(TruncateLine(line="101", end="end", stop="S2"))[0]
    assert "has 2 patterns" in both
    assert "say which direction" in both
    missing = refused(TruncateLine(line="007", end="end", stop="S2"))[0]
    assert "line '007' does not call at 'S2' there" in missing
    third = refused(TruncateLine(line="8字", end="end", stop="S1", call=3))[0]
    assert "does not call at 'S1' (call 3) there" in third
    assert "with 1 calls" in refused(TruncateLine(line="007", end="end", stop="S1"))[0]
    assert "changes nothing" in refused(TruncateLine(line="007", end="end", stop="S4"))[0]
    assert len(refused(TruncateLine(line="x", end="end", stop="y"))) == 2


# ---- reverse --------------------------------------------------------------------------------


def test_reverse_a_loop_or_one_direction():
    """If this fails, a loop still runs clockwise."""
    assert course(run(ReverseLine(line="环1")), "RLOOP_0") == "S3 S5 S2 S1 S3"
    one = run(ReverseLine(line="101", direction_id=0))
    assert course(one, "R101_0") == "S1 S2 S5 S4"
    assert headsign(one, "R101_0") == "远山"
    assert course(one, "R101_1") == COURSES["R101_1"][2]


def test_reverse_there_and_back_keeps_to_the_proper_kerbs():
    """If this fails, a reversed line calls on the wrong side of the road."""
    whole = run(ReverseLine(line="101"))
    assert course(whole, "R101_0") == "S1b S2 S5 S4"  # S1b is the kerb of that direction
    assert course(whole, "R101_1") == "S4 S5 S2 S1"
    assert (headsign(whole, "R101_0"), headsign(whole, "R101_1")) == ("远山", "银星")


def test_reverse_what_reads_the_same_both_ways_is_refused():
    """If this fails, a scenario claims to have turned a line that runs as before."""
    there_and_back = run(Reroute(line="环1", from_stop="S1", to_stop="S3", to_call=2))
    assert course(there_and_back, "RLOOP_0") == "S3 S1 S3"
    assert "changes nothing" in refused(ReverseLine(line="环1"), base=there_and_back)[0]
