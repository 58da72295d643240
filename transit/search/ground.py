"""The ground of a search: the network with every proposed stop, and what is near the park."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, pairwise, permutations

import shapely

from transit.analysis.proximity import PLACE_M
from transit.errors import Problem, UsageError, raise_if
from transit.model.network import Network
from transit.model.park import Park
from transit.scenario.stops import NewStop
from transit.search.catalogue import Catalogue

Courses = list[tuple[int, tuple[str, ...]]]


@dataclass(frozen=True, eq=False)
class Ground:
    """The network with every proposed stop put up, and the stops that lines may be led to."""

    network: Network
    park: Park
    catalogue: Catalogue
    targets: tuple[str, ...]
    places: dict[str, NewStop]
    left_out: tuple[Problem, ...]

    @classmethod
    def of(cls, base: Network, park: Park, catalogue: Catalogue) -> Ground:
        """The ground of one search; raises ``DataError`` with every place that cannot be."""
        network = base
        problems = []
        for place in catalogue.places:
            faults = place.problems(network)
            problems += faults
            network = network if faults else place.apply(network)
        raise_if(problems)
        away = shapely.distance(shapely.points(network.stop_xy), park.outline)
        near = away <= catalogue.stops_within_m
        stops = network.feed.stops["stop_id"].to_numpy()
        places = {place.stop_id: place for place in catalogue.places}
        mend = f"widen stops_within_m, now {catalogue.stops_within_m:g}"
        left_out = tuple(
            Problem(f"place {places[stop].stop_name}", f"is {metres:.0f} m from the outline", mend)
            for stop, metres in zip(stops[~near], away[~near], strict=True)
            if stop in places
        )
        return cls(network, park, catalogue, tuple(sorted(stops[near])), places, left_out)

    def routes(self) -> list[str]:
        """Lines that may be changed, in the order of their ids."""
        feed, catalogue = self.network.feed, self.catalogue
        away = shapely.distance(shapely.points(self.network.stop_xy), self.park.outline)
        near = set(feed.stops["stop_id"].to_numpy()[away <= catalogue.lines_within_m])
        calling = set(feed.visits.loc[feed.visits["stop_id"].isin(near), "route_id"])
        if not catalogue.lines:
            return sorted(calling)
        wanted: set[str] = set()
        problems: list[Problem] = []
        for line in catalogue.lines:
            try:
                wanted |= set(feed.route_ids(line))
            except UsageError as error:
                problems += [replace(fault, where="catalogue lines") for fault in error.problems]
        if problems:
            raise UsageError(problems)
        return sorted(calling & wanted)

    def courses(self, route: str) -> Courses:
        """Direction and stops of each pattern of a line."""
        table = self.network.feed.patterns
        own = table[table["route_id"] == route]
        return [
            (int(row.direction_id), tuple(self.network.feed.sequence(row.pattern_id)))
            for row in own.itertuples()
        ]

    @cached_property
    def _name(self) -> dict[str, str]:
        stops = self.network.feed.stops
        return dict(zip(stops["stop_id"], stops["stop_name"], strict=True))

    @cached_property
    def _kerbs(self) -> dict[str, list[str]]:
        kerbs: dict[str, list[str]] = {}
        for stop, name in self._name.items():
            kerbs.setdefault(name, []).append(stop)
        return kerbs

    @cached_property
    def _xy(self) -> dict[str, list[float]]:
        return dict(zip(self._name, self.network.stop_xy.tolist(), strict=True))

    def line_name(self, route: str) -> str:
        """The line's short name."""
        routes = self.network.feed.routes
        return str(routes.loc[routes["route_id"] == route, "route_short_name"].iloc[0])

    def name(self, stop: str) -> str:
        """The stop's name, with its id where a place elsewhere has the same name."""
        name = self._name[stop]
        elsewhere = any(not self.one_place(stop, other) for other in self._kerbs[name])
        return f"{name} [{stop}]" if elsewhere else name

    def names(self, stops: Iterable[str]) -> str:
        """Names of stops, each once."""
        return "、".join(dict.fromkeys(self.name(stop) for stop in stops))

    def metres(self, stops: tuple[str, ...]) -> float:
        """Straight metres along ``stops``."""
        return sum(math.dist(*hop) for hop in pairwise(self._xy[stop] for stop in stops))

    def fits(self, ways: list[tuple[str, ...]]) -> bool:
        """Whether the new hops of each direction are short, and of one lead straight enough."""
        metres = [self.metres(way) for way in ways]
        straight = [self.metres((way[0], way[-1])) for way in ways]
        on_the_way = len(ways[0]) == 2 or any(
            driven <= self.catalogue.on_the_way * least
            for driven, least in zip(metres, straight, strict=True)
        )
        return max(metres) <= self.catalogue.longest_m and on_the_way

    def one_place(self, first: str, second: str) -> bool:
        """Whether two stops are kerbs of one place: of one name, and near to one another."""
        same = self._name[first] == self._name[second]
        return same and self.metres((first, second)) <= PLACE_M

    def free(self, calls: set[str]) -> list[str]:
        """Targets at whose place none of ``calls`` is."""
        return [
            stop for stop in self.targets if not any(self.one_place(stop, call) for call in calls)
        ]

    def chains(self, calls: set[str]) -> Iterator[tuple[str, ...]]:
        """Places in a row that a line with ``calls`` may gain at an end, fewest first."""
        free = self.free(calls)
        for count in range(1, self.catalogue.most_stops + 1):
            for chain in permutations(free, count):
                if not any(self.one_place(*two) for two in combinations(chain, 2)):
                    yield chain
