"""What came of a study: one long table, one row a case, and what could not be worked out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from transit.errors import Problem
from transit.study.kept import Outcome
from transit.study.plan import StudyCase
from transit.study.study import Study
from transit.study.tables import case_table, long_table


@dataclass(frozen=True, eq=False)
class StudyResults:
    """The outcomes of a study, in the order of its cases; ``out`` is where they were written.

    ``planned`` are all its cases: of an interrupted run, some have no outcome.
    """

    study: Study
    planned: tuple[StudyCase, ...]
    outcomes: tuple[Outcome, ...]
    area_faults: tuple[Problem, ...] = ()
    out: Path | None = None

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a case and measure, with unit and definition; see ``long_table``."""
        return long_table(self.study, self.outcomes)

    @cached_property
    def cases(self) -> pd.DataFrame:
        """One row a case: what came of it, ``reused``, its verdict, files and fingerprint."""
        return case_table(self.study, self.outcomes)

    @property
    def faults(self) -> tuple[Problem, ...]:
        """What is wrong with areas and cases, each once."""
        of_cases = (fault for outcome in self.outcomes for fault in outcome.problems)
        return tuple(dict.fromkeys((*self.area_faults, *of_cases)))

    @property
    def is_whole(self) -> bool:
        """Whether every case was worked out."""
        failed = any(outcome.problems for outcome in self.outcomes)
        return not failed and not self.area_faults and len(self.outcomes) == len(self.planned)

    def write(self) -> list[Path]:
        """The index page, the long table and the workbook, written to ``out``."""
        from transit.study.index import write_index
        from transit.study.tables import write_tables

        if self.out is None:
            return []
        tables = write_tables(self.out, self.study, self.outcomes, self.faults)
        return [write_index(self.out, self), *tables]
