"""Changes to when a line runs: first and last departure, periods added and removed."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
from pydantic import Field, model_validator

from transit.errors import Problem
from transit.model.feed import Feed
from transit.model.network import Network
from transit.scenario.periods import Period, hours_text, running
from transit.scenario.selection import Clock, LineChange, ServiceFact, one_a_direction
from transit.units import clock_of, seconds_of


class ChangeSpan(ServiceFact):
    """Another first or last departure of the selected service.

    With headways the first period begins at ``first_departure`` and the last one ends at
    ``last_departure`` (as published hours of service are kept in the table); periods that lie
    outside are dropped. Of a timetable the departures outside are dropped; it cannot be
    prolonged, for nobody knows its departures there.
    """

    verb: Literal["change_span"] = "change_span"
    first_departure: Clock | None = None
    last_departure: Clock | None = None

    @model_validator(mode="after")
    def _one_at_least(self) -> ChangeSpan:
        if self.first_departure is None and self.last_departure is None:
            raise ValueError("give first_departure, last_departure or both")
        return self

    def problems(self, network: Network) -> list[Problem]:
        """Nothing runs, nothing would be left, or the new hours run into other service."""
        feed = network.feed
        patterns, problems = self.selected(feed)
        if problems:
            return problems
        found = running(feed, patterns, self.period)
        if not found:
            what = f"line {self.line!r} has no service whose span could change"
            return [self.fault("line", what, "give it service with add_period")]
        for pattern in found:
            problems += self._pattern_problems(feed, pattern)
        return problems

    def apply(self, network: Network) -> Network:
        """``network`` with the new first and last departures."""
        feed = network.feed
        found = running(feed, self.selected(feed)[0], self.period)
        spans, trips = feed.frequencies, feed.trips
        for pattern in found:
            theirs, new = self._new_spans(spans, pattern)
            spans = pd.concat([spans[~theirs], new], ignore_index=True)
        theirs = trips["pattern_id"].isin(found) & self.period.departs(trips)
        trips = trips[~theirs | self._kept(trips)]
        return network.with_feed(feed.with_tables(frequencies=spans, trips=trips))

    @property
    def _ends(self) -> tuple[int | None, int | None]:
        texts = self.first_departure, self.last_departure
        first, last = (None if text is None else seconds_of(text) for text in texts)
        return first, last

    def _kept(self, trips: pd.DataFrame) -> pd.Series:
        """Trips that depart between the first and the last departure, both included."""
        first, last = self._ends
        late = Period().end if last is None else last
        return trips["departure_time"].between(first or 0, late)

    def _new_spans(self, spans: pd.DataFrame, pattern: str) -> tuple[pd.Series, pd.DataFrame]:
        """Which rows are those of the pattern in the period, and what they become."""
        theirs = (spans["pattern_id"] == pattern) & self.period.overlaps(spans)
        old = spans[theirs].sort_values("start_time")
        first, last = self._ends
        start, end = old["start_time"].copy(), old["end_time"].copy()
        if len(old) and first is not None:
            start.iloc[0] = min(first, start.iloc[0])
            start = start.clip(lower=first)
        if len(old) and last is not None:
            end.iloc[-1] = max(last, end.iloc[-1])
            end = end.clip(upper=last)
        new = old.assign(start_time=start, end_time=end)
        moved = (start != old["start_time"]) | (end != old["end_time"])
        new = pd.concat([new[~moved], self.marked(new[moved])])
        return theirs, new[new["start_time"] < new["end_time"]]

    def _pattern_problems(self, feed: Feed, pattern: str) -> list[Problem]:
        spans, trips = feed.frequencies, feed.trips
        theirs, new = self._new_spans(spans, pattern)
        if len(self.period.beyond(spans[theirs])):
            what = f"the period cuts service of pattern {pattern}"
            mend = f"it has {hours_text(feed, [pattern])}; select whole periods of it, or all day"
            return [self.fault("start_time", what, mend)]
        timed = trips[(trips["pattern_id"] == pattern) & self.period.departs(trips)]
        kept = timed[self._kept(timed)]
        if new.empty and kept.empty:
            what = f"no service of pattern {pattern} would be left"
            mend = f"it has {hours_text(feed, [pattern])}; remove_period or remove_line take it out"
            return [self.fault(self._first_field, what, mend)]
        other = spans[(spans["pattern_id"] == pattern) & ~theirs]
        if len(new):
            reach = Period(int(new["start_time"].min()), int(new["end_time"].max()))
            if reach.overlaps(other).any():
                what = f"pattern {pattern} has other service by then"
                mend = f"it has {hours_text(feed, [pattern])}; select both periods, or remove one"
                return [self.fault(self._first_field, what, mend)]
            return []
        return self._longer_timetable(timed, pattern)

    def _longer_timetable(self, timed: pd.DataFrame, pattern: str) -> list[Problem]:
        """That a timetable has no departures where the new span would begin or end."""
        first, last = self._ends
        times = timed["departure_time"]
        problems = []
        sides = (
            ("first_departure", first is not None and first < times.min(), times.min()),
            ("last_departure", last is not None and last > times.max(), times.max()),
        )
        for field, longer, known in sides:
            if longer:
                clock, word = clock_of(int(known))[:5], field.partition("_")[0]
                what = f"pattern {pattern} runs by a timetable, whose {word} departure is {clock}"
                mend = "give the other hours a headway with add_period"
                problems.append(self.fault(field, what, mend))
        return problems

    @property
    def _first_field(self) -> str:
        return "first_departure" if self.first_departure is not None else "last_departure"


class AddPeriod(LineChange):
    """Service by headway in hours in which the selected patterns have none.

    ``speed_kmh`` and ``dwell_secs`` that are left out are those of the pattern's service nearest
    in time (and so are published run times, where both are left out); where that is indicative, so
    is the new one.
    """

    verb: Literal["add_period"] = "add_period"
    start_time: Clock
    end_time: Clock
    headway_secs: int = Field(ge=1, le=86_400)
    speed_kmh: float | None = Field(default=None, ge=1, le=120, allow_inf_nan=False)
    dwell_secs: float | None = Field(default=None, ge=0, le=600, allow_inf_nan=False)
    indicative: bool
    year: int = Field(ge=1900, le=2100)

    def problems(self, network: Network) -> list[Problem]:
        """Something runs then already, or no speed is known."""
        feed = network.feed
        patterns, problems = self.chosen(feed)
        problems += self.period_problems()
        if problems:
            return problems
        twins = one_a_direction(self, feed, patterns)
        if twins:
            return twins
        busy = running(feed, patterns, self.period)
        if busy:
            what = f"pattern {busy[0]} has service then already ({hours_text(feed, busy[:1])})"
            mend = "choose other hours, or change that service with change_headway"
            return [self.fault("start_time", what, mend)]
        slow = [one for one in patterns if self._like(feed, one) is None]
        if slow and self.speed_kmh is None:
            what = f"pattern {slow[0]} has no other service by headway to take the speed from"
            return [self.fault("speed_kmh", what, "give speed_kmh, and dwell_secs if known")]
        return []

    def apply(self, network: Network) -> Network:
        """``network`` with the service added."""
        feed = network.feed
        rows = [self._row(feed, pattern) for pattern in self.chosen(feed)[0]]
        spans = pd.concat([feed.frequencies, pd.DataFrame(rows)], ignore_index=True)
        return network.with_feed(feed.with_tables(frequencies=spans))

    def _row(self, feed: Feed, pattern: str) -> dict[str, Any]:
        like = self._like(feed, pattern)
        values = {"speed_kmh": self.speed_kmh, "dwell_secs": self.dwell_secs}
        borrowed = [name for name, value in values.items() if value is None and like is not None]
        values |= {name: float(like[name]) for name in borrowed if like is not None}
        return {
            "pattern_id": pattern,
            "start_time": self.period.start,
            "end_time": self.period.end,
            "headway_secs": self.headway_secs,
            "speed_kmh": values["speed_kmh"],
            "dwell_secs": values["dwell_secs"] or 0.0,
            "timing_id": like["timing_id"] if like is not None and len(borrowed) == 2 else "",
            "indicative": self.indicative
            or (like is not None and bool(borrowed) and bool(like["indicative"])),
            "year": self.year,
            "source": self.origin,
        }

    def _like(self, feed: Feed, pattern: str) -> pd.Series | None:
        """The pattern's row of frequencies nearest in time; the earlier of two as near."""
        spans = feed.frequencies[feed.frequencies["pattern_id"] == pattern]
        if spans.empty:
            return None
        before = (self.period.start - spans["end_time"]).clip(lower=0)
        after = (spans["start_time"] - self.period.end).clip(lower=0)
        return spans.loc[(before + after).idxmin()]


