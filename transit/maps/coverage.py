"""The page of many parks: each coloured by how well public transport covers it (choropleth)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

import numpy as np
import shapely

from transit.analysis.brief import Brief
from transit.maps.areas import definition_of
from transit.maps.base import (
    Words,
    first_view,
    ground_layers,
    origin,
    provenance,
    simpler,
    station_layer,
)
from transit.maps.facts import coverage_marked, coverage_shares, gaps, within_marked
from transit.maps.graded import graded, scale_of
from transit.maps.lines import dated, line_layers
from transit.maps.stops import stop_layers
from transit.maps.study import check_briefs, notes
from transit.pages.content import (
    Drawing,
    FactTable,
    Feature,
    Layer,
    PageContent,
    PageText,
    Popup,
    View,
)
from transit.pages.page import Page
from transit.pages.tiles import Tiles
from transit.pages.words import languages, words

SHARE_BREAKS = (0.3, 0.5, 0.7, 0.9)
"""Of a park's area; 50 % and 90 % are the marks that Chinese codes use for 300 and 500 m."""
MOST_DIGITS = 10
"""Decimals of a per cent: a share is known less well than this."""
STOP_BREAKS = (1, 3, 6, 10)
LINE_BREAKS = (1, 3, 6, 10)
SOME_NAMES = 12
"""With more parks than these their names appear only from zoom 13."""


@dataclass(frozen=True)
class Graded:
    """One measure of the parks: its key (and view), its classes, and how a value is written."""

    key: str
    breaks: tuple[float, ...]
    form: str


MEASURES = (
    Graded("share_walk", SHARE_BREAKS, "{:.0%}"),
    Graded("share_straight", SHARE_BREAKS, "{:.0%}"),
    Graded("stops", STOP_BREAKS, "{:g}"),
    Graded("lines", LINE_BREAKS, "{:g}"),
)


def coverage_map(
    briefs: Brief | Sequence[Brief],
    *,
    title: str = "",
    made_at: datetime | None = None,
    language: str = "zh-CN",
    tiles: Tiles | None = None,
) -> Page:
    """The page of parks coloured by share covered, stops and lines within the limit.

    One brief a park, all of one network and limit; a button chooses the measure, and the legend
    names every class. ``made_at``, ``language`` and ``tiles`` as in ``study_map``.
    Raises ``UsageError`` for briefs of several networks or limits.
    """
    contents = [
        coverage_content(briefs, title=title, made_at=made_at, language=one)
        for one in languages(language)
    ]  # fmt: skip
    return Page(contents, tiles=tiles)


def coverage_content(
    briefs: Brief | Sequence[Brief],
    *,
    title: str = "",
    made_at: datetime | None = None,
    language: str = "zh-CN",
) -> PageContent:
    """What the page of parks shows, as plain values."""
    found = [briefs] if isinstance(briefs, Brief) else list(briefs)
    check_briefs(found)
    said, network = words(language), found[0].network
    known = [one for one in MEASURES if any(not np.isnan(_value(each, one)) for each in found)]
    drawings = [_drawing(one, found, said) for one in known]
    parks = [one.park for one in found]
    layers: list[Layer] = [
        *chain.from_iterable(one.layers for one in drawings),
        *reversed(stop_layers(found, said)),
        *station_layer(network, said),
        *_lines(found, said),
        *ground_layers(network, said),
    ]
    text = _text(found, drawings, title, made_at, said)
    return PageContent(
        text, tuple(layers), first_view(parks, found[0].limit_m), _views(known, found, said),
        language=language,
    )  # fmt: skip


def _lines(found: Sequence[Brief], said: Words) -> list[Layer]:
    """The lines, on demand: colour is for the parks here."""
    return [replace(layer, shown=False) for layer in line_layers(found, said)]


def _value(one: Brief, measure: Graded) -> float:
    """A measure of a park; NaN where it is not known."""
    if measure.key.startswith("share_"):
        return coverage_shares(one).get(measure.key.removeprefix("share_"), np.nan)
    table = one.definitions.set_index("within")
    if measure.key == "lines":
        return np.nan if one.network.feed.visits.empty else float(table.loc["outline", "lines"])
    return float(table.loc["outline", "places"])


def _marked(one: Brief, measure: Graded) -> bool:
    if measure.key.startswith("share_"):
        return coverage_marked(one).get(measure.key.removeprefix("share_"), False)
    return within_marked(one)["outline"]


