"""Calls whose position is not where other lines call under that name, and where they belong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from transit.sources.consolidate.ground import Calls, turn_deg
from transit.sources.consolidate.limits import DISPLACED_M, KERB_M, SAME_KERB_M, TURN_DEG
from transit.sources.consolidate.names import Names
from transit.units import BoolArray, FloatArray, IntArray

SHIFTS = (-3, -2, -1, 1, 2, 3)
"""By how many calls names and positions may be out of step."""
FITS_AT_LEAST = 3
"""So many calls of a pattern must fit once shifted, all by the same number of calls."""

_FAR_APART = 1e8  # metres between names in the tree: more than any two places are
_OTHERS = 8  # places of one name looked at to find another line's


@dataclass(frozen=True, eq=False)
class _Known:
    """Where lines call under each name, so that a call can be held against the other lines'."""

    name: IntArray
    route: IntArray
    tree: KDTree

    @classmethod
    def of(cls, calls: Calls, name: IntArray) -> _Known:
        spots = pd.DataFrame(np.column_stack([calls.xyz.round(1), name, calls.route]))
        first = np.flatnonzero(~spots.duplicated())
        tree = KDTree(np.column_stack([calls.xyz[first], name[first] * _FAR_APART]))
        return cls(name, calls.route[first], tree)

    def metres(self, xyz: FloatArray, name: IntArray, route: IntArray) -> FloatArray:
        """Metres from each place to the nearest call of that name by another line, or ``inf``."""
        wanted = np.column_stack([xyz, name * _FAR_APART])
        bound = _FAR_APART / 2
        away, spot = self.tree.query(wanted, k=_OTHERS, distance_upper_bound=bound)
        own = np.append(self.route, -1)[spot] == route[:, None]
        nearest: FloatArray = np.where(own, np.inf, away).min(axis=1)
        return nearest


def misplaced(calls: Calls, names: Names) -> pd.DataFrame:
    """Calls that belong elsewhere, one row each: ``call`` is its position among ``calls``.

    Columns: ``call``, ``lon``, ``lat`` (degrees, where it belongs: the median of other lines'
    calls of its name and direction), ``distance_m``, ``visits`` and ``lines`` (those others),
    ``shift`` (by how many calls the pattern's names and positions are out of step; 0 for a single
    call that is drawn where others call under the name of the call before or after) and
    ``proven``: out of step with at least three calls that fit once shifted, or held against at
    least three calls of others.
    """
    name = pd.factorize(names.bare)[0][calls.name]
    known = _Known.of(calls, name)
    away = known.metres(calls.xyz, name, calls.route)
    displaced = np.isfinite(away) & (away > DISPLACED_M)
    shift = _shifts(calls, name, known, displaced)
    rows = np.flatnonzero(np.isfinite(away) & (shift[calls.pattern] != 0))
    single = np.setdiff1d(np.flatnonzero(displaced), rows)
    rows = np.union1d(rows, single[_on_neighbour(calls, name, known, single)])
    targets = [_target(calls, name, row) for row in rows.tolist()]
    table = pd.DataFrame(targets, columns=["call", "lon", "lat", "distance_m", "visits", "lines"])
    own = shift[calls.pattern[table["call"].to_numpy(dtype=np.int64)]]
    table = table.assign(shift=own, proven=(own != 0) | (table["visits"] >= FITS_AT_LEAST))
    return table[table["distance_m"] > KERB_M].reset_index(drop=True)


def _shifts(calls: Calls, name: IntArray, known: _Known, displaced: BoolArray) -> IntArray:
    """By how many calls each pattern's names and positions are out of step; else 0."""
    counts = np.zeros((len(SHIFTS), len(calls.patterns)), dtype=np.int64)
    rows = np.flatnonzero(displaced)
    for number, step in enumerate(SHIFTS):
        beside = calls.neighbour(step)[rows]
        there = rows[beside >= 0]
        shifted = calls.xyz[beside[beside >= 0]]
        fits = known.metres(shifted, name[there], calls.route[there]) <= KERB_M
        np.add.at(counts[number], calls.pattern[there[fits]], 1)
    total = np.bincount(calls.pattern[rows], minlength=len(calls.patterns))
    best = counts.argmax(axis=0)
    most = counts.max(axis=0)
    proven = (most >= FITS_AT_LEAST) & (most * 4 >= total)
    return np.where(proven, np.array(SHIFTS)[best], 0)


def _on_neighbour(calls: Calls, name: IntArray, known: _Known, rows: IntArray) -> BoolArray:
    """Whether other lines call at the place of each of ``rows`` by its neighbour's name."""
    on = np.zeros(len(rows), dtype=bool)
    for step in (-1, 1):
        beside = calls.neighbour(step)[rows]
        away = known.metres(calls.xyz[rows], name[beside], calls.route[rows])
        on |= (beside >= 0) & (away <= SAME_KERB_M) & (name[rows] != name[beside])
    return on


def _target(calls: Calls, name: IntArray, call: int) -> tuple[int, float, float, float, int, str]:
    """Where the call belongs: the median of other lines' calls of its name and direction there."""
    others = np.flatnonzero((name == name[call]) & (calls.route != calls.route[call]))
    turned = turn_deg(calls.heading[others], calls.heading[call])
    same_way = others[~calls.is_end[others] & (turned <= TURN_DEG)]
    others = same_way if len(same_way) else others
    away = np.linalg.norm(calls.xyz[others] - calls.xyz[call], axis=1)
    nearest = calls.xyz[others[away.argmin()]]
    there = others[np.linalg.norm(calls.xyz[others] - nearest, axis=1) <= KERB_M]
    lon, lat = np.median(calls.lonlat[there], axis=0)
    metres = float(np.linalg.norm(np.median(calls.xyz[there], axis=0) - calls.xyz[call]))
    lines = sorted({calls.routes[route] for route in calls.route[there]})
    told = "、".join(lines[:5]) + (" …" if len(lines) > 5 else "")
    return call, round(float(lon), 6), round(float(lat), 6), metres, len(there), told
