"""Coordinate reference systems and clock times."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from transit.errors import DataError
from transit.units import (
    clock_of,
    in_mainland_china,
    metric_crs,
    project,
    require_metric,
    seconds_of,
    transform,
    unproject,
)


@pytest.mark.parametrize(
    ("lon", "lat", "crs"),
    [
        (114.042, 22.729, "EPSG:4547"),  # Guanlan: CGCS2000 3-degree zone of 114° E
        (113.88, 22.55, "EPSG:4547"),  # western Shenzhen, beyond the UTM border at 114° E
        (116.40, 39.90, "EPSG:4548"),  # Beijing: 117° E
        (87.60, 43.80, "EPSG:4538"),  # Ürümqi: 87° E
        (121.47, 31.23, "EPSG:4549"),  # Shanghai: 120° E, (121.47 / 3 rounds to 40)
        (114.17, 22.30, "EPSG:32650"),  # Hong Kong: UTM 50 N
        (113.55, 22.19, "EPSG:32649"),  # Macau: UTM 49 N
        (24.94, 60.17, "EPSG:32635"),  # Helsinki
        (-51.22, -30.03, "EPSG:32722"),  # Porto Alegre
        (180.0, 0.0, "EPSG:32601"),
        (-180.0, -0.1, "EPSG:32701"),
    ],
)
def test_metric_crs_of_known_places(lon, lat, crs):
    """If this fails, a study area is measured in a zone that is not its own."""
    assert metric_crs(lon, lat) == crs


@pytest.mark.parametrize(
    "crs", ["EPSG:3857", "EPSG:900913", "ESRI:102100", "EPSG:3395", "EPSG:4326", "EPSG:2263",
            "EPSG:4978", "nonsense", "", "+proj=merc +a=6378137 +b=6378137 +units=m"]
)  # fmt: skip
def test_crs_that_do_not_measure_metres_are_refused(crs):
    """If this fails, "500 m" is 460 m on the ground and nobody is told."""
    with pytest.raises(DataError, match="streets"):
        require_metric(crs, where="streets")


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:32650", "EPSG:32722", "EPSG:3067"])
def test_metric_crs_are_let_through(crs):
    """If this fails, nobody outside Shenzhen can work."""
    assert require_metric(crs, where="streets") == crs


def test_web_mercator_circle_is_a_tenth_too_short():
    """If this fails, the reason given for refusing EPSG:3857 is not true."""
    # FACTS: in EPSG:3857 a "500 m" radius at the park is 459–461 m on the ground.
    centre = transform([[114.042, 22.729]], "EPSG:4326", "EPSG:3857")
    edge = transform(np.add(centre, [500, 0]), "EPSG:3857", "EPSG:4326")[0]
    metres = Geod(ellps="WGS84").inv(114.042, 22.729, *edge)[2]
    assert 459 < metres < 462


def test_4547_measures_true_metres_at_the_park():
    """If this fails, every distance of the showcase is off."""
    # FACTS: EPSG:4547 gives 500.00 m, UTM 499.6 m.
    lon, lat, _ = Geod(ellps="WGS84").fwd(114.042, 22.729, 37, 500)
    metres = {}
    for crs in ("EPSG:4547", "EPSG:32650"):
        here, there = project([(114.042, 22.729), (lon, lat)], crs)
        metres[crs] = np.hypot(*(there - here))
    assert metres["EPSG:4547"] == pytest.approx(500, abs=0.01)
    assert abs(metres["EPSG:32650"] - 500) > 0.1


def test_projection_is_lon_first_and_comes_back():
    """If this fails, longitude and latitude are swapped somewhere."""
    metres = project([(114.042, 22.729)], "EPSG:4547")
    # 0.042° east of the central meridian (false easting 500 km): 0.042·111.32·cos 22.7° = 4.31 km.
    assert metres[0, 0] == pytest.approx(504_313, abs=10)
    np.testing.assert_allclose(unproject(metres, "EPSG:4547"), [(114.042, 22.729)], atol=1e-11)
    assert project(np.empty((0, 2)), "EPSG:4547").shape == (0, 2)


@pytest.mark.parametrize(
    ("name", "lon", "lat", "inland"),
    [
        ("Guanlan", 114.042, 22.729, True),
        ("Luohu port, Shenzhen side", 114.118, 22.536, True),
        ("Shekou", 113.915, 22.482, True),
        ("Harbin", 126.63, 45.75, True),
        ("Kashgar", 75.99, 39.47, True),
        ("Hotan", 79.92, 37.11, True),
        ("Haikou", 110.33, 20.03, True),
        ("Ruili", 97.85, 24.01, True),
        ("Zhuhai", 113.575, 22.27, True),
        ("Futian port, Shenzhen side", 114.0627, 22.5179, True),
        ("Hengqin, Zhuhai", 113.54, 22.13, True),
        ("Wanzai, Zhuhai", 113.522, 22.195, True),
        ("Gongbei, Zhuhai", 113.546, 22.222, True),
        ("Lo Wu station, Hong Kong", 114.1133, 22.5281, False),
        ("Lok Ma Chau station, Hong Kong", 114.0654, 22.5147, False),
        ("A-Ma Temple, Macau", 113.5312, 22.1861, False),
        ("Taipa ferry, Macau", 113.5779, 22.1622, False),
        ("Sheung Shui, Hong Kong", 114.128, 22.501, False),
        ("Tsing Yi, Hong Kong", 114.10, 22.35, False),
        ("Macau", 113.55, 22.19, False),
        ("Taipei", 121.56, 25.04, False),
        ("Tokyo", 139.69, 35.69, False),
        ("Delhi", 77.21, 28.61, False),
        ("Hanoi", 105.85, 21.03, False),
        ("Helsinki", 24.94, 60.17, False),
    ],
)
def test_mainland_china(name, lon, lat, inland):
    """If this fails, places there are shifted by 600 m that should not be, or the reverse."""
    assert in_mainland_china([lon, lat]).tolist() == [inland], name


@pytest.mark.parametrize(
    ("clock", "seconds"),
    [("00:00", 0), ("7:05", 25_500), ("07:05:09", 25_509), (" 23:10 ", 83_400),
     ("25:30:00", 91_800), ("100:00", 360_000)],
)  # fmt: skip
def test_seconds_of(clock, seconds):
    """If this fails, service begins at another hour than the table says."""
    assert seconds_of(clock) == seconds


@pytest.mark.parametrize(
    "clock", ["", "7", "7:5", "07:60", "07:00:60", "-1:00", "0700", "07:00:00:00", "1000:00",
              "７:００", "07：00", "7am", "٠٧:٠٠"]
)  # fmt: skip
def test_no_clock(clock):
    """If this fails, a slip in a time is read as another time."""
    assert seconds_of(clock) is None


@given(st.integers(0, 359_999))
def test_clock_comes_back(seconds):
    """If this fails, times change each time a table is saved."""
    assert seconds_of(clock_of(seconds)) == seconds
