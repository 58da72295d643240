"""One feed read: its calendar first, then its tables on the day that was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from transit.errors import DataError, Problem, raise_if
from transit.parsing import empty
from transit.schema import SHAPES, STATIONS
from transit.sources.gtfs.archive import Archive, open_feed
from transit.sources.gtfs.fields import missing, number, repeated, unknown, whole
from transit.sources.gtfs.headways import Repeated, frequency_rows, repeated_trips
from transit.sources.gtfs.own import NETWORK_FILE, OWN_TABLES, Own, read_own
from transit.sources.gtfs.patterns import Runs, runs_of
from transit.sources.gtfs.places import (
    KINDS,
    Origin,
    location_types,
    routes_of,
    stop_problems,
    stops_of,
)
from transit.sources.gtfs.service_day import calendar_problems, services_on, trips_a_day
from transit.sources.gtfs.stop_times import FILE as STOP_TIMES
from transit.sources.gtfs.stop_times import Calls, calls_of, time_problems
from transit.sources.gtfs.texts import READ, FeedTexts, read_texts
from transit.units import IntArray

_RAIL = ("1", "2")
_TRIPS = "trips.txt"


@dataclass(frozen=True, eq=False)
class Opened:
    """A feed whose tables can be put together, whatever day is asked for.

    ``usable`` are the rows of trips.txt that have two calls or more, ``days`` the departures on
    each date of its calendar.
    """

    archive: Archive
    texts: FeedTexts
    own: Own
    calls: Calls
    frequencies: pd.DataFrame
    usable: IntArray
    days: pd.Series

    @property
    def serves(self) -> bool:
        """Whether its service is known: of a feed that this project wrote it need not be."""
        return not self.own.is_ours or bool((self.days > 0).any())


def opened(path: Any) -> Opened:  # noqa: ANN401
    """The feed at ``path``; raises ``DataError`` with everything that keeps it from being read."""
    archive = open_feed(path)
    texts = read_texts(archive)
    own, problems = read_own(archive)
    problems += calendar_problems(texts) + _trip_problems(texts)
    frequencies, faults = frequency_rows(texts)
    calls, more = calls_of(texts)
    problems += faults + more
    called = set(texts.tables[STOP_TIMES]["stop_id"])
    problems += stop_problems(texts, called - {""})
    if problems or calls is None:
        raise DataError(problems)
    usable = np.flatnonzero(calls.counts >= 2)
    return Opened(
        archive, texts, own, calls, frequencies, usable, _days(texts, frequencies, usable)
    )


def _trip_problems(texts: FeedTexts) -> list[Problem]:
    problems = missing(texts, _TRIPS, "trip_id") + repeated(texts, _TRIPS, ["trip_id"])
    problems += missing(texts, _TRIPS, "service_id") + missing(texts, _TRIPS, "route_id")
    routes = texts.tables["routes.txt"]["route_id"]
    problems += unknown(texts, _TRIPS, "route_id", "routes.txt", routes)
    if texts.has(_TRIPS, "shape_id") and "shapes.txt" in texts.present:
        shapes = texts.tables["shapes.txt"]["shape_id"].unique()
        problems += unknown(texts, _TRIPS, "shape_id", "shapes.txt", shapes)
    return problems


def _days(texts: FeedTexts, frequencies: pd.DataFrame, usable: IntArray) -> pd.Series:
    """Departures on each date: a template counts as often as it is repeated."""
    trips = texts.tables[_TRIPS].reset_index(drop=True).iloc[usable]
    repeats = frequencies.groupby("trip_id")["departures"].sum() if len(frequencies) else {}
    departures = trips["trip_id"].map(dict(repeats)).fillna(1.0).astype(float)
    return trips_a_day(texts, departures.groupby(trips["service_id"]).sum().to_dict())


@dataclass(frozen=True, eq=False)
class DayTables:
    """The tables of one feed on one day, and what was counted on the way.

    ``tables`` are those of a feed, but that ``frequencies`` may lack speeds; ``counts`` has
    ``what``, ``count`` and ``treatment``.
    """

    name: str
    tables: dict[str, pd.DataFrame]
    stations: pd.DataFrame
    counts: pd.DataFrame


def on_day(feed: Opened, day: date) -> DayTables:
    """The tables of ``feed`` on ``day``; raises ``DataError`` with what is wrong in them."""
    texts, calls = feed.texts, feed.calls
    table = texts.tables[_TRIPS].reset_index(drop=True)
    runs_today = table["service_id"].isin(services_on(texts, day)).to_numpy()
    running = feed.usable[runs_today[feed.usable]]
    origin = Origin(day.year, source_of(feed))
    stops, problems = stops_of(texts, set(calls.stop_ids), origin)
    routes, faults = routes_of(texts, origin)
    shapes, more = _shapes(texts)
    raise_if([*problems, *faults, *more, *time_problems(texts, calls, running)])
    runs = runs_of(texts, calls, running, origin)
    repeats = repeated_trips(runs.trips, feed.frequencies)
    tables = {"stops": stops, "routes": routes, **_with_twins(runs, repeats), "shapes": shapes}
    tables |= {"frequencies": repeats.headways, "trips": repeats.trips, "timings": runs.timings}
    if feed.own.is_ours:
        tables |= _with_own(feed.own, tables)
        stations = feed.own.tables["stations"]
    else:
        stations = _rail_stations(texts, tables)
        used = set(tables["patterns"]["shape_id"])
        tables["shapes"] = shapes[shapes["shape_id"].isin(used)]
    counts = _counts(feed, runs, repeats, running, int(runs_today.sum()))
    return DayTables(texts.name, tables, stations, counts)


def source_of(feed: Opened) -> str:
    """Who publishes the feed, and the name of its file."""
    for file, column in (("feed_info.txt", "feed_publisher_name"), ("agency.txt", "agency_name")):
        names = [name for name in feed.texts.tables[file][column].unique() if name]
        if names:
            return f"{', '.join(names[:3])} (GTFS, {feed.archive.path.name})"
    return f"GTFS, {feed.archive.path.name}"


def _with_twins(runs: Runs, repeats: Repeated) -> dict[str, pd.DataFrame]:
    """Patterns and calls with copies of those whose headways overlap."""
    found = {"patterns": runs.patterns, "calls": runs.calls}
    for name, frame in found.items():
        copies = [
            frame[frame["pattern_id"] == old].assign(pattern_id=new)
            for new, old in repeats.twins.items()
        ]
        found[name] = pd.concat([frame, *copies], ignore_index=True)
    return found


def _with_own(own: Own, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Patterns as they were, and the calls and run times that no trip shows."""
    calls = own.tables["calls"]
    known = own.tables["timings"]
    shown = tables["timings"][~tables["timings"]["timing_id"].isin(known["timing_id"])]
    rest = tables["calls"][~tables["calls"]["pattern_id"].isin(calls["pattern_id"])]
    return {
        "patterns": own.tables["patterns"],
        "calls": pd.concat([rest, calls], ignore_index=True),
        "timings": pd.concat([shown, known], ignore_index=True),
    }


