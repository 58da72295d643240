"""How tests of scenarios apply changes to the make-believe town and read what came of them."""

from __future__ import annotations

import pandas as pd
import pytest
from town import degrees, network

from transit.errors import DataError
from transit.model.network import Network
from transit.scenario.change import Change
from transit.scenario.scenario import Scenario
from transit.scenario.stops import NewStop
from transit.units import clock_of


def run(*changes: Change, base: Network | None = None) -> Network:
    return Scenario("s", changes).apply(base or network())


def course(whole: Network, pattern: str) -> str:
    return " ".join(whole.feed.sequence(pattern))


def refused(*changes: Change, base: Network | None = None) -> list[str]:
    """Problems of a scenario as text; fails when there is none."""
    with pytest.raises(DataError) as caught:
        run(*changes, base=base)
    return [str(problem) for problem in caught.value.problems]


def new_stop(stop_id: str = "N", east: float = 500, north: float = 300, **more) -> NewStop:
    lon, lat = degrees(east, north)
    values = {"stop_name": "新站", "lon": lon, "lat": lat, "datum": "WGS-84", "indicative": True,
              "year": 2021}  # fmt: skip
    return NewStop(stop_id=stop_id, **(values | more))


def headsign(whole, pattern_id: str) -> str:
    patterns = whole.feed.patterns.set_index("pattern_id")
    return patterns.loc[pattern_id, "trip_headsign"]


def periods(whole: Network, pattern: str) -> list[tuple[int, int, int]]:
    """Periods of a pattern in hours, with the headway in minutes."""
    rows = whole.feed.frequencies
    rows = rows[rows["pattern_id"] == pattern]
    return [(row.start_time / 3600, row.end_time / 3600, row.headway_secs / 60)
            for row in rows.itertuples()]  # fmt: skip


def departures(whole: Network, pattern: str) -> list[str]:
    """Clock times at which the trips of a pattern leave."""
    rows = whole.feed.trips
    return [clock_of(secs) for secs in rows.loc[rows["pattern_id"] == pattern, "departure_time"]]


def patterns(whole: Network) -> list[str]:
    """Ids of all patterns."""
    return whole.feed.patterns["pattern_id"].tolist()


def service(whole: Network, pattern: str) -> pd.DataFrame:
    """Rows of frequencies of a pattern, in order of time."""
    rows = whole.feed.frequencies
    return rows[rows["pattern_id"] == pattern].reset_index(drop=True)
