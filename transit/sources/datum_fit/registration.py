"""How well positions lie on trusted layers, as read and moved about: arrays of costs.

Positions are taken together in clusters of ``CLUSTER_M``, for stops along one road say much the
same: what is random in the evidence is judged from cluster to cluster. Each cluster is moved, as
one, to every place within ``SEARCH_M`` of where a datum puts it; the cost of a place is the sum
over its positions of the distance to the layer in the layer's own scale, never more than ``FAR``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage

from transit.units import FloatArray, IntArray

SEARCH_M = 1_600
"""How far positions are moved: farther than any datum of China puts them off."""
MOST_SHIFT_M = 1_350.0
CELL_M = 20
STEP_M = 2 * CELL_M
CLUSTER_M = 400.0
FAR = 4.0
"""A position farther than so many scales says no more than that: the layer may have gaps."""
MOST_CLUSTERS = 200
MOST_OF_ONE = 20

_REACH = SEARCH_M // CELL_M
_STEPS: FloatArray = np.arange(-SEARCH_M, SEARCH_M + 1.0, STEP_M)
_ROUND = np.hypot(*np.meshgrid(_STEPS, _STEPS, indexing="ij")) <= SEARCH_M
MOVES: FloatArray = _STEPS[np.argwhere(_ROUND)]
"""Moves in metres east and north, shape (m, 2)."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What positions are laid on: shapes in metres and the scale of their distances, in metres."""

    shapes: np.ndarray[tuple[int], np.dtype[np.object_]]
    scale_m: float


@dataclass(frozen=True, eq=False)
class NamedPairs:
    """Positions (rows) and the places (metres, shape (pairs, 2)) that carry the same name."""

    rows: IntArray
    places: FloatArray
    scale_m: float


def clusters_of(xy: FloatArray) -> list[IntArray]:
    """Rows of ``xy`` in each cluster: at most ``MOST_CLUSTERS``, spread evenly over the table."""
    cells = np.floor(xy / CLUSTER_M)
    cluster = np.unique(cells, axis=0, return_inverse=True)[1].ravel()
    order = np.argsort(cluster, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(cluster[order])) + 1) if len(xy) else []
    groups.sort(key=lambda rows: int(rows[0]))
    return [_thinned(rows, MOST_OF_ONE) for rows in _even(groups, MOST_CLUSTERS)]


def _even(groups: list[IntArray], most: int) -> list[IntArray]:
    if len(groups) <= most:
        return groups
    return [groups[k] for k in np.linspace(0, len(groups) - 1, most).astype(np.int64)]


def _thinned(rows: IntArray, most: int) -> IntArray:
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]


def costs_on_ground(readings: Sequence[FloatArray], ground: Ground) -> FloatArray:
    """Cost of one cluster at every move of each reading, shape (readings, moves).

    Nothing of the ground within reach gives zeros: it says nothing.
    """
    everything = np.concatenate(readings)
    low = everything.min(axis=0) - SEARCH_M - CELL_M
    high = everything.max(axis=0) + SEARCH_M + CELL_M
    near = ground.shapes[shapely.STRtree(ground.shapes).query(shapely.box(*low, *high))]
    return _costs(readings, near, low, high, ground.scale_m)


def _costs(
    readings: Sequence[FloatArray],
    shapes: np.ndarray[tuple[int], np.dtype[np.object_]],
    low: FloatArray,
    high: FloatArray,
    scale_m: float,
) -> FloatArray:
    size = np.ceil((high - low) / CELL_M).astype(np.int64) + 1
    clipped = shapely.clip_by_rect(shapes, *low, *high)
    cells = (shapely.get_coordinates(shapely.segmentize(clipped, CELL_M / 2)) - low) / CELL_M
    cells = cells.astype(np.int64)
    empty = np.ones(tuple(size), dtype=bool)
    empty[tuple(cells.T)] = False
    if empty.all():
        return np.zeros((len(readings), len(MOVES)))
    metres = ndimage.distance_transform_edt(empty, sampling=CELL_M)
    field = np.minimum(np.asarray(metres) / scale_m, FAR)
    return np.stack([_moved_about(field, (xy - low) / CELL_M) for xy in readings])


def _moved_about(field: FloatArray, places: FloatArray) -> FloatArray:
    """Sum over ``places`` (in cells) of ``field`` at every move."""
    step = STEP_M // CELL_M
    total = np.zeros((len(_STEPS), len(_STEPS)))
    for i, j in places.astype(np.int64):
        total += field[i - _REACH : i + _REACH + 1 : step, j - _REACH : j + _REACH + 1 : step]
    return np.asarray(total[_ROUND])


def costs_by_name(readings: Sequence[FloatArray], pairs: NamedPairs) -> FloatArray:
    """Cost of one cluster's named positions at every move, shape (readings, moves)."""
    return np.stack([_named_cost(xy, pairs) for xy in readings])


def _named_cost(xy: FloatArray, pairs: NamedPairs) -> FloatArray:
    total = np.zeros(len(MOVES))
    for row in np.unique(pairs.rows):
        away = xy[row] - pairs.places[pairs.rows == row]
        metres = np.hypot(*(MOVES[:, None, :] + away[None]).transpose(2, 0, 1)).min(axis=1)
        total += np.minimum(metres / pairs.scale_m, FAR)
    return total
