"""The network that some of a scenario's changes make: every subset, in the order written."""

from __future__ import annotations

from dataclasses import dataclass, field

from transit.model.network import Network
from transit.scenario.scenario import Scenario

KEPT = 256
"""So many networks are kept at once: enough for every subset of eight changes."""

Made = tuple[Network, frozenset[int]]


@dataclass(frozen=True, eq=False)
class Subsets:
    """What each subset of the ``parts`` of ``scenario`` makes of ``base``.

    A part is one change or several, by their places (0, 1, …); a subset is a number whose bits are
    its parts. A change that cannot be made without one that is absent, such as a line extended to
    a stop that is not there, has no effect in that subset: it is skipped.
    """

    base: Network
    scenario: Scenario
    parts: tuple[tuple[int, ...], ...]
    _kept: dict[int, Made] = field(default_factory=dict)

    def network(self, subset: int) -> Network:
        """The network that ``subset`` makes."""
        return self._made(self._changes(subset))[0]

    def skips(self, subset: int, part: int) -> bool:
        """Whether a change of ``part`` cannot be made in ``subset``."""
        skipped = self._made(self._changes(subset))[1]
        return not skipped.isdisjoint(self.parts[part])

    def needed_by(self, part: int) -> list[int]:
        """The parts without which, all others made, ``part`` cannot be made."""
        everything = (1 << len(self.parts)) - 1
        others = (other for other in range(len(self.parts)) if other != part)
        return [one for one in others if self.skips(everything ^ 1 << one, part)]

    def _changes(self, subset: int) -> int:
        """The places of the changes of ``subset``, as bits."""
        return sum(
            1 << place
            for part, places in enumerate(self.parts)
            if subset >> part & 1
            for place in places
        )

    def _made(self, changes: int) -> Made:
        if not changes:
            return self.base, frozenset()
        if changes not in self._kept:
            last = changes.bit_length() - 1
            before, skipped = self._made(changes ^ 1 << last)
            change = self.scenario.changes[last]
            faulty = bool(change.problems(before))
            made = (before, skipped | {last}) if faulty else (change.apply(before), skipped)
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[changes] = made
        return self._kept[changes]
