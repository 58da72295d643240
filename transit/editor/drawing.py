"""What the editor's map draws, as plain lists of degrees: streets, the park, stops, courses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from transit.analysis.brief import Brief
from transit.analysis.coverage import covered_part, kinds_known
from transit.editor.courses import hop_lines
from transit.model.network import Network
from transit.model.park import Park
from transit.units import FloatArray, unproject

DIGITS = 6
"""Decimals of a degree: 0.1 m."""
SIMPLER_M = 2.0
"""How far a street may be drawn beside where it is, in metres."""
AROUND_M = 12_000.0
"""How far from the park streets are drawn, in metres."""
MAIN = ("motorway", "trunk", "primary", "secondary")
"""Streets that are drawn broad, by the beginning of their class."""

Path = list[list[float]]


def ground(network: Network, park: Park) -> dict[str, Any]:
    """The streets near the park by class, its outline and its gates; each path as (lat, lon)."""
    streets = network.streets.lines
    near = shapely.dwithin(streets, park.outline, AROUND_M) if len(streets) else np.array([], bool)
    drawn = shapely.simplify(streets[near], SIMPLER_M)
    kinds = network.streets.edges["highway"].to_numpy()[near]
    main = np.array([str(kind).startswith(MAIN) for kind in kinds], dtype=bool)
    gates = park.gates[["gate_lat", "gate_lon", "gate_name", "gate_id"]]
    return {
        "main": _paths(drawn[main], network.crs),
        "local": _paths(drawn[~main], network.crs),
        "park": {
            "name": park.park_name,
            "outline": _paths(shapely.get_parts(park.outline.boundary), network.crs),
        },
        "gates": gates.to_numpy().tolist(),
        "sources": list(network.sources),
    }


def stops(network: Network) -> list[list[Any]]:
    """One row a stop: id, name, latitude, longitude, whether it is indicative."""
    columns = ["stop_id", "stop_name", "stop_lat", "stop_lon", "indicative"]
    return [[*row[:4], bool(row[4])] for row in network.feed.stops[columns].to_numpy().tolist()]


def course(network: Network, pattern: str) -> dict[str, Any]:
    """The course of a pattern: the paths of hops on streets, of others, and its calls in order."""
    known = network.courses[pattern].matched
    paths = _paths(hop_lines(network, pattern), network.crs)
    return {
        "known": [path for path, matched in zip(paths, known, strict=True) if matched],
        "straight": [path for path, matched in zip(paths, known, strict=True) if not matched],
        "calls": network.feed.sequence(pattern),
    }


def covered(before: Brief, after: Brief) -> dict[str, list[list[Path]]]:
    """The park's parts within the limit of served stops: on both sides, one gained, one lost.

    Walked where streets are known, else straight; each part is a list of polygons, a polygon its
    rings, the outer one first.
    """
    sides = [
        covered_part(
            side.network, side.park, kinds_known(side.network)[-1], limit_m=side.limit_m,
            access_m=side.access_m,
        )
        for side in (before, after)
    ]  # fmt: skip
    old, new = sides
    parts = {"kept": old & new, "gained": new - old, "lost": old - new}
    return {name: _polygons(area, after.network.crs) for name, area in parts.items()}


def _polygons(area: BaseGeometry, crs: str) -> list[list[Path]]:
    """Polygons of at least a square metre; slivers of rounding are none."""
    return [
        _paths((part.exterior, *part.interiors), crs)
        for part in shapely.get_parts(area)
        if part.area >= 1
    ]


def _paths(lines: Iterable[BaseGeometry] | FloatArray, crs: str) -> list[Path]:
    """Each line as (lat, lon) in degrees; all are turned in one go, for it takes long a call."""
    parts = [shapely.get_coordinates(line) for line in lines]
    if not parts:
        return []
    lonlat = unproject(np.concatenate(parts), crs)
    ends = np.cumsum([len(part) for part in parts])[:-1]
    return [part[:, ::-1].round(DIGITS).tolist() for part in np.split(lonlat, ends)]
