"""Numbers that are no degrees of longitude and latitude: what they are instead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transit.errors import Problem
from transit.units import WGS84, FloatArray, metric_crs, transform

NEAR_DEG = 0.5
"""Numbers are in a CRS when it puts their middle within so many degrees of where they must lie."""
FEWEST_PACKED = 30
"""Of fewer positions, minutes and seconds below 60 throughout may be chance."""
_CHINA_LON, _CHINA_LAT = (73.0, 136.0), (3.0, 54.0)
_MERCATOR = "EPSG:3857"


@dataclass(frozen=True)
class Writing:
    """How numbers are written that are no plain degrees: ``what`` they are and how to ``mend``."""

    what: str
    mend: str

    def problem(self, where: str) -> Problem:
        """The same as a problem at ``where``."""
        return Problem(where, self.what, self.mend)


def written_as(
    numbers: npt.ArrayLike, *, near: tuple[float, float] | None = None
) -> Writing | None:
    """What the ``numbers``, shape (n, 2), first and second column, are if not plain degrees.

    It goes by the median, so that single slips do not decide. ``near`` is the longitude and
    latitude (WGS-84 degrees) where they must lie, by which the CRS of metres is found; without it
    metres are told as such. ``None`` for plain degrees, longitude first, and for what is unknown.
    """
    pairs = np.asarray(numbers, dtype=np.float64).reshape(-1, 2)
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    if not len(pairs):
        return None
    first, second = np.median(pairs, axis=0)
    if first == 0 and second == 0:
        return Writing("most positions are 0, 0", "find the positions: 0 stands for unknown")
    if abs(first) <= 180 and abs(second) <= 180:
        return _swapped(first, second, near) or _packed(pairs)
    scaled = _scaled(first, second, near)
    return scaled or (_metres(first, second, near) if min(first, second) >= _FEWEST_M else None)


def _swapped(first: float, second: float, near: tuple[float, float] | None) -> Writing | None:
    inland = _within(second, _CHINA_LON) and _within(first, _CHINA_LAT)
    meant = near is not None and np.hypot(second - near[0], first - near[1]) <= NEAR_DEG
    if abs(second) <= 90 and not meant and not inland:
        return None
    what = f"longitude and latitude are swapped (the median is {first:.4f}, {second:.4f})"
    return Writing(what, "take the columns the other way round")


def _packed(pairs: FloatArray) -> Writing | None:
    """Degrees written as DD.MMSS: no minute and no second ever reaches 60."""
    distinct = np.unique(pairs, axis=0)
    digits = np.rint(np.abs(distinct) * 1e6).astype(np.int64) % 1_000_000
    minutes, seconds = digits // 10_000, digits // 100 % 100
    if len(distinct) < FEWEST_PACKED or (minutes >= 60).any() or (seconds >= 60).any():
        return None
    spread = min(int(np.ptp(minutes, axis=0).max()), int(np.ptp(seconds, axis=0).max()))
    if spread < _SPREAD:
        return None
    what = "the decimals are minutes and seconds (no pair of digits reaches 60)"
    return Writing(what, "write decimal degrees: degrees + minutes / 60 + seconds / 3600")


def _scaled(first: float, second: float, near: tuple[float, float] | None) -> Writing | None:
    """Degrees times a power of ten, seconds of arc, or degrees and minutes in one number."""
    told = f"(the median is {first:,.0f}, {second:,.0f})"
    for unit, name, mend in _SCALES:
        lon, lat = first / unit, second / unit
        if _within(lon, _CHINA_LON) and _within(lat, _CHINA_LAT) and _may_be(lon, lat, near):
            return Writing(f"positions are {name} {told}", mend)
    if _minutes(first, _CHINA_LON) and _minutes(second, _CHINA_LAT):
        what = f"positions are degrees and minutes in one number {told}"
        return Writing(what, "write decimal degrees: 11402.52 is 114 + 2.52 / 60")
    return None


def _may_be(lon: float, lat: float, near: tuple[float, float] | None) -> bool:
    return near is None or float(np.hypot(lon - near[0], lat - near[1])) <= NEAR_DEG


def _minutes(number: float, degrees: tuple[float, float]) -> bool:
    return _within(number // 100, degrees) and number % 100 < 60


def _metres(first: float, second: float, near: tuple[float, float] | None) -> Writing:
    told = f"positions are metres (the median is {first:,.0f}, {second:,.0f})"
    known = [] if near is None else _metric_crs(near)
    found = [each for each in known if near and _lies((first, second), each, near)]
    turned = [each for each in known if near and not found and _lies((second, first), each, near)]
    which = " or ".join((found or turned)[:_TOLD])
    if not which:
        return Writing(told, "convert them to degrees: ask the layer's author for its CRS")
    mend = "convert them to WGS-84 degrees from the one its author names"
    if which == _MERCATOR:
        mend = "convert them to degrees; if they are Baidu's own metres, to its BD-09 degrees"
    return Writing(f"{told} of {which}{', northing first' if turned else ''}", mend)


def _metric_crs(near: tuple[float, float]) -> list[str]:
    """The metric CRSs in use at a place, and in China those of the zones beside it."""
    lon, lat = near
    if not (_within(lon, (75.0, 135.0)) and _within(lat, _CHINA_LAT)):
        return [metric_crs(lon, lat), _MERCATOR]
    zone, codes = round(lon / 3), []
    for each in (zone, zone - 1, zone + 1):
        if (
            25 <= each <= 45
        ):  # CGCS2000, without and with the zone's number; Beijing 1954; Xian 1980
            codes += [4534 + each - 25, 4513 + each - 25, 2422 + each - 25, 2370 + each - 25]
    utm = int(lon // 6) + 31
    codes += [32600 + utm, 32600 + utm - 1, 32600 + utm + 1, 4502 + utm - 43]
    return [*(f"EPSG:{code}" for code in codes), _MERCATOR]


def _lies(pair: tuple[float, float], crs: str, near: tuple[float, float]) -> bool:
    lon, lat = transform([pair], crs, WGS84)[0]
    return _may_be(lon, lat, near)


def _within(number: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= number <= limits[1]


_SPREAD = 20
_FEWEST_M = 10_000  # a CRS keeps its metres well above nothing; what is below is a slip
_TOLD = 3
_SCALES = (
    (1e6, "millionths of a degree", "divide them by 1,000,000"),
    (1e7, "ten-millionths of a degree", "divide them by 10,000,000"),
    (3600.0, "seconds of arc", "divide them by 3,600"),
)
