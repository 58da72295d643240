"""Coordinate reference systems and clock times: the only places where units are decided.

Outside a study area coordinates are WGS-84 degrees (``EPSG:4326``); inside they are metres
in one metric CRS that is pinned once for the area.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry import MultiPolygon, Polygon

from transit.errors import DataError, Problem

WGS84 = "EPSG:4326"
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_CGCS2000_CENTRAL_75E = 4534  # EPSG:4534 … 4554 are the 3-degree zones of 75° E … 135° E
_MERCATOR = (
    "Popular Visualisation Pseudo Mercator",
    "Mercator (variant A)",
    "Mercator (variant B)",
)

# Mainland China in coarse boxes (west, south, east, north), a few km or more off at borders.
_CHINA_BOXES = (
    (75.0, 36.4, 80.0, 40.6),
    (79.4, 42.5, 96.4, 49.2),
    (80.0, 29.5, 122.0, 42.5),
    (109.7, 39.4, 135.0, 53.6),
    (97.5, 23.5, 122.0, 29.5),
    (99.0, 21.3, 117.0, 23.5),
    (108.6, 18.1, 111.1, 21.3),
)
# Hong Kong needs more care than a box: its border with Shenzhen runs through Deep Bay, along
# the Shenzhen River and through Mirs Bay (drawn by hand from the river and the bays' middle).
_HONG_KONG = (
    (113.82, 22.13), (113.82, 22.40), (113.885, 22.43), (113.95, 22.475), (114.00, 22.498),
    (114.03, 22.502), (114.047, 22.503), (114.056, 22.508), (114.065, 22.5155), (114.075, 22.518),
    (114.10, 22.530), (114.12, 22.533), (114.145, 22.540), (114.153, 22.544), (114.158, 22.553),
    (114.172, 22.553), (114.193, 22.554), (114.225, 22.547),
    (114.28, 22.552), (114.34, 22.570), (114.41, 22.550), (114.46, 22.480), (114.51, 22.430),
    (114.51, 22.13),
)  # fmt: skip
# So does Macau's: in the channel east of Hengqin and the Inner Harbour, and by the Barrier Gate.
_MACAU = (
    (113.5485, 22.10), (113.5485, 22.172), (113.5285, 22.178), (113.5285, 22.192),
    (113.5315, 22.203), (113.5325, 22.2125), (113.540, 22.2155), (113.550, 22.216),
    (113.559, 22.214), (113.61, 22.214), (113.61, 22.10),
)  # fmt: skip
_TAIWAN = ((119.9, 21.8), (119.9, 25.4), (122.1, 25.4), (122.1, 21.8))


@lru_cache(maxsize=1)
def _mainland() -> MultiPolygon:
    whole = shapely.union_all([shapely.box(*bounds) for bounds in _CHINA_BOXES])
    others = shapely.union_all([Polygon(ring) for ring in (_HONG_KONG, _MACAU, _TAIWAN)])
    mainland = shapely.difference(whole, others)
    shapely.prepare(mainland)
    return mainland


def in_mainland_china(lonlat: npt.ArrayLike) -> BoolArray:
    """Whether each WGS-84 position of ``lonlat``, shape (n, 2), lies in mainland China.

    Coarse at land borders; the border with Hong Kong and Macau is drawn to about 1 km.
    """
    points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    return np.asarray(shapely.contains_xy(_mainland(), points[:, 0], points[:, 1]))


def metric_crs(lon: float, lat: float) -> str:
    """The metric CRS for a study area centred on ``lon``, ``lat`` (degrees, WGS-84).

    In mainland China the CGCS2000 3-degree zone (scale 1 on its central meridian), elsewhere
    the UTM zone of WGS-84 (scale 0.9996 … 1.001).
    """
    if in_mainland_china([lon, lat])[0]:
        zone = round(lon / 3) * 3
        return f"EPSG:{_CGCS2000_CENTRAL_75E + (zone - 75) // 3}"
    zone = int((lon + 180) // 6) % 60 + 1
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def require_metric(crs: str, *, where: str) -> str:
    """``crs`` itself when its axes are true metres; a ``DataError`` that says why when not."""
    mend = "use a projected CRS in metres, such as EPSG:4547 for Shenzhen"
    try:
        parsed = CRS.from_user_input(crs)
    except CRSError:
        raise DataError(Problem(where, f"{crs!r} is not a known CRS", mend)) from None
    operation = parsed.coordinate_operation
    if operation is not None and operation.method_name in _MERCATOR:
        fault = f"{crs} stretches lengths (a 500 m circle is 460 m on the ground at 22.7° N)"
        raise DataError(Problem(where, fault, mend))
    if not parsed.is_projected or any(axis.unit_name != "metre" for axis in parsed.axis_info):
        raise DataError(Problem(where, f"{crs} does not measure in metres", mend))
    return crs


@lru_cache(maxsize=32)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def project(lonlat: npt.ArrayLike, crs: str) -> FloatArray:
    """Metres in ``crs``, shape (n, 2), of WGS-84 ``lonlat`` degrees, shape (n, 2)."""
    return transform(lonlat, WGS84, crs)


def unproject(xy: npt.ArrayLike, crs: str) -> FloatArray:
    """WGS-84 degrees, shape (n, 2), of metres ``xy`` in ``crs``, shape (n, 2)."""
    return transform(xy, crs, WGS84)


def transform(points: npt.ArrayLike, source: str, target: str) -> FloatArray:
    """``points``, shape (n, 2) in x-y order, carried from CRS ``source`` to ``target``."""
    array = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    x, y = _transformer(source, target).transform(array[:, 0], array[:, 1])
    return np.column_stack([x, y])


_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])(?::([0-5][0-9]))?")


def seconds_of(clock: str) -> int | None:
    """Seconds after midnight of ``HH:MM`` or ``HH:MM:SS`` (hours may pass 24), else ``None``."""
    match = _CLOCK.fullmatch(clock.strip())
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def clock_of(seconds: int) -> str:
    """``HH:MM:SS`` of seconds after midnight; hours pass 24 for trips after midnight."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
