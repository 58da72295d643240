"""A line that was not there."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
from pydantic import Field, field_validator

from transit.errors import Problem
from transit.model.feed import Feed
from transit.model.network import Network
from transit.scenario.change import Change, each_stop
from transit.scenario.courses import calls_of, repeated_problems, stop_names
from transit.scenario.selection import Clock
from transit.units import seconds_of

SERVICE = ("headway_secs", "start_time", "end_time", "speed_kmh")


class AddLine(Change):
    """A new line: its stops there (direction 0) and, if it comes back, ``stops_back``.

    Service is one headway and span for both directions; more follows with ``add_period`` and
    ``change_headway``. Without ``headway_secs`` no service is assumed.
    """

    verb: Literal["add_line"] = "add_line"
    route_id: str = Field(min_length=1)
    route_short_name: str = Field(min_length=1)
    route_long_name: str = ""
    route_type: int = Field(default=3, ge=0, le=1702)
    route_color: str = Field(default="", pattern=r"^([0-9A-Fa-f]{6})?$")
    stops: tuple[str, ...] = Field(min_length=2)
    stops_back: tuple[str, ...] = ()
    headway_secs: int | None = Field(default=None, ge=1, le=86_400)
    start_time: Clock | None = None
    end_time: Clock | None = None
    speed_kmh: float | None = Field(default=None, ge=1, le=120, allow_inf_nan=False)
    dwell_secs: float = Field(default=0, ge=0, le=600, allow_inf_nan=False)
    indicative: bool
    year: int = Field(ge=1900, le=2100)

    @field_validator("route_color")
    @classmethod
    def _upper(cls, text: str) -> str:
        return text.upper()

    @property
    def makes(self) -> tuple[str, ...]:
        """The new line's id and short name."""
        return self.route_id, self.route_short_name

    def problems(self, network: Network) -> list[Problem]:
        """The id is taken, stops are unknown, or only a part of the service is given."""
        feed = network.feed
        problems = line_id_problems(self, feed, "route_id", self.route_id)
        sequences, faults = self._sequences(feed)
        problems += faults or repeated_problems(self, feed, sequences)
        return problems + self._service_problems()

    def apply(self, network: Network) -> Network:
        """``network`` with one line more."""
        feed = network.feed
        sequences, _ = self._sequences(feed)
        new = {
            "routes": pd.DataFrame([self._route]),
            "patterns": pd.DataFrame(self._patterns(feed, sequences)),
            "calls": calls_of(sequences),
        }
        if self.headway_secs is not None:
            new["frequencies"] = pd.DataFrame([self._span(pattern) for pattern in sequences])
        return network.with_feed(
            feed.with_tables(
                **{name: pd.concat([getattr(feed, name), rows]) for name, rows in new.items()}
            )
        )

    @property
    def _marks(self) -> dict[str, Any]:
        return {"indicative": self.indicative, "year": self.year, "source": self.origin}

    @property
    def _route(self) -> dict[str, Any]:
        names = ("route_id", "route_short_name", "route_long_name", "route_type", "route_color")
        return {name: getattr(self, name) for name in names} | self._marks

    def _sequences(self, feed: Feed) -> tuple[dict[str, list[str]], list[Problem]]:
        there, problems = each_stop(self, feed, "stops", self.stops)
        back, faults = each_stop(self, feed, "stops_back", self.stops_back)
        sequences = {f"{self.route_id}_0": there}
        return sequences | ({f"{self.route_id}_1": back} if back else {}), problems + faults

    def _patterns(self, feed: Feed, sequences: dict[str, list[str]]) -> list[dict[str, Any]]:
        names = stop_names(feed)
        return [
            {"pattern_id": pattern, "route_id": self.route_id, "direction_id": direction,
             "trip_headsign": names[stops[-1]], **self._marks}
            for direction, (pattern, stops) in enumerate(sequences.items())
        ]  # fmt: skip

    def _span(self, pattern: str) -> dict[str, Any]:
        return {
            "pattern_id": pattern,
            "start_time": seconds_of(self.start_time or ""),
            "end_time": seconds_of(self.end_time or ""),
            "headway_secs": self.headway_secs,
            "speed_kmh": self.speed_kmh,
            "dwell_secs": self.dwell_secs,
            **self._marks,
        }

    def _service_problems(self) -> list[Problem]:
        given = [name for name in SERVICE if getattr(self, name) is not None]
        if given and len(given) < len(SERVICE):
            missing = [name for name in SERVICE if name not in given]
            what = f"service has {', '.join(given)} but not {', '.join(missing)}"
            return [self.fault(missing[0], what, "give all of them, or none")]
        start, end = (seconds_of(text or "") for text in (self.start_time, self.end_time))
        if start is not None and end is not None and start >= end:
            what = f"the period {self.start_time}–{self.end_time} has no length"
            return [self.fault("start_time", what, "end it after it starts")]
        return []


def line_id_problems(change: Change, feed: Feed, field: str, route_id: str) -> list[Problem]:
    """That a new line's id, or the ids of its patterns, belong to another line."""
    if (feed.routes["route_id"] == route_id).any():
        return [change.fault(field, f"{route_id!r} exists already", "choose another id")]
    taken = feed.patterns["pattern_id"].isin([f"{route_id}_0", f"{route_id}_1"])
    if taken.any():
        what = f"{feed.patterns.loc[taken, 'pattern_id'].iloc[0]!r} is a pattern of another line"
        return [change.fault(field, what, "choose another id")]
    return []
