"""Changes to the course of a line: extended, with another origin, rerouted."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from transit.errors import Problem
from transit.model.feed import Feed
from transit.model.network import Network
from transit.scenario.change import (
    Change,
    one_stop,
    patterns_of,
    repeated_problems,
    stops_named,
    with_sequences,
)

Sequences = dict[str, list[str]]
Planned = tuple[Sequences, list[Problem]]


class CourseChange(Change):
    """A change that gives some patterns of a line another sequence of stops."""

    line: str

    def planned(self, feed: Feed) -> Planned:
        """The new sequences by pattern, and what is wrong with them."""
        raise NotImplementedError

    def problems(self, network: Network) -> list[Problem]:
        """Unknown names, ambiguous kerbs, and sequences that cannot be."""
        sequences, problems = self.planned(network.feed)
        return problems or repeated_problems(self, network.feed, sequences)

    def apply(self, network: Network) -> Network:
        """``network`` with the line's new course; its headways stay as they were."""
        sequences, _ = self.planned(network.feed)
        return network.with_feed(with_sequences(network.feed, sequences))

    def _stops(self, feed: Feed, field: str, names: list[str] | tuple[str, ...]) -> Named:
        found = [one_stop(self, feed, f"{field}[{row}]", name) for row, name in enumerate(names, 1)]
        return [stop for stop, _ in found], [fault for _, faults in found for fault in faults]


Named = tuple[list[str], list[Problem]]


class ExtendLine(CourseChange):
    """More stops before the first or after the last call of one direction.

    ``stops`` are in the order of travel. To extend both directions write two changes.
    """

    verb: Literal["extend_line"] = "extend_line"
    end: Literal["start", "end"]
    stops: tuple[str, ...] = Field(min_length=1)
    direction_id: int | None = None

    def planned(self, feed: Feed) -> Planned:
        """The line's sequence with the stops added at its start or end."""
        patterns, problems = patterns_of(self, feed, self.line, self.direction_id)
        stops, faults = self._stops(feed, "stops", self.stops)
        problems += faults
        if len(patterns) > 1:
            what = f"line {self.line!r} has {len(patterns)} patterns"
            problems.append(self.fault("direction_id", what, "say which direction: 0 or 1"))
        if problems:
            return {}, problems
        old = feed.sequence(patterns[0])
        return {patterns[0]: [*stops, *old] if self.end == "start" else [*old, *stops]}, []


class MoveOrigin(CourseChange):
    """Another terminal: what started or ended at ``from_stop`` does so at ``to_stop``.

    ``via`` are calls between the new terminal and the rest of the line, in the order a bus
    leaving the terminal passes them; buses coming back pass them the other way round.
    """

    verb: Literal["move_origin"] = "move_origin"
    from_stop: str
    to_stop: str
    via: tuple[str, ...] = ()

    def planned(self, feed: Feed) -> Planned:
        """The sequences of all patterns that start or end at the old terminal."""
        patterns, problems = patterns_of(self, feed, self.line)
        old, faults = stops_named(self, feed, "from_stop", self.from_stop)
        new, more = one_stop(self, feed, "to_stop", self.to_stop)
        via, last = self._stops(feed, "via", self.via)
        problems = problems + faults + more + last
        if problems:
            return {}, problems
        sequences = {pattern: feed.sequence(pattern) for pattern in patterns}
        moved = {
            pattern: _moved_ends(stops, set(old), [new, *via])
            for pattern, stops in sequences.items()
            if stops[0] in old or stops[-1] in old
        }
        if not moved:
            ends = sorted({stop for stops in sequences.values() for stop in (stops[0], stops[-1])})
            names = feed.stops.set_index("stop_id")["stop_name"]
            what = f"line {self.line!r} neither starts nor ends at {self.from_stop!r}"
            mend = f"its ends are {' / '.join(f'{names[stop]} ({stop})' for stop in ends)}"
            return {}, [self.fault("from_stop", what, mend)]
        return moved, []


class Reroute(CourseChange):
    """Other calls between two calls of one direction, which themselves stay.

    Where the line calls at a stop more than once (a loop), ``from_call`` and ``to_call`` say
    which: 1 is its first call there. Empty ``via`` goes straight from one to the other.
    """

    verb: Literal["reroute"] = "reroute"
    from_stop: str
    to_stop: str
    via: tuple[str, ...] = ()
    direction_id: int | None = None
    from_call: int = Field(default=1, ge=1)
    to_call: int = Field(default=1, ge=1)

    def planned(self, feed: Feed) -> Planned:
        """The sequences of all patterns of the direction that call at both stops, in order."""
        patterns, problems = patterns_of(self, feed, self.line, self.direction_id)
        start, faults = stops_named(self, feed, "from_stop", self.from_stop)
        end, more = stops_named(self, feed, "to_stop", self.to_stop)
        via, last = self._stops(feed, "via", self.via)
        problems = problems + faults + more + last
        if problems:
            return {}, problems
        sequences: Sequences = {}
        for pattern in patterns:
            stops = feed.sequence(pattern)
            first = _nth(stops, set(start), self.from_call)
            second = _nth(stops, set(end), self.to_call)
            if first is not None and second is not None and first < second:
                sequences[pattern] = [*stops[: first + 1], *via, *stops[second:]]
        if sequences:
            return sequences, []
        what = (
            f"line {self.line!r} has no call {self.from_call} at {self.from_stop!r} "
            f"followed by call {self.to_call} at {self.to_stop!r}"
        )
        mend = "name two calls in the order of travel; for a loop say which call"
        return {}, [self.fault("from_stop/to_stop", what, mend)]


def _moved_ends(stops: list[str], old: set[str], lead: list[str]) -> list[str]:
    start = [*lead, *stops[1:]] if stops[0] in old else list(stops)
    return [*start[:-1], *reversed(lead)] if stops[-1] in old else start


def _nth(stops: list[str], wanted: set[str], call: int) -> int | None:
    places = [place for place, stop in enumerate(stops) if stop in wanted]
    return places[call - 1] if len(places) >= call else None
