"""First and last departures and headways as Chinese tables write them, in seconds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from transit.errors import Problem
from transit.sources.tables.raw import RawTable
from transit.units import seconds_of

DAY_S = 86_400
_DAYS_AT_MOST = 10


def departure_secs(text: str) -> float:
    """Seconds after midnight of ``6:30``, ``0630``, ``24:30``, ``次日00:30`` or a day fraction.

    Not-a-number for an empty text. Spreadsheets keep times as fractions of a day: 0.25 is 6:00,
    1.020833 half past midnight. Raises ``ValueError`` for anything else.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in _NOTHING:
        return float("nan")
    next_day = _NEXT_DAY.search(plain)
    clock = _NEXT_DAY.sub("", plain).strip()
    if _HHMM.fullmatch(clock):
        clock = f"{clock[:2]}:{clock[2:]}"
    seconds = seconds_of(clock)
    if seconds is None and _FRACTION.fullmatch(clock) and float(clock) < _DAYS_AT_MOST:
        seconds = round(float(clock) * DAY_S)
    if seconds is None or (next_day and seconds >= DAY_S):
        raise ValueError("write HH:MM; after midnight 24:30 or 次日00:30")
    return float(seconds + DAY_S * bool(next_day))


def span_secs(text: str) -> tuple[float, float]:
    """First and last departure, in seconds after midnight, of ``6:30-22:00``."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in _NOTHING:
        return float("nan"), float("nan")
    parts = re.split("[-~—–至到]+", plain)
    if len(parts) != 2:
        raise ValueError("write it as 6:30-22:00")
    return departure_secs(parts[0]), departure_secs(parts[1])


def headway_secs(text: str) -> float:
    """Seconds between departures of minutes such as ``10`` or ``8-12分钟`` (its middle)."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if plain in _NOTHING:
        return float("nan")
    found = _MINUTES.fullmatch(plain)
    least, most = (float(found[1]), float(found[2] or found[1])) if found else (0.0, 0.0)
    if not 0 < max(least, most) * 60 <= DAY_S or least <= 0:
        raise ValueError("write minutes such as 10, or 8-12")
    return round(30 * (least + most))


def service_of(
    raw: RawTable, first_row: Sequence[int], columns: Mapping[str, str]
) -> tuple[pd.DataFrame, list[tuple[int, Problem]]]:
    """First and last departure and headway (s) of each course, which its first row tells."""
    table = np.full((len(first_row), len(_SERVICE)), np.nan)
    faults = []
    for ours, (names, read) in _READ.items():
        if ours not in columns:
            continue
        texts = raw.frame[columns[ours]].to_numpy(dtype=object)[list(first_row)]
        places = [_SERVICE.index(name) for name in names]
        for course, text in enumerate(texts):
            try:
                table[course, places] = read(text)
            except ValueError as error:
                where = f"{raw.where(first_row[course])} {columns[ours]}"
                faults.append((course, Problem(where, f"{text!r} is not read", str(error))))
    return pd.DataFrame(table, columns=list(_SERVICE)), faults


def _plain_secs(text: str) -> float:
    plain = text.strip()
    if plain in _NOTHING:
        return float("nan")
    if not _SECONDS.fullmatch(plain) or not float(plain):
        raise ValueError("write seconds such as 600")
    return float(plain)


_NOTHING = ("", "-", "--", "/", "[]", "无", "nan", "none")
_NEXT_DAY = re.compile(r"^(?:次日|翌日|第二天)|\(?(?:次日|\+1)\)?$")
_HHMM = re.compile(r"[0-2][0-9][0-5][0-9]")
_FRACTION = re.compile(r"[01]?\.[0-9]+|1\.?0*|0")
_MINUTES = re.compile(
    r"([0-9]+(?:\.[0-9]+)?)(?:\s*[-~—–至到]\s*([0-9]+(?:\.[0-9]+)?))?\s*(?:分钟|分|min)?"
)
_SECONDS = re.compile(r"[0-9]{1,6}(?:\.[0-9]*)?")
Read = Callable[[str], float | tuple[float, float]]
_SERVICE = ("start_secs", "end_secs", "headway_secs")
_READ: dict[str, tuple[tuple[str, ...], Read]] = {
    "span": (("start_secs", "end_secs"), span_secs),
    "start_time": (("start_secs",), departure_secs),
    "end_time": (("end_secs",), departure_secs),
    "headway": (("headway_secs",), headway_secs),
    "headway_secs": (("headway_secs",), _plain_secs),
}
