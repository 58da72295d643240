"""Lines that share a street, side by side, as offsets in metres for print."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from transit.units import FloatArray

_SAME_M = 0.5
_MITRE = 2.0

_Step = tuple[tuple[int, int], tuple[int, int]]


class Part(NamedTuple):
    """One piece of a line: the rank of the line among its kind, and its vertices in metres."""

    rank: int
    xy: FloatArray


def side_by_side(parts: Sequence[Part], width_m: float) -> list[FloatArray]:
    """The vertices of each part, shifted so that lines on one street lie ``width_m`` apart.

    Lines of a street keep the order of their ranks, whichever way they run.
    """
    lanes: dict[_Step, set[int]] = {}
    for part in parts:
        for step in _steps(part.xy):
            lanes.setdefault(step[0], set()).add(part.rank)
    order = {step: sorted(ranks) for step, ranks in lanes.items()}
    return [_shifted(part, order, width_m) for part in parts]


def _steps(xy: FloatArray) -> list[tuple[_Step, int]]:
    """Each step as a key that does not know of direction, and 1 or −1 for the way it is run."""
    whole = [tuple(place) for place in np.rint(xy / _SAME_M).astype(int).tolist()]
    return [
        ((here, there), 1) if here <= there else ((there, here), -1)
        for here, there in pairwise(whole)
    ]


def _shifted(part: Part, order: dict[_Step, list[int]], width_m: float) -> FloatArray:
    shifts = []
    for step, way in _steps(part.xy):
        ranks = order[step]
        shifts.append(way * width_m * (ranks.index(part.rank) - (len(ranks) - 1) / 2))
    along = np.diff(part.xy, axis=0)
    length = np.hypot(*along.T)
    kept = length > 0
    if not kept.any():
        return part.xy
    normal = np.column_stack([-along[kept, 1], along[kept, 0]]) / length[kept, None]
    corners = np.vstack([part.xy[:-1][kept], part.xy[1:][kept][-1:]])
    return _joined(corners, normal, np.asarray(shifts)[kept])


def _joined(corners: FloatArray, normal: FloatArray, shift: FloatArray) -> FloatArray:
    """``corners`` moved by the shifts of the steps they join, on the bisector where those agree."""
    found = [corners[0] + normal[0] * shift[0]]
    for row in range(1, len(normal)):
        before, after = normal[row - 1], normal[row]
        both = before + after
        square = float(both @ both)
        if shift[row - 1] == shift[row] and square > 4 / _MITRE**2:
            found.append(corners[row] + both * 2 / square * shift[row])
        else:
            found.append(corners[row] + before * shift[row - 1])
            found.append(corners[row] + after * shift[row])
    found.append(corners[-1] + normal[-1] * shift[-1])
    return np.asarray(found)
