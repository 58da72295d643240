"""Reports of make-believe towns that several test files read, and readers of their formats."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser

import docx
import maps_town
import openpyxl
import town

from transit.comparison import compare
from transit.reporting.content import Report
from transit.reporting.formats.page import html_text
from transit.reporting.formats.word import docx_bytes
from transit.reporting.formats.workbook import xlsx_bytes
from transit.reporting.report import report
from transit.scenario.headway import ChangeHeadway
from transit.scenario.scenario import Scenario
from transit.scenario.stops import NewStop
from transit.scenario.whole_lines import RemoveLine

MADE_AT = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
"""09:30 in Beijing."""
DENSER = Scenario(
    "denser", (ChangeHeadway(line="101", headway_secs=300), RemoveLine(line="环1")), "101 加密"
)


@cache
def compared():
    """Line 101 runs every 5 instead of every 10 minutes, and line 环1 runs no more."""
    return compare(town.network(), DENSER, town.park())


@cache
def reply(language: str = "zh-CN") -> Report:
    """The report of ``compared``."""
    return report(compared(), made_at=MADE_AT, language=language)


@cache
def word(language: str = "zh-CN"):
    """The Word file of ``reply``, read by python-docx."""
    return docx.Document(io.BytesIO(docx_bytes(reply(language))))


@cache
def workbook(language: str = "zh-CN"):
    """The workbook of ``reply``, read by openpyxl."""
    return openpyxl.load_workbook(io.BytesIO(xlsx_bytes(reply(language))))


@cache
def page(language: str = "zh-CN") -> str:
    """The HTML page of ``reply``."""
    return html_text(reply(language))


def hostile(names: tuple[str, ...]) -> Report:
    """A report in which stops, lines, park, its id, scenario, question, title are ``names``."""
    called = itertools.cycle(names)
    own = {key: next(called) for key in (*maps_town.STOP_PLACES, *maps_town.COURSES)}
    stop = NewStop(
        stop_id="X1", stop_name="新站", lon=114.04, lat=22.72, datum="WGS-84", indicative=True,
        year=2026,
    )  # fmt: skip
    scenario = Scenario("hostile", (stop,), names[-1], names[0])
    park = replace(maps_town.park(names[-1]), park_id=names[-1])
    found = compare(maps_town.network(own), scenario, park)
    return report(found, question=names[0], title=names[-1])


def word_rows(document) -> list[list[str]]:
    """Every row of every table, as texts without the places where lines may break."""
    return [
        [cell.text.replace("\u200b", "") for cell in row.cells]
        for table in document.tables
        for row in table.rows
    ]


class Page(HTMLParser):
    """The texts and tags of an HTML page, as a browser would take them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)
