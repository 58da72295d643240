"""Rules on stops: off the streets, elsewhere, outside the study area, never called at."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from transit.analysis.quality.ground import Ground
from transit.analysis.quality.rule import Found, Rule


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
        _off_streets, ("stops", "streets"), ("stop_to_street_m",),
    ),
    Rule(
        "stop_elsewhere", "error", "stop", "km",
        _elsewhere, ("stops",), ("elsewhere_km",),
    ),
    Rule(
        "stop_uncalled", "note", "stop", "lines",
        _uncalled, ("stops", "lines"),
    ),
    Rule(
        "calls_outside", "note", "line", "calls",
        _outside, ("lines",),
    ),
)  # fmt: skip
