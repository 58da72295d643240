"""The command line: what it prints, what it writes, and on which consoles."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from bundle import FOLDER, copy_bundle, copy_of_few_lines, run, snapshot

from transit.output import OWN
from transit.pages.encode import BEIJING

HEAVY = ("geopandas", "osmnx", "folium", "numba", "scipy", "pandas", "shapely", "osmium")
TABLES = {"definitions", "stops", "lines", "coverage", "marginal", "districts", "stations",
          "links"}  # fmt: skip
COMPARED = {
    "verdict", "comparison", "ledger", "operation", "courses", "overlap", "bottlenecks",
    "assumptions",
}  # fmt: skip


AT = ("--made-at", "2026-11-26T01:30+00:00")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """One run of the main job, and where it wrote."""
    out = tmp_path_factory.mktemp("demo") / "maps"
    return run("demo", "--out", out, *AT), out


def read_json(text: bytes) -> dict:
    return json.loads(text.decode("utf-8"), parse_constant=pytest.fail)


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_brief_says_what_the_park_has():
    """If this fails, the answer a planner reads is not there, or not what the data give.

    Figures from SOURCES.md and test_facts.py: 54.4 ha; within 500 m of the outline 14 kerbs, 9
    places, 15 lines.
    """
    text = run("brief").text
    assert "银星科技园: public transport within 500 m" in text
    assert "outline 54.4 ha*, EPSG:4547; 2 gates" in text
    assert re.search(r"straight from the outline\*\s+14\s+9\s+15\s+28\s", text)
    assert re.search(r"银星工业区\s+11\s+5\s+151\s+165\s", text)
    assert "Lines that start there: B919, M450, 旅游9线" in text
    assert re.search(
        r"Share of the park's outline within 500 m of any stop: straight 9\d\.\d%", text
    )
    assert "of 54.4 ha" in text
    for district in ("龙华区", "宝安区", "光明区", "福田区"):
        assert district in text
    for station in ("长湖", "茜坑", "观澜"):
        assert station in text
    assert "* indicative: assumed or digitised" in text
    assert "1 lines)" not in text


def test_brief_with_another_limit():
    """If this fails, --limit changes the heading and not the answer (or the other way round)."""
    text = run("brief", "--limit", "300").text
    assert "within 300 m" in text
    assert "长安桥" not in text  # 307 m from the outline
    assert "大布巷社区" in text  # 113 m


def test_brief_as_json():
    """If this fails, scripts cannot read the answer."""
    found = read_json(run("brief", "--json").out)
    assert set(found) == {*TABLES, "written"}
    assert len(found["stops"]) == 14
    assert found["written"] == []
    (outline,) = [row for row in found["definitions"] if row["within"] == "outline"]
    assert outline["lines"] == 15
    for row in found["coverage"]:
        assert row["denominator_m2"] == pytest.approx(544_000, rel=0.005)
        assert row["crs"] == "EPSG:4547"
        assert row["indicative"] is True


def test_compare_says_who_gains_and_who_loses():
    """If this fails, a planner sees a change without its losers."""
    text = " ".join(run("compare", "b919_2021").text.split())
    assert "银星科技园公交首末站 [N0001]: B919 (direction 0) line calls, +3.0 buses/h*" in text
    assert "观澜爱心家园 [S0003]: B919 (direction 0) line calls, -3.0 buses/h*" in text
    assert (
        "still there: 627, M450, 高快巴士17, 高快巴士6; next stop of B919: 长安桥, 1,055 m" in text
    )
    assert "losss" not in text
    assert "gains:" in text
    assert "losses:" in text


def test_compare_reads_names_and_files_alike(tmp_path):
    """If this fails, a scenario of one's own must be put into the bundled folder."""
    own = tmp_path / "mine.yaml"
    text = (FOLDER / "scenarios" / "b919_2021.yaml").read_text(encoding="utf-8")
    own.write_text(text.replace("scenario: b919_2021", "scenario: mine"), encoding="utf-8")
    tables = read_json(run("compare", own, "b919_2021", "--json").out)
    for found in (tables["comparison"], tables["ledger"]):
        half = len(found) // 2
        assert [row | {"scenario": ""} for row in found[:half]] == [
            row | {"scenario": ""} for row in found[half:]
        ]
        assert {row["scenario"] for row in found} == {"mine", "b919_2021"}


