"""Texts of a file as messages show them: short, and without characters that terminals act on."""

from __future__ import annotations

import re

from transit.parsing import CONTROL


def shown(text: str, *, at_most: int = 60) -> str:
    """``text`` cut after ``at_most`` letters; control characters and halves of one as U+FFFD."""
    cut = text if len(text) <= at_most else f"{text[:at_most]}…"
    return whole(CONTROL.sub(_NONE, cut)).replace("\n", " ").replace("\t", " ")


def one_line(text: str) -> str:
    """``text`` with a blank for tabs and line breaks, and without byte order marks."""
    return BREAKS.sub(" ", text.replace(MARK, ""))


def whole(text: str) -> str:
    """``text`` with U+FFFD for each half of a character, which JSON can write and no file hold."""
    return HALF.sub(_NONE, text)


MARK = "\ufeff"
"""Begins files; within one it is where two were put together, and is not seen."""
BREAKS = re.compile("[ ]*[\t\n\r\u2028\u2029]+[ ]*")
HALF = re.compile("[\ud800-\udfff]")
_NONE = "\N{REPLACEMENT CHARACTER}"
