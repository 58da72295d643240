"""Both shapes of line tables as one: a row a call, whatever the file has a row for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from transit.errors import Problem
from transit.sources.tables.cells import is_literal, names_of, pairs_of, separator_of
from transit.sources.tables.raw import RawTable

Shape = Literal["one row a call", "one row a line"]


@dataclass(eq=False)
class Calls:
    """The calls of a file, all still as texts, and the faults of each course.

    ``frame`` has ``course`` (its number in the file), ``line_name``, ``direction``,
    ``stop_sequence``, ``stop_name``, ``stop_id``, ``lon``, ``lat`` and ``raw_row``; ``item`` is
    the place in the list of its cell, 0 where the row is one call. ``first_row`` gives each
    course its first row in the file, ``names`` the line that it is of.
    """

    shape: Shape
    frame: pd.DataFrame
    first_row: list[int]
    names: list[str]
    faults: list[tuple[int, Problem]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def shape_of(raw: RawTable, columns: Mapping[str, str]) -> Shape:
    """Whether a row of ``raw`` is a call or a whole line, by the cells of its stops' names."""
    if "stop_sequence" in columns:
        return "one row a call"
    names = _texts(raw, columns, "stop_name")
    lists = sum(is_literal(text) for text in names)
    separated = separator_of(names) not in ("", "-", "--", "—")
    return "one row a line" if 2 * lists > len(names) or separated else "one row a call"


def calls_of_lines(raw: RawTable, columns: Mapping[str, str]) -> Calls:
    """The calls of a file with one row a line, whose cells hold lists of equal length."""
    names = _texts(raw, columns, "stop_name")
    separator = separator_of(text for text in names if not is_literal(text))
    faults: list[tuple[int, Problem]] = []
    listed, pairs = [], []
    for row, text in enumerate(names):
        where = raw.where(row)
        stops, fault = _read(lambda text=text: names_of(text, separator), where, "stop_name")
        places, more = _read(lambda row=row: _pairs(raw, columns, row), where, "position")
        fault = fault or more or _unequal(stops, places, where)
        faults += [(row, fault)] if fault else []
        listed.append([] if fault else stops)
        pairs.append([] if fault else places or [("", "")] * len(stops))
    counts = [len(stops) for stops in listed]
    course = np.repeat(np.arange(len(listed)), counts)
    item = np.concatenate([np.arange(1, n + 1) for n in counts]) if counts else np.empty(0, int)
    flat = [pair for places in pairs for pair in places]
    frame = pd.DataFrame(
        {
            "course": course,
            "line_name": pd.Series(_texts(raw, columns, "line_name"), dtype=str).iloc[course].array,
            "direction": pd.Series(_texts(raw, columns, "direction"), dtype=str).iloc[course].array,
            "stop_sequence": item,
            "stop_name": pd.Series([name for stops in listed for name in stops], dtype=str),
            "stop_id": "",
            "lon": pd.Series([lon for lon, _ in flat], dtype=str),
            "lat": pd.Series([lat for _, lat in flat], dtype=str),
            "raw_row": course,
            "item": item,
        }
    )
    lines = _texts(raw, columns, "line_name")
    return Calls("one row a line", frame, list(range(len(listed))), lines, faults)


def calls_of_rows(raw: RawTable, columns: Mapping[str, str]) -> Calls:
    """The calls of a file with one row a call.

    A line and direction is one course where its sequence numbers are all different, whatever
    the order of its rows; else each start anew of the numbers begins another course. Without
    sequence numbers the rows of a course follow one another, in the order of its calls.
    """
    sequence, faults = _sequence(raw, columns)
    frame = pd.DataFrame(
        {
            "line_name": _texts(raw, columns, "line_name"),
            "direction": _texts(raw, columns, "direction"),
            "stop_sequence": sequence,
            "stop_name": _texts(raw, columns, "stop_name"),
            "stop_id": _texts(raw, columns, "stop_id"),
            **_split_positions(raw, columns),
            "raw_row": np.arange(len(raw.frame)),
            "item": 0,
        }
    )
    notes = []
    if "stop_sequence" in columns:
        marks, twice = _marks(frame)
        faults += [(row, _twice(raw, frame, row)) for row in twice if row not in dict(faults)]
    else:
        marks = _changes(frame).cumsum()
        frame["stop_sequence"] = frame.groupby(marks).cumcount() + 1
        notes.append("no column gives the sequence: the order of the rows is taken for it")
    frame.insert(0, "course", pd.factorize(marks)[0])
    first = frame.drop_duplicates("course")
    faults = [(int(frame["course"].iloc[row]), problem) for row, problem in faults]
    frame = frame.sort_values(["course", "stop_sequence"], kind="stable", ignore_index=True)
    rows, lines = first["raw_row"].tolist(), first["line_name"].tolist()
    return Calls("one row a call", frame, rows, lines, faults, notes)


