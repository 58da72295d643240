"""Studies of many cases: what they find, what is kept, what a fault or a kill leaves."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from bundle import replace_text, run, snapshot
from openpyxl import load_workbook
from study_town import CASES, FEW, FEW_CASES, ONE_MEASURE, write_towns

import transit
from transit.errors import DataError, UsageError
from transit.study.kept import Outcome, Value, _hash_of, kept_outcome, write_outcome
from transit.study.plan import planned

ROOT = Path(__file__).resolve().parents[1]
# Ends itself, as a kill from outside does, when so many cases are known.
KILLED = """
import os, signal, sys, transit
def told(now):
    if now.done == int(sys.argv[3]):
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
transit.run(sys.argv[1], sys.argv[2], progress=told)
"""


@pytest.fixture
def towns(tmp_path) -> Path:
    return write_towns(tmp_path / "towns")


@pytest.fixture
def few(tmp_path) -> Path:
    """A study of six cases and one measure, for what does not depend on how many there are."""
    return write_towns(tmp_path / "towns", FEW)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """One study run once, with every kind of table; tests only look at it."""
    folder = tmp_path_factory.mktemp("whole")
    study = write_towns(folder / "towns", "outputs: tables\n")
    return transit.run(study, folder / "out")


def states(results: transit.StudyResults) -> dict[str, int]:
    return results.cases["state"].value_counts().to_dict()


def measured(results: transit.StudyResults, measure: str, **case: object) -> pd.Series:
    rows = results.table[results.table["measure"] == measure]
    for name, value in case.items():
        rows = rows[rows[name] == value]
    (row,) = rows.to_dict("records")
    return row


def test_every_area_park_limit_and_scenario_is_a_case(whole):
    """If this fails, cases are left out or counted twice: 2 × 2 × 3 in the west, 1 × 2 × 2."""
    assert len(whole.planned) == CASES
    assert states(whole) == {"done": CASES}
    assert whole.is_whole
    assert not whole.faults
    assert whole.cases.groupby("area_id").size().to_dict() == {"west": 12, "east": 4}
    assert not whole.cases.duplicated(["area_id", "park_id", "limit_m", "scenario"]).any()
    assert whole.cases["folder"].is_unique
    # By area and park, then limit, the area as it is first: as one reads it.
    assert whole.cases["scenario"].tolist()[:3] == ["", "closer", "denser"]


def test_the_figures_are_those_of_the_town(whole):
    """If this fails, a study's table says something else than the town.

    Within 200 m of P1 stand 银星 (two kerbs) and 停运; within 500 m also 桥头, 田心 and 无路; the
    new kerb is 100 m off. Of the lines at 银星 the 101 has 6 buses an hour each way and gets 12.
    Its courses along the blocks are 900 + 500 + 900 m and 890 + 500 + 900 m; of 96 departures each
    way in 16 hours 192 become.
    """
    for area in ("west", "east"):
        for limit, before in ((200, 3), (500, 6)):
            row = measured(whole, "stops_within_outline", area_id=area, park_id="P1",
                           limit_m=limit, scenario="closer")  # fmt: skip
            assert (row["before"], row["after"], row["change"]) == (before, before + 1, 1)
    here = {"area_id": "west", "park_id": "P1", "limit_m": 500, "scenario": "denser"}
    assert measured(whole, "buses_per_hour", **here)["change"] == 12
    km = measured(whole, "vehicle_km", **here)
    assert km["change"] == pytest.approx(96 * (2.3 + 2.29), abs=1e-3)
    assert km["unit"] == "km/日"


def test_the_figures_are_those_of_compare(whole):
    """If this fails, a study and ``transit compare`` answer the same question differently."""
    for key in ("west", "east"):
        folder = next(Path(one) for one in whole.study.areas if Path(one).name == key)
        area = transit.read_area(folder)
        scenarios = [transit.read_scenario(path) for path in area.scenarios]
        for limit in (200, 500):
            alone = transit.compare(area.network, scenarios, area.parks, limit_m=limit)
            wanted = alone.table[alone.table["subject"] == "park"]
            found = whole.table[
                (whole.table["area_id"] == key)
                & (whole.table["limit_m"] == limit)
                & (whole.table["scenario"] != "")
                & ~whole.table["measure"].isin(["vehicles", "vehicle_km"])
            ]
            columns = ["scenario", "park_id", "measure", "before", "after", "change", "indicative"]
            one, other = (
                table[columns].sort_values(columns[:3], ignore_index=True)
                for table in (found, wanted)
            )
            pd.testing.assert_frame_equal(one, other)


def test_what_is_not_known_is_left_out(whole):
    """If this fails, a park without gates is told 0 lines within a walk."""
    of_p2 = whole.table[whole.table["park_id"] == "P2"]["measure"]
    assert not of_p2.str.endswith(("_gates", "_walk")).any() or set(
        of_p2[of_p2.str.endswith("_walk")]
    ) <= {"share_walk"}
    as_it_is = whole.table[whole.table["scenario"] == ""]
    assert as_it_is["after"].isna().all()
    assert as_it_is["before"].notna().all()


def test_results_show_themselves_in_a_notebook(whole):
    """If this fails, a notebook shows a line of code where the results should be.

    The change of buses per hour is 12, as above.
    """
    chinese, english = whole._repr_html_(), whole.card("en").html()
    assert "多方案研究" in chinese
    assert "园区P1" in chinese
    assert "as it is" in english
    assert "denser" in english
    assert str(whole.out / "index.html") in english
    assert "(+12)" in english


def test_tables_are_for_excel_and_hold_no_run(whole):
    """If this fails, Excel garbles the Chinese, figures are texts, or two runs differ."""
    text = (whole.out / "results.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(whole.out / "results.csv", keep_default_na=False)
    assert list(read) == list(whole.table)
    assert len(read) == len(whole.table)
    assert (read["fingerprint"].str.len() == 16).all()
    assert (read[["unit", "definition", "name"]] != "").all(axis=None)
    shares = read[read["measure"].str.startswith("share_")]
    assert (shares["denominator"] == "园区范围面积").all()
    book = load_workbook(whole.out / "results.xlsx")
    assert book.sheetnames == ["results", "cases", "columns"]
    sheet = book["results"]
    column = [cell.value for cell in sheet[1]].index("before")
    assert all(isinstance(row[column].value, (int, float)) for row in sheet.iter_rows(2))
    told = {row[1].value for row in book["columns"].iter_rows(2)}
    assert {*whole.table, *whole.table["measure"]} <= told
    cases = pd.read_csv(whole.out / "cases.csv")
    assert not {"state", "reused"} & set(cases)
    for folder, files in zip(cases["folder"], cases["files"], strict=True):
        assert all((whole.out / folder / name).is_file() for name in files.split(", "))


def test_a_killed_run_goes_on_where_it_was(few, tmp_path):
    """If this fails, a night's work is lost with a power cut, or half a case counts as one."""
    command = [sys.executable, "-c", KILLED, few, tmp_path / "out", "2"]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert killed.returncode != 0
    assert not (tmp_path / "out" / "index.html").exists()
    before = snapshot(tmp_path / "out")
    results = transit.run(few, tmp_path / "out")
    assert states(results) == {"kept": 2, "done": FEW_CASES - 2}
    assert results.cases["reused"].sum() == 2
    after = snapshot(tmp_path / "out")
    assert {name: after[name] for name in before} == before
    transit.run(few, tmp_path / "at once")
    assert snapshot(tmp_path / "at once") == after


