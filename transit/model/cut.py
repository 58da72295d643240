"""The part of a network that serves a place: whole lines, all else left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from transit.errors import Problem, UsageError
from transit.model.feed import Feed
from transit.model.network import Network
from transit.schema import FEED_TABLES


def cut(network: Network, around: BaseGeometry, *, within_m: float) -> Network:
    """The lines that call within ``within_m`` straight metres of ``around``, carried whole.

    ``around`` is in the network's CRS. A line keeps all its patterns, calls, stops and service;
    streets, stations, study area and sources stay. Raises ``UsageError`` when no line calls there.
    """
    if np.abs(shapely.bounds(around)).max() <= 360:  # degrees
        what = f"{around.wkt[:60]} is in degrees"
        raise UsageError(Problem("cut", what, f"give it in metres of {network.crs}"))
    near = shapely.dwithin(shapely.points(network.stop_xy), around, within_m)
    calls = network.feed.visits
    here = calls["stop_id"].isin(network.feed.stops["stop_id"][near])
    if not here.any():
        what = f"no line calls within {within_m:g} m of it"
        raise UsageError(Problem("cut", what, "widen the limit, or check the place"))
    return network.with_feed(lines_of(network.feed, set(calls.loc[here, "route_id"])))


def lines_of(feed: Feed, route_ids: set[str]) -> Feed:
    """The lines ``route_ids`` of ``feed``, each whole, and the stops that they call at."""
    kept = {table.name: getattr(feed, table.name) for table in FEED_TABLES}
    for name in ("routes", "patterns"):
        kept[name] = kept[name][kept[name]["route_id"].isin(route_ids)]
    patterns = set(kept["patterns"]["pattern_id"])
    for name, table in kept.items():
        if "pattern_id" in table and name != "patterns":
            kept[name] = table[table["pattern_id"].isin(patterns)]
    for name, key in _REFERRED_TO.items():
        used = [
            kept[table.name][column]
            for table in FEED_TABLES
            for column, target in table.references.items()
            if target == name
        ]
        kept[name] = kept[name][kept[name][key].isin(pd.concat(used))]
    return Feed(**kept)


_REFERRED_TO = {"stops": "stop_id", "timings": "timing_id", "shapes": "shape_id"}
