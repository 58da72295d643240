"""Streets: pieces between junctions, for walkers and for buses, with their real course."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from transit.errors import DataError, Problem, raise_if
from transit.model.arcs import Arcs, Turns, bus_turns, foot_arcs
from transit.model.driving import ROUGH, Driving
from transit.model.hours import hours_problems, open_at
from transit.model.reached import XY, Reached
from transit.units import BoolArray, FloatArray, IntArray, require_metric

if TYPE_CHECKING:
    import geopandas

EDGE_COLUMNS = (
    "way_id", "street_name", "highway", "from_node", "to_node",
    "foot_forward", "foot_backward", "motor_forward", "motor_backward", "indicative", "source",
)  # fmt: skip
"""One row a street piece; forward is the order of its vertices."""
OWN_RULES = {"bus_speed_kmh": float("nan"), "foot_hours": ""}
"""Columns that may be left out, with what is meant then: the speed of buses on the piece where it
is not the line's own (km/h), and the hours in which it is open to walkers (``06:00-22:00``)."""
MORNING_CLOCK = 8 * 3600
Lines = np.ndarray[tuple[int], np.dtype[np.object_]]
NO_TURNS: IntArray = np.empty((0, 3), dtype=np.int64)
JOINTS = {"own": 0, "at_vertex": 1, "between_vertices": 2}
"""What a node is: the streets' own, or made by dividing a street where it had a vertex, or none."""


@dataclass(frozen=True)
class Barrier:
    """A line of metres that walkers cannot cross; with ``foot_hours`` they can in those hours."""

    course: tuple[XY, ...]
    foot_hours: str = ""


def lines_of(coords: FloatArray, offsets: IntArray) -> Lines:
    """One shapely ``LineString`` a line; ``coords`` and ``offsets`` as for ``lengths_m``."""
    counts = np.diff(offsets)
    index = np.repeat(np.arange(len(counts)), counts)
    return np.asarray(shapely.linestrings(coords, indices=index), dtype=object)


def lengths_m(coords: FloatArray, offsets: IntArray) -> FloatArray:
    """Metres along each line: ``coords`` of all lines, each with two vertices or more.

    ``offsets`` has the first vertex of each line, and the count of all at its end.
    """
    step = np.zeros(len(coords))
    step[1:] = np.hypot(*np.diff(coords, axis=0).T)
    step[offsets[:-1]] = 0.0
    return np.add.reduceat(step, offsets[:-1]) if len(offsets) > 1 else np.empty(0)


@dataclass(frozen=True)
class Anchors:
    """Where points touch the streets: arrays of equal length, one entry a point.

    ``edge`` is the row of the street piece (−1 where no street is near enough), ``offset_m``
    the metres from its first vertex, ``access_m`` the straight metres from the point.
    """

    edge: IntArray
    offset_m: FloatArray
    access_m: FloatArray

    def __len__(self) -> int:
        return len(self.edge)

    def take(self, rows: IntArray | BoolArray | list[int]) -> Anchors:
        """The anchors of ``rows``, in that order."""
        return Anchors(self.edge[rows], self.offset_m[rows], self.access_m[rows])


