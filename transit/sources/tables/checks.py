"""What is wrong with the calls of a table, and what looks wrong: each with its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from transit.errors import Problem
from transit.parsing import CONTROL
from transit.sources.tables.calls import Calls
from transit.sources.tables.mixed import mixed_datums
from transit.sources.tables.positions import degrees
from transit.sources.tables.raw import RawTable
from transit.sources.tables.shown import shown
from transit.units import FloatArray


def checked(
    raw: RawTable, calls: Calls, columns: Mapping[str, str]
) -> tuple[FloatArray, list[tuple[int, Problem]]]:
    """Positions of ``calls`` in degrees, and every fault with the course that it is of."""
    frame = calls.frame
    rows, items = frame["raw_row"].to_numpy(), frame["item"].to_numpy()

    def place(call: int) -> str:
        return raw.where(rows[call]) + (f" stop {items[call]}" if items[call] else "")

    def where(call: int) -> str:
        return f"{place(call)} {shown(frame['stop_name'].iloc[call])}".rstrip()

    unnamed = _name_faults(frame, place)
    if not {"lon", "lat"} <= set(columns) and "position" not in columns:
        faults: list[tuple[int, Problem]] = []
        lonlat = np.full((len(frame), 2), np.nan)
    else:
        lonlat, faults = degrees(frame["lon"].tolist(), frame["lat"].tolist(), where)
    course = frame["course"].to_numpy()
    of_calls = [(int(course[call]), problem) for call, problem in [*unnamed, *faults]]
    short = _short_courses(raw, calls, dict(calls.faults))
    return lonlat, [*calls.faults, *of_calls, *short, *_mixed_faults(raw, calls, lonlat)]


def _name_faults(frame: pd.DataFrame, place: Callable[[int], str]) -> list[tuple[int, Problem]]:
    """Names that are empty, or hold characters that terminals and pages would act on."""
    faults = []
    for column in ("stop_name", "line_name", "stop_id"):
        what, texts = column.replace("_", " "), frame[column]
        for call in np.flatnonzero(texts.eq("")) if column != "stop_id" else ():
            faults.append(
                (int(call), Problem(place(int(call)), f"has no {what}", f"give the {what}"))
            )
        for call in np.flatnonzero(texts.str.contains(CONTROL)):
            letter = CONTROL.search(texts.iloc[call])
            told = f"its {what} holds the control character U+{ord(letter[0]) if letter else 0:04X}"
            faults.append((int(call), Problem(place(int(call)), told, "retype it")))
    return faults


def _short_courses(
    raw: RawTable, calls: Calls, known: Mapping[int, Problem]
) -> list[tuple[int, Problem]]:
    """A line of one stop or none goes nowhere; those whose list could not be read are known."""
    counts = np.bincount(calls.frame["course"], minlength=len(calls.first_row))
    what = "has fewer than two stops"
    mend = "write all its stops, or leave it out: --leave-out-faulty (faulty='leave out')"
    return [
        (
            course,
            Problem(f"{raw.where(calls.first_row[course])} {_line(calls, course)}", what, mend),
        )
        for course in np.flatnonzero(counts < 2).tolist()
        if course not in known
    ]


def _line(calls: Calls, course: int) -> str:
    return shown(calls.names[course]) if course < len(calls.names) else ""


def _mixed_faults(raw: RawTable, calls: Calls, lonlat: FloatArray) -> list[tuple[int, Problem]]:
    frame = calls.frame
    return [
        (
            each.course,
            Problem(
                f"{raw.where(calls.first_row[each.course])} {shown(calls.names[each.course])}",
                f"looks to be in {each.own} where other lines are in {each.rest}: so lie "
                f"{each.explained} of its {each.shared} calls at stops that they share",
                f"convert its positions to {each.rest}, or import it from a table of its own",
            ),
        )
        for each in mixed_datums(frame["course"], frame["stop_name"], lonlat)
    ]


def doubts(lines: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Lines of one name that differ, and lines whose name tells other ends than their stops."""
    rows = []
    for name, group in lines[lines.duplicated("line_name", keep=False)].groupby("line_name"):
        same = group.duplicated("direction_id", keep=False)
        if same.any():
            why = f"{same.sum()} lines have this name and other stops: {', '.join(group['row'])}"
            rows.append((group["row"].iloc[0], name, why))
    ends = frame.groupby("pattern_id", sort=False)["stop_name"].agg(["first", "last"])
    for line, first, last in zip(lines.itertuples(), ends["first"], ends["last"], strict=True):
        for told, found in ((line.origin, first), (line.destination, last)):
            if not _alike(told, found):
                why = f"its name tells the end {told}, its stops {found}"
                rows.append((line.row, line.line_name, why))
    return pd.DataFrame(rows, columns=["row", "line_name", "why"])


def _alike(told: str, found: str) -> bool:
    from rapidfuzz import fuzz

    return told in found or found in told or bool(fuzz.ratio(told, found) >= _SAME_END)


_SAME_END = 60.0
"""Alike enough, of 100, to be another form of the name of an end."""
