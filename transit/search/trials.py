"""Trying candidates one by one: what each costs and what the measure is with it, exactly."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import pandas as pd

from transit.analysis.assumptions import Assumptions
from transit.analysis.brief import Brief
from transit.analysis.measures import MEASURES, PARK_VALUES, park_measure
from transit.analysis.operation import run_times
from transit.errors import Problem, UsageError
from transit.model.network import Network
from transit.model.park import Park
from transit.scenario.scenario import Scenario
from transit.scenario.stops import NewStop
from transit.search.candidates import Candidate
from transit.search.catalogue import Budget
from transit.search.cost import Cost, Costs, running_cost

MeasureOf = str | Callable[[Network], float]
Better = Literal["more", "less"]
Status = Literal["ranked", "over budget", "cost unknown", "measure unknown", "cannot be made"]
Courses = tuple[tuple[str, tuple[str, ...]], ...]
DIGITS = 9
"""Gains that agree to this many digits are equal: sums taken in another order differ beyond."""


_NO_COST = Cost(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Trial:
    """What came of one candidate; ``gain`` is positive where it is better, NaN if not had.

    ``cost`` is what it takes more than today, ``courses`` the patterns that changed and their
    stops now, ``name`` that of its scenario.
    """

    candidate: Candidate
    status: Status
    why: str = ""
    value: float = math.nan
    gain: float = math.nan
    cost: Cost = _NO_COST
    courses: Courses = ()
    name: str = ""

    @property
    def order(self) -> tuple[float, float, float, float]:
        """Best first: most gain, then fewest vehicles, kilometres and minutes more."""
        cost = (self.cost.vehicles, self.cost.km_a_day, self.cost.minutes)
        dear = (math.inf if math.isnan(one) else round(one, DIGITS) for one in cost)
        vehicles, km, minutes = dear
        return -self.gain, vehicles, km, minutes


@dataclass(frozen=True, eq=False)
class Question:
    """For which park, by which measure and within which budget candidates are tried."""

    base: Network
    park: Park
    measure: MeasureOf
    better: Better
    budget: Budget
    limit_m: float
    assumptions: Assumptions = field(default_factory=Assumptions)

    def problems(self) -> list[Problem]:
        """An unknown measure or direction, or a budget that cannot be."""
        found = self.budget.problems()
        if self.better not in ("more", "less"):
            found.append(Problem("better", f"{self.better!r} is not known", "use more or less"))
        if isinstance(self.measure, str):
            try:
                park_measure(self._brief(self.base), self.measure)
            except UsageError as error:
                found += error.problems
        elif not callable(self.measure):
            mend = f"use one of {', '.join(PARK_VALUES)}, or a function of a network"
            found.append(Problem("measure", f"{self.measure!r} is no measure", mend))
        return found

    @property
    def name(self) -> str:
        """The measure's name."""
        if isinstance(self.measure, str):
            return self.measure
        return str(getattr(self.measure, "__name__", "measure"))

    @property
    def unit(self) -> str:
        """The measure's unit; empty for a function of one's own."""
        return MEASURES[self.name].unit if isinstance(self.measure, str) else ""

    @property
    def definition(self) -> str:
        """What the measure means, in one sentence."""
        if isinstance(self.measure, str):
            return MEASURES[self.measure].definition
        return (self.measure.__doc__ or "a function of the network").strip().splitlines()[0]

    def value(self, network: Network) -> float:
        """The measure of ``network``."""
        if isinstance(self.measure, str):
            return park_measure(self._brief(network), self.measure)
        return float(self.measure(network))

    @cached_property
    def before(self) -> float:
        """The measure of the base."""
        return self.value(self.base)

    def gain(self, value: float) -> float:
        """How much better ``value`` is than the base; negative where it is worse."""
        sign = 1 if self.better == "more" else -1
        return round(sign * (value - self.before), DIGITS) + 0.0  # no −0

    def over(self, more: Cost) -> str:
        """By what ``more`` than today passes the budget; empty where it is within."""
        asked = {"vehicles": self.budget.vehicles, "km_a_day": self.budget.km_a_day}
        passed = [
            f"{getattr(more, name):.1f} {name.replace('_', ' ')} more, {most:g} allowed"
            for name, most in asked.items()
            if most is not None and round(getattr(more, name), DIGITS) > most
        ]
        return "; ".join(passed)

    def unknown(self, more: Cost) -> bool:
        """Whether the budget speaks of a cost that is not known."""
        vehicles = self.budget.vehicles is not None and math.isnan(more.vehicles)
        return vehicles or (self.budget.km_a_day is not None and math.isnan(more.km_a_day))

    def _brief(self, network: Network) -> Brief:
        return Brief(network, self.park, self.limit_m)


