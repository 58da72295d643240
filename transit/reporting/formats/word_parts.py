"""What python-docx has no words for: rows that repeat and stay whole, shades, links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transit.reporting.formats.plain import plain

_GREY = "F0EEE8"
_MAY_BREAK = "、\u200b"
"""LibreOffice breaks 627、B766 within the number unless it is shown where it may."""


def fill(
    grid: Any, texts: Sequence[str], widths: Sequence[Any], numeric: Sequence[bool], style: str  # noqa: ANN401
) -> None:  # fmt: skip
    """Add a row of ``texts`` in ``style`` to ``grid``, the ``numeric`` ones on the right."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    row = grid.add_row()
    _whole(row)
    for cell, text, width, number in zip(row.cells, texts, widths, numeric, strict=True):
        cell.width = width
        place = cell.paragraphs[0]
        place.style = style
        place.add_run(breakable(plain(text)))
        if number:
            place.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if style == "Table Head":
            _shade(cell)


def breakable(text: str) -> str:
    """``text`` that may be broken after each name of a list."""
    return text.replace("、", _MAY_BREAK)


def repeat(row: Any) -> None:  # noqa: ANN401
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


def link(place: Any, target: str, text: str) -> None:  # noqa: ANN401
    """A link to a file beside the document."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    relation = place.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    element = OxmlElement("w:hyperlink")
    element.set(qn("r:id"), relation)
    run = place.add_run(text)
    run.font.underline = True
    element.append(run._r)
    place._p.append(element)
