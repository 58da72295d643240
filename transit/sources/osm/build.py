"""A network from OSM data: which CRS, which area, streets, stops and lines, and what was left."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

import numpy as np
import shapely
from shapely.geometry import Polygon

from transit.errors import DataError, Problem
from transit.model.network import ACCESS_M, Network
from transit.model.streets import Streets
from transit.sources.osm.data import (
    CREDIT,
    NOTHING_ASKED,
    Area,
    Box,
    LeftOut,
    OsmData,
    OsmReading,
    Place,
    PlacesAsked,
    left_out_table,
)
from transit.sources.osm.features import places_of
from transit.sources.osm.gaps import gaps_of
from transit.sources.osm.lines import feed_of
from transit.sources.osm.streets import pieces_of, streets_of, usable
from transit.sources.osm.turns import restrictions_of
from transit.units import FloatArray, metric_crs, project, require_metric

_EDGE_STEP_DEG = 0.01  # a straight side in degrees is a curve in metres: add corners this often


def reading_of(
    data: OsmData,
    *,
    crs: str | None = None,
    name: str,
    within: Area | None = None,
    asked: PlacesAsked = NOTHING_ASKED,
) -> OsmReading:
    """The network of ``data`` in ``crs`` (its centre's metric CRS by default), and what was left.

    With ``within`` (WGS-84 degrees) only what touches it is kept. The study area is ``within``,
    or the box the data declare, or else the convex envelope of the streets widened by
    ``ACCESS_M``. Raises a ``DataError`` when there is no street.
    """
    ways, flags, closed = usable(data.ways)
    known = ways.lonlat[~np.isnan(ways.lonlat[:, 0])]
    _require_streets(data, known)
    declared = _declared(data.box, known) if within is None else within
    crs = chosen_crs(crs, bounds_of(known) if declared is None else declared.bounds)
    area = None if declared is None else in_metres(declared, crs)
    pieces, cut = pieces_of(ways, flags, crs)
    turns, unread = restrictions_of(data.turns)
    streets, dropped = streets_of(pieces, crs, None if within is None else area, turns)
    if not len(streets):
        raise nothing_there(data.where, bounds_of(known), within)
    held, beyond = _held(data.places, crs)
    stops = _places(held, within)
    feed, lines = feed_of(stops, data.relations, crs=crs, year=data.year)
    gaps = gaps_of(data.relations, data.ways, held, crs)
    if within is not None:
        gaps = gaps[shapely.intersects_xy(within, gaps["lon"], gaps["lat"])].reset_index(drop=True)
    study_area = envelope(streets) if area is None else area
    network = Network(name, streets, feed, study_area, sources=(credit(data.year),))
    places, apart = places_of(data.features, asked, crs, None if within is None else area)
    left = [*data.left_out, *closed, *cut, *dropped, *unread, *lines, *apart, beyond]
    return OsmReading(
        network, left_out_table(left), places=places if asked.kinds else None, gaps=gaps
    )


def chosen_crs(crs: str | None, box: Box) -> str:
    """``crs`` when it is given and measures in metres, else the metric CRS of the box's centre."""
    if crs is not None:
        return require_metric(crs, where="crs")
    return metric_crs((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def in_metres(area: Area, crs: str) -> Area:
    """A polygon of WGS-84 degrees in metres of ``crs``, its long sides bent as they must be."""
    dense = shapely.segmentize(area, _EDGE_STEP_DEG)
    return shapely.transform(dense, lambda lonlat: project(lonlat, crs))


def envelope(streets: Streets) -> Polygon:
    """The convex envelope of the streets, widened by ``ACCESS_M`` to hold the kerbs beside them."""
    return shapely.MultiPoint(streets.coords).convex_hull.buffer(ACCESS_M)


def credit(year: int) -> str:
    """The line of credit that maps and reports must show."""
    return f"{CREDIT}, as of {year}"


def bounds_of(lonlat: FloatArray) -> Box:
    """West, south, east and north of positions, shape (n, 2), in degrees."""
    west, south = lonlat.min(axis=0)
    east, north = lonlat.max(axis=0)
    return float(west), float(south), float(east), float(north)


def nothing_there(where: str, bounds: Box, within: Area | None) -> DataError:
    """The error for streets that are not where they were asked for."""
    if within is None:
        mend = "take an extract of a place with streets"
        return DataError(Problem(where, "holds no street of any length", mend))
    reach, asked = (", ".join(f"{degree:.5f}" for degree in box) for box in (bounds, within.bounds))
    mend = f"the data reach over (west, south, east, north) = ({reach}): choose a box there"
    return DataError(Problem(where, f"no street lies in the area asked for ({asked})", mend))


def _declared(box: Box | None, known: FloatArray) -> Polygon | None:
    """The box the data declare, when it is one and any street lies in it."""
    if box is None or not (box[0] < box[2] and box[1] < box[3]):
        return None
    declared = shapely.box(*box)
    return declared if shapely.intersects_xy(declared, *known.T).any() else None


def _places(places: Sequence[Place], within: Area | None) -> list[Place]:
    if within is None:
        return list(places)
    lon, lat = ([getattr(place, name) for place in places] for name in ("lon", "lat"))
    inside = np.asarray(shapely.intersects_xy(within, lon, lat), dtype=bool)
    return list(compress(places, inside))


def _held(places: Sequence[Place], crs: str) -> tuple[list[Place], LeftOut]:
    """The places that ``crs`` can hold, and how many lie half the earth away."""
    xy = project(np.array([(p.lon, p.lat) for p in places]).reshape(-1, 2), crs)
    held = np.asarray(np.isfinite(xy).all(axis=1))
    why = f"they lie beyond what {crs} can hold"
    return list(compress(places, held)), LeftOut("stops", int((~held).sum()), why)


def _require_streets(data: OsmData, known: FloatArray) -> None:
    if not len(data.ways):
        mend = "take an extract that holds ways with a highway tag"
        raise DataError(Problem(data.where, "holds no streets", mend))
    if not len(known):
        fault = f"holds {len(data.ways)} ways, but none that is open and has positions"
        mend = "take an extract with its nodes, sorted (nodes before ways), of a place with streets"
        raise DataError(Problem(data.where, fault, mend))