def _drawing(measure: Graded, found: Sequence[Brief], said: Words) -> Drawing:
    scale = scale_of(measure.breaks, measure.form, said)
    places = [(_feature(one, measure, said), _value(one, measure)) for one in found]
    return graded(
        f"parks_{measure.key}", _name(measure, found[0], said), places, scale, said, pane="park",
        labels="park", label_zoom=13.0 if len(found) > SOME_NAMES else 0.0, views=(measure.key,),
    )  # fmt: skip


def _feature(one: Brief, measure: Graded, said: Words) -> Feature:
    park = one.park
    label = said["named_value"].format(park.park_name, _text_of(one, measure, said))
    return Feature(simpler(park.outline, park.crs), label, _popup(one, said), park.indicative)


def _popup(one: Brief, said: Words) -> Popup:
    """Every measure of a park with its denominator, what "within" means, and the park's source."""
    park = one.park
    rows = [(said["area"], said["hectares"].format(park.area_m2 / 10_000))]
    for measure in MEASURES:
        mark = said["indicative_mark"] if _marked(one, measure) else ""
        rows.append((_name(measure, one, said), _text_of(one, measure, said) + mark))
    kinds = [kind for kind in ("walk", "straight") if kind in coverage_shares(one)]
    rows += [
        (said[f"coverage_{kind}"], definition_of(kind, one.limit_m, one.access_m, said))
        for kind in kinds
    ]
    rows += provenance(said, park.indicative, park.source)
    note = said["denominator"].format(park.area_m2 / 10_000)
    return Popup(park.park_name, tuple(rows), origin(said, park.indicative), note)


def _text_of(one: Brief, measure: Graded, said: Words) -> str:
    value = _value(one, measure)
    if np.isnan(value):
        return said["not_known"]
    return _percent(value) if measure.key.startswith("share_") else f"{value:g}"


def _percent(share: float) -> str:
    """``share`` with one decimal, or with as many as keep it on its side of a class's border.

    >>> _percent(0.5004), _percent(0.49996)
    ('50.0%', '49.996%')
    """
    side = np.searchsorted(SHARE_BREAKS, share, side="right")
    told = (
        f"{share:.{digits}%}" for digits in range(1, MOST_DIGITS)
        if np.searchsorted(SHARE_BREAKS, round(share, digits + 2), side="right") == side
    )  # fmt: skip
    return next(told, f"{share:.{MOST_DIGITS}%}")


def _name(measure: Graded, one: Brief, said: Words) -> str:
    return said[f"parks_{measure.key}"].format(one.limit_m)


def _views(known: Sequence[Graded], found: Sequence[Brief], said: Words) -> tuple[View, ...]:
    return tuple(
        View(one.key, said[f"parks_{one.key}_short"], _name(one, found[0], said)) for one in known
    )


def _text(
    found: Sequence[Brief],
    drawings: Sequence[Drawing],
    title: str,
    made_at: datetime | None,
    said: Words,
) -> PageText:
    one = found[0]
    network = one.network
    missing = [FactTable(text, (), ()) for text in gaps(network, said)]
    return PageText(
        title=title or _title(found, said),
        subtitle=dated("study_subtitle", network.name, network, one.limit_m, said),
        sources=network.sources,
        notes=notes(found, said),
        definition=said["definition_text"].format(one.limit_m, one.access_m),
        crs=network.crs,
        made_at=made_at,
        tables=(*missing, _table(found, said)),
        legend=tuple(chain.from_iterable(drawing.legend for drawing in drawings)),
    )


def _title(found: Sequence[Brief], said: Words) -> str:
    if len(found) == 1:
        return said["parks_title_one"].format(found[0].park.park_name)
    return said["parks_title"].format(len(found), found[0].network.name)


def _table(found: Sequence[Brief], said: Words) -> FactTable:
    """Every park with every measure and its denominator, least covered first."""
    order = sorted(found, key=lambda one: (np.nan_to_num(_value(one, MEASURES[0]), nan=-1.0),
                                           one.park.park_name, one.park.park_id))  # fmt: skip
    rows = tuple(
        (
            one.park.park_name,
            *(_text_of(one, measure, said) for measure in MEASURES),
            said["hectares_plain"].format(one.park.area_m2 / 10_000),
        )
        for one in order
    )
    header = (said["park_column"], *(said[f"parks_{measure.key}_short"] for measure in MEASURES),
              said["hectares_header"])  # fmt: skip
    marks = tuple(any(_marked(one, measure) for measure in MEASURES) for one in order)
    total_m2 = shapely.union_all([one.park.outline for one in found]).area
    return FactTable(
        said["table_parks"].format(found[0].limit_m), header, rows,
        said["note_parks"].format(total_m2 / 10_000),
        indicative=marks,
    )  # fmt: skip
