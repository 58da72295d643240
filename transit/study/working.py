"""Working out the cases of one area: what they share is worked out once and kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

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

Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Workshop:
    """One area of a study, as its cases are worked out there; files go below ``out``, if given.

    ``made_at`` stands on the pages that cases write; it is no input of a case.
    """

    study: Study
    area: Area
    out: Path | None
    made_at: datetime | None = None

    def wanted(self, one: Round, case: StudyCase) -> str:
        """The fingerprint of the inputs of ``case``."""
        written = self.out is not None
        return fingerprint(self.study, self.area, case, one.scenario, written=written)

    def outcomes(self, one: Round) -> Iterator[Outcome]:
        """What comes of each case of ``one``; a faulty case does not stop the others."""
        cleared = {case: self._cleared(case) for case in one.cases}
        made = _tried(one.name, lambda: self._made(one))
        for case, known_before in cleared.items():
            blocked = known_before if isinstance(known_before, tuple) else ()
            outcome = self._outcome(blocked or made, case)
            outcome = replace(outcome, fingerprint=self.wanted(one, case), notes=one.notes)
            if known_before and not outcome.problems:
                outcome = replace(outcome, state="redone")
            yield self._written(outcome)

    def _written(self, outcome: Outcome) -> Outcome:
        """``outcome``, which is a file now where files are written; or failed if it cannot be."""
        if self.out is None or outcome.problems:
            return outcome
        out = self.out
        faults = _tried(str(outcome.case), lambda: write_outcome(out, outcome))
        return replace(outcome, state="failed", problems=faults) if faults else outcome

    def _cleared(self, case: StudyCase) -> bool | tuple[Problem, ...]:
        """Whether an earlier run left something, which is gone now; or why it cannot go."""
        out = self.out
        return False if out is None else _tried(str(case), lambda: cleared(out, case))

    def _made(self, one: Round) -> _Made:
        raise_if(one.problems)
        base = self.area.network
        network = one.scenario.apply(base) if one.scenario else base
        return _Made(self.area, one.scenario, network)

    def _outcome(self, made: _Made | tuple[Problem, ...], case: StudyCase) -> Outcome:
        if not isinstance(made, _Made):
            return Outcome(case, "failed", problems=made)
        found = _tried(str(case), lambda: self._worked_out(made, case))
        return found if isinstance(found, Outcome) else Outcome(case, "failed", problems=found)

    def _worked_out(self, made: _Made, case: StudyCase) -> Outcome:
        before = self._before(case)
        seen = made.seen_from(before)
        values = [*_park_values(before, seen, self.study), *made.running(self.study)]
        order = {name: place for place, name in enumerate(self.study.measure_names)}
        values.sort(key=lambda value: order[value.measure])
        files: tuple[str, ...] = ()
        if self.out is not None:
            pages = {"language": self.study.lang, "made_at": self.made_at}
            folder = self.out / case.folder
            files = write_outputs(folder, before, seen, self.study.outputs, pages)
        said = {} if seen is None else {key: verdict(seen.ledger, key) for key in LANGUAGES}
        return Outcome(case, values=tuple(values), verdict=said, files=files)

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


def _tried(where: str, work: Callable[[], Made]) -> Made | tuple[Problem, ...]:
    """What ``work`` gives, or what is wrong; where it fails unexpectedly, that."""
    try:
        return work()
    except TransitError as error:
        return error.problems
    except Exception as error:  # noqa: BLE001  (a slip of ours must not end a night's run)
        said = f"failed unexpectedly ({type(error).__name__}: {error})"
        return (Problem(where, said, "report it, with its data"),)


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
