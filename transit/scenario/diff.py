"""What two scenarios have in common, and what only one of them changes."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from transit.scenario.change import Change
from transit.scenario.scenario import Scenario
from transit.scenario.words import change_words, is_indicative

DIFF_COLUMNS = ["where", "number_a", "number_b", "verb", "change", "indicative"]


@dataclass(frozen=True)
class ScenarioDiff:
    """Changes of two scenarios, ``a`` and ``b``, by their place in each (from 1; 0 is nowhere).

    Two changes are the same where they do the same: notes and sources do not count.
    """

    a: Scenario
    b: Scenario
    pairs: tuple[tuple[int, int], ...]

    @property
    def only_a(self) -> tuple[Change, ...]:
        """Changes that only ``a`` makes."""
        return tuple(self.a.changes[a - 1] for a, b in self.pairs if not b)

    @property
    def only_b(self) -> tuple[Change, ...]:
        """Changes that only ``b`` makes."""
        return tuple(self.b.changes[b - 1] for a, b in self.pairs if not a)

    @property
    def both(self) -> tuple[Change, ...]:
        """Changes that both make, as ``a`` has them."""
        return tuple(self.a.changes[a - 1] for a, b in self.pairs if a and b)

    @property
    def same_order(self) -> bool:
        """Whether the changes that both make stand in the same order in both."""
        order = [b for a, b in sorted(self.pairs) if a and b]
        return order == sorted(order)

    @property
    def table(self) -> pd.DataFrame:
        """One row a change, ``DIFF_COLUMNS``; ``where`` is ``a``, ``b`` or ``both``."""
        rows = []
        for a, b in self.pairs:
            change = self.a.changes[a - 1] if a else self.b.changes[b - 1]
            where = "both" if a and b else "a" if a else "b"
            rows.append((where, a, b, getattr(change, "verb", ""), change_words(change),
                         is_indicative(change)))  # fmt: skip
        return pd.DataFrame(rows, columns=DIFF_COLUMNS)


def diff_scenarios(a: Scenario, b: Scenario) -> ScenarioDiff:
    """What ``a`` and ``b`` change alike and what only one of them does.

    Swapping the arguments swaps ``only_a`` and ``only_b``. A change made twice counts twice.
    """
    left: dict[Change, list[int]] = {}
    for number, change in enumerate(b.changes, 1):
        left.setdefault(_deed(change), []).append(number)
    pairs = []
    for number, change in enumerate(a.changes, 1):
        same = left.get(_deed(change))
        pairs.append((number, same.pop(0) if same else 0))
    pairs += [(0, number) for numbers in left.values() for number in numbers]
    return ScenarioDiff(a, b, tuple(sorted(pairs, key=lambda pair: (pair[0] == 0, *pair))))


def _deed(change: Change) -> Change:
    return change.model_copy(update={"note": "", "source": ""})
