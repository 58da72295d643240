"""Small files that unpack to more than a computer holds, and computers that hold little.

If these fail, a file of a few kilobytes stops a planner's computer, or the run ends in a traceback.
"""

from __future__ import annotations

import pytest
from bundle import run

from transit.sources.gtfs import reading as gtfs_reading
from transit.sources.osm import files as osm_files
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
