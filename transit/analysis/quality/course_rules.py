"""Rules on hops and courses: too long, too fast, of no length, off the streets, out of the way."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.analysis.quality.ground import Ground
from transit.analysis.quality.rule import Found, Rule, Words
from transit.units import FloatArray, IntArray


def _of_no_length(ground: Ground) -> Found:
    metres = ground.hops["straight_m"].to_numpy()
    none = np.flatnonzero(metres < ground.number("hop_least_m"))
    return Found(ground.hop_rows(none, value=metres[none]), len(metres))


def _long(ground: Ground) -> Found:
    """Long hops that no other course makes: an express line's are made by its way back, too."""
    hops = ground.hops
    metres = hops["straight_m"].to_numpy()
    far = np.flatnonzero(metres > ground.number("hop_most_m"))
    start, end = (ground.network.stop_xy[hops[name].to_numpy()[far]] for name in _ENDS)
    pattern = ground.network.feed.visits["pattern_id"].iloc[hops["visit"].to_numpy()[far]]
    course = np.asarray(pd.factorize(pattern.map(ground.course_key))[0])
    alone = far[~_confirmed(start, end, course, ground.number("hop_alike_m"))]
    return Found(ground.hop_rows(alone, value=metres[alone]), len(metres))


def _confirmed(start: FloatArray, end: FloatArray, course: IntArray, within_m: float) -> np.ndarray:
    """Whether each hop has another course's hop beside it, either way round."""
    from scipy.spatial import KDTree

    found = np.zeros(len(course), dtype=bool)
    if not len(course):
        return found
    there = KDTree(np.hstack([start, end]))
    for asked in (np.hstack([start, end]), np.hstack([end, start])):
        for row, near in enumerate(there.query_ball_point(asked, within_m)):
            found[row] |= bool((course[near] != course[row]).any())
    return found


def _out_of_the_way(ground: Ground) -> Found:
    """Calls to which a line goes far out of its way and comes back: a wrong position does so.

    A spur, on which it calls at one name before and after, is meant so.
    """
    visits = ground.network.feed.visits
    inner = ~(visits["is_first"] | visits["is_last"]).to_numpy(dtype=bool)
    here = np.flatnonzero(inner)
    xy = ground.network.stop_xy[ground.visit_row]
    over = np.hypot(*(xy[here] - xy[here - 1]).T) + np.hypot(*(xy[here + 1] - xy[here]).T)
    past = np.hypot(*(xy[here + 1] - xy[here - 1]).T)
    names = visits["stop_name"].to_numpy(dtype=object)
    off = over > ground.number("spike_m") + ground.number("spike_ratio") * past
    off &= names[here - 1] != names[here + 1]
    calls = visits.iloc[here[off]]
    rows = ground.stops(
        ground.visit_row[here[off]],
        value=(over - past)[off],
        lines=calls["route_short_name"].to_numpy(),
        detail=calls["pattern_id"].to_numpy(),
    )
    return Found(rows, len(here))


def _off_streets(ground: Ground) -> Found:
    hops = ground.hops
    grounded = hops["grounded"].to_numpy(dtype=bool)
    loose = np.flatnonzero(grounded & ~hops["matched"].to_numpy(dtype=bool))
    rows = ground.hop_rows(loose, value=hops["straight_m"].to_numpy()[loose])
    return Found(rows, int(grounded.sum()))


def _detour(ground: Ground) -> Found:
    driven, straight = (ground.hops[name].to_numpy() for name in ("length_m", "straight_m"))
    extra = driven - straight
    far = (extra > ground.number("detour_m")) & (driven > ground.number("detour_ratio") * straight)
    return Found(ground.hop_rows(np.flatnonzero(far), value=extra[far]), len(driven))


def _weak(ground: Ground) -> Found:
    """Courses whose hops between stops on streets are matched badly, in the mean by metres."""
    hops = ground.hops[ground.hops["grounded"]]
    pattern = ground.network.feed.visits["pattern_id"].iloc[hops["visit"]].to_numpy()
    good = (hops["quality"] * hops["length_m"]).groupby(pattern).sum()
    metres = hops["length_m"].groupby(pattern).sum()
    mean = (good / metres[metres > 0]).dropna()
    weak = mean[mean < ground.number("course_quality")]
    rows = np.flatnonzero(ground.ends["pattern_id"].isin(weak.index))
    value = ground.ends["pattern_id"].iloc[rows].map(weak).to_numpy()
    return Found(ground.patterns(rows, value=value), len(mean))


