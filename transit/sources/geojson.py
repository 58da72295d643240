"""GeoJSON read strictly: declared properties, WGS-84 degrees, valid geometry."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from transit.errors import DataError, Problem
from transit.output import as_json
from transit.parsing import parse
from transit.schema import Table
from transit.sources.tables import read_text


def read_geojson(
    path: Path, table: Table, kinds: tuple[str, ...]
) -> tuple[pd.DataFrame, np.ndarray, list[Problem]]:
    """Properties as ``table`` declares them, shapely geometries of ``kinds``, and all faults."""
    nothing = pd.DataFrame(columns=table.names), np.empty(0, dtype=object)
    try:
        features = _features(path)
    except DataError as error:
        return *nothing, list(error.problems)
    frame = pd.DataFrame([_texts(feature.get("properties")) for feature in features], dtype=object)
    labels = [f"feature {number}" for number in range(1, len(features) + 1)]
    parsed, problems = parse(frame, table, where=path.name, labels=labels)
    geometries = np.empty(len(features), dtype=object)
    for row, feature in enumerate(features):
        where = f"{path.name} feature {row + 1}"
        geometries[row], faults = _geometry(feature.get("geometry"), kinds, where)
        problems += faults
    return parsed, geometries, problems


def geojson_of(frame: pd.DataFrame, table: Table, shapes: Iterable[BaseGeometry]) -> bytes:
    """``shapes`` (WGS-84 degrees) with the columns of ``table``, as ``read_geojson`` reads them."""
    rows = frame[table.names].to_dict("records")
    features = [
        {"type": "Feature", "properties": row, "geometry": mapping(one)}
        for row, one in zip(rows, shapes, strict=True)
    ]
    return as_json({"type": "FeatureCollection", "features": features}).encode("utf-8")


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        mend = "export it again as GeoJSON"
        why = str(error).split(";")[0]
        raise DataError(Problem(str(path), f"is not JSON: {why}", mend)) from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(item, dict) for item in features):
        mend = "export it as a GeoJSON FeatureCollection"
        raise DataError(Problem(str(path), "holds no list of features", mend))
    if not features:
        raise DataError(Problem(str(path), "holds no feature", "draw at least one"))
    named = _crs_name(content.get("crs"))
    if not named.endswith(("CRS84", "4326")):
        mend = "export it in WGS-84 (EPSG:4326), as GeoJSON requires"
        raise DataError(Problem(str(path), f"is in {named}, says its 'crs'", mend))
    return features


def _crs_name(member: Any) -> str:  # noqa: ANN401
    """The CRS that an old-style ``crs`` member names; WGS-84 when there is none."""
    if member is None:
        return "CRS84"
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return str(member if name is None else name)


def _texts(properties: Any) -> dict[str, str]:  # noqa: ANN401
    values = properties if isinstance(properties, dict) else {}
    return {str(key): _text(value) for key, value in values.items()}


def _text(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _geometry(
    content: Any,  # noqa: ANN401
    kinds: tuple[str, ...],
    where: str,
) -> tuple[Any, list[Problem]]:
    kind = " or ".join(kinds)
    if not isinstance(content, dict) or not content.get("coordinates"):
        return None, [Problem(where, "has no geometry", f"draw it as a {kind}")]
    try:
        geometry = shapely.force_2d(shape(content))
    except (
        OverflowError,
        ShapelyError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
    ):
        return None, [Problem(where, "its geometry cannot be read", f"draw it as a {kind}")]
    if geometry.geom_type not in kinds:
        return None, [Problem(where, f"is a {geometry.geom_type}", f"draw it as a {kind}")]
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        what = f"its coordinates ({west:.0f}, {south:.0f}) are not WGS-84 degrees"
        return None, [Problem(where, what, "export it in WGS-84 (EPSG:4326), longitude first")]
    if not shapely.is_valid(geometry):
        what = f"its geometry is not valid: {shapely.is_valid_reason(geometry)}"
        return None, [Problem(where, what, "redraw it without crossing itself")]
    return geometry, []
