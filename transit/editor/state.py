"""What an editing session holds: the steps taken so far, those undone, and what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from transit.analysis.brief import Brief, brief
from transit.comparison import gates_cut_off
from transit.errors import Problem, TransitError, raise_if
from transit.model.network import Network
from transit.model.park import Park
from transit.scenario.change import Change
from transit.scenario.scenario import Scenario
from transit.scenario.stamp import Stamp

NEW_NAME = "edited"
"""The name of a scenario that is begun in the editor."""


@dataclass(frozen=True, eq=False)
class Step:
    """What one gesture changed, and the brief of the network with it."""

    changes: tuple[Change, ...]
    after: Brief


@dataclass(frozen=True, eq=False)
class EditorState:
    """One moment of an editing session; every function of ``editor`` turns one into the next.

    ``head`` is the scenario without its changes, ``before`` the brief of the network as it is
    today, ``undone`` the steps that can be taken again (the next one last), ``pattern`` the id of
    the course picked (empty: none), ``faults`` what keeps the last gesture from being a change.
    """

    head: Scenario
    before: Brief
    year: int
    steps: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()
    pattern: str = ""
    faults: tuple[Problem, ...] = ()

    @property
    def scenario(self) -> Scenario:
        """Everything done so far, in order, as a scenario."""
        changes = tuple(change for step in self.steps for change in step.changes)
        return replace(self.head, changes=changes)

    @property
    def after(self) -> Brief:
        """The brief of the network with everything done so far."""
        return self.steps[-1].after if self.steps else self.before

    @property
    def network(self) -> Network:
        """The network with everything done so far."""
        return self.after.network

    @property
    def park(self) -> Park:
        """The park that the figures speak of."""
        return self.before.park


def opened(
    network: Network,
    park: Park,
    scenario: Scenario | None = None,
    *,
    limit_m: float = 500,
    year: int | None = None,
) -> EditorState:
    """The session at its beginning, with each change of ``scenario`` as a step of its own.

    ``year`` is what new stops and headways describe; left out, the year of most stops. Raises
    ``DataError`` with every fault of ``scenario``, and what ``brief`` raises.
    """
    given = scenario or Scenario(NEW_NAME, network=Stamp.of(network))
    before = brief(network, park, limit_m=limit_m)
    raise_if(_kept_out(before, given, given.apply(network)))
    years = network.feed.stops["year"].mode()
    of_year = year or (int(years[0]) if len(years) else int(given.date[:4] or 1900))
    state = EditorState(replace(given, changes=()), before, of_year)
    for change in given.changes:
        state = edited(state, (change,))
    return state


def edited(state: EditorState, changes: Sequence[Change]) -> EditorState:
    """The session with one step more, or with ``faults`` and nothing else changed."""
    step = Scenario(state.head.name, tuple(changes))
    try:
        network = step.apply(state.network)
    except TransitError as error:
        return refused(state, error.problems)
    faults = _kept_out(state.before, step, network)
    if faults:
        return refused(state, faults)
    after = replace(state.before, network=network)
    done = replace(state, steps=(*state.steps, Step(step.changes, after)), undone=(), faults=())
    return picked(done, state.pattern)


def refused(state: EditorState, problems: Sequence[Problem]) -> EditorState:
    """The same session with what was wrong about the last gesture."""
    return replace(state, faults=tuple(problems))


def undone(state: EditorState) -> EditorState:
    """The session before its last step; the same where there is none."""
    if not state.steps:
        return replace(state, faults=())
    *kept, last = state.steps
    back = replace(state, steps=tuple(kept), undone=(*state.undone, last), faults=())
    return picked(back, state.pattern)


def redone(state: EditorState) -> EditorState:
    """The session with the step that was undone last; the same where there is none."""
    if not state.undone:
        return replace(state, faults=())
    *left, last = state.undone
    again = replace(state, steps=(*state.steps, last), undone=tuple(left), faults=())
    return picked(again, state.pattern)


def picked(state: EditorState, pattern: str) -> EditorState:
    """The session with this pattern picked; none where the network has no such pattern."""
    known = pattern in set(state.network.feed.patterns["pattern_id"])
    return replace(state, pattern=pattern if known else "")


def _kept_out(before: Brief, scenario: Scenario, network: Network) -> list[Problem]:
    """Gates from which no walk could be measured any more, as ``compare`` has it."""
    return gates_cut_off(before.network, scenario, network, (before.park,))
