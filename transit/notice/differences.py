"""What a scenario changes about each line and direction, as a notice would count it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from transit.model.feed import Feed
from transit.model.network import Network
from transit.notice.alignment import put_in, taken_out
from transit.notice.hours import Hours, hours_of

Journeys = Literal["more", "fewer", "other"]


@dataclass(frozen=True)
class Side:
    """One pattern before or after: stop ids and names, length in km, service, and its marks."""

    stops: tuple[str, ...]
    names: tuple[str, ...]
    length_km: float
    length_indicative: bool
    indicative: bool
    hours: Hours

    @property
    def ends(self) -> tuple[str, str]:
        """Names of the first and the last stop."""
        return self.names[0], self.names[-1]


@dataclass(frozen=True)
class Direction:
    """One direction (pattern) of a line: ``before``, ``after`` (none where it is not there).

    ``renamed`` are new names of stops that stayed, by the old name; ``shared`` says that the line
    has other patterns in this direction, ``lone`` that it has no other direction.
    """

    route_id: str
    line: str
    direction_id: int
    pattern_id: str
    before: Side | None
    after: Side | None
    renamed: Mapping[str, str]
    shared: bool = False
    lone: bool = False

    @property
    def added(self) -> list[str]:
        """Names called at that were not before, in order."""
        return put_in(self.old_names, self.after.names if self.after else ())

    @property
    def removed(self) -> list[str]:
        """Names (of before) that are not called at any more, in order."""
        now = self.after.names if self.after else ()
        back = {new: old for old, new in self.renamed.items()}
        return [back.get(name, name) for name in taken_out(self.old_names, now)]

    @property
    def new_ends(self) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
        """Old and new name of the first and of the last stop, each where another stop is it now."""
        if self.before is None or self.after is None:
            return None, None
        old, new = self.before.ends, self.after.ends
        moved = [self.renamed.get(was, was) != now for was, now in zip(old, new, strict=True)]
        return (
            (old[0], new[0]) if moved[0] else None,
            (old[1], new[1]) if moved[1] else None,
        )

    def began_or_ended(self, place: int) -> str:
        """The old name of the first (0) or last (1) stop; empty where it was not there."""
        return self.before.ends[place] if self.before else ""

    @property
    def is_rerouted(self) -> bool:
        """Whether it calls at other stops, or in another order; a new name alone is not that."""
        return (
            self.before is None or self.after is None or (self.old_names != list(self.after.names))
        )

    @property
    def is_changed(self) -> bool:
        """Whether stops, length or hours of service are others; a new name alone is not."""
        if self.before is None or self.after is None:
            return True
        longer = abs(self.before.length_km - self.after.length_km) >= 0.001
        return self.is_rerouted or longer or self.before.hours != self.after.hours

    @property
    def is_loop(self) -> bool:
        """Whether it is the line's only direction and ends at the name where it starts."""
        side = self.after or self.before
        return self.lone and side is not None and side.names[0] == side.names[-1]

    @property
    def old_names(self) -> list[str]:
        """What it called at before, by the names of today."""
        return [self.renamed.get(name, name) for name in self.before.names] if self.before else []


@dataclass(frozen=True)
class LineDifference:
    """One line: its directions that changed, those that stay, and how a notice counts stops.

    A name added (removed) in two directions is a pair, 1 对; in one direction it is 1 个单边.
    Terminals that a sentence of their own tells are not counted among them, nor are the calls of
    journeys that come or go beside others of their direction: the line keeps its stops.
    """

    route_id: str
    line: str
    directions: tuple[Direction, ...]
    standing: tuple[Direction, ...] = ()

    @property
    def ends(self) -> list[tuple[Direction, int]]:
        """Both ends of every direction that was there: 0 is the first stop, 1 the last."""
        every = [*self.directions, *self.standing]
        return [(each, place) for each in every if each.before for place in (0, 1)]

    @cached_property
    def is_new(self) -> bool:
        """Whether the line was not there before."""
        return not self.standing and all(each.before is None for each in self.directions)

    @cached_property
    def is_gone(self) -> bool:
        """Whether the line is not there any more."""
        return not self.standing and all(each.after is None for each in self.directions)

    @cached_property
    def terminals(self) -> list[tuple[str, str]]:
        """Old and new names of terminals that moved, each once, the origin first."""
        return list(dict.fromkeys(_at_start(self.directions) + _at_end(self.directions)))

    def journeys(self, each: Direction) -> Journeys | None:
        """What becomes of journeys that come or go beside others; none of any other direction.

        They are more where those beside them still run at that time, else some run otherwise.
        """
        beside = [
            one
            for one in (*self.directions, *self.standing)
            if one.direction_id == each.direction_id and one.before and one.after
        ]
        if not beside or (each.before and each.after):
            return None
        if each.after is None:
            return "fewer"
        return "other" if any(_gives_way(one, each.after) for one in beside) else "more"

    def new_to_line(self, each: Direction) -> list[str]:
        """Names added in one direction; of journeys that come those new to the whole line."""
        if not self.journeys(each):
            return each.added
        old = {name for one in (*self.directions, *self.standing) for name in one.old_names}
        return list(dict.fromkeys(name for name in each.added if name not in old))

    def pairs(self, what: str) -> list[str]:
        """Names ``added`` or ``removed`` in two directions, in order of travel."""
        return [name for name in self._names(what) if len(self._where(what, name)) > 1]

    def singles(self, what: str) -> dict[str, list[str]]:
        """Names ``added`` or ``removed`` in one direction only, by the id of its pattern."""
        found: dict[str, list[str]] = {}
        for name in self._names(what):
            where = self._where(what, name)
            if len(where) == 1:
                found.setdefault(where[0], []).append(name)
        return found

    def _names(self, what: str) -> list[str]:
        told = {pair[1 if what == "added" else 0] for pair in self.terminals}
        names = [name for each in self._counted for name in getattr(each, what)]
        return [name for name in dict.fromkeys(names) if name not in told]

    def _where(self, what: str, name: str) -> list[str]:
        return [each.pattern_id for each in self._counted if name in getattr(each, what)]

    @cached_property
    def _counted(self) -> list[Direction]:
        return [each for each in self.directions if not self.journeys(each)]


