"""The bundle against the whole-city table it was taken from, which only some machines have."""

from __future__ import annotations

import ast
import csv
import re
import unicodedata

import pytest
from bundle import rows, sequences, stop_names, stop_points
from pyproj import Transformer
from shapely import Point

pytestmark = pytest.mark.shared
_to_metres = Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True)


def plain(name: str) -> str:
    """Without bay numbers and full-width signs, as the corrections say."""
    text = re.sub(r"[①②③④⑤]", "", name)
    return unicodedata.normalize("NFKC", text).strip()


@pytest.fixture(scope="module")
def corrected() -> dict[str, str]:
    """Old name → new name of every renaming that corrections.csv lists."""
    found = {}
    for row in rows("corrections"):
        if match := re.match(r"name (\S+) → (\S+)", row["what"]):
            found[match[1]] = match[2]
        if match := re.match(r"(\S+) merged into (\S+)", row["what"]):
            found[match[1]] = match[2]
    return found


@pytest.fixture(scope="module")
def city(shared_data) -> dict[str, list[str]]:
    """Stop names of each directional line of the 2020 table (read with ``ast``)."""
    path = shared_data / "shenzhen_bus_2020" / "busline_bd09.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            row["linename"]: ast.literal_eval(row["stationname"])
            for row in csv.DictReader(file)
            if row["linename"].lower().startswith(("m450", "b919", "m525", "m510", "e36"))
        }


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("M450_0", r"m450路?\(观澜银星工业园-石凹路公交首末站\)"),
        ("M450_1", r"m450路?\(石凹路公交首末站-观澜银星工业园\)"),
        ("B919_0", r"b919路?\(观澜爱心家园-.*"),
        ("M525_0", r"m525路?\(象角塘-长凤路总站\)"),
        ("M510_1", r"m510路?\(观澜茗语华苑-清湖地铁站\)"),
    ],
)
def test_sequences_are_those_of_the_city_table(city, corrected, pattern, line):
    """If this fails, a stop was lost, added or renamed on the way without a correction."""
    (source,) = [key for key in city if re.fullmatch(line, key.lower())]
    expected = [corrected.get(name, corrected.get(plain(name), plain(name)))
                for name in city[source]]  # fmt: skip
    assert [stop_names()[stop] for stop in sequences()[pattern]] == expected


def test_positions_are_those_of_the_converted_table(shared_data):
    """If this fails, the datum was converted otherwise: every place is wrong."""
    path = shared_data / "shenzhen_bus_2020" / "line_stops_wgs84.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        visits = [row for row in csv.DictReader(file)
                  if row["linename"] == "m450路(观澜银星工业园-石凹路公交首末站)"]  # fmt: skip
    course = sequences()["M450_0"]
    assert len(visits) == len(course)
    away = [
        stop_points()[stop].distance(
            Point(_to_metres.transform(float(row["lon_wgs84"]), float(row["lat_wgs84"])))
        )
        for stop, row in zip(course, visits, strict=True)
    ]  # fmt: skip
    assert sorted(away)[len(away) // 2] < 10
    assert max(away) < 60  # a kerb is the median of visits within 60 m
