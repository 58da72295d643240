"""``--help`` in Chinese: every command and option, none left over, as wide as the terminal."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import yaml
from bundle import run
from rich.cells import cell_len
from typer.main import get_command

from transit.cli import app
from transit.cli.folding import folded
from transit.cli.helping import lang_in
from transit.terms.help import FILE, help_said, plain

ENGLISH = re.compile("[a-z]{3,} [a-z]{2,} [a-z]+", re.IGNORECASE)
"""Three words in a row: what no name of a file, format or option is."""


def commands(command=None, path=()):
    """Every command with its path, the whole program first."""
    command = get_command(app) if command is None else command
    yield path, command
    for name, one in getattr(command, "commands", {}).items():
        yield from commands(one, (*path, name))


def told() -> list[str]:
    """Every text that English help shows."""
    texts = []
    for _, command in commands():
        texts += [command.help]
        texts += [one.help for one in command.params if not getattr(one, "hidden", False)]
    return [plain(text) for text in [*texts, "Show this message and exit."]]


PATHS = [path for path, _ in commands()]


def test_every_command_and_option_has_its_chinese_and_none_is_left_over():
    """If this fails, Chinese help breaks off into English, or translators mend what none reads."""
    topics = yaml.load(FILE.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    known = Counter(entry["en"] for topic, entries in topics.items() if topic != "help_page"
                    for entry in entries.values())  # fmt: skip
    assert set(told()) - set(known) == set()
    assert set(known) - set(told()) == set()
    assert [text for text, count in known.items() if count > 1] == []


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_of_every_command_is_chinese(path):
    """If this fails, a planner reads the help of a command half in English."""
    ran = run(*path, "--help", "--lang", "zh")
    assert ran.code == 0
    usage, *lines = ran.text.strip().splitlines()
    assert usage.startswith(" ".join(["用法：transit", *path, "[选项]"]))
    assert ENGLISH.findall(" ".join(lines)) == []
    command = dict(commands())[path]
    for one in command.params:
        if one.param_type_name == "option" and not one.hidden:
            assert f"│ {one.opts[0]}" in ran.text
    for name in getattr(command, "commands", ()):
        assert f"│ {name} " in ran.text


def test_help_says_what_is_needed_and_what_is_taken_without_an_option():
    """If this fails, a reader of Chinese help cannot tell what must be given."""
    text = "".join(run("attribute", "--help", "--lang", "zh").text.split())
    assert "必填。园区指标写作MEASURE" in text
    assert "限距，单位为米。默认500。" in text
    assert "transitattribute[选项]scenario" in text
    assert "transitreport[选项][scenarios...]" in "".join(
        run("report", "--help", "--lang", "zh").text.split()
    )


@pytest.mark.parametrize("arguments", [
    ("--help", "--lang", "zh"), ("--lang", "zh", "--help"), ("--lang=zh", "--help"),
    ("brief", "--lang", "zh", "--help"), ("--lang", "zh", "brief", "--help"),
    ("scenario", "--lang", "zh", "--help"), ("--lang", "zh", "scenario", "show", "--help"),
])  # fmt: skip
def test_the_language_counts_wherever_it_stands(arguments):
    """If this fails, --lang is overheard because --help stands before it."""
    assert run(*arguments).text.strip().startswith("用法：")


def test_help_follows_the_environment_and_the_system_as_all_that_is_printed(monkeypatch):
    """If this fails, help is the one text that does not follow TRANSIT_LANG and the locale."""
    assert "Usage: transit" in run("--help").text
    monkeypatch.setenv("TRANSIT_LANG", "zh-CN")
    assert run("--help").text.strip().startswith("用法：transit")
    assert "Usage: transit brief" in run("brief", "--help", "--lang", "en").text
    monkeypatch.delenv("TRANSIT_LANG")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run().text.strip().startswith("用法：transit")


def test_a_language_before_the_command_is_that_of_the_command():
    """If this fails, transit --lang zh brief answers in English without a word."""
    assert "500 m 以内的公共交通" in run("--lang", "zh", "brief").text
    assert "2. 迁移首末站" in run("--lang", "zh", "scenario", "show", "b919_2021").text
    assert "Lines that start there" in run("--lang", "zh", "brief", "--lang", "en").text


def test_help_in_a_language_without_texts_is_refused():
    """If this fails, a slip in --lang shows English help without a word."""
    for arguments in [("--help", "--lang", "fr"), ("brief", "--help", "--lang", "fr")]:
        ran = run(*arguments)
        assert ran.code == 2
        assert "use zh-CN or en" in ran.err


def test_chinese_help_on_a_gbk_console():
    """If this fails, the Windows consoles of bureaus show question marks for help."""
    text = run("import", "--help", "--lang", "zh", console="gbk").out.decode("gbk")
    assert "?" not in text
    assert "园区出入口。" in text


def test_faults_stay_english_behind_a_line_in_chinese():
    """If this fails, a planner does not see that it is a fault, how many, and where the mend is."""
    ran = run("brief", "--park", "nowhere", "--lang", "zh")
    assert ran.code == 2
    first, second = ran.err.splitlines()
    assert first == "transit：1 处错误，说明为英文，箭头（→）之后为改正办法。"
    assert second.startswith("transit: park: no park is named 'nowhere' → ")
    assert run("import", "t.csv", "--lang", "zh").err.startswith("transit：3 处错误")
    assert run("brief", "--park", "nowhere").err.startswith("transit: park")
    assert run("brief", "--park", "nowhere", "--lang", "fr").err.startswith("transit: --lang fr")


def test_wrong_use_is_told_with_the_way_to_chinese_help():
    """If this fails, a mistyped option leaves a planner with a frame of English."""
    ran = run("scenario", "show", "--aera", "x", "--lang", "zh")
    assert ran.code == 2
    assert "用法请看 transit scenario show --help --lang zh。" in ran.err.splitlines()[0]
    assert "No such option" in ran.err
    assert "用法请看" not in run("scenario", "--lang", "en").err
    assert run("scenario", "show", "--aera", "x").err.startswith("Usage:")


def test_the_last_language_given_counts_as_for_every_option():
    """If this fails, help and answer of one command line are in two languages."""
    assert lang_in([]) is None
    assert lang_in(["--lang"]) is None
    assert lang_in(["x", "--lang", "zh", "--lang=en"]) == "en"


@pytest.mark.parametrize("width", [8, 20, 41, 80])
def test_lines_are_full_and_none_begins_with_a_closing_mark(width):
    """If this fails, Chinese help is ragged, too wide, or has a comma at the head of a line."""
    text = help_said(dict(commands())["notice",].help, "zh-CN").split("\n\n")[1]
    lines = list(folded(text, width))
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width or len(line.split()) == 1 for line in lines)
    assert not any(line[0] in "，。；：）、" for line in lines)
    if width >= 41:  # a word, a mark and its line are never more than twelve cells
        assert all(cell_len(line) > width - 12 for line in lines[:-1])
