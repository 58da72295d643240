"""Where published courses (GTFS ``shapes``) run, hop by hop, for drawing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString

from transit.model.network import Network
from transit.model.published import hops_on_shape
from transit.units import FloatArray

AT_VERTEX_M = 25.0
"""A hop is drawn from a vertex of its shape that is so near its stop, in metres along the shape.

Lines that call at other stops of one street then share its vertices and lie side by side.
"""


def published_hops(network: Network) -> pd.DataFrame:
    """One row a hop that follows a published shape, for want of a street.

    Columns: ``pattern_id``, ``hop`` (0, 1, … along the pattern), ``shape_id``, ``start_m`` and
    ``end_m`` along the shape.
    """
    return network.table("published hops", lambda: _published_hops(network))


def hop_vertices(network: Network) -> dict[str, dict[int, FloatArray]]:
    """By pattern id and hop the vertices in metres, shape (vertices, 2), of ``published_hops``."""
    found: dict[str, dict[int, FloatArray]] = {}
    for shape_id, rows in published_hops(network).groupby("shape_id", sort=False):
        xy = network.shape_xy[str(shape_id)]
        metres = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
        line = LineString(xy)
        for row in rows.itertuples():
            drawn = _between(line, xy, metres, row.start_m, row.end_m)
            found.setdefault(str(row.pattern_id), {})[int(row.hop)] = drawn
    return found


def _published_hops(network: Network) -> pd.DataFrame:
    columns = ["pattern_id", "hop", "shape_id", "start_m", "end_m"]
    return pd.DataFrame(list(_rows(network)), columns=columns)


def _rows(network: Network) -> Iterator[tuple[str, int, str, float, float]]:
    patterns = network.feed.patterns
    known = patterns[patterns["shape_id"].isin(list(network.shape_xy))]
    for pattern, shape in zip(known["pattern_id"], known["shape_id"], strict=True):
        rows = [network.stop_row[stop] for stop in network.feed.sequence(pattern)]
        course, xy = network.courses[pattern], network.shape_xy[shape]
        for hop, (start, end) in hops_on_shape(course, network.stop_xy[rows], xy).items():
            yield pattern, hop, shape, start, end


def _between(
    line: LineString, xy: FloatArray, metres: FloatArray, start: float, end: float
) -> FloatArray:
    """The vertices of ``line`` from ``start`` to ``end`` metres, ends at a vertex where near."""
    first, last = (_snapped(metres, at) for at in (start, end))
    inner = slice(np.searchsorted(metres, first, "right"), np.searchsorted(metres, last, "left"))
    ends = shapely.get_coordinates(shapely.line_interpolate_point(line, [first, last]))
    return np.concatenate([ends[:1], xy[inner], ends[1:]])


def _snapped(metres: FloatArray, at: float) -> float:
    near = float(metres[np.abs(metres - at).argmin()])
    return near if abs(near - at) <= AT_VERTEX_M else at
