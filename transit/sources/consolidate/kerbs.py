"""Calls of one written name made into kerbs, by distance and direction of travel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_matrix
from scipy.spatial.distance import pdist

from transit.errors import DataError, Problem
from transit.sources.consolidate.ground import Calls, metres_of, unit
from transit.sources.consolidate.limits import KERB_M, TURN_DEG
from transit.units import BoolArray, FloatArray, IntArray

_AT_MOST = 4000  # calls of one name that differ; their distances fill 64 MB


@dataclass(frozen=True, eq=False)
class Kerbs:
    """Kerbs in order of first call, as arrays of one length; ``of`` gives each call's kerb.

    ``name`` is a position in the names of the calls. The position is the median of the calls';
    ``reach_m`` is how far the furthest call lies from it. ``heading`` is not-a-number where only
    lines that end here call. ``patterns`` has a row a kerb and a column a pattern.
    """

    of: IntArray
    name: IntArray
    lonlat: FloatArray
    xyz: FloatArray
    reach_m: FloatArray
    heading: FloatArray
    has_end: BoolArray
    visits: IntArray
    patterns: csr_matrix

    def __len__(self) -> int:
        return len(self.name)


def kerbs_of(calls: Calls) -> Kerbs:
    """The kerbs of ``calls``: all calls of one are of one name, within 60 m and 100° of another.

    At the first or last call of a pattern the direction is not tested. Complete linkage, so that
    no chain of calls grows longer than the limit.
    """
    label = np.empty(len(calls), dtype=np.int64)
    spots, spot_of = _spots(calls)
    total = 0
    in_order = np.argsort(spots["name"].to_numpy(), kind="stable")
    bounds = np.flatnonzero(np.diff(spots["name"].to_numpy()[in_order])) + 1
    own = np.empty(len(spots), dtype=np.int64)
    first = spots["first"].to_numpy()
    for rows in np.split(in_order, bounds):
        own[rows] = total + _clusters(calls, first[rows])
        total = int(own[rows].max()) + 1
    label = own[spot_of]
    order = pd.factorize(label[np.argsort(calls.row, kind="stable")])[1]
    rank = np.empty(total, dtype=np.int64)
    rank[order] = np.arange(total)
    return _kerbs(calls, rank[label])


def _spots(calls: Calls) -> tuple[pd.DataFrame, IntArray]:
    """Calls that are alike in name, position and direction as one row, in an order of their own.

    The order is that of the values, so that the order of the file changes nothing.
    """
    heading = np.nan_to_num(np.round(calls.heading, 2), nan=9.0)
    table = pd.DataFrame(
        {
            "name": calls.name,
            "text": np.array(calls.names, dtype=object)[calls.name],
            "lon": calls.lonlat[:, 0].round(6),
            "lat": calls.lonlat[:, 1].round(6),
            "x": heading[:, 0],
            "y": heading[:, 1],
            "z": heading[:, 2],
            "end": calls.is_end,
        }
    )
    keys = ["text", "lon", "lat", "x", "y", "z", "end"]
    grouped = table.groupby(keys, sort=True)
    spot_of = grouped.ngroup().to_numpy()
    spots = table.assign(first=np.arange(len(table)), spot=spot_of)
    return spots.drop_duplicates("spot").sort_values("spot", ignore_index=True), spot_of


def _clusters(calls: Calls, rows: IntArray) -> IntArray:
    """Which kerb, from 0, each of the calls at ``rows`` (all of one name) belongs to."""
    if len(rows) == 1:
        return np.zeros(1, dtype=np.int64)
    if len(rows) > _AT_MOST:
        name = calls.names[calls.name[rows[0]]]
        what = f"{len(rows)} calls at different places have this name"
        raise DataError(Problem(f"stop_name {name}", what, "give the stops names of their own"))
    apart = np.maximum(pdist(calls.xyz[rows]) / KERB_M, _turns(calls, rows))
    if apart.max() <= 1:
        return np.zeros(len(rows), dtype=np.int64)
    clusters: IntArray = fcluster(linkage(apart, "complete"), 1, "distance") - 1
    return clusters


def _turns(calls: Calls, rows: IntArray) -> FloatArray:
    """How far directions differ, 1 at the limit; at ends it only prefers, up to 0.9."""
    heading = np.nan_to_num(calls.heading[rows])
    one, other = np.triu_indices(len(rows), 1)
    turned = np.degrees(np.arccos(np.clip((heading[one] * heading[other]).sum(axis=1), -1, 1)))
    unknown: BoolArray = np.all(heading == 0, axis=1)
    turned = np.where(unknown[one] | unknown[other], 0.0, turned)
    end = calls.is_end[rows]
    turns: FloatArray = turned / np.where(end[one] | end[other], 200, TURN_DEG)
    return turns


def _kerbs(calls: Calls, of: IntArray) -> Kerbs:
    count = int(of.max()) + 1
    table = pd.DataFrame({"lon": calls.lonlat[:, 0], "lat": calls.lonlat[:, 1]})
    grouped = table.groupby(of)
    lonlat = grouped.median().to_numpy()
    xyz = metres_of(lonlat)
    away = np.linalg.norm(calls.xyz - xyz[of], axis=1)
    reach = np.zeros(count)
    np.maximum.at(reach, of, away)
    through = ~calls.is_end
    heading = np.zeros((count, 3))
    np.add.at(heading, of[through], np.nan_to_num(calls.heading[through]))
    has_end = np.zeros(count, dtype=bool)
    has_end[of[calls.is_end]] = True
    name = np.empty(count, dtype=np.int64)
    name[of] = calls.name
    once = np.ones(len(of), dtype=np.int32)
    patterns = csr_matrix((once, (of, calls.pattern)), shape=(count, len(calls.patterns)))
    patterns.data[:] = 1
    return Kerbs(of, name, lonlat, xyz, reach, unit(heading), has_end,
                 np.bincount(of, minlength=count), patterns)  # fmt: skip
