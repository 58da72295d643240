"""The bundled study area is what its SOURCES.md says: sources, years, marks, positions, walks."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
import shapely
from bundle import (
    FOLDER,
    features,
    gates,
    gauge_point,
    metres,
    outline,
    rows,
    sequences,
    stop_names,
    stop_points,
    walk_m,
    walked,
)
from pyproj import Geod

import transit
from transit.schema import TABLES

SOURCES = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
WITH_ORIGIN = ("stops", "routes", "patterns", "frequencies", "stations", "gates")
GEOJSON = ("streets", "parks")


@pytest.fixture(scope="module")
def area():
    return transit.read_area(transit.bundled_area())


@pytest.fixture(scope="module")
def far_stops(area):
    """Stops within 3 km: everything SOURCES.md measures."""
    return transit.brief(area.network, area.parks[0], limit_m=3000).stops.set_index("stop_id")


def properties(name: str) -> list[dict]:
    return [feature["properties"] for feature in features(name)]


def test_every_row_has_a_year_and_a_source():
    """If this fails, a figure on a map cannot be traced to where it comes from."""
    for name in WITH_ORIGIN:
        for row in rows(name):
            assert row["source"].strip(), (name, row)
            assert 2019 <= int(row["year"]) <= 2026, (name, row)
    for name in GEOJSON:
        for row in properties(name):
            assert row["source"].strip(), (name, row)
            assert 2019 <= row["year"] <= 2026, (name, row)


def test_what_the_project_drew_or_assumed_is_marked():
    """If this fails, an assumption passes for a fact in every table made from it."""
    assert all(row["indicative"] == "true" for row in rows("frequencies"))
    assert all(row["indicative"] == "true" for row in rows("gates"))
    assert all(row["indicative"] is True for name in GEOJSON for row in properties(name))
    for name in ("routes", "patterns", "stations"):
        assert all(row["indicative"] == "false" for row in rows(name)), name
    marked = [row["stop_name"] for row in rows("stops") if row["indicative"] == "true"]
    assert marked == ["围仔小区"]
    for path in sorted((FOLDER / "scenarios").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        made = sum(text.count(f"verb: {verb}") for verb in ("new_stop", "open_street"))
        # A position taken over from data says which, in the lines of its change.
        seen = [each for each in text.split("  - verb: ") if "indicative: false" in each]
        assert all("CPTOND-2025" in each or "pygeo-tutorial" in each for each in seen), path.name
        assert made == text.count("indicative: true") + len(seen), path.name


def test_counts_are_those_of_sources_md():
    """If this fails, SOURCES.md describes another version of the data."""
    said = {
        "stops": r"(\d+) stops, one per kerb",
        "routes": r"(\d+) lines, \d+ patterns",
        "patterns": r"\d+ lines, (\d+) patterns",
        "calls": r"\d+ patterns, (\d+) calls",
        "gates": r"outline, (\d+) gates",
    }
    for name, pattern in said.items():
        assert len(rows(name)) == int(re.search(pattern, SOURCES)[1]), name
    assert len(features("streets")) == int(re.search(r"(\d+) ways, (\d+) km", SOURCES)[1])
    km = sum(
        Geod(ellps="WGS84").line_length(*zip(*feature["geometry"]["coordinates"], strict=True))
        for feature in features("streets")
    ) / 1000  # fmt: skip
    assert round(km) == int(re.search(r"(\d+) ways, (\d+) km", SOURCES)[2])
    assert round(outline().area / 1e4) == int(re.search(r"Area (\d+) ha", SOURCES)[1])
    assert round(outline().length / 1e3, 1) == float(
        re.search(r"perimeter ([\d.]+) km", SOURCES)[1]
    )


def test_every_file_is_described_and_every_table_is_declared():
    """If this fails, a file lies in the study area whose origin and licence nobody wrote down."""
    files = {path.name for path in FOLDER.iterdir() if path.is_file()} - {"SOURCES.md", "area.yaml"}
    for name in files:
        assert f"`{name}`" in SOURCES, name
    text = (FOLDER / "scenarios" / "SOURCES.md").read_text(encoding="utf-8")
    for path in (FOLDER / "scenarios").glob("*.yaml"):
        assert f"`{path.name}`" in text, path.name
    declared = {table.name: table.names for table in TABLES}
    absent = {column.name for table in TABLES for column in table.columns if column.may_be_absent}
    for name in (*WITH_ORIGIN, "calls"):
        assert set(declared[name]) - absent <= set(rows(name)[0]) <= set(declared[name]), name
    for name in GEOJSON:
        for row in properties(name):
            assert set(declared[name]) - absent <= set(row) <= set(declared[name]), name


def test_no_path_of_a_machine_and_no_foreign_file():
    """If this fails, the bundle names places of one machine, or has another's file."""
    for path in FOLDER.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8-sig")
            assert not re.search(r"shared/|(?:^|[\s\"'(])/\w+/|[A-Z]:\\", text), path.name
            assert path.suffix in {".csv", ".geojson", ".yaml", ".md"}, path.name


