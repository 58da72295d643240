"""The answer in sentences: every number with its unit, its definition and its denominator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from transit.analysis.brief import Brief
from transit.analysis.coverage import ANY_STOP
from transit.analysis.service import MORNING
from transit.comparison import Case, Comparison
from transit.ledger import verdict
from transit.reporting.content import Quantity
from transit.scenario.scenario import Scenario
from transit.terms import terms

Words = Mapping[str, str]
_NAMED = 8
_TOLD = ("share_straight", "share_walk", "lines_within_outline", "lines_within_walk",
         "lines_starting", "buses_per_hour", "buses_per_hour_walk", "stations_reached",
         "districts_reached")  # fmt: skip
"""Measures of a park whose change the answer tells, in this order."""
_COST = ("vehicles", "vehicle_km", "vehicle_hours")
_SAME = 1e-9


def state_sentences(one: Brief, language: str) -> tuple[str, ...]:
    """What a park has, in a few sentences; what is not known is said to be so."""
    said = terms(language)
    if one.network.feed.stops.empty:
        return (said["no_stops_at_all"],)
    told = [_within(one, said), _coverage(one, said), _service(one, said), _reach(one, said),
            _bottleneck(one, said)]  # fmt: skip
    return tuple(text for text in told if text)


def scenario_sentences(compared: Comparison, scenario: Scenario, language: str) -> tuple[str, ...]:
    """What a scenario changes, whom it serves and whom not, and what it takes to run it."""
    said = terms(language)
    cases = [case for case in compared.cases if case.scenario is scenario]
    ledger = compared.ledger[compared.ledger["scenario"] == scenario.name]
    changes = [_changes(case, said, several=len(cases) > 1) for case in cases]
    return (
        *changes,
        said["reply_verdict"].format(
            verdict(ledger, language).replace("*", said["indicative_mark"])
        ),
        _cost(compared, scenario, said),
    )


def asked(parks: Sequence[str], scenarios: Sequence[Scenario], limit_m: float, said: Words) -> str:
    """The question that the figures answer, where none was put."""
    names = said["reply_and"].join(parks)
    if not scenarios:
        return said["reply_asked_state"].format(names, limit_m)
    titles = said["reply_semicolon"].join(one.title or one.name for one in scenarios)
    return said["reply_asked"].format(names, limit_m, titles)


def _within(one: Brief, said: Words) -> str:
    parts = [
        said["reply_within_part"].format(
            said[f"said_within_{row.within}"], row.places, row.stops,
            row.lines if len(one.network.feed.visits) else said["reply_unknown"],
            said["indicative_mark"] if row.indicative else "",
        )
        for row in one.definitions.itertuples()
    ]  # fmt: skip
    return said["reply_within"].format(
        one.park.park_name, one.limit_m, said["reply_semicolon"].join(parts)
    )


def _coverage(one: Brief, said: Words) -> str:
    rows = one.coverage[(one.coverage["of"] == ANY_STOP) & (one.coverage["route_id"] == "")]
    parts = [
        said["reply_coverage_part"].format(
            said[f"coverage_{row.kind}"], one.limit_m, row.share, row.covered_m2 / 1e4
        )
        for row in rows.itertuples()
    ]
    mark = said["indicative_mark"] if rows["indicative"].any() else ""
    return said["reply_coverage_said"].format(
        one.park.area_m2 / 1e4, said["reply_semicolon"].join(parts), mark
    )


def _service(one: Brief, said: Words) -> str:
    if not one.network.feed.service_known:
        return said["reply_service_unknown"]
    near = one.lines[one.lines["within_outline"]]
    starting = sorted(set(near.loc[near["starts_here"], "route_short_name"]))
    walk = one.lines.loc[one.lines["within_walk"], "buses_per_hour"].sum()
    marked = one.lines["service_indicative"].any()
    return said["reply_service"].format(
        *MORNING, near["buses_per_hour"].sum(),
        f"{walk:.1f}" if one.knows_walks else said["reply_unknown"],
        said["indicative_mark"] if marked else "",
        said["reply_and"].join(starting) or said["said_none"], one.limit_m,
    )  # fmt: skip


def _reach(one: Brief, said: Words) -> str:
    if one.network.feed.visits.empty:
        return said["no_lines_at_all"]
    parts = []
    if (one.network.feed.stops["district"] != "").any():
        away = one.districts[one.districts["travel"] == "from_park"]
        parts.append(_named("reply_districts", away, "district", said))
    if len(one.network.stations):
        fed = one.stations[one.stations["travel"] == "from_park"]
        parts.append(_named("reply_fed", fed, "station_name", said))
    return said["reply_reach"].format(said["reply_semicolon"].join(parts)) if parts else ""


def _named(key: str, table: pd.DataFrame, column: str, said: Words) -> str:
    """How many of ``column`` are reached, those by the most lines named first."""
    if table.empty:
        return said[f"{key}_none"]
    lines = table.groupby(column)["route_id"].nunique()
    names = lines.sort_values(ascending=False, kind="stable").index.tolist()
    shown = said["reply_and"].join(names[:_NAMED])
    count = table["station_id"].nunique() if "station_id" in table else len(names)
    return said[f"{key}_more" if len(names) > _NAMED else key].format(count, shown)


def _bottleneck(one: Brief, said: Words) -> str:
    worst = one.bottleneck.worst if one.network.feed.service_known else None
    if worst is None:
        return ""
    marked = worst["indicative"] or worst["service_indicative"]
    return said["reply_bottleneck"].format(
        worst["streets"] or said["unnamed_street"], worst["length_m"], worst["buses_per_hour"],
        worst["park_line_count"], len(one.bottleneck.lines),
        said["indicative_mark"] if marked else "",
    )  # fmt: skip


def _changes(case: Case, said: Words, *, several: bool) -> str:
    own = case.table[case.table["subject"] == "park"].set_index("measure")
    parts = list(_change_parts(own, said))
    name = case.park.park_name
    if not parts:
        return said["reply_unchanged"].format(name)
    mark = said["indicative_mark"] if own["indicative"].any() else ""
    return said["reply_changed"].format(
        name, said["reply_semicolon"].join(parts), mark, case.park.area_m2 / 1e4
    )


def _change_parts(own: pd.DataFrame, said: Words) -> Iterator[str]:
    for name in _TOLD:
        if name not in own.index:
            continue
        before, after = float(own.loc[name, "before"]), float(own.loc[name, "after"])
        share = name.startswith("share")
        digits = 2 if share else 1 if own.loc[name, "unit"] == "buses/h" else 0
        was, now = (Quantity(value, digits, percent=share).text for value in (before, after))
        if was == now:
            continue
        change = Quantity((after - before) * (100 if share else 1), digits, signed=True).text
        unit = said["unit_points"] if share else said[f"unit_{own.loc[name, 'unit']}"]
        yield said["reply_change_part"].format(said[f"measure_{name}"], was, now, change, unit)


def _cost(compared: Comparison, scenario: Scenario, said: Words) -> str:
    """Vehicles, kilometres and hours of the lines run otherwise, line by line; or that none is."""
    if not any(one.feed.service_known for one in (compared.base, *compared.networks)):
        return said["reply_cost_unknown"]
    table = compared.operation[compared.operation["scenario"] == scenario.name]
    own = table[table["measure"].isin(_COST)]
    moved = own.loc[own["change"].abs() > _SAME, "route_id"].unique()
    if not len(moved):
        return said["reply_cost_same"]
    told = own[own["route_id"].isin(moved)]
    parts = []
    for route, rows in told.groupby("route_id", sort=False):
        del route
        figures = rows.set_index("measure")
        sides = [
            said["arrow"].format(
                Quantity(figures.loc[name, "before"], digits).text,
                Quantity(figures.loc[name, "after"], digits).text,
            )
            for name, digits in zip(_COST, (0, 1, 1), strict=True)
        ]
        parts.append(said["reply_cost_part"].format(rows["route_short_name"].iloc[0], *sides))
    marked = told[["indicative", "service_indicative"]].any().any()
    mark = said["indicative_mark"] if marked else ""
    return said["reply_cost"].format(said["reply_semicolon"].join(parts), mark)
