"""The brief in words, in either language: lines of text and small tables."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from transit.analysis.brief import Brief
from transit.analysis.coverage import ANY_STOP, MORNING_LINES, SERVED_LINES
from transit.answer.printing import hours_meant, mark, number, small_table
from transit.model.vintage import years_apart
from transit.terms import listed, metro_said, spoken, terms

_SHOWN = {"to_point_m": "said_to_point", "to_outline_m": "said_to_outline",
          "to_gate_m": "said_to_gate", "walk_m": "said_walk"}  # fmt: skip


def brief_answer(brief: Brief, language: str = "en") -> RenderableType:
    """What a park has within the limit, as a planner would read it out.

    Raises ``UsageError`` for a language that there are no texts in.
    """
    said, park = terms(language), brief.park
    outline = said["said_outline"].format(
        park.area_m2 / 1e4, mark(park.indicative), brief.network.crs, len(park.gates),
        brief.network.name,
    )  # fmt: skip
    return Group(
        Text(said["said_brief"].format(park.park_name, brief.limit_m), style="bold"),
        Text(outline),
        _definitions_table(brief, language),
        _stops_table(brief, language),
        *map(Text, _sentences(brief, language)),
        *(Text(f"  {line}", style="dim") for line in _kinds(brief, language)),
        *map(Text, _reach(brief, language)),
        *(Text(line, style="dim") for line in hours_meant(language, brief.network)),
        Text(said["said_mark"], style="dim"),
    )


def _definitions_table(brief: Brief, language: str) -> Table:
    said = terms(language)
    heads = ("within", "kerbs", "places", "lines", "directions", "which_places")
    table = small_table(*(said[f"said_{head}"] for head in heads))
    for row in brief.definitions.itertuples():
        table.add_row(
            said[f"said_within_{row.within}"] + mark(row.indicative), str(row.stops),
            str(row.places), str(row.lines), str(row.directions),
            escape(listed(row.which_stops, said)),
        )  # fmt: skip
    return table


def _stops_table(brief: Brief, language: str) -> Table:
    # The point is published; the outline, the gates and the streets may be indicative.
    said = terms(language)
    star = mark(brief.stops["distances_indicative"].any())
    metres_from = (
        f"{said[head]}{star if column != 'to_point_m' else ''}" for column, head in _SHOWN.items()
    )
    table = small_table(
        said["said_stop"], *metres_from, said["said_walk_gate"], said["said_detour"],
        said["said_lines"],
    )  # fmt: skip
    for row in brief.stops.itertuples():
        metres = [number(getattr(row, column)) for column in _SHOWN]
        gate = row.walk_gate if isinstance(row.walk_gate, str) else "–"
        table.add_row(
            escape(row.stop_name) + mark(row.indicative), *metres, escape(gate),
            number(row.detour_ratio, 2), escape(row.lines),
        )  # fmt: skip
    return table


def _sentences(brief: Brief, language: str) -> Iterable[str]:
    """The lines there, those that start there, and the shares of the park's outline."""
    said = terms(language)
    inside = brief.lines[brief.lines["within_outline"]]
    starting = inside.loc[inside["starts_here"], "route_short_name"]
    near = _names(inside["route_short_name"], language)
    yield said["said_lines_near"].format(brief.limit_m, near)
    yield said["said_lines_starting"].format(_names(starting, language))
    for of in (ANY_STOP, SERVED_LINES, MORNING_LINES):
        rows = brief.coverage[brief.coverage["of"] == of]
        shares = said["said_and"].join(
            said["said_share"].format(
                spoken(row.kind, language), row.share, row.covered_m2 / 1e4,
                row.denominator_m2 / 1e4, mark(row.indicative),
            )
            for row in rows.itertuples()
        )  # fmt: skip
        known = shares or said["said_no_service"]
        yield said["said_covered"].format(brief.limit_m, spoken(of, language), known)


def _kinds(brief: Brief, language: str) -> Iterable[str]:
    """What each kind of distance means."""
    for row in brief.coverage.drop_duplicates("kind").itertuples():
        kind, meant = (spoken(text, language) for text in (row.kind, row.definition))
        yield terms(language)["said_kind"].format(kind, meant, row.crs)


def _reach(brief: Brief, language: str) -> Iterable[str]:
    """Where the park's lines go, and the street that most of them hang on."""
    said = terms(language)
    away = brief.districts[brief.districts["travel"] == "from_park"]
    known = (brief.network.feed.stops["district"] != "").any()
    districts = _ranked(away, "district", language)
    yield said["said_districts"].format(
        districts or said["said_none" if known else "said_no_district"]
    )
    fed = brief.stations[brief.stations["travel"] == "from_park"]
    stations = said["said_no_station"]
    if len(brief.network.stations):
        stations = _stations(fed, language)
    apart = years_apart(brief.network)
    note = said["said_station_years"].format(*apart) if apart else ""
    yield said["said_stations"].format(stations, note)
    yield said["said_loaded"].format(_most_loaded(brief, language))


def _most_loaded(brief: Brief, language: str) -> str:
    said = terms(language)
    if not brief.network.feed.service_known:
        return said["said_no_trip"]
    worst = brief.bottleneck.worst
    if worst is None:
        return said["said_no_street"]
    return said["said_worst"].format(
        listed(worst["streets"] or worst["way_ids"], said), worst["length_m"],
        worst["buses_per_hour"],
        mark(worst["indicative"] or worst["service_indicative"]), worst["park_line_count"],
        len(brief.bottleneck.lines), worst["share_of_lines"],
        listed(worst["park_lines"], said),
    )  # fmt: skip


def _stations(fed: pd.DataFrame, language: str) -> str:
    """Those of the metro line that most bus lines feed, by name; those of other lines counted."""
    said = terms(language)
    if fed.empty:
        return said["said_none"]
    feeding = fed.groupby("metro_line", sort=True)["route_short_name"].nunique()
    best = str(feeding.idxmax())
    own = fed[fed["metro_line"] == best]
    others = fed.loc[~fed["station_id"].isin(own["station_id"]), "station_id"].nunique()
    names = _ranked(own, "station_name", language)
    if not best and not others:
        return names
    line = metro_said(best, said) if best else said["said_metro_unnamed"]
    key = "said_fed_others" if others else "said_fed"
    return said[key].format(line, names, others)


def _ranked(table: pd.DataFrame, column: str, language: str) -> str:
    """Values of ``column`` by the number of lines that reach them, most first."""
    said = terms(language)
    lines = table.groupby(column)["route_short_name"].nunique()
    order = lines.sort_values(ascending=False, kind="stable")
    return said["said_joiner"].join(
        said["said_by_many" if count > 1 else "said_by_one"].format(name, count)
        for name, count in order.items()
    )


def _names(values: pd.Series, language: str) -> str:
    said = terms(language)
    return said["said_joiner"].join(sorted(set(values))) or said["said_none"]
