"""Names on a printed map: placed where they cover no other name, the important ones first."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LETTERS_AT_MOST = 22
_GAP_PT = 5.0
_STEPS = (0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0)
"""How many of its heights a centred name may move up or down."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Label:
    """A name at a place in points of the page; lower ``rank`` is placed first."""

    text: str
    x: float
    y: float
    rank: int
    size: float = 6.5
    colour: str = "#222222"
    bold: bool = False
    centred: bool = False


def shown(text: str, at_most: int = LETTERS_AT_MOST) -> str:
    """``text`` in one line without what no font draws, cut with … where it is long."""
    drawn = "".join(
        one for one in text if unicodedata.category(one) not in _UNDRAWN or one.isspace()
    )
    flat = " ".join(drawn.split())
    return flat if len(flat) <= at_most else flat[: at_most - 1] + "…"


def width_pt(text: str, size: float) -> float:
    """About how wide ``text`` is in points: Chinese letters are as wide as high."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return size * (wide + 0.6 * (len(text) - wide))


def place_labels(axes: Axes, labels: Sequence[Label], taken: Sequence[Box], frame: Box) -> None:
    """Write those of ``labels`` that fit into ``frame`` without covering ``taken`` or one another.

    Boxes and places are points of the page from the lower left corner of ``axes``.
    """
    from matplotlib.patheffects import withStroke

    full = list(taken)
    west, south, east, north = frame
    for label in sorted(labels, key=lambda one: one.rank):
        for box in _boxes(label):
            inside = box[0] >= west and box[1] >= south and box[2] <= east and box[3] <= north
            if inside and not any(_overlap(box, other) for other in full):
                full.append(box)
                axes.annotate(
                    label.text, (box[0], (box[1] + box[3]) / 2), xycoords="axes points",
                    fontsize=label.size, color=label.colour, va="center_baseline", zorder=50,
                    weight="bold" if label.bold else "normal", annotation_clip=False,
                    path_effects=[withStroke(linewidth=1.8, foreground="white")],
                )  # fmt: skip
                break


def _boxes(label: Label) -> list[Box]:
    """Where the name may stand, best first: right, left, above, below; or centred on its place."""
    wide, high = width_pt(label.text, label.size), label.size * 1.3
    half = (wide / 2, high / 2)
    if label.centred:
        return [_box(label.x - half[0], label.y + step * high, wide, high) for step in _STEPS]
    left = label.x - _GAP_PT - wide
    return [
        _box(label.x + _GAP_PT, label.y, wide, high),
        _box(left, label.y, wide, high),
        _box(label.x - half[0], label.y + _GAP_PT + half[1], wide, high),
        _box(label.x - half[0], label.y - _GAP_PT - half[1], wide, high),
        _box(label.x + _GAP_PT, label.y + high, wide, high),
        _box(label.x + _GAP_PT, label.y - high, wide, high),
        _box(left, label.y + high, wide, high),
        _box(left, label.y - high, wide, high),
    ]


def _box(west: float, middle: float, wide: float, high: float) -> Box:
    return west, middle - high / 2, west + wide, middle + high / 2


def _overlap(one: Box, other: Box) -> bool:
    apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    return not apart


_UNDRAWN = ("Cc", "Cf", "Cs", "Co", "Cn")
