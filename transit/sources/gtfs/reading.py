"""GTFS feeds read into one network, with everything said that was chosen, counted or left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from shapely.errors import ShapelyError

from transit.errors import DataError, Problem, UsageError, raise_if, within_memory
from transit.model.feed import Feed
from transit.model.network import Network
from transit.model.streets import Streets
from transit.schema import FEED_TABLES
from transit.sources.gtfs.one_feed import DayTables, Opened, on_day, opened, source_of
from transit.sources.gtfs.service_day import chosen_days
from transit.units import WGS84, metric_crs, project, require_metric, transform

MARGIN_M = 1_000.0
"""The study area of a feed reaches this far beyond its outermost stops, in metres."""
_IDS = ("stop_id", "route_id", "pattern_id", "trip_id", "timing_id", "shape_id", "parent_station",
        "station_id")  # fmt: skip
_KEYS = {"stops": "stop_id", "routes": "route_id", "patterns": "pattern_id", "trips": "trip_id",
         "timings": "timing_id", "shapes": "shape_id"}  # fmt: skip


@dataclass(frozen=True, eq=False)
class GtfsReading:
    """A network read from GTFS, and what was understood on the way.

    ``day`` is the day of service of each feed by name. ``days`` has one row a feed and date of
    its calendar (``feed``, ``date``, ``weekday``, ``departures``, ``chosen``); ``counts`` what the
    feeds hold and what became of it (``feed``, ``what``, ``count``, ``treatment``); ``notes`` what
    was decided, in words.
    """

    network: Network
    day: Mapping[str, date]
    days: pd.DataFrame
    counts: pd.DataFrame
    notes: tuple[str, ...]


def read_gtfs(
    paths: str | Path | Sequence[str | Path],
    *,
    day: date | None = None,
    crs: str | None = None,
    streets: Streets | None = None,
) -> GtfsReading:
    """The network of one or several GTFS feeds (zips or folders) on one day of service.

    ``day`` is the day whose trips are taken; left out, it is the busiest on which all feeds run.
    A day of service goes on after midnight (24:10), so trips that began the day before are not
    in it. Distances are in ``crs``, by default the metric CRS of the place, or that of
    ``streets``; without streets hops follow ``shapes.txt``, else they are straight. Where ids of
    feeds clash, all ids get the feed's name in front. Nothing is unpacked to disk.

    Raises ``DataError`` with all faults of all feeds, each with file, row and how to mend it.
    """
    given = [paths] if isinstance(paths, (str, Path)) else list(paths)
    if not given:
        raise UsageError(Problem("paths", "names no feed", "give one zip or folder at least"))
    feeds = _opened(given)
    days, why = chosen_days({feed.texts.name: feed.days for feed in feeds if feed.serves}, day)
    # A network whose service is not known has a day all the same.
    days |= {feed.texts.name: feed.days.index[0] for feed in feeds if not feed.serves}
    tables: list[DayTables] = []
    problems: list[Problem] = []
    for feed in feeds:
        try:
            with within_memory(feed.archive.path):
                tables.append(on_day(feed, days[feed.texts.name]))
        except DataError as error:
            problems += error.problems
    raise_if(problems)
    notes = [f"day of service: {why}", *_notes(feeds)]
    joined, stations, prefixed = _joined(tables)
    notes += prefixed
    crs = _crs(crs, streets, joined["stops"])
    network = _network(feeds, joined, stations, streets or Streets.none(crs))
    return GtfsReading(
        network,
        days,
        _day_table(feeds, days),
        pd.concat([one.counts for one in tables], ignore_index=True),
        tuple(notes),
    )


def _opened(paths: Sequence[str | Path]) -> list[Opened]:
    feeds: list[Opened] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            with within_memory(path):
                feeds.append(opened(path))
        except DataError as error:
            problems += error.problems
    names = [feed.texts.name for feed in feeds]
    problems += [
        Problem(name, "is the name of two feeds", "rename one of the files")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    raise_if(problems)
    return feeds


def _notes(feeds: Sequence[Opened]) -> list[str]:
    notes = []
    for feed in feeds:
        texts = feed.texts
        odd = sorted({name for file, name in texts.encodings.items() if name != "utf-8-sig"})
        if odd:
            notes.append(f"{texts.name}: read as {', '.join(odd)}; GTFS demands UTF-8")
        if feed.archive.folder:
            notes.append(f"{texts.name}: its files lie in the folder {feed.archive.folder}")
    return notes


def _joined(
    feeds: Sequence[DayTables],
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, list[str]]:
    """The tables of all feeds as one; ids get the feed's name in front where any clash."""
    clashes = [
        f"{key} {sorted(shared)[0]}"
        for name, key in _KEYS.items()
        if (shared := _shared([set(feed.tables[name][key]) for feed in feeds]))
    ]
    notes = []
    parts = [(feed.tables, feed.stations) for feed in feeds]
    if clashes:
        notes = [
            f"ids of the feeds clash ({', '.join(clashes)}): each has its feed's name in front"
        ]
        parts = [
            ({name: _prefixed(table, feed.name) for name, table in tables.items()},
             _prefixed(stations, feed.name))
            for feed, (tables, stations) in zip(feeds, parts, strict=True)
        ]  # fmt: skip
    names = [table.name for table in FEED_TABLES]
    tables = {
        name: pd.concat([part[name] for part, _ in parts], ignore_index=True) for name in names
    }
    stations = pd.concat([stations for _, stations in parts], ignore_index=True)
    return tables, stations, notes


