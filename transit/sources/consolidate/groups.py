"""Pairs made into groups, one after another, never against what is to stay apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from transit.units import IntArray

Fits = Callable[[list[int], list[int]], bool]


def _always(here: list[int], there: list[int]) -> bool:
    return True


class Groups:
    """A partition of 0 … n − 1 that grows by joining; ``apart`` are pairs that never join."""

    def __init__(self, labels: IntArray, apart: Iterable[tuple[int, int]] = ()) -> None:
        self._of = [int(label) for label in labels]
        self._members: dict[int, list[int]] = {}
        for member, group in enumerate(self._of):
            self._members.setdefault(group, []).append(member)
        self._apart: dict[int, set[int]] = {}
        for one, other in apart:
            self._apart.setdefault(one, set()).add(other)
            self._apart.setdefault(other, set()).add(one)

    def join(self, one: int, other: int, fits: Fits = _always) -> bool:
        """Join the groups of the two if they may be and fit; whether that made one of two."""
        first, second = sorted((self._of[one], self._of[other]))
        if first == second:
            return False
        here, there = self._members[first], self._members[second]
        if self._kept_apart(here, there) or not fits(here, there):
            return False
        for member in there:
            self._of[member] = first
        here += self._members.pop(second)
        return True

    def labels(self) -> IntArray:
        """The smallest member of each one's group."""
        smallest = {group: min(members) for group, members in self._members.items()}
        return np.array([smallest[group] for group in self._of], dtype=np.int64)

    def _kept_apart(self, here: list[int], there: list[int]) -> bool:
        if not self._apart:
            return False
        others = set(there)
        return any(self._apart.get(member, set()) & others for member in here)
