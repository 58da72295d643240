"""Where the findings of a quality report are: a sketch in SVG, without a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import shapely

from transit.analysis.quality import SEVERITIES, Quality
from transit.model.network import Network
from transit.model.streets import Streets
from transit.units import FloatArray, project

_WIDTH = 960.0
_MARGIN = 12.0
_SIZE = {"error": 9.0, "warning": 7.0, "note": 4.0}
_FEW = 0.005
"""So great a share of the stops may lie beyond the sketch on each side."""
_ALL_STREETS = 5000
_MAIN = ("motorway", "trunk", "primary", "secondary", "tertiary")


def sketch(report: Quality, said: Mapping[str, str]) -> str:
    """An SVG of all stops, the study area and the findings that have a place; "" without any.

    Notes and stops far from the study area are left out, and the outermost of all findings: one
    position of (0, 0) would shrink all others to a dot.
    """
    network = report.network
    placed = report.findings.dropna(subset=["lon", "lat"])
    if placed.empty:
        return ""
    xy = project(placed[["lon", "lat"]].to_numpy(), network.crs)
    grave = (placed["severity"] != "note").to_numpy()
    west, south, east, north = _frame(network, xy[grave])
    scale = (_WIDTH - 2 * _MARGIN) / max(east - west, north - south, 1.0)
    width, height = ((far - near) * scale + 2 * _MARGIN
                     for near, far in ((west, east), (south, north)))  # fmt: skip

    def on_page(points: FloatArray) -> FloatArray:
        moved: FloatArray = (points - (west, north)) * (scale, -scale) + _MARGIN
        return moved.round(1)

    def dots(kind: str, points: FloatArray, size: float) -> str:
        inside = ((points >= (west, south)) & (points <= (east, north))).all(axis=1)
        return _dots(kind, np.unique(on_page(points[inside]), axis=0), size)

    parts = [_box(on_page(np.array(network.study_area.bounds).reshape(2, 2)))]
    parts += [_streets(network.streets, on_page, 1 / scale), dots("stop", network.stop_xy, 2.5)]
    for severity in reversed(SEVERITIES):  # the worst on top
        mine = (placed["severity"] == severity).to_numpy()
        parts += [dots(severity, xy[mine], _SIZE[severity])]
    return (
        f'<svg class="sketch" role="img" aria-label="{said["sketch"]}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}">{"".join(parts)}</svg>'
    )


def _frame(network: Network, grave_xy: FloatArray) -> FloatArray:
    """West, south, east, north of the study area and what errors and warnings lie near stops."""
    corners = np.array(network.study_area.bounds).reshape(2, 2)
    low, high = np.quantile(network.stop_xy, [_FEW, 1 - _FEW], axis=0)
    usual = ((grave_xy >= low) & (grave_xy <= high)).all(axis=1)
    seen = np.vstack([corners, grave_xy[usual]])
    return np.concatenate([seen.min(axis=0), seen.max(axis=0)])


def _streets(
    streets: Streets, on_page: Callable[[FloatArray], FloatArray], tolerance_m: float
) -> str:
    """The streets as one path; of many the main ones only."""
    lines = streets.lines
    if len(lines) > _ALL_STREETS:
        lines = lines[streets.edges["highway"].str.removesuffix("_link").isin(_MAIN)]
    lines = shapely.simplify(lines, tolerance_m)
    steps = []
    for line in lines[:_ALL_STREETS]:
        (x, y), *rest = on_page(shapely.get_coordinates(line)).tolist()
        steps.append(f"M{x:g} {y:g}L{' '.join(f'{x:g} {y:g}' for x, y in rest)}")
    return f'<path class="street" d="{"".join(steps)}"/>' if steps else ""


def _box(corners: FloatArray) -> str:
    (west, south), (east, north) = corners.tolist()
    size = f'width="{east - west:.1f}" height="{south - north:.1f}"'
    return f'<rect class="area" x="{west:g}" y="{north:g}" {size}/>'


def _dots(kind: str, points: FloatArray, width: float) -> str:
    """All points of a kind as one path: a round stroke of no length is a dot."""
    steps = "".join(f"M{x:g} {y:g}h0" for x, y in points)
    return f'<path class="{kind}" stroke-width="{width:g}" d="{steps}"/>' if steps else ""
