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
from transit.exporting.xlsx import LETTERS_AT_MOST, without_times
from transit.pages.encode import beijing_time
from transit.reporting.content import Cell, Quantity, Report, ReportTable
from transit.reporting.formats.plain import plain
from transit.terms import terms

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

ROWS_AT_MOST = 1_048_570
_NAME_LETTERS = 31
_WIDEST, _NARROWEST = 48, 7
_LOOKED_AT = 200
_ABOUT_WIDE = (34, 44, 10, 70, 48)
_LINE_PT, _HIGHEST_PT = 14.5, 400.0
_HEAD_FILL = "F0EEE8"
_HEAD_ROW = 4
"""Above the header: caption, definition, and what the table rests on."""


def xlsx_bytes(report: Report) -> bytes:
    """The workbook of ``report``; equal reports give equal bytes.

    Raises ``DataError`` where a sheet cannot hold a table or a cell a text.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.creator = plain(report.title)[:250], ""
    named = list(_named(report))
    _about(book, report, named)
    for name, table in named:
        _sheet(book, name, table, report)
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
    for letter, width in zip("ABCDE", _ABOUT_WIDE, strict=True):
        sheet.column_dimensions[letter].width = width
    _print_set_up(sheet)
    sheet.append(_row(sheet, [report.title], bold=True))
    sheet.append(_row(sheet, [report.subtitle]))
    for row in ("1", "2"):
        sheet.merge_cells(f"A{row}:E{row}")
    dated = beijing_time(report.made_at)
    told = [(said["made_at"], dated)] if dated else []
    told += [(said["reply_question"], report.question), (said["indicative"], said["reply_marked"])]
    for pair in told:
        _pair(sheet, pair)
    sheet.append([])
    header = ("reply_sheet", "reply_sheet_what", "reply_sheet_rows", "definition", "sources")
    sheet.append(_row(sheet, [said[name] for name in header], bold=True))
    numbered = [(f"[{number}] {name}", source)
                for number, (name, source) in enumerate(report.origins.values(), 1)]  # fmt: skip
    named_by_area = [(said["reply_source_area"], source) for source in report.sources]
    for name, table in named:
        count = Quantity(len(table.rows))
        rests_on = origins_of(report, table)
        cells: tuple[Cell, ...] = (name, table.caption, count, table.definition, rests_on)
        _append(sheet, _row(sheet, cells), cells, _ABOUT_WIDE)
        _link(sheet, name)
    blocks = (
        ("reply_definitions", report.definitions), ("reply_facts", report.facts),
        ("reply_origins", numbered), ("reply_sources_chapter", named_by_area),
    )  # fmt: skip
    for title, pairs in blocks:
        sheet.append([])
        sheet.append(_row(sheet, [said[title]], bold=True))
        for pair in pairs:
            _pair(sheet, pair)


def origins_of(report: Report, table: ReportTable) -> str:
    """The numbered kinds of fact that ``table`` rests on; all, where that is not known."""
    numbers = {kind: number for number, kind in enumerate(report.origins, 1)}
    kinds = [kind for kind in numbers if kind in table.rests_on] or list(numbers)
    named = [f"[{numbers[kind]}] {report.origins[kind][0]}" for kind in kinds]
    return terms(report.language)["said_joiner"].join(named)


def _sheet(book: Any, name: str, table: ReportTable, report: Report) -> None:  # noqa: ANN401
    """One table: caption, definition and sources, a header that stays, filters, and the rows."""
    from openpyxl.utils import get_column_letter

    said = terms(report.language)
    sheet = book.create_sheet(name)
    header = [*table.header, said["quality"]]
    marks = [said["indicative"] if table.is_marked(row) else "" for row in range(len(table.rows))]
    columns: list[Sequence[Cell]] = [
        [row[place] for row in table.rows[:_LOOKED_AT]] for place in range(len(table.header))
    ]
    pairs = zip(header, [*columns, marks], strict=True)
    widths = [_width(head, cells) for head, cells in pairs]
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    last = f"{get_column_letter(len(header))}{_HEAD_ROW + len(table.rows)}"
    sheet.freeze_panes = f"B{_HEAD_ROW + 1}"
    sheet.auto_filter.ref = f"A{_HEAD_ROW}:{last}"
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    _print_set_up(sheet)
    sheet.append(_row(sheet, [table.caption], bold=True))
    sheet.append(_row(sheet, [table.definition]))
    rests_on = said["reply_rests_on"].format(origins_of(report, table))
    sheet.append(_row(sheet, [rests_on]))
    for place, height in ((1, 18), (2, 36), (3, 36)):
        sheet.merge_cells(start_row=place, end_row=place, start_column=1, end_column=len(header))
        sheet.row_dimensions[place].height = height
    sheet.append(_row(sheet, header, bold=True, head=True))
    for row, mark in zip(table.rows, marks, strict=True):
        _append(sheet, _row(sheet, [*row, mark]), row, widths)


def _print_set_up(sheet: Worksheet) -> None:
    """A4, landscape, as wide as the paper, with lines between the cells."""
    sheet.print_options.gridLines = True
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _row(
    sheet: Worksheet, cells: Sequence[Cell], *, bold: bool = False, head: bool = False
) -> list[Any]:
    from openpyxl.styles import Alignment, Font, PatternFill

    made = [_cell(sheet, cell) for cell in cells]
    for cell in made:
        if bold:
            cell.font = Font(bold=True)
        if head:
            cell.fill = PatternFill("solid", fgColor=_HEAD_FILL)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
    return made


def _append(
    sheet: Worksheet, made: list[Any], cells: Sequence[Cell], widths: Sequence[float]
) -> None:
    """Add a row as high as its longest text needs: not every program does that by itself."""
    sheet.append(made)
    lines = max(
        math.ceil(1.1 * _letters(cell) / (width - 1)) if isinstance(cell, str) else 1
        for cell, width in zip(cells, widths, strict=False)
    )
    if lines > 1:
        sheet.row_dimensions[sheet._current_row].height = min(_LINE_PT * lines, _HIGHEST_PT)


def _pair(sheet: Worksheet, pair: tuple[str, str]) -> None:
    """Add a name and what is said of it, over all columns that are left."""
    _append(sheet, _row(sheet, pair), pair, (_ABOUT_WIDE[0], sum(_ABOUT_WIDE[1:])))
    row = sheet._current_row
    sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=len(_ABOUT_WIDE))


def _link(sheet: Worksheet, name: str) -> None:
    """Let the first cell of the last row lead to the sheet ``name``."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell = sheet.cell(sheet._current_row, 1)
    quoted = name.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!A1")
    cell.font = Font(color="0000EE", underline="single")


def _cell(sheet: Worksheet, cell: Cell) -> Any:  # noqa: ANN401
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment

    if isinstance(cell, Quantity):
        made = WriteOnlyCell(sheet, value=cell.value if math.isfinite(cell.value) else None)
        made.number_format = cell.number_format
        made.alignment = Alignment(vertical="top")
        return made
    text = plain(cell)
    if len(text) > LETTERS_AT_MOST:
        text = text[: LETTERS_AT_MOST - 1] + "…"
    made = WriteOnlyCell(sheet, value=text)
    made.data_type = "s"  # openpyxl takes a text that begins with = for a formula
    made.number_format = "@"
    made.alignment = Alignment(vertical="top", wrap_text=True)
    return made


def _width(head: str, cells: Sequence[Cell]) -> float:
    texts = [cell.text if isinstance(cell, Quantity) else cell for cell in cells]
    most = max((_letters(text[:_WIDEST]) for text in texts), default=0)
    return min(_WIDEST, max(_NARROWEST, most, min(_letters(head), 16)) + 2)


def _letters(text: str) -> int:
    """Columns of a text: a Chinese letter takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
