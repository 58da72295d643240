"""Changes to stops: new, removed, moved, renamed."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import shapely
from pydantic import Field

from transit.datum import Datum, to_wgs84
from transit.errors import Problem
from transit.model.network import ACCESS_M, Network
from transit.scenario.change import Change, one_stop, stops_named
from transit.scenario.courses import repeated_problems, with_sequences
from transit.scenario.selection import patterns_of
from transit.units import FloatArray, project

FAR_KM = 200.0
SAME_PLACE_M = 0.1


class PlacedStop(Change):
    """A change that puts a stop somewhere.

    ``datum`` has no default: positions read off a Chinese web map are GCJ-02, 604 m off WGS-84
    at Guanlan. A stop inside the study area must stand within 100 m of a walkable street.
    """

    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    datum: Datum
    indicative: bool
    year: int = Field(ge=1900, le=2100)

    @property
    def lonlat(self) -> FloatArray:
        """Where it stands, WGS-84 degrees, shape (1, 2)."""
        return to_wgs84([[self.lon, self.lat]], self.datum)

    def place_problems(self, network: Network, name: str, others: FloatArray) -> list[Problem]:
        """It stands on no street, or far from all ``others`` (metres, shape (n, 2))."""
        problems = []
        xy = project(self.lonlat, network.crs)
        inside = bool(shapely.intersects_xy(network.study_area, *xy[0]))
        metres = float(network.streets.distance_to_nearest(xy)[0])
        if inside and metres > ACCESS_M and len(network.streets):
            what = f"{name} stands on no street; the nearest is {metres:.0f} m away"
            mend = "correct the position, or its datum, or draw the street first"
            problems.append(self.fault("lon/lat", what, mend))
        nearest_km = np.hypot(*(others - xy).T).min(initial=np.inf) / 1000
        if len(others) and nearest_km > FAR_KM:
            what = f"{name} lies {nearest_km:.0f} km from every other stop"
            mend = "check that longitude and latitude are not swapped"
            problems.append(self.fault("lon/lat", what, mend))
        return problems


class NewStop(PlacedStop):
    """A stop that was not there. No line calls at it until another change says so.

    ``datum`` has no default: positions read off a Chinese web map are GCJ-02, 604 m off WGS-84
    at Guanlan. A stop inside the study area must stand within 100 m of a walkable street.
    """

    verb: Literal["new_stop"] = "new_stop"
    stop_id: str = Field(min_length=1)
    stop_name: str = Field(min_length=1)
    district: str = ""

    @property
    def makes(self) -> tuple[str, ...]:
        """The new stop's id and name."""
        return self.stop_id, self.stop_name

    def problems(self, network: Network) -> list[Problem]:
        """The id is taken; the position is on no street, or far from every other stop."""
        problems = []
        if self.stop_id in network.stop_row:
            what = f"{self.stop_id!r} exists already"
            problems.append(self.fault("stop_id", what, "choose another id"))
        return problems + self.place_problems(network, self.stop_name, network.stop_xy)

    def apply(self, network: Network) -> Network:
        """``network`` with one stop more."""
        lon, lat = self.lonlat[0]
        row = pd.DataFrame(
            {
                "stop_id": [self.stop_id],
                "stop_name": [self.stop_name],
                "stop_lon": [lon],
                "stop_lat": [lat],
                "district": [self.district],
                "indicative": [self.indicative],
                "year": [self.year],
                "source": [self.origin],
            }
        )
        stops = pd.concat([network.feed.stops, row], ignore_index=True)
        return network.with_feed(network.feed.with_tables(stops=stops))


