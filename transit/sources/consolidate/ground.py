"""The calls of lines as arrays: where they are, which way the bus goes, who calls."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from transit.units import BoolArray, FloatArray, IntArray

_AXIS_M = 6378137.0
_ECCENTRICITY_2 = 0.00669437999014  # of WGS-84


@dataclass(frozen=True, eq=False)
class Calls:
    """Calls in the order of their patterns, as arrays of one length.

    ``pattern``, ``route`` and ``name`` are positions in ``patterns``, ``routes`` and ``names``;
    ``lonlat`` is in degrees and ``xyz`` the same places in metres from the earth's centre, where
    short distances are true anywhere. ``heading`` is the unit vector of travel, not-a-number where
    it is not known; ``is_end`` marks the first and the last call of a pattern. ``row`` is the
    call's row in the table that was given.
    """

    patterns: list[str]
    routes: list[str]
    names: list[str]
    pattern: IntArray
    route: IntArray
    name: IntArray
    sequence: IntArray
    lonlat: FloatArray
    xyz: FloatArray
    heading: FloatArray
    is_end: BoolArray
    row: IntArray

    def __len__(self) -> int:
        return len(self.pattern)

    def take(self, kept: BoolArray) -> Calls:
        """The calls that are ``kept``; ends and directions follow from those."""
        return self._with(kept, self.lonlat[kept])

    def moved(self, lonlat: FloatArray) -> Calls:
        """The same calls at other positions (degrees)."""
        return self._with(np.ones(len(self), dtype=bool), lonlat)

    def _with(self, kept: BoolArray, lonlat: FloatArray) -> Calls:
        own = {key: getattr(self, key)[kept] for key in ("pattern", "route", "name", "sequence",
                                                         "row")}  # fmt: skip
        xyz = metres_of(lonlat)
        heading, is_end = _headings(xyz, own["pattern"])
        return replace(self, **own, lonlat=lonlat, xyz=xyz, heading=heading, is_end=is_end)

    def neighbour(self, step: int) -> IntArray:
        """Position of the call so many steps on in the same pattern; -1 where there is none."""
        at = np.arange(len(self)) + step
        inside = (at >= 0) & (at < len(self))
        same = self.pattern[np.where(inside, at, 0)] == self.pattern
        return np.where(inside & same, at, -1)


def calls_of(visits: pd.DataFrame) -> Calls:
    """The calls of ``visits``, one row each, with positions in WGS-84."""
    row = np.lexsort((visits["stop_sequence"].to_numpy(), pd.factorize(visits["pattern_id"])[0]))
    table = visits.iloc[row]
    pattern, patterns = pd.factorize(table["pattern_id"])
    route, routes = pd.factorize(table["route_id"])
    name, names = pd.factorize(table["stop_name"])
    lonlat = table[["lon", "lat"]].to_numpy(dtype=np.float64)
    xyz = metres_of(lonlat)
    heading, is_end = _headings(xyz, pattern)
    return Calls(
        list(patterns), list(routes), list(names), pattern, route, name,
        table["stop_sequence"].to_numpy(dtype=np.int64), lonlat, xyz, heading, is_end, row,
    )  # fmt: skip


def metres_of(lonlat: FloatArray) -> FloatArray:
    """Metres from the earth's centre, shape (n, 3), of degrees, shape (n, 2), on the ellipsoid.

    Straight distances there are true within a millimetre up to some kilometres, in every city.
    """
    lon, lat = np.radians(lonlat).T
    radius = _AXIS_M / np.sqrt(1 - _ECCENTRICITY_2 * np.sin(lat) ** 2)
    return np.column_stack(
        [
            radius * np.cos(lat) * np.cos(lon),
            radius * np.cos(lat) * np.sin(lon),
            radius * (1 - _ECCENTRICITY_2) * np.sin(lat),
        ]
    )


def unit(vectors: FloatArray) -> FloatArray:
    """``vectors`` of length one; not-a-number where they are too short to have a direction."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    nothing = np.full_like(vectors, np.nan)
    units: FloatArray = np.divide(vectors, length, out=nothing, where=length > 1e-6)
    return units


def turn_deg(one: FloatArray, other: FloatArray) -> FloatArray:
    """Degrees between unit vectors, shape (…, 3) each; not-a-number where one is not known."""
    turned: FloatArray = np.degrees(np.arccos(np.clip((one * other).sum(axis=-1), -1, 1)))
    return turned


def _headings(xyz: FloatArray, pattern: IntArray) -> tuple[FloatArray, BoolArray]:
    """Sum of the unit vectors from the call before and to the call after; and where one lacks."""
    same = pattern[1:] == pattern[:-1]
    hop = np.where(same[:, None], unit(np.diff(xyz, axis=0)), np.nan)
    nothing = np.full((1, 3), np.nan)
    before, after = np.vstack([nothing, hop]), np.vstack([hop, nothing])
    both = unit(np.nan_to_num(before) + np.nan_to_num(after))
    lacks = np.ones(1, dtype=bool)
    is_end = np.concatenate([lacks, ~same]) | np.concatenate([~same, lacks])
    return both, is_end
