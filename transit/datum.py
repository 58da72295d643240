"""WGS-84, GCJ-02 and BD-09: the datums in which Chinese tables and web maps give positions.

GCJ-02 shifts mainland positions by 300–700 m, BD-09 by about as much again; at the park of the
showcase 604 m and 1,244 m. Hong Kong, Macau, Taiwan and places abroad are left as they are.
The constants are those of the published reverse engineering of the shift (the Krasovsky 1940
ellipsoid); the inverse iterates until it is exact to a nanometre's worth of degrees.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from transit.errors import DataError, Problem
from transit.units import FloatArray, in_mainland_china

Datum = Literal["WGS-84", "GCJ-02", "BD-09"]
DATUMS: tuple[Datum, ...] = get_args(Datum)

_AXIS_M = 6378245.0
_ECCENTRICITY_2 = 0.00669342162296594323
_BD_TURN = np.pi * 3000 / 180
_ROUNDS = 12


def to_wgs84(lonlat: npt.ArrayLike, datum: Datum) -> FloatArray:
    """WGS-84 degrees, shape (n, 2), of ``lonlat`` degrees in ``datum``, shape (n, 2).

    Raises ``DataError`` for a datum of another name.
    """
    points = np.array(lonlat, dtype=np.float64).reshape(-1, 2)
    if datum == "WGS-84":
        return points
    _require_known(datum)
    converted = _inverse_gcj02(_from_bd09(points) if datum == "BD-09" else points)
    # Whether a place is inland is asked of where it truly lies, not of where it was shifted to.
    return np.where(in_mainland_china(converted)[:, None], converted, points)


def from_wgs84(lonlat: npt.ArrayLike, datum: Datum) -> FloatArray:
    """Degrees in ``datum``, shape (n, 2), of WGS-84 ``lonlat``, shape (n, 2).

    Raises ``DataError`` for a datum of another name.
    """
    points = np.array(lonlat, dtype=np.float64).reshape(-1, 2)
    if datum == "WGS-84":
        return points
    _require_known(datum)
    inland = in_mainland_china(points)
    gcj = points[inland] + _shift(points[inland])
    points[inland] = _to_bd09(gcj) if datum == "BD-09" else gcj
    return points


def _require_known(datum: str) -> None:
    if datum not in DATUMS:
        mend = f"use one of {', '.join(DATUMS)}"
        raise DataError(Problem("datum", f"{datum!r} is not known", mend))


def _shift(points: FloatArray) -> FloatArray:
    """Degrees that GCJ-02 adds to WGS-84 ``points``."""
    x, y = points[:, 0] - 105.0, points[:, 1] - 35.0
    root = np.sqrt(np.abs(x))
    ripple = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (ripple + _waves(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (ripple + _waves(x, (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))) * 2 / 3
    latitude = np.radians(points[:, 1])
    bulge = 1 - _ECCENTRICITY_2 * np.sin(latitude) ** 2
    meridian_m = _AXIS_M * (1 - _ECCENTRICITY_2) / bulge**1.5
    parallel_m = _AXIS_M / np.sqrt(bulge) * np.cos(latitude)
    return np.degrees(np.column_stack([east / parallel_m, north / meridian_m]))


def _waves(angle: FloatArray, *terms: tuple[float, float]) -> FloatArray:
    waves = [size * np.sin(np.pi * angle * pace) for size, pace in terms]
    return np.asarray(np.sum(waves, axis=0))


def _inverse_gcj02(gcj: FloatArray) -> FloatArray:
    wgs = gcj - _shift(gcj)
    for _ in range(_ROUNDS):
        wgs = gcj - _shift(wgs)
    return wgs


def _to_bd09(gcj: FloatArray) -> FloatArray:
    lon, lat = gcj.T
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def _from_bd09(bd09: FloatArray) -> FloatArray:
    gcj = bd09 - (0.0065, 0.006)
    for _ in range(_ROUNDS):
        gcj = gcj + (bd09 - _to_bd09(gcj))
    return gcj
