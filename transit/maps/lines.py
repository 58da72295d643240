"""Line layers: the lines near a park in colour and side by side, all others in grey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from transit.analysis.brief import Brief
from transit.analysis.hops import course_quality
from transit.analysis.service import MORNING, buses_per_hour
from transit.maps.base import Words, origin, provenance
from transit.maps.courses import Courses, Stroke, courses_of, drawn
from transit.maps.published import published_hops
from transit.model.network import Network
from transit.pages import palette
from transit.pages.content import Feature, Layer, LegendItem, Popup, Style


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines of one network as pages draw and name them."""

    courses: Courses
    words: Words
    period: tuple[str, str] = MORNING

    @property
    def network(self) -> Network:
        """The network that the lines are of."""
        return self.courses.network

    def name(self, route_id: str) -> str:
        """The short name of a line."""
        return str(self._routes.loc[route_id, "route_short_name"])

    def colour(self, route_id: str) -> object:
        """The colour a line is given in the feed, which may be missing."""
        return self._routes.loc[route_id, "route_color"]

    def features(
        self, route_id: str, of: Sequence[Stroke], *, straight_dash: str = palette.STRAIGHT_DASH
    ) -> tuple[Feature, ...]:
        """``of`` as lines with the popup of the line they are of; arrows where driven one way."""
        popup, marked, name = self.popup(route_id), self.marked(route_id), self.name(route_id)
        return tuple(
            Feature(one.line, name, popup, marked, arrows=one.one_way,
                    dash=straight_dash if one.straight else "")
            for one in drawn(of)
        )  # fmt: skip

    def in_area(self, route_ids: Sequence[str]) -> tuple[Feature, ...]:
        """Lines without arrows, only what touches the study area; nothing elsewhere."""
        return tuple(
            replace(feature, arrows=False)
            for route in route_ids
            for feature in self.features(
                route, [one for one in self.courses.strokes(route) if self.courses.in_area(one)]
            )
        )

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
            (
                words["direction"].format(visits["direction_id"].iloc[0]),
                self._direction(pattern, visits),
            )
            for pattern, visits in calls.groupby("pattern_id", sort=True)
        ]
        rows += provenance(words, marked, self._routes.loc[route_id, "source"])
        straight = any(one.straight for one in self.courses.strokes(route_id))
        note = words["straight_hops_note"] if straight else ""
        return Popup(title, tuple(rows), origin(words, marked), note)

    def driven(self, pattern: str) -> str:
        """How far a pattern drives and, if streets are known, how much of it is on them."""
        row = self._quality.loc[pattern]
        if not row["length_m"] > 0:
            return ""
        said = (row["length_m"] / 1000, row["share_matched"], row["quality"])
        mark = self.words["indicative_mark"] if row["indicative"] else ""
        key = "driven" if len(self.network.streets) else "driven_km"
        return self.words[key].format(*said) + mark

    def _direction(self, pattern: Any, visits: pd.DataFrame) -> str:  # noqa: ANN401
        names = visits["stop_name"]
        ends = self.words["from_to"].format(names.iloc[0], names.iloc[-1], len(names))
        return "\n".join(filter(None, (ends, self._service(pattern), self.driven(pattern))))

    def _service(self, pattern: str) -> str:
        hourly = self._hourly[pattern]
        if not self.network.feed.service_known:
            return self.words["service_unknown"]
        if not hourly > 0:
            return self.words["no_service"].format(*self.period)
        key = "hourly_assumed" if self._assumed.get(pattern, False) else "hourly"
        return self.words[key].format(hourly, *self.period)

    @cached_property
    def _quality(self) -> pd.DataFrame:
        return course_quality(self.network).set_index("pattern_id")

    @cached_property
    def _routes(self) -> pd.DataFrame:
        return self.network.feed.routes.set_index("route_id")

    @cached_property
    def _calls(self) -> Any:  # noqa: ANN401
        return self.network.feed.visits.groupby("route_id", sort=False)

    @cached_property
    def _hourly(self) -> pd.Series:
        return buses_per_hour(self.network.feed, self.period)

    @cached_property
    def _assumed(self) -> pd.Series:
        return self.network.feed.frequencies.groupby("pattern_id")["indicative"].any()


def line_layers(
    briefs: Sequence[Brief], words: Words, ranks: Sequence[str] | None = None
) -> list[Layer]:
    """One layer a line within the limit of a park, and one for all lines that are not.

    Lines that can be reached by walking come first and are shown. ``ranks`` are the lines in the
    order in which they are given colours, so that a line has one colour on several maps.
    """
    lines, limit_m = Lines(courses_of(briefs[0].network)[0], words), briefs[0].limit_m
    near, by_walk = near_route_ids(briefs), walk_route_ids(briefs)
    layers: dict[bool, list[Layer]] = {True: [], False: []}
    order = near if ranks is None else list(ranks)
    for rank, route in enumerate(near):
        features = lines.features(route, lines.courses.strokes(route))
        walked = route in by_walk
        group = words["group_lines_walk" if walked else "group_lines_straight"].format(limit_m)
        style = palette.line_style(lines.colour(route), order.index(route))
        layer = Layer(
            f"line_{rank}", lines.name(route), group, "line", "lines", features, style,
            shown=walked or not by_walk, side_by_side=True, labels="line",
            note=course_note(lines.network, words),
        )  # fmt: skip
        layers[walked] += [layer] if features else []
    known = set(near)
    others = [route for route in lines.network.feed.routes["route_id"] if route not in known]
    return layers[True] + layers[False] + _other_layer(lines, others)


def course_note(network: Network, words: Words) -> str:
    """How lines are drawn: along streets, as published, straight, or partly; empty without any."""
    ways = ways_drawn(network)
    keys = {
        ("street",): "on_streets", ("published",): "as_published", ("straight",): "straight_hops",
        ("street", "straight"): "partly_straight",
    }  # fmt: skip
    return words[keys.get(ways, "partly_published")] if ways else ""


def ways_drawn(network: Network) -> tuple[str, ...]:
    """Which of ``street``, ``published`` and ``straight`` any hop of a line is drawn as."""
    matched = np.concatenate([[], *(one.matched for one in network.courses.values())])
    on_street, on_shape = int(matched.sum()), len(published_hops(network))
    counts = {
        "street": on_street,
        "published": on_shape,
        "straight": len(matched) - on_street - on_shape,
    }
    return tuple(way for way, count in counts.items() if count)


def straight_legend(network: Network, words: Words) -> tuple[LegendItem, ...]:
    """The sign of hops without a known street, where there are any."""
    if "straight" not in ways_drawn(network):
        return ()
    style = Style("#6d747b", 2.8, dash=palette.STRAIGHT_DASH)
    return (LegendItem(words["legend_straight"], "line", style),)


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
              features, palette.OTHER_LINES, shown=False, labels="line",
              note=course_note(lines.network, words))
    ]  # fmt: skip
