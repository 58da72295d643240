"""Rules on where facts come from: what is indicative, what is empty, of which years."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from transit.analysis.quality.ground import Ground
from transit.analysis.quality.rule import Found, Rule
from transit.schema import FEED_TABLES


def _indicative(ground: Ground) -> Found:
    """One row a table that holds anything assumed or digitised."""
    marks = {
        name: table["indicative"]
        for name, table in _tables(ground).items()
        if "indicative" in table
    }
    rows = [
        _row(name, int(marked.sum()), len(marked)) for name, marked in marks.items() if marked.any()
    ]
    return _found(rows, len(marks))


def _empty_fields(ground: Ground) -> Found:
    """One row a column that may be left empty, and is."""
    rows, asked = [], 0
    for declared in FEED_TABLES:
        table = getattr(ground.network.feed, declared.name)
        for column in declared.columns:
            if column.kind != "text" or not column.may_be_empty or column.may_be_absent:
                continue
            asked += 1
            empty = int((table[column.name] == "").sum())
            if empty:
                rows.append(_row(f"{declared.name}.{column.name}", empty, len(table)))
    return _found(rows, asked)


def _years(ground: Ground) -> Found:
    """One row a table whose facts are of several years, and one where the tables' years differ."""
    tables = {name: table["year"] for name, table in _tables(ground).items() if "year" in table}
    tables = {name: years for name, years in tables.items() if len(years)}
    if len(tables) > 1:
        tables["all tables"] = pd.concat(list(tables.values()), ignore_index=True)
    rows = []
    for name, years in tables.items():
        apart = int(years.max() - years.min())
        if apart > ground.number("years_apart"):
            counts = years.value_counts().sort_index()
            detail = ", ".join(f"{year}: {count:,}" for year, count in counts.items())
            rows.append(_row(name, apart, None) | {"detail": detail})
    return _found(rows, len(tables))


def _tables(ground: Ground) -> dict[str, pd.DataFrame]:
    """The tables of facts by name, those of the parks included."""
    feed = ground.network.feed
    tables = {table.name: getattr(feed, table.name) for table in FEED_TABLES}
    tables |= {"stations": ground.network.stations, "streets": ground.network.streets.edges}
    tables["parks"] = pd.DataFrame({"indicative": [park.indicative for park in ground.parks]})
    if ground.parks:
        tables["gates"] = pd.concat([park.gates for park in ground.parks], ignore_index=True)
    return tables


def _row(name: str, value: float, of: float | None) -> dict[str, object]:
    return {"subject_id": name, "name": name, "lines": "", "value": float(value), "of": of}


def _found(rows: Iterable[dict[str, object]], looked_at: int) -> Found:
    return Found(pd.DataFrame(list(rows)), looked_at)


RULES = (
    Rule(
        "facts_indicative", "note", "table", "rows",
        _indicative,
    ),
    Rule(
        "field_empty", "note", "table", "rows",
        _empty_fields,
    ),
    Rule(
        "years_mixed", "note", "table", "a",
        _years, (), ("years_apart",),
    ),
)  # fmt: skip