def test_several_processes_write_the_same_bytes(few, tmp_path):
    """If this fails, --jobs changes results."""
    transit.run(few, tmp_path / "one")
    results = transit.run(few, tmp_path / "two", jobs=2)
    assert states(results) == {"done": FEW_CASES}
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "two")


def test_interrupted_it_leaves_what_is_done(few, tmp_path):
    """If this fails, Ctrl-C throws away what was worked out."""

    def stop(now):
        if now.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transit.run(few, tmp_path / "out", progress=stop)
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert page.count('"state":"waiting"') == FEW_CASES - 3
    assert states(transit.run(few, tmp_path / "out")) == {"kept": 3, "done": FEW_CASES - 3}


def test_only_what_follows_from_a_changed_file_is_done_again(tmp_path):
    """If this fails, old figures stand beside new data, or a small edit costs the whole night.

    ``denser`` is seen from 2 parks within 2 limits; a gate of P1 in the west counts for its
    2 limits × 3 scenarios.
    """
    out, towns = tmp_path / "out", write_towns(tmp_path / "towns", ONE_MEASURE)
    first = transit.run(towns, out).table
    west = towns.parent / "west"
    replace_text(west / "scenarios" / "denser.yaml", "headway_secs: 300", "headway_secs: 400")
    second = transit.run(towns, out)
    assert states(second) == {"kept": CASES - 4, "redone": 4}
    changed = second.table.compare(first, keep_shape=False).index
    assert set(second.table.loc[changed, "scenario"]) == {"denser"}
    replace_text(west / "gates.csv", "东门", "东大门")
    assert states(transit.run(towns, out)) == {"kept": CASES - 6, "redone": 6}
    assert states(transit.run(towns, out)) == {"kept": CASES}
    assert states(transit.run(towns, out, fresh=True)) == {"redone": CASES}


