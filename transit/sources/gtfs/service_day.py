"""Which day a network is of: the trips that run on each date, and the date that is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from transit.errors import DataError, Problem
from transit.sources.gtfs.fields import dates, missing, repeated, unknown, whole
from transit.sources.gtfs.texts import FeedTexts
from transit.units import IntArray

DAYS_AT_MOST = 146_097
"""Days of a calendar that are looked at from its first: 400 years, then weekdays come again.

A feed without an end may say 99991231.
"""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def calendar_problems(feed: FeedTexts) -> list[Problem]:
    """Everything wrong with the calendar of ``feed``."""
    problems = []
    for file, columns in (
        ("calendar.txt", ("start_date", "end_date")),
        ("calendar_dates.txt", ("date",)),
    ):
        problems += missing(feed, file, "service_id")
        for column in columns:
            problems += dates(feed, file, column)
    for day in WEEKDAYS:
        problems += whole(feed, "calendar.txt", day, most=1)[1]
        problems += missing(feed, "calendar.txt", day)
    problems += missing(feed, "calendar_dates.txt", "exception_type")
    problems += whole(feed, "calendar_dates.txt", "exception_type", least=1, most=2)[1]
    problems += repeated(feed, "calendar.txt", ["service_id"])
    problems += repeated(feed, "calendar_dates.txt", ["service_id", "date"])
    table = feed.tables["calendar.txt"]
    problems += [
        Problem(feed.where("calendar.txt", row), "ends before it starts", "swap the two dates")
        for row in table.index[table["end_date"] < table["start_date"]]
    ]
    known = {*table["service_id"], *feed.tables["calendar_dates.txt"]["service_id"]}
    return problems + unknown(feed, "trips.txt", "service_id", "the calendar", known)


def trips_a_day(feed: FeedTexts, trips: Mapping[str, float]) -> pd.Series:
    """Departures on each date of the calendar, by date; ``trips`` are those of each service.

    A service adds its trips from its first date and takes them off after its last, weekday by
    weekday, so that the sum is one pass however many services and dates there are.
    """
    table = feed.tables["calendar.txt"]
    other = feed.tables["calendar_dates.txt"]
    every = [*table["start_date"], *table["end_date"], *other["date"]]
    if not every:
        return pd.Series(dtype=float)
    first = _day(min(every))
    last = min(_day(max(every)), first + DAYS_AT_MOST)
    total = np.zeros(last - first + 2)
    weekday = (np.arange(last - first + 2) + _date(first).weekday()) % 7
    weight = table["service_id"].map(trips).fillna(0.0).to_numpy(dtype=float)
    start, end = (
        np.minimum(_days(table[name]) - first, last - first) for name in ("start_date", "end_date")
    )
    runs = np.column_stack([table[day].to_numpy() == "1" for day in WEEKDAYS])
    for number in range(7):
        steps = np.bincount(start, weight * runs[:, number], len(total))
        steps -= np.bincount(end + 1, weight * runs[:, number], len(total) + 1)[: len(total)]
        total += np.where(weekday == number, np.cumsum(steps), 0.0)
    regular = {
        service: (begin, finish, run)
        for service, begin, finish, run in zip(table["service_id"], start, end, runs, strict=True)
    }
    for service, day, kind in other.itertuples(index=False):
        at = _day(day) - first
        if at > last - first:
            continue
        begin, finish, run = regular.get(service, (1, 0, np.zeros(7, bool)))
        is_on = begin <= at <= finish and bool(run[weekday[at]])
        if is_on != (kind == "1"):
            total[at] += (1 if kind == "1" else -1) * trips.get(service, 0.0)
    index = [_date(first + number) for number in range(last - first + 1)]
    return pd.Series(total[: last - first + 1], index=index)


def services_on(feed: FeedTexts, day: date) -> set[str]:
    """The services that run on ``day``, as gtfs-kit reads the calendar."""
    import gtfs_kit

    table = feed.tables["calendar.txt"]
    other = feed.tables["calendar_dates.txt"]
    known = gtfs_kit.Feed(
        "km",
        calendar=table.assign(**{name: table[name].astype(int) for name in WEEKDAYS}),
        calendar_dates=other.assign(exception_type=other["exception_type"].astype(int)),
    )
    return set(gtfs_kit.get_active_services(known, f"{day:%Y%m%d}"))


def chosen_days(
    counts: Mapping[str, pd.Series], wanted: date | None
) -> tuple[dict[str, date], str]:
    """The day of each feed, and why it was chosen, in words.

    ``counts`` are the departures by date of each feed. Without a ``wanted`` day it is the busiest
    on which all feeds run, of equal ones the first; where no such day is, each has its own.
    Raises ``DataError`` when a feed does not run on the day wanted, or on any.
    """
    idle = [Problem(name, "has no trip on any day", "ask its publisher for a feed that is in force")
            for name, days in counts.items() if not (days > 0).any()]  # fmt: skip
    if idle:
        raise DataError(idle)
    if not counts:
        return {}, "no service is known"
    if wanted is not None:
        _require_runs(counts, wanted)
        return dict.fromkeys(counts, wanted), f"{wanted} was chosen"
    together = pd.concat(dict(counts), axis=1)
    shared = together[(together > 0).all(axis=1)].sum(axis=1).sort_index()
    if len(shared):
        day = shared.idxmax()
        same = int((shared == shared.max()).sum())
        others = f"; {same - 1:,} other days have as many, this is the first" if same > 1 else ""
        why = (
            f"{day} ({WEEKDAYS[day.weekday()]}) is the busiest day: {shared.max():,.0f} departures"
        )
        return dict.fromkeys(counts, day), why + others
    own = {name: days.sort_index().idxmax() for name, days in counts.items()}
    told = ", ".join(f"{name} {day}" for name, day in own.items())
    return own, f"the feeds share no day of service; of each its busiest is taken: {told}"


def _require_runs(counts: Mapping[str, pd.Series], wanted: date) -> None:
    problems = []
    for name, days in counts.items():
        if days.get(wanted, 0.0) > 0:
            continue
        running = sorted(days.index[days > 0])
        near = min(running, key=lambda day: (abs(day - wanted), day))
        what = f"has no trip on {wanted}; it runs from {running[0]} to {running[-1]}"
        problems.append(Problem(name, what, f"choose another day: {near} is the nearest"))
    if problems:
        raise DataError(problems)


def _day(text: str) -> int:
    return date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal()


def _date(ordinal: int) -> date:
    return date(1, 1, 1) + timedelta(days=ordinal - 1)


def _days(texts: pd.Series) -> IntArray:
    return np.array([_day(text) for text in texts], dtype=np.int64)
