"""Outlines of parks and zones: the shapes of a GIS file, or a column of WKT."""

from __future__ import annotations

import numpy as np
import shapely

from transit.datum import Datum, to_wgs84
from transit.errors import Problem
from transit.sources.tables.aliases import plain_name
from transit.sources.tables.gis import Shapes
from transit.sources.tables.raw import RawTable


def outlines_of(raw: RawTable, datum: Datum) -> tuple[Shapes, list[Problem]]:
    """The outline of each row in WGS-84, from positions in ``datum``, and every fault.

    Outlines that cross themselves are mended where that keeps their area.
    """
    from transit.sources.geojson import shape_problems
    from transit.sources.zones import mended

    with np.errstate(all="ignore"):  # numbers that are none are named below
        shapes = raw.shapes if raw.shapes is not None else _written(raw)
        bare = np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        if len(bare) == len(shapes):
            return shapes, [
                Problem(raw.name, f"has no outline in any of {len(bare):,} rows", _DRAW)
            ]
        if len(bare):
            return shapes, [Problem(raw.where(row), "has no outline", _DRAW) for row in bare]
        shapes = mended(shapes)
        faults = [
            problem
            for row, shape in enumerate(shapes)
            for problem in shape_problems(shape, ("Polygon", "MultiPolygon"), raw.where(row))
        ]
        if not faults:
            shapes = shapely.transform(shapes, lambda lonlat: to_wgs84(lonlat, datum))
    return shapes, faults


def _written(raw: RawTable) -> Shapes:
    columns = [name for name in raw.frame.columns if plain_name(name) in _WKT]
    texts = raw.frame[columns[0]].tolist() if columns else [""] * len(raw.frame)
    shapes = np.empty(len(texts), dtype=object)
    shapes[:] = shapely.from_wkt([text or None for text in texts], on_invalid="ignore")
    return shapes


_DRAW = "draw the outlines: save the table from a GIS, or add a column of WKT"
_WKT = ("wkt", "geometry", "geom", "thegeom", "outline", "轮廓", "边界", "范围")
