"""Names of lines as web maps write them: ``650路(锦程文丰公交场站-凤凰山脚)`` in its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class LineName:
    """The parts of a line's name.

    ``short_name`` is what passengers call it: without 路 behind a number, letters in
    capitals. ``direction`` is the word in it that tells one (左环, 大芬地铁站方向), ``origin`` and
    ``destination`` the ends in brackets; all are empty where the name does not tell them.
    """

    short_name: str
    origin: str = ""
    destination: str = ""
    direction: str = ""


def line_name(written: str) -> LineName:
    """The parts of the line name ``written``: ``number(remark)(from-to)``, all but one optional."""
    rest = re.sub("[-—–]+", "-", written.translate(_PLAIN_WIDTH).strip())
    origin = destination = ""
    name, inner = _last_bracket(rest)
    ends = _ends(inner)
    if ends:
        origin, destination = ends
        rest = name
    direction = ""
    name, inner = _last_bracket(rest)
    while inner:
        if _DIRECTION.fullmatch(inner):
            direction = inner
        elif not (_FORMER.match(inner) or _LOOP.fullmatch(inner) or _ends(inner) == ends):
            break
        rest = name
        name, inner = _last_bracket(rest)
    told = _TOLD.fullmatch(rest)
    if told:
        rest, direction = told[1], told[2]
    return LineName(short_name(rest), origin, destination, direction)


def short_name(text: str) -> str:
    """``m450路`` as M450: letters in capitals, without the 路 behind a number."""
    plain = text.translate(_PLAIN_WIDTH).strip()
    capital = "".join(each.upper() if each.isascii() else each for each in plain)
    number = _PLAIN.fullmatch(capital)
    return number[1] if number else capital


def _last_bracket(text: str) -> tuple[str, str]:
    """What stands before the last bracket, if ``text`` ends in one, and what is in it."""
    if not text.endswith(")"):
        return text, ""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] == ")") - (text[place] == "(")
        if depth == 0:
            return (text[:place].strip(), text[place + 1 : -1].strip()) if place else (text, "")
    return text, ""


def _ends(inner: str) -> tuple[str, str] | None:
    """Both ends of ``from-to``, divided by the one hyphen that is in no bracket."""
    depth, marks = 0, []
    for place, letter in enumerate(inner):
        depth += (letter == "(") - (letter == ")")
        if letter == "-" and depth == 0:
            marks.append(place)
    if len(marks) != 1 or _FORMER.match(inner):
        return None
    ends = inner[: marks[0]].strip(), inner[marks[0] + 1 :].strip()
    return ends if all(ends) else None


_PLAIN = re.compile("(.*[0-9][A-Z]?)路")
# Full width letters and marks as plain ones; NFKC would also make the ② of a stop a 2.
_PLAIN_WIDTH = {0x3000: " "} | {0xFF01 + place: 0x21 + place for place in range(94)}
_WAYS = "左环|右环|内环|外环|顺时针|逆时针|上行|下行"
_DIRECTION = re.compile(rf"(?:{_WAYS})(?:线|方向)?|.+方向")
_TOLD = re.compile(rf"(.+[路线号])({_WAYS})")
_FORMER = re.compile("原|旧")
_LOOP = re.compile("环线|单循环|双环|环行|循环")