def test_spoilt_files_are_made_again(few, tmp_path):
    """If this fails, a half-written or deleted file stays in the results for ever."""
    out = tmp_path / "out"
    study = transit.read_study(few).model_copy(update={"outputs": ("tables",)})
    transit.run(study, out)
    whole = snapshot(out)
    cases = out / "cases" / "west" / "P1" / "200m"
    text = (cases / "as_it_is" / "case.json").read_text(encoding="utf-8")
    (cases / "as_it_is" / "case.json").write_text(text[: len(text) // 2], encoding="utf-8")
    (cases / "denser" / "ledger.csv").unlink()
    other = out / "cases" / "east" / "P1" / "200m" / "as_it_is" / "case.json"
    odd = other.read_text(encoding="utf-8").replace('"values": [', '"values": [1, ')
    other.write_text(odd, encoding="utf-8")
    assert states(transit.run(study, out))["kept"] == FEW_CASES - 3
    assert snapshot(out) == whole


def edited(path: Path, *, signed: bool = False, **changes: object) -> None:
    """The case file ``path`` with other contents, as by hand, or with a hash that fits them."""
    content = json.loads(path.read_text(encoding="utf-8")) | changes
    if signed:
        content.pop("hash")
        content["hash"] = _hash_of(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_what_was_edited_is_worked_out_anew(few, tmp_path):
    """If this fails, a figure that someone typed stands in the tables as a result."""
    out = tmp_path / "out"
    study = transit.read_study(few).model_copy(update={"outputs": ("tables",)})
    transit.run(study, out)
    whole = snapshot(out)
    one, two, three, four, five, six = sorted(out.rglob("case.json"))
    values = json.loads(one.read_text(encoding="utf-8"))["values"]
    edited(one, values=[{**values[0], "before": 99999}, *values[1:]])
    edited(two, values=[])
    edited(three, verdict={"zh-CN": "\ud800", "en": "</script>"})
    edited(four, files={"/etc/passwd": "0" * 16})
    (five.parent / "coverage.csv").write_text("tampered", encoding="utf-8")
    six.write_text("[" * 100_000, encoding="utf-8")
    assert states(transit.run(study, out)) == {"redone": FEW_CASES}
    assert snapshot(out) == whole


HUGE = int("9" * 400)


@pytest.mark.parametrize(
    "value", [True, "12.5", HUGE, float("inf"), [1.0], {"measure": "none"}, "no measure"]
)
def test_what_is_no_value_is_not_kept(few, tmp_path, value):
    """If this fails, a text or an infinity stands in the tables, or ends every later run."""
    out, plan = tmp_path / "out", planned(transit.read_study(few))
    case = plan.cases[0]
    write_outcome(out, Outcome(case, fingerprint="f", values=(Value("stops", 1, 2, False),)))
    assert kept_outcome(out, case, "f") is None  # no measure has that name
    good = Value("share_walk", 0.25, float("nan"), indicative=True)
    write_outcome(out, Outcome(case, fingerprint="f", values=(good,)))
    found = kept_outcome(out, case, "f")
    assert found is not None
    assert [(one.measure, one.before, str(one.after)) for one in found.values] == [
        ("share_walk", 0.25, "nan")
    ]
    row = {"measure": "share_walk", "before": value, "after": None, "indicative": False}
    edited(out / case.folder / "case.json", signed=True, values=[row])
    assert kept_outcome(out, case, "f") is None


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_case_file_cannot_reach_outside_its_folder(few, tmp_path):
    """If this fails, an edited case file deletes a planner's files, or links them as results."""
    out = tmp_path / "out"
    transit.run(few, out)
    mine = tmp_path / "mine.txt"
    mine.write_text("mine", encoding="utf-8")
    path = next(out.rglob("case.json"))
    link = path.parent / "link"
    link.symlink_to(tmp_path, target_is_directory=True)
    ways = [str(mine), "/".join([*[".."] * 9, *mine.parts[1:]]), "../" * 6 + "mine.txt", "C:\\x",
            "link/mine.txt", "a\0b"]  # fmt: skip
    told = hashlib.sha256(b"mine").hexdigest()[:16]
    for files in [*({way: told} for way in ways), [3], dict.fromkeys(ways, told)]:
        edited(path, signed=True, files=files)
        assert states(transit.run(few, out)) == {"redone": 1, "kept": FEW_CASES - 1}
        assert mine.read_text(encoding="utf-8") == "mine"


def test_a_folder_in_the_place_of_a_case_file_does_not_stop_the_others(few, tmp_path):
    """If this fails, one odd folder ends a night's run, every night."""
    out = tmp_path / "out"
    (out / "cases" / "east" / "P1" / "200m" / "as_it_is" / "case.json" / "x").mkdir(parents=True)
    results = transit.run(few, out)
    assert states(results) == {"done": FEW_CASES - 1, "failed": 1}
    (fault,) = results.faults
    assert fault.where.endswith("case.json")
    assert "move it away" in fault.mend


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_in_the_results_are_not_followed(few, tmp_path):
    """If this fails, a run writes and deletes files outside the folder that was named."""
    victim, out = tmp_path / "victim", tmp_path / "out"
    victim.mkdir()
    (out / "cases" / "west").mkdir(parents=True)
    (out / "cases" / "west" / "P1").symlink_to(victim, target_is_directory=True)
    with pytest.raises(UsageError, match="P1: is a link to another place"):
        transit.run(few, out)
    assert snapshot(victim) == {}
    assert not (out / "index.html").exists()


def test_files_of_others_are_told_before_any_work(few, tmp_path):
    """If this fails, a home page and its table are gone, or the fault comes after the night."""
    out = tmp_path / "out"
    out.mkdir()
    for name in ("index.html", "results.csv"):
        (out / name).write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="2 problems") as caught:
        transit.run(few, out)
    assert "results.csv: is there, and was not written by transit" in str(caught.value)
    assert snapshot(out) == {"index.html": b"mine", "results.csv": b"mine"}


def test_more_cases_than_can_be_meant_are_told_at_once(towns, tmp_path):
    """If this fails, a slip in a list keeps the computer busy for days.

    100,000 limits: 2 parks × 3 in the west and 1 × 2 in the east make 800,000 cases.
    """
    study = transit.read_study(towns)
    many = transit.Study(**(study.model_dump() | {"limits_m": range(1, 100_001)}))
    with pytest.raises(UsageError, match=r"800,000 cases .* more than 20,000"):
        transit.run(many, tmp_path / "out")
    assert not (tmp_path / "out").exists()


# Ends itself, as a kill from outside does, when the third file would be put in its place.
KILLED_WRITING = """
import os, pathlib, signal, sys, transit
put, left = pathlib.Path.replace, [int(sys.argv[3])]
def replace(self, target):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return put(self, target)
pathlib.Path.replace = replace
transit.run(sys.argv[1], sys.argv[2])
"""


def test_killed_while_it_writes_nothing_is_half_and_nothing_stays(few, tmp_path):
    """If this fails, half a file counts as a result, or leavings of kills fill the folder.

    The list of names, the tables of a case and its own file are written in turn.
    """
    out, whole = tmp_path / "out", tmp_path / "whole"
    few.write_text(few.read_text(encoding="utf-8") + "outputs: tables\n", encoding="utf-8")
    for count in (1, 4):
        command = [sys.executable, "-c", KILLED_WRITING, few, out, str(count)]
        assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode != 0
        assert any(path.name.startswith(".") for path in out.rglob("*"))
        assert not list(out.rglob("case.json"))
    transit.run(few, out)
    transit.run(few, whole)
    assert snapshot(out) == snapshot(whole)


def test_a_faulty_case_does_not_stop_the_others(few, tmp_path):
    """If this fails, one slip in a hundred scenarios costs the other ninety-nine."""
    scenarios = few.parent / "west" / "scenarios"
    (scenarios / "broken.yaml").write_text("scenario: broken\nchangs: []\n", encoding="utf-8")
    lost = "scenario: lost\nchanges:\n  - {verb: remove_stop, stop: 没有}\n"
    (scenarios / "lost.yaml").write_text(lost, encoding="utf-8")
    replace_text(few, "[denser]", "[denser, broken, lost]")
    results = transit.run(few, tmp_path / "out")
    assert states(results) == {"done": FEW_CASES, "failed": 4}
    assert not results.is_whole
    said = [str(fault) for fault in results.faults]
    assert len(said) == 3
    assert any("broken.yaml line 2: key 'changs' is not known" in text for text in said)
    assert any("lost.yaml line 3 change 1" in text and "'没有'" in text for text in said)
    again = transit.run(few, tmp_path / "out")
    assert states(again) == {"kept": FEW_CASES, "failed": 4}
    replace_text(few, "[denser, broken, lost]", "[denser]")
    assert transit.run(few, tmp_path / "out").is_whole


def test_an_area_that_cannot_be_read_does_not_stop_the_other(few, tmp_path):
    """If this fails, one faulty city stops the study of all."""
    replace_text(few.parent / "east" / "stops.csv", "stop_name", "name_of_stop")
    results = transit.run(few, tmp_path / "out")
    assert states(results) == {"done": 4}
    assert any("stops.csv" in fault.where for fault in results.faults)
    replace_text(few.parent / "west" / "stops.csv", "stop_name", "name_of_stop")
    with pytest.raises(DataError, match="2 problems"):
        transit.run(few, tmp_path / "out")


def test_two_files_of_one_name_are_told(few, tmp_path):
    """If this fails, rows of two scenarios cannot be told apart."""
    scenarios = few.parent / "west" / "scenarios"
    text = (scenarios / "denser.yaml").read_text(encoding="utf-8")
    (scenarios / "copy.yaml").write_text(text, encoding="utf-8")
    replace_text(few, "[denser]", "[denser, copy]")
    results = transit.run(few, tmp_path / "out")
    assert states(results) == {"done": FEW_CASES, "failed": 2}
    assert "another scenario has this name" in results.faults[0].what


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("parks: [P1, 园区P3]\n", "no park of the areas is named '园区P3'"),
        ("scenarios: [closr]\n", "no scenario of the areas is named 'closr' → did you mean closer"),
    ],
)
def test_names_that_no_area_has_are_refused(towns, tmp_path, more, said):
    """If this fails, a slip in a name makes a study of fewer cases, in silence."""
    towns.write_text(towns.read_text(encoding="utf-8") + more, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        transit.run(towns, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_parks_scenarios_and_measures_are_chosen(towns):
    """If this fails, a study runs more than was asked for: P2 is in the west only."""
    more = "parks: [园区P2]\nscenarios: [denser]\nmeasures: [buses_per_hour, vehicles]\nlang: en\n"
    towns.write_text(towns.read_text(encoding="utf-8") + more, encoding="utf-8")
    results = transit.run(towns)
    assert results.cases["scenario"].tolist() == ["", "denser"] * 2
    assert results.table["measure"].unique().tolist() == ["buses_per_hour", "vehicles"]
    assert results.table["name"].unique().tolist() == ["buses an hour", "vehicles, all lines"]
    assert results.out is None
    assert results.written == ()


def test_scenarios_may_come_from_a_script(tmp_path):
    """If this fails, a planner has to write a file for each of a hundred variants.

    The buses per hour at P1 are 18, of which the 101 has 6 each way; every 400 s it has 9 each way
    (12 departures in two hours become 18), every 300 s 12.
    """
    west = write_towns(tmp_path / "towns").parent / "west"
    study = transit.Study(
        study="variants", areas=west, parks="P1", scenarios="none", limits_m=500,
        measures="buses_per_hour",
    )  # fmt: skip
    variants = [
        transit.Scenario(
            f"every {secs} s",
            (transit.ChangeHeadway(line="101", headway_secs=secs, indicative=True, year=2026,
                                   source="a script"),),
        )
        for secs in (400, 300)
    ]  # fmt: skip
    found = transit.run(study, tmp_path / "out", scenarios=variants, jobs=2)
    assert found.cases["scenario"].tolist() == ["", "every 400 s", "every 300 s"]
    assert found.table["before"].tolist() == [18, 18, 18]
    assert found.table["change"].tolist()[1:] == [6, 12]
    again = transit.run(study, tmp_path / "out", scenarios=variants[:1])
    assert states(again) == {"kept": 2}


def test_results_do_not_go_into_a_study_area(few):
    """If this fails, results become inputs of the next run."""
    before = snapshot(few.parent)
    with pytest.raises(UsageError, match="lies in the study area"):
        transit.run(few, few.parent / "west" / "out")
    assert snapshot(few.parent) == before


def test_the_time_of_day_counts(few, tmp_path):
    """If this fails, a study at night keeps the figures of the morning."""
    study = transit.read_study(few)
    transit.run(study, tmp_path / "out")
    night = study.model_copy(update={"at": "22:30"})
    assert states(transit.run(night, tmp_path / "out")) == {"redone": FEW_CASES}


def test_the_command_says_what_it_did(few, tmp_path):
    """If this fails, a planner does not learn what was kept, what failed, and where it is."""
    out = tmp_path / "out"
    ran = run("run", few, "--out", out)
    assert ran.code == 0
    assert f"two towns: {FEW_CASES} cases" in ran.text
    assert f"{FEW_CASES} worked out" in ran.text
    assert str(out / "index.html") in ran.text
    lines = ran.err.splitlines()
    assert len(lines) == FEW_CASES
    assert re.fullmatch(rf"\[1/{FEW_CASES}, \d+ s\] west · 园区P1 · 200 m: done", lines[0])
    again = run("run", few, "--out", out, "--json")
    found = json.loads(again.text)
    assert all(row["reused"] for row in found["cases"])
    assert found["faults"] == []
    replace_text(few.parent / "west" / "scenarios" / "denser.yaml", 'line: "101"', "line: 1O1")
    failed = run("run", few, "--out", out)
    assert failed.code == 3
    assert "2 could not be worked out" in failed.text
    assert "4 kept from an earlier run" in failed.text
    assert "no line is named '1O1'" in failed.err


def test_a_scenario_made_for_another_network_is_warned_of(few, tmp_path):
    """If this fails, figures of a scenario that meant other lines look like any others."""
    path = few.parent / "west" / "scenarios" / "denser.yaml"
    stamp = "network: {fingerprint: 0123456789abcdef, name: old town}\nchanges:"
    replace_text(path, "changes:", stamp)
    for _ in ("worked out", "kept"):
        ran = run("run", few, "--out", tmp_path / "out")
        assert ran.code == 0
        assert ran.err.count("transit: warning: denser: it was made for old town") == 1
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert page.count("it was made for old town") == 2


def test_the_command_interrupted_ends_as_shells_expect(few, tmp_path, monkeypatch):
    """If this fails, Ctrl-C ends in a traceback, or as if all had been done."""

    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("transit.study.run.run", stopped)
    ran = run("run", few, "--out", tmp_path / "out")
    assert ran.code == 130
    assert "run it again to go on" in ran.err
    assert "Traceback" not in ran.err


def test_without_out_results_lie_in_a_folder_of_their_name(few, tmp_path, monkeypatch):
    """If this fails, results land among other files, or outside the folder for a hostile name."""
    replace_text(few, "two towns", '"../../CON: <b>"')
    monkeypatch.chdir(tmp_path)
    assert run("run", few).code == 0
    (made,) = (tmp_path / "results").iterdir()
    assert made.name == "______CON___b_"
    assert {path.name for path in tmp_path.iterdir()} == {"towns", "results"}


def test_the_bundled_study_can_be_read():
    """If this fails, the README's example does not run (``os.sep`` ends the area's folder)."""
    study = transit.read_study(transit.bundled_area() / "study.yaml")
    (area,) = study.areas
    assert Path(area) == transit.bundled_area().resolve()
    assert not area.endswith(os.sep)
    assert set(study.outputs) == {"tables", "maps"}
