"""Changes to how service runs: its headway, its speed, its dwell."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field, model_validator

from transit.errors import Problem
from transit.model.feed import Feed
from transit.model.network import Network
from transit.scenario.change import Named
from transit.scenario.periods import branched, hours_text
from transit.scenario.selection import ServiceFact
from transit.schema import FREQUENCIES

VALUES = ("headway_secs", "speed_kmh", "dwell_secs")


class ServiceChange(ServiceFact):
    """A change of values of the selected service by headway.

    Periods that the given times cut through are split; service outside stays as it was. With
    ``keep_original`` the old service stays and the new one runs beside it, as a pattern of its
    own.
    """

    keep_original: bool = False

    def renewed(self, spans: pd.DataFrame) -> pd.DataFrame:
        """The rows ``spans`` of frequencies with their new values."""
        raise NotImplementedError

    def selected(self, feed: Feed) -> Named:
        """The patterns selected that run by headway, or the problem."""
        patterns, problems = super().selected(feed)
        if problems:
            return patterns, problems
        trips = feed.trips[feed.trips["pattern_id"].isin(patterns)]
        if self.period.departs(trips).any():
            what = f"line {self.line!r} runs by a timetable, not by headways"
            mend = "take its departures out (remove_period), then give headways (add_period)"
            return [], [self.fault("line", what, mend)]
        spans = feed.frequencies[self.period.overlaps(feed.frequencies)]
        found = [pattern for pattern in patterns if pattern in set(spans["pattern_id"])]
        if not found:
            what = f"line {self.line!r} has no service by headway in this period"
            mend = f"it has {hours_text(feed, patterns)}; give it headways with add_period"
            return [], [self.fault("line", what, mend)]
        return found, []

    def problems(self, network: Network) -> list[Problem]:
        """The line is unknown, runs by timetable, has no service there, or changes nothing."""
        patterns, problems = self.selected(network.feed)
        if problems:
            return problems
        spans = network.feed.frequencies
        old = self.period.within(spans[spans["pattern_id"].isin(patterns)])
        new = self.renewed(old)
        if new[list(VALUES)].equals(old[list(VALUES)]) and not self.keep_original:
            # The source would change all the same, so the fold could not see it.
            what = f"changes nothing: {self._now(old)} already"
            return [self.fault(self._field, what, "correct it or take it out")]
        return self._range_problems(new)

    def apply(self, network: Network) -> Network:
        """``network`` with the new values in the period."""
        feed = network.feed
        patterns, _ = self.selected(feed)
        if self.keep_original:
            feed, ids = branched(
                feed, patterns, self.period,
                name=lambda one: self.new_id(one, beside=True), beside=self.origin,
            )  # fmt: skip
            patterns = list(ids.values())
        spans = feed.frequencies
        ours = spans["pattern_id"].isin(patterns)
        new = self.marked(self.renewed(self.period.within(spans[ours])))
        pieces = pd.concat([spans[~ours], self.period.beyond(spans[ours]), new])
        return network.with_feed(feed.with_tables(frequencies=pieces))

    @property
    def _field(self) -> str:
        return next(name for name in (*VALUES, "factor") if getattr(self, name, None) is not None)

    def _now(self, spans: pd.DataFrame) -> str:
        if self._field == "factor":
            return "1 is the factor"
        unit = {"headway_secs": "s", "speed_kmh": "km/h", "dwell_secs": "s"}[self._field]
        word = {"headway_secs": "headway", "speed_kmh": "speed", "dwell_secs": "dwell"}
        return f"{spans[self._field].iloc[0]:g} {unit} is the {word[self._field]}"

    def _range_problems(self, new: pd.DataFrame) -> list[Problem]:
        """Values that the table cannot hold: a factor may lead there."""
        problems = []
        for column in FREQUENCIES.columns:
            if column.name not in VALUES:
                continue
            low = column.minimum or 0
            high = float("inf") if column.maximum is None else column.maximum
            wrong = new.loc[~new[column.name].between(low, high), column.name]
            if len(wrong):
                what = f"{column.name} would be {wrong.iloc[0]:g} {column.unit}"
                mend = f"keep it between {low:g} and {high:g}"
                problems.append(self.fault(self._field, what, mend))
        return problems


class ChangeHeadway(ServiceChange):
    """Another headway for a line, all day or between ``start_time`` and ``end_time`` (HH:MM).

    With ``keep_original`` extra buses at this headway run beside those that run already.
    """

    verb: Literal["change_headway"] = "change_headway"
    headway_secs: int = Field(ge=1, le=86_400)

    def renewed(self, spans: pd.DataFrame) -> pd.DataFrame:
        """The rows with the new headway, in seconds."""
        return spans.assign(headway_secs=self.headway_secs)


class ChangeSpeed(ServiceChange):
    """Another speed between stops, in km/h, or the old one times ``factor``.

    Streets that have a speed of their own keep it; see ``change_street_speed``.
    """

    verb: Literal["change_speed"] = "change_speed"
    speed_kmh: float | None = Field(default=None, ge=1, le=120, allow_inf_nan=False)
    factor: float | None = Field(default=None, gt=0, le=100, allow_inf_nan=False)

    @model_validator(mode="after")
    def _one_of_them(self) -> ChangeSpeed:
        if (self.speed_kmh is None) == (self.factor is None):
            raise ValueError("give either speed_kmh or factor")
        return self

    def renewed(self, spans: pd.DataFrame) -> pd.DataFrame:
        """The rows with the new speed, in km/h."""
        new = self.speed_kmh if self.factor is None else spans["speed_kmh"] * self.factor
        return spans.assign(speed_kmh=new, timing_id="")  # run times as published end here


class ChangeDwell(ServiceChange):
    """Another dwell at each call between the first and the last, in seconds."""

    verb: Literal["change_dwell"] = "change_dwell"
    dwell_secs: float = Field(ge=0, le=600, allow_inf_nan=False)

    def renewed(self, spans: pd.DataFrame) -> pd.DataFrame:
        """The rows with the new dwell, in seconds a call."""
        return spans.assign(dwell_secs=self.dwell_secs, timing_id="")
