"""Rows of the ledger as they would be read out, in either language."""

from __future__ import annotations

from typing import Any

import pandas as pd

from transit.ledger.service import LINE_CALLS
from transit.rounding import printed_change
from transit.terms import listed, spoken, terms, unit_said

MARK = "*"
_SERVICE = {"buses/h": "buses_per_hour", "departures/day": "departures_a_day"}
_UNITS = {
    "buses/h": (1, 1, "buses/h", "buses/h"),
    "departures/day": (1, 0, "departures a day", "departures a day"),
    "share": (100, 2, "%", "points"),
    "m": (1, 0, "m", "m"),
    "ha": (1, 2, "ha", "ha"),
    "min": (1, 1, "min", "min"),
    "lines": (1, 0, "lines", "lines"),
}
"""By unit: factor, digits, and the units after a value and after a change."""


def told_rows(ledger: pd.DataFrame, language: str = "en") -> list[str]:
    """One line of text a row; rows that differ by less than the digits printed are left out."""
    return [_told(row, language) for row in ledger.itertuples() if _shows(row)]


def _told(row: Any, language: str) -> str:  # noqa: ANN401
    changes, left = _what_changes(row, language), _what_is_left(row, language)
    said = terms(language)["ledger_row"]
    return said.format(row.subject_name, row.subject_id, changes, left)


def _shows(row: Any) -> bool:  # noqa: ANN401
    """A line that is lost or gained always does, be it without service."""
    scale, digits, *_ = _UNITS[row.unit]
    return bool(row.line) or printed_change(row.before * scale, row.after * scale, digits) != 0


def _what_changes(row: Any, language: str) -> str:  # noqa: ANN401
    said, what = terms(language), spoken(row.what, language)
    mark = MARK if row.indicative else ""
    way = said["ledger_line"].format(row.line, row.direction_id) if row.line else ""
    scale, digits, unit, by = _UNITS[row.unit]
    if row.line and row.unit in _SERVICE:
        change = f"{getattr(row, _SERVICE[row.unit]):+.1f}"
        return said["ledger_service"].format(way, what, change, unit_said(unit, language), mark)
    before, after = (f"{value * scale:,.{digits}f}" for value in (row.before, row.after))
    by_what = printed_change(row.before * scale, row.after * scale, digits)
    change = f"{by_what:+,.{digits}f} {unit_said(by, language)}{mark}"
    people = "".join(
        said[f"ledger_{name}"].format(value)
        for name, value in (("people", row.people), ("jobs", row.jobs))
        if abs(value) >= _LEAST_PEOPLE
    )
    text = said["ledger_change"]
    return text.format(way, what, before, after, unit_said(unit, language), change) + people


def _what_is_left(row: Any, language: str) -> str:  # noqa: ANN401
    """What is left at a stop to those who lose a line or buses of it."""
    if row.subject != "stop" or row.effect != "loss" or not row.line:
        return ""
    said = terms(language)
    text = said["ledger_there"].format(listed(row.lines_there, said) or said["ledger_no_line"])
    if row.what == LINE_CALLS:
        straight, walk = _metres(row.next_straight_m), _metres(row.next_walk_m)
        next_stop = row.next_stop or said["said_none"]
        text += said["ledger_next"].format(row.line, next_stop, straight, walk)
    if not row.other_line:
        return text + said["ledger_no_other"]
    return text + said["ledger_other"].format(
        row.other_line, row.other_stop, _metres(row.other_walk_m),
        row.other_stops_reached, row.other_stops_wanted,
    )  # fmt: skip


def _metres(value: float) -> str:
    return f"{value:,.0f}" if value == value else "–"  # noqa: PLR0124


_LEAST_PEOPLE = 0.5
