"""The study page: what one or several parks have, on one map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from transit.analysis.brief import Brief
from transit.errors import Problem, UsageError
from transit.maps.areas import area_layers
from transit.maps.base import (
    Words,
    first_view,
    general_legend,
    ground_layers,
    park_layers,
    station_layer,
)
from transit.maps.facts import fact_tables
from transit.maps.graded import Extra, with_extra
from transit.maps.lines import dated, line_layers, straight_legend
from transit.maps.load_layers import bottleneck_layers, bottleneck_tables, load_layers
from transit.maps.notes import network_notes
from transit.maps.stops import stop_layers, stops_not_drawn
from transit.pages.content import Layer, PageContent, PageText
from transit.pages.page import Page
from transit.pages.tiles import Tiles
from transit.pages.words import languages, words


def study_map(  # noqa: PLR0913  (options by keyword)
    briefs: Brief | Sequence[Brief],
    *,
    title: str = "",
    made_at: datetime | None = None,
    language: str = "zh-CN",
    tiles: Tiles | None = None,
    extra: Sequence[Extra] = (),
) -> Page:
    """The study page of one or several briefs of one network, as a folium map.

    The page is in every language, with a switch; ``language`` is the one first shown. ``tiles`` are
    pictures from a server under the drawing, such as ``osm_tiles()``: an option, never needed.
    ``extra`` is what other analyses draw, see ``transit.maps.graded``.
    ``made_at`` (with a time zone) is printed in Beijing time; without it no time is shown, and
    equal briefs give byte-equal pages. Raises ``UsageError`` for briefs of several networks.
    """
    contents = [
        study_content(briefs, title=title, made_at=made_at, language=one, extra=extra)
        for one in languages(language)
    ]
    return Page(contents, tiles=tiles)


def study_content(
    briefs: Brief | Sequence[Brief],
    *,
    title: str = "",
    made_at: datetime | None = None,
    language: str = "zh-CN",
    extra: Sequence[Extra] = (),
) -> PageContent:
    """What the study page shows, as plain values."""
    found = [briefs] if isinstance(briefs, Brief) else list(briefs)
    check_briefs(found)
    said = words(language)
    network = found[0].network
    parks = [one.park for one in found]
    layers: list[Layer] = [
        *park_layers(parks, said),
        *area_layers(found, said),
        *reversed(stop_layers(found, said)),
        *station_layer(network, said),
        *line_layers(found, said),
        *bottleneck_layers(found, said),
        *load_layers(network, said),
        *ground_layers(network, said),
    ]
    text = _text(found, title, made_at, said)
    content = PageContent(
        text, tuple(layers), first_view(parks, found[0].limit_m), language=language
    )
    return with_extra(content, extra)


def _text(found: Sequence[Brief], title: str, made_at: datetime | None, said: Words) -> PageText:
    network = found[0].network
    names = said["said_joiner"].join(one.park.park_name for one in found)
    return PageText(
        title=title or said["study_title"].format(names),
        subtitle=dated("study_subtitle", network.name, network, found[0].limit_m, said),
        sources=network.sources,
        notes=notes(found, said),
        definition=said["definition_text"].format(found[0].limit_m, found[0].access_m),
        crs=network.crs,
        made_at=made_at,
        tables=tuple(
            table
            for one in found
            for table in (*fact_tables(one, said, found), *bottleneck_tables(one, said, found))
        ),
        legend=(*general_legend(said), *straight_legend(network, said)),
    )


def notes(briefs: Sequence[Brief], said: Words) -> tuple[str, ...]:
    """What a reader must know: how lines are drawn, what is indicative, what is not drawn."""
    found = network_notes(briefs[0].network, said)
    if any(one.park.indicative for one in briefs):
        found.append(said["note_outline"])
    left_out = stops_not_drawn(briefs)
    if left_out:
        found.append(said["note_left_out"].format(left_out))
    return tuple(found)


def check_briefs(briefs: Sequence[Brief]) -> None:
    """Raise ``UsageError`` unless ``briefs`` are some, of one network and one limit."""
    where = "study map"
    if not briefs:
        raise UsageError(Problem(where, "no brief is given", "give one brief a park"))
    prints = {one.network.fingerprint() for one in briefs}
    if len(prints) > 1:
        fault = "its briefs come from different networks"
        raise UsageError(Problem(where, fault, "make one map a network, or use change_map"))
    limits = sorted({one.limit_m for one in briefs})
    if len(limits) > 1:
        fault = f"its briefs have different limits: {limits}"
        raise UsageError(Problem(where, fault, "ask every brief with the same limit_m"))
