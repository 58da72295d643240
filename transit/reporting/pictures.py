"""Which pictures a report has: of the state, and of each scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from transit.analysis.brief import Brief
from transit.analysis.coverage import ANY_STOP
from transit.analysis.service import MORNING
from transit.comparison import Case, Comparison
from transit.maps.change import change_content
from transit.maps.study import study_content
from transit.reporting.charts import Bars
from transit.reporting.drawing.picture import Picture
from transit.reporting.drawing.sheet import Sheet
from transit.reporting.figures import bars_picture, map_picture, pair_picture, pairs_picture
from transit.reporting.gains import line_effects
from transit.reporting.ring_pictures import scenario_rings
from transit.reporting.state import headed, ring_shares
from transit.scenario.scenario import Scenario
from transit.terms import terms

Words = Mapping[str, str]


def state_map(briefs: Sequence[Brief], language: str) -> Picture:
    """The map of the parks as they are."""
    said = terms(language)
    content = study_content(briefs, language=language)
    names = said["said_joiner"].join(one.park.park_name for one in briefs)
    caption = said["reply_figure_state"].format(names, briefs[0].limit_m)
    return map_picture("state", caption, content, said)


def state_bars(one: Brief, language: str, park: str) -> tuple[Picture, ...]:
    """Coverage by ring and kind, and buses an hour of the lines near one park."""
    said = terms(language)
    if one.network.feed.stops.empty:
        return ()
    rings = _rings([("", one)], said)
    hourly = _hourly([("", one)], said)
    key = one.park.park_id
    return tuple(
        bars_picture(f"{name}-{key}", headed(park, said[caption]), bars.foot, bars)
        for name, caption, bars in (("rings", "reply_figure_rings", rings),
                                    ("hourly", "reply_figure_hourly", hourly))
        if bars.names
    )  # fmt: skip


def scenario_pictures(
    compared: Comparison, scenario: Scenario, language: str
) -> tuple[Picture, ...]:
    """Before and after side by side, the difference, rings, and bars of what changes."""
    said = terms(language)
    cases = [case for case in compared.cases if case.scenario is scenario]
    content = change_content(cases, language=language)
    name, key = scenario.title or scenario.name, f"s{compared.scenarios.index(scenario) + 1}"
    sheets = {said[view]: Sheet(content, view) for view in ("before", "after")}
    maps = (
        pair_picture(f"pair-{key}", said["reply_figure_pair"].format(name), sheets, said),
        map_picture(f"diff-{key}", said["reply_figure_diff"].format(name), content, said, "diff"),
    )
    bars = [picture for case in cases for picture in _case_bars(case, said, key, len(cases) > 1)]
    rings = scenario_rings(cases, key, language)
    return (*maps, *rings, *bars, *_effects(compared, scenario, said, key))


def _case_bars(case: Case, said: Words, key: str, several: bool) -> list[Picture]:  # noqa: FBT001
    park = case.park.park_name if several else ""
    sides = [(said["said_before"], case.before), (said["said_after"], case.after)]
    charts = (("rings", "reply_figure_rings", _rings(sides, said)),
              ("hourly", "reply_figure_hourly", _hourly(sides, said)))  # fmt: skip
    return [
        bars_picture(
            f"{name}-{key}-{case.park.park_id}", headed(park, said[caption]), bars.foot, bars
        )
        for name, caption, bars in charts
        if bars.names
    ]


def _effects(
    compared: Comparison, scenario: Scenario, said: Words, key: str
) -> tuple[Picture, ...]:
    ledger = compared.ledger[compared.ledger["scenario"] == scenario.name]
    names, gains, losses = line_effects(ledger)
    if not names:
        return ()
    series = ((said["gained"], gains), (said["lost"], losses))
    foot = said["reply_foot_effects"].format(*MORNING)
    bars = Bars(said["reply_calls_hourly"], names, series, 1, foot=foot)
    return (pairs_picture(f"effects-{key}", said["reply_figure_effects"], foot, bars),)


def _rings(sides: Sequence[tuple[str, Brief]], said: Words) -> Bars:
    """Share of the outline by kind and ring, of any stop, a series a side."""
    tables = [ring_shares(one) for _, one in sides]
    keys = [key for key in tables[0].index if key[0] == ANY_STOP]
    one = sides[0][1]
    names = tuple(said["reply_ring_name"].format(said[f"coverage_{kind}"], ring)
                  for _, kind, ring in keys)  # fmt: skip
    series = tuple(
        (name, tuple(float(table.loc[key, "share"]) if key in table.index else float("nan")
                     for key in keys))
        for (name, _), table in zip(sides, tables, strict=True)
    )  # fmt: skip
    marked = any(bool(table["indicative"].any()) for table in tables)
    foot = said["denominator"].format(one.park.area_m2 / 1e4)
    foot += (said["indicative_mark"] if marked else "") + said["reply_foot_rings"]
    return Bars(said["share"], names, series, 1, percent=True, foot=foot)


def _hourly(sides: Sequence[tuple[str, Brief]], said: Words) -> Bars:
    """Buses an hour of each line within the limit of the outline; of two sides what differs."""
    one = sides[0][1]
    if not one.network.feed.service_known:
        return Bars("", (), ())
    sums = []
    for _, side in sides:
        near = side.lines[side.lines["within_outline"]]
        sums.append(near.groupby("route_short_name")["buses_per_hour"].sum())
    names = sorted(set().union(*(set(own.index) for own in sums)))
    if len(sums) > 1:
        names = [name for name in names if len({own.get(name, 0.0) for own in sums}) > 1]
    names.sort(key=lambda name: -max(own.get(name, 0.0) for own in sums))
    series = tuple(
        (name, tuple(float(own.get(line, 0.0)) for line in names))
        for (name, _), own in zip(sides, sums, strict=True)
    )
    marked = any(bool(side.lines["service_indicative"].any()) for _, side in sides)
    foot = said["reply_foot_hourly"].format(*MORNING, one.limit_m)
    foot += said["indicative_mark"] if marked else ""
    return Bars(said["reply_hourly"], tuple(names), series, 1, foot=foot)
