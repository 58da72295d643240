"""Changes to the course of a line: extended, truncated, another terminal, rerouted, reversed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from transit.errors import Problem
from transit.model.feed import Feed
from transit.scenario.change import each_stop, one_stop, stops_named
from transit.scenario.courses import (
    CourseChange,
    Planned,
    Sequences,
    directions_of,
    nth_call,
    stop_names,
)
from transit.scenario.selection import LineChange

End = Literal["start", "end"]


class ExtendLine(CourseChange):
    """More stops before the first or after the last call of one direction.

    ``stops`` are in the order of travel. To extend both directions write two changes.
    """

    verb: Literal["extend_line"] = "extend_line"
    end: End
    stops: tuple[str, ...] = Field(min_length=1)

    def planned(self, feed: Feed) -> Planned:
        """The line's sequences with the stops added at their start or end."""
        patterns, problems = self.selected(feed)
        stops, faults = each_stop(self, feed, "stops", self.stops)
        problems = problems + faults + one_direction(self, feed, patterns)
        problems = problems or _one_terminal(self, feed, patterns, self.end)
        if problems:
            return {}, problems
        old = {pattern: feed.sequence(pattern) for pattern in patterns}
        if self.end == "start":
            return {pattern: [*stops, *calls] for pattern, calls in old.items()}, []
        return {pattern: [*calls, *stops] for pattern, calls in old.items()}, []


class TruncateLine(CourseChange):
    """Fewer calls: one direction starts or ends at ``stop``, and what lay beyond is dropped.

    ``end`` says which end is cut: ``start`` drops the calls before ``stop``, ``end`` those after
    it. ``call`` says which call at it on a loop. To cut both directions write two changes.
    """

    verb: Literal["truncate_line"] = "truncate_line"
    end: End
    stop: str
    call: int = Field(default=1, ge=1)

    def planned(self, feed: Feed) -> Planned:
        """The sequences of all selected patterns that have the call, cut there."""
        patterns, problems = self.selected(feed)
        stops, faults = stops_named(self, feed, "stop", self.stop)
        problems = problems + faults + one_direction(self, feed, patterns)
        if problems:
            return {}, problems
        sequences: Sequences = {}
        for pattern in patterns:
            calls = feed.sequence(pattern)
            place = nth_call(calls, stops, self.call)
            if place is not None:
                sequences[pattern] = calls[place:] if self.end == "start" else calls[: place + 1]
        if sequences:
            return sequences, []
        return {}, [no_call(self, "stop", self.stop, self.call)]


class MoveOrigin(CourseChange):
    """Another terminal: what started or ended at ``from_stop`` does so at ``to_stop``.

    ``via`` are calls between the new terminal and the rest of the line, in the order a bus
    leaving the terminal passes them; buses coming back pass them the other way round. ``end``
    moves only the start (the origin) or only the end (the terminus).
    """

    verb: Literal["move_origin"] = "move_origin"
    from_stop: str
    to_stop: str
    via: tuple[str, ...] = ()
    end: End | None = None

    def planned(self, feed: Feed) -> Planned:
        """The sequences of all selected patterns that start or end at the old terminal."""
        patterns, problems = self.selected(feed)
        old, faults = stops_named(self, feed, "from_stop", self.from_stop)
        new, more = one_stop(self, feed, "to_stop", self.to_stop)
        via, last = each_stop(self, feed, "via", self.via)
        problems = problems + faults + more + last
        if problems:
            return {}, problems
        sequences = {pattern: feed.sequence(pattern) for pattern in patterns}
        moved = {
            pattern: _moved_ends(stops, old, [new, *via], self.end)
            for pattern, stops in sequences.items()
            if (stops[0] in old and self.end != "end") or (stops[-1] in old and self.end != "start")
        }
        return moved, [] if moved else [self._no_terminal(feed, patterns)]

    def _no_terminal(self, feed: Feed, patterns: Sequence[str]) -> Problem:
        which = {"start": "does not start", "end": "does not end"}
        verb = which.get(self.end or "", "neither starts nor ends")
        what = f"line {self.line!r} {verb} at {self.from_stop!r}"
        calls = [feed.sequence(pattern) for pattern in patterns]
        ends = sorted({stop for stops in calls for stop in (stops[0], stops[-1])})
        return self.fault("from_stop", what, f"its ends are {_shown(feed, ends)}")


