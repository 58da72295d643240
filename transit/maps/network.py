"""The page of a network without any park: what runs where, and how often."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from transit.analysis.service import (
    WHOLE_DAY,
    assumed_patterns,
    buses_per_hour,
    departures,
    peak_period,
)
from transit.maps.base import (
    Words,
    general_legend,
    ground_layers,
    station_layer,
)
from transit.maps.courses import Courses, courses_of
from transit.maps.facts import gaps
from transit.maps.graded import Extra, with_extra
from transit.maps.hop_loads import hop_load_layers
from transit.maps.lines import Lines, straight_legend, years
from transit.maps.load_layers import load_layers
from transit.maps.network_lines import is_listed, network_line_layers
from transit.maps.notes import network_notes
from transit.maps.stops import lines_text, stop_feature
from transit.model.feed import Feed
from transit.model.network import Network
from transit.pages import palette
from transit.pages.content import FactTable, Feature, Layer, PageContent, PageText
from transit.pages.page import Page
from transit.pages.tiles import Tiles
from transit.pages.words import languages, words
from transit.units import WGS84, transform

_MARGIN = 0.02
"""The first view is so much wider on each side than the stops, as a share of their extent."""
_LEAST_DEG = 0.002
MANY_STOPS = 800
"""More stops than this would hide what runs between them: they are drawn on demand."""

Period = tuple[str, str]


def network_map(  # noqa: PLR0913  (options by keyword)
    network: Network,
    *,
    period: Period | None = None,
    title: str = "",
    made_at: datetime | None = None,
    language: str = "zh-CN",
    tiles: Tiles | None = None,
    extra: Sequence[Extra] = (),
) -> Page:
    """The page of a whole network, which needs no park: lines, stops, buses per hour, counts.

    ``period`` (``HH:MM`` to ``HH:MM``) is that of the buses per hour: by default 07:00 to 09:00,
    or the two clock hours with the most departures where nothing leaves then. With more than
    ``network_lines.LISTED_AT_MOST`` lines the list has classes of service, not one row a line.
    ``made_at``, ``language``, ``tiles`` and ``extra`` as in ``study_map``.
    Raises ``UsageError`` for a period that cannot be.
    """
    courses = courses_of(network)[0]
    contents = [
        _content(courses, period, title, made_at, one, extra) for one in languages(language)
    ]
    return Page(contents, tiles=tiles)


def network_content(  # noqa: PLR0913
    network: Network,
    *,
    period: Period | None = None,
    title: str = "",
    made_at: datetime | None = None,
    language: str = "zh-CN",
    extra: Sequence[Extra] = (),
) -> PageContent:
    """What the page of a network shows, as plain values."""
    return _content(courses_of(network)[0], period, title, made_at, language, extra)


def _content(  # noqa: PLR0913
    courses: Courses,
    period: Period | None,
    title: str,
    made_at: datetime | None,
    language: str,
    extra: Sequence[Extra],
) -> PageContent:
    network, said = courses.network, words(language)
    asked = period or peak_period(network.feed)
    known, counts = network.feed.service_known, _counts(network, asked, said)
    text = PageText(
        title=title or said["network_title"].format(network.name),
        subtitle=_subtitle(network, asked, said),
        sources=network.sources,
        notes=(*network_notes(network, said), *_off_street_note(courses, said)),
        definition=said["network_definition"].format(*asked) if known else "",
        crs=network.crs,
        made_at=made_at,
        tables=(*(FactTable(gap, (), ()) for gap in gaps(network, said)), counts),
        legend=(*general_legend(said), *straight_legend(network, said)),
    )
    layers = (
        *network_stop_layers(network, said, asked),
        *station_layer(network, said),
        *_lines_and_loads(courses, said, asked),
        *ground_layers(network, said),
    )
    content = PageContent(text, layers, stops_view(network), language=language)
    return with_extra(content, extra)


def _lines_and_loads(courses: Courses, said: Words, period: Period) -> list[Layer]:
    """Few lines are shown one by one; of many first what they run together on each street."""
    network = courses.network
    lines = network_line_layers(Lines(courses, said, period), said)
    if not network.feed.service_known:
        return lines
    on_streets = load_layers(network, said, period) if len(network.streets) else []
    loads = [*on_streets, *hop_load_layers(courses, said, period)]
    few = is_listed(network.feed)
    return [
        *(replace(layer, shown=few) for layer in lines),
        *(replace(layer, shown=not few) for layer in loads),
    ]


def network_stop_layers(network: Network, said: Words, period: Period) -> list[Layer]:
    """Every stop with its lines, its buses per hour and its id: those with a line, and without."""
    text, buses = lines_text(network, said), stop_buses(network.feed, period).to_dict("index")
    found: dict[bool, list[Feature]] = {True: [], False: []}
    for stop in network.feed.stops.to_dict("records"):
        key = stop["stop_id"]
        rows = [(said["stop_lines"], text.get(key, said["no_lines"]))]
        if key in text and network.feed.service_known:
            rows.append((said["stop_buses"], _hourly(buses[key], period, said)))
        found[key in text].append(stop_feature(stop, tuple(rows), said))
    many = len(network.feed.stops) > MANY_STOPS
    zoom, note = (17.0, said["note_many_stops"]) if many else (14.0, "")
    styles = {True: palette.STOP_OF_NETWORK, False: palette.STOP_OUTSIDE}
    return [
        Layer(f"stops_{key}", said[f"stops_{key}"], said["group_stops"], "point", "stops",
              tuple(found[served]), styles[served], shown=not many, labels="stop",
              label_zoom=zoom, note=note)
        for served, key in ((True, "called"), (False, "not_called"))
        if found[served]
    ]  # fmt: skip


def stop_buses(feed: Feed, period: Period) -> pd.DataFrame:
    """Buses per hour that call at each stop, last calls included, by ``stop_id``.

    Columns ``buses`` and ``assumed`` (a headway or departure is). A bus that calls twice counts
    twice.
    """
    calls = feed.calls.assign(
        buses=feed.calls["pattern_id"].map(buses_per_hour(feed, period)),
        assumed=feed.calls["pattern_id"].isin(assumed_patterns(feed)),
    )
    return calls.groupby("stop_id").agg(buses=("buses", "sum"), assumed=("assumed", "any"))


def stops_view(network: Network) -> tuple[float, float, float, float]:
    """West, south, east and north degrees of the stops in the study area and a margin round them.

    Without a stop there: of the study area.
    """
    stops = network.feed.stops.loc[network.stop_in_area, ["stop_lon", "stop_lat"]].to_numpy()
    if not len(stops):
        west, south, east, north = network.study_area.bounds
        stops = transform(np.array([[west, south], [east, north]]), network.crs, WGS84)
    low, high = stops.min(axis=0), stops.max(axis=0)
    margin = np.maximum(_MARGIN * (high - low), _LEAST_DEG)
    (west, south), (east, north) = low - margin, high + margin
    return float(west), float(south), float(east), float(north)


def _counts(network: Network, period: Period, said: Words) -> FactTable:
    """How much there is: each row a count, whose definition stands in the note."""
    feed = network.feed
    patterns = feed.patterns
    marks = {
        "stop_count": feed.stops["indicative"], "line_count": feed.routes["indicative"],
        "direction_count": patterns["indicative"],
    }  # fmt: skip
    directions = patterns[["route_id", "direction_id"]].drop_duplicates()
    rows = [
        (said["stop_count"], f"{len(feed.stops):,}", marks["stop_count"].any()),
        (said["line_count"], f"{len(feed.routes):,}", marks["line_count"].any()),
        (said["direction_count"], f"{len(directions):,}", marks["direction_count"].any()),
    ]
    assumed = bool(assumed_patterns(feed))
    for name, asked in (("departures_period", period), ("departures_day", WHOLE_DAY)):
        known = feed.service_known
        count = f"{departures(feed, asked).sum():,.0f}" if known else said["not_known"]
        rows.append((said[name].format(*asked), count, assumed))
    return FactTable(
        said["table_network"],
        (said["measure"], said["value"]),
        tuple(row[:2] for row in rows),
        said["note_network"],
        indicative=tuple(bool(row[2]) for row in rows),
    )


def _subtitle(network: Network, period: Period, said: Words) -> str:
    """The year of the lines, where one is said, and the time of day of the buses per hour."""
    year = years(network)
    key = "network_buses" if network.feed.service_known else "service_unknown"
    dated = [said["network_year"].format(year)] if year else []
    return " · ".join([*dated, said[key].format(*period)])


def _off_street_note(courses: Courses, said: Words) -> tuple[str, ...]:
    loose = any(not one.matched.all() for one in courses.network.courses.values())
    known = courses.network.feed.service_known
    return (said["note_hop_loads"],) if loose and known else ()


def _hourly(row: Mapping[Hashable, Any], period: Period, said: Words) -> str:
    key = "hourly_assumed" if row["assumed"] else "hourly"
    return said[key].format(row["buses"], *period)
