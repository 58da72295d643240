"""Which datum a table of positions is in, judged by a layer that can be trusted.

The positions are read in each datum and laid on the layer (streets, stations, other stops). A
datum fits when two things hold: the positions lie nearer to the layer than in the others, and
moving them all together by up to ``SEARCH_M`` in any direction does not bring them nearer. The
second is what a sparse layer, or one that is dense everywhere, cannot feign: a wrong datum is off
by 300 to 1,300 m, and there the nearest fit lies that far away. Names, where both sides have
them, are evidence of their own: a stop called after a metro station stands near it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy import ndimage

from transit.datum import DATUMS, Datum, to_wgs84
from transit.errors import Problem
from transit.units import FloatArray, IntArray, project

SEARCH_M = 1_600.0
"""How far the positions are moved to see whether they fit better elsewhere."""
STEP_M = 40.0
TRUE_M = 90.0
"""A datum's best fit lies within so many metres of where it puts the positions, or it is wrong."""
FAR_M = 120.0
"""A position farther than this from the layer says no more than that: streets may be missing."""
FEWEST = 12
"""Fewer distinct positions decide nothing."""
MOST = 3_000
"""Of more positions as many are taken, evenly along the table: enough to decide."""
CLEARLY = 4.0
"""A mean advantage over the next datum of so many standard errors is clear."""
NAMED_M = 350.0
"""How far a stop may stand from the station it is called after."""


@dataclass(frozen=True, eq=False)
class DatumFit:
    """Which datum fits best, and the evidence.

    ``table`` has one row a datum: ``datum``, ``positions`` (compared), ``median_m`` and ``p90_m``
    (straight metres to the nearest part of the layer), ``near_share`` (within 30 m), ``cost_m``
    (mean metres, each at most ``FAR_M``), ``better_at_m`` (how far away the positions as a whole
    would fit best; small where the datum is right), ``named`` (positions compared by name) and
    ``named_median_m``. ``certain`` is said only when the evidence rules the others out; ``why``
    tells it in words.
    """

    best: Datum
    certain: bool
    why: str
    table: pd.DataFrame

    def problems(self, declared: Datum, *, where: str) -> list[Problem]:
        """That the ``declared`` datum fits clearly worse than another, or nothing."""
        if not self.certain or declared == self.best:
            return []
        rows = self.table.set_index("datum")
        what = (
            f"read as {declared} the positions lie {rows.loc[declared, 'median_m']:.0f} m from the "
            f"layer (median), read as {self.best} {rows.loc[self.best, 'median_m']:.0f} m"
        )
        return [Problem(where, what, f"declare {self.best}: {self.why}")]


def datum_fit(
    lonlat: npt.ArrayLike,
    layer: Sequence[shapely.Geometry] | np.ndarray,
    crs: str,
    *,
    names: Sequence[str] = (),
    layer_names: Sequence[str] = (),
) -> DatumFit:
    """The datum in which ``lonlat``, shape (n, 2) in degrees, fits ``layer`` best.

    ``layer`` are lines or points in metres of ``crs``, known to be true. ``names`` of the
    positions and ``layer_names`` of the layer are optional, one each.
    """
    degrees = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    chosen = _chosen(degrees)
    layer = np.asarray(layer, dtype=object)
    read = {datum: project(to_wgs84(degrees[chosen], datum), crs) for datum in DATUMS}
    pairs = _named(names, layer_names)
    near = _Nearness.of(layer, np.concatenate(list(read.values())))
    tree = shapely.STRtree(layer)
    rows, costs = [], {}
    for datum, xy in read.items():
        metres = _to_layer(tree, xy)
        costs[datum] = np.minimum(metres, FAR_M)
        by_name = _named_metres(project(to_wgs84(degrees, datum), crs), layer, pairs)
        rows.append(
            {
                "datum": datum,
                "positions": len(xy),
                "median_m": _percentile(metres, 50),
                "p90_m": _percentile(metres, 90),
                "near_share": float((metres <= 30).mean()) if len(metres) else np.nan,
                "cost_m": float(costs[datum].mean()) if len(metres) else np.nan,
                "better_at_m": near.best_move(xy),
                "named": len(by_name),
                "named_median_m": _percentile(by_name, 50),
            }
        )
    return _judged(pd.DataFrame(rows), costs)


def _judged(table: pd.DataFrame, costs: dict[Datum, FloatArray]) -> DatumFit:
    by_layer, layer_sure, layer_why = _by_layer(table, costs)
    by_name, name_sure, name_why = _by_name(table)
    if layer_sure and name_sure and by_layer != by_name:
        why = f"the layer speaks for {by_layer}, the names for {by_name}"
        return DatumFit(by_layer, certain=False, why=why, table=table)
    if name_sure:
        return DatumFit(by_name, certain=True, why=name_why, table=table)
    return DatumFit(by_layer, certain=layer_sure, why=layer_why, table=table)


def _by_layer(table: pd.DataFrame, costs: dict[Datum, FloatArray]) -> tuple[Datum, bool, str]:
    rows = table.set_index("datum")
    count = int(table["positions"].iloc[0])
    if count < FEWEST:
        return DATUMS[0], False, f"{count} positions are too few to tell ({FEWEST} are needed)"
    order = sorted(DATUMS, key=lambda datum: float(rows.loc[datum, "cost_m"]))
    best, second = order[:2]
    gain = costs[second] - costs[best]
    error = max(float(gain.std()) / np.sqrt(count), 0.5)
    clear = float(gain.mean()) / error
    steady = [datum for datum in DATUMS if rows.loc[datum, "better_at_m"] <= TRUE_M]
    why = (
        f"read as {best} they lie {rows.loc[best, 'cost_m']:.0f} m from the layer on average (each "
        f"at most {FAR_M:g} m), as {second} {rows.loc[second, 'cost_m']:.0f} m"
    )
    if steady != [best]:
        return best, False, f"{why}; but moved together they would fit elsewhere as well"
    if clear < CLEARLY:
        return best, False, f"{why}; that is not clear enough"
    return best, True, f"{why}, and no move of them all together fits better"


