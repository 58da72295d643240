"""Page content as JSON that is safe inside a ``<script>`` element.

Coordinates become whole millionths of a degree (0.11 m), each vertex as the step from the one
before: ``[lon, lat, step_lon, step_lat, …]``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from itertools import product
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from transit.errors import Problem, UsageError, raise_if
from transit.pages.content import (
    STEPS_PER_DEGREE,
    FactTable,
    Feature,
    Layer,
    LegendItem,
    PageContent,
    Popup,
    Style,
    View,
)
from transit.pages.words import page_words

BEIJING = timezone(timedelta(hours=8))
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
_PARTS = {"line": "LineString", "area": "Polygon", "point": "Point"}


def safe_json(value: object) -> str:
    """``value`` as JSON text that cannot end its ``<script>`` element or be read as markup.

    ``<``, ``>``, ``&``, the two line separators of JavaScript and unpaired surrogates are
    written as escapes; they can only stand inside JSON strings, so the value stays the same.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def page_tree(content: PageContent) -> dict[str, Any]:
    """``content`` as the page's script reads it; raises ``DataError`` with every fault it has."""
    raise_if(content_problems(content))
    text = content.text
    return {
        "words": dict(page_words(content.language)),
        "title": text.title,
        "subtitle": text.subtitle,
        "lead": text.lead,
        "sources": text.sources,
        "notes": text.notes,
        "definition": text.definition,
        "crs": text.crs,
        "datum": text.datum,
        "made_at": beijing_time(text.made_at),
        "tables": [_table(table) for table in text.tables],
        "legend": [_legend(item) for item in text.legend],
        "views": [_view(view) for view in content.views],
        "start": content.start,
        "changes": [{"name": one.name, "indicative": one.indicative} for one in content.changes],
        "layers": [_layer(layer) for layer in content.layers],
        "bounds": [round(float(degrees), 6) for degrees in content.bounds],
    }


def beijing_time(moment: datetime | None) -> str:
    """``moment`` as ``YYYY-MM-DD HH:MM`` on a Beijing clock; empty without one.

    Raises ``UsageError`` when ``moment`` does not say its time zone.
    """
    if moment is None:
        return ""
    if moment.tzinfo is None:
        mend = "give it a time zone, such as datetime.now(timezone.utc)"
        raise UsageError(Problem("made_at", f"{moment} does not say its time zone", mend))
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def content_problems(content: PageContent) -> list[Problem]:
    """Every fault of the layers: keys twice, unknown views, kinds and degrees that do not fit."""
    known = {view.key for view in content.views}
    problems = _key_problems([layer.key for layer in content.layers])
    problems += _view_problems(content.views)
    if content.start and content.start not in known:
        mend = f"use one of {sorted(known)}"
        problems.append(Problem("map page", f"starts in unknown view {content.start!r}", mend))
    for layer in content.layers:
        where = f"map layer {layer.name}"
        unknown = sorted(set(layer.views) - known)
        if unknown:
            problems.append(Problem(where, f"names views {unknown}", f"use {sorted(known)}"))
        beyond = [place for place in layer.changes if not 0 <= place < len(content.changes)]
        if beyond:
            mend = f"the page has {len(content.changes)}, counted from 0"
            problems.append(Problem(where, f"names changes {beyond}", mend))
        problems += _geometry_problems(layer, where)
    return problems


def _key_problems(keys: Sequence[str]) -> list[Problem]:
    twice = sorted({key for key in keys if keys.count(key) > 1})
    return [Problem(f"map layer {k}", "its key is used twice", "give each its own") for k in twice]


def _view_problems(views: Sequence[View]) -> list[Problem]:
    """Views that show two sides must name two others that show one."""
    single = {view.key for view in views if view.layout == "one" and not view.sides}
    return [
        Problem(f"map view {view.name}", f"cannot show the sides {list(view.sides)}",
                f"give it two of {sorted(single)}")
        for view in views
        if view.key not in single and (len(view.sides) != 2 or not set(view.sides) <= single)
    ]  # fmt: skip


