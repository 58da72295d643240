"""Walking distance by networkx, and random streets to ask it about.

Nothing here uses the code under test: edges are split at every point asked about, and lengths
are summed with ``math.dist``.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from hypothesis import strategies as st
from town import Piece

from transit.model.streets import Anchors


@dataclass(frozen=True)
class Spot:
    """A point on piece ``edge``, ``offset_m`` along it, with ``access_m`` still to walk to it."""

    edge: int
    offset_m: float
    access_m: float = 0.0


def anchors_of(spots: Sequence[Spot]) -> Anchors:
    """The same spots as the toolkit takes them."""
    return Anchors(
        np.array([spot.edge for spot in spots], dtype=np.int64),
        np.array([spot.offset_m for spot in spots], dtype=float),
        np.array([spot.access_m for spot in spots], dtype=float),
    )


class Walkers:
    """Distances from ``seeds`` to every spot of ``asked`` and to every end of a piece."""

    def __init__(
        self,
        pieces: Sequence[Piece],
        seeds: Sequence[Spot],
        asked: Sequence[Spot] = (),
        *,
        toward: bool = False,
    ) -> None:
        self.pieces = pieces
        self.graph = nx.MultiDiGraph()
        self.on_edge: list[list[tuple[float, object]]] = []
        for edge in range(len(pieces)):
            self._split(edge, [*seeds, *asked], toward=toward)
        for seed in seeds:
            # Seeds may share a place, so each has its own node and its own access.
            own = ("seed", seed.edge, seed.offset_m, seed.access_m)
            self.graph.add_edge("start", own, weight=seed.access_m)
            self.graph.add_edge(own, ("spot", seed.edge, seed.offset_m), weight=0.0)
        self.reached: dict[object, float] = {"start": 0.0}
        if seeds:
            self.reached = nx.single_source_dijkstra_path_length(self.graph, "start")

    def to(self, spot: Spot) -> float:
        """Metres from the nearest seed to ``spot``, its access included."""
        return self.reached.get(("spot", spot.edge, spot.offset_m), np.inf) + spot.access_m

    def at(self, edge: int, offset_m: float, passable: tuple[bool, bool]) -> float:
        """Metres to any place of a piece, worked out from the two split points beside it."""
        points = self.on_edge[edge]
        best = np.inf
        for (low, first), (high, second) in itertools.pairwise(points):
            if low <= offset_m <= high:
                if passable[0]:
                    best = min(best, self.reached.get(first, np.inf) + offset_m - low)
                if passable[1]:
                    best = min(best, self.reached.get(second, np.inf) + high - offset_m)
        return best

    def street_m(self, limit_m: float, *, toward: bool = False) -> float:
        """Total metres of street within ``limit_m``, summed over the split pieces."""
        total = 0.0
        for edge, piece in enumerate(self.pieces):
            along, against = passable(piece, toward=toward)
            points = self.on_edge[edge]
            for (low, first), (high, second) in itertools.pairwise(points):
                left = max(limit_m - self.reached.get(first, np.inf), 0.0) if along else 0.0
                right = max(limit_m - self.reached.get(second, np.inf), 0.0) if against else 0.0
                total += min(high - low, left + right)
        return total

    def _split(self, edge: int, spots: Sequence[Spot], *, toward: bool) -> None:
        piece = self.pieces[edge]
        along, against = passable(piece, toward=toward)
        inside = {s.offset_m: ("spot", edge, s.offset_m) for s in spots if s.edge == edge}
        last = (piece.length_m, piece.points[-1])
        places = [(0.0, piece.points[0]), *sorted(inside.items()), last]
        self.graph.add_nodes_from(node for _, node in places)
        for (low, first), (high, second) in itertools.pairwise(places):
            # A spot at the very end of a piece is at the junction, whichever way the piece runs.
            touching = high - low < 1e-9
            if along or touching:
                self.graph.add_edge(first, second, weight=max(high - low, 0.0))
            if against or touching:
                self.graph.add_edge(second, first, weight=max(high - low, 0.0))
        self.on_edge.append(places)


def passable(piece: Piece, *, toward: bool = False) -> tuple[bool, bool]:
    """Whether a piece may be walked along, and against, its vertices (seen from the seeds)."""
    along, against = piece.foot in ("both", "forward"), piece.foot in ("both", "backward")
    return (against, along) if toward else (along, against)


PLACES = [(0.0, 0.0), (300.0, 0.0), (600.0, 50.0), (0.0, 300.0), (310.0, 290.0), (620.0, 330.0),
          (900.0, 400.0)]  # fmt: skip
OFFSIDE = st.tuples(st.integers(-100, 1000), st.integers(-100, 500))
FOOT = st.sampled_from(["both", "both", "both", "forward", "backward", "no"])


@st.composite
def random_pieces(draw: st.DrawFn) -> list[Piece]:
    """Four to twelve pieces among seven places: bent, parallel, looped, one-way, apart."""
    pieces = []
    for _ in range(draw(st.integers(4, 12))):
        first, last = draw(st.sampled_from(PLACES)), draw(st.sampled_from(PLACES))
        bends = draw(st.lists(OFFSIDE, min_size=2 if first == last else 0, max_size=2, unique=True))
        points = (first, *((float(x), float(y)) for x, y in bends), last)
        pieces.append(Piece(points, draw(FOOT)))
    return pieces


@st.composite
def random_spots(draw: st.DrawFn, pieces: Sequence[Piece], count: int = 3) -> list[Spot]:
    """Spots on walkable pieces, some at an end, some with access."""
    walkable = [row for row, piece in enumerate(pieces) if piece.foot != "no"]
    spots = []
    for _ in range(draw(st.integers(1, count)) if walkable else 0):
        edge = draw(st.sampled_from(walkable))
        share = draw(st.sampled_from([0.0, 1.0, 0.5, 0.125, 0.8125]))
        access = draw(st.sampled_from([0.0, 0.0, 12.5, 90.0]))
        spots.append(Spot(edge, share * pieces[edge].length_m, access))
    return spots
