"""What share of each zone, and of its people and jobs, lies within a limit of public transport.

Only a zone's total is known, so people and jobs are taken as spread evenly over its area: those
covered are the total times the share of the area covered. That is an assumption, and every such
number is marked ``indicative``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from transit.analysis.catchment import DEFINITION, Kind, check_limits
from transit.analysis.coverage import ANY_STOP, SERVED_LINES, kinds_known, stop_area
from transit.analysis.service import WHOLE_DAY, assumed_patterns, buses_per_hour, departures
from transit.errors import DataError, Problem
from transit.model.network import ACCESS_M, Network
from transit.model.zones import Zones
from transit.units import BoolArray, FloatArray

EVENLY = "people and jobs taken as spread evenly over each zone (assumed)"
COUNTED = ("people", "jobs")


def zone_coverage(
    network: Network, zones: Zones, *, limit_m: float = 500, access_m: float = ACCESS_M
) -> pd.DataFrame:
    """Share of each zone within ``limit_m`` metres of a stop, and of a stop that has service.

    One row a zone, ``kind`` (straight, walk) and ``of`` (any stop, any served line; the latter
    only where a headway or trip is known). Columns: ``zone_id``, ``zone_name``, ``kind``, ``of``,
    ``covered_m2``, ``denominator_m2`` (the zone's area), ``share`` (0 … 1), ``people`` and
    ``jobs`` of the zone, ``people_covered`` and ``jobs_covered`` (missing where not counted),
    ``definition``, ``assumption``, ``crs``, ``indicative`` (of the share) and
    ``counts_indicative`` (of people and jobs covered).
    """
    check_limits(limit_m, access_m)
    _require_crs(network, zones)
    near = _stops_near(network, zones, limit_m)
    tables = [
        _coverage(network, zones, near & only, kind, of, limit_m, access_m)
        for kind in kinds_known(network)
        for of, only in _groups(network).items()
    ]
    table = pd.concat(tables, ignore_index=True)
    return table.sort_values(["zone_id", "kind", "of"], kind="stable", ignore_index=True)


def zone_totals(covered: pd.DataFrame) -> pd.DataFrame:
    """Area, people and jobs covered in all zones together, one row a ``kind`` and ``of``.

    ``covered`` comes from ``zone_coverage``. Columns: ``kind``, ``of``, ``zones``, and for
    ``area_m2``, ``people`` and ``jobs`` each the total (the denominator: zones whose number is
    known, so many as ``people_zones`` and ``jobs_zones`` say), ``…_covered`` and ``…_share``.
    Overlapping zones count twice.
    """
    table = covered.rename(columns={"denominator_m2": "area_m2", "covered_m2": "area_m2_covered"})
    groups = table.groupby(["kind", "of"], sort=True)
    what = ["area_m2", *COUNTED]
    sums = groups[[*what, *(f"{name}_covered" for name in what)]].sum(min_count=1)
    shares = {f"{name}_share": sums[f"{name}_covered"] / sums[name] for name in what}
    known = {f"{name}_zones": groups[name].count() for name in COUNTED}
    marks = {name: groups[name].any() for name in ("indicative", "counts_indicative")}
    result = sums.assign(zones=groups.size(), **shares, **known, assumption=EVENLY, **marks)
    return result.reset_index()


def zone_service(network: Network, zones: Zones, *, limit_m: float = 500) -> pd.DataFrame:
    """Stops, lines and buses within ``limit_m`` straight metres of each zone, one row a zone.

    Columns: ``zone_id``, ``zone_name``, ``stops`` (kerbs), ``lines``, ``buses_per_hour``
    (departures 07:00–09:00, divided by two, of the patterns that call there; each counts once)
    and ``departures_a_day``, ``indicative`` (zone, stop or line) and ``service_indicative``.
    """
    check_limits(limit_m)
    _require_crs(network, zones)
    feed = network.feed
    pairs = _stops_near(network, zones, limit_m)
    zone, stop = np.nonzero(pairs)
    here = pd.DataFrame({"zone": zone, "stop_id": feed.stops["stop_id"].to_numpy()[stop]})
    calls = here.merge(feed.visits, on="stop_id").drop_duplicates(["zone", "pattern_id"])
    calls["hourly"] = calls["pattern_id"].map(buses_per_hour(feed)).astype(float)
    calls["daily"] = calls["pattern_id"].map(departures(feed, WHOLE_DAY)).astype(float).fillna(0.0)
    calls["assumed"] = calls["pattern_id"].isin(assumed_patterns(feed))
    found = calls.groupby("zone").agg(
        lines=("route_id", "nunique"), buses_per_hour=("hourly", "sum"),
        departures_a_day=("daily", "sum"), indicative=("indicative", "any"),
        service_indicative=("assumed", "any"),
    )  # fmt: skip
    kinds = {"lines": int, "buses_per_hour": float, "departures_a_day": float,
             "indicative": bool, "service_indicative": bool}  # fmt: skip
    every = found.astype(float).reindex(range(len(zones)), fill_value=0.0).astype(kinds)
    every["indicative"] |= zones.table["indicative"]
    heads = zones.table[["zone_id", "zone_name"]].assign(stops=pairs.sum(axis=1))
    return pd.concat([heads, every], axis=1)


def _coverage(  # noqa: PLR0913
    network: Network,
    zones: Zones,
    near: BoolArray,
    kind: Kind,
    of: str,
    limit_m: float,
    access_m: float,
) -> pd.DataFrame:
    areas = {
        int(row): stop_area(network, int(row), kind, limit_m, access_m)
        for row in np.flatnonzero(near.any(axis=0))
    }
    covered = np.array(
        [
            shapely.intersection(
                shapely.union_all([areas[int(row)] for row in np.flatnonzero(near[zone])]), outline
            ).area
            for zone, outline in enumerate(zones.outlines)
        ],
        dtype=np.float64,
    )
    share: FloatArray = np.minimum(covered / zones.area_m2, 1.0)
    marked = zones.table["indicative"].to_numpy() | (near & _marked_stops(network)).any(axis=1)
    if kind == "walk":
        marked = marked | bool(network.streets.edges["indicative"].any())
    table = zones.table[["zone_id", "zone_name", *COUNTED]]
    counts = {f"{name}_covered": table[name] * share for name in COUNTED}
    return table.assign(
        kind=kind, of=of, covered_m2=covered, denominator_m2=zones.area_m2, share=share, **counts,
        definition=DEFINITION[kind].format(limit=limit_m, access=access_m), assumption=EVENLY,
        crs=network.crs, indicative=marked, counts_indicative=True,
    )[_COVERAGE_COLUMNS]  # fmt: skip


def _groups(network: Network) -> dict[str, BoolArray]:
    """Which stops count, by what is asked."""
    stops, visits = network.feed.stops["stop_id"], network.feed.visits
    groups: dict[str, BoolArray] = {ANY_STOP: np.ones(len(stops), dtype=bool)}
    if network.feed.service_known:
        served = visits.loc[visits["pattern_id"].isin(network.feed.served_patterns), "stop_id"]
        groups[SERVED_LINES] = stops.isin(set(served)).to_numpy()
    return groups


def _stops_near(network: Network, zones: Zones, limit_m: float) -> BoolArray:
    """Whether each stop lies within straight ``limit_m`` of each zone, shape (zones, stops)."""
    tree = shapely.STRtree(shapely.points(network.stop_xy))
    zone, stop = tree.query(zones.outlines, predicate="dwithin", distance=limit_m)
    near = np.zeros((len(zones), len(network.stop_xy)), dtype=bool)
    near[zone, stop] = True
    return near


def _marked_stops(network: Network) -> BoolArray:
    return np.asarray(network.feed.stops["indicative"].to_numpy(dtype=bool))


def _require_crs(network: Network, zones: Zones) -> None:
    if zones.crs != network.crs:
        fault = f"they are in {zones.crs}, the network in {network.crs}"
        raise DataError(Problem("zones", fault, f"read them with crs={network.crs!r}"))


_COVERAGE_COLUMNS = [
    "zone_id", "zone_name", "kind", "of", "covered_m2", "denominator_m2", "share", "people",
    "jobs", "people_covered", "jobs_covered", "definition", "assumption", "crs", "indicative",
    "counts_indicative",
]  # fmt: skip