@dataclass(frozen=True, eq=False)
class Streets:
    """Street pieces in a metric CRS.

    ``node_xy`` has shape (n, 2) in metres; ``edges`` holds ``EDGE_COLUMNS`` and ``OWN_RULES``; the
    vertices of piece ``i`` are ``coords[offsets[i]:offsets[i + 1]]``, in metres. Lengths follow
    from the vertices and are never stored. ``no_turns`` has shape (turns, 3): from which edge,
    at which node, onto which edge a bus may not turn. ``clock`` is the time of day at which
    walkers walk, in seconds after midnight: it decides which gates are open. ``barriers`` are
    what nobody walks through between a place and its street; the streets they cross are shut there
    by their own columns. ``joint`` tells the nodes that an edit made, by which it can be undone
    (``JOINTS``); it is no part of the fingerprint.
    """

    crs: str
    node_xy: FloatArray
    edges: pd.DataFrame
    coords: FloatArray
    offsets: IntArray
    no_turns: IntArray = field(default_factory=lambda: NO_TURNS)
    clock: int = MORNING_CLOCK
    barriers: tuple[Barrier, ...] = ()
    joint: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def __post_init__(self) -> None:
        require_metric(self.crs, where="streets")
        missing = [name for name in EDGE_COLUMNS if name not in self.edges.columns]
        if missing:
            mend = "give every column of EDGE_COLUMNS"
            raise DataError(Problem("street edges", f"columns {missing} are missing", mend))
        if len(self.offsets) != len(self.edges) + 1:
            fault = f"{len(self.edges)} edges but {len(self.offsets)} offsets"
            raise DataError(Problem("street edges", fault, "give one offset more than edges"))
        own = {name: value for name, value in OWN_RULES.items() if name not in self.edges}
        object.__setattr__(self, "edges", self.edges.reset_index(drop=True).assign(**own))
        if not len(self.joint):
            object.__setattr__(self, "joint", np.zeros(len(self.node_xy), dtype=np.int64))
        object.__setattr__(self, "no_turns", np.unique(self.no_turns.reshape(-1, 3), axis=0))
        for name in ("node_xy", "coords", "offsets", "no_turns", "joint"):
            object.__setattr__(self, name, read_only(getattr(self, name)))
        hours = {*self.edges["foot_hours"].unique(), *(one.foot_hours for one in self.barriers)}
        raise_if(hours_problems(hours))

    def __len__(self) -> int:
        return len(self.edges)

    @classmethod
    def none(cls, crs: str) -> Streets:
        """No streets at all: distances can be measured straight, and not by walking."""
        edges = pd.DataFrame(columns=EDGE_COLUMNS)
        return cls(crs, np.empty((0, 2)), edges, np.empty((0, 2)), np.zeros(1, dtype=np.int64))

    @cached_property
    def lines(self) -> Lines:
        """One shapely ``LineString`` an edge, in the metric CRS."""
        return lines_of(self.coords, self.offsets)

    @cached_property
    def length_m(self) -> FloatArray:
        """Length of each edge along its vertices, in metres, shape (edges,)."""
        return read_only(lengths_m(self.coords, self.offsets))

    @cached_property
    def walkable(self) -> BoolArray:
        """Which edges a walker may use in at least one direction."""
        along, against = self.foot()
        return np.asarray(along | against)

    @cached_property
    def drivable(self) -> BoolArray:
        """Which edges a bus may use in at least one direction."""
        along, against = self.motor()
        return np.asarray(along | against)

    def ends(self) -> tuple[IntArray, IntArray]:
        """Row of the first and of the last node of each edge."""
        return self._column("from_node", np.int64), self._column("to_node", np.int64)

    def foot(self) -> tuple[BoolArray, BoolArray]:
        """Whether a walker may go along each edge, and against it, at the time of ``clock``."""
        hours = self.edges["foot_hours"]
        opens = {text: self._opens(text) for text in hours.unique()}
        along, against = (self._column(f"foot_{way}", np.bool_) for way in ("forward", "backward"))
        if all(opens.values()):
            return along, against
        is_open = hours.map(opens).to_numpy(dtype=bool)
        return along & is_open, against & is_open

    def motor(self) -> tuple[BoolArray, BoolArray]:
        """Whether a bus may drive along each edge, and against it."""
        return self._column("motor_forward", np.bool_), self._column("motor_backward", np.bool_)

    def at(self, clock: int) -> Streets:
        """The same streets at another time of day (seconds after midnight): other gates open."""
        return replace(self, clock=clock)

    @cached_property
    def foot_arcs(self) -> Arcs:
        """What a walker may walk, as arcs from each node."""
        return foot_arcs(len(self.node_xy), self.ends(), self.length_m, self.foot())

    @cached_property
    def foot_arcs_reversed(self) -> Arcs:
        """The same arcs turned round: for distances *to* a place instead of from it."""
        return foot_arcs(len(self.node_xy), self.ends(), self.length_m, self.foot()[::-1])

    @cached_property
    def turns(self) -> Turns:
        """What a bus may drive on to from each piece and direction."""
        divided = self.joint != JOINTS["own"]
        return bus_turns(divided, self.ends(), self.motor(), self.no_turns)

    @cached_property
    def driving(self) -> Driving:
        """Where buses drive on these streets, as far as it has been asked."""
        weight = self.edges["highway"].map(ROUGH).fillna(1.0).to_numpy(dtype=np.float64)
        speed = self._column("bus_speed_kmh", np.float64)
        return Driving(self.lines, self.length_m, self.motor(), self.turns, weight, speed)

    @cached_property
    def reached(self) -> Reached:
        """What analyses have worked out of these streets and their walkers so far."""
        return Reached()

    def snap(self, xy: FloatArray, *, within_m: float) -> Anchors:
        """Where each point of ``xy``, shape (n, 2) in metres, meets its nearest walkable street.

        Points with no walkable street ``within_m`` metres get edge −1 and access ``inf``.
        Of streets equally near, the one with the lowest row is taken. A street whose nearest place
        lies behind a barrier that is shut is not taken.
        """
        count = len(xy)
        edge = np.full(count, -1, dtype=np.int64)
        points = shapely.points(xy)
        rows = np.flatnonzero(self.walkable)
        if len(rows) and count:
            asked, found = self._walk_tree.query_nearest(points, max_distance=within_m)
            order = np.lexsort((found, asked))
            first, place = np.unique(asked[order], return_index=True)
            edge[first] = rows[found[order][place]]
        for point in self._behind_a_barrier(points, edge):
            edge[point] = self._nearest_in_sight(points[point], within_m)
        return self._anchors(points, edge)

    def distance_to_nearest(self, xy: FloatArray) -> FloatArray:
        """Straight metres from each point of ``xy`` to the nearest walkable street."""
        points = shapely.points(xy)
        result = np.full(len(points), np.inf)
        if self.walkable.any() and len(points):
            (asked, _), metres = self._walk_tree.query_nearest(
                points, return_distance=True, all_matches=False
            )
            result[asked] = metres
        return result

    def to_frame(self) -> geopandas.GeoDataFrame:
        """One row a street piece for GIS: its columns, ``length_m`` and its line, in ``crs``."""
        import geopandas

        table = self.edges[[*EDGE_COLUMNS, *OWN_RULES]].assign(length_m=self.length_m)
        return geopandas.GeoDataFrame(table, geometry=self.lines, crs=self.crs)

    def fingerprint(self) -> str:
        """A hash of all but ``clock`` and ``joint``; equal streets in equal order share it."""
        return self._hash

    @cached_property
    def _hash(self) -> str:
        digest = hashlib.sha256(self.crs.encode())
        for array in (self.node_xy, self.coords, self.offsets, self.no_turns):
            digest.update(np.ascontiguousarray(array).tobytes())
        digest.update("".join(map(repr, self.barriers)).encode())
        columns = [*EDGE_COLUMNS, *OWN_RULES]
        hashed = pd.util.hash_pandas_object(self.edges[columns], index=False)
        digest.update(hashed.to_numpy().tobytes())
        return digest.hexdigest()[:16]

    @cached_property
    def _walk_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.lines[self.walkable])

    @cached_property
    def walls(self) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        """Lines of the barriers that are shut at the time of ``clock``."""
        shut = [one.course for one in self.barriers
                if not one.foot_hours or not self._opens(one.foot_hours)]  # fmt: skip
        return np.array([shapely.LineString(course) for course in shut], dtype=object)

    @property
    def has_hours(self) -> bool:
        """Whether walkers may use some street, or pass some barrier, at some hours only."""
        hours = [*self.edges["foot_hours"].unique(), *(one.foot_hours for one in self.barriers)]
        return any(hours)

    def _opens(self, hours: str) -> bool:
        return not hours or open_at(hours, self.clock)

    def _behind_a_barrier(self, points: np.ndarray, edge: IntArray) -> IntArray:
        """Which points cannot be reached straight from the street of ``edge``."""
        on = np.flatnonzero(edge >= 0)
        if not len(self.walls) or not len(on):
            return np.empty(0, dtype=np.int64)
        access = shapely.shortest_line(points[on], self.lines[edge[on]])
        blocked, _ = shapely.STRtree(self.walls).query(access, predicate="intersects")
        return np.asarray(on[np.unique(blocked)])

    def _nearest_in_sight(self, point: shapely.Point, within_m: float) -> int:
        found = self._walk_tree.query(point, predicate="dwithin", distance=within_m)
        rows = np.flatnonzero(self.walkable)[found]
        access = shapely.shortest_line(point, self.lines[rows])
        seen = ~shapely.intersects(access[:, None], self.walls).any(axis=1)
        order = np.lexsort((rows, shapely.length(access)))
        return next((int(rows[row]) for row in order if seen[row]), -1)

    def _anchors(self, points: np.ndarray, edge: IntArray) -> Anchors:
        offset = np.zeros(len(edge))
        access = np.full(len(edge), np.inf)
        on = edge >= 0
        if on.any():
            lines = self.lines[edge[on]]
            offset[on] = shapely.line_locate_point(lines, points[on])
            access[on] = shapely.distance(lines, points[on])
        return Anchors(edge, offset, access)

    def _column(self, name: str, dtype: type) -> np.ndarray:
        return np.asarray(self.edges[name].to_numpy(dtype=dtype))


def read_only(array: np.ndarray) -> np.ndarray:
    """A copy that nobody can write to: a view would follow what the caller does to its array."""
    own = np.array(array)
    own.flags.writeable = False
    return own
