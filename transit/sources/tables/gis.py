"""GIS files and Parquet as tables of texts, with their geometries in degrees."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import shapely

from transit.errors import DataError, Problem
from transit.sources.tables.bounds import (
    FILE_AT_MOST,
    require_held,
    require_rows,
    require_tables,
    require_whole,
    rows_of,
)
from transit.sources.tables.layers import chosen
from transit.sources.tables.shown import shown, whole
from transit.sources.tables.text import require_file
from transit.units import WGS84

Shapes = np.ndarray[Any, np.dtype[np.object_]]
Read = tuple[pd.DataFrame, Shapes | None, list[str]]
Given = TypeVar("Given")
"""A table of texts, its shapes in degrees where it has any, and notes."""


def geojson_frame(path: Path) -> Read:
    """The properties of the features of ``path`` as texts, and their shapes."""
    from transit.sources.geojson import features, shape_of

    read = features(path)
    names = {name for feature in read for name in _named(feature.get("properties"))}
    require_rows(path, len(read), len(names))
    frame = pd.DataFrame([_named(feature.get("properties")) for feature in read], dtype=object)
    shapes = np.empty(len(read), dtype=object)
    shapes[:] = [shape_of(feature.get("geometry")) for feature in read]
    return texts_of(frame), shapes, []


def _named(properties: Any) -> dict[str, Any]:  # noqa: ANN401
    values = properties if isinstance(properties, dict) else {}
    return {whole(name): value for name, value in values.items()}


def layer_frame(path: Path, sheet: str | None, prefer: Sequence[str]) -> Read:
    """The attributes of one layer of a GeoPackage or shapefile as texts, and its shapes.

    Only files that begin as such are opened: GDAL would also follow files that name others.
    """
    require_file(path, at_most=FILE_AT_MOST)
    with path.open("rb") as file:
        if not file.read(16).startswith(_MAGIC[path.suffix.lower()]):
            raise DataError(Problem(str(path), f"is no {path.suffix} file inside", _EXPORT))
    return unbroken(path, lambda: _layer(path, sheet, prefer), _kind(path), _EXPORT)


def _layer(path: Path, sheet: str | None, prefer: Sequence[str]) -> Read:
    import pyogrio

    is_database = path.suffix.lower() == ".gpkg"
    if is_database:
        require_tables(path)
    names = [str(name) for name, _ in pyogrio.list_layers(path)]
    layer, notes = chosen(path.name, names, sheet, prefer)
    if not is_database:
        require_rows(path, pyogrio.read_info(path, layer=layer)["features"])
        return *_divided(pyogrio.read_dataframe(path, layer=layer), path), notes
    rows = rows_of(path, layer)
    read = pyogrio.read_dataframe(path, layer=layer)
    require_whole(f"{path.name} {layer}", len(read), rows)
    return *_divided(read, path), notes


def parquet_frame(path: Path) -> Read:
    """The columns of a Parquet file as texts, and the shapes of a GeoParquet file."""
    require_file(path, at_most=FILE_AT_MOST)
    return unbroken(path, lambda: _parquet(path), _kind(path), _EXPORT)


def _parquet(path: Path) -> Read:
    import geopandas
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    require_held(path, file)
    geo = b"geo" in (file.metadata.metadata or {})
    read = geopandas.read_parquet(path) if geo else file.read().to_pandas()
    return *_divided(read, path), []


def _kind(path: Path) -> str:
    return path.suffix.lstrip(".")


def unbroken(path: Path, read: Callable[[], Given], kind: str, mend: str) -> Given:
    """What ``read`` gives; ``DataError`` for all that a broken file makes libraries raise."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL tells of each small fault of a file
            return read()
    except (DataError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001
        why = (str(error).splitlines() or [type(error).__name__])[0]
        fault = f"cannot be read as {kind}: {shown(why, at_most=200)}"
        raise DataError(Problem(str(path), fault, mend)) from None


def texts_of(frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with every value as text: whole numbers without decimals, lists as JSON."""
    return pd.DataFrame(
        {shown(str(name)): pd.Series([_text(value) for value in values], dtype=str)
         for name, values in frame.items()}, index=pd.RangeIndex(len(frame)),
    )  # fmt: skip


def _divided(read: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, Shapes | None]:
    import geopandas

    if not isinstance(read, geopandas.GeoDataFrame):
        return texts_of(read), None
    if read.crs is None:
        mend = "export it with its CRS (a shapefile needs its .prj beside it)"
        raise DataError(Problem(str(path), "does not say which CRS it is in", mend))
    shapes = shapely.force_2d(read.geometry.to_crs(WGS84).to_numpy())
    return texts_of(pd.DataFrame(read.drop(columns=read.geometry.name))), shapes


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple, dict)):
        return whole(json.dumps(value, ensure_ascii=False, default=str))
    if value is None or value is pd.NaT or value is pd.NA or value != value:  # noqa: PLR0124
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return whole(str(value))


_MAGIC = {".gpkg": b"SQLite format 3\0", ".shp": b"\x00\x00\x27\x0a"}
_EXPORT = "export it again, as GeoPackage or CSV"
