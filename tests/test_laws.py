"""Laws that hold for every network and every scenario, tried on random ones.

A new verb joins by an entry in ``line_changes`` or ``street_changes``; until it has one, the first
test fails. ``LAW_EXAMPLES=100 pytest tests/test_laws*.py`` tries ten times harder than usual.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from laws import (
    CHANGES,
    CHEAP,
    LAWS,
    MOST,
    OFTEN,
    networks,
    scenarios,
)
from pydantic import ValidationError
from street_changes import opened

from transit.analysis.service import departures
from transit.model.feed import Feed
from transit.model.network import Network
from transit.scenario.scenario import VERBS, Scenario
from transit.scenario.streets import CloseStreet
from transit.schema import FEED_TABLES


def frames_of(network: Network) -> dict[str, pd.DataFrame]:
    frames = {table.name: getattr(network.feed, table.name) for table in FEED_TABLES}
    return frames | {"stations": network.stations, "edges": network.streets.edges}


def test_every_verb_is_drawn():
    """If this fails, a new verb is not held to the laws: add its strategy to ``CHANGES``."""
    assert set(CHANGES) == set(VERBS)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_strategy_finds_a_change_that_works(verb):
    """If this fails, the laws are tried on scenarios that never apply."""
    pairs = networks.flatmap(lambda base: CHANGES[verb](base).map(lambda change: (base, change)))
    base, change = find(
        pairs,
        lambda pair: not Scenario("s", (pair[1],)).problems(pair[0]),
        settings=settings(
            max_examples=500, derandomize=True, database=None, phases=[Phase.generate]
        ),
    )
    assert Scenario("s", (change,)).apply(base).fingerprint() != base.fingerprint()


@pytest.mark.parametrize("verb", sorted(VERBS))
@LAWS
@given(data=st.data(), base=networks)
def test_no_change_touches_its_base(verb, data, base):
    """If this fails, a comparison has lost its "before"."""
    before = base.fingerprint()
    kept = {name: frame.copy(deep=True) for name, frame in frames_of(base).items()}
    xy, coords = base.stop_xy.copy(), base.streets.coords.copy()
    scenario = Scenario("s", (data.draw(CHANGES[verb](base)),))
    if not scenario.problems(base):
        changed = scenario.apply(base)
        assert changed.fingerprint() != before
        for name, frame in frames_of(changed).items():
            # Whole numbers stay whole, ids stay text.
            assert frame.dtypes.equals(kept[name].dtypes), name
    assert base.fingerprint() == before
    for name, frame in frames_of(base).items():
        pd.testing.assert_frame_equal(frame, kept[name])
    assert (base.stop_xy == xy).all()
    assert (base.streets.coords == coords).all()


@CHEAP
@given(networks)
def test_empty_scenario_is_the_base(base):
    """If this fails, doing nothing does something."""
    assert Scenario("nothing").apply(base).fingerprint() == base.fingerprint()


@OFTEN
@given(st.data(), networks)
def test_changes_are_made_one_after_the_other(data, base):
    """If this fails, the order that a planner wrote is not the order in which things happen."""
    scenario = data.draw(scenarios(base))
    current, steps = base, [base.fingerprint()]
    for change in scenario.changes:
        current = Scenario("one", (change,)).apply(current)
        steps.append(current.fingerprint())
    assert scenario.apply(base).fingerprint() == steps[-1]
    if scenario.changes:  # undo is exact
        assert scenario.without_last().apply(base).fingerprint() == steps[-2]


@OFTEN
@given(st.data(), networks)
def test_x_plus_y_is_x_then_y(data, base):
    """If this fails, scenarios cannot be put together from parts."""
    x = data.draw(scenarios(base, most=MOST // 2))
    between = x.apply(base)
    y = data.draw(scenarios(between, most=MOST // 2))
    assert (x + y).apply(base).fingerprint() == y.apply(between).fingerprint()
    if y.changes:
        shorter = (x + y).without_last().apply(base).fingerprint()
        assert shorter == (x + y.without_last()).apply(base).fingerprint()


@CHEAP
@given(st.data(), networks)
def test_what_is_kept_is_what_would_be_found_anew(data, base):
    """If this fails, a changed network shows something of the network before."""
    _ = base.feed.visits, base.stop_xy, base.stop_anchors, base.hop_m, base.drive_m
    changed = data.draw(scenarios(base)).apply(base)
    frames = {table.name: getattr(changed.feed, table.name).copy() for table in FEED_TABLES}
    anew = dataclasses.replace(changed, feed=Feed(**frames))
    assert anew.fingerprint() == changed.fingerprint()
    pd.testing.assert_frame_equal(anew.feed.visits, changed.feed.visits)
    for name in ("stop_xy", "stop_in_area", "hop_m", "drive_m"):
        np.testing.assert_array_equal(getattr(anew, name), getattr(changed, name), name)
    np.testing.assert_array_equal(anew.stop_anchors.edge, changed.stop_anchors.edge)
    assert anew.stop_row == changed.stop_row


@CHEAP
@given(st.data(), networks)
def test_more_service_lowers_nothing(data, base):
    """If this fails, running more buses takes buses away from a stop."""
    verbs = ["add_line", "add_period", "change_headway", "extend_line", "truncate_line", "reroute"]
    change = data.draw(CHANGES[data.draw(st.sampled_from(verbs))](base))
    if "keep_original" in type(change).model_fields:
        change = change.model_copy(update={"keep_original": True})
    if Scenario("s", (change,)).problems(base):
        return
    before, after = (served(one) for one in (base, Scenario("s", (change,)).apply(base)))
    assert (after.reindex(before.index) >= before - 1e-9).all()


def served(network: Network) -> pd.Series:
    """Departures a day at each stop, by line and direction."""
    calls = network.feed.visits.drop_duplicates(["pattern_id", "stop_id"])
    runs = calls["pattern_id"].map(departures(network.feed, ("00:00", "48:00"))).fillna(0.0)
    return runs.groupby([calls["stop_id"], calls["route_id"], calls["direction_id"]]).sum()


ODD = [
    "", "'", "甲\u202e", "{{7*7}}", "<script>", "=1+1", "S0,S1", "-1", "nan", "999:59", "24:00",
    "0", "inf", "١٢", "a" * 5000, -1, 0, 10**30, 1.5, True, None, ("S0",) * 3, ("", "甲"),
]  # fmt: skip


@pytest.mark.parametrize("verb", sorted(VERBS))
@LAWS
@given(data=st.data(), base=networks)
def test_odd_values_are_problems_not_crashes(verb, data, base):
    """If this fails, a slip in a scenario stops the program instead of being told."""
    values = data.draw(CHANGES[verb](base)).model_dump()
    fields = st.sampled_from(sorted(set(values) - {"verb"}))
    for field in data.draw(st.lists(fields, min_size=1, max_size=3, unique=True)):
        values[field] = data.draw(st.sampled_from(ODD))
    try:
        change = VERBS[verb].model_validate(values)
    except ValidationError:
        return
    scenario = Scenario("s", (change,))
    if not scenario.problems(base):
        scenario.apply(base)


@OFTEN
@given(st.data(), networks)
def test_opened_and_closed_again_is_the_base(data, base):
    """If this fails, a street that is opened and closed again leaves something behind."""
    before = data.draw(scenarios(base, most=3)).apply(base)
    link = data.draw(opened(before))
    close = CloseStreet(street=link.way_id, divert="shortest")
    if Scenario("s", (link,)).problems(before):
        return
    after = Scenario("s", (link, close)).apply(before)
    assert after.fingerprint() == before.fingerprint()
    courses = after.courses
    for pattern, course in before.courses.items():
        assert (course.edge == courses[pattern].edge).all()
        assert (course.length_m == courses[pattern].length_m).all()
