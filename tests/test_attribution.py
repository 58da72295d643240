"""What each change of a scenario contributes, summed by hand on the make-believe town."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pytest
from bundle import run
from rich.console import Console
from town import degrees, network, park

from transit.analysis.brief import brief
from transit.analysis.measures import measures
from transit.analysis.service import buses_per_hour
from transit.attribution.attribute import attribute
from transit.attribution.shares import Sampling
from transit.attribution.subsets import Subsets
from transit.attribution.words import attribution_answer
from transit.errors import DataError, UsageError
from transit.scenario.headway import ChangeHeadway
from transit.scenario.lines import ExtendLine
from transit.scenario.scenario import Scenario
from transit.scenario.stops import NewStop, RemoveStop
from transit.scenario.words import change_lines

LIMIT = 501
LON, LAT = degrees(700, 300)
STOP = NewStop(
    stop_id="N", stop_name="新站", lon=LON, lat=LAT, datum="WGS-84", indicative=False, year=2021
)
LINE = ExtendLine(line="101", direction_id=0, end="end", stops=("N",))
OFTEN = ChangeHeadway(line="101", direction_id=0, headway_secs=300)
# A stop one block south of S1, line 101 extended to it, and twice as many buses on that line.
PACKAGE = Scenario("package", (STOP, LINE, OFTEN))


def by_change(table: pd.DataFrame, column: str) -> list[float]:
    return table[column].tolist()


def test_shares_of_a_new_stop_its_line_and_more_buses():
    """If this fails, the credit for buses at a new stop goes to the wrong change."""
    found = attribute(network(), PACKAGE, "buses_per_hour:N", park(), limit_m=LIMIT)
    # Buses at N: 0 without the stop or the line, 6 with both, 12 with more buses too.
    # Dividends: d(12) = 6 and d(123) = 6; so shares 6/2 + 6/3 = 5, 5 and 6/3 = 2.
    table = found.table
    assert by_change(table, "shapley") == pytest.approx([5, 5, 2])
    assert by_change(table, "alone") == [0, 0, 0]
    assert by_change(table, "last") == [12, 12, 6]
    assert by_change(table, "of_total") == pytest.approx([5 / 12, 5 / 12, 2 / 12])
    assert by_change(table, "standard_error") == [0, 0, 0]
    # The line cannot be extended to a stop that is not there; the others need nothing.
    assert by_change(table, "made_alone") == [True, False, True]
    assert by_change(table, "depends_on") == ["", "1", ""]
    assert table["changes"].tolist() == ["1", "2", "3"]
    whole = found.totals.iloc[0]
    assert (whole["before"], whole["after"], whole["total"]) == (0, 12, 12)
    assert (whole["sum_alone"], whole["interaction"]) == (0, 12)
    assert (whole["method"], whole["evaluated"], whole["unit"]) == ("exact", 8, "buses/h")
    both = found.interactions.set_index("changes")
    assert both["dividend"].to_dict() == {"1, 2": 6, "1, 3": 0, "2, 3": 0, "1, 2, 3": 6}
    # The index of a pair is its dividend and half that of all three.
    assert both["index"].dropna().to_dict() == {"1, 2": 9, "1, 3": 3, "2, 3": 3}


def test_changes_may_stand_together():
    """If this fails, a stop and the line to it cannot be weighed as the one thing they are."""
    found = attribute(
        network(), PACKAGE, "buses_per_hour:N", park(), limit_m=LIMIT, together=[(2, 1)]
    )
    # Together 6 alone, and 6 more with more buses: 6 + 6/2 = 9, and 3.
    assert found.table["changes"].tolist() == ["1+2", "3"]
    assert by_change(found.table, "shapley") == pytest.approx([9, 3])
    assert by_change(found.table, "alone") == [6, 0]
    assert by_change(found.table, "depends_on") == ["", ""]
    assert found.interactions["changes"].tolist() == ["1+2, 3"]
    assert found.totals["evaluated"].tolist() == [4]


def test_several_measures_and_functions_in_one_pass():
    """If this fails, a planner's own measure cannot be attributed, or is asked anew each time."""
    asked = []

    def hourly(whole):
        asked.append(whole.fingerprint())
        return float(buses_per_hour(whole.feed).sum())

    found = attribute(
        network(), PACKAGE, {"buses": hourly, "stops": lambda whole: len(whole.feed.stops)}
    )
    # 6 buses an hour more by the third change alone; one stop more by the first alone.
    shares = found.table.pivot_table(index="measure", columns="changes", values="shapley")
    assert shares.loc["buses"].tolist() == pytest.approx([0, 0, 6])
    assert shares.loc["stops"].tolist() == pytest.approx([1, 0, 0])
    assert found.totals["interaction"].tolist() == pytest.approx([0, 0])
    assert len(asked) == 8


