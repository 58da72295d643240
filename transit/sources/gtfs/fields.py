"""Values of GTFS columns turned from texts, a whole column at once, with the rows at fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from transit.errors import Problem
from transit.parsing import CONTROL
from transit.sources.gtfs.texts import FeedTexts, listed
from transit.units import FloatArray, seconds_of

_UNSEEN = re.compile(rf"(?:{CONTROL.pattern}|[\n\t\u2028\u2029])+")
_DATE = re.compile(r"[0-9]{8}")


def clean(texts: pd.Series) -> pd.Series:
    """``texts`` without control characters and line breaks, which terminals would act on."""
    return texts.map(lambda text: _UNSEEN.sub(" ", text).strip())


def seconds(feed: FeedTexts, file: str, column: str) -> tuple[FloatArray, list[Problem]]:
    """Clock times in seconds after midnight, NaN where empty."""
    return _converted(feed, file, column, seconds_of, "HH:MM:SS, hours may pass 24")


def whole(
    feed: FeedTexts, file: str, column: str, *, least: int = 0, most: int = 2**31 - 1
) -> tuple[FloatArray, list[Problem]]:
    """Whole numbers, NaN where empty."""

    def convert(text: str) -> int | None:
        if not re.fullmatch(r"[0-9]{1,10}", text):
            return None
        return int(text) if least <= int(text) <= most else None

    bound = f" from {least} to {most}" if most < 2**31 - 1 else f" of {least} or more"
    return _converted(feed, file, column, convert, f"a whole number{bound}")


def number(
    feed: FeedTexts, file: str, column: str, *, least: float, most: float
) -> tuple[FloatArray, list[Problem]]:
    """Plain numbers, NaN where empty."""

    def convert(text: str) -> float | None:
        if not re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", text):
            return None
        return float(text) if least <= float(text) <= most else None

    return _converted(feed, file, column, convert, f"a number from {least:g} to {most:g}")


def dates(feed: FeedTexts, file: str, column: str) -> list[Problem]:
    """What is no date YYYYMMDD of the calendar, in a column that may not be empty."""

    def convert(text: str) -> int | None:
        if not _DATE.fullmatch(text):
            return None
        try:
            date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            return None
        return 1

    return _converted(feed, file, column, convert, "a date as YYYYMMDD", may_be_empty=False)[1]


def _converted(  # noqa: PLR0913
    feed: FeedTexts,
    file: str,
    column: str,
    convert: Callable[[str], float | None],
    wanted: str,
    *,
    may_be_empty: bool = True,
) -> tuple[FloatArray, list[Problem]]:
    """Each distinct text is converted once: a feed has millions of times, few of them distinct."""
    texts = feed.tables[file][column]
    codes, distinct = pd.factorize(texts.to_numpy(dtype=object))
    values = [convert(text) if text else None for text in distinct]
    found = np.array([np.nan if value is None else value for value in values] or [np.nan])
    empty_ok = [not text and may_be_empty for text in distinct]
    wrong = [value is None and not ok for value, ok in zip(values, empty_ok, strict=True)]
    rows = np.flatnonzero(np.array([*wrong, False])[codes])
    problems = [
        Problem(
            feed.where(file, texts.index[row], column),
            f"{texts.iloc[row]!r} is not {wanted}" if texts.iloc[row] else "is empty",
            f"write {wanted}",
        )
        for row in rows
    ]
    return found[codes] if len(codes) else np.empty(0), listed(problems)


def missing(feed: FeedTexts, file: str, column: str) -> list[Problem]:
    """Rows in which a column that may not be empty is."""
    texts = feed.tables[file][column]
    return listed(
        [Problem(feed.where(file, row, column), "is empty", "fill it in") for row in
         texts.index[texts == ""]]
    )  # fmt: skip


def repeated(feed: FeedTexts, file: str, key: Iterable[str]) -> list[Problem]:
    """Rows whose key another row has already."""
    names = list(key)
    table = feed.tables[file]
    again = table[table.duplicated(names)]
    return listed(
        [
            Problem(
                feed.where(file, row, "+".join(names)),
                f"{' / '.join(map(str, values))} appears a second time",
                "keep one of the rows, or give the other its own id",
            )
            for row, values in zip(again.index, again[names].itertuples(index=False), strict=True)
        ]
    )


def unknown(
    feed: FeedTexts, file: str, column: str, target: str, known: Iterable[Any]
) -> list[Problem]:
    """Rows that refer to an id which ``target`` lacks; empty values refer to nothing."""
    texts = feed.tables[file][column]
    lost = texts[(texts != "") & ~texts.isin(set(known))].drop_duplicates()
    return listed(
        [
            Problem(feed.where(file, row, column), f"{text!r} is not in {target}",
                    f"add it to {target}, or correct it here")
            for row, text in lost.items()
        ]
    )  # fmt: skip
