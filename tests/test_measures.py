"""The long table of measures: each value by hand on the make-believe town."""

from __future__ import annotations

import dataclasses
import functools
import math

import pandas as pd
import pytest
from town import STOPS, lattice, make_feed, network, park

from transit.analysis.brief import brief
from transit.analysis.measures import MEASURES, PARK_VALUES, SUBJECT, measures, park_measure
from transit.errors import UsageError

LIMIT = 501


def _table(whole=None, seen_from=None) -> pd.DataFrame:
    return measures(brief(whole or network(), seen_from or park(), limit_m=LIMIT))


town_table = functools.cache(_table)


def values(subject: str, subject_id: str, whole=None, seen_from=None) -> dict[str, float]:
    table = town_table() if whole is seen_from is None else _table(whole, seen_from)
    rows = table[(table["subject"] == subject) & (table["subject_id"] == subject_id)]
    return dict(zip(rows["measure"], rows["value"], strict=True))


def test_park_measures():
    """If this fails, the headline figures of the report are wrong."""
    found = values("park", "P1")
    shares = {name: found.pop(name) for name in list(found) if name.startswith("share")}
    # Stops and lines by each meaning are summed in test_proximity; point: S1, S1b, S2, S7;
    # outline and gates: these and S3, S6 (no line); walk: without S6.
    # Buses: 6 + 6 + 1 + 3 + 2 + 0. Districts 龙华 福田 宝安 光明; stations 长湖 and 远山站.
    assert found == {
        "stops_within_point": 4, "stops_within_outline": 6, "stops_within_gates": 6,
        "stops_within_walk": 5,
        "lines_within_point": 5, "lines_within_outline": 5, "lines_within_gates": 5,
        "lines_within_walk": 5,
        "directions_within_point": 6, "directions_within_outline": 6,
        "directions_within_gates": 6, "directions_within_walk": 6,
        "lines_starting": 5, "buses_per_hour": 18, "buses_per_hour_walk": 18,
        "districts_reached": 4, "stations_reached": 2,
    }  # fmt: skip
    assert set(shares) == {
        "share_straight", "share_walk", "share_straight_served", "share_walk_served",
        "share_straight_morning", "share_walk_morning",
    }  # fmt: skip
    assert all(0 < share <= 1 for share in shares.values())
    assert shares["share_walk"] <= shares["share_straight"]


def test_buses_within_a_walk_of_the_gates():
    """If this fails, the figure of the verdict cannot be asked for or shared out among changes."""
    # 甲, every 10 minutes, is in the park and a walk of 600 m from its gate; 乙, every 20, is 80 m
    # outside, at the gate.
    stops = {"A": ("甲", 300, 200, ""), "B": ("乙", 780, 400, ""), "F": ("远", 5000, 5000, "")}
    courses = {"L_0": ("L", 0, "A F"), "M_0": ("M", 0, "B F")}
    base = network(make_feed(stops, courses, {"L_0": 600, "M_0": 1200}))
    for gates, buses in (({"G": ("东门", 700, 400)}, 3), ({}, math.nan)):
        here = park(gates, bounds=(200, 100, 700, 500), point=(400, 200))
        found = brief(base, here, limit_m=150)
        assert park_measure(found, "buses_per_hour") == 9
        assert park_measure(found, "buses_per_hour_walk") == pytest.approx(buses, nan_ok=True)


def test_line_measures():
    """If this fails, the figures of a line are those of another one."""
    found = values("line", "R101")
    # Both directions call 4 times; 806.2 + 360.6 + 640.3 m there, 634.1 + 360.6 + 806.2 m back.
    back = math.hypot(500, 390) + math.hypot(200, 300) + math.hypot(800, 100)
    out = math.hypot(800, 100) + math.hypot(200, 300) + math.hypot(500, 400)
    assert found["straight_km"] == pytest.approx((out + back) / 1000)
    # Along the lattice 900 + 500 + 900 m there, 890 + 500 + 900 m back.
    assert found["course_km"] == pytest.approx(2.3 + 2.29)
    assert found["calls"] == 8
    assert found["to_outline_m"] == pytest.approx(100)
    assert found["walk_m"] == pytest.approx(100)
    assert found["buses_per_hour"] == 12
    assert found["starts_here"] == 1
    assert found["stops_near"] == 3  # S1, S1b and S2
    assert found["districts_reached"] == 3
    assert found["stations_reached"] == 2


