"""What imported lines are put on: streets, stations, and the box in which streets are complete."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from transit.model.network import Network
from transit.model.streets import Streets
from transit.parsing import empty
from transit.schema import GATES, PARKS, STATIONS
from transit.sources.area import Area
from transit.sources.geojson import read_geojson
from transit.sources.new_area import Outlines
from transit.units import FloatArray, metric_crs, require_metric, unproject

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Site:
    """Streets and stations in one metric CRS; ``box`` (degrees) is where streets are complete.

    ``parks`` (WGS-84) and ``gates`` are those of the study area that the streets come from.
    """

    streets: Streets
    box: Box
    stations: pd.DataFrame = field(default_factory=lambda: empty(STATIONS))
    sources: tuple[str, ...] = ()
    parks: Outlines = field(default_factory=lambda: Outlines.none(PARKS))
    gates: pd.DataFrame = field(default_factory=lambda: empty(GATES))

    @property
    def crs(self) -> str:
        """The metric CRS that the network will be in."""
        return self.streets.crs


def site_of(network: Network) -> Site:
    """The streets, stations and sources of ``network``; its study area widened to a box."""
    corners = unproject(shapely.get_coordinates(network.study_area), network.crs)
    return Site(network.streets, box_round(corners), network.stations, network.sources)


def bare_site(lonlat: FloatArray, crs: str | None) -> Site:
    """No streets: a box round the positions (degrees), a margin of a kilometre about them.

    ``crs`` is the metric CRS, by default that of the middle of the box.
    """
    west, south, east, north = box_round(lonlat, _MARGIN_DEG)
    chosen = crs or metric_crs((west + east) / 2, (south + north) / 2)
    return Site(Streets.none(require_metric(chosen, where="crs")), (west, south, east, north))


def read_site(path: Path, crs: str | None) -> Site:
    """The site of a study-area folder, an OSM extract or a graph that OSMnx saved."""
    from transit.sources.area import read_area
    from transit.sources.osm import read_osm

    if path.is_dir():
        area = read_area(path)
        return replace(site_of(area.network), **_parks_of(area))
    return site_of(read_osm(path, crs=crs).network)


def _parks_of(area: Area) -> dict[str, Any]:
    if not area.parks:
        return {}
    table, shapes, _ = read_geojson(area.folder / "parks.geojson", PARKS, _POLYGONS)
    gates = pd.concat([park.gates for park in area.parks], ignore_index=True)
    return {"parks": Outlines(table, shapes), "gates": gates}


def box_round(lonlat: FloatArray, margin_deg: float = 0.0) -> Box:
    """West, south, east and north of positions (degrees), shape (n, 2), and a margin."""
    west, south = (float(side) for side in lonlat.min(axis=0) - margin_deg)
    east, north = (float(side) for side in lonlat.max(axis=0) + margin_deg)
    return round(west, 6), round(south, 6), round(east, 6), round(north, 6)


_MARGIN_DEG = 0.01
_POLYGONS = ("Polygon", "MultiPolygon")
