"""Working out the cases of one area: what they share is worked out once and kept."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from transit.analysis.brief import Brief, brief
from transit.analysis.measures import park_measures
from transit.analysis.operation import operation
from transit.analysis.operation_changes import operation_changes
from transit.comparison import Case, Comparison, difference, gates_cut_off
from transit.errors import Problem, TransitError, raise_if
from transit.ledger import verdict
from transit.model.network import Network
from transit.scenario.scenario import Scenario
from transit.sources.area import Area
from transit.study.kept import Outcome, Value, cleared, fingerprint, write_outcome
from transit.study.outputs import write_outputs
from transit.study.plan import Round, StudyCase
from transit.study.study import RUNNING, Study
from transit.terms import LANGUAGES


@dataclass(frozen=True, eq=False)
class Workshop:
    """One area of a study, as its cases are worked out there; files go below ``out``, if given."""

    study: Study
    area: Area
    out: Path | None

    def wanted(self, one: Round, case: StudyCase) -> str:
        """The fingerprint of the inputs of ``case``."""
        written = self.out is not None
        return fingerprint(self.study, self.area, case, one.scenario, written=written)

    def outcomes(self, one: Round) -> Iterator[Outcome]:
        """What comes of each case of ``one``; a faulty case does not stop the others."""
        before = {case: self._cleared(case) for case in one.cases}
        problems, network = one.problems, self.area.network
        if not problems and one.scenario:
            try:
                network = one.scenario.apply(network)
            except TransitError as error:
                problems = error.problems
        made = _Made(self.area, one.scenario, network)
        for case in one.cases:
            wanted = self.wanted(one, case)
            outcome = replace(self._outcome(made, case, problems, wanted), notes=one.notes)
            if before[case] and not outcome.problems:
                outcome = replace(outcome, state="redone")
            if self.out is not None and not outcome.problems:
                write_outcome(self.out, outcome)
            yield outcome

    def _cleared(self, case: StudyCase) -> bool:
        return self.out is not None and cleared(self.out, case)

    def _outcome(
        self, made: _Made, case: StudyCase, problems: tuple[Problem, ...], wanted: str
    ) -> Outcome:
        if problems:
            return Outcome(case, wanted, "failed", problems=problems)
        try:
            return self._worked_out(made, case, wanted)
        except TransitError as error:
            return Outcome(case, wanted, "failed", problems=error.problems)
        except Exception as error:  # noqa: BLE001  (a slip of ours must not end a night's run)
            said = f"{type(error).__name__}: {error}"
            fault = Problem(str(case), f"failed unexpectedly ({said})", "report it, with its data")
            return Outcome(case, wanted, "failed", problems=(fault,))

    def _worked_out(self, made: _Made, case: StudyCase, wanted: str) -> Outcome:
        before = self._before(case)
        seen = made.seen_from(before)
        values = [*_park_values(before, seen, self.study), *made.running(self.study)]
        order = {name: place for place, name in enumerate(self.study.measure_names)}
        values.sort(key=lambda value: order[value.measure])
        files: tuple[str, ...] = ()
        if self.out is not None:
            kinds, language = self.study.outputs, self.study.lang
            files = write_outputs(self.out / case.folder, before, seen, kinds, language)
        said = {} if seen is None else {key: verdict(seen.ledger, key) for key in LANGUAGES}
        return Outcome(case, wanted, values=tuple(values), verdict=said, files=files)

    def _before(self, case: StudyCase) -> Brief:
        key = (case.park_id, case.limit_m)
        if key not in self._briefs:
            park = self.area.park(case.park_id)
            self._briefs[key] = brief(self.area.network, park, limit_m=case.limit_m)
        return self._briefs[key]

    @cached_property
    def _briefs(self) -> dict[tuple[str, float], Brief]:
        return {}


@dataclass(frozen=True, eq=False)
class _Made:
    """What a scenario makes of an area; without one, the area as it is."""

    area: Area
    scenario: Scenario | None
    network: Network

    def seen_from(self, before: Brief) -> Comparison | None:
        """The comparison for the park of ``before``, as ``compare`` gives it."""
        if self.scenario is None:
            return None
        park = before.park
        raise_if(gates_cut_off(before.network, self.scenario, self.network, [park]))
        after = brief(self.network, park, limit_m=before.limit_m)
        case = Case(self.scenario, before, after)
        return Comparison(before.network, (self.scenario,), (case,), zones=self.area.zones)

    def running(self, study: Study) -> list[Value]:
        """What all lines take to run, of those whose service is known on both sides."""
        return [value for value in self._running if value.measure in study.measure_names]

    @cached_property
    def _running(self) -> list[Value]:
        if self.scenario is None:
            table = operation(self.network)
            marks = table["indicative"] | table["service_indicative"]
            return [
                Value(name, float(table[name].sum()), math.nan, bool(marks[known].any()))
                for name in RUNNING
                if (known := table[name].notna()).any()
            ]
        table = operation_changes(self.area.network, self.network)
        table = table[table["before"].notna() & table["after"].notna()]
        rows = {name: table[table["measure"] == name] for name in RUNNING}
        return [
            Value(
                name, float(own["before"].sum()), float(own["after"].sum()),
                bool((own["indicative"] | own["service_indicative"]).any()),
            )
            for name, own in rows.items() if len(own)
        ]  # fmt: skip


def _park_values(before: Brief, seen: Comparison | None, study: Study) -> Iterator[Value]:
    names = study.measure_names
    old = park_measures(before, names)
    if seen is None:
        table = old.assign(before=old["value"], after=math.nan)
    else:
        new = park_measures(seen.cases[0].after, names)
        table = difference(old, new, limit_m=before.limit_m)
    for row in table.itertuples():
        yield Value(row.measure, float(row.before), float(row.after), bool(row.indicative))
