"""How features look in print: areas, lines and points, and their signs in the key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import shapely

from transit.pages.content import Feature, Layer, LegendItem, Style
from transit.units import WGS84, FloatArray, transform

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PT = 0.55
"""Points of the page for a screen pixel of a page's style."""
_INDICATIVE_DASH = (3.0, 2.0)


def metric(feature: Feature, crs: str) -> Any:  # noqa: ANN401  (a geometry)
    """The geometry of ``feature`` in metres of ``crs``."""
    return shapely.transform(feature.geometry, lambda xy: transform(xy, WGS84, crs))


def draw_layer(  # noqa: PLR0913
    axes: Axes, layer: Layer, crs: str, order: float, frame: Any,  # noqa: ANN401
    lanes: dict[int, list[FloatArray]],
) -> None:  # fmt: skip
    """Draw what ``frame`` shows of a layer; ``lanes`` are the shifted parts of its lines."""
    draw = {"area": _draw_area, "line": _draw_line, "point": _draw_point}[layer.kind]
    for feature in layer.features:
        shape = metric(feature, crs)
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


def layer_sign(kind: str, style: Style, features: Sequence[Feature] = ()) -> Any:  # noqa: ANN401
    """The sign of a layer in the key; dashed where all of it is indicative."""
    marked = bool(features) and all(feature.indicative for feature in features)
    return legend_sign(LegendItem("", kind, style, indicative=marked))  # type: ignore[arg-type]


def legend_sign(item: LegendItem) -> Any:  # noqa: ANN401
    """The sign of ``item`` in the key, as matplotlib draws it."""
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


def _with_alpha(colour: str, alpha: float) -> tuple[float, float, float, float]:
    from matplotlib.colors import to_rgba

    red, green, blue, _ = to_rgba(colour)
    return red, green, blue, alpha
