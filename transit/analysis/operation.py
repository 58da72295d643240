"""What it takes to run the lines: run and cycle times, vehicles, kilometres and hours a day.

=================  ===========================================================================
run time           as published, where the feed has it; else metres of the course at the line's
                   speed (or the street's, where it has one) plus dwell at each inner call
layover            a share of the run, but a least time; see ``Assumptions``
cycle time         both directions and both layovers; a loop: one direction and one layover
vehicles           cycle time ÷ headway, rounded up, at the line's busiest time of day; of a
                   timetable: the least that can run its trips without driving empty between ends
commercial speed   kilometres ÷ run time, without layover
=================  ===========================================================================

These are the usual definitions of line planning (Vuchic, "Urban Transit: Operations, Planning and
Economics", 2005, chapter 1). Depot drives and spare vehicles are not counted.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence

import numpy as np
import pandas as pd

from transit.analysis.assumptions import Assumptions
from transit.analysis.directness import directness, returns
from transit.analysis.fleet import (
    Need,
    Run,
    Trip,
    Way,
    busiest,
    cycle_min,
    vehicles_of_trips,
    ways_of,
)
from transit.analysis.hops import course_quality
from transit.analysis.overlap import shared_with_others
from transit.analysis.service import assumed_patterns, paces
from transit.analysis.timetable import published_runs
from transit.model.feed import Feed
from transit.model.network import Network
from transit.terms import terms

_UNITS = {
    "length_out_km": "km",
    "length_back_km": "km",
    "share_matched": "share of length",
    "run_out_min": "min",
    "run_back_min": "min",
    "cycle_min": "min",
    "headway_min": "min",
    "vehicles": "vehicles",
    "departures": "departures/day",
    "vehicle_km": "km/day",
    "vehicle_hours": "h/day",
    "commercial_kmh": "km/h",
    "directness": "ratio",
    "shared": "share of course",
}
OPERATION: dict[str, tuple[str, str]] = {
    name: (unit, terms("en", "measures")[f"measure_{name}.means"]) for name, unit in _UNITS.items()
}
"""Unit and definition of each column of ``operation``; the definitions are the glossary's."""

_LINE = ["route_id", "route_short_name"]


def run_times(network: Network, assumptions: Assumptions | None = None) -> pd.DataFrame:
    """One row a pattern and period of service: how long a run is and takes.

    Columns: ``route_id``, ``route_short_name``, ``direction_id``, ``pattern_id``, ``service``
    (``headway``, ``timetable``, ``assumed`` or ``none``), ``start_time``, ``end_time`` (s after
    midnight), ``headway_min`` (a timetable: the mean from first to last departure),
    ``departures``, ``speed_kmh``, ``dwell_secs``, ``length_km``, ``share_matched``, ``run_min``,
    ``layover_min``, ``commercial_kmh``, ``indicative`` (line, stop or street is),
    ``service_indicative`` (headway, speed or dwell is). A pattern without service has its length,
    and its run time at the assumed speed.
    """
    given = assumptions or Assumptions()
    return network.table(("run times", given), lambda: _run_times(network, given))


def _run_times(network: Network, given: Assumptions) -> pd.DataFrame:
    courses = network.courses
    table = pd.concat(_periods(network, given), ignore_index=True).merge(
        course_quality(network), on="pattern_id", validate="m:1"
    )
    of = table["pattern_id"]
    line_m = of.map({key: float(course.line_m.sum()) for key, course in courses.items()}).astype(
        float
    )
    street = of.map(
        {key: float(course.street_secs.sum()) for key, course in courses.items()}
    ).astype(float)
    secs = line_m * 3.6 / table["speed_kmh"] + street + table["dwell_secs"] * (table["hops"] - 1)
    published = published_runs(network, table)
    share = published["share"]
    secs = secs.mask(share > 0, published["timed_secs"] * share + secs * (1 - share))
    all_told = share == 1
    table = table.assign(
        speed_kmh=table["speed_kmh"].mask(
            all_told, table["length_m"] * 3.6 / published["moving_secs"]
        ),
        dwell_secs=table["dwell_secs"].mask(all_told, published["stood_secs"]),
        service_indicative=table["service_indicative"]
        .mask(all_told, table["pattern_id"].isin(assumed_patterns(network.feed)))
        .astype(bool),
    )
    share, least = given.number("layover_share"), given.number("layover_least_min")
    table = table.assign(
        length_km=table["length_m"] / 1000,
        run_min=secs / 60,
        layover_min=np.maximum(share * secs / 60, least),
        commercial_kmh=table["length_m"] * 3.6 / secs.where(secs > 0),
    )
    order = [*_LINE, "direction_id", "pattern_id", "service", "start_time", "end_time",
             "headway_min", "departures", "speed_kmh", "dwell_secs", "length_km",
             "share_matched", "run_min", "layover_min", "commercial_kmh", "indicative",
             "service_indicative"]  # fmt: skip
    return table[order].sort_values(
        ["route_short_name", "direction_id", "pattern_id", "start_time"], ignore_index=True
    )


