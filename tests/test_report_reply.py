"""The answer of a reply: verdict first, the figures that change most, the cost and its doubts."""

from __future__ import annotations

import pandas as pd
import pytest
import town
from report_cases import page, reply, word

from transit.comparison import compare
from transit.reporting.content import Quantity, change_of
from transit.reporting.outcome import most_changed, straight_notes
from transit.rounding import printed_change
from transit.scenario.lines import ExtendLine
from transit.scenario.scenario import Scenario


def test_the_answer_opens_with_the_verdict_and_ends_with_the_state():
    """If this fails, a deputy reads five paragraphs of counts before the answer."""
    leads = [lead for lead, _ in reply().answer]
    assert leads == ["方案：101 加密", "现状：园区P1"]
    _, told = reply().answer[0]
    assert told[0].startswith("结论：")
    assert told[1].startswith("园区P1变化最大的 3 项指标：")


def test_the_cost_is_summed_over_lines():
    """If this fails, nobody sees at once what the scenario takes; 环1 gone takes no bus."""
    _, told = reply().answer[0]
    whole = next(text for text in told if text.startswith("运营投入合计（运营有变化的 2 条线路）"))
    table = next(one for one in reply().tables if one.key.startswith("operation"))
    vehicles = [row[3:5] for row in table.rows if row[1] == "配车数"]
    was, now = (sum(int(row[side].text) for row in vehicles) for side in (0, 1))
    assert f"配车 {was} → {now} 辆（{now - was:+d}）".replace("-", "−") in whole


def test_three_figures_are_told_the_morning_s_coverage_first():
    """If this fails, the answer hides the figure that changes most.

    Parts of the greater side: morning 0.01 / 0.21 = 5 %, lines 1 / 2 = 50 %, buses 1 / 11 = 9 %,
    stations 1 / 5 = 20 %, districts none; the morning's coverage comes first all the same.
    """
    own = pd.DataFrame(
        {
            "before": [0.20, 1, 10, 4, 3],
            "after": [0.21, 2, 11, 5, 3],
            "unit": ["share", "lines", "buses/h", "stations", "districts"],
        },
        index=["share_walk_morning", "lines_within_walk", "buses_per_hour", "stations_reached",
               "districts_reached"],
    )  # fmt: skip
    assert most_changed(own) == ["share_walk_morning", "lines_within_walk", "stations_reached"]


def test_the_letter_has_places_to_fill_in_and_a_date():
    """If this fails, the reply cannot be sent as a letter. 01:30 UTC is the same day in Beijing."""
    styles = {one.text: one.style.name for one in word().paragraphs}
    assert styles["文号：【待填】"] == styles["致：【待填：收文单位或代表】"] == "Letter"
    assert styles["发文单位：【待填】"] == styles["联系人及电话：【待填】"] == "Signature"
    assert styles["日期：2026-11-25"] == "Signature"
    signed = [one.paragraph_format for one in word().paragraphs if one.style.name == "Signature"]
    assert [one.keep_with_next for one in signed] == [True, True, None]  # on one page
    for text in ("To: [to be filled in", "From: [to be", "Contact: [to be", "Date: 2026-11-25"):
        assert text in page("en")


def test_a_course_without_streets_is_no_evidence_of_a_saving():
    """If this fails, kilometres saved across a closed road are printed as a fact.

    S1 (700, 400) to S6 (-150, 300), which no street reaches: √(850² + 100²) = 855.9 m.
    """
    longer = Scenario("longer", (ExtendLine(line="101", end="end", direction_id=0, stops=("S6",)),))
    found = compare(town.network(), longer, town.park())
    (note,) = straight_notes(found, found.scenarios[0], "zh-CN")
    assert note.startswith("101的新走向含无道路数据的区间：银星 → 无路（直线 856 m）。")
    assert "下限" in note


@pytest.mark.parametrize(
    ("before", "after", "digits", "change"),
    [
        (20.896, 21.782, 2, 0.88),  # 20.90 to 21.78; 0.886 would be 0.89
        (16.66, 16.76, 1, 0.1),
        (28.04, 28.06, 1, 0.1),  # 28.0 to 28.1, never ±0
        (97.6051, 97.6149, 2, 0.0),
        (26.74, 24.76, 1, -1.9),  # 26.7 to 24.8
    ],
)
def test_a_printed_change_is_what_a_reader_subtracts(before, after, digits, change):
    """If this fails, a reply prints 20.90, 21.78 and +0.89 in one row."""
    assert printed_change(before, after, digits) == change
    told = change_of(Quantity(before, digits), Quantity(after, digits))
    assert told == Quantity(change, digits, signed=True)


def test_the_change_of_shares_is_in_points():
    """If this fails, 27.8 % to 43.5 % is +0.16: 43.54 less 27.76 is 15.78 points."""
    sides = [Quantity(value, 2, percent=True) for value in (0.27762, 0.43538)]
    assert change_of(*sides).text == "+15.78"
