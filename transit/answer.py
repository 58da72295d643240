"""The answer in words: briefs and comparisons as lines of text and small tables."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from transit.analysis.brief import Brief
from transit.analysis.coverage import ANY_STOP, SERVED_LINES
from transit.analysis.operation_words import NOTES as OPERATION_NOTES
from transit.analysis.operation_words import (
    bottleneck_line,
    course_line,
    operation_tables,
    overlap_line,
)
from transit.analysis.zones import EVENLY
from transit.comparison import Comparison
from transit.ledger.words import told_rows
from transit.model.network import Network
from transit.units import clock_of

MARK = "*"
MARK_MEANS = f"{MARK} indicative: assumed or digitised by this project, not surveyed"
_MEANS = {
    "point": "straight from the park's point",
    "outline": "straight from the outline",
    "gates": "straight from the nearest gate",
    "walk": "walking from the nearest gate",
}
_LEDGER_ROWS = 20
_LEAST_RATIO = 0.0005
_SHOWN = {"to_point_m": "point", "to_outline_m": "outline", "to_gate_m": "gate", "walk_m": "walk"}


def brief_answer(brief: Brief) -> RenderableType:
    """What a park has within the limit, as a planner would read it out."""
    park = brief.park
    outline = f"outline {park.area_m2 / 1e4:.1f} ha{_mark(park.indicative)}, {brief.network.crs}"
    return Group(
        Text(f"{park.park_name}: public transport within {brief.limit_m:g} m", style="bold"),
        Text(f"{outline}; {len(park.gates)} gates; network: {brief.network.name}"),
        _definitions_table(brief),
        _stops_table(brief),
        *_sentences(brief),
        *(Text(said, style="dim") for said in _hours_meant(brief.network)),
        Text(MARK_MEANS, style="dim"),
    )


def comparison_answer(comparison: Comparison) -> RenderableType:
    """What each scenario changes for each park, and who gains and who loses."""
    changed = comparison.changed()
    parts: list[RenderableType] = []
    for scenario in comparison.scenarios:
        rows = changed[(changed["scenario"] == scenario.name) & (changed["subject"] != "stop")]
        ledger = comparison.ledger[comparison.ledger["scenario"] == scenario.name]
        title = f"{scenario.name}  {scenario.title}"
        said = Text(f"Verdict: {comparison.verdict[scenario.name]}", style="bold")
        parts += [Text(), Text(title, style="bold"), said]
        parts += [_changes_table(rows), *_gains_losses(ledger)]
        parts += _operating(comparison, scenario.name)
    limit = comparison.before[0].limit_m
    meant = "; ".join(
        f"{one.park.park_name} {one.park.area_m2 / 1e4:.1f} ha{_mark(one.park.indicative)}"
        for one in comparison.before
    )
    notes = [
        f"Limit {limit:g} m. Shares are of the outline's area ({meant}; {comparison.base.crs}).",
        "Buses an hour: departures 07:00–09:00, divided by two. straight_km: hops between stops.",
        *_hours_meant(comparison.base, *comparison.networks),
        *OPERATION_NOTES,
        *_assumed(comparison),
        "Changes too small for the digits printed are in the comparison's table (--out, --json).",
        *_zones_meant(comparison),
        MARK_MEANS,
    ]
    return Group(*parts, *(Text(note, style="dim") for note in notes))


def _hours_meant(*networks: Network) -> list[str]:
    """At what time people walk, where streets or gates are open at some hours only."""
    if not any(network.streets.has_hours for network in networks):
        return []
    return [f"Gates and ways with hours are as at {clock_of(networks[0].streets.clock)[:5]}."]


def _zones_meant(comparison: Comparison) -> list[str]:
    """What shares of zones and their people are of."""
    if comparison.zones is None:
        return []
    table = comparison.zones.table
    counts = ", ".join(
        f"{table[name].sum():,.0f} {name} in {table[name].count()}" for name in ("people", "jobs")
    )
    km2 = comparison.zones.area_m2.sum() / 1e6
    return [f"Zones: {len(table)}, {km2:,.1f} km² together ({counts} of them); {EVENLY}."]


def _definitions_table(brief: Brief) -> Table:
    table = _table(
        '"within" means', "stops (kerbs)", "places", "lines", "directions", "which places"
    )
    for row in brief.definitions.itertuples():
        table.add_row(
            _MEANS[row.within] + _mark(row.indicative), str(row.stops), str(row.places),
            str(row.lines), str(row.directions), escape(row.which_stops),
        )  # fmt: skip
    return table


def _stops_table(brief: Brief) -> Table:
    # The point is published; the outline, the gates and the streets may be indicative.
    mark = _mark(brief.stops["distances_indicative"].any())
    metres_from = (f"{name} m{mark if name != 'point' else ''}" for name in _SHOWN.values())
    table = _table("stop", *metres_from, "walk gate", "detour", "lines")
    for row in brief.stops.itertuples():
        metres = [_metres(getattr(row, column)) for column in _SHOWN]
        gate = row.walk_gate if isinstance(row.walk_gate, str) else "–"
        table.add_row(
            escape(row.stop_name) + _mark(row.indicative), *metres, escape(gate),
            _number(row.detour_ratio, 2), escape(row.lines),
        )  # fmt: skip
    return table


def _sentences(brief: Brief) -> Iterable[Text]:
    inside = brief.lines[brief.lines["within_outline"]]
    starting = sorted(set(inside.loc[inside["starts_here"], "route_short_name"]))
    yield Text(
        f"Lines within {brief.limit_m:g} m of the outline: {_names(inside['route_short_name'])}"
    )
    yield Text(f"Lines that start there: {'、'.join(starting) or 'none'}")
    for of in (ANY_STOP, SERVED_LINES):
        rows = brief.coverage[brief.coverage["of"] == of]
        shares = "; ".join(
            f"{row.kind} {row.share:.1%} ({row.covered_m2 / 1e4:.1f} of "
            f"{row.denominator_m2 / 1e4:.1f} ha){_mark(row.indicative)}"
            for row in rows.itertuples()
        )
        known = shares or "unknown (no headway, no timetable)"
        yield Text(f"Share of the park's outline within {brief.limit_m:g} m of {of}: {known}")
    for row in brief.coverage.drop_duplicates("kind").itertuples():
        yield Text(f"  {row.kind}: {row.definition}; {row.crs}", style="dim")
    away = brief.districts[brief.districts["travel"] == "from_park"]
    districts = _ranked(away, "district") or _none_of(brief.network.feed.stops["district"])
    yield Text(f"Districts reached without a transfer: {districts}")
    fed = brief.stations[brief.stations["travel"] == "from_park"]
    stations = _stations(fed) if len(brief.network.stations) else "unknown (no station is known)"
    yield Text(f"Metro stations fed without a transfer: {stations}")
    yield Text(f"Most loaded street of these lines: {_most_loaded(brief)}")


def _none_of(districts: pd.Series[str]) -> str:
    return "none" if (districts != "").any() else "unknown (no stop says its district)"


def _most_loaded(brief: Brief) -> str:
    if not brief.network.feed.service_known:
        return "unknown (no headway and no trip is known)"
    worst = brief.bottleneck.worst
    if worst is None:
        return "unknown (no line on a known street)"
    mark = _mark(worst["indicative"] or worst["service_indicative"])
    name = worst["streets"] or worst["way_ids"]
    text = f"{name} between two junctions ({worst['length_m']:,.0f} m), "
    text += f"{worst['buses_per_hour']:.1f} buses/h both ways 07:00–09:00{mark}; on it hang "
    text += f"{worst['park_line_count']} of {len(brief.bottleneck.lines)} lines "
    return text + f"({worst['share_of_lines']:.0%}): {worst['park_lines']}"


def _stations(fed: pd.DataFrame) -> str:
    line_4 = fed[fed["metro_line"] == "4"]
    names = _ranked(line_4, "station_name")
    others = fed.loc[~fed["station_id"].isin(line_4["station_id"]), "station_id"].nunique()
    return f"Line 4: {names or 'none'}; other lines: {others}"


def _ranked(table: pd.DataFrame, column: str) -> str:
    """Values of ``column`` by the number of lines that reach them, most first."""
    lines = table.groupby(column)["route_short_name"].nunique()
    order = lines.sort_values(ascending=False, kind="stable")
    return "、".join(
        f"{name} ({count} line{'s' if count > 1 else ''})" for name, count in order.items()
    )


def _changes_table(rows: pd.DataFrame) -> Table:
    """Changes that show at the digits printed; the comparison's own table has the others too."""
    table = _table("for", "measure", "unit", "before", "after", "change")
    for row in rows.itertuples():
        scale, digits, sign = (100, 2, " %") if row.measure.startswith("share") else (1, 1, "")
        if round(row.before * scale, digits) == round(row.after * scale, digits):
            continue
        before, after, change = (
            f"{value * scale:.{digits}f}{sign}" if value == value else "–"  # noqa: PLR0124
            for value in (row.before, row.after, row.change)
        )
        change = change if change.startswith(("-", "–")) else f"+{change}"
        name = escape(row.subject_name) + _mark(row.indicative)
        table.add_row(name, row.measure, row.unit, before, after, change.replace("%", "points"))
    return table


