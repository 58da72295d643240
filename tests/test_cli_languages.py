"""--lang, TRANSIT_LANG and the system's locale: what is printed, drawn and written in which."""

from __future__ import annotations

import csv
import json
import re

import pytest
from bundle import run

from transit.cli.languages import plain_letters, printed_in

LISTED = "银星科技园"


def titles(path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


def test_lang_speaks_the_language_asked_for():
    """If this fails, --lang changes nothing, or half of the answer."""
    assert "Lines that start there: " in run("brief").text
    chinese = run("brief", "--lang", "zh-CN").text
    assert f"{LISTED}：500 m 以内的公共交通" in chinese
    assert "在此始发的线路：B919、M450、旅游9线" in chinese
    assert "Lines" not in chinese


@pytest.mark.parametrize("lang", ["zh", "zh_CN.UTF-8", "zh-Hans", "ZH-cn", "zh-TW"])
def test_languages_are_known_by_the_names_that_systems_give_them(lang):
    """If this fails, a locale's own name is refused as a language."""
    assert printed_in(lang) == "zh-CN"


@pytest.mark.parametrize("arguments", [
    ("brief",), ("compare", "b919_2021"), ("map",), ("demo",), ("quality",),
    ("attribute", "b919_2021", "--measure", "share_walk"), ("suggest",), ("export", "--out", "x"),
    ("scenario", "show", "b919_2021"), ("scenario", "check", "b919_2021"), ("notice", "b919_2021"),
    ("scenario", "apply", "b919_2021", "--out", "x"), ("scenario", "diff", "b919_2021", "both"),
    ("scenario", "schema", "--out", "x"), ("report", "--out", "x"),
])  # fmt: skip
def test_a_language_without_texts_is_refused_before_anything_is_done(arguments, tmp_path,
                                                                     monkeypatch):  # fmt: skip
    """If this fails, a slip in --lang costs the run, or falls back in silence."""
    monkeypatch.chdir(tmp_path)
    ran = run(*arguments, "--lang", "fr")
    assert ran.code == 2
    assert "--lang fr: there are no texts in this language → use zh-CN or en" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_the_environment_sets_what_is_printed_and_not_what_scripts_read(tmp_path, monkeypatch):
    """If this fails, a planner's setting breaks the scripts that read the tables."""
    monkeypatch.setenv("TRANSIT_LANG", "zh-CN")
    ran = run("brief", "--out", tmp_path)
    assert "在此始发的线路" in ran.text
    assert "已写入：" in ran.text
    assert titles(tmp_path / "stops.csv")[:3] == ["park_id", "stop_id", "stop_name"]
    assert "Lines that start there" in run("brief", "--lang", "en").text


def test_tables_get_titles_with_units_where_a_language_is_given(tmp_path):
    """If this fails, a planner opens a sheet of machine names although the language was given."""
    run("compare", "b919_2021", "--lang", "zh", "--out", tmp_path)
    assert titles(tmp_path / "ledger.csv")[:5] == ["方案", "得失", "对象类别", "对象编号", "对象"]
    verdict = (tmp_path / "verdict.csv").read_text("utf-8-sig")
    assert "受益：" in verdict
    run("brief", "--lang", "en", "--out", tmp_path / "en")
    assert "walk (m)" in titles(tmp_path / "en" / "stops.csv")


def test_json_is_for_programs_in_every_language():
    """If this fails, --lang breaks the scripts that read --json."""
    english, chinese = (run("brief", "--json", "--lang", one) for one in ("en", "zh"))
    assert english.out == chinese.out
    assert "walk_m" in json.loads(chinese.out)["stops"][0]


@pytest.mark.parametrize("variable", ["LC_ALL", "LC_MESSAGES", "LANG"])
def test_a_chinese_system_is_spoken_to_in_chinese(variable, monkeypatch):
    """If this fails, a bureau's computer answers in English until somebody reads the manual."""
    monkeypatch.delenv("LC_ALL")
    for name in ("LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert printed_in(None) == "en"
    monkeypatch.setenv(variable, "zh_CN.GBK")
    assert printed_in(None) == "zh-CN"
    assert printed_in("en") == "en"


def test_pages_are_chinese_unless_asked_otherwise(tmp_path):
    """If this fails, --lang leaves the pages as they were, or pages follow the terminal."""
    run("map", "--out", tmp_path / "usual")
    run("map", "--out", tmp_path / "english", "--lang", "en")
    usual, english = (tmp_path / one / "study.html" for one in ("usual", "english"))
    assert '<html lang="zh-CN"' in usual.read_text("utf-8")
    assert '<html lang="en"' in english.read_text("utf-8")


def test_quality_in_chinese_with_the_old_option_still_known(tmp_path):
    """If this fails, the report on the data stays English, or old calls of it fail."""
    page = tmp_path / "quality.html"
    text = run("quality", "--lang", "zh", "--language", "en", "--html", page).text
    assert "疑点：同名异地：" in text
    assert '<html lang="en">' in page.read_text("utf-8")


def test_changes_and_shares_in_chinese():
    """If this fails, a scenario is read out in field names."""
    shown = run("scenario", "show", "b919_2021", "--lang", "zh").text
    assert (
        "2. 迁移首末站：线路 B919；起站 观澜爱心家园；迄站 银星科技园公交首末站（N0001）" in shown
    )
    shared = run("attribute", "b919_2021", "--measure", "lines_within_walk", "--lang", "zh").text
    assert "限距内线路数（步行）*：距最近出入口（步行）不超过限距的停靠的线路" in shared
    differ = run("scenario", "diff", "b919_2021", "both", "--lang", "zh").text
    assert "仅 b919_2021：没有调整" in differ


def test_a_search_for_shares_speaks_of_per_cent():
    """If this fails, a planner reads 0.434267 share of outline for 43.43 % of the park."""
    # By hand from the brief: 23.6 of 54.4 ha are 43.4 %.
    asked = ("suggest", "--line", "M450", "--verb", "move_origin", "--measure", "share_walk",
             "--rank", "m450_2020", "--best", "2")  # fmt: skip
    text = "".join(run(*asked, "--lang", "zh").text.split())
    assert "现状43.43%（占园区面积）。限距500m。预算：不限。" in text
    assert "增益+0.1136个百分点；" in text
    assert "today 43.43 % (share of outline). Limit 500 m." in run(*asked).text


def test_tables_and_rules_of_findings_have_chinese_names():
    """If this fails, a planner reads frequencies and facts_indicative among Chinese words."""
    text = run("quality", "m450_2020", "--lang", "zh").text
    assert re.search(r"frequencies +发车间隔表 ", text)
    new = text.partition("方案带来的新问题")[2].partition("疑点：")[0]
    assert "同地异名" in new
    assert "stop_two_names" not in new


@pytest.mark.parametrize("arguments", [("brief",), ("compare", "m450_2020"), ("quality",)])
def test_chinese_on_a_gbk_console(arguments):
    """If this fails, a Chinese Windows console shows a traceback, or loses the minus of a loss."""
    ran = run(*arguments, "--lang", "zh", console="gbk")
    assert ran.code == 0
    text = ran.out.decode("gbk")
    assert "?" not in text
    if arguments[0] == "compare":
        assert "-4.0 班/小时*，标注点限距内）" in text


def test_letters_that_a_console_lacks_are_read_alike():
    """If this fails, −4 is printed as ?4."""
    error = UnicodeEncodeError("gbk", "a−²界x", 1, 4, "no such letters")
    assert plain_letters(error) == ("-2?", 4)
