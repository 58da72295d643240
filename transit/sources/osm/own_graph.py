"""Streets of a GraphML file that this toolkit wrote: they come back as they were."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import shapely
from shapely.errors import ShapelyError

from transit.errors import DataError, Problem
from transit.model.feed import Feed
from transit.model.network import Network
from transit.model.streets import EDGE_COLUMNS, OWN_RULES, Barrier, Streets
from transit.parsing import empty
from transit.schema import CALLS, PATTERNS, ROUTES, STOPS
from transit.sources.osm.data import LeftOut, OsmReading, left_out_table

MARK = "transit_streets"
"""The attribute of a graph that says its edges have all that a piece of streets has."""
RIGHTS = ("foot_forward", "foot_backward", "motor_forward", "motor_backward")
_HEAD = 65_536
_NOT_OURS = (
    SyntaxError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
    RecursionError, MemoryError, nx.NetworkXError, ShapelyError,
)  # fmt: skip
_MEND = "write it anew with transit export --to graphml"


def is_own_graph(path: Path) -> bool:
    """Whether the GraphML file ``path`` says at its beginning that this toolkit wrote it."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return f'"{MARK}"'.encode() in file.read(_HEAD)


def read_own_graph(path: Path, *, name: str) -> OsmReading:
    """The streets of a graph that ``transit export`` wrote, as they were; the feed is empty.

    Raises a ``DataError`` where the file was changed so that it says them no longer.
    """
    try:
        with np.errstate(invalid="ignore", over="ignore"):  # what is no number is told of below
            return _reading(nx.read_graphml(path, node_type=int, force_multigraph=True), name)
    except _NOT_OURS as error:
        fault = f"cannot be read as streets: {type(error).__name__} {str(error)[:200]!r}"
        raise DataError(Problem(str(path), fault, _MEND)) from None


def _reading(graph: nx.MultiDiGraph, name: str) -> OsmReading:
    told = graph.graph
    streets = _streets(graph)
    area = shapely.from_wkt(told["transit_study_area"])
    if area.geom_type != "Polygon" or not area.is_valid:
        raise ValueError("transit_study_area is no polygon")
    sources = tuple(map(str, json.loads(told["transit_credits"])))
    feed = Feed(empty(STOPS), empty(ROUTES), empty(PATTERNS), empty(CALLS))
    network = Network(name, streets, feed, area, sources=sources)
    left = LeftOut("stops and lines", 1, "a saved graph has streets only: add a feed")
    return OsmReading(network, left_out_table([left]))


def _streets(graph: nx.MultiDiGraph) -> Streets:
    nodes = [graph.nodes[row] for row in range(len(graph))]
    pieces = _pieces(graph)
    lines = [line for line, _ in pieces]
    counts = [len(line) for line in lines]
    turns = np.array(json.loads(graph.graph["transit_no_turns"]), dtype=np.int64).reshape(-1, 3)
    if len(turns) and not (
        (turns >= 0).all() and (turns < [len(pieces), len(nodes), len(pieces)]).all()
    ):
        raise ValueError("transit_no_turns name pieces or nodes that are not there")
    barriers = tuple(
        Barrier(tuple((float(x), float(y)) for x, y in course), str(hours))
        for course, hours in json.loads(graph.graph["transit_barriers"])
    )
    return Streets(
        graph.graph["crs"],
        _known(np.array([(float(node["x"]), float(node["y"])) for node in nodes])),
        pd.DataFrame([row for _, row in pieces])[[*EDGE_COLUMNS, *OWN_RULES]],
        _known(np.vstack(lines)),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        turns,
        int(graph.graph["transit_clock"]),
        barriers,
        np.array([int(node["joint"]) for node in nodes], dtype=np.int64),
    )


def _known(coords: np.ndarray) -> np.ndarray:
    if not np.isfinite(coords).all():
        raise ValueError("positions are no numbers")
    return coords


def _pieces(graph: nx.MultiDiGraph) -> list[tuple[np.ndarray, dict[str, Any]]]:
    """Vertices and facts of each piece, in order; of two directions the one along it counts."""
    found: dict[int, tuple[np.ndarray, dict[str, Any]]] = {}
    for tail, head, data in graph.edges(data=True):
        against = _truth(data["reversed"])
        number = int(data["piece"])
        if against and number in found:
            continue
        line = shapely.get_coordinates(shapely.from_wkt(data["geometry"]))
        ends = (head, tail) if against else (tail, head)
        found[number] = (line[::-1] if against else line), _facts(data, *ends)
    if sorted(found) != list(range(len(found))):
        raise ValueError("pieces are not numbered 0, 1, 2 …")
    return [found[number] for number in range(len(found))]


def _facts(data: dict[str, str], start: int, end: int) -> dict[str, Any]:
    texts = {name: data.get(name, "") for name in ("way_id", "highway", "source", "foot_hours")}
    truths = {name: _truth(data[name]) for name in (*RIGHTS, "indicative")}
    speed = float(data["bus_speed_kmh"]) if "bus_speed_kmh" in data else math.nan
    return {
        **texts, **truths, "street_name": data.get("name", ""), "bus_speed_kmh": speed,
        "from_node": start, "to_node": end,
    }  # fmt: skip


def _truth(text: str) -> bool:
    if text not in ("True", "False"):
        raise ValueError(f"{text!r} is neither True nor False")
    return text == "True"
