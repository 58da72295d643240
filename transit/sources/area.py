"""Study areas: a folder of small tables read into a network and its parks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import Polygon

from transit.datum import Datum, from_wgs84, to_wgs84
from transit.errors import DataError, Problem, UsageError, did_you_mean, raise_if
from transit.model.feed import Feed
from transit.model.network import ACCESS_M, Network
from transit.model.park import Park
from transit.model.streets import Barrier, Streets
from transit.model.zones import Zones
from transit.parsing import empty, reference_problems
from transit.schema import (
    BARRIERS,
    FEED_TABLES,
    FREQUENCIES,
    GATES,
    PARKS,
    SHAPES,
    STATIONS,
    STOPS,
    TIMINGS,
    TRIPS,
    TURNS,
    WAYS,
    ZONES,
)
from transit.sources.datum_fit import TrustedLayer, datum_fit
from transit.sources.drawn_streets import streets_from_ways
from transit.sources.geojson import read_geojson
from transit.sources.settings import read_settings
from transit.sources.tables import read_csv
from transit.units import WGS84, project, transform

CSV_TABLES = (*FEED_TABLES, STATIONS, GATES, TURNS)
_SHAPES = (
    (WAYS, ("LineString",)),
    (PARKS, ("Polygon", "MultiPolygon")),
    (ZONES, ("Polygon", "MultiPolygon")),
    (BARRIERS, ("LineString",)),
)
OPTIONAL = (TRIPS, FREQUENCIES, TIMINGS, SHAPES, STATIONS, GATES, TURNS)


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
    settings = read_settings(folder / "area.yaml")
    tables, problems = _tables(folder)
    layers = _layers(folder, settings.get("without", []))
    problems += [fault for layer in layers.values() for fault in layer.problems]
    ways, parks, zones, barriers = (
        layers[name] for name in ("streets", "parks", "zones", "barriers")
    )
    if not problems:
        problems += reference_problems(tables, where=folder.name)
        problems += _turn_problems(tables["turns"], set(ways.table["way_id"]))
        known = set(parks.table["park_id"])
        problems += [
            Problem("gates.csv park_id", f"{park!r} is not in parks.geojson", _correct(park, known))
            for park in sorted(set(tables["gates"]["park_id"]) - known)
        ]
    raise_if(problems)
    tables = _in_wgs84(tables, settings["datum"])
    streets = _streets(ways, barriers, tables["turns"], settings["crs"])
    network = _network(settings, tables, streets)
    known_off = set(settings.get("unreached", []))
    raise_if(_position_problems(network, settings["datum"], known_off))
    made = tuple(
        _park(row, outline, tables["gates"], network.crs)
        for row, outline in zip(parks.table.itertuples(), parks.shapes, strict=True)
    )
    raise_if([fault for park in made for fault in _outside(park, network)])
    parts = (
        Zones.from_wgs84(zones.table, zones.shapes, crs=network.crs) if zones.table.size else None
    )
    return Area(settings["area_id"], network, made, folder, parts)


@dataclass(frozen=True, eq=False)
class _Layer:
    """One GeoJSON file of the area, with WGS-84 shapes; empty where the area has none."""

    table: pd.DataFrame
    shapes: np.ndarray[tuple[int], np.dtype[np.object_]]
    problems: list[Problem]


def _layers(folder: Path, without: Collection[str]) -> dict[str, _Layer]:
    """Streets, parks, zones and barriers; what may be left out is empty where it is."""
    layers = {}
    for table, kinds in _SHAPES:
        path = folder / f"{table.name}.geojson"
        lacks = table.name in without or table in (ZONES, BARRIERS)
        if lacks and not path.exists():
            layers[table.name] = _Layer(empty(table), np.empty(0, dtype=object), [])
        else:
            layers[table.name] = _Layer(*read_geojson(path, table, kinds))
    return layers


def _streets(ways: _Layer, barriers: _Layer, turns: pd.DataFrame, crs: str) -> Streets:
    if ways.table.empty:
        return Streets.none(crs)
    streets = streets_from_ways(ways.table, ways.shapes, crs, turns)
    courses = [project(shapely.get_coordinates(line), crs).tolist() for line in barriers.shapes]
    walls = (
        Barrier(tuple(map(tuple, course)), hours)
        for course, hours in zip(courses, barriers.table["foot_hours"], strict=True)
    )
    return replace(streets, barriers=tuple(walls))


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
    feed = Feed(**{table.name: tables[table.name] for table in FEED_TABLES})
    area = box_in_metres(settings["study_area"], settings["crs"])
    sources = settings.get("sources") or sorted(
        set(tables["stops"]["source"]) | set(streets.edges["source"])
    )
    return Network(settings["area_name"], streets, feed, area, tables["stations"], tuple(sources))


def box_in_metres(box: tuple[float, float, float, float], crs: str) -> Polygon:
    """The study area that ``area.yaml`` gives by west, south, east and north, in ``crs``."""
    return shapely.transform(shapely.box(*box), lambda xy: transform(xy, WGS84, crs))


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
    off = inside[network.stop_anchors.edge[inside] < 0] if len(network.streets) else inside[:0]
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
    """Most stops miss the streets: name the datum in which they fit them, where one surely does."""
    lonlat = network.feed.stops[["stop_lon", "stop_lat"]].to_numpy()
    streets = TrustedLayer("the streets", "streets", network.streets.lines, crs=network.crs)
    fit = datum_fit(from_wgs84(lonlat, declared), [streets])
    what = (
        f"{off} of the {inside} stops in the study area stand more than {ACCESS_M:g} m "
        f"from every street when read as {declared}"
    )
    mend = (
        f"write 'datum: {fit.best}' in area.yaml: {fit.why}"
        if fit.certain and fit.best != declared
        else "check that the datum, the streets and the study area are those of these stops"
    )
    return Problem("stops.csv", what, mend)
