"""Street changes on the difference view: layers, popups and tables of streets and courses."""

from __future__ import annotations

from typing import Any

import pandas as pd
from shapely.geometry import LineString

from transit.analysis.operation_changes import course_changes
from transit.maps.base import Words, barrier_features, origin, provenance, simpler
from transit.maps.change_layers import MadeBy, made_layer
from transit.maps.effects import Rows
from transit.maps.steps import Makers, Steps
from transit.maps.street_changes import (
    Rights,
    StreetChange,
    StreetStatus,
    barrier_changes,
    street_changes,
)
from transit.model.network import Network
from transit.model.streets import Barrier
from transit.pages import palette
from transit.pages.content import FactTable, Feature, Layer, Popup, Style

_VIEW = ("diff",)
_ORDER: tuple[StreetStatus, ...] = ("opened", "eased", "other", "restricted", "closed")


def change_street_layers(steps: Steps, words: Words, made_by: MadeBy) -> list[Layer]:
    """Streets by what became of them, and barriers put up or taken down; none without a change."""
    before, after = steps.briefs[0][0].network, steps.briefs[-1][0].network
    found: dict[tuple[StreetStatus, Makers], list[Feature]] = {}
    for change in street_changes(before.streets, after.streets):
        makers = steps.street(change.line)
        feature = _feature(change, after.crs, words, made_by(makers))
        found.setdefault((change.status, makers), []).append(feature)
    layers = [
        made_layer(
            Layer(f"diff_street_{status}", words[f"street_{status}"], words["group_change_streets"],
                  "line", "lines", (), palette.CHANGED_STREETS[status], labels="line", views=_VIEW),
            makers, tuple(found[key]),
        )
        for status in _ORDER
        for key in sorted(found)
        for makers in [key[1]]
        if key[0] == status
    ]  # fmt: skip
    gone, put = barrier_changes(before.streets, after.streets)
    sides = (("barrier_put", put, palette.BARRIER), ("barrier_gone", gone, palette.BARRIER_GONE))
    return layers + [
        layer
        for kind, barriers, style in sides
        for layer in _barriers(kind, barriers, style, steps, words)
    ]


def change_street_tables(before: Network, after: Network, words: Words) -> list[FactTable]:
    """What became of which street, and how far and long lines run before and after."""
    changes = street_changes(before.streets, after.streets)
    rows = tuple(
        (
            one.street_name or words["unnamed_street"],
            words[f"street_{one.status}"],
            words["metres"].format(one.line.length),
        )
        for one in changes
    )
    header = (words["street"], words["status"], words["length"])
    marks = tuple(one.indicative for one in changes)
    streets = FactTable(
        words["table_streets"], header, rows, views=_VIEW, indicative=marks, prose=True
    )
    return [*([streets] if rows else []), *_courses(before, after, words)]


def changed_ground(before: Network, after: Network) -> list[Any]:
    """The geometries in metres of streets and barriers that changed."""
    lines = [one.line for one in street_changes(before.streets, after.streets)]
    barriers = (*barrier_changes(before.streets, after.streets),)
    return lines + [LineString(one.course) for side in barriers for one in side]


def _courses(before: Network, after: Network, words: Words) -> list[FactTable]:
    table = course_changes(before, after)
    if table.empty:
        return []
    heads = [side.feed.patterns.set_index("pattern_id")["trip_headsign"]
             for side in (after, before)]  # fmt: skip
    records = table.to_dict("records")
    rows = tuple(
        (
            _direction(row, heads, words),
            _both(row["length_before_m"] / 1000, row["length_after_m"] / 1000, "{:.2f}", words),
            _both(row["run_before_min"], row["run_after_min"], "{:.1f}", words),
        )
        for row in records
    )
    header = (words["line_column"], words["length_km"], words["run_min"])
    marks = tuple(bool(row["indicative"] or row["service_indicative"]) for row in records)
    return [
        FactTable(words["table_courses"], header, rows, words["note_courses"], views=_VIEW,
                  indicative=marks)
    ]  # fmt: skip


def _direction(row: dict[Any, Any], heads: list[pd.Series], words: Words) -> str:
    head = next((side[row["pattern_id"]] for side in heads if row["pattern_id"] in side), "")
    toward = words["toward"].format(head) if isinstance(head, str) and head else ""
    return " ".join(filter(None, [row["route_short_name"], toward]))


def _both(before: float, after: float, form: str, words: Words) -> str:
    was, now = (words["not_known"] if pd.isna(x) else form.format(x) for x in (before, after))
    return was if was == now else words["arrow"].format(was, now)


def _barriers(
    kind: str, barriers: list[Barrier], style: Style, steps: Steps, words: Words
) -> list[Layer]:
    by: dict[Makers, list[Barrier]] = {}
    for one in barriers:
        by.setdefault(steps.barrier(one), []).append(one)
    crs = steps.briefs[-1][0].network.crs
    layer = Layer(f"diff_{kind}", words[kind], words["group_change_streets"], "line", "park", (),
                  style, views=_VIEW)  # fmt: skip
    return [
        made_layer(layer, makers, barrier_features(own, words[kind], crs, words))
        for makers, own in sorted(by.items())
    ]


def _feature(change: StreetChange, crs: str, words: Words, made_by: Rows) -> Feature:
    name = change.street_name or words["unnamed_street"]
    rows = (
        (words["status"], words[f"street_{change.status}"]),
        *made_by,
        (words["length"], words["metres"].format(change.line.length)),
        (words["use_before"], _use(change.before, words)),
        (words["use_after"], _use(change.after, words)),
        *provenance(words, change.indicative, change.source),
    )
    popup = Popup(name, rows, origin(words, change.indicative))
    drawn = simpler(change.line, crs)
    return Feature(drawn, name, popup, change.indicative)


def _use(rights: Rights | None, words: Words) -> str:
    """Who may use a street, which ways, in which hours and how fast."""
    if rights is None:
        return words["no_street"]
    said = []
    for place, who in ((0, "walkers"), (2, "buses")):
        ways = sum(rights.flags[place : place + 2])
        if ways:
            said.append(words[who] + words["one_way" if ways == 1 else "two_way"])
    if rights.flags[0] | rights.flags[1] and rights.foot_hours:
        said.append(words["foot_hours"].format(rights.foot_hours))
    if rights.bus_speed_kmh and any(rights.flags[2:]):
        said.append(words["bus_speed"].format(rights.bus_speed_kmh))
    return "，".join(said) or words["nobody"]
