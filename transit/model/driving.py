"""Where buses drive: sequences of stops matched to drivable streets.

A stop may be served from any drivable piece within ``KERB_M`` of it, in either direction that
is open. Between the places of two stops that follow one another the cheapest drive is found,
one-way streets and forbidden turns respected; of all ways to put a whole sequence together the
cheapest is taken (Viterbi's algorithm over the candidates of each stop, as in Newson & Krumm,
"Hidden Markov map matching through noise and sparseness", 2009, with driving distance in place
of their transition probability). Where no drive is found the hop is straight, and marked.

The cost of a drive is its metres, streets unfit for buses counted dearer (``ROUGH``), turning
round likewise (``transit.model.arcs``), and ``KERB_WEIGHT`` metres a metre between a stop and
its street.

What is found is kept with the streets: a hop is worked out once, however many lines make it and
however many scenarios share the streets; ``Driving.inherit`` takes over what an edit of the streets
cannot reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import shapely

from transit.engine.drive import drives
from transit.model.arcs import Turns
from transit.model.course import KERB_M, Course
from transit.model.reached import XY, metres_to
from transit.units import BoolArray, FloatArray, IntArray

KERB_SLACK_M = 25.0
"""A street this much farther from the stop than its nearest one may still be the one."""
KERB_WEIGHT = 3.0
"""Metres of driving that one metre between a stop and its street is worth."""
LONGEST_M = 1500.0
LONGEST_RATIO = 4.0
"""A hop's drive costs at most ``LONGEST_M`` plus ``LONGEST_RATIO`` times its straight length."""
ROUGH = {"residential": 1.1, "living_street": 1.5, "service": 1.5, "track": 3.0}
"""How much dearer a metre is on streets that buses avoid."""


@dataclass(frozen=True, eq=False)
class Places:
    """Where one stop may be served: ``arc``, metres ``at`` along it, ``off_m`` to the stop."""

    arc: IntArray
    at: FloatArray
    off_m: FloatArray


@dataclass(frozen=True, eq=False)
class Drives:
    """Every drive between the places of two stops: ``cost`` (from, to) and the arcs of each."""

    cost: FloatArray
    limit: float
    bounds: IntArray
    arcs: IntArray

    def arcs_of(self, start: int, end: int) -> IntArray:
        """The arcs driven from place ``start`` of the first stop to ``end`` of the second."""
        number = start * self.cost.shape[1] + end
        return self.arcs[self.bounds[number] : self.bounds[number + 1]]


