"""How much service a line has, and which lines serve a park, by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from town import COURSES, HEADWAYS, MARKS, STOPS, feed, make_feed, network, park, span

from transit.analysis.brief import brief
from transit.analysis.service import buses_per_hour, departures, paces
from transit.errors import UsageError

PLACES = {"A": ("甲", 0, 0, ""), "B": ("乙", 100, 0, "")}


def served(*spans: tuple[str, str, int], trips: tuple[int, ...] = (), speed: float = 20.0):
    """A feed of one line with these periods ``(HH:MM, HH:MM, headway)`` and departures."""
    base = make_feed(PLACES, {"L_0": ("L", 0, "A B")})
    rows = [span("L_0", _clock(start), _clock(end), secs, speed) for start, end, secs in spans]
    tables = {"frequencies": pd.DataFrame(rows)} if rows else {}
    if trips:
        tables["trips"] = pd.DataFrame(
            [{"trip_id": f"t{at}", "pattern_id": "L_0", "departure_time": at, **MARKS}
             for at in trips]
        )  # fmt: skip
    return base.with_tables(**tables)


def _clock(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def test_morning_service_of_the_town():
    """If this fails, buses an hour in every table are wrong."""
    # Headways of 10, 20 and 30 min: 6, 3 and 2 an hour. Of the trips of 007 those of 07:00:00 and
    # 08:30:00 leave in [07:00, 09:00): 2 in 2 hours.
    assert buses_per_hour(feed()).to_dict() == {
        "R101_0": 6, "R101_1": 6, "RLOOP_0": 3, "RTWICE_0": 2, "R007_0": 1, "R9X_0": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("spans", "period", "expected"),
    [
        ([("08:00", "20:00", 900)], ("07:00", "09:00"), 4),  # one hour of the two, every 15 min
        ([("06:00", "07:30", 600)], ("07:00", "09:00"), 3),  # half an hour, every 10 min
        ([("06:00", "07:00", 600)], ("07:00", "09:00"), 0),  # it ends as the period starts
        ([("09:00", "10:00", 600)], ("07:00", "09:00"), 0),
        ([("07:30", "08:00", 600)], ("07:00", "09:00"), 3),  # inside the period
        ([("06:00", "08:00", 600), ("08:00", "22:00", 1200)], ("07:00", "09:00"), 6 + 3),
        ([("06:00", "22:00", 420)], ("07:00", "09:00"), 7200 / 420),  # need not be whole
        ([("22:00", "25:30", 1800)], ("24:00", "25:00"), 2),  # after midnight
        ([("22:00", "25:30", 1800)], ("25:00", "26:00"), 1),
    ],
)
def test_departures_by_headway(spans, period, expected):
    """If this fails, a peak-hour or night line has more or fewer buses than it runs."""
    assert departures(served(*spans), period).get("L_0", 0) == pytest.approx(expected)


def test_trips_and_headways_add_up():
    """If this fails, a line known partly by timetable loses one part of its service."""
    # Every 30 min from 07:00 to 08:00: 2; trips at 08:10 and 08:40: 2. At 09:00: not in it.
    whole = served(("07:00", "08:00", 1800), trips=(29_400, 31_200, 32_400))
    assert departures(whole, ("07:00", "09:00")).to_dict() == {"L_0": 4}
    assert buses_per_hour(whole, ("07:00", "09:00")).to_dict() == {"L_0": 2}


def test_no_service_at_all():
    """If this fails, a feed without headways or trips cannot be looked at."""
    assert buses_per_hour(served()).to_dict() == {"L_0": 0}
    assert len(paces(served())) == 0


@pytest.mark.parametrize("period", [("7am", "09:00"), ("07:00", ""), ("09:00", "07:00"),
                                    ("07:00", "07:00")])  # fmt: skip
def test_periods_that_cannot_be(period):
    """If this fails, a slip in a period is read as midnight, or divides by no hours."""
    with pytest.raises(UsageError, match="period"):
        buses_per_hour(feed(), period)


def test_mean_pace_is_weighted_by_departures():
    """If this fails, the ride minutes of a line with slow peaks are wrong."""
    # 07–09 every 5 min: 24 runs at 10 km/h (0.36 s a metre), 30 s dwell; 09–15 every 30 min: 12
    # runs at 24 km/h (0.15 s a metre), 15 s. (24·0.36 + 12·0.15) / 36 = 0.29 s a metre, 25 s: the
    # mean of the minutes, not the 14.67 km/h of the speeds' mean (0.245 s a metre).
    base = served()
    rows = [span("L_0", 25_200, 32_400, 300, 10.0), span("L_0", 32_400, 54_000, 1800, 24.0)]
    frequencies = pd.DataFrame(rows).assign(dwell_secs=[30.0, 15.0])
    found = paces(base.with_tables(frequencies=frequencies)).loc["L_0"]
    assert found["secs_per_m"] == pytest.approx(0.29)
    assert found["dwell_secs"] == pytest.approx(25)


def lines(limit_m: float = 501) -> pd.DataFrame:
    return brief(network(), park(), limit_m=limit_m).lines.set_index("pattern_id")


def test_starts_and_ends_here():
    """If this fails, the brief says that a line starts at the park when it only passes."""
    table = lines()
    assert table["starts_here"].to_dict() == {
        "R101_0": False, "R101_1": True, "R007_0": True, "RLOOP_0": True, "RTWICE_0": True,
        "R9X_0": True,
    }  # fmt: skip
    assert table["ends_here"].to_dict() == {
        "R101_0": True, "R101_1": False, "R007_0": False, "RLOOP_0": True, "RTWICE_0": False,
        "R9X_0": False,
    }  # fmt: skip


def test_a_loop_that_passes_but_starts_elsewhere():
    """If this fails, a loop whose terminal is far away seems to start at the park."""
    # Within 120 m of the outline stand S1, S1b and S7; both loops start at S3, 350 m away.
    table = lines(120)
    assert not table.loc["RLOOP_0", "starts_here"]
    assert not table.loc["RLOOP_0", "ends_here"]
    assert not table.loc["RTWICE_0", "starts_here"]


def test_line_that_starts_near_a_gate_but_beyond_the_outline():
    """If this fails, a line starts "here" whose terminal is farther than the limit."""
    # A gate 100 m east of the outline: S3 is 269 m from the gate but 350 m from the outline.
    gates = {"G": ("前门", 700, 400)}
    table = brief(network(), park(gates), limit_m=300).lines.set_index("pattern_id")
    assert not table.loc[["RLOOP_0", "RTWICE_0"], "starts_here"].any()
    assert not table.loc["RLOOP_0", "ends_here"]
    assert table.loc["R007_0", "starts_here"]  # at S1, 100 m


def test_nearest_call_and_distances_of_a_line():
    """If this fails, a line's distance is that of some other stop of it."""
    table = lines()
    # Line 101 towards 银星 calls at S2 (300 m from the outline, 500 m on foot) and S1 (100, 100).
    row = table.loc["R101_0"]
    assert row["nearest_stop"] == "银星"
    assert (row["to_outline_m"], row["walk_m"]) == (pytest.approx(100), pytest.approx(100))
    assert row["to_point_m"] == pytest.approx(math.hypot(300, 50))
    assert table.loc["R101_1", "to_gate_m"] == pytest.approx(math.hypot(100, 10))
    assert row["buses_per_hour"] == 6
    assert table["trip_headsign"]["RLOOP_0"] == "田心"


