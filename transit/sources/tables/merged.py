"""Merged cells of a sheet: what is meant for several rows, and headers of several rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transit.errors import DataError, Problem
from transit.sources.tables.csv_files import Row

MERGED_AT_MOST = 5_000_000
"""Cells; no two merged ranges of a workbook overlap, so that a sheet that is read has no more."""


@dataclass(frozen=True)
class Merge:
    """A merged range: as the sheet calls it, and its first and last row and column from 1."""

    ref: str
    top: int
    left: int
    bottom: int
    right: int


def spread(grid: list[list[str]], merges: Sequence[Merge], where: str) -> list[str]:
    """Notes on ``merges``; the value of each counts for all its rows, written into ``grid``.

    Across columns nothing is filled in: two columns never mean the same. Raises ``DataError`` for
    ranges that overlap so often that filling them would never end.
    """
    down = [each for each in merges if each.bottom > each.top and each.top <= len(grid)]
    across = [each for each in merges if each.right > each.left and each.top > 1]
    if sum(min(each.bottom, len(grid)) - each.top for each in down) > MERGED_AT_MOST:
        raise DataError(Problem(where, f"merges more than {MERGED_AT_MOST:,} cells", _UNMERGE))
    for merge in down:
        row, place = grid[merge.top - 1], merge.left - 1
        value = row[place] if place < len(row) else ""
        for other in grid[merge.top : merge.bottom] if value.strip() else ():
            other.extend([""] * (merge.left - len(other)))
            other[place] = value
    refs = [each.ref for each in down]
    notes = [f"merged cells count for each of their rows: {_some(refs)}"] if down else []
    wide = [each.ref for each in across]
    return notes + ([f"merged across columns, taken for the first: {_some(wide)}"] if wide else [])


def header_end(rows: Sequence[Row], merges: Sequence[Merge]) -> int:
    """The last row of a header whose cells are merged downward over it; 0 for one of one row."""
    first = next((number for number, row in rows if sum(map(bool, row)) > 1), 0)
    ends = [each.bottom for each in merges if each.top == first and each.bottom > first]
    grouped = any(each.top == first and each.right > each.left for each in merges)
    return max(ends) if ends and grouped else 0


def _some(refs: Sequence[str]) -> str:
    more = f" and {len(refs) - _SHOWN} more" if len(refs) > _SHOWN else ""
    return ", ".join(refs[:_SHOWN]) + more


_SHOWN = 8
_UNMERGE = "unmerge cells, and write the value into each row"
