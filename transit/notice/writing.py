"""The notice of a scenario: change table and sentences in Chinese, ready to paste."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from transit.model.network import Network
from transit.notice.differences import (
    Direction,
    Journeys,
    LineDifference,
    Side,
    differences,
    renamed_stops,
)
from transit.notice.sentences import MARK, Words, line_name, line_sentences, rename_sentence, way
from transit.output import guarded
from transit.scenario.scenario import Scenario

COLUMNS = (
    "线路", "方向", "调整前停靠站", "调整后停靠站", "新增站点", "取消站点", "停靠站变化",
    "首末站（调整前）", "首末站（调整后）", "首末班时间（调整前）", "首末班时间（调整后）",
    "发车间隔（调整前）", "发车间隔（调整后）", "里程（调整前，公里）", "里程（调整后，公里）",
    "示意",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Notice:
    """What an official notice of one scenario says: ``table`` and ``text``, and both as files.

    ``streets`` says that streets change, too, of which a notice tells nothing. Names are data: HTML
    is escaped, spreadsheet formulas are guarded, line breaks are blanks.
    """

    title: str
    lines: tuple[LineDifference, ...]
    renamed: tuple[tuple[str, str, tuple[str, ...]], ...]
    indicative: frozenset[str]
    streets: bool = False

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a line and direction that changed; columns ``COLUMNS``, lengths in km."""
        rows = [self._row(line, each) for line in self.lines for each in line.directions]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    @property
    def sheet(self) -> pd.DataFrame:
        """The table for a spreadsheet: lengths as texts with the one decimal that they have."""
        lengths = {
            name: [f"{km:.1f}" if km == km else "" for km in self.table[name]]  # noqa: PLR0124
            for name in COLUMNS
            if name.startswith("里程")
        }
        return self.table.assign(**lengths)

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """What is told, sentence by sentence: renamed stops first, then line by line."""
        words = Words(self.indicative)
        told = [rename_sentence(old, new, lines, words) for old, new, lines in self.renamed]
        return tuple(told + [text for line in self.lines for text in line_sentences(line, words)])

    @property
    def text(self) -> str:
        """Title, sentences, and what the marks mean; ends with a line break."""
        return "\n".join(filter(None, [_flat(self.title), *self.sentences, *self._notes])) + "\n"

    def tsv(self) -> str:
        """The table with tabs between cells, to paste into Excel or Word."""
        rows = [list(COLUMNS), *self._cells]
        return "".join("\t".join(guarded(cell) for cell in row) + "\r\n" for row in rows)

    def markdown(self) -> str:
        """The table in Markdown."""
        rows = [list(COLUMNS), ["---"] * len(COLUMNS), *self._cells]
        return "".join(f"| {' | '.join(marked_down(cell) for cell in row)} |\n" for row in rows)

    def html(self) -> str:
        """A page with title, sentences and table; no script, nothing loaded from anywhere."""
        head = _html_row(COLUMNS, "th")
        body = "".join(_html_row(cells, "td") for cells in self._cells)
        told = "".join(f"<p>{html.escape(text)}</p>\n" for text in self.text.splitlines()[1:])
        title = html.escape(_flat(self.title))
        return (
            f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
            f"<title>{title}</title>"
            "<style>table{border-collapse:collapse}th,td{border:1px solid;padding:4px;"
            "vertical-align:top}</style></head>\n"
            f"<body><h1>{title}</h1>\n{told}<table>\n{head}{body}</table></body></html>\n"
        )

    @cached_property
    def _cells(self) -> list[list[str]]:
        return [[_cell(name, row) for name in COLUMNS] for row in self.table.to_dict("records")]

    @property
    def _notes(self) -> list[str]:
        """What the marks mean, and what is not told; each one clause, which the reader skips."""
        marks = "“示意”为未经测绘或公布的站位、里程或假定的班次" if self._marked else ""
        no_line = "" if self.sentences else "本方案不调整任何公交线路"
        no_street = "本方案中道路的变化不属于公交线路公告的内容" if self.streets else ""
        return [f"注：{note}。" for note in (marks, no_line, no_street) if note]

    @property
    def _marked(self) -> bool:
        return any(MARK in sentence for sentence in self.sentences) or any(self.table["示意"])

    def _row(self, line: LineDifference, each: Direction) -> dict[str, object]:
        old, new = each.before, each.after
        words = Words(self.indicative)
        values = [
            _flat(line_name(line.line)),
            way(each),
            words.names(old.names) if old else "",
            words.names(new.names) if new else "",
            words.names(line.new_to_line(each)),
            words.names([] if line.journeys(each) else each.removed),
            _JOURNEYS[journeys] if (journeys := line.journeys(each)) else _counted(line),
            *_both(each, lambda side: "—".join(_flat(name) for name in side.ends)),
            *_both(each, lambda side: side.hours.span_text),
            *_both(each, lambda side: side.hours.headway_text),
            *(round(side.length_km, 1) if side else float("nan") for side in (old, new)),
            _what_is_indicative(each),
        ]
        return dict(zip(COLUMNS, values, strict=True))


