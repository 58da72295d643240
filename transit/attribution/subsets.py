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
    """What each subset of ``scenario`` makes of ``base``; a subset is a number whose bits it is.

    A change that cannot be made without one that is absent, such as a line extended to a stop
    that is not there, has no effect in that subset: it is skipped.
    """

    base: Network
    scenario: Scenario
    _kept: dict[int, Made] = field(default_factory=dict)

    @property
    def everything(self) -> int:
        """The subset of all changes."""
        return (1 << len(self.scenario.changes)) - 1

    def network(self, subset: int) -> Network:
        """The network that ``subset`` makes."""
        return self._made(subset)[0]

    def skipped(self, subset: int) -> frozenset[int]:
        """The places (0, 1, …) of the changes of ``subset`` that cannot be made in it."""
        return self._made(subset)[1]

    def needed_by(self, place: int) -> list[int]:
        """Places of the changes without which, all others made, this one cannot be made."""
        others = (other for other in range(place))
        return [one for one in others if place in self.skipped(self.everything ^ 1 << one)]

    def _made(self, subset: int) -> Made:
        if not subset:
            return self.base, frozenset()
        if subset not in self._kept:
            last = subset.bit_length() - 1
            before, skipped = self._made(subset ^ 1 << last)
            change = self.scenario.changes[last]
            faulty = bool(change.problems(before))
            made = (before, skipped | {last}) if faulty else (change.apply(before), skipped)
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[subset] = made
        return self._kept[subset]
