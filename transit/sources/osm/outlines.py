"""The areas that OSM's ways and relations enclose, made a block at a time.

After the OSM wiki (pages Area and Relation:multipolygon): a way that ends where it begins encloses
an area, and so do the member ways of a multipolygon together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from transit.model.places import Outlines, PlaceKind
from transit.sources.osm.data import Features, RawWays, Relation, judged
from transit.sources.osm.features import Tags, category
from transit.sources.osm.scan import RawNodes, Scan, ways_by_id
from transit.units import FloatArray

_RINGS = frozenset({"outer", "inner", ""})
_BLOCK = 50_000


@dataclass(frozen=True, eq=False)
class FileFeatures:
    """What an OSM file holds of places; going through it makes the shapes, some at a time.

    ``members`` are the ways that the outlines of ``relations`` are made of.
    """

    nodes: RawNodes
    ways: RawWays
    relations: tuple[Relation, ...]
    members: RawWays

    def __iter__(self) -> Iterator[Features]:
        ids = tuple(f"node/{number}" for number in self.nodes.node_ids.tolist())
        yield Features(ids, self.nodes.tags, _points(self.nodes.lonlat))
        for begin in range(0, len(self.ways), _BLOCK):
            ways = self.ways.take(np.arange(begin, min(begin + _BLOCK, len(self.ways))))
            ids = tuple(f"way/{number}" for number in ways.way_ids.tolist())
            yield Features(ids, ways.tags, _rings(ways))
        ids = tuple(f"relation/{relation.relation_id}" for relation in self.relations)
        tags = tuple(relation.tags for relation in self.relations)
        yield Features(ids, tags, _outlines(self.relations, self.members))


def features_of(path: Path, found: Scan, kinds: Collection[PlaceKind]) -> FileFeatures:
    """The places of ``kinds`` that a scan of their keys found; member ways are read by their id."""

    def is_area(tags: Tags) -> bool:
        return any(category(kind, tags) for kind in kinds)

    def may_be_point(tags: Tags) -> bool:
        return "amenity" in kinds and bool(category("amenity", tags))

    relations = tuple(
        relation for relation in found.relations
        if relation.tags.get("type") in ("multipolygon", "boundary") and is_area(relation.tags)
    )  # fmt: skip
    wanted = {number for relation in relations for number in _ring_ways(relation)}
    return FileFeatures(
        found.nodes.take(np.flatnonzero(judged(may_be_point, found.nodes.tags))),
        found.ways.take(np.flatnonzero(judged(is_area, found.ways.tags))),
        relations,
        ways_by_id(path, sorted(wanted), found.locations),
    )


def _points(lonlat: FloatArray) -> Outlines:
    points = np.full(len(lonlat), None, dtype=object)
    known = ~np.isnan(lonlat[:, 0])
    points[known] = shapely.points(lonlat[known])
    return points


def _rings(ways: RawWays) -> Outlines:
    """The area within each way, ``None`` where it is not closed or lacks a position."""
    counts = np.diff(ways.offsets)
    way = np.repeat(np.arange(len(ways)), counts)
    lacking = np.bincount(way[np.isnan(ways.lonlat[:, 0])], minlength=len(ways)) > 0
    rows = np.flatnonzero((counts >= 4) & ~lacking)
    rows = rows[ways.refs[ways.offsets[rows]] == ways.refs[ways.offsets[rows + 1] - 1]]
    closed = ways.take(rows)
    index = np.repeat(np.arange(len(rows)), counts[rows])
    areas = np.full(len(ways), None, dtype=object)
    areas[rows] = _valid(shapely.polygons(shapely.linearrings(closed.lonlat, indices=index)))
    return areas


def _valid(areas: Outlines) -> Outlines:
    """The same areas; one whose outline crosses itself becomes the parts it encloses."""
    bad = ~shapely.is_valid(areas)
    if bad.any():
        areas[bad] = shapely.make_valid(areas[bad], method="structure", keep_collapsed=False)
    return areas


def _ring_ways(relation: Relation) -> list[int]:
    return [int(member.removeprefix("way/")) for member, role in relation.members
            if member.startswith("way/") and role in _RINGS]  # fmt: skip


def _outlines(relations: Sequence[Relation], members: RawWays) -> Outlines:
    """The area that the ways of each relation enclose; rings within rings are holes."""
    row_of = {number: row for row, number in enumerate(members.way_ids.tolist())}
    courses = np.split(members.lonlat, members.offsets[1:-1])
    areas = np.full(len(relations), None, dtype=object)
    for place, relation in enumerate(relations):
        rows = [row_of.get(number, -1) for number in _ring_ways(relation)]
        parts = [courses[row] for row in rows if row >= 0]
        whole = len(parts) == len(rows) and not any(np.isnan(part).any() for part in parts)
        if whole and all(len(part) > 1 for part in parts):
            areas[place] = shapely.build_area(shapely.MultiLineString(parts))
    return areas
