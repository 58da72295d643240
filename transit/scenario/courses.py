"""What changes of a line's course share: new sequences of stops, and who runs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from transit.errors import Problem
from transit.model.feed import Feed
from transit.model.network import Network
from transit.scenario.change import Change
from transit.scenario.periods import branched
from transit.scenario.selection import LineChange

Sequences = dict[str, list[str]]
Planned = tuple[Sequences, list[Problem]]


class CourseChange(LineChange):
    """A change that gives the selected service of a line another sequence of stops.

    With a period the service in it runs the new sequence, as a pattern of its own, and the rest
    the old one. With ``keep_original`` the old service stays as it was and the new one runs
    beside it, as often and at the same times.
    """

    keep_original: bool = False

    def planned(self, feed: Feed) -> Planned:
        """The new sequences by pattern, and what is wrong with them."""
        raise NotImplementedError

    def problems(self, network: Network) -> list[Problem]:
        """Unknown names, ambiguous kerbs, and sequences that cannot be."""
        sequences, problems = self.planned(network.feed)
        return problems or repeated_problems(self, network.feed, sequences)

    def apply(self, network: Network) -> Network:
        """``network`` with the new course; headways, speeds and times stay as they were."""
        feed = network.feed
        planned, _ = self.planned(feed)
        new = {one: stops for one, stops in planned.items() if stops != feed.sequence(one)}
        feed, ids = branched(
            feed, new, self.period,
            name=lambda one: self.new_id(one, beside=self.keep_original),
            beside=self.origin if self.keep_original else "",
        )  # fmt: skip
        return network.with_feed(with_sequences(feed, {ids[one]: new[one] for one in new}))


def with_sequences(feed: Feed, sequences: Mapping[str, Sequence[str]]) -> Feed:
    """``feed`` with the stop sequences of some patterns replaced (numbered from 1).

    A pattern whose sequence stays the same keeps its numbers, so that no change is no change.
    """
    new = {
        pattern: list(stops)
        for pattern, stops in sequences.items()
        if list(stops) != feed.sequence(pattern)
    }
    if not new:
        return feed
    kept = feed.calls[~feed.calls["pattern_id"].isin(new)]
    calls = pd.concat([kept, calls_of(new)], ignore_index=True)
    return feed.with_tables(calls=calls, patterns=_with_headsigns(feed, new))


def calls_of(sequences: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The rows of calls of some patterns, numbered from 1."""
    rows: list[dict[str, Any]] = [
        {"pattern_id": pattern, "stop_sequence": number, "stop_id": stop}
        for pattern, stops in sequences.items()
        for number, stop in enumerate(stops, 1)
    ]
    return pd.DataFrame(rows)


def repeated_problems(
    change: Change, feed: Feed, sequences: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """Problems of new sequences: a stop called at twice running, or fewer than two calls."""
    names = stop_names(feed)
    problems = []
    for pattern, stops in sequences.items():
        if len(stops) < 2:
            what = f"would leave pattern {pattern} with {len(stops)} calls"
            problems.append(change.fault("line", what, "a pattern needs two or more"))
        for first, second in pairwise(stops):
            if first == second:
                what = f"pattern {pattern} would call at {names[first]} twice running"
                problems.append(change.fault("stops", what, "leave one of them out"))
    return problems


def stop_names(feed: Feed) -> dict[str, str]:
    """Name of each stop by its id."""
    return dict(zip(feed.stops["stop_id"], feed.stops["stop_name"], strict=True))


def directions_of(feed: Feed) -> dict[str, int]:
    """Direction of each pattern by its id."""
    return dict(zip(feed.patterns["pattern_id"], feed.patterns["direction_id"], strict=True))


def nth_call(stops: Sequence[str], wanted: Sequence[str], call: int) -> int | None:
    """Position of the ``call``-th call at one of the stops ``wanted``; none if there is none."""
    places = [place for place, stop in enumerate(stops) if stop in wanted]
    return places[call - 1] if len(places) >= call else None


def _with_headsigns(feed: Feed, new: Sequences) -> pd.DataFrame:
    """Patterns with the name of their last stop on the bus, where that stop is another now."""
    names = stop_names(feed)
    ends = {
        pattern: names[stops[-1]]
        for pattern, stops in new.items()
        if stops and stops[-1] != feed.sequence(pattern)[-1]
    }
    now = zip(feed.patterns["pattern_id"], feed.patterns["trip_headsign"], strict=True)
    return feed.patterns.assign(trip_headsign=[ends.get(pattern, sign) for pattern, sign in now])
