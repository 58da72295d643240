"""The figures of the panel: coverage and service of the park, what it takes to run the line."""

from __future__ import annotations

import pandas as pd

from transit.analysis.assumptions import Assumptions
from transit.analysis.brief import Brief
from transit.analysis.measures import park_measures
from transit.analysis.operation import OPERATION
from transit.analysis.unit_costs import UnitCosts
from transit.comparison import difference
from transit.editor.running import SUMMED, running_changes, running_of_others
from transit.ledger import park_ledger, service_ledger, walk_ledger

PARK_FIGURES = (
    "share_walk_served", "share_straight_served", "share_walk", "share_straight",
    "stops_within_walk", "stops_within_outline", "lines_within_walk", "lines_within_outline",
    "buses_per_hour_walk", "buses_per_hour",
)  # fmt: skip
"""Measures of the park, in the order of the panel."""
LINE_FIGURES = ("headway_min", "cycle_min", "vehicles", "vehicle_km", "vehicle_hours")
"""What it takes to run a line, in the order of the panel."""
COST = "running_cost"
"""Money a day, by unit costs that the planner gave."""
COLUMNS = ("of", "measure", "unit", "definition", "before", "after", "change", "indicative")


def figures(
    before: Brief, after: Brief, route: str = "", assumptions: Assumptions | None = None,
    unit_costs: UnitCosts | None = None,
) -> pd.DataFrame:  # fmt: skip
    """One row a figure of the panel, equal to those of ``transit.compare``.

    With ``unit_costs``, what the line and all lines cost a day is told as well (``COST``).

    Columns: ``of`` (``park``, ``line``: that with the id ``route``, or ``all lines``), then as in
    ``difference``. Sums over all lines leave out those whose figure is not known on both sides.
    """
    asked = (before.network, after.network, route, assumptions)
    operation = running_changes(*asked)
    parts = [_of_park(before, after), _of_line(operation, route)]
    parts.append(_of_all(operation, running_of_others(*asked)))
    if unit_costs:
        parts[1:] = [_with_cost(table, unit_costs) for table in parts[1:]]
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _with_cost(table: pd.DataFrame, costs: UnitCosts) -> pd.DataFrame:
    """``table`` of one line or of all, with a row of what they cost a day."""
    if table.empty:
        return table
    own = table.set_index("measure")
    before, after = (costs.a_day(own[side].to_dict()) for side in ("before", "after"))
    row = {
        "of": table["of"].iloc[0], "measure": COST, "unit": f"{costs.currency}/day",
        "definition": costs.definition, "before": before, "after": after,
        "change": after - before, "indicative": costs.indicative or bool(table["indicative"].any()),
    }  # fmt: skip
    return pd.concat([table, pd.DataFrame([row])], ignore_index=True)


def ledger(before: Brief, after: Brief) -> pd.DataFrame:
    """Who gains and who loses, as ``Comparison.ledger`` has it for one scenario and park."""
    sides, limit = (before.network, after.network), before.limit_m
    parts = [
        park_ledger(before, after),
        service_ledger(*sides, limit_m=limit),
        walk_ledger(*sides, limit_m=limit),
    ]
    return pd.concat(parts, ignore_index=True)


def _of_park(before: Brief, after: Brief) -> pd.DataFrame:
    old, new = (park_measures(side, PARK_FIGURES) for side in (before, after))
    table = difference(old, new, limit_m=before.limit_m).assign(of="park")
    return _in_order(table, PARK_FIGURES)


def _of_line(operation: pd.DataFrame, route: str) -> pd.DataFrame:
    own = operation[operation["route_id"] == route].assign(of="line")
    return _in_order(own, LINE_FIGURES)


def _of_all(operation: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Sums over the lines of ``operation`` and those that are the same before and after."""
    known = operation[operation["measure"].isin(SUMMED) & operation["change"].notna()]
    marks = known["indicative"] | known["service_indicative"]
    summed = known.assign(indicative=marks).groupby("measure").agg(
        before=("before", "sum"), after=("after", "sum"), indicative=("indicative", "any")
    )  # fmt: skip
    rows = others.rename(columns={"indicative": "others"}).set_index("measure").join(summed)
    before, after = (rows[side].add(rows["value"], fill_value=0.0) for side in ("before", "after"))
    own = rows["indicative"].eq(other=True)
    table = pd.DataFrame(
        {"of": "all lines", "before": before, "after": after, "change": after - before,
         "indicative": rows["others"] | own}
    ).dropna(subset=["change"]).reset_index()  # fmt: skip
    table["unit"] = [OPERATION[name][0] for name in table["measure"]]
    table["definition"] = [OPERATION[name][1] for name in table["measure"]]
    return _in_order(table, SUMMED)


def _in_order(table: pd.DataFrame, measures: tuple[str, ...]) -> pd.DataFrame:
    """The rows of ``measures``, in that order; marked where their service is assumed, too."""
    place = {name: number for number, name in enumerate(measures)}
    own = table[table["measure"].isin(place)]
    if "service_indicative" in own:
        own = own.assign(indicative=own["indicative"] | own["service_indicative"])
    return own.sort_values("measure", key=lambda names: names.map(place))
