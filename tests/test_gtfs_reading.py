"""GTFS feeds read: lines, calls, run times and the day of service, by sums done by hand."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from gtfs_feeds import FEED, edited, feed_with, zipped
from town import lattice, make_streets

from transit.errors import DataError, UsageError
from transit.sources.gtfs import read_gtfs

MONDAY, WEDNESDAY = date(2024, 1, 8), date(2024, 1, 3)


def read(tmp_path, files=FEED, **options):
    return read_gtfs(zipped(tmp_path / "small.zip", files), **options)


def count(reading, what, feed="small"):
    rows = reading.counts[(reading.counts["what"] == what) & (reading.counts["feed"] == feed)]
    return int(rows["count"].sum())


# ---- what becomes of the tables -----------------------------------------------------------------


def test_a_small_feed_is_what_its_tables_say(tmp_path):
    """If this fails, a planner's timetable arrives with other lines, stops or times."""
    reading = read(tmp_path, day=MONDAY)
    feed = reading.network.feed
    assert feed.sequence("R7_0") == ["A", "B", "C"]
    assert feed.sequence("R7_1") == ["C", "B", "A"]
    assert feed.stops["stop_id"].tolist() == ["A", "B", "C"]
    assert feed.stops["stop_name"].tolist() == ["银星", "桥头", "NA"]
    # Line 9 has no short name: the long one stands in; "red" is no colour.
    assert feed.routes[["route_short_name", "route_color"]].values.tolist() == [
        ["007", "0072B2"], ["周末线", ""],
    ]  # fmt: skip
    # 8 h = 28,800 s, 9 h = 32,400 s, 23 h 50 min = 85,800 s.
    assert dict(zip(feed.trips["trip_id"], feed.trips["departure_time"], strict=True)) == {
        "T1": 28_800, "T2": 32_400, "T3": 85_800,
    }  # fmt: skip
    headsigns = dict(zip(feed.patterns["pattern_id"], feed.patterns["trip_headsign"], strict=True))
    assert headsigns == {"R7_0": "田心", "R7_1": "银星"}
    assert set(feed.trips["year"]) == {2024}
    assert set(feed.trips["source"]) == {"Make-believe Buses (GTFS, small.zip)"}
    assert not feed.trips["indicative"].any()


def test_run_times_are_kept_once_for_all_trips_that_have_them(tmp_path):
    """If this fails, rides of an imported timetable take other minutes than the timetable says."""
    feed = read(tmp_path, day=MONDAY).network.feed
    assert dict(zip(feed.trips["trip_id"], feed.trips["timing_id"], strict=True)) == {
        "T1": "R7_0/1", "T2": "R7_0/1", "T3": "R7_1/1",
    }  # fmt: skip
    out = feed.timings[feed.timings["timing_id"] == "R7_0/1"]
    assert out[["stop_id", "arrival_secs", "departure_secs"]].values.tolist() == [
        ["A", 0, 0], ["B", 300, 360], ["C", 900, 900],
    ]  # fmt: skip
    home = feed.timings[feed.timings["timing_id"] == "R7_1/1"]["arrival_secs"].tolist()
    assert home[0] == 0
    assert np.isnan(home[1])
    assert home[2] == 900  # 23:50 to 24:05


def test_stations_entrances_and_days_are_counted(tmp_path):
    """If this fails, something of a feed is left out and nobody is told."""
    reading = read(tmp_path, feed_with(transfers="from_stop_id,to_stop_id\nA,B\nB,A\n"),
                   day=MONDAY)  # fmt: skip
    whats = ("stops", "stations", "entrances", "lines", "lines that run on the day", "trips",
             "trips that run on the day", "trips of other days", "calls", "calls without a time",
             "rows of transfers.txt")  # fmt: skip
    assert [count(reading, what) for what in whats] == [3, 1, 1, 2, 1, 4, 3, 1, 11, 1, 2]


