"""Buildings, land use and amenities of OSM: which tags make a place, and what its outline is.

After the OSM wiki (pages Key:building, Key:landuse, Key:amenity, Relation:multipolygon). A place
is a building by ``building=*``; land use by ``landuse=*``, or by those values of ``leisure`` and
``natural`` that tell what ground is used for; an amenity by ``amenity=*`` or ``shop=*``. Buildings
and land use are areas; an amenity may be a point. Parts of buildings (``building:part=*``) are not
counted: they stand within a building that is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from transit.errors import Problem, UsageError
from transit.model.places import PLACE_COLUMNS, PLACE_KINDS, Outlines, PlaceKind, Places
from transit.sources.osm.data import (
    SOURCE,
    Area,
    Features,
    LeftOut,
    PlacesAsked,
    RawWays,
    Relation,
    judged,
)
from transit.sources.osm.scan import RawNodes, Scan, ways_by_id
from transit.units import BoolArray, FloatArray, project

Tags = Mapping[str, str]
FEATURE_KEYS: Mapping[PlaceKind, tuple[str, ...]] = {
    "building": ("building",),
    "land_use": ("landuse", "leisure", "natural"),
    "amenity": ("amenity", "shop"),
}
_GROUND = {
    "leisure": frozenset({"common", "garden", "golf_course", "nature_reserve", "park"}),
    "natural": frozenset(
        {"beach", "grassland", "heath", "sand", "scrub", "water", "wetland", "wood"}
    ),
}
_RINGS = frozenset({"outer", "inner", ""})
_BLOCK = 50_000
_Part = tuple[dict[str, np.ndarray], FloatArray, FloatArray, Outlines | None]
"""Columns, points, areas and (if kept) outlines of the places of one kind in a block."""


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


def checked_kinds(places: Collection[str]) -> tuple[PlaceKind, ...]:
    """``places`` in the order of ``PLACE_KINDS``; a ``UsageError`` for one that is none."""
    wanted = {places} if isinstance(places, str) else set(places)
    mend = f"ask for any of {', '.join(PLACE_KINDS)}"
    unknown = sorted(wanted - set(PLACE_KINDS))
    if unknown:
        raise UsageError([Problem("places", f"{kind!r} is no kind of place", mend)
                          for kind in unknown])  # fmt: skip
    return tuple(kind for kind in PLACE_KINDS if kind in wanted)


def keys_of(kinds: Iterable[PlaceKind]) -> tuple[str, ...]:
    """The keys that a file is searched for."""
    return tuple(key for kind in kinds for key in FEATURE_KEYS[kind])


def category(kind: PlaceKind, tags: Tags) -> str:
    """What the tags of a kind say, such as ``apartments``; empty when they make no such place."""
    for key in FEATURE_KEYS[kind]:
        value = tags.get(key, "").split(";")[0].strip()
        if value not in ("", "no") and value in _GROUND.get(key, (value,)):
            return value
    return ""


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


def places_of(
    features: Iterable[Features], asked: PlacesAsked, crs: str, area: Area | None = None
) -> tuple[Places, list[LeftOut]]:
    """The places asked for that touch ``area`` (metres of ``crs``; all when ``None``).

    Also what was left out: shapes without an area, and those outside. ``features`` are gone
    through once and in blocks: the outlines of a city need much room, and are seldom kept.
    """
    parts: list[_Part] = []
    without_area = outside = 0
    for block in features:
        shapes = _in_metres(block.shapes, crs)
        drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        inside = drawn if area is None else drawn & shapely.intersects(shapes, area)
        without_area += int((~drawn).sum())
        outside += int((drawn & ~inside).sum())
        parts += _parts(block, shapes, inside, asked)
    why = "their outline is not closed, has no area, or the data lack a part of it"
    return _joined(parts, crs), [
        LeftOut("buildings, land use and amenities", without_area, why),
        LeftOut("buildings, land use and amenities", outside, "outside the area asked for"),
    ]


def _in_metres(shapes: Outlines, crs: str) -> Outlines:
    return np.asarray(shapely.transform(shapes, lambda lonlat: project(lonlat, crs)), dtype=object)


def _parts(
    block: Features, shapes: Outlines, inside: BoolArray, asked: PlacesAsked
) -> Iterator[_Part]:
    """The places of each kind in a block; only an amenity may be a point."""
    said = judged(lambda tags: (_name(tags), _levels(tags), *_categories(tags, asked)), block.tags)
    columns = [np.array(column, dtype=object) for column in zip(*said, strict=True)]
    is_area = shapely.get_dimensions(shapes) == 2
    xy, area_m2 = _measured(shapes, is_area)
    ids = np.array(block.ids, dtype=object)
    for kind, categories in zip(asked.kinds, columns[2:], strict=False):
        rows = np.flatnonzero(inside & (is_area | (kind == "amenity")) & (categories != ""))
        table = {
            "place_id": ids[rows], "kind": np.full(len(rows), kind, dtype=object),
            "place_name": columns[0][rows], "category": categories[rows],
            "levels": columns[1][rows].astype(np.float64),
        }  # fmt: skip
        outlines = shapes[rows] if asked.keep_outlines else None
        if len(rows):
            yield table, xy[rows], area_m2[rows], outlines


def _categories(tags: Tags, asked: PlacesAsked) -> tuple[str, ...]:
    return tuple(category(kind, tags) for kind in asked.kinds)


def _measured(shapes: Outlines, is_area: BoolArray) -> tuple[FloatArray, FloatArray]:
    """A point within each shape, and its area in square metres (not-a-number for a point)."""
    middle = shapely.centroid(shapes)
    xy = np.column_stack([shapely.get_x(middle), shapely.get_y(middle)])
    astray = np.flatnonzero(is_area & ~shapely.contains_xy(shapes, *xy.T))
    within = shapely.point_on_surface(shapes[astray])
    xy[astray] = np.column_stack([shapely.get_x(within), shapely.get_y(within)])
    return xy, np.where(is_area, shapely.area(shapes), np.nan)


def _joined(parts: Sequence[_Part], crs: str) -> Places:
    """All parts as one, kind by kind; an object that the file holds twice is taken once."""
    parts = sorted(parts, key=lambda part: PLACE_KINDS.index(part[0]["kind"][0]))
    if not parts:
        return Places(pd.DataFrame(columns=PLACE_COLUMNS), np.empty((0, 2)), np.empty(0), crs)
    columns, xy, area_m2, outlines = zip(*parts, strict=True)
    together = {name: np.concatenate([part[name] for part in columns]) for name in columns[0]}
    table = pd.DataFrame(together | {"source": SOURCE}).astype(
        dict.fromkeys(("place_id", "kind", "place_name", "category", "source"), "str")
    )
    once = ~table.duplicated(["kind", "place_id"]).to_numpy()
    drawn = None if outlines[0] is None else np.concatenate(outlines)[once]
    return Places(table[once], np.concatenate(xy)[once], np.concatenate(area_m2)[once], crs, drawn)


def _name(tags: Tags) -> str:
    return tags.get("name", "").strip()


def _levels(tags: Tags) -> float:
    """Storeys of a building, not-a-number where the tag is missing or no number above 0."""
    try:
        levels = float(tags.get("building:levels", "nan"))
    except ValueError:
        return float("nan")
    return levels if 0 < levels < float("inf") else float("nan")


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
