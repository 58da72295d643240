"""Buses per hour from stop to stop, where no street is known: on published courses, or straight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import shapely

from transit.analysis.service import assumed_patterns, buses_per_hour
from transit.maps.base import Words, origin, provenance
from transit.maps.content import STEPS_PER_DEGREE, Feature, Layer, Popup
from transit.maps.courses import Courses, Stroke, Vertex
from transit.maps.load_layers import load_classes

Step = tuple[Vertex, Vertex]
"""Two neighbouring places of a course, the lesser first: both directions are one."""


class Carried(NamedTuple):
    """What one line runs on a step: buses per hour of both directions, and what marks them."""

    name: str
    buses: float
    indicative: bool
    assumed: bool

    def with_(self, more: Carried) -> Carried:
        """The same line with what another of its patterns runs."""
        return Carried(
            self.name,
            self.buses + more.buses,
            self.indicative or more.indicative,
            self.assumed or more.assumed,
        )


def hop_load_layers(courses: Courses, words: Words, period: tuple[str, str]) -> list[Layer]:
    """What runs on no known street, by the buses per hour of both directions, busiest first.

    Buses are summed where courses share their vertices: straight hops between the same two places,
    published shapes that were laid on one network. None where all hops are on streets.
    """
    group = words["group_hop_loads"].format(*period)
    loads = hop_loads(courses, words, period)
    return load_classes("hop_loads", group, loads, words)


def hop_loads(
    courses: Courses, words: Words, period: tuple[str, str]
) -> list[tuple[float, Feature]]:
    """Buses per hour and feature of each course off the streets; what carries alike is joined."""
    alike: dict[tuple[Carried, ...], list[Step]] = {}
    for step, lines in _by_step(courses, period).items():
        alike.setdefault(tuple(lines), []).append(step)
    return [
        (sum(one.buses for one in key), _feature(key, steps, words, period))
        for key, steps in alike.items()
    ]


def _by_step(courses: Courses, period: tuple[str, str]) -> dict[Step, list[Carried]]:
    """What the lines run on each step, by name."""
    feed = courses.network.feed
    buses, assumed = buses_per_hour(feed, period), assumed_patterns(feed)
    marked = feed.visits.groupby("pattern_id")["indicative"].any()
    names = dict(zip(feed.routes["route_id"], feed.routes["route_short_name"], strict=True))
    found: dict[Step, dict[str, Carried]] = {}
    for pattern, route in zip(feed.patterns["pattern_id"], feed.patterns["route_id"], strict=True):
        own = Carried(
            names[route], float(buses[pattern]), bool(marked[pattern]), pattern in assumed
        )
        for step in _steps(courses.strokes_of(pattern)):
            lines = found.setdefault(step, {})
            lines[route] = lines[route].with_(own) if route in lines else own
    return {step: sorted(lines.values()) for step, lines in sorted(found.items())}


def _steps(strokes: Iterable[Stroke]) -> Iterable[Step]:
    for stroke in strokes:
        if stroke.straight or stroke.published:
            first, last = sorted(stroke.points)
            yield first, last


def _feature(
    lines: Sequence[Carried], steps: Sequence[Step], words: Words, period: tuple[str, str]
) -> Feature:
    marked, assumed = (any(getattr(one, name) for one in lines) for name in Carried._fields[2:])
    total = words["hourly_assumed" if assumed else "hourly"]
    each = "\n".join(words["line_per_hour"].format(one.name, one.buses) for one in lines)
    rows = (
        (words["both_ways"], total.format(sum(one.buses for one in lines), *period)),
        (words["stop_lines"], each),
        *provenance(words, marked, ""),
    )
    popup = Popup(words["between_stops"], rows, origin(words, marked), words["note_hop_loads"])
    joined = shapely.line_merge(shapely.multilinestrings([_line(step) for step in steps]))
    return Feature(joined, popup=popup)


def _line(step: Step) -> list[tuple[float, float]]:
    return [(lon / STEPS_PER_DEGREE, lat / STEPS_PER_DEGREE) for lon, lat in step]
