"""One GeoPackage of a network: layers with the styles, meanings and units that QGIS shows."""

from __future__ import annotations

import contextlib
import sqlite3
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from transit.errors import DataError, Problem
from transit.exporting.layers import Content, Layer, titled
from transit.exporting.styles import style_of
from transit.output import write_made
from transit.sources.geopackage import read_gpkg

LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)
"""When a GeoPackage says it was last changed, where nobody says: equal networks, equal files."""


def write_gpkg(content: Content, path: str | Path, *, changed: datetime = LONG_AGO) -> Path:
    """The GeoPackage ``path`` of ``content``, in the network's metric CRS.

    ``changed`` is what it says of when it was last changed. Raises ``DataError``, and writes
    nothing, where it cannot be written or would read back otherwise.
    """
    path = Path(path)
    layers = content.layers()

    def make(fresh: Path) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for layer in layers:
                    _add(layer, fresh)
            _describe(fresh, layers, changed)
        except (sqlite3.Error, RuntimeError) as error:
            raise OSError(None, str(error).splitlines()[0]) from error
        _require_same(content, fresh, path)

    return write_made(path, make)


def _add(layer: Layer, path: Path) -> None:
    import geopandas
    import pyogrio

    about = {"IDENTIFIER": layer.name, "DESCRIPTION": layer.table.meaning}
    if layer.shapes is None:
        pyogrio.write_dataframe(
            layer.frame, path, layer=layer.name, driver="GPKG", layer_options=about
        )
        return
    frame = geopandas.GeoDataFrame(layer.frame, geometry=layer.shapes, crs=layer.crs)
    pyogrio.write_dataframe(
        frame, path, layer=layer.name, driver="GPKG", promote_to_multi=_mixed(layer),
        layer_options=about | {"GEOMETRY_NAME": "geom"},
    )  # fmt: skip


def _mixed(layer: Layer) -> bool:
    return (
        len({shape.geom_type for shape in layer.shapes}) > 1 if layer.shapes is not None else False
    )


def _describe(path: Path, layers: tuple[Layer, ...], changed: datetime) -> None:
    """Styles, meanings and units in the tables that QGIS and GDAL look for; a fixed time."""
    stamp = changed.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with contextlib.closing(sqlite3.connect(path)) as file:
        with file:
            file.executescript(_TABLES)
            file.executemany(
                "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description)"
                " VALUES (?, ?, ?, ?, ?)",
                [(layer.name, column.name, column.name, titled(column),
                  column.meaning) for layer in layers for column in layer.columns],
            )  # fmt: skip
            file.executemany(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
                " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description,"
                " owner, ui, update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', NULL, ?)",
                [(layer.name, layer.name, style_of(layer), layer.table.meaning, stamp)
                 for layer in layers if layer.shapes is not None],
            )  # fmt: skip
            file.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, description)"
                " VALUES ('layer_styles', 'attributes', 'layer_styles', 'styles of the layers')"
            )
            file.execute("UPDATE gpkg_contents SET last_change = ?", [stamp])
        file.execute("VACUUM")
    _forget_writes(path)


def _forget_writes(path: Path) -> None:
    """The header without the number of writes, which follows GDAL's threads: 1, in both places.

    Offsets 24 and 92 of SQLite's file format: the counter, and the counter that its size is of.
    """
    with path.open("r+b") as file:
        for place in (24, 92):
            file.seek(place)
            file.write((1).to_bytes(4, "big"))


def _require_same(content: Content, fresh: Path, path: Path) -> None:
    read = read_gpkg(fresh)
    same = read.network.fingerprint() == content.network.fingerprint()
    if not same or _surroundings(read.parks, read.zones) != _surroundings(
        content.parks, content.zones
    ):
        what = "would read back otherwise"
        raise DataError(Problem(str(path), what, "report this: the layers cannot say it"))


def _surroundings(parks: object, zones: object) -> tuple[object, ...]:
    told = [
        (park.park_id, park.park_name, park.outline.wkb, park.point.wkb, park.indicative,
         park.source, park.point_source, pd.util.hash_pandas_object(park.gates).to_list())
        for park in sorted(parks, key=lambda park: park.park_id)  # type: ignore[call-overload]
    ]  # fmt: skip
    return told, zones.fingerprint() if zones is not None else None  # type: ignore[attr-defined]


_TABLES = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name));
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, 'gpkg_schema',
  'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT(30), ui TEXT(30), update_time DATETIME);
"""