def test_corrections_give_a_reason_each():
    """If this fails, a stop was merged or moved and nobody can say why."""
    found = rows("corrections")
    assert len(found) > 20
    assert all(row["table"] and row["what"] and row["reason"] for row in found)
    assert {row["table"] for row in found} <= {table.name for table in TABLES}


def test_texts_are_clean():
    """If this fails, two spellings of a name are two places, or a name breaks a page."""
    for name in WITH_ORIGIN:
        for row in rows(name):
            for value in row.values():
                assert value == value.strip()
                assert not re.search(r"[\x00-\x1f<>�①②③]", value), (name, value)
    keys = [(row["stop_name"], row["stop_lon"], row["stop_lat"]) for row in rows("stops")]
    assert len(set(keys)) == len(keys) or all(  # opposite kerbs may be drawn on one point
        keys.count(key) <= 2 for key in keys
    )


def test_the_positions_are_wgs84():
    """If this fails, stops are in another datum: 600 m off, and every distance with them.

    Roads at the park drawn from WGS-84 paths lie under the stops of the study area, and the 2025
    position of 银星科技园 (WGS-84) is 13 m from its 2020 place.
    """
    streets = shapely.unary_union([
        shapely.LineString([metres(*xy) for xy in feature["geometry"]["coordinates"]])
        for feature in features("streets")
    ])  # fmt: skip
    west, south, east, north = 114.0284, 22.7145, 114.0592, 22.743
    inside = [
        row["stop_id"] for row in rows("stops")
        if west <= float(row["stop_lon"]) <= east and south <= float(row["stop_lat"]) <= north
    ]  # fmt: skip
    away = sorted(stop_points()[stop].distance(streets) for stop in inside)
    assert len(inside) == 65
    assert away[len(away) // 2] < 15
    assert away[-1] <= 100
    today = shapely.Point(metres(114.043085, 22.733376))
    assert stop_points()["S0002"].distance(today) == pytest.approx(13, abs=2)
    for row in rows("stations"):
        assert 113.7 < float(row["station_lon"]) < 114.7
        assert 22.4 < float(row["station_lat"]) < 22.9


def test_no_hop_longer_than_sources_md_admits():
    """If this fails, a stop far away slipped into a line: its riders would cross the city."""
    express = {"高快巴士6", "高快巴士17", "高快巴士27", "高快巴士37", "E36", "旅游9线"}
    short = {row["route_id"]: row["route_short_name"] for row in rows("routes")}
    for row in rows("patterns"):
        course = sequences()[row["pattern_id"]]
        hops = [stop_points()[a].distance(stop_points()[b]) for a, b in pairwise(course)]
        assert min(hops) > 20, row["pattern_id"]
        limit = 17_500 if short[row["route_id"]] in express else 2_300
        assert max(hops) < limit, row["pattern_id"]


def test_every_pattern_is_called_at_served_and_coloured():
    """If this fails, a line on the map has no stops, no service or the colour of another."""
    patterns = {row["pattern_id"] for row in rows("patterns")}
    assert set(sequences()) == patterns
    assert {row["pattern_id"] for row in rows("frequencies")} == patterns
    colours = [row["route_color"] for row in rows("routes")]
    assert len(set(colours)) == len(colours)
    assert {stop for course in sequences().values() for stop in course} == set(stop_names())


def numbers(cell: str) -> list[int]:
    """The whole numbers of a cell such as ``794–894`` or ``1,160 m``."""
    return [int(text) for text in re.findall(r"\d+", re.sub(r"(?<=\d),(?=\d{3}\b)", "", cell))]


MEASURED = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in SOURCES.splitlines()
    if re.match(r"\|.*S\d{4}.*\|.* m \|.* m \|.* m \|", line)
]


