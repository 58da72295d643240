"""WGS-84, GCJ-02 and BD-09: the datums in which Chinese tables and web maps give positions.

GCJ-02 shifts mainland positions by 300–700 m, BD-09 by about as much again; at the park of the
showcase 604 m and 1,244 m. Hong Kong, Macau, Taiwan and places abroad are left as they are.
The constants are those of the published reverse engineering of the shift (the Krasovsky 1940
ellipsoid); the inverse iterates until it is exact to a nanometre's worth of degrees.
"""

from __future__ import annotations

from collections.abc import Callable
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
_ROUNDS = 12  # each brings the inverse about 200 times nearer; four or five are needed
_EXACT_DEG = 1e-11  # about a micrometre
_AT_ONCE = 16_384  # points whose arrays stay in the processor's cache


def to_wgs84(lonlat: npt.ArrayLike, datum: Datum) -> FloatArray:
    """WGS-84 degrees, shape (n, 2), of ``lonlat`` degrees in ``datum``, shape (n, 2).

    Raises ``DataError`` for a datum of another name.
    """
    points = np.array(lonlat, dtype=np.float64).reshape(-1, 2)
    if datum == "WGS-84":
        return points
    _require_known(datum)
    converted = np.empty_like(points)
    for begin in range(0, len(points), _AT_ONCE):
        some = points[begin : begin + _AT_ONCE]
        converted[begin : begin + _AT_ONCE] = _inverse_gcj02(
            _from_bd09(some) if datum == "BD-09" else some
        )
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
    turn = np.sin(2 * np.pi * x)
    ripple = 20 * _tripled(turn) + 20 * turn
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (ripple + _waves(y, 160, 320)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (ripple + _waves(x, 150, 300)) * 2 / 3
    sine = np.sin(np.radians(points[:, 1]))
    bulge = 1 - _ECCENTRICITY_2 * sine * sine
    parallel_m = _AXIS_M * np.sqrt(np.maximum(1 - sine * sine, 1e-12) / bulge)
    meridian_m = _AXIS_M * (1 - _ECCENTRICITY_2) / (bulge * np.sqrt(bulge))
    return np.asarray(np.degrees(np.column_stack([east / parallel_m, north / meridian_m])))


def _waves(angle: FloatArray, twelfth: float, thirtieth: float) -> FloatArray:
    third = np.sin(np.pi / 3 * angle)
    slow = twelfth * np.sin(np.pi / 12 * angle) + thirtieth * np.sin(np.pi / 30 * angle)
    return np.asarray(20 * _tripled(third) + 40 * third + slow)


def _tripled(sine: FloatArray) -> FloatArray:
    """Sine of three times the angle whose sine is given: cheaper than another sine."""
    return np.asarray(sine * (3 - 4 * sine * sine))


def _inverse_gcj02(gcj: FloatArray) -> FloatArray:
    return _solved(gcj, lambda wgs: wgs + _shift(wgs), gcj - _shift(gcj))


def _solved(
    wanted: FloatArray, forward: Callable[[FloatArray], FloatArray], guess: FloatArray
) -> FloatArray:
    """The points that ``forward`` turns into ``wanted``, from a ``guess`` within a kilometre."""
    for _ in range(_ROUNDS):
        step = wanted - forward(guess)
        guess = guess + step
        if not np.abs(step).max(initial=0.0) > _EXACT_DEG:  # also where a value is no number
            break
    return guess


def _to_bd09(gcj: FloatArray) -> FloatArray:
    """Each point, seen from 0° N 0° E, turned by a small angle and moved out a little."""
    lon, lat = gcj.T
    away = np.maximum(np.hypot(lon, lat), 1e-9)
    farther = 1 + 0.00002 * np.sin(lat * _BD_TURN) / away
    angle = 0.000003 * np.cos(lon * _BD_TURN)
    flat = 1 - angle * angle / 2  # its cosine, to the last digit; the angle is its own sine
    turned = np.column_stack([lon * flat - lat * angle, lat * flat + lon * angle])
    return np.asarray(turned * farther[:, None] + (0.0065, 0.006))


def _from_bd09(bd09: FloatArray) -> FloatArray:
    return _solved(bd09, _to_bd09, bd09 - (0.0065, 0.006))
