"""Small files that unpack to more than a computer holds, and computers that hold little.

If these fail, a file of a few kilobytes stops a planner's computer, or the run ends in a traceback.
"""

from __future__ import annotations

import re
import struct
import zipfile

import openpyxl
import pytest
from bundle import run
from gtfs_feeds import FEED, zipped
from openpyxl.utils import get_column_letter

from transit.errors import DataError
from transit.sources.gtfs import read_gtfs
from transit.sources.gtfs import reading as gtfs_reading
from transit.sources.osm import files as osm_files
from transit.sources.tables import raw as raw_tables
from transit.sources.tables import read_raw

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
