"""Rules on lines: no way back, no course, entered twice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.analysis.proximity import PLACE_M
from transit.analysis.quality.ground import Ground
from transit.analysis.quality.rule import Found, Rule, Words


def _no_way_back(ground: Ground) -> Found:
    """Lines all of whose patterns go one way, none of them a loop."""
    ends = ground.ends
    first, last = ends["first_row"].to_numpy(), ends["last_row"].to_numpy()
    xy, names = (
        ground.network.stop_xy,
        ground.network.feed.stops["stop_name"].to_numpy(dtype=object),
    )
    loop = (np.hypot(*(xy[first] - xy[last]).T) <= PLACE_M) | (names[first] == names[last])
    by_line = ends.assign(loop=loop).groupby("route_id", sort=False)
    found = by_line.agg(ways=("direction_id", "nunique"), loop=("loop", "any"))
    single = found.index[(found["ways"] == 1) & ~found["loop"]]
    one_each = ends.drop_duplicates("route_id")
    rows = one_each.index[one_each["route_id"].isin(single)].to_numpy()
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
)  # fmt: skip