@dataclass(frozen=True, eq=False)
class Bench:
    """Where candidates are tried: the question, and what trials share, kept while it lasts."""

    question: Question

    def tried(self, candidate: Candidate) -> Trial:
        """What comes of ``candidate``: whether it can be made, its cost, then its gain."""
        network, faults = self._made(candidate)
        if faults:
            return Trial(candidate, "cannot be made", "; ".join(map(str, faults)))
        return self.judged(candidate, network, self._costs.of(network, candidate.routes))

    def judged(self, candidate: Candidate, network: Network, now: Cost) -> Trial:
        """The trial of a candidate whose lines cost ``now``: the measure only within the budget."""
        question, routes = self.question, candidate.routes
        made = Trial(
            candidate, "ranked", cost=now - self._costs.of(question.base, routes),
            courses=_changed(question.base, network, routes),
        )  # fmt: skip
        if question.unknown(made.cost):
            why = "the budget cannot be checked: a line has no headway"
            return replace(made, status="cost unknown", why=why)
        over = question.over(made.cost)
        if over:
            return replace(made, status="over budget", why=over)
        value = question.value(network)
        made = replace(made, value=value, gain=question.gain(value))
        if math.isnan(made.gain):
            return replace(made, status="measure unknown", why="it has no value here or today")
        return made

    def given(self, scenario: Scenario) -> tuple[Network, Trial]:
        """The network of any scenario, and its trial as if the catalogue had it."""
        base = self.question.base
        network = scenario.apply(base)
        routes = _touched(base, network)
        candidate = Candidate("given", routes, scenario.title or scenario.name, (), (), ())
        now = running_cost(network, routes, self.question.assumptions)
        return network, self.judged(candidate, network, now)

    def _made(self, candidate: Candidate) -> tuple[Network, list[Problem]]:
        network = self._with_places(candidate.places)
        for change in candidate.changes:
            faults = change.problems(network)
            if faults:
                return network, faults
            network = change.apply(network)
        return network, []

    def _with_places(self, places: tuple[NewStop, ...]) -> Network:
        if places not in self._prepared:
            network = Scenario("places", places).apply(self.question.base)
            # Worked out here once, then taken over by every network with the same stops.
            _ = network.stop_anchors, network.stop_row
            self._prepared[places] = network
        return self._prepared[places]

    @cached_property
    def _prepared(self) -> dict[tuple[NewStop, ...], Network]:
        return {(): self.question.base}

    @cached_property
    def _costs(self) -> Costs:
        return Costs(self.question.base, self.question.assumptions)


def _changed(base: Network, network: Network, routes: tuple[str, ...]) -> Courses:
    """Patterns of ``routes`` that call elsewhere than in ``base``, and their stops now."""
    patterns = pd.concat([base.feed.patterns, network.feed.patterns])
    own = sorted(set(patterns.loc[patterns["route_id"].isin(routes), "pattern_id"]))
    stops = {pattern: network.feed.sequence(pattern) for pattern in own}
    return tuple(
        (pattern, tuple(now)) for pattern, now in stops.items()
        if now != base.feed.sequence(pattern)
    )  # fmt: skip


def _touched(base: Network, network: Network) -> tuple[str, ...]:
    """Lines that call elsewhere than in ``base``, or run otherwise: hours, headway, run time."""
    now, before = _runs(network), _runs(base)
    every = sorted(now.keys() | before.keys())
    return tuple(route for route in every if now.get(route) != before.get(route))


def _runs(network: Network) -> dict[str, list[object]]:
    """Where and how each line runs: the stops and the ``run_times`` of its patterns."""
    found: dict[str, list[object]] = {}
    for row in run_times(network).fillna(-1.0).to_dict("records"):
        calls = [network.stop_row[stop] for stop in network.feed.sequence(row["pattern_id"])]
        found.setdefault(row["route_id"], []).append((row, network.stop_xy[calls].tolist()))
    return found
