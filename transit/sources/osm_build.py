"""A network from OSM data: which CRS, which area, streets, stops and lines, and what was left."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import Polygon

from transit.errors import DataError, Problem
from transit.model.network import ACCESS_M, Network
from transit.model.streets import Streets
from transit.sources.osm_data import (
    CREDIT,
    Box,
    OsmData,
    OsmReading,
    Place,
    checked_box,
    left_out_table,
)
from transit.sources.osm_lines import feed_of
from transit.sources.osm_streets import pieces_of, streets_of, usable
from transit.units import FloatArray, metric_crs, project, require_metric

_EDGE_STEP_DEG = 0.01  # a straight side in degrees is a curve in metres: add corners this often


def reading_of(
    data: OsmData, *, crs: str | None = None, name: str, bbox: Box | None = None
) -> OsmReading:
    """The network of ``data`` in ``crs`` (its centre's metric CRS by default), and what was left.

    With ``bbox`` only what touches that box is kept. The study area is ``bbox``, or the box the
    data declare, or else the convex envelope of the streets widened by ``ACCESS_M``. Raises a
    ``DataError`` when there is no street.
    """
    ways, flags, closed = usable(data.ways)
    known = ways.lonlat[~np.isnan(ways.lonlat[:, 0])]
    _require_streets(data, known)
    box = checked_box(bbox) if bbox is not None else _declared_box(data.box, known)
    crs = chosen_crs(crs, box or _bounds(known))
    area = box_in(crs, box) if box else None
    pieces, cut = pieces_of(ways, flags, crs)
    streets, dropped = streets_of(pieces, crs, area if bbox is not None else None)
    if not len(streets):
        raise _nothing_there(data.where, _bounds(known), bbox)
    places = [place for place in data.places if bbox is None or _within(place, box)]
    feed, lines = feed_of(places, data.relations, crs=crs, year=data.year)
    study_area = area if area is not None else envelope(streets)
    network = Network(name, streets, feed, study_area, sources=(credit(data.year),))
    return OsmReading(network, left_out_table([*data.left_out, *closed, *cut, *dropped, *lines]))


def chosen_crs(crs: str | None, box: Box) -> str:
    """``crs`` when it is given and measures in metres, else the metric CRS of the box's centre."""
    if crs is not None:
        return require_metric(crs, where="crs")
    return metric_crs((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def box_in(crs: str, box: Box) -> Polygon:
    """The box of WGS-84 degrees as a polygon in metres of ``crs``."""
    dense = shapely.segmentize(shapely.box(*box), _EDGE_STEP_DEG)
    return shapely.transform(dense, lambda lonlat: project(lonlat, crs))


def envelope(streets: Streets) -> Polygon:
    """The convex envelope of the streets, widened by ``ACCESS_M`` to hold the kerbs beside them."""
    return shapely.MultiPoint(streets.coords).convex_hull.buffer(ACCESS_M)


def credit(year: int) -> str:
    """The line of credit that maps and reports must show."""
    return f"{CREDIT}, as of {year}"


def _bounds(lonlat: FloatArray) -> Box:
    west, south = lonlat.min(axis=0)
    east, north = lonlat.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _declared_box(box: Box | None, known: FloatArray) -> Box | None:
    """The box the data declare, when it is one and any street lies in it."""
    if box is None or not (box[0] < box[2] and box[1] < box[3]):
        return None
    lon, lat = known.T
    inside = (box[0] <= lon) & (lon <= box[2]) & (box[1] <= lat) & (lat <= box[3])
    return box if inside.any() else None


def _within(place: Place, box: Box | None) -> bool:
    return box is None or (box[0] <= place.lon <= box[2] and box[1] <= place.lat <= box[3])


def _require_streets(data: OsmData, known: FloatArray) -> None:
    if not len(data.ways):
        mend = "take an extract that holds ways with a highway tag"
        raise DataError(Problem(data.where, "holds no streets", mend))
    if not len(known):
        fault = f"holds {len(data.ways)} ways, but none that is open and has positions"
        mend = "take an extract with its nodes, sorted (nodes before ways), of a place with streets"
        raise DataError(Problem(data.where, fault, mend))


def _nothing_there(where: str, bounds: Box, bbox: Box | None) -> DataError:
    covered = ", ".join(f"{degree:.5f}" for degree in bounds)
    if bbox is None:
        mend = "take an extract of a place with streets"
        return DataError(Problem(where, "holds no street of any length", mend))
    mend = f"the data reach over (west, south, east, north) = ({covered}): choose a box there"
    return DataError(Problem(where, f"no street lies in bbox {tuple(bbox)}", mend))
