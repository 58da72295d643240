"""Rules on stops: off the streets, elsewhere, outside the study area, never called at."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from transit.analysis.quality.ground import Ground
from transit.analysis.quality.rule import Found, Rule, Words


def _off_streets(ground: Ground) -> Found:
    network = ground.network
    inside = np.flatnonzero(network.stop_in_area)
    metres = network.streets.distance_to_nearest(network.stop_xy[inside])
    shut = network.stop_anchors.edge[inside] < 0  # too far, or behind a barrier
    off = shut | (metres > ground.number("stop_to_street_m"))
    return Found(ground.stops(inside[off], value=metres[off]), len(inside))


def _elsewhere(ground: Ground) -> Found:
    network = ground.network
    km = shapely.distance(network.study_area, shapely.points(network.stop_xy)) / 1000
    far = np.flatnonzero(km > ground.number("elsewhere_km"))
    return Found(ground.stops(far, value=km[far]), len(km))


def _outside(ground: Ground) -> Found:
    """One row a line: how many of its calls lie where the streets are not meant to be complete."""
    away = ~ground.network.stop_in_area[ground.visit_row]
    owner = ground.network.feed.visits["route_id"]
    calls = pd.Series(away).groupby(owner.to_numpy()).agg(["sum", "size"])
    some = calls[calls["sum"] > 0]
    rows = ground.ends.drop_duplicates("route_id")
    rows = rows[rows["route_id"].isin(some.index)]
    mine = some.loc[rows["route_id"]]
    found = ground.lines(rows.index.to_numpy(), value=mine["sum"].to_numpy(dtype=float),
                         of=mine["size"].to_numpy(dtype=float))  # fmt: skip
    return Found(found, len(calls))


def _uncalled(ground: Ground) -> Found:
    stops = ground.network.feed.stops["stop_id"]
    bare = np.flatnonzero(~stops.isin(ground.network.feed.calls["stop_id"]).to_numpy())
    return Found(ground.stops(bare, value=0.0), len(stops))


RULES = (
    Rule(
        "stop_off_streets", "error", "stop", "m",
        Words("stop far from every street", "站点远离街道"),
        Words("A stop of the study area that no walk reaches: it counts for no walking figure. "
              "The value is the distance to the nearest street that walkers may use.",
              "研究范围内步行无法到达的站点，不计入任何步行指标。数值为至最近可步行街道的距离。"),
        Words("Correct its position or its datum, or draw the street that is missing.",
              "核对坐标与坐标基准，或补绘缺失的街道。"),
        _off_streets, ("stops", "streets"), ("stop_to_street_m",),
    ),
    Rule(
        "stop_elsewhere", "error", "stop", "km",
        Words("stop in another part of the world", "站点远在他处"),
        Words("A position this far from the study area is a slip: 0, a digit too many, longitude "
              "and latitude swapped. The value is the distance to the study area.",
              "离研究范围如此之远，多为坐标为 0、多一位数或经纬度颠倒。数值为至研究范围的距离。"),
        Words("Correct its longitude and latitude.", "更正经度与纬度。"),
        _elsewhere, ("stops",), ("elsewhere_km",),
    ),
    Rule(
        "stop_uncalled", "note", "stop", "lines",
        Words("stop where no line calls", "无线路停靠的站点"),
        Words("It counts in stop counts and in coverage, yet nobody can board there.",
              "计入站点数与覆盖率，却无车可乘。"),
        Words("Add the line that is missing, or remove the stop.", "补充缺失的线路，或删去该站。"),
        _uncalled, ("stops", "lines"),
    ),
    Rule(
        "calls_outside", "note", "line", "calls",
        Words("line that runs out of the study area", "线路驶出研究范围"),
        Words("Streets are complete in the study area only: beyond it, courses are straight and "
              "no stop can be walked to. The value is the number of calls out there.",
              "街道仅在研究范围内完整；范围外线路按直线，站点无法步行到达。数值为范围外的停靠次数。"),
        Words("Nothing to mend; widen the study area where figures of the whole line are asked.",
              "无须更正；如需全线指标，请扩大研究范围。"),
        _outside, ("lines",),
    ),
)  # fmt: skip
