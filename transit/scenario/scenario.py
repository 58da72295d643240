"""Scenario: an ordered list of changes that turns one network into another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated

from pydantic import Field

from transit.errors import Problem, raise_if
from transit.model.network import Network
from transit.scenario.change import Change
from transit.scenario.headway import ChangeHeadway
from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute
from transit.scenario.origin import Origin, line_of
from transit.scenario.stamp import Stamp
from transit.scenario.stops import NewStop, RemoveStop
from transit.scenario.streets import ChangeStreetSpeed, CloseStreet, OpenStreet, RestrictStreet

AnyChange = Annotated[
    NewStop
    | RemoveStop
    | ExtendLine
    | MoveOrigin
    | Reroute
    | ChangeHeadway
    | OpenStreet
    | CloseStreet
    | RestrictStreet
    | ChangeStreetSpeed,
    Field(discriminator="verb"),
]
VERBS: dict[str, type[Change]] = {
    "new_stop": NewStop,
    "remove_stop": RemoveStop,
    "extend_line": ExtendLine,
    "move_origin": MoveOrigin,
    "reroute": Reroute,
    "change_headway": ChangeHeadway,
    "open_street": OpenStreet,
    "close_street": CloseStreet,
    "restrict_street": RestrictStreet,
    "change_street_speed": ChangeStreetSpeed,
}


@dataclass(frozen=True)
class Scenario:
    """A named, ordered list of changes; ``a + b`` applies ``a``, then ``b``.

    ``status`` is one of ``head.STATUSES``, ``date`` YYYY, YYYY-MM or YYYY-MM-DD, ``network`` what
    it was made for. ``origins`` say at which line of which file changes stand; two scenarios are
    equal wherever they were written.

    >>> from transit.scenario.lines import MoveOrigin
    >>> move = MoveOrigin(line="B919", from_stop="old", to_stop="new")
    >>> len((Scenario("a", (move,)) + Scenario("b")).changes)
    1
    """

    name: str
    changes: tuple[Change, ...] = ()
    title: str = ""
    source: str = ""
    author: str = ""
    date: str = ""
    status: str = ""
    network: Stamp | None = None
    origins: tuple[Origin, ...] = field(default=(), compare=False, repr=False)

    def __add__(self, other: Scenario) -> Scenario:
        return Scenario(
            f"{self.name}+{other.name}",
            self.changes + other.changes,
            " + ".join(filter(None, (self.title, other.title))),
            " ".join(filter(None, (self.source, other.source))),
            " + ".join(dict.fromkeys(filter(None, (self.author, other.author)))),
            max(self.date, other.date),
            self.status if self.status == other.status else "",
            self.network,
            self.origins + other.origins,
        )

    def apply(self, network: Network) -> Network:
        """``network`` with every change made, in the order written; the argument is untouched.

        Raises ``DataError`` with the problems of *all* changes, numbered; a change that changes
        nothing is a problem too.
        """
        changed, problems = _fold(self, network)
        raise_if(problems)
        return changed

    def problems(self, network: Network) -> list[Problem]:
        """Everything that keeps this scenario from being applied to ``network``."""
        return _fold(self, network)[1]

    def without_last(self) -> Scenario:
        """The scenario before its last change was added: undo."""
        return replace(self, changes=self.changes[:-1])


def _told(fault: Problem, unmade: dict[str, int]) -> Problem:
    """``fault``, or that the stop it misses would have come from an earlier, faulty change."""
    for name, number in unmade.items():
        if fault.what == f"no stop is named {name!r}":
            return replace(fault, mend=f"change {number} makes it: mend that one first")
    return fault


def _where(scenario: Scenario, number: int, place: str) -> str:
    """The file and line of a fault of change ``number``, or the scenario where it has none."""
    line = line_of(scenario.origins, scenario.changes[number - 1], place)
    return f"{line or scenario.name} change {number} {place}".rstrip()


def _fold(scenario: Scenario, network: Network) -> tuple[Network, list[Problem]]:
    problems: list[Problem] = []
    unmade: dict[str, int] = {}
    for number, change in enumerate(scenario.changes, 1):
        faults = [_told(fault, unmade) for fault in change.problems(network)]
        if faults:
            unmade |= dict.fromkeys(change.makes, number)
        if not faults:
            changed = change.apply(network)
            if changed.fingerprint() == network.fingerprint():
                faults = [change.fault("", "changes nothing", "correct it or take it out")]
            network = changed
        problems += [
            replace(fault, where=_where(scenario, number, fault.where)) for fault in faults
        ]
    return network, problems
