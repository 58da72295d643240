"""Layers of the difference view: areas, courses and stops that a scenario changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from shapely.geometry import LineString

from transit.analysis.brief import Brief
from transit.analysis.catchment import Kind
from transit.maps import palette
from transit.maps.base import Words, simpler
from transit.maps.changed import (
    CourseChange,
    Status,
    StopChange,
    area_change,
    course_changes,
    drawable,
    stop_changes,
)
from transit.maps.content import Feature, Layer, Style
from transit.maps.courses import Courses, Stroke
from transit.maps.effects import Rows, effect_rows
from transit.maps.lines import Lines, course_note
from transit.maps.stops import distance_rows, lines_text, stop_feature
from transit.model.network import Network
from transit.units import unproject

VIEW = ("diff",)
_AREAS = (
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


def change_area_layers(
    before: Sequence[Brief], after: Sequence[Brief], words: Words
) -> list[Layer]:
    """Kept, lost and gained catchment of the stops: by walking shown, straight on demand."""
    crs = before[0].network.crs
    kinds: tuple[Kind, ...] = ("walk", "straight")
    layers = []
    for kind in kinds:
        change = area_change(before, after, kind)
        for part, style in _AREAS if change else ():
            area = drawable(getattr(change, part))
            if not area.is_empty:
                layers.append(
                    Layer(f"diff_{kind}_{part}", words[f"area_{kind}_{part}"],
                          words["group_change_area"], "area", "area",
                          (Feature(simpler(area, crs)),), style, shown=kind == "walk", views=VIEW)
                )  # fmt: skip
    return layers


def change_line_layers(
    before: Courses, after: Courses, words: Words, ranks: Sequence[str]
) -> list[Layer]:
    """For each changed line what is kept, cancelled (dashed) and new; the others in one layer.

    ``ranks`` as for ``line_layers``.
    """
    sides = {"kept": Lines(after, words), "lost": Lines(before, words)}
    sides["gained"] = sides["kept"]
    changes = course_changes(before, after)
    changed = [change for change in changes if change.changed]
    layers = [
        layer
        for number, change in enumerate(changed)
        for part in sides
        for layer in _course_layer(number, ranks.index(change.route_id), change, part, sides[part])
    ]
    same = [change.route_id for change in changes if not change.changed]
    return layers + _unchanged(same, sides["kept"])


def change_stop_layers(was: Sequence[Brief], now: Sequence[Brief], words: Words) -> list[Layer]:
    """Stops by what happened to them; unchanged stops only inside the study area.

    A popup says what the stop gains and loses, and its distances: as they are afterwards, or as
    they were where the stop is no more.
    """
    before, after = was[0].network, now[0].network
    said = _stop_texts(was, now, words)
    found: dict[Status, list[Feature]] = {}
    changes = stop_changes(before, after)
    for change in changes:
        side = after if change.stop_id in after.stop_row else before
        row = side.stop_row[change.stop_id]
        if change.status == "same" and not side.stop_in_area[row]:
            continue
        rows = said[change.stop_id]
        stop = side.feed.stops.iloc[row]
        found.setdefault(change.status, []).append(stop_feature(stop, rows, words))
    layers = [
        _stop_layer(status, tuple(found[status]), style, words)
        for status, style in _STOPS
        if status in found
    ]
    return layers + _moves(before, after, changes, words)


def _stop_texts(was: Sequence[Brief], now: Sequence[Brief], words: Words) -> dict[str, Rows]:
    """The popup rows of every stop of either side."""
    before, after = was[0].network, now[0].network
    texts = lines_text(before, words), lines_text(after, words)
    effects = effect_rows(before, after, words)
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


def _course_layer(
    number: int, rank: int, change: CourseChange, part: str, lines: Lines
) -> list[Layer]:
    of: tuple[Stroke, ...] = getattr(change, part)
    if not of:
        return []
    lost = part == "lost"
    straight_dash = palette.CANCELLED_STRAIGHT_DASH if lost else palette.STRAIGHT_DASH
    features = lines.features(change.route_id, of, straight_dash=straight_dash)
    name = lines.words[f"line_{part}"].format(lines.name(change.route_id))
    dash = palette.CANCELLED_DASH if lost else ""
    style = palette.line_style(lines.colour(change.route_id), rank, dash=dash, width=_WIDTHS[part])
    return [
        Layer(f"diff_line_{number}_{part}", name, lines.words["group_change_lines"], "line",
              "lines", features, style, side_by_side=True, labels="line", views=VIEW,
              note=course_note(lines.network, lines.words))
    ]  # fmt: skip


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


def _stop_layer(status: Status, features: tuple[Feature, ...], style: Style, words: Words) -> Layer:
    return Layer(
        f"diff_stop_{status}", words[f"stop_{status}"], words["group_change_stops"], "point",
        "stops", features, style, labels="stop", label_zoom=17.0 if status == "same" else 13.0,
        views=VIEW,
    )  # fmt: skip


def _moves(
    before: Network, after: Network, changes: Sequence[StopChange], words: Words
) -> list[Layer]:
    moved = [change.stop_id for change in changes if change.status == "moved"]
    if not moved:
        return []
    ways = [
        np.array([before.stop_xy[before.stop_row[stop]], after.stop_xy[after.stop_row[stop]]])
        for stop in moved
    ]
    features = tuple(Feature(LineString(unproject(way, after.crs)), arrows=True) for way in ways)
    return [
        Layer("diff_moves", words["moved_way"], words["group_change_stops"], "line", "lines",
              features, palette.MOVED_WAY, side_by_side=True, views=VIEW)
    ]  # fmt: skip
