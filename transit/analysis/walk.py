"""Walking distance along streets, from or to any points: the base of catchments and briefs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from transit.engine.clip import Pieces, cut, merge_pieces, reached_pieces, seed_pieces
from transit.engine.reach import node_distances
from transit.model.streets import Anchors, Streets
from transit.units import BoolArray, FloatArray, IntArray

AT_JUNCTION_M = 1e-6
"""A place this near to the end of a street is at the junction, whichever way the street binds."""


@dataclass(frozen=True, eq=False)
class Walk:
    """How far every street node is from the nearest of ``seeds``, in metres, up to ``limit_m``.

    ``toward`` means people walk *to* the seeds; it differs only where streets bind walkers to
    one direction. The straight access from a seed to its street is part of each distance.
    """

    streets: Streets
    seeds: Anchors
    node_m: FloatArray
    limit_m: float
    toward: bool

    @property
    def passable(self) -> tuple[BoolArray, BoolArray]:
        """Whether each edge may be walked away from the seeds along, and against, its vertices."""
        forward, backward = self.streets.foot()
        return (backward, forward) if self.toward else (forward, backward)

    def to(self, anchors: Anchors) -> FloatArray:
        """Metres between the seeds and each anchor, its own access included; ``inf`` beyond.

        A walk is bounded by ``limit_m`` on the street, so ask for what lies within it.
        """
        result = np.full(len(anchors), np.inf)
        on = np.flatnonzero(anchors.edge >= 0)
        edge, offset = anchors.edge[on], anchors.offset_m[on]
        first, last = self.streets.ends()
        along, against = self.passable
        rest = self.streets.length_m[edge] - offset
        from_first = along[edge] | (offset <= AT_JUNCTION_M)
        from_last = against[edge] | (rest <= AT_JUNCTION_M)
        by_first = np.where(from_first, self.node_m[first[edge]] + offset, np.inf)
        by_last = np.where(from_last, self.node_m[last[edge]] + rest, np.inf)
        street_m = np.minimum(np.minimum(by_first, by_last), self._on_one_edge(edge, offset))
        result[on] = street_m + anchors.access_m[on]
        return result

    def pieces(self, limit_m: float) -> Pieces:
        """Street pieces within ``limit_m`` of walking: edge rows, start and end metres on them."""
        if limit_m > self.limit_m:
            raise ValueError(f"the walk was bounded at {self.limit_m} m, not {limit_m} m")
        ends, length = self.streets.ends(), self.streets.length_m
        near = self.seeds.access_m < limit_m
        seeds = (self.seeds.edge[near], self.seeds.offset_m[near], self.seeds.access_m[near])
        reached = reached_pieces(self.node_m, ends, length, self.passable, limit_m)
        round_seeds = seed_pieces(seeds, length, self.passable, limit_m)
        edge, start, end = (np.concatenate(pair) for pair in zip(reached, round_seeds, strict=True))
        return merge_pieces((edge, start, end))

    def _on_one_edge(self, edge: IntArray, offset: FloatArray) -> FloatArray:
        """Metres to places that share their edge with a seed, straight along that edge."""
        along, against = self.passable
        best = np.full(len(edge), np.inf)
        for seed in range(len(self.seeds)):
            ahead = offset - self.seeds.offset_m[seed]
            allowed = np.where(ahead >= 0, along[edge], against[edge]) | (ahead == 0)
            same = allowed & (edge == self.seeds.edge[seed])
            metres = np.where(same, np.abs(ahead) + self.seeds.access_m[seed], np.inf)
            best = np.minimum(best, metres)
        return best


def walk(
    streets: Streets, seeds: Anchors, *, limit_m: float = np.inf, toward: bool = False
) -> Walk:
    """Walking metres between the nearest of ``seeds`` and every node, up to ``limit_m``.

    Seeds without a street (edge −1) start no walk.
    """
    usable = seeds.take(seeds.edge >= 0)
    arcs = streets.foot_arcs_reversed if toward else streets.foot_arcs
    forward, backward = streets.foot()
    along, against = (backward, forward) if toward else (forward, backward)
    first, last = streets.ends()
    rest = streets.length_m[usable.edge] - usable.offset_m
    ahead = along[usable.edge] | (rest <= AT_JUNCTION_M)
    behind = against[usable.edge] | (usable.offset_m <= AT_JUNCTION_M)
    to_last, to_first = usable.access_m + rest, usable.access_m + usable.offset_m
    nodes = np.concatenate([last[usable.edge][ahead], first[usable.edge][behind]])
    costs = np.concatenate([to_last[ahead], to_first[behind]])
    node_m = node_distances(arcs.first_arc, arcs.head, arcs.length_m, nodes, costs, limit_m)
    return Walk(streets, usable, node_m, limit_m, toward)


def lines_of(streets: Streets, pieces: Pieces) -> np.ndarray:
    """One shapely ``LineString`` a piece, with the street's own vertices between the cuts."""
    edge, start, end = pieces
    coords, bounds = cut(streets.coords, streets.offsets, edge, start, end)
    index = np.repeat(np.arange(len(edge)), np.diff(bounds))
    return np.asarray(shapely.linestrings(coords, indices=index), dtype=object)
