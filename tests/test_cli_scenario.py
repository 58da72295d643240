"""The commands on scenario files, as a shell would call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bundle import FOLDER, copy_of_few_lines, replace_text, run, snapshot

BASE = """\
# kept by hand
scenario: mine
title: 试验
changes:
  - verb: remove_stop   # nobody waits there
    stop: 银星工业区
    source: letter
  - verb: change_headway
    line: M450
    headway_secs: 600
"""


@pytest.fixture(scope="module")
def area(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("few") / "area"
    return copy_of_few_lines(folder, ("M450", "627", "B919", "M510"))


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(BASE, encoding="utf-8")
    return path


def said(ran) -> dict:
    return json.loads(ran.out)


def test_check_passes_what_can_be_applied(area, file):
    """If this fails, a good scenario is refused before it is tried."""
    ran = run("scenario", "check", "m450_2020", file, "--area", area)
    assert ran.text == "m450_2020: 3 changes, nothing wrong\nmine: 2 changes, nothing wrong\n"
    assert (ran.code, ran.err) == (0, "")


def test_check_tells_the_faults_of_all_files(area, file, tmp_path):
    """If this fails, a folder of scenarios is mended one file a run."""
    worse = tmp_path / "worse.yaml"
    worse.write_text("scenario: worse\nchanges:\n- verb: fly\n", encoding="utf-8")
    replace_text(file, "银星工业区", "银星工业")
    ran = run("scenario", "check", file, worse, "m450_2020", "nowhere", "--area", area)
    assert ran.code == 3
    assert "m450_2020: 3 changes, nothing wrong" in ran.text
    assert f"{file} line 6 change 1 remove_stop stop: no stop is named '银星工业'" in ran.err
    assert f"{worse} line 3: verb 'fly' is not known" in ran.err
    assert "no scenario is named 'nowhere'" in ran.err
    as_json = run("scenario", "check", file, worse, "m450_2020", "--area", area, "--json")
    rows = said(as_json)["scenarios"]
    assert [row["ok"] for row in rows] == [False, False, True]
    assert rows[0]["problems"][0]["where"].endswith("line 6 change 1 remove_stop stop")
    assert (as_json.code, as_json.err) == (3, "")
    assert run("scenario", "check", "nowhere", "--area", area).code == 2


FAULTY = """\
scenario: faulty
changes:
- {verb: change_headway, line: M45O, headway_secs: 600}
- {verb: change_headway, line: M450, headway_secs: -5}
- {verb: fly, stop: 银星工业区}
- {verb: change_headway, line: M450, headway_secs: 600, direction_id: 7}
- {verb: close_street, street: 不在}
- {verb: remove_stop, stop: 无此站}
"""


def test_faults_of_the_file_and_of_the_network_come_at_once(area, file, tmp_path):
    """If this fails, a planner mends the spelling of a file only to be told of the next faults."""
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(FAULTY, encoding="utf-8")
    replace_text(file, "银星工业区", "银星工业")
    both = {
        command: run(*command, faulty, file, "--area", area)
        for command in (("scenario", "check"), ("compare",))
    }
    for ran in both.values():
        assert ran.code == 3
        for place, what in (
            ("line 3 change 1 change_headway line", "no line is named 'M45O'"),
            ("line 4 change_headway headway_secs", "'-5' does not fit"),
            ("line 5", "verb 'fly' is not known"),
            ("line 8 change 6 remove_stop stop", "no stop is named '无此站'"),
        ):
            assert f"{faulty} {place}: {what}" in ran.err
        assert f"{file} line 6 change 1 remove_stop stop: no stop is named '银星工业'" in ran.err
        # Changes 4 and 5 may rest on what was not read: M450's headway, and any line's road.
        assert "5 problems" in ran.err


def test_base_of_the_area_for_a_file_elsewhere(area, tmp_path):
    """If this fails, a planner must copy the area's scenarios before one can be built upon."""
    mine = tmp_path / "mine.yaml"
    text = (
        "scenario: mine\nbase: m450_2020\nchanges:\n"
        "- {verb: change_headway, line: M450, headway_secs: 600}  # often\n"
    )
    mine.write_text(text, encoding="utf-8")
    assert run("scenario", "check", mine, "--area", area).text == "mine: 4 changes, nothing wrong\n"
    assert run("scenario", "stamp", mine, "--area", area).code == 0
    stamped = mine.read_text(encoding="utf-8")
    assert "base: m450_2020" in stamped
    assert "# often" in stamped
    assert run("scenario", "undo", mine, "--area", area).code == 0
    assert "base: m450_2020" in mine.read_text(encoding="utf-8")
    mine.write_text(text.replace("m450_2020", "m450_2021"), encoding="utf-8")
    err = run("scenario", "check", mine, "--area", area).err
    assert f"no scenario of its folder, nor of the study area's ({area / 'scenarios'}), is" in err
    assert "did you mean m450_2020" in err
    # What stands beside the file comes first.
    beside = "scenario: m450_2021\nchanges:\n- {verb: remove_stop, stop: 银星工业区}\n"
    (tmp_path / "m450_2021.yaml").write_text(beside, encoding="utf-8")
    assert "mine: 2 changes" in run("scenario", "check", mine, "--area", area).text