def notice_of(network: Network, scenario: Scenario) -> Notice:
    """The notice of ``scenario`` on ``network``: what it changes, line by line.

    Raises ``DataError`` with everything that keeps the scenario from being applied.
    """
    after = scenario.apply(network)
    stops = after.feed.stops
    marked = frozenset(stops.loc[stops["indicative"].astype(bool), "stop_name"])
    lines = tuple(differences(network, after))
    streets = after.streets.fingerprint() != network.streets.fingerprint()
    renamed = _renamed(network, after)
    return Notice(scenario.title or scenario.name, lines, renamed, marked, streets)


def _renamed(before: Network, after: Network) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Old name, new name and the lines that call there, each pair once.

    Where other kerbs of the old name keep it, the name says that one side is meant.
    """
    visits = after.feed.visits
    found = renamed_stops(before.feed, after.feed)
    keep = before.feed.stops[~before.feed.stops["stop_id"].isin(found)]
    lines: dict[tuple[str, str], set[str]] = {}
    for stop, (old, new) in found.items():
        side = "（单边）" if (keep["stop_name"] == old).any() else ""
        here = visits.loc[visits["stop_id"] == stop, "route_short_name"]
        lines.setdefault((f"{old}{side}", new), set()).update(here)
    return tuple((*pair, tuple(sorted(here))) for pair, here in sorted(lines.items()))


def _both(each: Direction, say: Callable[[Side], str]) -> list[str]:
    """What is said of before and after; after only where it is another, as a notice would."""
    old, new = (say(side) if side else "" for side in (each.before, each.after))
    return [old, new if new != old else "不变"]


_JOURNEYS: dict[Journeys, str] = {
    "more": "增开班次", "fewer": "停开班次", "other": "部分班次调整",
}  # fmt: skip


def _counted(line: LineDifference) -> str:
    """How many stops come and go: 对 for both kerbs, 个 for one; moved terminals aside."""
    told = []
    for what, verb in (("added", "新增"), ("removed", "取消")):
        pairs, singles = len(line.pairs(what)), sum(map(len, line.singles(what).values()))
        counts = (f"{pairs}对" if pairs else "") + (f"{singles}个" if singles else "")
        told += [verb + counts] if counts else []
    told += ["调整首末站"] if line.terminals else []
    return "，".join(told) or "不变"


def _what_is_indicative(each: Direction) -> str:
    sides = [side for side in (each.before, each.after) if side]
    marks = {
        "停靠站": any(side.indicative for side in sides),
        "里程": any(side.length_indicative for side in sides),
        "班次": any(side.hours.indicative for side in sides),
    }
    return "、".join(name for name, marked in marks.items() if marked)


def _cell(name: str, row: dict[object, object]) -> str:
    value = row[name]
    if not isinstance(value, float):
        return str(value)
    mark = MARK if "里程" in str(row["示意"]) else ""
    return f"{value:.1f}{mark}" if value == value else ""  # noqa: PLR0124  (not a number)


def _html_row(cells: tuple[str, ...] | list[str], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>\n"


def marked_down(cell: str) -> str:
    """``cell`` as Markdown that says just that: names are no HTML, links or emphasis."""
    return re.sub(r"([\\`*_\[\]<>|&#])", r"\\\1", cell)


def _flat(text: str) -> str:
    return " ".join(text.split())
