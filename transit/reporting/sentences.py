"""The state in sentences: every number with its unit, its definition and its denominator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from transit.analysis.brief import Brief
from transit.analysis.coverage import ANY_STOP
from transit.analysis.service import MORNING
from transit.model.vintage import years_apart
from transit.scenario.scenario import Scenario
from transit.terms import terms

Words = Mapping[str, str]
_NAMED = 8


def state_sentences(one: Brief, language: str) -> tuple[str, ...]:
    """What a park has, in a few sentences; what is not known is said to be so."""
    said = terms(language)
    if one.network.feed.stops.empty:
        return (said["no_stops_at_all"],)
    told = [_within(one, said), _coverage(one, said), _service(one, said), _reach(one, said),
            _bottleneck(one, said)]  # fmt: skip
    return tuple(text for text in told if text)


def asked(parks: Sequence[str], scenarios: Sequence[Scenario], limit_m: float, said: Words) -> str:
    """The question that the figures answer, where none was put."""
    names = said["said_joiner"].join(parks)
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
        said["said_joiner"].join(starting) or said["said_none"], one.limit_m,
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
    if not parts:
        return ""
    apart = years_apart(one.network)
    note = said["reply_reach_years"].format(*apart) if apart else ""
    return said["reply_reach"].format(said["reply_semicolon"].join(parts), note)


def _named(key: str, table: pd.DataFrame, column: str, said: Words) -> str:
    """How many of ``column`` are reached, those by the most lines named first."""
    if table.empty:
        return said[f"{key}_none"]
    lines = table.groupby(column)["route_id"].nunique()
    names = lines.sort_values(ascending=False, kind="stable").index.tolist()
    shown = said["said_joiner"].join(names[:_NAMED])
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
