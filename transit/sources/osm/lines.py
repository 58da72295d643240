"""Stops and lines from OSM: kerbs where buses stop, and route relations as lines and patterns.

Both generations of tagging are read. In the newer one (PTv2) a relation is one direction and
names its kerbs in order with the role ``platform``; in the older one (PTv1) it may hold both
directions with ``forward_stop`` and ``backward_stop``, the latter in forward order. A ``stop``
is the point on the road where the bus halts: it counts as a call of its own only where no
platform of the same relation stands near it. OSM knows neither headways nor timetables.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from transit.model.feed import Feed
from transit.schema import CALLS, PATTERNS, ROUTES, STOPS, Column, Table
from transit.sources.osm.data import SOURCE, LeftOut, Place, Relation
from transit.sources.osm.tags import is_bus_stop, is_of_another_mode
from transit.units import FloatArray, project

NO_NAME = "(no name)"
HALT_M = 80.0
"""A halt within so many straight metres of a platform of its line is that platform's."""
_ROUTE_TYPE = {"bus": 3, "trolleybus": 11}  # GTFS
_ROLE = re.compile(
    r"(?:(?P<way>start|end|forward|backward)[_:])?(?P<kind>stop|platform)"
    r"(?:_(?:entry|exit)_only)?(?:[_:]?\d+)?"
)
_HEX = re.compile(r"#([0-9a-fA-F]{6})")


@dataclass(frozen=True)
class Variant:
    """One direction of a relation: the pattern's id, whether it is the way back, its calls."""

    pattern_id: str
    relation: Relation
    is_back: bool
    calls: tuple[str, ...]


def is_bus_line(tags: Mapping[str, str]) -> bool:
    """Whether a relation with these tags is a bus or trolleybus line."""
    return tags.get("type") == "route" and tags.get("route") in _ROUTE_TYPE


def is_family(tags: Mapping[str, str]) -> bool:
    """Whether a relation with these tags holds the directions of a bus line together."""
    return tags.get("type") == "route_master" and tags.get("route_master") in _ROUTE_TYPE


def calls_here(role: str) -> bool:
    """Whether a member with this role is a place the line calls at."""
    return _ROLE.fullmatch(role) is not None


def feed_of(
    places: Sequence[Place], relations: Sequence[Relation], *, crs: str, year: int
) -> tuple[Feed, list[LeftOut]]:
    """Stops, lines, patterns and calls of the relations; and what was left out or is in doubt."""
    known = {place.place_id: place for place in places}
    xy = dict(zip(known, project(_lonlat(known.values()), crs), strict=True))
    lines = sorted((r for r in relations if is_bus_line(r.tags)), key=lambda r: r.relation_id)
    variants = [variant for line in lines for variant in _variants(line, known, xy)]
    served = [variant for variant in variants if len(variant.calls) >= 2]
    called = {stop for variant in served for stop in variant.calls}
    stops = [p for p in known.values() if is_bus_stop(p.tags) or p.place_id in called]
    families = _families(served, relations)
    routes, patterns = _route_tables(families, relations, xy, year)
    calls = [
        (variant.pattern_id, position, stop)
        for variant in served
        for position, stop in enumerate(variant.calls, 1)
    ]
    feed = Feed(_stop_table(stops, year), routes, patterns, _frame(CALLS, calls))
    return feed, [*_doubts(stops, known, called), *_unserved(lines, variants, known)]


def _lonlat(places: Collection[Place]) -> FloatArray:
    pairs = [(place.lon, place.lat) for place in places]
    return np.array(pairs, dtype=np.float64).reshape(-1, 2)


def _variants(
    line: Relation, known: Mapping[str, Place], xy: Mapping[str, FloatArray]
) -> list[Variant]:
    pattern = f"relation/{line.relation_id}"
    members = [(place, way) for place, way in _callers(line, known, xy) if place in known]
    if not any(way in ("forward", "backward") for _, way in members):
        return [
            Variant(pattern, line, is_back=False, calls=_without_repeats(p for p, _ in members))
        ]
    out = _without_repeats(place for place, way in members if way != "backward")
    back = _without_repeats(place for place, way in reversed(members) if way != "forward")
    return [
        Variant(f"{pattern}/0", line, is_back=False, calls=out),
        Variant(f"{pattern}/1", line, is_back=True, calls=back),
    ]


def _callers(
    line: Relation, known: Mapping[str, Place], xy: Mapping[str, FloatArray]
) -> list[tuple[str, str]]:
    """Places the line calls at, each with ``forward``, ``backward`` or nothing; also unknown."""
    found = []
    for place, role in line.members:
        match = _ROLE.fullmatch(role)
        kerb = place in known and is_bus_stop(known[place].tags)
        if match:
            found.append((place, match["way"] or "", kerb or match["kind"] == "platform"))
        elif not role.strip() and kerb:
            found.append((place, "", True))
    kerbs = [xy[place] for place, _, kerb in found if kerb and place in known]
    return [
        (place, way)
        for place, way, kerb in found
        if kerb or place not in known or not _any_near(xy[place], kerbs)
    ]


def _any_near(point: FloatArray, others: list[FloatArray]) -> bool:
    return any(float(np.hypot(*(point - other))) <= HALT_M for other in others)


