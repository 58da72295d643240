"""Cards: values as a notebook shows them, as HTML without a script that loads nothing.

Names are data: every text is escaped, cut where it is very long, and kept from MathJax, which
would set what stands between dollar signs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from transit.terms import DEFAULT, listed, readable, terms

if TYPE_CHECKING:
    import pandas as pd

ROWS_AT_MOST = 12
"""Rows of one table on a card; the value's own table has the others."""
TEXT_AT_MOST = 400
"""Characters of one text on a card; then an ellipsis stands."""
NOTHING = "—"
"""What stands where a table has nothing."""
_LEAST = 1e-4
_HALF = 0.5
_MEASURED = ("before", "after", "value")
"""Columns whose unit another column, ``unit``, says."""
_DIFFERENCES = ("change", "alone", "last", "shapley", "total", "interaction")
"""Columns of differences in that unit: of shares they are percentage points."""
_PARTS = ("share", "of_total")
_LISTS = ("lines", "lines_there", "park_lines", "streets", "which_lines", "which_stops")
"""Columns of names with ``、`` between."""
_CLEAN = str.maketrans(dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " "))
"""Control characters are no text in HTML."""
# No colour but the theme's own: the card is read on white and on black alike. JupyterLab sets
# cells by two classes and an element; so do these rules, or they would lose.
_STYLE = """<style>
.transit-card{max-width:66em;line-height:1.5;border:1px solid rgba(128,128,128,.4);
border-radius:6px;padding:8px 14px 10px}
.transit-card .title{font-weight:600;font-size:1.1em}
.transit-card .kind,.transit-card .soft{opacity:.72}
.transit-card .kind{margin-right:.8em;font-weight:400}
.transit-card .facts span{margin-right:1.6em;display:inline-block}
.transit-card .head{margin:8px 0 2px;font-weight:600}
.transit-card .wide{overflow-x:auto}
.transit-card .wide table{border-collapse:collapse;margin:0;font-size:.93em;table-layout:auto}
.transit-card .wide td,.transit-card .wide th{text-align:left;vertical-align:top;
padding:2px 10px 2px 0;border-bottom:1px solid rgba(128,128,128,.25);
max-width:34em;white-space:normal}
.transit-card .wide td{overflow-wrap:anywhere;min-width:3em}
.transit-card .title,.transit-card .facts,.transit-card .soft{overflow-wrap:anywhere}
.transit-card .wide .number{text-align:right;font-variant-numeric:tabular-nums}
.transit-card .wide td.number{white-space:nowrap}
</style>"""
_SOFT = '<div class="soft">'