def operation(
    network: Network,
    assumptions: Assumptions | None = None,
    *,
    routes: Collection[str] | None = None,
) -> pd.DataFrame:
    """One row a line: what it takes to run it; ``routes`` (ids) leaves the others out.

    Columns: ``route_id``, ``route_short_name``, ``loop`` (every direction ends where it began),
    those of ``OPERATION``, ``busiest_start`` and ``busiest_end`` (s after midnight: when it needs
    most vehicles), ``indicative``, ``service_indicative``. Missing where it is not known: a line
    without service has its lengths and run times only.
    """
    given = assumptions or Assumptions()
    if routes is None:
        return network.table(("operation", given), lambda: _operation(network, given))
    return _operation(network, given, routes)


def _operation(
    network: Network, given: Assumptions, routes: Collection[str] | None = None
) -> pd.DataFrame:
    runs = run_times(network, given)
    if routes is not None:
        runs = runs[runs["route_id"].isin(set(routes))]
    # A line whose stops are all at one place has neither.
    ratios = {"directness": directness(network), "shared": shared_with_others(network)}
    back = returns(network)
    rows = [
        _line(network, own, back)
        | {name: found.get(route, math.nan) for name, found in ratios.items()}
        for (route, _), own in runs.groupby(_LINE, sort=False)
    ]
    order = [*_LINE, "loop", *OPERATION, "busiest_start", "busiest_end", "indicative",
             "service_indicative"]  # fmt: skip
    return pd.DataFrame(rows, columns=order).astype(dict.fromkeys(OPERATION, float))


def same_fleet_headway_min(cycle_min: float, vehicles: float) -> float:
    """The headway in minutes that ``vehicles`` can hold on a cycle of ``cycle_min`` minutes."""
    return cycle_min / vehicles if vehicles > 0 else math.nan


def _line(network: Network, runs: pd.DataFrame, back: dict[str, bool]) -> dict[str, object]:
    """The row of one line, from its ``run_times``."""
    ways, need = _ways(runs, back)
    out, home = ways[0], ways[1] if len(ways) > 1 else None
    length = runs.drop_duplicates("pattern_id")
    km = (runs["departures"] * runs["length_km"]).sum(min_count=1)
    run_h, layover_h = (
        (runs["departures"] * runs[name]).sum(min_count=1) / 60
        for name in ("run_min", "layover_min")
    )
    served = not math.isnan(km)
    by_timetable = served and (runs["service"] == "timetable").all()
    vehicles = need.vehicles if need else math.nan
    return {
        "route_id": runs["route_id"].iloc[0],
        "route_short_name": runs["route_short_name"].iloc[0],
        "loop": all(way.back for way in ways),
        "length_out_km": out.length_km,
        "length_back_km": home.length_km if home else math.nan,
        "share_matched": _share_matched(length),
        "run_out_min": out.run_min,
        "run_back_min": home.run_min if home else math.nan,
        "cycle_min": cycle_min(ways) if served else math.nan,
        "headway_min": min((way.headway_min for way in ways), default=math.nan),
        "vehicles": _by_timetable(network, runs, ways) if by_timetable else vehicles,
        "departures": runs["departures"].sum(min_count=1),
        "vehicle_km": km,
        "vehicle_hours": run_h + layover_h,
        "commercial_kmh": _kmh(km, run_h) if served else _unserved_kmh(ways),
        "busiest_start": need.start if need else math.nan,
        "busiest_end": need.end if need else math.nan,
        "indicative": bool(runs["indicative"].any()),
        "service_indicative": bool(runs["service_indicative"].any()),
    }


