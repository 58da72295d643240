"""Two sequences of names side by side: what stays, and the stretches that differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Hunk:
    """One stretch that differs: ``before[start:end]`` became ``after[new_start:new_end]``."""

    start: int
    end: int
    new_start: int
    new_end: int


def kept(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Positions of what stays, in both: a longest common subsequence.

    So the fewest names are taken out and put in. Of several such ways the one is taken that keeps
    the earliest names.
    """
    rows, columns = len(before), len(after)
    most = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            skipped = max(most[i + 1][j], most[i][j + 1])
            most[i][j] = most[i + 1][j + 1] + 1 if before[i] == after[j] else skipped
    pairs, i, j = [], 0, 0
    while i < rows and j < columns:
        if before[i] == after[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif most[i + 1][j] >= most[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def hunks(before: Sequence[str], after: Sequence[str]) -> list[Hunk]:
    """The stretches between what stays, in order; empty where the sequences are equal.

    >>> hunks("A B C".split(), "A X C D".split())
    [Hunk(start=1, end=2, new_start=1, new_end=2), Hunk(start=3, end=3, new_start=3, new_end=4)]
    """
    found, i, j = [], 0, 0
    for stays, stays_new in [*kept(before, after), (len(before), len(after))]:
        if i < stays or j < stays_new:
            found.append(Hunk(i, stays, j, stays_new))
        i, j = stays + 1, stays_new + 1
    return found


def taken_out(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Names of ``before`` that ``after`` has no longer, in order; a repeated call counts each.

    A name that only changed its place in the order is still there.
    """
    names = [name for hunk in hunks(before, after) for name in before[hunk.start : hunk.end]]
    fewer = Counter(before) - Counter(after)
    return [name for place, name in enumerate(names) if names[:place].count(name) < fewer[name]]


def put_in(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Names of ``after`` that ``before`` had not yet, in order; a repeated call counts each."""
    return taken_out(after, before)