def test_ids_and_names_that_look_like_no_value_stay(tmp_path):
    """If this fails, the stop NA or the line null vanishes, as table readers make of them."""
    files = feed_with(
        routes=FEED["routes.txt"].replace("R7,1,007", "null,1,NaN"),
        trips=FEED["trips.txt"].replace("R7", "null"),
    )
    feed = read(tmp_path, files, day=MONDAY).network.feed
    assert "null" in set(feed.routes["route_id"])
    assert "NaN" in set(feed.routes["route_short_name"])
    assert feed.sequence("null_0") == ["A", "B", "C"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(tmp_path, encoding):
    """If this fails, a feed saved by Excel or on a Chinese machine shows garbage."""
    files = {name: text.encode(encoding) for name, text in FEED.items()}
    reading = read(tmp_path, files, day=MONDAY)
    assert reading.network.feed.stops["stop_name"].tolist() == ["银星", "桥头", "NA"]
    assert any("gb18030" in note for note in reading.notes) == (encoding == "gb18030")


def test_rows_in_any_order_are_the_same_feed(tmp_path):
    """If this fails, a feed sorted by another program has other ids or another timetable."""
    turned = {}
    for name, text in FEED.items():
        header, *rows = text.splitlines()
        turned[name] = "\n".join([header, *rows[::-1]]) + "\n"
    first, second = (read(tmp_path, files, day=MONDAY) for files in (FEED, turned))
    assert first.network.feed.fingerprint() == second.network.feed.fingerprint()


def test_a_folder_and_a_zipped_folder_are_read_as_the_zip_is(tmp_path):
    """If this fails, an unpacked feed, or one packed with its folder, is another feed."""
    folder = tmp_path / "small"
    folder.mkdir()
    for name, text in FEED.items():
        (folder / name).write_text(text, encoding="utf-8")
    inside = zipped(tmp_path / "small.zip", {f"gtfs/{name}": FEED[name] for name in FEED})
    one, other = read_gtfs(folder, day=MONDAY), read_gtfs(inside, day=MONDAY)
    stops = ["stop_id", "stop_name", "stop_lon", "stop_lat"]
    pd.testing.assert_frame_equal(one.network.feed.stops[stops], other.network.feed.stops[stops])
    assert "small: its files lie in the folder gtfs" in other.notes


def test_directions_that_are_not_said_are_told_from_the_order_of_stops(tmp_path):
    """If this fails, both directions of a railway run as one, and a line has no way back."""
    trips = "\n".join(
        ",".join(row.split(",")[:3]) for row in FEED["trips.txt"].splitlines()
    )  # without direction_id and headsign
    reading = read(tmp_path, feed_with(trips=trips), day=MONDAY)
    assert reading.network.feed.sequence("R7_0") == ["A", "B", "C"]
    assert reading.network.feed.sequence("R7_1") == ["C", "B", "A"]
    assert count(reading, "lines whose direction is not said") == 1


def test_streets_given_lend_their_crs_and_another_is_refused(tmp_path):
    """If this fails, stops and streets are measured in two systems."""
    streets = make_streets(lattice())
    assert read(tmp_path, day=MONDAY, streets=streets).network.crs == "EPSG:4547"
    with pytest.raises(UsageError, match="not that of the streets"):
        read(tmp_path, day=MONDAY, streets=streets, crs="EPSG:32650")


# ---- frequencies --------------------------------------------------------------------------------

FREQUENCIES = "trip_id,start_time,end_time,headway_secs,exact_times\n"


def test_headways_stay_headways_with_the_speed_of_their_template(tmp_path):
    """If this fails, a line every ten minutes runs once a day."""
    files = feed_with(frequencies=FREQUENCIES + "T1,06:00:00,09:00:00,600,0\n")
    reading = read(tmp_path, files, day=MONDAY)
    network = reading.network
    (row,) = network.feed.frequencies.to_dict("records")
    # A to C: 900 s less 60 s at B is 840 s of driving. Metres are the network's own.
    metres = float(network.drive_m[network.feed.visits["pattern_id"] == "R7_0"].sum())
    assert (row["pattern_id"], row["start_time"], row["end_time"], row["headway_secs"]) == (
        "R7_0", 21_600, 32_400, 600,
    )  # fmt: skip
    assert row["speed_kmh"] == pytest.approx(metres / 840 * 3.6, abs=0.006)
    assert (row["dwell_secs"], row["timing_id"]) == (60.0, "R7_0/1")
    assert network.feed.trips["trip_id"].tolist() == ["T2", "T3"]


def test_exact_times_become_trips(tmp_path):
    """If this fails, departures at set times count as a mean headway, or the template twice."""
    files = feed_with(frequencies=FREQUENCIES + "T1,06:00:00,06:45:00,1200,1\n")
    feed = read(tmp_path, files, day=MONDAY).network.feed
    # 6:00, 6:20, 6:40; 6:45 is the end and nothing leaves then.
    assert feed.trips["trip_id"].tolist() == [
        "T1@06:00:00", "T1@06:20:00", "T1@06:40:00", "T2", "T3",
    ]  # fmt: skip
    assert feed.trips["departure_time"].tolist()[:3] == [21_600, 22_800, 24_000]
    assert feed.frequencies.empty


def test_headways_that_overlap_run_side_by_side(tmp_path):
    """If this fails, two services of one course are refused, or one of them is lost."""
    rows = "T1,06:00:00,09:00:00,600,0\nT2,08:00:00,10:00:00,900,\n"
    reading = read(tmp_path, feed_with(frequencies=FREQUENCIES + rows), day=MONDAY)
    feed = reading.network.feed
    assert feed.frequencies["pattern_id"].tolist() == ["R7_0", "R7_0+2"]
    assert feed.sequence("R7_0+2") == ["A", "B", "C"]
    assert count(reading, "headways that overlap others of their pattern") == 1


# ---- day of service -----------------------------------------------------------------------------


def test_the_busiest_day_is_taken_and_said(tmp_path):
    """If this fails, a network is of a Sunday and nobody knows."""
    reading = read(tmp_path)
    # Weekdays 3 trips, week-ends 1; Wednesday the 3rd both, 4; Thursday the 4th none.
    days = reading.days.set_index("date")["departures"]
    assert [days[date(2024, 1, day)] for day in (1, 2, 3, 4, 5, 6, 7)] == [3, 3, 4, 0, 3, 1, 1]
    assert dict(reading.day) == {"small": WEDNESDAY}
    assert reading.notes[0] == (
        "day of service: 2024-01-03 (wednesday) is the busiest day: 4 departures"
    )
    assert reading.days.loc[reading.days["chosen"], "date"].tolist() == [WEDNESDAY]
    assert len(reading.network.feed.trips) == 4


def test_a_template_counts_as_often_as_it_leaves(tmp_path):
    """If this fails, the busiest day of a feed of headways is any day."""
    files = feed_with(frequencies=FREQUENCIES + "T4,06:00:00,07:00:00,600,0\n")
    days = read(tmp_path, files).days.set_index("date")["departures"]
    assert days[date(2024, 1, 6)] == 6  # an hour by ten minutes


@pytest.mark.parametrize("file", ["calendar", "calendar_dates"])
def test_either_table_of_days_is_enough(tmp_path, file):
    """If this fails, feeds that only list dates, or only weekdays, cannot be read."""
    days = read(tmp_path, feed_with(**{file: None})).days
    assert (days["departures"] > 0).sum() == (1 if file == "calendar" else 31)


def test_a_day_without_service_names_the_nearest(tmp_path):
    """If this fails, a planner who asks for a day outside the calendar gets an empty city."""
    with pytest.raises(DataError) as caught:
        read(tmp_path, day=date(2025, 3, 3))
    (problem,) = caught.value.problems
    assert "from 2024-01-01 to 2024-01-31" in problem.what
    assert "2024-01-31 is the nearest" in problem.mend


# ---- several feeds ------------------------------------------------------------------------------


def test_feeds_that_share_no_id_keep_theirs(tmp_path):
    """If this fails, ids change for no reason when a railway is added to buses."""
    other = {
        name: text.replace("R7", "Q7").replace("R9", "Q9").replace("T", "U")
        .replace("A,", "KA,").replace("B,", "KB,").replace("C,", "KC,")
        for name, text in FEED.items()
    }  # fmt: skip
    other["stops.txt"] = (
        "stop_id,stop_name,stop_lat,stop_lon\nKA,a,22.7,114.0\nKB,b,22.7,114.01\nKC,c,22.7,114.03\n"
    )
    other["calendar.txt"] = FEED["calendar.txt"]
    other["agency.txt"] = FEED["agency.txt"]
    first, second = zipped(tmp_path / "one.zip", FEED), zipped(tmp_path / "two.zip", other)
    reading = read_gtfs([first, second], day=MONDAY)
    assert set(reading.network.feed.routes["route_id"]) == {"R7", "R9", "Q7", "Q9"}
    assert len(reading.network.feed.trips) == 6
    assert reading.network.name == "one + two"


def test_ids_that_clash_get_the_name_of_their_feed(tmp_path):
    """If this fails, two cities' stop 1 become one stop."""
    paths = [zipped(tmp_path / f"{name}.zip", FEED) for name in ("north", "south")]
    reading = read_gtfs(paths, day=MONDAY)
    feed = reading.network.feed
    assert feed.sequence("north:R7_0") == ["north:A", "north:B", "north:C"]
    assert len(feed.stops) == 6
    assert any("clash" in note for note in reading.notes)
    assert count(reading, "stops", "north") == count(reading, "stops", "south") == 3


def test_feeds_of_other_years_have_a_day_each(tmp_path):
    """If this fails, a railway of last year silently has no trains in this year's network."""
    old = {name: text.replace("202401", "202301") for name, text in FEED.items()}
    paths = [zipped(tmp_path / "new.zip", FEED), zipped(tmp_path / "old.zip", old)]
    reading = read_gtfs(paths)
    # In 2023 the 3rd is a Tuesday, a weekday with the week-end's trips beside.
    assert dict(reading.day) == {"new": WEDNESDAY, "old": date(2023, 1, 3)}
    assert "share no day" in reading.notes[0]
    with pytest.raises(DataError, match="old: has no trip on 2024-01-08"):
        read_gtfs(paths, day=MONDAY)


# ---- real feeds ---------------------------------------------------------------------------------


def raw(path, name):
    """The rows of a table of a zip, by the standard library alone."""
    with zipfile.ZipFile(path) as packed:
        text = packed.read(name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), skipinitialspace=True))


