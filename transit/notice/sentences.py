"""The sentences in which a notice tells what changes about a line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from transit.notice.differences import Direction, LineDifference, Side
from transit.notice.hours import Hours, clock, minutes

MARK = "（示意）"
WAYS = ("上行", "下行")
_PLAIN = re.compile(r"[\w·（）()]*[^\W\d]")
_WORDS = re.compile(
    "由|等|往|至|经|调整|增加|增设|取消|撤销|延长|缩短|更名|方向|停靠站|示意|线：|改为"
)


class Words:
    """Names as a notice writes them: quoted where they would be misread, marked where assumed."""

    def __init__(self, indicative: Collection[str] = ()) -> None:
        self.indicative = frozenset(indicative)

    def name(self, name: str) -> str:
        """One name, in quotes where a comma, a digit or a word of the sentence would be misread."""
        flat = re.sub(r"[\s“”]+", " ", name).strip()
        plain = _PLAIN.fullmatch(flat) and not _WORDS.search(flat)
        return (flat if plain else f"“{flat}”") + (MARK if name in self.indicative else "")

    def names(self, names: Sequence[str]) -> str:
        """Several names, with the commas of a list."""
        return "、".join(self.name(name) for name in names)

    def counted(self, names: Sequence[str], unit: str) -> str:
        """``A、B等2对停靠站``; of a single name ``A1对停靠站``."""
        return f"{self.names(names)}{'等' if len(names) > 1 else ''}{len(names)}{unit}停靠站"


def way(direction: Direction) -> str:
    """The direction in words: 上行（往 X 方向）, 下行（往 X 方向）, 环线."""
    side = direction.after or direction.before
    if direction.is_loop or side is None:
        return _short(direction)
    towards = f"（往{Words().name(side.names[-1])}方向）"
    return f"{WAYS[direction.direction_id % 2]}{towards}{_which(direction)}"


def line_sentences(line: LineDifference, words: Words) -> list[str]:
    """What is told about one line, in the order of a notice."""
    title = line_name(line.line)
    if line.is_gone:
        return [f"撤销{title}。"]
    opened = f"新开{title}。" if line.is_new else ""
    told = [*_terminals(line, words), *_stops(line, words)]
    parts = [f"{title}：{'；'.join(told)}。"] if told else []
    return [part for part in (opened, *parts) if part] + list(_each_way(line, words))


def line_name(line: str) -> str:
    """The line with the word 线 behind it, once."""
    flat = re.sub(r"[\s：:]+", " ", line).strip()
    return flat if flat.endswith("线") else f"{flat}线"


def rename_sentence(old: str, new: str, lines: Sequence[str], words: Words) -> str:
    """That a stop has a new name, and which lines call there."""
    whom = f"（{'、'.join(line_name(line) for line in lines)}）" if lines else ""
    return f"停靠站{words.name(old)}更名为{words.name(new)}{whom}。"


def _terminals(line: LineDifference, words: Words) -> Iterator[str]:
    """Each moved terminal, with its direction where the other one keeps the old terminal."""
    for old, new in line.terminals:
        moved = [end for end in line.ends if end[0].new_ends[end[1]] == (old, new)]
        stays = [end for end in line.ends if end[0].began_or_ended(end[1]) == old]
        stays = [end for end in stays if end not in moved]
        ways = list({each.pattern_id: each for each, _ in moved}.values())
        only = bool({each.pattern_id for each, _ in stays} - {each.pattern_id for each in ways})
        half = any(each in ways for each, _ in stays)
        verb = _verb(ways, old, new)
        own = only and len(ways) == 1
        kind = _which_end(moved, own=own) if verb == "调整为" or half else "线路"
        prefix = _short(ways[0]) if own else ""
        yield f"{prefix}{kind}由{words.name(old)}{verb}{words.name(new)}"


def _verb(ways: Sequence[Direction], old: str, new: str) -> str:
    """Prolonged where only the old terminal is still called at, cut where only the new one was."""
    goes_on = all(each.after and each.renamed.get(old, old) in each.after.names for each in ways)
    was_there = all(new in each.old_names for each in ways)
    if goes_on == was_there:
        return "调整为"
    return "延长至" if goes_on else "缩短至"


def _which_end(moved: Sequence[tuple[Direction, int]], *, own: bool) -> str:
    """起点站 or 终点站 of the line, or of the one direction itself; 首末站 where it is both."""
    origins = {place == (0 if own else each.direction_id % 2) for each, place in moved}
    if len(origins) > 1:
        return "首末站"
    return "起点站" if origins.pop() else "终点站"


def _stops(line: LineDifference, words: Words) -> Iterator[str]:
    ways = {each.pattern_id: each for each in line.directions}
    if line.is_new:
        return
    for what, verb in (("added", "增加"), ("removed", "取消")):
        pairs = line.pairs(what)
        if pairs:
            yield verb + words.counted(pairs, "对")
        for pattern, names in line.singles(what).items():
            yield f"{_short(ways[pattern])}{verb}{words.counted(names, '个单边')}"


def _each_way(line: LineDifference, words: Words) -> Iterator[str]:
    """What is told direction by direction: the stop list, the hours and the length.

    Hours that change alike in every direction are told once.
    """
    title = line_name(line.line)
    hours = {each.pattern_id: _hours_told(each) for each in line.directions}
    every = not any(line.journeys(each) for each in line.directions)
    alike = len(set(hours.values())) == 1 and not line.standing and every
    if alike and any(hours.values()):
        yield f"{title}{'；'.join(next(iter(hours.values())))}。"
    for each in line.directions:
        journeys = line.journeys(each)
        if each.after and journeys == "more":
            yield _more(title, each, each.after, words)
            continue
        if journeys == "fewer":
            yield f"{title}停开{way(each)}。"
            continue
        if each.after is None:
            yield f"{title}撤销{_short(each)}方向。"
            continue
        if each.is_rerouted:
            yield f"{title}{way(each)}调整后停靠站：{words.names(each.after.names)}。"
        told = [*(() if alike else hours[each.pattern_id]), *_length(each)]
        if told:
            yield f"{title}{'；'.join(_short(each) + part for part in told)}。"


def _more(title: str, each: Direction, side: Side, words: Words) -> str:
    """That journeys are added, with headway, length and course.

    One sentence without a semicolon: cut up, its list would be read as that of the whole line.
    """
    mark = MARK if side.hours.indicative else ""
    often = "" if side.hours.departures else "发车间隔"
    told = [f"{often}{side.hours.headway_text}{mark}"] if side.hours.ends else []
    told += _length(each)
    return f"{title}增开{way(each)}（{'、'.join(told)}）：依次停靠{words.names(side.names)}。"


def _hours_told(each: Direction) -> tuple[str, ...]:
    if each.after is None:
        return ()
    return tuple(_hours(each.before.hours if each.before else Hours(), each.after.hours))


def _short(direction: Direction) -> str:
    name = "环线" if direction.is_loop else WAYS[direction.direction_id % 2]
    return f"{name}{_which(direction)}"


def _which(direction: Direction) -> str:
    """The hours of a pattern that shares its direction with others."""
    side = direction.after or direction.before
    return f"〔{side.hours.span_text}班次〕" if side and direction.shared else ""


def _length(each: Direction) -> list[str]:
    if each.before is None or each.after is None:
        return [f"里程{each.after.length_km:.1f}公里{_assumed(each)}"] if each.after else []
    old, new = f"{each.before.length_km:.1f}", f"{each.after.length_km:.1f}"
    return [f"里程由{old}公里调整为{new}公里{_assumed(each)}"] if old != new else []


def _assumed(each: Direction) -> str:
    sides = (each.before, each.after)
    return MARK if any(side and side.length_indicative for side in sides) else ""


def _hours(old: Hours, new: Hours) -> Iterator[str]:
    """First and last bus and the headways, each where it is another."""
    if old == new:
        return
    mark = MARK if old.indicative or new.indicative else ""
    if new.ends is None:
        yield "停止发车"
    elif old.ends is None:
        yield f"首末班时间{new.span_text}{mark}"
        yield f"发车间隔{new.headway_text}{mark}"
    else:
        if old.ends != new.ends:
            yield f"首末班时间由{old.span_text}调整为{new.span_text}{mark}"
            old = old.stretched(*new.ends)
        if old.headway_text != new.headway_text:
            yield from _headways(old, new, mark)


def _headways(old: Hours, new: Hours, mark: str) -> Iterator[str]:
    """Each time of day with another headway; one sentence where it is the whole day."""
    if len(old.spans) == len(new.spans) == 1:
        yield f"发车间隔由{old.headway_text}调整为{new.headway_text}{mark}"
        return
    if old.departures or new.departures:
        yield f"班次由{old.headway_text}调整为{new.headway_text}{mark}"
        return
    edges = sorted({time for hours in (old, new) for span in hours.spans for time in span[:2]})
    for start, end in pairwise(edges):
        was, now = old.headway_at(start), new.headway_at(start)
        if was != now and not (was is None and now is None):
            yield f"{clock(start)}-{clock(end)}{_headway(was, now)}{mark}"


def _headway(was: int | None, now: int | None) -> str:
    if now is None:
        return "停止发车"
    return f"发车间隔{f'由{minutes(was)}' if was else ''}调整为{minutes(now)}"
