"""Layers of the difference view: areas, courses and stops that a scenario changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from transit.analysis.brief import Brief
from transit.analysis.catchment import Kind
from transit.maps.areas import definition_of
from transit.maps.base import Words, origin, provenance, simpler
from transit.maps.changed import (
    CourseChange,
    Status,
    StopChange,
    area_change,
    course_changes,
    drawable,
    stop_changes,
)
from transit.maps.courses import Stroke
from transit.maps.effects import Rows, effect_rows
from transit.maps.facts import coverage_marked
from transit.maps.lines import Lines, course_note
from transit.maps.steps import Makers, Part, Steps
from transit.maps.stops import distance_rows, lines_text, stop_feature
from transit.model.network import Network
from transit.pages import palette
from transit.pages.content import Feature, Layer, Popup, Style
from transit.units import unproject

VIEW = ("diff",)
MadeBy = Callable[[Makers], Rows]
"""What a popup says of the changes that made something; no row where none is told apart."""
_AREAS: tuple[tuple[Part, Style], ...] = (
    ("kept", palette.KEPT_AREA), ("lost", palette.LOST_AREA), ("gained", palette.GAINED_AREA),
)  # fmt: skip
_WIDTHS = {"kept": 1.8, "lost": 2.8, "gained": 3.4}
_STOPS: tuple[tuple[Status, Style], ...] = (
    ("same", palette.STOP_OUTSIDE),
    ("both", palette.BOTH_STOP),
    ("lost", palette.LOST_STOP),
    ("removed", palette.LOST_STOP),
    ("moved", palette.MOVED_STOP),
    ("gained", palette.GAINED_STOP),
    ("new", palette.GAINED_STOP),
)


def change_area_layers(steps: Steps, words: Words, made_by: MadeBy) -> list[Layer]:
    """Kept, lost and gained catchment of the stops: by walking shown, straight on demand.

    A popup says how large an area is, what it means, and which changes made it.
    """
    before, after = steps.briefs[0], steps.briefs[-1]
    kinds: tuple[Kind, ...] = ("walk", "straight")
    layers = []
    for kind in kinds:
        change = area_change(before, after, kind)
        for part, style in _AREAS if change else ():
            whole = getattr(change, part)
            layer = Layer(f"diff_{kind}_{part}", words[f"area_{kind}_{part}"],
                          words["group_change_area"], "area", "area", (), style,
                          shown=kind == "walk", views=VIEW)  # fmt: skip
            layers += [
                made_layer(
                    layer, makers, (_area(area, layer.name, kind, after, words, made_by(makers)),)
                )
                for makers, area in steps.parted(whole, kind, part).items()
                if not drawable(area).is_empty
            ]
    return layers


def change_line_layers(
    steps: Steps, words: Words, ranks: Sequence[str], made_by: MadeBy
) -> list[Layer]:
    """For each changed line what is kept, cancelled (dashed) and new; the others in one layer.

    ``ranks`` as for ``line_layers``.
    """
    before, after = steps.courses[0], steps.courses[-1]
    now = Lines(after, words)
    sides: dict[Part, Lines] = {"kept": now, "lost": Lines(before, words), "gained": now}
    changes = course_changes(before, after)
    changed = [change for change in changes if change.changed]
    layers = [
        made_layer(
            layer, makers, _course_features(change.route_id, of, layer, side, made_by(makers))
        )
        for number, change in enumerate(changed)
        for part, side in sides.items()
        if getattr(change, part)
        for layer in [_course_layer(number, ranks.index(change.route_id), change, part, side)]
        for makers, of in steps.strokes(change.route_id, getattr(change, part), part).items()
    ]
    same = [change.route_id for change in changes if not change.changed]
    return layers + _unchanged(same, now)


def change_stop_layers(
    steps: Steps, ledger: pd.DataFrame, words: Words, made_by: MadeBy
) -> list[Layer]:
    """Stops by what happened to them; unchanged stops only inside the study area.

    A popup says what the stop gains and loses, through which changes, and its distances: as they
    are afterwards, or as they were where the stop is no more.
    """
    was, now = steps.briefs[0], steps.briefs[-1]
    before, after = was[0].network, now[0].network
    said = _stop_texts(was, now, ledger, words)
    found: dict[tuple[Status, Makers], list[Feature]] = {}
    changes = stop_changes(before, after)
    for change in changes:
        side = after if change.stop_id in after.stop_row else before
        row = side.stop_row[change.stop_id]
        if change.status == "same" and not side.stop_in_area[row]:
            continue
        makers = () if change.status == "same" else steps.stops.get(change.stop_id, ())
        status, *rows = said[change.stop_id]
        stop = side.feed.stops.iloc[row]
        feature = stop_feature(stop, (status, *made_by(makers), *rows), words)
        found.setdefault((change.status, makers), []).append(feature)
    layers = [
        made_layer(_stop_layer(status, style, words), makers, tuple(found[key]))
        for status, style in _STOPS
        for key in sorted(found)
        for makers in [key[1]]
        if key[0] == status
    ]
    return layers + _moves(before, after, changes, steps, words)


def _stop_texts(
    was: Sequence[Brief], now: Sequence[Brief], ledger: pd.DataFrame, words: Words
) -> dict[str, Rows]:
    """The popup rows of every stop of either side."""
    before, after = was[0].network, now[0].network
    texts = lines_text(before, words), lines_text(after, words)
    effects = effect_rows(ledger, before, after, words)
    old, new = distance_rows(was, words), distance_rows(now, words)
    return {
        one.stop_id: (
            _status_row(one, words),
            *effects.get(one.stop_id, ()),
            *_line_rows(one, texts, words),
            *(new if one.stop_id in after.stop_row else old).get(one.stop_id, ()),
        )
        for one in stop_changes(before, after)
    }


def made_layer(layer: Layer, makers: Makers, features: tuple[Feature, ...]) -> Layer:
    """``layer`` with ``features``, which ``makers`` made."""
    by = "".join(f"_{place + 1}" for place in makers)
    key = f"{layer.key}_by{by}" if makers else layer.key
    return replace(layer, key=key, features=features, changes=makers)


def _area(  # noqa: PLR0913  (what a popup says)
    area: BaseGeometry, name: str, kind: Kind, after: Sequence[Brief], words: Words, made_by: Rows
) -> Feature:
    """One area, its popup with its size (hairs that are not drawn counted) and its definition."""
    one = after[0]
    marked = any(coverage_marked(brief)[kind] for brief in after)
    rows = (
        (words["area"], words["hectares"].format(area.area / 10_000)),
        *made_by,
        (words["definition"], definition_of(kind, one.limit_m, one.access_m, words)),
        *provenance(words, marked, ""),
    )
    drawn = simpler(drawable(area), one.network.crs)
    return Feature(drawn, popup=Popup(name, rows, origin(words, marked)))


def _course_layer(number: int, rank: int, change: CourseChange, part: Part, lines: Lines) -> Layer:
    name = lines.words[f"line_{part}"].format(lines.name(change.route_id))
    dash = palette.CANCELLED_DASH if part == "lost" else ""
    colour = lines.colour(change.route_id)
    style = palette.line_style(colour, rank, dash=dash, width=_WIDTHS[part])
    return Layer(
        f"diff_line_{number}_{part}", name, lines.words["group_change_lines"], "line", "lines", (),
        style, side_by_side=True, labels="line", views=VIEW,
        note=course_note(lines.network, lines.words),
    )  # fmt: skip


def _course_features(
    route_id: str, of: Sequence[Stroke], layer: Layer, lines: Lines, made_by: Rows
) -> tuple[Feature, ...]:
    """Strokes as drawn in ``layer``; the popup says first which changes made them."""
    lost = layer.style.dash == palette.CANCELLED_DASH
    dash = palette.CANCELLED_STRAIGHT_DASH if lost else palette.STRAIGHT_DASH
    popup = lines.popup(route_id)
    popup = replace(popup, rows=(*made_by, *popup.rows))
    features = lines.features(route_id, of, straight_dash=dash)
    return tuple(replace(feature, popup=popup) for feature in features)


def _unchanged(routes: Sequence[str], lines: Lines) -> list[Layer]:
    features = lines.in_area(routes)
    if not features:
        return []
    words = lines.words
    return [
        Layer("diff_lines_same", words["lines_unchanged"], words["group_change_lines"], "line",
              "lines", features, palette.OTHER_LINES, shown=False, labels="line", views=VIEW,
              note=course_note(lines.network, words))
    ]  # fmt: skip


def _status_row(change: StopChange, words: Words) -> tuple[str, str]:
    status = words[f"stop_{change.status}"]
    if change.moved_m:
        status = words["moved_by"].format(change.moved_m)
    return words["status"], status


def _line_rows(
    change: StopChange, texts: tuple[dict[str, str], dict[str, str]], words: Words
) -> Rows:
    old, new = (text.get(change.stop_id, words["no_lines"]) for text in texts)
    if change.status == "same":
        return ((words["stop_lines"], new),)
    rows = [(words["lines_before"], old)] if change.status != "new" else []
    rows += [(words["lines_after"], new)] if change.status != "removed" else []
    return tuple(rows)


def _stop_layer(status: Status, style: Style, words: Words) -> Layer:
    return Layer(
        f"diff_stop_{status}", words[f"stop_{status}"], words["group_change_stops"], "point",
        "stops", (), style, labels="stop", label_zoom=17.0 if status == "same" else 13.0,
        views=VIEW,
    )  # fmt: skip


def _moves(
    before: Network, after: Network, changes: Sequence[StopChange], steps: Steps, words: Words
) -> list[Layer]:
    ways: dict[Makers, list[Feature]] = {}
    for change in changes:
        if change.status != "moved":
            continue
        ends = [side.stop_xy[side.stop_row[change.stop_id]] for side in (before, after)]
        way = LineString(unproject(np.array(ends), after.crs))
        ways.setdefault(steps.stops.get(change.stop_id, ()), []).append(Feature(way, arrows=True))
    layer = Layer("diff_moves", words["moved_way"], words["group_change_stops"], "line", "lines",
                  (), palette.MOVED_WAY, side_by_side=True, views=VIEW)  # fmt: skip
    return [made_layer(layer, makers, tuple(features)) for makers, features in sorted(ways.items())]
