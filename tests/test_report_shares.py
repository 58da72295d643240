"""The reply says which change gives what, draws the rings, and names what each table rests on."""

from __future__ import annotations

import pytest
import town
from report_cases import DENSER, MADE_AT, Page, compared, page, reply, workbook

from transit.comparison import compare
from transit.reporting.content import Quantity
from transit.reporting.report import report
from transit.scenario.headway import ChangeHeadway
from transit.scenario.scenario import Scenario
from transit.scenario.whole_lines import RemoveLine


def shares(made) -> list[tuple]:
    """The rows of the table of shares."""
    return [row for one in made.tables if one.key.startswith("shares") for row in one.rows]


def values(rows, measure: str) -> dict[str, tuple]:
    """By change, the numbers of one measure: alone, last, share, of the whole."""
    return {row[2]: tuple(cell.value for cell in row[3:7]) for row in rows if row[0] == measure}


def test_shares_of_the_buses_are_those_of_the_timetable():
    """If this fails, the bureau credits the wrong change.

    Line 101 runs 6 times an hour each way, and 12 times afterwards: +12. Line 环1 runs 3 times an
    hour in its one direction, and no more: −3. Neither needs the other, so alone, last and share
    are one number, and they are 12/9 and −3/9 of the whole of +9.
    """
    found = values(shares(reply("en")), "buses an hour")
    (denser, removed, both) = found.values()
    assert denser == pytest.approx((12, 12, 12, 12 / 9))
    assert removed == pytest.approx((-3, -3, -3, -3 / 9))
    assert both[2:] == pytest.approx((9, 1))


def test_a_line_that_goes_is_laid_to_the_change_that_takes_it():
    """If this fails, the denser line looks as if it took another away."""
    made = shares(reply("en"))
    found = next(values(made, name) for name in {row[0] for row in made} if "lines" in name)
    denser, removed, _ = found.values()
    assert denser[2] == 0
    assert removed[2] == -1


def test_the_answer_names_the_largest_share_first():
    """If this fails, the answer does not say which change does it."""
    (_, told), *_ = [pair for pair in reply("en").answer if "Scenario" in pair[0]]
    said = next(text for text in told if text.startswith("What each change contributes"))
    assert "+12.0" in said
    assert said.index("+12.0") < said.index("−3.0")


def test_one_change_has_no_shares_and_many_are_said_to_have_none():
    """If this fails, a reply repeats its totals, or runs for hours over random orders."""
    one = Scenario("one", DENSER.changes[:1])
    assert shares(report(compare(town.network(), one, town.park()))) == []
    steps = [ChangeHeadway(line="101", headway_secs=secs) for secs in range(500, 200, -50)]
    many = Scenario("many", (*steps, RemoveLine(line="环1")))
    made = report(compare(town.network(), many, town.park()), language="en")
    assert shares(made) == []
    told = [text for chapter in made.chapters for text in chapter.paragraphs]
    assert any("7 changes" in text and "transit attribute" in text for text in told)


def test_rings_are_drawn_of_the_state_and_before_and_after():
    """If this fails, the rings stand in a table only."""
    made = reply()
    keys = [picture.key for picture in made.pictures]
    assert {"rings-map", "rings-map-s1"} <= set(keys)
    drawn = {picture.key: picture for picture in made.pictures}
    assert len(drawn["rings-map"]._figure.axes) == 2
    assert "300 / 500 / 800" in drawn["rings-map"].caption
    assert "rings" in made.pages


def test_only_measures_that_move_stand_on_paper():
    """If this fails, the one figure that matters is lost among twenty that stay as they are."""
    table = next(one for one in reply().tables if one.key.startswith("measures"))
    moved = [row for row in table.rows if row[2].text != row[3].text]
    assert list(table.rows[: table.shown]) == moved
    assert len(moved) < len(table.rows)
    cells = [text for text in Page(page()).texts if text.strip()]
    assert table.rows[-1][0] in cells  # the page holds all


def test_a_sheet_names_what_its_table_rests_on_and_nothing_else():
    """If this fails, every source is named for every table, which is to name none."""
    book = workbook("en")
    about = [[cell.value or "" for cell in row] for row in book.worksheets[0].iter_rows()]
    rests_on = {str(row[0]): str(row[4]) for row in about}
    measured = next(name for name in rests_on if "Measures before" in name)
    assert "headways" in rests_on[measured]
    within = next(name for name in rests_on if name.startswith("T1 "))
    assert "stops" in rests_on[within]
    assert "headways" not in rests_on[within]
    assert "denser" not in rests_on[within]
    gains = next(name for name in rests_on if "gains" in name.lower() and name.startswith("T"))
    assert "denser" in rests_on[gains]
    kinds = [row for row in about if str(row[0]).startswith("[")]
    assert any(town.network().feed.stops["source"].iloc[0] in str(row[1]) for row in kinds)
    for sheet in book.worksheets[1:]:
        assert sheet["A3"].value.startswith("Rests on ["), sheet.title


def test_shares_are_the_same_twice():
    """If this fails, two replies to one question differ."""
    first, second = (shares(report(compared(), made_at=MADE_AT)) for _ in range(2))
    told = [
        [[getattr(cell, "text", cell) for cell in row] for row in one] for one in (first, second)
    ]
    assert told[0] == told[1] != []
    assert all(isinstance(row[5], Quantity) for row in first)