def _by_name(table: pd.DataFrame) -> tuple[Datum, bool, str]:
    rows = table.set_index("datum").sort_values("named_median_m", kind="stable")
    count, best, second = int(rows["named"].iloc[0]), rows.index[0], rows["named_median_m"].iloc[1]
    median = rows["named_median_m"].iloc[0]
    sure = count >= _FEWEST_NAMED and median <= NAMED_M and second > median + NAMED_M / 2
    why = f"{count} of them carry the name of a place that lies {median:.0f} m away (median)"
    return best, bool(sure), f"{why}, as the next datum has it {second:.0f} m"


def _chosen(degrees: FloatArray) -> IntArray:
    """Rows of distinct, known positions, at most ``MOST``, evenly along the table."""
    known = np.flatnonzero(np.isfinite(degrees).all(axis=1))
    _, first = np.unique(degrees[known], axis=0, return_index=True)
    rows = known[np.sort(first)]
    if len(rows) > MOST:
        rows = rows[np.linspace(0, len(rows) - 1, MOST).astype(np.int64)]
    return np.asarray(rows, dtype=np.int64)


def _to_layer(tree: shapely.STRtree, xy: FloatArray) -> FloatArray:
    metres = np.full(len(xy), np.inf)
    if len(tree) and len(xy):
        (asked, _), found = tree.query_nearest(
            shapely.points(xy), return_distance=True, all_matches=False
        )
        metres[asked] = found
    return metres


def _percentile(metres: FloatArray, share: float) -> float:
    return float(np.percentile(metres, share)) if len(metres) else np.nan


def _named(names: Sequence[str], layer_names: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of position and layer row that carry one name; a stop says "…地铁站" for "…"."""
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(layer_names):
        rows.setdefault(_plain(name), []).append(row)
    return [
        (position, row)
        for position, name in enumerate(names)
        if "地铁" in name
        for row in rows.get(_plain(name.partition("地铁")[0]), ())
    ]


def _plain(name: str) -> str:
    return name.strip().removesuffix("站")


def _named_metres(
    xy: FloatArray, layer: np.ndarray, pairs: Sequence[tuple[int, int]]
) -> FloatArray:
    """Metres of each named position to the nearest part of the layer that has its name."""
    if not pairs:
        return np.empty(0)
    position, row = np.array(pairs).T
    metres = shapely.distance(shapely.points(xy[position]), layer[row])
    nearest = pd.Series(metres).groupby(position).min()
    return np.asarray(nearest.dropna().to_numpy(dtype=np.float64))


@dataclass(frozen=True, eq=False)
class _Nearness:
    """Metres to the layer, at most ``FAR_M``, on a grid of cells from ``origin``."""

    origin: FloatArray
    cell_m: float
    metres: FloatArray

    @classmethod
    def of(cls, layer: np.ndarray, xy: FloatArray) -> _Nearness:
        """The grid that holds every position of ``xy`` moved by up to ``SEARCH_M``."""
        if not len(xy):
            return cls(np.zeros(2), STEP_M, np.full((1, 1), FAR_M))
        low, high = xy.min(axis=0) - SEARCH_M, xy.max(axis=0) + SEARCH_M
        cell_m = max(STEP_M / 2, float((high - low).max()) / _MOST_CELLS)
        size = np.ceil((high - low) / cell_m).astype(np.int64) + 1
        dense = shapely.segmentize(layer, cell_m / 2)
        cells = ((shapely.get_coordinates(dense) - low) / cell_m).astype(np.int64)
        cells = cells[((cells >= 0) & (cells < size)).all(axis=1)]
        empty = np.ones(size, dtype=bool)
        empty[tuple(cells.T)] = False
        if empty.all():
            return cls(low, cell_m, np.full(size, FAR_M))
        metres = ndimage.distance_transform_edt(empty, sampling=cell_m)
        return cls(low, cell_m, np.minimum(metres, FAR_M))

    def best_move(self, xy: FloatArray) -> float:
        """How far ``xy`` as a whole would have to be moved to lie nearest to the layer, metres.

        Of moves that fit as well as the best (to a metre), the shortest; infinite for no positions.
        """
        if not len(xy):
            return np.inf
        steps = np.arange(-SEARCH_M + STEP_M, SEARCH_M, STEP_M)
        moves = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        places = (xy - self.origin) / self.cell_m
        cost = np.zeros(len(moves))
        for begin in range(0, len(moves), _MOVES_AT_ONCE):
            some = moves[begin : begin + _MOVES_AT_ONCE] / self.cell_m
            cells = (places[None] + some[:, None]).astype(np.int64)
            cost[begin : begin + _MOVES_AT_ONCE] = self.metres[cells[..., 0], cells[..., 1]].mean(
                axis=1
            )
        as_good = np.flatnonzero(cost <= cost.min() + 1.0)
        return float(np.hypot(*moves[as_good].T).min())


_FEWEST_NAMED = 3
_MOST_CELLS = 4_000
_MOVES_AT_ONCE = 200
