"""The report as a Word document: A4, real styles, captions with numbers, headers that repeat.

Word takes East Asian letters from a font of their own (``w:eastAsia``), so every style has both: a
bureau's reply is set in 仿宋 with headings in 黑体; LibreOffice and macOS fall back by themselves.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from transit.maps.encode import beijing_time
from transit.reporting.content import Cell, Chapter, Quantity, Report, ReportTable
from transit.reporting.packing import without_times
from transit.reporting.plain import plain
from transit.terms import terms

if TYPE_CHECKING:
    from docx.document import Document

    from transit.reporting.picture import Picture

_BODY = ("Times New Roman", "仿宋")
_HEAD = ("Arial", "黑体")
_GREY = "F0EEE8"
_TEXT_CM = 16.0
_Look = tuple[tuple[str, str], float, Literal["bold", "plain"], tuple[float, float]]
"""Fonts for Latin and East Asian letters, size, weight, and space before and after in points."""
_MAY_BREAK = "、\u200b"
"""LibreOffice breaks 627、B766 within the number unless it is shown where it may."""
_CHINESE_NUMBERS = "一二三四五六七八九十"


def docx_bytes(report: Report) -> bytes:
    """The Word file of ``report``; equal reports give equal bytes."""
    import docx

    document = docx.Document()
    _set_up(document, report)
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
        told = (report.subtitle, said["said_colon"].format(said["made_at"], dated) if dated else "")
        self.paragraph("　".join(filter(None, told)), "Subtitle")
        self.heading(said["reply_question"])
        self.paragraph(report.question)
        self.heading(said["reply_answer"])
        for lead, sentences in report.answer:
            self.heading(lead, 2)
            for sentence in sentences:
                self.paragraph(sentence)
        self.paragraph(said["reply_marked"])
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
        """A chapter: heading, paragraphs, pictures, tables."""
        if chapter.title:
            self.heading(chapter.title, chapter.level)
        for text in chapter.paragraphs:
            self.paragraph(text)
        for picture in chapter.pictures:
            self.picture(picture)
        for table in chapter.tables:
            self.table(table)

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
        return self.document.add_paragraph(plain(text), style=style)

    def picture(self, picture: Picture) -> None:
        """A picture as wide as the text, its caption under it."""
        from docx.shared import Cm

        width, height = picture.size_in
        wide = min(_TEXT_CM, 21.0 * width / height)
        place = self.document.add_paragraph(style="Figure")
        place.add_run().add_picture(io.BytesIO(picture.png), width=Cm(wide))
        shape = place.runs[0]._r.xpath(".//wp:docPr")[0]
        caption = self.said["reply_figure"].format(self.numbers[picture.key], picture.caption)
        shape.set("descr", plain(caption))
        shape.set("name", picture.key)
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
            _link(place, f"maps/{name}.html", f"{plain(title)} (maps/{name}.html)")

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
            _fill(grid, header, wide, (False,) * columns, "Table Head")
            _repeat(grid.rows[0])
        for row in rows:
            _fill(grid, row, wide, numeric, "Table Text")


def shown(cell: Cell) -> str:
    """A cell as text: numbers with their digits."""
    return cell.text if isinstance(cell, Quantity) else plain(cell)


def _fill(
    grid: Any, texts: Sequence[str], widths: Sequence[Any], numeric: Sequence[bool], style: str  # noqa: ANN401
) -> None:  # fmt: skip
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    row = grid.add_row()
    _whole(row)
    for cell, text, width, number in zip(row.cells, texts, widths, numeric, strict=True):
        cell.width = width
        place = cell.paragraphs[0]
        place.style = style
        place.add_run(plain(text).replace("、", _MAY_BREAK))
        if number:
            place.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if style == "Table Head":
            _shade(cell)


def _set_up(document: Document, report: Report) -> None:
    """Page, styles, page numbers and properties; nothing of the hour or the user."""
    from docx.oxml.ns import qn
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.3)
    _styles(document)
    _page_numbers(section.footer.paragraphs[0], report)
    about = document.core_properties
    about.title, about.author, about.comments = plain(report.title)[:250], "", ""
    about.last_modified_by, about.revision = "", 1
    about.language = report.language
    language = document.styles.element.xpath(".//w:rPrDefault//w:lang")
    for one in language:
        for name, value in (("val", "en-GB"), ("eastAsia", "zh-CN")):
            one.set(qn(f"w:{name}"), value)


def _styles(document: Document) -> None:
    """The styles a reply uses: their fonts for Latin and East Asian letters, sizes and spaces."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    styles = document.styles
    for name in ("Figure", "Note", "Table Head", "Table Text"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    looks: dict[str, _Look] = {
        "Normal": (_BODY, 11, "plain", (0, 0)), "Body Text": (_BODY, 11.5, "plain", (0, 5)),
        "Title": (_HEAD, 19, "bold", (6, 8)), "Subtitle": (_BODY, 10.5, "plain", (0, 10)),
        "Heading 1": (_HEAD, 14.5, "bold", (14, 6)), "Heading 2": (_HEAD, 12, "bold", (9, 4)),
        "Caption": (_HEAD, 9.5, "plain", (6, 3)), "Figure": (_BODY, 10, "plain", (6, 0)),
        "Note": (_BODY, 8.5, "plain", (2, 9)), "Table Head": (_HEAD, 8.5, "plain", (1, 1)),
        "Table Text": (_BODY, 8.5, "plain", (1, 1)), "List Bullet": (_BODY, 10.5, "plain", (0, 2)),
    }  # fmt: skip
    for name, look in looks.items():
        _style(styles[name], *look)
    for name in ("Title", "Subtitle", "Caption", "Figure"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name in ("Heading 1", "Heading 2", "Figure"):
        styles[name].paragraph_format.keep_with_next = True
    styles["Body Text"].paragraph_format.line_spacing = 1.3


def _style(
    style: Any,  # noqa: ANN401
    fonts: tuple[str, str],
    size: float,
    weight: Literal["bold", "plain"],
    space: tuple[float, float],
) -> None:
    """Fonts, size in points, and the space before and after, of one style."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    latin, chinese = fonts
    style.font.name, style.font.size, style.font.bold = latin, Pt(size), weight == "bold"
    style.font.italic, style.font.color.rgb = False, RGBColor(0, 0, 0)
    letters = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(letters.attrib):
        if name.endswith("Theme"):  # a theme's font would win over the one that is named
            del letters.attrib[name]
    for name, font in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", chinese)):
        letters.set(qn(f"w:{name}"), font)
    style.paragraph_format.space_before = Pt(space[0])
    style.paragraph_format.space_after = Pt(space[1])
    for line in style.element.xpath(".//w:pBdr"):  # the title's blue line
        line.getparent().remove(line)


def _page_numbers(place: Any, report: Report) -> None:  # noqa: ANN401
    """Write the page and the number of pages in the foot, as fields that Word counts."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    place.alignment = WD_ALIGN_PARAGRAPH.CENTER
    place.style = "Note"
    before, between, after = terms(report.language)["reply_page"].format("\0", "\0").split("\0")
    place.add_run(before)
    _field(place, "PAGE")
    place.add_run(between)
    _field(place, "NUMPAGES")
    place.add_run(after)


def _field(place: Any, code: str) -> None:  # noqa: ANN401
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    place._p.append(field)


def _repeat(row: Any) -> None:  # noqa: ANN401
    """Let ``row`` stand at the head of every page that the table runs over."""
    _flag(row, "w:tblHeader")


def _whole(row: Any) -> None:  # noqa: ANN401
    """Keep ``row`` on one page."""
    _flag(row, "w:cantSplit")


def _flag(row: Any, name: str) -> None:  # noqa: ANN401
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _shade(cell: Any) -> None:  # noqa: ANN401
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _GREY)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _link(place: Any, target: str, text: str) -> None:  # noqa: ANN401
    """A link to a file beside the document."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    relation = place.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run = place.add_run(text)
    run.font.underline = True
    link.append(run._r)
    place._p.append(link)