NIGHT = """\
scenario: shut_at_night
base: microcirculation
changes:
- {verb: restrict_street, street: N_XINDAN, who: walkers, foot_hours: "06:00-22:00"}
"""


def test_compare_at_a_time_of_day(area, tmp_path):
    """If this fails, a gate that is shut at night cannot be asked about at night.

    The new link brings the two kerbs of 大布巷社区 within a walk (F8), while it is open.
    """
    file = tmp_path / "night.yaml"
    file.write_text(NIGHT, encoding="utf-8")
    for at, opened in (((), True), (("--at", "21:59"), True), (("--at", "23:00"), False)):
        ran = run("compare", file, "--area", area, *at)
        assert ran.code == 0
        assert ("大布巷社区 [S0113]: walk from 银星科技园" in ran.text) == opened
        clock = at[1] if at else "08:00"
        assert f"Gates and ways with hours are as at {clock}." in ran.text
    out = tmp_path / "night"
    assert run("scenario", "apply", file, "--area", area, "--out", out).code == 0
    for at in ("08:00", "23:00"):
        text = run("brief", "--area", out, "--at", at).text
        assert f"as at {at}." in text
        (row,) = (line for line in text.splitlines() if line.startswith("walking from"))
        assert ("大布巷社区" in row) == (at == "08:00")
    wrong = run("compare", file, "--area", area, "--at", "25:00")
    assert (wrong.code, "is no time of day" in wrong.err) == (2, True)


def test_check_refuses_what_compare_refuses(area, tmp_path):
    """If this fails, check says nothing wrong of a scenario that no comparison can be made of."""
    closed = tmp_path / "closed.yaml"
    closed.write_text(
        "scenario: closed\nchanges:\n- {verb: close_street, street: 新丹路, who: walkers}\n",
        encoding="utf-8",
    )
    ran = [
        run(*command, closed, "--area", area) for command in (("scenario", "check"), ("compare",))
    ]
    assert [one.code for one in ran] == [3, 3]
    assert "no walkable street within 100 m is left to it" in ran[0].err
    assert ran[0].err == ran[1].err


def test_show_says_what_is_changed_and_on_what_it_rests(area, file):
    """If this fails, a planner must read YAML to know what a colleague proposes."""
    text = run("scenario", "show", "m450_2020", "--area", area).text
    assert "1. new stop*: stop id N0001; stop name 银星科技园公交首末站; lon 114.041788" in text
    assert "3. move origin: line M450; from stop 观澜银星工业园; to stop 银星科技园公交首末站 (N0001)" in text  # fmt: skip # noqa: E501
    assert "* indicative: assumed or digitised, not surveyed or published" in text
    assert "  位置由本项目估绘；首末站名" in text
    own = run("scenario", "show", file, "--area", area).text
    assert own == (
        "scenario: mine\ntitle: 试验\n\n1. remove stop: stop 银星工业区\n"
        "2. change headway: line M450; headway secs 600\n\nrests on:\n  letter\n"
    )
    found = said(run("scenario", "show", file, "--area", area, "--json"))
    assert found["changes"][0] == "1. remove stop: stop 银星工业区"
    assert found["rests_on"] == ["letter"]


