"""Rules on lines and their service: no way back, entered twice, no service, odd headways."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.analysis.proximity import PLACE_M
from transit.analysis.quality.ground import Ground
from transit.analysis.quality.rule import Found, Rule, Words
from transit.units import clock_of


def _no_way_back(ground: Ground) -> Found:
    """Lines all of whose patterns go one way, none of them a loop."""
    ends = ground.ends
    xy = ground.network.stop_xy
    loop = np.hypot(*(xy[ends["first_row"]] - xy[ends["last_row"]]).T) <= PLACE_M
    by_line = ends.assign(loop=loop).groupby("route_id", sort=False)
    found = by_line.agg(ways=("direction_id", "nunique"), loop=("loop", "any"))
    single = found.index[(found["ways"] == 1) & ~found["loop"]]
    first = ends.drop_duplicates("route_id")
    rows = first.index[first["route_id"].isin(single)].to_numpy()
    return Found(ground.lines(rows, value=1.0), len(found))


def _no_course(ground: Ground) -> Found:
    routes = ground.network.feed.routes
    bare = routes[~routes["route_id"].isin(ground.network.feed.patterns["route_id"])]
    rows = pd.DataFrame(
        {
            "subject_id": bare["route_id"],
            "name": bare["route_long_name"],
            "lines": bare["route_short_name"],
            "indicative": bare["indicative"],
            "value": 0.0,
        }
    )
    return Found(rows, len(routes))


def _pattern_twice(ground: Ground) -> Found:
    ends = ground.ends.assign(course=ground.ends["pattern_id"].map(ground.course_key))
    key = ["route_id", "direction_id", "course"]
    twice = np.flatnonzero(ends.duplicated(key).to_numpy())
    first = ends.groupby(key, sort=False)["pattern_id"].transform("first").to_numpy()
    calls = ends["calls"].to_numpy(dtype=float)
    return Found(ground.patterns(twice, value=calls[twice], detail=first[twice]), len(ends))


def _line_twice(ground: Ground) -> Found:
    return _same_course(ground, same_name=True)


def _course_shared(ground: Ground) -> Found:
    return _same_course(ground, same_name=False)


def _same_course(ground: Ground, *, same_name: bool) -> Found:
    """Lines that call at the very stops of an earlier line, one row a pair of lines."""
    ends = ground.ends.assign(course=ground.ends["pattern_id"].map(ground.course_key))
    ends = ends.drop_duplicates(["route_id", "course"])
    first = ends.groupby("course", sort=False)[["route_id", "route_short_name"]].transform("first")
    other = ends["route_id"] != first["route_id"]
    named = ends["route_short_name"] == first["route_short_name"]
    found = ends[other & (named == same_name)].drop_duplicates("route_id")
    mate = first.loc[found.index]
    detail = (mate["route_short_name"] + " " + mate["route_id"]).to_numpy()
    rows = ground.lines(
        found.index.to_numpy(), value=found["calls"].to_numpy(dtype=float), detail=detail
    )
    return Found(rows, ground.ends["route_id"].nunique())


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
        "line_no_way_back", "warning", "line", "directions",
        Words("line without a way back", "线路缺少返程"),
        Words("All courses of the line go one way and none is a loop: its other direction is "
              "missing in the data, or it really runs one way (a peak express).",
              "该线路只有单一方向且非环线：资料缺少返程，或确为单向线路（如高峰快线）。"),
        Words("Add the other direction, or leave it where the operator runs one way.",
              "补充另一方向；确为单向的不必更正。"),
        _no_way_back, ("lines",),
    ),
    Rule(
        "line_no_course", "note", "line", "patterns",
        Words("line without any course", "线路没有走向"),
        Words("The line is in the table and calls nowhere: its stops were not read, or it does "
              "not run on the day that was chosen.",
              "线路表中有该线路而没有任何停靠：未读入其站点，或所选日期不运营。"),
        Words("Add its calls, or remove the line.", "补充停靠站点，或删去该线路。"),
        _no_course, ("lines",),
    ),
    Rule(
        "pattern_twice", "warning", "pattern", "calls",
        Words("course entered twice", "走向重复"),
        Words("Two patterns of one line and direction call at the same stops in the same order: "
              "its service may be counted twice. The detail names the first.",
              "同一线路同一方向有两条停靠完全相同的走向，班次可能重复计算。附注为首条走向。"),
        Words("Put the service of both on one pattern.", "将两者的班次并入一条走向。"),
        _pattern_twice, ("lines",),
    ),
    Rule(
        "line_twice", "warning", "line", "calls",
        Words("line entered twice", "线路重复"),
        Words("Two lines of one name call at the same stops in the same order.",
              "两条同名线路停靠站点完全相同。"),
        Words("Keep one of them.", "保留其一。"),
        _line_twice, ("lines",),
    ),
    Rule(
        "course_shared", "note", "line", "calls",
        Words("two lines on one course", "两条线路走向相同"),
        Words("Lines of different names call at the same stops in the same order: a night or "
              "branch number, or a line entered under an old and a new name.",
              "不同名的线路停靠站点完全相同：夜班、支线编号，或新旧线路名并存。"),
        Words("Nothing to mend where both run.", "两者均运营时不必更正。"),
        _course_shared, ("lines",),
    ),
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