def _ways(runs: pd.DataFrame, back: dict[str, bool]) -> tuple[tuple[Way, ...], Need | None]:
    """The directions at the busiest time, or of the whole day where no headway is known."""
    every = [
        Run(
            row.direction_id, back[row.pattern_id], row.start_time, row.end_time, row.headway_min,
            row.run_min, row.layover_min, row.length_km,
        )
        for row in runs.itertuples()
    ]  # fmt: skip
    steady = [run for run in every if run.headway_min > 0]
    if not steady:
        return ways_of(every), None
    need = busiest(steady)
    missing = {run.direction for run in every} - {way.direction for way in need.ways}
    others = ways_of(run for run in every if run.direction in missing)
    return tuple(sorted((*need.ways, *others), key=lambda way: way.direction)), need


def _by_timetable(network: Network, runs: pd.DataFrame, ways: Sequence[Way]) -> int:
    """Vehicles for the trips of a line; a short run begins and ends at the line's own ends."""
    ends = {way.direction: ("B", "A") if number else ("A", "B") for number, way in enumerate(ways)}
    empty_back = len(ways) == 1 and not ways[0].back
    trips = network.feed.trips.merge(
        runs[["pattern_id", "direction_id", "run_min", "layover_min"]], on="pattern_id"
    )
    loops = {way.direction for way in ways if way.back}
    made = []
    for trip in trips.itertuples():
        leaves, arrives = ends[trip.direction_id]
        busy = (trip.run_min + trip.layover_min) * 60 * (2 if empty_back else 1)
        home = leaves if empty_back or trip.direction_id in loops else arrives
        made.append(Trip(leaves, trip.departure_time, home, trip.departure_time + busy))
    return vehicles_of_trips(made)


def _share_matched(patterns: pd.DataFrame) -> float:
    km = patterns["length_km"].sum()
    matched = (patterns["length_km"] * patterns["share_matched"]).sum()
    return float(matched / km) if km > 0 else math.nan


def _unserved_kmh(ways: Sequence[Way]) -> float:
    return _kmh(sum(way.length_km for way in ways), sum(way.run_min for way in ways) / 60)


def _kmh(km: float, hours: float) -> float:
    return km / hours if hours > 0 else math.nan


def _periods(network: Network, given: Assumptions) -> Iterator[pd.DataFrame]:
    """Every pattern's periods of service; one row without times for a pattern that has none."""
    feed = network.feed
    spans = feed.frequencies
    hours = (spans["end_time"] - spans["start_time"]) / 3600
    yield spans[["pattern_id", "start_time", "end_time", "speed_kmh", "dwell_secs"]].assign(
        service="headway",
        headway_min=spans["headway_secs"] / 60,
        departures=hours * 3600 / spans["headway_secs"],
        service_indicative=spans["indicative"].astype(bool),
    )
    by_trip = feed.trips.groupby("pattern_id", as_index=False).agg(
        start_time=("departure_time", "min"),
        end_time=("departure_time", "max"),
        departures=("trip_id", "size"),
    )
    between = (by_trip["departures"] - 1).where(by_trip["departures"] > 1)
    lasting = (by_trip["end_time"] - by_trip["start_time"]) / 60
    by_trip["headway_min"] = (lasting / between).where(lasting > 0)
    yield _at_assumed_speed(feed, by_trip.assign(service="timetable"), given)
    idle = sorted(set(feed.patterns["pattern_id"]) - feed.served_patterns)
    without = pd.DataFrame({"pattern_id": idle})
    yield _at_assumed_speed(feed, without.assign(**_assumed_service(given)), given)


def _assumed_service(given: Assumptions) -> dict[str, object]:
    headway = given.number("headway_min")
    if math.isnan(headway):
        return {"service": "none", "departures": math.nan, "headway_min": math.nan,
                "start_time": math.nan, "end_time": math.nan}  # fmt: skip
    first, last = given.number("first_secs"), given.number("last_secs")
    return {"service": "assumed", "departures": (last - first) / 60 / headway,
            "headway_min": headway, "start_time": first, "end_time": last}  # fmt: skip


def _at_assumed_speed(feed: Feed, table: pd.DataFrame, given: Assumptions) -> pd.DataFrame:
    """``table`` at the mean speed and dwell of the pattern's headways, else the assumed ones."""
    known, assumed = paces(feed), assumed_patterns(feed)
    own = known.reindex(table["pattern_id"]).reset_index(drop=True)
    guessed = given.speed_kmh.indicative or given.dwell_secs.indicative
    return table.assign(
        speed_kmh=(3.6 / own["secs_per_m"]).fillna(given.number("speed_kmh")),
        dwell_secs=own["dwell_secs"].fillna(given.number("dwell_secs")),
        service_indicative=own["dwell_secs"].isna() & guessed
        | table["pattern_id"].isin(assumed) | (table["service"] == "assumed"),
    )  # fmt: skip
