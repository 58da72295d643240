"""Lines out of tables of others: whatever way they are written, the same calls come out."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from line_tables import CALLS, LINES, POLYLINE, PYTHON, written

from transit.errors import DataError
from transit.sources.tables import read_visits
from transit.sources.tables.aliases import plain_name
from transit.sources.tables.declared import VISITS
from transit.sources.tables.line_names import LineName, line_name
from transit.sources.tables.service import departure_secs, headway_secs, span_secs

AS_JSON = [
    (name, json.dumps([stop for stop, _, _ in calls], ensure_ascii=False),
     json.dumps([[float(x), float(y)] for _, x, y in calls]))
    for name, calls in LINES.items()
]  # fmt: skip
FORMS = {
    "python lists": ("linename stationname stationgeo", PYTHON, "one row a line"),
    "json lists": ("线路名称 站点列表 坐标", AS_JSON, "one row a line"),
    "names and a polyline": ("线路 途经站点 坐标串", POLYLINE, "one row a line"),
    "one row a call": ("线路 上下行 站序 站名 经度 纬度", CALLS, "one row a call"),
    "english": ("route_short_name direction_id stop_sequence stop_name lng lat", CALLS,
                "one row a call"),
    "shuffled": ("线路 方向 序号 站点名称 x y", CALLS[::-1], "one row a call"),
}  # fmt: skip


def faults(path, **options):
    """What ``read_visits`` says of a table that it refuses, a line a fault."""
    with pytest.raises(DataError) as raised:
        read_visits(path, **options)
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("form", FORMS)
def test_all_forms_give_the_same_calls(form, encoding, tmp_path):
    """If this fails, the same lines give other stops because a colleague wrote them otherwise."""
    columns, rows, shape = FORMS[form]
    reading = read_visits(written(tmp_path / "lines.csv", columns, rows, encoding))
    assert reading.shape == shape
    frame = reading.frame.sort_values(["line_name", "stop_sequence"], ascending=[False, True])
    assert frame["stop_name"].tolist() == ["甲", "乙", "丙", "丙", "乙", "甲"]
    assert frame["lon"].tolist() == [114.01, 114.02, 114.03, 114.03, 114.02, 114.01]
    assert frame["lat"].tolist() == [22.70] * 3 + [22.7001] * 3
    assert frame["stop_sequence"].tolist() == [1, 2, 3, 1, 2, 3]
    assert set(frame["route_id"]) == {"007"}
    lines = reading.lines.set_index("line_name").loc[list(LINES)]
    assert lines["origin"].tolist() == ["甲", "丙"]
    assert lines["destination"].tolist() == ["丙", "甲"]
    assert lines["direction_id"].tolist() in ([0, 1], [1, 0])
    assert sorted(lines["pattern_id"]) == ["007_0", "007_1"]
    assert ("read as GB 18030, for it is not UTF-8" in reading.notes) == (encoding == "gb18030")


def test_rows_and_columns_are_called_as_the_user_sees_them(tmp_path):
    """If this fails, a planner cannot find in the spreadsheet what a message is about."""
    rows = [(*row, "x") for row in PYTHON]
    reading = read_visits(written(tmp_path / "a.csv", "linename stationname stationgeo who", rows))
    assert reading.frame["row"].tolist() == ["row 2"] * 3 + ["row 3"] * 3
    told = reading.understood.set_index("column")
    assert told["taken_as"].tolist() == ["line_name", "stop_name", "position", ""]
    assert told.loc["who", "note"] == "not used"
    assert told.loc["linename", "example"] == "007路(甲-丙)"


def test_whole_lines_that_appear_again_are_left_out_and_listed(tmp_path):
    """If this fails, a line counts twice, or one vanishes without a word."""
    other = (PYTHON[0][0], *PYTHON[1][1:])  # the same name, other stops: that is another line
    path = written(
        tmp_path / "a.csv", "linename stationname stationgeo", [*PYTHON, PYTHON[0], other]
    )
    reading = read_visits(path)
    assert len(reading.lines) == 3
    assert reading.left_out.to_dict("records") == [
        {"row": "row 4", "line_name": "007路(甲-丙)", "calls": 3,
         "why": "the same, stop by stop, as row 2"}
    ]  # fmt: skip
    assert reading.lines["pattern_id"].tolist() == ["007_0", "007_1", "007_1_2"]


def test_courses_of_one_name_in_a_table_of_calls_are_told_apart(tmp_path):
    """If this fails, two runs of a line written one after the other become one of double calls."""
    once = [(line, number, *call) for line, _, number, *call in CALLS[:3]]
    path = written(tmp_path / "a.csv", "linename seq stop lon lat", [*once, *once])
    reading = read_visits(path)
    assert reading.frame["stop_name"].tolist() == ["甲", "乙", "丙"]
    assert reading.left_out["row"].tolist() == ["row 5"]


def test_a_place_given_twice_is_a_fault(tmp_path):
    """If this fails, a slip in the numbers cuts a line in two without a word."""
    rows = [(line, number, *call) for line, _, number, *call in CALLS[:3]]
    rows.insert(2, ("007路(甲-丙)", "2", "丁", "114.025", "22.70"))
    (told,) = faults(written(tmp_path / "a.csv", "linename seq stop lon lat", rows))
    assert told.startswith("a.csv row 4: is a second call at place 2 of its line → number")


def test_without_a_sequence_the_order_of_the_rows_is_said(tmp_path):
    """If this fails, the order of the stops is a guess that nobody is told of."""
    rows = [(line, *call) for line, _, _, *call in CALLS]
    reading = read_visits(written(tmp_path / "a.csv", "线路 站名 经度 纬度", rows))
    assert reading.frame["stop_sequence"].tolist() == [1, 2, 3, 1, 2, 3]
    assert any("order of the rows" in note for note in reading.notes)


def test_every_fault_comes_at_once_with_its_row(tmp_path):
    """If this fails, a planner mends a table of 60,000 rows one fault a run."""
    bad = [
        ("8路", "1", "甲", "nan", "22.7"),
        ("8路", "2", "乙", "22.7", "114.02"),
        ("8路", "3", "丙", "0", "0"),
        ("8路", "x", "丁", "114.03", "22.7"),
        ("9路", "1", "", "114.03", "22.7"),
        ("9路", "2", "戊", "11403000", "2270000"),
        ("9路", "3", "己", "", ""),
        ("9路", "4", "庚\x1b[2J", "114.03", "22.7"),
        ("7路", "1", "甲", "114.01", "22.70"),
        ("7路", "2", "乙", "114.02", "22.70"),
    ]
    path = written(tmp_path / "a.csv", "线路 站序 站名 经度 纬度", bad)
    told = faults(path)
    for text in (
        "a.csv row 2 甲: nan, 22.7 is no longitude and latitude",
        "a.csv row 3 乙: 22.7, 114.02 look swapped → write longitude first",
        "a.csv row 4 丙: position is 0, 0",
        "a.csv row 5 站序: 'x' is not a whole number",
        "a.csv row 6: has no stop name",
        "a.csv row 7 戊: 11403000, 2270000 are no degrees",
        "a.csv row 8 己: has no position",
        "a.csv row 9: its stop name holds the control character U+001B",
    ):
        assert sum(each.startswith(text) for each in told) == 1, text
    assert len(told) == 8
    reading = read_visits(path, faulty="leave out")
    assert reading.lines["line_name"].tolist() == ["7路"]
    assert reading.left_out["line_name"].tolist() == ["8路", "9路"]
    assert "row 4 丙: position is 0, 0" in reading.left_out["why"].iloc[0]


def test_swapped_columns_are_one_fault(tmp_path):
    """If this fails, a table with its columns swapped ends in 60,000 faults that hide the one."""
    rows = [(line, number, stop, y, x) for line, _, number, stop, x, y in CALLS]
    told = faults(written(tmp_path / "a.csv", "线路 站序 站名 经度 纬度", rows))
    assert len(set(told)) == 1
    assert "swapped in 6 of 6 positions → take the columns the other way round" in told[0]


@pytest.mark.parametrize(
    ("stops", "places", "fault"),
    [
        ("['甲', '乙'", "114.01,22.7;114.02,22.7", "cannot be read"),
        ("['甲', __import__('os').getcwd()]", "114.01,22.7;114.02,22.7", "cannot be read"),
        ("[" * 5000 + "]" * 5000, "114.01,22.7;114.02,22.7", "cannot be read"),
        ("['甲', '乙']", "['114.01,22.7']", "lists 2 stops and 1 positions"),
        ("['甲', '乙']", "['114.01,22.7', '114.02']", "stop 2 乙: 114.02,  is no longitude"),
        ("['甲', {'a': 1}]", "114.01,22.7;114.02,22.7", "cannot be read"),
        ("['甲', '乙']", "['114.01,22.7', '1,2,3']", "stop 2 乙: 1,2,3,  is no longitude"),
        (r'["\ud800", "乙"]', "114.01,22.7;114.02,22.7", "whole characters"),
        ("[]", "[]", "has fewer than two stops"),
        ("['甲']", "114.01,22.7", "has fewer than two stops"),
    ],
)  # fmt: skip
def test_lists_that_cannot_be_read_are_named(stops, places, fault, tmp_path):
    """If this fails, a broken list runs as code, ends in a traceback or shifts the stops."""
    rows = [*PYTHON, ("9路(甲-乙)", stops, places)]
    told = faults(written(tmp_path / "a.csv", "linename stationname stationgeo", rows))
    assert len(told) == 1
    assert told[0].startswith("a.csv row 4")
    assert fault in told[0]
    left_out = read_visits(tmp_path / "a.csv", faulty="leave out").left_out
    assert left_out[["row", "line_name"]].to_numpy().tolist() == [["row 4", "9路(甲-乙)"]]


def test_a_name_with_an_apostrophe_is_one_name(tmp_path):
    """If this fails, St. John's cuts a list of stops in two."""
    rows = [("1路", str(["St. John's", '"乙"']), "114.01,22.7;114.02,22.7")]
    reading = read_visits(written(tmp_path / "a.csv", "linename stationname stationgeo", rows))
    assert reading.frame["stop_name"].tolist() == ["St. John's", '"乙"']


