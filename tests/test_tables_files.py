"""Files of tables: every kind gives the same texts; hostile ones a message, in bounded memory."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import zipfile

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from transit.errors import DataError, TransitError
from transit.sources.tables import read_raw, read_visits
from transit.sources.tables import text as text_files


def told(path, **options):
    """What ``read_raw`` says of a file that it refuses."""
    with pytest.raises(DataError) as raised:
        read_raw(path, **options)
    return str(raised.value)


def book(path, *sheets):
    """An XLSX file of ``sheets``: names and rows."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return made


def test_cells_of_a_workbook_are_texts_as_they_are_shown(tmp_path):
    """If this fails, 007 becomes 7.0, half past midnight a date, or TRUE a name."""
    path = tmp_path / "a.xlsx"
    cells = [7, 7.0, "007", 0.5, dt.time(6, 30), dt.timedelta(hours=24, minutes=30),
             1 + 0.5 / 24, dt.date(2020, 1, 2), True, None, "=1+1", "#N/A",
             114.0430001]  # fmt: skip
    made = book(path, ("s", [[f"c{place}" for place in range(len(cells))], cells]))
    made["s"]["A2"].number_format = "000"
    made["s"]["G2"].number_format = "h:mm"
    made.save(path)
    raw = read_raw(path)
    # 24.5 hours are kept as 1.0208… days; a formula that was never calculated has no value.
    assert raw.frame.loc[0].tolist() == [
        "007", "7", "007", "0.5", "06:30:00", "24:30:00", "24:30:00", "2020-01-02", "true", "",
        "", "", "114.0430001",
    ]  # fmt: skip
    assert "error values are taken as empty: L2" in raw.notes
    assert any(note.startswith("formulas without a stored value: K2;") for note in raw.notes)


def test_formulas_give_the_values_that_were_stored(tmp_path):
    """If this fails, a formula is executed, or its value lost."""
    path = tmp_path / "a.xlsx"
    made = book(path, ("s", [["a", "b"], ["x", 5], ["y", 6]]))
    made.save(path)
    link = '<c r="B2"><f>HYPERLINK("http://x")</f><v>5</v></c>'
    part = "xl/worksheets/sheet1.xml"
    repacked(path, part, lambda xml: re.sub(r'<c r="B2"[^/]*<v>5</v></c>', link, xml))
    raw = read_raw(path)
    assert raw.frame["b"].tolist() == ["5", "6"]
    assert raw.notes == ("formulas give their stored values: B2",)


