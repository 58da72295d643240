"""Streets of a graph that OSMnx saved as GraphML.

OSMnx holds a two-way street as two directed edges; here they become one piece again, told by
its ends, its ways and its course up to reversal, so that parallel streets and loops survive.
Its ``length`` (measured on a sphere) is not used. A saved graph has streets only: no stops.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError
from shapely.geometry import LineString, Polygon

from transit.errors import DataError, Problem
from transit.model.feed import Feed
from transit.model.network import Network
from transit.parsing import empty
from transit.schema import CALLS, PATTERNS, ROUTES, STOPS
from transit.sources.osm.build import (
    bounds_of,
    chosen_crs,
    credit,
    envelope,
    in_metres,
    nothing_there,
)
from transit.sources.osm.data import Box, LeftOut, OsmReading, left_out_table
from transit.sources.osm.streets import FLAGS, Pieces, streets_of
from transit.sources.osm.tags import RULE_KEYS, foot_access, motor_access, street_class
from transit.units import WGS84, FloatArray, transform

_MEND = "save it with osmnx.save_graphml(graph, path), from a graph that OSMnx made"
_NOT_A_GRAPH = (
    SyntaxError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError,
    RecursionError, MemoryError, nx.NetworkXError, ShapelyError,
)  # fmt: skip
_VARIANTS_AT_MOST = 10_000
_SAID_AT_MOST = 200
_WALKERS_ONLY = frozenset({"footway", "path", "steps", "pedestrian", "corridor", "cycleway"})


@dataclass(frozen=True, eq=False)
class _Edge:
    """One directed edge: its ends, its course in the graph's CRS, and what OSMnx kept of tags."""

    tail: object
    head: object
    course: tuple[tuple[float, float], ...]
    attributes: Mapping[str, Any]

    @property
    def against_way(self) -> bool:
        """Whether it runs against the order in which its way is drawn."""
        return self.attributes.get("reversed") is True

    @property
    def key(self) -> tuple[object, ...]:
        """The same for the two directions of one street, and for no other edge."""
        course = min(self.course, self.course[::-1])
        return (
            frozenset((self.tail, self.head)),
            frozenset(_listed(self.attributes["osmid"])),
            course,
        )


def read_graphml(
    path: Path, *, crs: str | None = None, name: str, within: Polygon | None = None
) -> OsmReading:
    """The streets of a saved OSMnx graph in ``crs``, and what is in doubt; the feed is empty.

    The graph may be in any CRS. The study area is ``within`` (WGS-84 degrees), or the convex
    envelope of the streets widened by 100 m. Raises a ``DataError`` when OSMnx did not make the
    file.
    """
    graph = _load(path)
    reach = _reach(graph, str(path))
    crs = chosen_crs(crs, reach if within is None else within.bounds)
    area = None if within is None else in_metres(within, crs)
    pieces, closed = _pieces(graph, crs)
    streets, dropped = streets_of(pieces, crs, area)
    if not len(streets):
        raise nothing_there(str(path), reach, within)
    year = _year(graph, path)
    feed = Feed(empty(STOPS), empty(ROUTES), empty(PATTERNS), empty(CALLS))
    study_area = envelope(streets) if area is None else area
    network = Network(name, streets, feed, study_area, sources=(credit(year),))
    return OsmReading(network, left_out_table([*closed, *dropped, *_doubts(graph, pieces)]))


