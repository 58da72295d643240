"""Links: the streets between junctions, whatever pieces they are stored in."""

from __future__ import annotations

import numpy as np

from transit.model.streets import Streets
from transit.units import IntArray


def link_of_edge(streets: Streets) -> IntArray:
    """The link of each edge, shape (edges,): the least row of the drivable edges joined to it.

    Two drivable pieces are one link where they, and no third one, meet and have one street name.
    An edge that no bus may drive is a link of its own.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(streets)
    rows = np.flatnonzero(streets.drivable)
    node = np.concatenate([end[rows] for end in streets.ends()])
    edge = np.tile(rows, 2)
    order = np.argsort(node, kind="stable")
    node, edge = node[order], edge[order]
    first = np.flatnonzero(np.diff(node, prepend=-1))
    meeting = np.diff(first, append=len(node))
    pair = first[meeting == 2]
    one, other = edge[pair], edge[pair + 1]
    names = streets.edges["street_name"].to_numpy()
    same = names[one] == names[other]
    joined = coo_array((np.ones(same.sum()), (one[same], other[same])), shape=(count, count))
    parts, part = connected_components(joined, directed=False)
    least = np.full(parts, count)
    np.minimum.at(least, part, np.arange(count))
    return np.asarray(least[part], dtype=np.int64)
