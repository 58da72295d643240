"""The review table: one row a merge or repair, with the planner's yes or no."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from transit.errors import Problem, raise_if

COLUMNS = (
    "merge_id", "keep", "rule", "stop_name", "other_name", "lines", "visits", "other_visits",
    "distance_m", "likeness", "reason", "lon", "lat", "stop_id",
)  # fmt: skip
"""``stop_name`` is the name kept and ``other_name`` what was merged into it; ``likeness`` of the
names, 0 … 100; ``lon`` and ``lat`` (WGS-84) are where it is; ``stop_id`` is the stop it made."""
_TRUTHS = {
    **dict.fromkeys(("yes", "y", "true", "1", "是", "保留", "合并"), True),
    **dict.fromkeys(("no", "n", "false", "0", "否", "不", "拆开"), False),
}


@dataclass(eq=False)
class Review:
    """What the planner decided so far, and the rows of this time."""

    answers: dict[str, bool] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def decide(self, *, rule: str, subject: Iterable[object], default: bool, **told: Any) -> bool:  # noqa: ANN401
        """Whether the merge or repair of ``subject`` holds; the row is listed either way.

        ``subject`` names what is merged by what the source says, so that the row has the same
        ``merge_id`` whenever the same file is read.
        """
        key = "|".join(map(str, (rule, *subject)))
        merge_id = hashlib.sha256(key.encode()).hexdigest()[:12]
        keep = self.answers.get(merge_id, default)
        self.rows.append(
            {"merge_id": merge_id, "keep": "yes" if keep else "no", "rule": rule} | told
        )
        return keep

    def unused(self) -> list[str]:
        """Ids that the planner answered and that do not occur."""
        found = {row["merge_id"] for row in self.rows}
        return [key for key in self.answers if key not in found]

    def table(self) -> pd.DataFrame:
        """All rows so far, in the columns of ``COLUMNS``."""
        return pd.DataFrame(self.rows, columns=list(COLUMNS))


def read_answers(table: pd.DataFrame | None) -> Review:
    """The answers in a review ``table``: ``merge_id`` and ``keep`` (yes or no, 是 or 否).

    Raises ``DataError`` naming every row whose answer is neither.
    """
    if table is None:
        return Review()
    lacking = [name for name in ("merge_id", "keep") if name not in table]
    mend = "give the merges.csv of an import, its keep column filled in"
    raise_if([Problem("review", f"column {name!r} is missing", mend) for name in lacking])
    texts = table["keep"].astype(str).str.strip().str.casefold()
    raise_if(
        [
            Problem(
                f"review row {row + 2} keep", f"{text!r} is neither yes nor no", "write yes or no"
            )
            for row, text in enumerate(texts)
            if text not in _TRUTHS
        ]
    )
    ids = table["merge_id"].astype(str).str.strip()
    return Review(dict(zip(ids, map(_TRUTHS.__getitem__, texts), strict=True)))
