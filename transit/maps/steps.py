"""Which change of a scenario made what the difference view draws.

A scenario is followed change by change, in the order written: a change made what differs between
the network that those before it leave and the network with it as well. So what a page draws of
the whole difference falls to changes, and nothing is drawn that is not part of the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Literal

from shapely.geometry.base import BaseGeometry

from transit.analysis.brief import Brief
from transit.analysis.catchment import Kind
from transit.maps.changed import AreaChange, area_change, polygons, stop_changes
from transit.maps.courses import Courses, Stroke, courses_of
from transit.maps.street_changes import barrier_changes, street_changes
from transit.model.network import Network
from transit.model.streets import Barrier
from transit.scenario.scenario import Scenario

Part = Literal["kept", "lost", "gained"]
Makers = tuple[int, ...]
"""Places (0, 1, …) of the changes that made something; empty where no one change is looked for."""
_HAIR_M = 0.1


@dataclass(frozen=True, eq=False)
class Steps:
    """What a scenario leads over: before, after one change, after two, …, after all.

    ``briefs`` holds one brief a park for each, ``courses`` the lines, their streets cut alike.
    Of a scenario of one change nothing is asked: all makers are empty.
    """

    briefs: tuple[tuple[Brief, ...], ...]
    courses: tuple[Courses, ...]

    @property
    def many(self) -> bool:
        """Whether there are several changes to tell apart."""
        return len(self.briefs) > 2

    def parted(self, whole: BaseGeometry, kind: Kind, part: Part) -> dict[Makers, BaseGeometry]:
        """``whole``, what all changes lost or gained of a catchment, by the changes that did.

        What is kept is not divided.
        """
        found: dict[Makers, BaseGeometry] = {(): whole}
        for place, change in enumerate(self._areas[kind] if part != "kept" else ()):
            made = getattr(change, part) if change else None
            if made is None or made.is_empty:
                continue
            split: dict[Makers, BaseGeometry] = {}
            for makers, area in found.items():
                split[makers] = polygons(area.difference(made))
                split[*makers, place] = polygons(area.intersection(made))
            found = {makers: area for makers, area in split.items() if not area.is_empty}
        return found

    def strokes(
        self, route_id: str, of: Sequence[Stroke], part: Part
    ) -> dict[Makers, list[Stroke]]:
        """``of``, strokes that a line kept, lost or gained, by the changes that did it."""
        makers: dict[Stroke, Makers] = dict.fromkeys(of, ())
        asked = self.courses if self.many and part != "kept" else ()
        sides = [set(one.strokes(route_id)) for one in asked]
        for place, (old, new) in enumerate(pairwise(sides)):
            for stroke in (new - old if part == "gained" else old - new) & makers.keys():
                makers[stroke] = (*makers[stroke], place)
        found: dict[Makers, list[Stroke]] = {}
        for stroke in of:
            found.setdefault(makers[stroke], []).append(stroke)
        return found

    @cached_property
    def stops(self) -> dict[str, Makers]:
        """For each stop that any change touched, those that did."""
        found: dict[str, Makers] = {}
        for place, pair in enumerate(self._networks):
            for one in stop_changes(*pair):
                if one.status != "same":
                    found[one.stop_id] = (*found.get(one.stop_id, ()), place)
        return found

    def street(self, line: BaseGeometry) -> Makers:
        """The changes that did something to the ground of ``line`` (metres)."""
        return tuple(
            place
            for place, lines in enumerate(self._streets)
            if any(line.intersection(one.buffer(_HAIR_M)).length > 2 * _HAIR_M for one in lines)
        )

    def barrier(self, barrier: Barrier) -> Makers:
        """The changes that put ``barrier`` up or took it down."""
        return tuple(
            place
            for place, (old, new) in enumerate(self._networks)
            if any(barrier in side for side in barrier_changes(old.streets, new.streets))
        )

    @cached_property
    def _pairs(self) -> list[tuple[tuple[Brief, ...], tuple[Brief, ...]]]:
        return list(pairwise(self.briefs)) if self.many else []

    @cached_property
    def _networks(self) -> list[tuple[Network, Network]]:
        return [(old[0].network, new[0].network) for old, new in self._pairs]

    @cached_property
    def _areas(self) -> dict[Kind, list[AreaChange | None]]:
        kinds: tuple[Kind, ...] = ("walk", "straight")
        return {kind: [area_change(*pair, kind) for pair in self._pairs] for kind in kinds}

    @cached_property
    def _streets(self) -> list[list[BaseGeometry]]:
        return [
            [one.line for one in street_changes(old.streets, new.streets)]
            for old, new in self._networks
        ]


def steps_of(scenario: Scenario, before: Sequence[Brief], after: Sequence[Brief]) -> Steps:
    """The way of ``scenario`` from ``before`` to ``after``, one brief a park in both."""
    made = accumulate(
        scenario.changes[:-1],
        lambda network, change: change.apply(network),
        initial=before[0].network,
    )
    between = [[replace(one, network=network) for one in before] for network in list(made)[1:]]
    briefs = tuple(tuple(one) for one in (before, *between, after))
    return Steps(briefs, tuple(courses_of(*(one[0].network for one in briefs))))
