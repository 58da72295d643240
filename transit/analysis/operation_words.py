"""What an edit does to the running of lines, read out in either language: tables and lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
from rich.markup import escape
from rich.table import Table

from transit.terms import terms

MARK = "*"
_HOPS = 3
"""So many hops are named, the others counted."""
_Printed = dict[str, tuple[int, float]]
_RUN: _Printed = {
    "length_out_km": (2, 1), "length_back_km": (2, 1), "share_matched": (0, 100),
    "directness": (2, 1), "shared": (0, 100), "run_out_min": (1, 1), "run_back_min": (1, 1),
    "cycle_min": (1, 1),
}  # fmt: skip
_DAY: _Printed = {
    "headway_min": (1, 1), "vehicles": (0, 1), "vehicle_km": (0, 1), "vehicle_hours": (1, 1),
}  # fmt: skip
"""What is printed of ``OPERATION``: digits and factor; a course, then a day of it."""
_NOTES = ("said_length_note", "said_directness_note", "said_overlap_note")


def operation_notes(language: str = "en") -> tuple[str, ...]:
    """What the figures printed mean."""
    said = terms(language)
    return tuple(said[note] for note in _NOTES)


def operation_tables(rows: pd.DataFrame, language: str = "en") -> Iterator[Table]:
    """The lines of ``rows`` (from ``operation_changes``) that are run otherwise, in two tables.

    A course that only other lines enter or leave is not run otherwise.
    """
    said = terms(language)
    for printed in (_RUN, _DAY):
        table = _table(said["run_line"], *(said[f"run_{name}"] for name in printed))
        if printed is _DAY:
            table.add_column(said["run_same_fleet"])
        for _, own in rows.groupby("route_id", sort=False):
            figures = own.set_index("measure")
            cells = {name: _before_after(figures.loc[name], *printed[name]) for name in printed}
            if not any("→" in cell for name, cell in cells.items() if name != "shared"):
                continue
            last = [_number(figures.loc["headway_min", "same_fleet_min"], 1)]
            marked = own[["indicative", "service_indicative"]].any().any()
            name = escape(str(own["route_short_name"].iloc[0])) + (MARK if marked else "")
            table.add_row(name, *cells.values(), *(last if printed is _DAY else []))
        if table.row_count:
            yield table


def course_line(row: Any, language: str = "en") -> str:  # noqa: ANN401  (a row of itertuples)
    """How the course of one pattern differs; a row of ``course_changes``."""
    said = terms(language)
    fresh = pd.notna(row.length_after_m) and pd.isna(row.length_change_m)
    if pd.notna(row.length_change_m):
        change = said["run_changed"].format(row.length_change_m, row.run_change_min)
    else:
        change = said["run_new" if fresh else "run_gone"]
    # A pattern that was not there has no streets that are new to it.
    told = {
        "run_streets_by" if fresh else "run_streets_new": row.streets_new,
        "run_streets_left": row.streets_left,
        "run_straight_by" if fresh else "run_straight_new": _few(row.straight_new, language),
    }
    listed = "".join(said[what].format(names) for what, names in told.items() if names)
    head = said["run_course"].format(row.route_short_name, row.direction_id, _mark(row), change)
    return head + listed


def overlap_line(row: Any, language: str = "en") -> str:  # noqa: ANN401
    """线路重复系数 of all lines on known streets; a row of ``overlap_changes``."""
    said = terms(language)
    before, after = (
        said["run_ratio"].format(ratio, lines, network)
        for ratio, lines, network in (
            (row.ratio_before, row.lines_km_before, row.network_km_before),
            (row.ratio_after, row.lines_km_after, row.network_km_after),
        )
    )
    return said["run_overlap"].format(MARK if row.indicative else "", before, after)


def bottleneck_line(row: Any, language: str = "en") -> str:  # noqa: ANN401
    """The most loaded street of a park's lines on both sides; a row of ``bottleneck_changes``."""
    before, after = (
        _worst(language, *(getattr(row, f"{name}_{side}") for name in _WORST))
        for side in ("before", "after")
    )
    return terms(language)["run_bottleneck"].format(row.park_name, _mark(row), before, after)


_WORST = ("streets", "length_m", "buses_per_hour", "share_of_lines", "lines")


def _worst(  # noqa: PLR0913
    language: str, streets: str, length_m: float, hourly: float, share: float, lines: int
) -> str:
    said = terms(language)
    if not streets:
        return said["said_no_street"]
    text = said["run_worst_one" if lines == 1 else "run_worst_many"]
    return text.format(streets, length_m, hourly, share, lines)


def few_hops(each: Sequence[str], language: str) -> str:
    """The hops named, or how many there are and the first few."""
    said = terms(language)
    first = said["said_joiner"].join(each[:_HOPS])
    return first if len(each) <= _HOPS else said["run_few"].format(len(each), first)


def _few(hops: str, language: str) -> str:
    return few_hops(hops.split("、"), language)


def _before_after(row: pd.Series, digits: int, factor: float) -> str:
    before, after = (_number(row[side] * factor, digits) for side in ("before", "after"))
    return before if before == after else f"{before} → {after}"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _mark(row: Any) -> str:  # noqa: ANN401
    return MARK if row.indicative or row.service_indicative else ""


def _number(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}" if value == value else "–"  # noqa: PLR0124
