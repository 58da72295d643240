"""OSM files (``.osm.pbf``, ``.osm``) as data, read in one pass with osmium."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import osmium

from transit.errors import DataError, Problem
from transit.model.places import PlaceKind
from transit.sources.osm.data import (
    Box,
    LeftOut,
    OsmData,
    Place,
    Relation,
    judged,
    representative,
)
from transit.sources.osm.features import keys_of
from transit.sources.osm.lines import calls_here, is_bus_line, is_family
from transit.sources.osm.outlines import features_of
from transit.sources.osm.pbf import require_sound
from transit.sources.osm.scan import DAMAGED, RawNodes, Scan, nodes_by_id, scan
from transit.sources.osm.tags import is_stop_position, street_class
from transit.sources.osm.turns import RESTRICTION_KEYS, is_restriction

STREET_KEYS = ("highway", "public_transport", "railway", "route", "route_master", *RESTRICTION_KEYS)
"""Keys that streets, stops, lines and turn restrictions are found by."""
_SAID_AT_MOST = 200


def read_file(path: Path, kinds: tuple[PlaceKind, ...] = ()) -> OsmData:
    """The streets, stops and lines of an OSM file, and its places of ``kinds``.

    Raises a ``DataError`` when it is no OSM file, or damaged.
    """
    if path.name.lower().endswith(".pbf"):
        require_sound(path)
    try:
        box, stamp = _header(path)
        found = scan(path, (*STREET_KEYS, *keys_of(kinds)))
        features = features_of(path, found, kinds) if kinds else ()
        places = _places(found)
        bare = _bare_members(path, found.relations, places)
    except DAMAGED as error:
        mend = "fetch the file again: it is damaged, cut short, or not OSM data"
        if "Write failed" in str(error):
            mend = f"free some space where temporary files go ({tempfile.gettempdir()})"
        raise DataError(Problem(str(path), f"cannot be read: {_said(error)}", mend)) from None
    ways = found.ways.take(np.flatnonzero(judged(_is_street, found.ways.tags)))
    _, once = np.unique(ways.way_ids, return_index=True)
    squares = sum(_is_square(relation.tags) for relation in found.relations)
    return OsmData(
        where=str(path),
        ways=ways.take(once),
        places=(*places.values(), *bare),
        relations=tuple(r for r in found.relations if is_bus_line(r.tags) or is_family(r.tags)),
        box=box,
        year=_year(stamp, found.newest, path),
        left_out=(
            LeftOut("squares", squares, "their outline is a relation: not walked"),
            LeftOut("ways", len(ways) - len(once), "the file holds them a second time"),
        ),
        turns=tuple(r for r in found.relations if is_restriction(r.tags)),
        features=features,
    )


def _said(error: Exception) -> str:
    """What osmium says, which may quote anything that the file holds, as one short line."""
    plain = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(error)
    )
    return plain[:_SAID_AT_MOST]


def _header(path: Path) -> tuple[Box | None, str]:
    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
        header = reader.header()
        box = header.box()
        stamp = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    if not box.valid():
        return None, stamp
    low, high = box.bottom_left, box.top_right
    return (low.lon, low.lat, high.lon, high.lat), stamp


def _is_street(tags: Mapping[str, str]) -> bool:
    return tags.get("highway") != "bus_stop" and ("highway" in tags or bool(street_class(tags)))


def _is_square(tags: Mapping[str, str]) -> bool:
    return tags.get("type") == "multipolygon" and bool(street_class(tags))


def _is_place(tags: Mapping[str, str]) -> bool:
    platform = tags.get("public_transport") == "platform" or tags.get("highway") == "platform"
    return platform or tags.get("highway") == "bus_stop" or is_stop_position(tags)


def _places(found: Scan) -> dict[str, Place]:
    """Where buses may stop, by id such as ``node/123``: first nodes, then ways."""
    nodes = found.nodes.take(np.flatnonzero(judged(_is_place, found.nodes.tags)))
    ways = found.ways.take(np.flatnonzero(judged(_is_place, found.ways.tags)))
    places = {place.place_id: place for place in _points(nodes)}
    courses = np.split(ways.lonlat, ways.offsets[1:-1])
    for way_id, tags, course in zip(ways.way_ids.tolist(), ways.tags, courses, strict=False):
        if point := representative(course):
            places[f"way/{way_id}"] = Place(f"way/{way_id}", *point, tags)
    return places


def _points(nodes: RawNodes) -> list[Place]:
    numbers, lonlat = nodes.node_ids.tolist(), nodes.lonlat.tolist()
    return [
        Place(f"node/{number}", lon, lat, tags)
        for number, (lon, lat), tags in zip(numbers, lonlat, nodes.tags, strict=True)
        if not np.isnan(lon)
    ]


def _bare_members(
    path: Path, relations: Sequence[Relation], places: Mapping[str, Place]
) -> list[Place]:
    """Nodes that lines call at although they carry no tag of a stop: a second look at the file."""
    wanted = {
        int(place.removeprefix("node/"))
        for relation in relations
        if is_bus_line(relation.tags)
        for place, role in relation.members
        if place.startswith("node/") and calls_here(role) and place not in places
    }
    return _points(nodes_by_id(path, sorted(wanted)))


def _year(stamp: str, newest: str, path: Path) -> int:
    """The year the data describe: of the header, else the newest object, else the file's own."""
    for text in (stamp[:4], newest[:4]):
        if text.isdecimal() and int(text) > 1970:
            return int(text)
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).year
