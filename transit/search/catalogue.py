"""What a search may try, and what it may cost: plain values, checked before anything is done."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from transit.errors import Problem
from transit.scenario.scenario import Scenario
from transit.scenario.stops import NewStop

Verb = Literal["extend_line", "move_origin", "reroute"]
VERBS: tuple[Verb, ...] = get_args(Verb)
MOST_STOPS = 3


@dataclass(frozen=True)
class Catalogue:
    """Which changes a search may make of which lines, to which stops. Metres are straight.

    ``lines_within_m``: a line may be changed when it calls within this of the park's outline;
    with ``lines`` (ids or short names) only these. ``stops_within_m``: the stops and ``places``
    (proposed stops, as ``new_stop`` changes) it may be led to stand within this of the outline.
    ``longest_m``: the new hops at one end, or the two a detour is made of, together are not
    longer. ``most_stops``: how many stops an end may gain at once; these lie ``on_the_way``: in one
    direction at least the way by them is at most that many times the straight line.
    """

    verbs: tuple[Verb, ...] = VERBS
    lines_within_m: float = 1000
    stops_within_m: float = 500
    longest_m: float = 3000
    most_stops: int = 2
    on_the_way: float = 1.2
    lines: tuple[str, ...] = ()
    places: tuple[NewStop, ...] = ()

    def problems(self) -> list[Problem]:
        """Every value that no search can go by."""
        found = [
            Problem("catalogue verbs", f"verb {verb!r} cannot be searched", _USE_VERBS)
            for verb in self.verbs
            if verb not in VERBS
        ]
        if not self.verbs:
            found.append(Problem("catalogue verbs", "no verb is allowed", _USE_VERBS))
        for name in ("lines_within_m", "stops_within_m", "longest_m"):
            found += _unless(0 < getattr(self, name) < math.inf, name, self, "give metres above 0")
        straight = 1 <= self.on_the_way <= 10
        found += _unless(straight, "on_the_way", self, "give a ratio, 1 to 10")
        whole = isinstance(self.most_stops, int) and 1 <= self.most_stops <= MOST_STOPS
        found += _unless(whole, "most_stops", self, f"give a whole number, 1 to {MOST_STOPS}")
        ids = [place.stop_id for place in self.places]
        found += [
            Problem("catalogue places", f"stop_id {one!r} is given twice", "give each its own id")
            for one in sorted(set(ids))
            if ids.count(one) > 1
        ]
        return found


@dataclass(frozen=True)
class Budget:
    """What a suggestion may cost more than today; ``None`` is no limit.

    ``vehicles`` in the busiest period and ``km_a_day`` driven in service, at today's headways.
    """

    vehicles: int | None = None
    km_a_day: float | None = None

    def problems(self) -> list[Problem]:
        """Every value that is no budget."""
        mend = "give 0 or more, or nothing for no limit"
        return [
            fault
            for name in ("vehicles", "km_a_day")
            if getattr(self, name) is not None
            for fault in _unless(0 <= getattr(self, name) < math.inf, name, self, mend)
        ]


def proposed_places(scenarios: Iterable[Scenario]) -> tuple[NewStop, ...]:
    """The new stops of some scenarios as places for a catalogue, each once."""
    changes = (change for scenario in scenarios for change in scenario.changes)
    return tuple(dict.fromkeys(change for change in changes if isinstance(change, NewStop)))


_USE_VERBS = f"use some of {', '.join(VERBS)}"


def _unless(holds: bool, name: str, of: object, mend: str) -> list[Problem]:  # noqa: FBT001
    where = f"{type(of).__name__.lower()} {name}"
    return [] if holds else [Problem(where, f"{getattr(of, name)!r} cannot be", mend)]
