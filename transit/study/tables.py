"""The tables of a study: one long table, one row a case, and what each column means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from transit.analysis.measures import MEASURES
from transit.analysis.operation import OPERATION
from transit.errors import Problem
from transit.exporting.xlsx import ROWS_AT_MOST, write_sheets
from transit.output import write_csv
from transit.study.kept import Outcome
from transit.study.study import RUNNING, Study
from transit.terms import terms

_CASE = ("area_id", "area_name", "park_id", "park_name", "limit_m", "scenario", "title")
LONG = (
    "study", *_CASE, "measure", "name", "unit", "definition", "denominator", "before", "after",
    "change", "indicative", "fingerprint",
)  # fmt: skip
CASES = ("study", *_CASE, "state", "reused", "verdict", "notes", "problems", "folder", "files",
         "fingerprint")  # fmt: skip
TABLE_FILES = ("results.csv", "results.xlsx", "cases.csv")
_OF_ONE_RUN = ["state", "reused"]


def long_table(study: Study, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row a case and measure; columns ``LONG``, texts in the language of ``study``.

    ``before``, ``after`` and ``change`` are in ``unit``; those of the area as it is (``scenario``
    is empty) have ``before`` only. ``fingerprint`` is of all that the case follows from.
    """
    rows = (
        {
            "study": study.study,
            **_case(outcome),
            "measure": value.measure,
            **said_of(value.measure, study.lang),
            "before": value.before,
            "after": value.after,
            "change": value.after - value.before,
            "indicative": value.indicative,
            "fingerprint": outcome.fingerprint,
        }
        for outcome in outcomes
        for value in outcome.values
    )
    return pd.DataFrame(list(rows), columns=list(LONG))


def case_table(study: Study, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row a case; columns ``CASES``. ``reused`` says that an earlier run had worked it out."""
    rows = (
        {
            "study": study.study,
            **_case(outcome),
            "state": outcome.state,
            "reused": outcome.state == "kept",
            "verdict": outcome.verdict.get(study.lang, ""),
            "notes": "; ".join(outcome.notes),
            "problems": "; ".join(map(str, outcome.problems)),
            "folder": outcome.case.folder,
            "files": ", ".join(outcome.files),
            "fingerprint": outcome.fingerprint,
        }
        for outcome in outcomes
    )
    return pd.DataFrame(list(rows), columns=list(CASES))


def said_of(measure: str, language: str) -> dict[str, str]:
    """``name``, ``unit``, ``definition`` and ``denominator`` of a measure in ``language``."""
    said = terms(language)
    key = f"many_{measure}" if measure in RUNNING else f"measure_{measure}"
    unit = OPERATION[measure][0] if measure in RUNNING else MEASURES[measure].unit
    return {
        "name": said[key],
        "unit": said[f"unit_{unit}"],
        "definition": said[f"{key}.means"],
        "denominator": said.get(f"{key}.of", ""),
    }


def write_tables(
    out: Path, study: Study, outcomes: Sequence[Outcome], faults: Sequence[Problem]
) -> None:
    """Write ``TABLE_FILES`` to ``out``: the long table, the cases, and a workbook of both.

    They say nothing of the run that wrote them: equal inputs give equal bytes.
    """
    long = long_table(study, outcomes)
    cases = case_table(study, outcomes).drop(columns=_OF_ONE_RUN)
    sheets = {"cases": cases, "columns": _meanings(study)}
    if len(long) <= ROWS_AT_MOST:  # else it is in results.csv only, as the sheet columns says
        sheets = {"results": long} | sheets
    if faults:
        rows = [(one.where, one.what, one.mend) for one in faults]
        sheets["faults"] = pd.DataFrame(rows, columns=["where", "what", "mend"])
    write_csv(out / "results.csv", long)
    write_csv(out / "cases.csv", cases)
    write_sheets(sheets, out / "results.xlsx")


def _case(outcome: Outcome) -> dict[str, Any]:
    return {name: getattr(outcome.case, name) for name in _CASE}


def _meanings(study: Study) -> pd.DataFrame:
    said = terms(study.lang)
    columns = [
        {"kind": "column", "name": name, "unit": unit, "meaning": said[f"many_column_{name}"]}
        for name, unit in _columns()
    ]
    measures = [
        {"kind": "measure", "name": name, "unit": told["unit"], "meaning": told["definition"]}
        for name in study.measure_names
        if (told := said_of(name, study.lang))
    ]
    more = {"kind": "sheet", "name": "results", "unit": "", "meaning": said["many_rows_in_csv"]}
    return pd.DataFrame([*columns, *measures, more])


def _columns() -> Iterator[tuple[str, str]]:
    names = dict.fromkeys((*LONG, *CASES))
    kept = (name for name in names if name not in _OF_ONE_RUN)
    yield from ((name, "m" if name == "limit_m" else "") for name in kept)
