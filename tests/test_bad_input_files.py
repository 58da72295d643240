"""Files that are no ordinary files, and disks that fill up.

If these fail, a study area gives away files that are not its own, a run never ends, or half of an
answer is left where a planner takes it for the whole.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from bundle import FOLDER, copy_of_few_lines, run, snapshot
from test_fetch import osm_xml

from transit.errors import DataError
from transit.output import OWN
from transit.sources.area import read_area
from transit.sources.copying import copy_folder
from transit.sources.osm import read_osm
from transit.sources.writing import write_area

FACTS = ("--datum", "WGS-84", "--year", "2020", "--source", "x", "--name", "x")
posix = pytest.mark.skipif(os.name == "nt", reason="links and pipes are made otherwise there")


@pytest.fixture
def few_lines(tmp_path):
    return copy_of_few_lines(tmp_path / "area", ("M450", "627", "B919", "M510"))


def table(folder):
    """A line of four stops, one row a call."""
    path = folder / "lines.csv"
    calls = [f"650,上行,{n},站{n},{114.04 + n / 100},22.73\n" for n in range(1, 5)]
    path.write_text("线路,方向,站序,站名,经度,纬度\n" + "".join(calls), encoding="utf-8")
    return path


# ------------------------------------------------------------------ links and pipes


@posix
def test_links_and_pipes_are_not_copied(few_lines, tmp_path):
    """If this fails, a study area from elsewhere puts a planner's own files into what is shared."""
    (tmp_path / "mine.txt").write_text("secret", encoding="utf-8")
    (few_lines / "notes.txt").symlink_to(tmp_path / "mine.txt")
    (few_lines / "more").symlink_to(tmp_path)
    (few_lines / "scenarios" / "loop").symlink_to("..")
    os.mkfifo(few_lines / "pipe")
    (tmp_path / "x.osm").write_text(osm_xml(), encoding="utf-8")
    before = {path.name for path in tmp_path.iterdir()}
    ran = run("fetch", tmp_path / "new", "--area", few_lines, "--osm", tmp_path / "x.osm")
    assert (ran.code, ran.out) == (3, b"")
    assert "4 problems:" in ran.err
    assert f"notes.txt: is a link to '{tmp_path / 'mine.txt'}'" in ran.err
    assert "loop: is a link to '..'" in ran.err
    assert "pipe: is a pipe or a device" in ran.err
    assert {path.name for path in tmp_path.iterdir()} == before
    area = read_area(few_lines)
    with pytest.raises(DataError, match="3 problems"):  # scenarios are not carried over
        write_area(area, area.network, tmp_path / "other", note="x")
    assert {path.name for path in tmp_path.iterdir()} == before


def test_a_copy_is_whole(tmp_path):
    """If this fails, files of the study area are lost or changed on the way."""
    copy_folder(FOLDER, tmp_path / "copy")
    assert snapshot(tmp_path / "copy") == snapshot(FOLDER)
    copy_folder(FOLDER, tmp_path / "without", without="scenarios")
    kept = {name for name in snapshot(FOLDER) if not name.startswith("scenarios")}
    assert set(snapshot(tmp_path / "without")) == kept


@posix
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="needs a user whom modes bind")
def test_a_folder_that_may_not_be_read(tmp_path):
    """If this fails, part of a study area is left behind without a word."""
    (tmp_path / "area" / "shut").mkdir(parents=True, mode=0o000)
    with pytest.raises(DataError, match="shut: cannot be read"):
        copy_folder(tmp_path / "area", tmp_path / "copy")


@posix
def test_tables_that_lead_nowhere_or_to_a_folder(few_lines):
    """If this fails, a broken link in a study area is a traceback."""
    (few_lines / "stops.csv").unlink()
    (few_lines / "stops.csv").symlink_to("nowhere.csv")
    (few_lines / "calls.csv").unlink()
    (few_lines / "calls.csv").mkdir()
    (few_lines / "routes.csv").unlink()
    (few_lines / "routes.csv").symlink_to("routes.csv")
    ran = run("brief", "--area", few_lines)
    assert (ran.code, ran.out) == (3, b"")
    for name in ("stops.csv", "calls.csv", "routes.csv"):
        assert f"{few_lines / name}: " in ran.err


# ------------------------------------------------------------------ large files


@pytest.mark.parametrize("name", ["area.yaml", "stops.csv", "streets.geojson"])
def test_a_huge_file_is_refused_before_it_fills_the_memory(few_lines, name):
    """If this fails, a file of 10 GB (here a hole on the disk) stops the whole machine."""
    with (few_lines / name).open("r+b") as file:
        file.truncate(10 * 1024**3)
    ran = limited("brief", "--area", few_lines)
    assert ran.returncode == 3
    assert f"{few_lines / name}: holds 10,737 MB" in ran.stderr


