"""Texts turned into the kinds that ``transit.schema`` declares, with every fault found."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from transit.errors import Problem, did_you_mean, nearest_names
from transit.schema import TABLES, Column, Kind, Table
from transit.units import clock_of, seconds_of


def empty(table: Table) -> pd.DataFrame:
    """A typed frame of ``table`` with no rows."""
    frame, _ = parse(pd.DataFrame(columns=table.names, dtype=str), table, where=table.name)
    return frame


def parse(
    frame: pd.DataFrame, table: Table, *, where: str, labels: Sequence[str] = ()
) -> tuple[pd.DataFrame, list[Problem]]:
    """``frame`` of texts turned into the kinds ``table`` declares, and every fault found.

    Rows are called by ``labels``; without them they are numbered as a spreadsheet shows them:
    the header is row 1. Rows with a fault keep a missing value; nothing is dropped. Columns that
    are not declared are refused by name.
    """
    labels = labels or [f"row {row}" for row in range(2, len(frame) + 2)]
    rows = [f"{where} {label}" for label in labels]
    problems = _column_problems(frame, table, where)
    if problems:
        return pd.DataFrame(columns=table.names), problems
    columns = {}
    for column in table.columns:
        texts = frame[column.name] if column.name in frame else pd.Series([""] * len(frame))
        columns[column.name], faults = _parse_column(texts, column, rows)
        problems += faults
    parsed = pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))
    return parsed, problems + _key_problems(parsed, table, rows)


def completed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The columns of ``table`` alone; those that may be absent are empty where it lacks them."""
    optional = {column.name: column.kind for column in table.columns if column.may_be_absent}
    given = frame.reindex(
        columns=[name for name in table.names if name in frame or name in optional]
    )
    nothing = {name: math.nan if kind == "number" else "" for name, kind in optional.items()}
    lacking = [name for name in optional if name not in frame or given[name].isna().any()]
    return given.assign(
        **{
            name: given[name].astype(object).fillna(nothing[name]).astype(_DTYPE[optional[name]])
            for name in lacking
        }
    )


def reference_problems(tables: Mapping[str, pd.DataFrame], *, where: str) -> list[Problem]:
    """Every value of a referring column that its target table lacks, one problem a value."""
    problems = []
    for table in TABLES:
        for column, target in table.references.items():
            if table.name in tables and target in tables:
                known = set(tables[target][column])
                nothing = {""} if _column(table, column).may_be_empty else set()
                missing = set(tables[table.name][column]) - known - nothing
                problems += [
                    Problem(
                        f"{where} {table.name}.{column}",
                        f"{value!r} is not in {target}",
                        f"add it to {target}, or correct it here ({did_you_mean(value, known)})",
                    )
                    for value in sorted(map(str, missing))
                ]
    return problems


def _column_problems(frame: pd.DataFrame, table: Table, where: str) -> list[Problem]:
    present = [str(name) for name in frame.columns]
    unknown = [name for name in present if name not in table.names]
    problems = [
        Problem(where, f"column {name!r} appears twice", "keep one of them")
        for name in dict.fromkeys(present)
        if present.count(name) > 1
    ]
    for name in table.names:
        if name not in present and not _column(table, name).may_be_absent:
            like = nearest_names(name, unknown, count=1)
            hint = f" (is it the column {like[0]!r}?)" if like else ""
            mend = f"add it: {_column(table, name).meaning}{hint}"
            problems.append(Problem(where, f"column {name!r} is missing", mend))
    if not problems and unknown:
        mend = f"remove or rename it; {table.name} has {', '.join(table.names)}"
        problems = [Problem(where, f"column {name!r} is not known", mend) for name in unknown]
    return problems


def _column(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.name == name)


def _parse_column(
    texts: pd.Series[Any], column: Column, rows: Sequence[str]
) -> tuple[pd.Series[Any], list[Problem]]:
    convert = _CONVERT[column.kind]
    values: list[Any] = []
    problems = []
    for row, text in zip(rows, texts, strict=True):
        text = "" if text is None or text != text else str(text).strip()  # noqa: PLR0124, PLW2901
        value, fault = _value(text, column, convert)
        values.append(value)
        if fault:
            problems.append(Problem(f"{row} {column.name}", *fault))
    return pd.Series(values, dtype=_DTYPE[column.kind] if not problems else object), problems


