"""Run times and courses as published: what they say of a line, and of a line that was edited.

Line T of the town runs S1 (700, 400), S3 (950, 300), S4 (1200, 1200): 350 m and 1,150 m on the
lattice. Its timetable says 2 min to S3, half a minute there, 4 min to S4.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from edits import new_stop, run
from town import MARKS, degrees, make_feed, network, park
from town import STOPS as TOWN_STOPS

from transit.analysis.operation import run_times
from transit.analysis.proximity import stops_near
from transit.analysis.reach import rides
from transit.model.course import Course
from transit.model.feed import Feed
from transit.model.published import along_shape
from transit.model.streets import Streets
from transit.model.timing import Timing, timed_run
from transit.scenario.headway import ChangeDwell, ChangeSpeed
from transit.scenario.lines import ExtendLine, Reroute
from transit.scenario.span import AddPeriod
from transit.scenario.stops import RemoveStop

NAN = float("nan")
ABC = Timing(("A", "B", "C"), np.array([0.0, 100, 300]), np.array([0.0, 120, 300]))


def run_along(timing: Timing, stops: str, *metres: float):
    return timed_run(timing, tuple(stops), np.array(metres))


# ---- one run ------------------------------------------------------------------------------------


def test_a_run_of_the_same_stops_is_as_published():
    """If this fails, a timetable that nobody edited takes other minutes."""
    found = run_along(ABC, "ABC", 500, 900)
    assert found.arrival.tolist() == [0, 100, 300]
    assert found.departure.tolist() == [0, 120, 300]
    assert (found.secs, found.moving_secs, found.dwell_secs) == (300, 280, 20)


def test_untimed_calls_are_reached_by_their_metres():
    """If this fails, a bus is at every stop between two timed ones at once."""
    timing = Timing(tuple("ABCD"), np.array([0, NAN, NAN, 300]), np.array([0, NAN, NAN, 300]))
    # 100 of 600 m, then 300 of 600 m: 50 s and 200 s of 300 s.
    assert run_along(timing, "ABCD", 100, 300, 200).arrival.tolist() == [0, 50, 200, 300]
    # Where there are no metres all hops are alike.
    assert run_along(timing, "ABCD", 0, 0, 0).arrival.tolist() == [0, 100, 200, 300]


def test_a_new_stop_leaves_the_other_hops_as_they_were():
    """If this fails, one stop more changes the run time of the whole line."""
    # A B as published, 100 s over 500 m: 0.2 s a metre. B X C is new: 600 m, 120 s; at X it
    # stands 20 s, as at B.
    found = run_along(ABC, "ABXC", 500, 400, 200)
    assert found.arrival.tolist() == pytest.approx([0, 100, 200, 260])
    assert found.departure.tolist() == pytest.approx([0, 120, 220, 260])


def test_a_stop_taken_out_leaves_no_time_of_it():
    """If this fails, the bus still stands where it no longer calls."""
    # A C did not follow one another, and no other hop is known: nothing can be said.
    assert np.isnan(run_along(ABC, "AC", 1_400).secs)
    timing = Timing(tuple("ABCD"), np.array([0.0, 100, 200, 300]), np.array([0.0, 100, 200, 300]))
    # C D as published, 100 s over 250 m, 0.4 s a metre; A C is 500 m, 200 s.
    assert run_along(timing, "ACD", 500, 250).arrival.tolist() == [0, 200, 300]


def test_a_loop_takes_the_times_of_its_own_calls():
    """If this fails, the second call at a stop has the time of the first."""
    timing = Timing(tuple("ABA"), np.array([0.0, 60, 200]), np.array([0.0, 60, 200]))
    assert run_along(timing, "ABA", 100, 100).arrival.tolist() == [0, 60, 200]


# ---- in a network -------------------------------------------------------------------------------

TIMES = pd.DataFrame(
    {"timing_id": "t", "stop_sequence": [1, 2, 3], "stop_id": ["S1", "S3", "S4"],
     "arrival_secs": [0.0, 120, 390], "departure_secs": [0.0, 150, 390]}
)  # fmt: skip


def timetabled(trips: dict[str, str], **frames) -> Feed:
    """Line T with trips that leave at some clock times, each with its timing or none."""
    feed = make_feed(TOWN_STOPS, {"RT_0": ("T", 0, "S1 S3 S4")}, **frames)
    rows = [
        {"trip_id": clock, "pattern_id": "RT_0", "departure_time": int(clock[:2]) * 3600,
         "timing_id": timing, **MARKS}
        for clock, timing in trips.items()
    ]  # fmt: skip
    return feed.with_tables(trips=pd.DataFrame(rows), timings=TIMES)


def test_run_times_of_a_timetable_are_its_own():
    """If this fails, an imported timetable is shown at an assumed speed."""
    (row,) = run_times(network(timetabled({"07": "t", "08": "t"}))).to_dict("records")
    # 390 s; driving 360 s over 350 + 1,150 = 1,500 m: 15 km/h; in all 13.8 km/h.
    assert row["length_km"] == pytest.approx(1.5)
    assert row["run_min"] == pytest.approx(6.5)
    assert (row["speed_kmh"], row["dwell_secs"]) == (pytest.approx(15.0), 30.0)
    assert row["commercial_kmh"] == pytest.approx(1.5 / (390 / 3600))
    assert not row["service_indicative"]


def test_trips_without_times_run_at_the_assumed_speed_beside_those_with():
    """If this fails, one trip without times takes them from all, or has none itself."""
    runs = run_times(network(timetabled({"07": "t", "08": ""})))
    alone = run_times(network(timetabled({"08": ""})))
    assert runs["run_min"].item() == pytest.approx((6.5 + alone["run_min"].item()) / 2)
    assert runs["service_indicative"].item()


def test_rides_take_the_published_minutes():
    """If this fails, a rider's minutes are not those of the timetable."""
    whole = network(timetabled({"07": "t"}))
    found = rides(whole, stops_near(whole, park(), limit_m=500))
    minutes = {(row.travel, row.stop_id): row.ride_min for row in found.itertuples()}
    # The park's nearest stop is S1, then S3. From S1: 120 s to S3, 390 s to S4.
    assert minutes["from_park", "S3"] == pytest.approx(2.0)
    assert minutes["from_park", "S4"] == pytest.approx(6.5)
    # To S3 from S1, which is left at 0 and reaches S3 at 120.
    assert minutes["to_park", "S1"] == pytest.approx(2.0)


