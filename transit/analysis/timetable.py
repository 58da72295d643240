"""Run times as published, pattern by pattern: the mean of the runs that have them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.model.network import Network


def timed_services(network: Network) -> pd.DataFrame:
    """One row a trip or period of headways that has published run times.

    Columns: ``pattern_id``, ``start_time`` (s after midnight), ``service`` (``headway`` or
    ``timetable``), ``timing_id``, ``departures``, ``timed_secs`` (run, first departure to last
    arrival), ``moving_secs`` (without dwell) and ``stood_secs`` (mean dwell at an inner call).
    Runs whose timing tells nothing of the pattern as it is now are left out.
    """
    return network.table("timed services", lambda: _timed_services(network))


def _timed_services(network: Network) -> pd.DataFrame:
    feed, runs = network.feed, network.timed_runs
    spans = feed.frequencies
    every = pd.concat(
        [
            spans[["pattern_id", "start_time", "timing_id"]].assign(
                service="headway",
                departures=(spans["end_time"] - spans["start_time"]) / spans["headway_secs"],
            ),
            feed.trips[["pattern_id", "departure_time", "timing_id"]]
            .rename(columns={"departure_time": "start_time"})
            .assign(service="timetable", departures=1.0),
        ],
        ignore_index=True,
    )
    pairs = list(zip(every["pattern_id"], every["timing_id"], strict=True))
    found = [runs.get(pair) for pair in pairs]
    facts = {
        "timed_secs": [np.nan if run is None else run.secs for run in found],
        "moving_secs": [np.nan if run is None else run.moving_secs for run in found],
        "stood_secs": [np.nan if run is None else run.dwell_secs for run in found],
    }
    table = every.assign(**{name: np.array(each, dtype=float) for name, each in facts.items()})
    return table[table["timed_secs"].notna()].reset_index(drop=True)


def published_runs(network: Network, table: pd.DataFrame) -> pd.DataFrame:
    """Published run times of the rows of ``run_times``, whose ``table`` has service and times.

    Columns ``timed_secs``, ``moving_secs`` and ``stood_secs`` (see ``timed_services``; means by
    departures) and ``share``, that of the departures that have any.
    """
    timed = timed_services(network)
    key = ["pattern_id", "service", "start_time"]
    # All trips of a pattern are one row of the table, that begins with the first of them.
    first = table[table["service"] == "timetable"].set_index("pattern_id")["start_time"]
    is_trip = timed["service"] == "timetable"
    timed = timed.assign(
        start_time=timed["start_time"].mask(is_trip, timed["pattern_id"].map(first))
    )
    values = ["timed_secs", "moving_secs", "stood_secs"]
    sums = timed[values].mul(timed["departures"], axis=0).assign(told=timed["departures"])
    sums = sums.groupby([timed[name] for name in key]).sum()
    means = sums[values].div(sums["told"], axis=0).assign(told=sums["told"])
    found = table[key].merge(means, left_on=key, right_index=True, how="left")
    return found.assign(share=(found["told"] / table["departures"]).fillna(0.0).round(9))


def timed_shares(network: Network) -> pd.Series:
    """The share of departures that have published run times, of each pattern that has any."""
    feed = network.feed
    timed = timed_services(network).groupby("pattern_id")["departures"].sum()
    if timed.empty:
        return timed
    spans = feed.frequencies
    by_headway = ((spans["end_time"] - spans["start_time"]) / spans["headway_secs"]).groupby(
        spans["pattern_id"]
    )
    by_trip = feed.trips.groupby("pattern_id").size().astype(float)
    every = by_headway.sum().add(by_trip, fill_value=0.0)
    return timed / every.reindex(timed.index)


def mean_times(network: Network) -> pd.DataFrame:
    """Seconds from the first departure to each call, row by row of ``feed.visits``.

    Columns ``arrival_secs`` and ``departure_secs``: means by departures over the runs with
    published times; NaN for patterns without any.
    """
    services = timed_services(network)
    weights = services.groupby(["pattern_id", "timing_id"])["departures"].sum()
    found: dict[str, list[np.ndarray]] = {}
    total: dict[str, float] = {}
    for (pattern, timing), weight in weights.items():
        run = network.timed_runs[pattern, timing]
        both = weight * np.column_stack([run.arrival, run.departure])
        found.setdefault(pattern, []).append(both)
        total[pattern] = total.get(pattern, 0.0) + weight
    visits = network.feed.visits
    times = np.full((len(visits), 2), np.nan)
    for pattern, rows in visits.groupby("pattern_id", sort=False).indices.items():
        if pattern in found:
            times[rows] = np.sum(found[pattern], axis=0) / total[pattern]
    return pd.DataFrame(times, columns=["arrival_secs", "departure_secs"], index=visits.index)
