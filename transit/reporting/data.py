"""The whole tables behind a report, for the workbook: every row, every column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from transit.analysis.brief import Brief
from transit.comparison import Comparison
from transit.reporting.content import Cell, Quantity, ReportTable
from transit.reporting.resting import resting_data
from transit.terms import readable, terms

_DIGITS = 3


def data_tables(
    briefs: Sequence[Brief], compared: Comparison | None, language: str
) -> tuple[ReportTable, ...]:
    """Every table of the briefs and of the comparison, cell by cell."""
    said = terms(language)
    tables: dict[str, pd.DataFrame] = {}
    for name in briefs[0].tables():
        parts = [_headed(one, one.tables()[name]) for one in briefs]
        tables[name] = pd.concat(parts, ignore_index=True)
    if compared is not None:
        tables |= {
            "comparison": compared.table, "ledger": compared.ledger,
            "operation_all": compared.operation, "courses": compared.courses,
            "overlap": compared.overlap, "bottlenecks": compared.bottlenecks,
        }  # fmt: skip
    scenarios = [one.name for one in compared.scenarios] if compared else []
    zones = compared is not None and compared.zones is not None
    return tuple(
        resting_data(
            as_report_table(name, said[f"reply_data_{name}"], table, language),
            scenarios,
            zones=zones,
        )
        for name, table in tables.items()
        if len(table)
    )


def as_report_table(name: str, caption: str, frame: pd.DataFrame, language: str) -> ReportTable:
    """``frame`` with every cell a number or a text in ``language``."""
    said = terms(language)
    told = readable(frame, language)
    columns = [
        [_cell(value, column, language) for value in told[title]]
        for column, title in zip(frame, told, strict=True)
    ]
    marks = tuple(frame["indicative"].astype(bool)) if "indicative" in frame else ()
    rows = tuple(zip(*columns, strict=True))
    return ReportTable(
        f"data_{name}", caption, tuple(map(str, told)), rows, said["reply_def_data"], marked=marks
    )


def _headed(one: Brief, table: pd.DataFrame) -> pd.DataFrame:
    own = table.drop(columns=["park_id"], errors="ignore")
    own.insert(0, "park_id", one.park.park_id)
    return own


def _cell(value: object, column: str, language: str) -> Cell:
    said = terms(language)
    if isinstance(value, (bool, np.bool_)):
        return said["reply_yes" if value else "reply_no"]
    if isinstance(value, (int, np.integer)):
        return Quantity(int(value))
    if isinstance(value, (float, np.floating)):
        whole = float(value).is_integer()
        share = column.startswith("share") or column.endswith("share")
        return Quantity(float(value), 2 if share else 0 if whole else _DIGITS, percent=share)
    if value is None or value is pd.NA:
        return ""
    return str(value)
