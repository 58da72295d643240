"""WGS-84, GCJ-02 and BD-09, against coord-convert and the distances measured at the park."""

from __future__ import annotations

import numpy as np
import pytest
from coord_convert.transform import bd2gcj, gcj2wgs, wgs2bd, wgs2gcj
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from transit.datum import DATUMS, from_wgs84, to_wgs84
from transit.errors import DataError

PARK = (114.042, 22.729)
MAINLAND = st.tuples(st.floats(100, 117), st.floats(25, 40))


def metres(first: np.ndarray, second: np.ndarray) -> float:
    return Geod(ellps="WGS84").inv(*first, *second)[2]


def test_shift_at_the_park():
    """If this fails, every stop of a Chinese table stands in the wrong street."""
    # FACTS: GCJ-02 is 604 m off WGS-84 there (524 m east, 300 m south), BD-09 1,244 m.
    gcj = from_wgs84([PARK], "GCJ-02")[0]
    assert metres(PARK, gcj) == pytest.approx(604, abs=1)
    east = metres(PARK, (gcj[0], PARK[1]))
    south = metres(PARK, (PARK[0], gcj[1]))
    assert (east, south) == (pytest.approx(524, abs=1), pytest.approx(300, abs=1))
    assert gcj[0] > PARK[0]
    assert gcj[1] < PARK[1]
    assert metres(PARK, from_wgs84([PARK], "BD-09")[0]) == pytest.approx(1244, abs=1)


@settings(max_examples=40)
@given(MAINLAND)
def test_forward_agrees_with_another_program(place):
    """If this fails, positions read off web maps land elsewhere."""
    for datum, oracle in (("GCJ-02", wgs2gcj), ("BD-09", wgs2bd)):
        assert metres(from_wgs84([place], datum)[0], oracle(*place)) < 0.05


@settings(max_examples=40)
@given(MAINLAND)
def test_inverse_agrees_with_another_program_and_is_exact(place):
    """If this fails, a position converted twice creeps away."""
    # The other program's inverse is one step of iteration, good to about a metre.
    assert metres(to_wgs84([place], "GCJ-02")[0], gcj2wgs(*place)) < 3
    assert metres(to_wgs84([place], "BD-09")[0], gcj2wgs(*bd2gcj(*place))) < 6
    for datum in DATUMS:
        assert metres(to_wgs84(from_wgs84([place], datum), datum)[0], place) < 1e-4


@pytest.mark.parametrize("place", [(114.17, 22.30), (113.55, 22.19), (121.56, 25.04),
                                   (24.94, 60.17)])  # fmt: skip
@pytest.mark.parametrize("datum", DATUMS)
def test_places_with_true_maps_stay(place, datum):
    """If this fails, stops in Hong Kong, Macau, Taiwan or abroad are moved by half a kilometre."""
    assert to_wgs84([place], datum).tolist() == [list(place)]
    assert from_wgs84([place], datum).tolist() == [list(place)]


def test_mixed_rows_are_converted_each_by_itself():
    """If this fails, one stop across the border decides for the whole table."""
    both = to_wgs84([PARK, (114.17, 22.30)], "GCJ-02")
    assert both[1].tolist() == [114.17, 22.30]
    assert both[0].tolist() == to_wgs84([PARK], "GCJ-02")[0].tolist()


def test_arguments_are_left_as_they_were():
    """If this fails, a table read once is shifted twice."""
    for convert in (to_wgs84, from_wgs84):
        for datum in DATUMS:
            points = np.array([PARK])
            convert(points, datum)
            assert points.tolist() == [list(PARK)]


@pytest.mark.parametrize("datum", ["gcj02", "WGS84", ""])
def test_unknown_datum_is_refused_both_ways(datum):
    """If this fails, a misspelt datum quietly leaves or takes 604 m."""
    for convert in (to_wgs84, from_wgs84):
        with pytest.raises(DataError, match="use one of WGS-84, GCJ-02, BD-09"):
            convert([PARK], datum)


def test_no_rows_are_no_fault():
    """If this fails, an empty table stops the program."""
    assert to_wgs84(np.empty((0, 2)), "BD-09").shape == (0, 2)
    assert from_wgs84([], "GCJ-02").shape == (0, 2)
