"""Which lines and directions serve a park, and which of them start there."""

from __future__ import annotations

import pandas as pd

from transit.analysis.proximity import DISTANCE_COLUMN, WITHIN
from transit.analysis.service import MORNING, assumed_patterns, buses_per_hour
from transit.model.feed import Feed


def lines_near(feed: Feed, stops: pd.DataFrame) -> pd.DataFrame:
    """One row a pattern of a line that calls at one of ``stops`` (from ``stops_near``).

    Columns: ``park_id``, ``route_id``, ``route_short_name``, ``direction_id``, ``pattern_id``,
    ``trip_headsign``, ``nearest_stop`` (by outline), the least ``to_point_m`` … ``walk_m`` over
    its stops, ``within_point`` … ``within_walk``, ``starts_here`` and ``ends_here`` (its first,
    its last call is at a stop within the limit of the outline), ``buses_per_hour`` (07:00 to
    09:00), ``indicative`` (line or stop), ``distances_indicative`` (outline, gates or streets) and
    ``service_indicative`` (its headway).
    """
    columns = [*DISTANCE_COLUMN.values(), *(f"within_{within}" for within in WITHIN)]
    near = stops[["park_id", "stop_id", *columns, "distances_indicative"]]
    calls = feed.visits.merge(near, on="stop_id").sort_values(["to_outline_m", "stop_sequence"])
    inside = calls["within_outline"]
    calls = calls.assign(
        starts_here=calls["is_first"] & inside, ends_here=calls["is_last"] & inside
    )
    keys = ["park_id", "route_id", "route_short_name", "direction_id", "pattern_id"]
    table = calls.groupby(keys, as_index=False).agg(
        trip_headsign=("trip_headsign", "first"),
        nearest_stop=("stop_name", "first"),
        **{name: (name, "min") for name in DISTANCE_COLUMN.values()},
        **{name: (name, "any") for name in columns[4:]},
        starts_here=("starts_here", "any"),
        ends_here=("ends_here", "any"),
        indicative=("indicative", "any"),
        distances_indicative=("distances_indicative", "any"),
    )
    table["buses_per_hour"] = table["pattern_id"].map(buses_per_hour(feed, MORNING)).astype(float)
    table["service_indicative"] = table["pattern_id"].isin(assumed_patterns(feed))
    return table.sort_values(["route_short_name", "direction_id"], ignore_index=True)


def definitions_compared(
    stops: pd.DataFrame, lines: pd.DataFrame, *, limit_m: float
) -> pd.DataFrame:
    """What lies within ``limit_m`` metres under each meaning of "within", one row a meaning.

    Columns: ``within``, ``limit_m``, ``stops`` (kerbs), ``places`` (kerbs of one name within
    150 m of one another are one place), ``lines``, ``directions``, ``which_stops`` (names),
    ``which_lines``, ``indicative`` (a stop, or what the distances rest on, is).
    """
    rows = []
    for within in WITHIN:
        here = stops[stops[f"within_{within}"]]
        there = lines[lines[f"within_{within}"]]
        names = list(here.drop_duplicates("place")["stop_name"])
        marked = bool(here["indicative"].any())
        if within != "point":
            marked |= bool(stops["distances_indicative"].any())
        short = sorted(set(there["route_short_name"]))
        rows.append(
            {
                "within": within,
                "limit_m": limit_m,
                "stops": len(here),
                "places": len(names),
                "lines": there["route_id"].nunique(),
                "directions": len(there.drop_duplicates(["route_id", "direction_id"])),
                "which_stops": "、".join(names),
                "which_lines": "、".join(short),
                "indicative": marked,
            }
        )
    return pd.DataFrame(rows)