def repacked(path, part, change):
    """The XLSX file with the text of one ``part`` changed."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


def test_merged_cells_titles_and_headers_of_two_rows(tmp_path):
    """If this fails, the table as the bus company sends it has to be retyped first."""
    path = tmp_path / "a.xlsx"
    rows = [
        ["公交线路表"], ["线路", "站序", "站名", "坐标", None], [None, None, None, "经度", "纬度"],
        ["7路", 1, "甲", 114.01, 22.7], [None, 2, "乙", 114.02, 22.7],
        [None, 3, "丙", 114.03, 22.7],
    ]  # fmt: skip
    made = book(path, ("s", rows))
    for cells in ("A1:E1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "A4:A6"):
        made["s"].merge_cells(cells)
    made.save(path)
    reading = read_visits(path)
    assert reading.frame["line_name"].tolist() == ["7路"] * 3
    assert reading.frame["row"].tolist() == ["row 4", "row 5", "row 6"]
    assert "the header ends in row 3" in reading.notes
    assert any("merged cells count for each of their rows" in note for note in reading.notes)


def test_sheets_are_chosen_or_asked_for(tmp_path):
    """If this fails, the wrong sheet is read, or a hidden one, without a word."""
    path, rows = tmp_path / "a.xlsx", [["a", "b"], ["1", "2"]]
    made = book(path, ("one", rows), ("two", [["a", "b"], ["3", "4"]]), ("empty", []))
    made["two"].sheet_state = "hidden"
    made.save(path)
    raw = read_raw(path)
    assert raw.frame["a"].tolist() == ["1"]
    assert "hidden sheets are not read: two" in raw.notes
    assert read_raw(path, sheet="two").frame["a"].tolist() == ["3"]
    assert "has no sheet or layer 'tow' → did you mean two" in told(path, sheet="tow")
    book(path, ("one", rows), ("lines", rows))
    assert "has several sheets or layers: one, lines → say which" in told(path)
    assert "sheet lines is read, and not one" in read_raw(path, prefer=["lines"]).notes


@pytest.mark.parametrize("kind", ["gpkg", "geojson", "parquet", "shp"])
def test_gis_files_give_texts_and_degrees(kind, tmp_path):
    """If this fails, ids lose their zeros or points their place on the way out of a GIS."""
    frame = gpd.GeoDataFrame(
        {"name": ["甲", "乙"], "code": ["007", "008"], "n": [1.0, 2.5]},
        geometry=[Point(114.01, 22.7), Point(114.02, 22.7)], crs="EPSG:4326",
    )  # fmt: skip
    path = tmp_path / f"a.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path, encoding="utf-8")
    raw = read_raw(path)
    assert raw.frame["code"].tolist() == ["007", "008"]
    assert raw.frame["name"].tolist() == ["甲", "乙"]
    assert raw.frame["n"].tolist() == ["1", "2.5"]
    assert raw.frame[["lon", "lat"]].astype(float).to_numpy() == pytest.approx(
        np.array([[114.01, 22.7], [114.02, 22.7]])
    )
    assert raw.labels == ("feature 1", "feature 2")


def test_metres_of_a_gis_file_become_degrees(tmp_path):
    """If this fails, a layer of the survey office lies in the Atlantic."""
    path = tmp_path / "a.gpkg"
    square = Polygon([(504_000, 2_514_000), (505_000, 2_514_000), (505_000, 2_515_000)])
    gpd.GeoDataFrame({"a": ["1"]}, geometry=[square], crs="EPSG:4547").to_file(path)
    west, south, east, north = read_raw(path).shapes[0].bounds
    # EPSG:4547 is centred on 114° E at 500,000 m; at 22.7° N a degree of longitude has 102.7 km.
    assert (west, east) == pytest.approx((114 + 4 / 102.7, 114 + 5 / 102.7), abs=1e-3)
    assert 22.7 < south < north < 22.75


def test_titles_and_other_marks_in_a_csv(tmp_path):
    """If this fails, a CSV saved from a titled or tabbed sheet is refused."""
    path = tmp_path / "a.csv"
    path.write_text("线路表,,\nline\tx\n", encoding="utf-8")
    path.write_text("线路表,\n\nline,seq\n7路,1\n", encoding="utf-8")
    raw = read_raw(path)
    assert (list(raw.frame.columns), raw.labels) == (["line", "seq"], ("row 4",))
    assert raw.notes == ("row 1 is taken as a title: 线路表",)
    path.write_text("line\tseq\n7路\t1\n", encoding="utf-8")
    assert read_raw(path).frame["seq"].tolist() == ["1"]
    path.write_text("a,a,b\n1,2,3\n", encoding="utf-8")
    assert "column 'a' appears twice" in told(path)


def test_values_of_several_lines_and_marks_that_are_not_seen(tmp_path):
    """If this fails, a stop is imported that no feed can be exported with, or one stop is two."""
    path = tmp_path / "a.csv"
    path.write_text(
        'name,line\n"银星 \n工业区",7\n"a\tb",\'=8\n\ufeff银\ufeff星,9\n', encoding="utf-8"
    )
    raw = read_raw(path)
    assert raw.frame["name"].tolist() == ["银星 工业区", "a b", "银星"]
    assert raw.frame["line"].tolist() == ["7", "=8", "9"]
    assert raw.notes == (
        "an apostrophe before a formula's sign is taken as a spreadsheet's mark of text: 1 values",
        "line breaks and tabs within a value are read as a blank: row 2, row 3",
    )
    path = tmp_path / "a.xlsx"
    book(path, ("s", [["name", "x"], ["a\nb", "'=1"]]))
    assert read_raw(path).frame.iloc[0].tolist() == ["a b", "'=1"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is empty"),
        (b"a,b\n\"never closed,1\n" + b"x,1\n" * 100_000, "is not well-formed CSV"),
        (b"a,b\n" + b"9" * 1_000_000, "is not well-formed CSV"),
        (b"a,b\n1,2,3\n4\n", "a.csv row 2: has 3 values, the header 2"),
        (b"\xff\xfea\0,\0", "is neither UTF-8 nor GB 18030"),
        (b"a,b\n\x81", "is neither UTF-8 nor GB 18030"),
    ],
)  # fmt: skip
def test_broken_csv(content, fault, tmp_path):
    """If this fails, a broken file ends in a traceback or fills the memory."""
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert fault in told(path)


def test_files_too_large_are_refused_before_they_are_read(tmp_path):
    """If this fails, a file of 10 GB is loaded before anyone says that it is too large."""
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(10_000_000_000)  # sparse: it takes no room on the disk
    assert "holds 10,000 MB, more than the 100 MB that are read" in told(path)
    for kind in ("xlsx", "gpkg", "parquet"):
        assert "more than the" in told(path.rename(tmp_path / f"a.{kind}"))
        path = tmp_path / f"a.{kind}"


def test_an_endless_pipe_is_cut(tmp_path, monkeypatch):
    """If this fails, reading from a device never ends."""
    monkeypatch.setattr(text_files, "TEXT_AT_MOST", 1000)
    path = tmp_path / "zero"
    path.symlink_to("/dev/zero")
    with pytest.raises(DataError, match="more than the 0 MB"):
        text_files.read_bytes(path, at_most=1000)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path):
    """If this fails, a zip bomb named .xlsx fills the memory."""
    path = tmp_path / "a.xlsx"
    book(path, ("s", [["a", "b"], ["1", "2"]]))
    repacked(path, "xl/worksheets/sheet1.xml", lambda xml: xml + " " * 50_000_000)
    assert "unpacks from" in told(path)


def test_a_sheet_that_claims_a_million_rows_is_read_by_what_it_holds(tmp_path):
    """If this fails, one stray cell far below makes a small table too large to read."""
    path = tmp_path / "a.xlsx"
    book(path, ("s", [["a", "b"], ["1", "2"]]))
    repacked(path, "xl/worksheets/sheet1.xml",
             lambda xml: xml.replace('ref="A1:B2"', 'ref="A1:XFD1048576"'))  # fmt: skip
    assert read_raw(path).frame.shape == (1, 2)
    repacked(path, "xl/worksheets/sheet1.xml",
             lambda xml: xml.replace('<row r="2">', '<row r="999999999999">'))  # fmt: skip
    assert "has more than 5,000,000 cells" in told(path) or "no workbook" in told(path)


def test_damage_that_fuzzing_found(tmp_path):
    """If this fails, a file damaged in a way that once was a traceback is one again."""
    path = tmp_path / "a.xlsx"
    book(path, ("s", [["a", "b"], ["1", "2"]]))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 6] = 120  # a version of zip that is not known
    path.write_bytes(content)
    assert "is no XLSX workbook" in told(path)
    path = tmp_path / "a.parquet"
    frame = pd.DataFrame({"a": ["frogfrog"]})
    frame.to_parquet(path, compression="none", write_statistics=False, use_dictionary=False)
    path.write_bytes(path.read_bytes().replace(b"frogfrog", b"\xffrogfrog"))
    assert "cannot be read as parquet" in told(path)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"frog", "is no XLSX workbook"),
        (b"PK\x03\x04frog", "is no XLSX workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old .xls workbook, or one protected"),
    ],
)
def test_what_is_no_workbook(content, fault, tmp_path):
    """If this fails, an old .xls ends in a traceback."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert fault in told(path)


