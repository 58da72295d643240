"""Before and after: one long table of measures, and the ledger of gains and losses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from transit.analysis.assumptions import Assumptions
from transit.analysis.bottleneck_changes import bottleneck_changes
from transit.analysis.brief import Brief, brief
from transit.analysis.measures import MEASURES, SUBJECT, measures
from transit.analysis.operation_changes import course_changes, operation_changes
from transit.analysis.overlap import overlap_changes
from transit.card import Card
from transit.errors import DataError, Problem, TransitError, raise_if
from transit.ledger import park_ledger, service_ledger, verdict, walk_ledger, zone_ledger
from transit.model.network import ACCESS_M, Network
from transit.model.park import Park
from transit.model.zones import Zones
from transit.scenario.scenario import Scenario
from transit.terms import DEFAULT
from transit.units import clock_of


@dataclass(frozen=True, eq=False)
class Case:
    """One scenario seen from one park: the briefs of both networks, side by side."""

    scenario: Scenario
    before: Brief
    after: Brief

    @property
    def park(self) -> Park:
        """The park it is seen from."""
        return self.before.park

    @cached_property
    def table(self) -> pd.DataFrame:
        """Every measure before and after; see ``difference``."""
        return difference(measures(self.before), measures(self.after), limit_m=self.before.limit_m)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Scenarios against one base network, for some parks and, where given, zones."""

    base: Network
    scenarios: tuple[Scenario, ...]
    cases: tuple[Case, ...]
    assumptions: Assumptions = field(default_factory=Assumptions)
    zones: Zones | None = None

    @cached_property
    def table(self) -> pd.DataFrame:
        """One long table: ``scenario`` and the columns of ``difference``, all cases."""
        before = {old.park.park_id: measures(old) for old in self.before}
        tables = [
            _headed(
                difference(
                    before[case.park.park_id], measures(case.after), limit_m=case.before.limit_m
                ),
                case.scenario.name,
            )
            for case in self.cases
        ]
        return pd.concat(tables, ignore_index=True)

    @property
    def before(self) -> tuple[Brief, ...]:
        """The briefs of the base network, one a park."""
        parks = len(self.cases) // len(self.scenarios)
        return tuple(case.before for case in self.cases[:parks])

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Who gains and who loses, by scenario: parks, zones, stops, lines; ``transit.ledger``."""
        tables = []
        for scenario in self.scenarios:
            cases = [case for case in self.cases if case.scenario is scenario]
            tables.append(_headed(ledger_of(cases, self.zones), scenario.name))
        return pd.concat(tables, ignore_index=True)

    @cached_property
    def verdict(self) -> dict[str, str]:
        """By scenario: better for all, or for whom not, in one sentence out of the ledger."""
        return self.verdicts("en")

    def verdicts(self, language: str) -> dict[str, str]:
        """``verdict`` in the language asked for, ``zh-CN`` or ``en``."""
        rows = self.ledger
        return {
            scenario.name: verdict(rows[rows["scenario"] == scenario.name], language)
            for scenario in self.scenarios
        }

    @property
    def networks(self) -> tuple[Network, ...]:
        """The network that each scenario makes of the base."""
        parks = len(self.cases) // len(self.scenarios)
        return tuple(case.after.network for case in self.cases[::parks])

    @cached_property
    def operation(self) -> pd.DataFrame:
        """What it takes to run each line, by scenario; see ``operation_changes``."""
        return self._of_networks(operation_changes)

    @cached_property
    def courses(self) -> pd.DataFrame:
        """Lines and directions that drive elsewhere, by scenario; see ``course_changes``."""
        return self._of_networks(course_changes)

    @cached_property
    def overlap(self) -> pd.DataFrame:
        """线路重复系数 of all lines, by scenario; see ``overlap_changes``."""
        return self._of_networks(lambda before, after, _: overlap_changes(before, after))

    @cached_property
    def bottlenecks(self) -> pd.DataFrame:
        """The most loaded street of each park's lines, by scenario; see ``bottleneck_changes``."""
        tables = [
            _headed(
                bottleneck_changes(case.before.bottleneck, case.after.bottleneck),
                case.scenario.name,
            )
            for case in self.cases
        ]
        return pd.concat(tables, ignore_index=True)

    def _of_networks(
        self, changes: Callable[[Network, Network, Assumptions], pd.DataFrame]
    ) -> pd.DataFrame:
        tables = [
            _headed(changes(self.base, network, self.assumptions), scenario.name)
            for scenario, network in zip(self.scenarios, self.networks, strict=True)
        ]
        return pd.concat(tables, ignore_index=True)

    def tables(self, language: str = "en") -> dict[str, pd.DataFrame]:
        """Every table by name, first the verdict: a sentence a scenario in ``language``."""
        verdicts = self.verdicts(language)
        return {
            "verdict": pd.DataFrame(verdicts.items(), columns=["scenario", "verdict"]),
            "comparison": self.table,
            "ledger": self.ledger,
            "operation": self.operation,
            "courses": self.courses,
            "overlap": self.overlap,
            "bottlenecks": self.bottlenecks,
            "assumptions": self.assumptions.table(),
        }

    def changed(self) -> pd.DataFrame:
        """The rows of ``table`` whose value differs."""
        return self.table[~_same(self.table["before"], self.table["after"])]

    def card(self, language: str = DEFAULT) -> Card:
        """What a notebook shows of it, in ``zh-CN`` or ``en``; ``UsageError`` for others."""
        from transit.ledger.shown import comparison_card

        verdicts = self.verdicts(language)
        return comparison_card(
            self.base, self.before, verdicts, self.changed(), self.ledger, language
        )

    def _repr_html_(self) -> str:
        return self.card().html()


