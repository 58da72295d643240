"""How much service a pattern has: departures in a period, from a timetable or from headways."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.errors import Problem, UsageError
from transit.model.feed import Feed
from transit.units import seconds_of

MORNING = ("07:00", "09:00")
WHOLE_DAY = ("00:00", "48:00")
"""The service of one day: what leaves after midnight is written as 24:10."""
_LAST_HOUR = 48


def departures(feed: Feed, period: tuple[str, str]) -> pd.Series:
    """Departures of each pattern that has service in ``period`` (``HH:MM`` to ``HH:MM``).

    A trip counts when it leaves its first stop in the period. A headway counts the period's
    share of its span divided by the headway, so it need not be whole. Indexed by pattern id.
    Raises ``UsageError`` for a period that cannot be.
    """
    start, end = _seconds(period)
    trips = feed.trips[feed.trips["departure_time"].between(start, end, inclusive="left")]
    by_trip = trips.groupby("pattern_id").size().astype(float)
    spans = feed.frequencies
    shared = np.minimum(spans["end_time"], end) - np.maximum(spans["start_time"], start)
    by_headway = (shared.clip(lower=0) / spans["headway_secs"]).groupby(spans["pattern_id"]).sum()
    return by_trip.add(by_headway, fill_value=0.0)


def buses_per_hour(feed: Feed, period: tuple[str, str] = MORNING) -> pd.Series:
    """Buses an hour of each pattern in the mean of ``period``; 0 for patterns without service."""
    start, end = _seconds(period)
    hours = (end - start) / 3600
    every = feed.patterns["pattern_id"].tolist()
    return departures(feed, period).div(hours).reindex(every, fill_value=0.0)


def peak_period(feed: Feed) -> tuple[str, str]:
    """07:00 to 09:00; where nothing leaves then, the two clock hours with the most departures.

    Of equals the earliest. A feed without any service keeps 07:00 to 09:00.
    """
    if departures(feed, MORNING).sum() > 0:
        return MORNING
    hours = [(f"{hour:02d}:00", f"{hour + 2:02d}:00") for hour in range(_LAST_HOUR - 1)]
    return max([MORNING, *hours], key=lambda period: departures(feed, period).sum())


def _seconds(period: tuple[str, str]) -> tuple[int, int]:
    start, end = (seconds_of(clock) for clock in period)
    if start is None or end is None or start >= end:
        mend = "give two clock times as HH:MM, the earlier first"
        raise UsageError(Problem("period", f"{'–'.join(period)} is not a time of day", mend))
    return start, end


def assumed_patterns(feed: Feed) -> frozenset[str]:
    """Patterns whose headway, speed or departures are indicative."""
    tables = (feed.frequencies, feed.trips)
    return frozenset(pattern for table in tables
                     for pattern in table.loc[table["indicative"], "pattern_id"])  # fmt: skip


def paces(feed: Feed) -> pd.DataFrame:
    """Mean seconds a metre of each pattern that has headways, and dwell, by departures.

    Columns ``secs_per_m`` (between stops, along the course) and ``dwell_secs`` (at each inner
    call), indexed by pattern id. The mean is that of the minutes ridden: slow runs weigh more
    than in a mean of speeds.
    """
    spans = feed.frequencies
    runs = (spans["end_time"] - spans["start_time"]) / spans["headway_secs"]
    table = pd.DataFrame(
        {"secs_per_m": 3.6 / spans["speed_kmh"], "dwell_secs": spans["dwell_secs"]}
    )
    weighted = table.mul(runs, axis=0).groupby(spans["pattern_id"]).sum()
    return weighted.div(runs.groupby(spans["pattern_id"]).sum(), axis=0)