class Reroute(CourseChange):
    """Other calls between two calls of one direction, which themselves stay.

    Where the line calls at a stop more than once (a loop), ``from_call`` and ``to_call`` say
    which: 1 is its first call there. Empty ``via`` goes straight from one to the other.
    """

    verb: Literal["reroute"] = "reroute"
    from_stop: str
    to_stop: str
    via: tuple[str, ...] = ()
    from_call: int = Field(default=1, ge=1)
    to_call: int = Field(default=1, ge=1)

    def planned(self, feed: Feed) -> Planned:
        """The sequences of all selected patterns that call at both stops, in order."""
        patterns, problems = self.selected(feed)
        start, faults = stops_named(self, feed, "from_stop", self.from_stop)
        end, more = stops_named(self, feed, "to_stop", self.to_stop)
        via, last = each_stop(self, feed, "via", self.via)
        problems = problems + faults + more + last
        if problems:
            return {}, problems
        sequences: Sequences = {}
        for pattern in patterns:
            stops = feed.sequence(pattern)
            first = nth_call(stops, start, self.from_call)
            second = nth_call(stops, end, self.to_call)
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


class ReverseLine(CourseChange):
    """The selected service driven the other way round.

    One pattern there and one back exchange their sequences, so that each calls at its proper
    kerbs. Anything else (a loop, one direction) calls at the same kerbs in the opposite order.
    """

    verb: Literal["reverse_line"] = "reverse_line"

    def planned(self, feed: Feed) -> Planned:
        """The sequences of the selected patterns, exchanged or turned round."""
        patterns, problems = self.selected(feed)
        if problems:
            return {}, problems
        calls = {pattern: feed.sequence(pattern) for pattern in patterns}
        direction = directions_of(feed)
        loops = any(stops[0] == stops[-1] for stops in calls.values())
        if not loops and sorted(direction[pattern] for pattern in patterns) == [0, 1]:
            there, back = patterns
            return {there: calls[back], back: calls[there]}, []
        return {pattern: stops[::-1] for pattern, stops in calls.items()}, []


def one_direction(change: LineChange, feed: Feed, patterns: Sequence[str]) -> list[Problem]:
    """That ``patterns`` run in both directions, where one end of one direction is meant."""
    direction = directions_of(feed)
    if len({direction[pattern] for pattern in patterns}) < 2:
        return []
    what = f"line {change.line!r} has {len(patterns)} patterns"
    return [change.fault("direction_id", what, "say which direction: 0 or 1")]


def no_call(change: LineChange, field: str, stop: str, call: int) -> Problem:
    """That no selected pattern of the line has this call at this stop."""
    which = f" (call {call})" if call > 1 else ""
    what = f"line {change.line!r} does not call at {stop!r}{which} there"
    return change.fault(field, what, "name a stop of that direction; for a loop say which call")


def _one_terminal(
    change: LineChange, feed: Feed, patterns: Sequence[str], end: End
) -> list[Problem]:
    """That ``patterns`` of one direction do not start, or end, at the same stop."""
    place = 0 if end == "start" else -1
    ends = {pattern: feed.sequence(pattern)[place] for pattern in patterns}
    if len(set(ends.values())) < 2:
        return []
    names = stop_names(feed)
    verb = "start" if end == "start" else "end"
    what = f"the patterns of line {change.line!r} there {verb} at different stops"
    texts = [f"{pattern} ({names[stop]})" for pattern, stop in ends.items()]
    return [change.fault("pattern", what, f"choose one: {' / '.join(texts)}")]


def _moved_ends(stops: list[str], old: list[str], lead: list[str], end: End | None) -> list[str]:
    start = [*lead, *stops[1:]] if stops[0] in old and end != "end" else list(stops)
    return [*start[:-1], *reversed(lead)] if stops[-1] in old and end != "start" else start


def _shown(feed: Feed, stops: Sequence[str]) -> str:
    names = stop_names(feed)
    return " / ".join(f"{names[stop]} ({stop})" for stop in stops)
