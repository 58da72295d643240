"""Streets, stops and lines of today: OSMnx asks Overpass for them, tile by tile.

Streets and stops come through OSMnx. It has no call for route relations, so those are one
request of our own to the same server. Each answer is kept as it arrives, so a download that is
cut off goes on where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import osmnx
import requests
import shapely
from osmnx import settings
from osmnx._errors import InsufficientResponseError  # it has no public name
from shapely.geometry import Polygon

from transit.errors import DataError, Problem
from transit.model.places import PlaceKind
from transit.sources.osm.asking import Conversation, Question
from transit.sources.osm.data import (
    LeftOut,
    OsmData,
    OsmReading,
    Place,
    Relation,
    representative,
)
from transit.sources.osm.kept import texts
from transit.sources.osm.live_places import places_question
from transit.sources.osm.overpass import LiveOptions, speaking
from transit.sources.osm.tiles import joined, read_tile_ways, tile_ways, tiles_of
from transit.sources.osm.turns import is_restriction

_STREETS = ['["highway"]', '[~"^(public_transport|railway)$"~"^platform$"]']
_STOPS: dict[str, bool | str | list[str]] = {
    "highway": "bus_stop",
    "public_transport": ["platform", "stop_position"],
}


@dataclass(frozen=True, eq=False)
class LiveReading(OsmReading):
    """A network of today, what was left out, and the addresses of the servers that answered."""

    answered: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Lines:
    """Bus lines, families and turn restrictions, the nodes called at, the year of the data."""

    relations: tuple[Relation, ...]
    members: tuple[Place, ...]
    year: int


def area_of(place: str, *, options: LiveOptions) -> tuple[Polygon, list[LeftOut]]:
    """The outline of a place by its name, WGS-84 degrees: its largest part; what was left out."""
    with speaking(options):
        asked = Conversation((options.nominatim_url,), options, of=1)
        found = asked.ask(_PLACE, place, repr(place))
    parts = sorted(shapely.get_parts(found), key=lambda part: -part.area)
    why = "apart from its largest: ask for them with a bbox"
    return parts[0], [LeftOut("parts of the place", len(parts) - 1, why)]


def download(
    area: Polygon, *, servers: Sequence[str], options: LiveOptions, kinds: Sequence[PlaceKind] = ()
) -> tuple[OsmData, tuple[str, ...]]:
    """Streets, stops and lines in ``area`` (WGS-84 degrees) as Overpass has them; who answered.

    Places of ``kinds`` as well. Raises a ``DataError`` that says what to try when there is no
    network, every server refuses, or there is nothing there; a ``UsageError`` where the area is
    too large for public servers.
    """
    tiles = tiles_of(area, options.tile_deg)
    with speaking(options):
        asked = Conversation(servers, options, of=(3 + bool(kinds)) * len(tiles))
        answers = [
            (asked.ask(_WAYS, tile, name), asked.ask(_PLACES, tile, name),
             asked.ask(_LINES, tile, name))
            for tile, name in _named(tiles)
        ]  # fmt: skip
        wanted = places_question(kinds)
        features = [asked.ask(wanted, tile, name) for tile, name in _named(tiles) if kinds]
    ways, changed = joined(streets for streets, _, _ in answers)
    if not len(ways):
        raise _nothing(area)
    lines = [found for _, _, found in answers]
    places = {p.place_id: p for found in lines for p in found.members}
    places |= {p.place_id: p for _, stops, _ in answers for p in stops}
    relations = {r.relation_id: r for found in lines for r in found.relations}.values()
    data = OsmData(
        f"Overpass at {', '.join(asked.answered)}", ways, tuple(places.values()),
        tuple(one for one in relations if not is_restriction(one.tags)), area.bounds,
        min(found.year for found in lines), (changed,),
        tuple(one for one in relations if is_restriction(one.tags)), features,
    )  # fmt: skip
    return data, tuple(asked.answered)


def _named(tiles: Sequence[Polygon]) -> list[tuple[Polygon, str]]:
    if len(tiles) == 1:
        return [(tiles[0], "the area")]
    return [(tile, f"tile {number} of {len(tiles)}") for number, tile in enumerate(tiles, 1)]


def _found(place: str) -> dict[str, Any]:
    try:
        found = osmnx.geocode_to_gdf(place).geometry.iloc[0]
    except (InsufficientResponseError, TypeError) as error:  # TypeError: it is known as a point
        if isinstance(error, TypeError) and "geocode" not in str(error):
            raise
        mend = "write it as on openstreetmap.org ('district, city, country'), or give a bbox"
        problem = Problem(f"place {place!r}", "no area of that name is known", mend)
        raise DataError(problem) from None
    return dict(shapely.geometry.mapping(found))


def _outline(content: Any) -> shapely.Geometry:  # noqa: ANN401
    found = shapely.geometry.shape(content)
    if found.is_empty or not found.area:
        raise ValueError("the outline has no area")
    return found


def _streets(area: Polygon) -> dict[str, Any]:
    try:
        graph = osmnx.graph_from_polygon(
            area, simplify=False, retain_all=True, truncate_by_edge=True, custom_filter=_STREETS
        )
    except ValueError as error:
        if "no graph nodes" not in str(error) and not isinstance(error, InsufficientResponseError):
            raise
        return {"nodes": {}, "tags": {}, "steps": {}}
    return tile_ways(graph)


def _stops(area: Polygon) -> list[list[Any]]:
    try:
        with np.errstate(invalid="ignore"):  # a server may send positions that are no number
            found = osmnx.features_from_polygon(area, _STOPS)
    except InsufficientResponseError:
        return []
    columns = [column for column in found.columns if column != "geometry"]
    places = []
    for (kind, number), shape, *values in zip(
        found.index, found.geometry, *(found[column] for column in columns), strict=True
    ):
        tags = {k: v for k, v in zip(columns, values, strict=True) if isinstance(v, str)}
        outline = shape.exterior if shape.geom_type == "Polygon" else shape
        point = representative(shapely.get_coordinates(outline))
        if point:
            places.append([f"{kind}/{number}", *point, tags])
    return places


def _read_stops(content: Any) -> tuple[Place, ...]:  # noqa: ANN401
    return tuple(Place(str(i), float(x), float(y), texts(tags)) for i, x, y, tags in content)


def _read_lines(content: Any) -> _Lines:  # noqa: ANN401
    relations, members = [], []
    for found in content["elements"]:
        tags = texts(found.get("tags", {}))
        if found["type"] == "node":
            place = Place(f"node/{found['id']}", float(found["lon"]), float(found["lat"]), tags)
            members.append(place)
        else:
            called = tuple((f"{m['type']}/{m['ref']}", str(m["role"])) for m in found["members"])
            relations.append(Relation(int(found["id"]), tags, called))
    stamp = str(content.get("osm3s", {}).get("timestamp_osm_base", ""))[:4]
    year = int(stamp) if stamp.isdecimal() else datetime.now(tz=UTC).year
    return _Lines(tuple(relations), tuple(members), year)


def _lines(area: Polygon) -> Any:  # noqa: ANN401
    """What the server answers to a question of our own."""
    url = settings.overpass_url.rstrip("/") + "/interpreter"
    headers = {"User-Agent": settings.http_user_agent, "Referer": settings.http_referer}
    response = requests.post(
        url, data={"data": _question(area)}, headers=headers, timeout=settings.requests_timeout,
        **settings.requests_kwargs,
    )  # fmt: skip
    return response.json()


def _question(area: Polygon) -> str:
    """Overpass QL; lines run far beyond the box, so only their nodes within it are asked for."""
    west, south, east, north = area.bounds
    within = f"({south:.6f},{west:.6f},{north:.6f},{east:.6f})"
    head = settings.overpass_settings.format(timeout=settings.requests_timeout, maxsize="")
    return (
        f'{head};relation["type"="route"]["route"~"^(bus|trolleybus)$"]{within}->.lines;'
        f'(.lines;relation(br.lines)["type"="route_master"];node(r.lines){within};'
        f'relation["type"="restriction"]{within};);out body;'
    )


def _nothing(area: Polygon) -> DataError:
    mend = "choose an area with streets (is longitude before latitude?)"
    where = f"area {tuple(round(degree, 5) for degree in area.bounds)}"
    return DataError(Problem(where, "OSM has no streets there", mend))


_PLACE = Question("place", _found, _outline)
_WAYS = Question("streets", _streets, read_tile_ways)
_PLACES = Question("stops", _stops, _read_stops)
_LINES = Question("lines", _lines, _read_lines)
