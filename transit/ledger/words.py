"""Rows of the ledger as they would be read out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from transit.ledger.service import LINE_CALLS

MARK = "*"
_SERVICE = {
    "buses/h": ("buses_per_hour", "buses/h"),
    "departures/day": ("departures_a_day", "departures a day"),
}
_UNITS = {
    "buses/h": (1, 1, "buses/h", "buses/h"),
    "departures/day": (1, 0, "departures a day", "departures a day"),
    "share": (100, 2, "%", "points"),
    "m": (1, 0, "m", "m"),
    "ha": (1, 2, "ha", "ha"),
    "min": (1, 1, "min", "min"),
    "lines": (1, 0, "lines", "lines"),
}
"""By unit: factor, digits, and the words after a value and after a change."""


def told_rows(ledger: pd.DataFrame) -> list[str]:
    """One line of text a row; rows that differ by less than the digits printed are left out."""
    return [_told(row) for row in ledger.itertuples() if _shows(row)]


def _told(row: Any) -> str:  # noqa: ANN401
    return f"{row.subject_name} [{row.subject_id}]: {_what_changes(row)}{_what_is_left(row)}"


def _shows(row: Any) -> bool:  # noqa: ANN401
    """A line that is lost or gained always does, be it without service."""
    scale, digits, *_ = _UNITS[row.unit]
    return bool(row.line) or round(row.before * scale, digits) != round(row.after * scale, digits)


def _what_changes(row: Any) -> str:  # noqa: ANN401
    mark = MARK if row.indicative else ""
    way = f"{row.line} (direction {row.direction_id}) " if row.line else ""
    if row.line and row.unit in _SERVICE:
        change, unit = _SERVICE[row.unit]
        return f"{way}{row.what}, {getattr(row, change):+.1f} {unit}{mark}"
    scale, digits, unit, by = _UNITS[row.unit]
    before, after = (f"{value * scale:,.{digits}f}" for value in (row.before, row.after))
    change = f"{row.change * scale:+,.{digits}f} {by}{mark}"
    counts = (("people", row.people), ("jobs", row.jobs))
    people = "".join(
        f"; {value:+,.0f}{MARK} {what}" for what, value in counts if abs(value) >= _LEAST_PEOPLE
    )
    return f"{way}{row.what} {before} → {after} {unit} ({change}){people}"


def _what_is_left(row: Any) -> str:  # noqa: ANN401
    """What is left at a stop to those who lose a line or buses of it."""
    if row.subject != "stop" or row.effect != "loss" or not row.line:
        return ""
    text = f"; still there: {row.lines_there or 'no line'}"
    if row.what == LINE_CALLS:
        straight, walk = _metres(row.next_straight_m), _metres(row.next_walk_m)
        text += f"; next stop of {row.line}: {row.next_stop or 'none'}"
        text += f", {straight} m straight, {walk} m walk"
    if not row.other_line:
        return text + "; no other line goes the same way"
    reached = f"{row.other_stops_reached:.0f} of {row.other_stops_wanted:.0f} of its stops"
    text += f"; best other line: {row.other_line} from {row.other_stop}"
    return text + f" ({_metres(row.other_walk_m)} m walk), reaching {reached}"


def _metres(value: float) -> str:
    return f"{value:,.0f}" if value == value else "–"  # noqa: PLR0124


_LEAST_PEOPLE = 0.5
