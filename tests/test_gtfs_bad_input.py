"""Feeds that are broken or hostile: a clear error with file, row and mend, and nothing else."""

from __future__ import annotations

import os
import struct
import zipfile
from datetime import date
from pathlib import Path

import pytest
from gtfs_feeds import FEED, edited, feed_with, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transit.errors import DataError, TransitError
from transit.sources.gtfs import archive, read_gtfs, validate_gtfs

MONDAY = date(2024, 1, 8)


def refused(tmp_path: Path, files) -> list[str]:
    """Problems of a feed as text; fails when it is read."""
    path = files if isinstance(files, Path) else zipped(tmp_path / "small.zip", files)
    with pytest.raises(DataError) as caught:
        read_gtfs(path, day=MONDAY)
    assert all(problem.mend for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("end", ["21010101", "22001231", "99991231"])
def test_a_calendar_without_an_end_is_read(tmp_path, end):
    """If this fails, a feed that ends in a far century is refused, or read for minutes."""
    files = edited("calendar", "20240101,20240131", f"20240101,{end}")
    read = read_gtfs(zipped(tmp_path / "small.zip", files), day=MONDAY)
    assert set(read.day.values()) == {MONDAY}
    # 400 years at most: 365.2425 days a year are 146,097, and the first.
    assert len(read.days) == min((date.fromisoformat(end) - date(2024, 1, 1)).days, 146_097) + 1


# ---- the zip ------------------------------------------------------------------------------------


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    """If this fails, a file of a few kilobytes fills the memory."""
    found = refused(tmp_path, FEED | {"shapes.txt": b"0" * 50_000_000})
    assert len(found) == 1
    assert "shapes.txt: unpacks from" in found[0]
    assert "50,000,000 bytes" in found[0]


def test_too_many_bytes_or_files_are_refused(tmp_path, monkeypatch):
    """If this fails, a feed of a whole country brings a planner's machine down."""
    monkeypatch.setattr(archive, "BYTES", 1_000)
    assert "bytes unpacked" in refused(tmp_path, FEED)[0]
    monkeypatch.setattr(archive, "MEMBERS", 3)
    assert "files; a feed has some thirty" in refused(tmp_path, FEED)[0]


@pytest.mark.parametrize(
    "name", ["../stops.txt", "/etc/stops.txt", "a/../../stops.txt", "..\\stops.txt", "C:\\x.txt"]
)
def test_paths_that_lead_elsewhere_are_refused(tmp_path, name):
    """If this fails, a feed writes or reads outside its own file."""
    found = refused(tmp_path, FEED | {name: "x"})
    assert "is a path that leads elsewhere" in found[0]
    with pytest.raises(DataError):  # nor does the validator see it
        validate_gtfs(tmp_path / "small.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.zip"]


def test_a_zip_of_zips_is_named(tmp_path):
    """If this fails, an agency's bundle of feeds gives a riddle for an answer."""
    inner = zipped(tmp_path / "bus.zip", FEED).read_bytes()
    found = refused(tmp_path, zipped(tmp_path / "all.zip", {"bus.zip": inner}))
    assert "holds no table, but bus.zip → unpack it" in found[0]


@pytest.mark.parametrize("keep", [0, 10, 200, 900])
def test_a_zip_that_is_cut_off(tmp_path, keep):
    """If this fails, a download that broke off is a traceback."""
    path = zipped(tmp_path / "small.zip", FEED)
    path.write_bytes(path.read_bytes()[:keep])
    assert "cannot be opened as a zip" in refused(tmp_path, path)[0]


def test_damage_inside_a_zip_names_the_file(tmp_path):
    """If this fails, a damaged feed is read with garbled rows."""
    path = tmp_path / "small.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for name, text in FEED.items():
            target.writestr(name, text)
    path.write_bytes(path.read_bytes().replace("桥头".encode(), "桥北".encode()))
    assert "small.zip stops.txt: cannot be unpacked (Bad CRC-32" in refused(tmp_path, path)[0]


def test_encrypted_and_repeated_members(tmp_path):
    """If this fails, a locked zip is a traceback, or the second of two tables wins unseen."""
    path = zipped(tmp_path / "small.zip", FEED)
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x01\x02")
    raw[at + 8 : at + 10] = struct.pack("<H", 1)
    path.write_bytes(bytes(raw))
    assert "is encrypted" in refused(tmp_path, path)[0]
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as target:
        target.writestr("stops.txt", FEED["stops.txt"])
        with pytest.warns(UserWarning, match="Duplicate name"):
            target.writestr("stops.txt", FEED["stops.txt"])
    assert "stops.txt: is there twice" in refused(tmp_path, tmp_path / "two.zip")[0]


def test_what_is_no_feed_at_all(tmp_path):
    """If this fails, a mistyped path or a picture gives no word of what is wanted."""
    assert "does not exist" in refused(tmp_path, tmp_path / "none.zip")[0]
    (tmp_path / "empty").mkdir()
    assert "holds no .txt file" in refused(tmp_path, tmp_path / "empty")[0]
    assert "holds no .txt file" in refused(tmp_path, {"a.png": b"\x89PNG"})[0]


# ---- the tables ---------------------------------------------------------------------------------


def test_missing_files_and_columns_are_named_at_once(tmp_path):
    """If this fails, a planner mends a feed one error at a time."""
    files = edited("stops", "stop_id,", "stopid,")
    del files["trips.txt"]
    files["trip.txt"] = FEED["trips.txt"]
    found = refused(tmp_path, files)
    assert "small trips.txt: does not exist → rename trip.txt?" in found
    assert any("column 'stop_id' is missing → is it the column 'stopid'?" in one for one in found)


def test_a_feed_without_a_calendar(tmp_path):
    """If this fails, a feed in which nothing ever runs is an empty city."""
    found = refused(tmp_path, feed_with(calendar=None, calendar_dates=None))
    assert found == [
        "small: has neither calendar.txt nor calendar_dates.txt → a feed needs one of them: "
        "without it no trip runs on any day"
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "stops",
            "B,桥头,22.700",
            "B,桥头,227.00",
            "small stops.txt row 3 stop_lat: '227.00' is not",
        ),
        ("stops", "B,桥头,22.700", "B,桥头,nan", "'nan' is not a number from -90 to 90"),
        ("stops", "B,桥头,22.700,114.010", "B,桥头,,", "row 3: 'B' has no position"),
        ("stops", "B,桥头,22.700,114.010", "B,桥头,114.010,22.700", "row 3 stop_lat: '114.010'"),
        (
            "stops",
            "ST,枢纽,22.700,114.005,1,",
            "ST,枢纽,22.700,114.005,1,A",
            "is its own parent_station: ",
        ),
        (
            "stops",
            "ST,枢纽,22.700,114.005,1,",
            "ST,枢纽,22.700,114.005,1,ST",
            "is its own parent_station: ST → ST",
        ),
        ("stops", ",0,ST", ",0,XX", "row 3 parent_station: 'XX' is not in stops.txt"),
        ("stops", ",0,ST", ",9,ST", "location_type: '9' is not a whole number from 0 to 4"),
        ("stops", "B,桥头", "A,桥头", "row 3 stop_id: A appears a second time"),
        ("stops", "桥头", '桥"头', ""),
        ("stops", "桥头", '"桥头', "is not well-formed CSV near line"),
        ("stops", "桥头", "x" * 200_000, "field larger than field limit"),
        ("stops", "B,桥头", "B,桥,头,x,y", "small stops.txt row 3: has 9 values, the header 6"),
        ("stops", "桥头", "\x00", "is neither UTF-8 nor GB 18030 text"),
        ("stops", "stop_name", "stop_id", "column 'stop_id' appears twice"),
        ("trips", "R7,WK,T2", "R7,WK,T1", "small trips.txt row 3 trip_id: T1 appears a second"),
        (
            "trips",
            "R7,WK,T2",
            "R7,WK,T2,0,\nR7,WK,T2",
            "small trips.txt row 4 trip_id: T2 appears a",
        ),
        ("trips", "R7,WK,T2", "R8,WK,T2", "row 3 route_id: 'R8' is not in routes.txt"),
        ("trips", "R7,WK,T2", "R7,XX,T2", "row 3 service_id: 'XX' is not in the calendar"),
        ("routes", ",3,red", ",bus,red", "small routes.txt row 3 route_type: 'bus' is not a whole"),
        ("stop_times", "T1,08:05:00", "T1,07:05:00", "small stop_times.txt row 3: trip 'T1' arriv"),
        (
            "stop_times",
            "T1,08:05:00,08:06:00",
            "T1,08:05:00,08:04:00",
            "row 3: trip 'T1' departs before it arrives",
        ),
        ("stop_times", "T1,08:05:00", "T1,-8:05:00", "row 3 arrival_time: '-8:05:00' is not HH"),
        ("stop_times", "T1,08:05:00", "T1,08:65:00", "row 3 arrival_time: '08:65:00' is not HH"),
        ("stop_times", "T1,08:00:00,08:00:00", "T1,,", "row 2: trip 'T1' has no time at its first"),
        ("stop_times", "08:15:00,08:15:00", ",", "row 4: trip 'T1' has no time at its last stop"),
        ("stop_times", "B,2\nT1", "B,1\nT1", "row 3: trip 'T1' has stop_sequence 1 a second time"),
        ("stop_times", "B,2\nT1", "B,-2\nT1", "row 3 stop_sequence: '-2' is not a whole number"),
        ("stop_times", "B,2\nT1", "ST,2\nT1", "'ST' is called at, and is of the stations"),
        ("stop_times", "B,2\nT1", "Z,2\nT1", "row 3 stop_id: 'Z' is not in stops.txt"),
        ("stop_times", "T4,12:00", "T5,12:00", "row 11 trip_id: 'T5' is not in trips.txt"),
        ("calendar", "20240131\nWE", "20240231\nWE", "row 2 end_date: '20240231' is not a date"),
        ("calendar", "20240131\nWE", "20230131\nWE", "small calendar.txt row 2: ends before it"),
        ("calendar", "WK,1,", "WK,2,", "row 2 monday: '2' is not a whole number from 0 to 1"),
        ("calendar", "WE,0", "WK,0", "row 3 service_id: WK appears a second time"),
        ("calendar_dates", "20240103,1", "20240103,3", "row 2 exception_type: '3' is not"),
    ],
)
def test_faults_are_named_by_file_row_and_column(tmp_path, file, old, new, says):
    """If this fails, a planner with 100,000 rows is told that something is wrong somewhere."""
    files = edited(file, old, new)
    if not says:  # a quote inside a value that has none round it is a character like others
        assert read_gtfs(zipped(tmp_path / "small.zip", files), day=MONDAY)
        return
    assert any(says in one for one in refused(tmp_path, files))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("T1,09:00:00,06:00:00,600,0", "row 2: has 0 departures"),
        ("T1,06:00:00,09:00:00,0,0", "row 2 headway_secs: '0' is not a whole number of 1 or more"),
        ("T9,06:00:00,09:00:00,600,0", "row 2 trip_id: 'T9' is not in trips.txt"),
        ("T1,06:00:00,,600,0", "row 2 end_time: is empty"),
        ("T1,00:00:00,999:00:00,1,1", "row 2: has 3,596,400 departures"),
    ],
)
def test_faults_of_headways(tmp_path, row, says):
    """If this fails, a slip in one headway makes a million trips or none."""
    header = "trip_id,start_time,end_time,headway_secs,exact_times\n"
    assert any(says in one for one in refused(tmp_path, feed_with(frequencies=header + row)))