def _marks(frame: pd.DataFrame) -> tuple[pd.Series[int], list[int]]:
    """A number for each course, and the rows whose place in it is that of the row before."""
    whole = frame.groupby(_COURSE, sort=False).ngroup()
    again = (
        frame.duplicated([*_COURSE, "stop_sequence"], keep=False).groupby(whole).transform("any")
    )
    steps, changes = frame["stop_sequence"].diff(), _changes(frame)
    marks = whole.where(~again, -(changes | (steps < 0)).cumsum())
    return marks, np.flatnonzero((steps == 0) & ~changes).tolist()


def _changes(frame: pd.DataFrame) -> pd.Series[bool]:
    return (frame[_COURSE] != frame[_COURSE].shift()).any(axis=1)


def _twice(raw: RawTable, frame: pd.DataFrame, row: int) -> Problem:
    what = f"is a second call at place {frame['stop_sequence'].iloc[row]} of its line"
    return Problem(raw.where(row), what, "number the calls of a line 1, 2, 3, …")


def _sequence(
    raw: RawTable, columns: Mapping[str, str]
) -> tuple[pd.Series[Any], list[tuple[int, Problem]]]:
    texts = pd.Series(_texts(raw, columns, "stop_sequence"), dtype=str)
    whole = texts.str.fullmatch(r"[0-9]{1,6}(?:\.0)?")
    mend = "write whole numbers that increase along the line"
    faults = [
        (int(row), Problem(f"{raw.where(row)} {columns['stop_sequence']}",
                           f"{texts.iloc[row]!r} is not a whole number", mend))
        for row in np.flatnonzero(~whole)
        if "stop_sequence" in columns
    ]  # fmt: skip
    return texts.where(whole, "0").astype(float).astype("int64"), faults


def _split_positions(raw: RawTable, columns: Mapping[str, str]) -> dict[str, list[str]]:
    if "position" not in columns or {"lon", "lat"} <= set(columns):
        return {name: _texts(raw, columns, name) for name in ("lon", "lat")}
    pairs = [text.replace("，", ",").strip("[]() ") for text in _texts(raw, columns, "position")]
    parts = [text.split(",", 1) if "," in text else [text, ""] for text in pairs]
    return {
        "lon": [lon.strip(" '\"") for lon, _ in parts],
        "lat": [lat.strip(" '\"") for _, lat in parts],
    }


def _pairs(raw: RawTable, columns: Mapping[str, str], row: int) -> list[tuple[str, str]]:
    if "position" in columns:
        text = str(raw.frame[columns["position"]].iloc[row]).strip()
        return pairs_of(text) if text else []
    if not {"lon", "lat"} <= set(columns):
        return []
    lon, lat = (
        names_of(str(raw.frame[columns[name]].iloc[row]).strip(), ",") for name in ("lon", "lat")
    )
    if len(lon) != len(lat):
        raise ValueError(f"there are {len(lon)} longitudes and {len(lat)} latitudes")
    return list(zip(lon, lat, strict=True))


def _read(read: Any, where: str, what: str) -> tuple[list[Any], Problem | None]:  # noqa: ANN401
    try:
        return read(), None
    except ValueError as error:
        return [], Problem(f"{where} {what}", "is a list that cannot be read", str(error))


def _unequal(stops: Sequence[str], places: Sequence[tuple[str, str]], where: str) -> Problem | None:
    if not places or len(stops) == len(places):
        return None
    what = f"lists {len(stops)} stops and {len(places)} positions"
    return Problem(where, what, "give each stop its own position, in the same order")


def _texts(raw: RawTable, columns: Mapping[str, str], name: str) -> list[str]:
    if name not in columns:
        return [""] * len(raw.frame)
    return list(raw.frame[columns[name]].str.strip())


_COURSE = ["line_name", "direction"]
