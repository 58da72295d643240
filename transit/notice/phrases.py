"""The fixed phrases of notices: sentences of a text turned into statements, one by one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal[
    "terminal", "extend", "shorten", "add", "remove", "rename", "calls", "course", "headway",
    "span", "halt", "withdraw", "open", "aside",
]  # fmt: skip
End = Literal["start", "end", "either"]

LONGEST = 5000
"""A sentence longer than this is not read, so that no text can keep the reader busy."""


@dataclass(frozen=True)
class Statement:
    """One phrase that was understood: what it says of some ``lines`` (as written there).

    ``directions`` are those named (none: both); ``old`` and ``new`` are stop names as written;
    ``number`` is a count of stops or a headway in s; ``start`` and ``end`` are clock texts.
    ``towards`` is the stop of 往…方向, ``which`` the end of the line that is meant.
    """

    kind: Kind
    text: str
    lines: tuple[str, ...] = ()
    directions: tuple[int, ...] = ()
    towards: str = ""
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    number: int | None = None
    single: bool = False
    start: str = ""
    end: str = ""
    which: End = "either"


@dataclass(frozen=True)
class Sentence:
    """One clause of the text with the lines that it is about, before it is understood."""

    text: str
    lines: tuple[str, ...]


def folded(name: str) -> str:
    """A name in the form in which names are compared: half-width, without blanks or marks."""
    plain = unicodedata.normalize("NFKC", name).replace("(示意)", "")
    return re.sub(r"[\s“”\"'「」『』]", "", plain)


def listed(text: str, known: Callable[[str], bool]) -> tuple[str, ...]:
    """The names of a list: parted by 、，, dashes or arrows, quoted or not.

    A quoted text that is a ``known`` name is one name, whatever commas stand in it.
    """
    parts: list[str] = []
    for piece in re.split(f"({_QUOTED})", text):
        inner = piece[1:-1]
        if piece[:1] in "“「" and piece and (known(inner) or not _COMMA.search(inner)):
            parts.append(inner)
        else:
            parts += _COMMA.split(inner if piece[:1] in ("“", "「") else piece)
    return tuple(part.strip() for part in parts if folded(part))


def clauses(text: str) -> list[str]:
    """The text cut at full stops, semicolons, commas before a phrase, and line ends."""
    found: list[str] = []
    for line in text.splitlines():
        found += [part.strip() for part in _cut(line) if part.strip()]
    return found


def understood(
    sentence: Sentence, known: Callable[[str], bool], is_line: Callable[[str], bool]
) -> list[Statement]:
    """What a sentence says; empty where it is none of the fixed phrases."""
    if len(sentence.text) > LONGEST:
        return []
    text, directions, towards = _direction(sentence.text)
    context = Statement("aside", sentence.text, sentence.lines, directions, towards)
    for pattern, read in _PHRASES:
        match = pattern.fullmatch(text)
        if match:
            found = list(read(match, context, known, is_line))
            if found:
                return found
    return []


Read = Callable[
    [re.Match[str], Statement, Callable[[str], bool], Callable[[str], bool]], Iterator[Statement]
]

_COMMA = re.compile(r"[、，,]|—+|–|→|-{1,2}>?")
_VERBS = (
    "增加|增设|新增|增停|取消|撤销|减少|停靠站|起点站|终点站|首末|总站|一端|线路|发车|发班|行车|服务时间|"
    "运营时间|营运时间|走向|途经|双方向|双向|上行|下行|往|单向|里程|延长|缩短|由|新开|停运|更名|调整"
)
_QUOTED = r"[“「][^”」]{0,600}[”」]"
_QUOTED_OR_CUT = re.compile(
    rf"{_QUOTED}|(?P<cut>[。；;！!]|[，,](?=\s*(?:并|同时|且)?(?:{_VERBS})))"
)
_NUMBERED = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）]|\d{1,3}[.．、]|[一二三四五六七八九十]{1,3}、)\s*"
)
_CLOCK = r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
_SPAN = rf"({_CLOCK})\s*时?\s*[-—–~～至]+\s*({_CLOCK})\s*时?"
_TO = "(?:调整为|调整至|改为|变更为|改至|迁至|为)"
_COUNTED = re.compile(
    r"(.+?)(?:等)?\s*([\d一二两三四五六七八九十]+)\s*(对|个)(单边|单向)?(?:公交)?(?:停靠)?(?:站点|站位|站)?(?:及|和|以及|、|，|$)"
)
_DIGITS = {sign: number for number, sign in enumerate("一二三四五六七八九十", 1)} | {"两": 2}


def without_number(text: str) -> str:
    """``text`` without the numbering in front: （一）, 1., 二、."""
    return _NUMBERED.sub("", text, count=1) if _NUMBERED.match(text) else text


def _cut(line: str) -> list[str]:
    """Cut outside quotes; a quote that is not closed within 600 signs is none."""
    places = [match.span() for match in _QUOTED_OR_CUT.finditer(line) if match["cut"]]
    edges = [0, *(place for span in places for place in span), len(line)]
    return [line[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


_DIRECTION = re.compile(
    r"(?:并|同时|且)?(双方向|双向|上下行|上行|下行|环线)?"
    r"(?:方向)?(?:[（(]?(?:开往|往)([^，。；]+?)方向[)）]?)?(?:部分)?"
)


def _direction(text: str) -> tuple[str, tuple[int, ...], str]:
    match = _DIRECTION.match(text)
    if match is None:
        return text, (), ""
    word, towards = match[1] or "", (match[2] or "").strip()
    directions = {"上行": (0,), "下行": (1,)}.get(word, ())
    return text[match.end() :].strip(), directions, towards


def _seconds(number: str, unit: str) -> int:
    return round(float(number) * (60 if unit == "分钟" else 1))


def _count(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if ten:
        return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)
    return _DIGITS.get(text, 0)


def _terminal(match: re.Match[str], here: Statement, *_: object) -> Iterator[Statement]:
    which: dict[str, End] = {"起": "start", "首站": "start", "终": "end", "末站": "end"}
    word = match["which"] or ""
    end: End = next((which[key] for key in which if word.startswith(key)), "either")
    kinds: dict[str, Kind] = {"延": "extend", "缩": "shorten", "截": "shorten"}
    kind = kinds.get(match["verb"][0], "terminal")
    old = (match["old"].strip(),) if match["old"] else ()
    yield replace(here, kind=kind, old=old, new=(match["new"].strip(),), which=end)


def _stops(
    match: re.Match[str],
    here: Statement,
    known: Callable[[str], bool],
    is_line: Callable[[str], bool],
) -> Iterator[Statement]:
    rest = match["rest"].strip()
    kind: Kind = "add" if match["verb"][0] in "增新" else "remove"
    if kind == "remove" and is_line(rest):
        yield replace(here, kind="withdraw", lines=(rest,))
        return
    groups = list(_COUNTED.finditer(rest)) if not known(rest) else []
    if groups and groups[-1].end() == len(rest):
        for group in groups:
            names = listed(group[1], known)
            single = group[3] == "个"
            yield replace(here, kind=kind, new=names, number=_count(group[2]), single=single)
        return
    names = listed(re.sub(r"(?:公交)?停靠站点?$|站点$", "", rest), known)
    if names:
        yield replace(here, kind=kind, new=names)


def _rename(match: re.Match[str], here: Statement, *_: object) -> Iterator[Statement]:
    yield replace(here, kind="rename", old=(match["old"].strip(),), new=(match["new"].strip(),))


def _calls(
    match: re.Match[str], here: Statement, known: Callable[[str], bool], *_: object
) -> Iterator[Statement]:
    yield replace(here, kind="calls", new=listed(match["rest"], known))


def _course(
    match: re.Match[str], here: Statement, known: Callable[[str], bool], *_: object
) -> Iterator[Statement]:
    via = re.compile(r"经由|途经|经|至")
    old, new = (listed(via.sub("、", match[side]), known) for side in ("old", "new"))
    yield replace(here, kind="course", old=old, new=new)


def _headway(match: re.Match[str], here: Statement, *_: object) -> Iterator[Statement]:
    secs = _seconds(match["number"], match["unit"])
    yield replace(here, kind="headway", number=secs, start=_clock(match[1]), end=_clock(match[2]))


def _span(match: re.Match[str], here: Statement, *_: object) -> Iterator[Statement]:
    yield replace(here, kind="span", start=_clock(match["first"]), end=_clock(match["last"]))


def _halt(match: re.Match[str], here: Statement, *_: object) -> Iterator[Statement]:
    yield replace(here, kind="halt", start=_clock(match[1]), end=_clock(match[2]))


def _withdraw(match: re.Match[str], here: Statement, *_: object) -> Iterator[Statement]:
    named = {"上行": (0,), "下行": (1,)}.get(match["way"] or "", here.directions)
    here = replace(here, directions=named)
    whole = not named and not here.towards
    yield replace(here, kind="withdraw" if whole else "halt")


def _open(match: re.Match[str], here: Statement, *_: object) -> Iterator[Statement]:
    yield replace(here, kind="open", lines=(match[1].strip(),))


def _aside(match: re.Match[str], here: Statement, *_: object) -> Iterator[Statement]:
    yield here


def _clock(text: str | None) -> str:
    return (text or "").replace("：", ":").zfill(5) if text else ""


_MINUTES = r"(?P<number>\d{1,4}(?:\.\d)?)\s*(?P<unit>分钟|秒)"
_MARKED = r"(?:[（(]示意[)）])?"
_PHRASES: list[tuple[re.Pattern[str], Read]] = [
    (
        re.compile(
            r"(?:停靠站|公交站)?(?P<old>.+?)(?:更名为|改名为)(?P<new>.+?)(?:停靠站)?(?:（[^（）]*线）)?"
        ),
        _rename,
    ),
    (re.compile(rf"里程.*公里{_MARKED}|注[：:].*"), _aside),
    (
        re.compile(
            rf"(?:(?:高峰期?|平峰期?)?{_SPAN})?(?:发车|发班|行车)间隔(?:时间)?"
            rf"(?:由[^由]{{0,40}}?)?(?:调整为|调整至|缩短为|缩短至|延长为|延长至|加密为|加密至|改为|为)?"
            rf"{_MINUTES}{_MARKED}"
        ),
        _headway,
    ),
    (
        re.compile(
            rf"(?:首末班车?|首末班车?发车|服务|运营|营运)时间(?:由\s*{_SPAN}\s*)?(?:调整为|调整至|延长至|改为|为)?"
            rf"\s*(?P<first>{_CLOCK})\s*时?\s*[-—–~～至]+\s*(?P<last>{_CLOCK})\s*时?{_MARKED}"
        ),
        _span,
    ),
    (re.compile(rf"{_SPAN}停止发车{_MARKED}"), _halt),
    (
        re.compile(
            r"(?:停运|停止运营|停止营运|停止发车|终止运营|撤销|取消)(?P<way>上行|下行)?(?:方向)?"
        ),
        _withdraw,
    ),
    (re.compile(r"(?:新开|开通|新增线路)(?:公交)?(.+?[线路])"), _open),
    (
        re.compile(
            r"(?:调整后)?(?:途经)?(?:停靠站点|停靠站|站点|停靠)(?:调整后)?(?:(?:调整为|依次为|为)[：:]?|[：:])\s*(?P<rest>.+)"
        ),
        _calls,
    ),
    (
        re.compile(
            rf"(?:公交线路|线路)?(?:走向|途经道路|途经路段|行驶路线)(?:由)?(?P<old>.*?){_TO}(?P<new>.+)"
        ),
        _course,
    ),
    (
        re.compile(
            r"(?:公交)?(?:线路)?(?:一端)?(?P<which>起点站?|终点站?|首末站|总站|首站|末站)?(?:由(?P<old>.+?))?"
            r"(?P<verb>延长至|延伸至|延长到|缩短至|缩短到|截短至|调整为|调整至|改为|变更为|迁至)(?P<new>.+)"
        ),
        _terminal,
    ),
    (
        re.compile(r"(?P<verb>增加|增设|新增|增停|取消|撤销|减少)(?:停靠(?!站))?(?P<rest>.+)"),
        _stops,
    ),
]