def _gains_losses(ledger: pd.DataFrame) -> Iterable[Text]:
    for effect, word, style in (("gain", "gains", "green"), ("loss", "losses", "red")):
        rows = ledger[ledger["effect"] == effect]
        yield Text(f"{word}:" if len(rows) else f"{word}: none", style=style)
        told = told_rows(rows)
        yield from (Text(f"  {line}") for line in told[:_LEDGER_ROWS])
        more = len(told) - _LEDGER_ROWS
        if more > 0:
            yield Text(f"  … and {more} more {word}, in the ledger's table (--out, --json)")


def _operating(comparison: Comparison, scenario: str) -> Iterable[RenderableType]:
    """What it takes to run the lines that are run otherwise, and where they drive otherwise."""
    operation, courses, overlap, streets = (
        table[table["scenario"] == scenario]
        for table in (
            comparison.operation, comparison.courses, comparison.overlap, comparison.bottlenecks
        )
    )  # fmt: skip
    tables = list(operation_tables(operation))
    if not tables and courses.empty:
        yield Text("No line drives elsewhere, and none takes more or less to run.")
    yield from tables
    yield from (Text(course_line(course)) for course in courses.itertuples())
    on_streets = overlap[(overlap["on"] == "streets") & ~_same_ratio(overlap)]
    yield from (Text(overlap_line(row)) for row in on_streets.itertuples())
    yield from (Text(bottleneck_line(row)) for row in streets[streets["differs"]].itertuples())


def _same_ratio(overlap: pd.DataFrame) -> pd.Series:
    return overlap["change"].isna() | (overlap["change"].abs() < _LEAST_RATIO)


def _assumed(comparison: Comparison) -> Iterable[str]:
    """What the operation of lines rests on that the feed does not say, by source."""
    table = comparison.assumptions.table()
    table = table[table["applies"]]
    for source, own in table.groupby("source", sort=False):
        values = "; ".join(
            f"{row.meaning}: {row.value:g} {row.unit}{_mark(row.indicative)}"
            for row in own.itertuples()
        )
        yield f"Assumed: {values}. Source: {source}."


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _names(values: pd.Series) -> str:
    return "、".join(sorted(set(values))) or "none"


def _mark(indicative: object) -> str:
    return MARK if indicative else ""


def _metres(value: float) -> str:
    return _number(value, 0)


def _number(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}" if value == value else "–"  # noqa: PLR0124