class RemovePeriod(LineChange):
    """No service of the selected patterns in the given hours any more.

    Headways that reach beyond the hours are cut; departures of a timetable in them are dropped.
    """

    verb: Literal["remove_period"] = "remove_period"

    def problems(self, network: Network) -> list[Problem]:
        """Nothing runs then, or nothing would be left."""
        feed = network.feed
        patterns, problems = self.selected(feed)
        if problems:
            return problems
        if self.all_day:
            what = "no hours are given"
            return [self.fault("start_time", what, "give them, or take the line out: remove_line")]
        left = without_period(feed, patterns, self.period)
        bare = [one for one in patterns if not running(left, [one], Period())]
        if bare:
            what = f"no service of pattern {bare[0]} would be left"
            mend = f"it has {hours_text(feed, bare[:1])}; remove_line takes it out"
            return [self.fault("start_time", what, mend)]
        return []

    def apply(self, network: Network) -> Network:
        """``network`` without the service in the hours."""
        patterns, _ = self.selected(network.feed)
        return network.with_feed(without_period(network.feed, patterns, self.period))


def without_period(feed: Feed, patterns: list[str], period: Period) -> Feed:
    """``feed`` without the headways and departures of ``patterns`` in ``period``."""
    spans, trips = feed.frequencies, feed.trips
    ours = spans["pattern_id"].isin(patterns)
    gone = trips["pattern_id"].isin(patterns) & period.departs(trips)
    return feed.with_tables(
        frequencies=pd.concat([spans[~ours], period.beyond(spans[ours])]), trips=trips[~gone]
    )
