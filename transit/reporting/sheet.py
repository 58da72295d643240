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

from transit.maps.content import Feature, Layer, LegendItem, PageContent, Pane, Style
from transit.reporting.labels import Box, Label, place_labels, shown
from transit.reporting.lanes import Part, side_by_side
from transit.reporting.marks import furniture
from transit.reporting.picture import WIDTH_IN
from transit.units import WGS84, FloatArray, transform

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KEY_LETTERS = 44
PT = 0.55
"""Points of the page for a screen pixel of a page's style."""
_INDICATIVE_DASH = (3.0, 2.0)
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
        for place, layer in enumerate(self.layers):
            _draw_layer(axes, layer, self.crs, 1.0 + place / 100, frame, self._lanes(metre_pt))
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
                    shown(layer.name, KEY_LETTERS), _sign(layer.kind, layer.style, layer.features)
                )
        for item in self.content.text.legend:
            if (not item.views or self.view in item.views) and (item.indicative or item.style.dash):
                named.setdefault(shown(item.name, KEY_LETTERS), _legend_sign(item))
        return [(sign, name) for name, sign in named.items()]

    def _lanes(self, metre_pt: float) -> dict[int, list[FloatArray]]:
        """The shifted parts of the lines that share streets, by the identity of their feature."""
        parts, owner = [], []
        beside = [layer for layer in self.layers if layer.side_by_side]
        for rank, layer in enumerate(beside):
            for feature in layer.features:
                for line in shapely.get_parts(_metric(feature, self.crs)):
                    parts.append(Part(rank, shapely.get_coordinates(line)))
                    owner.append(id(feature))
        found: dict[int, list[FloatArray]] = {}
        for key, xy in zip(owner, side_by_side(parts, _LANE_PT / metre_pt), strict=True):
            found.setdefault(key, []).append(xy)
        return found


def sheet_height(proportion: float) -> float:
    """Inches of a map as wide as the page, with these proportions of height to width."""
    return WIDTH_IN * proportion


def _size_pt(axes: Axes) -> tuple[float, float]:
    figure = axes.figure
    box = axes.get_position()
    width, height = figure.get_size_inches()  # type: ignore[union-attr]
    return float(box.width * width * 72), float(box.height * height * 72)


def _metric(feature: Feature, crs: str) -> Any:  # noqa: ANN401  (a geometry)
    return shapely.transform(feature.geometry, lambda xy: transform(xy, WGS84, crs))


def _draw_layer(  # noqa: PLR0913
    axes: Axes, layer: Layer, crs: str, order: float, frame: Any,  # noqa: ANN401
    lanes: dict[int, list[FloatArray]],
) -> None:  # fmt: skip
    draw = {"area": _draw_area, "line": _draw_line, "point": _draw_point}[layer.kind]
    for feature in layer.features:
        shape = _metric(feature, crs)
        if not shape.intersects(frame):
            continue
        parts = lanes.get(id(feature)) or [
            shapely.get_coordinates(line) for line in shapely.get_parts(shape)
        ]
        draw(axes, layer, feature, shape if layer.kind == "area" else parts, order)


def _draw_area(axes: Axes, layer: Layer, feature: Feature, shape: Any, order: float) -> None:  # noqa: ANN401
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    style = layer.style
    rings = [
        Path(shapely.get_coordinates(ring), closed=True)
        for polygon in shapely.get_parts(shape)
        for ring in (polygon.exterior, *polygon.interiors)
    ]
    if not rings:
        return
    outline = Path.make_compound_path(*rings)
    look = {"linewidth": style.width * PT, "linestyle": _dashes(layer, feature)}
    if style.fill:
        fill = _with_alpha(style.fill, style.fill_opacity)
        axes.add_patch(PathPatch(outline, facecolor=fill, edgecolor="none", zorder=order))
    if style.hatch:
        axes.add_patch(
            PathPatch(outline, facecolor="none", edgecolor=_with_alpha(style.color, 0.6),
                      hatch="////", linewidth=0, zorder=order)
        )  # fmt: skip
    axes.add_patch(
        PathPatch(outline, facecolor="none", edgecolor=style.color, zorder=order, **look)
    )


def _draw_line(axes: Axes, layer: Layer, feature: Feature, parts: Any, order: float) -> None:  # noqa: ANN401
    from matplotlib.collections import LineCollection

    style = layer.style
    if style.halo:
        halo = LineCollection(parts, colors=style.halo, linewidths=(style.width + 5) * PT)
        halo.set_zorder(order - 0.004)
        axes.add_collection(halo, autolim=False)
    drawn = LineCollection(
        parts, colors=_with_alpha(style.color, style.opacity), linewidths=style.width * PT,
        linestyles=[_dashes(layer, feature)], capstyle="butt", joinstyle="round", zorder=order,
    )  # fmt: skip
    axes.add_collection(drawn, autolim=False)