def test_entities_of_a_workbook_are_not_expanded(tmp_path):
    """If this fails, a few lines of XML grow to gigabytes."""
    path = tmp_path / "a.xlsx"
    book(path, ("s", [["a", "b"], ["1", "2"]]))
    laughs = "".join(f'<!ENTITY l{each} "{f"&l{each - 1};" * 10}">' for each in range(1, 12))
    head = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
    part = "xl/worksheets/sheet1.xml"
    repacked(path, part, lambda xml: head + xml.replace("<t>1</t>", "<t>&l11;</t>"))
    assert "is no workbook that can be read" in told(path)


def test_a_gis_file_that_names_others_is_not_followed(tmp_path):
    """If this fails, a layer from outside makes the program open other files or addresses."""
    vrt = '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>'
    for kind in ("gpkg", "shp"):
        path = tmp_path / f"a.{kind}"
        path.write_text(vrt)
        assert f"is no .{kind} file inside" in told(path)


def test_names_that_are_no_texts_are_shown_harmless(tmp_path):
    """If this fails, a name in a file clears the screen of whoever reads the message."""
    path = tmp_path / "a.csv"
    path.write_text("\x1b[2Jx,b\n1,2\n", encoding="utf-8")
    assert list(read_raw(path).frame.columns) == ["\ufffd[2Jx", "b"]
    path = tmp_path / "a.geojson"
    path.write_text(
        r'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": '
        r'{"a\ud800": "b\ud800"}, "geometry": {"type": "Point", "coordinates": [114, 22]}}]}'
    )
    frame = read_raw(path).frame
    assert (frame.columns[0], frame.iloc[0, 0]) == ("a\ufffd", "b\ufffd")