def test_named_measures_are_those_of_the_comparison():
    """If this fails, attribution speaks of other figures than the comparison."""
    names = ["share_walk_served", "lines_within_walk", "calls:101", "buses_per_hour:S1"]
    base, after = network(), PACKAGE.apply(network())
    found = attribute(base, PACKAGE, names, park(), limit_m=LIMIT)
    for column, whole in (("before", base), ("after", after)):
        table = measures(brief(whole, park(), limit_m=LIMIT))
        key = table.set_index(["measure", "subject_id"])["value"]
        expected = [key["share_walk_served", "P1"], key["lines_within_walk", "P1"],
                    key["calls", "R101"], key["buses_per_hour", "S1"]]  # fmt: skip
        assert found.totals[column].tolist() == pytest.approx(expected)
    sums = found.table.groupby("measure", sort=False)["shapley"].sum()
    assert sums.tolist() == pytest.approx(found.totals["total"].tolist())


def test_every_subset_is_the_scenario_without_the_absent_changes():
    """If this fails, the changes of a subset are made in another order than written."""
    base = network()
    changes = (RemoveStop(stop="S3", line="007"), ChangeHeadway(line="环1", headway_secs=600),
               RemoveStop(stop="S3"))  # fmt: skip
    subsets = Subsets(base, Scenario("s", changes), ((0,), (1,), (2,)))
    for subset in range(8):
        own = tuple(change for place, change in enumerate(changes) if subset >> place & 1)
        expected = Scenario("own", own).apply(base).fingerprint()
        assert subsets.network(subset).fingerprint() == expected


def test_what_cannot_be_made_without_an_absent_change_has_no_effect():
    """If this fails, a subset that cannot be ends the whole attribution."""
    base = network()
    more = ExtendLine(line="101", direction_id=0, end="end", stops=("S3",))
    after_n = Scenario("s", (STOP, LINE, more))
    subsets = Subsets(base, after_n, ((0,), (1,), (2,)))
    assert subsets.network(0b010).fingerprint() == base.fingerprint()
    assert subsets.skips(0b010, 1)
    assert subsets.skips(0b110, 1)
    assert not subsets.skips(0b110, 2)
    assert [subsets.needed_by(part) for part in range(3)] == [[], [0], []]


def test_sampled_shares_agree_with_the_exact_ones():
    """If this fails, a package of many changes gets other shares than one of few."""
    options = {"park": park(), "limit_m": LIMIT}
    sampled = attribute(
        network(), PACKAGE, ["buses_per_hour:N"], exact_up_to=2,
        sampling=Sampling(seed=3, precision=0.05), **options,
    )  # fmt: skip
    table, whole = sampled.table, sampled.totals.iloc[0]
    assert table["shapley"].sum() == pytest.approx(12)
    assert (np.abs(table["shapley"] - [5, 5, 2]) <= 4 * table["standard_error"]).all()
    assert (whole["method"], whole["converged"], whole["seed"]) == ("sampled", True, 3)
    assert table["standard_error"].max() <= 0.05 * 12
    assert table["last"].tolist() == [12, 12, 6]
    assert table["depends_on"].tolist() == ["", "1", ""]
    assert sampled.interactions.empty