def test_diff_of_two_scenarios(area, file):
    """If this fails, two variants cannot be told apart without reading both files."""
    other = file.with_name("other.yaml")
    other.write_text(BASE.replace("mine", "other").replace("600", "300"), encoding="utf-8")
    text = run("scenario", "diff", file, other, "--area", area).text
    assert "only mine: 1 change\n  change headway: line M450; headway secs 600\n" in text
    assert "only other: 1 change\n  change headway: line M450; headway secs 300\n" in text
    assert "both: 1 change\n  remove stop: stop 银星工业区\n" in text
    assert "Differences of the networks (mine | other): 2" in text  # M450 out and back
    found = said(run("scenario", "diff", file, other, "--area", area, "--json"))
    back = said(run("scenario", "diff", other, file, "--area", area, "--json"))
    assert [row["what"] for row in found["networks"]] == ["service", "service"]
    assert [(row["before"], row["after"]) for row in found["networks"]] == [
        (row["after"], row["before"]) for row in back["networks"]
    ]


def test_stamp_and_another_network(area, file, tmp_path):
    """If this fails, a scenario made for one network is applied to another unnoticed."""
    assert run("scenario", "stamp", file, "--area", area).code == 0
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# kept by hand\nscenario: mine\ntitle: 试验\nnetwork:\n  fingerprint: ")
    assert text.endswith(BASE[BASE.index("changes:") :])
    assert run("scenario", "check", file, "--area", area).code == 0
    assert run("scenario", "show", file, "--area", area).err == ""
    other = copy_of_few_lines(tmp_path / "other", ("M450", "627", "M510"))
    ran = run("scenario", "check", file, "--area", other)
    assert ran.code == 3
    assert f"{file} line 4 network: was made for 银星科技园（深圳龙华观澜） of 2020 (" in ran.err
    assert "they differ in stops, lines or service → " in ran.err
    assert run("scenario", "check", file, "--area", other, "--any-network").code == 0
    warned = run("scenario", "show", file, "--area", other)
    assert warned.code == 0
    assert warned.err.startswith(f"transit: warning: {file} line 4 network: was made for")


def test_a_scenario_that_does_not_fit_is_not_stamped(area, file):
    """If this fails, a stamp says that a scenario fits a network that it does not fit."""
    replace_text(file, "M450", "M4500")
    before = snapshot(file.parent)
    ran = run("scenario", "stamp", file, "--area", area)
    assert ran.code == 3
    assert "did you mean M450" in ran.err
    assert snapshot(file.parent) == before


def test_undo_takes_the_last_change_out_of_the_file(file, tmp_path):
    """If this fails, undo takes back more or less than one change, or loses the comments."""
    out = tmp_path / "undone.yaml"
    assert run("scenario", "undo", file, "--out", out).code == 0
    assert out.read_text(encoding="utf-8") == BASE[: BASE.index("  - verb: change_headway")]
    assert file.read_text(encoding="utf-8") == BASE
    assert run("scenario", "undo", file).code == 0
    assert file.read_bytes() == out.read_bytes()
    assert run("scenario", "undo", file).code == 0
    ran = run("scenario", "undo", file)
    assert ran.code == 2
    assert "has no change of its own" in ran.err


def test_schema_is_printed_and_written(tmp_path):
    """If this fails, editors cannot be told what a scenario file may hold."""
    out = tmp_path / "scenario.schema.json"
    assert run("scenario", "schema", "--out", out).code == 0
    assert json.loads(out.read_text(encoding="utf-8")) == said(run("scenario", "schema"))
    assert "yaml-language-server: $schema=scenario.schema.json" in run("scenario", "schema", "--help").text  # fmt: skip # noqa: E501


def test_bundled_scenarios_all_check():
    """If this fails, a scenario that comes with the package cannot be applied."""
    names = sorted(path.stem for path in (FOLDER / "scenarios").glob("*.yaml"))
    ran = run("scenario", "check", *names)
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.text.splitlines()) == len(names)
