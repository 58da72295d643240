"""Text tables read strictly: utf-8 with or without a mark, else gb18030; every value as text."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from transit.errors import DataError, Problem, did_you_mean
from transit.schema import Table, parse

ENCODINGS = ("utf-8-sig", "gb18030")


def read_text(path: Path) -> str:
    """The text of ``path``; raises ``DataError`` when it is missing or in no known encoding."""
    if not path.is_file():
        near = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
        raise DataError(Problem(str(path), "does not exist", did_you_mean(path.name, near)))
    raw = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    mend = "save it as UTF-8, or in Excel as 'CSV UTF-8'"
    raise DataError(Problem(str(path), "is neither UTF-8 nor GB 18030 text", mend))


def read_csv(path: Path, table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows of the CSV file ``path`` as ``table`` declares them, and every fault found."""
    try:
        text = read_text(path)
        frame = _frame(text, str(path))
    except DataError as error:
        return pd.DataFrame(columns=table.names), list(error.problems)
    return parse(frame, table, where=path.name)


def _frame(text: str, where: str) -> pd.DataFrame:
    try:
        rows = [row for row in csv.reader(io.StringIO(text), strict=True) if any(row)]
    except csv.Error as error:
        raise DataError(Problem(where, f"is not well-formed CSV: {error}", _MEND)) from None
    if not rows:
        raise DataError(Problem(where, "is empty", "write a header line and the rows"))
    header, *body = rows
    uneven = [
        Problem(f"{where} row {number}", f"has {len(row)} values, the header {len(header)}", _MEND)
        for number, row in enumerate(body, 2)
        if len(row) != len(header)
    ]
    if uneven:
        raise DataError(uneven)
    return pd.DataFrame(body, columns=[name.strip() for name in header], dtype=str)


_MEND = "put quotes round values that hold a comma, a quote or a line break"
