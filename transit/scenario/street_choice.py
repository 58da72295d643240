"""Which street, or which part of one, a change is about."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import shapely
from pydantic import AfterValidator, Field

from transit.datum import Datum, to_wgs84
from transit.errors import Problem, did_you_mean
from transit.model.hours import are_hours
from transit.model.streets import Streets
from transit.scenario.change import Change
from transit.scenario.links import Place, near_vertex, street_label
from transit.scenario.noding import Edit, divided
from transit.units import BoolArray, FloatArray, IntArray, project, unproject

ON_STREET_M = 50.0
"""How far a point may lie from the street that it is to name a place of, in metres."""

Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
FAR_DEG = 2.0
"""Points farther from all streets than this are a slip: longitude and latitude swapped, say."""
LonLat = tuple[Lon, Lat]
"""Longitude and latitude in degrees of the change's ``datum``."""


def _hours(text: str) -> str:
    if text and not are_hours(text):
        raise ValueError("write HH:MM-HH:MM, such as 06:00-22:00")
    return text


Hours = Annotated[str, AfterValidator(_hours)]
"""A span of hours such as 06:00-22:00, or nothing."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """The pieces chosen, after the streets were divided where the choice begins and ends.

    ``ahead`` says of each of ``rows`` whether its vertices run the way of the choice: from its
    first point to its second, or as the street is drawn.
    """

    edit: Edit
    rows: IntArray
    ahead: BoolArray


class StreetChange(Change):
    """A change of a street: of all of it, or of the part that is chosen.

    ``street`` is a way id or a street name. ``from_point`` and ``to_point`` choose the part
    between the places of the street nearest to them, and ``near`` the one piece between junctions
    nearest to it (``street`` may then be left out). ``datum`` is that of the points.
    """

    street: str | None = None
    from_point: LonLat | None = None
    to_point: LonLat | None = None
    near: LonLat | None = None
    datum: Datum | None = None

    def stretch(self, streets: Streets) -> tuple[Stretch | None, list[Problem]]:
        """The part of the street that is chosen, or what is wrong with the choice."""
        problems = self._choice_problems()
        for field in ("from_point", "to_point", "near"):
            point = getattr(self, field)
            problems += elsewhere(self, field, streets, [point] if point else [])
        rows, faults = self._named(streets)
        if problems or faults:
            return None, problems + faults
        edit = Edit.of(streets)
        if self.near is not None:
            place = self._place(streets, rows, "near", self.near)
            if isinstance(place, Problem):
                return None, [place]
            rows = np.array([place.row])
        if self.from_point is None or self.to_point is None:
            return Stretch(edit, rows, np.ones(len(rows), dtype=bool)), []
        places = [self._place(streets, rows, "from_point", self.from_point),
                  self._place(streets, rows, "to_point", self.to_point)]  # fmt: skip
        faults = [place for place in places if isinstance(place, Problem)]
        found = [place for place in places if isinstance(place, Place)]
        return (None, faults) if faults else self._between(edit, rows, found)

    def _choice_problems(self) -> list[Problem]:
        problems = []
        if self.street is None and (self.near is None or self.from_point or self.to_point):
            mend = "give its way id or its name, or a point near it"
            problems.append(self.fault("street", "no street is named", mend))
        if (self.from_point is None) != (self.to_point is None):
            mend = "give both from_point and to_point, or neither"
            problems.append(self.fault("from_point", "one of the two points is missing", mend))
        if self.near is not None and (self.from_point or self.to_point):
            mend = "choose one piece by near, or a part by from_point and to_point"
            problems.append(self.fault("near", "two ways of choosing are given", mend))
        if self.datum is None and (self.near or self.from_point or self.to_point):
            mend = "say which: WGS-84, GCJ-02 or BD-09"
            problems.append(self.fault("datum", "the points have no datum", mend))
        return problems

    def _named(self, streets: Streets) -> tuple[IntArray, list[Problem]]:
        edges = streets.edges
        if self.street is None:
            return np.arange(len(streets)), []
        for column in ("way_id", "street_name"):
            rows = np.flatnonzero(edges[column] == self.street)
            if len(rows) and self.street:
                return rows, []
        names = (set(edges["street_name"]) | set(edges["way_id"])) - {""}
        what = f"no street is named {self.street!r}"
        return rows, [self.fault("street", what, did_you_mean(self.street, names))]

    def _place(
        self, streets: Streets, rows: IntArray, field: str, lonlat: LonLat
    ) -> Place | Problem:
        point = shapely.Point(metric([lonlat], self.datum or "WGS-84", streets.crs)[0])
        away = shapely.distance(streets.lines[rows], point)
        row = int(rows[away.argmin()])
        if away.min() > ON_STREET_M:
            what = f"the nearest place of the street is {away.min():.0f} m away"
            mend = f"give a point within {ON_STREET_M:g} m of it; is the datum right?"
            return self.fault(field, what, mend)
        return near_vertex(streets, row, streets.lines[row].project(point))

    def _between(
        self, edit: Edit, rows: IntArray, places: list[Place]
    ) -> tuple[Stretch | None, list[Problem]]:
        edit, nodes = divided(
            edit, np.array([p.row for p in places]), np.array([p.at for p in places])
        )
        parts = np.flatnonzero(np.isin(edit.origin, rows))
        path = _path(edit.streets, parts, *nodes.tolist())
        if path:
            chosen, ahead = zip(*path, strict=True)
            return Stretch(edit, np.array(chosen), np.array(ahead)), []
        mend = "choose two places that the street leads between"
        where = "both points are at one place of the street"
        if nodes[0] != nodes[1]:
            label = street_label(edit.streets, int(parts[0]))
            where = f"{label} is not of one piece between the two points"
        return None, [self.fault("to_point", where, mend)]


def elsewhere(
    change: Change, field: str, streets: Streets, points: Sequence[LonLat]
) -> list[Problem]:
    """The problem of points in another part of the world, where no CRS of here measures."""
    low, high = unproject([streets.node_xy.min(axis=0), streets.node_xy.max(axis=0)], streets.crs)
    for lonlat in points:
        if (np.array(lonlat) < low - FAR_DEG).any() or (np.array(lonlat) > high + FAR_DEG).any():
            what = f"{lonlat[0]:g}, {lonlat[1]:g} lies far from every street"
            mend = "check that longitude and latitude are not swapped"
            return [change.fault(field, what, mend)]
    return []


def metric(points: object, datum: Datum, crs: str) -> FloatArray:
    """Metres in ``crs`` of degrees in ``datum``, shape (n, 2)."""
    return project(to_wgs84(points, datum), crs)  # type: ignore[arg-type]


def _path(streets: Streets, rows: IntArray, start: int, end: int) -> list[tuple[int, bool]]:
    """The shortest way over the pieces of ``rows``: each with whether it runs as it is drawn."""
    first, last = streets.ends()
    leaving: dict[int, list[tuple[int, int, bool]]] = {}
    for row in rows.tolist():
        leaving.setdefault(int(first[row]), []).append((row, int(last[row]), True))
        leaving.setdefault(int(last[row]), []).append((row, int(first[row]), False))
    done: set[int] = set()
    heap: list[tuple[float, int, list[tuple[int, bool]]]] = [(0.0, start, [])]
    while heap:
        metres, node, path = heapq.heappop(heap)
        if node == end:
            return path
        if node in done:
            continue
        done.add(node)
        for row, onward, ahead in leaving.get(node, []):
            further = metres + float(streets.length_m[row])
            heapq.heappush(heap, (further, onward, [*path, (row, ahead)]))
    return []
