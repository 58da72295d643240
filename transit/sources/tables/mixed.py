"""Lines whose positions are in another datum than the rest of their table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from transit.datum import DATUMS, Datum, from_wgs84, to_wgs84
from transit.units import FloatArray

FAR_M = 250.0
"""Kerbs of one name stand nearer together than this, datums shift farther than it."""
NEAR_M = 120.0
"""How exactly a shift must explain where a stop lies: kerbs of one name differ by so much."""
SHARED = 5
SHARE = 0.8
_DEGREE_M = 111_320.0


@dataclass(frozen=True)
class Mixed:
    """A course that looks to be in the datum ``own`` where the table is in ``rest``.

    So say ``explained`` of the ``shared`` calls at stops that other lines call at too.
    """

    course: int
    own: Datum
    rest: Datum
    explained: int
    shared: int


def mixed_datums(
    course: pd.Series[int], stop_name: pd.Series[str], lonlat: FloatArray
) -> list[Mixed]:
    """The courses that stand where another datum would put them, seen from the other lines.

    ``lonlat`` are degrees, shape (n, 2), of calls of ``course`` at ``stop_name``. A stop counts
    when three courses or more call there; where most of them put it is its place. A course is told
    when at least 5 of its calls count, and 4 in 5 of them lie where one and the same shift between
    two datums would put them. It cannot be told in a table of which half is shifted.
    """
    calls = pd.DataFrame(
        {"course": course, "name": stop_name, "x": lonlat[:, 0], "y": lonlat[:, 1]}
    )
    names = calls.groupby("name", sort=False)
    counted = (names["course"].transform("nunique") >= 3).to_numpy()
    place = names[["x", "y"]].transform("median").to_numpy()
    off = np.flatnonzero(counted & (_metres(lonlat - place, place) > FAR_M))
    shared = calls["course"][counted].value_counts()
    found: list[Mixed] = []
    for rest, own in permutations(DATUMS, 2):
        shift = from_wgs84(to_wgs84(place[off], rest), own) - place[off]
        near = off[_metres(lonlat[off] - place[off] - shift, place[off]) <= NEAR_M]
        explained = calls["course"].iloc[near].value_counts()
        of = shared.reindex(explained.index)
        told = explained[(of >= SHARED) & (explained >= SHARE * of)]
        found += [
            Mixed(int(each), own, rest, int(count), int(of[each])) for each, count in told.items()
        ]
    return sorted(found, key=lambda each: each.course)


def _metres(away: FloatArray, place: FloatArray) -> FloatArray:
    narrow = np.cos(np.radians(place[:, 1]))
    return np.asarray(np.hypot(away[:, 0] * narrow, away[:, 1]) * _DEGREE_M)
