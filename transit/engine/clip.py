"""Streets cut exactly where a walking limit is reached."""

from __future__ import annotations

import numpy as np
from numba import njit

from transit.engine.reach import Booleans, Floats, Integers

Pieces = tuple[Integers, Floats, Floats]
"""Edge row, metres from its first vertex to the start, and to the end, of each piece."""


def reached_pieces(
    node_m: Floats,
    ends: tuple[Integers, Integers],
    length_m: Floats,
    passable: tuple[Booleans, Booleans],
    limit: float,
) -> Pieces:
    """Pieces entered from the nodes of each edge, not merged.

    ``node_m`` are the metres already walked at each node; ``passable`` says whether an edge may
    be walked along, and against, its vertices. What is left at a node is spent on the edge.
    """
    left = np.full(len(node_m), -np.inf)
    np.subtract(limit, node_m, out=left, where=np.isfinite(node_m))
    left_first, left_last = left[ends[0]], left[ends[1]]
    along = np.flatnonzero(passable[0] & (left_first > 0))
    against = np.flatnonzero(passable[1] & (left_last > 0))
    edge = np.concatenate([along, against])
    start = np.concatenate([np.zeros(len(along)), np.maximum(length_m - left_last, 0)[against]])
    end = np.concatenate([np.minimum(length_m, left_first)[along], length_m[against]])
    return edge, start, end


def seed_pieces(
    seeds: tuple[Integers, Floats, Floats],
    length_m: Floats,
    passable: tuple[Booleans, Booleans],
    limit: float,
) -> Pieces:
    """The piece round each seed on its own edge.

    ``seeds`` are edge row, metres from its first vertex and metres already spent of each seed.
    """
    edge, offset, spent = seeds
    left = np.maximum(limit - spent, 0.0)
    start = np.where(passable[1][edge], np.maximum(offset - left, 0), offset)
    end = np.where(passable[0][edge], np.minimum(offset + left, length_m[edge]), offset)
    return edge, start, end


def merge_pieces(pieces: Pieces) -> Pieces:
    """Pieces sorted by edge and start, with overlapping and touching ones of an edge made one."""
    edge, start, end = pieces
    order = np.lexsort((start, edge))
    return _merge(edge[order], start[order], end[order])


@njit(cache=True)
def _merge(edge: Integers, start: Floats, end: Floats) -> Pieces:
    edges, starts, ends = edge.copy(), start.copy(), end.copy()
    count = 0
    for row in range(len(edge)):
        if count > 0 and edges[count - 1] == edge[row] and start[row] <= ends[count - 1]:
            ends[count - 1] = max(ends[count - 1], end[row])
            continue
        edges[count], starts[count], ends[count] = edge[row], start[row], end[row]
        count += 1
    return edges[:count], starts[:count], ends[:count]


@njit(cache=True)
def cut(
    coords: Floats, offsets: Integers, edge: Integers, start: Floats, end: Floats
) -> tuple[Floats, Integers]:
    """Vertices of each piece and where each begins: the edge's own vertices between two cuts.

    ``coords[offsets[e]:offsets[e + 1]]`` are the vertices of edge ``e``. Cuts lie exactly at
    the given metres along the edge; a piece of no length gives two equal vertices.
    """
    room = 2 * len(edge)
    for row in range(len(edge)):
        room += offsets[edge[row] + 1] - offsets[edge[row]]
    result = np.empty((room, 2))
    bounds = np.zeros(len(edge) + 1, np.int64)
    size = 0
    for row in range(len(edge)):
        size = _cut_one(coords, offsets, edge[row], start[row], end[row], result, size)
        bounds[row + 1] = size
    return result[:size], bounds


@njit(cache=True)
def _cut_one(coords, offsets, edge, start, end, result, size):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0913
    walked = 0.0
    begun = False
    last = offsets[edge + 1] - 1
    for vertex in range(offsets[edge], last):
        step = np.hypot(
            coords[vertex + 1, 0] - coords[vertex, 0], coords[vertex + 1, 1] - coords[vertex, 1]
        )
        ahead = walked + step
        final = vertex == last - 1
        if not begun and (start < ahead or final):
            size = _point(
                coords, vertex, (start - walked) / step if step > 0 else 0.0, result, size
            )
            begun = True
        if begun and (end <= ahead or final):
            return _point(coords, vertex, (end - walked) / step if step > 0 else 1.0, result, size)
        if begun:
            size = _point(coords, vertex, 1.0, result, size)
        walked = ahead
    return size


@njit(cache=True)
def _point(coords, vertex, share, result, size):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    share = min(max(share, 0.0), 1.0)
    for axis in range(2):
        first, second = coords[vertex, axis], coords[vertex + 1, axis]
        result[size, axis] = second if share == 1.0 else first + share * (second - first)
    return size + 1
