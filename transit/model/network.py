"""Network: streets and a feed in one study area; the value that scenarios turn into another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import Polygon

from transit.card import Card
from transit.errors import DataError, Problem
from transit.model.course import Course
from transit.model.feed import Feed
from transit.model.park import Park
from transit.model.published import along_shape
from transit.model.streets import Anchors, Streets, read_only
from transit.model.timing import TimedRun, timed_run, timings_of
from transit.parsing import empty
from transit.schema import STATIONS
from transit.terms import DEFAULT
from transit.units import FloatArray, project

if TYPE_CHECKING:
    import geopandas

ACCESS_M = 100.0
"""How far a stop, gate or building may stand from the street it is reached by, in metres."""

_FOLLOWS_FROM: dict[str, tuple[str, ...]] = {
    "station_xy": (),
    "_surroundings": (),
    "stop_xy": ("stops",),
    "stop_row": ("stops",),
    "stop_in_area": ("stops",),
    "stop_anchors": ("stops",),
    "hop_m": ("stops", "routes", "patterns", "calls"),
    "courses": ("stops", "patterns", "calls", "shapes"),
    "drive_m": ("stops", "routes", "patterns", "calls", "shapes"),
    "timed_runs": (
        "stops",
        "patterns",
        "calls",
        "shapes",
        "frequencies",
        "trips",
        "timings",
    ),
    "shape_xy": ("shapes",),
    "_on_shape": ("shapes",),
}
"""What is worked out once and kept, and the tables of the feed it follows from."""


@dataclass(frozen=True, eq=False)
class Network:
    """Streets, a feed and metro stations, in one metric CRS.

    ``study_area`` (metres) is where the streets are meant to be complete: a stop outside it may
    stand on no street. ``sources`` are the lines of credit that every map and report must show.
    """

    name: str
    streets: Streets
    feed: Feed
    study_area: Polygon
    stations: pd.DataFrame = field(default_factory=lambda: empty(STATIONS))
    sources: tuple[str, ...] = ()
    _tables: dict[Hashable, pd.DataFrame] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        by_key = self.stations.sort_values(list(STATIONS.key), ignore_index=True)
        object.__setattr__(self, "stations", by_key[STATIONS.names])

    @property
    def crs(self) -> str:
        """The metric CRS of the study area, such as ``EPSG:4547``."""
        return self.streets.crs

    @cached_property
    def stop_xy(self) -> FloatArray:
        """Positions of ``feed.stops``, row by row, in metres, shape (stops, 2)."""
        return read_only(project(self.feed.stops[["stop_lon", "stop_lat"]].to_numpy(), self.crs))

    @cached_property
    def station_xy(self) -> FloatArray:
        """Positions of ``stations``, row by row, in metres, shape (stations, 2)."""
        lonlat = self.stations[["station_lon", "station_lat"]].to_numpy()
        return read_only(project(lonlat, self.crs))

    @cached_property
    def stop_row(self) -> dict[str, int]:
        """Row of each stop id in ``feed.stops`` and ``stop_xy``."""
        return {stop: row for row, stop in enumerate(self.feed.stops["stop_id"])}

    @cached_property
    def hop_m(self) -> FloatArray:
        """Straight metres from the call before, row by row of ``feed.visits``; 0 at the first."""
        visits = self.feed.visits
        xy = self.stop_xy[visits["stop_id"].map(self.stop_row).to_numpy(dtype=np.int64)]
        hop: FloatArray = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
        hop[visits["is_first"].to_numpy()] = 0.0
        hop.flags.writeable = False
        return hop

    @cached_property
    def courses(self) -> dict[str, Course]:
        """Where the buses of each pattern drive, by pattern id; see ``transit.model.driving``."""
        patterns = self.feed.patterns["pattern_id"].tolist()
        rows = [[self.stop_row[stop] for stop in self.feed.sequence(key)] for key in patterns]
        places = [self.stop_xy[row] for row in rows]
        found = self.streets.driving.courses(places)
        if len(self.feed.shapes):
            shapes = self.feed.patterns["shape_id"]
            each = zip(found, places, shapes, strict=True)
            found = [self._published(course, xy, shape) for course, xy, shape in each]
        return dict(zip(patterns, found, strict=True))

    def _published(self, course: Course, stops: FloatArray, shape: str) -> Course:
        """``course`` where its unknown hops follow the shape of this id; worked out once."""
        if shape not in self.shape_xy:
            return course
        key = (shape, id(course), stops.tobytes())
        if key not in self._on_shape:
            # The course is kept with its answer, so that its identity stays its own.
            self._on_shape[key] = course, along_shape(course, stops, self.shape_xy[shape])
        return self._on_shape[key][1]

    @cached_property
    def _on_shape(self) -> dict[tuple[str, int, bytes], tuple[Course, Course]]:
        return {}

    @cached_property
    def shape_xy(self) -> dict[str, FloatArray]:
        """The published courses of the feed in metres, shape (points, 2) each, by ``shape_id``."""
        shapes = self.feed.shapes
        xy = project(shapes[["shape_pt_lon", "shape_pt_lat"]].to_numpy(), self.crs)
        rows = shapes.groupby("shape_id", sort=False).indices
        return {str(key): xy[own] for key, own in rows.items()}

    @cached_property
    def timed_runs(self) -> dict[tuple[str, str], TimedRun]:
        """The run of each pattern and timing that trips or headways name, on the stops of today."""
        known = timings_of(self.feed.timings)
        pairs = {
            pair
            for table in (self.feed.trips, self.feed.frequencies)
            for pair in zip(table["pattern_id"], table["timing_id"], strict=True)
            if pair[1]
        }
        return {
            (pattern, timing): timed_run(
                known[timing],
                tuple(self.feed.sequence(pattern)),
                self.courses[pattern].length_m,
            )
            for pattern, timing in sorted(pairs)
        }

    @cached_property
    def drive_m(self) -> FloatArray:
        """Metres driven from the call before, row by row of ``feed.visits``; 0 at the first.

        Along streets where the hop is matched, else along the published shape, else straight.
        """
        driven = np.zeros(len(self.feed.visits))
        later = ~self.feed.visits["is_first"].to_numpy(dtype=bool)
        order = dict.fromkeys(self.feed.visits["pattern_id"])
        if order:
            driven[later] = np.concatenate([self.courses[key].length_m for key in order])
        return read_only(driven)

    @cached_property
    def stop_in_area(self) -> np.ndarray:
        """Whether each stop lies in the study area, row by row."""
        return read_only(shapely.intersects_xy(self.study_area, *self.stop_xy.T))

    @cached_property
    def stop_anchors(self) -> Anchors:
        """Where each stop meets its street within ``ACCESS_M``, row by row."""
        return self.streets.snap(self.stop_xy, within_m=ACCESS_M)

    def stops_frame(self) -> geopandas.GeoDataFrame:
        """One row a stop for GIS: the columns of ``feed.stops`` and its point, in ``crs``."""
        import geopandas

        points = geopandas.points_from_xy(*self.stop_xy.T)
        return geopandas.GeoDataFrame(self.feed.stops, geometry=points, crs=self.crs)

    def with_feed(self, feed: Feed) -> Network:
        """The same streets and stations with another feed.

        What was worked out of tables that both feeds share is kept: thousands of scenarios differ
        from their base in one line.
        """
        new = replace(self, feed=feed)
        for name, tables in _FOLLOWS_FROM.items():
            if name in self.__dict__ and feed.shares(self.feed, tables):
                new.__dict__[name] = self.__dict__[name]
        return new

    def with_streets(self, streets: Streets) -> Network:
        """The same feed and stations on other streets."""
        return replace(self, streets=streets)

    def at(self, clock: int) -> Network:
        """The same network at another time of day (seconds after midnight): other gates open."""
        return self.with_streets(self.streets.at(clock))

    def table(self, question: Hashable, answer: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The table that answers ``question`` about this network, worked out when first asked.

        Each caller gets a copy of its own (shallow: pandas copies what is written to).
        """
        if question not in self._tables:
            self._tables[question] = answer()
        return self._tables[question].copy(deep=False)

    def require_crs(self, park: Park) -> None:
        """Raise a ``DataError`` when ``park`` is not in this network's CRS."""
        if park.crs != self.crs:
            fault = f"it is in {park.crs}, the network in {self.crs}"
            mend = f"build the park with crs={self.crs!r}"
            raise DataError(Problem(f"park {park.park_name}", fault, mend))

    def card(self, language: str = DEFAULT) -> Card:
        """What a notebook shows of it, in ``zh-CN`` or ``en``; ``UsageError`` for others."""
        from transit.model.shown import network_card

        return network_card(self, language)

    def _repr_html_(self) -> str:
        return self.card().html()

    def __repr__(self) -> str:
        counts = f"{len(self.feed.stops)} stops, {len(self.feed.routes)} lines"
        return f"Network({self.name!r}, {counts}, {len(self.streets)} street pieces, {self.crs})"

    def fingerprint(self) -> str:
        """A hash of streets, feed, stations and study area; row order of tables does not count."""
        digest = hashlib.sha256(f"{self.streets.fingerprint()}{self.feed.fingerprint()}".encode())
        digest.update(self._surroundings)
        return digest.hexdigest()[:16]

    @cached_property
    def _surroundings(self) -> bytes:
        """Stations and study area, as far as they count for the fingerprint."""
        hashed = pd.util.hash_pandas_object(self.stations, index=False)
        return bytes(hashed.to_numpy().tobytes()) + bytes(shapely.to_wkb(self.study_area))
