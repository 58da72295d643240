"""Which service of a line a change is about: direction, pattern and time of day."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
from pydantic import AfterValidator, Field

from transit.errors import Problem, UsageError, did_you_mean
from transit.model.feed import Feed
from transit.scenario.change import Change, Named
from transit.scenario.periods import LATEST, Period, hours_text, running
from transit.units import seconds_of


def _clock(text: str) -> str:
    if seconds_of(text) is None:
        raise ValueError("write a clock time as HH:MM, in quotes")
    return text


Clock = Annotated[str, AfterValidator(_clock)]
"""A clock time such as 06:30; hours may pass 24 for service after midnight."""


class LineChange(Change):
    """A change of one line, or of the part of its service that is selected.

    ``line`` is an id or short name; ``direction_id`` and ``pattern`` (an id) select some of its
    patterns. ``start_time`` and ``end_time`` (HH:MM, may pass 24:00) select the service that
    departs in that time of day, up to but not at its end; either may be left open.
    """

    line: str
    direction_id: int | None = None
    pattern: str | None = None
    start_time: Clock | None = None
    end_time: Clock | None = None

    @property
    def period(self) -> Period:
        """The time of day selected; all day where none is given."""
        start, end = (seconds_of(text or "") for text in (self.start_time, self.end_time))
        return Period(start or 0, LATEST if end is None else end)

    @property
    def all_day(self) -> bool:
        """Whether no time of day is selected."""
        return self.start_time is None and self.end_time is None

    def chosen(self, feed: Feed) -> Named:
        """The patterns of the line, direction and pattern selected, whenever they run."""
        return patterns_of(self, feed, self.line, self.direction_id, self.pattern)

    def selected(self, feed: Feed) -> Named:
        """The patterns selected, with a period those that run in it, or the problem."""
        patterns, problems = self.chosen(feed)
        problems += self.period_problems()
        if problems or self.all_day:
            return patterns, problems
        found = running(feed, patterns, self.period)
        if not found:
            what = f"line {self.line!r} has no service in this period"
            mend = f"it has {hours_text(feed, patterns)}; choose times within them"
            problems = [self.fault("start_time", what, mend)]
        return found, problems

    def period_problems(self) -> list[Problem]:
        """That the period has no length."""
        if self.period.start < self.period.end:
            return []
        what = f"the period {self.start_time or '00:00'}–{self.end_time or ''} has no length"
        return [self.fault("start_time", what, "end it after it starts")]

    def new_id(self, pattern: str, *, beside: bool) -> str:
        """What the pattern is called that runs the selected service of ``pattern``.

        The verb stands in it where it runs beside the old one, and the period where one is given.
        """
        verb = f"+{getattr(self, 'verb', 'new')}" if beside else ""
        return f"{pattern}{verb}" + (f"@{self.period.name}" if self.period.name else "")


class ServiceFact(LineChange):
    """A change that makes rows of service.

    ``indicative`` and ``year`` describe what is new in them; left out, the rows keep theirs (a
    headway that is now published leaves an assumed speed assumed).
    """

    indicative: bool | None = None
    year: int | None = Field(default=None, ge=1900, le=2100)

    def marked(self, rows: pd.DataFrame) -> pd.DataFrame:
        """``rows`` with the source of this change and, where given, its mark and year."""
        given = {"indicative": self.indicative, "year": self.year}
        values = {name: value for name, value in given.items() if value is not None}
        return rows.assign(source=self.origin, **values)


def patterns_of(
    change: Change,
    feed: Feed,
    line: str,
    direction_id: int | None = None,
    pattern: str | None = None,
) -> Named:
    """Patterns of ``line`` (id or short name), of one direction if given, or the problem."""
    route, problems = one_line(change, feed, "line", line)
    if problems:
        return [], problems
    table = feed.patterns[feed.patterns["route_id"] == route]
    if table.empty:
        what = f"line {line!r} has no pattern"
        return [], [change.fault("line", what, "add its stops to patterns and calls first")]
    if direction_id is not None:
        directions = sorted(set(table["direction_id"]))
        table = table[table["direction_id"] == direction_id]
        if table.empty:
            what = f"line {line!r} has no direction {direction_id}"
            return [], [change.fault("direction_id", what, f"use one of {directions}")]
    ids: list[str] = table["pattern_id"].tolist()
    if pattern is None or pattern in ids:
        return ids if pattern is None else [pattern], []
    what = f"line {line!r} has no pattern {pattern!r} there"
    return [], [change.fault("pattern", what, did_you_mean(pattern, ids))]


def one_line(change: Change, feed: Feed, field: str, line: str) -> tuple[str, list[Problem]]:
    """The id of the one line meant by ``line`` (id, or a short name that only it has)."""
    try:
        found = feed.route_ids(line)
    except UsageError as error:
        return "", [change.lookup_fault(field, error)]
    if len(found) == 1:
        return found[0], []
    names = feed.routes.set_index("route_id")["route_long_name"]
    ids = [f"{route} ({names[route]})" if names[route] else route for route in found]
    what = f"{line!r} is the short name of {len(found)} lines"
    return "", [change.fault(field, what, f"give one id: {'; '.join(ids[:12])}")]


def one_a_direction(change: Change, feed: Feed, patterns: list[str]) -> list[Problem]:
    """That some of ``patterns`` share a direction, where one of them is meant."""
    table = feed.patterns[feed.patterns["pattern_id"].isin(patterns)]
    twins = table.loc[table["direction_id"].duplicated(keep=False), "pattern_id"].tolist()
    if not twins:
        return []
    what = f"{len(twins)} patterns share a direction"
    return [change.fault("pattern", what, f"choose one: {' / '.join(twins)}")]