def test_a_thousand_faults_are_counted_and_the_first_are_shown(tmp_path):
    """If this fails, one wrong column buries all other faults."""
    rows = "".join(f"T1,8 Uhr,8 Uhr,A,{number}\n" for number in range(10, 1_010))
    found = refused(tmp_path, feed_with(stop_times=FEED["stop_times.txt"] + rows))
    assert len(found) == 18  # eight rows and the rest, in each of two columns
    assert sum("and 992 more like these" in one for one in found) == 2


def test_all_faults_of_all_feeds_come_out_at_once(tmp_path):
    """If this fails, the second feed's faults are seen only when the first is mended."""
    paths = [
        zipped(tmp_path / "one.zip", edited("stops", ",0,ST", ",0,XX")),
        zipped(tmp_path / "two.zip", edited("stop_times", "B,2\nT1", "Z,2\nT1")),
    ]
    with pytest.raises(DataError) as caught:
        read_gtfs(paths)
    assert [problem.where.split()[0] for problem in caught.value.problems] == ["one", "two"]


def test_texts_that_would_act_are_plain_text(tmp_path):
    """If this fails, a stop's name moves the cursor of a terminal or breaks a line of a report."""
    files = edited("stops", "桥头", "桥\x1b[2J头")
    feed = read_gtfs(zipped(tmp_path / "small.zip", files), day=MONDAY).network.feed
    assert feed.stops["stop_name"].tolist()[1] == "桥 [2J头"
    ids = {name: text.replace("B,", "B\x07,") for name, text in FEED.items()}
    assert any("control character" in one for one in refused(tmp_path, ids))


