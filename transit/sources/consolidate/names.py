"""How two names of stops differ: in writing, in the bay, in words that say nothing, by a slip.

No answer here joins anything: a name is only asked about where distance has spoken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from transit.sources.consolidate.limits import ALIKE
from transit.units import FloatArray, IntArray

Kinship = Literal[
    "same", "writing", "bay", "office", "terminus", "slip", "telling", "alike", "other"
]
"""What two names have in common, nearest first.

============  ====================================================================
`same`        the same letters
`writing`     the same but for full width, traditional letters, spaces, capitals
`bay`         the same but for the number of the bay: 站①, 站2, 站
`office`      the same but for the words for a street office: 街道办, 街道处, 办事处
`terminus`    the same but for 站, 总站, 公交首末站 … or what is in brackets
`slip`        one letter differs (two in long names), and not one that tells places apart
`telling`     as few letters differ, and one of them tells places apart: 一村, 二村
`alike`       at least 70 of 100 alike
`other`       none of these
============  ====================================================================
"""
KINSHIPS: tuple[Kinship, ...] = get_args(Kinship)
_SLIP, _TOLD = KINSHIPS.index("slip"), KINSHIPS.index("telling")


@dataclass(frozen=True, eq=False)
class Names:
    """The names of a table and, by position, their forms: each drops more of the name."""

    names: Sequence[str]
    written: npt.NDArray[Any]
    bare: npt.NDArray[Any]
    office: npt.NDArray[Any]
    place: npt.NDArray[Any]

    def kinship(self, one: IntArray, other: IntArray) -> tuple[IntArray, FloatArray]:
        """Rank in ``KINSHIPS`` and likeness (0 … 100) of the names at ``one`` and ``other``."""
        from rapidfuzz import fuzz, process

        alike = np.asarray(
            process.cpdist(list(self.bare[one]), list(self.bare[other]), scorer=fuzz.ratio),
            dtype=np.float64,
        )
        same = [
            one == other,
            *(form[one] == form[other]
              for form in (self.written, self.bare, self.office, self.place)),
        ]  # fmt: skip
        few = np.full(len(one), len(KINSHIPS))
        for row in np.flatnonzero((alike >= _FEW_ALIKE) & ~np.any(same, axis=0)):
            few[row] = _few_letters(self.bare[one[row]], self.bare[other[row]])
        rank = np.select(
            [*same, few == _SLIP, few == _TOLD, alike >= ALIKE],
            np.arange(len(KINSHIPS) - 1),
            default=len(KINSHIPS) - 1,
        )
        return rank.astype(np.int64), alike


def names_of(names: Sequence[str]) -> Names:
    """The forms of each name of ``names``."""
    forms = [(written, bare(written)) for written in map(written_form, names)]
    offices = [_OFFICE.sub("街道办", one) for _, one in forms]
    return Names(
        names,
        _texts(written for written, _ in forms),
        _texts(one for _, one in forms),
        _texts(offices),
        _texts(map(_place, offices)),
    )


def written_form(name: str) -> str:
    """``name`` in simplified letters, half width and small, without spaces."""
    plain = unicodedata.normalize("NFKC", _simplified().convert(name))
    return "".join(plain.casefold().split())


def bare(written: str) -> str:
    """A written form without the number of a bay behind Chinese letters."""
    return _BAY.sub("", written)


def shown(name: str) -> str:
    """``name`` as written, without a bay's number in a circle or in brackets at its end."""
    return _CIRCLED.sub("", name.strip()) or name


def without_bay(name: str) -> str:
    """``name`` as written, without the number of a bay in any form at its end."""
    return _BAY.sub("", shown(name)) or name


def _few_letters(one: str, other: str) -> int:
    """Rank of `slip` or `telling` where only a letter or two differ, else past all ranks."""
    from rapidfuzz.distance import Levenshtein

    shorter = min(len(one), len(other))
    steps = Levenshtein.editops(one, other)
    if len(steps) > (1 if shorter < 8 else 2):
        return len(KINSHIPS)
    changed = {one[step.src_pos] for step in steps if step.tag != "insert"}
    changed |= {other[step.dest_pos] for step in steps if step.tag != "delete"}
    if changed & _TELLING:
        return _TOLD
    return _SLIP if shorter >= 3 else len(KINSHIPS)


def _place(name: str) -> str:
    return _TERMINUS.sub("", _BRACKETS.sub("", name)) or name


def _texts(texts: Any) -> npt.NDArray[Any]:  # noqa: ANN401
    return np.array(list(texts), dtype=object)


@lru_cache(maxsize=1)
def _simplified() -> Any:  # noqa: ANN401
    from opencc import OpenCC

    return OpenCC("t2s")


_FEW_ALIKE = 50.0  # one letter of two
_BAY = re.compile(r"(?<=[\u3400-\u9fff])(?:[0-9]{1,2}|\([0-9]{1,2}\))$")
_CIRCLED = re.compile(r"[①-⑳⑴-⒇⒈-⒛]$")
_BRACKETS = re.compile(r"\([^()]*\)")
_OFFICE = re.compile(r"街道办事处|街道办|街道处|街都办|办事处")
_TERMINUS = re.compile(r"(?:公交)?(?:首末|总|场|始发|枢纽|临时)?站$")
_TELLING = frozenset("0123456789abcdefghijklmnopqrstuvwxyz一二三四五六七八九十百两零"
                     "东西南北中上下前后左右里外内甲乙丙丁大小新旧老")  # fmt: skip
"""Letters that tell two places apart however alike their names are: 一村 is not 二村."""
