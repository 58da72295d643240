"""Laws of the quality report, for every network and scenario: plain loops find the same."""

from __future__ import annotations

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st
from laws import LAWS, PARK, networks, scenarios

from transit.analysis.quality import FINDING, Quality, quality
from transit.model.network import Network


@LAWS
@given(data=st.data(), base=networks)
def test_plain_loops_find_the_same(data, base):
    """If this fails, a planner is told of other stops and courses than there are."""
    changed = data.draw(scenarios(base)).apply(base)
    report = quality(changed, [PARK])
    calls = [changed.feed.sequence(key) for key in changed.feed.patterns["pattern_id"]]
    stops = changed.feed.stops.set_index("stop_id")["stop_name"].to_dict()
    called = {stop for course in calls for stop in course}
    assert set(report.of("stop_uncalled")["subject_id"]) == set(stops) - called
    assert len(report.of("hop_zero")) == sum(
        apart(changed, one, other) < 1
        for course in calls
        for one, other in itertools.pairwise(course)
    )
    lines = zip(changed.feed.patterns["route_id"], changed.feed.patterns["direction_id"], calls,
                strict=True)  # fmt: skip
    keys = [(line, direction, tuple(course)) for line, direction, course in lines]
    assert len(report.of("pattern_twice")) == len(keys) - len(set(keys))
    names = report.of("stop_name_apart")["name"]
    assert sorted(names) == sorted(
        name for name in set(stops.values()) if in_two_places(changed, name)
    )


@LAWS
@given(data=st.data(), base=networks)
def test_report_adds_up_and_leaves_its_network_alone(data, base):
    """If this fails, the page counts other findings than it lists, or looking changes the data."""
    changed = data.draw(scenarios(base)).apply(base)
    before = changed.fingerprint()
    report = quality(changed, [PARK])
    assert changed.fingerprint() == before
    assert list(report.findings.columns) == list(FINDING)
    found = report.findings["rule"].value_counts()
    rules = report.rules.set_index("rule")
    assert rules["found"].to_dict() == found.reindex(rules.index, fill_value=0).to_dict()
    assert brought(report, quality(base, [PARK])) <= set(report.findings["rule"])
    assert report.new_since(report).empty


def brought(report: Quality, base: Quality) -> set[str]:
    return set(report.new_since(base)["rule"])


def apart(network: Network, one: str, other: str) -> float:
    return math.dist(*(network.stop_xy[network.stop_row[stop]] for stop in (one, other)))


def in_two_places(network: Network, name: str) -> bool:
    """Whether its stops, joined where 500 m apart at most, are several groups, none above 1 km."""
    stops = network.feed.stops
    groups = [{stop} for stop in stops.loc[stops["stop_name"] == name, "stop_id"]]
    for one, other in itertools.combinations(list(itertools.chain(*groups)), 2):
        if apart(network, one, other) <= 500:
            joined = [group for group in groups if group & {one, other}]
            groups = [group for group in groups if group not in joined] + [set().union(*joined)]
    return len(groups) > 1 and all(reach(network, group) <= 1000 for group in groups)


def reach(network: Network, group: set[str]) -> float:
    """The diagonal of the box round a group of stops."""
    east, north = zip(*(network.stop_xy[network.stop_row[stop]] for stop in group), strict=True)
    return math.hypot(max(east) - min(east), max(north) - min(north))
