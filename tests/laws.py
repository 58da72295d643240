"""Random networks and scenarios, for the laws that hold for all of them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from line_changes import DISTRICTS, LINE_CHANGES, NAMES, offside, spots
from street_changes import STREET_CHANGES
from town import area, lattice, make_feed, make_stations, make_streets
from town import park as town_park

from transit.errors import DataError
from transit.model.feed import Feed
from transit.model.network import Network
from transit.model.park import Park
from transit.scenario.change import Change
from transit.scenario.scenario import Scenario

TRIES = int(os.environ.get("LAW_EXAMPLES", "10"))
LAWS = settings(max_examples=TRIES, deadline=None, suppress_health_check=list(HealthCheck))
OFTEN = settings(LAWS, max_examples=2 * TRIES)
CHEAP = settings(LAWS, max_examples=4 * TRIES)
MOST = 8
"""Changes of a random scenario at most."""

LIMIT = 300
BASE = lattice(8, 6)
STREETS = make_streets(BASE)
# A park whose two gates lie on its outline; streets run along it and through it.
PARK: Park = town_park(
    {"G1": ("西门", 200, 300), "G2": ("东门", 500, 200)}, bounds=(200, 100, 500, 400), point=None
)
STATIONS = make_stations({"T1": ("长湖", "4", 700, 500), "T2": ("茜坑", "4", 0, 0)})
clocks = st.sampled_from(["06:10:00", "07:00:00", "08:59:59", "12:00:00", "24:10:00"])


@st.composite
def feeds(draw: st.DrawFn) -> Feed:
    """Three to seven stops and one to three lines, loops and lines without service among them."""
    count = draw(st.integers(3, 7))
    stops = {}
    for number in range(count):
        east, north = draw(st.one_of(spots, offside))
        stops[f"S{number}"] = (draw(st.sampled_from(NAMES)), east, north,
                               draw(st.sampled_from(DISTRICTS)))  # fmt: skip
    courses, headways, trips = {}, {}, {}
    for line in range(draw(st.integers(1, 3))):
        for direction in range(draw(st.integers(1, 2))):
            pattern = f"R{line}_{direction}"
            calls = draw(st.lists(st.sampled_from(sorted(stops)), min_size=2, max_size=6))
            calls = [stop for stop, _ in itertools.groupby(calls)]
            if len(calls) < 2:
                calls = ["S0", "S1"]
            courses[pattern] = (f"L{line}", direction, " ".join(calls))
            runs = draw(st.sampled_from(["headway", "headway", "timetable", "no"]))
            if runs == "headway":
                headways[pattern] = draw(st.sampled_from([300, 600, 1200]))
            elif runs == "timetable":
                trips[pattern] = draw(st.lists(clocks, min_size=1, max_size=3, unique=True))
    return make_feed(stops, courses, headways, trips)


def network_of(feed: Feed) -> Network:
    return Network("law", STREETS, feed, area(-100, -100, 900, 700), STATIONS)


networks = feeds().map(network_of)
CHANGES: dict[str, Callable[[Network], st.SearchStrategy[Change]]] = {
    **LINE_CHANGES,
    **STREET_CHANGES,
}
any_change = st.sampled_from(sorted(CHANGES))


@st.composite
def scenarios(draw: st.DrawFn, network: Network, most: int = MOST) -> Scenario:
    """A scenario that can be applied to ``network``; changes that cannot be are left out."""
    changes, current = [], network
    wanted = draw(st.integers(1, most))
    for _ in range(3 * wanted):
        change = draw(CHANGES[draw(any_change)](current))
        try:
            current = Scenario("random", (change,)).apply(current)
        except DataError:
            continue
        changes.append(change)
        if len(changes) == wanted:
            break
    return Scenario("random", tuple(changes))
