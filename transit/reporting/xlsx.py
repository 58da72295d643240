"""The report as a workbook: one sheet a table, numbers as numbers, texts that never run.

A cell with a text is marked as text, so that nothing in it is run as a formula, also after it was
edited, and 007 stays 007.
"""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from transit.errors import DataError, Problem
from transit.maps.encode import beijing_time
from transit.reporting.content import Cell, Quantity, Report, ReportTable
from transit.reporting.packing import without_times
from transit.reporting.plain import plain
from transit.terms import terms

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

LETTERS_AT_MOST = 32_767
ROWS_AT_MOST = 1_048_570
_NAME_LETTERS = 31
_WIDEST, _NARROWEST = 48, 7
_LOOKED_AT = 200
_HEAD_FILL = "F0EEE8"
_HEAD_ROW = 4
"""Above the header: caption, definition, and an empty row."""


def xlsx_bytes(report: Report) -> bytes:
    """The workbook of ``report``; equal reports give equal bytes.

    Raises ``DataError`` where a sheet cannot hold a table or a cell a text.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = plain(report.title)[:250], ""
    named = list(_named(report))
    _about(book, report, named)
    for name, table in named:
        _sheet(book, name, table, terms(report.language))
    packed = io.BytesIO()
    book.save(packed)
    return without_times(packed)


def _named(report: Report) -> Iterator[tuple[str, ReportTable]]:
    """Each table with the name of its sheet: its number, and of its caption what Excel allows."""
    said = terms(report.language)
    for form, tables in (("reply_sheet_table", report.tables), ("reply_sheet_data", report.data)):
        for number, table in enumerate(tables, 1):
            _require(table)
            words = re.sub(r"[\[\]:*?/\\']", " ", plain(table.caption))
            name = f"{said[form].format(number)} {' '.join(words.split())}"
            yield name[:_NAME_LETTERS].rstrip(), table


def _require(table: ReportTable) -> None:
    if len(table.rows) > ROWS_AT_MOST:
        what = f"{len(table.rows):,} rows, and a sheet holds {ROWS_AT_MOST:,}"
        raise DataError(Problem(f"report.xlsx {table.key}", what, "report on fewer parks or lines"))


def _about(book: Any, report: Report, named: Sequence[tuple[str, ReportTable]]) -> None:  # noqa: ANN401
    """The first sheet: the question, what each sheet holds, definitions, sources, how to check."""
    said = terms(report.language)
    sheet = book.create_sheet(said["reply_sheet_about"])
    for letter, width in zip("ABCD", (30, 44, 10, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append(_row(sheet, [report.title], bold=True))
    sheet.append(_row(sheet, [report.subtitle]))
    if dated := beijing_time(report.made_at):
        sheet.append(_row(sheet, [said["made_at"], dated]))
    sheet.append(_row(sheet, [said["reply_question"], report.question]))
    sheet.append(_row(sheet, [said["indicative"], said["reply_marked"]]))
    sheet.append([])
    header = ("reply_sheet", "reply_sheet_what", "reply_sheet_rows", "definition")
    sheet.append(_row(sheet, [said[name] for name in header], bold=True))
    for name, table in named:
        count = Quantity(len(table.rows))
        cells: list[Cell] = [name, table.caption, count, table.definition]
        sheet.append(_row(sheet, cells, link=name))
    blocks = (
        ("reply_definitions", report.definitions), ("reply_facts", report.facts),
        ("reply_sources_chapter", [("", source) for source in report.sources]),
    )  # fmt: skip
    for title, pairs in blocks:
        sheet.append([])
        sheet.append(_row(sheet, [said[title]], bold=True))
        for pair in pairs:
            sheet.append(_row(sheet, list(pair)))


def _sheet(book: Any, name: str, table: ReportTable, said: Any) -> None:  # noqa: ANN401
    """One table: caption and definition, then a header that stays, filters, and the rows."""
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    header = [*table.header, said["quality"]]
    marks = [said["indicative"] if table.is_marked(row) else "" for row in range(len(table.rows))]
    columns = [
        [row[place] for row in table.rows[:_LOOKED_AT]] for place in range(len(table.header))
    ]
    for place, (head, cells) in enumerate(zip(header, [*columns, marks], strict=True), 1):
        sheet.column_dimensions[get_column_letter(place)].width = _width(head, cells)
    last = f"{get_column_letter(len(header))}{_HEAD_ROW + len(table.rows)}"
    sheet.freeze_panes = f"B{_HEAD_ROW + 1}"
    sheet.auto_filter.ref = f"A{_HEAD_ROW}:{last}"
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.append(_row(sheet, [table.caption], bold=True))
    sheet.append(_row(sheet, [table.definition]))
    sheet.append([])
    sheet.append(_row(sheet, header, bold=True, head=True))
    for row, mark in zip(table.rows, marks, strict=True):
        sheet.append(_row(sheet, [*row, mark]))


def _row(
    sheet: WriteOnlyWorksheet, cells: Sequence[Cell], *, bold: bool = False, head: bool = False,
    link: str = "",
) -> list[Any]:  # fmt: skip
    from openpyxl.styles import Alignment, Font, PatternFill

    made = [_cell(sheet, cell) for cell in cells]
    for cell in made:
        if bold:
            cell.font = Font(bold=True)
        if head:
            cell.fill = PatternFill("solid", fgColor=_HEAD_FILL)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    if link:
        quoted = link.replace("'", "''")
        made[0].hyperlink = _inner_link(quoted)
        made[0].font = Font(color="0000EE", underline="single")
    return made


def _inner_link(name: str) -> Any:  # noqa: ANN401
    from openpyxl.worksheet.hyperlink import Hyperlink

    return Hyperlink(ref="", location=f"'{name}'!A1")


def _cell(sheet: WriteOnlyWorksheet, cell: Cell) -> Any:  # noqa: ANN401
    from openpyxl.cell import WriteOnlyCell

    if isinstance(cell, Quantity):
        made = WriteOnlyCell(sheet, value=cell.value if math.isfinite(cell.value) else None)
        made.number_format = cell.number_format
        return made
    text = plain(cell)
    if len(text) > LETTERS_AT_MOST:
        text = text[: LETTERS_AT_MOST - 1] + "…"
    made = WriteOnlyCell(sheet, value=text)
    made.data_type = "s"  # openpyxl takes a text that begins with = for a formula
    made.number_format = "@"
    return made


def _width(head: str, cells: Sequence[Cell]) -> float:
    texts = [cell.text if isinstance(cell, Quantity) else cell for cell in cells]
    most = max((_letters(text) for text in texts), default=0)
    return min(_WIDEST, max(_NARROWEST, most, min(_letters(head), 16)) + 2)


def _letters(text: str) -> int:
    """Columns of a text: a Chinese letter takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text[:_WIDEST])
