"""Courses: where a line runs, as straight hops between places, for drawing.

The two kerbs of a place are drawn as one point, so that both directions of a line share one
stroke. A hop driven both ways carries no arrow, a hop driven one way does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from shapely.geometry import MultiLineString

from transit.model.network import Network
from transit.units import FloatArray, unproject

SAME_PLACE_M = 120.0
"""Kerbs of one name this near to one another are drawn as one place, in metres."""

Hop = tuple[str, str]
"""Stop ids of two consecutive calls."""


@dataclass(frozen=True, eq=False)
class Places:
    """The place of each stop: ``of[stop_id]`` is a number, ``xy[number]`` its metres."""

    of: dict[str, int]
    xy: FloatArray


def places(network: Network, *, together_m: float = SAME_PLACE_M) -> Places:
    """The places of all stops: kerbs of one name within ``together_m`` of the first of them."""
    firsts: dict[str, list[int]] = {}
    members: list[list[int]] = []
    number_of: dict[str, int] = {}
    stops = network.feed.stops
    for row, (stop, name) in enumerate(zip(stops["stop_id"], stops["stop_name"], strict=True)):
        near = [
            number
            for number in firsts.setdefault(name, [])
            if np.hypot(*(network.stop_xy[row] - network.stop_xy[members[number][0]])) <= together_m
        ]
        if not near:
            near = [len(members)]
            members.append([])
            firsts[name].append(near[0])
        members[near[0]].append(row)
        number_of[stop] = near[0]
    xy = [network.stop_xy[rows].mean(axis=0) for rows in members]
    return Places(number_of, np.asarray(xy).reshape(-1, 2))


def hops(network: Network, route_id: str) -> list[Hop]:
    """Consecutive calls of every pattern of a line, in driving order, each pair once."""
    feed = network.feed
    patterns = feed.patterns.loc[feed.patterns["route_id"] == route_id, "pattern_id"]
    found: dict[Hop, None] = {}
    for pattern in patterns:
        stops = feed.sequence(pattern)
        found.update(dict.fromkeys(pairwise(stops)))
    return list(found)


def course(at: Places, of: Sequence[Hop], crs: str) -> tuple[MultiLineString, MultiLineString]:
    """Multi-lines in WGS-84 degrees: the hops driven both ways, and those driven one way.

    Hops between kerbs of one place have no length and are left out.
    """
    driven = dict.fromkeys((at.of[start], at.of[end]) for start, end in of)
    pairs = [pair for pair in driven if pair[0] != pair[1]]
    both = [pair for pair in pairs if pair[::-1] in driven]
    first = {frozenset(pair): pair for pair in reversed(both)}
    once = [pair for pair in both if first[frozenset(pair)] == pair]
    one_way = [pair for pair in pairs if pair[::-1] not in driven]
    return _strokes(at, once, crs), _strokes(at, one_way, crs)


def _strokes(at: Places, pairs: Sequence[tuple[int, int]], crs: str) -> MultiLineString:
    chains: list[list[int]] = []
    for start, end in pairs:
        if chains and chains[-1][-1] == start:
            chains[-1].append(end)
        else:
            chains.append([start, end])
    lonlat = unproject(at.xy, crs)
    return MultiLineString([lonlat[chain] for chain in chains])
