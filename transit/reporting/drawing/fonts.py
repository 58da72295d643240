"""Chinese fonts of this machine for matplotlib, and the letters they lack.

matplotlib draws a box, and warns, where a font lacks a letter. A figure for a bureau must not hold
boxes, so letters are looked up before anything is drawn, and what is lacking is an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from transit.errors import DataError, Problem

CHINESE = (
    "Microsoft YaHei", "SimHei", "DengXian", "SimSun",  # Windows
    "PingFang SC", "Heiti SC", "Hiragino Sans GB", "STHeiti", "Songti SC",  # macOS
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Sans CJK JP", "Noto Serif CJK SC",
    "Droid Sans Fallback", "AR PL UMing CN", "AR PL UKai CN", "Arial Unicode MS",
)  # fmt: skip
"""Families with simplified Chinese, the best first."""
_LATIN = "DejaVu Sans"
_MEND = (
    "install one, such as Noto Sans CJK (Debian: apt install fonts-noto-cjk; macOS and Windows "
    "have PingFang SC and Microsoft YaHei), then delete matplotlib's font cache"
)
_PROBE = "线路园区覆盖"
_UNDRAWN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


def family() -> list[str]:
    """The families figures are drawn with: a Chinese one, then matplotlib's own for other signs.

    Raises ``DataError`` with how to mend it where no font of this machine holds Chinese.
    """
    from matplotlib.font_manager import fontManager

    return _family(tuple(sorted({font.name for font in fontManager.ttflist})))


@cache
def _family(known: tuple[str, ...]) -> list[str]:
    found = [name for name in CHINESE if name in known and _holds(name, _PROBE)]
    if not found:
        what = "no font with Chinese letters was found on this machine"
        raise DataError(Problem("figures", what, _MEND))
    return [found[0], _LATIN]


def require_letters(texts: Iterable[str], families: list[str]) -> None:
    """Raise ``DataError`` that names each letter of ``texts`` that no font of ``families`` has."""
    lacking: dict[str, str] = {}
    for text in texts:
        for letter in text:
            if letter.isspace() or letter in lacking or letter in _UNDRAWN:
                continue
            if not any(_holds(name, letter) for name in families):
                lacking[letter] = text
    if lacking:
        raise DataError(
            Problem("figures", f"no font has {letter!r} (U+{ord(letter):04X}), in {text[:40]!r}",
                    "install a font that has it (Noto Sans CJK has most), or rename what holds it")
            for letter, text in lacking.items()
        )  # fmt: skip


def _holds(name: str, letters: str) -> bool:
    return set(map(ord, letters)) <= _letters(name)


@cache
def _letters(name: str) -> frozenset[int]:
    """The code points that the regular face of a family holds; none where it cannot be read."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    try:
        path: Any = findfont(FontProperties(family=[name]), fallback_to_default=False)
        return frozenset(get_font(path).get_charmap())
    except (ValueError, RuntimeError, OSError):
        return frozenset()
