"""Text tables read strictly: utf-8 with or without a mark, else gb18030; every value as text."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from transit.errors import DataError, Problem, nearest_names
from transit.output import unguarded
from transit.parsing import parse
from transit.schema import Table

ENCODINGS = ("utf-8-sig", "gb18030")


def read_text(path: Path) -> str:
    """The text of ``path``; raises ``DataError`` when it is missing or in no known encoding."""
    raw = _bytes(path)
    for encoding in ENCODINGS if b"\0" not in raw else ():
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    mend = "save it as UTF-8, or in Excel as 'CSV UTF-8'"
    raise DataError(Problem(str(path), "is neither UTF-8 nor GB 18030 text", mend))


def _bytes(path: Path) -> bytes:
    if not path.exists():
        mend = "check the path; the bundled data/yinxing shows which files a study area has"
        near = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
        like = nearest_names(path.name, near, count=1, at_least=_SLIP)
        raise DataError(
            Problem(str(path), "does not exist", f"rename {like[0]}?" if like else mend)
        )
    try:
        return path.read_bytes()
    except OSError as error:
        fault = f"cannot be read ({error.strerror or error})"
        raise DataError(Problem(str(path), fault, "check that it is a file you may read")) from None


def read_csv(path: Path, table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows of the CSV file ``path`` as ``table`` declares them, and every fault found."""
    nothing = pd.DataFrame(columns=table.names)
    if not path.exists():
        return nothing, [_missing(path, table)]
    try:
        text = read_text(path)
        frame, labels = _frame(text, path.name)
    except DataError as error:
        return nothing, list(error.problems)
    return parse(frame, table, where=path.name, labels=labels)


def _missing(path: Path, table: Table) -> Problem:
    near = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
    like = nearest_names(path.name, near, count=1, at_least=_SLIP)
    mend = f"add the table ({table.meaning}) with the columns {', '.join(table.names)}"
    return Problem(str(path), "does not exist", f"is it {like[0]}? Else {mend}" if like else mend)


def _frame(text: str, where: str) -> tuple[pd.DataFrame, list[str]]:
    """The rows under the header, and the label of each: blank rows are skipped but counted."""
    reader = csv.reader(io.StringIO(text, newline=None), strict=True)
    try:
        rows = [
            (number, row)
            for number, row in enumerate(reader, 1)
            if any(value.strip() for value in row)
        ]
    except csv.Error as error:
        fault = f"is not well-formed CSV near line {reader.line_num}: {error}"
        raise DataError(Problem(where, fault, _MEND)) from None
    if not rows:
        raise DataError(Problem(where, "is empty", "write a header line and the rows"))
    # Excel writes emptied columns at the right as commas without a name or a value.
    width = max(len(row) - _blank_tail(row) for _, row in rows)
    (_, header), *body = [(number, row[:width]) for number, row in rows]
    uneven = [
        Problem(f"{where} row {number}", f"has {len(row)} values, the header {len(header)}", _MEND)
        for number, row in body
        if len(row) != len(header)
    ]
    if uneven:
        raise DataError(uneven)
    names = [name.strip() for name in header]
    texts = [[unguarded(text) for text in row] for _, row in body]
    frame = pd.DataFrame(texts, columns=names, dtype=str)
    return frame, [f"row {number}" for number, _ in body]


def _blank_tail(row: list[str]) -> int:
    return len(row) - max(place for place, value in enumerate(row, 1) if value.strip())


_SLIP = 85.0  # alike enough, of 100, to be a slip of the pen and not another table
_MEND = "put quotes round values that hold a comma, a quote or a line break"
