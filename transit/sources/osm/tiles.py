"""Large areas in tiles, and the streets of tiles joined to ways without gaps or duplicates."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import shapely
from shapely.geometry import Polygon

from transit.errors import Problem, UsageError
from transit.sources.osm.data import LeftOut, RawWays
from transit.sources.osm.kept import texts
from transit.sources.osm.tags import WAY_KEYS

TILES_AT_MOST = 400
"""More than this is a burden to a public server: an extract is the way."""

Steps = tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class TileWays:
    """The streets of one tile: nodes in WGS-84 degrees; of each way its tags and its steps.

    A step goes from one node to the next as OSMnx draws the way.
    """

    nodes: Mapping[int, tuple[float, float]]
    tags: Mapping[int, Mapping[str, str]]
    steps: Mapping[int, Steps]


def tiles_of(area: Polygon, tile_deg: float) -> list[Polygon]:
    """``area`` itself where it is no wider than ``tile_deg`` degrees, else the tiles it touches.

    Tiles lie on a grid of the whole earth, so that areas that overlap share them. Raises a
    ``UsageError`` for a size that is none, or for more than 400 tiles.
    """
    if not (math.isfinite(tile_deg) and 0.001 <= tile_deg <= 10):
        mend = "give degrees from 0.001 to 10, such as 0.1 (10 km)"
        raise UsageError(Problem("tile_deg", f"{tile_deg!r} is no size of a tile", mend))
    west, south, east, north = area.bounds
    if east - west <= tile_deg and north - south <= tile_deg:
        return [area]
    spans = [range(math.floor(low / tile_deg), math.ceil(high / tile_deg))
             for low, high in ((west, east), (south, north))]  # fmt: skip
    if len(spans[0]) * len(spans[1]) > 100 * TILES_AT_MOST:
        raise _too_large(len(spans[0]) * len(spans[1]), tile_deg)
    shapely.prepare(area)
    boxes = [shapely.box(*_corners(i, j, tile_deg)) for j in spans[1] for i in spans[0]]
    found = [box for box in boxes if area.intersects(box) and not area.touches(box)]
    if len(found) > TILES_AT_MOST:
        raise _too_large(len(found), tile_deg)
    return found


def tile_ways(graph: nx.MultiDiGraph) -> dict[str, Any]:
    """The streets of an OSMnx graph (``simplify=False``, ``all_oneway``) as JSON holds them."""
    steps: dict[str, list[tuple[int, int]]] = {}
    tags: dict[str, dict[str, str]] = {}
    for tail, head, data in graph.edges(data=True):
        way = str(data["osmid"])
        steps.setdefault(way, []).append((tail, head))
        tags.setdefault(way, {key: str(data[key]) for key in WAY_KEYS if key in data})
    nodes = {str(node): [data["x"], data["y"]] for node, data in graph.nodes(data=True)}
    return {"nodes": nodes, "tags": tags, "steps": steps}


def read_tile_ways(content: Mapping[str, Any]) -> TileWays:
    """The streets that ``tile_ways`` put into JSON."""
    nodes = {int(node): (float(x), float(y)) for node, (x, y) in content["nodes"].items()}
    tags = {int(way): texts(its) for way, its in content["tags"].items()}
    steps = {
        int(way): tuple((int(a), int(b)) for a, b in its) for way, its in content["steps"].items()
    }
    if tags.keys() != steps.keys() or not all(
        a in nodes and b in nodes for its in steps.values() for a, b in its
    ):
        raise ValueError("a way lacks its tags or a node its position")
    return TileWays(nodes, tags, steps)


def joined(parts: Iterable[TileWays]) -> tuple[RawWays, LeftOut]:
    """The ways of all tiles, each once and whole, and how much changed while tiles were loaded.

    A way that crosses a border comes in steps from either side; steps that both have count once.
    Where tiles differ the later is taken.
    """
    nodes: dict[int, tuple[float, float]] = {}
    tags: dict[int, Mapping[str, str]] = {}
    steps: dict[int, Counter[tuple[int, int]]] = {}
    changed: set[tuple[str, int]] = set()
    for part in parts:
        changed |= {("node", n) for n in nodes.keys() & part.nodes if nodes[n] != part.nodes[n]}
        changed |= {("way", w) for w in tags.keys() & part.tags if tags[w] != part.tags[w]}
        nodes.update(part.nodes)
        tags.update(part.tags)
        for way, its in part.steps.items():
            steps[way] = steps.get(way, Counter()) | Counter(its)
    why = "were edited between the downloads of two tiles: the later is taken"
    return _ways(nodes, tags, steps), LeftOut("objects in doubt", len(changed), why)


def _ways(
    nodes: Mapping[int, tuple[float, float]],
    tags: Mapping[int, Mapping[str, str]],
    steps: Mapping[int, Counter[tuple[int, int]]],
) -> RawWays:
    """Each way in one or more stretches, in the order it is drawn.

    OSMnx turns ways with ``oneway=-1`` round: they are turned back.
    """
    ids, stretches = [], []
    for way, its in sorted(steps.items()):
        turned = tags[way].get("oneway") in ("-1", "reverse", "T")
        for stretch in _stretches(its):
            ids.append(way)
            stretches.append(stretch[::-1] if turned else stretch)
    refs = np.array([node for stretch in stretches for node in stretch], dtype=np.int64)
    lonlat = np.array([nodes[node] for node in refs.tolist()], dtype=np.float64)
    offsets = np.concatenate([[0], np.cumsum([len(stretch) for stretch in stretches])])
    return RawWays(
        np.array(ids, dtype=np.int64), tuple(tags[way] for way in ids), refs,
        lonlat.reshape(-1, 2), offsets.astype(np.int64),
    )  # fmt: skip


def _stretches(steps: Counter[tuple[int, int]]) -> Iterator[list[int]]:
    """Runs of nodes that use each step once, from where the way begins (or from anywhere)."""
    left: dict[int, list[int]] = {}
    for tail, head in steps.elements():
        left.setdefault(tail, []).append(head)
    arriving = {head for _, head in steps}
    for begin in sorted(left, key=lambda node: node in arriving):
        while left[begin]:
            run = [begin]
            while left.get(run[-1]):
                run.append(left[run[-1]].pop(0))
            yield run


def _corners(i: int, j: int, tile_deg: float) -> tuple[float, float, float, float]:
    west, south, east, north = (round(n * tile_deg, 7) for n in (i, j, i + 1, j + 1))
    return max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0)


def _too_large(count: int, tile_deg: float) -> UsageError:
    what = f"would be {count} tiles of {tile_deg:g}°, and public servers are for {TILES_AT_MOST}"
    mend = "take an extract (download.geofabrik.de, extract.bbbike.org) and read that with a bbox"
    return UsageError(Problem("download", what, mend))
