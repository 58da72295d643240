"""Courses: where a line runs, for drawing: along streets, else as published, else straight.

Streets are cut where a course begins, ends or turns, so that lines on one street share whole
strokes and can be drawn side by side. The two kerbs of a place are drawn as one point, so that
both directions of a straight hop share one stroke too. A published shape is cut at its vertices,
which the lines of one street share where it was laid on a network. What is driven both ways carries
no arrow, what is driven one way does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from transit.analysis.walk import lines_of
from transit.maps.published import hop_vertices
from transit.model.course import Course
from transit.model.network import Network
from transit.pages.content import STEPS_PER_DEGREE
from transit.units import FloatArray, unproject

SAME_PLACE_M = 120.0
"""Kerbs of one name this near to one another are drawn as one place, in metres."""
APART_M = 1.0
"""Cuts of a street nearer than this, in metres, are one cut."""
_ON_STREET_M = 0.05
_SIMPLER_M = 0.5
_SEGMENT_M = 1000.0
"""Sides of the study area are turned into degrees in steps of this many metres."""

Hop = tuple[str, str]
"""Stop ids of two consecutive calls."""
Vertex = tuple[int, int]
"""Longitude and latitude in whole millionths of a degree (0.11 m)."""


@dataclass(frozen=True, eq=False)
class Places:
    """The place of each stop: ``of[stop_id]`` is a number, ``xy[number]`` its metres."""

    of: dict[str, int]
    xy: FloatArray


@dataclass(frozen=True)
class Stroke:
    """One piece of a course, its vertices in driving order.

    Strokes are equal when they run over the same ground, or straight between the same two stops.
    ``published`` ones follow a shape of the feed, where no street is known.
    """

    key: tuple[Vertex, ...] | Hop
    points: tuple[Vertex, ...] = field(compare=False)
    straight: bool = False
    published: bool = False


class Drawn(NamedTuple):
    """Strokes of one look as a line in WGS-84 degrees."""

    line: MultiLineString
    straight: bool
    one_way: bool


class Run(NamedTuple):
    """Metres ``start`` to ``end`` along one edge, from hop ``first`` to hop ``last``."""

    first: int
    last: int
    edge: int
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Courses:
    """The courses of one network as strokes, its streets cut at ``cuts`` (shapely points)."""

    network: Network
    cuts: np.ndarray

    def strokes(self, route_id: str) -> list[Stroke]:
        """The strokes of every pattern of a line, in driving order, each once."""
        patterns = self.network.feed.patterns
        own = patterns.loc[patterns["route_id"] == route_id, "pattern_id"]
        return list(dict.fromkeys(one for pattern in own for one in self.strokes_of(pattern)))

    def in_area(self, stroke: Stroke) -> bool:
        """Whether a stroke is on a street, or touches the study area: with a stop if straight."""
        if stroke.published:
            lonlat = np.array(stroke.points) / STEPS_PER_DEGREE
            return bool(shapely.intersects_xy(self._area, *lonlat.T).any())
        rows, inside = self.network.stop_row, self.network.stop_in_area
        return not stroke.straight or any(inside[rows[str(stop)]] for stop in stroke.key)

    def strokes_of(self, pattern: str) -> tuple[Stroke, ...]:
        """The strokes of one pattern, in driving order; what is driven twice comes twice."""
        if pattern not in self._known:
            self._known[pattern] = tuple(self._strokes(pattern))
        return self._known[pattern]

    def _strokes(self, pattern: str) -> Iterable[Stroke]:
        course = self.network.courses[pattern]
        stops = list(pairwise(self.network.feed.sequence(pattern)))
        parts = [(run.first, self._along(run)) for run in runs(course)]
        loose = np.flatnonzero(~course.matched).tolist()
        shaped = self._shaped.get(pattern, {})
        parts += [
            (hop, self._published(shaped[hop]) if hop in shaped else self._straight(stops[hop]))
            for hop in loose
        ]
        for _, strokes in sorted(parts, key=lambda part: part[0]):
            yield from strokes

    def _along(self, run: Run) -> list[Stroke]:
        metres, pieces = self._pieces[run.edge]
        first, last = (int(np.abs(metres - end).argmin()) for end in (run.start, run.end))
        driven = pieces[min(first, last) : max(first, last)]
        if first > last:
            driven = [piece[::-1] for piece in reversed(driven)]
        return [Stroke(piece, piece) for piece in driven]

    def _straight(self, hop: Hop) -> list[Stroke]:
        start, end = (self._place_vertices[self._at.of[stop]] for stop in hop)
        return [Stroke(hop, (start, end), straight=True)] if start != end else []

    def _published(self, xy: FloatArray) -> list[Stroke]:
        vertices = _vertices(xy, self.network.crs)
        steps = [step for step in pairwise(vertices) if step[0] != step[1]]
        return [Stroke(step, step, published=True) for step in steps]

    @cached_property
    def _known(self) -> dict[str, tuple[Stroke, ...]]:
        """The strokes of each pattern asked for so far."""
        return {}

    @cached_property
    def _shaped(self) -> dict[str, dict[int, FloatArray]]:
        return hop_vertices(self.network)

    @cached_property
    def _area(self) -> BaseGeometry:
        """The study area in degrees."""
        area = shapely.segmentize(self.network.study_area, _SEGMENT_M)
        return shapely.transform(area, lambda xy: unproject(xy, self.network.crs))

    @cached_property
    def _at(self) -> Places:
        return places(self.network)

    @cached_property
    def _place_vertices(self) -> list[Vertex]:
        return _vertices(self._at.xy, self.network.crs)

    @cached_property
    def _pieces(self) -> dict[int, tuple[FloatArray, list[tuple[Vertex, ...]]]]:
        """For each driven edge the metres of its cuts, ends included, and the pieces between."""
        streets = self.network.streets
        courses = self.network.courses.values()
        edges = np.unique(np.concatenate([course.edge for course in courses]))
        tree = shapely.STRtree(streets.lines[edges])
        asked, found = tree.query(self.cuts, predicate="dwithin", distance=_ON_STREET_M)
        metres = shapely.line_locate_point(streets.lines[edges[found]], self.cuts[asked])
        cuts = {
            int(edge): _spaced(metres[found == row], float(streets.length_m[edge]))
            for row, edge in enumerate(edges)
        }
        edge = np.repeat(edges, [len(at) - 1 for at in cuts.values()])
        start, end = (
            np.concatenate([at[part] for at in cuts.values()])
            for part in (slice(None, -1), slice(1, None))
        )
        drawn = shapely.simplify(lines_of(streets, (edge, start, end)), _SIMPLER_M)
        pieces = [tuple(_vertices(shapely.get_coordinates(one), streets.crs)) for one in drawn]
        first = np.searchsorted(edge, edges)
        return {
            key: (at, pieces[begin : begin + len(at) - 1])
            for begin, (key, at) in zip(first, cuts.items(), strict=True)
        }


def courses_of(*networks: Network) -> list[Courses]:
    """The courses of each network, their streets cut alike so that strokes can be compared."""
    ends = [_run_ends(network) for network in networks]
    cuts = np.unique(np.round(np.concatenate(ends), 3), axis=0)
    return [Courses(network, shapely.points(cuts)) for network in networks]


def runs(course: Course) -> list[Run]:
    """The pieces of a course, those made one that go straight on along an edge."""
    found: list[Run] = []
    rows = zip(course.hop, course.edge, course.start_m, course.end_m, strict=True)
    for hop, edge, start, end in rows:
        if start == end:
            continue
        last = found[-1] if found else None
        if last and _goes_on(last, Run(hop, hop, edge, start, end)):
            found[-1] = last._replace(last=int(hop), end=float(end))
        else:
            found.append(Run(int(hop), int(hop), int(edge), float(start), float(end)))
    return found


def drawn(strokes: Sequence[Stroke]) -> list[Drawn]:
    """Lines for what is driven both ways (once) and one way, on streets and straight."""
    driven = dict.fromkeys(stroke.points for stroke in strokes)
    looks: dict[tuple[bool, bool], dict[tuple[Vertex, ...], None]] = {}
    for stroke in strokes:
        back = stroke.points[::-1]
        look = looks.setdefault((stroke.straight, back not in driven), {})
        if back not in look:
            look[stroke.points] = None
    return [Drawn(_joined(list(looks[look])), *look) for look in sorted(looks)]


def hops(network: Network, route_id: str) -> list[Hop]:
    """Consecutive calls of every pattern of a line, in driving order, each pair once."""
    feed = network.feed
    patterns = feed.patterns.loc[feed.patterns["route_id"] == route_id, "pattern_id"]
    found: dict[Hop, None] = {}
    for pattern in patterns:
        found.update(dict.fromkeys(pairwise(feed.sequence(pattern))))
    return list(found)


def places(network: Network, *, together_m: float = SAME_PLACE_M) -> Places:
    """The places of all stops: kerbs of one name within ``together_m`` of the first of them."""
    firsts: dict[str, list[int]] = {}
    members: list[list[int]] = []
    number_of: dict[str, int] = {}
    stops = network.feed.stops
    for row, (stop, name) in enumerate(zip(stops["stop_id"], stops["stop_name"], strict=True)):
        near = [
            number
            for number in firsts.setdefault(name, [])
            if np.hypot(*(network.stop_xy[row] - network.stop_xy[members[number][0]])) <= together_m
        ]
        if not near:
            near = [len(members)]
            members.append([])
            firsts[name].append(near[0])
        members[near[0]].append(row)
        number_of[stop] = near[0]
    xy = [network.stop_xy[rows].mean(axis=0) for rows in members]
    return Places(number_of, np.asarray(xy).reshape(-1, 2))


def _goes_on(last: Run, run: Run) -> bool:
    same = last.edge == run.edge and run.first <= last.last + 1
    return same and last.end == run.start and (last.end > last.start) == (run.end > run.start)


def _run_ends(network: Network) -> FloatArray:
    found = [run for course in network.courses.values() for run in runs(course)]
    edge = np.array([run.edge for run in found] * 2, dtype=np.int64)
    metres = np.array([run.start for run in found] + [run.end for run in found])
    lines = network.streets.lines[edge]
    return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(lines, metres)))


def _spaced(metres: FloatArray, length_m: float) -> FloatArray:
    """0, those of ``metres`` that keep ``APART_M`` from all before and from the end, the end."""
    kept = [0.0]
    for at in np.sort(metres):
        if at - kept[-1] >= APART_M and length_m - at >= APART_M:
            kept.append(float(at))
    return np.array([*kept, length_m])


def _vertices(xy: FloatArray, crs: str) -> list[Vertex]:
    whole = np.rint(unproject(xy, crs) * STEPS_PER_DEGREE).astype(np.int64)
    return [(int(lon), int(lat)) for lon, lat in whole]


def _joined(strokes: Sequence[tuple[Vertex, ...]]) -> MultiLineString:
    chains: list[list[Vertex]] = []
    for points in strokes:
        if chains and chains[-1][-1] == points[0]:
            chains[-1] += points[1:]
        else:
            chains.append(list(points))
    return MultiLineString([np.array(chain) / STEPS_PER_DEGREE for chain in chains])
