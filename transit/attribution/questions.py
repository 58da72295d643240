"""Measures by name: ``share_walk`` of the park, ``buses_per_hour:M450`` of a line or stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transit.analysis.brief import Brief
from transit.analysis.measures import MEASURES, measures, park_measure
from transit.errors import Problem, UsageError, did_you_mean
from transit.units import FloatArray


@dataclass(frozen=True)
class Question:
    """One measure of one subject, seen from one park."""

    text: str
    measure: str
    subject: str
    subject_id: str
    indicative: bool

    @property
    def unit(self) -> str:
        """The measure's unit."""
        return MEASURES[self.measure].unit

    @property
    def definition(self) -> str:
        """What the measure means, in one sentence."""
        return MEASURES[self.measure].definition

    def of(self, table: pd.DataFrame) -> float:
        """Its value in a table from ``measures``: 0 for a count that is not there, else NaN."""
        rows = table[
            (table["measure"] == self.measure)
            & (table["subject"] == self.subject)
            & (table["subject_id"] == self.subject_id)
        ]
        return float(rows["value"].iloc[0]) if len(rows) else float("nan")


def answers(asked: Sequence[Question], brief: Brief) -> FloatArray:
    """The values of ``asked`` in ``brief``, in that order; a count that is not there is 0.

    The table of all measures is made only where a line or stop is asked about.
    """
    of_park = [question.subject == "park" for question in asked]
    table = None if all(of_park) else measures(brief)
    values = [
        park_measure(brief, question.measure) if table is None else question.of(table)
        for question in asked
    ]
    zero = [MEASURES[question.measure].absent_is_zero for question in asked]
    return np.where(np.isnan(values) & zero, 0.0, values)


def questions(names: Sequence[str], before: pd.DataFrame, after: pd.DataFrame) -> list[Question]:
    """What each of ``names`` (``MEASURE`` or ``MEASURE:subject``) asks.

    Without a subject the park is meant; a subject is the id or name of a line or stop that is
    there before or after (tables from ``measures``). Raises ``UsageError`` with every fault.
    """
    both = pd.concat([before, after], ignore_index=True)
    found: list[Question] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(names):
        rows, faults = _rows(name, both)
        problems += faults
        if not faults:
            first = rows.iloc[0]
            marked = bool(rows["indicative"].any())
            found.append(
                Question(name, first["measure"], first["subject"], first["subject_id"], marked)
            )
    if not names:
        problems = [Problem("measure", "none is named", f"name one, such as {_EXAMPLE}")]
    if problems:
        raise UsageError(problems)
    return found


def _rows(name: str, both: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows of ``both`` that ``name`` asks for, or why there are none or too many."""
    where = f"measure {name}"
    measure, _, wanted = (part.strip() for part in name.partition(":"))
    known = both[both["measure"] == measure]
    if measure not in MEASURES or known.empty:
        mend = did_you_mean(measure, both["measure"])
        return known, [Problem(where, f"no measure is named {measure!r}", mend)]
    if not wanted:
        rows = known[known["subject"] == "park"]
        mend = f"name the line or stop it is of, such as {measure}:{known['subject_id'].iloc[0]}"
        what = f"{measure} is no measure of a park"
    else:
        rows = known[known["subject_id"] == wanted]
        if rows.empty:
            rows = known[known["subject_name"] == wanted]
        mend = did_you_mean(wanted, [*known["subject_id"], *known["subject_name"]])
        what = f"{measure} is of no line or stop named {wanted!r}"
    if rows.empty:
        return rows, [Problem(where, what, mend)]
    several = rows.drop_duplicates(["subject", "subject_id"])
    if len(several) > 1:
        ids = ", ".join(several["subject_id"])
        what = f"{wanted!r} is the name of {len(several)} of them"
        return rows, [Problem(where, what, f"give one id: {ids}")]
    return rows, []


_EXAMPLE = "share_walk or buses_per_hour:M450"