def test_compare_as_json_and_csv_say_the_same(tmp_path):
    """If this fails, Excel and a script get different numbers."""
    ran = run("compare", "m450_2020", "b919_2021", "--json", "--out", tmp_path / "new" / "tables")
    found = read_json(ran.out)
    assert set(found) == {*COMPARED, "written"}
    assert {row["scenario"] for row in found["ledger"]} == {"m450_2020", "b919_2021"}
    files = {path.stem: path for path in map(Path, found["written"])}
    assert set(files) >= COMPARED
    assert {*files.values(), tmp_path / "new" / "tables" / OWN} == set(
        (tmp_path / "new" / "tables").iterdir()
    )
    for name in sorted(COMPARED):
        written = read_rows(files[name])
        assert [list(row) for row in written] == [list(row) for row in found[name]]
        for row, said in zip(written, found[name], strict=True):
            for column, value in said.items():
                if isinstance(value, float):
                    assert float(row[column]) == pytest.approx(value, abs=1e-6)
                else:
                    assert row[column] == ("" if value is None else str(value))
    for row in found["comparison"]:
        if row["change"] is not None:
            assert row["change"] == pytest.approx(row["after"] - row["before"], abs=1e-9)


def test_demo_answers_and_lists_what_it_wrote(demo):
    """If this fails, `make demo` ends without the answer, or names files that are not there."""
    ran, out = demo
    assert (ran.code, ran.err) == (0, "")
    text = ran.text
    assert "银星科技园: public transport within 500 m" in text
    for scenario in ("m450_2020", "b919_2021", "both"):
        assert f"{scenario}  " in text
    answer, _, rest = text.partition("Written:")
    written, _, first = rest.partition("Open in a browser:")
    assert Path(first.strip()) == out / "study.html"
    listed = {Path(line.strip()) for line in written.splitlines() if line.strip()}
    assert answer
    assert listed == {path for path in out.rglob("*") if path.is_file() and path.name != OWN}
    names = {path.relative_to(out).as_posix() for path in listed}
    assert names >= {"study.html", "m450_2020.html", "b919_2021.html", "both.html"}
    assert names >= {f"tables/{name}.csv" for name in TABLES | COMPARED}


def test_demo_pages_load_nothing(demo):
    """If this fails, a map stays blank on a machine without internet, or tells others who looks."""
    for path in demo[1].glob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert not re.search(
            r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?(?:https?:)?//", html
        )
        assert not re.search(r"@import|url\((?!['\"]?data:)['\"]?https?:", html)
        assert "银星科技园" in html
        assert html.lstrip().lower().startswith("<!doctype html>")


def test_every_written_table_is_for_excel(demo):
    """If this fails, one of the tables opens as mojibake."""
    for path in (demo[1] / "tables").glob("*.csv"):
        raw = path.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf"), path.name
        assert read_rows(path), path.name


def test_demo_as_json_writes_the_same_tables(demo, tmp_path, monkeypatch):
    """If this fails, two runs on the same data differ, and a diff of results means nothing."""
    monkeypatch.setattr("transit.cli.answers.write_maps", lambda *_: [])  # drawn in the run above
    ran = run("demo", "--out", tmp_path / "maps", "--json")
    assert ran.code == 0
    assert snapshot(tmp_path / "maps" / "tables") == snapshot(demo[1] / "tables")
    found = read_json(ran.out)
    assert set(found) == {*TABLES, *COMPARED, "written"}
    written = {path for path in (tmp_path / "maps").rglob("*.*") if path.name != OWN}
    assert {Path(path) for path in found["written"]} == written


def test_map_of_a_scenario(demo, tmp_path, monkeypatch):
    """If this fails, a scenario cannot be drawn alone, or is drawn otherwise than by the demo."""
    monkeypatch.chdir(tmp_path)
    ran = run("map", "m450_2020", "--json", *AT)
    written = read_json(ran.out)["written"]
    assert [Path(path).name for path in written] == ["study.html", "m450_2020.html"]
    assert set(snapshot(tmp_path)) == {
        "maps", f"maps/{OWN}", "maps/study.html", "maps/m450_2020.html",
    }  # fmt: skip
    for name in ("study.html", "m450_2020.html"):
        assert (tmp_path / "maps" / name).read_bytes() == (demo[1] / name).read_bytes()
    page = (demo[1] / "m450_2020.html").read_text(encoding="utf-8")
    assert "电子科大深圳高研院" in page
    assert '"made_at":"2026-11-26 09:30"' in page  # 01:30 in Greenwich, on a Beijing clock


