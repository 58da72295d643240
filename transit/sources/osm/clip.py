"""The area that OSM data are cut to: a box, a polygon, or the polygons of a GeoJSON file."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import shapely
from shapely.geometry import MultiPolygon, Polygon

from transit.errors import DataError, Problem, UsageError
from transit.sources.geojson import read_outlines
from transit.sources.osm.data import Area, Box, checked_box

Within: TypeAlias = Polygon | MultiPolygon | str | Path
"""A shapely polygon in WGS-84 degrees, or a GeoJSON file of polygons."""


def clip_of(bbox: Box | None, within: Within | None) -> Area | None:
    """The area in WGS-84 degrees that was asked for; ``None`` when none was.

    Several polygons of a file are taken together. Raises a ``UsageError`` for a box or a polygon
    that is none, and a ``DataError`` with every fault of a file.
    """
    if bbox is not None and within is not None:
        mend = "give bbox= or within=, and not both"
        raise UsageError(Problem("area", "is given twice", mend))
    if bbox is not None:
        return shapely.box(*checked_box(bbox))
    if isinstance(within, str | Path):
        return _of_file(Path(within))
    return None if within is None else _checked(within)


def _of_file(path: Path) -> Area:
    if not path.is_file():
        raise DataError(Problem(str(path), "there is no such file", "check the path"))
    return shapely.union_all(read_outlines(path))


def _checked(area: Area) -> Area:
    mend = "give a shapely Polygon or MultiPolygon in WGS-84 degrees, longitude first"
    if not isinstance(area, Polygon | MultiPolygon) or area.is_empty:
        raise UsageError(Problem("within", f"{type(area).__name__} is no area", mend))
    if not area.is_valid:
        fault = f"its outline is not valid: {shapely.is_valid_reason(area)}"
        raise UsageError(Problem("within", fault, "redraw it without crossing itself"))
    west, south, east, north = area.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        fault = f"its corners ({west:.0f}, {south:.0f}) are not WGS-84 degrees"
        raise UsageError(Problem("within", fault, mend))
    return shapely.force_2d(area)
