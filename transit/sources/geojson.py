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

from transit.errors import DataError, Problem, raise_if
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
        drawn = features(path)
    except DataError as error:
        return *nothing, list(error.problems)
    frame = pd.DataFrame([_texts(feature.get("properties")) for feature in drawn], dtype=object)
    labels = [f"feature {number}" for number in range(1, len(drawn) + 1)]
    parsed, problems = parse(frame, table, where=path.name, labels=labels)
    geometries = np.empty(len(drawn), dtype=object)
    for row, feature in enumerate(drawn):
        where = f"{path.name} feature {row + 1}"
        geometries[row], faults = _geometry(feature.get("geometry"), kinds, where)
        problems += faults
    return parsed, geometries, problems


def read_outlines(path: Path) -> np.ndarray:
    """The polygons of a GeoJSON file in WGS-84 degrees; ``DataError`` with every fault."""
    kinds = ("Polygon", "MultiPolygon")
    found = [
        _geometry(feature.get("geometry"), kinds, f"{path.name} feature {number}")
        for number, feature in enumerate(features(path), 1)
    ]
    raise_if([problem for _, problems in found for problem in problems])
    return np.array([outline for outline, _ in found], dtype=object)


def geojson_of(frame: pd.DataFrame, table: Table, shapes: Iterable[BaseGeometry]) -> bytes:
    """``shapes`` (WGS-84 degrees) with the columns of ``table``, as ``read_geojson`` reads them."""
    rows = frame[table.names].to_dict("records")
    features = [
        {"type": "Feature", "properties": row, "geometry": mapping(one)}
        for row, one in zip(rows, shapes, strict=True)
    ]
    return as_json({"type": "FeatureCollection", "features": features}).encode("utf-8")


def features(path: Path) -> list[dict[str, Any]]:
    """The features of the GeoJSON file ``path``, as read; at least one, in WGS-84 degrees."""
    try:
        content = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        mend = "export it again as GeoJSON"
        why = str(error).split(";")[0]
        raise DataError(Problem(str(path), f"is not JSON: {why}", mend)) from None
    listed = content.get("features") if isinstance(content, dict) else None
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        mend = "export it as a GeoJSON FeatureCollection"
        raise DataError(Problem(str(path), "holds no list of features", mend))
    if not listed:
        raise DataError(Problem(str(path), "holds no feature", "draw at least one"))
    named = _crs_name(content.get("crs"))
    if not named.endswith(("CRS84", "4326")):
        mend = "export it in WGS-84 (EPSG:4326), as GeoJSON requires"
        raise DataError(Problem(str(path), f"is in {named}, says its 'crs'", mend))
    return listed


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
    geometry = shape_of(content)
    if geometry is None:
        return None, [Problem(where, "its geometry cannot be read", f"draw it as a {kind}")]
    problems = shape_problems(geometry, kinds, where)
    return None if problems else geometry, problems


def shape_of(content: Any) -> BaseGeometry | None:  # noqa: ANN401
    """The geometry of a GeoJSON object, without heights; ``None`` where it cannot be read."""
    try:
        return shapely.force_2d(shape(content))
    except (
        OverflowError,
        ShapelyError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
    ):
        return None


def shape_problems(geometry: BaseGeometry, kinds: tuple[str, ...], where: str) -> list[Problem]:
    """What is wrong with ``geometry``: not of ``kinds``, not in degrees, or crossing itself."""
    if geometry.geom_type not in kinds:
        return [Problem(where, f"is a {geometry.geom_type}", f"draw it as a {' or '.join(kinds)}")]
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        what = f"its coordinates ({west:.0f}, {south:.0f}) are not WGS-84 degrees"
        return [Problem(where, what, "export it in WGS-84 (EPSG:4326), longitude first")]
    if not shapely.is_valid(geometry):
        what = f"its geometry is not valid: {shapely.is_valid_reason(geometry)}"
        return [Problem(where, what, "redraw it without crossing itself")]
    return []