@dataclass(frozen=True)
class Section:
    """One table of a card: a title, what its columns are called, and rows of texts.

    ``right`` says which columns hold numbers; ``more`` counts rows that are not shown, and
    ``note`` stands below.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]
    note: str = ""
    more: int = 0


@dataclass(frozen=True)
class Card:
    """What a notebook shows of a value: facts (label and text), tables, notes."""

    kind: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    notes: tuple[str, ...] = ()
    language: str = DEFAULT

    def html(self) -> str:
        """The card as HTML text; equal cards give equal texts."""
        facts = "".join(_fact_html(label, text) for label, text in self.facts if text)
        notes = "".join(f"{_SOFT}<bdi>{html_text(note)}</bdi></div>" for note in self.notes)
        return "".join(
            [
                _STYLE,
                f'<div class="transit-card tex2jax_ignore mathjax_ignore" lang="{self.language}">',
                f'<div class="title"><span class="kind">{html_text(self.kind)}</span>',
                f"<bdi>{html_text(self.title)}</bdi></div>",
                f'<div class="facts">{facts}</div>',
                *(_section_html(section, self.language) for section in self.sections),
                f"{notes}</div>",
            ]
        )

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        """One line: a notebook keeps it beside the HTML."""
        return f"Card({self.kind!r}, {self.title!r}, {len(self.sections)} tables)"


def table_card(
    table: pd.DataFrame, title: str = "", language: str = DEFAULT, *, rows: int = ROWS_AT_MOST
) -> Card:
    """The first ``rows`` of a table as a notebook shows it, without row numbers.

    Titles carry units and are in ``language``, shares are in per cent, a dash stands where there
    is nothing, and no more digits stand than count. The table itself keeps its names and numbers.
    """
    said = terms(language)
    section = table_section("", table, language, rows=rows)
    marked = any(name.endswith("indicative") for name in map(str, table))
    notes = (said["card_mark"],) if marked else ()
    return Card(said["card_table"], title, (), (section,), notes, language)


def table_section(
    title: str, table: pd.DataFrame, language: str, *, note: str = "", rows: int = ROWS_AT_MOST
) -> Section:
    """The first ``rows`` of ``table`` with titles, units and cells in ``language``.

    What is ``indicative`` is marked so; shares are in per cent, those of a column ``unit`` too.
    """
    shown = table.head(rows)
    said = terms(language)
    texts = readable(shown, language)
    marks = [name for name in shown if name.endswith("indicative") and shown[name].dtype == bool]
    columns = []
    # ``readable`` leaves one column of each that is there in both languages.
    kept = [name for name in shown if name.removesuffix("_zh") not in set(shown) - {name}]
    for name, column in zip(kept, texts, strict=True):
        if name in marks:
            columns.append([said["indicative"] if one else "" for one in shown[name]])
        elif name == "change" and {"before", "after"} <= set(shown):
            columns.append(_change_texts(shown, language))
        else:
            columns.append(_cell_texts(shown, texts[column], name, language))
    right = tuple(name not in marks and shown[name].dtype.kind in "iuf" for name in kept)
    body = tuple(zip(*columns, strict=True))
    return Section(title, tuple(texts), body, right, note, len(table) - len(shown))


def _cell_texts(table: pd.DataFrame, cells: pd.Series, name: str, language: str) -> list[str]:
    """Cells as texts; a year is a name and no number."""
    form = _form(name, cells.dtype.kind, language)
    of_unit = _by_units(name, language) if "unit" in table else form
    units = table["unit"] if "unit" in table else [""] * len(table)
    return [
        NOTHING if gone or one == "" else (of_unit if str(unit).startswith("share") else form)(one)
        for one, gone, unit in zip(cells, cells.isna(), units, strict=True)
    ]


def _change_texts(table: pd.DataFrame, language: str) -> list[str]:
    """Changes as differences of what the columns beside them print."""
    points = terms(language)["unit_points"]
    units = table["unit"] if "unit" in table else [""] * len(table)
    shares = [str(unit).startswith("share") for unit in units]
    texts = [
        change_text(before, after, share=share)
        for before, after, share in zip(table["before"], table["after"], shares, strict=True)
    ]
    return [
        f"{text} {points}" if share and text != NOTHING else text
        for text, share in zip(texts, shares, strict=True)
    ]


def _form(name: str, kind: str, language: str) -> Callable[[Any], str]:
    """How the cells under ``name`` are written, whatever their row's unit."""
    if name == "year":
        return str
    if name in _LISTS and kind not in "iuf":
        return partial(listed, words=terms(language))
    if name.startswith(_PARTS) or name.endswith("_share"):
        return partial(value_text, share=True)
    return _whole_text if kind == "f" and name.endswith(("_m", "_m2")) else value_text


def _by_units(name: str, language: str) -> Callable[[Any], str]:
    """How the cells under ``name`` are written in a row whose unit is a share."""
    if name in _DIFFERENCES:
        return partial(_points_text, points=terms(language)["unit_points"])
    return partial(value_text, share=True) if name in _MEASURED else _form(name, "", language)


def _points_text(value: float, points: str) -> str:
    """A difference of shares in percentage points."""
    if value == 0:
        return "0"
    shown = f"{100 * value:.1f}"
    return f"{shown} {points}".replace("-", "−") if float(shown) else "≈0"


