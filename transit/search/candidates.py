"""Every change that a catalogue allows, as scenarios to try, in an order that never varies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from transit.analysis.proximity import PLACE_M
from transit.errors import Problem
from transit.model.network import Network
from transit.model.park import Park
from transit.scenario.change import Change
from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute
from transit.scenario.scenario import Scenario
from transit.scenario.stops import NewStop
from transit.search.catalogue import Catalogue
from transit.search.ground import Courses, Ground

SOURCE = "found by a search over a catalogue of changes; nobody has decided it"


@dataclass(frozen=True)
class Candidate:
    """One thing to try: the changes it is made of, the proposed stops it needs before them.

    ``alike`` is the same for candidates that change the same end or direction by one verb.
    """

    verb: str
    routes: tuple[str, ...]
    what: str
    places: tuple[NewStop, ...]
    changes: tuple[Change, ...]
    alike: tuple[str, ...]

    def scenario(self, name: str) -> Scenario:
        """The candidate as a plain scenario, to be applied, compared or written as YAML."""
        return Scenario(name, (*self.places, *self.changes), self.what, SOURCE)

    def __add__(self, other: Candidate) -> Candidate:
        return Candidate(
            f"{self.verb} + {other.verb}",
            tuple(dict.fromkeys((*self.routes, *other.routes))),
            f"{self.what}; {other.what}",
            tuple(dict.fromkeys((*self.places, *other.places))),
            (*self.changes, *other.changes),
            (*self.alike, *other.alike),
        )


@dataclass(frozen=True)
class Enumeration:
    """All candidates of a catalogue, and what of it could not be used, with why."""

    candidates: tuple[Candidate, ...]
    left_out: tuple[Problem, ...]


@dataclass(frozen=True)
class End:
    """One end of one direction of a line: ``side`` is start or end."""

    direction: int
    side: str
    calls: tuple[str, ...]

    @property
    def outward(self) -> tuple[str, ...]:
        """The calls from the other end out to this one."""
        return self.calls if self.side == "end" else self.calls[::-1]


def enumerate_candidates(network: Network, park: Park, catalogue: Catalogue) -> Enumeration:
    """Every candidate of ``catalogue`` for ``park``, by line, verb, end and stops.

    Raises ``DataError`` with every place that cannot be, and ``UsageError`` for unknown lines.
    """
    ground = Ground.of(network, park, catalogue)
    found: list[Candidate] = []
    left_out = list(ground.left_out)
    for route in ground.routes():
        courses = ground.courses(route)
        directions = [direction for direction, _ in courses]
        if len(set(directions)) < len(directions) or not courses:
            what = "has no pattern" if not courses else "has several patterns in one direction"
            mend = "name the change yourself in a scenario"
            left_out.append(Problem(f"line {ground.line_name(route)}", what, mend))
            continue
        for verb, made in _MAKERS.items():
            if verb in catalogue.verbs:
                found += made(ground, route, courses)
    return Enumeration(tuple(found), tuple(left_out))


def _made(  # noqa: PLR0913  (what a candidate is made of)
    ground: Ground, route: str, what: str, stops: tuple[str, ...], changes: list[Change], at: str
) -> Candidate:
    """The candidate of these ``changes``, with the proposed stops that they need."""
    used = tuple(ground.places[stop] for stop in stops if stop in ground.places)
    verb = str(getattr(changes[0], "verb", ""))
    alike = (verb, route, at)
    told = f"{ground.line_name(route)}: {what}"
    return Candidate(verb, (route,), told, used, tuple(changes), alike)


def _terminals(ground: Ground, courses: Courses) -> list[list[End]]:
    """The ends of a line's directions, those of one terminal together; a loop has one terminal.

    The other direction ends where this one starts.
    """
    ends = [
        End(direction, side, calls) for direction, calls in courses for side in ("start", "end")
    ]
    if any(ground.metres((calls[0], calls[-1])) <= PLACE_M for _, calls in courses):
        return [ends]
    first = [end for end in ends if (end.side == "start") == (end.direction == courses[0][0])]
    return [first, [end for end in ends if end not in first]]


def _extensions(ground: Ground, route: str, courses: Courses) -> Iterator[Candidate]:
    calls = {stop for _, stops in courses for stop in stops}
    for ends in _terminals(ground, courses):
        old = [end.outward[-1] for end in ends]
        for chain in ground.chains(calls):
            if not ground.fits([(stop, *chain) for stop in old]):
                continue
            changes: list[Change] = [
                ExtendLine(
                    line=route, direction_id=end.direction,
                    end="end" if end.side == "end" else "start",
                    stops=chain if end.side == "end" else chain[::-1],
                )
                for end in ends
            ]  # fmt: skip
            what = f"extended from {ground.names(old)} to {ground.names(chain)}"
            yield _made(ground, route, what, chain, changes, ground.names(old))


def _moves(ground: Ground, route: str, courses: Courses) -> Iterator[Candidate]:
    calls = {stop for _, stops in courses for stop in stops}
    for ends in _terminals(ground, courses):
        old = list(dict.fromkeys(end.outward[-1] for end in ends))
        for chain in ground.chains(calls):
            # The chain runs outwards, from what is left of the line to the new terminal.
            *via, to_stop = chain
            near = all(ground.metres((stop, to_stop)) <= ground.catalogue.longest_m for stop in old)
            if not near or not ground.fits([(end.outward[-2], *chain) for end in ends]):
                continue
            changes: list[Change] = [
                MoveOrigin(line=route, from_stop=stop, to_stop=to_stop, via=tuple(via[::-1]))
                for stop in old
            ]
            by = f" by {ground.names(via)}" if via else ""
            what = f"terminal moved from {ground.names(old)} to {ground.name(to_stop)}{by}"
            yield _made(ground, route, what, chain, changes, ground.names(old))


def _reroutes(ground: Ground, route: str, courses: Courses) -> Iterator[Candidate]:
    free = [set(ground.free(set(calls))) for _, calls in courses]
    for stop in ground.targets:
        made = [
            change
            for (direction, calls), open_to in zip(courses, free, strict=True)
            if stop in open_to and (change := _detour(ground, route, direction, calls, stop))
        ]
        several: list[list[Reroute]] = [[change] for change in made]
        several += [made] if len(made) > 1 else []
        for changes in several:
            directions = " and ".join(str(change.direction_id) for change in changes)
            between = f"{ground.name(changes[0].from_stop)} and {ground.name(changes[0].to_stop)}"
            what = f"direction {directions} led by {ground.name(stop)} between {between}"
            yield _made(ground, route, what, (stop,), list(changes), directions)


def _detour(
    ground: Ground, route: str, direction: int, calls: tuple[str, ...], stop: str
) -> Reroute | None:
    """The direction led by ``stop`` where that is the least straight detour, the first of such."""
    hops = [
        (ground.metres((first, stop, second)) - ground.metres((first, second)), place)
        for place, (first, second) in enumerate(pairwise(calls))
    ]
    _, place = min((round(metres, 6), place) for metres, place in hops)
    first, second = calls[place], calls[place + 1]
    if ground.metres((first, stop, second)) > ground.catalogue.longest_m:
        return None
    return Reroute(
        line=route, direction_id=direction, from_stop=first, to_stop=second, via=(stop,),
        from_call=calls[: place + 1].count(first), to_call=calls[: place + 2].count(second),
    )  # fmt: skip


_MAKERS = {"extend_line": _extensions, "move_origin": _moves, "reroute": _reroutes}
