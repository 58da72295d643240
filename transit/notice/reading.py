"""Notices read: the fixed phrases of a text as a scenario, and a list of all that was not read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from transit.errors import TransitError
from transit.model.network import Network
from transit.notice.between import Places
from transit.notice.courses import told_courses
from transit.notice.lookup import Names, new_stops
from transit.notice.phrases import Statement
from transit.notice.remarks import Remark, Why
from transit.notice.service import Said, in_its_hours, opened_line, service_changes
from transit.notice.statements import statements
from transit.scenario.change import Change
from transit.scenario.scenario import Scenario
from transit.scenario.stops import RenameStop

Told = Callable[[Network, str, Sequence[Statement], Names], Said]
Step = tuple[list[Change], list[Remark], Network]


@dataclass(frozen=True, eq=False)
class Reading:
    """A notice as read: the ``scenario``, and ``remarks`` on every sentence not taken as it stands.

    A remark says why: not understood, unknown stop or line, a count that differs, a stop that
    needs a position, or a place in the sequence that was proposed (and is indicative).
    """

    scenario: Scenario
    remarks: tuple[Remark, ...] = ()
    statements: tuple[Statement, ...] = field(default=(), repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """One row a remark: ``sentence``, ``why``, ``what``, ``mend``."""
        rows = [(each.sentence, each.why, each.what, each.mend) for each in self.remarks]
        return pd.DataFrame(rows, columns=["sentence", "why", "what", "mend"])

    @property
    def complete(self) -> bool:
        """Whether everything was read, and nothing had to be proposed."""
        return not self.remarks


def read_notice(  # noqa: PLR0913  (what a notice does not tell, each by name)
    text: str,
    network: Network,
    places: Places | None = None,
    *,
    name: str = "notice",
    year: int | None = None,
    speed_kmh: float | None = None,
) -> Reading:
    """The scenario that a notice's ``text`` tells, on ``network``, with all that was not read.

    ``places`` are positions of stops that the network does not have. ``year`` is that of the facts
    (else the first one in the text, else the newest of the network's stops); ``speed_kmh`` the
    assumed speed of new lines, which have no service here without one. Nothing is guessed in
    silence: what is proposed or left out is a remark.
    """
    names = Names(network, places or {})
    said, remarks = statements(text, names)
    when = year or _year(text, network)
    changes: list[Change] = []
    now = network
    for step in (_renames, _stops, partial(_lines, year=when, speed_kmh=speed_kmh)):
        made, more, now = step(now, said, names)
        changes += made
        remarks += more
    scenario = Scenario(name, tuple(changes), _title(text), "read from a notice")
    return Reading(scenario, _each_once(remarks), tuple(said))


def _year(text: str, network: Network) -> int:
    found = re.search(r"((?:19|20)\d\d)\s*年", text)
    return int(found[1]) if found else int(network.feed.stops["year"].max())


def _each_once(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """The remarks without those that say of a later sentence what was said before."""
    first = {(each.why, each.what): each for each in reversed([*remarks])}
    return tuple(reversed(first.values()))


def _title(text: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first[:100]


def _renames(network: Network, said: Sequence[Statement], names: Names) -> Step:
    made: list[Change] = []
    remarks = []
    for each in said:
        if each.kind != "rename":
            continue
        old = names.known(each.old[0])
        if old is None:
            remarks.append(names.unknown(each, each.old[0]))
            continue
        change = RenameStop(stop=old, stop_name=names.written(each.new[0]))
        network, faults = tried(network, change, each)
        remarks += faults
        made += [] if faults else [change]
        names.follow(network)
        names.rename(old, change.stop_name)
    return made, remarks, network


def _stops(network: Network, said: Sequence[Statement], names: Names) -> Step:
    wanted = [name for each in said if each.kind != "rename" for name in (*each.new, each.towards)]
    made: list[Change] = []
    for change in new_stops(network, wanted, names):
        network, faults = tried(network, change, None)
        made += [] if faults else [change]
    names.follow(network)
    return made, [], network


def _lines(
    network: Network,
    said: Sequence[Statement],
    names: Names,
    *,
    year: int,
    speed_kmh: float | None,
) -> Step:
    made: list[Change] = []
    remarks: list[Remark] = []
    for line, about in _by_line(said).items():
        if any(each.kind == "open" for each in about):
            new = partial(opened_line, speed_kmh=speed_kmh, year=year)
            steps: list[Told] = [new]
        else:
            steps = [told_courses, service_changes]
        for step in steps:
            changes, told = step(network, line, about, names)
            remarks += told
            for change, statement in changes:
                fitted = in_its_hours(network, change, year)
                network, faults = tried(network, fitted, statement)
                remarks += faults
                made += [] if faults else [fitted]
    return made, remarks, network


def _by_line(said: Iterable[Statement]) -> Mapping[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for each in said:
        if each.kind not in ("rename", "aside"):
            for line in each.lines:
                found.setdefault(line, []).append(each)
    return found


def tried(
    network: Network, change: Change, about: Statement | None
) -> tuple[Network, list[Remark]]:
    """``network`` with the change made, or what keeps it from being made."""
    sentence = about.text if about else change.label
    faults = change.problems(network)
    if not faults:
        try:
            changed = change.apply(network)
        except TransitError as error:
            faults = list(error.problems)
        else:
            if changed.fingerprint() != network.fingerprint():
                return changed, []
            return network, [Remark(sentence, "without effect", "it is so already", "nothing")]
    why: Why = "cannot be done"
    return network, [Remark(sentence, why, fault.what, fault.mend) for fault in faults]