def test_published_times_of_headways_end_where_their_speed_is_changed():
    """If this fails, a faster line is shown with its old minutes."""
    feed = timetabled({"07": "t"}, headways={"RT_0": 600})
    feed = feed.with_tables(
        trips=feed.trips.iloc[:0], frequencies=feed.frequencies.assign(timing_id="t")
    )
    base = network(feed)
    assert run_times(base)["run_min"].item() == pytest.approx(6.5)
    faster = run(ChangeSpeed(line="T", speed_kmh=30, year=2024, indicative=True), base=base)
    # 1,500 m at 30 km/h: 3 min.
    assert run_times(faster)["run_min"].item() == pytest.approx(3.0)
    stood = run(ChangeDwell(line="T", dwell_secs=60, year=2024, indicative=True), base=base)
    # 1,500 m at 20 km/h, 4.5 min, and a minute at S3.
    assert run_times(stood)["run_min"].item() == pytest.approx(5.5)


def test_more_hours_run_as_the_published_ones():
    """If this fails, evening buses of a line are faster than those of the day."""
    feed = timetabled({"07": "t"}, headways={"RT_0": 600})
    feed = feed.with_tables(
        trips=feed.trips.iloc[:0], frequencies=feed.frequencies.assign(timing_id="t")
    )
    late = AddPeriod(line="T", start_time="22:00", end_time="23:00", headway_secs=900,
                     year=2024, indicative=True)  # fmt: skip
    assert run_times(run(late, base=network(feed)))["run_min"].tolist() == pytest.approx([6.5, 6.5])


