"""A make-believe town for the map tests: a grid of streets, a park, stops, lines and a metro.

Its origin is a round point of EPSG:4547; every place is given in metres from there.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import Polygon, box

from transit.model.feed import Feed
from transit.model.network import Network
from transit.model.park import Park
from transit.model.streets import EDGE_COLUMNS, Streets
from transit.schema import CALLS, GATES, ROUTES, STATIONS, STOPS
from transit.units import unproject

CRS = "EPSG:4547"
ORIGIN = np.array([504_000.0, 2_514_000.0])
STEP = 200.0
SOURCE = "虚构小镇"
NAMED = {0: ("龙华大道", "primary"), 7: ("观光路", "secondary"), 3: ("新丹路", "tertiary")}

STOP_PLACES = {  # stop id: name, metres east and north, indicative
    "S1": ("银星科技园", 590, 640, False),
    "S2": ("银星科技园", 615, 660, False),
    "S3": ("电子科大深圳高研院", 700, 900, True),
    "S4": ("大布巷居委会", 600, 130, False),
    "S5": ("银星工业园", 400, 520, False),
    "S6": ("银星科技园公交首末站", 800, 800, True),
    "S7": ("观澜爱心家园", 600, 1390, False),
    "S8": ("丹坑村", 1390, 1000, False),
    "S9": ("长湖地铁站", -190, 0, False),
    "S10": ("观澜二办天桥", 1390, 1390, False),
    "S11": ("远处的村", 6000, 6000, False),
}
COURSES = {  # line: colour, courses in each direction
    "M450": ("0072B2", ["S6 S3 S1 S7 S8", "S8 S7 S2 S3 S6"]),
    "627": ("D55E00", ["S9 S4 S1 S7 S10 S11", "S11 S10 S7 S2 S4 S9"]),
    "B919": ("009E73", ["S7 S1 S5 S4 S2 S7"]),
    "高快巴士6": ("CC79A7", ["S9 S5 S1 S7", "S7 S2 S5 S9"]),
    "M510": ("7A5C00", ["S8 S10 S11", "S11 S10 S8"]),
}


def degrees(places: list[tuple[float, float]]) -> np.ndarray:
    """WGS-84 lon, lat of places in metres from the origin, shape (n, 2)."""
    return unproject(np.asarray(places, dtype=float) + ORIGIN, CRS)


def _origin(marked: bool = False) -> dict[str, object]:
    return {"indicative": marked, "year": 2020, "source": SOURCE}


def feed(
    names: dict[str, str] | None = None,
    courses: dict[str, list[str]] | None = None,
    without: tuple[str, ...] = (),
) -> Feed:
    """The town's stops and lines; ``names`` replaces stop and line names by their id.

    ``courses`` replaces the courses of some lines; ``without`` leaves stops out.
    """
    new = names or {}
    standing = {stop: place for stop, place in STOP_PLACES.items() if stop not in without}
    lonlat = degrees([place[1:3] for place in standing.values()])
    stops = [
        {"stop_id": stop, "stop_name": new.get(stop, place[0]), "stop_lon": lon, "stop_lat": lat,
         "district": "龙华", **_origin(place[3])}
        for (stop, place), (lon, lat) in zip(standing.items(), lonlat, strict=True)
    ]  # fmt: skip
    routes, patterns, calls = [], [], []
    for line, (colour, own) in COURSES.items():
        routes.append(
            {"route_id": line, "route_short_name": new.get(line, line), "route_long_name": "",
             "route_type": 3, "route_color": colour, **_origin()}
        )  # fmt: skip
        for direction, course in enumerate((courses or {}).get(line, own)):
            pattern, ids = f"{line}_{direction}", course.split()
            patterns.append(
                {"pattern_id": pattern, "route_id": line, "direction_id": direction,
                 "trip_headsign": new.get(ids[-1], STOP_PLACES[ids[-1]][0]), **_origin()}
            )  # fmt: skip
            calls += [
                {"pattern_id": pattern, "stop_sequence": number, "stop_id": stop}
                for number, stop in enumerate(ids, 1)
            ]
    frequencies = [
        {"pattern_id": row["pattern_id"], "start_time": 6 * 3600, "end_time": 22 * 3600,
         "headway_secs": 720, "speed_kmh": 18.0, "dwell_secs": 0.0, **_origin(marked=True)}
        for row in patterns
    ]  # fmt: skip
    return Feed(
        pd.DataFrame(stops).reindex(columns=STOPS.names),
        pd.DataFrame(routes)[ROUTES.names],
        pd.DataFrame(patterns),
        pd.DataFrame(calls)[CALLS.names],
        pd.DataFrame(frequencies),
    )


def streets() -> Streets:
    """A lattice of nine streets each way, 200 m apart, some of them named."""
    at = np.arange(-1, 8)
    nodes = {(i, j): number for number, (i, j) in enumerate((i, j) for i in at for j in at)}
    rows, lines = [], []
    for (i, j), node in nodes.items():
        for step, index in (((1, 0), j), ((0, 1), i)):
            end = (i + step[0], j + step[1])
            if end not in nodes:
                continue
            name, kind = NAMED.get(int(index), ("", "residential"))
            kind = "footway" if index == 5 else kind
            rows.append(
                {"way_id": f"w{len(rows)}", "street_name": name, "highway": kind,
                 "from_node": node, "to_node": nodes[end], "foot_forward": True,
                 "foot_backward": True, "motor_forward": kind != "footway",
                 "motor_backward": kind != "footway", "indicative": index == 3, "source": SOURCE}
            )  # fmt: skip
            lines.append(np.array([[i, j], end]) * STEP + ORIGIN)
    node_xy = np.array(list(nodes), dtype=float) * STEP + ORIGIN
    offsets = np.arange(len(lines) + 1) * 2
    edges = pd.DataFrame(rows)[list(EDGE_COLUMNS)]
    return Streets(CRS, node_xy, edges, np.concatenate(lines), offsets)


def stations() -> pd.DataFrame:
    """Two metro stations of line 4."""
    lonlat = degrees([(-200, 40), (1200, -190)])
    rows = [
        {"station_id": f"T{number}", "station_name": name, "metro_line": "4",
         "station_lon": lon, "station_lat": lat, **_origin()}
        for number, (name, (lon, lat)) in enumerate(zip(("长湖", "茜坑"), lonlat, strict=True))
    ]  # fmt: skip
    return pd.DataFrame(rows)[STATIONS.names]


def network(names: dict[str, str] | None = None, **changes: object) -> Network:
    """The whole town; ``changes`` as for ``feed``."""
    west, south = ORIGIN - STEP
    area = box(west, south, west + 8 * STEP, south + 8 * STEP)
    sources = ("虚构小镇路网", "虚构公交线路表 2020")
    return Network("虚构小镇", streets(), feed(names, **changes), area, stations(), sources)


def park(name: str = "银星科技园区") -> Park:
    """A park of about 20 hectares with three gates, one of them surveyed."""
    outline = Polygon(
        np.array([(420, 420), (780, 430), (790, 990), (610, 1010), (430, 980)]) + ORIGIN
    )
    places = [("G1", "南门", 600, 425, False), ("G2", "东门", 786, 800, True),
              ("G3", "西门", 428, 700, True)]  # fmt: skip
    lonlat = degrees([(east, north) for _, _, east, north, _ in places])
    gates = [
        {"park_id": "P1", "gate_id": gate, "gate_name": label, "gate_lon": lon, "gate_lat": lat,
         **_origin(marked)}
        for (gate, label, _, _, marked), (lon, lat) in zip(places, lonlat, strict=True)
    ]  # fmt: skip
    return Park(
        "P1", name, CRS, shapely.centroid(outline), outline, pd.DataFrame(gates)[GATES.names],
        indicative=True, source=SOURCE,
    )  # fmt: skip