def compare(  # noqa: PLR0913  (what a planner may choose)
    base: Network,
    scenarios: Scenario | Sequence[Scenario],
    parks: Park | Sequence[Park],
    *,
    zones: Zones | None = None,
    limit_m: float = 500,
    assumptions: Assumptions | None = None,
) -> Comparison:
    """What each of ``scenarios`` changes about ``base`` for each of ``parks``, and for ``zones``.

    ``assumptions`` are those of ``Comparison.operation``, each with its source.
    ``base`` is untouched. Raises ``DataError`` with the problems of all scenarios together.
    """
    several = (scenarios,) if isinstance(scenarios, Scenario) else tuple(scenarios)
    seen_from = (parks,) if isinstance(parks, Park) else tuple(parks)
    if not several or not seen_from:
        mend = "give at least one of each"
        raise DataError(Problem("compare", "there is no scenario or no park", mend))
    raise_if(_repeated(several, seen_from))
    networks = _applied(base, several)
    before = [brief(base, park, limit_m=limit_m) for park in seen_from]
    pairs = list(zip(several, networks, strict=True))
    raise_if([fault for pair in pairs for fault in gates_cut_off(base, *pair, seen_from)])
    cases = tuple(
        Case(scenario, old, brief(network, old.park, limit_m=limit_m))
        for scenario, network in pairs
        for old in before
    )
    return Comparison(base, several, cases, assumptions or Assumptions(), zones)


def ledger_of(cases: Sequence[Case], zones: Zones | None = None) -> pd.DataFrame:
    """Who gains and who loses through the scenario of ``cases``, one a park; ``transit.ledger``."""
    sides, limit = (cases[0].before.network, cases[0].after.network), cases[0].before.limit_m
    parts = [park_ledger(case.before, case.after) for case in cases]
    if zones is not None:
        parts.append(zone_ledger(*sides, zones, limit_m=limit))
    parts += [service_ledger(*sides, limit_m=limit), walk_ledger(*sides, limit_m=limit)]
    return pd.concat(parts, ignore_index=True)


def difference(before: pd.DataFrame, after: pd.DataFrame, *, limit_m: float) -> pd.DataFrame:
    """``after`` minus ``before`` (both from ``measures``), one row a measure.

    Columns: ``SUBJECT``, ``unit``, ``definition``, ``limit_m``, ``before``, ``after``,
    ``change``, ``indicative``. A count that one side lacks is 0 there; a distance is unknown and
    so is its change. Swapping the arguments turns every change round.
    """
    keys = [*SUBJECT, "unit"]
    table = before.merge(after, on=keys, how="outer", suffixes=("_before", "_after"), sort=True)
    zero = table["measure"].map(lambda name: MEASURES[name].absent_is_zero)
    for side in ("before", "after"):
        value = table[f"value_{side}"]
        table[side] = value.mask(value.isna() & zero, 0.0)
    marks = [
        table[f"indicative_{side}"].fillna(value=False).astype(bool) for side in ("before", "after")
    ]
    return table[keys].assign(
        definition=table["measure"].map(lambda name: MEASURES[name].definition),
        limit_m=limit_m,
        before=table["before"],
        after=table["after"],
        change=table["after"] - table["before"],
        indicative=marks[0] | marks[1],
    )


def _repeated(scenarios: Sequence[Scenario], parks: Sequence[Park]) -> list[Problem]:
    """Scenarios or parks that the rows of the tables could not tell apart."""
    named = [("scenario", scenario.name) for scenario in scenarios]
    named += [("park", park.park_id) for park in parks]
    return [
        Problem(f"compare {kind}", f"{name!r} is given {count} times", "give each its own name")
        for (kind, name), count in Counter(named).items()
        if count > 1
    ]


def _applied(base: Network, scenarios: Sequence[Scenario]) -> list[Network]:
    networks: list[Network] = []
    problems: list[Problem] = []
    for scenario in scenarios:
        try:
            networks.append(scenario.apply(base))
        except TransitError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return networks


def gates_cut_off(
    base: Network, scenario: Scenario, network: Network, parks: Iterable[Park]
) -> list[Problem]:
    """Gates of ``parks`` with a street to walk on in ``base`` and none in ``network``.

    ``network`` is what ``scenario`` makes of ``base``. From such a gate no walk can be measured.
    """
    if network.streets is base.streets:
        return []
    gated = (park for park in parks if len(park.gates))
    return [fault for park in gated for fault in _cut_off(base, scenario, network, park)]


def _cut_off(base: Network, scenario: Scenario, network: Network, park: Park) -> list[Problem]:
    had, has = (
        side.streets.snap(park.gate_xy, within_m=ACCESS_M).edge >= 0 for side in (base, network)
    )
    streets = network.streets
    when = f" at {clock_of(streets.clock)[:5]}" if streets.has_hours else ""
    what = f"no walkable street within {ACCESS_M:g} m is left to it{when}"
    mend = "close less, or open another way to it"
    return [
        Problem(f"{scenario.name} park {park.park_name} gate {name}", what, mend)
        for name in park.gates.loc[had & ~has, "gate_name"]
    ]


def _headed(table: pd.DataFrame, scenario: str) -> pd.DataFrame:
    result = table.copy()
    result.insert(0, "scenario", scenario)
    return result


def _same(first: pd.Series, second: pd.Series) -> pd.Series:
    return (first == second) | (first.isna() & second.isna())
