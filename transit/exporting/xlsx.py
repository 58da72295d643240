"""One workbook of a network for Excel: a sheet a table, texts that stay texts, units in the header.

A cell with a text is marked as text, so nothing in it is ever run as a formula, also after it was
edited, and 007 stays 007.
"""

from __future__ import annotations

import contextlib
import io
import math
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from transit.errors import Problem, raise_if
from transit.exporting.dictionary import dictionary
from transit.exporting.layers import Content, titled
from transit.output import write_made
from transit.parsing import CONTROL

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

ROWS_AT_MOST = 1_048_575
"""Rows that a sheet holds below its header."""
LETTERS_AT_MOST = 32_767
_EPOCH = (1980, 1, 1, 0, 0, 0)
_WIDEST = 40
_LOOKED_AT = 200


def write_xlsx(content: Content, path: str | Path) -> Path:
    """The workbook ``path``: a sheet a table, and the sheet ``columns`` with what each means.

    Positions of points are columns; outlines and courses are left to the GIS formats. Numbers have
    sixteen digits. Raises ``DataError`` where a sheet cannot hold a table, or the file cannot be
    written. Equal networks give equal bytes.
    """
    path = Path(path)
    layers = [layer for layer in content.layers() if layer.name not in _NOT_TABLES]
    tables = [
        (layer.name, layer.frame, [titled(column) for column in layer.columns]) for layer in layers
    ]
    meanings = dictionary(layers)
    tables.append(("columns", meanings, list(meanings.columns)))
    raise_if([fault for name, frame, _ in tables for fault in _faults(path, name, frame)])

    def make(fresh: Path) -> None:
        # openpyxl writes each sheet to a file of its own first: that disk may be full, too.
        fresh.write_bytes(_workbook(tables))

    return write_made(path, make)


def write_sheets(sheets: Mapping[str, pd.DataFrame], path: str | Path) -> Path:
    """The workbook ``path`` with a sheet of each name: numbers as numbers, texts as texts.

    A text that no cell holds is cut there, with …; control characters become �. Raises
    ``DataError`` where a table has more rows than a sheet, or the file cannot be written. Equal
    tables give equal bytes.
    """
    path = Path(path)
    fitting = [(name, frame.map(_fitting), list(frame.columns)) for name, frame in sheets.items()]
    raise_if([fault for name, frame, _ in fitting for fault in _faults(path, name, frame)])

    def make(fresh: Path) -> None:
        fresh.write_bytes(_workbook(fitting))

    return write_made(path, make)


def _fitting(value: Any) -> Any:  # noqa: ANN401
    if not isinstance(value, str):
        return value
    text = CONTROL.sub("\N{REPLACEMENT CHARACTER}", value)
    return text if len(text) <= LETTERS_AT_MOST else f"{text[: LETTERS_AT_MOST - 1]}…"


def _faults(path: Path, name: str, frame: pd.DataFrame) -> list[Problem]:
    mend = "export it as parquet or gpkg"
    if len(frame) > ROWS_AT_MOST:
        what = f"{len(frame):,} rows, and a sheet holds {ROWS_AT_MOST:,}"
        return [Problem(f"{path} {name}", what, mend)]
    return [
        Problem(f"{path} {name} row {row} {column}", what, mend)
        for column in frame
        for row, value in enumerate(frame[column], 2)
        if isinstance(value, str) and (what := _text_fault(value))
    ]


def _text_fault(text: str) -> str:
    if len(text) > LETTERS_AT_MOST:
        return f"has {len(text):,} letters, and a cell holds {LETTERS_AT_MOST:,}"
    hidden = CONTROL.search(text)
    return f"holds the control character U+{ord(hidden[0]):04X}" if hidden else ""


def _workbook(tables: Sequence[tuple[str, pd.DataFrame, list[str]]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    packed = io.BytesIO()
    with _full_disk_told(book):
        for name, frame, headers in tables:
            _fill(book.create_sheet(name), frame, headers)
        book.save(packed)
    return without_times(packed)


@contextlib.contextmanager
def _full_disk_told(book: Workbook) -> Iterator[None]:
    """What lxml says where the disk of temporary files is full, as an ``OSError``."""
    try:
        yield
    except Exception as error:
        if type(error).__name__ != "SerialisationError":  # openpyxl does without lxml, too
            raise
        for sheet in book.worksheets:  # else each complains of its half a file when it goes
            for half in (sheet._rows, sheet._writer.xf):
                with contextlib.suppress(Exception):
                    half.close()
        why = f"no room for temporary files in {tempfile.gettempdir()}: {error}"
        raise OSError(None, why) from error


def _fill(sheet: WriteOnlyWorksheet, frame: pd.DataFrame, headers: list[str]) -> None:
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for place, header in enumerate(headers, 1):
        shown = max((len(str(value)) for value in frame.iloc[:_LOOKED_AT, place - 1]), default=0)
        width = min(_WIDEST, max(len(header), shown) + 2)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append(_cells(sheet, headers, bold=True))
    for row in frame.itertuples(index=False, name=None):
        sheet.append(_cells(sheet, row))


def _cells(
    sheet: WriteOnlyWorksheet, values: Iterable[object], *, bold: bool = False
) -> Iterator[Any]:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    font = Font(bold=True) if bold else None
    for value in values:
        if not isinstance(value, str):
            yield _number(value)
            continue
        cell = WriteOnlyCell(sheet, value=value)
        cell.data_type = "s"  # openpyxl takes a text that begins with = for a formula
        cell.number_format = "@"
        if font is not None:
            cell.font = font
        yield cell


def _number(value: Any) -> Any:  # noqa: ANN401
    """A number or truth as Excel has it; unknown ones are empty."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def without_times(packed: io.BytesIO) -> bytes:
    """An office file without the hour it was written: equal contents give equal bytes."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", b"1980-01-01T00:00:00Z", content)
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
    return fixed.getvalue()


_NOT_TABLES = ("study_area", "street_nodes")
