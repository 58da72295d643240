"""The command ``transit quality``: what it prints, writes and says by its exit code."""

from __future__ import annotations

import csv
import io
import json

import pytest
import town
from bundle import copy_bundle, run
from osm_real import helsinki
from rich.console import Console


def test_the_bundled_area_is_told_with_exit_code_0():
    """If this fails, the shown example stops a script, or hides what is known of its data.

    SOURCES.md: 观澜银星工业园 is at (114.0416, 22.7323), that of 旅游9线 at (114.0418, 22.7243).
    """
    told = run("quality")
    assert told.code == 0
    assert "银星科技园（深圳龙华观澜）: 0 errors, " in told.text
    assert "warning: one name in two places" in told.text
    assert "观澜银星工业园" in told.text
    assert "Rules that could not be asked: no run times known: 1." in told.text


@pytest.mark.parametrize(
    ("fail_on", "code"), [("error", 0), ("warning", 5), ("note", 5), ("never", 0)]
)
def test_exit_code_says_how_bad(fail_on, code):
    """If this fails, a nightly check passes data it should stop, or stops sound ones.

    The bundled area has warnings and no errors.
    """
    assert run("quality", "--fail-on", fail_on, "--json").code == code


def test_an_error_is_found_and_stops(tmp_path):
    """If this fails, a park without gates goes into every figure unseen."""
    folder = copy_bundle(tmp_path / "area")
    gates = folder / "gates.csv"
    gates.write_text(gates.read_text(encoding="utf-8-sig").splitlines()[0] + "\n", encoding="utf-8")
    told = run("quality", "--area", folder)
    assert told.code == 5
    assert "error: park without gates: 1 of 1" in told.text


def test_a_scenario_is_looked_at_as_it_would_be():
    """If this fails, a scenario that no bus can drive is found out only once it is announced.

    B919 from the new terminal to 大布巷社区: the streets digitised so far do not lead there.
    """
    off = [
        [row["name"] for row in json.loads(run("quality", *given, "--json").out)["findings"]
         if row["rule"] == "hop_off_streets"]
        for given in ([], ["b919_2021"])
    ]  # fmt: skip
    assert off == [[], ["银星科技园公交首末站 → 大布巷社区"]]


@pytest.mark.parametrize(("scenario", "code"), [("microcirculation", 0), ("b919_2021", 5)])
def test_only_what_a_scenario_brings_counts_against_it(scenario, code):
    """If this fails, a scenario is refused for what was in the data before it.

    The area has warnings of its own; a new street brings none.
    """
    told = run("quality", scenario, "--fail-on", "warning")
    assert told.code == code
    assert "New with the scenario: 0 errors, " in told.text
    assert ("hop_off_streets" in told.text) == (code == 5)


def test_limits_are_set_and_wrong_ones_refused():
    """If this fails, a slip in a limit's name leaves the old limit in force, unseen."""
    told = json.loads(run("quality", "--json", "--set", "name_apart_m=5000").out)
    assert not [row for row in told["findings"] if row["rule"] == "stop_name_apart"]
    refused = run("quality", "--set", "name_apart=5000", "--set", "x")
    assert refused.code == 2
    assert "--set x" in refused.err
    assert "did you mean name_apart_m" in run("quality", "--set", "name_apart=5000").err


def test_tables_page_and_layer_are_written(tmp_path):
    """If this fails, a planner cannot take the findings to Excel or QGIS."""
    page = tmp_path / "quality.html"
    told = json.loads(run("quality", "--json", "--out", tmp_path, "--html", page).out)
    assert [path.rsplit("/", 1)[-1].rsplit("\\", 1)[-1] for path in told["written"]] == [
        "findings.csv", "rules.csv", "limits.csv", "findings.geojson", "quality.html",
    ]  # fmt: skip
    with (tmp_path / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["rule"] for row in rows] == [row["rule"] for row in told["findings"]]
    layer = json.loads((tmp_path / "findings.geojson").read_text(encoding="utf-8"))
    assert len(layer["features"]) == sum(row["lon"] is not None for row in told["findings"])
    assert "资料质量报告" in page.read_text(encoding="utf-8")


def test_names_do_nothing_in_a_terminal(monkeypatch):
    """If this fails, a name in a stranger's extract colours, clears or retitles the terminal."""
    from transit.analysis.quality import quality
    from transit.cli.inspecting import _tell

    base = town.network()
    hostile = base.feed.stops.assign(stop_name="[red]\x1b]0;hit\x07[/nothing]")
    printed = []
    monkeypatch.setattr("transit.cli.inspecting.print_text", lambda *told: printed.extend(told))
    _tell(quality(base.with_feed(base.feed.with_tables(stops=hostile))), None)
    console = Console(record=True, width=150, file=io.StringIO())
    for one in printed:
        console.print(one)
    text = console.export_text(styles=False)
    assert "[red]\ufffd]0;hit\ufffd[/nothing]" in text
    assert "\x1b" not in text


def test_the_study_area_is_not_written_over(tmp_path):
    """If this fails, --html overwrites a table of the area it was asked about."""
    folder = copy_bundle(tmp_path / "area")
    assert run("quality", "--area", folder, "--html", folder / "x.html").code == 2
    assert not (folder / "x.html").exists()


@pytest.mark.helsinki
def test_an_osm_extract():
    """If this fails, an extract can only be looked at once a study area is made of it."""
    told = run("quality", "--osm", helsinki())
    assert told.code == 0
    assert "no parks known" in told.text
    assert run("quality", "--osm", helsinki(), "--park", "x").code == 2


@pytest.mark.shared
def test_a_feed_with_and_without_streets(shared_data):
    """If this fails, a feed can only be looked at once a study area is made of it.

    Porto Alegre's extract ends before its bus lines do: one row says so.
    """
    folder = shared_data / "porto_alegre"
    told = run("quality", "--gtfs", folder / "poa_trensurb.zip", "--gtfs", folder / "poa_eptc.zip")
    assert told.code == 0
    assert "no streets known" in told.text
    both = run("quality", "--gtfs", folder / "poa_eptc.zip", "--osm", folder / "poa_osm.pbf")
    assert both.code == 5
    assert "error: streets end before the study area does: 1 of 1" in both.text
