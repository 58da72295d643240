"""The table of merges as the planner gives it back: what was changed in its ``keep`` column."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from transit.errors import Problem, UsageError, raise_if

NEEDED = ("merge_id", "proposed", "keep")
_WORDS = {
    "yes": True, "y": True, "true": True, "1": True, "是": True, "保留": True,
    "no": False, "n": False, "false": False, "0": False, "否": False, "不": False,
}  # fmt: skip


@dataclass(frozen=True)
class Review:
    """What the planner decided otherwise than was proposed: keep or not, by ``merge_id``."""

    changed: dict[str, bool] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)

    def wants(self, merge_id: str, *, proposed: bool) -> bool:
        """Whether to make this merge: as the planner says, or else as proposed."""
        return self.changed.get(merge_id, proposed)


def review_of(table: pd.DataFrame | None) -> Review:
    """The changes in ``table``; an empty ``keep`` is as proposed.

    Raises ``DataError`` with every cell that says neither yes nor no, ``UsageError`` when it is
    not a table of merges at all.
    """
    if table is None:
        return Review()
    lacking = [name for name in NEEDED if name not in table]
    if lacking:
        mend = "give the table of merges that an earlier run wrote"
        raise UsageError(Problem("review", f"has no column {', '.join(lacking)}", mend))
    problems = []
    changed: dict[str, bool] = {}
    rows: dict[str, str] = {}
    for number, (key, proposed, keep) in enumerate(table[list(NEEDED)].itertuples(index=False), 2):
        said, was = _truth(keep), _truth(proposed)
        for name, text, truth in (("keep", keep, said), ("proposed", proposed, was)):
            if truth is None and _text(text):
                problems.append(Problem(f"review row {number} {name}", f"{text!r} is neither",
                                        "write yes or no"))  # fmt: skip
        if said is not None and said != was:
            if str(key) in changed and changed[str(key)] != said:
                what = f"says otherwise than {rows[str(key)]}"
                problems.append(Problem(f"review row {number}", what, "keep one of the rows"))
            changed[str(key)], rows[str(key)] = said, f"row {number}"
    raise_if(problems)
    return Review(changed, rows)


def _truth(cell: object) -> bool | None:
    return _WORDS.get(_text(cell).casefold())


def _text(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell).strip()  # noqa: PLR0124