_ENDS = ("from_row", "to_row")

RULES = (
    Rule(
        "hop_long", "warning", "hop", "m",
        Words("hop too long", "站间距过长"),
        Words("Two calls in a row lie far apart, and no other line or direction makes a hop like "
              "it: a stop of the line may be missing or misplaced. Airport and express lines do "
              "it rightly. The value is the straight distance.",
              "相邻两站相距很远，且没有别的线路或方向与之相同：可能漏站或坐标有误；机场线、快线属正常。"
              "数值为直线距离。"),
        Words("Compare with the operator's list of stops.", "与运营单位公布的站点表核对。"),
        _long, ("lines",), ("hop_most_m", "hop_alike_m"),
    ),
    Rule(
        "hop_zero", "warning", "hop", "m",
        Words("hop of no length", "站间距为零"),
        Words("A line calls twice in a row at one place: a call was entered twice, or two stops "
              "share a position.", "线路在同一处连续停靠两次：重复录入，或两站坐标相同。"),
        Words("Remove the second call, or correct one position.",
              "删去重复停靠，或更正其一的坐标。"),
        _of_no_length, ("lines",), ("hop_least_m",),
    ),
    Rule(
        "call_out_of_way", "warning", "stop", "m",
        Words("call far out of the line's way", "停靠点偏离线路"),
        Words("The line goes to this stop and comes back to where it was: most often the position "
              "is another's. A spur, with one name before and after it, is not meant. The value "
              "is how much farther that is than past it, straight.",
              "线路绕到该站又折回：多为坐标有误（前后为同名站的支叉除外）。数值为经由该站比直接驶过多出的直线距离。"),
        Words("Compare the position with the stops before and after, and with other lines there.",
              "与前后各站以及停靠该站的其他线路核对坐标。"),
        _out_of_the_way, ("lines",), ("spike_m", "spike_ratio"),
    ),
    Rule(
        "hop_off_streets", "warning", "hop", "m",
        Words("hop without a street", "线路缺口（无街道可行）"),
        Words("Both stops stand on streets of the study area, yet no drive was found between "
              "them, so the course is straight or as published there: a street is missing, "
              "closed to buses or one-way, or a stop is misplaced. The value is the straight "
              "distance.",
              "研究范围内两站均临街道，其间却找不到行车路径，该段按直线或公布的走向：街道缺失、禁行或单行，"
              "或站点坐标有误。数值为直线距离。"),
        Words("Draw or open the street, or correct the stop.", "补绘或放行街道，或更正站点坐标。"),
        _off_streets, ("lines", "streets"),
    ),
    Rule(
        "hop_detour", "warning", "hop", "m",
        Words("hop with a big detour", "站间绕行过大"),
        Words("The drive found is far longer than the straight hop: a link, a turn or the other "
              "carriageway is missing, or a stop stands on the wrong side. The value is the "
              "metres beyond the straight ones.",
              "找到的行车路径远长于直线：缺少路段、转向或对向车道，或站点位于错误一侧。数值为多出直线的米数。"),
        Words("Look at the map between the two stops; draw what is missing.",
              "在地图上查看两站之间，补绘缺失之处。"),
        _detour, ("lines", "streets"), ("detour_m", "detour_ratio"),
    ),
    Rule(
        "course_weak", "warning", "pattern", "share",
        Words("course badly matched to the streets", "线路与街道匹配差"),
        Words("Between stops on streets of the study area the course is straight, indirect or "
              "far from its stops. Lengths, run times and loads on streets that rest on it are "
              "weak.",
              "研究范围内该线路多为直线、迂回或远离站点，以此计算的长度、行程时间与路段负荷不可靠。"),
        Words("Check datum and streets along the line.", "核对坐标基准与沿线街道。"),
        _weak, ("lines", "streets"), ("course_quality",),
    ),
)  # fmt: skip
