"""Any table file as a table of texts, with a label of each row and notes on what was done."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from transit.errors import DataError, Problem, within_memory
from transit.sources.tables.csv_files import Row, csv_rows, framed
from transit.sources.tables.gis import Shapes, geojson_frame, layer_frame, parquet_frame
from transit.sources.tables.shown import MARK, one_line, shown
from transit.sources.tables.text import CSV_AT_MOST, decoded
from transit.sources.tables.xlsx import xlsx_rows


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table as its file gives it: all values are texts, empty where there is none.

    ``labels`` call each row as the user sees it ("row 7", "feature 3"); ``notes`` say what the
    reader did on its own (the encoding, sheets not read, formulas). ``shapes`` are the
    geometries of a GIS file, in degrees, x before y.
    """

    name: str
    frame: pd.DataFrame
    labels: tuple[str, ...]
    notes: tuple[str, ...] = ()
    shapes: Shapes | None = None

    def where(self, row: int | np.integer[Any]) -> str:
        """How a message calls row ``row``, counted from 0."""
        return f"{self.name} {self.labels[row]}"


def read_raw(path: str | Path, *, sheet: str | None = None, prefer: Sequence[str] = ()) -> RawTable:
    """The table in the file ``path``: CSV, TSV, XLSX, GeoJSON, GeoPackage, shapefile or Parquet.

    ``sheet`` names the sheet or layer; without it the file must have one, or one of those that
    ``prefer`` names. Raises ``DataError`` with every fault of the file.
    """
    path = Path(path)
    with within_memory(path):
        return _on_one_line(_read(path, sheet, prefer))


def _on_one_line(table: RawTable) -> RawTable:
    """The table with each value on one line, as every format can say it, and a note of where."""
    broken = table.frame.apply(lambda texts: texts.str.contains(_BROKEN, regex=True))
    rows = np.flatnonzero(broken.any(axis=1))
    if not len(rows):
        return table
    frame = table.frame.copy()
    for name in frame.columns[broken.any()]:
        frame[name] = frame[name].map(one_line)
    labels = ", ".join(table.labels[row] for row in rows[:_SHOWN])
    more = f" and {len(rows) - _SHOWN:,} more" if len(rows) > _SHOWN else ""
    note = f"line breaks and tabs within a value are read as a blank: {labels}{more}"
    return replace(table, frame=frame, notes=(*table.notes, note))


def _read(path: Path, sheet: str | None, prefer: Sequence[str]) -> RawTable:
    kind = path.suffix.lower()
    if path.exists() and not path.is_file() and not path.is_dir():
        mend = "save the table as a file, and give that"  # reading a pipe could wait for ever
        raise DataError(Problem(str(path), "is no file, but a pipe or a device", mend))
    if kind in ("", ".csv", ".txt", ".tsv"):
        return _from_rows(path, *_csv(path))
    if kind in (".xlsx", ".xlsm"):
        return _from_rows(path, *xlsx_rows(path, sheet=sheet, prefer=prefer))
    if kind in (".geojson", ".json"):
        return _from_features(path, *geojson_frame(path))
    if kind in (".gpkg", ".shp"):
        return _from_features(path, *layer_frame(path, sheet, prefer))
    if kind in (".parquet", ".geoparquet"):
        return _from_features(path, *parquet_frame(path))
    raise DataError(Problem(str(path), f"is of no kind that is read ({kind})", _KINDS))


def _from_rows(path: Path, rows: list[Row], said: list[str]) -> RawTable:
    frame, labels, notes = under_header(rows, path.name)
    return RawTable(path.name, frame, tuple(labels), (*said, *notes))


def _csv(path: Path) -> tuple[list[Row], list[str]]:
    text, encoding = decoded(path, at_most=CSV_AT_MOST)
    text = text.replace(MARK, "")
    delimiter = _delimiter(text)
    notes = ["read as GB 18030, for it is not UTF-8"] if encoding == "gb18030" else []
    marked = len(_APOSTROPHE.findall(text))
    notes += [f"an apostrophe before a formula's sign is taken as a spreadsheet's mark of text: "
              f"{marked:,} values"] if marked else []  # fmt: skip
    notes += [f"values are divided by {delimiter!r}"] if delimiter != "," else []
    return csv_rows(text, path.name, delimiter=delimiter), notes


def _from_features(
    path: Path, frame: pd.DataFrame, shapes: Shapes | None, notes: list[str]
) -> RawTable:
    """The table of a GIS file; positions of points become columns where it has none of its own."""
    if not len(frame):
        raise DataError(Problem(str(path), "holds no row", "draw or write at least one"))
    what = "row" if shapes is None else "feature"
    labels = tuple(f"{what} {number}" for number in range(1, len(frame) + 1))
    if shapes is not None and not {"lon", "lat"} & set(frame.columns):
        points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
        if points.any():
            drawn = shapes.copy()
            drawn[shapely.is_empty(shapes)] = None  # a point may be of no place
            lonlat = np.column_stack([shapely.get_x(drawn), shapely.get_y(drawn)])
            texts = [["" if np.isnan(each) else repr(float(each)) for each in column]
                     for column in lonlat.T]  # fmt: skip
            frame = frame.assign(**dict(zip(("lon", "lat"), texts, strict=True)))
            notes = [*notes, "columns lon and lat are those of the points drawn"]
    return RawTable(path.name, frame, labels, tuple(notes), shapes)


def _delimiter(text: str) -> str:
    """Comma, unless the first line has none but tabs or semicolons."""
    first = text.lstrip("\ufeff\r\n").split("\n", 1)[0]
    return next((mark for mark in (",", "\t", ";") if mark in first), ",")


def under_header(rows: list[Row], where: str) -> tuple[pd.DataFrame, list[str], list[str]]:
    """The rows under the header, their labels, and notes on titles above it.

    A title is a row of one value above rows of several: spreadsheets have them, CSV saved from
    spreadsheets too. Raises ``DataError`` when two columns have one name.
    """
    titles = _titles(rows)
    frame, labels = framed(rows[len(titles) :], where)
    if not labels:
        raise DataError(Problem(where, "has a header and no row", "write the rows under it"))
    notes = [f"row {number} is taken as a title: {shown(text)}" for number, text in titles]
    names = list(frame.columns)
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if twice:
        raise DataError(
            Problem(where, f"column {name!r} appears twice", "rename or remove one of them")
            for name in twice
        )
    unnamed = names.count("")
    if unnamed:
        notes.append(f"{unnamed} columns have no name and are called by their place: column 3")
    safe = [shown(name) or f"column {place}" for place, name in enumerate(names, 1)]
    return frame.set_axis(safe, axis="columns"), labels, notes


def _titles(rows: list[Row]) -> list[tuple[int, str]]:
    filled = [[value for value in row if value.strip()] for _, row in rows[:_TITLES_AT_MOST]]
    first = next((place for place, values in enumerate(filled) if len(values) > 1), 0)
    return [(rows[place][0], filled[place][0]) for place in range(first)]


_BROKEN = f"[\t\n\r\u2028\u2029{MARK}]"
_APOSTROPHE = re.compile("(?:^|[,;\t\"])'+[=+\\-@＝＋－＠]", re.MULTILINE)
_SHOWN = 8
_TITLES_AT_MOST = 10
_KINDS = "save it as CSV, XLSX, GeoJSON, GeoPackage or Parquet"
