"""What a scenario comes to, in words: who gains and loses, what changes most, what it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from transit.analysis.operation_words import few_hops
from transit.comparison import Case, Comparison
from transit.ledger import verdict
from transit.model.network import Network
from transit.reporting.content import Quantity, change_of
from transit.scenario.scenario import Scenario
from transit.terms import terms

Words = Mapping[str, str]
MORNING_SHARE = "share_walk_morning"
"""Told wherever it changes: coverage by stops that a bus leaves in the morning peak."""
_TOLD = (MORNING_SHARE, "share_walk", "share_straight", "lines_within_outline", "lines_within_walk",
         "lines_starting", "buses_per_hour", "buses_per_hour_walk", "stations_reached",
         "districts_reached")  # fmt: skip
"""Measures of a park among which those are told that change most; ties in this order."""
_MOST = 3
_COST = {"vehicles": 0, "vehicle_km": 1, "vehicle_hours": 1}
"""What running takes, with the digits told."""
_SAME = 1e-9


def scenario_sentences(compared: Comparison, scenario: Scenario, language: str) -> tuple[str, ...]:
    """The verdict, the figures that change most, the cost, and what the cost does not know."""
    said = terms(language)
    cases = [case for case in compared.cases if case.scenario is scenario]
    ledger = compared.ledger[compared.ledger["scenario"] == scenario.name]
    told = verdict(ledger, language).replace("*", said["indicative_mark"])
    return (
        said["reply_verdict"].format(told),
        *(_most_changed(case, said) for case in cases),
        *_cost(compared, scenario, said),
        *straight_notes(compared, scenario, language),
    )


def straight_notes(compared: Comparison, scenario: Scenario, language: str) -> tuple[str, ...]:
    """One sentence a line that now runs where no street is known; its figures are lower bounds."""
    said = terms(language)
    rows = compared.courses[compared.courses["scenario"] == scenario.name]
    rows = rows[rows["straight_new"] != ""]
    after = compared.networks[compared.scenarios.index(scenario)]
    notes = []
    for route, own in rows.groupby("route_id", sort=False):
        names = list(dict.fromkeys(hop for text in own["straight_new"] for hop in text.split("、")))
        metres = _straight_m(after, str(route), names)
        hops = [said["reply_hop"].format(hop, metres[hop]) for hop in names]
        listed = few_hops(hops, language)
        notes.append(said["reply_straight"].format(own["route_short_name"].iloc[0], listed))
    return tuple(notes)


def _straight_m(network: Network, route: str, names: list[str]) -> dict[str, float]:
    """Metres of the hops of a line that are on no known street, by ``from → to``."""
    from transit.analysis.hops import hops

    found = hops(network)
    own = found[(found["route_id"] == route) & ~found["matched"]]
    said = own["from_stop"] + " → " + own["to_stop"]
    known = dict(zip(said, own["length_m"], strict=True))
    return {name: float(known.get(name, float("nan"))) for name in names}


def _most_changed(case: Case, said: Words) -> str:
    """The figures of a park that change most, at most three, with what shares are of."""
    own = case.table[case.table["subject"] == "park"].set_index("measure")
    name, names = case.park.park_name, most_changed(own)
    if not names:
        return said["reply_unchanged"].format(name)
    mark = said["indicative_mark"] if own.loc[names, "indicative"].any() else ""
    text = said["reply_changed"].format(
        name, len(names), said["reply_semicolon"].join(_part(own.loc[one], said) for one in names),
        mark,
    )  # fmt: skip
    shares = any(one.startswith("share") for one in names)
    return text + (said["reply_share_of"].format(case.park.area_m2 / 1e4) if shares else "")


def most_changed(own: pd.DataFrame) -> list[str]:
    """Which rows of ``own`` (measures of a park by name) change most, the most changed first.

    The size of a change is its part of the greater of before and after, so that shares, lines and
    buses can be ranked together; ``MORNING_SHARE`` comes first wherever it changes as printed.
    """
    sizes = {name: _size(own.loc[name]) for name in _TOLD if name in own.index}
    moved = [name for name, size in sizes.items() if size > 0]
    moved.sort(key=lambda name: (name != MORNING_SHARE, -sizes[name]))
    return moved[:_MOST]


def _size(row: pd.Series) -> float:
    was, now = _sides(row)
    if not (was.known and now.known) or was.text == now.text:
        return 0.0
    return abs(now.value - was.value) / max(abs(now.value), abs(was.value))


def _sides(row: pd.Series) -> tuple[Quantity, Quantity]:
    share = str(row.name).startswith("share")
    digits = 2 if share else 1 if row["unit"] == "buses/h" else 0
    was, now = (Quantity(float(row[side]), digits, percent=share) for side in ("before", "after"))
    return was, now


def _part(row: pd.Series, said: Words) -> str:
    was, now = _sides(row)
    unit = said["unit_points"] if now.percent else said[f"unit_{row['unit']}"]
    change = change_of(was, now).text
    return said["reply_change_part"].format(
        said[f"measure_{row.name}"], was.text, now.text, change, unit
    )


def _cost(compared: Comparison, scenario: Scenario, said: Words) -> Iterator[str]:
    """Vehicles, kilometres and hours a day of the lines run otherwise: in all, then by line."""
    if not any(one.feed.service_known for one in (compared.base, *compared.networks)):
        yield said["reply_cost_unknown"]
        return
    table = compared.operation[compared.operation["scenario"] == scenario.name]
    own = table[table["measure"].isin(_COST)]
    moved = own.loc[own["change"].abs() > _SAME, "route_id"].unique()
    if not len(moved):
        yield said["reply_cost_same"]
        return
    told = own[own["route_id"].isin(moved)]
    marked = told[["indicative", "service_indicative"]].any().any()
    mark = said["indicative_mark"] if marked else ""
    parts = {
        str(rows["route_short_name"].iloc[0]): _running(rows.set_index("measure"), said)
        for _, rows in told.groupby("route_id", sort=False)
    }
    if len(parts) > 1:
        known = told[told["change"].notna()]
        whole = known.groupby("measure")[["before", "after"]].sum()
        if len(whole) == len(_COST):
            yield said["reply_cost_whole"].format(len(parts), _running(whole, said), mark)
    listed = [said["reply_cost_part"].format(name, text) for name, text in parts.items()]
    yield said["reply_cost"].format(said["reply_semicolon"].join(listed), mark)


def _running(figures: pd.DataFrame, said: Words) -> str:
    """Vehicles, kilometres and hours before and after, with the change of each."""
    told = []
    for name, digits in _COST.items():
        was, now = (Quantity(figures.loc[name, side], digits) for side in ("before", "after"))
        sides = said["arrow"].format(was.text, now.text)
        told.append(said[f"reply_cost_{name}"].format(sides, change_of(was, now).text or ""))
    return said["reply_comma"].join(told)
