"""XLSX workbooks read as texts: stored values only, bounded, with all that a sheet hides said."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from transit.errors import DataError, Problem
from transit.sources.tables.csv_files import Row
from transit.sources.tables.layers import chosen
from transit.sources.tables.merged import Merge, header_end, spread
from transit.sources.tables.shown import shown
from transit.sources.tables.text import require_file
from transit.units import clock_of

FILE_AT_MOST = 100_000_000
UNPACKED_AT_MOST = 300_000_000
"""Bytes; the 61,026 stop visits of a whole city unpack to about 20 MB."""
RATIO_AT_MOST = 200
"""Unpacked to packed; sheets of one repeated row reach about 100."""
CELLS_AT_MOST = 5_000_000
LETTERS_AT_MOST = 50_000_000
"""Of all cells: many may hold one long text, which the file has once. A city has 5 million."""
LETTERS_OF_A_CELL = 32_767
"""Excel's own limit."""


def xlsx_rows(
    path: Path, *, sheet: str | None = None, prefer: Sequence[str] = ()
) -> tuple[list[Row], list[str]]:
    """The rows that hold anything of one sheet of ``path``, and notes on what was done.

    The sheet is that named ``sheet`` (hidden ones only so), the only visible one with values, or
    the one that ``prefer`` names. Formulas give the values that Excel stored with them. Values
    of cells that are merged downward count for each row. Times are HH:MM:SS, hours may pass 24;
    whole numbers have no decimals, and leading zeros where their format shows them.
    """
    _require_sound(path)
    try:
        with (
            warnings.catch_warnings(),
            path.open("rb") as file,
        ):  # openpyxl leaves a broken one open
            warnings.simplefilter("ignore")  # styles and validations that openpyxl leaves out
            return _read(path, file, sheet, prefer)
    except (DataError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  (a broken workbook makes openpyxl raise anything)
        why = f"{type(error).__name__}: {shown(str(error), at_most=200)}"
        fault = f"is no workbook that can be read ({why})"
        raise DataError(Problem(str(path), fault, _SAVE)) from None


def _read(
    path: Path, file: BinaryIO, sheet: str | None, prefer: Sequence[str]
) -> tuple[list[Row], list[str]]:
    import openpyxl

    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        visible = [each.title for each in book.worksheets if each.sheet_state == "visible"]
        hidden = [each.title for each in book.worksheets if each.title not in visible]
        filled = visible if len(visible) < 2 else [
            name for name in visible if any(_values(row) for row in _head(book[name]))
        ]  # fmt: skip
        name, notes = chosen(path.name, filled, sheet, prefer, others=hidden)
        notes += [f"hidden sheets are not read: {', '.join(hidden)}"] if hidden else []
        grid, wrong = _grid(book[name], path.name)
        merges, has_formulas = _marks(path, book[name]._worksheet_path)
    finally:
        book.close()
    notes += [f"error values are taken as empty: {_some(wrong)}"] if wrong else []
    notes += _formula_notes(path, name, grid) if has_formulas else []
    notes += spread(grid, merges, path.name)
    if sum(sum(map(len, row)) for row in grid) > LETTERS_AT_MOST:
        raise DataError(_too_many_letters(path.name, name))
    rows = [(number, row) for number, row in enumerate(grid, 1) if any(map(str.strip, row))]
    end = header_end(rows, merges)
    notes += [f"the header ends in row {end}"] if end else []
    rows = [(number, row) for number, row in rows if number >= end]
    width = max((len(row) for _, row in rows), default=0)
    return [(number, row + [""] * (width - len(row))) for number, row in rows], notes


def _require_sound(path: Path) -> None:
    """``DataError`` when ``path`` is no workbook, or unpacks to more than is read."""
    require_file(path, at_most=FILE_AT_MOST)
    try:
        with path.open("rb") as file:
            start = file.read(8)
        if start.startswith(_OLD_EXCEL):
            fault = "is an old .xls workbook, or one protected by a password"
            raise DataError(Problem(str(path), fault, _SAVE))
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except OSError as error:
        fault = f"cannot be read ({error.strerror or error})"
        raise DataError(Problem(str(path), fault, "check that it is a file you may read")) from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError):  # names that are no UTF-8
        raise DataError(Problem(str(path), "is no XLSX workbook", _SAVE)) from None
    unpacked = sum(part.file_size for part in parts)
    packed_size = path.stat().st_size  # the parts' own sizes may lie, or overlap
    if unpacked > UNPACKED_AT_MOST or (
        unpacked > _SMALL and unpacked > RATIO_AT_MOST * packed_size
    ):
        fault = (
            f"unpacks from {packed_size / 1e6:,.1f} to {unpacked / 1e6:,.0f} MB, and is not read"
        )
        raise DataError(Problem(str(path), fault, "save the one sheet that is needed as CSV"))


