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
WITHIN_M = 500.0
"""Positions that every datum puts farther away than this are compared with no layer."""


def residuals(
    readings: Sequence[FloatArray], layers: Sequence[TrustedLayer], names: Sequence[str]
) -> pd.DataFrame:
    """Median and 90th percentile in metres, and the share within ``NEAR_M``, a row a datum.

    ``readings`` are the positions in metres, as each datum puts them. Columns: ``datum``,
    ``layer``, ``by``, ``positions``, ``median_m``, ``p90_m``, ``near_share``. ``by`` is "nearest"
    (any part of the layer, for positions that some datum puts within ``WITHIN_M`` of it) or "name"
    (the nearest part of the same name).
    """
    rows = []
    for layer in layers:
        for by, metres in (
            ("nearest", _to_nearest(readings, layer)),
            ("name", _to_named(readings, layer, names)),
        ):
            told = {"layer": layer.name, "by": by}
            rows += [
                {"datum": datum} | told | _summed_up(each)
                for datum, each in zip(DATUMS, metres, strict=True)
            ]
    return pd.DataFrame(rows)


def _summed_up(metres: FloatArray) -> dict[str, float]:
    if not len(metres):
        return {"positions": 0, "median_m": np.nan, "p90_m": np.nan, "near_share": np.nan}
    median, most = np.percentile(metres, [50, 90])
    near = float((metres <= NEAR_M).mean())
    return {"positions": len(metres), "median_m": median, "p90_m": most, "near_share": near}


def _to_nearest(readings: Sequence[FloatArray], layer: TrustedLayer) -> FloatArray:
    """Metres of each reading, shape (readings, positions), of positions near in one of them."""
    if not len(layer.shapes) or not len(readings[0]):
        return np.empty((len(readings), 0))
    tree = shapely.STRtree(layer.shapes)
    metres = np.stack([_nearest(tree, xy) for xy in readings])
    return metres[:, metres.min(axis=0) <= WITHIN_M]


def _nearest(tree: shapely.STRtree, xy: FloatArray) -> FloatArray:
    places = shapely.points(xy)
    return np.asarray(tree.query_nearest(places, return_distance=True, all_matches=False)[1])


def _to_named(
    readings: Sequence[FloatArray], layer: TrustedLayer, names: Sequence[str]
) -> FloatArray:
    """Metres to the nearest part of the same name, shape (readings, positions that have one)."""
    position, row = layer.pairs(names)
    places = layer.places(row)
    away = {k: np.hypot(*(xy[position] - places).T) for k, xy in enumerate(readings)}
    return np.asarray(pd.DataFrame(away).groupby(position).min(), dtype=np.float64).T
