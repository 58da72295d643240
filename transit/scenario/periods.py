"""Periods of the day, and what service of a pattern lies in them: headways and trips alike."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from transit.model.feed import Feed
from transit.units import clock_of

LATEST = 1000 * 3600
"""No clock time that can be written is as late, in seconds after midnight."""


@dataclass(frozen=True)
class Period:
    """From ``start`` up to, but not including, ``end``, in seconds after midnight."""

    start: int = 0
    end: int = LATEST

    @property
    def whole(self) -> bool:
        """Whether it holds every clock time."""
        return self.start <= 0 and self.end >= LATEST

    @property
    def name(self) -> str:
        """How ids of patterns show it: ``0700-0900``, open ends left out; empty for all day."""
        ends = (self.start if self.start > 0 else None, self.end if self.end < LATEST else None)
        texts = ["" if end is None else clock_of(end)[:5].replace(":", "") for end in ends]
        return "-".join(texts) if any(texts) else ""

    def overlaps(self, spans: pd.DataFrame) -> pd.Series:
        """Whether each row of frequencies reaches into the period."""
        return (spans["start_time"] < self.end) & (spans["end_time"] > self.start)

    def departs(self, trips: pd.DataFrame) -> pd.Series:
        """Whether each trip departs in the period."""
        return trips["departure_time"].between(self.start, self.end, inclusive="left")

    def within(self, spans: pd.DataFrame) -> pd.DataFrame:
        """The parts of the rows of frequencies that lie in the period."""
        if self.whole:
            return spans
        cut = spans.assign(
            start_time=spans["start_time"].clip(lower=self.start),
            end_time=spans["end_time"].clip(upper=self.end),
        )
        return cut[cut["start_time"] < cut["end_time"]]

    def beyond(self, spans: pd.DataFrame) -> pd.DataFrame:
        """The parts of the rows of frequencies that lie before or after the period."""
        if self.whole:
            return spans.iloc[:0]
        before, after = Period(end=self.start), Period(start=self.end)
        return pd.concat([before.within(spans), after.within(spans)])


def running(feed: Feed, patterns: Collection[str], period: Period) -> list[str]:
    """Those of ``patterns`` that have a headway or a departure in ``period``, in their order."""
    spans, trips = feed.frequencies, feed.trips
    by_headway = set(spans.loc[period.overlaps(spans), "pattern_id"])
    by_trip = set(trips.loc[period.departs(trips), "pattern_id"])
    return [pattern for pattern in patterns if pattern in by_headway | by_trip]


def hours_text(feed: Feed, patterns: Collection[str]) -> str:
    """When ``patterns`` run, in words: ``06:00–22:00``, or that no service is known."""
    spans = feed.frequencies[feed.frequencies["pattern_id"].isin(patterns)]
    trips = feed.trips.loc[feed.trips["pattern_id"].isin(patterns), "departure_time"]
    hours = sorted(set(zip(spans["start_time"], spans["end_time"], strict=True)))
    texts = [f"{clock_of(start)[:5]}–{clock_of(end)[:5]}" for start, end in hours]
    if len(trips):
        first, last = (clock_of(int(end))[:5] for end in (trips.min(), trips.max()))
        texts.append(f"{len(trips)} departures {first}–{last}")
    return ", ".join(texts[:4]) + ("…" if len(texts) > 4 else "") if texts else "no hours known"


def branched(
    feed: Feed,
    patterns: Iterable[str],
    period: Period,
    *,
    name: Callable[[str], str],
    beside: str = "",
) -> tuple[Feed, dict[str, str]]:
    """``feed`` where the service in ``period`` runs as patterns of its own, and their ids.

    The new patterns have the calls, line, direction and marks of the old ones and are called
    ``name(old)`` (or that with a number, if it is taken). With ``beside`` (the source of the new
    rows) the old service stays and a copy runs beside it; without it the old patterns keep what
    lies outside ``period``, and one of which nothing would be left simply stays as it is.
    """
    every = list(patterns)
    moved = every if beside else [one for one in every if _runs_beyond(feed, one, period)]
    if not moved:
        return feed, {one: one for one in every}
    ids = _free(moved, name, feed.patterns["pattern_id"])
    tables = _branched_service(feed, ids, period, beside)
    for table in ("patterns", "calls"):
        rows = getattr(feed, table)
        tables[table] = pd.concat([rows, _renamed(rows[rows["pattern_id"].isin(moved)], ids)])
    return feed.with_tables(**tables), {one: ids.get(one, one) for one in every}


def _branched_service(
    feed: Feed, ids: Mapping[str, str], period: Period, beside: str
) -> dict[str, pd.DataFrame]:
    """Frequencies and, where any depart in ``period``, trips with those of the new patterns."""
    spans, trips = feed.frequencies, feed.trips
    ours = spans["pattern_id"].isin(ids)
    new_spans = period.within(spans[ours])
    new_trips = trips[trips["pattern_id"].isin(ids) & period.departs(trips)]
    if beside:
        kept_spans, kept_trips = spans, trips
        new_spans, new_trips = new_spans.assign(source=beside), new_trips.assign(source=beside)
        copied = _free(new_trips["trip_id"], lambda trip: f"{trip}+", trips["trip_id"])
        new_trips = new_trips.assign(trip_id=new_trips["trip_id"].map(copied).astype("str"))
    else:
        kept_spans = pd.concat([spans[~ours], period.beyond(spans[ours])])
        kept_trips = trips.drop(new_trips.index)
    tables = {"frequencies": pd.concat([kept_spans, _renamed(new_spans, ids)])}
    if len(new_trips):
        tables["trips"] = pd.concat([kept_trips, _renamed(new_trips, ids)])
    return tables


def without_patterns(feed: Feed, gone: Collection[str]) -> Feed:
    """``feed`` without some patterns and their service, and without lines that only had those."""
    tables = {
        name: getattr(feed, name)[~getattr(feed, name)["pattern_id"].isin(gone)]
        for name in ("patterns", "calls", "frequencies", "trips")
    }
    touched = set(feed.patterns.loc[feed.patterns["pattern_id"].isin(gone), "route_id"])
    empty = touched - set(tables["patterns"]["route_id"])
    return feed.with_tables(**tables, routes=feed.routes[~feed.routes["route_id"].isin(empty)])


def _runs_beyond(feed: Feed, pattern: str, period: Period) -> bool:
    if period.whole:
        return False
    spans = feed.frequencies[feed.frequencies["pattern_id"] == pattern]
    trips = feed.trips[feed.trips["pattern_id"] == pattern]
    return len(period.beyond(spans)) > 0 or not period.departs(trips).all()


def _free(old: Iterable[str], name: Callable[[str], str], known: Iterable[str]) -> dict[str, str]:
    """An id for each of ``old`` that nothing has yet: ``name(old)``, else with .2, .3 … behind."""
    taken = set(known)
    found = {}
    for one in old:
        wanted = name(one)
        tries = (wanted if number == 1 else f"{wanted}.{number}" for number in range(1, 1_000_000))
        found[one] = next(new for new in tries if new not in taken)
        taken.add(found[one])
    return found


def _renamed(rows: pd.DataFrame, ids: Mapping[str, str]) -> pd.DataFrame:
    return rows.assign(pattern_id=rows["pattern_id"].map(dict(ids)).astype("str"))
