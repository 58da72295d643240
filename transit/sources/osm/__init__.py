"""OpenStreetMap as a network: from files, from graphs that OSMnx saved, and live.

>>> from transit.sources.osm import from_osm
>>> network = from_osm("Helsinki.osm.pbf")  # doctest: +SKIP
>>> len(network.feed.stops)  # doctest: +SKIP
94
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import shapely

from transit.errors import Problem, UsageError
from transit.sources.osm.data import Box, OsmReading, checked_box
from transit.sources.osm.reading import from_osm, read_osm

if TYPE_CHECKING:
    from transit.model.network import Network
    from transit.model.places import PlaceKind
    from transit.sources.osm.live import LiveReading
    from transit.sources.osm.overpass import LiveOptions

__all__ = ["OsmReading", "from_osm", "from_overpass", "osm_for_area", "read_osm", "read_overpass"]


def from_overpass(  # noqa: PLR0913  (all but two have a default that does)
    *,
    place: str | None = None,
    bbox: Box | None = None,
    crs: str | None = None,
    name: str | None = None,
    overpass_url: str | Sequence[str] | None = None,
    options: LiveOptions | None = None,
) -> Network:
    """The network of a place or a box as OpenStreetMap is today, without any headway.

    Give either ``place`` (a name with an outline on openstreetmap.org) or ``bbox`` (west, south,
    east, north in degrees). ``overpass_url`` is the server, or several that are tried in turn; by
    default three public ones. Large areas come in tiles, which are kept as they arrive: a run that
    is cut off goes on there. Raises a ``DataError`` that says what to try when no server can be
    reached or all refuse, when the place is not found or has no streets; a ``UsageError`` for a
    box that is none or needs too many tiles. Every wait is bounded (see ``LiveOptions``).
    ``read_overpass`` gives what was left out and who answered, too.
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
    overpass_url: str | Sequence[str] | None = None,
    options: LiveOptions | None = None,
    places: Collection[PlaceKind] = (),
    keep_outlines: bool = False,
) -> LiveReading:
    """The network of today, what was left out, and who answered; see ``from_overpass``.

    ``places`` and ``keep_outlines`` are as in ``read_osm``.
    """
    if (bbox is None) == (not place):
        mend = "give either place='Longhua District, Shenzhen' or bbox=(west, south, east, north)"
        raise UsageError(Problem("download", "needs a place or a bbox, and not both", mend))
    box = checked_box(bbox) if bbox is not None else None
    from transit.sources.osm.build import reading_of
    from transit.sources.osm.data import PlacesAsked
    from transit.sources.osm.features import checked_kinds
    from transit.sources.osm.live import LiveReading, area_of, download
    from transit.sources.osm.overpass import LiveOptions, checked_servers, checked_url

    options = options or LiveOptions()
    servers = checked_servers(overpass_url)
    checked_url(options.nominatim_url, where="nominatim_url")
    area, parts = (shapely.box(*box), []) if box else area_of(str(place), options=options)
    asked = PlacesAsked(checked_kinds(places), keep_outlines)
    data, answered = download(area, servers=servers, options=options, kinds=asked.kinds)
    data = replace(data, left_out=(*data.left_out, *parts))
    title = name or place or "OpenStreetMap"
    read = reading_of(data, crs=crs, name=title, within=area, asked=asked)
    return LiveReading(**vars(read), answered=answered)


def osm_for_area(
    bbox: Box,
    crs: str,
    overpass_url: str | Sequence[str] | None = None,
    options: LiveOptions | None = None,
) -> LiveReading:
    """Streets, stops and lines of a box of degrees in a CRS that is fixed already, of today."""
    return read_overpass(bbox=bbox, crs=crs, overpass_url=overpass_url, options=options)
