"""Where buses drive on the bundled streets, by networkx: nothing here uses ``transit``.

The rules are those that ``transit/model/driving.py`` states: a stop is served within 60 m of it
and 25 m of its nearest street, 3 m of driving a metre from the kerb, 30 m for turning round at a
dead end, 400 m elsewhere, streets that buses avoid dearer; a hop costs at most 1,500 m plus four
times its straight length. Here all of it is one shortest path through a graph with a layer a stop.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from itertools import pairwise

import networkx as nx
import shapely
from bundle import features, metres, stop_points

DEARER = {"residential": 1.1, "living_street": 1.5, "service": 1.5, "track": 3.0}
Arc = tuple[int, bool]  # a piece, and whether it is driven along its vertices


@cache
def pieces() -> list[tuple[shapely.LineString, tuple, tuple, bool, float, str]]:
    """Line, both ends, one-way, cost a metre and way of each piece between shared vertices."""
    ways = features("streets")
    used = Counter(
        vertex for way in ways for vertex in {tuple(xy) for xy in way["geometry"]["coordinates"]}
    )
    found = []
    for way in ways:
        if way["properties"]["motor"] != "yes":
            continue
        course = [tuple(xy) for xy in way["geometry"]["coordinates"]]
        inner = [place for place, vertex in enumerate(course[1:-1], 1) if used[vertex] > 1]
        for start, end in pairwise([0, *inner, len(course) - 1]):
            part = course[start : end + 1]
            line = shapely.LineString([metres(*xy) for xy in part])
            dear = DEARER.get(way["properties"]["highway"], 1.0)
            one_way = way["properties"]["oneway"] == "yes"
            way_id = way["properties"]["way_id"]
            found.append((line, part[0], part[-1], one_way, dear, way_id))
    return found


@cache
def arc_graph() -> nx.DiGraph:
    """What may follow what; an edge costs the turn and the whole of the arc that follows."""
    ends = Counter(end for _, first, last, *_ in pieces() for end in (first, last))
    arcs = [(row, along) for row, piece in enumerate(pieces())
            for along in (True, False) if along or not piece[3]]  # fmt: skip
    leaving: dict[tuple, list[Arc]] = {}
    for arc in arcs:
        leaving.setdefault(pieces()[arc[0]][1 if arc[1] else 2], []).append(arc)
    graph = nx.DiGraph()
    graph.add_nodes_from(arcs)
    for row, along in arcs:
        head = pieces()[row][2 if along else 1]
        for following in leaving.get(head, []):
            turn = (30 if ends[head] == 1 else 400) if following == (row, not along) else 0
            line, *_, dear, _ = pieces()[following[0]]
            graph.add_edge((row, along), following, cost=turn + line.length * dear)
    return graph


@cache
def places(stop: str) -> list[tuple[Arc, float, float]]:
    """Arc, metres along it and metres off it of each way to serve a stop."""
    point = stop_points()[stop]
    off = {row: piece[0].distance(point) for row, piece in enumerate(pieces())}
    near = [row for row in off if off[row] <= min(60, min(off.values()) + 25)]
    found = []
    for row, along in arc_graph():
        if row in near:
            at = pieces()[row][0].project(point)
            found.append(((row, along), at if along else pieces()[row][0].length - at, off[row]))
    return found


@cache
def paths_from(arc: Arc) -> tuple[dict, dict]:
    return nx.single_source_dijkstra(arc_graph(), arc, weight="cost")


Drive = tuple[float, float, list[int]]


def drive(start: tuple[Arc, float, float], end: tuple[Arc, float, float]) -> Drive:
    """Cost, metres and pieces from one place to another; ``inf`` where there is no way."""
    (from_arc, at, _), (to_arc, there, _) = start, end
    from_line, *_, from_dear, _ = pieces()[from_arc[0]]
    to_line, *_, to_dear, _ = pieces()[to_arc[0]]
    if from_arc == to_arc and there >= at:
        return (there - at) * from_dear, there - at, [from_arc[0]] if there > at else []
    best: Drive = (math.inf, math.inf, [])
    for following, edge in arc_graph()[from_arc].items():
        costs, paths = paths_from(following)
        if to_arc in costs:
            cost = (from_line.length - at) * from_dear + edge["cost"] + costs[to_arc]
            cost -= (to_line.length - there) * to_dear
            whole = sum(pieces()[row][0].length for row, _ in paths[to_arc][:-1])
            rows = [from_arc[0], *(row for row, _ in paths[to_arc])]
            best = min(best, (cost, from_line.length - at + whole + there, rows))
    return best


@cache
def hops_driven(calls: tuple[str, ...]) -> list[tuple[float, list[int]]]:
    """Metres and pieces of each hop of a sequence of stops; straight where there is no drive."""
    found: list[tuple[float, list[int]]] = []
    while len(found) < len(calls) - 1:
        here = calls[len(found) :]
        found += _run(here) or [(_straight(*here[:2]), [])]
    return found


def hop_metres(calls: tuple[str, ...]) -> list[float]:
    """Metres driven on each hop of a sequence of stops; straight where there is no drive."""
    return [length for length, _ in hops_driven(calls)]


def ways_driven(calls: tuple[str, ...]) -> set[str]:
    """Ids of the ways that a sequence of stops drives."""
    return {pieces()[row][-1] for _, rows in hops_driven(calls) for row in rows}


def _straight(one: str, other: str) -> float:
    return stop_points()[one].distance(stop_points()[other])


def _run(calls: tuple[str, ...]) -> list[tuple[float, list[int]]]:
    """The hops up to the first without a drive: the cheapest path through the layers."""
    graph = nx.DiGraph()
    last = 0
    for number, place in enumerate(places(calls[0])):
        graph.add_edge("start", (0, number), cost=3 * place[2])
    for layer, (one, other) in enumerate(pairwise(calls)):
        limit = 1500 + 4 * _straight(one, other)
        for first, start in enumerate(places(one)):
            for second, end in enumerate(places(other)):
                cost, length, rows = drive(start, end)
                if cost <= limit and (layer, first) in graph:
                    graph.add_edge((layer, first), (layer + 1, second),
                                   cost=cost + 3 * end[2], hop=(length, rows))  # fmt: skip
        if not any((layer + 1, second) in graph for second in range(len(places(other)))):
            break
        last = layer + 1
    if last == 0:
        return []
    finals = [node for node in list(graph) if node != "start" and node[0] == last]
    graph.add_edges_from((node, "end", {"cost": 0.0}) for node in finals)
    path = nx.shortest_path(graph, "start", "end", weight="cost")
    return [graph.edges[pair]["hop"] for pair in pairwise(path[1:-1])]
