"""``transit notice``: what it prints, what it writes, and what it refuses."""

from __future__ import annotations

import csv
import re

import pytest
import yaml
from bundle import FOLDER, run

PLACES = """stop_id,stop_name,stop_lon,stop_lat,district,indicative,year,source
A,银星科技园公交首末站,114.041788,22.724334,龙华区,true,2020,assumed in a test
B,电子科大深圳高研院,114.041667,22.728500,龙华区,true,2020,assumed in a test
"""


def test_a_scenario_is_printed_as_a_notice():
    """If this fails, a planner cannot have the notice of a scenario."""
    ran = run("notice", "m450_2020")
    assert ran.code == 0
    assert "起点站由观澜银星工业园调整为银星科技园公交首末站（示意）" in ran.text
    assert "1对停靠站" in ran.text


@pytest.mark.parametrize("ending", [".html", ".csv", ".txt", ".tsv", ".md"])
def test_each_form_is_written(ending, tmp_path):
    """If this fails, what is written cannot be opened or pasted."""
    out = tmp_path / f"notice{ending}"
    ran = run("notice", "b919_2021", "--out", out)
    assert ran.code == 0
    text = out.read_text(encoding="utf-8-sig")
    assert "B919线" in text
    assert "大布巷社区" in text
    if ending == ".csv":
        rows = list(csv.DictReader(text.splitlines()))
        assert [row["线路"] for row in rows] == ["B919线"]
        for side in ("前", "后"):
            assert re.fullmatch(r"\d+\.\d", rows[0][f"里程（调整{side}，公里）"])


def test_a_name_is_no_html_in_markdown(tmp_path):
    """If this fails, a stop's name runs as a script where the Markdown is shown."""
    file, out = tmp_path / "named.yaml", tmp_path / "notice.md"
    file.write_text(
        "scenario: named\nchanges:\n- verb: rename_stop\n  stop: 银星工业园\n"
        "  stop_name: <img src=x>\n",
        encoding="utf-8",
    )
    assert run("notice", file, "--out", out).code == 0
    assert "“\\<img src=x\\>”" in out.read_text(encoding="utf-8")


def test_a_scenario_of_streets_alone_says_so(tmp_path):
    """If this fails, a notice with a title only looks like a program that failed."""
    out = tmp_path / "n.txt"
    ran = run("notice", "microcirculation", "--out", out)
    assert ran.code == 0
    assert "注：本方案不调整任何公交线路。" in ran.text
    assert "道路的变化不属于公交线路公告的内容。" in ran.text
    assert run("notice", "--read", out).code == 0  # the two notes are no sentences to be read
    more = "  - {verb: change_headway, line: M450, headway_secs: 600}\n"
    file = FOLDER / "scenarios" / "microcirculation.yaml"
    out.with_suffix(".yaml").write_text(file.read_text("utf-8") + more, encoding="utf-8")
    both = run("notice", out.with_suffix(".yaml")).text
    assert "发车间隔" in both
    assert "道路的变化" in both
    assert "本方案不调整" not in both
    assert "道路的变化" not in run("notice", "m450_2020").text


def test_nothing_is_written_into_the_bundled_area():
    """If this fails, an answer takes the place of a table that comes with the package."""
    ran = run("notice", "both", "--out", FOLDER / "notice.csv")
    assert ran.code == 2
    assert "choose a folder outside it" in ran.err


def test_a_notice_is_read_into_a_scenario(tmp_path):
    """If this fails, a notice cannot be tried on the area, or its faults are not told."""
    text = (
        "M450线一端总站由观澜银星工业园调整为银星科技园公交首末站，双方向增加“电子科大深圳高研院”1对公交停靠站。\n"
        "M450线车身广告更换。\n"
    )
    notice, places = tmp_path / "gonggao.txt", tmp_path / "places.csv"
    notice.write_text(text, encoding="gb18030")  # as a Chinese Windows saves it
    places.write_text(PLACES, encoding="utf-8")
    out = tmp_path / "read.yaml"
    ran = run("notice", "--read", notice, "--places", places, "--out", out)
    assert ran.code == 4  # one sentence is no phrase, and one place had to be proposed
    assert "M450线车身广告更换：not understood" in ran.err
    assert "position proposed" in ran.err
    written = yaml.safe_load(out.read_text(encoding="utf-8"))
    assert [change["verb"] for change in written["changes"]] == [
        "new_stop", "new_stop", "move_origin",
    ]  # fmt: skip
    again = run("compare", out)
    assert again.code == 0


def read_back(folder, *more):
    """The notice of M450 of 2020, read back; its two new stops are not on the network."""
    text, out = folder / "n.txt", folder / "b.yaml"
    assert run("notice", "m450_2020", "--out", text).code == 0
    return run("notice", "--read", text, "--out", out, *more), out.read_text(encoding="utf-8")


def test_a_list_with_an_unplaced_stop_changes_no_course(tmp_path):
    """If this fails, M450 loses 观澜银星工业园 because the stop that takes its place is unknown.

    Both lists hold the two new stops, and the terminal and the pair are told by themselves: four
    sentences need a position, and nothing can be changed.
    """
    ran, text = read_back(tmp_path)
    assert ran.code == 4
    assert yaml.safe_load(text)["changes"] == []
    remarks = [line for line in text.splitlines() if line.startswith("#")]
    assert len(remarks) == 1 + 4  # a head, then one a sentence
    assert all("needs a position" in line and "--places" in line for line in remarks[1:])
    assert "the stop list of direction 1 was not taken" in remarks[2]
    assert ran.text.index("Written:") < ran.text.index("Read in part; remarks")
    assert run("scenario", "check", tmp_path / "b.yaml").code == 0
    assert "4 some was not" in " ".join(run("notice", "--help").text.replace("│", " ").split())


@pytest.mark.parametrize("table", [True, False])
def test_with_places_the_notice_is_read_whole(table, tmp_path):
    """If this fails, a complete reading cannot be told from one in part by its exit code.

    Places are those of a table, or the new stops of a scenario.
    """
    places = tmp_path / "places.csv"
    places.write_text(PLACES, encoding="utf-8")
    ran, text = read_back(tmp_path, "--places", places if table else "m450_2020")
    assert ran.code == 0
    assert "#" not in text
    verbs = [change["verb"] for change in yaml.safe_load(text)["changes"]]
    assert verbs[:3] == ["new_stop", "new_stop", "move_origin"]
    assert "Read in part" not in ran.text + ran.err


def test_refusals(tmp_path):
    """If this fails, a slip in the command ends in a traceback or in a wrong file."""
    assert run("notice").code == 2
    assert run("notice", "m450_2020", "--read", "x.txt").code == 2
    odd = run("notice", "m450_2020", "--out", tmp_path / "x.docx")
    assert odd.code == 2
    assert ".html" in odd.err
    assert run("notice", "--read", tmp_path / "none.txt").code == 3
    text, places = tmp_path / "n.txt", tmp_path / "p.csv"
    text.write_text("M450线停运。", encoding="utf-8")
    places.write_text(PLACES.replace("银星科技园公交首末站", " "), encoding="utf-8")
    assert run("notice", "--read", text, "--places", places).code == 3
    assert run("notice", "--read", text, "--places", "nobody").code == 2