def test_other_kinds_and_missing_files_are_named(tmp_path):
    """If this fails, a planner is not told what to save the table as."""
    (tmp_path / "a.docx").write_bytes(b"x")
    assert "is of no kind that is read (.docx) → save it as CSV, XLSX" in told(tmp_path / "a.docx")
    (tmp_path / "lines.csv").write_text("a,b\n1,2\n")
    assert "does not exist → rename lines.csv?" in told(tmp_path / "line.csv")
    (tmp_path / "e.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    assert "holds no feature" in told(tmp_path / "e.geojson")
    (tmp_path / "e.parquet").write_bytes(b"PAR1frogPAR1")
    assert "cannot be read as parquet" in told(tmp_path / "e.parquet")
    pd.DataFrame({"a": []}).to_parquet(tmp_path / "f.parquet")
    assert "holds no row" in told(tmp_path / "f.parquet")


HEADERS = st.sampled_from(
    ["线路", "站名", "经度", "纬度", "站序", "方向", "坐标", "首班", "发车间隔", "x y"]
)
CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["7路(甲-乙)", "['甲', '乙']", "甲、乙", "114.1,22.7;114.2,22.7", "114.1", "22.7", "[", "'",
         "[[114.1,22.7]]", "1", "nan", '"', "6:30", "次日"]
    ),
)  # fmt: skip


@settings(max_examples=100)
@given(st.lists(HEADERS, min_size=2, max_size=8, unique=True), st.data())
def test_any_table_is_read_or_refused_in_words(tmp_path_factory, headers, data):
    """If this fails, some table of a colleague ends in a traceback."""
    row = st.lists(CELLS, min_size=len(headers), max_size=len(headers))
    rows = data.draw(st.lists(row, min_size=1, max_size=6))
    path = tmp_path_factory.mktemp("any") / "a.csv"
    pd.DataFrame(rows, columns=headers).to_csv(path, index=False)
    for faulty in ("refuse", "leave out"):
        with contextlib.suppress(TransitError):
            reading = read_visits(path, faulty=faulty)
            assert len(reading.frame) == reading.lines["calls"].sum()
            assert reading.lines["pattern_id"].is_unique


@settings(max_examples=40)
@given(st.data())
def test_any_damage_to_a_workbook_is_read_or_refused_in_words(tmp_path_factory, data):
    """If this fails, a workbook damaged in the mail ends in a traceback."""
    folder = tmp_path_factory.mktemp("any")
    book(folder / "a.xlsx", ("s", [["a", "b"], ["1", 2], ["x", 3.5]]))
    content = bytearray((folder / "a.xlsx").read_bytes())
    for place, byte in data.draw(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)))):
        content[int(place * (len(content) - 1))] = byte
    end = int(data.draw(st.floats(0.1, 1)) * len(content))
    (folder / "a.xlsx").write_bytes(bytes(content[:end]))
    with contextlib.suppress(TransitError):
        read_raw(folder / "a.xlsx")
