"""Trips of a feed by their calls: in order, timed, and with every fault of the times found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transit.errors import Problem
from transit.sources.gtfs.fields import missing, seconds, unknown, whole
from transit.sources.gtfs.texts import FeedTexts, listed
from transit.units import FloatArray, IntArray

FILE = "stop_times.txt"


@dataclass(frozen=True, eq=False)
class Calls:
    """The calls of all trips, trip by trip in order of ``stop_sequence``.

    Arrays of shape (calls,): ``stop`` (row of ``stop_ids``), ``sequence``, ``arrival`` and
    ``departure`` (s after midnight, NaN between timed calls) and ``row`` of the file. The calls of
    the trip at row ``n`` of trips.txt are ``bounds[n]`` to ``bounds[n + 1]``. ``on_demand`` calls
    name no stop and are left out.
    """

    stop_ids: np.ndarray
    stop: IntArray
    sequence: IntArray
    arrival: FloatArray
    departure: FloatArray
    row: IntArray
    bounds: IntArray
    on_demand: int

    def of(self, trip: int) -> slice:
        """Where the calls of the trip at a row of trips.txt are."""
        return slice(int(self.bounds[trip]), int(self.bounds[trip + 1]))

    @property
    def counts(self) -> IntArray:
        """How many calls each trip has."""
        return np.diff(self.bounds)


def calls_of(feed: FeedTexts) -> tuple[Calls | None, list[Problem]]:
    """The calls of ``feed``, or what keeps them from being put in order."""
    table = feed.tables[FILE]
    sequence, problems = whole(feed, FILE, "stop_sequence")
    problems += missing(feed, FILE, "stop_sequence") + missing(feed, FILE, "trip_id")
    arrival, faults = seconds(feed, FILE, "arrival_time")
    departure, more = seconds(feed, FILE, "departure_time")
    trips = feed.tables["trips.txt"]["trip_id"]
    problems += faults + more + unknown(feed, FILE, "trip_id", "trips.txt", trips)
    problems += unknown(feed, FILE, "stop_id", "stops.txt", feed.tables["stops.txt"]["stop_id"])
    if problems or trips.duplicated().any():  # that is a problem of trips.txt
        return None, problems
    trip = pd.Index(trips).get_indexer(table["trip_id"])
    placed = (table["stop_id"] != "").to_numpy(dtype=bool)
    order = np.lexsort((sequence, trip))
    order = order[placed[order]]
    trip, sequence = trip[order], sequence[order].astype(np.int64)
    stop, stop_ids = pd.factorize(table["stop_id"].to_numpy(dtype=object)[order])
    arrival, departure = arrival[order], departure[order]
    calls = Calls(
        np.asarray(stop_ids, dtype=object), stop.astype(np.int64), sequence,
        np.where(np.isnan(arrival), departure, arrival),
        np.where(np.isnan(departure), arrival, departure),
        table.index.to_numpy(dtype=np.int64)[order],
        np.searchsorted(trip, np.arange(len(trips) + 1)), int((~placed).sum()),
    )  # fmt: skip
    return calls, listed(list(_repeated(feed, calls, trip)))


def _repeated(feed: FeedTexts, calls: Calls, trip: IntArray) -> Iterator[Problem]:
    names = feed.tables["trips.txt"]["trip_id"].to_numpy()
    for at in np.flatnonzero((np.diff(trip) == 0) & (np.diff(calls.sequence) == 0)) + 1:
        what = f"trip {names[trip[at]]!r} has stop_sequence {calls.sequence[at]} a second time"
        yield Problem(feed.where(FILE, calls.row[at]), what, "number the calls in their order")


def time_problems(feed: FeedTexts, calls: Calls, running: IntArray) -> list[Problem]:
    """Ends without a time, and times that go back, of the trips at the rows ``running``."""
    names = feed.tables["trips.txt"]["trip_id"].to_numpy()
    trip = np.repeat(np.arange(len(calls.bounds) - 1), calls.counts)
    return listed(list(_untimed_ends(feed, calls, running, names))) + listed(
        list(_backward(feed, calls, trip, np.isin(trip, running), names))
    )


def _untimed_ends(
    feed: FeedTexts, calls: Calls, running: IntArray, names: np.ndarray
) -> Iterator[Problem]:
    for place, word, times in (
        (calls.bounds[running], "first", calls.departure),
        (calls.bounds[running + 1] - 1, "last", calls.arrival),
    ):
        for at, trip in zip(
            place[np.isnan(times[place])], running[np.isnan(times[place])], strict=True
        ):
            what = f"trip {names[trip]!r} has no time at its {word} stop"
            yield Problem(feed.where(FILE, calls.row[at]), what, "give its arrival and departure")


def _backward(
    feed: FeedTexts, calls: Calls, trip: IntArray, ours: np.ndarray, names: np.ndarray
) -> Iterator[Problem]:
    timed = np.flatnonzero(~np.isnan(calls.arrival) & ours)
    waits = timed[calls.departure[timed] < calls.arrival[timed]]
    before, after = timed[:-1], timed[1:]
    back = (trip[before] == trip[after]) & (calls.arrival[after] < calls.departure[before])
    for at in waits:
        what = f"trip {names[trip[at]]!r} departs before it arrives"
        yield Problem(feed.where(FILE, calls.row[at]), what, "swap or correct the two times")
    for at in after[back]:
        what = f"trip {names[trip[at]]!r} arrives before it left the stop before"
        mend = "correct the time; after midnight hours go on from 24"
        yield Problem(feed.where(FILE, calls.row[at]), what, mend)
