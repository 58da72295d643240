"""Small files that unpack to more than a computer holds, and computers that hold little.

If these fail, a file of a few kilobytes stops a planner's computer, or the run ends in a traceback.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import struct
import zipfile

import geopandas as gpd
import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import town
from bundle import run
from gtfs_feeds import FEED, zipped
from openpyxl.utils import get_column_letter
from shapely.geometry import Point

from transit.errors import DataError
from transit.exporting.gpkg import write_gpkg
from transit.exporting.layers import Content
from transit.sources.geopackage import read_gpkg
from transit.sources.gtfs import read_gtfs
from transit.sources.gtfs import reading as gtfs_reading
from transit.sources.gtfs import texts as gtfs_texts
from transit.sources.osm import files as osm_files
from transit.sources.tables import csv_files, read_raw
from transit.sources.tables import raw as raw_tables

FACTS = ("--datum", "WGS-84", "--year", "2020", "--source", "x")


def out_of_memory(*_args, **_options):
    """What stands in for a reader whose file is too large for the memory."""
    raise MemoryError


# ------------------------------------------------------------------ the memory ends


@pytest.mark.parametrize(
    ("name", "module", "reader"),
    [
        ("a.csv", raw_tables, "_csv"),
        ("a.parquet", raw_tables, "parquet_frame"),
        ("a.zip", gtfs_reading, "opened"),
    ],
)
def test_a_file_too_large_for_the_memory_is_named(tmp_path, monkeypatch, name, module, reader):
    """If this fails, a planner is shown a traceback, and not which file is to be cut."""
    path = tmp_path / name
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    monkeypatch.setattr(module, reader, out_of_memory)
    ran = run("import", path, *(() if name == "a.zip" else FACTS))
    assert (ran.code, ran.out) == (3, b"")
    told = "needs more memory than this computer has free → cut it to the place in question"
    assert ran.err.startswith(f"transit: {path}: {told}")


def test_an_extract_too_large_for_the_memory_is_named(tmp_path, monkeypatch):
    """If this fails, the extract of a province ends in a traceback."""
    path = tmp_path / "a.osm"
    path.write_text("<osm/>", encoding="utf-8")
    monkeypatch.setattr(osm_files, "read_file", out_of_memory)
    ran = run("fetch", tmp_path / "new", "--osm", path)
    assert ran.code == 3
    assert f"{path}: needs more memory" in ran.err
    assert "Traceback" not in ran.err


def test_any_other_end_of_the_memory_is_told(monkeypatch):
    """If this fails, memory that ends in a sum ends in a traceback, too."""
    monkeypatch.setattr("transit.comparison.compare", out_of_memory)
    ran = run("compare", "b919_2021", "--park", "yinxing")
    assert (ran.code, ran.out) == (3, b"")
    assert ran.err.startswith("transit: the answer: needs more memory than this computer has free")


# ------------------------------------------------------------------ zips and workbooks


@pytest.mark.parametrize("kind", ["lie", "overlap"])
def test_a_list_of_files_that_lies_does_not_hide_a_bomb(tmp_path, kind):
    """If this fails, a zip that claims to be large inside is unpacked by the gigabyte."""
    path = zipped(tmp_path / "a.zip", FEED | {"shapes.txt": b"0" * 50_000_000})
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\x01\x02")  # shapes.txt, the last: packed it claims to have 40 MB
    if kind == "lie":
        raw[at + 20 : at + 24] = struct.pack("<I", 40_000_000)
    else:  # each file claims all bytes of the zip, as where they lie over one another
        for found in re.finditer(b"PK\x01\x02", bytes(raw)):
            raw[found.start() + 20 : found.start() + 24] = struct.pack("<I", len(raw))
    path.write_bytes(bytes(raw))
    with pytest.raises(DataError, match="its list of files is wrong, or they overlap"):
        read_gtfs(path)


def one_text_in_many_cells(path, letters, cells, rows=1):
    """A workbook of which ``cells`` cells of each of ``rows`` rows name one text."""
    made = openpyxl.Workbook()
    made.active.append(["线路", "站名"])
    made.save(path)
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    # openpyxl writes texts into the cells; Excel keeps each once, in a part of its own.
    kind = "sharedStrings"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        "</Types>", f'<Override PartName="/xl/{kind}.xml" ContentType="application/vnd.'
        f'openxmlformats-officedocument.spreadsheetml.{kind}+xml"/></Types>')  # fmt: skip
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>", '<Relationship Id="rIdS" Type="http://schemas.openxmlformats.org/'
        f'officeDocument/2006/relationships/{kind}" Target="/xl/{kind}.xml"/></Relationships>'
    )  # fmt: skip
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts[f"xl/{kind}.xml"] = f'<sst xmlns="{space}"><si><t>{"x" * letters}</t></si></sst>'
    text = '<c t="s"><v>0</v></c>'
    row = f"<row>{text * cells}</row>"
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace("</sheetData>", f"{row * rows}</sheetData>")
    zipped(path, parts)


def test_one_long_text_in_many_cells_of_a_workbook(tmp_path):
    """If this fails, a workbook of 8 kB, in which all cells name one text, fills the memory.

    Excel's cells hold 32,767 letters: 32,768 are refused. 20,000 letters in 3 cells of 1,000 rows
    are 60 million, more than the 50 that are read.
    """
    path = tmp_path / "a.xlsx"
    one_text_in_many_cells(path, 32_768, 1)
    with pytest.raises(DataError, match="cell A2 holds 32,768 letters; Excel has 32,767"):
        read_raw(path)
    one_text_in_many_cells(path, 20_000, 3, rows=1_000)
    assert path.stat().st_size < 20_000
    with pytest.raises(DataError, match="sheet 'Sheet' holds more than 50,000,000 letters"):
        read_raw(path)


def test_one_long_text_in_a_merged_range(tmp_path):
    """If this fails, one merged range over a sheet fills the memory."""
    path = tmp_path / "a.xlsx"
    made = openpyxl.Workbook()
    rows = [["a", "b"], ["x" * 30_000, "1"], *[["", "1"]] * 2_000]
    for row in rows:
        made.active.append(row)
    made.active.merge_cells("A2:A2002")
    made.save(path)  # 2,001 rows of 30,000 letters are 60 million
    with pytest.raises(DataError, match="sheet 'Sheet' holds more than 50,000,000 letters"):
        read_raw(path)


def test_merged_ranges_over_one_another(tmp_path):
    """If this fails, thousands of ranges over the same rows keep a run busy for hours.

    3,000 ranges of 1,999 further rows are 6 million cells, more than the 5 that are filled.
    """
    path = tmp_path / "a.xlsx"
    made = openpyxl.Workbook()
    for row in range(2_000):
        made.active.append([row, "x"])
    made.save(path)
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    names = [get_column_letter(number) for number in range(1, 3_001)]
    ranges = "".join(f'<mergeCell ref="{name}1:{name}2000"/>' for name in names)
    parts[sheet] = parts[sheet].replace("</sheetData>", f"</sheetData><mergeCells>{ranges}")
    parts[sheet] = parts[sheet].replace("<pageMargins", "</mergeCells><pageMargins")
    zipped(path, parts)
    with pytest.raises(DataError, match="merges more than 5,000,000 cells → unmerge"):
        read_raw(path)


# ------------------------------------------------------------------ Parquet and GeoPackage


def test_a_parquet_file_of_one_long_text(tmp_path):
    """If this fails, 14 kB of Parquet fill the memory: 20,000 letters, named 30,000 times."""
    path = tmp_path / "a.parquet"
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 30_000, pa.int32()), ["x" * 20_000])
    pq.write_table(pa.table({"a": texts}), path, compression="zstd")
    assert path.stat().st_size < 100_000
    with pytest.raises(DataError, match="unpacks to more than the 500 MB that are read"):
        read_raw(path)
    nested = pa.ListArray.from_arrays([0, 30_000], texts)  # the same within one cell
    pq.write_table(pa.table({"a": nested}), path, compression="zstd")
    with pytest.raises(DataError, match="unpacks to more than the 500 MB that are read"):
        read_raw(path)


def test_a_parquet_file_of_one_long_list(tmp_path):
    """If this fails, a list of millions in one cell is read for minutes."""
    path = tmp_path / "a.parquet"
    values = pa.array(np.zeros(20_000_001, dtype=np.int8))
    pq.write_table(pa.table({"a": pa.ListArray.from_arrays([0, len(values)], values)}), path)
    with pytest.raises(DataError, match="holds 20,000,001 values; 20,000,000 are read at most"):
        read_raw(path)


def geopackage(path, *statements, rows=3):
    """A GeoPackage of one layer ``lines`` of ``rows`` points, edited by SQL."""
    points = [Point(114 + number / 100, 22.7) for number in range(rows)]
    frame = gpd.GeoDataFrame({"line": ["7"] * rows}, geometry=points, crs=4326)
    frame.to_file(path, layer="lines")
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        kept = file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in kept:
            file.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            file.execute(statement)
    return path


NEVER_ENDS = {
    "layer": (
        "DROP TABLE lines",
        "CREATE VIEW lines AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
        " SELECT x AS fid, 'a' AS line FROM c",
    ),
    "column": (
        "DROP TABLE lines",
        "CREATE TABLE lines (fid INTEGER PRIMARY KEY, line TEXT AS (hex(zeroblob(9))))",
        "INSERT INTO lines (fid) VALUES (1)",
    ),
    "contents": (
        "DROP TABLE gpkg_ogr_contents",
        "CREATE VIEW gpkg_ogr_contents AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1"
        " FROM c) SELECT 'lines' AS table_name, x AS feature_count FROM c",
    ),
}


@pytest.mark.parametrize("kind", NEVER_ENDS)
def test_a_layer_that_never_ends(tmp_path, kind):
    """If this fails, opening a GeoPackage of 98 kB never ends, or fills the memory."""
    path = geopackage(tmp_path / "a.gpkg", *NEVER_ENDS[kind])
    with pytest.raises(DataError, match=r"is a view, or has values|is a sum and no table"):
        read_raw(path)


def test_rows_that_a_geopackage_does_not_count_are_not_lost(tmp_path):
    """If this fails, half a layer is read, and nothing says so: GDAL reads as many as are told."""
    told = "UPDATE gpkg_ogr_contents SET feature_count = 1"
    path = geopackage(tmp_path / "a.gpkg", told)
    with pytest.raises(DataError, match=r"a.gpkg lines: has 3 rows, and says that it has 1"):
        read_raw(path)
    assert len(read_raw(geopackage(tmp_path / "b.gpkg")).frame) == 3


def test_rows_of_an_exported_network_are_not_lost(tmp_path):
    """If this fails, a network that QGIS edited comes back with lines or streets missing."""
    path = tmp_path / "a.gpkg"
    write_gpkg(Content(town.network()), path)
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        (rows,) = file.execute("SELECT count(*) FROM stops").fetchone()
        file.execute("UPDATE gpkg_ogr_contents SET feature_count = 1 WHERE table_name = 'stops'")
    with pytest.raises(DataError, match=f"a.gpkg stops: has {rows} rows, and says that it has 1"):
        read_gpkg(path)


# ------------------------------------------------------------------ rows and columns of nothing


def test_two_hundred_thousand_columns(tmp_path):
    """If this fails, a sheet with a column a minute keeps a run busy for an hour."""
    path = tmp_path / "a.csv"
    path.write_text(",".join(map(str, range(2_001))) + "\n" + "1," * 2_000 + "1\n")
    with pytest.raises(DataError, match=r"a.csv: has 2,001 columns; 2,000 are read at most"):
        read_raw(path)
    names = "stop_id," + ",".join(f"c{number}" for number in range(2_000))
    with pytest.raises(DataError, match=r"stops.txt: has 2,001 columns"):
        read_gtfs(zipped(tmp_path / "a.zip", FEED | {"stops.txt": names}))


def test_millions_of_rows_of_nothing(tmp_path, monkeypatch):
    """If this fails, half a megabyte of packed commas is read for a minute, and says nothing."""
    monkeypatch.setattr(gtfs_texts, "BLANK_ROWS_AT_MOST", 1_000)
    monkeypatch.setattr(csv_files, "BLANK_ROWS_AT_MOST", 1_000)
    files = FEED | {"trips.txt": FEED["trips.txt"] + ",,,,\n" * 10_000}
    with pytest.raises(DataError, match=r"trips.txt: has more than 1,000 rows without a value"):
        read_gtfs(zipped(tmp_path / "a.zip", files))
    (tmp_path / "a.csv").write_text("a,b\n1,2\n" + ",\n" * 10_000)
    with pytest.raises(DataError, match=r"a.csv: has more than 1,000 rows without a value"):
        read_raw(tmp_path / "a.csv")
