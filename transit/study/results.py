"""What came of a study: one long table, one row a case, and what could not be worked out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from transit.card import Card
from transit.errors import Problem
from transit.sources.area import Area
from transit.study.kept import Outcome
from transit.study.plan import StudyCase
from transit.study.study import Study
from transit.study.tables import TABLE_FILES, case_table, long_table, write_tables
from transit.terms import DEFAULT

WRITTEN = ("index.html", *TABLE_FILES)
"""The files of a whole study; those of its cases are below."""


@dataclass(frozen=True)
class StudiedArea:
    """What a reader must know of an area: its metric CRS, data and lines of credit."""

    area_id: str
    area_name: str
    crs: str
    fingerprint: str
    sources: tuple[str, ...]

    @classmethod
    def of(cls, area: Area) -> StudiedArea:
        """The facts of ``area``."""
        network = area.network
        facts = (network.name, network.crs, network.fingerprint(), network.sources)
        return cls(area.area_id, *facts)


@dataclass(frozen=True, eq=False)
class StudyResults:
    """The outcomes of a study, in the order of its cases; ``out`` is where they were written.

    ``planned`` are all its cases: of an interrupted run, some have no outcome.
    """

    study: Study
    planned: tuple[StudyCase, ...]
    outcomes: tuple[Outcome, ...]
    areas: tuple[StudiedArea, ...]
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

    def card(self, language: str = DEFAULT) -> Card:
        """The study as a notebook shows it, in ``language``."""
        from transit.study.shown import study_card

        return study_card(self, language)

    def _repr_html_(self) -> str:
        return self.card(self.study.lang).html()

    @property
    def written(self) -> tuple[str, ...]:
        """The files of the whole study, seen from ``out``: the index page comes first."""
        return () if self.out is None else WRITTEN

    def write(self, out: Path) -> None:
        """Write the index page, the long table and the workbook to ``out``."""
        from transit.study.index import write_index

        write_tables(out, self.study, self.outcomes, self.faults)
        write_index(out, self)
