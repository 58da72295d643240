"""What is said of the shared real data, counted anew with plain csv, scipy and pyproj.

Nothing of ours is used here: these are the numbers that our own readers are held against.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import zipfile
from collections import Counter
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pyogrio
import pytest
from pyproj import Transformer
from scipy.spatial import KDTree

pytestmark = pytest.mark.shared
_to_metres = Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True)


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig")


def metres(frame: pd.DataFrame) -> np.ndarray:
    return np.column_stack(_to_metres.transform(frame["lon_wgs84"], frame["lat_wgs84"]))


@pytest.fixture(scope="module")
def lines(shared_data) -> list[tuple[str, list[str], list[str]]]:
    """Name, stop names and positions of each row of the 2020 table."""
    path = shared_data / "shenzhen_bus_2020" / "busline_bd09.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            (row["linename"], ast.literal_eval(row["stationname"]),
             ast.literal_eval(row["stationgeo"]))
            for row in csv.DictReader(file)
        ]  # fmt: skip


@pytest.fixture(scope="module")
def visits(shared_data) -> pd.DataFrame:
    return table(shared_data / "shenzhen_bus_2020" / "line_stops_wgs84.csv")


def test_lines_visits_and_names_of_2020(lines, visits):
    """If this fails, the counts that a whole-city import is held against are others.

    The 61,026 visits that are told count the 167 repeated rows; without them there are 55,625.
    """
    assert len(lines) == 2113
    assert len({name for name, _, _ in lines}) == 1946
    assert len(lines) - 1946 == 167  # "about 167 duplicate rows"
    whole = {(name, tuple(stops), tuple(places)) for name, stops, places in lines}
    assert len(lines) - len(whole) == 165  # the other two repeat a name with other stops
    assert sum(len(stops) for _, stops, _ in lines) == len(visits) == 61_026
    assert len({stop for _, stops, _ in lines for stop in stops}) == 7073
    first = {name: stops for name, stops, _ in reversed(lines)}
    assert sum(map(len, first.values())) == 55_625


def test_share_of_visits_out_of_place(visits):
    """If this fails, the share of visits in doubt that an import should find is another.

    "About 2 %" are more than 250 m from the others: 1.7 % from the median place of the name.
    """
    xy = pd.DataFrame(metres(visits), columns=["x", "y"]).assign(stop=visits["stop"])
    middle = xy.groupby("stop")[["x", "y"]].transform("median")
    away = np.hypot(xy["x"] - middle["x"], xy["y"] - middle["y"]) > 250
    assert int(away.sum()) == 1052
    assert away.mean() == pytest.approx(0.017, abs=0.001)


def test_guanlan_cut(shared_data, visits):
    """If this fails, the part of the table round the park is another.

    275 lines and 3,261 visits as told; the names are 425: the table of 421 lacks four of them.
    """
    near = table(shared_data / "shenzhen_bus_2020" / "guanlan_line_stops_wgs84.csv")
    inside = visits["lon_wgs84"].between(113.98, 114.10) & visits["lat_wgs84"].between(22.68, 22.78)
    assert len(near) == int(inside.sum()) == 3261
    assert near["linename"].nunique() == 275
    agreed = table(shared_data / "shenzhen_bus_2020" / "guanlan_stops_consensus_wgs84.csv")
    assert len(agreed) == 421
    lacking = {"河东", "龙华清华路总站", "华悦路口", "硅谷动力清湖园"}
    assert set(near["stop"]) - set(agreed["stop"]) == lacking


def test_lines_paths_and_stops_of_2025(shared_data, visits):
    """If this fails, the positions of today's stops are not those that were told."""
    folder = shared_data / "shenzhen_bus_2025"
    assert table(folder / "park_lines.csv")["line"].nunique() == 8
    paths = table(folder / "park_paths.csv")
    assert len(paths) == 1042
    assert paths.groupby("line").size().max() == 300
    points = table(folder / "park_stop_points.csv")
    today = points[points["stop"] == "银星科技园"]
    assert today[["lon_wgs84", "lat_wgs84"]].to_numpy().tolist() == [[114.043085, 22.733376]]
    old = visits[visits["stop"] == "银星工业区"]
    # "14 m away" is told; the median of the visits on its kerb is 13 m away.
    kerb = metres(old)[np.hypot(*(metres(old) - metres(today)).T) < 30]
    assert np.hypot(*(np.median(kerb, axis=0) - metres(today)[0])) == pytest.approx(13, abs=1)
    renamed = points.loc[points["stop"] == "大布巷居委会", ["lon_wgs84", "lat_wgs84"]]
    assert {tuple(place) for place in renamed.to_numpy().tolist()} == {
        (114.041121, 22.722794), (114.040695, 22.723174)
    }  # fmt: skip


def test_m287_agrees_with_the_conversion_of_2020(shared_data, visits):
    """If this fails, the converted positions of 2020 are off.

    Ten stops are told to agree within 1–15 m; 17 of the 19 names that both have do. The other
    two, 锦鲤 and 观城, stand 100 and 138 m from the nearest visit of 2020.
    """
    checked = table(shared_data / "shenzhen_bus_2025" / "m287_check.csv")
    found = {}
    for row, place in zip(checked.itertuples(), metres(checked), strict=True):
        same = visits[visits["stop"] == row.stop]
        if len(same):
            found[row.stop] = float(KDTree(metres(same)).query(place)[0])
    assert len(found) == 19
    assert sorted(name for name, away in found.items() if away > 15) == ["观城", "锦鲤"]


def test_metro_zones_districts_and_streets(shared_data):
    """If this fails, what is said of the other layers is not so."""
    stations = table(shared_data / "shenzhen_metro" / "stations_wgs84.csv")
    assert len(stations) == 407
    assert int((stations["line"] == "Line 4").sum()) == 23
    zones = pyogrio.read_info(shared_data / "shenzhen_zones" / "SZ_districts.shp")
    assert (zones["features"], zones["crs"]) == (491, "EPSG:3857")
    districts = shared_data / "shenzhen_zones" / "districts.geojson"
    assert len(json.loads(districts.read_text(encoding="utf-8"))["features"]) == 10
    graph = nx.read_graphml(shared_data / "futian_osm" / "futian_osmnx.graphml")
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (1751, 4009)
    x, y = ([float(data[key]) for _, data in graph.nodes(data=True)] for key in "xy")
    assert [round(side, 3) for side in (min(x), max(x), min(y), max(y))] == [
        113.997, 114.040, 22.517, 22.551
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("feed", "routes", "stops", "trips"),
    [("poa_eptc", 115, 3986, 2374), ("poa_trensurb", 2, 24, 1248)],
)
def test_counts_of_the_two_feeds(shared_data, feed, routes, stops, trips):
    """If this fails, the counts that our GTFS reading is held against are others."""
    counts = Counter()
    with zipfile.ZipFile(shared_data / "porto_alegre" / f"{feed}.zip") as archive:
        for name in ("routes", "stops", "trips"):
            text = io.TextIOWrapper(archive.open(f"{name}.txt"), encoding="utf-8-sig", newline="")
            counts[name] = sum(1 for _ in csv.DictReader(text))
    assert counts == {"routes": routes, "stops": stops, "trips": trips}