def test_aliases_mean_one_column_each():
    """If this fails, a column's name stands for two things and one is taken in silence."""
    names = [each for column in VISITS.columns
             for each in {plain_name(name) for name in (column.name, *column.aliases)}]  # fmt: skip
    assert len(names) == len(set(names))


def test_columns_that_cannot_be_told_are_asked_for(tmp_path):
    """If this fails, the wrong one of two columns is taken, or the right one is not found."""
    rows = [(line, line, number, stop, x, y) for line, _, number, stop, x, y in CALLS]
    path = written(tmp_path / "a.csv", "线路 公交线路 站序 站名 经度 纬度", rows)
    assert faults(path) == [
        "a.csv: columns 线路 and 公交线路 could each be line_name → "
        "say which: --column line_name=线路"
    ]
    reading = read_visits(path, columns={"line_name": "公交线路"})
    note = reading.understood.set_index("column").loc["线路", "note"]
    assert note == "not used"
    missing = written(
        tmp_path / "b.csv", "线路 站序 站点名字 经度 纬度", [row[:1] + row[2:] for row in CALLS]
    )
    (told,) = faults(missing)
    assert told.startswith("b.csv: no column is known to be stop_name → say which column is")
    assert "--column stop_name=站点名字" in told
    told = faults(path, columns={"line_name": "线路x", "frog": "站名"})
    assert any("'frog' is not known" in each for each in told)
    assert any("column 线路x: is missing → did you mean 线路" in each for each in told)