def test_what_cannot_be_asked_is_said():
    """If this fails, a mistyped measure ends in a traceback or a wrong figure."""
    for names, fault in (
        ("share_wlak", "no measure is named 'share_wlak' → did you mean share_walk"),
        ("calls", "calls is no measure of a park → name the line or stop"),
        ("calls:102", "of no line or stop named '102' → did you mean"),
        ("buses_per_hour:银星", "the name of 2 of them → give one id: S1, S1b"),
        ([], "none is named"),
        ("walk_m:N", "is not known when only some of the changes are made"),
    ):
        with pytest.raises(UsageError, match=fault):
            attribute(network(), PACKAGE, names, park(), limit_m=LIMIT)
    with pytest.raises(UsageError, match="give the park"):
        attribute(network(), PACKAGE, "share_walk")
    with pytest.raises(UsageError, match="has no change"):
        attribute(network(), Scenario("none"), "share_walk", park())
    with pytest.raises(UsageError, match=r"named twice.*(\n.*)*there is no change 4"):
        attribute(network(), PACKAGE, "share_walk", park(), together=[(1, 4), (1,)])
    with pytest.raises(UsageError, match="seed: -1 cannot be"):
        attribute(network(), PACKAGE, "share_walk", park(), sampling=Sampling(seed=-1))
    with pytest.raises(UsageError, match="13 changes are out of range"):
        attribute(network(), PACKAGE, "share_walk", park(), exact_up_to=13)
    with pytest.raises(DataError, match="no stop is named 'N'"):
        attribute(network(), Scenario("s", (LINE,)), "share_walk", park())


def test_words_are_those_of_show_and_shares_are_points():
    """If this fails, a planner reads Python values, and percent points as hundredths."""
    found = attribute(
        network(), PACKAGE, ["share_walk", "buses_per_hour_walk"], park(), limit_m=LIMIT
    )
    assert found.table["what"].tolist()[:3] == [line[3:] for line in change_lines(PACKAGE)]
    assert found.table["what"][1] == (
        "extend line: line 101; direction id 0; end end; stops 新站 (N)"
    )
    console = Console(width=150, record=True, file=io.StringIO())
    console.print(attribution_answer(found, "园区P1"))
    told = console.export_text()
    row = found.totals.iloc[0]
    before, after, total = (f"{100 * row[name]:{how}}" for name, how in
                            (("before", ".6g"), ("after", ".6g"), ("total", "+.4g")))  # fmt: skip
    assert f"{before} → {after} % (share of outline) ({total} points); each alone" in told
    # 18 buses an hour within a walk; line 101 in direction 0 runs 12 instead of 6.
    assert "18 → 24 buses/h (+6 buses/h); each alone +6 buses/h, together +0 buses/h more" in told


def test_rounding_is_told_as_nothing():
    """If this fails, a planner is told that a stop adds 6e-17 of a park, as if it added some.

    In floating numbers 0.1 + 0.2 − 0.3 is 5.6e-17, not 0.
    """

    def odd(seen) -> float:
        made = set(seen.feed.stops["stop_id"])
        return 0.1 + 0.2 if "N" in made else 0.3

    found = attribute(network(), Scenario("s", (STOP, OFTEN)), {"odd": odd}, park())
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(attribution_answer(found, "银星"))
    rows = [line for line in console.export_text().splitlines() if "new stop" in line]
    assert "+0 " in rows[0]
    assert "e-1" not in rows[0]


def test_command_shares_out_the_effect_of_a_bundled_scenario(tmp_path):
    """If this fails, a planner at the shell cannot ask how much comes from each change.

    Of ``both`` M450 needs both new stops and B919 one of them; that B919 comes within 500 m of
    walking is all the first stop's and B919's doing: half each.
    """
    options = ("--measure", "directions_within_walk", "--out", tmp_path / "out")
    told = run("attribute", "both", *options, "--json")
    found = json.loads(told.text)
    rows = {row["changes"]: row for row in found["attribution"]}
    assert [rows[number]["shapley"] for number in "1234"] == pytest.approx([0.5, 0, 0, 0.5])
    assert [rows[number]["depends_on"] for number in "1234"] == ["", "", "1, 2", "1"]
    assert (tmp_path / "out" / "attribution_interactions.csv").is_file()
    text = run("attribute", "both", *options[:2], "--together", "1,2,3").text
    assert "1+2+3, 4 together: +1 directions more than their parts" in text
    assert "Exact, over every subset: 4 networks evaluated." in text
    wrong = run("attribute", "both", *options[:2], "--together", "one")
    assert (wrong.code, "is no list of numbers" in wrong.err) == (2, True)
