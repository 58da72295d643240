"""Rules on lines: no way back, no course, entered twice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.analysis.proximity import PLACE_M
from transit.analysis.quality.ground import Ground
from transit.analysis.quality.rule import Found, Rule


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
        _no_way_back, ("lines",),
    ),
    Rule(
        "line_no_course", "note", "line", "patterns",
        _no_course, ("lines",),
    ),
    Rule(
        "pattern_twice", "warning", "pattern", "calls",
        _pattern_twice, ("lines",),
    ),
    Rule(
        "line_twice", "warning", "line", "calls",
        _line_twice, ("lines",),
    ),
    Rule(
        "course_shared", "note", "line", "calls",
        _course_shared, ("lines",),
    ),
)  # fmt: skip
