"""What every printed map carries: a scale bar, the north, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from transit.reporting.drawing.labels import Box, width_pt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STEPS = (1, 2, 5)
_CLOSING, _OPENING = "，。；：、）》”%)", "（《“("
_SHARE = 0.22
"""The scale bar is at most this share of the map's width."""


def furniture(
    axes: Axes, north: str, size: tuple[float, float], metres_a_point: float
) -> list[Box]:
    """Draw scale bar and north; the boxes they take, in points from the axes' lower left corner."""
    width, height = size
    length = round_length(width * _SHARE * metres_a_point)
    wide = length / metres_a_point
    left, base = 9.0, 10.0
    place: dict[str, Any] = {"xycoords": "axes points", "annotation_clip": False, "zorder": 60}
    back = {"boxstyle": "square,pad=0.2", "facecolor": "white", "alpha": 0.75, "edgecolor": "none"}
    said = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    west, south = axes.get_xlim()[0], axes.get_ylim()[0]
    for share, colour in ((0.0, "#222222"), (0.5, "#ffffff")):
        corner = (west + (left + wide * share) * metres_a_point, south + base * metres_a_point)
        _bar(axes, corner, length / 2, 2.4 * metres_a_point, colour)
    axes.annotate(
        said, (left + wide + 5, base + 1.2), fontsize=6.5, va="center", bbox=back, **place
    )
    top = (width - 14, height - 8)
    arrow = {"arrowstyle": "-|>", "color": "#222222", "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0}
    axes.annotate(
        "", top, xytext=(top[0], top[1] - 18), textcoords="axes points", arrowprops=arrow, **place
    )
    axes.annotate(north, (top[0], top[1] - 24), fontsize=7, ha="center", va="center", bbox=back,
                  **place)  # fmt: skip
    return [
        (0, 0, left + wide + width_pt(said, 6.5) + 14, 22),
        (width - 28, height - 36, width, height),
    ]


def round_length(most_m: float) -> float:
    """The largest of 1, 2, 5, 10, 20 … metres that is at most ``most_m``."""
    ten = 1.0
    while ten * 10 <= most_m:
        ten *= 10
    return max(ten * step for step in _STEPS if ten * step <= max(most_m, 1.0))


def footer(figure: Figure, text: str, size: float = 5.8) -> None:
    """Write ``text`` small along the foot of ``figure``, in as many lines as it needs."""
    lines = wrapped(text, figure.get_size_inches()[0] * 72 - 4, size)
    figure.text(0.003, 0.004, "\n".join(lines), fontsize=size, color="#555555", va="bottom",
                linespacing=1.35)  # fmt: skip


def footer_height(text: str, width_in: float, size: float = 5.8) -> float:
    """Inches that ``footer`` takes."""
    return (len(wrapped(text, width_in * 72 - 4, size)) * size * 1.4 + 4) / 72


def wrapped(text: str, width: float, size: float) -> list[str]:
    """``text`` in lines at most ``width`` points wide; between Chinese letters it may break."""
    lines, line = [], ""
    for word in _words(text):
        if line and width_pt(line + word, size) > width:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return [*lines, line] if line else lines


def _words(text: str) -> list[str]:
    """Where lines may break: between Chinese letters, after blanks, not before a full stop."""
    words: list[str] = []
    for letter in text:
        last = words[-1][-1:] if words else " "
        latin = letter.isascii() and last.isascii() and " " not in (letter, last)
        if words and (latin or letter in _CLOSING or last in _OPENING):
            words[-1] += letter
        else:
            words.append(letter)
    return words


def _bar(axes: Axes, corner: tuple[float, float], wide: float, high: float, colour: str) -> None:
    from matplotlib.patches import Rectangle

    bar = Rectangle(corner, wide, high, facecolor=colour, edgecolor="#222222", linewidth=0.5)
    bar.set_zorder(60)
    axes.add_patch(bar)
