"""Lines and the stops that they call at, out of any table: what was understood, what left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pandas as pd

from transit.datum import Datum
from transit.errors import DataError, Problem, raise_if
from transit.sources.tables.aliases import understand
from transit.sources.tables.both_ways import divided
from transit.sources.tables.calls import Shape, calls_of_lines, calls_of_rows, shape_of
from transit.sources.tables.checks import checked, doubts
from transit.sources.tables.courses import Courses
from transit.sources.tables.declared import SHEETS, VISITS
from transit.sources.tables.raw import read_raw
from transit.sources.tables.service import service_of

Faulty = Literal["refuse", "leave out"]


@dataclass(frozen=True, eq=False)
class VisitsReading:
    """The calls of lines as a file gives them.

    ``frame`` has one row a call, in the order of the file: ``line_name`` as written,
    ``route_short_name``, ``direction_id`` (0 or 1), ``pattern_id``, ``route_id``,
    ``stop_sequence``, ``stop_name``, ``stop_id`` (empty where the file has none), ``lon`` and
    ``lat`` (degrees, in the file's own datum), and ``row``, such as "row 7". ``lines`` has one row
    a pattern with its ends, first and last departure and headway (s, not-a-number where the file
    tells none). ``understood`` has one row a column of the file, ``left_out`` one row a line that
    was not taken and ``doubts`` one row a thing that looks wrong but was taken, each with why.
    """

    name: str
    shape: Shape
    frame: pd.DataFrame
    lines: pd.DataFrame
    understood: pd.DataFrame
    left_out: pd.DataFrame
    doubts: pd.DataFrame
    notes: tuple[str, ...]
    datum_named: Datum | None


def read_visits(  # noqa: PLR0913  (what a file does not say, each by name)
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    datum: Datum | None = None,
    sheet: str | None = None,
    faulty: Faulty = "refuse",
    line: str | None = None,
) -> VisitsReading:
    """The calls of the lines in the file ``path``, one row a call or one row a line.

    ``columns`` says which column of the file is which of ours where its name does not tell;
    ``datum`` chooses among columns that name one, and is not applied: positions stay as written.
    ``line`` names the line of a file that holds one and does not say which.
    Whole lines that appear again are left out and listed. Raises ``DataError`` with every fault
    and its row; with ``faulty="leave out"`` the lines that have one are left out and listed.
    """
    raw = divided(read_raw(path, sheet=sheet, prefer=SHEETS))
    columns = columns or {}
    if line is not None:
        raw = replace(raw, frame=raw.frame.assign(**{_LINE: line}))
        columns = {**columns, "line_name": _LINE}
    understood = understand(raw, VISITS, columns=columns, datum=datum)
    raise_if(understood.problems)
    shape = shape_of(raw, understood.columns)
    read = calls_of_lines if shape == "one row a line" else calls_of_rows
    calls = read(raw, understood.columns)
    lonlat, faults = checked(raw, calls, understood.columns)
    service, more = service_of(raw, calls.first_row, understood.columns)
    faults = sorted([*faults, *more], key=lambda each: each[0])
    if faulty == "refuse":
        raise_if(list(dict.fromkeys(problem for _, problem in faults)))
    courses = Courses(raw, calls, lonlat)
    left_out = courses.repeated() | _told(faults)
    kept = [course for course in range(len(courses)) if course not in left_out]
    if not kept:
        what = f"holds no line that can be taken, of {len(courses)}"
        mend = "mend what else is told of it"
        told = dict.fromkeys(problem for _, problem in faults)
        raise DataError([Problem(raw.name, what, mend), *told])
    lines = courses.lines(kept).join(service.iloc[kept].reset_index(drop=True))
    frame = courses.frame(kept, lines)
    return VisitsReading(
        raw.name,
        shape,
        frame,
        lines,
        understood.table,
        courses.left_out(left_out),
        doubts(lines, frame),
        (*raw.notes, *calls.notes),
        understood.datum_named,
    )


def _told(faults: Sequence[tuple[int, Problem]]) -> dict[int, str]:
    """The faults of each course in one text, the first few in words."""
    each: dict[int, list[str]] = {}
    for course, problem in faults:
        each.setdefault(course, []).append(f"{problem.where}: {problem.what}")
    return {
        course: "; ".join(told[:_SHOWN])
        + (f"; and {len(told) - _SHOWN} more" if len(told) > _SHOWN else "")
        for course, told in each.items()
    }


_SHOWN = 5
_LINE = "(the line named)"
