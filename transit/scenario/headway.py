"""Changes to how often a line runs."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field, field_validator

from transit.errors import Problem
from transit.model.feed import Feed
from transit.model.network import Network
from transit.scenario.change import Change, patterns_of
from transit.units import seconds_of


class ChangeHeadway(Change):
    """Another headway for a line, all day or between ``start_time`` and ``end_time`` (HH:MM).

    Periods that the given times cut through are split; service outside stays as it was.
    """

    verb: Literal["change_headway"] = "change_headway"
    line: str
    headway_secs: int = Field(ge=1)
    direction_id: int | None = None
    start_time: str = "00:00"
    end_time: str = "48:00"

    @field_validator("start_time", "end_time")
    @classmethod
    def _clock(cls, text: str) -> str:
        if seconds_of(text) is None:
            raise ValueError("write a clock time as HH:MM, in quotes")
        return text

    def problems(self, network: Network) -> list[Problem]:
        """The line is unknown, runs by timetable, or has no service in the period."""
        patterns, problems = patterns_of(self, network.feed, self.line, self.direction_id)
        if problems:
            return problems
        if self._start >= self._end:
            what = f"the period {self.start_time}–{self.end_time} has no length"
            return [self.fault("start_time", what, "end it after it starts")]
        if network.feed.trips["pattern_id"].isin(patterns).any():
            what = f"line {self.line!r} runs by a timetable, not by headways"
            return [self.fault("line", what, "change its trips instead")]
        touched = network.feed.frequencies[self._touched(network.feed, patterns)]
        if touched.empty:
            what = f"line {self.line!r} has no service by headway in this period"
            spans = network.feed.frequencies
            count = int(spans["pattern_id"].isin(patterns).sum())
            return [self.fault("line", what, f"it has {count} periods; choose times within them")]
        if (touched["headway_secs"] == self.headway_secs).all():
            # The source would change all the same, so the fold could not see it.
            what = f"changes nothing: {self.headway_secs} s is the headway already"
            return [self.fault("headway_secs", what, "correct it or take it out")]
        return []

    def apply(self, network: Network) -> Network:
        """``network`` with the new headway in the period."""
        feed = network.feed
        patterns, _ = patterns_of(self, feed, self.line, self.direction_id)
        touched = self._touched(feed, patterns)
        old = feed.frequencies[touched]
        before = old.assign(end_time=old["end_time"].clip(upper=self._start))
        after = old.assign(start_time=old["start_time"].clip(lower=self._end))
        within = old.assign(
            start_time=old["start_time"].clip(lower=self._start),
            end_time=old["end_time"].clip(upper=self._end),
            headway_secs=self.headway_secs,
            source=self.source or "scenario",
        )
        pieces = pd.concat([feed.frequencies[~touched], before, within, after], ignore_index=True)
        kept = pieces[pieces["start_time"] < pieces["end_time"]]
        return network.with_feed(feed.with_tables(frequencies=kept))

    @property
    def _start(self) -> int:
        return seconds_of(self.start_time) or 0

    @property
    def _end(self) -> int:
        return seconds_of(self.end_time) or 0

    def _touched(self, feed: Feed, patterns: list[str]) -> pd.Series:
        spans = feed.frequencies
        overlaps = (spans["start_time"] < self._end) & (spans["end_time"] > self._start)
        return spans["pattern_id"].isin(patterns) & overlaps