def _shapes(texts: FeedTexts) -> tuple[pd.DataFrame, list[Problem]]:
    file = "shapes.txt"
    lat, problems = number(texts, file, "shape_pt_lat", least=-90, most=90)
    lon, faults = number(texts, file, "shape_pt_lon", least=-180, most=180)
    order, more = whole(texts, file, "shape_pt_sequence")
    problems += faults + more
    for name in READ[file].required:
        problems += missing(texts, file, name)
    problems += repeated(texts, file, ["shape_id", "shape_pt_sequence"])
    if problems:
        return empty(SHAPES), problems
    frame = pd.DataFrame(
        {
            "shape_id": texts.tables[file]["shape_id"].to_numpy(),
            "shape_pt_sequence": order.astype(np.int64),
            "shape_pt_lon": lon,
            "shape_pt_lat": lat,
        }
    )
    return frame.astype({"shape_id": "str"}), []


def _rail_stations(texts: FeedTexts, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The stops of metro and rail lines as stations: what buses feed."""
    routes = texts.tables["routes.txt"]
    rail = routes.loc[routes["route_type"].isin(_RAIL), "route_id"]
    patterns = tables["patterns"][tables["patterns"]["route_id"].isin(rail)]
    if patterns.empty:
        return empty(STATIONS)
    calls = tables["calls"].merge(patterns[["pattern_id", "route_id"]], on="pattern_id")
    named = tables["routes"][["route_id", "route_short_name"]]
    pairs = calls[["stop_id", "route_id"]].drop_duplicates().merge(named, on="route_id")
    found = pairs.drop_duplicates(["stop_id", "route_short_name"]).merge(
        tables["stops"], on="stop_id"
    )
    names = {"stop_id": "station_id", "stop_name": "station_name", "stop_lon": "station_lon",
             "stop_lat": "station_lat", "route_short_name": "metro_line"}  # fmt: skip
    return found.rename(columns=names)[STATIONS.names]


_IGNORED = {
    "transfers.txt": "left out: transfers follow from walking",
    "pathways.txt": "left out: ways inside stations are not modelled",
    "levels.txt": "left out: ways inside stations are not modelled",
}
_FARES = "left out: fares are not modelled"


def _counts(
    feed: Opened, runs: Runs, repeats: Repeated, running: IntArray, today: int
) -> pd.DataFrame:
    """What the feed holds and what became of it, one row each, in the words of a report."""
    texts, calls = feed.texts, feed.calls
    trips, times = texts.tables[_TRIPS], texts.tables[STOP_TIMES]
    kinds = location_types(texts).value_counts()
    took = runs.trips["trip_id"]
    rows = [(name, int(kinds.get(str(number), 0)), _KIND_WORDS[number])
            for number, name in enumerate(KINDS)]  # fmt: skip
    untimed = int(np.isnan(calls.arrival).sum())
    headsigns = trips[["trip_headsign"]].assign(at=range(len(trips))).iloc[running]
    rows += [
        ("lines", len(texts.tables["routes.txt"]), "kept, those of other days without service"),
        ("lines that run on the day", runs.patterns["route_id"].nunique(), "with their patterns"),
        ("lines whose direction is not said", runs.directions_told,
         "direction 1 is that which meets the stops of the commonest trip in the other order"),
        ("trips", len(trips), "of all days"),
        ("trips that run on the day", len(running), "kept, with run times from call to call"),
        ("trips of other days", len(trips) - today, "left out"),
        ("trips with fewer than two calls", len(trips) - len(feed.usable), "left out"),
        ("trips repeated by frequencies.txt", int(took.isin(feed.frequencies["trip_id"]).sum()),
         "headways where exact_times is 0, departures where it is 1"),
        ("headways that overlap others of their pattern", len(repeats.twins),
         "kept, each as a pattern of its own"),
        ("calls", len(times), "of all trips"),
        ("calls without a time", untimed, "timed by the metres between timed calls"),
        ("calls that name no stop", calls.on_demand, "left out: service on demand"),
        ("calls with conditions of boarding or alighting", _conditions(times),
         "kept as calls; the conditions (pickup_type, drop_off_type) are left out"),
        ("headsigns other than their pattern's", _other_signs(runs, headsigns),
         "left out: a pattern has one"),
        ("shape points", len(texts.tables["shapes.txt"]), "kept where a pattern has them"),
    ]  # fmt: skip
    rows += _other_files(feed)
    table = pd.DataFrame(rows, columns=["what", "count", "treatment"])
    always = table["what"].isin(_ALWAYS)
    return (
        table[(table["count"] > 0) | always]
        .assign(feed=texts.name)[["feed", "what", "count", "treatment"]]
        .reset_index(drop=True)
    )


_ALWAYS = ("stops", "lines", "trips", "trips that run on the day")
_KIND_WORDS = (
    "kept, those without a position left out",
    "kept as the parent_station of their stops",
    "left out: gates of stations are not modelled",
    "left out",
    "kept as stops where trips call at them",
)


def _conditions(times: pd.DataFrame) -> int:
    usual = {"", "0"}
    odd = ~times["pickup_type"].isin(usual) | ~times["drop_off_type"].isin(usual)
    return int(odd.sum())


def _other_signs(runs: Runs, headsigns: pd.DataFrame) -> int:
    shown = headsigns.set_index("at")["trip_headsign"]
    sign = runs.patterns.set_index("pattern_id")["trip_headsign"]
    own = runs.trips["pattern_id"].map(sign)
    theirs = shown.reindex(own.index)
    return int(((theirs != own) & (theirs != "")).sum())


def _other_files(feed: Opened) -> list[tuple[str, int, str]]:
    """Rows of files that GTFS knows, or not, and that are left out."""
    known = {*READ, *OWN_TABLES, NETWORK_FILE}
    rows = []
    for name in sorted(set(feed.archive.sizes) - known):
        count = max(feed.archive.read(name).count(b"\n") - 1, 0)
        fallback = _FARES if name.startswith("fare") else "left out"
        rows.append((f"rows of {name}", count, _IGNORED.get(name, fallback)))
    rows += [(f"file {name}", 1, "left out: no table") for name in feed.archive.others[:20]]
    return rows