class MoveStop(PlacedStop):
    """A stop that moves to another place; every line that calls at it calls there.

    ``stop`` is an id, or a name that only one kerb has. Its name and, unless given, its district
    stay.
    """

    verb: Literal["move_stop"] = "move_stop"
    stop: str
    district: str | None = None

    def problems(self, network: Network) -> list[Problem]:
        """The stop is unknown or there already; the new place is on no street, or far away."""
        stop, problems = one_stop(self, network.feed, "stop", self.stop)
        if problems:
            return problems
        row = network.stop_row[stop]
        others = np.delete(network.stop_xy, row, axis=0)
        problems = self.place_problems(network, self.stop, others)
        moved_m = np.hypot(*(project(self.lonlat, network.crs)[0] - network.stop_xy[row]))
        if moved_m < SAME_PLACE_M:
            # The source would change all the same, so the fold could not see it.
            what = f"changes nothing: {self.stop} stands there already"
            problems.append(self.fault("lon/lat", what, "correct it or take it out"))
        return problems

    def apply(self, network: Network) -> Network:
        """``network`` with the stop at its new place."""
        feed = network.feed
        stop, _ = one_stop(self, feed, "stop", self.stop)
        lon, lat = self.lonlat[0]
        new = {"stop_lon": lon, "stop_lat": lat, "indicative": self.indicative, "year": self.year,
               "source": self.origin}  # fmt: skip
        if self.district is not None:
            new["district"] = self.district
        here = feed.stops["stop_id"] == stop
        stops = feed.stops.assign(
            **{name: feed.stops[name].mask(here, value) for name, value in new.items()}
        )
        return network.with_feed(feed.with_tables(stops=stops))


class RenameStop(Change):
    """Another name on the sign. ``stop`` is an id, or a name: then all its kerbs are renamed.

    Buses that end there show the new name. Position, year and mark stay those of the stop.
    """

    verb: Literal["rename_stop"] = "rename_stop"
    stop: str
    stop_name: str = Field(min_length=1)

    @property
    def makes(self) -> tuple[str, ...]:
        """The stop's new name."""
        return (self.stop_name,)

    def problems(self, network: Network) -> list[Problem]:
        """The stop is unknown."""
        return stops_named(self, network.feed, "stop", self.stop)[1]

    def apply(self, network: Network) -> Network:
        """``network`` with the stop's new name."""
        feed = network.feed
        old = dict(zip(feed.stops["stop_id"], feed.stops["stop_name"], strict=True))
        ours = feed.stop_ids(self.stop)
        here = feed.stops["stop_id"].isin(ours)
        now = zip(feed.patterns["pattern_id"], feed.patterns["trip_headsign"], strict=True)
        shown = [
            self.stop_name
            if (last := feed.sequence(one)[-1]) in ours and sign == old[last]
            else sign
            for one, sign in now
        ]
        return network.with_feed(
            feed.with_tables(
                stops=feed.stops.assign(
                    stop_name=feed.stops["stop_name"].mask(here, self.stop_name)
                ),
                patterns=feed.patterns.assign(trip_headsign=shown),
            )
        )


class RemoveStop(Change):
    """A stop that goes. ``stop`` is an id, or a name: then all its kerbs go.

    With ``line`` (and ``direction_id`` or ``pattern``) only that line stops calling there, and the
    stop stays for the others.
    """

    verb: Literal["remove_stop"] = "remove_stop"
    stop: str
    line: str | None = None
    direction_id: int | None = None
    pattern: str | None = None

    def problems(self, network: Network) -> list[Problem]:
        """The stop or line is unknown, the line does not call there, or too few calls remain."""
        feed = network.feed
        stops, problems = stops_named(self, feed, "stop", self.stop)
        problems += self._own(network)[1]
        if problems:
            return problems
        sequences = self._sequences(network, stops)
        if self.line is not None and not sequences:
            what = f"line {self.line!r} does not call at {self.stop!r}"
            return [self.fault("line", what, "leave the line out, or name another stop")]
        return repeated_problems(self, feed, sequences)

    def apply(self, network: Network) -> Network:
        """``network`` without the stop, or without the line's calls at it."""
        feed = network.feed
        gone = feed.stop_ids(self.stop)
        feed = with_sequences(feed, self._sequences(network, gone))
        if self.line is None:
            feed = feed.with_tables(stops=feed.stops[~feed.stops["stop_id"].isin(gone)])
        return network.with_feed(feed)

    def _own(self, network: Network) -> tuple[list[str], list[Problem]]:
        """The patterns that lose the stop, or the problem."""
        if self.line is not None:
            return patterns_of(self, network.feed, self.line, self.direction_id, self.pattern)
        if self.direction_id is None and self.pattern is None:
            return network.feed.patterns["pattern_id"].tolist(), []
        what = "a direction or pattern is given, but no line"
        return [], [self.fault("line", what, "say of which line, or leave them out")]

    def _sequences(self, network: Network, gone: list[str]) -> dict[str, list[str]]:
        old = {pattern: network.feed.sequence(pattern) for pattern in self._own(network)[0]}
        return {
            pattern: [stop for stop in stops if stop not in gone]
            for pattern, stops in old.items()
            if set(stops) & set(gone)
        }
