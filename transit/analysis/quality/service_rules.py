"""Rules on service: none, odd headways and speeds, times that no bus can keep."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.analysis.quality.ground import Ground
from transit.analysis.quality.rule import Found, Rule, Words
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
        Words("course without service", "走向无班次"),
        Words("Other lines have headways or trips and this course has none: it counts among lines "
              "and serves nobody.", "其他线路有发车间隔或班次，该走向没有：计入线路数却无服务。"),
        Words("Enter its headway or trips, or remove it.", "补充发车间隔或班次，或删去该走向。"),
        _no_service, ("lines", "service"),
    ),
    Rule(
        "service_unknown", "note", "network", "patterns",
        Words("no service known at all", "无任何班次资料"),
        Words("Neither a headway nor a trip is known, so nothing is said of buses an hour.",
              "没有发车间隔或班次资料，不计算每小时班次。"),
        Words("Read a timetable (GTFS) or enter headways.", "读入时刻表（GTFS）或录入发车间隔。"),
        _nothing_of_service, ("lines",),
    ),
    Rule(
        "headway_odd", "warning", "pattern", "s",
        Words("implausible headway", "发车间隔异常"),
        Words("Buses nearly without a gap, or hours apart: minutes entered as seconds, or seconds "
              "as minutes.", "间隔过短或长达数小时：可能分、秒混淆。"),
        Words("Compare with the operator's timetable.", "与运营单位时刻表核对。"),
        _headway, ("lines", "service"), ("headway_least_secs", "headway_most_secs"),
    ),
    Rule(
        "speed_odd", "warning", "pattern", "km/h",
        Words("implausible speed", "运行速度异常"),
        Words("Slower than a walk at a hurry, or faster than a bus between stops.",
              "慢于快步行走，或快于公交站间行驶的可能速度。"),
        Words("Compare with the operator's run times.", "与运营单位行程时间核对。"),
        _speed, ("lines", "service"), ("speed_least_kmh", "speed_most_kmh"),
    ),
    Rule(
        "hop_fast", "warning", "hop", "km/h",
        Words("hop too fast", "站间车速过快"),
        Words("By the timetable the bus covers the straight distance faster than it can, even "
              "were the times a minute out: a stop is misplaced or a time is wrong.",
              "按时刻表，即使误差一分钟，公交车也无法以此速度走完直线距离：站点坐标或时刻有误。"),
        Words("Correct the stop's position or the times.", "更正站点坐标或时刻。"),
        _fast, ("lines", "timings"), ("hop_speed_kmh",),
    ),
    Rule(
        "trip_twice", "warning", "pattern", "trips",
        Words("trips at the very same second", "同一时刻重复发车"),
        Words("Trips of one course that leave at the same second count as so many buses; often "
              "two service days were read as one.",
              "同一走向同一秒发出的班次被重复计数；多为将两种服务日合并读入。"),
        Words("Choose one service day.", "只选一个服务日。"),
        _trip_twice, ("lines", "service"),
    ),
)  # fmt: skip