@pytest.mark.parametrize("quote", [b"", b'"'])
def test_a_line_without_end(few_lines, quote):
    """If this fails, one line of 100 MB, quoted or not, fills the memory."""
    with (few_lines / "stops.csv").open("wb") as file:
        file.write(b"stop_id,stop_name\n1," + quote)
        for _ in range(100):
            file.write(b"x" * 1_000_000)
    ran = limited("brief", "--area", few_lines)
    assert ran.returncode == 3
    assert "stops.csv: is not well-formed CSV near line 2" in ran.stderr


def test_settings_of_many_megabytes(few_lines):
    """If this fails, a YAML file keeps a run busy for minutes."""
    with (few_lines / "area.yaml").open("a", encoding="utf-8") as file:
        file.write("notes2: [" + "a, " * 1_000_000 + "]\n")
    ran = run("brief", "--area", few_lines)
    assert ran.code == 3
    assert "area.yaml: is over 1,000,000 characters" in ran.err


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".zip", ".geojson", ".gpkg", ".parquet"])
def test_a_huge_file_is_not_imported(tmp_path, ending):
    """If this fails, a file of 10 GB (here a hole on the disk) stops the whole machine."""
    path = tmp_path / f"huge{ending}"
    with path.open("wb") as file:
        file.truncate(10 * 1024**3)
    ran = limited("import", path, *(() if ending == ".zip" else FACTS), "--out", tmp_path / "out")
    assert ran.returncode == 3
    assert ran.stderr.startswith("transit: ")
    assert "Traceback" not in ran.stderr
    assert path.name in ran.stderr
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", ["pbf", "osm", "graphml"])
def test_a_huge_extract_of_nothing(tmp_path, few_lines, kind):
    """If this fails, 10 GB of zeros named as an extract fill the memory."""
    path = tmp_path / f"huge.{kind}"
    with path.open("wb") as file:
        file.truncate(10 * 1024**3)
    ran = limited("fetch", tmp_path / "new", "--area", few_lines, "--osm", path)
    assert ran.returncode == 3
    assert path.name in ran.stderr
    assert "Traceback" not in ran.stderr


# ------------------------------------------------------------------ a disk that fills up


def limited(*arguments: object, file_bytes: int | None = None) -> subprocess.CompletedProcess:
    """The command with 4 GB of memory, and files of ``file_bytes`` at most."""
    code = (
        "import resource, signal, sys\n"
        "resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"most = {file_bytes!r}\n"
        "most is None or resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))\n"
        "from transit.cli import main\n"
        "sys.argv = ['transit', *sys.argv[1:]]\n"
        "main()\n"
    )
    environment = {**os.environ, "PYTHONUTF8": "1", "NUMBA_CACHE_DIR": "", "NUMBA_NUM_THREADS": "1",
                   "OPENBLAS_NUM_THREADS": "1"}  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", check=False, env=environment,
    )  # fmt: skip


@posix
@pytest.mark.parametrize(
    ("command", "room"), [("brief", 2000), ("map", 2000), ("fetch", 2000), ("import", 200)]
)
def test_a_disk_that_fills_up(few_lines, tmp_path, command, room):
    """If this fails, half a table or half a study area is left, and looks whole.

    No file may grow beyond ``room`` bytes, as where a disk is full.
    """
    out = tmp_path / "out"
    extract = tmp_path / "x.osm"
    extract.write_text(osm_xml(), encoding="utf-8")
    arguments = {
        "brief": ("brief", "--area", few_lines, "--out", out),
        "map": ("map", "--area", few_lines, "--out", out),
        "fetch": ("fetch", out, "--area", few_lines, "--osm", extract),
        "import": ("import", table(tmp_path), *FACTS, "--yes", "--out", out),
    }[command]
    ran = limited(*arguments, file_bytes=room)
    assert ran.returncode == 3
    assert ran.stderr.startswith("transit: ")
    assert "Traceback" not in ran.stderr
    assert "File too large" in ran.stderr
    left = [path for path in out.rglob("*") if path.is_file()] if out.exists() else []
    assert all(path.stat().st_size < room for path in left)
    assert {path.name for path in tmp_path.rglob(".*")} <= {OWN}
    assert command not in ("fetch", "import") or not out.exists()


@posix
def test_a_full_disk_for_temporary_files(tmp_path):
    """If this fails, a full disk ends the whole process while an extract is read."""
    extract = tmp_path / "x.osm"
    extract.write_text(osm_xml(), encoding="utf-8")
    code = (
        "import resource, signal, sys\n"
        "from transit.errors import DataError\n"
        "from transit.sources.osm import read_osm\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n    read_osm(sys.argv[1])\n"
        "except DataError as error:\n    print('refused:', error)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(extract)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "free some space where temporary files go" in ran.stdout
    assert len(read_osm(extract).network.streets) == 49
