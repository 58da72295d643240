"""Scenarios: changes in their order, all faults at once, the base untouched."""

from __future__ import annotations

import pandas as pd
import pytest
from edits import course, new_stop, refused, run
from pydantic import ValidationError
from town import COURSES, HEADWAYS, STOPS, make_feed, network

from transit.scenario.change import Change
from transit.scenario.headway import ChangeHeadway
from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute
from transit.scenario.scenario import VERBS, Scenario
from transit.scenario.stops import RemoveStop
from transit.schema import FEED_TABLES

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
