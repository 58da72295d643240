"""Study areas: a folder of small tables read into a network and its parks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
import yaml
from pyproj import Geod
from shapely.geometry import Polygon

from transit.datum import DATUMS, Datum, from_wgs84, to_wgs84
from transit.errors import DataError, Problem, UsageError, did_you_mean, raise_if
from transit.model.feed import Feed
from transit.model.network import ACCESS_M, Network
from transit.model.park import Park
from transit.model.streets import Barrier, Streets
from transit.model.zones import Zones
from transit.parsing import empty, reference_problems
from transit.schema import (
    BARRIERS,
    CALLS,
    FREQUENCIES,
    GATES,
    PARKS,
    PATTERNS,
    ROUTES,
    STATIONS,
    STOPS,
    TRIPS,
    TURNS,
    WAYS,
    ZONES,
)
from transit.sources.drawn_streets import streets_from_ways
from transit.sources.geojson import read_geojson
from transit.sources.tables import read_csv, read_text
from transit.units import WGS84, FloatArray, metric_crs, project, require_metric, transform

CSV_TABLES = (STOPS, ROUTES, PATTERNS, CALLS, FREQUENCIES, TRIPS, STATIONS, GATES, TURNS)
OPTIONAL = (TRIPS, FREQUENCIES, STATIONS, GATES, TURNS)
KEYS = (
    "area_id", "area_name", "crs", "datum", "study_area", "year", "notes", "sources", "unreached",
)  # fmt: skip
"""Keys of area.yaml; ``unreached`` are ids of stops that are known to stand on no street."""


@dataclass(frozen=True, eq=False)
class Area:
    """A study area: its network, its parks and the folder that its scenarios are in.

    ``zones`` are those of ``zones.geojson``, where the folder holds one.
    """

    area_id: str
    network: Network
    parks: tuple[Park, ...]
    folder: Path
    zones: Zones | None = None

    def park(self, name: str) -> Park:
        """The park with this id or name; ``UsageError`` with the nearest names when none."""
        for park in self.parks:
            if name in (park.park_id, park.park_name):
                return park
        known = [park.park_name for park in self.parks] + [park.park_id for park in self.parks]
        raise UsageError(Problem("park", f"no park is named {name!r}", did_you_mean(name, known)))

    @property
    def scenarios(self) -> list[Path]:
        """The scenario files of the area, by name."""
        return sorted((self.folder / "scenarios").glob("*.yaml"))


def bundled_area(name: str = "yinxing") -> Path:
    """The folder of a study area that comes with the package."""
    package = Path(__file__).resolve().parents[1]
    for data in (package / "data", package.parent / "data"):
        if (data / name / "area.yaml").is_file():
            return data / name
    raise DataError(
        Problem("area", f"no bundled area is named {name!r}", "install the package anew")
    )


def read_area(folder: str | Path) -> Area:
    """The study area in ``folder``; raises ``DataError`` with every fault of all its files."""
    folder = Path(folder)
    if not (folder / "area.yaml").is_file():
        fault = "holds no area.yaml" if folder.is_dir() else "is not a folder"
        mend = "give the folder that holds area.yaml, stops.csv … as the bundled data/yinxing does"
        raise DataError(Problem(str(folder), fault, mend))
    settings = _settings(folder / "area.yaml")
    tables, problems = _tables(folder)
    ways, lines, faults = read_geojson(folder / "streets.geojson", WAYS, ("LineString",))
    problems += faults
    barriers, faults = _barriers(folder / "barriers.geojson")
    problems += faults
    parks, outlines, faults = read_geojson(
        folder / "parks.geojson", PARKS, ("Polygon", "MultiPolygon")
    )
    problems += faults
    zoned = (folder / "zones.geojson").exists()
    if zoned:
        zones, zone_outlines, faults = read_geojson(
            folder / "zones.geojson", ZONES, ("Polygon", "MultiPolygon")
        )
        problems += faults
    if not problems:
        problems += reference_problems(tables, where=folder.name)
        problems += _turn_problems(tables["turns"], set(ways["way_id"]))
        known = set(parks["park_id"])
        problems += [
            Problem("gates.csv park_id", f"{park!r} is not in parks.geojson", _correct(park, known))
            for park in sorted(set(tables["gates"]["park_id"]) - known)
        ]
    raise_if(problems)
    tables = _in_wgs84(tables, settings["datum"])
    streets = streets_from_ways(ways, lines, settings["crs"], tables["turns"])
    network = _network(settings, tables, replace(streets, barriers=_metric(barriers, streets.crs)))
    known_off = set(settings.get("unreached", []))
    raise_if(_position_problems(network, settings["datum"], known_off))
    made = tuple(
        _park(row, outline, tables["gates"], network.crs)
        for row, outline in zip(parks.itertuples(), outlines, strict=True)
    )
    raise_if([fault for park in made for fault in _outside(park, network)])
    parts = Zones.from_wgs84(zones, zone_outlines, crs=network.crs) if zoned else None
    return Area(settings["area_id"], network, made, folder, parts)


def _turn_problems(turns: pd.DataFrame, known: set[str]) -> list[Problem]:
    return [
        Problem(f"turns.csv {column}", f"{way!r} is not in streets.geojson", _correct(way, known))
        for column in ("from_way_id", "to_way_id")
        for way in sorted(set(turns[column]) - known)
    ]


def _correct(wrong: str, known: set[str]) -> str:
    return f"correct it ({did_you_mean(wrong, known)})"


def _outside(park: Park, network: Network) -> list[Problem]:
    """A park that lies elsewhere has a wrong outline, or the study area is another's."""
    if park.outline.intersects(network.study_area):
        return []
    km = park.outline.distance(network.study_area) / 1000
    what = f"its outline lies {km:,.1f} km outside the study area"
    return [Problem(f"parks.geojson {park.park_name}", what, "correct the outline, or study_area")]


