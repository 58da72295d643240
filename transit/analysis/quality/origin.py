"""Rules on where facts come from: what is indicative, what is empty, of which years."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from transit.analysis.quality.ground import Ground
from transit.analysis.quality.rule import Found, Rule, Words
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
        Words("facts that are indicative", "示意性资料"),
        Words("So many rows of the table were assumed or digitised by this project, not surveyed "
              "or published; every figure made of them is marked.",
              "表中若干行为本项目假定或数字化，非实测或公布；由其得出的数值均有标注。"),
        Words("Put surveyed or published values in their place.", "以实测或公布的资料替换。"),
        _indicative,
    ),
    Rule(
        "field_empty", "note", "table", "rows",
        Words("fields left empty", "未填字段"),
        Words("What asks for them leaves these rows out; without districts, nothing is said of "
              "the districts a line reaches.",
              "用到这些字段的分析会略去相应各行；如无行政区，则不回答线路通达的行政区。"),
        Words("Fill them in where the answer is wanted.", "如需相应结果，请补填。"),
        _empty_fields,
    ),
    Rule(
        "years_mixed", "note", "table", "a",
        Words("facts of different years", "资料年份不一"),
        Words("Stops are renamed and lines are changed from year to year: what is told of them "
              "together held at no one time. The value is how many years they span.",
              "站名与线路逐年变动，合在一起的情形未必同时存在。数值为年份跨度。"),
        Words("Take facts of one year, or say the years with the figures.",
              "采用同一年份的资料，或随数值注明年份。"),
        _years, (), ("years_apart",),
    ),
)  # fmt: skip
