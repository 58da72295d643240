"""Buses per hour on every street, and the link that most of a park's lines hang on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from transit.analysis.brief import Brief
from transit.analysis.loads import Bottleneck, bottleneck, loads_frame
from transit.analysis.service import MORNING
from transit.maps.base import Words, origin, provenance, simpler
from transit.model.network import Network
from transit.pages import palette
from transit.pages.content import FactTable, Feature, Layer, Popup
from transit.terms import listed

_EIGHTHS = ("east", "northeast", "north", "northwest", "west", "southwest", "south", "southeast")

Rows = tuple[tuple[str, str], ...]


def load_layers(network: Network, words: Words, period: tuple[str, str] = MORNING) -> list[Layer]:
    """Streets by the buses per hour of both directions, busiest first; on demand."""
    return load_classes(
        "loads", words["group_loads"].format(*period), _loads(network, words, period), words
    )


def load_classes(
    key: str, group: str, loads: Sequence[tuple[float, Feature]], words: Words
) -> list[Layer]:
    """One layer a class of buses per hour with the features in it, busiest first, not shown."""
    classes: dict[int, list[Feature]] = {}
    for buses, feature in loads:
        classes.setdefault(class_of(buses, palette.LOAD_STEPS), []).append(feature)
    names = class_names(palette.LOAD_STEPS, words)
    return [
        Layer(f"{key}_{rank}", names[rank], group, "line", "park", tuple(classes[rank]),
              palette.LOADS[rank], shown=False)
        for rank in sorted(classes, reverse=True)
    ]  # fmt: skip


def class_of(buses: float, steps: Sequence[float]) -> int:
    """The class of ``buses`` per hour: how many of the ``steps`` it reaches."""
    return int(np.searchsorted(steps, buses, side="right"))


def class_names(steps: Sequence[float], words: Words) -> list[str]:
    """The names of the classes that ``steps`` (buses per hour) divide, lowest first."""
    between = [words["load_between"].format(*pair) for pair in pairwise(steps)]
    return [
        words["load_below"].format(steps[0]), *between, words["load_above"].format(steps[-1])
    ]  # fmt: skip


def bottleneck_layers(briefs: Sequence[Brief], words: Words) -> list[Layer]:
    """The most loaded link of each park: its course, and a sign on it that opens its popup."""
    features = [feature for one in briefs for feature in _worst(one, words)]
    if not features:
        return []
    signs = tuple(
        Feature(shapely.line_interpolate_point(_longest(one.geometry), 0.5, normalized=True),
                one.label, one.popup, one.indicative, words["bottleneck_sign"])
        for one in features
    )  # fmt: skip
    name, group = words["bottleneck"], words["group_loads"].format(*MORNING)
    return [
        Layer("bottleneck_sign", name, group, "point", "places", signs, palette.BOTTLENECK_SIGN),
        Layer("bottleneck", name, group, "line", "park", tuple(features), palette.BOTTLENECK,
              in_list=False),
    ]  # fmt: skip


def bottleneck_tables(one: Brief, words: Words, briefs: Sequence[Brief]) -> list[FactTable]:
    """What share of a park's lines and buses hangs on its most loaded link; none without one."""
    choke = _bottleneck(one)
    worst = choke.worst
    if worst is None:
        return []
    park = one.park.park_name if len(briefs) > 1 else ""
    caption = " · ".join(filter(None, [park, words["table_bottleneck"]]))
    rows = ((words["link"], _link_name(worst, words)), *_share_rows(choke, worst, words))
    marked = (bool(worst["indicative"]), *_marks(worst)[: len(rows) - 1])
    header = (words["measure"], words["value"])
    note = words["note_bottleneck"].format(*MORNING)
    return [FactTable(caption, header, rows, note, indicative=marked, prose=True)]


def _bottleneck(one: Brief) -> Bottleneck:
    return bottleneck(one.network, one.park, limit_m=one.limit_m)