def _geometry_problems(layer: Layer, where: str) -> list[Problem]:
    shapes = np.asarray([feature.geometry for feature in layer.features], dtype=object)
    wrong = {g.geom_type for g in shapes if g.geom_type.removeprefix("Multi") != _PARTS[layer.kind]}
    if wrong:
        fault = f"is of kind {layer.kind} but holds {sorted(wrong)}"
        return [Problem(where, fault, f"give {_PARTS[layer.kind]} geometries")]
    xy = shapely.get_coordinates(shapes)
    if len(xy) and not (np.abs(xy) <= (180.0, 90.0)).all():
        return [Problem(where, "holds coordinates that are not degrees", "give WGS-84 lon, lat")]
    return []


def _layer(layer: Layer) -> dict[str, Any]:
    said = [feature for feature in layer.features if _is_said(feature)]
    plain = [feature for feature in layer.features if not _is_said(feature)]
    features = [_feature(feature, layer.kind) for feature in said]
    features += _plain(plain, layer.kind)
    return _without_defaults({
        "key": layer.key, "name": layer.name, "group": layer.group, "kind": layer.kind,
        "pane": layer.pane, "style": _style(layer.style), "shown": layer.shown,
        "listed": layer.in_list, "lanes": layer.side_by_side,
        "labels": layer.labels, "label_zoom": layer.label_zoom, "views": layer.views,
        "note": layer.note, "changes": layer.changes,
        "features": features,
    })  # fmt: skip


def _is_said(feature: Feature) -> bool:
    return bool(feature.label or feature.popup or feature.badge or feature.dash)


def _plain(features: list[Feature], kind: str) -> list[dict[str, Any]]:
    """Features of which nothing is said, as one feature of many parts: smaller and faster."""
    written = []
    for marks in product((False, True), repeat=2):
        alike = [f for f in features if (f.indicative, f.arrows) == marks]
        parts = [part for feature in alike for part in _parts(feature.geometry, kind)]
        if parts:
            row = {"parts": parts, "indicative": marks[0], "arrows": marks[1]}
            written.append(_without_defaults(row))
    return written


def _feature(feature: Feature, kind: str) -> dict[str, Any]:
    return _without_defaults({
        "parts": _parts(feature.geometry, kind),
        "label": feature.label,
        "popup": _popup(feature.popup) if feature.popup else None,
        "indicative": feature.indicative,
        "badge": feature.badge,
        "arrows": feature.arrows,
        "dash": feature.dash,
    })  # fmt: skip


def _parts(geometry: BaseGeometry, kind: str) -> list[Any]:
    singles = [part for part in shapely.get_parts(geometry) if not part.is_empty]
    if kind == "area":
        return [[_steps(ring) for ring in (p.exterior, *p.interiors)] for p in singles]
    return [_steps(part) for part in singles]


def _steps(geometry: BaseGeometry) -> list[int]:
    whole = np.rint(shapely.get_coordinates(geometry) * STEPS_PER_DEGREE).astype(np.int64)
    keep = np.r_[True, (np.diff(whole, axis=0) != 0).any(axis=1)]
    steps = np.diff(whole[keep], axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return [int(step) for step in steps.ravel()]


def _popup(popup: Popup) -> dict[str, Any]:
    return _without_defaults(
        {"title": popup.title, "rows": popup.rows, "tags": popup.tags, "note": popup.note}
    )


def _table(table: FactTable) -> dict[str, Any]:
    return {
        "caption": table.caption, "header": table.header, "rows": table.rows,
        "note": table.note, "views": table.views, "indicative": table.indicative,
        "note_indicative": table.note_indicative, "prose": table.prose,
    }  # fmt: skip


def _view(view: View) -> dict[str, Any]:
    return {
        "key": view.key, "name": view.name, "note": view.note, "sides": view.sides,
        "layout": view.layout,
    }  # fmt: skip


def _legend(item: LegendItem) -> dict[str, Any]:
    return {
        "name": item.name, "kind": item.kind, "style": _style(item.style),
        "arrows": item.arrows, "indicative": item.indicative, "views": item.views,
    }  # fmt: skip


def _style(style: Style) -> dict[str, Any]:
    return {name: getattr(style, name) for name in Style.__dataclass_fields__}


def _without_defaults(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, "", False, (), [])}
