"""Rules on hops and courses: too long, too fast, of no length, off the streets, out of the way."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.analysis.quality.ground import Ground
from transit.analysis.quality.rule import Found, Rule
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
        _long, ("lines",), ("hop_most_m", "hop_alike_m"),
    ),
    Rule(
        "hop_zero", "warning", "hop", "m",
        _of_no_length, ("lines",), ("hop_least_m",),
    ),
    Rule(
        "call_out_of_way", "warning", "stop", "m",
        _out_of_the_way, ("lines",), ("spike_m", "spike_ratio"),
    ),
    Rule(
        "hop_off_streets", "warning", "hop", "m",
        _off_streets, ("lines", "streets"),
    ),
    Rule(
        "hop_detour", "warning", "hop", "m",
        _detour, ("lines", "streets"), ("detour_m", "detour_ratio"),
    ),
    Rule(
        "course_weak", "warning", "pattern", "share",
        _weak, ("lines", "streets"), ("course_quality",),
    ),
)  # fmt: skip
