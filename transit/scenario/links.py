"""A new way laid into the streets: joined at its ends and at every street it crosses."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely

from transit.model.streets import Streets
from transit.scenario.noding import AT_VERTEX_M, Edit, added, divided, measures
from transit.units import BoolArray, FloatArray

TOUCH_M = 1.0
"""A way that comes this near to a junction or vertex meets the street there."""
BESIDE_M = 0.5
ALONG_M = 10.0
"""A way that keeps within ``BESIDE_M`` of a street for more than ``ALONG_M`` runs along it."""


class Fault(NamedTuple):
    """What keeps a way from being laid: which value is at fault, what was found, how to mend it."""

    field: str
    what: str
    mend: str


class Place(NamedTuple):
    """A place on a street piece: its row and the metres along it."""

    row: int
    at: float


@dataclass(frozen=True, eq=False)
class Link:
    """A way as drawn: ``xy`` in metres, shape (n, 2), and how it is to be joined.

    ``joinable`` says which pieces its ends may be joined to; ``dead_ends`` which of its two ends
    are joined to none. With ``noded`` it is joined wherever it crosses a street, else (a bridge, a
    tunnel) at its ends only.
    """

    xy: FloatArray
    joinable: BoolArray
    tolerance_m: float
    dead_ends: tuple[bool, bool]
    noded: bool


def laid(streets: Streets, link: Link, columns: dict[str, object]) -> tuple[Edit, list[Fault]]:
    """The streets with ``link`` as one piece between each two of its joints; or what is wrong."""
    edit = Edit.of(streets)
    drawn = _without_repeats(link.xy)
    faults = _shape_faults(drawn)
    if faults:
        return edit, faults
    ends = [_end(streets, link, drawn, number) for number in (0, 1)]
    faults = [end for end in ends if isinstance(end, Fault)]
    if faults:
        return edit, faults
    joined = [end for end in ends if not isinstance(end, Fault)]
    course = shapely.LineString(_between(drawn, *joined))
    meets = [end.place for end in joined if end.place]
    crossed = _crossings(streets, course, meets) if link.noded else []
    faults = along_faults(streets, course) if link.noded else []
    places = meets + crossed
    edit, nodes = divided(
        edit, np.array([p.row for p in places], dtype=np.int64), np.array([p.at for p in places])
    )
    at_end = iter(nodes.tolist())
    first, last = (next(at_end) if end.place else -1 for end in joined)
    joints = _in_order(edit.streets, course, first, last, set(at_end))
    xy = np.array([place for _, _, place in joints])
    if not faults and (np.hypot(*np.diff(xy, axis=0).T) < AT_VERTEX_M).any() and len(xy) > 2:
        what = "it meets two streets at one place where they do not meet each other"
        faults = [Fault("points", what, "move it a metre aside, or use joins: ends")]
    courses = _courses(course, joints)
    if not faults and any(np.ptp(part, axis=0).max() < AT_VERTEX_M for part in courses):
        faults = [Fault("points", "both its ends are joined at one place", "draw it longer")]
    if faults:
        return Edit.of(streets), faults
    node = np.array([number for _, number, _ in joints], dtype=np.int64)
    return added(edit, node, courses, columns), []


def street_label(streets: Streets, row: int) -> str:
    """How a message calls a street piece: by its name and way."""
    edge = streets.edges.iloc[row]
    return f"{edge['street_name']} ({edge['way_id']})" if edge["street_name"] else edge["way_id"]


def near_vertex(streets: Streets, row: int, at: float, within_m: float = TOUCH_M) -> Place:
    """The vertex of the piece nearest to a place on it, if one is near; else the place itself."""
    metres = measures(streets, row)
    nearest = int(np.abs(metres - at).argmin())
    return Place(row, float(metres[nearest]) if abs(metres[nearest] - at) <= within_m else at)


class _Joined(NamedTuple):
    """An end of a way: the street it is joined to, where, and from which metre of the drawing."""

    place: Place | None
    xy: FloatArray
    from_m: float


def _end(streets: Streets, link: Link, drawn: FloatArray, number: int) -> _Joined | Fault:
    line = shapely.LineString(drawn)
    end = shapely.Point(drawn[-number])
    drawn_m = line.length if number else 0.0
    if link.dead_ends[number]:
        return _Joined(None, drawn[-number], drawn_m)
    rows = np.flatnonzero(link.joinable)
    away = shapely.distance(streets.lines[rows], end)
    nearest = int(rows[away.argmin()]) if len(rows) else -1
    metres = float(away.min(initial=np.inf))
    if metres > link.tolerance_m:
        word = ("start", "end")[number]
        there = f"is {metres:.0f} m away" if np.isfinite(metres) else "does not exist"
        what = f"its {word} is joined to nothing: the nearest street for its users {there}"
        mend = f"draw it up to a street, widen tolerance_m, or say dead_end: {word}"
        return Fault("points", what, mend)
    overshoot = _overshoot(streets, link, line, nearest, number) if metres > TOUCH_M else None
    at = streets.lines[nearest].project(end if overshoot is None else line.interpolate(overshoot))
    place = near_vertex(streets, nearest, at)
    xy = shapely.get_coordinates(streets.lines[nearest].interpolate(place.at))[0]
    if overshoot is not None:
        return _Joined(place, xy, overshoot)
    return _Joined(
        place, xy, drawn_m + (TOUCH_M if number == 0 else -TOUCH_M) * (metres <= TOUCH_M)
    )


def _overshoot(
    streets: Streets, link: Link, line: shapely.LineString, row: int, number: int
) -> float | None:
    """Metres along the drawing where, shortly before its end, it crosses the street to join."""
    met = shapely.get_coordinates(line.intersection(streets.lines[row]))
    along = [line.project(shapely.Point(xy)) for xy in met]
    near = [m for m in along if (line.length - m if number else m) <= link.tolerance_m]
    return (max(near) if number else min(near)) if near else None


def _between(drawn: FloatArray, start: _Joined, end: _Joined) -> FloatArray:
    """The drawing from joint to joint: its own vertices between, the joints at either end."""
    metres = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(drawn, axis=0).T))])
    inner = drawn[(metres >= start.from_m) & (metres <= end.from_m)]
    return _without_repeats(np.vstack([start.xy, inner, end.xy]))


def _crossings(streets: Streets, course: shapely.LineString, ends: list[Place]) -> list[Place]:
    """Where streets meet the course: junctions within ``TOUCH_M`` of it, and all crossings.

    Where it meets a junction, or ends, it meets each street there and not just beside it as well.
    """
    shapely.prepare(course)
    places = []
    for row in np.flatnonzero(shapely.dwithin(course, streets.lines, TOUCH_M)).tolist():
        line = streets.lines[row]
        touching = shapely.dwithin(course, shapely.get_point(line, [0, -1]), TOUCH_M)
        at_ends = [at for at, on in zip((0.0, line.length), touching, strict=True) if on]
        taken = at_ends + [place.at for place in ends if place.row == row]
        found = shapely.points(shapely.get_coordinates(course.intersection(line)))
        met = [near_vertex(streets, row, at) for at in shapely.line_locate_point(line, found)]
        places += [Place(row, at) for at in at_ends]
        places += [one for one in met if all(abs(one.at - at) > TOUCH_M for at in taken)]
    return places


def _in_order(
    streets: Streets, course: shapely.LineString, first: int, last: int, crossed: set[int]
) -> list[tuple[float, int, FloatArray]]:
    """Metres along the course, node and place of each joint, from the first to the last."""
    between = sorted(
        (course.project(shapely.Point(streets.node_xy[node])), node, streets.node_xy[node])
        for node in sorted(crossed - {first, last})
    ) if crossed else []  # fmt: skip
    ends = shapely.get_coordinates(course)[[0, -1]]
    return [(0.0, first, ends[0]), *between, (course.length, last, ends[1])]


def _courses(
    course: shapely.LineString, joints: list[tuple[float, int, FloatArray]]
) -> list[FloatArray]:
    """The vertices of each piece between two joints; its own vertices at a joint give way."""
    drawn = shapely.get_coordinates(course)[1:-1]
    metres = np.cumsum(np.hypot(*np.diff(shapely.get_coordinates(course), axis=0).T))[:-1]
    places = np.array([xy for _, _, xy in joints])
    free = (np.hypot(*(drawn[:, None] - places[None]).T).T > AT_VERTEX_M).all(axis=1)
    parts = []
    for (begin, _, start), (finish, _, end) in pairwise(joints):
        inner = drawn[free & (metres > begin) & (metres < finish)]
        parts.append(_without_repeats(np.vstack([start, inner, end])))
    return parts


def _without_repeats(xy: FloatArray) -> FloatArray:
    moved = np.ones(len(xy), dtype=bool)
    moved[1:] = np.hypot(*np.diff(xy, axis=0).T) > AT_VERTEX_M
    moved[-1:] |= len(xy) == 2
    return xy[moved]


def _shape_faults(drawn: FloatArray) -> list[Fault]:
    if len(drawn) < 2 or shapely.LineString(drawn).length < TOUCH_M:
        return [Fault("points", "it has no length", "give two places or more, in order")]
    if not shapely.LineString(drawn).is_simple:
        mend = "draw it without crossing itself, or as two changes that meet"
        return [Fault("points", "it crosses itself", mend)]
    return []


def along_faults(streets: Streets, course: shapely.LineString) -> list[Fault]:
    """The streets that a course runs along instead of crossing them."""
    near = np.flatnonzero(shapely.dwithin(course, streets.lines, BESIDE_M))
    bands = shapely.buffer(streets.lines[near], BESIDE_M)
    along = shapely.length(shapely.intersection(course, bands))
    mend = "draw it beside that street, or leave out the part they share"
    return [
        Fault("points", f"it runs along {street_label(streets, row)} for {metres:.0f} m", mend)
        for row, metres in zip(near.tolist(), along, strict=True)
        if metres > ALONG_M
    ]
