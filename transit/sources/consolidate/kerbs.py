"""Visits of one name that are one kerb: near one another, and passed in the same direction."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist, squareform

from transit.sources.consolidate.travel import opposed
from transit.units import BoolArray, FloatArray, IntArray

KERB_M = 60.0
"""All visits of a kerb lie within so many metres of one another."""
_APART = 1e9


def kerbs(names: pd.Series[str], xy: FloatArray, heading: FloatArray, ends: BoolArray) -> IntArray:
    """The kerb of each visit, numbered from 0 in no order that counts.

    Visits of one of ``names`` are one kerb where all lie within ``KERB_M`` of one another and none
    passes in the opposite direction of another (complete linkage); at the ``ends`` of lines, where
    buses turn, the direction does not count. Rows may come in any order.
    """
    label = np.empty(len(names), dtype=np.int64)
    done = 0
    for rows in _groups(names, xy, heading):
        own = _clusters(xy[rows], heading[rows], ends[rows]) if len(rows) > 1 else np.zeros(1, int)
        label[rows] = own + done
        done += int(own.max()) + 1
    return label


def _groups(names: pd.Series[str], xy: FloatArray, heading: FloatArray) -> list[IntArray]:
    """Rows of each name, in an order that follows from where they are alone."""
    code, _ = pd.factorize(names)
    order = np.lexsort((*heading.T, *xy.T, code))
    starts = np.flatnonzero(np.diff(code[order])) + 1
    return [np.asarray(rows) for rows in np.split(order, starts)]


def _clusters(xy: FloatArray, heading: FloatArray, ends: BoolArray) -> IntArray:
    apart = pdist(xy)
    if apart.max() == 0 and not heading.any():
        return np.zeros(len(xy), dtype=np.int64)
    against = opposed(heading[:, None, :], heading[None, :, :])
    against &= ~(ends[:, None] | ends[None, :])
    far = np.where(squareform(against, checks=False), _APART, apart)
    found = fcluster(linkage(far, method="complete"), t=KERB_M, criterion="distance")
    return np.asarray(found - 1, dtype=np.int64)
