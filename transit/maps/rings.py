"""The page of rings: what lies within 300, 500, 800 m of stops and of a park, each band its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from transit.analysis.brief import Brief, brief
from transit.analysis.catchment import Kind
from transit.analysis.coverage import kinds_known
from transit.errors import Problem, UsageError
from transit.maps.areas import definition_of
from transit.maps.base import (
    Words,
    first_view,
    general_legend,
    ground_layers,
    origin,
    park_layers,
    provenance,
    simpler,
    station_layer,
)
from transit.maps.facts import coverage_marked, coverage_shares, line_count
from transit.maps.lines import dated, line_layers, straight_legend
from transit.maps.stops import stop_layers
from transit.maps.study import notes
from transit.model.network import Network
from transit.model.park import Park
from transit.pages import palette
from transit.pages.content import (
    Drawing,
    FactTable,
    Feature,
    Layer,
    PageContent,
    PageText,
    Popup,
)
from transit.pages.page import Page
from transit.pages.tiles import Tiles
from transit.pages.words import languages, words

LIMITS_M = (300.0, 500.0, 800.0)
_DASHES: dict[Kind, str] = {"walk": "", "straight": "7 5"}
_OF = ("stops", "parks")


@dataclass(frozen=True, eq=False)
class Ring:
    """What is beyond ``from_m`` and within ``to_m`` metres, in metres of the network's CRS."""

    from_m: float
    to_m: float
    area: BaseGeometry
    indicative: bool


def ring_map(  # noqa: PLR0913  (what a planner may choose)
    network: Network,
    parks: Park | Sequence[Park],
    *,
    limits_m: Sequence[float] = LIMITS_M,
    title: str = "",
    made_at: datetime | None = None,
    language: str = "zh-CN",
    tiles: Tiles | None = None,
) -> Page:
    """The page of rings of ``limits_m`` metres round the stops near some parks and the parks.

    Bands by walking are shown, straight ones on demand; tables say which share of each park is in
    which band. ``made_at``, ``language`` and ``tiles`` as in ``study_map``.
    Raises ``UsageError`` for limits that do not rise from above 0.
    """
    contents = [
        ring_content(
            network, parks, limits_m=limits_m, title=title, made_at=made_at, language=one
        )
        for one in languages(language)
    ]  # fmt: skip
    return Page(contents, tiles=tiles)


def ring_content(  # noqa: PLR0913
    network: Network,
    parks: Park | Sequence[Park],
    *,
    limits_m: Sequence[float] = LIMITS_M,
    title: str = "",
    made_at: datetime | None = None,
    language: str = "zh-CN",
) -> PageContent:
    """What the page of rings shows, as plain values."""
    _check(limits_m)
    said = words(language)
    found = [parks] if isinstance(parks, Park) else list(parks)
    briefs = [[brief(network, park, limit_m=limit) for park in found] for limit in limits_m]
    widest, drawing = briefs[-1], ring_drawing(briefs, said)
    lines = [replace(layer, shown=False) for layer in line_layers(widest, said)]
    layers = [
        *park_layers(found, said),
        *drawing.layers,
        *reversed(stop_layers(widest, said)),
        *station_layer(network, said),
        *lines,
        *ground_layers(network, said),
    ]
    text = _text(widest, title, made_at, said)
    return PageContent(
        replace(text, tables=drawing.tables), tuple(layers), first_view(found, limits_m[-1]),
        language=language,
    )  # fmt: skip


def _text(widest: Sequence[Brief], title: str, made_at: datetime | None, said: Words) -> PageText:
    one = widest[0]
    names = said["said_joiner"].join(each.park.park_name for each in widest)
    kinds = [kind for kind in _DASHES if kind in kinds_known(one.network)]
    return PageText(
        title=title or said["rings_title"].format(names),
        subtitle=dated("study_subtitle", one.network.name, one.network, one.limit_m, said),
        sources=one.network.sources,
        notes=notes(widest, said),
        definition=" ".join(definition_of(kind, one.limit_m, one.access_m, said) for kind in kinds),
        crs=one.network.crs,
        made_at=made_at,
        legend=(*general_legend(said), *straight_legend(one.network, said)),
    )


def ring_drawing(briefs: Sequence[Sequence[Brief]], words: Words) -> Drawing:
    """Bands and tables of ``briefs``: for each limit, nearest first, one brief a park."""
    kinds = [kind for kind in _DASHES if kind in kinds_known(briefs[0][0].network)]
    layers = [layer for of in _OF for kind in kinds for layer in _layers(briefs, of, kind, words)]
    tables = [
        table
        for number in range(len(briefs[0]))
        for own in [[at[number] for at in briefs]]
        for table in (_share_table(own, words, briefs), _count_table(own, words, briefs))
    ]
    return Drawing(tuple(layers), tables=tuple(tables))


def rings(briefs: Sequence[Sequence[Brief]], of: str, kind: Kind) -> list[Ring]:
    """The bands of one kind round the stops near the parks, or the parks; overlaps count once.

    What a smaller limit reaches is never beyond it, so the bands nest and do not overlap.
    """
    found: list[Ring] = []
    inner: BaseGeometry = shapely.Polygon()
    from_m = 0.0
    for at in briefs:
        sets = [one.catchments if of == "stops" else one.park_catchments for one in at]
        known = [catchments[kind] for catchments in sets if kind in catchments]
        outer = shapely.union_all([inner, *(one.area for one in known)])
        band = _polygons(shapely.difference(outer, inner))
        marked = any(one.indicative for one in known)
        found.append(Ring(from_m, at[0].limit_m, band, marked))
        inner, from_m = outer, at[0].limit_m
    return found


