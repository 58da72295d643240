"""Streets: pieces between junctions, for walkers and for buses, with their real course."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely

from transit.errors import DataError, Problem
from transit.units import BoolArray, FloatArray, IntArray, require_metric

if TYPE_CHECKING:
    import geopandas

EDGE_COLUMNS = (
    "way_id", "street_name", "highway", "from_node", "to_node",
    "foot_forward", "foot_backward", "motor_forward", "motor_backward", "indicative", "source",
)  # fmt: skip
"""One row a street piece; forward is the order of its vertices."""


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


class Arcs(NamedTuple):
    """Directed arcs in compressed sparse row form.

    Those out of node i are ``head[first_arc[i]:first_arc[i + 1]]``, with ``length_m`` beside.
    """

    first_arc: IntArray
    head: IntArray
    length_m: FloatArray


@dataclass(frozen=True, eq=False)
class Streets:
    """Street pieces in a metric CRS.

    ``node_xy`` has shape (n, 2) in metres; ``edges`` holds ``EDGE_COLUMNS``; the vertices of
    piece ``i`` are ``coords[offsets[i]:offsets[i + 1]]``, in metres. Lengths follow from the
    vertices and are never stored.
    """

    crs: str
    node_xy: FloatArray
    edges: pd.DataFrame
    coords: FloatArray
    offsets: IntArray

    def __post_init__(self) -> None:
        require_metric(self.crs, where="streets")
        missing = [name for name in EDGE_COLUMNS if name not in self.edges.columns]
        if missing:
            mend = "give every column of EDGE_COLUMNS"
            raise DataError(Problem("street edges", f"columns {missing} are missing", mend))
        if len(self.offsets) != len(self.edges) + 1:
            fault = f"{len(self.edges)} edges but {len(self.offsets)} offsets"
            raise DataError(Problem("street edges", fault, "give one offset more than edges"))
        object.__setattr__(self, "edges", self.edges.reset_index(drop=True))
        for name in ("node_xy", "coords", "offsets"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    def __len__(self) -> int:
        return len(self.edges)

    @cached_property
    def lines(self) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        """One shapely ``LineString`` an edge, in the metric CRS."""
        counts = np.diff(self.offsets)
        index = np.repeat(np.arange(len(counts)), counts)
        return np.asarray(shapely.linestrings(self.coords, indices=index), dtype=object)

    @cached_property
    def length_m(self) -> FloatArray:
        """Length of each edge along its vertices, in metres, shape (edges,)."""
        return read_only(np.asarray(shapely.length(self.lines), dtype=np.float64))

    @cached_property
    def walkable(self) -> BoolArray:
        """Which edges a walker may use in at least one direction."""
        return self._either("foot")

    @cached_property
    def drivable(self) -> BoolArray:
        """Which edges a bus may use in at least one direction."""
        return self._either("motor")

    def ends(self) -> tuple[IntArray, IntArray]:
        """Row of the first and of the last node of each edge."""
        return self._column("from_node", np.int64), self._column("to_node", np.int64)

    def foot(self) -> tuple[BoolArray, BoolArray]:
        """Whether a walker may go along each edge, and against it."""
        return self._column("foot_forward", np.bool_), self._column("foot_backward", np.bool_)

    @cached_property
    def foot_arcs(self) -> Arcs:
        """What a walker may walk, as arcs from each node."""
        return _arcs(len(self.node_xy), self.ends(), self.length_m, self.foot())

    @cached_property
    def foot_arcs_reversed(self) -> Arcs:
        """The same arcs turned round: for distances *to* a place instead of from it."""
        return _arcs(len(self.node_xy), self.ends(), self.length_m, self.foot()[::-1])

    def snap(self, xy: FloatArray, *, within_m: float) -> Anchors:
        """Where each point of ``xy``, shape (n, 2) in metres, meets its nearest walkable street.

        Points with no walkable street ``within_m`` metres get edge −1 and access ``inf``.
        Of streets equally near, the one with the lowest row is taken.
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

        table = self.edges[list(EDGE_COLUMNS)].assign(length_m=self.length_m)
        return geopandas.GeoDataFrame(table, geometry=self.lines, crs=self.crs)

    def fingerprint(self) -> str:
        """A hash of nodes, edges and geometry; equal streets in equal order have equal hashes."""
        digest = hashlib.sha256(self.crs.encode())
        for array in (self.node_xy, self.coords, self.offsets):
            digest.update(np.ascontiguousarray(array).tobytes())
        hashed = pd.util.hash_pandas_object(self.edges[list(EDGE_COLUMNS)], index=False)
        digest.update(hashed.to_numpy().tobytes())
        return digest.hexdigest()[:16]

    @cached_property
    def _walk_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.lines[self.walkable])

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

    def _either(self, who: str) -> BoolArray:
        forward = self._column(f"{who}_forward", np.bool_)
        return np.asarray(forward | self._column(f"{who}_backward", np.bool_))


def _arcs(
    nodes: int,
    ends: tuple[IntArray, IntArray],
    length_m: FloatArray,
    passable: tuple[BoolArray, BoolArray],
) -> Arcs:
    along, against = passable
    tail = np.concatenate([ends[0][along], ends[1][against]])
    head = np.concatenate([ends[1][along], ends[0][against]])
    length = np.concatenate([length_m[along], length_m[against]])
    order = np.argsort(tail, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=nodes))]).astype(np.int64)
    return Arcs(first, head[order], length[order])


def read_only(array: np.ndarray) -> np.ndarray:
    """A copy that nobody can write to: a view would follow what the caller does to its array."""
    own = np.array(array)
    own.flags.writeable = False
    return own
