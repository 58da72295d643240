"""The command ``transit suggest``: what it prints, what it writes, what it refuses."""

from __future__ import annotations

import csv
import json

import pytest
from bundle import run

from transit.scenario.files import read_scenario

FEW = ("suggest", "--line", "M450", "--verb", "move_origin", "--most-stops", 1, "--places", "both")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """One small search, and where it wrote."""
    out = tmp_path_factory.mktemp("suggest") / "out"
    return run(*FEW, "--rank", "m450_2020", "--measure", "share_walk", "--out", out), out


def test_suggest_says_what_is_best_and_where_the_real_change_stands(written):
    """If this fails, the answer a planner reads is not there."""
    ran, _ = written
    assert ran.code == 0
    assert "银星科技园: best changes by share_walk, more is better" in ran.text
    assert "Budget: no limit." in ran.text
    assert "lines: M450" in ran.text
    assert "m450_2020: rank " in ran.text
    assert "none was screened away" in ran.text
    assert "* indicative" in ran.text


def test_suggest_writes_tables_and_scenarios_that_can_be_read(written):
    """If this fails, a suggestion cannot be compared or mapped."""
    _, out = written
    best, tried = (
        list(csv.DictReader((out / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()))
        for name in ("best", "tried")
    )
    assert 0 < len(best) <= len(tried)
    for row in best:
        assert read_scenario(out / f"{row['scenario']}.yaml").title == row["what"]


def test_places_may_be_a_table(tmp_path):
    """If this fails, ``--places`` means one thing in ``notice`` and another in ``suggest``.

    The terminal's position is that of the scenario 'both', under an id of its own.
    """
    places = tmp_path / "places.csv"
    places.write_text(
        "stop_id,stop_name,stop_lon,stop_lat,district,indicative,year,source\n"
        "A,银星科技园公交首末站,114.041788,22.724334,龙华区,true,2020,assumed in a test\n",
        encoding="utf-8",
    )
    ran = run(*FEW[:-1], places, "--json")
    assert ran.code == 0
    assert any("银星科技园公交首末站" in row["what"] for row in json.loads(ran.text)["tried"])


def test_suggest_as_json():
    """If this fails, a program cannot read what was found."""
    ran = run(*FEW, "--json", "--vehicles", 0, "--less", "--measure", "to_outline")
    assert ran.code == 2
    found = json.loads(run(*FEW, "--json", "--vehicles", 0, "--best", 1).text)
    assert found["counts"]["tried"] == len(found["tried"])
    assert len(found["best"]) <= 1
    assert {row["status"] for row in found["tried"]} <= {"ranked", "over budget"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--measure", "share_walks"), "did you mean share_walk"),
        (("--verb", "fly"), "verb 'fly' cannot be searched"),
        (("--km", "-3"), "give 0 or more"),
        (("--line", "M45"), "did you mean M450"),
        (("--park", "金星"), "no park is named"),
        (("--places", "nobody"), "no scenario is named"),
        (
            ("--stops-within", "0.001", "--verb", "reroute", "--line", "GK37"),
            "nothing can be tried",
        ),
    ],
)
def test_suggest_refuses(options, said):
    """If this fails, a slip is answered with a traceback, or a ranking of something else."""
    ran = run("suggest", *options)
    assert ran.code == 2
    assert said in ran.err
