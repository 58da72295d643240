"""A printed map: the layers of an HTML page drawn by matplotlib, with scale bar, north and key.

A sheet draws what ``PageContent`` holds, so a layer that the maps room adds is printed, too.
Everything is drawn in the metric CRS in which it was measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import shapely

from transit.pages.content import Layer, PageContent, Pane
from transit.reporting.drawing.labels import Box, Label, place_labels, shown
from transit.reporting.drawing.lanes import Part, side_by_side
from transit.reporting.drawing.marks import furniture
from transit.reporting.drawing.signs import draw_layer, layer_sign, legend_sign, metric
from transit.units import WGS84, FloatArray, transform

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KEY_LETTERS = 44
_LANE_PT = 1.5
_TOLD_PX = 5.0
_SIGN_PT = 3.2
_PANES: tuple[str, ...] = get_args(Pane)
_RANKS = {"park": 0, "gate": 3, "station": 2, "stop": 1, "street": 6}
_COLOURS = {"park": "#5a2747", "gate": "#7a3e65", "station": "#8f1d21", "street": "#77736a"}


@dataclass(frozen=True, eq=False)
class Sheet:
    """One map of a page's ``content``: those of its layers that ``view`` shows."""

    content: PageContent
    view: str = ""

    @property
    def crs(self) -> str:
        """The metric CRS it is drawn in."""
        return self.content.text.crs

    @property
    def layers(self) -> list[Layer]:
        """The layers shown, in drawing order."""
        # The first of the list lies on top, as on the page.
        own = [
            layer for layer in self.content.layers[::-1]
            if layer.shown and (not layer.views or self.view in layer.views)
        ]  # fmt: skip
        return sorted(own, key=lambda layer: _PANES.index(layer.pane))

    def bounds(self, width: float, height: float) -> tuple[float, float, float, float]:
        """West, south, east and north metres: the page's first view in these proportions."""
        west, south, east, north = self.content.bounds
        corners = transform(np.array([[west, south], [east, north]]), WGS84, self.crs)
        (west, south), (east, north) = corners
        middle = ((west + east) / 2, (south + north) / 2)
        metres = max((east - west) / width, (north - south) / height)
        half = (metres * width / 2, metres * height / 2)
        return middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1]

    def draw(self, axes: Axes, *, names: Sequence[str], north: str) -> None:
        """Draw the map into ``axes``; only labels of the kinds in ``names`` are written."""
        width, height = _size_pt(axes)
        west, south, east, top = self.bounds(width, height)
        axes.set(xlim=(west, east), ylim=(south, top), xticks=[], yticks=[])
        axes.set_aspect("equal")
        for edge in axes.spines.values():
            edge.set(color="#b9b4a8", linewidth=0.6)
        axes.set_facecolor("#f3f1ec")
        metre_pt = width / (east - west)
        frame = shapely.box(west, south, east, top)
        lanes = self._lanes(metre_pt)
        for place, layer in enumerate(self.layers):
            draw_layer(axes, layer, self.crs, 1.0 + place / 100, frame, lanes)
        taken = furniture(axes, north, (width, height), (east - west) / width)
        taken += [
            box for layer in self.layers for box in _signs(layer, self.crs, (west, south), metre_pt)
        ]
        labels = [
            label for layer in self.layers if layer.labels in names
            for label in _labels(layer, self.crs, frame, (west, south), metre_pt)
        ]  # fmt: skip
        place_labels(axes, labels, taken, (2, 2, width - 2, height - 2))

    def key(self) -> list[tuple[Any, str]]:
        """The signs of the layers shown, with their names, each once."""
        named: dict[str, Any] = {}
        for layer in self.layers[::-1]:
            if layer.in_list and layer.pane not in ("streets", "ground"):
                named.setdefault(
                    shown(layer.name, KEY_LETTERS),
                    layer_sign(layer.kind, layer.style, layer.features),
                )
        for item in self.content.text.legend:
            if (not item.views or self.view in item.views) and (item.indicative or item.style.dash):
                named.setdefault(shown(item.name, KEY_LETTERS), legend_sign(item))
        return [(sign, name) for name, sign in named.items()]

    def _lanes(self, metre_pt: float) -> dict[int, list[FloatArray]]:
        """The shifted parts of the lines that share streets, by the identity of their feature."""
        parts, owner = [], []
        beside = [layer for layer in self.layers if layer.side_by_side]
        for rank, layer in enumerate(beside):
            for feature in layer.features:
                for line in shapely.get_parts(metric(feature, self.crs)):
                    parts.append(Part(rank, shapely.get_coordinates(line)))
                    owner.append(id(feature))
        found: dict[int, list[FloatArray]] = {}
        for key, xy in zip(owner, side_by_side(parts, _LANE_PT / metre_pt), strict=True):
            found.setdefault(key, []).append(xy)
        return found


def _size_pt(axes: Axes) -> tuple[float, float]:
    figure = axes.figure
    box = axes.get_position()
    width, height = figure.get_size_inches()  # type: ignore[union-attr]
    return float(box.width * width * 72), float(box.height * height * 72)


def _labels(
    layer: Layer, crs: str, frame: Any, corner: tuple[float, float], metre_pt: float  # noqa: ANN401
) -> list[Label]:  # fmt: skip
    found: dict[str, Label] = {}
    for feature in layer.features:
        part = shapely.intersection(metric(feature, crs), frame)
        text = shown(feature.label)
        if part.is_empty or not text or text in found:
            continue
        point = shapely.line_interpolate_point(_longest(part), 0.5, normalized=True) \
            if layer.kind == "line" else part.representative_point()  # fmt: skip
        at = ((point.x - corner[0]) * metre_pt, (point.y - corner[1]) * metre_pt)
        found[text] = Label(
            text, *at, rank=_RANKS.get(layer.labels, 5),
            size=8.0 if layer.labels == "park" else 5.5 if layer.labels == "street" else 6.5,
            colour=_COLOURS.get(layer.labels, "#222222"), bold=layer.labels == "park",
            centred=layer.labels in ("park", "street"),
        )  # fmt: skip
    return list(found.values())


def _signs(layer: Layer, crs: str, corner: tuple[float, float], metre_pt: float) -> list[Box]:
    """The boxes of the points of ``layer`` that no name may cover: small circles it may."""
    if layer.kind != "point" or layer.style.radius < _TOLD_PX:
        return []
    points = [metric(feature, crs) for feature in layer.features]
    at = [((one.x - corner[0]) * metre_pt, (one.y - corner[1]) * metre_pt) for one in points]
    return [(x - _SIGN_PT, y - _SIGN_PT, x + _SIGN_PT, y + _SIGN_PT) for x, y in at]


def _longest(shape: Any) -> Any:  # noqa: ANN401
    lines = [one for one in shapely.get_parts(shape) if one.geom_type == "LineString"]
    return max(lines, key=lambda line: line.length) if lines else shapely.LineString()