def test_columns_that_name_a_datum_are_chosen_by_it(tmp_path):
    """If this fails, a table with positions in two datums is read in the wrong one: 600 m off."""
    rows = [(line, number, stop, x, y, "114.99", "22.99") for line, _, number, stop, x, y in CALLS]
    path = written(tmp_path / "a.csv", "line seq stop lon_gcj02 lat_gcj02 wgs_lng wgs_lat", rows)
    (told,) = faults(path)
    assert "give positions in several datums → say which datum is meant" in told
    gcj, wgs = (read_visits(path, datum=datum) for datum in ("GCJ-02", "WGS-84"))
    assert (gcj.datum_named, wgs.datum_named) == ("GCJ-02", "WGS-84")
    assert gcj.frame["lon"].iloc[0] == 114.01
    assert wgs.frame["lon"].iloc[0] == 114.99
    (told,) = faults(path, datum="BD-09")
    assert "not BD-09" in told


def test_units_in_a_columns_name_are_heeded(tmp_path):
    """If this fails, 600 seconds between buses are read as 600 minutes."""
    rows = [(*row, "6:30-22:00", "600") for row in POLYLINE]
    seconds = written(tmp_path / "a.csv", "线路 站点 坐标 首末班时间 发车间隔（秒）", rows)
    minutes = written(tmp_path / "b.csv", "线路 站点 坐标 首末班时间 发车间隔（分钟）",
                      [(*row[:4], "8-12分钟") for row in rows])  # fmt: skip
    for path in (seconds, minutes):
        # 6.5 h = 23,400 s; 22 h = 79,200 s; 10 min = 600 s.
        service = read_visits(path).lines[["start_secs", "end_secs", "headway_secs"]]
        assert service.to_numpy().tolist() == [[23_400, 79_200, 600]] * 2


