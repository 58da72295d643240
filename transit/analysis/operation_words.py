"""What an edit does to the running of lines, as it would be read out: tables and lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from rich.markup import escape
from rich.table import Table

MARK = "*"
_HOPS = 3
"""So many hops are named, the others counted."""
_Printed = dict[str, tuple[str, int, float]]
_RUN: _Printed = {
    "length_out_km": ("km out", 2, 1), "length_back_km": ("km back", 2, 1),
    "directness": ("非直线系数", 2, 1), "shared": ("shared %", 0, 100),
    "run_out_min": ("run out min", 1, 1), "run_back_min": ("run back min", 1, 1),
    "cycle_min": ("cycle min", 1, 1),
}  # fmt: skip
_DAY: _Printed = {
    "headway_min": ("headway min", 1, 1), "vehicles": ("vehicles", 0, 1),
    "vehicle_km": ("vehicle-km/day", 0, 1), "vehicle_hours": ("vehicle-h/day", 1, 1),
}  # fmt: skip
"""What is printed of ``OPERATION``: a heading, digits and factor; a course, then a day of it."""
_FLEET = "same fleet: headway min"
NOTES = (
    "Lengths follow streets where known, else straight hops. Vehicles: cycle ÷ headway.",
    "非直线系数: course ÷ straight between termini, both directions averaged. "
    "Shared: of the line's course, what other lines run on too.",
    "线路重复系数: km of lines, one direction each ÷ km of the streets they run on.",
)
"""What the figures printed mean."""


def operation_tables(rows: pd.DataFrame) -> Iterator[Table]:
    """The lines of ``rows`` (from ``operation_changes``) that are run otherwise, in two tables.

    A course that only other lines enter or leave is not run otherwise.
    """
    for printed in (_RUN, _DAY):
        table = _table("line", *(heading for heading, *_ in printed.values()))
        if printed is _DAY:
            table.add_column(_FLEET)
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


def course_line(row: Any) -> str:  # noqa: ANN401  (a row of itertuples)
    """How the course of one pattern differs; a row of ``course_changes``."""
    if pd.notna(row.length_change_m):
        change = f"{row.length_change_m:+,.0f} m, {row.run_change_min:+.1f} min"
    else:
        change = "new" if pd.notna(row.length_after_m) else "gone"
    fresh = change == "new"  # A pattern that was not there has no streets that are new to it.
    said = {
        "by" if fresh else "new streets": row.streets_new,
        "no longer on": row.streets_left,
        "on no known street" if fresh else "now on no known street": _few(row.straight_new),
    }
    listed = "".join(f"; {what}: {names}" for what, names in said.items() if names)
    return f"{row.route_short_name} (direction {row.direction_id}){_mark(row)}: {change}{listed}"


def overlap_line(row: Any) -> str:  # noqa: ANN401
    """线路重复系数 of all lines on known streets; a row of ``overlap_changes``."""
    mark = MARK if row.indicative else ""
    before, after = (
        f"{ratio:.3f} ({lines:,.1f} ÷ {network:,.1f} km)"
        for ratio, lines, network in (
            (row.ratio_before, row.lines_km_before, row.network_km_before),
            (row.ratio_after, row.lines_km_after, row.network_km_after),
        )
    )
    return f"线路重复系数 of all lines on known streets{mark}: {before} → {after}"


def bottleneck_line(row: Any) -> str:  # noqa: ANN401
    """The most loaded street of a park's lines on both sides; a row of ``bottleneck_changes``."""
    before, after = (
        _worst(*(getattr(row, f"{name}_{side}") for name in _WORST)) for side in ("before", "after")
    )
    return f"Most loaded street of the lines of {row.park_name}{_mark(row)}: {before} → {after}"


_WORST = ("streets", "length_m", "buses_per_hour", "share_of_lines", "lines")


def _worst(streets: str, length_m: float, hourly: float, share: float, lines: int) -> str:
    if not streets:
        return "unknown (no line on a known street)"
    of = "1 line" if lines == 1 else f"{lines} lines"
    return f"{streets} ({length_m:,.0f} m), {hourly:.1f} buses/h, {share:.0%} of {of}"


def _few(hops: str) -> str:
    """The hops, or how many there are and the first few."""
    each = hops.split("、")
    if len(each) <= _HOPS:
        return hops
    return f"{len(each)} hops ({'、'.join(each[:_HOPS])}、…)"


def _before_after(row: pd.Series, _: str, digits: int, factor: float) -> str:
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
