"""Changes to stops: new, removed."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import shapely
from pydantic import Field

from transit.datum import Datum, to_wgs84
from transit.errors import Problem
from transit.model.network import ACCESS_M, Network
from transit.scenario.change import (
    Change,
    patterns_of,
    repeated_problems,
    stops_named,
    with_sequences,
)
from transit.units import FloatArray, project


class NewStop(Change):
    """A stop that was not there. No line calls at it until another change says so.

    ``datum`` has no default: positions read off a Chinese web map are GCJ-02, 604 m off WGS-84
    at Guanlan. A stop inside the study area must stand within 100 m of a walkable street.
    """

    verb: Literal["new_stop"] = "new_stop"
    stop_id: str = Field(min_length=1)
    stop_name: str = Field(min_length=1)
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    datum: Datum
    indicative: bool
    year: int = Field(ge=1900, le=2100)
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
        xy = project(self._lonlat, network.crs)
        inside = bool(shapely.intersects_xy(network.study_area, *xy[0]))
        metres = float(network.streets.distance_to_nearest(xy)[0])
        if inside and metres > ACCESS_M:
            what = f"{self.stop_name} stands on no street; the nearest is {metres:.0f} m away"
            mend = "correct the position, or its datum, or draw the street first"
            problems.append(self.fault("lon/lat", what, mend))
        return problems + self._far_problems(network, xy)

    def apply(self, network: Network) -> Network:
        """``network`` with one stop more."""
        lon, lat = self._lonlat[0]
        row = pd.DataFrame(
            {
                "stop_id": [self.stop_id],
                "stop_name": [self.stop_name],
                "stop_lon": [lon],
                "stop_lat": [lat],
                "district": [self.district],
                "indicative": [self.indicative],
                "year": [self.year],
                "source": [self.source or "scenario"],
            }
        )
        stops = pd.concat([network.feed.stops, row], ignore_index=True)
        return network.with_feed(network.feed.with_tables(stops=stops))

    @property
    def _lonlat(self) -> FloatArray:
        return to_wgs84([[self.lon, self.lat]], self.datum)

    def _far_problems(self, network: Network, xy: FloatArray) -> list[Problem]:
        if not len(network.stop_xy):
            return []
        nearest_km = np.hypot(*(network.stop_xy - xy).T).min() / 1000
        if nearest_km <= _FAR_KM:
            return []
        what = f"{self.stop_name} lies {nearest_km:.0f} km from every other stop"
        return [self.fault("lon/lat", what, "check that longitude and latitude are not swapped")]


class RemoveStop(Change):
    """A stop that goes. ``stop`` is an id, or a name: then all its kerbs go.

    With ``line`` only that line stops calling there, and the stop stays for the others.
    """

    verb: Literal["remove_stop"] = "remove_stop"
    stop: str
    line: str | None = None

    def problems(self, network: Network) -> list[Problem]:
        """The stop or line is unknown, the line does not call there, or too few calls remain."""
        stops, problems = stops_named(self, network.feed, "stop", self.stop)
        if self.line is not None:
            problems += patterns_of(self, network.feed, self.line)[1]
        if problems:
            return problems
        sequences = self._sequences(network, stops)
        if self.line is not None and not sequences:
            what = f"line {self.line!r} does not call at {self.stop!r}"
            return [self.fault("line", what, "leave the line out, or name another stop")]
        return repeated_problems(self, network.feed, sequences)

    def apply(self, network: Network) -> Network:
        """``network`` without the stop, or without the line's calls at it."""
        feed = network.feed
        gone = feed.stop_ids(self.stop)
        feed = with_sequences(feed, self._sequences(network, gone))
        if self.line is None:
            feed = feed.with_tables(stops=feed.stops[~feed.stops["stop_id"].isin(gone)])
        return network.with_feed(feed)

    def _sequences(self, network: Network, gone: list[str]) -> dict[str, list[str]]:
        calls = network.feed.calls
        touched = calls.loc[calls["stop_id"].isin(gone), "pattern_id"].unique().tolist()
        if self.line is not None:
            own = patterns_of(self, network.feed, self.line)[0]
            touched = [pattern for pattern in touched if pattern in own]
        return {
            pattern: [stop for stop in network.feed.sequence(pattern) if stop not in gone]
            for pattern in touched
        }


_FAR_KM = 200.0
