"""Which datum a table of positions is in, judged by layers that can be trusted.

The positions are read in each datum and laid on the layers. A datum fits when they lie nearer than
in the others **and** moving them all together does not bring them as near elsewhere: a wrong datum
is off by 300 to 1,350 m, and there the best fit lies that far away. This is what a sparse layer,
or one that is dense everywhere, cannot feign. Names are evidence of their own: a stop called after
a metro station stands near it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from transit.datum import DATUMS, Datum, to_wgs84
from transit.errors import Problem, UsageError
from transit.sources.datum_fit.judged import BETTER_ELSEWHERE, Judgement, judge
from transit.sources.datum_fit.layers import (
    NAMED_SCALE_M,
    NEAREST_SCALE_M,
    TrustedLayer,
)
from transit.sources.datum_fit.named import NamedPlaces, named_places
from transit.sources.datum_fit.registration import (
    MOST_SHIFT_M,
    Ground,
    NamedPairs,
    clusters_of,
    costs_by_name,
    costs_on_ground,
)
from transit.sources.datum_fit.residuals import residuals
from transit.units import FloatArray, IntArray, metric_crs, project, unproject


@dataclass(frozen=True, eq=False)
class DatumFit:
    """Which datum fits best, and the evidence.

    ``table`` has one row a datum, layer and way of comparing (``by`` nearest or name): ``datum``,
    ``layer``, ``by``, ``positions`` compared, ``median_m``, ``p90_m`` (straight metres) and
    ``near_share`` (within 30 m). ``evidence`` has one row a datum: ``cost`` (mean distance in the
    layers' own scales, each at most 4), ``behind_se`` (standard errors behind the best datum),
    ``better_east_m``, ``better_north_m`` (the move that would make them fit best: about nothing
    where the datum is right) and ``named_places`` (places whose names speak for it). ``certain``
    is said only where the others are ruled out; ``why`` tells it in words.
    """

    best: Datum
    certain: bool
    why: str
    table: pd.DataFrame
    evidence: pd.DataFrame

    def problems(self, declared: Datum, *, where: str) -> list[Problem]:
        """That the ``declared`` datum fits clearly worse than another, or nothing."""
        if not self.certain or declared == self.best:
            return []
        what = f"the positions are not in {declared}: {self.why}"
        return [Problem(where, what, f"declare {self.best}")]


def datum_fit(
    lonlat: npt.ArrayLike, trusted: Sequence[TrustedLayer], *, names: Sequence[str] = ()
) -> DatumFit:
    """The datum in which ``lonlat``, shape (n, 2) in degrees, fits the ``trusted`` layers best.

    ``names`` of the positions are optional, one each. Positions that are not numbers, or lie
    nowhere near the layers, are left out; the table counts those compared. Raises ``UsageError``
    when no layer holds anything.
    """
    degrees = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    crs = metric_crs_of(trusted)
    layers = [layer.in_crs(crs) for layer in trusted]
    rows = _distinct_near(degrees, layers, crs)
    chosen = [str(names[row]) for row in rows] if len(names) else [""] * len(rows)
    readings = [project(to_wgs84(degrees[rows], datum), crs) for datum in DATUMS]
    table = residuals(readings, layers, chosen)
    named = named_places(readings, layers, chosen)
    if len(rows) and max(float(np.abs(xy - readings[0]).max()) for xy in readings) < 1:
        why = "here the datums are the same: they differ in mainland China only"
        return DatumFit(
            "WGS-84", certain=False, why=why, table=table, evidence=_evidence(None, named.speaks)
        )
    return _told(_judgement(readings, layers, chosen), named, table)


def metric_crs_of(layers: Sequence[TrustedLayer]) -> str:
    """The metric CRS of the middle of ``layers``; ``UsageError`` when they hold nothing."""
    held = [layer.in_crs("EPSG:4326").shapes for layer in layers]
    if not any(len(shapes) for shapes in held):
        mend = "give streets, stops or metro stations that are known to be true"
        raise UsageError(Problem("trusted layers", "they hold nothing", mend))
    west, south, east, north = shapely.total_bounds(np.concatenate(held))
    return metric_crs((west + east) / 2, (south + north) / 2)


def _distinct_near(degrees: FloatArray, layers: Sequence[TrustedLayer], crs: str) -> IntArray:
    """Rows of distinct, known positions that some datum puts near the layers."""
    limits = shapely.total_bounds(np.concatenate([layer.shapes for layer in layers]))
    box = shapely.bounds(shapely.buffer(shapely.box(*limits), 2 * MOST_SHIFT_M))
    west, south = unproject([box[:2]], crs)[0]
    east, north = unproject([box[2:]], crs)[0]
    with np.errstate(invalid="ignore"):
        lon, lat = degrees.T
        known = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    _, first = np.unique(degrees[known], axis=0, return_index=True)
    return np.asarray(known[np.sort(first)], dtype=np.int64)


def _judgement(
    readings: Sequence[FloatArray], layers: Sequence[TrustedLayer], names: Sequence[str]
) -> Judgement | None:
    """The judgement by moves, from the clusters that some layer says something of."""
    found = [layer.pairs(names) for layer in layers]
    costs, counts = [], []
    for rows in clusters_of(readings[0]):
        read = [xy[rows] for xy in readings]
        cost = sum(
            costs_on_ground(read, Ground(layer.shapes, NEAREST_SCALE_M[layer.kind]))
            + costs_by_name(read, _pairs_of(rows, layer, pairs))
            for layer, pairs in zip(layers, found, strict=True)
        )
        if np.any(cost):
            costs.append(cost)
            counts.append(len(rows))
    return judge(np.stack(costs, axis=1), np.array(counts)) if costs else None


def _pairs_of(rows: IntArray, layer: TrustedLayer, pairs: tuple[IntArray, IntArray]) -> NamedPairs:
    position, place = pairs
    held = np.isin(position, rows)
    where = {int(row): number for number, row in enumerate(rows)}
    within = np.array([where[int(row)] for row in position[held]], dtype=np.int64)
    return NamedPairs(within, layer.places(place[held]), NAMED_SCALE_M[layer.kind])


def _told(judgement: Judgement | None, named: NamedPlaces, table: pd.DataFrame) -> DatumFit:
    evidence = _evidence(judgement, named.speaks)
    if judgement is None:
        why = "no trusted layer is near enough to tell the datums apart"
        return DatumFit(DATUMS[named.best], certain=False, why=why, table=table, evidence=evidence)
    if named.sure and not judgement.doubts and named.best != judgement.best:
        why = f"positions speak for {DATUMS[judgement.best]}, names for {DATUMS[named.best]}"
        return DatumFit(DATUMS[named.best], certain=False, why=why, table=table, evidence=evidence)
    best = named.best if named.sure else judgement.best
    doubts = judgement.doubts
    if named.sure:
        doubts = tuple(doubt for doubt in doubts if doubt == BETTER_ELSEWHERE)
    why = _why(DATUMS[best], table, "name" if named.sure else "nearest", sure=not doubts)
    if doubts:
        why += "; but " + " and ".join(doubts)
    return DatumFit(DATUMS[best], not doubts, why, table, evidence)


def _evidence(judgement: Judgement | None, speaks: IntArray) -> pd.DataFrame:
    nothing = np.full(len(DATUMS), np.nan)
    move = judgement.move if judgement else np.full((len(DATUMS), 2), np.nan)
    return pd.DataFrame(
        {
            "datum": DATUMS,
            "cost": judgement.cost if judgement else nothing,
            "behind_se": judgement.behind if judgement else nothing,
            "better_east_m": move[:, 0],
            "better_north_m": move[:, 1],
            "named_places": speaks,
        }
    )


def _why(best: Datum, table: pd.DataFrame, by: str, *, sure: bool) -> str:
    """The medians of the layer that tells the datums apart best, in words.

    The ``best`` goes before the others only where it is ``sure``: moves are weighed, too, so that
    a datum may be the likelier one with the larger median.
    """
    held = table[(table["by"] == by) & (table["positions"] > 0)]
    if held.empty:
        return "no position is within 500 m of a trusted layer, whatever the datum"
    medians = held.pivot_table(index="layer", columns="datum", values="median_m", sort=False)
    others = medians.drop(columns=best)
    layer = (others.min(axis=1) - medians[best]).idxmax()
    count = int(held.loc[held["layer"] == layer, "positions"].iloc[0])
    what = f"the {layer} they are named after" if by == "name" else str(layer)
    told = [f"as {datum} {medians.loc[layer, datum]:.0f} m" for datum in (best, *others.columns)]
    if not sure:
        return f"{count} positions lie so far from {what} (median): {', '.join(sorted(told))}"
    median = f"{medians.loc[layer, best]:.0f} m"
    return f"read as {best}, {count} positions lie {median} (median) from {what}; " + ", ".join(
        told[1:]
    )