@dataclass(frozen=True, eq=False)
class Driving:
    """The drivable streets of one network, and what has been found on them so far."""

    lines: np.ndarray
    length_m: FloatArray
    passable: tuple[BoolArray, BoolArray]
    turns: Turns
    weight: FloatArray
    speed_kmh: FloatArray
    _places: dict[XY, Places] = field(default_factory=dict)
    _hops: dict[tuple[XY, XY], Drives] = field(default_factory=dict)
    _courses: dict[tuple[XY, ...], Course] = field(default_factory=dict)

    def courses(self, sequences: Sequence[FloatArray]) -> list[Course]:
        """The course of each sequence of stops, shape (stops, 2) in metres, two stops or more."""
        keys = [tuple(map(tuple, xy.tolist())) for xy in sequences]
        new = [key for key in dict.fromkeys(keys) if key not in self._courses]
        self._find_places({xy for key in new for xy in key})
        self._find_hops({hop for key in new for hop in pairwise(key)})
        for key in new:
            self._courses[key] = self._matched(key)
        return [self._courses[key] for key in keys]

    def inherit(self, older: Driving, new_row: IntArray, edited: np.ndarray) -> None:
        """Take over from ``older`` all that its edit cannot have changed.

        ``new_row`` gives for each piece of the older streets its row here, −1 where it is
        gone, split or has other rights, in the same order; ``edited`` are the lines of all pieces
        that came, went, or whose rights or speed are others. Exact: a stop keeps its places when no
        edited piece is within reach of it; a drive stays the cheapest when none of its pieces was
        edited and the detour over the nearest edited piece, straight, costs more. (Where a street
        went, turning round may have become cheaper, so its line counts too.)
        """
        new_arc = np.where(new_row >= 0, 2 * new_row, -1).repeat(2)
        new_arc[1::2] += new_arc[1::2] >= 0
        known = list(older._places)
        metres = metres_to(known, edited)
        away = dict(zip(known, metres.tolist(), strict=True))
        for xy, places in older._places.items():
            if away[xy] > KERB_M and (new_arc[places.arc] >= 0).all():
                self._places[xy] = Places(new_arc[places.arc], places.at, places.off_m)
        for (start, end), found in older._hops.items():
            kept = start in self._places and end in self._places
            if not kept or (new_arc[found.arcs] < 0).any():
                continue
            slack = sum(float(older._places[xy].off_m.max(initial=0.0)) for xy in (start, end))
            dearest = np.where(np.isfinite(found.cost), found.cost, found.limit)
            if away[start] + away[end] - slack > dearest.max(initial=0.0):
                arcs = new_arc[found.arcs]
                self._hops[start, end] = Drives(found.cost, found.limit, found.bounds, arcs)

    @cached_property
    def _tree(self) -> tuple[shapely.STRtree, IntArray]:
        rows = np.flatnonzero(self.passable[0] | self.passable[1])
        return shapely.STRtree(self.lines[rows]), rows

    @cached_property
    def _cost(self) -> FloatArray:
        """Cost of driving each whole arc."""
        return np.repeat(self.length_m * self.weight, 2)

    def _find_places(self, wanted: Iterable[XY]) -> None:
        new = sorted(set(wanted) - set(self._places))
        tree, rows = self._tree
        points = shapely.points(np.array(new).reshape(-1, 2))
        asked, found = tree.query(points, predicate="dwithin", distance=KERB_M)
        edge = rows[found]
        off = shapely.distance(self.lines[edge], points[asked])
        along = shapely.line_locate_point(self.lines[edge], points[asked])
        order = np.lexsort((edge, asked))
        asked, edge, off, along = (part[order] for part in (asked, edge, off, along))
        bounds = np.searchsorted(asked, np.arange(len(new) + 1))
        for row, xy in enumerate(new):
            here = slice(bounds[row], bounds[row + 1])
            self._places[xy] = self._directed(edge[here], off[here], along[here])

    def _directed(self, edge: IntArray, off: FloatArray, along: FloatArray) -> Places:
        near = off <= off.min(initial=np.inf) + KERB_SLACK_M if len(off) else off < 0
        edge, off, along = edge[near], off[near], along[near]
        arc = np.concatenate([2 * edge, 2 * edge + 1])
        at = np.concatenate([along, self.length_m[edge] - along])
        is_open = np.concatenate([self.passable[0][edge], self.passable[1][edge]])
        return Places(arc[is_open], at[is_open], np.concatenate([off, off])[is_open])

    def _find_hops(self, wanted: Iterable[tuple[XY, XY]]) -> None:
        new = sorted(
            hop
            for hop in set(wanted) - set(self._hops)
            if all(len(self._places[xy].arc) for xy in hop)
        )
        if not new:
            return
        ends = [(self._places[start], self._places[end]) for start, end in new]
        limits = [LONGEST_M + LONGEST_RATIO * float(np.hypot(*np.subtract(*hop))) for hop in new]
        sizes = np.array([(len(start.arc), len(end.arc)) for start, end in ends])
        weight = np.repeat(self.weight, 2)
        source = np.concatenate([start.arc for start, _ in ends])
        source_at = np.concatenate([start.at for start, _ in ends])
        target = np.concatenate([np.tile(end.arc, len(start.arc)) for start, end in ends])
        target_at = np.concatenate([np.tile(end.at, len(start.arc)) for start, end in ends])
        first_target = np.concatenate([[0], np.cumsum(np.repeat(sizes[:, 1], sizes[:, 0]))])
        total, bounds, arcs = drives(
            *self.turns, self._cost, source, source_at * weight[source],
            np.repeat(limits, sizes[:, 0]), first_target, target, target_at * weight[target],
        )  # fmt: skip
        begin = np.concatenate([[0], np.cumsum(sizes.prod(axis=1))])
        for row, hop in enumerate(new):
            low, high = begin[row], begin[row + 1]
            cuts = bounds[low : high + 1]
            self._hops[hop] = Drives(
                total[low:high].reshape(sizes[row]), limits[row], cuts - cuts[0],
                arcs[cuts[0] : cuts[-1]],
            )  # fmt: skip

    def _matched(self, key: tuple[XY, ...]) -> Course:
        parts: list[Part] = []
        last = 0
        while last < len(key) - 1:
            run = self._run(key, last)
            parts += run or [STRAIGHT]
            last = len(parts)
        hop = np.repeat(np.arange(len(parts)), [len(part.edge) for part in parts])
        edge, start, end = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("edge", "start_m", "end_m")
        )
        metres = np.abs(end - start)
        own = ~np.isnan(self.speed_kmh[edge])
        secs = np.zeros(len(metres))
        secs[own] = metres[own] / self.speed_kmh[edge[own]] * 3.6
        straight = np.hypot(*np.diff(np.array(key), axis=0).T)
        matched = np.array([part.matched for part in parts])
        driven = np.bincount(hop, metres, minlength=len(parts))
        line_m = np.bincount(hop, np.where(own, 0.0, metres), minlength=len(parts))
        return Course(
            np.where(matched, driven, straight), straight, matched,
            np.array([part.off_m for part in parts]), np.where(matched, line_m, straight),
            np.bincount(hop, secs, minlength=len(parts)).astype(np.float64), hop, edge, start, end,
        )  # fmt: skip

    def _run(self, key: tuple[XY, ...], first: int) -> list[Part]:
        """The cheapest drive from the stop at ``first`` on, up to where none is found."""
        reached = KERB_WEIGHT * self._places[key[first]].off_m
        back: list[IntArray] = []
        for hop in pairwise(key[first:]):
            found = self._hops.get(hop)
            if found is None:
                break
            cost = reached[:, None] + found.cost
            best = cost.argmin(axis=0)
            after = cost[best, np.arange(cost.shape[1])]
            after = after + KERB_WEIGHT * self._places[hop[1]].off_m
            if not np.isfinite(after).any():
                break
            reached = after
            back.append(best)
        chosen = [int(reached.argmin())] if back else []
        for best in reversed(back):
            chosen.append(int(best[chosen[-1]]))
        chosen.reverse()
        return [
            self._part(key[first + row], key[first + row + 1], *chosen[row : row + 2])
            for row in range(len(back))
        ]

    def _part(self, start: XY, end: XY, from_place: int, to_place: int) -> Part:
        arcs = self._hops[start, end].arcs_of(from_place, to_place)
        begin, finish = self._places[start], self._places[end]
        length = self.length_m[arcs // 2]
        enter, leave = np.zeros(len(arcs)), length.copy()
        enter[0], leave[-1] = begin.at[from_place], finish.at[to_place]
        against = arcs % 2 == 1
        off = (begin.off_m[from_place] + finish.off_m[to_place]) / 2
        return Part(
            float(off), arcs // 2,
            np.where(against, length - enter, enter), np.where(against, length - leave, leave),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Part:
    """One hop of a course: its pieces, or none where it is straight."""

    off_m: float
    edge: IntArray
    start_m: FloatArray
    end_m: FloatArray

    @property
    def matched(self) -> bool:
        """Whether it is on streets."""
        return len(self.edge) > 0


STRAIGHT = Part(np.nan, np.empty(0, np.int64), np.empty(0), np.empty(0))