def _draw_point(axes: Axes, layer: Layer, feature: Feature, parts: Any, order: float) -> None:  # noqa: ANN401
    style = layer.style
    (x, y), *_ = parts[0]
    if feature.indicative and style.shape == "circle":
        axes.add_collection(_ring(style, ((x, y),), axes.transData), autolim=False)
        axes.collections[-1].set_zorder(order)
        return
    axes.plot(x, y, linestyle="none", zorder=order, **_marker(style, hollow=feature.indicative))


def _ring(style: Style, at: Any, where: Any = None) -> Any:  # noqa: ANN401
    """The hollow, broken circle of an indicative point: plain markers have no dashes."""
    from matplotlib.collections import PathCollection
    from matplotlib.markers import MarkerStyle
    from matplotlib.transforms import IdentityTransform

    marker = MarkerStyle("o")
    circle = marker.get_path().transformed(marker.get_transform())
    colour = style.fill if style.color == "#ffffff" else style.color
    ring = PathCollection(
        [circle], sizes=[(style.radius * 2 * PT) ** 2], offsets=list(at), facecolors="white",
        edgecolors=colour, linewidths=1.0, linestyles=[(0, (2.2, 1.1))],
    )  # fmt: skip
    ring.set_transform(IdentityTransform())
    if where is not None:
        ring.set_offset_transform(where)
    return ring


def _marker(style: Style, *, hollow: bool) -> dict[str, Any]:
    if style.shape == "badge":
        return {"marker": "s", "markersize": 5, "markerfacecolor": style.color,
                "markeredgecolor": "white", "markeredgewidth": 0.5}  # fmt: skip
    marker = "s" if style.shape == "square" else "o"
    fill = "white" if hollow or not style.fill else style.fill
    edge = style.fill if hollow and style.color == "#ffffff" else style.color
    size = (6.0 if style.shape == "square" else style.radius * 2) * PT
    return {"marker": marker, "markersize": size, "markerfacecolor": fill,
            "markeredgecolor": edge, "markeredgewidth": min(style.width, 1.6) * PT}  # fmt: skip


def _dashes(layer: Layer, feature: Feature) -> Any:  # noqa: ANN401  (matplotlib's)
    # Where all streets are indicative the notes say so: dashing every street would hide the rest.
    streets = layer.pane == "streets" and all(one.indicative for one in layer.features)
    marked = feature.indicative and not streets
    said = feature.dash or ("" if marked else layer.style.dash)
    if said:
        return 0, tuple(float(one) * PT for one in said.replace(",", " ").split())
    return (0, _INDICATIVE_DASH) if marked else "solid"


def _sign(kind: str, style: Style, features: Sequence[Feature] = ()) -> Any:  # noqa: ANN401
    """The sign of a layer in the key; dashed where all of it is indicative."""
    marked = bool(features) and all(feature.indicative for feature in features)
    return _legend_sign(LegendItem("", kind, style, indicative=marked))  # type: ignore[arg-type]


def _legend_sign(item: LegendItem) -> Any:  # noqa: ANN401
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    layer = Layer("", "", "", item.kind, "lines", (), item.style)
    dashes = _dashes(layer, Feature(shapely.Point(), indicative=item.indicative))
    style = item.style
    if item.kind == "point" and item.indicative and style.shape == "circle":
        return _ring(style, [(0.0, 0.0)])
    if item.kind == "point":
        return Line2D([], [], linestyle="none", **_marker(style, hollow=item.indicative))
    if item.kind == "line":
        return Line2D(
            [], [], color=style.color, linewidth=min(style.width, 6) * PT, linestyle=dashes
        )
    return Patch(
        facecolor=_with_alpha(style.fill or "#ffffff", style.fill_opacity), edgecolor=style.color,
        linewidth=style.width * PT, linestyle=dashes, hatch="////" if style.hatch else None,
    )  # fmt: skip


def _labels(
    layer: Layer, crs: str, frame: Any, corner: tuple[float, float], metre_pt: float  # noqa: ANN401
) -> list[Label]:  # fmt: skip
    found: dict[str, Label] = {}
    for feature in layer.features:
        part = shapely.intersection(_metric(feature, crs), frame)
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
    points = [_metric(feature, crs) for feature in layer.features]
    at = [((one.x - corner[0]) * metre_pt, (one.y - corner[1]) * metre_pt) for one in points]
    return [(x - _SIGN_PT, y - _SIGN_PT, x + _SIGN_PT, y + _SIGN_PT) for x, y in at]


def _longest(shape: Any) -> Any:  # noqa: ANN401
    lines = [one for one in shapely.get_parts(shape) if one.geom_type == "LineString"]
    return max(lines, key=lambda line: line.length) if lines else shapely.LineString()


def _with_alpha(colour: str, alpha: float) -> tuple[float, float, float, float]:
    from matplotlib.colors import to_rgba

    red, green, blue, _ = to_rgba(colour)
    return red, green, blue, alpha
