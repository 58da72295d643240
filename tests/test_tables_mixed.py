"""Tables with positions in two datums: the lines that are off are named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from line_tables import written

from transit.datum import from_wgs84, to_wgs84
from transit.errors import DataError
from transit.sources.tables import read_visits
from transit.sources.tables.mixed import mixed_datums

NAMES = "甲乙丙丁戊己"
PLACE = np.array([[114.01 + 0.01 * step, 22.70] for step in range(6)])


def line(name, lonlat):
    """A row of the table: the line, its stops, and their positions."""
    return name, "、".join(NAMES), ";".join(f"{x:.6f},{y:.6f}" for x, y in lonlat)


@pytest.mark.parametrize(("own", "rest"), [("GCJ-02", "WGS-84"), ("WGS-84", "BD-09")])
def test_a_line_in_another_datum_is_named(own, rest, tmp_path):
    """If this fails, one line copied from another map lies 600 m off, and nobody is told."""
    good = [line(f"{number}路", from_wgs84(PLACE, rest)) for number in (1, 2, 3)]
    rows = [*good, line("4路", from_wgs84(PLACE, own))]
    path = written(tmp_path / "a.csv", "线路 站点 坐标", rows)
    with pytest.raises(DataError) as raised:
        read_visits(path)
    (problem,) = raised.value.problems
    assert str(problem) == (
        f"a.csv row 5 4路: looks to be in {own} where other lines are in {rest}: so lie 6 of its 6 "
        f"calls at stops that they share → convert its positions to {rest}, or import it from a "
        "table of its own"
    )
    reading = read_visits(path, faulty="leave out")
    assert reading.left_out["line_name"].tolist() == ["4路"]


def test_lines_that_are_off_by_something_else_are_not_named(tmp_path):
    """If this fails, a line whose stops have moved is taken for one in another datum."""
    rows = [line(f"{number}路", PLACE) for number in (1, 2, 3)]
    moved = PLACE + np.array([0.0, 0.01])  # 1.1 km north: no datum lies there
    path = written(tmp_path / "a.csv", "线路 站点 坐标", [*rows, line("4路", moved)])
    assert len(read_visits(path).lines) == 4


@pytest.mark.shared
def test_lines_of_the_city_that_are_shifted_are_found(shared_data):
    """If this fails, lines in GCJ-02 pass unseen in a BD-09 table, or sound ones are refused."""
    frame = read_visits(shared_data / "shenzhen_bus_2020/busline_bd09.csv").frame
    course = pd.Series(pd.factorize(frame["pattern_id"])[0])
    lonlat = frame[["lon", "lat"]].to_numpy()
    assert mixed_datums(course, frame["stop_name"], lonlat) == []
    shifted = course.isin(range(0, 1948, 50)).to_numpy()  # 39 lines
    # GCJ-02 lies about 0.0065° west and 0.006° south of BD-09: the base of its definition.
    lonlat[shifted] -= [0.0065, 0.006]
    found = {each.course for each in mixed_datums(course, frame["stop_name"], lonlat)
             if (each.own, each.rest) == ("GCJ-02", "BD-09")}  # fmt: skip
    assert len(found) >= 30
    assert found <= set(range(0, 1948, 50))


@pytest.mark.shared
def test_many_lines_from_another_map_are_found_and_no_other(shared_data):
    """If this fails, one line in twenty stays 1.2 km off, and the table is said to fit."""
    frame = read_visits(shared_data / "shenzhen_bus_2020/busline_bd09.csv").frame
    course = pd.Series(pd.factorize(frame["pattern_id"])[0])
    truth = to_wgs84(frame[["lon", "lat"]].to_numpy(), "BD-09")
    calls = np.bincount(course)
    moved = np.random.default_rng(1).permutation(len(calls))[: len(calls) // 20]
    shifted = course.isin(moved).to_numpy()
    lonlat = np.where(shifted[:, None], from_wgs84(truth, "BD-09"), truth)
    found = mixed_datums(course, frame["stop_name"], lonlat)
    named = {each.course for each in found}
    assert {(each.own, each.rest) for each in found} == {("BD-09", "WGS-84")}
    assert named <= set(moved.tolist())
    long = {each for each in moved.tolist() if calls[each] >= 10}
    assert len(named & long) >= 0.95 * len(long)
