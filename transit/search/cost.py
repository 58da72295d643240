"""What lines take to run, worked out so quickly that a thousand candidates can be asked.

The definitions are those of ``analysis.operation``; for lines run by headway the same sums are
done here for one line alone (its periods of service do not change with its course). Lines with a
timetable or without service are handed to ``operation`` itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from transit.analysis.assumptions import Assumptions
from transit.analysis.fleet import Run, busiest, cycle_min, ways_of
from transit.analysis.operation import operation, run_times
from transit.analysis.proximity import PLACE_M
from transit.model.course import Course
from transit.model.network import Network


@dataclass(frozen=True)
class Cost:
    """``vehicles`` at the busiest time, ``km_a_day`` in service, ``minutes`` of the cycle.

    NaN where a line has no known service.
    """

    vehicles: float = 0.0
    km_a_day: float = 0.0
    minutes: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.vehicles + other.vehicles,
            self.km_a_day + other.km_a_day,
            self.minutes + other.minutes,
        )

    def __sub__(self, other: Cost) -> Cost:
        return self + Cost(-other.vehicles, -other.km_a_day, -other.minutes)


def running_cost(
    network: Network, routes: Iterable[str], assumptions: Assumptions | None = None
) -> Cost:
    """What it takes to run ``routes`` (ids), as ``operation`` says; nothing for unknown ids."""
    table = operation(network, assumptions, routes=list(routes))
    sums = (table[name].sum(skipna=False) for name in ("vehicles", "vehicle_km", "cycle_min"))
    vehicles, km, minutes = map(float, sums)
    return Cost(vehicles, km, minutes)


@dataclass(frozen=True, eq=False)
class Costs:
    """The cost of lines in networks that run them in the periods in which ``base`` does."""

    base: Network
    assumptions: Assumptions = field(default_factory=Assumptions)

    def of(self, network: Network, routes: Iterable[str]) -> Cost:
        """What it takes to run ``routes`` (ids) in ``network``; equal to ``running_cost``."""
        total = Cost()
        for route in routes:
            patterns = network.feed.patterns
            own = patterns.loc[patterns["route_id"] == route, "pattern_id"].tolist()
            quick = bool(own) and all(pattern in self._periods for pattern in own)
            total += (
                self._by_headway(network, own)
                if quick
                else running_cost(network, [route], self.assumptions)
            )
        return total

    @cached_property
    def _periods(self) -> dict[str, list[Any]]:
        """Periods of service of every pattern that runs by headway only, from ``run_times``."""
        table = run_times(self.base, self.assumptions)
        return {
            str(pattern): list(rows.itertuples())
            for pattern, rows in table.groupby("pattern_id")
            if (rows["service"] == "headway").all()
        }

    def _by_headway(self, network: Network, patterns: list[str]) -> Cost:
        rows = [[network.stop_row[stop] for stop in network.feed.sequence(key)] for key in patterns]
        places = [network.stop_xy[one] for one in rows]
        courses = network.streets.driving.courses(places)
        runs: list[Run] = []
        km = 0.0
        for pattern, xy, course in zip(patterns, places, courses, strict=True):
            back = bool(np.hypot(*(xy[-1] - xy[0])) <= PLACE_M)
            for period in self._periods[pattern]:
                run = self._run(period, course, back=back)
                runs.append(run)
                km += period.departures * run.length_km
        need = busiest(runs)
        idle = {run.direction for run in runs} - {way.direction for way in need.ways}
        ways = (*need.ways, *ways_of(run for run in runs if run.direction in idle))
        return Cost(need.vehicles, float(km), cycle_min(ways))

    def _run(self, period: Any, course: Course, *, back: bool) -> Run:  # noqa: ANN401
        speed, dwell = period.speed_kmh, period.dwell_secs
        secs = float(course.line_m.sum()) * 3.6 / speed + float(course.street_secs.sum())
        minutes = (secs + dwell * (len(course.length_m) - 1)) / 60
        given = self.assumptions
        share, least = given.number("layover_share"), given.number("layover_least_min")
        return Run(
            period.direction_id, back, period.start_time, period.end_time,
            period.headway_min, minutes, max(share * minutes, least),
            float(course.length_m.sum()) / 1000,
        )  # fmt: skip
