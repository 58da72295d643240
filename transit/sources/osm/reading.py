"""OSM out of files: extracts and saved graphs, whole or a part of them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from transit.errors import DataError, Problem, UsageError, within_memory

if TYPE_CHECKING:
    from transit.model.network import Network
    from transit.model.places import PlaceKind
    from transit.sources.osm.clip import Within
    from transit.sources.osm.data import Area, Box, OsmReading, PlacesAsked

_OSM_ENDINGS = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
_GRAPH_ENDING = ".graphml"


def from_osm(
    source: str | Path,
    *,
    crs: str | None = None,
    name: str | None = None,
    bbox: Box | None = None,
    within: Within | None = None,
) -> Network:
    """The network of an OSM file: streets in metres, stops and lines, without any headway.

    ``source`` is an extract (``.osm.pbf``, ``.osm``) or a graph that OSMnx saved (``.graphml``,
    streets only). ``crs`` is the metric CRS to work in: by default that of the area's centre.
    ``bbox`` (west, south, east, north in degrees) keeps only what touches that box, ``within``
    what touches a polygon (a shapely one in degrees, or a GeoJSON file). Raises a ``DataError``
    when the file is missing, damaged or has no streets, and a ``UsageError`` for a box or polygon
    that is none. ``read_osm`` gives the table of what was left out, and places.
    """
    return read_osm(source, crs=crs, name=name, bbox=bbox, within=within).network


def read_osm(  # noqa: PLR0913  (all but one have a default that does)
    source: str | Path,
    *,
    crs: str | None = None,
    name: str | None = None,
    bbox: Box | None = None,
    within: Within | None = None,
    places: Collection[PlaceKind] = (),
    keep_outlines: bool = False,
) -> OsmReading:
    """The network of an OSM file and the table of what was left out; see ``from_osm``.

    With ``places`` (any of ``building``, ``land_use``, ``amenity``) these are read as well, with
    their outlines where ``keep_outlines`` says so.
    """
    from transit.sources.osm.clip import clip_of
    from transit.sources.osm.data import PlacesAsked
    from transit.sources.osm.features import checked_kinds

    path = Path(source)
    area = clip_of(bbox, within)
    asked = PlacesAsked(checked_kinds(places), keep_outlines)
    with within_memory(path):
        return _read(path, crs, name, area, asked)


def _read(
    path: Path,
    crs: str | None,
    name: str | None,
    area: Area | None,
    asked: PlacesAsked,
) -> OsmReading:
    ending = _ending(path)
    title = name or path.name[: -len(ending)]
    if ending == _GRAPH_ENDING:
        if asked.kinds:
            mend = "read them from an extract (.osm.pbf), or leave places= out"
            raise UsageError(Problem(str(path), "a saved graph has streets only", mend))
        from transit.sources.osm.graphml import read_graphml
        from transit.sources.osm.own_graph import is_own_graph, read_own_graph

        if area is None and crs is None and is_own_graph(path):
            return read_own_graph(path, name=title)
        return read_graphml(path, crs=crs, name=title, within=area)
    from transit.sources.osm.build import reading_of
    from transit.sources.osm.files import read_file

    data = read_file(path, asked.kinds)
    return reading_of(data, crs=crs, name=title, within=area, asked=asked)


def _ending(path: Path) -> str:
    """The ending that tells the kind of file; raises a ``DataError`` when there is none to read."""
    name = path.name.lower()
    known = [ending for ending in (*_OSM_ENDINGS, _GRAPH_ENDING) if name.endswith(ending)]
    if not known:
        mend = f"give a file that ends in {', '.join(_OSM_ENDINGS)} or {_GRAPH_ENDING}"
        raise DataError(Problem(str(path), f"{path.suffix!r} is no kind of OSM file", mend))
    if not path.is_file():
        mend = "check the path; extracts are at download.geofabrik.de and extract.bbbike.org"
        raise DataError(Problem(str(path), "there is no such file", mend))
    return max(known, key=len)
