"""A make-believe town in which every sum can be done in the head.

Its streets are a lattice of 100 m blocks from (0, 0) to (1200, 1200), in metres east and north
of ``ORIGIN`` (EPSG:4547). The park is the rectangle (200, 200)–(600, 500): 120,000 m².

====  ====  ===========  ===============================================================
stop  name  east, north  where it is
====  ====  ===========  ===============================================================
S1    银星   700, 400     a corner, 100 m from the park's east side and its east gate
S1b   银星   700, 410     the other kerb, 10 m further north on the same block
S2    桥头   200, 800     a corner, 300 m north of the park, 500 m from the west gate
S3    田心   950, 300     half-way along a block, 350 m from the park
S4    远山   1200, 1200   the far corner
S5    北站   400, 1100    600 m north of the park
S6    无路   -150, 300    150 m from the nearest street, 350 m from the park
S7    停运   500, 600     100 m north of the park; only line 9X calls, and it does not run
====  ====  ===========  ===============================================================
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from shapely.geometry import Point, Polygon, box

from transit.model.feed import Feed
from transit.model.network import Network
from transit.model.park import Park
from transit.model.streets import EDGE_COLUMNS, Streets
from transit.schema import CALLS, GATES, PATTERNS, ROUTES, STATIONS
from transit.schema import STOPS as STOPS_TABLE
from transit.units import unproject

CRS = "EPSG:4547"
ORIGIN = (504_000.0, 2_514_000.0)
MARKS: dict[str, Any] = {"indicative": False, "year": 2020, "source": "make-believe"}

Place = tuple[float, float]

STOPS: dict[str, tuple[str, float, float, str]] = {
    "S1": ("银星", 700, 400, "龙华"),
    "S1b": ("银星", 700, 410, "龙华"),
    "S2": ("桥头", 200, 800, "龙华"),
    "S3": ("田心", 950, 300, "光明"),
    "S4": ("远山", 1200, 1200, "宝安"),
    "S5": ("北站", 400, 1100, "福田"),
    "S6": ("无路", -150, 300, ""),
    "S7": ("停运", 500, 600, "龙华"),
}
# pattern id: line's short name, direction, stops in order
COURSES: dict[str, tuple[str, int, str]] = {
    "R101_0": ("101", 0, "S4 S5 S2 S1"),
    "R101_1": ("101", 1, "S1b S2 S5 S4"),
    "R007_0": ("007", 0, "S1 S3 S4"),
    "RLOOP_0": ("环1", 0, "S3 S1 S2 S5 S3"),
    "RTWICE_0": ("8字", 0, "S3 S1 S2 S1 S5"),
    "R9X_0": ("9X", 0, "S7 S5"),
}
ALL_DAY = (6 * 3600, 22 * 3600)
HEADWAYS: dict[str, int] = {"R101_0": 600, "R101_1": 600, "RLOOP_0": 1200, "RTWICE_0": 1800}
TRIPS: dict[str, list[str]] = {"R007_0": ["06:59:59", "07:00:00", "08:30:00", "09:00:00"]}
STATIONS_AT: dict[str, tuple[str, str, float, float]] = {
    "T1": ("长湖", "4", 400, 1300),
    "T2": ("远山站", "6", 1200, 1699),
    "T3": ("太远", "4", 5000, 5000),
}
GATES_AT: dict[str, tuple[str, float, float]] = {
    "G1": ("西门", 200, 300),
    "G2": ("东门", 600, 400),
}


@dataclass(frozen=True)
class Piece:
    """One street piece in metres east and north; ``foot`` is both, forward, backward or no."""

    points: tuple[Place, ...]
    foot: str = "both"
    indicative: bool = False

    @property
    def length_m(self) -> float:
        """Its length, summed by hand over its vertices."""
        return sum(math.dist(a, b) for a, b in zip(self.points, self.points[1:], strict=False))


def metric(places: Iterable[Place]) -> np.ndarray:
    """Metres of EPSG:4547 of places given from the town's origin."""
    return np.asarray(list(places), dtype=float).reshape(-1, 2) + ORIGIN


