"""Files are written whole or not at all, and open in Excel and in any JSON reader as meant."""

from __future__ import annotations

import csv
import errno
import json
import os
import stat
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bundle import snapshot

from transit.errors import DataError, UsageError
from transit.output import OWN, as_json, claim, free_name, write_bytes, write_csv
from transit.schema import GATES
from transit.sources.tables import read_csv


def read_back(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_csv_is_what_excel_expects(tmp_path):
    """If this fails, Excel shows mojibake for Chinese names, or one long line."""
    path = write_csv(tmp_path / "t.csv", pd.DataFrame({"name": ["银星", "a,b"], "m": [1.5, 2.0]}))
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 3
    assert read_back(path) == [["name", "m"], ["银星", "1.500000"], ["a,b", "2.000000"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠", "'="])
def test_texts_that_excel_would_run_are_guarded(tmp_path, start):
    """If this fails, a stop's name from the web runs as a formula on the planner's machine."""
    text = f"{start}cmd|' /C calc'!A0"
    path = write_csv(tmp_path / "t.csv", pd.DataFrame({"name": [text]}))
    assert read_back(path)[1] == [f"'{text}"]


@pytest.mark.parametrize(
    "name", ["=1", "-1号门", "+86", "@家", "'quoted", "银星", "'", "＋86", "'=1", "''=1", "''"]
)
def test_what_was_guarded_is_read_as_it_was(tmp_path, name):
    """If this fails, a stop named -1号门 has another name after a fetch."""
    rows = {"park_id": "p", "gate_id": "1", "gate_name": name, "gate_lon": 114.0, "gate_lat": 22.0,
            "indicative": "true", "year": 2026, "source": "x"}  # fmt: skip
    path = write_csv(tmp_path / "gates.csv", pd.DataFrame([rows]))
    table, problems = read_csv(path, GATES)
    assert (list(table["gate_name"]), problems) == ([name], [])


def test_negative_numbers_stay_numbers(tmp_path):
    """If this fails, every loss in the table is a text that Excel cannot add up."""
    table = pd.DataFrame({"change": [-4.0, -0.25], "count": [-1, 2], "mixed": [-3.5, "x"]})
    path = write_csv(tmp_path / "t.csv", table)
    assert read_back(path)[1:] == [["-4.000000", "-1", "-3.5"], ["-0.250000", "2", "x"]]


def test_unknown_values_are_empty_and_truths_plain(tmp_path):
    """If this fails, a missing distance reads as 0 or as the text nan."""
    table = pd.DataFrame({"walk_m": [np.nan, 1.0], "gate": [None, "G"], "mark": [True, False]})
    path = write_csv(tmp_path / "t.csv", table)
    assert read_back(path)[1:] == [["", "", "True"], ["1.000000", "G", "False"]]


def test_the_table_given_is_left_as_it_was(tmp_path):
    """If this fails, writing a table changes the numbers printed after it."""
    table = pd.DataFrame({"name": ["=1"], "m": [1.23456789]})
    before = table.copy(deep=True)
    write_csv(tmp_path / "t.csv", table)
    pd.testing.assert_frame_equal(table, before)


def test_folders_are_made_and_an_old_file_is_replaced(tmp_path):
    """If this fails, --out needs a folder made by hand, or keeps yesterday's table."""
    path = tmp_path / "a" / "b" / "t.txt"
    assert write_bytes(path, b"one") == path
    write_bytes(path, b"two")
    assert snapshot(tmp_path) == {"a": None, "a/b": None, "a/b/t.txt": b"two"}


def full_disk(*_arguments, **_options):
    raise OSError(errno.ENOSPC, "No space left on device")


class FullFile:
    """A file that takes a few bytes and then finds the disk full."""

    def __init__(self, handle: int) -> None:
        self.file = open(handle, "wb", buffering=0)  # noqa: SIM115

    def __enter__(self):
        return self

    def __exit__(self, *_fault):
        self.file.close()

    def write(self, content: bytes) -> None:
        self.file.write(content[:3])
        full_disk()


@pytest.mark.parametrize("place", ["write", "rename"])
def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch, place):
    """If this fails, half a table stands where a whole one was, or a stray file is left behind."""
    path = write_bytes(tmp_path / "t.csv", b"the old table")
    if place == "write":
        from transit import output

        monkeypatch.setattr(output.os, "fdopen", lambda handle, _mode: FullFile(handle))
    else:
        monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(DataError, match=r"cannot be written \(No space left"):
        write_bytes(path, b"the new, longer table")
    monkeypatch.undo()
    assert snapshot(tmp_path) == {"t.csv": b"the old table"}


def test_a_file_in_the_way_is_named(tmp_path):
    """If this fails, the message says that a file exists, and not what is wrong with that."""
    (tmp_path / "taken").write_bytes(b"x")
    for path in (tmp_path / "taken" / "t.csv", tmp_path / "taken" / "deep" / "t.csv"):
        with pytest.raises(DataError, match="taken is a file, not a folder") as caught:
            write_bytes(path, b"y")
        assert caught.value.exit_code == 3
    (tmp_path / "folder").mkdir()
    with pytest.raises(DataError, match="cannot be written"):
        write_bytes(tmp_path / "folder", b"y")
    assert snapshot(tmp_path) == {"folder": None, "taken": b"x"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_others_may_read_what_was_written(tmp_path):
    """If this fails, a table in a shared folder can be opened by its writer only."""
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    made = write_bytes(tmp_path / "made", b"")
    assert stat.S_IMODE(made.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_json_of_everything_the_tables_hold():
    """If this fails, --json prints NaN or numpy's names, which no JSON reader takes."""
    content = {
        "table": pd.DataFrame({
            "m": [1.5, np.nan, np.inf], "n": np.array([1, 2, 3], dtype=np.int64),
            "mark": [True, False, True], "name": ["银星", None, pd.NA],
        }),
        "scalars": [np.float32(0.5), np.int8(-3), np.bool_(True), float("-inf"), pd.NaT],
        "array": np.array([[1, 2], [3, 4]]),
        "nested": {"path": Path("a") / "b", 7: ("x", None)},
        "text": "a\"b\\\n\u2028</script>",
    }  # fmt: skip
    text = as_json(content)
    found = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert found["table"] == [
        {"m": 1.5, "n": 1, "mark": True, "name": "银星"},
        {"m": None, "n": 2, "mark": False, "name": None},
        {"m": None, "n": 3, "mark": True, "name": None},
    ]
    assert found["scalars"] == [0.5, -3, True, None, None]
    assert found["array"] == [[1, 2], [3, 4]]
    assert found["nested"] == {"path": str(Path("a") / "b"), "7": ["x", None]}
    assert found["text"] == content["text"]
    assert "银星" in text  # readable, not escaped


def test_json_of_an_empty_table():
    """If this fails, a park without stops breaks a script that reads the answer."""
    assert json.loads(as_json({"stops": pd.DataFrame({"a": []})})) == {"stops": []}


def test_files_of_others_are_not_replaced(tmp_path):
    """If this fails, a home page and a thesis' table are gone after a command, without a word."""
    mine = {"index.html": b"my page", "tables/stops.csv": b"mine", "other.txt": b"x"}
    for name, content in mine.items():
        write_bytes(tmp_path / name, content)
    before = snapshot(tmp_path)
    with pytest.raises(UsageError) as caught:
        claim(tmp_path, ["new.html", "index.html", "tables/stops.csv"])
    said = [(problem.where, problem.what) for problem in caught.value.problems]
    assert said == [
        (str(tmp_path / name), "is there, and was not written by transit")
        for name in ("index.html", "tables/stops.csv")
    ]
    assert snapshot(tmp_path) == before


def test_what_was_written_here_is_replaced(tmp_path):
    """If this fails, the second run of a command is refused, and that after a killed one.

    What was deleted is forgotten: what stands there later is another's.
    """
    claim(tmp_path / "out", ["b.html", "a.html", "t/c.csv"])
    write_bytes(tmp_path / "out" / "a.html", b"ours")
    claim(tmp_path / "out", ["a.html", "b.html"])
    assert (tmp_path / "out" / OWN).read_text(encoding="utf-8") == "a.html\nb.html\n"
    assert (tmp_path / "out" / "t" / OWN).read_text(encoding="utf-8") == "c.csv\n"
    claim(tmp_path / "out", ["a.html"])
    write_bytes(tmp_path / "out" / "b.html", b"another's")
    with pytest.raises(UsageError, match=r"b\.html"):
        claim(tmp_path / "out", ["a.html", "b.html"])


def test_a_folder_in_the_place_of_a_file_is_told(tmp_path):
    """If this fails, the fault comes out after the work, at the last file."""
    (tmp_path / "index.html").mkdir()
    with pytest.raises(UsageError, match=r"index\.html: is there"):
        claim(tmp_path, ["index.html"])


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_is_not_written_through(tmp_path):
    """If this fails, files are replaced outside the folder that was named."""
    (tmp_path / "victim").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "tables").symlink_to(tmp_path / "victim")
    (tmp_path / "out" / "gone.html").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="tables: is a link to another place"):
        claim(tmp_path / "out", ["tables/deep/stops.csv"])
    with pytest.raises(UsageError, match=r"gone\.html: is there"):
        claim(tmp_path / "out", ["gone.html"])
    (tmp_path / "asked").symlink_to(tmp_path / "victim")
    claim(tmp_path / "asked", ["a.html"])
    assert set(snapshot(tmp_path / "victim")) == {OWN}


@pytest.mark.parametrize("text", ["银" * 300, "\U00020000" * 300, "x" * 300, "银" * 41])
def test_long_names_are_files(tmp_path, text):
    """If this fails, a village with a rare name ends the command: systems take 255 bytes."""
    name, other = free_name(text, []), free_name(f"{text}y", [])
    assert name != other
    assert write_bytes(tmp_path / f"{name}_scenario.geojson", b"x").is_file()
    assert write_bytes(tmp_path / f"{'n' * 251}.csv", b"x").is_file()


def test_names_that_look_alike_are_one_name():
    """If this fails, a scenario has two files, by how its accent was typed."""
    assert free_name("cafe\u0301", []) == free_name("caf\u00e9", []) == "caf\u00e9"
    assert free_name("caf\u00e9", ["cafe\u0301"]) == "caf\u00e9_scenario"
