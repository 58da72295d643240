"""The patterns that a gesture is about, and where their hops run."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, Point
from shapely.ops import substring

from transit.analysis.proximity import PLACE_M
from transit.model.feed import Feed
from transit.model.network import Network


def line_name(feed: Feed, pattern: str) -> str:
    """How a change names the line of ``pattern``: by its short name where only it has that."""
    route = route_of(feed, pattern)
    name = str(feed.routes.set_index("route_id").loc[route, "route_short_name"])
    return name if name and feed.route_ids(name) == [route] else route


def route_of(feed: Feed, pattern: str) -> str:
    """The id of the line that ``pattern`` belongs to."""
    return str(feed.patterns.set_index("pattern_id").loc[pattern, "route_id"])


def direction_of(feed: Feed, pattern: str) -> int:
    """The direction of ``pattern``."""
    return int(feed.patterns.set_index("pattern_id").loc[pattern, "direction_id"])


def service_of(feed: Feed, pattern: str) -> dict[str, Any]:
    """What selects ``pattern`` in a change: its direction where that is enough, else its id."""
    table = feed.patterns[feed.patterns["route_id"] == route_of(feed, pattern)]
    direction = direction_of(feed, pattern)
    if (table["direction_id"] == direction).sum() == 1:
        return {"line": line_name(feed, pattern), "direction_id": direction}
    return {"line": line_name(feed, pattern), "pattern": pattern}


def other_direction(feed: Feed, pattern: str) -> list[str]:
    """The patterns of the same line that run the other way, by id."""
    table = feed.patterns[feed.patterns["route_id"] == route_of(feed, pattern)]
    other: list[str] = table.loc[
        table["direction_id"] != direction_of(feed, pattern), "pattern_id"
    ].tolist()
    return other


def same_terminal(network: Network, first: str, second: str) -> bool:
    """Whether two stops are one terminal: of one name, or within 150 m of each other."""
    rows = [network.stop_row[first], network.stop_row[second]]
    names = network.feed.stops["stop_name"].iloc[rows]
    return names.nunique() == 1 or bool(
        np.hypot(*np.diff(network.stop_xy[rows], axis=0)[0]) <= PLACE_M
    )


def hop_lines(network: Network, pattern: str) -> list[LineString]:
    """Where the buses of ``pattern`` drive, one line a hop, in metres; straight where unknown."""
    course = network.courses[pattern]
    xy = network.stop_xy[[network.stop_row[stop] for stop in network.feed.sequence(pattern)]]
    return [
        _driven(network, pattern, hop) if matched else LineString(xy[hop : hop + 2])
        for hop, matched in enumerate(course.matched)
    ]


def nearest_hop(network: Network, pattern: str, xy: np.ndarray) -> int:
    """The hop of ``pattern`` that runs nearest to ``xy`` (metres, shape (2,))."""
    return int(np.argmin(shapely.distance(hop_lines(network, pattern), Point(xy))))


def _driven(network: Network, pattern: str, hop: int) -> LineString:
    course, streets = network.courses[pattern], network.streets.lines
    pieces = np.flatnonzero(course.hop == hop)
    parts = [
        substring(streets[course.edge[row]], course.start_m[row], course.end_m[row]).coords
        for row in pieces
    ]
    points = [point for part in parts for point in part]
    return LineString(points) if len(points) > 1 else LineString(points * 2)
