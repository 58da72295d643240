"""The report as one HTML page that holds all: it loads nothing, runs nothing, and prints."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transit.pages.encode import beijing_time
from transit.reporting.content import Cell, Quantity, Report, ReportTable
from transit.reporting.formats.plain import plain
from transit.terms import terms

if TYPE_CHECKING:
    from jinja2 import Environment

_WHOLE = 200
"""Tables of so many rows at most are shown whole: a page scrolls, paper does not."""
_HERE = Path(__file__).parent
_GRID = """<div class="grid"><table id="{{ table.key }}">
<caption>{{ said["reply_table"].format(number, table.caption|raw)|plain }}</caption>
<thead><tr>{% for text in table.header %}<th scope="col">{{ text|plain }}</th>{% endfor %}\
</tr></thead>
<tbody>{% for cells in rows %}<tr>{% for cell in cells %}<td{% if cell.number %} class="number"\
{% endif %}>{{ cell.text|plain }}{% if cell.mark %}<span class="mark">{{ cell.mark }}</span>\
{% endif %}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></div>
<p class="note">{{ note|plain }}</p>"""


def html_text(report: Report) -> str:
    """The page of ``report`` as HTML; equal reports give equal texts."""
    said = terms(report.language)
    numbers = report.numbers()
    template = _environment().from_string((_HERE / "page.html").read_text(encoding="utf-8"))
    return template.render(
        report=report, said=said, numbers=numbers, dated=beijing_time(report.made_at),
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
        grid=lambda table: _grid(table, numbers[table.key], said),
    )  # fmt: skip


def _grid(table: ReportTable, number: int, said: Any) -> Any:  # noqa: ANN401
    from markupsafe import Markup

    template = _environment().from_string(_GRID)
    table = replace(table, shown=None) if len(table.rows) <= _WHOLE else table
    rows = [_cells(table, row, said) for row in range(len(table.rows) - table.left_out)]
    sheet = f"report.xlsx · {said['reply_sheet_table'].format(number)}"
    made = template.render(table=table, rows=rows, number=number, said=said,
                           note=table.note(said, sheet))  # fmt: skip
    return Markup(made)  # noqa: S704  (the template escaped every text)


def _cells(table: ReportTable, row: int, said: Any) -> list[dict[str, object]]:  # noqa: ANN401
    cells = [_shown(cell) for cell in table.rows[row]]
    if table.is_marked(row) and not table.all_marked:
        cells[0]["mark"] = said["indicative_mark"]
    return cells


def _shown(cell: Cell) -> dict[str, object]:
    if isinstance(cell, Quantity):
        return {"text": cell.text, "number": True, "mark": ""}
    return {"text": cell, "number": False, "mark": ""}


@cache
def _environment() -> Environment:
    """jinja2 that escapes every value; ``plain`` shows what XML forbids."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    environment.filters |= {"plain": plain, "raw": str}
    return environment
