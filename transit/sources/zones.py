"""Zones out of GIS files (shapefile, GeoPackage, GeoJSON) of any declared CRS."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from transit.errors import DataError, Problem, did_you_mean
from transit.model.zones import Zones
from transit.parsing import parse
from transit.schema import ZONES

if TYPE_CHECKING:
    import geopandas


def read_zones(  # noqa: PLR0913  (what a file of zones does not say must be said here)
    path: str | Path,
    *,
    crs: str,
    columns: Mapping[str, str],
    indicative: bool,
    year: int,
    source: str,
) -> Zones:
    """The zones in the GIS file ``path``, in the metric ``crs``.

    ``columns`` says which column of the file holds ``zone_id``, ``zone_name``, ``people`` and
    ``jobs``; only the first is needed. Outlines that cross themselves are mended where that
    keeps their area, as exports of GIS programs often need. Raises ``DataError`` with every fault.
    """
    path = Path(path)
    frame = _frame(path)
    _require_columns(frame, columns, path)
    own = {name: [_text(value) for value in frame[column]] for name, column in columns.items()}
    same = {"indicative": str(indicative).lower(), "year": str(year), "source": source}
    texts = pd.DataFrame(own, index=range(len(frame)), dtype=str)
    texts = texts.assign(**{name: "" for name in ZONES.names if name not in own} | same)
    labels = [f"feature {number}" for number in range(1, len(frame) + 1)]
    table, problems = parse(texts, ZONES, where=path.name, labels=labels)
    if problems:
        raise DataError(problems)
    outlines = mended(frame.to_crs(crs).geometry.to_numpy())
    return Zones(table, outlines, crs)


def _frame(path: Path) -> geopandas.GeoDataFrame:
    import geopandas
    from pyogrio.errors import DataLayerError, DataSourceError

    if not path.is_file():
        raise DataError(Problem(str(path), "does not exist", "check the path"))
    try:
        frame = geopandas.read_file(path, engine="pyogrio")
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        fault = f"cannot be read as a GIS file: {str(error).splitlines()[0]}"
        raise DataError(Problem(str(path), fault, "export it again, as GeoPackage")) from None
    if not isinstance(frame, geopandas.GeoDataFrame) or frame.crs is None:
        mend = "export it with its CRS (a shapefile needs its .prj beside it)"
        raise DataError(Problem(str(path), "does not say which CRS it is in", mend))
    return frame


def _require_columns(frame: pd.DataFrame, columns: Mapping[str, str], path: Path) -> None:
    allowed = ("zone_id", "zone_name", "people", "jobs")
    problems = [
        Problem("zones columns", f"{name!r} is not known", f"use {', '.join(allowed)}")
        for name in columns
        if name not in allowed
    ]
    problems += [
        Problem(f"{path.name} column {column}", "is missing", did_you_mean(column, frame.columns))
        for column in columns.values()
        if column not in frame.columns
    ]
    if "zone_id" not in columns:
        mend = f"say which column has it: {', '.join(map(str, frame.columns[:-1]))}"
        problems.append(Problem("zones columns", "zone_id is not given", mend))
    if problems:
        raise DataError(problems)


def _text(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124  (not a number)
        return ""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)  # type: ignore[call-overload]


def mended(outlines: np.ndarray) -> np.ndarray:
    """Outlines that are valid, where mending does not change the area; else as they were."""
    outlines = shapely.force_2d(outlines)
    fixed = shapely.make_valid(outlines, method="structure")
    before, after = shapely.area(outlines), shapely.area(fixed)
    same = np.isfinite(before) & (np.abs(after - before) <= 1e-6 * np.abs(before))
    return np.where(same & ~shapely.is_valid(outlines), fixed, outlines)
