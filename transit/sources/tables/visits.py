"""Lines and the stops that they call at, out of any table: what was understood, what left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from transit.datum import Datum
from transit.errors import DataError, Problem, raise_if
from transit.sources.tables.aliases import understand
from transit.sources.tables.calls import Calls, Shape, calls_of_lines, calls_of_rows, shape_of
from transit.sources.tables.checks import checked, doubts
from transit.sources.tables.declared import SHEETS, VISITS
from transit.sources.tables.directions import Course, directions
from transit.sources.tables.line_names import line_name
from transit.sources.tables.raw import RawTable, read_raw
from transit.sources.tables.service import service_of
from transit.units import FloatArray

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


def read_visits(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    datum: Datum | None = None,
    sheet: str | None = None,
    faulty: Faulty = "refuse",
) -> VisitsReading:
    """The calls of the lines in the file ``path``, one row a call or one row a line.

    ``columns`` says which column of the file is which of ours where its name does not tell;
    ``datum`` chooses among columns that name one, and is not applied: positions stay as written.
    Whole lines that appear again are left out and listed. Raises ``DataError`` with every fault
    and its row; with ``faulty="leave out"`` the lines that have one are left out and listed.
    """
    raw = read_raw(path, sheet=sheet, prefer=SHEETS)
    understood = understand(raw, VISITS, columns=columns or {}, datum=datum)
    raise_if(understood.problems)
    shape = shape_of(raw, understood.columns)
    read = calls_of_lines if shape == "one row a line" else calls_of_rows
    calls = read(raw, understood.columns)
    lonlat, faults = checked(raw, calls, understood.columns)
    service, more = service_of(raw, calls.first_row, understood.columns)
    faults = sorted([*calls.faults, *faults, *more], key=lambda each: each[0])
    if faulty == "refuse":
        raise_if([problem for _, problem in faults])
    starts = np.searchsorted(calls.frame["course"], np.arange(len(calls.first_row) + 1))
    left_out = _faulty(faults) | {
        course: why
        for course, why in _repeated(calls, lonlat, starts, raw).items()
        if course not in dict(faults)
    }
    kept = [course for course in range(len(starts) - 1)
            if course not in left_out and starts[course] < starts[course + 1]]  # fmt: skip
    if not kept:
        what = f"holds no line that can be taken, of {len(starts) - 1}"
        raise DataError([Problem(raw.name, what, "see the faults"), *(p for _, p in faults)])
    lines = _lines(calls, lonlat, starts, kept, raw).join(service.iloc[kept].reset_index(drop=True))
    frame = _frame(calls, lonlat, starts, kept, lines, raw)
    return VisitsReading(
        raw.name,
        shape,
        frame,
        lines,
        understood.table,
        _left_out(left_out, calls, starts, raw),
        doubts(lines, frame),
        (*raw.notes, *calls.notes),
        understood.datum_named,
    )


def _faulty(faults: Sequence[tuple[int, Problem]]) -> dict[int, str]:
    left: dict[int, str] = {}
    for course, problem in faults:
        told = f"{problem.where}: {problem.what}"
        left[course] = f"{left[course]}; {told}" if course in left else told
    return left


def _repeated(
    calls: Calls, lonlat: FloatArray, starts: np.ndarray, raw: RawTable
) -> dict[int, str]:
    """Courses that are an earlier one word for word: line, direction, stops and positions."""
    frame = calls.frame
    texts = frame[["line_name", "direction", "stop_name", "stop_id"]].to_numpy(dtype=object)
    seen: dict[Any, int] = {}
    repeated = {}
    for course, (begin, end) in enumerate(pairwise(starts)):
        own = (tuple(texts[begin:end].ravel()), lonlat[begin:end].tobytes())
        first = seen.setdefault(own, course)
        if first != course and begin < end:
            repeated[course] = f"the same, stop by stop, as {raw.labels[calls.first_row[first]]}"
    return repeated


def _lines(
    calls: Calls, lonlat: FloatArray, starts: np.ndarray, kept: Sequence[int], raw: RawTable
) -> pd.DataFrame:
    frame = calls.frame
    stops, written = frame["stop_name"].to_numpy(dtype=object), frame["line_name"].to_numpy()
    told = _told_directions(frame["direction"]).to_numpy(dtype=object)
    courses = [
        Course(
            line_name(written[starts[each]]),
            told[starts[each]],
            tuple(stops[starts[each] : starts[each + 1]]),
            lonlat[starts[each] : starts[each + 1]],
        )
        for each in kept
    ]
    lines = pd.DataFrame(
        {
            "route_short_name": [each.name.short_name for each in courses],
            "line_name": [written[starts[each]] for each in kept],
            "origin": [each.name.origin or each.stops[0] for each in courses],
            "destination": [each.name.destination or each.stops[-1] for each in courses],
            "is_loop": [each.is_loop for each in courses],
            "calls": [len(each.stops) for each in courses],
            "row": [raw.labels[calls.first_row[each]] for each in kept],
        }
    )
    way = np.empty(len(courses), dtype="int64")
    for places in lines.groupby("route_short_name", sort=False).indices.values():
        way[places] = directions([courses[place] for place in places])
    route = lines["route_short_name"]
    nth = lines.groupby([route, way], sort=False).cumcount() + 1
    suffix = nth.map(lambda number: "" if number == 1 else f"_{number}")
    pattern = route + "_" + pd.Series(way).astype(str) + suffix
    lines.insert(0, "pattern_id", pattern)
    lines.insert(1, "route_id", route)
    lines.insert(3, "direction_id", way)
    return lines


def _told_directions(direction: pd.Series[str]) -> pd.Series[str]:
    """Words of the direction column; 1 and 2, where there is no 0, are the first and the second."""
    words = direction.str.casefold().str.replace(r"\.0$", "", regex=True)
    return words.map({"1": "0", "2": "1"}) if set(words) == {"1", "2"} else words


def _frame(  # noqa: PLR0913
    calls: Calls,
    lonlat: FloatArray,
    starts: np.ndarray,
    kept: Sequence[int],
    lines: pd.DataFrame,
    raw: RawTable,
) -> pd.DataFrame:
    held = np.isin(calls.frame["course"], kept)
    own = calls.frame[held].reset_index(drop=True)
    of = lines.loc[np.searchsorted(kept, own["course"])].reset_index(drop=True)
    labels = np.array(raw.labels, dtype=object)
    ids = ["line_name", "route_short_name", "direction_id", "pattern_id", "route_id"]
    return of[ids].assign(
        stop_sequence=own["stop_sequence"].astype("int64"),
        stop_name=own["stop_name"],
        stop_id=own["stop_id"],
        lon=lonlat[held, 0],
        lat=lonlat[held, 1],
        row=pd.Series(labels[own["raw_row"]], dtype=str),
    )


def _left_out(
    left: Mapping[int, str], calls: Calls, starts: np.ndarray, raw: RawTable
) -> pd.DataFrame:
    names = calls.frame["line_name"].to_numpy()
    rows = [
        (
            raw.labels[calls.first_row[course]],
            names[starts[course]] if starts[course] < starts[course + 1] else "",
            int(starts[course + 1] - starts[course]),
            left[course],
        )
        for course in sorted(left)
    ]
    return pd.DataFrame(rows, columns=["row", "line_name", "calls", "why"])
