"""OpenStreetMap as a network: from files, from graphs that OSMnx saved, and live.

>>> from transit.sources.osm import from_osm
>>> network = from_osm("Helsinki.osm.pbf")  # doctest: +SKIP
>>> len(network.feed.stops)  # doctest: +SKIP
94
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import shapely

from transit.errors import Problem, UsageError
from transit.sources.osm.data import Box, OsmReading, checked_box
from transit.sources.osm.reading import from_osm, read_osm

if TYPE_CHECKING:
    from transit.model.network import Network
    from transit.sources.osm.overpass import LiveOptions

__all__ = ["OsmReading", "from_osm", "from_overpass", "osm_for_area", "read_osm", "read_overpass"]

def from_overpass(  # noqa: PLR0913  (all but two have a default that does)
    *,
    place: str | None = None,
    bbox: Box | None = None,
    crs: str | None = None,
    name: str | None = None,
    overpass_url: str | None = None,
    options: LiveOptions | None = None,
) -> Network:
    """The network of a place or a box as OpenStreetMap is today, without any headway.

    Give either ``place`` (a name with an outline on openstreetmap.org) or ``bbox`` (west, south,
    east, north in degrees). ``overpass_url`` is the server, by default overpass-api.de. Raises a
    ``DataError`` that says what to try when the server cannot be reached or refuses, when the
    place is not found or has no streets; a ``UsageError`` for a box that is none. Every wait is
    bounded (see ``LiveOptions``). ``read_overpass`` gives what was left out, too.
    """
    return read_overpass(
        place=place, bbox=bbox, crs=crs, name=name, overpass_url=overpass_url, options=options
    ).network


def read_overpass(  # noqa: PLR0913
    *,
    place: str | None = None,
    bbox: Box | None = None,
    crs: str | None = None,
    name: str | None = None,
    overpass_url: str | None = None,
    options: LiveOptions | None = None,
) -> OsmReading:
    """The network of today and the table of what was left out; see ``from_overpass``."""
    if (bbox is None) == (not place):
        mend = "give either place='Longhua District, Shenzhen' or bbox=(west, south, east, north)"
        raise UsageError(Problem("download", "needs a place or a bbox, and not both", mend))
    box = checked_box(bbox) if bbox is not None else None
    from transit.sources.osm.build import reading_of
    from transit.sources.osm.live import area_of, download
    from transit.sources.osm.overpass import OVERPASS_URL, LiveOptions, checked_url

    options = options or LiveOptions()
    url = checked_url(overpass_url or OVERPASS_URL, where="overpass_url")
    checked_url(options.nominatim_url, where="nominatim_url")
    area, parts = (shapely.box(*box), []) if box else area_of(str(place), options=options)
    data = download(area, overpass_url=url, options=options)
    data = replace(data, left_out=(*data.left_out, *parts))
    return reading_of(data, crs=crs, name=name or place or "OpenStreetMap", within=area)


def osm_for_area(bbox: Box, crs: str, overpass_url: str | None = None) -> OsmReading:
    """Streets, stops and lines of a box of degrees in a CRS that is fixed already, of today."""
    return read_overpass(bbox=bbox, crs=crs, overpass_url=overpass_url)
