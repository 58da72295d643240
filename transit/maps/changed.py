"""What a scenario changed, as plain values for drawing: areas, courses and stops.

Nothing here is measured anew: areas are the briefs' catchments, laid over one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from transit.analysis.brief import Brief
from transit.analysis.catchment import Kind
from transit.maps.courses import Courses, Stroke, hops
from transit.model.network import Network

Status = Literal["new", "removed", "moved", "gained", "lost", "both", "same"]
STILL_M = 0.5
"""A stop that shifts less than this, in metres, has not moved."""
HAIR_M = 3.0
"""Strips of gain or loss nowhere wider than this, in metres, are counted but not drawn."""


@dataclass(frozen=True, eq=False)
class AreaChange:
    """Polygons in metres of the networks' CRS: before and after, before only, after only."""

    kept: BaseGeometry
    lost: BaseGeometry
    gained: BaseGeometry


@dataclass(frozen=True)
class CourseChange:
    """Strokes of one line, in driving order: before and after, before only, after only.

    ``other_calls``: it calls at other stops, or in another order.
    """

    route_id: str
    kept: tuple[Stroke, ...]
    lost: tuple[Stroke, ...]
    gained: tuple[Stroke, ...]
    other_calls: bool

    @property
    def changed(self) -> bool:
        """Whether the line runs anywhere else, or calls anywhere else, than before."""
        return bool(self.lost or self.gained or self.other_calls)


@dataclass(frozen=True)
class StopChange:
    """What happened to one stop; ``moved_m`` is how far it went, in metres."""

    stop_id: str
    status: Status
    moved_m: float = 0.0


def area_change(before: Sequence[Brief], after: Sequence[Brief], kind: Kind) -> AreaChange | None:
    """How the catchments of the stops near the parks changed; ``None`` if neither side has any."""
    old, new = _catchment(before, kind), _catchment(after, kind)
    if old.is_empty and new.is_empty:
        return None
    return AreaChange(
        polygons(old.intersection(new)), polygons(old.difference(new)),
        polygons(new.difference(old)),
    )  # fmt: skip


def course_changes(before: Courses, after: Courses) -> list[CourseChange]:
    """Every line of either network with its strokes, in the order of their short names.

    Both sides come from one ``courses_of``, so that their streets are cut alike.
    """
    routes = every_route(before.network, after.network)
    return [_course_change(before, after, route) for route in routes]


def every_route(before: Network, after: Network) -> list[str]:
    """The lines of either network by their short names, those of ``after`` first."""
    tables = (after.feed.routes, before.feed.routes)
    by_name = [table.sort_values(["route_short_name", "route_id"]) for table in tables]
    return list(dict.fromkeys(route for table in by_name for route in table["route_id"]))


def other_calls(before: Network, after: Network, route_id: str) -> bool:
    """Whether a line calls at other stops, or in another order, than before."""
    return set(hops(before, route_id)) != set(hops(after, route_id))


def stop_changes(before: Network, after: Network) -> list[StopChange]:
    """What happened to every stop of either network, by id."""
    stops = sorted(before.stop_row.keys() | after.stop_row.keys())
    old, new = _service(before), _service(after)
    return [
        StopChange(stop, *_status(before, after, stop, old.get(stop, set()), new.get(stop, set())))
        for stop in stops
    ]


def _course_change(before: Courses, after: Courses, route: str) -> CourseChange:
    old, new = before.strokes(route), after.strokes(route)
    was, now = set(old), set(new)
    return CourseChange(
        route,
        tuple(one for one in new if one in was),
        tuple(one for one in old if one not in now),
        tuple(one for one in new if one not in was),
        other_calls(before.network, after.network, route),
    )


def _status(
    before: Network, after: Network, stop: str, old: set[tuple[str, int]], new: set[tuple[str, int]]
) -> tuple[Status, float]:
    if stop not in before.stop_row:
        return "new", 0.0
    if stop not in after.stop_row:
        return "removed", 0.0
    here, there = before.stop_xy[before.stop_row[stop]], after.stop_xy[after.stop_row[stop]]
    moved_m = float(np.hypot(*(there - here)))
    if moved_m > STILL_M:
        return "moved", moved_m
    more, less = bool(new - old), bool(old - new)
    if more and less:
        return "both", 0.0
    return ("gained" if more else "lost" if less else "same"), 0.0


def _service(network: Network) -> dict[str, set[tuple[str, int]]]:
    """Lines and directions at each stop."""
    found: dict[str, set[tuple[str, int]]] = {}
    visits = network.feed.visits
    columns = (visits["stop_id"], visits["route_id"], visits["direction_id"])
    for stop, route, direction in zip(*columns, strict=True):
        found.setdefault(stop, set()).add((route, int(direction)))
    return found


def _catchment(briefs: Sequence[Brief], kind: Kind) -> BaseGeometry:
    areas = [one.catchments[kind].area for one in briefs if kind in one.catchments]
    return shapely.union_all(areas) if areas else MultiPolygon()


def drawable(area: BaseGeometry) -> BaseGeometry:
    """The parts of ``area`` somewhere wider than ``HAIR_M``: the others are hairs on a map."""
    parts = shapely.get_parts(area)
    return MultiPolygon(list(parts[~shapely.is_empty(shapely.buffer(parts, -HAIR_M / 2))]))


def polygons(geometry: BaseGeometry) -> BaseGeometry:
    """The polygons of an overlay: the points and lines where outlines touch have no area."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return MultiPolygon(parts)
