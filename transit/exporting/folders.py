"""Folders of files, one a layer: CSV for Excel, GeoJSON, GeoParquet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import shapely
from shapely.geometry import mapping

from transit.exporting.dictionary import dictionary
from transit.exporting.layers import Content, Layer
from transit.output import as_json, write_bytes, write_csv
from transit.sources.writing import beside, require_empty, settle


def write_csv_folder(content: Content, out: str | Path) -> list[Path]:
    """The CSV files in the new folder ``out``: one a table, and ``columns.csv`` with meanings.

    Positions of points are columns; outlines and courses are left to the GIS formats. Numbers are
    written to the last bit.
    """

    def make(layer: Layer, folder: Path) -> None:
        write_csv(folder / f"{layer.name}.csv", layer.frame, exact=True)

    def about(layers: tuple[Layer, ...], folder: Path) -> None:
        write_csv(folder / "columns.csv", dictionary(layers))

    return _folder(content.layers(), Path(out), make, about)


def write_geojson_folder(content: Content, out: str | Path) -> list[Path]:
    """The GeoJSON files (RFC 7946) in the new folder ``out``, one a layer that is drawn.

    In WGS-84 degrees to nine decimals, each with its box; outer rings run against the clock.
    """

    def make(layer: Layer, folder: Path) -> None:
        write_bytes(folder / f"{layer.name}.geojson", geojson_of(layer))

    drawn = tuple(layer for layer in content.layers() if layer.shapes is not None)
    return _folder(drawn, Path(out), make)


def write_parquet_folder(content: Content, out: str | Path) -> list[Path]:
    """The Parquet files in the new folder ``out``: GeoParquet 1.1, in the network's metric CRS.

    Tables that are not drawn are plain Parquet.
    """

    def make(layer: Layer, folder: Path) -> None:
        write_parquet(layer, folder / f"{layer.name}.parquet")

    return _folder(content.layers(), Path(out), make)


def geojson_of(layer: Layer) -> bytes:
    """A layer as a GeoJSON FeatureCollection with its box, in UTF-8."""
    degrees = layer.in_degrees()
    rows = degrees.frame.to_dict("records")
    shapes = shapely.orient_polygons(degrees.shapes)
    features = [
        {"type": "Feature", "properties": row, "geometry": mapping(shape)}
        for row, shape in zip(rows, shapes, strict=True)
    ]
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    collection = {"type": "FeatureCollection", "name": layer.name,
                  "bbox": [west, south, east, north], "features": features}  # fmt: skip
    return as_json(collection).encode("utf-8", "replace")


def write_parquet(layer: Layer, path: Path) -> None:
    """The Parquet file ``path`` of a layer."""
    import geopandas

    if layer.shapes is None:
        layer.frame.to_parquet(path, index=False, engine="pyarrow")
        return
    frame = geopandas.GeoDataFrame(layer.frame, geometry=layer.shapes, crs=layer.crs)
    frame.to_parquet(path, index=False, schema_version="1.1.0")


def _folder(
    layers: tuple[Layer, ...],
    out: Path,
    make: Callable[[Layer, Path], None],
    about: Callable[[tuple[Layer, ...], Path], None] | None = None,
) -> list[Path]:
    """The files that ``make`` writes of each layer, in a folder that is there whole or not."""
    require_empty(out)
    with beside(out) as fresh:
        fresh.mkdir()
        for layer in layers:
            make(layer, fresh)
        if about is not None:
            about(layers, fresh)
        names = sorted(path.name for path in fresh.iterdir())
        settle(fresh, out)
    return [out / name for name in names]
