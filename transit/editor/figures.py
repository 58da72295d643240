"""The figures of the panel: coverage and service of the park, what it takes to run the line."""

from __future__ import annotations

import pandas as pd

from transit.analysis.assumptions import Assumptions
from transit.analysis.brief import Brief
from transit.analysis.measures import park_measures
from transit.analysis.operation_changes import operation_changes
from transit.analysis.unit_costs import UnitCosts
from transit.comparison import difference
from transit.ledger import park_ledger, service_ledger, walk_ledger

PARK_FIGURES = (
    "share_walk_served", "share_straight_served", "share_walk", "share_straight",
    "stops_within_walk", "stops_within_outline", "lines_within_walk", "lines_within_outline",
    "buses_per_hour_walk", "buses_per_hour",
)  # fmt: skip
"""Measures of the park, in the order of the panel."""
LINE_FIGURES = ("headway_min", "cycle_min", "vehicles", "vehicle_km", "vehicle_hours")
"""What it takes to run a line, in the order of the panel."""
SUMMED = ("vehicles", "vehicle_km", "vehicle_hours")
"""What can be summed over lines."""
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
    operation = operation_changes(before.network, after.network, assumptions)
    parts = [_of_park(before, after), _of_line(operation, route), _of_all(operation)]
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


def _of_all(operation: pd.DataFrame) -> pd.DataFrame:
    known = operation[operation["measure"].isin(SUMMED) & operation["change"].notna()]
    marks = known["indicative"] | known["service_indicative"]
    summed = known.assign(indicative=marks).groupby("measure", as_index=False).agg(
        unit=("unit", "first"), definition=("definition", "first"), before=("before", "sum"),
        after=("after", "sum"), change=("change", "sum"), indicative=("indicative", "any"),
    )  # fmt: skip
    return _in_order(summed.assign(of="all lines"), SUMMED)


def _in_order(table: pd.DataFrame, measures: tuple[str, ...]) -> pd.DataFrame:
    """The rows of ``measures``, in that order; marked where their service is assumed, too."""
    place = {name: number for number, name in enumerate(measures)}
    own = table[table["measure"].isin(place)]
    if "service_indicative" in own:
        own = own.assign(indicative=own["indicative"] | own["service_indicative"])
    return own.sort_values("measure", key=lambda names: names.map(place))