def test_what_can_be_read_is_read(tmp_path):
    """If this fails, a feed that the world reads is refused for a colour or a missing comma."""
    short = edited("stops", "C,NA,22.700,114.030,,", "C,NA,22.700,114.030")
    assert len(read_gtfs(zipped(tmp_path / "a.zip", short), day=MONDAY).network.feed.stops) == 3
    long = edited("stops", "C,NA,22.700,114.030,,", "C,NA,22.700,114.030,,,,")
    assert len(read_gtfs(zipped(tmp_path / "b.zip", long), day=MONDAY).network.feed.stops) == 3
    blank = {name: text.replace("\n", "\r\n\r\n") for name, text in FEED.items()}
    assert len(read_gtfs(zipped(tmp_path / "c.zip", blank), day=MONDAY).network.feed.trips) == 3


# ---- fuzz ---------------------------------------------------------------------------------------

VALUES = st.one_of(
    st.sampled_from(["", "0", "-1", "1e9", "nan", "inf", "25:61:00", "99:00:00", "A", "T1", "ST",
                     "20240230", '"', ",", "\n", "\x00", "=1+1", "ﾟ", "\ud7ff", "9" * 30]),
    st.text(max_size=6),
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_changed_is_read_or_refused_in_words(tmp_path, data):
    """If this fails, some feed of the world is a traceback."""
    file = data.draw(st.sampled_from(sorted(FEED)))
    rows = [row.split(",") for row in FEED[file].splitlines()]
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.integers(0, len(rows) - 1))
        column = data.draw(st.integers(0, len(rows[row]) - 1))
        rows[row][column] = data.draw(VALUES)
    text = "\n".join(",".join(row) for row in rows)
    path = zipped(tmp_path / "fuzz.zip", FEED | {file: text.encode("utf-8", "surrogatepass")})
    try:
        read_gtfs(path)
    except TransitError as error:
        assert error.problems  # noqa: PT017  (either way is right; a traceback is not)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 5_000), byte=st.integers(0, 255))
def test_any_byte_changed_is_read_or_refused_in_words(tmp_path, place, byte):
    """If this fails, a damaged download is a traceback."""
    path = zipped(tmp_path / "fuzz.zip", FEED)
    raw = bytearray(path.read_bytes())
    raw[place % len(raw)] = byte
    path.write_bytes(bytes(raw))
    try:
        read_gtfs(path)
    except TransitError as error:
        assert error.problems  # noqa: PT017
    assert os.listdir(tmp_path) == ["fuzz.zip"]  # noqa: PTH208
