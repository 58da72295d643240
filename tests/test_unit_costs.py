"""Money is told only where the planner gives unit costs, and then as a hand sum has it."""

from __future__ import annotations

import math

import pytest
import town

import transit
from transit.analysis.unit_costs import UnitCosts
from transit.editor.commands import obeyed
from transit.editor.figures import figures
from transit.editor.panel import shown
from transit.editor.state import opened
from transit.errors import UsageError

COSTS = UnitCosts(
    a_vehicle_day=400, a_km=5, an_hour=60, currency="CNY", source="an operator's letter", year=2020
)


def test_a_day_is_the_sum_of_its_three_parts():
    """If this fails, a line's cost is not what a clerk adds up.

    Four vehicles, 460.8 km and 57.6 h: 4 × 400 + 460.8 × 5 + 57.6 × 60 = 1600 + 2304 + 3456.
    """
    day = {"vehicles": 4, "vehicle_km": 460.8, "vehicle_hours": 57.6, "cycle_min": 18.0}
    assert COSTS.a_day(day) == pytest.approx(7360)


def test_what_is_not_given_is_not_counted_and_not_asked_for():
    """If this fails, a cost by kilometre is unknown because nobody knows the vehicles."""
    by_km = UnitCosts(a_km=5, currency="CNY", source="a letter", year=2020)
    assert by_km.a_day({"vehicles": math.nan, "vehicle_km": 10.0}) == pytest.approx(50)
    assert math.isnan(by_km.a_day({"vehicles": 2}))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "no cost is given"),
        ({"a_km": -1}, "a_km"),
        ({"an_hour": math.nan}, "an_hour"),
        ({"a_km": math.inf}, "a_km"),
        ({"a_km": True}, "a_km"),
        ({"a_km": 5, "source": " "}, "source"),
        ({"a_km": 5, "currency": ""}, "currency"),
    ],
)
def test_costs_without_a_source_or_that_cannot_be_are_refused(given, told):
    """If this fails, made-up money stands beside measured kilometres."""
    with pytest.raises(UsageError, match=told):
        UnitCosts(**{"currency": "CNY", "source": "a letter", "year": 2020, **given})


def test_the_panel_tells_no_money_unless_asked():
    """If this fails, the editor makes up what a bus costs."""
    state = obeyed(opened(town.network(), town.park()), {"do": "pick", "pattern": "R101_0"})
    assert not any("cost" in row["key"] for row in shown(state, "en")["figures"])
    assert "running_cost" not in set(figures(state.before, state.after, "R101")["measure"])


def test_twice_as_many_buses_cost_twice_the_kilometres():
    """If this fails, the cost on the panel does not move with the headway.

    By kilometre alone, line 101 every 5 instead of every 10 minutes costs twice as much; other
    lines cost what they did, so that the sum over all rises by the same amount.
    """
    by_km = UnitCosts(a_km=5, currency="CNY", source="a letter", year=2020)
    state = obeyed(opened(town.network(), town.park()), {"do": "pick", "pattern": "R101_0"})
    state = obeyed(state, {"do": "headway", "minutes": 5})  # of both directions
    assert not state.faults
    table = figures(state.before, state.after, "R101", None, by_km)
    cost = table[table["measure"] == "running_cost"].set_index("of")
    km = table[table["measure"] == "vehicle_km"].set_index("of")
    assert cost.loc["line", "after"] == pytest.approx(2 * cost.loc["line", "before"])
    assert cost.loc["line", "before"] == pytest.approx(5 * km.loc["line", "before"])
    assert cost.loc["all lines", "change"] == pytest.approx(cost.loc["line", "change"])
    told = {row["key"]: row for row in shown(state, "en", None, by_km)["figures"]}[
        "line/running_cost"
    ]
    assert told["unit"] == "CNY/day"
    assert "a letter" in told["means"]
    assert "2020" in told["means"]
    assert told["goes"] == "worse"


def test_the_editor_takes_them_by_name_in_both_languages():
    """If this fails, a notebook cannot show money, or shows it in one language only."""
    pytest.importorskip("anywidget")
    for language, name in (("en", "running cost"), ("zh-CN", "运营成本")):
        made = transit.edit(town.network(), town.park(), language=language, unit_costs=COSTS)
        made.ask(do="pick", pattern="R101_0")
        rows = {row["key"]: row["name"] for row in made.panel["figures"]}
        assert rows["line/running_cost"].startswith(name)
        assert rows["all lines/running_cost"].startswith(name)
