"""Network: streets and a feed in one study area; the value that scenarios turn into another."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import Polygon

from transit.errors import DataError, Problem
from transit.model.feed import Feed
from transit.model.park import Park
from transit.model.streets import Anchors, Streets
from transit.schema import STATIONS, empty
from transit.units import FloatArray, project

ACCESS_M = 100.0
"""How far a stop, gate or building may stand from the street it is reached by, in metres."""


@dataclass(frozen=True, eq=False)
class Network:
    """Streets, a feed and metro stations, in one metric CRS.

    ``study_area`` (metres) is where the streets are meant to be complete: a stop outside it has
    no walk. ``sources`` are the lines of credit that every map and report must show.
    """

    name: str
    streets: Streets
    feed: Feed
    study_area: Polygon
    stations: pd.DataFrame = field(default_factory=lambda: empty(STATIONS))
    sources: tuple[str, ...] = ()

    @property
    def crs(self) -> str:
        """The metric CRS of the study area, such as ``EPSG:4547``."""
        return self.streets.crs

    @cached_property
    def stop_xy(self) -> FloatArray:
        """Positions of ``feed.stops``, row by row, in metres, shape (stops, 2)."""
        return project(self.feed.stops[["stop_lon", "stop_lat"]].to_numpy(), self.crs)

    @cached_property
    def station_xy(self) -> FloatArray:
        """Positions of ``stations``, row by row, in metres, shape (stations, 2)."""
        return project(self.stations[["station_lon", "station_lat"]].to_numpy(), self.crs)

    @cached_property
    def stop_row(self) -> dict[str, int]:
        """Row of each stop id in ``feed.stops`` and ``stop_xy``."""
        return {stop: row for row, stop in enumerate(self.feed.stops["stop_id"])}

    @cached_property
    def stop_in_area(self) -> np.ndarray:
        """Whether each stop lies in the study area, row by row."""
        return np.asarray(shapely.intersects_xy(self.study_area, *self.stop_xy.T))

    @cached_property
    def stop_anchors(self) -> Anchors:
        """Where each stop meets its street within ``ACCESS_M``, row by row."""
        return self.streets.snap(self.stop_xy, within_m=ACCESS_M)

    def with_feed(self, feed: Feed) -> Network:
        """The same streets and stations with another feed."""
        return replace(self, feed=feed)

    def require_crs(self, park: Park) -> None:
        """Raise a ``DataError`` when ``park`` is not in this network's CRS."""
        if park.crs != self.crs:
            fault = f"it is in {park.crs}, the network in {self.crs}"
            mend = f"build the park with crs={self.crs!r}"
            raise DataError(Problem(f"park {park.park_name}", fault, mend))

    def fingerprint(self) -> str:
        """A hash of streets, feed, stations and study area; row order of tables does not count."""
        digest = hashlib.sha256(f"{self.streets.fingerprint()}{self.feed.fingerprint()}".encode())
        stations = self.stations.sort_values(list(STATIONS.key), ignore_index=True)
        digest.update(pd.util.hash_pandas_object(stations, index=False).to_numpy().tobytes())
        digest.update(shapely.to_wkb(self.study_area))
        return digest.hexdigest()[:16]
