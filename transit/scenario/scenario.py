"""Scenario: an ordered list of changes that turns one network into another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Union

from pydantic import Field

from transit.card import Card
from transit.errors import Problem, raise_if
from transit.model.network import Network
from transit.scenario.add_line import AddLine
from transit.scenario.barriers import CloseStopSide, PutBarrier
from transit.scenario.change import Change
from transit.scenario.headway import ChangeDwell, ChangeHeadway, ChangeSpeed
from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute, ReverseLine, TruncateLine
from transit.scenario.merge import MergeLines
from transit.scenario.origin import Origin, line_of
from transit.scenario.span import AddPeriod, ChangeSpan, RemovePeriod
from transit.scenario.stamp import Stamp
from transit.scenario.stops import MoveStop, NewStop, RemoveStop, RenameStop
from transit.scenario.streets import ChangeStreetSpeed, CloseStreet, OpenStreet, RestrictStreet
from transit.scenario.unread import Unread, untried
from transit.scenario.whole_lines import RemoveLine, SplitLine
from transit.terms import DEFAULT

_CHANGES: tuple[type[Change], ...] = (
    NewStop, RemoveStop, MoveStop, RenameStop,
    ExtendLine, TruncateLine, MoveOrigin, Reroute, ReverseLine,
    AddLine, RemoveLine, SplitLine, MergeLines,
    ChangeHeadway, ChangeSpan, AddPeriod, RemovePeriod, ChangeSpeed, ChangeDwell,
    OpenStreet, CloseStreet, RestrictStreet, ChangeStreetSpeed, PutBarrier, CloseStopSide,
)  # fmt: skip
"""Every verb; a new one joins here."""
VERBS: dict[str, type[Change]] = {kind.model_fields["verb"].default: kind for kind in _CHANGES}
AnyChange: Any = Annotated[Union[_CHANGES], Field(discriminator="verb")]  # noqa: UP007
"""What a change in a file may be: the class that its verb names."""


@dataclass(frozen=True)
class Scenario:
    """A named, ordered list of changes; ``a + b`` applies ``a``, then ``b``.

    ``status`` is one of ``head.Status``, ``date`` YYYY, YYYY-MM or YYYY-MM-DD, ``network`` what
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

    def card(self, language: str = DEFAULT) -> Card:
        """What a notebook shows of it, in ``zh-CN`` or ``en``; ``UsageError`` for others."""
        from transit.scenario.shown import scenario_card

        return scenario_card(self, language)

    def _repr_html_(self) -> str:
        return self.card().html()


def _told(fault: Problem, unmade: dict[str, int]) -> Problem:
    """``fault``, or that the name it misses would have come from an earlier, faulty change."""
    for name, number in unmade.items():
        if fault.what in (f"no stop is named {name!r}", f"no line is named {name!r}"):
            return replace(fault, mend=f"change {number} makes it: mend that one first")
    return fault


def _where(scenario: Scenario, number: int, place: str) -> str:
    """The file and line of a fault of change ``number``, or the scenario where it has none."""
    line = line_of(scenario.origins, scenario.changes[number - 1], place)
    return f"{line or scenario.name} change {number} {place}".rstrip()


def _fold(scenario: Scenario, network: Network) -> tuple[Network, list[Problem]]:
    problems: list[Problem] = []
    unmade: dict[str, int] = {}
    missing: list[Unread] = []
    for number, change in enumerate(scenario.changes, 1):
        skipped = untried(change, missing)
        if skipped is not None:
            missing.append(skipped)
            continue
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
