"""Streets taken apart, added to and put together again: pure functions, Streets to Streets.

A piece that is divided keeps its columns and turns, and its halves take its place in the order of
rows; what is added comes last. So taking out what was added, and joining what was divided for it
(``removed``, ``healed``), gives back the very streets there were before, to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from transit.model.streets import JOINTS, Barrier, Streets
from transit.units import BoolArray, FloatArray, IntArray

AT_VERTEX_M = 1e-6
"""A cut this near to a vertex is at the vertex."""
ENDS = ["from_node", "to_node"]


@dataclass(frozen=True, eq=False)
class Edit:
    """Streets after an edit; ``origin`` is, for each piece, its row before it (−1: it is new)."""

    streets: Streets
    origin: IntArray

    @classmethod
    def of(cls, streets: Streets) -> Edit:
        """No edit yet."""
        return cls(streets, np.arange(len(streets)))

    def then(self, streets: Streets, origin: IntArray) -> Edit:
        """The edit that this one and a further one make together."""
        before = np.append(self.origin, -1)
        return Edit(streets, before[origin])

    def with_columns(self, rows: IntArray, **values: object) -> Edit:
        """The pieces of ``rows`` with other values in some columns."""
        edges = self.streets.edges.copy()
        for name, value in values.items():
            edges.loc[rows, name] = value
        return Edit(replace(self.streets, edges=edges), self.origin)

    def with_barrier(self, barrier: Barrier) -> Edit:
        """The same streets with one barrier more."""
        barriers = (*self.streets.barriers, barrier)
        return Edit(replace(self.streets, barriers=barriers), self.origin)


def measures(streets: Streets, row: int) -> FloatArray:
    """Metres from the first vertex to each vertex of a piece."""
    xy = streets.coords[streets.offsets[row] : streets.offsets[row + 1]]
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])


def divided(edit: Edit, edge: IntArray, at: FloatArray) -> tuple[Edit, IntArray]:
    """The streets cut at metres ``at`` along pieces ``edge``, and the node at each of the places.

    A cut at an end of a piece divides nothing: it is the node there.
    """
    streets = edit.streets
    first, last = streets.ends()
    node = np.full(len(edge), -1, dtype=np.int64)
    cuts: list[tuple[int, int, float]] = []  # piece, vertex before, metres
    for place in np.lexsort((at, edge)):
        row = int(edge[place])
        metres = measures(streets, row)
        vertex = int(np.searchsorted(metres, at[place] - AT_VERTEX_M))
        on_vertex = vertex < len(metres) and metres[vertex] <= at[place] + AT_VERTEX_M
        if vertex >= len(metres) - 1 and (on_vertex or vertex >= len(metres)):
            node[place] = last[row]
        elif vertex == 0:
            node[place] = first[row]
        else:
            where = float(metres[vertex]) if on_vertex else float(at[place])
            if not (cuts and cuts[-1][0] == row and where - cuts[-1][2] <= AT_VERTEX_M):
                cuts.append((row, vertex if on_vertex else vertex - 1, where))
            node[place] = len(streets.node_xy) + len(cuts) - 1
    return (_cut(edit, cuts) if cuts else edit), node


def _cut(edit: Edit, cuts: list[tuple[int, int, float]]) -> Edit:
    """Pieces cut between their ends; ``cuts`` (piece, vertex before, metres) come in order."""
    streets = edit.streets
    row = np.array([cut[0] for cut in cuts])
    places = [_place(streets, *cut) for cut in cuts]
    xy = np.array([place for place, _ in places])
    at_vertex = np.array([on for _, on in places])
    # A cut at a vertex doubles it; one between two vertices puts in its place twice.
    index = streets.offsets[row] + [cut[1] + 1 for cut in cuts]
    put = np.repeat(index, np.where(at_vertex, 1, 2))
    coords = np.insert(streets.coords, put, xy.repeat(np.where(at_vertex, 1, 2), axis=0), axis=0)
    last_put = np.cumsum(np.where(at_vertex, 1, 2)) - 1
    shifted = streets.offsets + np.searchsorted(put, streets.offsets, side="right")
    offsets = np.sort(np.concatenate([shifted, put[last_put] + last_put]))
    origin = np.repeat(np.arange(len(streets)), 1 + np.bincount(row, minlength=len(streets)))
    begins = np.flatnonzero(np.diff(origin, prepend=-1))
    made = len(streets.node_xy) + np.arange(len(cuts))
    inner = np.setdiff1d(np.arange(len(origin)), begins)
    edges = streets.edges.take(origin).reset_index(drop=True)
    ends = [edges[name].to_numpy(dtype=np.int64).copy() for name in ENDS]
    ends[0][inner], ends[1][inner - 1] = made, made
    kind = np.where(at_vertex, JOINTS["at_vertex"], JOINTS["between_vertices"])
    cut_streets = replace(
        streets, node_xy=np.concatenate([streets.node_xy, xy]),
        edges=edges.assign(**dict(zip(ENDS, ends, strict=True))),
        coords=coords, offsets=offsets, joint=np.concatenate([streets.joint, kind]),
        no_turns=_turns_at(streets, begins, np.append(begins[1:], len(origin)) - 1),
    )  # fmt: skip
    return edit.then(cut_streets, origin)


def _place(streets: Streets, row: int, vertex: int, at: float) -> tuple[FloatArray, bool]:
    """Where a cut lies, and whether that is a vertex of the piece."""
    here = streets.coords[streets.offsets[row] + vertex]
    begin = measures(streets, row)[vertex]
    if begin == at:
        return here, True
    step = streets.coords[streets.offsets[row] + vertex + 1] - here
    return here + step * ((at - begin) / np.hypot(*step)), False


def _turns_at(streets: Streets, first: IntArray, last: IntArray) -> IntArray:
    """The turns forbidden, now of the parts of each piece that touch their node."""
    from_node, to_node = streets.ends()
    turns = []
    for origin, via, following in streets.no_turns.tolist():
        parts = [
            {int(part) for part, node in ((first[row], from_node[row]), (last[row], to_node[row]))
             if node == via}
            for row in (origin, following)
        ]  # fmt: skip
        turns += [(a, via, b) for a in parts[0] for b in parts[1]]
    return np.array(turns, dtype=np.int64).reshape(-1, 3)


def added(
    edit: Edit, nodes: IntArray, courses: list[FloatArray], columns: dict[str, object]
) -> Edit:
    """The streets with pieces more: piece ``i`` runs over ``courses[i]``, node ``i`` to ``i + 1``.

    A node −1 is made where the course is.
    """
    streets = edit.streets
    nodes = nodes.copy()
    fresh = np.flatnonzero(nodes < 0)
    places = [courses[row][0] if row < len(courses) else courses[-1][-1] for row in fresh]
    nodes[fresh] = len(streets.node_xy) + np.arange(len(fresh))
    rows = pd.DataFrame([columns] * len(courses)).assign(from_node=nodes[:-1], to_node=nodes[1:])
    own = streets.edges
    edges = pd.concat([own, rows[own.columns].astype(own.dtypes)], ignore_index=True)
    ends = streets.offsets[-1] + np.cumsum([len(course) for course in courses])
    made = np.full(len(fresh), JOINTS["between_vertices"])
    larger = replace(
        streets, node_xy=np.concatenate([streets.node_xy, np.array(places).reshape(-1, 2)]),
        edges=edges, coords=np.concatenate([streets.coords, *courses]),
        offsets=np.concatenate([streets.offsets, ends]),
        joint=np.concatenate([streets.joint, made]),
    )  # fmt: skip
    origin = np.append(np.arange(len(streets)), np.full(len(courses), -1))
    return edit.then(larger, origin)


def removed(edit: Edit, rows: IntArray) -> Edit:
    """The streets without the pieces of ``rows``."""
    keep = np.setdiff1d(np.arange(len(edit.streets)), rows)
    streets = edit.streets
    counts = np.diff(streets.offsets)
    new_row = np.full(len(streets), -1, dtype=np.int64)
    new_row[keep] = np.arange(len(keep))
    turns = streets.no_turns
    turns = np.column_stack([new_row[turns[:, 0]], turns[:, 1], new_row[turns[:, 2]]])
    fewer = replace(
        streets, edges=streets.edges.take(keep).reset_index(drop=True),
        coords=streets.coords[np.repeat(np.isin(np.arange(len(streets)), keep), counts)],
        offsets=np.concatenate([[0], np.cumsum(counts[keep])]),
        no_turns=turns[(turns >= 0).all(axis=1)],
    )  # fmt: skip
    return edit.then(fewer, keep)


def healed(edit: Edit) -> Edit:
    """Pieces that only a node made by an edit divides are joined; such nodes of nobody go."""
    streets = edit.streets
    joins = _needless(streets)
    first, last = streets.ends()
    row = np.flatnonzero(joins)
    between = streets.joint[first[row]] == JOINTS["between_vertices"]
    gone = np.concatenate([streets.offsets[row], streets.offsets[row[between]] - 1])
    vertices = np.bincount(np.repeat(np.arange(len(streets)), np.diff(streets.offsets)))
    lost = np.bincount(row, minlength=len(streets))
    lost += np.bincount(row[between] - 1, minlength=len(streets))
    heads = np.flatnonzero(~joins)
    counts = np.add.reduceat(vertices - lost, heads) if len(heads) else vertices
    part_of = np.cumsum(~joins) - 1
    tails = np.append(heads[1:], len(streets)) - 1
    from_node, to_node = first[heads], last[tails]
    used = np.isin(np.arange(len(streets.node_xy)), np.concatenate([from_node, to_node]))
    kept = used | (streets.joint == JOINTS["own"])
    new_node = np.cumsum(kept) - 1
    edges = streets.edges.take(heads).reset_index(drop=True)
    from_edge, via, to_edge = streets.no_turns.T
    whole = replace(
        streets, node_xy=streets.node_xy[kept], joint=streets.joint[kept],
        edges=edges.assign(from_node=new_node[from_node], to_node=new_node[to_node]),
        coords=np.delete(streets.coords, gone, axis=0),
        offsets=np.concatenate([[0], np.cumsum(counts)]),
        no_turns=np.column_stack([part_of[from_edge], new_node[via], part_of[to_edge]]),
    )  # fmt: skip
    return edit.then(whole, np.where(tails > heads, -1, heads))


def _needless(streets: Streets) -> BoolArray:
    """Whether each piece goes on from the piece before it at a node that nothing else needs."""
    first, last = streets.ends()
    meeting = np.bincount(np.concatenate([first, last]), minlength=len(streets.node_xy))
    joins = (streets.joint[first] != JOINTS["own"]) & (meeting[first] == 2)
    joins &= ~np.isin(first, streets.no_turns[:, 1])
    joins[:1] = False
    joins[1:] &= (first[1:] == last[:-1]) & (first[:-1] != last[1:])
    rows = np.flatnonzero(joins)
    joins[rows] = alike(streets.edges.iloc[rows], streets.edges.iloc[rows - 1])
    return np.asarray(joins)


def alike(edges: pd.DataFrame, others: pd.DataFrame) -> BoolArray:
    """Whether each piece has the columns of the other, but for its nodes."""
    same = np.ones(len(edges), dtype=bool)
    for name in edges.columns.difference(ENDS):
        one, other = edges[name].to_numpy(), others[name].to_numpy()
        same &= (one == other) | (pd.isna(one) & pd.isna(other))
    return same
