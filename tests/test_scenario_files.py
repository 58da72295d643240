"""Scenario files: what they may say, and every fault at its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.errors import DataError
from transit.scenario.files import read_scenario, write_scenario
from transit.scenario.headway import ChangeHeadway
from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute
from transit.scenario.scenario import Scenario
from transit.scenario.stops import NewStop, RemoveStop

HEAD = "scenario: test\nchanges:\n"


@pytest.fixture
def file(tmp_path):
    """A function that writes a scenario file and gives its path."""

    def write(text: str | bytes, name: str = "s.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def faults(path: Path) -> list[str]:
    """Problems of a file, without the path of its folder."""
    with pytest.raises(DataError) as caught:
        read_scenario(path)
    return [str(problem).replace(str(path), path.name) for problem in caught.value.problems]


def test_a_whole_file(file):
    """If this fails, the scenario files of the handbook cannot be read."""
    scenario = read_scenario(
        file(
            "scenario: m450_2020\ntitle: 新站\nsource: 'letter, 2021'\nchanges:\n"
            "  - verb: new_stop\n    stop_id: N\n    stop_name: 高研院\n    lon: 114.04\n"
            "    lat: 22.73\n    datum: GCJ-02\n    indicative: true\n    year: 2020\n"
            "    note: from the letter\n"
            "  - {verb: extend_line, line: M450, end: start, stops: [N], direction_id: 0}\n"
            "  - verb: change_headway\n    line: M450\n    headway_secs: 600\n"
            "    start_time: 07:00\n    end_time: 23:10\n"
        )
    )
    assert scenario == Scenario(
        "m450_2020",
        (
            NewStop(stop_id="N", stop_name="高研院", lon=114.04, lat=22.73, datum="GCJ-02",
                    indicative=True, year=2020, note="from the letter"),
            ExtendLine(line="M450", end="start", stops=("N",), direction_id=0),
            ChangeHeadway(line="M450", headway_secs=600, start_time="07:00", end_time="23:10"),
        ),
        "新站",
        "letter, 2021",
    )  # fmt: skip


def test_plain_values_mean_what_they_say(file):
    """If this fails, 23:10 is 1390 seconds, line 007 is line 7 and stop NO is False."""
    scenario = read_scenario(
        file(
            "scenario: 007\ntitle: NO\nchanges:\n"
            "- {verb: change_headway, line: 007, headway_secs: 600, end_time: 23:10}\n"
            "- {verb: remove_stop, stop: NO, line: 1e3}\n"
            "- {verb: remove_stop, stop: 2020-01-01, note: ~}\n"
        )
    )
    assert (scenario.name, scenario.title) == ("007", "NO")
    first, second, third = scenario.changes
    assert (first.line, first.end_time) == ("007", "23:10")
    assert (second.stop, second.line) == ("NO", "1e3")
    assert third.stop == "2020-01-01"


def test_file_from_a_windows_editor(file):
    """If this fails, a file saved by Notepad cannot be read."""
    text = HEAD.replace("\n", "\r\n") + "- verb: remove_stop\r\n  stop: 银星\r\n"
    scenario = read_scenario(file(b"\xef\xbb\xbf" + text.encode()))
    assert scenario.changes == (RemoveStop(stop="银星"),)


@pytest.mark.parametrize("text", ["scenario: a\nchanges: []\n", "changes: []\nscenario: a\n"])
def test_no_changes(file, text):
    """If this fails, the base itself cannot be written as a scenario."""
    assert read_scenario(file(text)) == Scenario("a")


EVERY = (
    NewStop(stop_id="007", stop_name="NO", lon=114.04, lat=1e-7, datum="BD-09", indicative=False,
            year=2021, district="龙华", note="a: b # c", source="'x'"),
    RemoveStop(stop="~", line="23:10"),
    ExtendLine(line="M450", end="end", stops=("a", "- b", "null")),
    MoveOrigin(line="x", from_stop="[y]", to_stop="{z}", via=("&a", "*b")),
    Reroute(line="x", from_stop="!y", to_stop="%z", from_call=2, to_call=3, direction_id=1),
    ChangeHeadway(line="环", headway_secs=90, start_time="07:00", end_time="25:30"),
)  # fmt: skip


def test_round_trip_of_every_change(file):
    """If this fails, saving a scenario and reading it back makes another one."""
    scenario = Scenario("all", EVERY, "标题\nin two lines", "letter: 'quoted'")
    text = write_scenario(scenario)
    assert read_scenario(file(text)) == scenario
    assert write_scenario(read_scenario(file(text))) == text


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=20
)


def test_control_characters_are_not_written():
    """If this fails, a saved scenario holds what acts on the terminal, or cannot be read back."""
    for scenario in (
        Scenario("s", title="t\x1b[2J"),
        Scenario("s", (RemoveStop(stop="A", note="a\x07b"),)),
    ):
        with pytest.raises(DataError, match="control character"):
            write_scenario(scenario)


@given(TEXT.map(str.strip), TEXT.map(str.strip).filter(bool), TEXT.map(str.strip))
def test_round_trip_of_any_text(tmp_path_factory, title, name, note):
    """If this fails, some character in a title or name changes or breaks a saved scenario."""
    scenario = Scenario("s", (RemoveStop(stop=name, note=note),), title)
    path = tmp_path_factory.mktemp("any") / "s.yaml"
    path.write_text(write_scenario(scenario), encoding="utf-8", newline="\n")
    assert read_scenario(path) == scenario


# ---- bases ----------------------------------------------------------------------------------


def test_base_comes_first(file):
    """If this fails, a scenario built on another one loses it, or runs before it."""
    file("scenario: a\nsource: letter\nchanges:\n- {verb: remove_stop, stop: A}\n", "a.yaml")
    file("scenario: b\nbase: a\nchanges:\n- {verb: remove_stop, stop: B}\n", "b.yaml")
    third = file("scenario: c\nbase: b\nsource: own\nchanges:\n- {verb: remove_stop, stop: C}\n",
                 "c.yaml")  # fmt: skip
    found = read_scenario(third)
    assert [change.stop for change in found.changes] == ["A", "B", "C"]
    assert found.name == "c"
    # Credit is kept: the base's source is named beside the scenario's own.
    assert "own" in found.source
    assert "letter" in found.source


def test_missing_base_names_the_nearest(file):
    """If this fails, a misspelt base is a riddle."""
    file("scenario: a\nchanges: []\n", "m450_2020.yaml")
    path = file("scenario: b\nbase: m450_2021\nchanges: []\n", "b.yaml")
    (fault,) = faults(path)
    assert fault.startswith("b.yaml line 2 base: no scenario of its folder is named 'm450_2021'")
    assert "did you mean m450_2020?" in fault


def test_base_in_a_circle(file):
    """If this fails, two files that name each other hang the program."""
    file("scenario: a\nbase: b\nchanges: []\n", "a.yaml")
    path = file("scenario: b\nbase: a\nchanges: []\n", "b.yaml")
    assert "is its own base" in faults(path)[0]
    own = file("scenario: c\nbase: c\nchanges: []\n", "c.yaml")
    assert "is its own base" in faults(own)[0]


@pytest.mark.parametrize("base", ["../other", "/etc/passwd", "a/b", "..", ".", "'..\\other'",
                                  "'C:\\x'"])  # fmt: skip
def test_base_stays_in_its_folder(file, base):
    """If this fails, a scenario from somebody else reads files it has no business with."""
    (fault,) = faults(file(f"scenario: b\nbase: {base}\nchanges: []\n"))
    assert "is not a plain name" in fault


def test_fault_in_the_base_names_the_base(file):
    """If this fails, a fault is looked for in the wrong file."""
    bad = file("scenario: a\nchanges:\n- {verb: removes_stop, stop: A}\n", "a.yaml")
    with pytest.raises(DataError) as caught:
        read_scenario(file("scenario: b\nbase: a\nchanges: []\n", "b.yaml"))
    assert caught.value.problems[0].where == f"{bad} line 3"


# ---- faults ---------------------------------------------------------------------------------


def test_file_that_is_not_there(tmp_path):
    """If this fails, a wrong path ends in a traceback."""
    (tmp_path / "b919.yaml").write_text("")
    assert "does not exist" in faults(tmp_path / "b918.yaml")[0]
    assert "did you mean b919?" in faults(tmp_path / "b918.yaml")[0]
    assert "does not exist" in faults(tmp_path / "no" / "b.yaml")[0]
    assert "is a folder" in faults(tmp_path)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"\xff\xfes\x00", "s.yaml: is not UTF-8 text but UTF-16"),
        ("高研院".encode("gb18030"), "s.yaml: is not UTF-8 text but reads as GBK"),
        ("", "s.yaml: is empty"),
        ("# only a comment\n", "s.yaml: is empty"),
        ("- a\n- b\n", "s.yaml: is not a mapping"),
        ("just text\n", "s.yaml: is not a mapping"),
        ("scenario: a\nchanges:\n\t- x\n", "s.yaml line 3: a tab stands"),
        ("scenario: a\nchanges: [\n", "s.yaml line 3: "),
        ("scenario: 'a\nchanges: []\n", "s.yaml line 1: a quote is opened and never closed"),
        ("scenario: a\n---\nscenario: b\n", "s.yaml line 2: a second document begins"),
        ("scenario: a\x07\nchanges: []\n", "s.yaml"),
        ("scenario: &a x\ntitle: *a\nchanges: []\n", "s.yaml line 1: anchors (&name)"),
        ("scenario: x\ntitle: *a\nchanges: []\n", "s.yaml line 2: aliases (*name)"),
        ("scenario: a\nchanges:\n- {? [x] : y}\n", "s.yaml line 3: a key is not plain text"),
        ("scenario: a\n? {b: c}\n: d\n", "s.yaml line 2: a key is not plain text"),
        (f"scenario: a\nchanges:\n- {'[' * 50}{']' * 50}\n", "s.yaml line 3: is nested too deep"),
        (f"scenario: a\nchanges: {'[' * 90000}", "s.yaml line 2: is nested too deep"),
        ("scenario: !!python/object/apply:os.getcwd []\nchanges: []\n", "s.yaml line 1: tags"),
        ("scenario: a\nchanges:\n- !!python/name:os.system x\n", "s.yaml line 3: tags"),
        ("scenario: a\nchanges:\n- verb: !x remove_stop\n  stop: a\n", "s.yaml line 3: tags"),
        ("title: a\nchanges: []\n", "s.yaml line 1 scenario: is missing"),
        ("scenario: a\n", "s.yaml: key 'changes' is missing"),
        ("scenario: a\nchanges:\n", "s.yaml line 2: changes is not a list"),
        ("scenario: a\nchanges: {verb: remove_stop}\n", "s.yaml line 2: changes is not a list"),
        ("scenario: a\nchange: []\nchanges: []\n", "s.yaml line 2: key 'change' is not known"),
        ("scenario: a\nscenario: b\nchanges: []\n", "s.yaml line 2: key 'scenario' appears twice"),
        ("scenario: [a, b]\nchanges: []\n", "s.yaml line 1 scenario: [a, b] does not fit"),
        ("scenario: a\ntitle: {b: c}\nchanges: []\n", "s.yaml line 2 title: {b: c} does not fit"),
        ("scenario:\nchanges: []\n", "s.yaml line 1 scenario: is empty → fill it in"),
        (HEAD + "- remove_stop\n", "s.yaml line 3: is not a change"),
        (HEAD + "- [remove_stop]\n", "s.yaml line 3: is not a change"),
        (HEAD + "- stop: a\n", "s.yaml line 3: a change without a verb"),
        (HEAD + "- verb:\n  stop: a\n", "s.yaml line 3: a change without a verb"),
        (HEAD + "- verb: [a]\n", "s.yaml line 3: verb"),
        (HEAD + "- verb: {a: b}\n", "s.yaml line 3: verb"),
        (HEAD + "- verb: remove_stop\n  stop: a\n  stop: b\n", "s.yaml line 5: key 'stop'"),
        (HEAD + "- verb: remove_stop\n", "s.yaml line 3 remove_stop stop: is missing"),
        (HEAD + "- verb: remove_stop\n  stop: [a]\n", "s.yaml line 4 remove_stop stop: "),
        (HEAD + "- verb: remove_stop\n  stop: {a: b}\n", "s.yaml line 4 remove_stop stop: "),
        (
            HEAD + "- verb: extend_line\n  line: a\n  end: middle\n  stops: [a]\n",
            "s.yaml line 5 extend_line end: 'middle' does not fit → it should be 'start' or 'end'",
        ),
        (
            HEAD + "- verb: extend_line\n  line: a\n  end: end\n  stops: a\n",
            "s.yaml line 6 extend_line stops: 'a' does not fit",
        ),
        (
            HEAD + "- verb: change_headway\n  line: a\n  headway_secs: 10 min\n",
            "s.yaml line 5 change_headway headway_secs: '10 min' does not fit",
        ),
        (
            HEAD + "- verb: change_headway\n  line: a\n  headway_secs: 600\n  end_time: 9pm\n",
            "s.yaml line 6 change_headway end_time: '9pm' does not fit → write a clock time",
        ),
    ],
)  # fmt: skip
def test_each_fault_with_its_line(file, text, expected):
    """If this fails, a planner is told that something is wrong, but not what, or where."""
    found = faults(file(text))
    assert len(found) == 1, found
    assert found[0].startswith(expected), found[0]
    assert " → " in found[0]


def test_wrong_verb_names_the_nearest_and_all(file):
    """If this fails, a slip in a verb is a riddle."""
    (fault,) = faults(file(HEAD + "- verb: remove_stops\n  stop: a\n"))
    assert "verb 'remove_stops' is not known" in fault
    assert "did you mean remove_stop" in fault
    (other,) = faults(file(HEAD + "- verb: fly\n"))
    assert "use one of new_stop, remove_stop, move_stop" in other


def test_misspelt_field_names_the_nearest(file):
    """If this fails, a slip in a field is dropped in silence, or a riddle."""
    found = faults(file(HEAD + "- verb: move_origin\n  line: a\n  from_stops: b\n  to_stop: c\n"))
    assert found[0].startswith("s.yaml line 3 move_origin from_stop: is missing")
    assert found[1].startswith("s.yaml line 5 move_origin from_stops: move_origin has no")
    assert "did you mean from_stop" in found[1]


def test_all_faults_at_once(file):
    """If this fails, a file is mended one fault a run."""
    text = "scenario: a\nowner: b\nchanges:\n- verb: x\n- verb: remove_stop\n- stop: a\n"
    assert [fault.split(":")[0] for fault in faults(file(text))] == [
        "s.yaml line 2", "s.yaml line 4", "s.yaml line 5 remove_stop stop", "s.yaml line 6",
    ]  # fmt: skip


def test_a_large_file_is_not_even_read(file):
    """If this fails, a wrong file of gigabytes fills the memory."""
    (fault,) = faults(file(b"scenario: a\nchanges: []\n#" + b"x" * 1_000_000))
    assert "is over 1 MB" in fault


def test_an_alias_bomb_is_refused_at_once(file):
    """If this fails, a file of a few lines fills the memory."""
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    (fault,) = faults(file("\n".join(lines)))
    assert fault.startswith("s.yaml line 1: anchors")