def _value(
    text: str, column: Column, convert: Callable[[str], Any]
) -> tuple[Any, tuple[str, str] | None]:
    if not text:
        nothing = math.nan if column.kind == "number" else ""
        return nothing, None if column.may_be_empty else ("is empty", f"fill in: {column.meaning}")
    hidden = CONTROL.search(text)
    if hidden:
        what = f"holds the control character U+{ord(hidden[0]):04X}"
        return None, (what, "retype the value: terminals and pages would act on it")
    if column.allowed and text not in column.allowed:
        return None, (f"{text!r} is not allowed", f"use one of {', '.join(column.allowed)}")
    try:
        value = convert(text)
    except ValueError as error:
        return None, (f"{text!r} is not {_KIND_WORDS[column.kind]}", str(error))
    for bound, beyond in ((column.minimum, "below"), (column.maximum, "above")):
        if bound is not None and (value < bound if beyond == "below" else value > bound):
            return None, (f"{text} is {beyond} {bound:g}", _within(column))
    return value, None


def _within(column: Column) -> str:
    if column.unit == "degree":
        return f"give the {column.meaning}; are longitude and latitude swapped?"
    return f"give the {column.meaning}{f' ({column.unit})' if column.unit else ''}"


def texts_of(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The columns of ``table`` as ``parse`` reads them back: truths and times as texts.

    Numbers stay numbers, for a text that begins with a minus would be taken for a formula.
    Columns that may be absent are left out where they are empty throughout.
    """
    told = [column for column in table.columns if not _is_absent(frame, column)]
    convert = {"boolean": lambda truth: "true" if truth else "false", "time": clock_of}
    return pd.DataFrame(
        {
            column.name: frame[column.name].map(convert[column.kind])
            if column.kind in convert
            else frame[column.name]
            for column in told
        }
    )


def _is_absent(frame: pd.DataFrame, column: Column) -> bool:
    """Whether a column that may be absent is, or is as good as absent."""
    if not column.may_be_absent:
        return False
    return column.name not in frame or not (frame[column.name].fillna("") != "").any()


def _key_problems(frame: pd.DataFrame, table: Table, rows: Sequence[str]) -> list[Problem]:
    key = list(table.key)
    first = frame.duplicated(key, keep="first")
    return [
        Problem(
            f"{rows[row]} {'+'.join(key)}",
            f"{' / '.join(str(value) for value in frame.loc[row, key])} appears a second time",
            "keep one of the rows, or give the other its own id",
        )
        for row in frame.index[first]
    ]


CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that act instead of being seen, but for line break and tab; and halves of others."""
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_INTEGER = re.compile(r"-?[0-9]{1,18}")  # more digits would not fit a column of 64 bits


def _number(text: str) -> float:
    # Python's own float() would also take １１４.０４, 114_04, nan and inf.
    if not _NUMBER.fullmatch(text) or not math.isfinite(value := float(text)):
        raise ValueError("write a plain number such as 22.7334")
    return value


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError("write a whole number such as 600")
    return int(text)


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError("write true or false")
    return text.lower() == "true"


def _time(text: str) -> int:
    seconds = seconds_of(text)
    if seconds is None:
        raise ValueError("write HH:MM:SS, hours may pass 24")
    return seconds


def _colour(text: str) -> str:
    if len(text) != 6 or any(letter not in "0123456789abcdefABCDEF" for letter in text):
        raise ValueError("write six hexadecimal digits without #, such as 0072B2")
    return text.upper()


_CONVERT: dict[Kind, Callable[[str], Any]] = {
    "id": str,
    "text": str,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "time": _time,
    "colour": _colour,
}
_DTYPE: dict[Kind, str] = {
    "id": "str",
    "text": "str",
    "integer": "int64",
    "number": "float64",
    "boolean": "bool",
    "time": "int64",
    "colour": "str",
}
_KIND_WORDS: dict[Kind, str] = {
    "id": "an id",
    "text": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "a truth value",
    "time": "a clock time",
    "colour": "a colour",
}
