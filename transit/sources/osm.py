"""OpenStreetMap as a network: from files, from graphs that OSMnx saved, and live.

>>> from transit.sources.osm import from_osm
>>> network = from_osm("Helsinki.osm.pbf")  # doctest: +SKIP
>>> len(network.feed.stops)  # doctest: +SKIP
94
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from transit.errors import DataError, Problem
from transit.sources.osm_data import Box, OsmReading, checked_box

if TYPE_CHECKING:
    from transit.model.network import Network

__all__ = ["OsmReading", "from_osm", "read_osm"]

_OSM_ENDINGS = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
_GRAPH_ENDING = ".graphml"


def from_osm(
    source: str | Path, *, crs: str | None = None, name: str | None = None, bbox: Box | None = None
) -> Network:
    """The network of an OSM file: streets in metres, stops and lines, without any headway.

    ``source`` is an extract (``.osm.pbf``, ``.osm``) or a graph that OSMnx saved (``.graphml``,
    streets only). ``crs`` is the metric CRS to work in: by default that of the area's centre.
    ``bbox`` (west, south, east, north in degrees) keeps only what touches that box. Raises a
    ``DataError`` when the file is missing, damaged or has no streets, and a ``UsageError`` for
    a box that is none. ``read_osm`` gives the table of what was left out, too.
    """
    return read_osm(source, crs=crs, name=name, bbox=bbox).network


def read_osm(
    source: str | Path, *, crs: str | None = None, name: str | None = None, bbox: Box | None = None
) -> OsmReading:
    """The network of an OSM file and the table of what was left out; see ``from_osm``."""
    path = Path(source)
    box = checked_box(bbox) if bbox is not None else None
    ending = _ending(path)
    title = name or path.name.removesuffix(ending)
    if ending == _GRAPH_ENDING:
        from transit.sources.osm_graphml import read_graphml

        return read_graphml(path, crs=crs, name=title, bbox=box)
    from transit.sources.osm_build import reading_of
    from transit.sources.osm_pbf import read_file

    return reading_of(read_file(path), crs=crs, name=title, bbox=box)


def _ending(path: Path) -> str:
    """The ending that tells the kind of file; raises a ``DataError`` when there is none to read."""
    known = [ending for ending in (*_OSM_ENDINGS, _GRAPH_ENDING) if path.name.endswith(ending)]
    if not known:
        mend = f"give a file that ends in {', '.join(_OSM_ENDINGS)} or {_GRAPH_ENDING}"
        raise DataError(Problem(str(path), f"{path.suffix!r} is no kind of OSM file", mend))
    if not path.is_file():
        mend = "check the path; extracts are at download.geofabrik.de and extract.bbbike.org"
        raise DataError(Problem(str(path), "there is no such file", mend))
    return max(known, key=len)