def _loads(network: Network, words: Words, period: tuple[str, str]) -> list[tuple[float, Feature]]:
    """Buses per hour and feature of each street, pieces of one link that carry alike joined."""
    frame = loads_frame(network, period)
    alike: dict[tuple[Any, ...], list[Any]] = {}
    for _, both in frame.groupby(["edge", "from_m", "to_m"], sort=True):
        ways = tuple(_way_row(way, words, period) for _, way in both.iterrows())
        first = both.iloc[0]
        marked = bool(both["indicative"].any())
        key = (first["link"], first["street_name"], float(both["buses_per_hour"].sum()), ways,
               marked)  # fmt: skip
        alike.setdefault(key, []).append(first["geometry"])
    return [
        (key[2], _load_feature(key, shapely.line_merge(shapely.multilinestrings(lines)), network,
                               words))
        for key, lines in alike.items()
    ]  # fmt: skip


def _load_feature(
    key: tuple[Any, ...], line: BaseGeometry, network: Network, words: Words
) -> Feature:
    _, name, buses, ways, marked = key
    total = ((words["both_ways"], words["per_hour"].format(buses)),) if len(ways) > 1 else ()
    popup = Popup(
        name or words["unnamed_street"],
        (*total, *ways, *provenance(words, marked, "")),
        origin(words, marked),
    )
    return Feature(simpler(line, network.crs), popup=popup)


def _way_row(way: pd.Series, words: Words, period: tuple[str, str]) -> tuple[str, str]:
    """Where the buses of one direction head, how many an hour, and of which lines."""
    start, end = shapely.get_coordinates(way["geometry"])[[0, -1]]
    turn = np.degrees(np.arctan2(end[1] - start[1], end[0] - start[0]))
    heading = words[_EIGHTHS[round(turn / 45) % 8]]
    hourly = "hourly_assumed" if way["service_indicative"] else "hourly"
    said = words[hourly].format(way["buses_per_hour"], *period)
    return words["heading"].format(heading), f"{said}\n{way['lines']}"


def _worst(one: Brief, words: Words) -> list[Feature]:
    choke, network = _bottleneck(one), one.network
    worst = choke.worst
    if worst is None:
        return []
    lines = network.streets.lines[list(worst["edges"])]
    joined = shapely.line_merge(shapely.multilinestrings(lines))
    shares = zip(_share_rows(choke, worst, words), _marks(worst), strict=False)
    rows = (
        (words["of_park"], one.park.park_name),
        *((name, text + words["indicative_mark"] * marked) for (name, text), marked in shares),
        (words["stop_lines"], listed(worst["park_lines"], words)),
        *provenance(words, worst["indicative"], ""),
    )
    title = words["bottleneck_of"].format(_link_name(worst, words))
    tags = origin(words, worst["indicative"])
    popup = Popup(title, rows, tags, words["note_bottleneck"].format(*MORNING))
    return [Feature(simpler(joined, network.crs), popup=popup)]


def _marks(worst: pd.Series) -> tuple[bool, bool]:
    """Whether the share of lines, and that of buses, rests on anything indicative."""
    drawn = bool(worst["indicative"])
    return drawn, drawn or bool(worst["service_indicative"])


def _share_rows(choke: Bottleneck, worst: pd.Series, words: Words) -> Rows:
    """How many of the park's lines, and of their buses, drive the most loaded link."""
    lines = words["share_of"].format(
        worst["park_line_count"], len(choke.lines), worst["share_of_lines"]
    )
    rows = [(words["park_lines"], lines)]
    if choke.buses_per_hour > 0:
        buses = words["share_of"].format(
            round(worst["park_buses_per_hour"], 1), round(choke.buses_per_hour, 1),
            worst["share_of_buses"],
        )  # fmt: skip
        rows.append((words["park_buses"], buses))
    return tuple(rows)


def _link_name(worst: pd.Series, words: Words) -> str:
    return words["link_name"].format(worst["streets"] or words["unnamed_street"], worst["length_m"])


def _longest(geometry: BaseGeometry) -> BaseGeometry:
    return max(shapely.get_parts(geometry), key=shapely.length)
