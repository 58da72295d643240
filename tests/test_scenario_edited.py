"""Scenario files written over: comments, order and layout of what was not touched stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.errors import DataError
from transit.scenario.files import read_scenario, write_scenario
from transit.scenario.lines import ExtendLine
from transit.scenario.scenario import Scenario
from transit.scenario.stamp import Stamp
from transit.scenario.stops import NewStop, RemoveStop

TEXT = """\
# Written by hand, 2021.
scenario: m450   # the line's name
source: 'letter'
title: >-
  folded text
  over two lines

changes:   # in this order
  # the new stop
  - verb: new_stop
    stop_name: 甲
    stop_id: N1
    lon: 114.041788   # measured on site
    lat: 22.724334
    datum: WGS-84
    indicative: true
    year: 2020

  # in one line
  - {verb: remove_stop, stop: A}
  # led there
  - verb: extend_line
    line: M450
    end: end
    stops: [N1]   # one only
# the end
"""
STAMP = Stamp(fingerprint="0123456789abcdef", name="城", year=2020, streets="0" * 16)


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "m450.yaml"
    path.write_bytes(TEXT.encode())
    return path


def lines_gone_and_come(text: str) -> tuple[list[str], list[str]]:
    old, new = TEXT.splitlines(), text.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_reading_and_writing_back_changes_no_byte(file):
    """If this fails, a scenario loses its comments when a program has had it in its hands."""
    assert write_scenario(read_scenario(file), over=file) == TEXT
    windows = TEXT.replace("\n", "\r\n")
    file.write_bytes(windows.encode())
    assert write_scenario(read_scenario(file), over=file) == windows


def test_undo_takes_out_the_last_change_alone(file):
    """If this fails, undo also loses a comment, or leaves half a change."""
    text = write_scenario(read_scenario(file).without_last(), over=file)
    end = TEXT.index("  # led there")
    assert text == TEXT[:end] + "# the end\n"


def test_a_change_more_stands_at_the_end(file):
    """If this fails, a change added by a program garbles what a person wrote."""
    scenario = read_scenario(file)
    more = replace(scenario, changes=(*scenario.changes, RemoveStop(stop="23:10")))
    expected = TEXT.replace("# the end\n", "  - verb: remove_stop\n    stop: '23:10'\n# the end\n")
    assert write_scenario(more, over=file) == expected


def test_provenance_is_set_where_it_belongs(file):
    """If this fails, a status or stamp is written into the wrong place, or over a comment."""
    scenario = replace(read_scenario(file), status="decided", author="规划处", network=STAMP)
    gone, come = lines_gone_and_come(write_scenario(scenario, over=file))
    assert gone == []
    assert come == [
        "author: 规划处", "status: decided", "network:", "  fingerprint: 0123456789abcdef",
        "  name: 城", "  year: 2020", "  streets: '0000000000000000'",
    ]  # fmt: skip


def test_one_value_altered_alters_one_line(file):
    """If this fails, correcting a position rewrites the change and drops its comments."""
    scenario = read_scenario(file)
    first = NewStop(**scenario.changes[0].model_dump() | {"lat": 22.73, "district": "龙华"})
    altered = replace(scenario, changes=(first, *scenario.changes[1:]), title="")
    gone, come = lines_gone_and_come(write_scenario(altered, over=file))
    assert gone == ["title: >-", "  folded text", "  over two lines", "    lat: 22.724334"]
    assert sorted(come) == ["    district: 龙华", "    lat: 22.73"]


def test_all_changes_out_and_in_again(file):
    """If this fails, an emptied scenario cannot be filled again."""
    scenario = read_scenario(file)
    file.write_text(write_scenario(replace(scenario, changes=()), over=file), encoding="utf-8")
    assert read_scenario(file).changes == ()
    assert file.read_text(encoding="utf-8").startswith(TEXT[: TEXT.index("changes:")])
    again = write_scenario(scenario, over=file)
    file.write_text(again, encoding="utf-8")
    assert read_scenario(file) == scenario


def test_a_base_stays_a_base(file):
    """If this fails, undo writes the changes of the base into the scenario that stands on it."""
    own = (
        "scenario: more\nbase: m450  # done first\nsource: own\n"
        "changes:\n- {verb: remove_stop, stop: B}\n"
    )
    path = file.with_name("more.yaml")
    path.write_text(own, encoding="utf-8")
    scenario = read_scenario(path)
    assert write_scenario(scenario, over=path) == own
    undone = write_scenario(scenario.without_last(), over=path)
    assert undone == own[: own.index("changes:")] + "changes: []\n"
    with pytest.raises(DataError, match="does not begin with the 3 changes of its base"):
        write_scenario(replace(scenario, changes=scenario.changes[1:]), over=path)


@pytest.mark.parametrize(
    "text",
    [
        "{scenario: m450, changes: [{verb: remove_stop, stop: A}]}",
        "? scenario\n: m450\n? changes\n:\n- verb: remove_stop\n  stop: A\n",
        "changes:\n-\n  verb: remove_stop\n  stop: >\n    A\nscenario: m450",
        '"scenario": "m450"\n"changes": [\n  {"verb": "remove_stop", "stop": "A"},  # json\n]\n',
    ],
)
@pytest.mark.parametrize("status", ["", "withdrawn"])
def test_any_layout_is_written_rightly(tmp_path, text, status):
    """If this fails, a file in an unusual layout comes out broken."""
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    scenario = read_scenario(path)
    for changes in ((), scenario.changes * 2, (RemoveStop(stop="B"),)):
        wanted = replace(scenario, changes=changes, status=status)
        out = tmp_path / "out.yaml"
        out.write_text(write_scenario(wanted, over=path), encoding="utf-8")
        assert read_scenario(out) == wanted


others = st.sampled_from(
    [
        RemoveStop(stop="B", note="a: b # c"),
        RemoveStop(stop="A"),
        ExtendLine(line="- x", end="start", stops=("1", "~")),
        ExtendLine(line="M450", end="end", stops=("N1", "N2"), source="two\nlines"),
    ]
)
texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"], exclude_characters="\ufeff"),
    max_size=12,
).map(str.strip)


@given(data=st.data(), title=texts, status=st.sampled_from(["", "proposed", "carried out"]))
def test_whatever_is_written_over_reads_back_as_it_is(tmp_path_factory, data, title, status):
    """If this fails, a program that edits a scenario file says something else than it was told."""
    path = tmp_path_factory.mktemp("edit") / "m450.yaml"
    path.write_bytes(TEXT.encode())
    old = read_scenario(path)
    changes = data.draw(st.lists(others | st.sampled_from(old.changes), max_size=6))
    wanted = replace(old, changes=tuple(changes), title=title, status=status)
    text = write_scenario(wanted, over=path)
    path.write_bytes(text.encode())
    assert read_scenario(path) == wanted
    assert text.startswith("# Written by hand, 2021.\nscenario: m450   # the line's name\n")


def test_every_provenance_is_written_and_read(tmp_path):
    """If this fails, who proposed a scenario, and when, is lost on the way through a program."""
    scenario = Scenario(
        "a", (RemoveStop(stop="A", source="letter"),), "t", "s", "w", "2021-08", "decided", STAMP
    )
    path = tmp_path / "a.yaml"
    path.write_text(write_scenario(scenario), encoding="utf-8")
    assert read_scenario(path) == scenario
    assert read_scenario(path) != replace(scenario, date="2021")
