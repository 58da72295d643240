"""What every change has in common, and how a change finds the stops and lines it names."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from transit.errors import Problem, UsageError
from transit.model.feed import Feed
from transit.model.network import Network


class Change(BaseModel):
    """One edit of a network: a frozen value with ``problems`` and ``apply``.

    ``problems`` says what is wrong before anything is done; ``apply`` returns a new network and
    leaves its argument as it was. ``note`` and ``source`` are carried along for the reader.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    note: str = ""
    source: str = ""

    def problems(self, network: Network) -> list[Problem]:
        """Everything that keeps this change from being applied to ``network``."""
        raise NotImplementedError

    def apply(self, network: Network) -> Network:
        """``network`` with this change made; call it only when ``problems`` is empty."""
        raise NotImplementedError

    @property
    def makes(self) -> tuple[str, ...]:
        """Ids and names of the stops that this change brings in."""
        return ()

    @property
    def label(self) -> str:
        """The verb and the values that were given, for messages and reports."""
        given = self.model_dump(exclude={"note", "source", "verb"}, exclude_defaults=True)
        values = ", ".join(f"{name}={value}" for name, value in given.items())
        return f"{getattr(self, 'verb', type(self).__name__)}({values})"

    def fault(self, field: str, what: str, mend: str) -> Problem:
        """A problem of this change's ``field``."""
        return Problem(f"{getattr(self, 'verb', '')} {field}".strip(), what, mend)


def one_stop(change: Change, feed: Feed, field: str, name: str) -> tuple[str, list[Problem]]:
    """The one stop meant by ``name`` (id, or a name that only one kerb has), or the problem."""
    found, problems = stops_named(change, feed, field, name)
    if len(found) > 1:
        what = f"{name!r} is the name of {len(found)} kerbs"
        problems = [change.fault(field, what, f"give one id: {_kerbs(feed, found)}")]
    return (found[0] if found else ""), problems


def stops_named(
    change: Change, feed: Feed, field: str, name: str
) -> tuple[list[str], list[Problem]]:
    """The stop with this id or all kerbs of this name, or the problem with the nearest names."""
    try:
        return feed.stop_ids(name), []
    except UsageError as error:
        return [], [_moved(change, field, error)]


def patterns_of(
    change: Change, feed: Feed, line: str, direction_id: int | None = None
) -> tuple[list[str], list[Problem]]:
    """Patterns of ``line`` (id or short name), of one direction if given, or the problem."""
    try:
        routes = feed.route_ids(line)
    except UsageError as error:
        return [], [_moved(change, "line", error)]
    table = feed.patterns[feed.patterns["route_id"].isin(routes)]
    if table.empty:
        what = f"line {line!r} has no pattern"
        return [], [change.fault("line", what, "add its stops to patterns and calls first")]
    if direction_id is not None:
        directions = sorted(set(table["direction_id"]))
        table = table[table["direction_id"] == direction_id]
        if table.empty:
            what = f"line {line!r} has no direction {direction_id}"
            return [], [change.fault("direction_id", what, f"use one of {directions}")]
    return table["pattern_id"].tolist(), []


def with_sequences(feed: Feed, sequences: dict[str, list[str]]) -> Feed:
    """``feed`` with the stop sequences of some patterns replaced (numbered from 1).

    A pattern whose sequence stays the same keeps its numbers, so that no change is no change.
    """
    new = {
        pattern: stops for pattern, stops in sequences.items() if stops != feed.sequence(pattern)
    }
    if not new:
        return feed
    kept = feed.calls[~feed.calls["pattern_id"].isin(new)]
    rows: list[dict[str, Any]] = [
        {"pattern_id": pattern, "stop_sequence": number, "stop_id": stop}
        for pattern, stops in new.items()
        for number, stop in enumerate(stops, 1)
    ]
    calls = pd.concat([kept, pd.DataFrame(rows)], ignore_index=True)
    return feed.with_tables(calls=calls, patterns=_with_headsigns(feed, new))


def _with_headsigns(feed: Feed, new: dict[str, list[str]]) -> pd.DataFrame:
    """Patterns with the name of their last stop on the bus, where that stop is another now."""
    names = dict(zip(feed.stops["stop_id"], feed.stops["stop_name"], strict=True))
    ends = {
        pattern: names[stops[-1]]
        for pattern, stops in new.items()
        if stops and stops[-1] != feed.sequence(pattern)[-1]
    }
    now = zip(feed.patterns["pattern_id"], feed.patterns["trip_headsign"], strict=True)
    return feed.patterns.assign(trip_headsign=[ends.get(pattern, sign) for pattern, sign in now])


def repeated_problems(change: Change, feed: Feed, sequences: dict[str, list[str]]) -> list[Problem]:
    """Problems of new sequences: a stop called at twice running, or fewer than two calls."""
    names = feed.stops.set_index("stop_id")["stop_name"]
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


def _moved(change: Change, field: str, error: UsageError) -> Problem:
    found = error.problems[0]
    return change.fault(field, found.what, found.mend)


def _kerbs(feed: Feed, ids: list[str]) -> str:
    texts = []
    for stop in ids:
        calls = feed.visits.loc[feed.visits["stop_id"] == stop]
        lines = sorted({f"{c.route_short_name}→{c.trip_headsign}" for c in calls.itertuples()})
        shown = "、".join(lines[:3]) + ("…" if len(lines) > 3 else "")
        texts.append(f"{stop} ({shown or 'no line'})")
    return "; ".join(texts)