def test_edits_keep_the_minutes_of_hops_that_they_do_not_touch():
    """If this fails, a scenario on an imported timetable compares two kinds of minutes."""
    base = network(timetabled({"07": "t"}))
    longer = run(ExtendLine(line="T", direction_id=0, end="end", stops=("S5",)), base=base)
    # S4 to S5 is 800 + 100 = 900 m at the line's own pace, 360 s over 1,500 m: 216 s, and at S4 it
    # stands half a minute, as at S3.
    assert run_times(longer)["run_min"].item() == pytest.approx((390 + 30 + 216) / 60)
    detour = run(
        new_stop("N", 1200, 300),
        Reroute(line="T", direction_id=0, from_stop="S3", to_stop="S4", via=("N",)),
        base=base,
    )
    # S1 S3 as published: 120 s over 350 m. S3 N is 250 m, N S4 900 m, at that pace 394.3 s; 30 s
    # at S3 and at N.
    secs = 120 + 30 + 1_150 * 120 / 350 + 30
    assert run_times(detour)["run_min"].item() == pytest.approx(secs / 60)
    # Nothing published is left of S1 S4: the assumed speed must do, and is said to.
    shorter = run_times(run(RemoveStop(stop="S3", line="T"), base=base))
    assert shorter["service_indicative"].item()
    assert base.feed.timings.equals(longer.feed.timings)


# ---- shapes -------------------------------------------------------------------------------------


def shaped(points, course=("S1", "S3", "S4"), streets=None):
    """The town's line without streets, with a shape through ``points``."""
    lonlat = [degrees(*point) for point in points]
    feed = make_feed(TOWN_STOPS, {"RT_0": ("T", 0, " ".join(course))})
    shapes = pd.DataFrame(
        {"shape_id": "s", "shape_pt_sequence": range(len(lonlat)),
         "shape_pt_lon": [lon for lon, _ in lonlat], "shape_pt_lat": [lat for _, lat in lonlat]}
    )  # fmt: skip
    feed = feed.with_tables(shapes=shapes, patterns=feed.patterns.assign(shape_id="s"))
    whole = network(feed)
    return whole.with_streets(Streets.none(whole.crs) if streets is None else streets)


CORNERS = [(700, 400), (700, 300), (950, 300), (1200, 300), (1200, 1200)]


def test_without_streets_a_line_follows_its_shape():
    """If this fails, an imported line without streets is as short as the crow flies."""
    # S1 to S3 by the corner: 100 + 250 m; S3 to S4: 250 + 900 m.
    assert shaped(CORNERS).drive_m.tolist() == pytest.approx([0, 350, 1_150], abs=0.01)


def test_with_streets_the_streets_count():
    """If this fails, an old shape hides that a road was closed or opened."""
    detour = [(700, 400), (700, -2_000), (950, -2_000), (950, 300), (1200, 300), (1200, 1200)]
    assert shaped(detour, streets=network().streets).drive_m.tolist() == pytest.approx(
        [0, 350, 1_150], abs=0.01
    )


def test_a_shape_that_is_not_of_these_stops_is_passed_over():
    """If this fails, a line that was turned round or moved keeps a length it does not have."""
    straight = shaped(CORNERS, ("S5", "S2")).drive_m
    assert straight.tolist() == pytest.approx([0, np.hypot(200, 300)], abs=0.01)
    # Driven the other way: the stops are not on the shape in this order.
    back = shaped(CORNERS, ("S4", "S3", "S1")).drive_m
    expected = [0, np.hypot(250, 900), np.hypot(250, 100)]
    assert back.tolist() == pytest.approx(expected, abs=0.01)


def test_a_road_driven_out_and_back_is_told_apart():
    """If this fails, the way back of a line is placed on its way out, and has no length."""
    stops = np.array([[0.0, 0.0], [600.0, 0.0], [1_000.0, 0.0], [600.0, 0.0], [0.0, 0.0]])
    shape = np.array([[0.0, 0.0], [1_000.0, 0.0], [0.0, 0.0]])
    found = along_shape(straight_course(stops), stops, shape)
    assert found.length_m.tolist() == [600, 400, 400, 600]
    assert not found.matched.any()


def straight_course(stops: np.ndarray) -> Course:
    """The course through ``stops`` where no street is known."""
    straight = np.hypot(*np.diff(stops, axis=0).T)
    unknown, rows = np.full(len(straight), NAN), np.empty(0, dtype=np.int64)
    return Course(straight, straight, unknown > 0, unknown, straight, straight * 0,
                  rows, rows, np.empty(0), np.empty(0))  # fmt: skip
