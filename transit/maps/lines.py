"""Line layers: the lines near a park in colour and side by side, all others in grey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from shapely.geometry import MultiLineString

from transit.analysis.brief import Brief
from transit.maps import palette
from transit.maps.base import Words, origin, provenance
from transit.maps.content import Feature, Layer, Popup, Style
from transit.maps.courses import Hop, Places, course, hops, places
from transit.model.network import Network


def line_layers(briefs: Sequence[Brief], words: Words) -> list[Layer]:
    """One layer a line within the limit of a park, and one for all lines that are not."""
    network = briefs[0].network
    near = near_route_ids(briefs)
    at = places(network)
    by_walk = walk_route_ids(briefs)
    layers: dict[bool, list[Layer]] = {True: [], False: []}
    for rank, route in enumerate(near):
        style = palette.line_style(route_colour(network, route), rank)
        features = course_features(network, at, route, hops(network, route), words)
        walked = route in by_walk
        group = words["group_lines_walk" if walked else "group_lines_straight"]
        layer = line_layer(f"line_{rank}", network, route, features, style, words)
        layer = replace(layer, group=group.format(briefs[0].limit_m), shown=walked or not by_walk)
        layers[walked] += [layer] if features else []
    others = [route for route in network.feed.routes["route_id"] if route not in set(near)]
    return layers[True] + layers[False] + _other_layer(network, at, others, words)


def near_route_ids(briefs: Sequence[Brief]) -> list[str]:
    """Lines near any of the parks, each once, by short name."""
    tables = [one.lines[["route_short_name", "route_id"]] for one in briefs]
    table = pd.concat(tables).drop_duplicates("route_id")
    return [str(route) for route in table.sort_values(["route_short_name", "route_id"])["route_id"]]


def walk_route_ids(briefs: Sequence[Brief]) -> set[str]:
    """Lines that call within a walk of the limit from any of the parks."""
    found: set[str] = set()
    for one in briefs:
        found |= set(one.lines.loc[one.lines["within_walk"], "route_id"])
    return found


def route_colour(network: Network, route_id: str) -> object:
    """The colour a line is given in the feed, which may be missing."""
    routes = network.feed.routes
    return routes.loc[routes["route_id"] == route_id, "route_color"].iloc[0]


def line_layer(  # noqa: PLR0913
    key: str,
    network: Network,
    route_id: str,
    features: tuple[Feature, ...],
    style: Style,
    words: Words,
    *,
    name: str = "{}",
    views: tuple[str, ...] = (),
) -> Layer:
    """One line as a row of the layer list, drawn beside the others that share its course."""
    short = route_name(network, route_id)
    return Layer(
        key, name.replace("{}", short), words["group_lines"], "line", "lines", features, style,
        side_by_side=True, labels="line", views=views,
    )  # fmt: skip


def course_features(
    network: Network, at: Places, route_id: str, of: Sequence[Hop], words: Words
) -> tuple[Feature, ...]:
    """The line's two-way and one-way strokes, both with the line's popup."""
    popup, marked = line_popup(network, route_id, words)
    name = route_name(network, route_id)
    two_way, one_way = course(at, of, network.crs)
    strokes = ((two_way, False), (one_way, True))
    return tuple(
        Feature(stroke, name, popup, marked, arrows=arrows)
        for stroke, arrows in strokes
        if not stroke.is_empty
    )


def route_name(network: Network, route_id: str) -> str:
    """The short name of a line."""
    routes = network.feed.routes
    return str(routes.loc[routes["route_id"] == route_id, "route_short_name"].iloc[0])


def line_popup(network: Network, route_id: str, words: Words) -> tuple[Popup, bool]:
    """What is said of a line: its directions with their ends and stops, its mark and source."""
    feed = network.feed
    route = feed.routes.loc[feed.routes["route_id"] == route_id].iloc[0]
    visits = feed.visits[feed.visits["route_id"] == route_id]
    rows = []
    for number, (_, calls) in enumerate(visits.groupby("pattern_id", sort=True), 1):
        ends = (calls["stop_name"].iloc[0], calls["stop_name"].iloc[-1], len(calls))
        rows.append((words["direction"].format(number), words["from_to"].format(*ends)))
    patterns = feed.patterns[feed.patterns["route_id"] == route_id]
    marked = bool(route["indicative"]) or bool(patterns["indicative"].any())
    rows += provenance(words, marked, route["source"])
    name = str(route["route_short_name"])
    title = words["line"].format(name) if name.isascii() and name.isalnum() else name
    note = words["straight_hops"]
    return Popup(title, tuple(rows), origin(words, marked), note), marked


def _other_layer(network: Network, at: Places, routes: list[str], words: Words) -> list[Layer]:
    features = []
    for route in routes:
        of = [hop for hop in hops(network, route) if _touches_area(network, hop)]
        strokes = [part for stroke in course(at, of, network.crs) for part in stroke.geoms]
        if strokes:
            popup, marked = line_popup(network, route, words)
            name = route_name(network, route)
            features.append(Feature(MultiLineString(strokes), name, popup, marked))
    if not features:
        return []
    return [
        Layer("lines_other", words["lines_other"], words["group_lines"], "line", "lines",
              tuple(features), palette.OTHER_LINES, shown=False, labels="line")
    ]  # fmt: skip


def _touches_area(network: Network, hop: Hop) -> bool:
    return any(network.stop_in_area[network.stop_row[stop]] for stop in hop)