def degrees(east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude of a place given in metres from the town's origin."""
    lon, lat = unproject(metric([(east, north)]), CRS)[0]
    return float(lon), float(lat)


def lattice(columns: int = 12, rows: int = 12, step: float = 100) -> list[Piece]:
    """Blocks of ``step`` metres, ``columns`` east and ``rows`` north of the origin."""
    pieces = []
    for i in range(columns + 1):
        for j in range(rows + 1):
            here = (i * step, j * step)
            if i < columns:
                pieces.append(Piece((here, ((i + 1) * step, j * step))))
            if j < rows:
                pieces.append(Piece((here, (i * step, (j + 1) * step))))
    return pieces


def make_streets(pieces: Sequence[Piece], crs: str = CRS) -> Streets:
    """Streets of ``pieces``; those that begin or end at the same place share a node."""
    ends = [end for piece in pieces for end in (piece.points[0], piece.points[-1])]
    number = {place: row for row, place in enumerate(dict.fromkeys(ends))}
    rows = [
        {
            "way_id": f"w{row}",
            "street_name": "",
            "highway": "residential",
            "from_node": number[piece.points[0]],
            "to_node": number[piece.points[-1]],
            "foot_forward": piece.foot in ("both", "forward"),
            "foot_backward": piece.foot in ("both", "backward"),
            "motor_forward": True,
            "motor_backward": True,
            "indicative": piece.indicative,
            "source": "make-believe",
        }
        for row, piece in enumerate(pieces)
    ]
    coords = metric(place for piece in pieces for place in piece.points)
    offsets = np.concatenate([[0], np.cumsum([len(piece.points) for piece in pieces])])
    edges = pd.DataFrame(rows, columns=list(EDGE_COLUMNS))
    return Streets(crs, metric(number), edges, coords, offsets.astype(np.int64))


def make_feed(
    stops: Mapping[str, tuple[str, float, float, str]],
    courses: Mapping[str, tuple[str, int, str]],
    headways: Mapping[str, int] | None = None,
    trips: Mapping[str, list[str]] | None = None,
    *,
    speed_kmh: float = 20.0,
) -> Feed:
    """A feed of stops in metres from the origin and courses ``pattern: (line, direction, stops)``.

    The line's id is the pattern's id up to the underscore.
    """
    lines = {pattern.split("_")[0]: line for pattern, (line, _, _) in courses.items()}
    tables = {
        "stops": [_stop_row(stop, *place) for stop, place in stops.items()],
        "routes": [_route_row(route, name) for route, name in lines.items()],
        "patterns": [
            {"pattern_id": pattern, "route_id": pattern.split("_")[0], "direction_id": direction,
             "trip_headsign": stops[course.split()[-1]][0], **MARKS}
            for pattern, (_, direction, course) in courses.items()
        ],
        "calls": [
            {"pattern_id": pattern, "stop_sequence": number, "stop_id": stop}
            for pattern, (_, _, course) in courses.items()
            for number, stop in enumerate(course.split(), 1)
        ],
    }  # fmt: skip
    frames = {
        table.name: pd.DataFrame(tables[table.name], columns=table.names)
        for table in (STOPS_TABLE, ROUTES, PATTERNS, CALLS)
    }
    if headways:
        frames["frequencies"] = pd.DataFrame(
            [span(pattern, *ALL_DAY, secs, speed_kmh) for pattern, secs in headways.items()]
        )
    if trips:
        frames["trips"] = pd.DataFrame(
            [
                {"trip_id": f"{pattern}-{clock}", "pattern_id": pattern,
                 "departure_time": _seconds(clock), **MARKS}
                for pattern, clocks in trips.items() for clock in clocks
            ]
        )  # fmt: skip
    return Feed(**frames)


def span(
    pattern: str, start: int, end: int, headway_secs: int, speed_kmh: float = 20.0
) -> dict[str, Any]:
    """One row of frequencies."""
    return {"pattern_id": pattern, "start_time": start, "end_time": end,
            "headway_secs": headway_secs, "speed_kmh": speed_kmh, "dwell_secs": 0.0,
            **MARKS}  # fmt: skip


@cache
def feed() -> Feed:
    """The town's stops and lines, built once; ``feed.__wrapped__()`` builds them anew."""
    return make_feed(STOPS, COURSES, HEADWAYS, TRIPS)


def make_stations(places: Mapping[str, tuple[str, str, float, float]]) -> pd.DataFrame:
    """The stations table of ``station: (name, metro line, east, north)``."""
    rows = []
    for station, (name, line, east, north) in places.items():
        lon, lat = degrees(east, north)
        rows.append(
            {"station_id": station, "station_name": name, "metro_line": line,
             "station_lon": lon, "station_lat": lat, **MARKS}
        )  # fmt: skip
    return pd.DataFrame(rows, columns=STATIONS.names)


def make_gates(
    park_id: str, places: Mapping[str, tuple[str, float, float]], *, indicative: bool = False
) -> pd.DataFrame:
    """The gates table of ``gate: (name, east, north)``."""
    rows = []
    for gate, (name, east, north) in places.items():
        lon, lat = degrees(east, north)
        rows.append(
            {"park_id": park_id, "gate_id": gate, "gate_name": name, "gate_lon": lon,
             "gate_lat": lat, **MARKS, "indicative": indicative}
        )  # fmt: skip
    return pd.DataFrame(rows, columns=GATES.names)


def area(west: float, south: float, east: float, north: float) -> Polygon:
    """A rectangle in metres of EPSG:4547, given from the town's origin."""
    (low, high) = metric([(west, south), (east, north)])
    return box(*low, *high)


def network(feed_: Feed | None = None, pieces: Sequence[Piece] | None = None) -> Network:
    """The whole town, or another feed or other streets in its place."""
    return Network(
        "make-believe town",
        _town_streets() if pieces is None else make_streets(pieces),
        feed() if feed_ is None else feed_,
        area(-200, -200, 1400, 1400),
        make_stations(STATIONS_AT),
        ("make-believe streets", "make-believe lines"),
    )


@cache
def _town_streets() -> Streets:
    return make_streets(lattice())


def park(
    gates: Mapping[str, tuple[str, float, float]] = GATES_AT,
    *,
    park_id: str = "P1",
    bounds: tuple[float, float, float, float] = (200, 200, 600, 500),
    point: Place | None = (400, 350),
) -> Park:
    """The town's park: 400 m by 300 m, with a gate in the west and one in the east."""
    outline = area(*bounds)
    place = Point(metric([point])[0]) if point else outline.representative_point()
    return Park(
        park_id, f"园区{park_id}", CRS, place, outline, make_gates(park_id, gates),
        indicative=False, source="make-believe",
    )  # fmt: skip


def _stop_row(stop: str, name: str, east: float, north: float, district: str) -> dict[str, Any]:
    lon, lat = degrees(east, north)
    return {"stop_id": stop, "stop_name": name, "stop_lon": lon, "stop_lat": lat,
            "district": district, **MARKS}  # fmt: skip


def _route_row(route: str, name: str) -> dict[str, Any]:
    return {"route_id": route, "route_short_name": name, "route_long_name": "", "route_type": 3,
            "route_color": "0072B2", **MARKS}  # fmt: skip


def _seconds(clock: str) -> int:
    hours, minutes, seconds = map(int, clock.split(":"))
    return hours * 3600 + minutes * 60 + seconds
