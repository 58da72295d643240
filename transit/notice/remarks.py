"""What is said of a sentence that was not taken as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
        return f"{self.sentence}：{self.why}: {self.what} → {self.mend}"
