"""Networks written as GTFS: valid for an independent validator, and the same when read back."""

from __future__ import annotations

import csv
import dataclasses
import io
import zipfile
from datetime import date

import pandas as pd
import pytest
from edits import new_stop, run
from gtfs_feeds import FEED, feed_with, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from laws import feeds, network_of, scenarios
from town import COURSES, HEADWAYS, STOPS, TRIPS, make_feed, network

from transit.errors import DataError
from transit.model.network import Network
from transit.scenario.lines import Reroute
from transit.scenario.scenario import Scenario
from transit.scenario.stops import RemoveStop
from transit.sources.area import bundled_area, read_area
from transit.sources.gtfs import finding_counts, read_gtfs, validate_gtfs, write_gtfs

DAY = date(2024, 1, 8)


def same(tmp_path, whole: Network, day: date = DAY) -> Network:
    """``whole`` written and read back, after it was found valid and equal."""
    path = write_gtfs(whole, tmp_path / "out.zip", date=day)
    assert finding_counts(validate_gtfs(path, date=day))["error"] == 0
    read = read_gtfs(path, streets=whole.streets).network
    for name in (
        "stops",
        "routes",
        "patterns",
        "calls",
        "frequencies",
        "trips",
        "timings",
        "shapes",
    ):
        pd.testing.assert_frame_equal(
            getattr(read.feed, name), getattr(whole.feed, name), check_dtype=False
        )
    assert read.feed.fingerprint() == whole.feed.fingerprint()
    assert (read.name, read.crs, read.sources) == (whole.name, whole.crs, whole.sources)
    pd.testing.assert_frame_equal(read.stations, whole.stations)
    assert read.study_area.symmetric_difference(whole.study_area).area < 1
    return read


def rows(path, name):
    with zipfile.ZipFile(path) as packed:
        return list(csv.DictReader(io.StringIO(packed.read(name).decode("utf-8"))))


def test_the_town_comes_back(tmp_path):
    """If this fails, a network given to another program comes back with lines missing."""
    same(tmp_path, network())


def test_the_bundled_area_comes_back(tmp_path):
    """If this fails, what is assumed looks surveyed after a way through GTFS."""
    same(tmp_path, read_area(bundled_area()).network, date(2020, 5, 4))


@pytest.mark.shared
@pytest.mark.parametrize("name", ["poa_eptc", "poa_trensurb"])
def test_real_feeds_come_back(shared_data, tmp_path, name):
    """If this fails, a city's feed that went through the toolkit has lost something declared."""
    reading = read_gtfs(shared_data / "porto_alegre" / f"{name}.zip")
    same(tmp_path, reading.network, reading.day[name])


def test_a_feed_with_headways_and_past_midnight_comes_back(tmp_path):
    """If this fails, headways lose their run times, or trips after midnight go to the morning."""
    frequencies = (
        "trip_id,start_time,end_time,headway_secs,exact_times\n"
        "T1,06:00:00,09:00:00,600,0\nT2,08:00:00,10:00:00,900,0\n"
    )
    path = zipped(tmp_path / "in.zip", feed_with(frequencies=frequencies))
    same(tmp_path, read_gtfs(path, day=DAY).network)


def test_run_times_as_published_are_written_as_they_were(tmp_path):
    """If this fails, a timetable that nobody edited leaves the toolkit with other times."""
    path = zipped(tmp_path / "in.zip", FEED)
    out = write_gtfs(read_gtfs(path, day=DAY).network, tmp_path / "out.zip", date=DAY)
    times = {(row["trip_id"], row["stop_id"]): (row["arrival_time"], row["departure_time"])
             for row in rows(out, "stop_times.txt")}  # fmt: skip
    assert times == {
        ("T1", "A"): ("08:00:00", "08:00:00"), ("T1", "B"): ("08:05:00", "08:06:00"),
        ("T1", "C"): ("08:15:00", "08:15:00"), ("T2", "A"): ("09:00:00", "09:00:00"),
        ("T2", "B"): ("09:05:00", "09:06:00"), ("T2", "C"): ("09:15:00", "09:15:00"),
        ("T3", "C"): ("23:50:00", "23:50:00"), ("T3", "B"): ("", ""),
        ("T3", "A"): ("24:05:00", "24:05:00"),
    }  # fmt: skip


def test_an_edited_timetable_has_new_times_and_keeps_the_published(tmp_path):
    """If this fails, an edited line leaves with old times, or its published ones are gone."""
    base = read_gtfs(zipped(tmp_path / "in.zip", FEED), day=DAY).network
    edited = run(RemoveStop(stop="B", line="007", direction_id=0), base=base)
    out = write_gtfs(edited, tmp_path / "out.zip", date=DAY)
    (shown,) = [row for row in rows(out, "stop_times.txt") if (row["trip_id"], row["stop_id"])
                == ("T1", "C")]  # fmt: skip
    # No hop of A C was timed; nothing else is known, so the line's speed must do: marked so.
    assert shown["timepoint"] == "0"
    assert {row["timing_id"] for row in rows(out, "transit_timings.txt")} == {"R7_0/1"}
    same(tmp_path, edited)


