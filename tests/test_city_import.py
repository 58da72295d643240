"""The whole city of 2020, imported, held against counts by other means and against the bundle."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import numpy as np
import pytest
from bundle import line_of, rows, run, sequences, stop_names, stop_points
from scipy.spatial import KDTree
from shapely import Point

import transit
from transit.datum import to_wgs84
from transit.sources.importing import Draft, draft_of_table
from transit.sources.importing.trust import trust_of
from transit.sources.tables import Facts
from transit.units import in_mainland_china, project

pytestmark = pytest.mark.shared
TABLE = ("shenzhen_bus_2020", "busline_bd09.csv")
MIDDLE = (114.042, 22.729)  # of the park, as SOURCES.md says
FACTS = Facts("the 2020 table", 2020)


@pytest.fixture(scope="module")
def city(shared_data) -> Draft:
    trust = trust_of(shared_data / "shenzhen_metro" / "stations_wgs84.csv", None)
    return draft_of_table(
        shared_data.joinpath(*TABLE), datum="BD-09", facts=FACTS, name="深圳", trust=trust
    )


@pytest.fixture(scope="module")
def near(city) -> transit.Network:
    return city.near(MIDDLE, 1000).network


def test_no_line_and_no_call_is_lost(city):
    """If this fails, the city lacks lines or counts some twice.

    2,113 rows less 165 that repeat another word for word are 1,948 line directions; without the
    two rows that repeat a name with other stops they have 1,946 names (see test_shared_numbers).
    """
    feed = city.network.feed
    assert len(feed.patterns) == 2113 - 165
    assert len(city.tables["left_out"]) == 165
    repeated = feed.patterns["pattern_id"].str.count("_") > 1
    assert int(repeated.sum()) >= 1
    # 55,625 calls under the first row of each name, and those of the two other rows.
    assert len(feed.calls) == 55_700
    assert feed.calls["stop_id"].isin(feed.stops["stop_id"]).all()


def test_stops_keep_their_calls_near(city, shared_data):
    """If this fails, stops of one name were made one though they stand apart."""
    table = np.genfromtxt(
        shared_data / "shenzhen_bus_2020" / "line_stops_wgs84.csv", delimiter=",", skip_header=1,
        encoding="utf-8-sig", usecols=(5, 6),
    )  # fmt: skip
    at = city.network.feed.stops.set_index("stop_id")[["stop_lon", "stop_lat"]]
    lonlat = at.loc[city.network.feed.calls["stop_id"].unique()].to_numpy()
    stops = project(lonlat[in_mainland_china(lonlat)], "EPSG:4547")
    visits = project(table, "EPSG:4547")
    # A kerb may span 60 m: its middle is within 30 m of a visit, but for a few.
    away, _ = KDTree(visits).query(stops)
    assert np.percentile(away, 99) < 30
    assert away.max() < 60


def test_the_datum_is_told(city):
    """If this fails, a table of Baidu positions passes for something else."""
    told = next(line for line in city.told if line.startswith("Datum"))
    assert "BD-09 fits" in told
    named = city.tables["datum"].query("by == 'name'").set_index("datum")["median_m"]
    # By the shared data: some 90 m from the station of that name, else about a kilometre.
    assert named["BD-09"] < 100
    assert 900 < named["GCJ-02"] < named["WGS-84"]


def test_a_wrong_datum_is_refused(shared_data, tmp_path):
    """If this fails, a whole city is imported 600 m off."""
    out = tmp_path / "city"
    ran = run("import", str(shared_data.joinpath(*TABLE)), "--datum", "GCJ-02", "--year", "2020",
              "--source", "x", "--out", str(out), "--yes")  # fmt: skip
    assert ran.code == 3
    assert "the positions are not in GCJ-02" in ran.err
    assert "declare BD-09" in ran.err
    assert not out.exists()


def test_the_line_out_of_step_is_found_and_no_other(city):
    """If this fails, 627 serves the wrong kerbs, or sound lines are said to be wrong."""
    doubts = city.tables["stop_doubts"]
    told = doubts[doubts["what"] == "names and positions out of step"]
    assert told["where"].tolist() == ["627_0"]
    merges = city.tables["merges"]
    moved = merges[merges["rule"] == "names and positions out of step"]
    # corrections.csv, made by hand, lists 13 moved calls of that direction of 627.
    by_hand = {
        found[1]
        for row in rows("corrections")
        if (found := re.match(r"627_1 call \d+ (\S+): moved", row["what"]))
    }
    assert len(by_hand) == 13
    assert by_hand <= {_bare(name) for name in moved["name_one"]}
    assert len(moved) <= len(by_hand) + 1


def test_the_cut_is_the_bundle(near):
    """If this fails, the showcase's tables are not what the code makes of the city's table.

    The bundle was made by hand from the same table: 17 lines, 32 patterns, 867 calls.
    """
    lines = Counter(near.feed.visits["route_short_name"])
    own = Counter(line_of()[pattern] for pattern, calls in sequences().items() for _ in calls)
    assert lines == own
    assert len(near.feed.patterns) == len(sequences()) == 32


def test_names_of_the_cut_are_those_of_the_bundle_or_their_change_is_on_record(city, near):
    """If this fails, a stop has another name than the showcase and nothing says why."""
    merges = city.tables["merges"]
    said = " ".join(
        [*(row["what"] for row in rows("corrections")), *merges["name_one"], *merges["name_other"]]
    )
    odd = {
        pair
        for bundled, calls in sequences().items()
        for pair in zip(_names(calls), _cut_names(near, bundled), strict=True)
        if _bare(pair[0]) != _bare(pair[1])
    }
    assert {pair for pair in odd if not set(pair) & set(said.split())} == set()


def test_kerbs_of_the_cut_stand_where_the_bundle_has_them(near):
    """If this fails, a line of the showcase stops elsewhere than the city's table says.

    The bundle took the median over its 17 lines, the cut over all lines of the city.
    """
    away = np.concatenate(
        [
            [
                stop_points()[stop].distance(Point(xy))
                for stop, xy in zip(calls, near.stop_xy[_rows(near, bundled)], strict=True)
            ]
            for bundled, calls in sequences().items()
        ]
    )
    assert np.median(away) < 5
    assert away.max() < 100


def _pattern(near: transit.Network, bundled: str) -> str:
    """The pattern of the cut that a pattern of the bundle is, by line and names."""
    own = near.feed.visits[near.feed.visits["route_short_name"] == line_of()[bundled]]
    wanted = set(_names(sequences()[bundled])[:3])
    scores = {
        key: len(wanted & set(calls["stop_name"].head(3)))
        for key, calls in own.groupby("pattern_id")
    }
    return max(scores, key=scores.__getitem__)


def _names(calls: list[str]) -> list[str]:
    return [stop_names()[stop] for stop in calls]


def _rows(near: transit.Network, bundled: str) -> list[int]:
    return [near.stop_row[stop] for stop in near.feed.sequence(_pattern(near, bundled))]


def _cut_names(near: transit.Network, bundled: str) -> list[str]:
    return near.feed.stops["stop_name"].iloc[_rows(near, bundled)].tolist()


def _bare(name: str) -> str:
    return re.sub(r"[0-9①②③]$", "", unicodedata.normalize("NFKC", name))


def test_positions_are_those_of_the_converted_table(shared_data):
    """If this fails, our conversion and the shared one differ by more than its last digit.

    But for eight visits of five piers in Hong Kong and Macau: we leave positions there as they
    are, the shared table has converted them like the mainland's.
    """
    table = np.genfromtxt(
        shared_data / "shenzhen_bus_2020" / "line_stops_wgs84.csv", delimiter=",", skip_header=1,
        encoding="utf-8-sig", usecols=(3, 4, 5, 6),
    )  # fmt: skip
    ours = to_wgs84(table[:, :2], "BD-09")
    mainland = in_mainland_china(table[:, 2:])
    assert np.abs(ours - table[:, 2:])[mainland].max() < 2e-6
    assert int((~mainland).sum()) == 8
    assert (ours == table[:, :2])[~mainland].all()
