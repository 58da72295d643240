"""Tables of what a scenario does: its changes, measures before and after, gains, losses, cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from transit.analysis.measures import MEASURES
from transit.attribution.attribute import Attribution
from transit.comparison import Case, Comparison
from transit.model.network import Network
from transit.notice.differences import Side, differences
from transit.reporting.content import UNKNOWN, Cell, Quantity, ReportTable, change_of
from transit.reporting.gains import ledger_table
from transit.reporting.outcome import straight_notes
from transit.reporting.shares import shares_table
from transit.reporting.state import coverage_table, headed
from transit.scenario.scenario import Scenario
from transit.terms import terms

Words = Mapping[str, str]
_OPERATION = {
    "length_out_km": 2, "length_back_km": 2, "share_matched": 1, "run_out_min": 1,
    "run_back_min": 1, "cycle_min": 1, "headway_min": 1, "vehicles": 0, "departures": 0,
    "vehicle_km": 1, "vehicle_hours": 1, "commercial_kmh": 1, "directness": 2, "shared": 1,
}  # fmt: skip
"""What is told of the running of lines, with digits; of ``OPERATION``."""
_ONLY_OTHERS = ("shared",)
_SAME = 1e-9


def effect_tables(
    compared: Comparison, scenario: Scenario, shares: Mapping[str, Attribution], language: str
) -> list[ReportTable]:
    """The tables of one scenario, in reading order; those without rows are left out.

    ``shares`` tells by park id what each change gives, where that is known.
    """
    said = terms(language)
    cases = [case for case in compared.cases if case.scenario is scenario]
    tables = [changes_table(compared.base, cases[0].after.network, scenario, said)]
    for case in cases:
        park = case.park.park_name if len(cases) > 1 else ""
        tables.append(measures_table(case, said, park))
        if found := shares.get(case.park.park_id):
            tables.append(shares_table(found, case, language, park))
        tables.append(rings_table(case, said, park))
        tables.append(stops_changed_table(case, said, park))
    ledger = compared.ledger[compared.ledger["scenario"] == scenario.name]
    tables += [ledger_table(ledger, scenario, effect, language) for effect in ("gain", "loss")]
    tables.append(operation_table(compared, scenario, language))
    return [table for table in tables if table.rows]


def changes_table(
    before: Network, after: Network, scenario: Scenario, said: Words
) -> ReportTable:  # fmt: skip
    """Line by line and direction: stops that come and go, termini, length, hours of service."""
    rows: list[tuple[Cell, ...]] = []
    marks = []
    for line in differences(before, after):
        for each in line.directions:
            old, new = each.before, each.after
            ends = said["toward"].format((new or old).ends[1])  # type: ignore[union-attr]
            rows.append(
                (line.line, ends, _names(line.new_to_line(each), said), _names(each.removed, said),
                 _both(old, new, lambda side: "—".join(side.ends), said),
                 *(Quantity(side.length_km if side else float("nan"), 1) for side in (old, new)),
                 _both(old, new, lambda side: side.hours.span_text, said))
            )  # fmt: skip
            sides = [side for side in (old, new) if side]
            marks.append(any(side.indicative or side.length_indicative for side in sides))
    header = ("line_column", "reply_direction", "reply_stops_new", "reply_stops_gone",
              "reply_termini", "reply_km_before", "reply_km_after", "reply_span")  # fmt: skip
    return ReportTable(
        f"changes_{scenario.name}", said["reply_changes"], tuple(said[name] for name in header),
        tuple(rows), said["reply_def_changes"], marked=tuple(marks),
        widths=(9, 13, 16, 13, 19, 9, 9, 12),
    )  # fmt: skip


def measures_table(case: Case, said: Words, park: str) -> ReportTable:
    """Every measure of the park before and after, with its unit; those that move come first.

    The others are in the workbook only, unless none moves.
    """
    own = case.table[case.table["subject"] == "park"].set_index("measure", drop=False)
    told = {name: measure_row(own.loc[name], said) for name in MEASURES if name in own.index}
    moved = [name for name, cells in told.items() if _texts(cells)[2] != _texts(cells)[3]]
    names = [*moved, *(name for name in told if name not in moved)]
    marks = [bool(own.loc[name, "indicative"]) for name in names]
    header = ("said_measure", "said_unit", "said_before", "said_after", "said_change")
    return ReportTable(
        f"measures_{case.scenario.name}_{case.park.park_id}", headed(park, said["reply_measures"]),
        tuple(said[name] for name in header), tuple(told[name] for name in names),
        said["reply_def_measures"].format(case.before.limit_m, case.park.area_m2 / 1e4),
        marked=tuple(marks), widths=(46, 14, 13, 13, 14), shown=len(moved) or None,
    )  # fmt: skip


def measure_row(row: pd.Series, said: Words) -> tuple[Cell, ...]:
    """Name, unit, before, after and change of one row of ``Case.table``; shares in per cent."""
    name, unit = str(row["measure"]), str(row["unit"])
    if name.startswith("share"):
        sides = [Quantity(row[side], 2, percent=True) for side in ("before", "after")]
        return said[f"measure_{name}"], said[f"unit_{unit}"], *sides, change_of(*sides)
    digits = 1 if unit in ("buses/h", "km") else 0
    sides = [Quantity(row[side], digits) for side in ("before", "after")]
    return said[f"measure_{name}"], said.get(f"unit_{unit}", unit), *sides, change_of(*sides)


def _texts(cells: tuple[Cell, ...]) -> list[str]:
    return [cell.text if isinstance(cell, Quantity) else cell for cell in cells]


def rings_table(case: Case, said: Words, park: str) -> ReportTable:
    """Coverage by ring and kind, before and after."""
    sides = [(said["said_before"], case.before), (said["said_after"], case.after)]
    table = coverage_table(sides, said, park)
    return replace(table, key=f"coverage_{case.scenario.name}_{case.park.park_id}")


def stops_changed_table(case: Case, said: Words, park: str) -> ReportTable:
    """Stops within the limit whose lines, place or walk differ."""
    columns = ["stop_name", "lines", "to_outline_m", "walk_m", "indicative", "distances_indicative"]
    old, new = (side.stops.set_index("stop_id")[columns] for side in (case.before, case.after))
    rows: list[tuple[Cell, ...]] = []
    marks = []
    for stop in new.index.union(old.index, sort=False):
        was, now = (side.loc[stop] if stop in side.index else None for side in (old, new))
        if was is not None and now is not None and _alike(was, now):
            continue
        known = [side for side in (was, now) if side is not None]
        rows.append(
            (str(known[-1]["stop_name"]), *(_lines_of(side, said) for side in (was, now)),
             *(_metres(side, name) for name in ("to_outline_m", "walk_m") for side in (was, now)))
        )  # fmt: skip
        marks.append(any(side["indicative"] or side["distances_indicative"] for side in known))
    header = (said["said_stop"], said["lines_before"], said["lines_after"],
              *(f"{said[side]} {said[name]}" for name in ("said_to_outline", "said_walk")
                for side in ("said_before", "said_after")))  # fmt: skip
    return ReportTable(
        f"stops_{case.scenario.name}_{case.park.park_id}",
        headed(park, said["reply_stops_changed"].format(case.before.limit_m)), header, tuple(rows),
        said["reply_def_stops"], marked=tuple(bool(one) for one in marks),
        widths=(22, 22, 22, 9, 9, 8, 8),
    )  # fmt: skip


def operation_table(compared: Comparison, scenario: Scenario, language: str) -> ReportTable:
    """What it takes to run the lines that are run otherwise: one row a line and figure."""
    said = terms(language)
    table = compared.operation[compared.operation["scenario"] == scenario.name]
    rows, marks = [], []
    for _, own in table.groupby("route_id", sort=False):
        moved = own[_moved(own) & ~own["measure"].isin(_ONLY_OTHERS)]
        if moved.empty:
            continue
        told = own[own["measure"].isin(_OPERATION)]
        for row in told.to_dict("records"):
            if pd.isna(row["before"]) and pd.isna(row["after"]):
                continue
            digits, share = _OPERATION[row["measure"]], str(row["unit"]).startswith("share")
            sides = [Quantity(row[side], digits, percent=share) for side in ("before", "after")]
            rows.append(
                (row["route_short_name"], said[f"measure_{row['measure']}"],
                 said.get(f"unit_{row['unit']}", row["unit"]), *sides, change_of(*sides))
            )  # fmt: skip
            marks.append(bool(row["indicative"] or row["service_indicative"]))
    header = (
        "line_column",
        "said_measure",
        "said_unit",
        "said_before",
        "said_after",
        "said_change",
    )
    notes = (said["reply_def_operation"], *straight_notes(compared, scenario, language))
    definitions = said["reply_space"].join(notes)
    return ReportTable(
        f"operation_{scenario.name}", said["reply_operation"], tuple(said[name] for name in header),
        tuple(rows), definitions, marked=tuple(marks), widths=(14, 36, 14, 12, 12, 12),
    )  # fmt: skip


def _moved(rows: pd.DataFrame) -> pd.Series:
    """Rows that differ, a value known on one side only among them."""
    one_side = rows["before"].isna() != rows["after"].isna()
    return one_side | (rows["change"].abs() > _SAME)


def _alike(was: pd.Series, now: pd.Series) -> bool:
    same = was["lines"] == now["lines"] and was["stop_name"] == now["stop_name"]
    return bool(same) and all(
        abs(was[name] - now[name]) < 0.5 or (pd.isna(was[name]) and pd.isna(now[name]))
        for name in ("to_outline_m", "walk_m")
    )


def _lines_of(side: pd.Series | None, said: Words) -> str:
    return said["reply_not_there"] if side is None else str(side["lines"]) or said["no_change"]


def _metres(side: pd.Series | None, name: str) -> Quantity:
    return Quantity(float("nan") if side is None else float(side[name]))


def _names(names: Sequence[str], said: Words) -> str:
    return said["said_joiner"].join(dict.fromkeys(names)) or UNKNOWN


def _both(old: Side | None, new: Side | None, tell: Callable[[Side], str], said: Words) -> str:
    was, now = (tell(side) if side else UNKNOWN for side in (old, new))
    return str(now) if was == now else said["arrow"].format(was, now)
