"""Trips, stop times and headways of a network as GTFS tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transit.model.network import Network
from transit.units import FloatArray, clock_of

SERVICE_ID = "day"
SPEED_KMH = 20.0
"""Speed of trips of which nothing is known, as stop times are written (marked approximate)."""
_MARKS = ("indicative", "year", "source")


@dataclass(frozen=True, eq=False)
class Service:
    """The tables of service by file, and the timings that their trips show as they are."""

    tables: Mapping[str, pd.DataFrame]
    shown: frozenset[str]


def service_of(network: Network) -> Service:
    """trips.txt, stop_times.txt and frequencies.txt of ``network``.

    A period of headways is a trip that leaves at its start, repeated. Times that are published
    are written as they are; others follow from the line's speed, in whole seconds, and are marked
    as approximate (``timepoint`` 0).
    """
    feed = network.feed
    spans = feed.frequencies
    wanted = [f"{one}@{clock_of(start)}" for one, start in
              zip(spans["pattern_id"], spans["start_time"], strict=True)]  # fmt: skip
    templates = spans.assign(
        trip_id=_free(wanted, set(feed.trips["trip_id"])), departure_time=spans["start_time"]
    )
    columns = ["trip_id", "pattern_id", "departure_time", "timing_id", *_MARKS]
    runs = pd.concat([feed.trips[columns], templates[columns]], ignore_index=True)
    times, shown = _stop_times(network, runs)
    tables = {"trips.txt": _trips(network, runs), "stop_times.txt": times}
    if len(templates):
        tables["frequencies.txt"] = _frequencies(templates)
    return Service(tables, shown)


def _free(wanted: Iterable[str], taken: set[str]) -> list[str]:
    """Each of ``wanted``, with + behind until nothing else is called so."""
    found = []
    for name in wanted:
        while name in taken:
            name += "+"  # noqa: PLW2901
        taken.add(name)
        found.append(name)
    return found


def _trips(network: Network, runs: pd.DataFrame) -> pd.DataFrame:
    patterns = network.feed.patterns.set_index("pattern_id")
    of = patterns.loc[runs["pattern_id"]].reset_index(drop=True)
    return pd.DataFrame(
        {
            "route_id": of["route_id"],
            "service_id": SERVICE_ID,
            "trip_id": runs["trip_id"],
            "trip_headsign": of["trip_headsign"],
            "direction_id": of["direction_id"],
            "shape_id": of["shape_id"],
            "transit_pattern_id": runs["pattern_id"],
            "transit_timing_id": runs["timing_id"],
        }
    ).assign(**marks(runs))


def marks(table: pd.DataFrame) -> dict[str, pd.Series]:
    """The columns that say of each row whether it is indicative, its year and source."""
    truth = table["indicative"].map({True: "true", False: "false"})
    return {"transit_indicative": truth, "transit_year": table["year"],
            "transit_source": table["source"]}  # fmt: skip


def _frequencies(templates: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "trip_id": templates["trip_id"],
            "start_time": templates["start_time"].map(clock_of),
            "end_time": templates["end_time"].map(clock_of),
            "headway_secs": templates["headway_secs"],
            "exact_times": 0,
            "transit_speed_kmh": templates["speed_kmh"],
            "transit_dwell_secs": templates["dwell_secs"],
        }
    )


def _stop_times(network: Network, runs: pd.DataFrame) -> tuple[pd.DataFrame, frozenset[str]]:
    """The calls of every trip with their times, and the timings written as they are."""
    feed = network.feed
    places = feed.calls.groupby("pattern_id", sort=False).indices
    timings = {str(key): rows for key, rows in feed.timings.groupby("timing_id", sort=False)}
    kept: dict[tuple[str, str], tuple[FloatArray, bool]] = {}
    shown: set[str] = set()
    blocks, rows = [np.empty((0, 3))], [np.empty(0, dtype=np.int64)]
    for pattern, start, timing in zip(
        runs["pattern_id"], runs["departure_time"], runs["timing_id"], strict=True
    ):
        if (pattern, timing) not in kept:
            own = _verbatim(feed.calls.iloc[places[pattern]], timings.get(timing))
            given = own if own is not None else _worked_out(network, pattern, timing)
            kept[pattern, timing] = given, own is not None
        times, is_told = kept[pattern, timing]
        at = times + start
        if is_told and np.nanmin(at) >= 0:
            shown.add(timing)
        blocks.append(np.column_stack([np.maximum(at, 0), np.full(len(at), is_told)]))
        rows.append(places[pattern])
    table, times = feed.calls.iloc[np.concatenate(rows)], np.concatenate(blocks)
    sizes = [len(own) for own in rows[1:]]
    return pd.DataFrame(
        {
            "trip_id": np.repeat(runs["trip_id"].to_numpy(dtype=object), sizes),
            "arrival_time": _clocks(times[:, 0]),
            "departure_time": _clocks(times[:, 1]),
            "stop_id": table["stop_id"].to_numpy(),
            "stop_sequence": table["stop_sequence"].to_numpy(),
            "timepoint": np.where(np.isnan(times[:, 0]), 0, times[:, 2]).astype(int),
        }
    ), frozenset(shown)


def _verbatim(calls: pd.DataFrame, timing: pd.DataFrame | None) -> FloatArray | None:
    """Times of ``timing`` where it is of these very calls, and GTFS can say it; else nothing."""
    if timing is None or len(timing) != len(calls):
        return None
    keys = ["stop_sequence", "stop_id"]
    if not (timing[keys].to_numpy() == calls[keys].to_numpy()).all():
        return None
    times = timing[["arrival_secs", "departure_secs"]].to_numpy(dtype=np.float64)
    both = np.isnan(times[:, 0]) == np.isnan(times[:, 1])
    given = times[~np.isnan(times[:, 0])]
    is_whole = (given == np.round(given)).all() and (np.diff(given.ravel()) >= 0).all()
    ends = not np.isnan(times[[0, -1]]).any() and times[0, 1] == 0
    return times if both.all() and is_whole and ends else None


def _worked_out(network: Network, pattern: str, timing: str) -> FloatArray:
    """Arrivals and departures in whole seconds by published times of other stops, or the speed."""
    run = network.timed_runs.get((pattern, timing))
    if run is not None and not np.isnan(run.arrival).any():
        times = np.column_stack([run.arrival, run.departure])
    else:
        times = _at_speed(network, pattern)
    whole: FloatArray = np.maximum.accumulate(np.round(times).ravel()).reshape(times.shape)
    return whole


def _at_speed(network: Network, pattern: str) -> FloatArray:
    course = network.courses[pattern]
    spans = network.feed.frequencies
    own = spans[spans["pattern_id"] == pattern]
    speed = float(own["speed_kmh"].mean()) if len(own) else SPEED_KMH
    dwell = float(own["dwell_secs"].mean()) if len(own) else 0.0
    hop = course.line_m * 3.6 / speed + course.street_secs
    stood = np.full(len(hop) + 1, dwell)
    stood[[0, -1]] = 0.0
    arrival = np.concatenate([[0.0], np.cumsum(hop + stood[:-1])])
    return np.column_stack([arrival, arrival + stood])


def _clocks(secs: FloatArray) -> list[str]:
    """Clock times, each distinct one written once; empty where there is none."""
    distinct, place = np.unique(secs, return_inverse=True)
    texts = ["" if np.isnan(one) else clock_of(int(one)) for one in distinct]
    return [texts[row] for row in place]