def _gives_way(one: Direction, new: Side) -> bool:
    """Whether ``one`` no longer runs when the ``new`` journeys do, though it did."""
    if one.before is None or one.after is None or new.hours.ends is None:
        return False
    first, last = new.hours.ends
    old, now = one.before.hours, one.after.hours
    lost = set(old.departures) - set(now.departures)
    stopped = old.headway_at(first) is not None and now.headway_at(first) is None
    return stopped or any(first <= time <= last for time in lost)


def differences(before: Network, after: Network) -> list[LineDifference]:
    """One entry a line of which a direction changed, by short name; new names do not count."""
    sides = [_sides(network) for network in (before, after)]
    renamed = renamed_stops(before.feed, after.feed)
    keys = {**_keys(after.feed), **_keys(before.feed)}
    shared = _shared(before.feed) | _shared(after.feed)
    ways = {(route, direction) for _, route, direction in keys.values()}
    lines: dict[tuple[str, str], list[Direction]] = {}
    for pattern in sorted(keys, key=lambda key: (*keys[key][1:], key)):
        line, route, direction = keys[pattern]
        old, new = sides[0].get(pattern), sides[1].get(pattern)
        own = _own(renamed, old, new)
        here = Direction(
            route, line, direction, pattern, old, new, own,
            shared=(route, direction) in shared, lone=(route, 1 - direction) not in ways,
        )  # fmt: skip
        lines.setdefault((line, route), []).append(here)
    return [
        LineDifference(route, line, changed, tuple(each for each in found if not each.is_changed))
        for (line, route), found in sorted(lines.items())
        if (changed := tuple(each for each in found if each.is_changed))
    ]


def renamed_stops(before: Feed, after: Feed) -> dict[str, tuple[str, str]]:
    """Old and new name of every stop that is called otherwise now, by stop id."""
    old, new = (
        dict(zip(f.stops["stop_id"], f.stops["stop_name"], strict=True)) for f in (before, after)
    )
    return {stop: (old[stop], new[stop]) for stop in old if stop in new and old[stop] != new[stop]}


def _own(
    renamed: Mapping[str, tuple[str, str]], before: Side | None, after: Side | None
) -> dict[str, str]:
    """New names of this pattern's stops, where every kerb that it calls at has the new name."""
    if before is None or after is None:
        return {}
    return dict(renamed[stop] for stop in before.stops if stop in renamed)


def _shared(feed: Feed) -> set[tuple[str, int]]:
    """Lines and directions with more than one pattern."""
    sizes = feed.patterns.groupby(["route_id", "direction_id"]).size()
    return set(sizes[sizes > 1].index)


def _keys(feed: Feed) -> dict[str, tuple[str, str, int]]:
    names = dict(zip(feed.routes["route_id"], feed.routes["route_short_name"], strict=True))
    return {
        row.pattern_id: (names[row.route_id], row.route_id, row.direction_id)
        for row in feed.patterns.itertuples()
    }


def _sides(network: Network) -> dict[str, Side]:
    feed = network.feed
    names = dict(zip(feed.stops["stop_id"], feed.stops["stop_name"], strict=True))
    marked = set(feed.visits.loc[feed.visits["indicative"], "pattern_id"])
    hours = hours_of(feed)
    drawn = network.streets.edges["indicative"].to_numpy(dtype=bool)
    sides = {}
    for pattern, course in network.courses.items():
        stops = tuple(feed.sequence(pattern))
        guessed = pattern in marked or bool(drawn[course.edge].any() or (~course.matched).any())
        sides[pattern] = Side(
            stops,
            tuple(names[stop] for stop in stops),
            float(np.sum(course.length_m)) / 1000,
            guessed,
            pattern in marked,
            hours[pattern],
        )
    return sides


def _at_start(directions: Sequence[Direction]) -> list[tuple[str, str]]:
    return [end for each in directions if (end := each.new_ends[each.direction_id % 2])]


def _at_end(directions: Sequence[Direction]) -> list[tuple[str, str]]:
    return [end for each in directions if (end := each.new_ends[1 - each.direction_id % 2])]
