"""The lines of a whole network as layers: one a line where they are few, else one a class."""

from __future__ import annotations

from itertools import groupby

import pandas as pd

from transit.analysis.service import buses_per_hour
from transit.maps.base import Words
from transit.maps.lines import Lines
from transit.maps.load_layers import class_names, class_of
from transit.model.feed import Feed
from transit.pages import palette
from transit.pages.content import Layer

LISTED_AT_MOST = 30
"""With more lines than this the list has a layer a class of buses per hour, not one a line."""
_MODES = {0: "tram", 1: "metro", 2: "rail", 3: "bus", 4: "ferry", 5: "tram", 6: "cable",
          7: "funicular", 11: "trolleybus", 12: "rail"}  # fmt: skip
_HUNDREDS = {1: "rail", 2: "bus", 4: "metro", 7: "bus", 8: "trolleybus", 9: "tram", 10: "ferry",
             12: "ferry", 13: "cable", 14: "funicular"}  # fmt: skip
"""GTFS modes, and the hundreds of its extended ones."""


def network_line_layers(lines: Lines, words: Words) -> list[Layer]:
    """Every line of the network with both directions, by mode and then by name or by service."""
    routes = lines.network.feed.routes.sort_values(["route_short_name", "route_id"])
    known = routes["route_id"].isin(lines.network.feed.patterns["route_id"])
    table = routes[known].assign(mode=routes["route_type"].map(mode))
    if len(table) <= LISTED_AT_MOST:
        return _each(lines, table, words)
    return _classes(lines, table, words)


def is_listed(feed: Feed) -> bool:
    """Whether each line is a row of the list of its own."""
    return len(set(feed.patterns["route_id"])) <= LISTED_AT_MOST


def mode(route_type: int) -> str:
    """The mode that a GTFS ``route_type`` or an extended one names; ``other`` if none is known."""
    kind = int(route_type)
    return _MODES.get(kind) or _HUNDREDS.get(kind // 100, "other")


def line_buses(feed: Feed, period: tuple[str, str]) -> pd.Series:
    """Buses per hour of each line in its more frequent direction, by ``route_id``."""
    hourly = feed.patterns.set_index("pattern_id").assign(buses=buses_per_hour(feed, period))
    by_direction = hourly.groupby(["route_id", "direction_id"])["buses"].sum()
    return by_direction.groupby("route_id").max()


def _each(lines: Lines, table: pd.DataFrame, words: Words) -> list[Layer]:
    # One colour for all lines tells none of them apart.
    own = len(set(table["route_color"])) > 1
    layers = []
    for rank, row in enumerate(table.sort_values("mode", kind="stable").itertuples()):
        features = lines.features(row.route_id, lines.courses.strokes(row.route_id))
        style = palette.line_style(row.route_color if own else None, rank)
        layer = Layer(
            f"line_{rank}", row.route_short_name, _group(row.mode, words), "line", "lines",
            features, style, side_by_side=True, labels="line",
        )  # fmt: skip
        layers += [layer] if features else []
    return layers


def _classes(lines: Lines, table: pd.DataFrame, words: Words) -> list[Layer]:
    buses = table["route_id"].map(line_buses(lines.network.feed, lines.period))
    ranks = [class_of(one, palette.LINE_STEPS) if one > 0 else -1 for one in buses]
    order = table.assign(rank=ranks).sort_values(
        ["mode", "rank"], ascending=[True, False], kind="stable"
    )
    known = lines.network.feed.service_known
    note = words["note_line_classes"].format(*lines.period) if known else ""
    none = words["no_service"].format(*lines.period) if known else words["service_unknown"]
    names = [*class_names(palette.LINE_STEPS, words), none]
    layers = []
    for (kind, rank), rows in groupby(order.itertuples(), key=lambda row: (row.mode, row.rank)):
        features = tuple(
            feature
            for row in rows
            for feature in lines.features(row.route_id, lines.courses.strokes(row.route_id))
        )
        style = palette.LINE_CLASSES[rank] if rank >= 0 else palette.OTHER_LINES
        layer = Layer(
            f"lines_{kind}_{rank}", names[rank], _group(kind, words), "line", "lines", features,
            style, side_by_side=True, labels="line", note=note,
        )  # fmt: skip
        layers += [layer] if features else []
    return layers


def _group(kind: str, words: Words) -> str:
    return words["group_mode"].format(words[f"mode_{kind}"])
