"""What a declared datum is held against, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from transit.datum import Datum
from transit.errors import DataError, raise_if
from transit.schema import STATIONS, STOPS
from transit.sources.datum_fit import (
    TrustedLayer,
    datum_fit,
    part_problems,
    parts_in_another_datum,
)
from transit.sources.importing.site import Site
from transit.sources.tables import Facts, read_places, read_raw


@dataclass(frozen=True, eq=False)
class Checked:
    """What the trusted layers say of a datum: the residuals of all three, and words."""

    table: pd.DataFrame
    told: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Trust:
    """Layers in WGS-84 that positions are held against."""

    layers: tuple[TrustedLayer, ...]

    def of(self, visits: pd.DataFrame, declared: Datum, where: str) -> Checked:
        """What they say of calls read in ``declared``.

        Raises ``DataError`` where another datum fits clearly better, of all or of some lines.
        """
        lonlat, names = visits[["lon", "lat"]].to_numpy(), visits["stop_name"].tolist()
        if not self.layers:
            told = f"Datum: nothing to hold {declared} against; give --trusted or --streets."
            return Checked(pd.DataFrame(columns=["datum"]), (told,))
        fit = datum_fit(lonlat, self.layers, names=names)
        raise_if(fit.problems(declared, where=where))
        parts = parts_in_another_datum(
            lonlat, self.layers, declared, names=names, parts=visits["line_name"].tolist()
        )
        raise_if(part_problems(parts, declared, where=where))
        sure = (
            f"{declared} fits" if fit.certain else f"{declared} as declared, not held for certain"
        )
        return Checked(fit.table, (f"Datum: {sure}: {fit.why}.",))


def trust_of(path: Path | None, site: Site | None) -> Trust:
    """The layer in the file ``path`` and what ``site`` has, and without a file what is bundled."""
    layers = [] if site is None else _of_site(site)
    layers += [_of_file(path)] if path is not None else _bundled()
    return Trust(tuple(layers))


def _of_site(site: Site) -> list[TrustedLayer]:
    drivable = site.streets.lines[site.streets.drivable | site.streets.walkable]
    streets = [TrustedLayer("street", "streets", drivable, crs=site.crs)] if len(drivable) else []
    return streets + _stations(site.stations, "metro station")


def _stations(table: pd.DataFrame, name: str) -> list[TrustedLayer]:
    if table.empty:
        return []
    points = shapely.points(table[["station_lon", "station_lat"]].to_numpy())
    return [TrustedLayer(name, "stations", points, table["station_name"].tolist())]


def _bundled() -> list[TrustedLayer]:
    """Stops and metro stations of Shenzhen that come with the package."""
    from transit.sources.area import bundled_area
    from transit.sources.tables import read_csv

    stations, stops = (
        read_csv(bundled_area() / f"{table.name}.csv", table)[0] for table in (STATIONS, STOPS)
    )
    points = np.asarray(shapely.points(stops[["stop_lon", "stop_lat"]].to_numpy()))
    return [
        *_stations(stations, "bundled metro station"),
        TrustedLayer("bundled stop", "stops", points, stops["stop_name"].tolist()),
    ]


def _of_file(path: Path) -> TrustedLayer:
    """Lines are streets; places with a metro line are stations, others stops; all in WGS-84."""
    raw = read_raw(path)
    if raw.shapes is not None and len(raw.shapes):
        kinds = set(shapely.get_type_id(raw.shapes[~shapely.is_missing(raw.shapes)]).tolist())
        if kinds & _LINES:
            return TrustedLayer(path.name, "streets", raw.shapes)
    facts = Facts(path.name, 2000)
    try:
        stations = read_places(path, STATIONS, datum="WGS-84", facts=facts).frame
        return _stations(stations, path.name)[0]
    except DataError:
        stops = read_places(path, STOPS, datum="WGS-84", facts=facts).frame
    points = shapely.points(stops[["stop_lon", "stop_lat"]].to_numpy())
    return TrustedLayer(path.name, "stops", np.asarray(points), stops["stop_name"].tolist())


_LINES = {1, 2, 3, 5, 6}
"""Shapely's numbers of lines, rings, polygons and their collections."""
