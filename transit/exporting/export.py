"""A network exported in the format that is asked for."""

from __future__ import annotations

from datetime import date as Date  # noqa: N812  (the argument is called date)
from pathlib import Path
from typing import Literal, get_args

from transit.errors import Problem, UsageError, did_you_mean
from transit.exporting.layers import Content

Format = Literal["gpkg", "parquet", "geojson", "csv", "xlsx", "graphml", "gtfs"]
FORMATS: tuple[Format, ...] = get_args(Format)


def export(
    content: Content, path: str | Path, *, to: Format, date: Date | None = None
) -> list[Path]:
    """The files written of ``content``: ``path`` itself, or those in it.

    For csv, geojson and parquet it is a folder, new or empty; else a file, which replaces the one
    before it. ``date`` is the service day that a GTFS feed is for. graphml has the streets alone,
    gtfs the lines alone. Raises ``UsageError`` for a format that is none, ``DataError`` when
    nothing can be written.
    """
    from transit.exporting.folders import (
        write_csv_folder,
        write_geojson_folder,
        write_parquet_folder,
    )
    from transit.exporting.gpkg import write_gpkg
    from transit.exporting.xlsx import write_xlsx

    if to not in FORMATS:
        raise UsageError(Problem(f"--to {to}", "is no format", did_you_mean(to, FORMATS)))
    folders = {
        "csv": write_csv_folder, "geojson": write_geojson_folder, "parquet": write_parquet_folder,
    }  # fmt: skip
    if to in folders:
        return folders[to](content, path)
    if to == "gtfs":
        return [_gtfs(content, path, date)]
    if to == "graphml":
        from transit.exporting.graph import write_graphml

        return [write_graphml(content.network, path)]
    files = {"gpkg": write_gpkg, "xlsx": write_xlsx}
    return [files[to](content, path)]


def _gtfs(content: Content, path: str | Path, date: Date | None) -> Path:
    from transit.sources.gtfs import write_gtfs

    if date is None:
        mend = "give the day that the service is for: --day 2026-11-25"
        raise UsageError(Problem("--to gtfs", "needs a service day", mend))
    return write_gtfs(content.network, path, date=date)
