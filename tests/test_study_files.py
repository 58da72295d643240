"""Study files: every fault with its line; names of folders that every system takes."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml
from bundle import run
from study_town import STUDY

import transit
from transit.errors import DataError
from transit.study.names import LONGEST, safe_names

FAULTS = """study: x
areaz: [a]
areas: [nowhere]
limits_m: [500, -3, abc]
at: 25:00
measures: [share_wlk, all]
outputs: [map]
scenarios: [b.yaml, none]
lang: de
lang: en
"""
SAID = """10 problems:
  1. {path} line 2: key 'areaz' is not known → did you mean areas?
  2. {path} line 10: key 'lang' appears twice → keep one of them
  3. {path} line 4 limits_m[2]: '-3' does not fit → it should be more than 0
  4. {path} line 4 limits_m[3]: 'abc' does not fit → it should be a number such as 22.7334
  5. {path} line 5 at: '25:00' does not fit → give a time of day from 00:00 to 23:59, such as 22:30
  6. {path} line 6 measures[1]: 'share_wlk' does not fit → did you mean share_walk / \
share_walk_served / share_walk_morning?
  7. {path} line 7 outputs[1]: 'map' does not fit → it should be 'tables', 'maps' or 'report' \
(did you mean maps?)
  8. {path} line 8 scenarios: [b.yaml, none] does not fit → write none alone, or a list of names \
without it
  9. {path} line 3 areas: 'nowhere' is no folder of a study area → give the folder that holds \
area.yaml
  10. {path} line 8 scenarios: 'b.yaml' does not exist → did you mean study.yaml?"""


def refused(tmp_path, text: str) -> str:
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        transit.read_study(path)
    return str(caught.value).replace(str(path), "{path}")


def test_every_fault_comes_at_once_with_its_line(tmp_path):
    """If this fails, a planner mends a file ten times instead of once."""
    assert refused(tmp_path, FAULTS) == SAID


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty → start with 'study: name' and 'areas:'"),
        ("- a", "is not a mapping of keys to values → start with 'study: name'"),
        ("study: x\nareas: *a", "line 2: aliases"),
        ("study: x", "areas: is missing → add 'areas:'"),
        ("study: ''\nareas: []", "study: is empty → fill it in"),
        ("study: x\nareas: {a: b}", "areas: {a: b} does not fit → it should be a list"),
        ("study: x\nareas: [., .]", "keep one of ."),
        ("study: x\nareas: .\nlimits_m: 1e999", "limits_m"),
        ("study: x\nareas: .\nparks: [all, P1]", "write all alone"),
        ("study: x\nareas: [[a]]", "areas[1]"),
    ],
)
def test_odd_files_are_told_in_words(tmp_path, text, said):
    """If this fails, a slip in a study file ends in a traceback or is taken for something else."""
    assert said in refused(tmp_path, text)


def test_the_schema_takes_what_is_read_and_nothing_else(tmp_path):
    """If this fails, an editor marks a good study file, or lets a bad one pass."""
    schema = json.loads(run("run", "--schema").text)
    assert schema == transit.study_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for text in (STUDY, "study: 2021\nareas: a\nlimits_m: 300\nparks: 7\noutputs: maps"):
        jsonschema.validate(yaml.safe_load(text), schema)
    for text in ("study: x", "study: x\nareas: a\nlang: de", "study: x\nareas: a\nnope: 1"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(yaml.safe_load(text), schema)
    assert all("description" in one for one in schema["properties"].values())


def test_a_command_without_a_file_says_what_to_give():
    """If this fails, the command ends without a word."""
    ran = run("run")
    assert ran.code == 2
    assert "give a study file" in ran.err


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["m450_2020", "银星科技园"], ["m450_2020", "银星科技园"]),
        (["a/b", "a\\b", "a:b"], None),
        (["..", ".", ""], None),
        (["CON", "nul", "com1", "LPT9"], None),
        (["A", "a", "ａ"], None),
        (["é", "e\u0301"], None),
        (["x" * 10_000, "x" * 9_999], None),
        (["<script>alert(1)</script>", "`${x}`", "=cmd|' /C calc'!A0", "\u202egpj"], None),
        (["a.", "a ", "a\n", "a\0"], None),
        (["\ud800", "\U0001f600"], None),
    ],
)
def test_names_of_folders_suit_every_system_and_differ(texts, names):
    """If this fails, results cannot be copied to Windows, or one case overwrites another."""
    found = safe_names(texts)
    assert names is None or found == names
    assert len({name.casefold() for name in found}) == len(texts)
    for name in found:
        assert 0 < len(name) <= LONGEST + 9
        assert all(letter.isalnum() or letter in "-_" for letter in name)
        assert name.upper() not in {"CON", "NUL", "COM1", "LPT9"}
    assert safe_names(texts) == found
