"""A notice's text as statements, each with its lines, and remarks on what is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from transit.errors import did_you_mean
from transit.notice.lookup import Names
from transit.notice.phrases import Sentence, Statement, clauses, folded, understood, without_number
from transit.notice.remarks import Remark

_NEXT = re.compile(
    r"[：:（(，,]|$|公交|线|路|上行|下行|环线|双|往|开往|增|新|取消|撤销|减少|停|起点|终点|首|末|总站|"
    r"一端|延长|缩短|由|发|行车|服务|运营|营运|走向|途经|调整|里程|部分"
)
_UNKNOWN_LINE = re.compile(r"([A-Za-z]{0,3}\d{1,4}[A-Za-z]?)(?:[线路]|公交)")
_TELLS = re.compile("公交线路|公交|线路|[线路]")


def statements(text: str, names: Names) -> tuple[list[Statement], list[Remark]]:
    """Everything that ``text`` says in fixed phrases, and a remark on every other sentence.

    A sentence that names no line is about that of the sentence before. The first line of the text
    is a title if it says nothing.
    """
    said: list[Statement] = []
    remarks: list[Remark] = []
    lines: tuple[str, ...] = ()
    titled = _has_title(text)
    for number, clause in enumerate(clauses(text)):
        found, rest = _lines_in_front(clause, names)
        if not found:
            found, rest = _lines_in_front(without_number(clause), names)
        unknown = None if found else _UNKNOWN_LINE.match(without_number(clause))
        lines = () if unknown else (found or lines)
        if unknown:
            mend = did_you_mean(unknown[1], names.lines)
            remarks.append(Remark(clause, "unknown line", f"no line {unknown[1]!r}", mend))
            continue
        if not rest:
            continue
        got = understood(Sentence(rest, lines), names.is_stop, names.is_line)
        got = [_opened(each, names) for each in got]
        for each in got:
            if each.kind == "rename":
                names.announce(each.new[0])
        remarks += _remarks(got, clause, title=titled and number == 0)
        said += [replace(each, text=clause) for each in got if _has_lines(each)]
        lines = next((each.lines for each in got if each.kind == "open"), lines)
    return said, remarks


def _has_title(text: str) -> bool:
    """Whether the text starts with a line of its own that is no whole sentence."""
    first, _, rest = text.strip().partition("\n")
    return bool(rest.strip()) and not re.search("[。；;]", first)


def _opened(each: Statement, names: Names) -> Statement:
    """With line ids in place of the names written, where the phrase itself names a line."""
    if each.kind not in ("withdraw", "open"):
        return each
    make = names.open_line if each.kind == "open" else names.line
    ids = tuple(make(line) or line for line in each.lines)
    return replace(each, lines=ids)


def _has_lines(each: Statement) -> bool:
    return bool(each.lines) or each.kind in ("rename", "aside")


def _remarks(got: Sequence[Statement], clause: str, *, title: bool) -> list[Remark]:
    if not got and not title:
        mend = "write it in one of the fixed phrases, or make the change by hand"
        return [Remark(clause, "not understood", "none of the fixed phrases", mend)]
    return [
        Remark(clause, "no line named", "it does not say of which line", "put the line in front")
        for each in got
        if not _has_lines(each)
    ]


def _lines_in_front(text: str, names: Names) -> tuple[tuple[str, ...], str]:
    """Ids of the lines that the sentence starts with, and what it says of them."""
    found: list[str] = []
    rest = text
    while True:
        route, after = _line_in_front(rest, names)
        if route is None:
            break
        found.append(route)
        rest = after
        joined = re.match(r"[、和及]", rest)
        if joined is None:
            break
        rest = rest[1:]
    return tuple(dict.fromkeys(found)), (rest if found else text)


def _line_in_front(text: str, names: Names) -> tuple[str | None, str]:
    start = re.match(r"\s*(?:东部公交|西部公汽|公交|公共汽车)?", text)
    body = text[start.end() :] if start else text
    for size in range(min(len(body), 60), 0, -1):
        written = body[:size]
        rest = body[size:]
        if folded(written) in names.lines and (_NEXT.match(rest) or rest[:1] in "、和及"):
            tail = _TELLS.match(rest)
            rest = rest[tail.end() :] if tail and not rest.startswith("路口") else rest
            rest = re.sub(r"^公交线路|^线路(?=一端)", "", rest)
            return names.lines[folded(written)], re.sub(
                r"^(?:[（(](?:单边|环)?线[)）])?\s*[：:]?\s*", "", rest
            )
    return None, text
