"""Straight distances from positions to trusted layers, a row a datum and layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from transit.datum import DATUMS
from transit.sources.datum_fit.layers import TrustedLayer
from transit.units import FloatArray

NEAR_M = 30.0


def residuals(
    readings: Sequence[FloatArray], layers: Sequence[TrustedLayer], names: Sequence[str]
) -> pd.DataFrame:
    """Median and 90th percentile in metres, and the share within ``NEAR_M``, a row a datum.

    ``readings`` are the positions in metres, as each datum puts them. Columns: ``datum``,
    ``layer``, ``by``, ``positions``, ``median_m``, ``p90_m``, ``near_share``. ``by`` is "nearest"
    (any part of the layer) or "name" (the nearest part of the same name).
    """
    rows = []
    for layer in layers:
        for by, measured in (("nearest", _to_nearest), ("name", _to_named)):
            for datum, xy in zip(DATUMS, readings, strict=True):
                told = {"datum": datum, "layer": layer.name, "by": by}
                rows.append(told | _summed_up(measured(xy, layer, names)))
    return pd.DataFrame(rows)


def _summed_up(metres: FloatArray) -> dict[str, float]:
    if not len(metres):
        return {"positions": 0, "median_m": np.nan, "p90_m": np.nan, "near_share": np.nan}
    median, most = np.percentile(metres, [50, 90])
    near = float((metres <= NEAR_M).mean())
    return {"positions": len(metres), "median_m": median, "p90_m": most, "near_share": near}


def _to_nearest(xy: FloatArray, layer: TrustedLayer, names: Sequence[str]) -> FloatArray:
    if not len(layer.shapes) or not len(xy):
        return np.empty(0)
    _, metres = shapely.STRtree(layer.shapes).query_nearest(
        shapely.points(xy), return_distance=True, all_matches=False
    )
    return np.asarray(metres)


def _to_named(xy: FloatArray, layer: TrustedLayer, names: Sequence[str]) -> FloatArray:
    position, row = layer.pairs(names)
    metres = np.hypot(*(xy[position] - layer.places(row)).T)
    return np.asarray(pd.Series(metres).groupby(position).min(), dtype=np.float64)
