"""Reports of data that lack something: what is not known is said to be so, and is never 0."""

from __future__ import annotations

import io

import docx
import numpy as np
import pandas as pd
import pytest
import town

from transit.analysis.brief import brief
from transit.comparison import compare
from transit.model.zones import Zones
from transit.reporting.formats.page import html_text
from transit.reporting.formats.word import docx_bytes
from transit.reporting.formats.workbook import xlsx_bytes
from transit.reporting.report import report
from transit.scenario.scenario import Scenario
from transit.scenario.whole_lines import RemoveLine
from transit.schema import ZONES

WITHOUT_SERVICE = town.make_feed(town.STOPS, town.COURSES)
WITHOUT_LINES = town.make_feed(town.STOPS, {})
WITHOUT_STOPS = town.make_feed({}, {})
GONE = Scenario("gone", (RemoveLine(line="101"),))


def told(made) -> str:
    return " ".join(text for _, sentences in made.answer for text in sentences)


def keys(made) -> set[str]:
    return {table.key.split("_")[0] for table in made.tables}


def rendered(made):
    """The report, after each format was made of it and each picture drawn."""
    docx.Document(io.BytesIO(docx_bytes(made)))
    assert xlsx_bytes(made)
    assert html_text(made)
    return made


def test_without_gates_walks_are_not_known():
    """If this fails, a park without gates is said to have no bus within a walk."""
    made = rendered(report(brief(town.network(), town.park({}))))
    assert "自出入口步行 500 m 以内的合计 不详 班" in told(made)
    assert "自最近出入口步行" not in told(made)


def test_without_streets_walks_are_not_known():
    """If this fails, an area without streets is said to be out of reach on foot."""
    made = rendered(report(brief(town.network(pieces=[]), town.park()), language="en"))
    assert "not known within a walk of 500 m" in told(made)
    assert "walking" not in told(made)


def test_without_headways_service_and_cost_are_not_known():
    """If this fails, a feed of stop sequences is said to have no buses and to cost nothing."""
    made = rendered(report(compare(town.network(WITHOUT_SERVICE), GONE, town.park())))
    assert "班次不详" in told(made)
    assert "配车数、车公里与车小时不详" in told(made)
    assert not any(picture.key.startswith("hourly") for picture in made.pictures)


def test_without_lines_nothing_is_reached_or_missed():
    """If this fails, a table of stops is said to lead nowhere."""
    made = rendered(report(brief(town.network(WITHOUT_LINES), town.park())))
    assert "该数据中没有公交线路。" in told(made)
    assert "线路 不详 条" in told(made)
    assert "stations" not in keys(made)


def test_without_stops_nothing_is_measured():
    """If this fails, an empty table gives a coverage of 0.0 %."""
    made = rendered(report(brief(town.network(WITHOUT_STOPS), town.park())))
    assert told(made) == "该数据中没有站点，以下无从量算。"
    assert keys(made) == {"assumptions"}


def test_two_parks_and_two_scenarios_are_told_apart():
    """If this fails, the numbers of one park stand under the name of another."""
    parks = [
        town.park(),
        town.park({"G3": ("北门", 800, 900)}, park_id="P2", bounds=(700, 700, 900, 900),
                  point=(800, 800)),
    ]  # fmt: skip
    gone = [GONE, Scenario("other", (RemoveLine(line="007"),))]
    made = rendered(report(compare(town.network(), gone, parks)))
    assert [lead for lead, _ in made.answer] == [
        "方案：gone", "方案：other", "现状：园区P1", "现状：园区P2",
    ]  # fmt: skip
    # Buses an hour within 500 m are 18 (test_report_numbers); 101 has 12 of them, 007 one.
    hourly = {
        table.key: next(row[2:4] for row in table.rows if row[0] == "高峰每小时班次")
        for table in made.tables
        if table.key.startswith("measures")
    }
    assert set(hourly) == {
        f"measures_{name}_{park}" for name in ("gone", "other") for park in ("P1", "P2")
    }
    values = {key: tuple(cell.value for cell in cells) for key, cells in hourly.items()}
    assert values["measures_gone_P1"] == (18, 6)
    assert values["measures_other_P1"] == (18, 17)
    assert len({table.key for table in made.tables}) == len(made.tables)
    assert len({picture.key for picture in made.pictures}) == len(made.pictures)


@pytest.mark.parametrize("limit_m", [300, 650])
def test_another_limit_is_told_everywhere(limit_m):
    """If this fails, a table of 300 m says it is of 500 m."""
    made = report(brief(town.network(), town.park(), limit_m=limit_m))
    assert f"周边 {limit_m} m 以内" in told(made)
    rings = next(table for table in made.tables if table.key.startswith("coverage"))
    assert {row[2].value for row in rings.rows} == {300, 500, 800, limit_m}


def test_people_of_zones_are_told_with_their_loss():
    """If this fails, a zone of 1,000 people loses its buses and the reply names nobody."""
    rows = pd.DataFrame([{"zone_id": "Z1", "zone_name": "远山村", "people": 1000, "jobs": None,
                          **town.MARKS}])  # fmt: skip
    # All of the zone is within 500 m of S4, where 101 and 007 call: nothing else runs there.
    outlines = np.array([town.area(1100, 1100, 1300, 1300)], dtype=object)
    zones = Zones(rows[ZONES.names], outlines, town.CRS)
    gone = Scenario("gone", (RemoveLine(line="101"), RemoveLine(line="007")))
    made = report(compare(town.network(), gone, town.park(), zones=zones))
    losses = next(table for table in made.tables if table.key == "loss_gone")
    told = {row[2]: row for row in losses.rows if row[1] == "远山村"}
    share = next(row for what, row in told.items() if what.endswith("；−1,000 人（示意）"))
    assert [cell.value for cell in share[5:8]] == [100, 0, -100]
    assert any("假定" in row[3] for row in made.assumptions.rows)
