"""The report as a Word document: A4, real styles, captions with numbers, headers that repeat."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from transit.exporting.xlsx import without_times
from transit.pages.encode import beijing_time
from transit.reporting.content import Cell, Chapter, Quantity, Report, ReportTable
from transit.reporting.formats.plain import plain
from transit.reporting.formats.word_parts import breakable, fill, link, repeat
from transit.reporting.formats.word_styles import set_up
from transit.terms import terms

if TYPE_CHECKING:
    from docx.document import Document

    from transit.reporting.drawing.picture import Picture

_TEXT_CM = 16.0
_PICTURE_CM = 10.5
"""No picture is higher: one that goes over to the next page leaves less than half a page empty."""
_CHINESE_NUMBERS = "一二三四五六七八九十"


def docx_bytes(report: Report) -> bytes:
    """The Word file of ``report``; equal reports give equal bytes."""
    import docx

    document = docx.Document()
    set_up(document, report)
    written = _Writer(document, report)
    written.all()
    packed = io.BytesIO()
    document.save(packed)
    return without_times(packed)


class _Writer:
    """Writes a report into a document, part by part."""

    def __init__(self, document: Document, report: Report) -> None:
        self.document = document
        self.report = report
        self.said = terms(report.language)
        self.numbers = report.numbers()
        self.chapter = 0

    def all(self) -> None:
        """Everything, in reading order."""
        report, said = self.report, self.said
        self.paragraph(report.title, "Title")
        dated = beijing_time(report.made_at)
        self.paragraph(report.subtitle, "Subtitle")
        if dated:
            self.paragraph(said["said_colon"].format(said["made_at"], dated), "Subtitle")
        for line in report.opening:
            self.paragraph(line, "Letter")
        self.heading(said["reply_question"])
        self.paragraph(report.question)
        self.heading(said["reply_answer"])
        for lead, sentences in report.answer:
            self.heading(lead, 2)
            for sentence in sentences:
                self.paragraph(sentence)
        self.paragraph(said["reply_marked"])
        signed = [self.paragraph(line, "Signature") for line in report.closing]
        for line in signed[:-1]:  # who sends it and when stand on one page
            line.paragraph_format.keep_with_next = True
        for chapter in report.chapters:
            self.part(chapter)
        self.heading(said["reply_definitions"])
        self.pairs(report.definitions)
        self.heading(said["reply_assumptions_chapter"])
        self.table(report.assumptions)
        self.heading(said["reply_sources_chapter"])
        for source in report.sources:
            self.paragraph(source, "List Bullet")
        self.heading(said["reply_facts"])
        self.pairs(report.facts)
        self.links()

    def part(self, chapter: Chapter) -> None:
        """A chapter: heading, paragraphs, tables and pictures."""
        if chapter.title:
            self.heading(chapter.title, chapter.level)
        for text in chapter.paragraphs:
            self.paragraph(text)
        for part in chapter.parts:
            self.table(part) if isinstance(part, ReportTable) else self.picture(part)

    def heading(self, text: str, level: int = 1) -> None:
        """A heading; those of the first level are numbered as a reply's are."""
        if level == 1:
            self.chapter += 1
            text = f"{self.ordinal()}{text}"
        self.paragraph(text, f"Heading {level}")

    def ordinal(self) -> str:
        """The number of the chapter: 一、 in Chinese, else 1."""
        if self.report.language == "zh-CN" and self.chapter <= len(_CHINESE_NUMBERS):
            return f"{_CHINESE_NUMBERS[self.chapter - 1]}、"
        return f"{self.chapter}. "

    def paragraph(self, text: str, style: str = "Body Text") -> Any:  # noqa: ANN401
        """One paragraph."""
        return self.document.add_paragraph(breakable(plain(text)), style=style)

    def picture(self, picture: Picture) -> None:
        """A picture as wide as the text, its caption under it."""
        from docx.shared import Cm

        width, height = picture.size_in
        wide = min(_TEXT_CM, _PICTURE_CM * width / height)
        place = self.document.add_paragraph(style="Figure")
        place.add_run().add_picture(io.BytesIO(picture.png), width=Cm(wide))
        shape = place.runs[0]._r.xpath(".//wp:docPr")[0]
        caption = self.said["reply_figure"].format(self.numbers[picture.key], picture.caption)
        shape.set("descr", plain(caption))
        shape.set("name", plain(picture.key))
        self.paragraph(caption, "Caption")

    def table(self, table: ReportTable) -> None:
        """A table under its caption, with a header row that repeats, and its note."""
        number = self.numbers[table.key]
        caption = self.paragraph(self.said["reply_table"].format(number, table.caption), "Caption")
        caption.paragraph_format.keep_with_next = True
        rows = [self._cells(table, row) for row in range(len(table.rows) - table.left_out)]
        self._grid(table.header, rows, table.widths, table.numeric)
        sheet = f"report.xlsx · {self.said['reply_sheet_table'].format(number)}"
        self.paragraph(table.note(self.said, sheet), "Note")

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """A table of two columns without a header: a name and what is said of it."""
        self._grid((), [list(pair) for pair in pairs], (28, 72), (False, False))
        self.paragraph("", "Note")

    def links(self) -> None:
        """Links to the HTML maps beside the document."""
        if not self.report.pages:
            return
        self.heading(self.said["reply_pages"])
        for name, title in self.report.page_titles.items():
            place = self.paragraph("", "List Bullet")
            link(place, f"maps/{name}.html", f"{plain(title)} (maps/{name}.html)")

    def _cells(self, table: ReportTable, row: int) -> list[str]:
        texts = [shown(cell) for cell in table.rows[row]]
        if table.is_marked(row) and not table.all_marked:
            texts[0] += self.said["indicative_mark"]
        return texts

    def _grid(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float],
        numeric: Sequence[bool],
    ) -> None:  # fmt: skip
        from docx.enum.table import WD_TABLE_ALIGNMENT
        from docx.shared import Cm

        columns = len(header) or 2
        grid = self.document.add_table(rows=0, cols=columns, style="Table Grid")
        grid.alignment = WD_TABLE_ALIGNMENT.CENTER
        grid.autofit = False
        shares = widths or (1,) * columns
        wide = [Cm(_TEXT_CM * share / sum(shares)) for share in shares]
        for column, width in zip(grid.columns, wide, strict=True):
            column.width = width
        if header:
            fill(grid, header, wide, (False,) * columns, "Table Head")
            repeat(grid.rows[0])
        for row in rows:
            fill(grid, row, wide, numeric, "Table Text")
        for cell in grid.rows[-1].cells if rows else ():  # the note stays with the table
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def shown(cell: Cell) -> str:
    """A cell as text: numbers with their digits."""
    return cell.text if isinstance(cell, Quantity) else plain(cell)
