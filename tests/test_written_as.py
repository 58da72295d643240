"""Numbers that are no degrees are told for what they are."""

from __future__ import annotations

import numpy as np
import pytest
from town import CRS, metric, unproject

from transit.errors import DataError
from transit.sources.datum_fit import written_as
from transit.sources.tables import read_visits
from transit.units import WGS84, transform

HERE = (114.04, 22.73)
XY = metric(np.random.default_rng(5).uniform(0, 3000, (80, 2)))
DEGREES = unproject(XY, CRS)


def in_crs(crs: str) -> np.ndarray:
    return transform(DEGREES, WGS84, crs)


def as_minutes(degrees: np.ndarray) -> np.ndarray:
    """114.042° as 11402.52: whole degrees times 100 and minutes."""
    return np.floor(degrees) * 100 + (degrees % 1) * 60


def packed(degrees: np.ndarray) -> np.ndarray:
    """114° 02' 31" as 114.0231."""
    minutes = (degrees % 1) * 60
    return np.floor(degrees) + np.floor(minutes) / 100 + np.floor((minutes % 1) * 60) / 10_000


WIDE = np.column_stack([np.linspace(113.8, 114.6, 80), np.linspace(22.4, 22.9, 80)])


@pytest.mark.parametrize(
    ("numbers", "what", "mend"),
    [
        (DEGREES[:, ::-1], "swapped", "the other way round"),
        (np.zeros((9, 2)), "0, 0", "find the positions"),
        (DEGREES * 1e6, "millionths of a degree", "divide them by 1,000,000"),
        (DEGREES * 3600, "seconds of arc", "divide them by 3,600"),
        (as_minutes(DEGREES), "degrees and minutes in one number", "/ 60"),
        (packed(WIDE), "the decimals are minutes and seconds", "seconds / 3600"),
        (XY, "metres (the median is", "from the one its author names"),
        (in_crs("EPSG:4547"), "of EPSG:4547 or", "from the one its author names"),
        (in_crs("EPSG:4526"), "of EPSG:4526", "from the one its author names"),
        (in_crs("EPSG:4547")[:, ::-1], "northing first", "from the one its author names"),
        (in_crs("EPSG:3857"), "of EPSG:3857", "Baidu's own metres"),
    ],
)
def test_what_is_no_degrees_is_named_with_its_mend(numbers, what, mend):
    """If this fails, a planner is told that every row is wrong, and not the one thing to do."""
    found = written_as(numbers, near=HERE)
    assert found is not None
    assert what in found.what
    assert mend in found.mend
    assert found.problem("stops.csv").where == "stops.csv"


def test_metres_abroad_are_found_too():
    """If this fails, only Chinese layers in metres are told their CRS."""
    helsinki = transform([[24.94, 60.17]], WGS84, "EPSG:32635")
    found = written_as(helsinki, near=(24.9, 60.2))
    assert found is not None
    assert found.what.endswith("of EPSG:32635")


def test_metres_without_a_place_ask_for_the_crs():
    """If this fails, metres are placed in a zone by guess."""
    found = written_as(XY)
    assert found is not None
    assert found.mend == "convert them to degrees: ask the layer's author for its CRS"


@pytest.mark.parametrize("numbers", [DEGREES, WIDE, DEGREES[:1], np.empty((0, 2)),
                                     np.full((3, 2), np.nan), [[24.94, 60.17]], [[-51.2, -30.0]],
                                     [[60.17, 24.94], [np.inf, 3.0]]])  # fmt: skip
def test_plain_degrees_are_left_alone(numbers):
    """If this fails, good tables are refused."""
    assert written_as(numbers) is None


def test_swapped_abroad_is_told_where_the_place_is_known():
    """If this fails, Helsinki's stops swapped lie in Arabia without a word."""
    assert written_as([[60.17, 24.94]], near=(24.9, 60.2)) is not None
    assert written_as([[24.94, 60.17]], near=(24.9, 60.2)) is None


def test_a_slip_is_not_taken_for_metres():
    """If this fails, a mistyped degree is told to be of a projected CRS."""
    assert written_as([[1140.43, 22.73]]) is None


def test_a_table_in_metres_is_one_fault(tmp_path):
    """If this fails, a layer in metres ends in a fault a stop, none of which helps."""
    table = tmp_path / "stops.csv"
    rows = [f"101,站{row},{x:.1f},{y:.1f}" for row, (x, y) in enumerate(XY[:9])]
    table.write_text("\n".join(["线路,站点,经度,纬度", *rows]), encoding="utf-8-sig")
    with pytest.raises(DataError) as refused:
        read_visits(table, datum="WGS-84")
    assert sum("positions are metres" in problem.what for problem in refused.value.problems) == 1
    assert "are no degrees" not in str(refused.value)