def _without_repeats(stops: Iterable[str]) -> tuple[str, ...]:
    return tuple(stop for stop, _ in groupby(stops))


def _families(served: Sequence[Variant], relations: Sequence[Relation]) -> dict[str, list[Variant]]:
    """Variants of each line by route id: of one route master, or else of one number."""
    master = {
        member: relation.relation_id
        for relation in sorted(relations, key=lambda r: -r.relation_id)
        if is_family(relation.tags)
        for member, _ in relation.members
    }
    found: dict[object, list[Variant]] = {}
    for variant in served:
        tags, number = variant.relation.tags, variant.relation.relation_id
        same = tuple(tags.get(key, "") for key in ("route", "network", "operator", "ref"))
        key = master.get(f"relation/{number}", same if tags.get("ref") else number)
        found.setdefault(key, []).append(variant)
    return {
        f"relation/{key if isinstance(key, int) else variants[0].relation.relation_id}": variants
        for key, variants in found.items()
    }


def _route_tables(
    families: Mapping[str, list[Variant]],
    relations: Sequence[Relation],
    xy: Mapping[str, FloatArray],
    year: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    tags_of = {f"relation/{r.relation_id}": r.tags for r in relations}
    routes, patterns = [], []
    for route_id, variants in families.items():
        tags = {**variants[0].relation.tags, **tags_of[route_id]}
        routes.append((route_id, *_route_row(tags, variants[0].relation.tags), False, year, SOURCE))
        for variant in variants:
            direction = _direction(variant, variants[0], xy)
            to = "" if variant.is_back else variant.relation.tags.get("to", "")
            to = variant.relation.tags.get("from", "") if variant.is_back else to
            patterns.append((variant.pattern_id, route_id, direction, to, False, year, SOURCE))
    return _frame(ROUTES, routes), _frame(PATTERNS, patterns)


def _route_row(tags: Mapping[str, str], first: Mapping[str, str]) -> tuple[str, str, int, str]:
    short = tags.get("ref") or tags.get("name") or NO_NAME
    ends = [first.get("from", ""), first.get("to", "")]
    long = " – ".join(ends) if all(ends) else tags.get("name", "")
    colour = _HEX.fullmatch(tags.get("colour", ""))
    return short, long, _ROUTE_TYPE[first["route"]], colour[1].upper() if colour else ""


def _direction(variant: Variant, first: Variant, xy: Mapping[str, FloatArray]) -> int:
    """1 for the way back: said so, or from end to end against the first variant; else 0."""
    here, there = (xy[v.calls[-1]] - xy[v.calls[0]] for v in (variant, first))
    return int(variant.is_back or float(here @ there) < 0)


def _stop_table(stops: Sequence[Place], year: int) -> pd.DataFrame:
    rows = [
        (p.place_id, _stop_name(p), round(p.lon, 7), round(p.lat, 7), "", False, year, SOURCE)
        for p in stops
    ]
    return _frame(STOPS, rows)


def _stop_name(place: Place) -> str:
    return (place.tags.get("name") or place.tags.get("ref") or "").strip() or NO_NAME


def _frame(table: Table, rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    """Rows of the columns that a table must have; the others are left out."""
    columns = [column for column in table.columns if not column.may_be_absent]
    frame = pd.DataFrame(list(rows), columns=[column.name for column in columns])
    return frame.astype({column.name: _dtype(column) for column in columns})


def _dtype(column: Column) -> str:
    kinds = {"integer": "int64", "number": "float64", "boolean": "bool"}
    return kinds.get(column.kind, "str")


def _doubts(stops: Sequence[Place], known: Mapping[str, Place], called: set[str]) -> list[LeftOut]:
    """What is uncertain about the stops that were taken, and the platforms that were not."""
    left = [
        place.tags
        for place in known.values()
        if place.tags.get("public_transport") == "platform"
        and not is_bus_stop(place.tags)
        and place.place_id not in called
    ]
    other = sum(is_of_another_mode(tags) for tags in left)
    unnamed = sum(not place.tags.get("name") for place in stops)
    halts = sum(not is_bus_stop(place.tags) for place in stops)
    return [
        LeftOut("platforms", other, "of a tram, train or ferry, and no bus line calls there"),
        LeftOut("platforms", len(left) - other, "they name no bus, and no bus line calls there"),
        LeftOut("stop names", unnamed, f"OSM has none: the stop's ref or {NO_NAME!r} stands there"),
        LeftOut("stops in doubt", halts, "taken only because a bus line calls there"),
    ]


def _unserved(
    lines: Sequence[Relation], variants: Sequence[Variant], known: Mapping[str, Place]
) -> list[LeftOut]:
    members = [place for line in lines for place, role in line.members if calls_here(role)]
    missing = sum(place not in known for place in members)
    short = sum(len(variant.calls) < 2 for variant in variants)
    return [
        LeftOut("calls of lines", missing, "the stop is not in the data (lines run on beyond it)"),
        LeftOut("patterns", short, "fewer than two of their stops are in the data"),
        LeftOut("headways", len(variants) - short, "OSM knows none; the patterns have no service"),
    ]
