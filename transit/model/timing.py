"""Run times as published, brought to a pattern's stops as they are now.

A timing is a fact about a run: which stops it called at and when. What it says of two calls that
still follow one another holds; between calls that did not, the run takes the timing's own mean
seconds a metre. So an edit of a line never leaves its run times behind, and changes no others.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np
import pandas as pd

from transit.units import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Timing:
    """The calls of one published run: stop ids, arrivals and departures (s, NaN where untimed)."""

    stops: tuple[str, ...]
    arrival: FloatArray
    departure: FloatArray


@dataclass(frozen=True, eq=False)
class TimedRun:
    """A run of a pattern: seconds from its first departure to each call, shape (calls,).

    NaN throughout where the timing tells nothing of the pattern's hops.
    """

    arrival: FloatArray
    departure: FloatArray

    @property
    def secs(self) -> float:
        """From the first departure to the last arrival."""
        return float(self.arrival[-1])

    @property
    def dwell_secs(self) -> float:
        """Mean dwell at the calls between the first and the last."""
        inner = slice(1, -1)
        stood = self.departure[inner] - self.arrival[inner]
        return float(stood.mean()) if len(stood) else 0.0

    @property
    def moving_secs(self) -> float:
        """Without the dwell."""
        return self.secs - float((self.departure - self.arrival)[1:-1].sum())


def timings_of(table: pd.DataFrame) -> dict[str, Timing]:
    """The timings in the feed's table, by id."""
    found = {}
    for key, rows in table.groupby("timing_id", sort=False):
        arrival, departure = (
            rows[name].to_numpy(dtype=np.float64) for name in ("arrival_secs", "departure_secs")
        )
        found[str(key)] = Timing(
            tuple(rows["stop_id"]),
            np.where(np.isnan(arrival), departure, arrival),
            np.where(np.isnan(departure), arrival, departure),
        )
    return found


def timed_run(timing: Timing, stops: tuple[str, ...], hop_m: FloatArray) -> TimedRun:
    """The run along ``stops`` whose hops are ``hop_m`` metres, shape (stops - 1,)."""
    at = _aligned(timing.stops, stops)
    hop = np.full(len(hop_m), np.nan)
    dwell = np.full(len(stops), np.nan)
    timed = [row for row, place in enumerate(at) if place >= 0 and _is_timed(timing, place)]
    for start, end in pairwise(timed):
        # Both are calls of one unbroken part of the timing: what lies between is what it timed.
        if at[end] - at[start] == end - start and (at[start:end] >= 0).all():
            secs = timing.arrival[at[end]] - timing.departure[at[start]]
            hop[start:end] = secs * _shares(hop_m[start:end])
    for row in timed:
        if 0 < at[row] < len(timing.stops) - 1:  # at its ends a bus does not stand for riders
            dwell[row] = timing.departure[at[row]] - timing.arrival[at[row]]
    return _filled(hop, dwell, hop_m)


def _is_timed(timing: Timing, place: int) -> bool:
    return not np.isnan(timing.arrival[place])


def _aligned(before: tuple[str, ...], now: tuple[str, ...]) -> IntArray:
    """The place in ``before`` of each stop of ``now``, −1 where it is new."""
    at = np.full(len(now), -1, dtype=np.int64)
    if before == now:
        return np.arange(len(now))
    for block in SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks():
        at[block.b : block.b + block.size] = np.arange(block.a, block.a + block.size)
    return at


def _shares(metres: FloatArray) -> FloatArray:
    """The share of each of some hops in their metres; alike where they have none."""
    total = float(metres.sum())
    return metres / total if total > 0 else np.full(len(metres), 1 / len(metres))


def _filled(hop: FloatArray, dwell: FloatArray, hop_m: FloatArray) -> TimedRun:
    """The run with unknown hops at the mean pace of the known, and unknown dwells at theirs."""
    known = ~np.isnan(hop)
    metres = float(hop_m[known].sum())
    if not known.all():
        pace = float(hop[known].sum()) / metres if metres > 0 else np.nan
        hop = np.where(known, hop, hop_m * pace)
    inner = dwell[1:-1]
    usual = float(np.nanmean(inner)) if (~np.isnan(inner)).any() and not known.all() else 0.0
    stood = np.where(np.isnan(dwell), usual, dwell)
    stood[[0, -1]] = 0.0
    arrival = np.concatenate([[0.0], np.cumsum(hop + stood[:-1])])
    return TimedRun(arrival, arrival + stood)
