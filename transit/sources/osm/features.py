"""Buildings, land use and amenities of OSM: which tags make a place, and what its outline is.

After the OSM wiki (pages Key:building, Key:landuse, Key:amenity, Relation:multipolygon). A place
is a building by ``building=*``; land use by ``landuse=*``, or by those values of ``leisure`` and
``natural`` that tell what ground is used for; an amenity by ``amenity=*`` or ``shop=*``. Buildings
and land use are areas; an amenity may be a point. Parts of buildings (``building:part=*``) are not
counted: they stand within a building that is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

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
    judged,
)
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
_Part = tuple[dict[str, np.ndarray], FloatArray, FloatArray, Outlines | None]
"""Columns, points, areas and (if kept) outlines of the places of one kind in a block."""


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