@pytest.mark.shared
@pytest.mark.parametrize("name", ["poa_eptc", "poa_trensurb"])
def test_lines_stops_and_calls_are_those_of_the_feed(shared_data, name):
    """If this fails, a city's feed loses lines, stops or departures on the way in."""
    path = shared_data / "porto_alegre" / f"{name}.zip"
    reading = read_gtfs(path)
    feed, day = reading.network.feed, reading.day[name]
    trips = {row["trip_id"]: row for row in raw(path, "trips.txt")}
    times = raw(path, "stop_times.txt")
    runs = {row["service_id"] for row in raw(path, "calendar.txt")
            if row["start_date"] <= f"{day:%Y%m%d}" <= row["end_date"]
            and row[f"{day:%A}".lower()] == "1"}  # fmt: skip
    with zipfile.ZipFile(path) as packed:
        has_dates = "calendar_dates.txt" in packed.namelist()
    for row in raw(path, "calendar_dates.txt") if has_dates else []:
        if row["date"] == f"{day:%Y%m%d}":
            (runs.add if row["exception_type"] == "1" else runs.discard)(row["service_id"])
    today = {trip for trip, row in trips.items() if row["service_id"] in runs}
    assert set(feed.stops["stop_id"]) == {row["stop_id"] for row in raw(path, "stops.txt")}
    assert set(feed.routes["route_id"]) == {row["route_id"] for row in raw(path, "routes.txt")}
    assert set(feed.trips["trip_id"]) == today
    # Calls of all trips of the day: those of its pattern, trip by trip.
    size = Counter(feed.calls["pattern_id"])
    calls = sum(row["trip_id"] in today for row in times)
    assert sum(size[pattern] for pattern in feed.trips["pattern_id"]) == calls
    order = sorted(times, key=lambda row: (row["trip_id"], int(row["stop_sequence"])))
    stops: dict[str, list[str]] = {}
    for row in order:
        stops.setdefault(row["trip_id"], []).append(row["stop_id"])
    own = dict(zip(feed.trips["trip_id"], feed.trips["pattern_id"], strict=True))
    assert all(feed.sequence(own[trip]) == stops[trip] for trip in today)