def _grid(sheet: Any, where: str) -> tuple[list[list[str]], list[str]]:  # noqa: ANN401
    """All cells of the sheet as texts, and the places of error values."""
    grid: list[list[str]] = []
    wrong: list[str] = []
    count = letters = 0
    for cells in _rows(sheet):
        count += len(cells) + 1
        if count > CELLS_AT_MOST:
            fault = f"sheet {sheet.title!r} has more than {CELLS_AT_MOST:,} cells"
            raise DataError(Problem(where, fault, "delete empty rows and columns, or divide it"))
        wrong += [cell.coordinate for cell in cells if cell.data_type == "e"]
        grid.append([_text(cell) for cell in cells])
        lengths = [len(text) for text in grid[-1]]
        if max(lengths, default=0) > LETTERS_OF_A_CELL:
            place = cells[lengths.index(max(lengths))].coordinate
            fault = f"cell {place} holds {max(lengths):,} letters; Excel has {LETTERS_OF_A_CELL:,}"
            raise DataError(Problem(f"{where} {sheet.title}", fault, "shorten it"))
        letters += sum(lengths)
        if letters > LETTERS_AT_MOST:
            raise DataError(_too_many_letters(where, sheet.title))
    return grid, wrong


def _too_many_letters(where: str, sheet: str) -> Problem:
    fault = f"sheet {sheet!r} holds more than {LETTERS_AT_MOST:,} letters"
    return Problem(where, fault, "keep only the columns that are needed, or divide it")


def _rows(sheet: Any) -> Iterator[Sequence[Any]]:  # noqa: ANN401
    sheet.reset_dimensions()  # what a file says of its own size may be wrong, or hostile
    return iter(sheet.iter_rows())


def _head(sheet: Any) -> Iterator[Sequence[Any]]:  # noqa: ANN401
    return (row for row, _ in zip(_rows(sheet), range(_HEAD_ROWS), strict=False))


def _values(row: Sequence[Any]) -> bool:
    return any(cell.value not in (None, "") for cell in row)


def _text(cell: Any) -> str:  # noqa: ANN401, PLR0911  (one return a kind of value)
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value, cell)
    if isinstance(value, dt.time):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return clock_of(seconds + round(value.microsecond / 1e6))
    if isinstance(value, dt.timedelta):
        return clock_of(round(value.total_seconds()))
    if isinstance(value, dt.datetime) and value.year <= _EPOCH_YEAR:
        from openpyxl.utils.datetime import to_excel

        return clock_of(round(to_excel(value) * 86_400))
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat().removesuffix("T00:00:00")
    return str(value)  # a cell says itself that it is a text: nothing is guarded there


def _number(value: float, cell: Any) -> str:  # noqa: ANN401
    if isinstance(value, float) and not value.is_integer():
        return repr(value)
    zeros = len(cell.number_format) if set(cell.number_format) == {"0"} else 0
    zeros = min(zeros, _FORMAT_AT_MOST)
    return str(int(value)).zfill(zeros)


def _marks(path: Path, part: str) -> tuple[list[Merge], bool]:
    """The merged ranges of a sheet, which openpyxl's streaming leaves out, and if it has formulas.

    Only ranges of two cells or more count. The sheet is read by chunks; marks that lie across
    two of them are found in their overlap.
    """
    from openpyxl.utils import range_boundaries

    found: dict[str, None] = {}
    formulas = False
    with zipfile.ZipFile(path) as packed, packed.open(part) as stream:
        chunk = b""
        while more := stream.read(_CHUNK):
            chunk = chunk[-_OVERLAP:] + more
            found |= dict.fromkeys(ref.decode() for ref in _MERGE.findall(chunk))
            formulas = formulas or bool(_FORMULA.search(chunk))
    merges = []
    for ref in found:
        left, top, right, bottom = range_boundaries(ref)
        merges.append(Merge(ref, top, left, bottom, right))
    return sorted(merges, key=lambda each: (each.top, each.left)), formulas


def _formula_notes(path: Path, name: str, grid: Sequence[Sequence[str]]) -> list[str]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
    try:
        formulas = [
            (cell.coordinate, grid[row][place])
            for row, cells in enumerate(_rows(book[name]))
            for place, cell in enumerate(cells)
            if cell.data_type == "f"
        ]
    finally:
        book.close()
    stored = [place for place, text in formulas if text]
    empty = [place for place, text in formulas if not text]
    notes = [f"formulas give their stored values: {_some(stored)}"] if stored else []
    mend = "open the file in Excel and save it"
    return notes + ([f"formulas without a stored value: {_some(empty)}; {mend}"] if empty else [])


def _some(places: Sequence[str]) -> str:
    more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    return ", ".join(places[:_SHOWN]) + more


_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SAVE = "open it in Excel and save it as .xlsx, or as CSV"
_SMALL = 10_000_000
_EPOCH_YEAR = 1900  # a clock time past midnight is a date of the calendar's first days
_HEAD_ROWS = 50
_SHOWN = 8
_FORMAT_AT_MOST = 255  # Excel's own limit
_CHUNK = 1 << 20
_OVERLAP = 128
_MERGE = re.compile(rb"mergeCell\s+ref=\"([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})\"")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
