"""Directed arcs over street pieces: for walkers from node to node, for buses from arc to arc."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transit.units import BoolArray, FloatArray, IntArray

Ends = tuple[IntArray, IntArray]
Passable = tuple[BoolArray, BoolArray]

DEAD_END_M = 30.0
"""What turning round at the end of a street costs a bus, in metres of driving."""
U_TURN_M = 400.0
"""What turning round at a junction costs a bus, in metres of driving."""


class Arcs(NamedTuple):
    """Directed arcs in compressed sparse row form.

    Those out of node i are ``head[first_arc[i]:first_arc[i + 1]]``, with ``length_m`` beside.
    """

    first_arc: IntArray
    head: IntArray
    length_m: FloatArray


class Turns(NamedTuple):
    """What a bus may drive on to from each arc, in compressed sparse row form.

    Arc ``2 * edge`` runs along the vertices of a street piece, ``2 * edge + 1`` against them.
    From arc a it may go on to ``following[first[a]:first[a + 1]]``, at a cost of ``turn_m`` metres.
    """

    first: IntArray
    following: IntArray
    turn_m: FloatArray


def foot_arcs(nodes: int, ends: Ends, length_m: FloatArray, passable: Passable) -> Arcs:
    """Arcs out of each of ``nodes`` along the edges that are passable along, and against."""
    along, against = passable
    tail = np.concatenate([ends[0][along], ends[1][against]])
    head = np.concatenate([ends[1][along], ends[0][against]])
    length = np.concatenate([length_m[along], length_m[against]])
    order = np.argsort(tail, kind="stable")
    return Arcs(_first(tail, nodes), head[order], length[order])


def bus_turns(nodes: BoolArray, ends: Ends, passable: Passable, no_turns: IntArray) -> Turns:
    """Every turn that a bus may make; ``no_turns`` are rows of from-edge, via-node and to-edge.

    ``nodes`` says of each node whether it is no more than a place where a street was divided:
    there nobody turns round, as long as the street just goes on. Elsewhere turning round costs
    ``DEAD_END_M`` where a street ends and else ``U_TURN_M``.
    """
    edges = len(ends[0])
    arc = np.flatnonzero(np.stack(passable, axis=1).reshape(-1))
    tail = np.stack(ends, axis=1).reshape(-1)[arc]
    head = np.stack(ends[::-1], axis=1).reshape(-1)[arc]
    out = arc[np.argsort(tail, kind="stable")]
    first_out = _first(tail, len(nodes))
    count = np.diff(first_out)[head]
    here = np.repeat(np.arange(len(arc)), count)
    nth = np.arange(len(here)) - np.repeat(np.cumsum(count) - count, count)
    origin, following = arc[here], out[first_out[head[here]] + nth]
    allowed = ~_forbidden(origin // 2, head[here], following // 2, no_turns)
    drivable = passable[0] | passable[1]
    meeting = np.bincount(ends[0][drivable], minlength=len(nodes))
    meeting += np.bincount(ends[1][drivable], minlength=len(nodes))
    round_again = (origin ^ 1) == following
    allowed &= ~(round_again & (nodes & (meeting == 2))[head[here]])
    origin, following, via = origin[allowed], following[allowed], head[here][allowed]
    round_again = round_again[allowed]
    turn = np.where(round_again, np.where(meeting[via] == 1, DEAD_END_M, U_TURN_M), 0.0)
    return Turns(_first(origin, 2 * edges), following, turn)


def _forbidden(
    from_edge: IntArray, via: IntArray, to_edge: IntArray, no_turns: IntArray
) -> BoolArray:
    result = np.zeros(len(from_edge), dtype=bool)
    near = np.flatnonzero(np.isin(from_edge, no_turns[:, 0]))
    banned = set(map(tuple, no_turns.tolist()))
    asked = np.column_stack([from_edge[near], via[near], to_edge[near]]).tolist()
    result[near] = [tuple(turn) in banned for turn in asked]
    return result


def _first(rows: IntArray, count: int) -> IntArray:
    ends = np.cumsum(np.bincount(rows, minlength=count))
    return np.concatenate([[0], ends]).astype(np.int64)
