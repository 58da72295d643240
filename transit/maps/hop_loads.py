"""Buses per hour from stop to stop, where no street is known: on published courses, or straight."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely

from transit.analysis.service import assumed_patterns, buses_per_hour
from transit.maps.base import Words, origin, provenance
from transit.maps.courses import Courses, Stroke, Vertex
from transit.maps.load_layers import load_classes
from transit.pages.content import STEPS_PER_DEGREE, Feature, Layer, Popup

Step = tuple[Vertex, Vertex]
"""Two neighbouring places of a course, the lesser first: both directions are one."""
_ON_STEP = 1.0
"""Rounding puts a place on a step this far off it, in millionths of a degree."""


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
    driven = {
        pattern: [step for stroke in courses.strokes_of(pattern) for step in _off_street(stroke)]
        for pattern in feed.patterns["pattern_id"]
    }
    pieces = split({step for steps in driven.values() for step in steps})
    found: dict[Step, dict[str, Carried]] = {}
    for pattern, route in zip(feed.patterns["pattern_id"], feed.patterns["route_id"], strict=True):
        own = Carried(
            names[route], float(buses[pattern]), bool(marked[pattern]), pattern in assumed
        )
        for step in (piece for whole in driven[pattern] for piece in pieces[whole]):
            lines = found.setdefault(step, {})
            lines[route] = lines[route].with_(own) if route in lines else own
    return {step: sorted(lines.values()) for step, lines in sorted(found.items())}


def split(steps: Collection[Step]) -> dict[Step, list[Step]]:
    """Each step cut where others begin or end on it: a bus that runs through passes there too."""
    ordered = sorted(steps)
    ends = np.array(ordered, dtype=np.float64).reshape(-1, 2, 2)
    lines = shapely.linestrings(ends)
    points = np.unique(ends.reshape(-1, 2), axis=0)
    asked, found = shapely.STRtree(lines).query(
        shapely.points(points), predicate="dwithin", distance=_ON_STEP
    )
    along = shapely.line_locate_point(lines[found], shapely.points(points[asked]))
    inside = (along > _ON_STEP) & (along < shapely.length(lines[found]) - _ON_STEP)
    cuts: dict[int, list[tuple[float, Vertex]]] = {}
    for place, metres, (lon, lat) in zip(
        found[inside].tolist(), along[inside].tolist(), points[asked[inside]].tolist(), strict=True
    ):
        cuts.setdefault(place, []).append((metres, (int(lon), int(lat))))
    return {
        (first, last): [
            _step(*pair)
            for pair in pairwise([first, *(at for _, at in sorted(cuts.get(place, []))), last])
        ]
        for place, (first, last) in enumerate(ordered)
    }


def _off_street(stroke: Stroke) -> Iterator[Step]:
    if stroke.straight or stroke.published:
        yield _step(*stroke.points)


def _step(start: Vertex, end: Vertex) -> Step:
    return (start, end) if start < end else (end, start)


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