@pytest.mark.parametrize("cells", MEASURED, ids=lambda cells: cells[0].split("(")[0].strip())
def test_distances_of_sources_md(cells, far_stops):
    """If this fails, the distances printed in SOURCES.md or those of the brief are wrong.

    Recomputed from the files with pyproj and shapely; the brief must agree to 1 m.
    """
    stops = re.findall(r"S\d{4}", cells[0])
    north, south = cells[3].split("/")
    places = {"to_outline_m": (outline(), cells[1]), "to_point_m": (gauge_point(), cells[2]),
              "G1": (gates()["G1"], north), "G2": (gates()["G2"], south)}  # fmt: skip
    for column, (place, printed) in places.items():
        away = {stop: stop_points()[stop].distance(place) for stop in stops}
        said = numbers(printed)
        assert min(away.values()) == pytest.approx(min(said), abs=0.51)
        assert max(away.values()) == pytest.approx(max(said), abs=0.51)
        if column in far_stops.columns:
            for stop, metre in away.items():
                assert far_stops.loc[stop, column] == pytest.approx(metre, abs=1)
    for stop in stops:
        nearest = min(stop_points()[stop].distance(gate) for gate in gates().values())
        assert far_stops.loc[stop, "to_gate_m"] == pytest.approx(nearest, abs=1)


def test_the_table_of_distances_is_complete():
    """If this fails, a stop within 500 m of the outline is missing from SOURCES.md."""
    listed = {stop for cells in MEASURED for stop in re.findall(r"S\d{4}", cells[0])}
    near = {s for s, point in stop_points().items() if point.distance(outline()) <= 500}
    assert listed == near
    assert len(listed) == 14


def test_metres_are_metres():
    """If this fails, the CRS stretches: geodesic and projected distances differ at the park."""
    for stop in ("S0002", "S0113", "S0364"):
        (row,) = [row for row in rows("stops") if row["stop_id"] == stop]
        *_, true_m = Geod(ellps="WGS84").inv(
            float(row["stop_lon"]), float(row["stop_lat"]), 114.04297, 22.73329
        )
        assert stop_points()[stop].distance(gauge_point()) == pytest.approx(true_m, rel=1e-4)


def test_walks_equal_dijkstra_to_a_centimetre(area, far_stops):
    """If this fails, walking distances are not those of the drawn streets.

    The independent graph has a node at every vertex and every foot point (networkx).
    """
    compared = set()
    for stop in far_stops.index:
        expected = walk_m(stop)
        if stop_points()[stop].distance(outline()) > 1900:
            continue
        found = far_stops.loc[stop, "walk_m"]
        if math.isinf(expected):
            assert math.isnan(found), stop
            continue
        compared.add(stop)
        assert found == pytest.approx(expected, abs=0.01), stop
        gate = min(walked(), key=lambda gate: walked()[gate].get(stop, math.inf))
        names = {row["gate_id"]: row["gate_name"] for row in rows("gates")}
        assert far_stops.loc[stop, "walk_gate"] == names[gate]
    inside = set(area.network.feed.stops.loc[area.network.stop_in_area, "stop_id"])
    assert len(inside) == 65
    assert inside <= compared  # every stop of the study area has a walk