def test_line_far_from_the_park_has_its_length_only():
    """If this fails, a line that does not come near gets a share of the park."""
    courses = {"L_0": ("L", 0, "S4 S5")}
    found = values("line", "L", network(make_feed(STOPS, courses, {"L_0": 600})))
    straight = pytest.approx(math.hypot(800, 100) / 1000)
    assert found == {"straight_km": straight, "course_km": pytest.approx(0.9), "calls": 2}


def test_stop_measures():
    """If this fails, the figures of a stop are wrong."""
    # At S1 call 101 (6/h), 007 (1/h), 环1 (3/h) and 8字, which calls twice but is one bus (2/h).
    assert values("stop", "S1") == pytest.approx(
        {"lines_calling": 4, "buses_per_hour": 12, "to_outline_m": 100, "walk_m": 100}
    )
    assert values("stop", "S4") == {"lines_calling": 2, "buses_per_hour": 13}
    found = values("stop", "S6")
    assert math.isnan(found.pop("walk_m"))
    assert found == {"lines_calling": 0, "buses_per_hour": 0, "to_outline_m": pytest.approx(350)}


def test_every_row_is_declared():
    """If this fails, a measure is printed without its unit and definition."""
    table = measures(brief(network(), park(), limit_m=LIMIT))
    assert list(table.columns) == [*SUBJECT, "value", "indicative", "unit"]
    assert not table.duplicated(list(SUBJECT)).any()
    assert set(table["measure"]) == set(MEASURES)
    assert all(measure.unit and measure.definition for measure in MEASURES.values())
    assert table["unit"].tolist() == [MEASURES[name].unit for name in table["measure"]]


def test_park_without_gates_has_no_walk_measures():
    """If this fails, an unknown walk is printed as none."""
    found = values("park", "P1", seen_from=park({}))
    assert "stops_within_gates" not in found
    assert "stops_within_walk" not in found
    assert found["stops_within_outline"] == 6
    assert math.isnan(values("stop", "S1", seen_from=park({}))["walk_m"])


def test_marks():
    """If this fails, a figure from an assumed headway does not say so."""
    base = network()
    spans = base.feed.frequencies
    spans = spans.assign(indicative=spans["pattern_id"] == "RLOOP_0")
    whole = base.with_feed(base.feed.with_tables(frequencies=spans))
    table = measures(brief(whole, park(), limit_m=LIMIT)).set_index(["subject_id", "measure"])
    assert table.loc[("RLOOP", "buses_per_hour"), "indicative"]
    assert not table.loc[("R101", "buses_per_hour"), "indicative"]
    assert table.loc[("S3", "buses_per_hour"), "indicative"]
    assert not table.loc[("S1b", "buses_per_hour"), "indicative"]
    assert table.loc[("P1", "buses_per_hour"), "indicative"]


def test_mark_of_a_course_on_drawn_streets():
    """If this fails, kilometres along streets that somebody drew pass for surveyed ones."""
    drawn = network(pieces=[dataclasses.replace(one, indicative=True) for one in lattice()])
    for whole, mark in ((network(), False), (drawn, True)):
        table = _table(whole).set_index(["subject_id", "measure"])
        assert table.loc[("R101", "course_km"), "indicative"] == mark


def test_marks_of_a_sketched_park():
    """If this fails, a line's distance from a sketched outline passes for measured."""
    sketched = dataclasses.replace(park(), indicative=True)
    for seen_from, mark in ((park(), False), (sketched, True)):
        table = _table(seen_from=seen_from).set_index(["subject_id", "measure"])
        assert table.loc[("R101", "to_outline_m"), "indicative"] == mark
        assert table.loc[("R101", "share_straight"), "indicative"] == mark


def test_one_measure_alone_is_the_one_of_the_table():
    """If this fails, a search goes by another figure than the report prints."""
    seen = brief(network(), park(), limit_m=LIMIT)
    found = {name: park_measure(seen, name) for name in PARK_VALUES}
    assert found == values("park", "P1")
    without_gates = brief(network(), park({}), limit_m=LIMIT)
    assert math.isnan(park_measure(without_gates, "stops_within_walk"))
    with pytest.raises(UsageError, match="did you mean share_walk"):
        park_measure(seen, "share_walks")
