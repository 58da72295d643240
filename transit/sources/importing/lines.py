"""The feed of a line table: lines, patterns, calls and, where it is told, service."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.model.feed import Feed
from transit.parsing import empty
from transit.schema import FREQUENCIES
from transit.sources.tables import Facts

SPEED_KMH = 20.0
DWELL_SECS = 20.0
BUS = 3
"""GTFS's route_type of a bus."""


def feed_of(lines: pd.DataFrame, stops: pd.DataFrame, calls: pd.DataFrame, facts: Facts) -> Feed:
    """The feed of ``lines`` (one row a pattern, as ``read_visits`` gives them) and their calls.

    ``stops`` and ``calls`` are those of the consolidation. Headways are taken where the table has
    a first and a last departure and a headway; speed and dwell are assumed then, and so marked.
    """
    names = stops.set_index("stop_id")["stop_name"]
    last = calls.drop_duplicates("pattern_id", keep="last").set_index("pattern_id")["stop_id"]
    of = {"indicative": facts.indicative, "year": facts.year, "source": facts.source}
    routes = lines.drop_duplicates("route_id")
    return Feed(
        stops=stops.assign(district="", **of),
        routes=routes[["route_id", "route_short_name"]].assign(
            route_long_name=routes["origin"] + " – " + routes["destination"],
            route_type=BUS,
            route_color="",
            **of,
        ),
        patterns=lines[["pattern_id", "route_id", "direction_id"]].assign(
            trip_headsign=lines["pattern_id"].map(last).map(names), **of
        ),
        calls=calls[["pattern_id", "stop_sequence", "stop_id"]],
        frequencies=_frequencies(lines, facts),
    )


def _frequencies(lines: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    told = lines[["start_secs", "end_secs", "headway_secs"]].notna().all(axis=1)
    known = lines[told]
    if known.empty:
        return empty(FREQUENCIES)
    # A last departure is a departure: the period ends a second after it.
    end = np.where(known["end_secs"] < known["start_secs"], known["end_secs"] + _DAY,
                   known["end_secs"])  # fmt: skip
    said = f"{facts.source}; speed {SPEED_KMH:g} km/h and dwell {DWELL_SECS:g} s assumed"
    return pd.DataFrame(
        {
            "pattern_id": known["pattern_id"],
            "start_time": known["start_secs"].astype("int64"),
            "end_time": end.astype("int64") + 1,
            "headway_secs": known["headway_secs"].astype("int64"),
            "speed_kmh": SPEED_KMH,
            "dwell_secs": DWELL_SECS,
            "indicative": True,
            "year": facts.year,
            "source": said,
        }
    )


_DAY = 24 * 3600
