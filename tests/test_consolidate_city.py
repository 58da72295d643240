"""Stops of the whole city of 2020, held against what was made by hand and against 2025."""

from __future__ import annotations

import csv
import re

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import KDTree

import transit
from transit.datum import to_wgs84
from transit.sources.consolidate import Consolidation, consolidate
from transit.sources.tables import read_visits
from transit.units import project

CRS = "EPSG:4547"
pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def city(shared_data) -> Consolidation:
    path = shared_data / "shenzhen_bus_2020" / "busline_bd09.csv"
    visits = read_visits(path, datum="BD-09", faulty="leave out").frame
    lonlat = to_wgs84(visits[["lon", "lat"]].to_numpy(), "BD-09")
    return consolidate(visits.assign(lon=lonlat[:, 0], lat=lonlat[:, 1]))


def by_hand(name: str) -> list[dict[str, str]]:
    path = transit.bundled_area() / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def distances(city: Consolidation, lonlat: np.ndarray, names: list[str]) -> np.ndarray:
    """Metres from each place to the nearest stop of that name, ``inf`` beyond 300 m."""
    xy = project(city.stops[["stop_lon", "stop_lat"]].to_numpy(), CRS)
    near = KDTree(xy).query_ball_point(project(lonlat, CRS), 300)
    shown = city.stops["stop_name"].tolist()
    at = project(lonlat, CRS)
    return np.array(
        [
            min((np.hypot(*(xy[row] - at[place])) for row in rows if shown[row] == name),
                default=np.inf)
            for place, (rows, name) in enumerate(zip(near, names, strict=True))
        ]
    )  # fmt: skip


def test_627_and_only_627_is_out_of_step(city):
    """If this fails, a line drawn wrong goes unseen, or a good one is bent."""
    told = city.doubts[city.doubts["what"] == "names and positions out of step"]
    assert told["where"].tolist() == ["627_0"]


def test_calls_are_moved_as_they_were_by_hand(city):
    """If this fails, what is mended differs from what was found call by call."""
    hand = {
        (found[1], found[2]): int(found[3])
        for row in by_hand("corrections.csv")
        if (found := re.match(r"627_1 call (\d+) (\S+?): moved (\d+) m", row["what"]))
    }
    assert len(hand) == 13
    moves = city.merges[city.merges["reason"].str.contains("of 627_0 is")]
    ours = {
        (re.search(r"call (\d+) of", row.reason)[1], re.sub("[①②]", "", row.name_one)): row
        for row in moves.itertuples()
    }
    for call, metres in hand.items():
        assert ours[call].distance_m == pytest.approx(metres, abs=3), call
    # One more lies 82 m from where 21 others of its name and direction call.
    assert {name for _, name in set(ours) - set(hand)} == {"龙华中心医院"}


def test_a_call_drawn_at_its_neighbour_is_moved(city):
    """If this fails, 旅游9线 calls at 岗头村 where the stop 观澜汽车站 is."""
    moves = city.merges[city.merges["what"] == "move call"]
    (row,) = moves[moves["name_one"] == "岗头村"].itertuples()
    assert (row.keep, row.rule) == ("yes", "drawn at its neighbour")


def test_stops_are_those_that_were_made_by_hand(city):
    """If this fails, the code makes other stops than the study area that is published."""
    stops = by_hand("stops.csv")
    lonlat = np.array([[float(row["stop_lon"]), float(row["stop_lat"])] for row in stops])
    away = distances(city, lonlat, [row["stop_name"] for row in stops])
    # 525 by hand; the nine that are not here bear the other of two names that are equally
    # frequent (黎光工业区工作站) or share a kerb with one that is more so.
    assert (away <= 60).sum() == len(stops) - 9
    assert np.median(away) < 5


def test_park_and_estate_of_one_word_stay_two_places(city):
    """If this fails, 银星工业区 and 银星工业园, 115 m apart, are the same stop of the park."""
    names = city.stops.set_index("stop_id")["stop_name"]
    assert {"银星工业区", "银星工业园", "观澜银星工业园"} <= set(names)
    places = city.stops[city.stops["stop_name"] == "观澜银星工业园"]
    assert len(places) == 2
    assert set(places["parent_station"]) == {""}  # 0.9 km apart


def test_stops_of_2020_stand_where_those_of_2025_do(city, shared_data):
    """If this fails, stops are moved off their kerbs."""
    folder = shared_data / "shenzhen_bus_2025"
    tables = [pd.read_csv(folder / name) for name in ("park_lines.csv", "park_stop_points.csv")]
    columns = ["stop", "lon_wgs84", "lat_wgs84"]
    places = pd.concat([table[columns] for table in tables]).drop_duplicates()
    away = distances(city, places[columns[1:]].to_numpy(), places["stop"].tolist())
    same = away[away <= 150]
    assert len(same) > 100
    assert np.median(same) < 10
