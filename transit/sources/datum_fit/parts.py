"""Parts of a table that are in another datum than the rest: lines, districts, runs of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from transit.datum import DATUMS, Datum, to_wgs84
from transit.errors import Problem
from transit.sources.datum_fit.fit import datum_fit, metric_crs_of
from transit.sources.datum_fit.layers import NAMED_SCALE_M, NEAREST_SCALE_M, TrustedLayer
from transit.sources.datum_fit.registration import FAR
from transit.units import FloatArray, IntArray, project

FEWEST_ROWS = 20
"""Shorter runs of rows are not looked for; a part that is named may be shorter."""
MOST_RUNS = 20
_SCREEN = 0.3
"""Parts whose mean cost another datum lowers by less than this are taken to be as the rest."""
_TOLL = 0.2
"""What a row has to bring more than this to belong to a run of another datum."""

Part = tuple[str, IntArray]


def parts_in_another_datum(
    lonlat: npt.ArrayLike,
    trusted: Sequence[TrustedLayer],
    declared: Datum,
    *,
    names: Sequence[str] = (),
    parts: Sequence[str] = (),
) -> pd.DataFrame:
    """Parts of a table that are surely not in ``declared``: ``part``, ``datum``, ``rows``, ``why``.

    ``lonlat`` are degrees, shape (n, 2). ``parts`` tell, one a row, what may be in a datum of its
    own (its line, its district, its file); without them runs of rows are looked for. ``rows`` are
    the row numbers of a part, counted from 0. A part of which the layers do not surely tell the
    datum is not listed. Raises ``UsageError`` when no layer holds anything.
    """
    degrees = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    gains = _gains(degrees, trusted, declared, names)
    looked_at = _named_parts(gains, parts) if len(parts) else _runs(gains)
    found = []
    for name, rows in looked_at:
        of_part = [names[int(row)] for row in rows] if len(names) else ()
        fit = datum_fit(degrees[rows], trusted, names=of_part)
        if fit.certain and fit.best != declared:
            found.append({"part": name, "datum": fit.best, "rows": rows, "why": fit.why})
    return pd.DataFrame(found, columns=["part", "datum", "rows", "why"])


def part_problems(table: pd.DataFrame, declared: Datum, *, where: str) -> list[Problem]:
    """One problem a part of ``table`` (see ``parts_in_another_datum``)."""
    return [
        Problem(
            f"{where} {part.part}".rstrip(),
            f"its {len(part.rows)} positions are in {part.datum}, not in {declared}: {part.why}",
            f"convert them to {declared}, or import them from a table of their own",
        )
        for part in table.itertuples()
    ]


def _gains(
    degrees: FloatArray, trusted: Sequence[TrustedLayer], declared: Datum, names: Sequence[str]
) -> dict[Datum, FloatArray]:
    """By how much each other datum lowers the cost of each row; nothing where it is unknown."""
    crs = metric_crs_of(trusted)
    layers = [layer.in_crs(crs) for layer in trusted]
    known = np.flatnonzero(np.isfinite(degrees).all(axis=1) & (np.abs(degrees) <= 180).all(axis=1))
    of_rows = [names[int(row)] for row in known] if len(names) else ()

    def cost(datum: Datum) -> FloatArray:
        xy = project(to_wgs84(degrees[known], datum), crs)
        costs = np.zeros(len(degrees))
        costs[known] = sum(_costs(xy, layer, of_rows) for layer in layers)
        return costs

    base = cost(declared)
    return {datum: base - cost(datum) for datum in DATUMS if datum != declared}


def _costs(xy: FloatArray, layer: TrustedLayer, names: Sequence[str]) -> FloatArray:
    if not len(layer.shapes) or not len(xy):
        return np.zeros(len(xy))
    nearest = layer.shapes[shapely.STRtree(layer.shapes).nearest(shapely.points(xy))]
    metres = shapely.distance(shapely.points(xy), nearest)
    costs = np.minimum(metres / NEAREST_SCALE_M[layer.kind], FAR)
    position, row = layer.pairs(names)
    away = np.hypot(*(xy[position] - layer.places(row)).T) / NAMED_SCALE_M[layer.kind]
    named = pd.Series(np.minimum(away, FAR)).groupby(position).min()
    costs[named.index] += named.to_numpy()
    return np.asarray(costs)


def _named_parts(gains: dict[Datum, FloatArray], parts: Sequence[str]) -> Iterator[Part]:
    """Parts whose cost some other datum lowers, in the order in which they come."""
    rows_of = pd.Series(list(parts), dtype=object).groupby(list(parts), sort=False).indices
    for name, rows in rows_of.items():
        if max(float(gain[rows].mean()) for gain in gains.values()) > _SCREEN:
            yield str(name), np.asarray(rows, dtype=np.int64)


def _runs(gains: dict[Datum, FloatArray]) -> Iterator[Part]:
    """Runs of rows whose cost another datum lowers most; one begins and ends with a gain."""
    left = {datum: np.where(gain > 0, gain, gain - _TOLL) - _TOLL for datum, gain in gains.items()}
    for _ in range(MOST_RUNS):
        begin, end = max((_best_run(gain) for gain in left.values()), key=lambda run: run[2])[:2]
        if end - begin < FEWEST_ROWS:
            return
        for gain in left.values():
            gain[begin:end] = -np.inf
        yield f"rows {begin}–{end - 1}", np.arange(begin, end)


def _best_run(gain: FloatArray) -> tuple[int, int, float]:
    """Begin, end (one after) and sum of the run with the largest sum (Kadane's algorithm)."""
    best, begin, total = (0, 0, 0.0), 0, 0.0
    for row, each in enumerate(gain.tolist()):
        if total <= 0:
            begin, total = row, 0.0
        total += each
        if total > best[2]:
            best = (begin, row + 1, total)
    return best