def _shared(sets: Sequence[set[str]]) -> set[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for one in sets:
        twice |= seen & one
        seen |= one
    return twice


def _prefixed(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table.assign(
        **{
            column: (f"{name}:" + table[column]).where(table[column] != "", "").astype("str")
            for column in _IDS
            if column in table
        }
    )


def _crs(crs: str | None, streets: Streets | None, stops: pd.DataFrame) -> str:
    if streets is not None:
        if crs not in (None, streets.crs):
            what = f"{crs} is not that of the streets, {streets.crs}"
            raise UsageError(Problem("crs", what, "leave it out where streets are given"))
        return streets.crs
    if crs is not None:
        return require_metric(crs, where="crs")
    # The median: one stop far off decides nothing.
    return metric_crs(float(stops["stop_lon"].median()), float(stops["stop_lat"].median()))


def _network(
    feeds: Sequence[Opened],
    tables: dict[str, pd.DataFrame],
    stations: pd.DataFrame,
    streets: Streets,
) -> Network:
    headways = tables.pop("frequencies")
    timed = headways[headways["speed_kmh"].notna()]
    feed = Feed(**tables, frequencies=timed)
    facts = [feeds[0].own.fact(key) if len(feeds) == 1 else "" for key in ("name", "study_area")]
    area = _study_area(facts[1], streets.crs) or _around(feed, streets.crs)
    is_ours = len(feeds) == 1 and feeds[0].own.is_ours
    sources = feeds[0].own.facts.get("source", ()) if is_ours else _sources(feeds)
    name = facts[0] or " + ".join(feed.texts.name for feed in feeds)
    network = Network(name, streets, feed, area, stations, sources)
    if len(timed) == len(headways):
        return network
    return network.with_feed(feed.with_tables(frequencies=_with_speeds(network, headways)))


def _sources(feeds: Sequence[Opened]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source_of(feed) for feed in feeds))


def _study_area(text: str, crs: str) -> shapely.Polygon | None:
    """The study area that this project wrote into the feed, in ``crs``."""
    if not text:
        return None
    try:
        area = shapely.from_wkt(text)
    except (ShapelyError, ValueError):
        return None
    if area.geom_type != "Polygon" or area.is_empty:
        return None
    return shapely.transform(area, lambda xy: transform(xy, WGS84, crs))


def _around(feed: Feed, crs: str) -> shapely.Polygon:
    xy = project(feed.stops[["stop_lon", "stop_lat"]].to_numpy(), crs)
    (west, south), (east, north) = xy.min(axis=0) - MARGIN_M, xy.max(axis=0) + MARGIN_M
    return shapely.box(west, south, east, north)


def _with_speeds(network: Network, headways: pd.DataFrame) -> pd.DataFrame:
    """Headways with the mean speed and dwell of their template where none is given."""
    metres = pd.Series(network.drive_m).groupby(network.feed.visits["pattern_id"]).sum()
    rows = {timing: _pace(own) for timing, own in network.feed.timings.groupby("timing_id")}
    table = headways.copy()
    for at, row in headways[headways["speed_kmh"].isna()].iterrows():
        secs, dwell = rows[row["timing_id"]]
        speed = metres[row["pattern_id"]] / secs * 3.6 if secs > 0 else np.inf
        table.loc[at, ["speed_kmh", "dwell_secs"]] = [
            float(np.clip(round(speed, 2), *_SPEEDS)), float(np.clip(round(dwell, 1), 0, 600)),
        ]  # fmt: skip
    return table


_SPEEDS = (1.0, 120.0)
"""What the table of frequencies can hold, km/h; run times from call to call are exact anyhow."""


def _pace(timing: pd.DataFrame) -> tuple[float, float]:
    """Seconds between stops, all hops together, and mean dwell at inner calls."""
    inner = timing.iloc[1:-1]
    stood = (inner["departure_secs"] - inner["arrival_secs"]).fillna(0.0)
    whole = timing["arrival_secs"].iloc[-1] - timing["departure_secs"].iloc[0]
    return float(whole - stood.sum()), float(stood.mean()) if len(inner) else 0.0


def _day_table(feeds: Sequence[Opened], chosen: Mapping[str, date]) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "feed": feed.texts.name,
                "date": feed.days.index,
                "weekday": [day.strftime("%a") for day in feed.days.index],
                "departures": feed.days.to_numpy().round().astype(np.int64),
                "chosen": feed.days.index == chosen[feed.texts.name],
            }
        )
        for feed in feeds
    ]
    return pd.concat(parts, ignore_index=True)
