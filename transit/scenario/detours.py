"""Lines that lose a street they drive on, and hops that lose their last way."""

from __future__ import annotations

import numpy as np

from transit.errors import Problem
from transit.model.course import Course
from transit.model.network import Network
from transit.scenario.carried import settled
from transit.scenario.change import Change
from transit.scenario.links import street_label
from transit.scenario.noding import Edit
from transit.units import BoolArray


def line_problems(  # noqa: PLR0913  (the streets before and after, and what to do)
    change: Change,
    network: Network,
    before: Edit,
    taken: BoolArray,
    after: Edit,
    *,
    divert: bool,
) -> list[Problem]:
    """Every line that drives what is ``taken``; with ``divert``, every hop that finds no other way.

    ``before`` are the streets divided but with all rights, ``taken``, shape (pieces, 2), what is
    taken of them along and against their vertices, ``after`` the streets without it.
    """
    divided = network.with_streets(settled(network.streets, before))
    if not divert:
        return _users(change, divided, taken)
    left = network.with_streets(settled(network.streets, after))
    return _lost_hops(change, divided, left)


def _users(change: Change, network: Network, taken: BoolArray) -> list[Problem]:
    streets: dict[str, dict[str, None]] = {}
    for pattern, course in network.courses.items():
        rows = course.edge[taken[course.edge, _against(course)]]
        if len(rows):
            labels = [street_label(network.streets, row) for row in dict.fromkeys(rows.tolist())]
            streets.setdefault(_line(network, pattern), {}).update(dict.fromkeys(labels))
    mend = "reroute or remove the line first, or say divert: shortest"
    return [
        change.fault("street", f"{line} loses its road: {'、'.join(labels)}", mend)
        for line, labels in streets.items()
    ]


def _lost_hops(change: Change, before: Network, after: Network) -> list[Problem]:
    names = before.feed.stops.set_index("stop_id")["stop_name"]
    lost: dict[str, None] = {}
    for pattern, course in before.courses.items():
        calls = before.feed.sequence(pattern)
        for hop in np.flatnonzero(course.matched & ~after.courses[pattern].matched):
            ends = " → ".join(f"{names[stop]} ({stop})" for stop in calls[hop : hop + 2])
            lost[f"{_line(before, pattern)} finds no street any more: {ends}"] = None
    mend = "reroute the line first, or leave a street open to buses"
    return [change.fault("divert", what, mend) for what in lost]


def _against(course: Course) -> np.ndarray:
    """1 where a piece is driven against its vertices, else 0."""
    return (course.end_m < course.start_m).astype(np.int64)


def _line(network: Network, pattern: str) -> str:
    feed = network.feed
    row = feed.patterns.set_index("pattern_id").loc[pattern]
    line = feed.routes.set_index("route_id").loc[row["route_id"], "route_short_name"]
    toward = f" (to {row['trip_headsign']})" if row["trip_headsign"] else ""
    return f"line {line} direction {row['direction_id']}{toward}"
