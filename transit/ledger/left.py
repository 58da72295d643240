"""What is left to those who lose a line at a stop: its next stop, and the best other line.

The best other line is the one by which most of the places can still be reached that the lost line
went on to (or, where it ended, came from), from a stop within a walk of the limit; of equals the
one with more buses an hour, then the shorter walk. Places are told by the stops' names, since
each line may have a kerb of its own there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd

from transit.analysis.service import buses_per_hour
from transit.analysis.walk import walk
from transit.ledger.rows import Row
from transit.model.network import ACCESS_M, Network
from transit.units import FloatArray

Calls = list[tuple[str, str]]
"""Stop ids and names of a pattern, in order."""


@dataclass(frozen=True, eq=False)
class Left:
    """What ``after`` still offers to those whom ``before`` served, within a walk of ``limit_m``."""

    before: Network
    after: Network
    limit_m: float

    def next_stop(self, stop: str, route: str, direction: int) -> Row:
        """The nearest stop at which the line still calls in that direction, and the walk to it."""
        visits = self.after.feed.visits
        same = visits[(visits["route_id"] == route) & (visits["direction_id"] == direction)]
        others = same["stop_id"].drop_duplicates()
        if others.empty:
            return {"next_stop": ""}
        rows = others.map(self.after.stop_row).to_numpy()
        away = np.hypot(*(self.after.stop_xy[rows] - self._here(stop)).T)
        place = int(away.argmin())
        walked = float(self._walked(stop)[rows[place]])
        return {
            "next_stop": self.after.feed.stops["stop_name"].iloc[rows[place]],
            "next_straight_m": float(away[place]),
            "next_walk_m": walked if np.isfinite(walked) else np.nan,
        }

    def other_line(self, stop: str, route: str, direction: int) -> Row:
        """The line of the most use instead, or no columns where none goes the same way."""
        onward = _beyond(self._calls(self.before, route, direction), {stop}, onward=True)
        way = bool(onward)
        wanted = onward or _beyond(self._calls(self.before, route, direction), {stop}, onward=False)
        found = list(self._candidates(stop, route, wanted, onward=way))
        if not found:
            return {}
        reached, hourly, walk_m, line, other = min(
            found, key=lambda one: (-one[0], -one[1], one[2], one[3], one[4])
        )
        return {
            "other_line": line,
            "other_stop": self.after.feed.stops["stop_name"].iloc[self.after.stop_row[other]],
            "other_walk_m": walk_m,
            "other_buses_per_hour": hourly,
            "other_stops_reached": reached,
            "other_stops_wanted": len(wanted),
        }

    def _candidates(
        self, stop: str, route: str, wanted: set[str], *, onward: bool
    ) -> Iterator[tuple[int, float, float, str, str]]:
        """Places reached, buses an hour, walk, line and stop of each line that goes that way."""
        metres = self._walked(stop)
        near = {
            self._ids[row]: float(metres[row]) for row in np.flatnonzero(metres <= self.limit_m)
        }
        visits = self.after.feed.visits
        calling = visits[visits["stop_id"].isin(near) & (visits["route_id"] != route)]
        feed = self.after.feed
        if feed.service_known:
            calling = calling[calling["pattern_id"].isin(feed.served_patterns)]
        keys = ["route_id", "route_short_name", "direction_id", "stop_id"]
        for (_, line, _, other), rows in calling.groupby(keys):
            patterns = sorted(set(rows["pattern_id"]))
            sequences = [self._sequences[pattern] for pattern in patterns]
            reached = wanted & _beyond(sequences, {other}, onward=onward)
            if reached:
                hourly = float(self._hourly.reindex(patterns).sum())
                yield len(reached), hourly, near[other], line, other

    def _calls(self, network: Network, route: str, direction: int) -> list[Calls]:
        visits = network.feed.visits
        own = visits[(visits["route_id"] == route) & (visits["direction_id"] == direction)]
        return list(_sequences(own).values())

    def _here(self, stop: str) -> FloatArray:
        """Where the stop stood: it may be gone afterwards."""
        return self.before.stop_xy[[self.before.stop_row[stop]]]

    def _walked(self, stop: str) -> FloatArray:
        """Metres of walking from where ``stop`` stood to every stop afterwards; 0 to itself."""
        here = self._here(stop)
        streets = self.after.streets
        start = streets.snap(here, within_m=ACCESS_M)
        place = (float(here[0, 0]), float(here[0, 1]))
        found = streets.reached.of(
            place, np.inf, "walk from stop", partial(walk, streets, start)
        ).to(self.after.stop_anchors)
        found[np.hypot(*(self.after.stop_xy - here).T) < 1] = 0.0
        return found

    @cached_property
    def _ids(self) -> list[str]:
        return list(self.after.feed.stops["stop_id"])

    @cached_property
    def _hourly(self) -> pd.Series:
        return buses_per_hour(self.after.feed)

    @cached_property
    def _sequences(self) -> dict[str, Calls]:
        return _sequences(self.after.feed.visits)


def _sequences(visits: pd.DataFrame) -> dict[str, Calls]:
    return {
        pattern: list(zip(rows["stop_id"], rows["stop_name"], strict=True))
        for pattern, rows in visits.groupby("pattern_id")
    }


def _beyond(sequences: list[Calls], stops: set[str], *, onward: bool) -> set[str]:
    """Names of the calls after the first (or before the last) call at one of ``stops``."""
    names: set[str] = set()
    for calls in sequences:
        ordered = calls if onward else calls[::-1]
        places = [place for place, (stop, _) in enumerate(ordered) if stop in stops]
        if places:
            own = {name for stop, name in calls if stop in stops}
            names |= {name for _, name in ordered[places[0] + 1 :]} - own
    return names
