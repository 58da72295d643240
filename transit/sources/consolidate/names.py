"""Names of stops as far as they tell a place: what may differ and still be one name."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

ALIKE = 75.0
"""Two names are alike from this share of equal letters on, of 100: one slip in four letters."""


@cache
def plain(name: str) -> str:
    """``name`` in simplified letters of ordinary width, without a bay number: 华富路② is 华富路."""
    text = _simplified().convert(unicodedata.normalize("NFKC", name)).strip()
    return _BAY.sub("", re.sub(r"\s+", " ", text))


@cache
def likeness(name: str, other: str) -> float:
    """How much two plain names are one, 0 … 100; 0 where what differs tells places apart.

    Words for kinds of stops and offices do not count: 观澜街道办 and 观澜街道处 are one at 100.
    """
    first, second = _core(name), _core(other)
    if first == second:
        return 100.0
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Indel

    for edit in Indel.opcodes(first, second):
        changed = first[edit.src_start : edit.src_end] + second[edit.dest_start : edit.dest_end]
        if edit.tag != "equal" and _TELLING.search(changed):
            return 0.0
    return float(fuzz.ratio(first, second))


def _core(name: str) -> str:
    text = _OFFICE.sub("街道办", name)
    return _KIND.sub("", text) or text


@cache
def _simplified() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


_BAY = re.compile(r"(?<=[\u4e00-\u9fff)])\s*(?:\([1-9]\)|[1-9])$")
_OFFICE = re.compile("街道办事处|街道处|街都办|街办|街道办")
_KIND = re.compile(r"(?:公交)?(?:总站|首末站|场站|枢纽站|站)$")
_TELLING = re.compile(r"[东西南北中左右内外上下前后新旧老一二三四五六七八九十甲乙丙0-9a-zA-Z]")
"""Letters that tell neighbouring places apart: 东门 and 西门, 一村 and 二村, 村口 and 新村."""
