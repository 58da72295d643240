"""Study areas: a folder of small tables read into a network and its parks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
import yaml
from shapely.geometry import Polygon

from transit.datum import DATUMS, Datum, from_wgs84, to_wgs84
from transit.errors import DataError, Problem, raise_if
from transit.model.feed import Feed
from transit.model.network import ACCESS_M, Network
from transit.model.park import Park
from transit.model.streets import Streets
from transit.schema import (
    CALLS,
    FREQUENCIES,
    GATES,
    PARKS,
    PATTERNS,
    ROUTES,
    STATIONS,
    STOPS,
    TRIPS,
    WAYS,
    empty,
    reference_problems,
)
from transit.sources.drawn_streets import streets_from_ways
from transit.sources.geojson import read_geojson
from transit.sources.tables import read_csv, read_text
from transit.units import WGS84, FloatArray, project, require_metric, transform

CSV_TABLES = (STOPS, ROUTES, PATTERNS, CALLS, FREQUENCIES, TRIPS, STATIONS, GATES)
OPTIONAL = (TRIPS, FREQUENCIES, STATIONS, GATES)
KEYS = ("area_id", "area_name", "crs", "datum", "study_area", "year", "notes", "sources")


@dataclass(frozen=True, eq=False)
class Area:
    """A study area: its network, its parks and the folder that its scenarios are in."""

    area_id: str
    network: Network
    parks: tuple[Park, ...]
    folder: Path

    def park(self, name: str) -> Park:
        """The park with this id or name; ``DataError`` with the names there are when none."""
        for park in self.parks:
            if name in (park.park_id, park.park_name):
                return park
        known = " / ".join(park.park_name for park in self.parks)
        raise DataError(Problem("park", f"no park is named {name!r}", f"choose {known}"))

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
    settings = _settings(folder / "area.yaml")
    tables, problems = _tables(folder)
    ways, lines, faults = read_geojson(folder / "streets.geojson", WAYS, ("LineString",))
    problems += faults
    parks, outlines, faults = read_geojson(
        folder / "parks.geojson", PARKS, ("Polygon", "MultiPolygon")
    )
    problems += faults
    if not problems:
        problems += reference_problems(tables, where=folder.name)
        known = set(parks["park_id"])
        problems += [
            Problem("gates.csv park_id", f"{park!r} is not in parks.geojson", "correct it")
            for park in sorted(set(tables["gates"]["park_id"]) - known)
        ]
    raise_if(problems)
    tables = _in_wgs84(tables, settings["datum"])
    network = _network(settings, tables, streets_from_ways(ways, lines, settings["crs"]))
    raise_if(_position_problems(network, settings["datum"]))
    return Area(
        settings["area_id"],
        network,
        tuple(_park(row, outline, tables["gates"], network.crs) for row, outline in
              zip(parks.itertuples(), outlines, strict=True)),
        folder,
    )  # fmt: skip


def _settings(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(read_text(path), Loader=yaml.BaseLoader)  # noqa: S506  (texts only)
    except yaml.YAMLError as error:
        raise DataError(Problem(str(path), f"is not YAML: {error}", "correct the line")) from None
    if not isinstance(content, dict):
        raise DataError(Problem(str(path), "is not a mapping of keys to values", "see the README"))
    problems = [
        Problem(str(path), f"key {key!r} is missing", f"add '{key}:'")
        for key in KEYS[:5]
        if key not in content
    ]
    problems += [
        Problem(str(path), f"key {key!r} is not known", f"use {', '.join(KEYS)}")
        for key in content
        if key not in KEYS
    ]
    raise_if(problems)
    require_metric(content["crs"], where=f"{path} crs")
    if content["datum"] not in DATUMS:
        mend = f"use one of {', '.join(DATUMS)}"
        problems.append(Problem(f"{path} datum", f"{content['datum']!r} is not known", mend))
    box, faults = _box(content["study_area"], str(path))
    raise_if(problems + faults)
    return content | {"study_area": box}


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


def _position_problems(network: Network, declared: Datum) -> list[Problem]:
    """Stops of the study area that stand on no street; a wrong datum when most of them do."""
    inside = np.flatnonzero(network.stop_in_area)
    off = inside[network.stop_anchors.edge[inside] < 0]
    if len(off) > len(inside) / 2 or not len(inside):
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


_KERB_M = 30.0
