"""Two lines joined end to start into one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field

from transit.errors import Problem
from transit.model.feed import Feed
from transit.model.network import Network
from transit.scenario.change import Change
from transit.scenario.courses import directions_of, repeated_problems, stop_names, with_sequences
from transit.scenario.periods import Period, running, without_patterns
from transit.scenario.selection import one_line, patterns_of

ONE_PLACE_M = 150.0
"""Kerbs of one name are one place up to this distance, in metres."""


class Joint(NamedTuple):
    """A pattern of the first line, one of the other, and the calls of both together."""

    own: str
    other: str
    stops: list[str]


class MergeLines(Change):
    """``line`` and ``other`` joined where one ends and the other starts, in each direction.

    Kerbs of one name within 150 m are one place, at which the bus calls once, at the kerb where
    it arrives. The merged line keeps the id and name of ``line`` (or ``route_short_name``);
    patterns that fit no other stay as they are. ``service`` says whose headways, speeds and times
    are kept: those of ``line`` (first) or of ``other`` (second).
    """

    verb: Literal["merge_lines"] = "merge_lines"
    line: str
    other: str
    service: Literal["first", "second"]
    route_short_name: str | None = Field(default=None, min_length=1)

    def problems(self, network: Network) -> list[Problem]:
        """The lines are unknown or one, do not meet, or have no service to keep."""
        feed = network.feed
        problems = self._line_problems(feed)
        if problems:
            return problems
        joints = self._joints(network)
        if not joints:
            what = f"no end of line {self.line!r} is a start of line {self.other!r}, or the reverse"
            mend = f"{self._ends(feed)}; extend one of them first"
            return [self.fault("other", what, mend)]
        sequences = {joint.own: joint.stops for joint in joints}
        return self._service_problems(feed, joints) or repeated_problems(self, feed, sequences)

    def apply(self, network: Network) -> Network:
        """``network`` with one line in place of two."""
        feed = network.feed
        route = one_line(self, feed, "line", self.line)[0]
        joints = self._joints(network)
        feed = self._with_service(feed, joints)
        feed = with_sequences(feed, {joint.own: joint.stops for joint in joints})
        feed = without_patterns(feed, {joint.other for joint in joints})
        if self.route_short_name is not None:
            ours = feed.routes["route_id"] == route
            names = feed.routes["route_short_name"].mask(ours, self.route_short_name)
            feed = feed.with_tables(routes=feed.routes.assign(route_short_name=names))
        return network.with_feed(feed)

    def _line_problems(self, feed: Feed) -> list[Problem]:
        _, problems = patterns_of(self, feed, self.line)
        routes = [one_line(self, feed, name, getattr(self, name)) for name in ("line", "other")]
        problems += routes[1][1]
        if problems:
            return problems
        if routes[0][0] == routes[1][0]:
            what = "both lines are the same one"
            return [self.fault("other", what, "name the line that is joined to it")]
        for name in ("line", "other"):
            found = patterns_of(self, feed, getattr(self, name))[0]
            direction = [directions_of(feed)[pattern] for pattern in found]
            if len(direction) > len(set(direction)):
                what = f"line {getattr(self, name)!r} has {len(found)} patterns"
                mend = "a line to be merged has one a direction: take the others out first"
                problems.append(self.fault(name, what, mend))
        return problems

    def _joints(self, network: Network) -> list[Joint]:
        """The pairs of patterns that meet: there the other is joined behind, back before."""
        feed = network.feed
        free = patterns_of(self, feed, self.other)[0]
        direction, joints = directions_of(feed), []
        for own in patterns_of(self, feed, self.line)[0]:
            found = _joined(network, own, free, behind_first=direction[own] == 0)
            if found:
                joints.append(found)
                free = [pattern for pattern in free if pattern != found.other]
        return joints

    def _service_problems(self, feed: Feed, joints: list[Joint]) -> list[Problem]:
        for joint in joints:
            pair = joint[:2] if self.service == "first" else joint[1::-1]
            if running(feed, pair, Period()) == [pair[1]]:
                what = f"pattern {pair[0]}, whose service is to be kept, has none"
                mend = f"{pair[1]} has: keep the service of the other line"
                return [self.fault("service", what, mend)]
        return []

    def _with_service(self, feed: Feed, joints: list[Joint]) -> Feed:
        """``feed`` where the first line's patterns have the service and marks of the merged."""
        ids = {joint.other: joint.own for joint in joints}
        mark = dict(zip(feed.patterns["pattern_id"], feed.patterns["indicative"], strict=True))
        doubtful = [joint.own for joint in joints if mark[joint.own] or mark[joint.other]]
        ours = feed.patterns["pattern_id"].isin(doubtful)
        feed = feed.with_tables(
            patterns=feed.patterns.assign(indicative=feed.patterns["indicative"] | ours)
        )
        if self.service == "first":
            return feed
        return feed.with_tables(
            frequencies=_handed_over(feed.frequencies, ids), trips=_handed_over(feed.trips, ids)
        )

    def _ends(self, feed: Feed) -> str:
        names, texts = stop_names(feed), []
        for line in (self.line, self.other):
            calls = [feed.sequence(pattern) for pattern in patterns_of(self, feed, line)[0]]
            ends = dict.fromkeys(f"{names[stops[0]]} → {names[stops[-1]]}" for stops in calls)
            texts.append(f"{line} runs {', '.join(ends)}")
        return "; ".join(texts)


def _joined(
    network: Network, own: str, others: Sequence[str], *, behind_first: bool
) -> Joint | None:
    """The first of ``others`` that starts where ``own`` ends, or ends where it starts."""
    mine = network.feed.sequence(own)
    found = []
    for other in others:
        theirs = network.feed.sequence(other)
        pairs = {True: (mine, theirs), False: (theirs, mine)}
        found += [
            (behind != behind_first, Joint(own, other, [*first, *second[1:]]))
            for behind, (first, second) in pairs.items()
            if _one_place(network, first[-1], second[0])
        ]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _one_place(network: Network, first: str, second: str) -> bool:
    """Whether two stops are one kerb, or kerbs of one name near one another."""
    rows = [network.stop_row[first], network.stop_row[second]]
    name = network.feed.stops["stop_name"].iloc[rows]
    apart_m = float(np.hypot(*np.diff(network.stop_xy[rows], axis=0)[0]))
    return bool(name.iloc[0] == name.iloc[1]) and apart_m <= ONE_PLACE_M


def _handed_over(rows: pd.DataFrame, ids: dict[str, str]) -> pd.DataFrame:
    """``rows`` of service where each pattern of ``ids`` gives its own to another, who had more."""
    kept = rows[~rows["pattern_id"].isin(ids.values())]
    return kept.assign(
        pattern_id=kept["pattern_id"].map(lambda one: ids.get(one, one)).astype("str")
    )
