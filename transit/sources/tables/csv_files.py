"""CSV read strictly: every value as text, every row under its header, blank rows counted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from transit.errors import DataError, Problem, nearest_names
from transit.output import unguarded
from transit.parsing import parse
from transit.schema import Table
from transit.sources.tables.bounds import BLANK_ROWS_AT_MOST, COLUMNS_AT_MOST
from transit.sources.tables.text import SLIP, read_text

Row = tuple[int, list[str]]
"""The number that a spreadsheet shows for a row, and its values."""


def read_csv(path: Path, table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows of the CSV file ``path`` as ``table`` declares them, and every fault found."""
    nothing = pd.DataFrame(columns=table.names)
    if not path.exists():
        return nothing, [_missing(path, table)]
    try:
        frame, labels = framed(csv_rows(read_text(path), path.name), path.name)
    except DataError as error:
        return nothing, list(error.problems)
    return parse(frame, table, where=path.name, labels=labels)


def _missing(path: Path, table: Table) -> Problem:
    near = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
    like = nearest_names(path.name, near, count=1, at_least=SLIP)
    mend = f"add the table ({table.meaning}) with the columns {', '.join(table.names)}"
    return Problem(str(path), "does not exist", f"is it {like[0]}? Else {mend}" if like else mend)


def csv_rows(text: str, where: str, *, delimiter: str = ",") -> list[Row]:
    """The rows of ``text`` that hold anything, with their numbers.

    A quote that is never closed makes one value of the rest of the file: the reader stops at
    131,072 characters, so that memory stays bounded.
    """
    reader = csv.reader(io.StringIO(text, newline=None), strict=True, delimiter=delimiter)
    try:
        return [
            (number, [unguarded(value) for value in row]) for number, row in _filled(reader, where)
        ]
    except csv.Error as error:
        fault = f"is not well-formed CSV near line {reader.line_num}: {error}"
        raise DataError(Problem(where, fault, _MEND)) from None


def _filled(rows: Iterable[list[str]], where: str) -> Iterator[Row]:
    blank = 0
    for number, row in enumerate(rows, 1):
        if any(value.strip() for value in row):
            yield number, row
        elif (blank := blank + 1) > BLANK_ROWS_AT_MOST:
            fault = f"has more than {BLANK_ROWS_AT_MOST:,} rows without a value"
            raise DataError(Problem(where, fault, "delete the empty rows, and save it again"))


def framed(rows: Sequence[Row], where: str) -> tuple[pd.DataFrame, list[str]]:
    """The rows under the header, which is the first, and the label of each."""
    if not rows:
        raise DataError(Problem(where, "is empty", "write a header line and the rows"))
    # Excel writes emptied columns at the right as commas without a name or a value.
    width = max(len(row) - _blank_tail(row) for _, row in rows)
    if width > COLUMNS_AT_MOST:
        fault = f"has {width:,} columns; {COLUMNS_AT_MOST:,} are read at most"
        raise DataError(Problem(where, fault, "keep only the columns that are needed"))
    (_, header), *body = [(number, row[:width]) for number, row in rows]
    uneven = [
        Problem(f"{where} row {number}", f"has {len(row)} values, the header {len(header)}", _MEND)
        for number, row in body
        if len(row) != len(header)
    ]
    if uneven:
        raise DataError(uneven)
    names = [name.strip() for name in header]
    frame = pd.DataFrame([row for _, row in body], columns=names, dtype=str)
    return frame, [f"row {number}" for number, _ in body]


def _blank_tail(row: list[str]) -> int:
    return len(row) - max(place for place, value in enumerate(row, 1) if value.strip())


_MEND = "put quotes round values that hold a comma, a quote or a line break"
