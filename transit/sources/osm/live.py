"""Streets, stops and lines of today: OSMnx asks Overpass for them, one request each.

Streets and stops come through OSMnx. It has no call for route relations, so those are one
request of our own to the same server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import osmnx
import requests
import shapely
from osmnx import settings
from osmnx._errors import InsufficientResponseError  # it has no public name
from shapely.geometry import Polygon

from transit.errors import DataError, Problem
from transit.sources.osm.data import Box, LeftOut, OsmData, Place, RawWays, Relation, representative
from transit.sources.osm.overpass import OVERPASS_URL, LiveOptions, asked, speaking_to
from transit.sources.osm.tags import WAY_KEYS
from transit.sources.osm.turns import is_restriction

_STREETS = ['["highway"]', '[~"^(public_transport|railway)$"~"^platform$"]']
_STOPS: dict[str, bool | str | list[str]] = {
    "highway": "bus_stop",
    "public_transport": ["platform", "stop_position"],
}


def area_of(place: str, *, options: LiveOptions) -> tuple[Polygon, list[LeftOut]]:
    """The outline of a place by its name, WGS-84 degrees: its largest part; what was left out."""
    with speaking_to(options, OVERPASS_URL):
        found = asked(lambda: _found(place), options, f"place {place!r}")
    parts = sorted(shapely.get_parts(found), key=lambda part: -part.area)
    why = "apart from its largest: ask for them with a bbox"
    return parts[0], [LeftOut("parts of the place", len(parts) - 1, why)]


def download(area: Polygon, *, overpass_url: str, options: LiveOptions) -> OsmData:
    """Streets, stops and lines in ``area`` (WGS-84 degrees), as Overpass has them now.

    Raises a ``DataError`` that says what to try when there is no network, the server refuses,
    or there is nothing there.
    """
    where = f"Overpass at {overpass_url}"
    with speaking_to(options, overpass_url):
        graph = asked(lambda: _streets(area), options, where)
        stops = asked(lambda: _stops(area), options, where)
        relations, members, year = asked(lambda: _lines(area.bounds), options, where)
    places = {place.place_id: place for place in (*members, *stops)}
    turns = tuple(one for one in relations if is_restriction(one.tags))
    lines = tuple(one for one in relations if not is_restriction(one.tags))
    ways = ways_of(graph)
    return OsmData(where, ways, tuple(places.values()), lines, area.bounds, year, turns=turns)


def ways_of(graph: nx.MultiDiGraph) -> RawWays:
    """Ways of an OSMnx graph that is not simplified and was made with ``all_oneway``.

    OSMnx gives the steps from node to node; each way comes back as one or more stretches in the
    order it is drawn (OSMnx turns ways with ``oneway=-1`` round: they are turned back).
    """
    steps: dict[int, dict[int, list[int]]] = {}
    tags: dict[int, dict[str, str]] = {}
    for tail, head, data in graph.edges(data=True):
        way = data["osmid"]
        steps.setdefault(way, {}).setdefault(tail, []).append(head)
        tags.setdefault(way, {key: str(data[key]) for key in WAY_KEYS if key in data})
    ids, stretches = [], []
    for way, leaving in sorted(steps.items()):
        for stretch in _stretches(leaving):
            turned = tags[way].get("oneway") in ("-1", "reverse", "T")
            ids.append(way)
            stretches.append(stretch[::-1] if turned else stretch)
    refs = np.array([node for stretch in stretches for node in stretch], dtype=np.int64)
    lonlat = np.array([(graph.nodes[n]["x"], graph.nodes[n]["y"]) for n in refs.tolist()])
    offsets = np.concatenate([[0], np.cumsum([len(stretch) for stretch in stretches])])
    return RawWays(
        np.array(ids, dtype=np.int64), tuple(tags[way] for way in ids), refs,
        lonlat.reshape(-1, 2).astype(np.float64), offsets.astype(np.int64),
    )  # fmt: skip


def _stretches(leaving: Mapping[int, list[int]]) -> Iterator[list[int]]:
    """Runs of nodes that use each step once, from where the way begins (or from anywhere)."""
    left = {node: list(heads) for node, heads in leaving.items()}
    arriving = {head for heads in leaving.values() for head in heads}
    for begin in sorted(left, key=lambda node: node in arriving):
        while left[begin]:
            run = [begin]
            while left.get(run[-1]):
                run.append(left[run[-1]].pop(0))
            yield run


def _found(place: str) -> shapely.Geometry:
    try:
        return osmnx.geocode_to_gdf(place).geometry.iloc[0]
    except (InsufficientResponseError, TypeError):
        mend = "write it as on openstreetmap.org ('district, city, country'), or give a bbox"
        raise DataError(
            Problem(f"place {place!r}", "no area of that name is known", mend)
        ) from None


def _streets(area: Polygon) -> nx.MultiDiGraph:
    try:
        return osmnx.graph_from_polygon(
            area, simplify=False, retain_all=True, truncate_by_edge=True, custom_filter=_STREETS
        )
    except ValueError as error:
        if "no graph nodes" not in str(error) and not isinstance(error, InsufficientResponseError):
            raise
        mend = "choose an area with streets (is longitude before latitude?)"
        where = f"area {tuple(round(degree, 5) for degree in area.bounds)}"
        raise DataError(Problem(where, "OSM has no streets there", mend)) from None


def _stops(area: Polygon) -> list[Place]:
    try:
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
            places.append(Place(f"{kind}/{number}", *point, tags))
    return places


def _lines(box: Box) -> tuple[list[Relation], list[Place], int]:
    """Bus lines and turn restrictions in the box, families, the nodes called at, the year."""
    answer = _answer(_question(box))
    relations, members = [], []
    for found in answer["elements"]:
        tags = dict(found.get("tags", {}))
        if found["type"] == "node":
            members.append(Place(f"node/{found['id']}", found["lon"], found["lat"], tags))
        else:
            called = tuple((f"{m['type']}/{m['ref']}", m["role"]) for m in found["members"])
            relations.append(Relation(int(found["id"]), tags, called))
    stamp = str(answer.get("osm3s", {}).get("timestamp_osm_base", ""))[:4]
    return relations, members, int(stamp) if stamp.isdecimal() else datetime.now(tz=UTC).year


def _question(box: Box) -> str:
    """Overpass QL; lines run far beyond the box, so only their nodes within it are asked for."""
    west, south, east, north = box
    within = f"({south:.6f},{west:.6f},{north:.6f},{east:.6f})"
    head = settings.overpass_settings.format(timeout=settings.requests_timeout, maxsize="")
    return (
        f'{head};relation["type"="route"]["route"~"^(bus|trolleybus)$"]{within}->.lines;'
        f'(.lines;relation(br.lines)["type"="route_master"];node(r.lines){within};'
        f'relation["type"="restriction"]{within};);out body;'
    )


def _answer(query: str) -> dict[str, Any]:
    """What the server answers, kept in OSMnx's cache folder when OSMnx keeps its own there."""
    url = settings.overpass_url.rstrip("/") + "/interpreter"
    kept = Path(settings.cache_folder) / f"{sha256((url + query).encode()).hexdigest()[:40]}.json"
    if settings.use_cache and kept.is_file():
        return dict(json.loads(kept.read_text(encoding="utf-8")))
    headers = {"User-Agent": settings.http_user_agent, "Referer": settings.http_referer}
    response = requests.post(
        url, data={"data": query}, headers=headers, timeout=settings.requests_timeout,
        **settings.requests_kwargs,
    )  # fmt: skip
    if settings.use_cache:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(response.text, encoding="utf-8")
    return dict(response.json())
