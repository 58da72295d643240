"""OSM files (``.osm.pbf``, ``.osm``) as data, read in one pass with osmium."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import osmium

from transit.errors import DataError, Problem
from transit.sources.osm.data import (
    Box,
    LeftOut,
    OsmData,
    Place,
    RawWays,
    Relation,
    representative,
)
from transit.sources.osm.lines import calls_here, is_bus_line, is_family
from transit.sources.osm.tags import is_stop_position, street_class
from transit.sources.osm.turns import RESTRICTION_KEYS, is_restriction

_KEYS = ("highway", "public_transport", "railway", "route", "route_master", *RESTRICTION_KEYS)
_MEMBER = {"n": "node", "w": "way", "r": "relation"}


@dataclass(eq=False)
class _Gathered:
    """What the pass over a file has met so far (grows while reading, frozen into arrays after)."""

    way_ids: array[int] = field(default_factory=lambda: array("q"))
    tags: list[dict[str, str]] = field(default_factory=list)
    refs: array[int] = field(default_factory=lambda: array("q"))
    lonlat: array[float] = field(default_factory=lambda: array("d"))
    offsets: array[int] = field(default_factory=lambda: array("q", [0]))
    places: dict[str, Place] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    turns: list[Relation] = field(default_factory=list)
    areas: int = 0
    newest: datetime = datetime(1970, 1, 1, tzinfo=UTC)


def read_file(path: Path) -> OsmData:
    """The streets, places and lines of an OSM file; raises ``DataError`` when it is not one."""
    try:
        box, stamp = _header(path)
        gathered, bare = _gather(path)
    except (RuntimeError, OSError, UnicodeDecodeError) as error:
        mend = "fetch the file again: it is damaged, cut short, or not OSM data"
        raise DataError(Problem(str(path), f"cannot be read: {error}", mend)) from None
    ways = _ways(gathered)
    _, once = np.unique(ways.way_ids, return_index=True)
    return OsmData(
        where=str(path),
        ways=ways.take(once),
        places=(*gathered.places.values(), *bare),
        relations=tuple(gathered.relations),
        box=box,
        year=_year(stamp, gathered.newest, path),
        left_out=(
            LeftOut("squares", gathered.areas, "their outline is a relation: not walked"),
            LeftOut("ways", len(ways) - len(once), "the file holds them a second time"),
        ),
        turns=tuple(gathered.turns),
    )


def _header(path: Path) -> tuple[Box | None, str]:
    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
        header = reader.header()
        box = header.box()
        stamp = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    if not box.valid():
        return None, stamp
    low, high = box.bottom_left, box.top_right
    return (low.lon, low.lat, high.lon, high.lat), stamp


def _gather(path: Path) -> tuple[_Gathered, list[Place]]:
    gathered = _Gathered()
    processor = osmium.FileProcessor(str(path)).with_locations()
    for thing in processor.with_filter(osmium.filter.KeyFilter(*_KEYS)):
        if isinstance(thing, osmium.osm.Node | osmium.osm.Way | osmium.osm.Relation):
            _take(gathered, thing)
    locations = processor.node_location_storage
    return gathered, _bare_members(path, gathered, locations) if locations else []


def _take(
    gathered: _Gathered, thing: osmium.osm.Node | osmium.osm.Way | osmium.osm.Relation
) -> None:
    if not thing.visible:
        return
    tags = dict(thing.tags)
    gathered.newest = max(gathered.newest, thing.timestamp)
    if isinstance(thing, osmium.osm.Node):
        _take_node(gathered, thing, tags)
    elif isinstance(thing, osmium.osm.Way):
        _take_way(gathered, thing, tags)
    else:
        _take_relation(gathered, thing, tags)


def _is_place(tags: Mapping[str, str]) -> bool:
    platform = tags.get("public_transport") == "platform" or tags.get("highway") == "platform"
    return platform or tags.get("highway") == "bus_stop" or is_stop_position(tags)


def _take_node(gathered: _Gathered, node: osmium.osm.Node, tags: dict[str, str]) -> None:
    if _is_place(tags) and node.location.valid():
        where = node.location
        place = Place(f"node/{node.id}", where.lon, where.lat, tags)
        gathered.places[place.place_id] = place


def _take_way(gathered: _Gathered, way: osmium.osm.Way, tags: dict[str, str]) -> None:
    street, place = "highway" in tags or bool(street_class(tags)), _is_place(tags)
    if not (street or place):
        return
    refs, lonlat = _vertices(way)
    if place and (point := representative(np.array(lonlat).reshape(-1, 2))):
        gathered.places[f"way/{way.id}"] = Place(f"way/{way.id}", *point, tags)
    if street and tags.get("highway") != "bus_stop":
        gathered.way_ids.append(way.id)
        gathered.tags.append(tags)
        gathered.refs.extend(refs)
        gathered.lonlat.extend(lonlat)
        gathered.offsets.append(len(gathered.refs))


def _vertices(way: osmium.osm.Way) -> tuple[list[int], list[float]]:
    """Node ids of the way; their longitudes and latitudes in turn, not-a-number where unknown."""
    refs, lonlat = [], []
    for node in way.nodes:
        where = node.location
        refs.append(node.ref)
        lonlat += [where.lon, where.lat] if where.valid() else [np.nan, np.nan]
    return refs, lonlat


def _take_relation(gathered: _Gathered, found: osmium.osm.Relation, tags: dict[str, str]) -> None:
    kept = gathered.turns if is_restriction(tags) else gathered.relations
    if is_restriction(tags) or is_bus_line(tags) or is_family(tags):
        members = tuple((f"{_MEMBER[m.type]}/{m.ref}", m.role) for m in found.members)
        kept.append(Relation(found.id, tags, members))
    elif tags.get("type") == "multipolygon" and street_class(tags):
        gathered.areas += 1


def _bare_members(
    path: Path, gathered: _Gathered, locations: osmium.index.LocationTable
) -> list[Place]:
    """Nodes that lines call at although they carry no tag of a stop: a second look at the file."""
    wanted = {
        int(place.removeprefix("node/"))
        for relation in gathered.relations
        for place, role in relation.members
        if place.startswith("node/") and calls_here(role) and place not in gathered.places
    }
    here = sorted(number for number in wanted if _has_place(locations, number))
    if not here:
        return []
    nodes = osmium.FileProcessor(str(path), osmium.osm.NODE)
    return [
        Place(f"node/{node.id}", node.location.lon, node.location.lat, dict(node.tags))
        for node in nodes.with_filter(osmium.filter.IdFilter(here))
        if isinstance(node, osmium.osm.Node)
    ]


def _has_place(locations: osmium.index.LocationTable, number: int) -> bool:
    try:
        return bool(locations.get(number).valid())
    except (KeyError, TypeError):
        return False


def _ways(gathered: _Gathered) -> RawWays:
    return RawWays(
        np.array(gathered.way_ids, dtype=np.int64),
        tuple(gathered.tags),
        np.array(gathered.refs, dtype=np.int64),
        np.array(gathered.lonlat, dtype=np.float64).reshape(-1, 2),
        np.array(gathered.offsets, dtype=np.int64),
    )


def _year(stamp: str, newest: datetime, path: Path) -> int:
    """The year the data describe: of the header, else the newest object, else the file's own."""
    if stamp[:4].isdecimal():
        return int(stamp[:4])
    if newest.year > 1970:
        return newest.year
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).year
