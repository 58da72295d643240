"""Line layers: the lines near a park in colour and side by side, all others in grey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from shapely.geometry import MultiLineString

from transit.analysis.brief import Brief
from transit.analysis.service import MORNING, buses_per_hour
from transit.maps import palette
from transit.maps.base import Words, origin, provenance
from transit.maps.content import Feature, Layer, Popup
from transit.maps.courses import Hop, Places, course, hops, places
from transit.model.network import Network


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines of one network as pages draw and name them."""

    network: Network
    words: Words

    @cached_property
    def at(self) -> Places:
        """The places that courses run between."""
        return places(self.network)

    def name(self, route_id: str) -> str:
        """The short name of a line."""
        return str(self._routes.loc[route_id, "route_short_name"])

    def colour(self, route_id: str) -> object:
        """The colour a line is given in the feed, which may be missing."""
        return self._routes.loc[route_id, "route_color"]

    def features(self, route_id: str, of: Sequence[Hop]) -> tuple[Feature, ...]:
        """The two-way and the one-way strokes of the hops ``of``, both with the line's popup."""
        popup, marked, name = self.popup(route_id), self.marked(route_id), self.name(route_id)
        two_way, one_way = course(self.at, of, self.network.crs)
        return tuple(
            Feature(stroke, name, popup, marked, arrows=arrows)
            for stroke, arrows in ((two_way, False), (one_way, True))
            if not stroke.is_empty
        )

    def in_area(self, route_ids: Sequence[str]) -> tuple[Feature, ...]:
        """Lines without arrows, only the hops that touch the study area; nothing elsewhere."""
        found = []
        for route in route_ids:
            near = [hop for hop in hops(self.network, route) if self._touches_area(hop)]
            strokes = course(self.at, near, self.network.crs)
            parts = [part for stroke in strokes for part in stroke.geoms]
            if parts:
                marks = self.popup(route), self.marked(route)
                found.append(Feature(MultiLineString(parts), self.name(route), *marks))
        return tuple(found)

    def marked(self, route_id: str) -> bool:
        """Whether the line or one of its patterns is indicative."""
        patterns = self.network.feed.patterns
        own = patterns.loc[patterns["route_id"] == route_id, "indicative"]
        return bool(self._routes.loc[route_id, "indicative"]) or bool(own.any())

    def popup(self, route_id: str) -> Popup:
        """What is said of a line: each direction with its ends and service, mark and source."""
        words, marked, name = self.words, self.marked(route_id), self.name(route_id)
        title = words["line"].format(name) if name.isascii() and name.isalnum() else name
        calls = self._calls.get_group(route_id)
        rows = [
            (words["direction"].format(number), self._direction(pattern, visits))
            for number, (pattern, visits) in enumerate(calls.groupby("pattern_id", sort=True), 1)
        ]
        rows += provenance(words, marked, self._routes.loc[route_id, "source"])
        return Popup(title, tuple(rows), origin(words, marked), words["straight_hops"])

    def _direction(self, pattern: Any, visits: pd.DataFrame) -> str:  # noqa: ANN401
        names = visits["stop_name"]
        ends = self.words["from_to"].format(names.iloc[0], names.iloc[-1], len(names))
        hourly = self._hourly[pattern]
        if not hourly > 0:
            return "\n".join((ends, self.words["no_service"].format(*MORNING)))
        key = "hourly_assumed" if self._assumed.get(pattern, False) else "hourly"
        return "\n".join((ends, self.words[key].format(hourly, *MORNING)))

    def _touches_area(self, hop: Hop) -> bool:
        network = self.network
        return any(network.stop_in_area[network.stop_row[stop]] for stop in hop)

    @cached_property
    def _routes(self) -> pd.DataFrame:
        return self.network.feed.routes.set_index("route_id")

    @cached_property
    def _calls(self) -> Any:  # noqa: ANN401
        return self.network.feed.visits.groupby("route_id", sort=False)

    @cached_property
    def _hourly(self) -> pd.Series:
        return buses_per_hour(self.network.feed)

    @cached_property
    def _assumed(self) -> pd.Series:
        return self.network.feed.frequencies.groupby("pattern_id")["indicative"].any()


def line_layers(briefs: Sequence[Brief], words: Words) -> list[Layer]:
    """One layer a line within the limit of a park, and one for all lines that are not.

    Lines that can be reached by walking come first and are shown.
    """
    lines, limit_m = Lines(briefs[0].network, words), briefs[0].limit_m
    near, by_walk = near_route_ids(briefs), walk_route_ids(briefs)
    layers: dict[bool, list[Layer]] = {True: [], False: []}
    for rank, route in enumerate(near):
        features = lines.features(route, hops(lines.network, route))
        walked = route in by_walk
        group = words["group_lines_walk" if walked else "group_lines_straight"].format(limit_m)
        style = palette.line_style(lines.colour(route), rank)
        layer = Layer(
            f"line_{rank}", lines.name(route), group, "line", "lines", features, style,
            shown=walked or not by_walk, side_by_side=True, labels="line",
        )  # fmt: skip
        layers[walked] += [layer] if features else []
    known = set(near)
    others = [route for route in lines.network.feed.routes["route_id"] if route not in known]
    return layers[True] + layers[False] + _other_layer(lines, others)


def dated(key: str, name: str, network: Network, limit_m: float, words: Words) -> str:
    """The subtitle ``key`` of a page, without a year where no line says its own."""
    year = years(network)
    if not year:
        return words[f"{key}_undated"].format(name, limit_m)
    return words[key].format(name, year, limit_m)


def years(network: Network) -> str:
    """The year that the lines describe, or the first and the last of several; else empty."""
    found = network.feed.patterns["year"].dropna()
    if found.empty:
        return ""
    first, last = int(found.min()), int(found.max())
    return str(first) if first == last else f"{first}–{last}"


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


def _other_layer(lines: Lines, routes: Sequence[str]) -> list[Layer]:
    features = lines.in_area(routes)
    if not features:
        return []
    words = lines.words
    return [
        Layer("lines_other", words["lines_other"], words["group_lines"], "line", "lines",
              features, palette.OTHER_LINES, shown=False, labels="line")
    ]  # fmt: skip