def test_assumed_headways_are_marked_apart_from_assumed_places():
    """If this fails, an assumed headway passes for a published one."""
    base = feed()
    marked = base.frequencies.assign(indicative=base.frequencies["pattern_id"] == "R101_0")
    whole = network(base.with_tables(frequencies=marked))
    table = brief(whole, park()).lines.set_index("pattern_id")
    assert table["service_indicative"].to_dict() == {name: name == "R101_0" for name in table.index}
    assert not table["indicative"].any()


def test_assumed_timetable_is_marked_too():
    """If this fails, departures that somebody guessed pass for a published timetable."""
    base = feed()
    guessed = network(base.with_tables(trips=base.trips.assign(indicative=True)))
    table = brief(guessed, park()).lines.set_index("pattern_id")
    # Only 007 runs by timetable.
    assert table["service_indicative"].to_dict() == {name: name == "R007_0" for name in table.index}


def test_two_patterns_of_one_direction_are_one_direction():
    """If this fails, a line with a short run counts as two directions."""
    courses = COURSES | {"R101_2": ("101", 0, "S5 S2 S1")}
    whole = network(make_feed(STOPS, courses, HEADWAYS))
    table = brief(whole, park(), limit_m=501).definitions.set_index("within")
    # 101 both ways, 007, 环1, 8字, 9X.
    assert table.loc["outline", ["lines", "directions"]].tolist() == [5, 6]