@pytest.mark.shared
def test_every_day_has_the_trips_that_a_plain_count_finds(shared_data):
    """If this fails, the busiest day of a city is another."""
    path = shared_data / "porto_alegre" / "poa_eptc.zip"
    trips = Counter(row["service_id"] for row in raw(path, "trips.txt"))
    weekly, dates = raw(path, "calendar.txt"), raw(path, "calendar_dates.txt")
    first = min(row["start_date"] for row in weekly)
    last = max(row["end_date"] for row in weekly)
    day, expected = pd.Timestamp(first).date(), {}
    while day <= pd.Timestamp(last).date():
        text = f"{day:%Y%m%d}"
        runs = {row["service_id"] for row in weekly
                if row["start_date"] <= text <= row["end_date"]
                and row[f"{day:%A}".lower()] == "1"}  # fmt: skip
        for row in dates:
            if row["date"] == text:
                (runs.add if row["exception_type"] == "1" else runs.discard)(row["service_id"])
        expected[day] = sum(trips[service] for service in runs)
        day += timedelta(days=1)
    days = read_gtfs(path).days.set_index("date")["departures"]
    assert {day: int(days.get(day, 0)) for day in expected} == expected


@pytest.mark.shared
def test_two_feeds_of_a_city_are_one_network(shared_data):
    """If this fails, buses and trains of a city cannot be looked at together."""
    paths = [shared_data / "porto_alegre" / f"{name}.zip" for name in ("poa_eptc", "poa_trensurb")]
    reading = read_gtfs(paths)
    feed = reading.network.feed
    # 3,986 + 24 stops, 115 + 2 lines: the rows of the feeds' own tables.
    assert (len(feed.stops), len(feed.routes)) == (4_010, 117)
    assert len(set(reading.day.values())) == 1
    assert len(reading.network.stations) == 24  # all stops of the railway


def test_gtfs_kit_finds_the_same_trips(tmp_path):
    """If this fails, another reader of the same file sees other trips run, or other patterns."""
    import gtfs_kit

    path = zipped(tmp_path / "small.zip", edited("stops", ",NA,", ",终点,"))
    known = gtfs_kit.read_feed(path, dist_units="km")
    feed = read_gtfs(path, day=WEDNESDAY).network.feed
    assert set(feed.trips["trip_id"]) == set(known.get_trips("20240103")["trip_id"])
    theirs = known.compute_trip_stats().set_index("trip_id")
    for trip in feed.trips.itertuples():
        stats = theirs.loc[trip.trip_id]
        assert len(feed.sequence(trip.pattern_id)) == stats["num_stops"]
        timing = feed.timings[feed.timings["timing_id"] == trip.timing_id]
        assert timing["arrival_secs"].iloc[-1] == pytest.approx(stats["duration"] * 3600)
