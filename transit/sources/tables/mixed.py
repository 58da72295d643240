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
LEFT = 1 / 3
"""A shift explains where a stop lies when it leaves no more of the distance: kerbs of one name
lie apart, too, and more the longer the road is."""
OTHERS = 2
"""So many other courses say where a stop is."""
SHARED = 5
SHARE = 0.7
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
    when two other courses or more call there that are not told themselves; where most of them put
    it is its place. A course is told when at least 5 of its calls count, and 7 in 10 of them lie
    where one and the same shift between two datums would put them. It cannot be told in a table of
    which half is shifted.
    """
    calls = pd.DataFrame(
        {"course": course, "name": stop_name, "x": lonlat[:, 0], "y": lonlat[:, 1]}
    )
    found: dict[int, Mixed] = {}
    while True:  # courses told no longer say where their stops are, so that others show
        more = [each for each in _seen(calls, set(found)) if each.course not in found]
        if not more:
            return [found[each] for each in sorted(found)]
        found |= {each.course: each for each in more}


def _seen(calls: pd.DataFrame, told: set[int]) -> list[Mixed]:
    """The courses that stand shifted against the courses that are not ``told``."""
    sound = ~calls["course"].isin(told)
    names = calls[sound].groupby("name", sort=False)
    known = names.agg(x=("x", "median"), y=("y", "median"), courses=("course", "nunique"))
    there = known.reindex(calls["name"])
    others = there["courses"].fillna(0).to_numpy() - sound.to_numpy()
    counted = others >= OTHERS
    lonlat, place = calls[["x", "y"]].to_numpy(), there[["x", "y"]].to_numpy()
    metres = _metres(lonlat - place, place)
    off = np.flatnonzero(counted & (metres > FAR_M))
    shared = calls["course"][counted].value_counts()
    found: list[Mixed] = []
    for rest, other in permutations(DATUMS, 2):
        shift = from_wgs84(to_wgs84(place[off], rest), other) - place[off]
        near = off[_metres(lonlat[off] - place[off] - shift, place[off]) <= LEFT * metres[off]]
        explained = calls["course"].iloc[near].value_counts()
        of = shared.reindex(explained.index)
        enough = explained[(of >= SHARED) & (explained >= SHARE * of)]
        found += [
            Mixed(int(each), other, rest, int(count), int(of[each]))
            for each, count in enough.items()
        ]
    return found


def _metres(away: FloatArray, place: FloatArray) -> FloatArray:
    narrow = np.cos(np.radians(place[:, 1]))
    return np.asarray(np.hypot(away[:, 0] * narrow, away[:, 1]) * _DEGREE_M)
