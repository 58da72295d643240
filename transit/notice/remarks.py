"""What is said of a sentence that was not taken as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

SHOWN = 60
"""Of a longer sentence (a stop list) only so many signs stand in front of a remark."""

Why = Literal[
    "not understood",
    "no line named",
    "unknown line",
    "unknown stop",
    "count differs",
    "needs a position",
    "position proposed",
    "disagrees",
    "names roads",
    "cannot be done",
    "without effect",
]


@dataclass(frozen=True)
class Remark:
    """One sentence: why it was not taken as it stands, what was found, and what to do."""

    sentence: str
    why: Why
    what: str
    mend: str

    def __str__(self) -> str:
        cut = len(self.sentence) > SHOWN
        sentence = f"{self.sentence[:SHOWN]}…" if cut else self.sentence
        return f"{sentence}：{self.why}: {self.what} → {self.mend}"


def commented(remarks: Sequence[Remark]) -> str:
    """The remarks as YAML comments, one a line, to stand above the scenario; empty without any."""
    if not remarks:
        return ""
    head = f"not all of the notice was taken as it stands; remarks: {len(remarks)}"
    told = [head, *(f"{number}. {remark}" for number, remark in enumerate(remarks, 1))]
    # Names are data: a sign that ends a line, or that YAML forbids, would break the file.
    return "".join(f"# {''.join(c if c.isprintable() else ' ' for c in line)}\n" for line in told)
