"""Calls whose positions are not those of their names: shifted along the line, or a line twice."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from transit.sources.consolidate.travel import opposed
from transit.units import BoolArray, FloatArray, IntArray

HERE_M = 60.0
"""A call stands at a name's place when a visit of it by another line is within so many metres."""
AWAY_M = 100.0
"""A call is out of place when every other line's visit of its name is further off, metres."""
SHIFTS = (1, -1, 2, -2, 3, -3)
"""By how many calls names and positions are tried to be out of step."""
_FEWEST = 3
_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Named:
    """The visits of each plain name, for asking where other lines call at it."""

    xy: FloatArray
    heading: FloatArray
    route: IntArray
    rows: dict[str, IntArray]

    @classmethod
    def of(cls, visits: pd.DataFrame, xy: FloatArray, heading: FloatArray) -> Named:
        """The visits (columns ``plain`` and ``route_id``) by name."""
        groups = visits.groupby("plain", sort=False).indices
        route = pd.factorize(visits["route_id"])[0].astype(np.int64)
        return cls(
            xy, heading, route, {str(name): np.asarray(rows) for name, rows in groups.items()}
        )

    def by_others(self, name: str, route: int) -> IntArray:
        """Rows of the visits of ``name`` by lines other than ``route``."""
        rows = self.rows.get(name, np.empty(0, dtype=np.int64))
        return np.asarray(rows[self.route[rows] != route])

    def away(self) -> FloatArray:
        """Metres from each visit to the nearest of its name by another line; NaN where none is."""
        result = np.full(len(self.xy), np.nan)
        for rows in self.rows.values():
            routes = self.route[rows]
            if (routes == routes[0]).all():
                continue
            metres, found = KDTree(self.xy[rows]).query(self.xy[rows], k=min(len(rows), _NEAREST))
            other = routes[found] != routes[:, None]
            nearest = np.where(other, metres, np.inf).min(axis=1)
            for place in np.flatnonzero(np.isinf(nearest)):
                apart = np.hypot(*(self.xy[rows] - self.xy[rows[place]]).T)
                nearest[place] = apart[routes != routes[place]].min()
            result[rows] = nearest
        return result


@dataclass(frozen=True)
class Shifted:
    """A pattern, rows ``begin`` to before ``end``, some of whose positions are another call's.

    Of its ``known`` calls that stand away from their names, ``hits`` in one run stand where other
    lines call at the name ``by`` calls further on (before where negative).
    """

    begin: int
    end: int
    by: int
    hits: int
    known: int


def shifted(named: Named, names: list[str], starts: IntArray, away: FloatArray) -> list[Shifted]:
    """The patterns out of step; ``starts`` bound the rows of each pattern."""
    suspect = away > AWAY_M
    found = []
    for begin, end in pairwise(starts.tolist()):
        if suspect[begin:end].sum() >= _FEWEST:
            runs = [_run(named, names, (begin, end), suspect, by) for by in SHIFTS]
            best = max(runs, key=lambda run: run.hits)
            found += [best] if best.hits >= _FEWEST else []
    return found


def _run(
    named: Named, names: list[str], bounds: tuple[int, int], suspect: BoolArray, by: int
) -> Shifted:
    """The longest run of calls that stand ``by`` names away, most suspect calls of it hits."""
    begin, end = bounds
    asked = [row for row in range(begin, end) if suspect[row]]
    hits = [
        begin <= row + by < end
        and _within(named, row, named.by_others(names[row + by], int(named.route[row])), HERE_M)
        for row in asked
    ]
    best = 0
    for first, is_hit in enumerate(hits):
        count = 0
        for place in range(first, len(hits) if is_hit else first):
            apart = asked[place] - asked[place - 1] > _GAP if place > first else False
            if apart:
                break
            count += hits[place]
            if hits[place] and count >= _SHARE * (place - first + 1):
                best = max(best, count)
    return Shifted(begin, end, by, best, len(asked))


def _within(named: Named, row: int, others: IntArray, metres: float) -> bool:
    if not len(others):
        return False
    return bool((np.hypot(*(named.xy[others] - named.xy[row]).T) <= metres).any())


def proper_place(named: Named, row: int, name: str) -> tuple[FloatArray, int] | None:
    """Where other lines call at ``name`` in the direction of the visit ``row``, and how many do.

    The median of their visits, where those within 150 m of it are most of them; else None.
    """
    others = named.by_others(name, int(named.route[row]))
    same = others[~opposed(named.heading[others], named.heading[row])]
    chosen = same if len(same) else others
    if not len(chosen):
        return None
    near = chosen[np.hypot(*(named.xy[chosen] - named.xy[row]).T) <= _REACH_M]
    if not len(near):
        return None
    middle = np.median(named.xy[near], axis=0)
    close = np.hypot(*(named.xy[near] - middle).T) <= _TOGETHER_M
    if close.sum() * 2 < len(near):
        return None
    return np.median(named.xy[near[close]], axis=0), int(close.sum())


def written_twice(names: list[str], xy: FloatArray) -> bool:
    """Whether the second half of a pattern is the first, name by name and place by place."""
    half, odd = divmod(len(names), 2)
    if odd or half < _HALF:
        return False
    return names[:half] == names[half:] and bool((xy[:half] == xy[half:]).all())


_NEAREST = 8
_GAP = 4
_HALF = 2
_REACH_M = 2000.0
_TOGETHER_M = 150.0
