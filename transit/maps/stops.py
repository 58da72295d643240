"""Stop layers: each stop once, drawn by how near it is, with all its distances in its popup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from shapely.geometry import Point

from transit.analysis.brief import Brief
from transit.maps.base import Words, origin, provenance
from transit.model.network import Network
from transit.pages import palette
from transit.pages.content import Feature, Layer, Popup, Style

_DISTANCES = (
    ("to_point_m", "within_point", None),
    ("to_outline_m", "within_outline", None),
    ("to_gate_m", "within_gates", "nearest_gate"),
    ("walk_m", "within_walk", "walk_gate"),
)


def stop_layers(briefs: Sequence[Brief], words: Words) -> list[Layer]:
    """Stops in the study area in three layers: by walking, only straight, farther than the limit.

    Stops of a brief are drawn wherever they are; others outside the study area are not.
    """
    network, limit_m = briefs[0].network, briefs[0].limit_m
    by_walk, straight = _near_ids(briefs)
    rows = popup_rows(briefs, words)
    wanted = network.stop_in_area | network.feed.stops["stop_id"].isin(by_walk | straight)
    groups: dict[str, list[Feature]] = {"outside": [], "straight": [], "walk": []}
    for row in np.flatnonzero(wanted):
        stop = network.feed.stops.iloc[row]
        near = "walk" if stop["stop_id"] in by_walk else "outside"
        near = "straight" if near == "outside" and stop["stop_id"] in straight else near
        groups[near].append(stop_feature(stop, rows[stop["stop_id"]], words))
    return [_layer(kind, features, words, limit_m) for kind, features in groups.items() if features]


def stops_not_drawn(briefs: Sequence[Brief]) -> int:
    """How many stops of the feed lie outside the study area and near no park."""
    network = briefs[0].network
    near = set().union(*_near_ids(briefs))
    drawn = network.stop_in_area | network.feed.stops["stop_id"].isin(near)
    return int((~drawn).sum())


def stop_feature(stop: Any, rows: tuple[tuple[str, str], ...], words: Words) -> Feature:  # noqa: ANN401
    """One stop as a point with its name and popup; its id tells it from others of its name."""
    marked = stop["indicative"]
    popup = Popup(
        stop["stop_name"],
        (
            *rows,
            (words["stop_number"], stop["stop_id"]),
            *provenance(words, marked, stop["source"]),
        ),
        origin(words, marked),
    )
    point = Point(stop["stop_lon"], stop["stop_lat"])
    return Feature(point, stop["stop_name"], popup, bool(marked))


def popup_rows(briefs: Sequence[Brief], words: Words) -> dict[str, tuple[tuple[str, str], ...]]:
    """What is said of each stop: its lines, and its distances to each park it is near to."""
    said = lines_text(briefs[0].network, words)
    far = distance_rows(briefs, words)
    return {
        stop: ((words["stop_lines"], said.get(stop, words["no_lines"])), *far.get(stop, ()))
        for stop in briefs[0].network.feed.stops["stop_id"]
    }


def distance_rows(briefs: Sequence[Brief], words: Words) -> dict[str, tuple[tuple[str, str], ...]]:
    """The distances of each stop near a park, to each park it is near to."""
    rows: dict[str, tuple[tuple[str, str], ...]] = {}
    for one in briefs:
        for stop in one.stops.to_dict("records"):
            own = _distance_rows(one, stop, words, several=len(briefs) > 1)
            rows[stop["stop_id"]] = (*rows.get(stop["stop_id"], ()), *own)
    return rows


def lines_text(network: Network, words: Words) -> dict[str, str]:
    """For each stop its lines, one a row of text, with where each direction goes."""
    visits = network.feed.visits.sort_values(["stop_id", "route_short_name", "direction_id"])
    one_each = visits.drop_duplicates(["stop_id", "route_short_name", "trip_headsign"])
    lines: dict[str, dict[str, list[str]]] = {}
    for visit in one_each.to_dict("records"):
        toward = visit["trip_headsign"]
        heads = lines.setdefault(visit["stop_id"], {}).setdefault(visit["route_short_name"], [])
        if isinstance(toward, str) and toward:
            heads.append(words["toward"].format(toward))
    joiner = words["said_joiner"]
    return {
        stop: "\n".join(" ".join([line, joiner.join(heads)]).strip() for line, heads in own.items())
        for stop, own in lines.items()
    }


def _near_ids(briefs: Sequence[Brief]) -> tuple[set[str], set[str]]:
    by_walk: set[str] = set()
    straight: set[str] = set()
    for one in briefs:
        by_walk |= set(one.stops.loc[one.stops["within_walk"], "stop_id"])
        straight |= set(one.stops["stop_id"])
    return by_walk, straight - by_walk


def _distance_rows(
    one: Brief, stop: dict[Any, Any], words: Words, *, several: bool
) -> tuple[tuple[str, str], ...]:
    rows = [(words["of_park"], one.park.park_name)] if several else []
    assumed = words["indicative_mark"] if stop["distances_indicative"] else ""
    for column, within, gate in _DISTANCES:
        if pd.isna(stop[column]):
            continue
        text = words["metres"].format(stop[column])
        if gate and isinstance(stop[gate], str):
            text = words["metres_from"].format(stop[column], stop[gate])
        verdict = words["within" if stop[within] else "beyond"].format(one.limit_m)
        mark = "" if within == "within_point" else assumed
        rows.append((words[column], text + verdict + mark))
    if not pd.isna(stop["detour_ratio"]):
        rows.append((words["detour_ratio"], f"{stop['detour_ratio']:.2f}{assumed}"))
    return tuple(rows)


def _layer(kind: str, features: list[Feature], words: Words, limit_m: float) -> Layer:
    styles: dict[str, Style] = {
        "walk": palette.STOP_WALK, "straight": palette.STOP_STRAIGHT,
        "outside": palette.STOP_OUTSIDE,
    }  # fmt: skip
    return Layer(
        f"stops_{kind}", words[f"stops_{kind}"].format(limit_m), words["group_stops"], "point",
        "stops", tuple(features), styles[kind], labels="stop",
        label_zoom=17.0 if kind == "outside" else 14.0,
    )  # fmt: skip
