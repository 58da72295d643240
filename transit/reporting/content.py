"""What a report says, as plain values: chapters of paragraphs, tables and pictures.

Nothing here knows of Word, Excel or HTML: each format has a file of its own that draws these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from transit.rounding import printed_change
from transit.terms import DEFAULT

if TYPE_CHECKING:
    from transit.pages.page import Page
    from transit.reporting.drawing.picture import Picture

MINUS = "−"
UNKNOWN = "—"


@dataclass(frozen=True)
class Quantity:
    """A number and how it is shown: digits after the point, as per cent, with its sign."""

    value: float
    digits: int = 0
    percent: bool = False
    signed: bool = False

    @property
    def known(self) -> bool:
        """Whether there is a number at all."""
        return self.value == self.value

    @property
    def text(self) -> str:
        """The number as it is read: thousands apart, the minus a true one."""
        if not self.known:
            return UNKNOWN
        value = self.value * 100 if self.percent else self.value
        shown = round(value, self.digits) + 0.0  # no minus before nought
        sign = "+" if self.signed and shown else ""
        return f"{shown:{sign},.{self.digits}f}".replace("-", MINUS) + "%" * self.percent

    @property
    def number_format(self) -> str:
        """The same for Excel, whose cell holds ``value`` itself."""
        plain = "#,##0" + ("." + "0" * self.digits if self.digits else "") + "%" * self.percent
        return f"+{plain};-{plain};{plain}" if self.signed else plain


def change_of(before: Quantity, after: Quantity) -> Quantity:
    """The change from ``before`` to ``after`` as printed: the difference of the printed numbers.

    That of percentages is in points.
    """
    scale = 100 if after.percent else 1
    change = printed_change(before.value * scale, after.value * scale, after.digits)
    return Quantity(change, after.digits, signed=True)


Cell = str | Quantity


@dataclass(frozen=True)
class ReportTable:
    """A table: ``header`` with the units in it, rows of texts and numbers.

    ``marked`` tells row by row what is indicative; ``widths`` are shares of the columns; the
    document shows the first ``shown`` rows, the workbook all. ``rests_on`` are the kinds of fact
    it is made of, as ``transit.reporting.resting`` names them; without any it may be all of them.
    """

    key: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    definition: str = ""
    marked: tuple[bool, ...] = ()
    widths: tuple[float, ...] = ()
    shown: int | None = None
    rests_on: tuple[str, ...] = ()

    def is_marked(self, row: int) -> bool:
        """Whether row number ``row`` rests on anything indicative."""
        return bool(self.marked) and self.marked[row]

    @property
    def all_marked(self) -> bool:
        """Whether every row does: then the note says it once, and no row has a mark."""
        return len(self.marked) > 1 and all(self.marked)

    def note(self, said: Mapping[str, str], sheet: str) -> str:
        """What stands under the table: definition, marks, and the rows that ``sheet`` has."""
        parts = [self.definition] if self.definition else []
        parts += [said["reply_all_marked"]] if self.all_marked else []
        parts += [said["reply_left_out"].format(self.left_out, sheet)] if self.left_out else []
        return said["reply_note"].format(said["reply_space"].join(parts)) if parts else ""

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Which columns hold numbers: they stand on the right."""
        columns = zip(*self.rows, strict=True) if self.rows else ((),) * len(self.header)
        return tuple(any(isinstance(cell, Quantity) for cell in cells) for cells in columns)

    @property
    def left_out(self) -> int:
        """How many rows only the workbook has."""
        return 0 if self.shown is None else max(0, len(self.rows) - self.shown)


@dataclass(frozen=True)
class Chapter:
    """A heading with paragraphs, then tables and pictures as they are to be read."""

    title: str
    paragraphs: tuple[str, ...] = ()
    parts: tuple[ReportTable | Picture, ...] = ()
    level: int = 1

    @property
    def tables(self) -> tuple[ReportTable, ...]:
        """Its tables, in order."""
        return tuple(part for part in self.parts if isinstance(part, ReportTable))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Its pictures, in order."""
        return tuple(part for part in self.parts if not isinstance(part, ReportTable))


@dataclass(frozen=True, eq=False)
class Report:
    """A reply to ``question``: the ``answer``, what it rests on, and how to check it.

    ``answer`` is headings with sentences; ``chapters`` follow it; ``data`` are whole tables for the
    workbook only; ``pages`` are HTML maps by file name, ``page_titles`` what links to them say.
    ``origins`` say by kind of fact what it is called and where it comes from. ``made_at`` is
    printed in Beijing time, and only when given. ``opening`` and ``closing`` are the lines of the
    letter before the question and after the answer: what the bureau fills in, and the date.
    """

    title: str
    subtitle: str
    question: str
    answer: tuple[tuple[str, tuple[str, ...]], ...]
    chapters: tuple[Chapter, ...]
    definitions: tuple[tuple[str, str], ...]
    assumptions: ReportTable
    sources: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    origins: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    data: tuple[ReportTable, ...] = ()
    pages: Mapping[str, Page] = field(default_factory=dict)
    page_titles: Mapping[str, str] = field(default_factory=dict)
    made_at: datetime | None = None
    language: str = DEFAULT
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[ReportTable, ...]:
        """The tables that have a number, in order; the assumptions are the last."""
        return (*(table for chapter in self.chapters for table in chapter.tables), self.assumptions)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures, in order of their numbers."""
        return tuple(one for chapter in self.chapters for one in chapter.pictures)

    def numbers(self) -> Mapping[str, int]:
        """The number of each table and picture, from 1, by its key."""
        return dict(_numbered(self.tables)) | dict(_numbered(self.pictures))


def _numbered(things: tuple[ReportTable, ...] | tuple[Picture, ...]) -> Iterator[tuple[str, int]]:
    keys = [thing.key for thing in things]
    yield from ((key, number) for number, key in enumerate(keys, 1))
