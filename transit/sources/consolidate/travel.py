"""Visits on the ground: metres, and the direction in which the bus passes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.units import BoolArray, FloatArray, metric_crs, project, unproject

OPPOSITE_DEG = 100.0
"""Directions that differ by more are those of opposite kerbs."""


class Ground:
    """Metres of the middle of the visits, there and back."""

    def __init__(self, lonlat: FloatArray) -> None:
        west, south = lonlat.min(axis=0)
        east, north = lonlat.max(axis=0)
        self.crs = metric_crs(float(west + east) / 2, float(south + north) / 2)

    def metres(self, lonlat: FloatArray) -> FloatArray:
        """Positions in metres, shape (n, 2)."""
        return project(lonlat, self.crs)

    def degrees(self, xy: FloatArray) -> FloatArray:
        """Positions in WGS-84 degrees, shape (n, 2)."""
        return unproject(xy, self.crs)


def ends(pattern: pd.Series[str]) -> tuple[BoolArray, BoolArray]:
    """Which rows are the first and which the last call of their pattern; rows lie in order."""
    new = (pattern != pattern.shift()).to_numpy(dtype=bool)
    return new, np.append(new[1:], True) if len(new) else new


def headings(xy: FloatArray, first: BoolArray, last: BoolArray) -> FloatArray:
    """Direction of travel at each visit, shape (n, 2): from the call before, and to the next.

    The sum of both as unit vectors, made one long; 0 where there is none.
    """
    hop = np.diff(xy, axis=0, append=xy[-1:])
    hop[last] = 0.0
    ahead = _unit(hop)
    behind = np.roll(ahead, 1, axis=0)
    behind[first] = 0.0
    return _unit(ahead + behind)


def opposed(heading: FloatArray, other: FloatArray) -> BoolArray:
    """Whether directions, shape (…, 2), are those of opposite kerbs; unknown ones are not."""
    cosine = (heading * other).sum(axis=-1)
    known = (np.abs(heading).sum(axis=-1) > 0) & (np.abs(other).sum(axis=-1) > 0)
    return np.asarray(known & (cosine < np.cos(np.radians(OPPOSITE_DEG))))


def _unit(vector: FloatArray) -> FloatArray:
    length = np.hypot(vector[:, 0], vector[:, 1])[:, None]
    return np.divide(vector, length, out=np.zeros_like(vector), where=length > 0)
