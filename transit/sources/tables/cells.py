"""Lists inside one cell: names, and pairs of longitude and latitude, as texts."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from typing import Any

from transit.sources.tables.shown import HALF, one_line

SEPARATORS = ("、", "→", "—>", "->", "|", "；", ";", "，", ",", "——", "—", "--", "-")
"""Marks between names of stops, the surest first: names may hold the last ones themselves."""


def is_literal(text: str) -> bool:
    """Whether ``text`` is written as a list of a programming language, Python's or JSON."""
    return text.startswith("[") or (text.startswith("(") and text.endswith(")"))


def literal(text: str) -> list[Any]:
    """The list that ``text`` writes, in JSON or as Python shows one; nothing is executed.

    Raises ``ValueError``, saying how to mend it.
    """
    try:
        content = json.loads(_as_json(text))
    except (ValueError, RecursionError):
        content = _python_literal(text)
    if not isinstance(content, (list, tuple)):
        raise ValueError(_WRITE)  # noqa: TRY004  (a fault of the text, not of the caller)
    if "\\" in text and HALF.search(json.dumps(content, ensure_ascii=False, default=str)):
        raise ValueError("write whole characters: \\ud800 is half of one")
    return list(content)


def _as_json(text: str) -> str:
    """``text`` with " for ', the same list where it holds neither a " nor a backslash."""
    return text if '"' in text or "\\" in text else text.replace("'", '"')


def _python_literal(text: str) -> Any:  # noqa: ANN401
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise ValueError(_WRITE) from None


def separator_of(texts: Iterable[str]) -> str:
    """The mark that divides names in most of ``texts``, empty when none does."""
    filled = [text for text in texts if text]
    marks = (mark for mark in SEPARATORS if 2 * sum(mark in each for each in filled) > len(filled))
    return next(marks, "")


def names_of(text: str, separator: str) -> list[str]:
    """The names that a cell lists; raises ``ValueError`` when the list cannot be read."""
    if is_literal(text):
        items = literal(text)
        if any(not isinstance(item, (str, int, float)) or isinstance(item, bool) for item in items):
            raise ValueError("write names only: ['A', 'B']")
        return [one_line(str(item)).strip() for item in items]
    return [name.strip() for name in text.split(separator)] if separator else [text]


def pairs_of(text: str) -> list[tuple[str, str]]:
    """Pairs of texts of a cell: a list of "lon,lat", of [lon, lat], or ``lon,lat;lon,lat``.

    Pairs that cannot be read come back as they are written, with an empty second part, so that
    the fault can name them. Raises ``ValueError`` when there is no list at all.
    """
    if not is_literal(text):
        return [_pair(item) for item in re.split(r"[;；|]", text.strip(" ;；|"))]
    return [_pair(item) for item in literal(text)]


def _pair(item: Any) -> tuple[str, str]:  # noqa: ANN401
    if isinstance(item, str):
        parts = item.split(",") if "," in item else re.split(r"[，\s]+", item.strip())
    elif isinstance(item, (list, tuple)):
        parts = [str(part) for part in item]
    else:
        parts = [str(item)]
    return (parts[0].strip(), parts[1].strip()) if len(parts) == 2 else (",".join(parts), "")


_WRITE = "write it as ['A', 'B'] or A、B; quotes and brackets must be closed"
