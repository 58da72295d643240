"""Hours in which a gate is open to walkers, such as ``06:00-22:00``; they may pass midnight."""

from __future__ import annotations

from transit.errors import Problem
from transit.units import seconds_of


def _hours(text: str) -> tuple[int | None, int | None]:
    begin, _, end = text.partition("-")
    return seconds_of(begin), seconds_of(end)


def are_hours(text: str) -> bool:
    """Whether ``text`` is a span of hours such as ``06:00-22:00``."""
    begin, end = _hours(text)
    return begin is not None and end is not None and begin != end


def hours_problems(hours: set[str]) -> list[Problem]:
    """The problem of each text that is no span of hours."""
    mend = "write HH:MM-HH:MM, such as 06:00-22:00; past midnight 22:00-30:00"
    return [
        Problem("street edges foot_hours", f"{text!r} is no span of hours", mend)
        for text in sorted(hours - {""})
        if not are_hours(text)
    ]


def open_at(hours: str, clock: int) -> bool:
    """Whether a span holds ``clock``; it may pass midnight (22:00-30:00 or 22:00-06:00)."""
    day = 24 * 3600
    begin, end = (value or 0 for value in _hours(hours))
    return (clock - begin) % day < ((end - begin) % day or day)