def _load(path: Path) -> nx.MultiDiGraph:
    import osmnx

    try:
        # What numpy and networkx remark on odd values is told of below, in our own words.
        with np.errstate(invalid="ignore", over="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            graph = osmnx.load_graphml(path)
    except _NOT_A_GRAPH as error:
        fault = f"cannot be read as a graph: {type(error).__name__} {str(error)[:_SAID_AT_MOST]!r}"
        raise DataError(Problem(str(path), fault, _MEND)) from None
    _require_osmnx(graph, str(path))
    return graph


def _require_osmnx(graph: nx.MultiDiGraph, where: str) -> None:
    edges = [data for *_, data in graph.edges(data=True)]
    faults = []
    if not _is_crs(graph.graph.get("crs")):
        faults.append(f"its crs {graph.graph.get('crs')!r} is not a known CRS")
    if any(not {"x", "y"} <= set(data) for _, data in graph.nodes(data=True)):
        faults.append("nodes have no x and y")
    elif not np.isfinite(_positions(graph)).all():
        faults.append("nodes have an x or y that is no number")
    if any(not _listed(data.get("osmid", [])) for data in edges):
        faults.append("edges have no osmid")
    if not all(_is_course(data.get("geometry")) for data in edges):
        faults.append("edges have a geometry that is no line")
    if not any("highway" in data for data in edges):
        faults.append("no edge has a highway")
    if any(prod(map(len, _tags(data).values())) > _VARIANTS_AT_MOST for data in edges):
        faults.append(f"an edge has tags that combine in more than {_VARIANTS_AT_MOST:,} ways")
    if faults:
        raise DataError([Problem(where, fault, _MEND) for fault in faults])


def _reach(graph: nx.MultiDiGraph, where: str) -> Box:
    """West, south, east and north of the nodes in degrees; ``DataError`` beyond the earth."""
    courses = [data["geometry"] for *_, data in graph.edges(data=True) if data.get("geometry")]
    nodes = _positions(graph)
    vertices = np.vstack([nodes, shapely.get_coordinates(courses)])
    lonlat = transform(vertices, graph.graph["crs"], WGS84)
    if not (np.abs(lonlat) <= (180, 90)).all():
        fault = f"reaches beyond the earth when read in its crs {graph.graph['crs']}"
        raise DataError(Problem(where, fault, _MEND))
    return bounds_of(lonlat[: len(nodes)])


def _is_crs(text: Any) -> bool:  # noqa: ANN401
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        return False
    return bool(crs.is_geographic or crs.is_projected)


def _is_course(geometry: Any) -> bool:  # noqa: ANN401
    """Whether an edge is straight (has none), or a line of at least two known positions."""
    if geometry is None:
        return True
    line = isinstance(geometry, LineString) and not geometry.is_empty
    return line and bool(np.isfinite(shapely.get_coordinates(geometry)).all())


def _positions(graph: nx.MultiDiGraph) -> FloatArray:
    return np.array(
        [(data["x"], data["y"]) for _, data in graph.nodes(data=True)], dtype=np.float64
    )


def _edges(graph: nx.MultiDiGraph) -> Iterator[_Edge]:
    xy = {node: (data["x"], data["y"]) for node, data in graph.nodes(data=True)}
    for tail, head, data in graph.edges(data=True):
        drawn = data.get("geometry")
        course = tuple(drawn.coords) if drawn is not None else (xy[tail], xy[head])
        yield _Edge(tail, head, course, data)


def _pieces(graph: nx.MultiDiGraph, crs: str) -> tuple[Pieces, list[LeftOut]]:
    streets: dict[tuple[object, ...], list[_Edge]] = {}
    for edge in _edges(graph):
        streets.setdefault(edge.key, []).append(edge)
    row_of = {node: row for row, node in enumerate(graph.nodes)}
    rows = [_label(edges) for edges in streets.values()]
    labels = pd.DataFrame(rows, columns=["way_id", "street_name", "highway", *FLAGS])
    drawn = [_drawn(edges) for edges in streets.values()]
    kept = labels[list(FLAGS)].any(axis=1).to_numpy(dtype=bool)
    ends = np.array([(row_of[e.tail], row_of[e.head]) for e in drawn], dtype=np.int64)[kept]
    courses = [edge.course for edge, open_ in zip(drawn, kept, strict=True) if open_]
    offsets = np.concatenate([[0], np.cumsum([len(course) for course in courses])])
    points = np.array([point[:2] for course in courses for point in course], dtype=np.float64)
    source = graph.graph["crs"]
    pieces = Pieces(
        transform(_positions(graph), source, crs), ends[:, 0], ends[:, 1],
        transform(points, source, crs), offsets.astype(np.int64),
        labels[kept].reset_index(drop=True),
    )  # fmt: skip
    return pieces, [LeftOut("streets", int((~kept).sum()), "open neither to walkers nor to buses")]


def _drawn(edges: list[_Edge]) -> _Edge:
    """The edge that follows its way as drawn, or else the first."""
    return next((edge for edge in edges if not edge.against_way), edges[0])


def _label(edges: list[_Edge]) -> tuple[str | bool, ...]:
    first = _drawn(edges)
    attributes = first.attributes
    variants = list(_variants(attributes))
    walk = [foot_access(tags) for tags in variants]
    drive = [motor_access(tags) for tags in variants]
    along = any(_same_way(edge, first) for edge in edges)
    against = any(not _same_way(edge, first) for edge in edges) or _pair_on_loop(edges, first)
    return (
        ",".join(f"way/{way}" for way in sorted(_listed(attributes["osmid"]))),
        " / ".join(sorted({str(name) for name in _listed(attributes.get("name", ""))})),
        "/".join(sorted({street_class(tags) or tags.get("highway", "") for tags in variants})),
        all(f for f, _ in walk), all(b for _, b in walk),
        along and all(f for f, _ in drive), against and all(b for _, b in drive),
    )  # fmt: skip


def _same_way(edge: _Edge, first: _Edge) -> bool:
    return edge.tail == first.tail and edge.course == first.course


def _pair_on_loop(edges: list[_Edge], first: _Edge) -> bool:
    """Whether a course that reads the same both ways is there once for each direction."""
    alike = sum(_same_way(edge, first) for edge in edges) > 1
    return alike and first.course == first.course[::-1]


def _variants(attributes: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Every combination of tags that the merged ways of one edge may have.

    Directions are told by the edges themselves, so tags of one-way streets are left out.
    """
    tags = _tags(attributes)
    for values in product(*tags.values()):
        yield {**dict(zip(tags, values, strict=True)), "oneway": "no"}


def _tags(attributes: Mapping[str, Any]) -> dict[str, list[str]]:
    """What OSMnx kept of the tags that say who may go there, each with all its values."""
    return {
        key: [str(value) for value in _listed(values)]
        for key, values in attributes.items()
        if key in RULE_KEYS and key not in ("oneway", "junction") and values != []
    }


def _listed(value: Any) -> list[Any]:  # noqa: ANN401  (OSMnx gives one value or a list)
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _year(graph: nx.MultiDiGraph, path: Path) -> int:
    """The year the graph was downloaded, or else the file was written."""
    stamp = str(graph.graph.get("created_date", ""))[:4]
    if stamp.isdecimal():
        return int(stamp)
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).year


def _doubts(graph: nx.MultiDiGraph, pieces: Pieces) -> list[LeftOut]:
    classes: Iterable[str] = pieces.labels["highway"].unique()
    on_foot = any(part in _WALKERS_ONLY for name in classes for part in name.split("/"))
    two_ways = all(not data.get("oneway") for *_, data in graph.edges(data=True))
    no_foot = not any("foot" in data for *_, data in graph.edges(data=True))
    count = len(pieces.labels)
    return [
        LeftOut("stops and lines", 1, "a saved graph has streets only: add a feed"),
        LeftOut("turn restrictions", 1, "a saved graph has none: buses may turn everywhere"),
        LeftOut("streets in doubt", 0 if on_foot else count,
                "no footway among them: the graph was made for cars, walkers have more ways"),
        LeftOut("streets in doubt", count if two_ways else 0,
                "none is one-way: the graph was made for walkers, buses may have fewer ways"),
        LeftOut("streets in doubt", count if no_foot else 0,
                "OSMnx kept no foot=* tags: class and access alone tell where one may walk"),
    ]  # fmt: skip
