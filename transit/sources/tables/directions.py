"""Which courses are one line, and which of them run its other way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transit.sources.tables.line_names import LineName
from transit.units import FloatArray


@dataclass(frozen=True, eq=False)
class Course:
    """One sequence of stops as a file gives it.

    ``told`` is its direction in words, empty where none is given; ``lonlat`` are degrees.
    """

    name: LineName
    told: str
    stops: tuple[str, ...]
    lonlat: FloatArray

    @property
    def is_loop(self) -> bool:
        """Whether it ends where it begins, by the line's name or by its stops."""
        return self.stops[0] == self.stops[-1] or (
            self.name.origin != "" and self.name.origin == self.name.destination
        )


def directions(courses: Sequence[Course]) -> list[int]:
    """The GTFS direction, 0 or 1, of each of the ``courses`` of one line.

    A direction told in words counts first. Else the first course is 0, and those that call at
    the stops it shares with them in the opposite order, or whose ends lie the other way round,
    are 1. Loops are told apart by the words in their names.
    """
    words = [course.told or (course.name.direction if course.is_loop else "") for course in courses]
    known = dict.fromkeys(word for word in words if word and word not in _WORDS)
    ranks = {word: min(rank, 1) for rank, word in enumerate(known)}
    return [
        _WORDS[word] if word in _WORDS
        else ranks[word] if word and len(ranks) > 1
        else int(_reversed(course, courses[0]))
        for word, course in zip(words, courses, strict=True)
    ]  # fmt: skip


def _reversed(course: Course, first: Course) -> bool:
    order = _order(course.stops, first.stops)
    if abs(order) >= _CLEAR:
        return order < 0
    ends, own = first.lonlat[[0, -1]], course.lonlat[[0, -1]]
    if np.isnan(ends).any() or np.isnan(own).any():
        return course.stops[0] == first.stops[-1] != first.stops[0]
    return bool(np.abs(own - ends[::-1]).sum() < np.abs(own - ends).sum())


def _order(stops: Sequence[str], others: Sequence[str]) -> float:
    """Correlation, -1 … 1, of the places of the stops that both call at; 0 with fewer than 3."""
    place = {stop: at for at, stop in reversed(list(enumerate(others)))}
    shared = [(at, place[stop]) for at, stop in enumerate(stops) if stop in place]
    if len(shared) < _SHARED:
        return 0.0
    mine, theirs = np.array(shared, dtype=float).T
    if np.ptp(mine) == 0 or np.ptp(theirs) == 0:
        return 0.0
    return float(np.corrcoef(mine, theirs)[0, 1])


_WORDS = {
    **dict.fromkeys(
        ("0", "上行", "去程", "去", "正向", "up", "outbound", "内环", "左环", "顺时针"), 0
    ),
    **dict.fromkeys(("1", "下行", "回程", "返程", "回", "返", "反向", "down", "inbound"), 1),
    **dict.fromkeys(("外环", "右环", "逆时针"), 1),
}
_CLEAR = 0.5
_SHARED = 3
