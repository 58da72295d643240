"""Page, styles and page numbers of a Word document.

Word takes East Asian letters from a font of their own (``w:eastAsia``), so every style has both: a
bureau's reply is set in 仿宋 with headings in 黑体; LibreOffice and macOS fall back by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from transit.reporting.content import Report
from transit.reporting.formats.plain import plain
from transit.terms import terms

if TYPE_CHECKING:
    from docx.document import Document

_BODY = ("Times New Roman", "仿宋")
_HEAD = ("Arial", "黑体")
_Look = tuple[tuple[str, str], float, Literal["bold", "plain"], tuple[float, float]]
"""Fonts for Latin and East Asian letters, size, weight, and space before and after in points."""


def set_up(document: Document, report: Report) -> None:
    """Page, styles, page numbers and properties; nothing of the hour or the user."""
    from docx.oxml.ns import qn
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.3)
    _styles(document, report.language)
    _page_numbers(section.footer.paragraphs[0], report)
    about = document.core_properties
    about.title, about.author, about.comments = plain(report.title)[:250], "", ""
    about.last_modified_by, about.revision = "", 1
    about.language = report.language
    language = document.styles.element.xpath(".//w:rPrDefault//w:lang")
    for one in language:
        for name, value in (("val", "en-GB"), ("eastAsia", "zh-CN")):
            one.set(qn(f"w:{name}"), value)


def _styles(document: Document, language: str) -> None:
    """The styles a reply uses: their fonts for Latin and East Asian letters, sizes and spaces."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    styles = document.styles
    for name in ("Figure", "Note", "Table Head", "Table Text", "Letter", "Signature"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    looks: dict[str, _Look] = {
        "Normal": (_BODY, 11, "plain", (0, 0)), "Body Text": (_BODY, 11.5, "plain", (0, 5)),
        "Title": (_HEAD, 19, "bold", (6, 8)), "Subtitle": (_BODY, 10.5, "plain", (0, 3)),
        "Heading 1": (_HEAD, 14.5, "bold", (14, 6)), "Heading 2": (_HEAD, 12, "bold", (9, 4)),
        "Caption": (_HEAD, 9.5, "plain", (6, 3)), "Figure": (_BODY, 10, "plain", (6, 0)),
        "Note": (_BODY, 8.5, "plain", (2, 9)), "Table Head": (_HEAD, 8.5, "plain", (1, 1)),
        "Table Text": (_BODY, 8.5, "plain", (1, 1)), "List Bullet": (_BODY, 10.5, "plain", (0, 2)),
        "Letter": (_BODY, 11.5, "plain", (0, 3)), "Signature": (_BODY, 11.5, "plain", (0, 3)),
    }  # fmt: skip
    for name, look in looks.items():
        _style(styles[name], *look)
    for name in ("Title", "Subtitle", "Caption", "Figure"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles["Signature"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for name in ("Heading 1", "Heading 2", "Figure"):
        styles[name].paragraph_format.keep_with_next = True
    styles["Body Text"].paragraph_format.line_spacing = 1.3
    if language == "zh-CN":
        _as_letters_are(styles["Body Text"])


def _as_letters_are(style: Any) -> None:  # noqa: ANN401
    """Set as Chinese letters are: both edges straight, the first line two characters in."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    style.paragraph_format.first_line_indent = Pt(2 * style.font.size.pt)
    style.element.pPr.ind.set(qn("w:firstLineChars"), "200")


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
