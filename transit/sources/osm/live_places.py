"""Buildings, land use and amenities of today: OSMnx asks Overpass for them, tile by tile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import osmnx
import shapely
from osmnx._errors import InsufficientResponseError  # it has no public name
from shapely.geometry import Polygon

from transit.model.places import PlaceKind
from transit.sources.osm.asking import Question
from transit.sources.osm.data import Features
from transit.sources.osm.features import keys_of
from transit.sources.osm.kept import texts

_AREAS_AND_POINTS = ("Point", "Polygon", "MultiPolygon")


def places_question(kinds: Sequence[PlaceKind]) -> Question[Polygon, Features]:
    """What is asked about a tile for the places of ``kinds``."""
    keys = keys_of(kinds)

    def asked(area: Polygon) -> list[list[Any]]:
        return _asked(area, keys)

    return Question("-".join(kinds), asked, _read)


def _asked(area: Polygon, keys: Sequence[str]) -> list[list[Any]]:
    """Id, shape as WKT and tags of each object in ``area`` that has any of ``keys``."""
    try:
        found = osmnx.features_from_polygon(area, dict.fromkeys(keys, True))
    except InsufficientResponseError:
        return []
    columns = [column for column in found.columns if column != "geometry"]
    rows = found[columns].to_dict("records")
    shapes = shapely.to_wkt(found.geometry.to_numpy(), rounding_precision=7)
    return [
        [f"{kind}/{number}", shape, {k: v for k, v in row.items() if isinstance(v, str)}]
        for (kind, number), shape, row in zip(found.index, shapes.tolist(), rows, strict=True)
    ]


def _read(content: Any) -> Features:  # noqa: ANN401
    """The features of an answer; lines have no area, and are ``None``."""
    shapes = np.array([shapely.from_wkt(shape) for _, shape, _ in content], dtype=object)
    for row, shape in enumerate(shapes):
        if shape.geom_type not in _AREAS_AND_POINTS:
            shapes[row] = None
    ids = tuple(str(place) for place, _, _ in content)
    return Features(ids, tuple(texts(tags) for *_, tags in content), shapes)