def test_pages_say_when_they_were_made(tmp_path):
    """If this fails, nobody knows which of two printed maps is the newer one."""
    pages = ("study", "rings", "coverage")
    before = datetime.now(tz=BEIJING).replace(second=0, microsecond=0)
    run("map", "--out", tmp_path, "--rings", "300", "--coverage")
    for name in pages:
        text = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
        (said,) = re.findall('"made_at":"(.{16})"', text)
        made = datetime.strptime(said, "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)
        assert before <= made <= datetime.now(tz=BEIJING), name
    ran = run("map", "--out", tmp_path, "--made-at", "soon")
    assert (ran.code, ran.text) == (2, "")
    assert "--made-at soon: is no date and time" in ran.err


def test_tiles_are_under_every_page(tmp_path):
    """If this fails, the pictures asked for are on one page and not on the next."""
    run("map", "--out", tmp_path, "--rings", "300", "--coverage", "--tiles", "gaode")
    for name in ("study", "rings", "coverage"):
        assert "autonavi.com" in (tmp_path / f"{name}.html").read_text(encoding="utf-8"), name


@pytest.mark.parametrize(
    ("console", "arguments"),
    [
        ("gbk", ("brief",)), ("ascii", ("brief",)), ("gbk", ("compare", "b919_2021")),
        ("gbk", ("--help",)), ("cp1252", ("--help",)),
        ("gbk", ("brief", "--park", "金星科技园")), ("ascii", ("brief", "--park", "金星科技园")),
    ],
)  # fmt: skip
def test_text_never_crashes_on_a_console_of_another_encoding(arguments, console):
    """If this fails, the answer ends in a traceback on a Chinese Windows console."""
    ran = run(*arguments, console=console)
    assert ran.code == (2 if "--park" in arguments else 0)
    text = ran.out.decode(console) + ran.err
    assert text.strip()
    if console == "gbk" and arguments != ("--help",):
        assert "银星科技园" in text


def spawn(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    root = str(FOLDER.parents[1])
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, check=False, timeout=120, cwd=root,
        env=kept | {"PYTHONPATH": root} | environment,
    )  # fmt: skip


def test_json_is_utf8_whatever_the_console_and_the_hash_seed():
    """If this fails, --json cannot be read on a GBK console, or differs from run to run."""
    ran = spawn("-m", "transit.cli", "compare", "b919_2021", "--json",
                PYTHONIOENCODING="gbk", PYTHONUTF8="0", PYTHONHASHSEED="7")  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert "银星科技园公交首末站" in ran.stdout.decode("utf-8")
    assert read_json(ran.stdout)
    assert ran.stdout == run("compare", "b919_2021", "--json").out


def test_start_is_light():
    """If this fails, `import transit` or `transit --help` loads a second's worth of libraries."""
    code = (
        "import sys, transit\n"
        "after_import = set(sys.modules)\n"
        "from transit.cli import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        f"heavy = {HEAVY!r}\n"
        "bad = [[n for n in heavy if n in found] for found in (after_import, sys.modules)]\n"
        "sys.stderr.write(repr(bad))\n"
    )
    ran = spawn("-c", code, PYTHONIOENCODING="utf-8")
    assert ran.stderr.decode() == "[[], []]"
    assert "brief" in ran.stdout.decode("utf-8")


def test_help_names_every_command():
    """If this fails, a new user cannot find a command."""
    text = run("--help").text
    for command in ("demo", "brief", "compare", "map", "fetch"):
        assert command in text
        said = run(command, "--help")
        assert said.code == 0
        assert "--json" in said.text


def test_public_names_exist():
    """If this fails, a name that the README uses cannot be imported."""
    import transit

    for name in transit.__all__:
        assert getattr(transit, name).__name__ == name
        assert name in dir(transit)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = transit.nothing


def test_answers_are_not_written_over_the_area(tmp_path):
    """If this fails, ``--out`` destroys the planner's own stops.csv."""
    folder = copy_bundle(tmp_path / "area")
    before = (folder / "stops.csv").read_bytes()
    for command in (("brief",), ("compare", "both"), ("map",)):
        ran = run(*command, "--area", folder, "--out", folder / "tables")
        assert ran.code == 2
        assert "choose a folder outside it" in ran.err
    assert run("brief", "--area", folder, "--out", folder).code == 2
    assert (folder / "stops.csv").read_bytes() == before
    assert not (folder / "tables").exists()


@pytest.mark.parametrize(("command", "name"), [(("brief",), "stops.csv"), (("map",), "study.html")])
def test_files_that_are_not_ours_are_kept(tmp_path, command, name):
    """If this fails, a planner's own table or page is gone after a command; or a second run is."""
    folder = copy_of_few_lines(tmp_path / "area", ("M450",))
    mine = tmp_path / "mine" / name
    mine.parent.mkdir()
    mine.write_text("mine", encoding="utf-8")
    ran = run(*command, "--area", folder, "--out", mine.parent)
    assert ran.code == 2
    assert f"{mine}: is there, and was not written by transit" in ran.err
    assert snapshot(mine.parent) == {name: b"mine"}
    for _ in range(2):
        assert run(*command, "--area", folder, "--out", tmp_path / "ours").code == 0
