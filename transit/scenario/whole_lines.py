"""Changes of which lines there are: removed, split in two, merged into one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd
from pydantic import Field

from transit.errors import Problem
from transit.model.feed import Feed
from transit.model.network import Network
from transit.scenario.add_line import line_id_problems
from transit.scenario.change import stops_named
from transit.scenario.courses import Sequences, directions_of, nth_call, with_sequences
from transit.scenario.lines import no_call
from transit.scenario.periods import Period, branched, running, without_patterns
from transit.scenario.selection import LineChange
from transit.scenario.span import without_period


class RemoveLine(LineChange):
    """A line that goes, or one direction, pattern or period of it.

    Patterns that have no service left go with it, and so does a line without patterns. Its stops
    stay.
    """

    verb: Literal["remove_line"] = "remove_line"

    def problems(self, network: Network) -> list[Problem]:
        """The line is unknown, or has no such service."""
        return self.selected(network.feed)[1]

    def apply(self, network: Network) -> Network:
        """``network`` without the selected service."""
        patterns, _ = self.selected(network.feed)
        if self.all_day:
            return network.with_feed(without_patterns(network.feed, patterns))
        feed = without_period(network.feed, patterns, self.period)
        idle = [pattern for pattern in patterns if not running(feed, [pattern], Period())]
        return network.with_feed(without_patterns(feed, idle) if idle else feed)


class SplitLine(LineChange):
    """A line cut in two at ``stop``; both parts run as often and at the same times as the whole.

    The part before the stop (in direction 0) keeps the line's id and name, the part behind it is
    the new line ``new_route_id``. Both call at the stop. A pattern that only starts or ends there
    belongs to one part as it is. With a period only the service in it is split.
    """

    verb: Literal["split_line"] = "split_line"
    stop: str
    call: int = Field(default=1, ge=1)
    new_route_id: str = Field(min_length=1)
    new_route_short_name: str = Field(min_length=1)

    @property
    def makes(self) -> tuple[str, ...]:
        """The new line's id and short name."""
        return self.new_route_id, self.new_route_short_name

    def problems(self, network: Network) -> list[Problem]:
        """The id is taken, or a pattern does not call at the stop, or none passes it."""
        feed = network.feed
        patterns, problems = self.selected(feed)
        stops, faults = stops_named(self, feed, "stop", self.stop)
        problems += faults + line_id_problems(self, feed, "new_route_id", self.new_route_id)
        if problems:
            return problems
        places = self._places(feed, patterns, stops)
        without = [pattern for pattern, place in places.items() if place is None]
        if len(without) == len(patterns):
            return [no_call(self, "stop", self.stop, self.call)]
        if without:
            what = f"pattern {without[0]} does not call at {self.stop!r}"
            mend = "select the patterns that do, by direction_id or pattern"
            return [self.fault("stop", what, mend)]
        if not self._cut(feed, places):
            what = f"line {self.line!r} only starts or ends at {self.stop!r}"
            return [self.fault("stop", what, "name a stop between its ends")]
        return []

    def apply(self, network: Network) -> Network:
        """``network`` with the line's second part as a line of its own."""
        feed = network.feed
        patterns, _ = self.selected(feed)
        places = self._places(feed, patterns, feed.stop_ids(self.stop))
        direction = directions_of(feed)
        feed, ids = branched(
            feed, patterns, self.period, name=lambda one: self.new_id(one, beside=False)
        )
        place = {ids[one]: at for one, at in places.items() if at is not None}
        direction |= {ids[one]: direction[one] for one in patterns}
        cut = self._cut(feed, place)
        feed, second = branched(
            feed, cut, Period(), beside=self.origin,
            name=lambda one: f"{self.new_route_id}_{direction[one]}",
        )  # fmt: skip
        sequences: Sequences = {}
        for one in cut:
            calls = feed.sequence(one)
            parts = calls[: place[one] + 1], calls[place[one] :]
            mine, other = parts if direction[one] == 0 else parts[::-1]
            sequences |= {one: mine, second[one]: other}
        moved = [
            one for one in place if one not in cut and (place[one] == 0) == (not direction[one])
        ]
        feed = self._with_second_line(feed, {*second.values(), *moved})
        return network.with_feed(with_sequences(feed, sequences))

    def _places(
        self, feed: Feed, patterns: Sequence[str], stops: Sequence[str]
    ) -> dict[str, int | None]:
        return {one: nth_call(feed.sequence(one), stops, self.call) for one in patterns}

    def _cut(self, feed: Feed, places: dict[str, int | None] | dict[str, int]) -> list[str]:
        """The patterns that pass the stop, neither starting nor ending there."""
        return [
            pattern
            for pattern, place in places.items()
            if place and place < len(feed.sequence(pattern)) - 1
        ]

    def _with_second_line(self, feed: Feed, patterns: set[str]) -> Feed:
        """``feed`` with the new line, to which ``patterns`` belong."""
        ours = feed.patterns["pattern_id"].isin(patterns)
        old = feed.patterns.loc[ours, "route_id"].iloc[0]
        row = feed.routes[feed.routes["route_id"] == old].assign(
            route_id=self.new_route_id,
            route_short_name=self.new_route_short_name,
            route_long_name="",
            source=self.origin,
        )
        return feed.with_tables(
            routes=pd.concat([feed.routes, row]),
            patterns=feed.patterns.assign(
                route_id=feed.patterns["route_id"].mask(ours, self.new_route_id)
            ),
        )