def _settings(path: Path) -> dict[str, Any]:
    text = read_text(path)
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            raise DataError(Problem(str(path), "uses aliases (*name)", "write each value out"))
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  (texts only)
    except yaml.YAMLError as error:
        raise DataError(_yaml_problem(path, error)) from None
    except RecursionError:
        raise DataError(Problem(str(path), "is nested too deep", "write plain values")) from None
    if not isinstance(content, dict):
        mend = f"write one 'key: value' a line; the keys are {', '.join(KEYS)}"
        raise DataError(Problem(str(path), "is not a mapping of keys to values", mend))
    problems = [
        Problem(str(path), f"key {key!r} is missing", f"add '{key}:'")
        for key in KEYS[:5]
        if key not in content
    ]
    keys = [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    problems += [
        Problem(str(path), f"key {key!r} appears twice", "keep one of them")
        for key in dict.fromkeys(keys)
        if keys.count(key) > 1
    ]
    problems += [
        Problem(str(path), f"key {key!r} is not known", f"use {', '.join(KEYS)}")
        for key in content
        if key not in KEYS
    ]
    raise_if(problems)
    require_metric(content["crs"], where=f"{path} crs")
    for key in ("sources", "unreached"):
        if not isinstance(content.get(key, []), list):
            mend = "write one a line, each after '- '"
            problems.append(Problem(f"{path} {key}", "is not a list", mend))
    if content["datum"] not in DATUMS:
        mend = f"use one of {', '.join(DATUMS)}"
        problems.append(Problem(f"{path} datum", f"{content['datum']!r} is not known", mend))
    box, faults = _box(content["study_area"], str(path))
    raise_if(problems + faults)
    raise_if(_distortion(content["crs"], box, f"{path} crs"))
    return content | {"study_area": box}


def _yaml_problem(path: Path, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    where = f"{path} line {mark.line + 1}" if mark else str(path)
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    return Problem(where, f"is not YAML: {what}", "correct the indentation, colon or quote there")


def _distortion(crs: str, box: tuple[float, float, float, float], where: str) -> list[Problem]:
    """A metric CRS of another part of the world stretches lengths: compare the box's diagonal."""
    west, south, east, north = box
    true_m = Geod(ellps="WGS84").inv(west, south, east, north)[2]
    corners = project([[west, south], [east, north]], crs)
    ratio = float(np.hypot(*(corners[1] - corners[0]))) / true_m
    if abs(ratio - 1) <= _STRETCH:
        return []
    what = f"{crs} stretches lengths here by a factor of {ratio:.3f}"
    mend = f"use the CRS of the study area, such as {metric_crs((west + east) / 2, south)}"
    return [Problem(where, what, mend)]


def _box(texts: Any, where: str) -> tuple[Any, list[Problem]]:  # noqa: ANN401
    mend = "write study_area: [west, south, east, north] in WGS-84 degrees"
    try:
        west, south, east, north = (float(text) for text in texts)
    except (TypeError, ValueError):
        return None, [Problem(f"{where} study_area", f"{texts!r} is not four numbers", mend)]
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        return None, [Problem(f"{where} study_area", f"{texts!r} is not a rectangle", mend)]
    return (west, south, east, north), []


def _tables(folder: Path) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    tables, problems = {}, []
    for table in CSV_TABLES:
        path = folder / f"{table.name}.csv"
        if table in OPTIONAL and not path.exists():
            tables[table.name] = empty(table)
            continue
        tables[table.name], faults = read_csv(path, table)
        problems += faults
    return tables, problems


def _barriers(path: Path) -> tuple[list[Barrier], list[Problem]]:
    """Barriers with courses in WGS-84 degrees; none where the folder has no such file."""
    if not path.exists():
        return [], []
    table, lines, problems = read_geojson(path, BARRIERS, ("LineString",))
    if problems:
        return [], problems
    courses = [tuple(map(tuple, shapely.get_coordinates(line).tolist())) for line in lines]
    return list(map(Barrier, courses, table["foot_hours"])), []


def _metric(barriers: list[Barrier], crs: str) -> tuple[Barrier, ...]:
    return tuple(
        replace(one, course=tuple(map(tuple, project(list(one.course), crs).tolist())))
        for one in barriers
    )


def _in_wgs84(tables: dict[str, pd.DataFrame], datum: Datum) -> dict[str, pd.DataFrame]:
    if datum == "WGS-84":
        return tables
    columns = {STOPS.name: "stop", STATIONS.name: "station", GATES.name: "gate"}
    converted = {
        name: _converted(tables[name], [f"{what}_lon", f"{what}_lat"], datum)
        for name, what in columns.items()
    }
    return tables | converted


def _converted(frame: pd.DataFrame, columns: list[str], datum: Datum) -> pd.DataFrame:
    lonlat = to_wgs84(frame[columns].to_numpy(), datum)
    return frame.assign(**{columns[0]: lonlat[:, 0], columns[1]: lonlat[:, 1]})


def _network(
    settings: dict[str, Any], tables: dict[str, pd.DataFrame], streets: Streets
) -> Network:
    feed = Feed(**{name: tables[name] for name in
                   ("stops", "routes", "patterns", "calls", "frequencies", "trips")})  # fmt: skip
    corners = shapely.box(*settings["study_area"])
    area = shapely.transform(corners, lambda xy: transform(xy, WGS84, settings["crs"]))
    sources = settings.get("sources") or sorted(
        set(tables["stops"]["source"]) | set(streets.edges["source"])
    )
    return Network(settings["area_name"], streets, feed, area, tables["stations"], tuple(sources))


def _park(row: Any, outline: Polygon, gates: pd.DataFrame, crs: str) -> Park:  # noqa: ANN401
    return Park.from_wgs84(
        row.park_id, row.park_name, crs=crs, outline=outline, gates=gates,
        point=(row.point_lon, row.point_lat), indicative=bool(row.indicative),
        source=f"{row.source}, {row.year}", point_source=row.point_source,
    )  # fmt: skip


def _position_problems(
    network: Network, declared: Datum, known_off: Collection[str]
) -> list[Problem]:
    """Stops of the study area that stand on no street; a wrong datum when most of them do."""
    inside = np.flatnonzero(network.stop_in_area)
    off = inside[network.stop_anchors.edge[inside] < 0]
    off = off[~network.feed.stops["stop_id"].iloc[off].isin(known_off).to_numpy()]
    if not len(inside):
        what = f"none of the {len(network.feed.stops)} stops lies in the study area of area.yaml"
        mend = f"check study_area there, and that the stops are in {declared}, longitude first"
        return [Problem("stops.csv", what, mend)]
    if len(off) > len(inside) / 2:
        return [_datum_problem(network, declared, len(off), len(inside))]
    metres = network.streets.distance_to_nearest(network.stop_xy[off])
    stops = network.feed.stops.iloc[off]
    return [
        Problem(
            f"stops.csv {stop.stop_id} {stop.stop_name}",
            f"stands on no street; the nearest is {metre:.0f} m away",
            f"correct its position, or draw the street (within {ACCESS_M:g} m)",
        )
        for stop, metre in zip(stops.itertuples(), metres, strict=True)
    ]


def _datum_problem(network: Network, declared: Datum, off: int, inside: int) -> Problem:
    """Most stops miss the streets: name the datum in which most of them would meet one."""
    lonlat = network.feed.stops[["stop_lon", "stop_lat"]].to_numpy()
    written = from_wgs84(lonlat, declared)
    fits = {datum: _on_streets(network, to_wgs84(written, datum)) for datum in DATUMS}
    best = max(fits, key=lambda datum: fits[datum])
    what = (
        f"{off} of the {inside} stops in the study area stand more than {ACCESS_M:g} m "
        f"from every street when read as {declared}"
    )
    mend = (
        f"write 'datum: {best}' in area.yaml: so read, {fits[best]} stops meet a street"
        if best != declared
        else "check that the streets and the study area are those of these stops"
    )
    return Problem("stops.csv", what, mend)


def _on_streets(network: Network, lonlat: FloatArray) -> int:
    xy = project(lonlat, network.crs)
    held = shapely.intersects_xy(network.study_area, *xy.T)
    return int((network.streets.distance_to_nearest(xy[held]) <= _KERB_M).sum())


_STRETCH = 0.001  # UTM has up to 0.0004 within its zone, a 3-degree zone of CGCS2000 0.0003
_KERB_M = 30.0
