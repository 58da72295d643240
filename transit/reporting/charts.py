"""Bars: amounts by kind, before and after, and gains and losses by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from transit.pages.palette import GAINED, LOST
from transit.reporting.content import Quantity
from transit.reporting.drawing.labels import shown
from transit.reporting.drawing.marks import footer, footer_height
from transit.reporting.drawing.picture import WIDTH_IN

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BEFORE = "#9aa0a6"
_COLOURS = (_BEFORE, GAINED, "#009e73", "#cc79a7", "#8c6d00", "#6a3d9a")
_ROW_IN = 0.21


@dataclass(frozen=True)
class Bars:
    """Groups of bars: ``names`` of the groups, and by series a number for each; with the unit.

    ``digits`` and ``percent`` are of the numbers written at the bars; ``foot`` is the small print.
    """

    unit: str
    names: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    digits: int = 1
    percent: bool = False
    foot: str = ""


def draw_bars(bars: Bars) -> Figure:
    """Horizontal bars from nought, one a series in each group, each with its number."""
    count = max(len(bars.series), 1)
    figure, axes = _axes(bars, len(bars.names) * (0.35 + 0.65 * count))
    thick = 0.8 / count
    places = np.arange(len(bars.names))
    for row, (name, values) in enumerate(bars.series):
        at = places + (row - (count - 1) / 2) * thick
        held = np.nan_to_num(np.asarray(values, dtype=float))
        colour = _COLOURS[row % len(_COLOURS)] if count > 1 else GAINED
        axes.barh(at, held, height=thick * 0.92, color=colour, label=shown(name, 40))
        for place, value in zip(at, values, strict=True):
            _number(axes, place, value, bars, signed=False)
    known = [value for _, values in bars.series for value in values if np.isfinite(value)]
    most = max(known, default=0.0)
    axes.set_xlim(0, 1.12 if bars.percent else (most or 1.0) * 1.16)
    _finish(figure, axes, bars, legend=count > 1)
    return figure


def draw_pairs(bars: Bars) -> Figure:
    """Bars to both sides of nought: gains to the right, losses hatched to the left."""
    from matplotlib.patches import Patch

    figure, axes = _axes(bars, len(bars.names))
    (_, gains), (_, losses) = bars.series
    places = np.arange(len(bars.names))
    axes.barh(places, gains, height=0.72, color=GAINED)
    axes.barh(places, losses, height=0.72, color="white", edgecolor=LOST, hatch="////")
    for values in (gains, losses):
        for place, value in enumerate(values):
            if value:
                _number(axes, place, value, bars, signed=True)
    reach = max((abs(value) for values in (gains, losses) for value in values), default=0) or 1.0
    axes.set_xlim(-reach * 1.25, reach * 1.25)
    axes.axvline(0, color="#444444", linewidth=0.8)
    signs = [Patch(color=GAINED), Patch(facecolor="white", edgecolor=LOST, hatch="////")]
    _finish(figure, axes, bars, legend=False)
    _legend(axes, signs, [name for name, _ in bars.series])
    return figure


def _axes(bars: Bars, rows: float) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    foot = footer_height(bars.foot, WIDTH_IN) if bars.foot else 0.0
    height = max(rows, 3) * _ROW_IN + 0.75 + foot
    figure = Figure(figsize=(WIDTH_IN, height))
    left = 0.26
    axes = figure.add_axes((left, (foot + 0.42) / height, 0.985 - left, 1 - (foot + 0.72) / height))
    axes.set_yticks(np.arange(len(bars.names)), [shown(name, 20) for name in bars.names])
    axes.set_ylim(len(bars.names) - 0.5, -0.5)
    return figure, axes


def _number(axes: Axes, place: float, value: float, bars: Bars, *, signed: bool) -> None:
    said = Quantity(value, bars.digits, bars.percent, signed).text
    held = value if value == value else 0.0  # noqa: PLR0124
    side = -1 if held < 0 else 1
    axes.annotate(said, (held, place), xytext=(3 * side, 0), textcoords="offset points",
                  va="center_baseline", ha="right" if side < 0 else "left", fontsize=7)  # fmt: skip


def _finish(figure: Figure, axes: Axes, bars: Bars, *, legend: bool) -> None:
    from matplotlib.ticker import PercentFormatter

    axes.set_xlabel(bars.unit, fontsize=7.5, labelpad=2)
    axes.tick_params(axis="y", length=0, labelsize=7.5)
    axes.tick_params(axis="x", labelsize=7, colors="#555555")
    axes.grid(axis="x", color="#e3e0d8", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    if bars.percent:
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    if legend:
        handles, labels = axes.get_legend_handles_labels()
        _legend(axes, handles, labels)
    if bars.foot:
        footer(figure, bars.foot)


def _legend(axes: Axes, signs: list[Any], names: list[str]) -> None:
    axes.legend(signs, names, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, frameon=False,
                fontsize=7, borderaxespad=0.2, handlelength=1.6)  # fmt: skip
