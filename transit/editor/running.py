"""What it takes to run the lines before and after an edit, worked out for those it touches only.

A city has hundreds of lines and a gesture touches one or two: all others keep their figures.
"""

from __future__ import annotations

import pandas as pd

from transit.analysis.assumptions import Assumptions
from transit.analysis.operation import operation
from transit.analysis.operation_changes import operation_changes
from transit.model.cut import lines_of
from transit.model.feed import Feed
from transit.model.network import Network

SUMMED = ("vehicles", "vehicle_km", "vehicle_hours")
"""What can be summed over lines."""
_BY_PATTERN = ("calls", "frequencies", "trips")
_SHARED = ("timings", "shapes")


def running_changes(
    before: Network, after: Network, route: str = "", assumptions: Assumptions | None = None
) -> pd.DataFrame:
    """The rows of ``operation_changes`` of the lines that differ, and of the line ``route``."""
    touched = touched_lines(before, after)
    if touched is None:
        return operation_changes(before, after, assumptions)
    old, new = (_only(side, touched | {route}) for side in (before, after))
    return operation_changes(old, new, assumptions)


def running_of_others(
    before: Network, after: Network, route: str = "", assumptions: Assumptions | None = None
) -> pd.DataFrame:
    """Sums over all other lines, which are the same before and after: one row a measure.

    Columns: ``measure`` (of ``SUMMED``), ``value`` (lines whose figure is not known left out;
    missing where none is known) and ``indicative``. Worked out once a base network.
    """
    touched = touched_lines(before, after)
    table = operation(before, assumptions)
    own = set(table["route_id"]) if touched is None else touched | {route}
    kept = table[~table["route_id"].isin(own)]
    marked = kept["indicative"].astype(bool) | kept["service_indicative"].astype(bool)
    return pd.DataFrame(
        {
            "measure": SUMMED,
            "value": [float(kept[name].sum(min_count=1)) for name in SUMMED],
            "indicative": [bool(marked[kept[name].notna()].any()) for name in SUMMED],
        }
    )


def touched_lines(before: Network, after: Network) -> set[str] | None:
    """The ids of lines of either side whose running may differ; None where that may be any line."""
    old, new = before.feed, after.feed
    if before.streets is not after.streets or not new.shares(old, _SHARED):
        return None
    patterns: set[str] = set()
    for name in _BY_PATTERN:
        patterns |= _differing(old, new, name, "pattern_id")
    moved = _differing(old, new, "stops", "stop_id")
    for feed in (old, new):
        patterns |= set(feed.calls.loc[feed.calls["stop_id"].isin(moved), "pattern_id"])
    routes = _differing(old, new, "routes", "route_id")
    routes |= _differing(old, new, "patterns", "route_id")
    for feed in (old, new):
        own = feed.patterns["pattern_id"].isin(patterns)
        routes |= set(feed.patterns.loc[own, "route_id"])
    return routes


def _differing(old: Feed, new: Feed, name: str, key: str) -> set[str]:
    """The values of ``key`` whose rows of the table ``name`` are not the same in both feeds."""
    was, now = getattr(old, name), getattr(new, name)
    if was is now:
        return set()
    both = pd.concat([was, now], ignore_index=True)
    alone = both[~both.duplicated(keep=False)]
    return set(alone[key])


def _only(network: Network, routes: set[str]) -> Network:
    return network.with_feed(lines_of(network.feed, routes))
