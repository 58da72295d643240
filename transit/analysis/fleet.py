"""How many vehicles a line needs: by headway from its cycle, by timetable from its trips."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

_WHOLE = 1e-9
"""A cycle of exactly three headways needs three vehicles, whatever rounding says."""


@dataclass(frozen=True)
class Run:
    """A pattern in one period: seconds after midnight, minutes and kilometres of one run.

    ``back`` is whether a run ends where it began.
    """

    direction: int
    back: bool
    start: float
    end: float
    headway_min: float
    run_min: float
    layover_min: float
    length_km: float


@dataclass(frozen=True)
class Way:
    """One direction of a line at one time of day: the mean of its runs, and its headway."""

    direction: int
    back: bool
    headway_min: float
    run_min: float
    layover_min: float
    length_km: float


@dataclass(frozen=True)
class Need:
    """What a line needs at its busiest: minutes of a cycle and between buses, and vehicles.

    ``start`` and ``end`` bound the busiest time, in seconds after midnight.
    """

    ways: tuple[Way, ...]
    start: float
    end: float

    @property
    def cycle_min(self) -> float:
        """One run of each direction with its layover; see ``cycle_min``."""
        return cycle_min(self.ways)

    @property
    def headway_min(self) -> float:
        """The headway of the direction that runs more often."""
        return min(way.headway_min for way in self.ways)

    @property
    def vehicles(self) -> int:
        """The cycle divided by the headway, rounded up."""
        return math.ceil(self.cycle_min / self.headway_min - _WHOLE)


def cycle_min(ways: Sequence[Way]) -> float:
    """Minutes until a vehicle is back at its start: both directions, and layover at both ends.

    A loop is back after one direction. Where a line runs in one direction only, and is no loop,
    the way back is driven empty and takes as long as the way out.
    """
    once = sum(way.run_min + way.layover_min for way in ways)
    return 2 * once if len(ways) == 1 and not ways[0].back else once


def busiest(runs: Sequence[Run]) -> Need:
    """The time of day at which ``runs`` need most vehicles; of equal ones the first.

    Service by headway is steady between the times at which any period begins or ends; the
    vehicles of a period shorter than the cycle are those that its headway would need for long.
    """
    clocks = sorted({clock for run in runs for clock in (run.start, run.end)})
    needs = []
    for start, end in pairwise(clocks):
        here = [run for run in runs if run.start <= start and run.end >= end]
        if here:
            needs.append(Need(ways_of(here), start, end))
    return max(needs, key=lambda need: need.vehicles)


def ways_of(runs: Iterable[Run]) -> tuple[Way, ...]:
    """The directions of ``runs`` that run at one time: each the mean of its departures.

    Runs without a headway count alike.
    """
    by_direction: dict[int, list[Run]] = {}
    for run in runs:
        by_direction.setdefault(run.direction, []).append(run)
    return tuple(_way(direction, own) for direction, own in sorted(by_direction.items()))


def _way(direction: int, runs: list[Run]) -> Way:
    rate = np.array([1 / run.headway_min for run in runs])
    known = bool(np.isfinite(rate).all())
    weight = rate if known else np.ones(len(runs))
    run, layover, km = (
        float(np.average([getattr(one, name) for one in runs], weights=weight))
        for name in ("run_min", "layover_min", "length_km")
    )
    longest = max(runs, key=lambda one: one.length_km)
    headway = 1 / float(rate.sum()) if known else math.nan
    return Way(direction, longest.back, headway, run, layover, km)


@dataclass(frozen=True)
class Trip:
    """One trip of a timetable: where and when it leaves, and where and when it is free again."""

    leaves: str
    at: float
    arrives: str
    free: float


def vehicles_of_trips(trips: Sequence[Trip]) -> int:
    """The least number of vehicles that can run ``trips`` without driving empty between ends.

    At each end the greatest number of departures that are not yet covered by vehicles free
    there, summed over the ends (the deficit function of Gertsbakh & Gurevich, "Constructing an
    optimal fleet for a transportation schedule", 1977).
    """
    ends = sorted({trip.leaves for trip in trips})
    return sum(_deficit(trips, end) for end in ends)


def _deficit(trips: Sequence[Trip], end: str) -> int:
    # Of equal times the arrivals come first: a vehicle that is free may leave at once.
    events = [(trip.at, 1) for trip in trips if trip.leaves == end]
    events += [(trip.free, -1) for trip in trips if trip.arrives == end]
    steps = np.array([step for _, step in sorted(events)])
    return max(0, int(np.cumsum(steps).max(initial=0)))
