"""What has been worked out within reach of a place, kept until an edit comes that near."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import shapely

from transit.units import FloatArray

T = TypeVar("T")
XY = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Reached:
    """Answers about places, each with how far it looked: ``(place, reach_m, question)``.

    An answer depends on nothing beyond ``reach_m`` straight metres of its place (a walk never gets
    farther than that), nor on the numbering of edges unless ``reach_m`` is infinite: such an answer
    is never taken over.
    """

    _kept: dict[tuple[XY, float, Hashable], object] = field(default_factory=dict)

    def of(self, place: XY, reach_m: float, question: Hashable, answer: Callable[[], T]) -> T:
        """The kept answer to ``question``, or else ``answer()``, which is then kept."""
        key = (place, reach_m, question)
        if key not in self._kept:
            self._kept[key] = answer()
        return self._kept[key]  # type: ignore[return-value]

    def inherit(self, older: Reached, edited: np.ndarray) -> None:
        """Take over every answer of ``older`` that did not look as far as ``edited``.

        ``edited`` are the lines of all that came, went or has other rights or another course.
        """
        metres = metres_to([place for place, *_ in older._kept], edited)
        for away, (key, answer) in zip(metres.tolist(), older._kept.items(), strict=True):
            if away > key[1]:
                self._kept[key] = answer

    def __len__(self) -> int:
        return len(self._kept)


def metres_to(places: Sequence[XY], lines: np.ndarray) -> FloatArray:
    """Straight metres from each place to the nearest of ``lines``; ``inf`` where there is none."""
    result = np.full(len(places), np.inf)
    if len(places) and len(lines):
        points = shapely.points(np.array(places))
        (asked, _), metres = shapely.STRtree(lines).query_nearest(
            points, return_distance=True, all_matches=False
        )
        result[asked] = metres
    return result
