"""What two scenarios, and two networks, have in common and what differs."""

from __future__ import annotations

import pandas as pd
import pytest
from town import COURSES, HEADWAYS, STOPS, Piece, lattice, make_feed, network

from transit.model.differences import network_differences
from transit.scenario.diff import diff_scenarios
from transit.scenario.headway import ChangeHeadway
from transit.scenario.lines import MoveOrigin
from transit.scenario.scenario import Scenario
from transit.scenario.stops import RemoveStop

A, B, C = (RemoveStop(stop=stop) for stop in ("S1", "S2", "S3"))
NOTED = RemoveStop(stop="S1", note="why", source="letter")


def facts(table: pd.DataFrame) -> set[tuple[str, str, str, str, str]]:
    columns = ["subject", "subject_id", "what", "before", "after"]
    return set(table[columns].itertuples(index=False, name=None))


def test_changes_in_one_and_in_both():
    """If this fails, a planner is told that two variants differ where they do not."""
    found = diff_scenarios(Scenario("a", (A, B)), Scenario("b", (C, NOTED)))
    assert found.only_a == (B,)
    assert found.only_b == (C,)
    assert found.both == (A,)  # a note or a source is no other deed
    assert found.table[["where", "number_a", "number_b"]].to_numpy().tolist() == [
        ["both", 1, 2], ["a", 2, 0], ["b", 0, 1],
    ]  # fmt: skip


def test_a_change_made_twice_counts_twice():
    """If this fails, a doubled change is taken for a single one."""
    found = diff_scenarios(Scenario("a", (A, A, B)), Scenario("b", (A,)))
    assert found.both == (A,)
    assert found.only_a == (A, B)


def test_another_order_is_told():
    """If this fails, two scenarios look equal though the order of their changes differs."""
    assert diff_scenarios(Scenario("a", (A, B)), Scenario("b", (A, C, B))).same_order
    assert not diff_scenarios(Scenario("a", (A, B)), Scenario("b", (B, A))).same_order


def test_swapped_scenarios_swap_the_sides():
    """If this fails, which variant has the extra change depends on who is named first."""
    x, y = Scenario("x", (A, B, A)), Scenario("y", (C, A))
    there, back = diff_scenarios(x, y), diff_scenarios(y, x)
    assert (there.only_a, there.only_b) == (back.only_b, back.only_a)
    assert set(there.both) == set(back.both)


def test_equal_networks_do_not_differ():
    """If this fails, every comparison is full of differences that are none."""
    assert network_differences(network(), network()).empty


def test_what_a_scenario_does_to_lines_and_stops():
    """If this fails, a change of a line's course or service is not among the differences."""
    changes = (
        MoveOrigin(line="101", from_stop="S4", to_stop="S3"),
        ChangeHeadway(line="环1", headway_secs=600),
        RemoveStop(stop="S6"),
    )
    found = network_differences(network(), Scenario("s", changes).apply(network()))
    told = facts(found)
    # 101 starts at 远山 S4 and is to start at 田心 S3; the way back likewise. S6 has no line.
    assert ("pattern", "R101_0", "stops", "远山 [S4] → 北站 [S5] → 桥头 [S2] → 银星 [S1]",
            "田心 [S3] → 北站 [S5] → 桥头 [S2] → 银星 [S1]") in told  # fmt: skip
    assert ("pattern", "RLOOP_0", "service", "06:00:00–22:00:00 every 1200 s, 20 km/h, 0 s a call",
            "06:00:00–22:00:00 every 600 s, 20 km/h, 0 s a call") in told  # fmt: skip
    assert ("stop", "S6", "is there", "yes", "") in told
    assert len(told) == 4  # and the way back of 101
    assert found.set_index("subject_id").loc["S6", "subject_name"] == "无路"


def test_what_is_gone_is_told_once():
    """If this fails, a line that is gone fills a page with its lost facts."""
    fewer = {key: value for key, value in COURSES.items() if key != "R9X_0"}
    found = network_differences(network(), network(make_feed(STOPS, fewer, HEADWAYS)))
    gone = found[found["subject_id"].isin(["R9X", "R9X_0"])]
    assert gone[["subject", "what", "before", "after"]].to_numpy().tolist() == [
        ["line", "is there", "yes", ""], ["pattern", "is there", "yes", ""],
    ]  # fmt: skip


def test_streets_by_way_whatever_their_pieces():
    """If this fails, a street divided at a new junction looks like another street."""
    whole = [*lattice(2, 1), Piece(((0, 200), (100, 200)))]
    halves = network(pieces=whole).streets
    one = network(pieces=whole[:-1])
    told = facts(network_differences(one, network(pieces=whole)))
    assert told == {("street", f"w{len(whole) - 1}", "is there", "", "yes")}
    steps = network(pieces=[*whole[:-1], Piece(((0, 200), (100, 200)), foot="forward")])
    assert facts(network_differences(network().with_streets(halves), steps)) >= {
        ("street", f"w{len(whole) - 1}", "walkers", "both ways", "along")
    }


@pytest.mark.parametrize(
    "change", [RemoveStop(stop="S6"), ChangeHeadway(line="101", headway_secs=60)]
)
def test_swapped_networks_swap_before_and_after(change):
    """If this fails, the difference of two networks is not the same seen from the other side."""
    other = Scenario("s", (change,)).apply(network())
    there, back = network_differences(network(), other), network_differences(other, network())
    swapped = back.rename(columns={"before": "after", "after": "before"})[list(there.columns)]
    assert len(there)
    pd.testing.assert_frame_equal(there.drop(columns="subject_name"),
                                  swapped.drop(columns="subject_name"))  # fmt: skip