def _whole_text(value: float) -> str:
    """Less than a metre is beyond what positions are known to."""
    return "≈0" if 0 < abs(value) < _HALF else value_text(round(value))


def value_text(value: Any, *, share: bool = False) -> str:  # noqa: ANN401  (whatever a cell holds)
    """A cell as readers want it: whole numbers from 100 on, else three digits that count.

    What would show as no digit is ``≈0``; what is missing is a dash.

    >>> value_text(1234.5), value_text(0.0123), value_text(0.976091, share=True)
    ('1,234', '0.0123', '97.6 %')
    """
    if isinstance(value, str):
        return value
    if value is None or value != value:  # noqa: PLR0124  (a missing number or text)
        return NOTHING
    number = float(value)
    if share:
        return f"{number * 100:.1f} %".replace("-", "−")
    if 0 < abs(number) < _LEAST:
        return "≈0"
    whole = abs(number) >= 100 or number == math.floor(number)
    return (f"{number:,.0f}" if whole else f"{number:.3g}").replace("-", "−")


def change_text(before: float, after: float, *, share: bool = False) -> str:
    """A change with its sign: the difference of the two numbers as ``value_text`` prints them.

    That of shares is in percentage points. Where the two are printed alike, the change itself
    stands, be it less than shows; a dash where either is missing.

    >>> change_text(20.896, 21.782), change_text(0.512, 0.5204, share=True), change_text(3, 3)
    ('+0.9', '+0.8', '±0')
    """
    if before != before or after != after:  # noqa: PLR0124  (a missing number)
        return NOTHING
    # Printed numbers have at most six decimals; what is left beyond is of binary fractions.
    change = round(_printed(after, share=share) - _printed(before, share=share), 9)
    if change == 0:
        change = (after - before) * (100 if share else 1)
    if change == 0:
        return "±0"
    if share:
        text = f"{change:+.1f}"
        return text.replace("-", "−") if float(text) else "≈0"
    return ("+" if change >= _LEAST else "") + value_text(change)


def _printed(value: float, *, share: bool) -> float:
    """The number that a reader of ``value_text`` takes from it."""
    text = value_text(value, share=share).removesuffix(" %")
    return 0.0 if text == "≈0" else float(text.replace(",", "").replace("−", "-"))


def html_text(text: str) -> str:
    """``text`` escaped for HTML and cut to ``TEXT_AT_MOST`` characters.

    What is no character in UTF-8 becomes a question mark.

    >>> html_text("<b>“a”</b>")
    '&lt;b&gt;“a”&lt;/b&gt;'
    """
    whole = str(text)
    shown = whole if len(whole) <= TEXT_AT_MOST else whole[: TEXT_AT_MOST - 1] + "…"
    plain = shown.translate(_CLEAN).encode("utf-8", "replace").decode("utf-8")
    return escape(plain, quote=True)


def _fact_html(label: str, text: str) -> str:
    soft = f'<span class="soft">{html_text(label)}</span>'
    return f"<span>{soft} <bdi>{html_text(text)}</bdi></span>"


def _section_html(section: Section, language: str) -> str:
    marks = [' class="number"' if right else "" for right in section.right]
    head = _row("th", section.header, marks)
    body = "".join(_row("td", row, marks) for row in section.rows)
    notes = [section.note] if section.note else []
    if section.more > 0:
        notes.insert(0, terms(language)["card_more"].format(section.more))
    return "".join(
        [
            _head_html(section.title),
            f'<div class="wide"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>',
            *(f"{_SOFT}{html_text(note)}</div>" for note in notes),
        ]
    )


def _head_html(title: str) -> str:
    return f'<div class="head"><bdi>{html_text(title)}</bdi></div>' if title else ""


def _row(tag: str, texts: Iterable[str], marks: Iterable[str]) -> str:
    cells = "".join(
        f"<{tag}{mark}><bdi>{html_text(text)}</bdi></{tag}>"
        for text, mark in zip(texts, marks, strict=True)
    )
    return f"<tr>{cells}</tr>"
