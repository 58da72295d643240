"""The comparison in words, in either language: lines of text and small tables."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from transit.analysis.operation_words import (
    bottleneck_line,
    course_line,
    operation_notes,
    operation_tables,
    overlap_line,
)
from transit.analysis.zones import EVENLY
from transit.answer.printing import hours_meant, mark, small_table
from transit.comparison import Comparison
from transit.ledger.words import told_rows
from transit.rounding import printed_change
from transit.terms import measure_said, spoken, terms, unit_said

_LEDGER_ROWS = 20
_LEAST_RATIO = 0.0005


def comparison_answer(comparison: Comparison, language: str = "en") -> RenderableType:
    """What each scenario changes for each park, and who gains and who loses.

    Raises ``UsageError`` for a language that there are no texts in.
    """
    said, changed, verdicts = terms(language), comparison.changed(), comparison.verdicts(language)
    parts: list[RenderableType] = []
    for scenario in comparison.scenarios:
        rows = changed[(changed["scenario"] == scenario.name) & (changed["subject"] != "stop")]
        ledger = comparison.ledger[comparison.ledger["scenario"] == scenario.name]
        title = said["said_scenario"].format(scenario.name, scenario.title)
        verdict = said["said_verdict"].format(verdicts[scenario.name])
        parts += [Text(), Text(title, style="bold"), Text(verdict, style="bold")]
        parts += [_changes_table(rows, language), *_gains_losses(ledger, language)]
        parts += _operating(comparison, scenario.name, language)
    return Group(*parts, *(Text(note, style="dim") for note in _notes(comparison, language)))


def _notes(comparison: Comparison, language: str) -> list[str]:
    """What the figures of a comparison mean and rest on."""
    said = terms(language)
    meant = said["said_and"].join(
        said["said_park_area"].format(
            one.park.park_name, one.park.area_m2 / 1e4, mark(one.park.indicative)
        )
        for one in comparison.before
    )
    limit = comparison.before[0].limit_m
    return [
        said["said_limit"].format(limit, meant, comparison.base.crs),
        said["said_hourly"],
        *hours_meant(language, comparison.base, *comparison.networks),
        *operation_notes(language),
        *_assumed(comparison, language),
        said["said_too_small"],
        *_zones_meant(comparison, language),
        said["said_mark"],
    ]


def _zones_meant(comparison: Comparison, language: str) -> list[str]:
    """What shares of zones and their people are of."""
    if comparison.zones is None:
        return []
    said, table = terms(language), comparison.zones.table
    counts = said["said_comma"].join(
        said[f"said_zones_{name}"].format(table[name].sum(), table[name].count())
        for name in ("people", "jobs")
    )
    km2 = comparison.zones.area_m2.sum() / 1e6
    return [said["said_zones"].format(len(table), km2, counts, spoken(EVENLY, language))]


def _changes_table(rows: pd.DataFrame, language: str) -> Table:
    """Changes that show at the digits printed; the comparison's own table has the others too."""
    said = terms(language)
    heads = ("for", "measure", "unit", "before", "after", "change")
    table = small_table(*(said[f"said_{head}"] for head in heads))
    for row in rows.itertuples():
        scale, digits, sign = (100, 2, " %") if row.measure.startswith("share") else (1, 1, "")
        change = printed_change(row.before * scale, row.after * scale, digits)
        if change == 0:
            continue
        before, after, by = (
            f"{value:{plus}.{digits}f}{sign}" if value == value else "–"  # noqa: PLR0124
            for value, plus in ((row.before * scale, ""), (row.after * scale, ""), (change, "+"))
        )
        name = escape(row.subject_name) + mark(row.indicative)
        points = by.replace("%", said["said_points"])
        measure, unit = measure_said(row.measure, language), unit_said(row.unit, language)
        table.add_row(name, measure, unit, before, after, points)
    return table


def _gains_losses(ledger: pd.DataFrame, language: str) -> Iterable[Text]:
    said = terms(language)
    for effect, word, style in (("gain", "gains", "green"), ("loss", "losses", "red")):
        rows = ledger[ledger["effect"] == effect]
        yield Text(said[f"said_{word}" if len(rows) else f"said_{word}_none"], style=style)
        told = told_rows(rows, language)
        yield from (Text(f"  {line}") for line in told[:_LEDGER_ROWS])
        more = len(told) - _LEDGER_ROWS
        if more > 0:
            yield Text(f"  {said[f'said_{word}_more'].format(more)}")


def _operating(comparison: Comparison, scenario: str, language: str) -> Iterable[RenderableType]:
    """What it takes to run the lines that are run otherwise, and where they drive otherwise."""
    operation, courses, overlap, streets = (
        table[table["scenario"] == scenario]
        for table in (
            comparison.operation, comparison.courses, comparison.overlap, comparison.bottlenecks
        )
    )  # fmt: skip
    tables = list(operation_tables(operation, language))
    if not tables and courses.empty:
        yield Text(terms(language)["said_same_operation"])
    yield from tables
    yield from (Text(course_line(course, language)) for course in courses.itertuples())
    on_streets = overlap[(overlap["on"] == "streets") & ~_same_ratio(overlap)]
    yield from (Text(overlap_line(row, language)) for row in on_streets.itertuples())
    differs = streets[streets["differs"]]
    yield from (Text(bottleneck_line(row, language)) for row in differs.itertuples())


def _same_ratio(overlap: pd.DataFrame) -> pd.Series:
    return overlap["change"].isna() | (overlap["change"].abs() < _LEAST_RATIO)


def _assumed(comparison: Comparison, language: str) -> Iterable[str]:
    """What the operation of lines rests on that the feed does not say, by source."""
    said, table = terms(language), comparison.assumptions.table()
    table = table[table["applies"]]
    for source, own in table.groupby("source", sort=False):
        values = said["said_and"].join(
            said["said_assumption"].format(
                spoken(row.meaning, language), row.value, unit_said(row.unit, language),
                mark(row.indicative),
            )
            for row in own.itertuples()
        )  # fmt: skip
        yield said["said_assumed"].format(values, spoken(str(source), language))
