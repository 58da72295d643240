"""What has been worked out within reach of a place, kept until an edit comes that near."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

import shapely
from shapely.geometry.base import BaseGeometry

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

    def inherit(self, older: Reached, edited: BaseGeometry) -> None:
        """Take over every answer of ``older`` that did not look as far as ``edited``.

        ``edited`` holds every piece that came, went or has other rights or another course.
        """
        for (place, reach_m, question), answer in older._kept.items():
            if shapely.Point(place).distance(edited) > reach_m:
                self._kept[place, reach_m, question] = answer

    def __len__(self) -> int:
        return len(self._kept)
