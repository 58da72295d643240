"""Scenario files that nobody wrote: whatever they hold, the answer is a scenario or its faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from bundle import FOLDER
from hypothesis import example, given, settings
from hypothesis import strategies as st
from town import network

from transit.errors import DataError
from transit.scenario.files import read_scenario, write_scenario
from transit.scenario.scenario import VERBS, Scenario

WORDS = [
    "scenario:", "changes:", "base:", "network:", "status:", "date:", "- ", "-", "\n", "\n  ",
    "\n    ", "verb:", *VERBS, "line: '101'", "stop: S1", "stops: [S1, S2]", "line:", "stops:",
    "points: [[114, 22], [114.1, 22]]", "datum: WGS-84", "headway_secs: 600", "[", "]", "{", "}",
    ",", ":", "#", "'", '"', "&a", "*a", "!t", "|", ">", "?", "---", "...", "%", "@", "`", "\t",
    "\r\n", "~", "null", "NO", "23:10", "007", "1e999", "-1", "nan", "0x1F", "银星", "\ufeff",
    "\x85",
    "\u2028", "\\", '"\\0"', '"\\ud800"', "<<: *a", "=", "s", "t", ": ", " ",
]  # fmt: skip
VALID = "".join(
    f"- {body}\n"
    for body in (
        "{verb: new_stop, stop_id: N, stop_name: 新, lon: 114.04, lat: 22.73, datum: WGS-84, "
        "indicative: true, year: 2021}",
        "{verb: extend_line, line: 9X, end: end, stops: [S2]}",
        "{verb: change_headway, line: '101', headway_secs: 300, start_time: 07:00}",
        "{verb: reroute, line: '101', direction_id: 0, from_stop: S5, to_stop: S1, via: [S7]}",
        "{verb: close_street, street: w1, who: walkers}",
    )
)
FILES = [
    f"scenario: s\ntitle: t  # why\nstatus: decided\nchanges:\n{VALID}",
    *(path.read_text(encoding="utf-8") for path in sorted((FOLDER / "scenarios").glob("m*.yaml"))),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "s.yaml"


def outcome(path: Path, raw: bytes) -> Scenario | None:
    """The scenario of the file, or nothing where it is refused with problems that help."""
    path.write_bytes(raw)
    try:
        return read_scenario(path)
    except DataError as error:
        refused = error
    assert refused.problems
    assert all(problem.what and problem.mend for problem in refused.problems)
    return None


def holds(path: Path, raw: bytes) -> None:
    """What is read can be written, read again, and tried on a network."""
    scenario = outcome(path, raw)
    if scenario is None:
        return
    assert outcome(path, write_scenario(scenario).encode("utf-8")) == scenario
    path.write_bytes(raw)
    assert outcome(path, write_scenario(scenario, over=path).encode("utf-8")) == scenario
    scenario.problems(network())


@given(words=st.lists(st.sampled_from(WORDS), max_size=40))
@example(words=["scenario: s\nchanges:\n- {verb: ", '"\\ud800"', "}"])
def test_yaml_out_of_any_pieces(path, words):
    """If this fails, a garbled file ends in a traceback, and says nothing to a planner."""
    holds(path, "".join(words).encode("utf-8", "surrogatepass"))


@given(raw=st.binary(max_size=200))
def test_bytes_of_any_kind(path, raw):
    """If this fails, a picture renamed to .yaml ends in a traceback."""
    holds(path, raw)


@settings(max_examples=150, deadline=None)
@given(
    text=st.sampled_from(FILES),
    cuts=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(["", *WORDS])),
        min_size=1, max_size=3,
    ),
)  # fmt: skip
def test_good_files_with_slips(path, text, cuts):
    """If this fails, one slip of the pen in a good file ends in a traceback."""
    for place, length, word in cuts:
        at = int(place * len(text))
        text = text[:at] + word + text[at + length :]
    holds(path, text.encode("utf-8"))