def test_a_column_each_way_gives_two_lines(tmp_path):
    """If this fails, a list with 上行站点 and 下行站点 loses the way back, or is refused."""
    rows = [("7路", "甲、乙、丙", "丙、乙、甲", "6:00-22:00"), ("8路", "甲、乙、甲", "", "")]
    path = written(tmp_path / "a.csv", "线路名称 上行站点 下行站点 运营时间", rows)
    reading = read_visits(path)
    assert reading.lines["pattern_id"].tolist() == ["7_0", "7_1", "8_0"]
    assert reading.lines["row"].tolist() == ["row 2 上行", "row 2 下行", "row 3 上行"]
    assert reading.lines["destination"].tolist() == ["丙", "甲", "甲"]
    assert reading.lines["start_secs"].tolist()[:2] == [21_600, 21_600]
    assert reading.frame["stop_name"].tolist() == list("甲乙丙丙乙甲甲乙甲")
    assert reading.frame[["lon", "lat"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("written_as", "seconds"),
    [
        ("6:30", 23_400), ("06：30", 23_400), ("0630", 23_400), ("06:30:30", 23_430),
        ("24:30", 88_200), ("次日00:30", 88_200), ("00:30(次日)", 88_200), ("0:30+1", 88_200),
        ("0.25", 21_600), ("1.0208333333", 88_200),
    ],
)  # fmt: skip
def test_departures_past_midnight_are_after_it(written_as, seconds):
    """If this fails, the last bus at half past midnight leaves before the first."""
    # 24.5 h = 88,200 s; a quarter of a day is 21,600 s; 0.0208333 d is half an hour.
    assert departure_secs(written_as) == seconds


@pytest.mark.parametrize("text", ["frog", "6点半", "25", "次日24:30", "6:61", "-1:00", "1e5"])
def test_what_is_no_time_is_a_fault(text):
    """If this fails, a slip of the pen becomes a time."""
    with pytest.raises(ValueError, match="write HH:MM"):
        departure_secs(text)


def test_service_that_is_not_told_is_not_a_number():
    """If this fails, a line without hours is taken to run at midnight."""
    assert np.isnan([departure_secs(""), headway_secs("无"), *span_secs("-")]).all()
    assert headway_secs("8~12") == 600
    for text in ("0", "-5", "10 frogs"):
        with pytest.raises(ValueError, match="write minutes"):
            headway_secs(text)


@pytest.mark.parametrize(
    ("written_as", "parts"),
    [
        ("650路(锦程文丰公交场站-凤凰山脚)", ("650", "锦程文丰公交场站", "凤凰山脚", "")),
        ("m450路（甲—乙）", ("M450", "甲", "乙", "")),
        ("高峰专线160路(内环)(富坪总站-富坪总站)", ("高峰专线160", "富坪总站", "富坪总站", "内环")),
        ("m530路(原:高峰专线30路)(甲-乙)", ("M530", "甲", "乙", "")),
        ("b738路(溪谷-溪谷)(溪谷-溪谷)", ("B738", "溪谷", "溪谷", "")),
        ("旅游10线(原:t1甲-乙专线)(坪山公园(坪山汽车总站)-沙井②)",
         ("旅游10线", "坪山公园(坪山汽车总站)", "沙井②", "")),
        ("m282路(b线)(甲-甲)", ("M282路(B线)", "甲", "甲", "")),
        ("m227路(大芬地铁站方向)(甲-甲)", ("M227", "甲", "甲", "大芬地铁站方向")),
        ("b917路顺时针(甲-甲)", ("B917", "甲", "甲", "顺时针")),
        ("快线(k5)布吉线(布吉-火车站(罗湖))", ("快线(K5)布吉线", "布吉", "火车站(罗湖)", "")),
        ("旅游9线", ("旅游9线", "", "", "")),
        ("高快巴士26号", ("高快巴士26号", "", "", "")),
        ("(", ("(", "", "", "")),
        ("(甲-乙)", ("(甲-乙)", "", "", "")),
    ],
)  # fmt: skip
def test_parts_of_a_lines_name(written_as, parts):
    """If this fails, two directions are two lines, or two lines one."""
    assert line_name(written_as) == LineName(*parts)


def test_directions_of_a_line(tmp_path):
    """If this fails, both directions, or both loops, of a line are drawn as the same one."""
    ring = "甲、乙、丙、丁、甲"
    place = dict(zip("甲乙丙丁", ("0,1", "1,2", "2,1", "1,0"), strict=True))
    rows = [
        ("1路(内环)(甲-甲)", ring), ("1路(外环)(甲-甲)", ring[::-1]),
        ("2路(甲-丙)", "甲、乙、丙"), ("2路(丙-甲)", "丙、丁、甲"),
        ("2路(甲-乙)", "甲、丁、丙、乙"),
        ("3路(甲-甲)", ring), ("3路(甲-甲)", "甲、丙、丁、甲"),
        ("4路(甲-丁)", "甲、乙、丙、丁"), ("4路(丁-甲)", "丁、丙、乙、甲"),
    ]  # fmt: skip
    told = [(line, stops, ";".join(f"11{place[each]}1" for each in stops.split("、")))
            for line, stops in rows]  # fmt: skip
    reading = read_visits(written(tmp_path / "a.csv", "线路 站点 坐标", told))
    assert reading.lines["direction_id"].tolist() == [0, 1, 0, 1, 0, 0, 0, 0, 1]
    assert reading.lines["is_loop"].tolist() == [True, True, False, False, False, True, True,
                                                 False, False]  # fmt: skip
    assert "2 lines have this name and other stops" in reading.doubts["why"].iloc[0]


def test_ends_that_its_stops_do_not_have_are_a_doubt(tmp_path):
    """If this fails, a line whose name and stops are of two years passes without a word."""
    rows = [("7路(火车站-丙)", *PYTHON[0][1:]), ("8路(甲公交-丙)", *PYTHON[0][1:])]
    reading = read_visits(written(tmp_path / "a.csv", "linename stationname stationgeo", rows))
    assert reading.doubts.to_dict("records") == [
        {"row": "row 2", "line_name": "7路(火车站-丙)",
         "why": "its name tells the end 火车站, its stops 甲"}
    ]  # fmt: skip


@pytest.mark.shared
def test_the_whole_city(shared_data):
    """If this fails, a line or a stop of the 2020 table is lost or doubled on the way in."""
    folder = shared_data / "shenzhen_bus_2020"
    reading = read_visits(folder / "busline_bd09.csv")
    # Counted with pandas alone: 2,113 rows of 61,026 stops, of which 165 repeat an earlier one
    # to the last digit; the 1,948 others have 55,700 stops and 1,946 names.
    assert len(reading.lines) == 1948
    assert len(reading.frame) == 55_700
    assert reading.frame["line_name"].nunique() == 1946
    assert len(reading.left_out) == 165
    assert reading.left_out["calls"].sum() == 61_026 - 55_700
    # The same, one row a call, converted by another program: the same courses in the same order.
    calls = read_visits(folder / "line_stops_wgs84.csv", datum="BD-09")
    assert calls.datum_named == "BD-09"
    same = ["line_name", "pattern_id", "stop_sequence", "stop_name"]
    pd.testing.assert_frame_equal(calls.frame[same], reading.frame[same])
    far = np.abs(calls.frame[["lon", "lat"]] - reading.frame[["lon", "lat"]]).to_numpy().max()
    assert far <= 5.1e-7  # that file has six decimals
    pairs = reading.lines.groupby("route_id")["direction_id"].agg(["size", "nunique"])
    assert (pairs.loc[["M450", "627"]] == 2).all(axis=None)
    assert pairs.loc["B919"].tolist() == [1, 1]