def test_stop_times_of_headways_follow_the_lines_speed(tmp_path):
    """If this fails, other programs see buses of a speed that nobody gave them."""
    out = write_gtfs(network(), tmp_path / "out.zip", date=DAY)
    times = [row["arrival_time"] for row in rows(out, "stop_times.txt")
             if row["trip_id"] == "R101_1@06:00:00"]  # fmt: skip
    # S1b S2 S5 S4 on the lattice at 20 km/h, 5.556 m a second. S1b (700, 410) to S2 (200, 800):
    # 500 + 390 m, 160 s. S2 to S5 (400, 1100): 500 m, 90 s. S5 to S4 (1200, 1200): 900 m, 162 s.
    assert times == ["06:00:00", "06:02:40", "06:04:10", "06:06:52"]


def test_stations_of_kerbs_come_back_whatever_they_are_called(tmp_path):
    """If this fails, two kerbs of a place part, or a place called like its kerb breaks the feed."""
    feed = network().feed
    if "parent_station" not in feed.stops:
        pytest.skip("the table of stops has no parent_station yet")
    place = feed.stops["stop_id"].map({"S1": "S1", "S1b": "S1", "S2": "place 2"}).fillna("")
    stops = feed.stops.assign(parent_station=place)
    same(tmp_path, network(feed.with_tables(stops=stops)))


def test_lines_without_service_and_networks_without_any_come_back(tmp_path):
    """If this fails, lines of OpenStreetMap, that has no timetables, cannot be handed on."""
    same(tmp_path, network(make_feed(STOPS, COURSES)))
    same(tmp_path, network(make_feed(STOPS, COURSES, HEADWAYS)))
    same(tmp_path, network(make_feed(STOPS, COURSES, None, TRIPS)))


def test_hostile_names_are_data(tmp_path):
    """If this fails, a quote, a comma or a formula in a name breaks the feed."""
    names = {"S1": '=HYPERLINK("x")', "S2": 'a,"b",c', "S3": "'quoted'", "S4": "<b>&</b>"}
    stops = {key: (names.get(key, name), *rest) for key, (name, *rest) in STOPS.items()}
    same(tmp_path, network(make_feed(stops, COURSES, HEADWAYS, TRIPS)))


def test_equal_networks_give_equal_bytes(tmp_path):
    """If this fails, a feed under version control changes with every export."""
    first = write_gtfs(network(), tmp_path / "a.zip", date=DAY)
    turned = dataclasses.replace(network(), name=network().name)
    second = write_gtfs(turned, tmp_path / "b.zip", date=DAY)
    assert first.read_bytes() == second.read_bytes()


def test_nothing_is_written_where_the_feed_would_not_validate(tmp_path):
    """If this fails, a feed that others refuse lies there as if it were good."""
    with pytest.raises(DataError) as caught:
        write_gtfs(network(), tmp_path / "out.zip", date=DAY, timezone="Mars/Olympus")
    assert "agency.txt invalid_timezone" in str(caught.value)
    assert "such as Asia/Shanghai" in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_times_are_those_of_the_place(tmp_path):
    """If this fails, a feed of Brazil tells its times as Shanghai's."""
    path = write_gtfs(network(), tmp_path / "a.zip", date=DAY)
    assert rows(path, "agency.txt")[0]["agency_timezone"] == "Asia/Shanghai"
    moved = network().feed.stops.assign(stop_lon=-51.2, stop_lat=-30.0)
    there = Network("there", network().streets, network().feed.with_tables(stops=moved),
                    network().study_area)  # fmt: skip
    path = write_gtfs(there, tmp_path / "b.zip", date=DAY)
    # 51.2° W is 3.4 hours of 15° behind Greenwich; in Etc/ the sign is turned round.
    assert rows(path, "agency.txt")[0]["agency_timezone"] == "Etc/GMT+3"


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(feed=feeds())
def test_any_feed_comes_back(tmp_path, feed):
    """If this fails, some network cannot be handed to other programs."""
    same(tmp_path, network_of(feed))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_scenario_comes_back(tmp_path, data):
    """If this fails, what a planner proposes cannot be handed to other programs."""
    scenario: Scenario = data.draw(scenarios(network()))
    try:
        changed = scenario.apply(network())
    except DataError:
        return
    same(tmp_path, changed)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_edit_of_a_timetable_comes_back(tmp_path, data):
    """If this fails, an edited timetable breaks in some order of its changes."""
    base = read_gtfs(zipped(tmp_path / "in.zip", FEED), day=DAY).network
    stops = data.draw(st.lists(st.sampled_from(["A", "B", "C"]), min_size=2, max_size=5))
    calls = pd.DataFrame({"pattern_id": "R7_0", "stop_sequence": range(len(stops)),
                          "stop_id": stops})  # fmt: skip
    kept = base.feed.calls[base.feed.calls["pattern_id"] != "R7_0"]
    changed = base.with_feed(base.feed.with_tables(calls=pd.concat([kept, calls])))
    same(tmp_path, changed)


def test_a_scenario_of_several_verbs_comes_back(tmp_path):
    """If this fails, a new stop or a detour is lost on the way to another program."""
    same(tmp_path, run(new_stop(), Reroute(line="101", direction_id=0, from_stop="S5",
                                           to_stop="S1", via=("N",))))  # fmt: skip
