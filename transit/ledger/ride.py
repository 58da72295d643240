"""What changes for those who ride a line through: minutes between the stops that it keeps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from transit.analysis.service import WHOLE_DAY, assumed_patterns, departures, paces
from transit.ledger.rows import Row, ledger_row
from transit.model.network import Network

RIDE_TIME = "ride time"
LEAST_MIN = 0.01
"""Rides that differ by less, in minutes, are the same."""


def ride_rows(before: Network, after: Network) -> Iterator[Row]:
    """Lines and directions whose riders need more or fewer minutes between the calls they keep.

    For each pattern that is there before and after: the ride from the first to the last call
    that it keeps, at its mean speed along its course. Of several patterns of a direction the mean
    by departures is taken. Patterns without a headway (their speed is not known) are left out.
    """
    old, new = _served(before), _served(after)
    rides = [
        (pattern, *minutes)
        for pattern in sorted(old.keys() & new.keys())
        if _may_differ(before, after, pattern)
        and (minutes := _kept_ride(before, after, pattern, old[pattern], new[pattern]))
    ]
    if not rides:
        return
    table = pd.DataFrame(rides, columns=["pattern_id", "old", "new"])
    runs = departures(before.feed, WHOLE_DAY).add(departures(after.feed, WHOLE_DAY), fill_value=0)
    table["runs"] = table["pattern_id"].map(runs).astype(float)
    lines = after.feed.patterns.merge(
        after.feed.routes[["route_id", "route_short_name"]], on="route_id"
    )
    table = table.merge(lines[["pattern_id", "route_id", "route_short_name", "direction_id"]])
    assumed = assumed_patterns(before.feed) | assumed_patterns(after.feed)
    streets = any(bool(side.streets.edges["indicative"].any()) for side in (before, after))
    keys = ["route_id", "route_short_name", "direction_id"]
    for (route, line, direction), rows in table.groupby(keys):
        # Where none of them departs within the day's clock (48 hours) they count alike.
        runs_there = rows["runs"] if rows["runs"].any() else None
        was, now = (float(np.average(rows[side], weights=runs_there)) for side in ("old", "new"))
        if abs(now - was) < LEAST_MIN:
            continue
        yield ledger_row(
            "line", route, line, RIDE_TIME, "min", was, now, less_is_better=True,
            indicative=streets or not assumed.isdisjoint(rows["pattern_id"]),
            line=line, direction_id=direction,
        )  # fmt: skip


def _served(network: Network) -> dict[str, tuple[float, float]]:
    """Seconds a metre and seconds of dwell a call, by pattern that has a headway."""
    table = paces(network.feed)
    pairs = zip(table["secs_per_m"], table["dwell_secs"], strict=True)
    return dict(zip(table.index, pairs, strict=True))


def _may_differ(before: Network, after: Network, pattern: str) -> bool:
    """Whether anything that a ride depends on is another; most lines of an edit are untouched."""
    if before.streets is not after.streets or before.feed.stops is not after.feed.stops:
        return True
    same = before.feed.sequence(pattern) == after.feed.sequence(pattern)
    return not same or before.feed.frequencies is not after.feed.frequencies


def _kept_ride(
    before: Network,
    after: Network,
    pattern: str,
    old: tuple[float, float],
    new: tuple[float, float],
) -> tuple[float, float] | None:
    """Minutes before and after from the first to the last call kept; None where none are alike.

    A line that calls at its stops in another order has no such ride.
    """
    calls = before.feed.sequence(pattern), after.feed.sequence(pattern)
    kept = set(calls[0]) & set(calls[1])
    ends = [[place for place, stop in enumerate(side) if stop in kept] for side in calls]
    if not kept or any(places[0] == places[-1] for places in ends):
        return None
    first, last = (
        {side[places[end]] for side, places in zip(calls, ends, strict=True)} for end in (0, -1)
    )
    if len(first) > 1 or len(last) > 1:
        return None
    spans = [(places[0], places[-1]) for places in ends]
    return (
        _minutes(before, pattern, spans[0], old),
        _minutes(after, pattern, spans[1], new),
    )


def _minutes(
    network: Network, pattern: str, span: tuple[int, int], pace: tuple[float, float]
) -> float:
    """Minutes from one call to another along the course, with the dwell at the calls between."""
    first, last = span
    course = network.courses[pattern]
    driven = course.line_m[first:last].sum() * pace[0] + course.street_secs[first:last].sum()
    return float(driven + (last - first - 1) * pace[1]) / 60
