"""Rules on service: none, odd headways and speeds, times that no bus can keep."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.analysis.quality.ground import Ground
from transit.analysis.quality.rule import Found, Rule
from transit.units import clock_of


def _no_service(ground: Ground) -> Found:
    idle = ~ground.ends["pattern_id"].isin(ground.network.feed.served_patterns).to_numpy()
    return Found(ground.patterns(np.flatnonzero(idle), value=0.0), len(idle))


def _nothing_of_service(ground: Ground) -> Found:
    count = len(ground.ends)
    if ground.network.feed.service_known:
        return Found(ground.patterns(np.empty(0, dtype=np.int64), value=0.0), count)
    one = {"subject_id": "feed", "name": ground.network.name, "lines": "", "indicative": False}
    return Found(pd.DataFrame([{**one, "value": float(count), "of": float(count)}]), count)


def _headway(ground: Ground) -> Found:
    return _beyond(ground, "headway_secs", "headway_least_secs", "headway_most_secs")


def _speed(ground: Ground) -> Found:
    return _beyond(ground, "speed_kmh", "speed_least_kmh", "speed_most_kmh")


def _beyond(ground: Ground, column: str, least: str, most: str) -> Found:
    """Periods of service whose ``column`` lies beyond the one limit or the other."""
    spans = ground.network.feed.frequencies
    low, high = ground.number(least), ground.number(most)
    odd = spans[(spans[column] < low) | (spans[column] > high)]
    value = odd[column].to_numpy(dtype=float)
    rows = ground.patterns(
        _rows_of(ground, odd["pattern_id"]),
        value=value,
        limit=np.where(value < low, low, high),
        detail=[f"{clock_of(row.start_time)[:5]}–{clock_of(row.end_time)[:5]}"
                for row in odd.itertuples()],
    )  # fmt: skip
    return Found(rows, len(spans))


def _trip_twice(ground: Ground) -> Found:
    """One row a pattern: trips that leave at the very second of another."""
    trips = ground.network.feed.trips
    again = trips[trips.duplicated(["pattern_id", "departure_time"])]
    count = again.groupby("pattern_id").size()
    total = trips.groupby("pattern_id").size()
    rows = ground.patterns(
        _rows_of(ground, count.index),
        value=count.to_numpy(dtype=float),
        of=total.reindex(count.index).to_numpy(dtype=float),
    )
    return Found(rows, len(trips))


def _rows_of(ground: Ground, patterns: pd.Series | pd.Index) -> np.ndarray:
    row = {pattern: row for row, pattern in enumerate(ground.ends["pattern_id"])}
    return np.array([row[pattern] for pattern in patterns], dtype=np.int64)


def _fast(ground: Ground) -> Found:
    """Hops that a timetable runs faster than a bus can, even were its times a minute out."""
    timed = _timed_hops(ground)
    metres = ground.hops["straight_m"].to_numpy()[timed["hop"]]
    speed = metres / (timed["secs"].to_numpy() + _ROUNDED_SECS) * 3.6
    fast = np.flatnonzero(speed > ground.number("hop_speed_kmh"))
    secs = timed["secs"].to_numpy()[fast]
    rows = ground.hop_rows(
        timed["hop"].to_numpy()[fast],
        value=metres[fast] / np.maximum(secs, 1) * 3.6,
        detail=[
            f"{metre:,.0f} m, {sec:.0f} s" for metre, sec in zip(metres[fast], secs, strict=True)
        ],
    )
    return Found(rows, len(timed))


def _timed_hops(ground: Ground) -> pd.DataFrame:
    """One row a hop that some timing of its pattern knows: ``hop`` (row of ``hops``), ``secs``.

    Of several timings the fastest counts.
    """
    feed = ground.network.feed
    key = ["pattern_id", "timing_id"]
    used = pd.concat([feed.trips[key], feed.frequencies[key]]).drop_duplicates()
    times = feed.timings.sort_values(["timing_id", "stop_sequence"])
    before = times.groupby("timing_id")[["stop_id", "departure_secs"]].shift()
    times = times.assign(
        from_stop_id=before["stop_id"], secs=times["arrival_secs"] - before["departure_secs"]
    )
    known = used.merge(times.dropna(subset=["secs"]), on="timing_id")
    least = known.groupby(["pattern_id", "from_stop_id", "stop_id"])["secs"].min()
    end = feed.visits.iloc[ground.hops["visit"]]
    start = feed.visits.iloc[ground.hops["visit"] - 1]
    hops = pd.MultiIndex.from_arrays([end["pattern_id"], start["stop_id"], end["stop_id"]])
    secs = least.reindex(hops).to_numpy(dtype=float)
    timed = np.flatnonzero(np.isfinite(secs))
    return pd.DataFrame({"hop": timed, "secs": secs[timed]})


_ROUNDED_SECS = 60.0
"""Timetables give whole minutes: a hop may take up to so much longer than they say."""

RULES = (
    Rule(
        "pattern_no_service", "warning", "pattern", "departures",
        _no_service, ("lines", "service"),
    ),
    Rule(
        "service_unknown", "note", "network", "patterns",
        _nothing_of_service, ("lines",),
    ),
    Rule(
        "headway_odd", "warning", "pattern", "s",
        _headway, ("lines", "service"), ("headway_least_secs", "headway_most_secs"),
    ),
    Rule(
        "speed_odd", "warning", "pattern", "km/h",
        _speed, ("lines", "service"), ("speed_least_kmh", "speed_most_kmh"),
    ),
    Rule(
        "hop_fast", "warning", "hop", "km/h",
        _fast, ("lines", "timings"), ("hop_speed_kmh",),
    ),
    Rule(
        "trip_twice", "warning", "pattern", "trips",
        _trip_twice, ("lines", "service"),
    ),
)  # fmt: skip