def shares(own: Sequence[Brief], kind: Kind) -> list[float]:
    """The share (0 … 1) of one park in each band round its stops, and beyond the last of them."""
    within = [coverage_shares(one).get(kind, np.nan) for one in own]
    return [float(part) for part in np.diff([0.0, *within, 1.0])]


def _layers(briefs: Sequence[Sequence[Brief]], of: str, kind: Kind, words: Words) -> list[Layer]:
    found = rings(briefs, of, kind)
    styles = palette.ring_styles(len(found), dash=_DASHES[kind])
    group = words[f"rings_{of}_{kind}"]
    return [
        Layer(f"ring_{of}_{kind}_{place}", _name(ring, words), group, "area", "area",
              (Feature(simpler(ring.area, briefs[0][0].network.crs),
                       popup=_popup(ring, briefs, of, kind, words)),),
              styles[place], shown=(of, kind) == ("stops", "walk"))
        for place, ring in enumerate(found)
        if not ring.area.is_empty
    ]  # fmt: skip


def _popup(
    ring: Ring, briefs: Sequence[Sequence[Brief]], of: str, kind: Kind, words: Words
) -> Popup:
    first = briefs[0][0]
    rows = [(words["area"], words["hectares"].format(ring.area.area / 10_000))]
    place = [at[0].limit_m for at in briefs].index(ring.to_m)
    for number, one in enumerate(briefs[0] if of == "stops" else ()):
        share = shares([at[number] for at in briefs], kind)[place]
        said = words["share_in_ring"].format(share, share * one.park.area_m2 / 10_000)
        rows.append((one.park.park_name, said))
    rows.append((words["definition"], definition_of(kind, ring.to_m, first.access_m, words)))
    rows += provenance(words, ring.indicative, "；".join(first.network.sources))
    title = f"{words[f'rings_{of}_{kind}']} · {_name(ring, words)}"
    return Popup(title, tuple(rows), origin(words, ring.indicative))


def _share_table(
    own: Sequence[Brief], words: Words, briefs: Sequence[Sequence[Brief]]
) -> FactTable:
    """Which share of a park lies in which band round the stops; the column sums to the park."""
    one = own[0]
    kinds = [kind for kind in _DASHES if kind in coverage_shares(one)]
    columns = [shares(own, kind) for kind in kinds]
    names = [_band(0.0 if not at else own[at - 1].limit_m, own[at].limit_m, words)
             for at in range(len(own))]  # fmt: skip
    names.append(words["ring_beyond"].format(own[-1].limit_m))
    rows = tuple(
        (name, *(words["share_only"].format(column[place]) for column in columns))
        for place, name in enumerate(names)
    )
    marked = any(any(coverage_marked(each).values()) for each in own)
    header = (words["ring"], *(words[f"coverage_{kind}"] for kind in kinds))
    return FactTable(
        _headed(one, briefs, words["table_ring_shares"]), header, rows,
        words["denominator"].format(one.park.area_m2 / 10_000),
        indicative=(marked,) * len(rows), note_indicative=one.park.indicative,
    )  # fmt: skip


def _count_table(
    own: Sequence[Brief], words: Words, briefs: Sequence[Sequence[Brief]]
) -> FactTable:
    """How many stops and lines are within each limit of a park, by both meanings."""
    tables = [one.definitions.set_index("within") for one in own]
    known = [meaning for meaning in ("outline", "walk") if meaning in tables[0].index]
    rows = tuple(
        (
            words["metres_within"].format(one.limit_m),
            *(
                words["stops_and_lines"].format(
                    table.loc[meaning, "places"],
                    line_count(one, table.loc[meaning, "lines"], words),
                )
                for meaning in known
            ),
        )
        for one, table in zip(own, tables, strict=True)
    )
    header = (words["ring"], *(words[f"counted_{meaning}"] for meaning in known))
    marked = own[0].park.indicative or bool(own[-1].stops["distances_indicative"].any())
    return FactTable(
        _headed(own[0], briefs, words["table_ring_counts"]), header, rows,
        words["note_ring_counts"],
        indicative=(marked,) * len(rows),
    )  # fmt: skip


def _headed(one: Brief, briefs: Sequence[Sequence[Brief]], caption: str) -> str:
    park = one.park.park_name if len(briefs[0]) > 1 else ""
    return " · ".join(filter(None, [park, caption]))


def _name(ring: Ring, words: Words) -> str:
    return _band(ring.from_m, ring.to_m, words)


def _band(from_m: float, to_m: float, words: Words) -> str:
    if not from_m:
        return words["metres_within"].format(to_m)
    return words["ring_between"].format(from_m, to_m)


def _polygons(geometry: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


def _check(limits_m: Sequence[float]) -> None:
    where, mend = "ring map", "give metres that rise, such as 300, 500, 800"
    if not limits_m:
        raise UsageError(Problem(where, "no limit is given", mend))
    if any(step <= 0 for step in np.diff([0.0, *limits_m])):
        raise UsageError(Problem(where, f"its limits {list(limits_m)} do not rise from 0", mend))
