"""How much a table file may hold, looked at before any of it is kept.

A few kilobytes of Parquet may stand for gigabytes, and a GeoPackage is a database: its layers may
be sums that never end. Both are looked through bit by bit first.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transit.errors import DataError, Problem

if TYPE_CHECKING:
    import pyarrow.parquet as pq

FILE_AT_MOST = 500_000_000
ROWS_AT_MOST = 5_000_000
VALUES_AT_MOST = 20_000_000
COLUMNS_AT_MOST = 2_000
"""A table of stops has twenty."""
BLANK_ROWS_AT_MOST = 2_000_000
"""Twice the rows of an emptied sheet: more are no slip."""
BYTES_AT_MOST = 500_000_000
"""Of all values of a table, unpacked; the stops of a whole city have 5 million."""


def require_held(path: Path, file: pq.ParquetFile) -> None:
    """``DataError`` where the Parquet ``file`` holds more than is read, whatever it says of itself.

    It is unpacked by a few rows at a time, and forgotten.
    """
    said = file.metadata
    require_rows(path, said.num_rows, said.num_columns)
    groups = map(said.row_group, range(said.num_row_groups))
    values = sum(group.column(at).num_values for group in groups for at in range(said.num_columns))
    if values > VALUES_AT_MOST:  # lists in cells
        fault = f"holds {values:,} values; {VALUES_AT_MOST:,} are read at most"
        raise DataError(Problem(str(path), fault, _LESS))
    read = 0
    for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
        read += sum(map(_unpacked, batch.columns))
        if read > BYTES_AT_MOST:
            fault = f"unpacks to more than the {BYTES_AT_MOST / 1e6:,.0f} MB that are read"
            raise DataError(Problem(str(path), fault, _LESS))


def _unpacked(values: Any) -> int:  # noqa: ANN401  (any array of pyarrow, which has no types)
    """Bytes of ``values``, each text counted as often as it is named."""
    import pyarrow.compute as pc
    from pyarrow import types

    kind = values.type
    if types.is_dictionary(kind):
        texts = types.is_string(kind.value_type) or types.is_large_string(kind.value_type)
        if not texts:
            return int(values.dictionary_decode().nbytes)
        lengths = pc.take(pc.binary_length(values.dictionary), values.indices)
        return int(pc.sum(lengths).as_py() or 0)
    if types.is_map(kind):
        return _unpacked(values.keys) + _unpacked(values.items)
    if types.is_nested(kind):  # lists and structures
        parts = values.flatten()
        return sum(map(_unpacked, parts)) if isinstance(parts, list) else _unpacked(parts)
    return int(values.nbytes)


def require_rows(path: Path, rows: int, columns: int = 1) -> None:
    """``DataError`` where ``rows`` of ``columns`` values are more than is read at once."""
    if columns > COLUMNS_AT_MOST:
        fault = f"has {columns:,} columns; {COLUMNS_AT_MOST:,} are read at most"
        raise DataError(Problem(str(path), fault, _LESS))
    if rows > ROWS_AT_MOST or rows * columns > VALUES_AT_MOST:
        raise DataError(
            Problem(str(path), f"holds {rows:,} rows, more than are read at once", _LESS)
        )


def require_tables(path: Path) -> None:
    """``DataError`` where the tables that say what is in a GeoPackage are no plain tables.

    GDAL asks them as soon as it opens the file: as views they could keep it busy for ever.
    """
    with _opened(path) as file:
        kinds = file.execute("SELECT lower(name), type, sql FROM sqlite_master").fetchall()
    for name, kind, sql in kinds:
        if name.startswith(_SYSTEM) and kind in ("table", "view") and not _is_plain(kind, sql):
            raise DataError(Problem(f"{path.name} {name}", "is a sum and no table", _EXPORT))


def rows_of(path: Path, layer: str) -> int:
    """How many rows the table of a layer of a GeoPackage has, counted one by one.

    Raises ``DataError`` where it is a view or holds values that are worked out (both may never
    end, or fill the memory), or more than is read.
    """
    where = f"{path.name} {layer}"
    quoted = '"' + layer.replace('"', '""') + '"'
    with _opened(path) as file:
        found = file.execute(
            "SELECT type, sql FROM sqlite_master WHERE lower(name) = lower(?)"
            " AND type IN ('table', 'view')", [layer]
        ).fetchone()  # fmt: skip
        if found is None:
            raise DataError(Problem(where, "has no table", _EXPORT))
        columns = file.execute(f"PRAGMA table_xinfo({quoted})").fetchall()
        if not _is_plain(*found) or any(column[-1] for column in columns):
            what = "is a view, or has values that are worked out, and is not read"
            raise DataError(Problem(where, what, "save the layer as a table of its own"))
        names = ['"' + str(column[1]).replace('"', '""') + '"' for column in columns]
        size = " + ".join(f"ifnull(length(CAST({name} AS BLOB)), 0)" for name in names)
        rows, total = file.execute(
            f"SELECT count(*), total(size) FROM (SELECT {size} AS size FROM {quoted} LIMIT ?)",  # noqa: S608
            [ROWS_AT_MOST + 1],
        ).fetchone()
    require_rows(path, rows, len(columns))
    if total > BYTES_AT_MOST:
        fault = f"holds {total / 1e6:,.0f} MB, more than the {BYTES_AT_MOST / 1e6:,.0f} MB read"
        raise DataError(Problem(where, fault, _LESS))
    return int(rows)


def require_whole(where: str, read: int, rows: int) -> None:
    """``DataError`` where GDAL gave ``read`` of the ``rows`` that a layer of a GeoPackage has.

    It reads as many as the file says of itself, which other programs may have left wrong.
    """
    if read != rows:
        fault = f"has {rows:,} rows, and says that it has {read:,} (table gpkg_ogr_contents)"
        raise DataError(Problem(where, fault, _EXPORT))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database ``path``, only to be read, and left alone after ``_STEPS`` of its machine."""
    with contextlib.closing(
        sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    ) as file:
        steps = iter(range(_STEPS))
        file.set_progress_handler(lambda: next(steps, None) is None, 1_000_000)
        try:
            yield file
        except sqlite3.Error as error:
            raise DataError(
                Problem(str(path), f"is a damaged GeoPackage ({error})", _EXPORT)
            ) from None


def _is_plain(kind: str, sql: str | None) -> bool:
    return kind == "table" and (sql or "").lstrip().upper().startswith("CREATE TABLE")


_ROWS_AT_ONCE = 1_000
_STEPS = 10_000  # millions of steps; a row of twenty columns takes about a hundred
_SYSTEM = ("gpkg_", "ogr_", "layer_styles", "sqlite_")
_LESS = "keep only the rows and columns that are needed"
_EXPORT = "export it again, as GeoPackage or CSV"
