"""Texts of longitude and latitude as numbers, with what is wrong about each that is not one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from transit.errors import Problem
from transit.sources.datum_fit.written import written_as
from transit.sources.tables.shown import shown
from transit.units import BoolArray, FloatArray


def degrees(
    lon: Sequence[str], lat: Sequence[str], where: Callable[[int], str]
) -> tuple[FloatArray, list[tuple[int, Problem]]]:
    """Degrees, shape (n, 2), of the texts ``lon`` and ``lat``, and faults with their rows.

    A fault is a position that is empty, no number, out of range, swapped or zero; it becomes
    not-a-number. ``where`` calls a row in messages.
    """
    texts = [pd.Series(list(each), dtype=str).str.strip() for each in (lon, lat)]
    numbers = np.column_stack([_numbers(each) for each in texts])
    written: BoolArray = ~np.asarray(np.isnan(numbers).any(axis=1))
    x, y = numbers.T
    swapped: BoolArray = written & (np.abs(y) > 90) & (np.abs(y) <= 180) & (np.abs(x) <= 90)
    outside = written & ~swapped & ((np.abs(x) > 180) | (np.abs(y) > 90))
    zero = written & (np.abs(x) < _ZERO) & (np.abs(y) < _ZERO)

    def told(row: int) -> str:
        return f"{shown(lon[row])}, {shown(lat[row])}"

    faults = [
        *_each(~written, lambda row: Problem(where(row), _unwritten(told(row)), _WRITE)),
        *_no_degrees(outside, numbers[written], told, where),
        *_each(
            zero, lambda row: Problem(where(row), f"position is {told(row)}, off Africa", _FIND)
        ),
        *_swapped(swapped, told, where),
    ]
    bad = ~written | outside | zero | swapped
    return np.where(bad[:, None], np.nan, numbers), sorted(faults, key=lambda each: each[0])


def _numbers(texts: pd.Series[str]) -> FloatArray:
    plain = texts.str.fullmatch(r"[+-]?[0-9]{1,9}(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,2})?")
    return np.asarray(texts.where(plain, "nan"), dtype=np.float64)


def _each(rows: BoolArray, fault: Callable[[int], Problem]) -> list[tuple[int, Problem]]:
    return [(int(row), fault(int(row))) for row in np.flatnonzero(rows)]


def _swapped(
    rows: BoolArray, told: Callable[[int], str], where: Callable[[int], str]
) -> list[tuple[int, Problem]]:
    """One fault a row; where most rows are swapped one for all, for the columns are."""
    if 2 * rows.sum() > len(rows):
        what = f"longitude and latitude are swapped in {rows.sum():,} of {len(rows):,} positions"
        problem = Problem(where(int(np.argmax(rows))), what, "take the columns the other way round")
        return [(int(row), problem) for row in np.flatnonzero(rows)]
    mend = "write longitude first, latitude second"
    return _each(rows, lambda row: Problem(where(row), f"{told(row)} look swapped", mend))


def _no_degrees(
    rows: BoolArray, numbers: FloatArray, told: Callable[[int], str], where: Callable[[int], str]
) -> list[tuple[int, Problem]]:
    """One fault a row; where most are out of range, one for all that says what they are."""
    writing = written_as(numbers) if 2 * rows.sum() > len(numbers) else None
    if writing is not None:
        problem = writing.problem(where(int(np.argmax(rows))))
        return [(int(row), problem) for row in np.flatnonzero(rows)]
    return _each(rows, lambda row: Problem(where(row), f"{told(row)} are no degrees", _WRITE))


def _unwritten(told: str) -> str:
    return "has no position" if told == ", " else f"{told} is no longitude and latitude"


_ZERO = 1e-3  # degrees, about 100 m: no street network has a stop in the Gulf of Guinea
_WRITE = "write degrees such as 114.0430 and 22.7334"
_FIND = "find its position, or leave the line out"
