"""Small networks with one fault each, for the tests of the quality report; sums by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import town

from transit.model.network import Network

ONE, TWO = ("1", 0), ("2", 0)


def stop(name, east, north):
    return (name, east, north, "龙华")


def network(stops, courses, headways=None, *, pieces=None, trips=None, speed_kmh=20.0) -> Network:
    """A network of stops in metres and courses ``pattern: (line, direction, stops)``."""
    feed = town.make_feed(stops, courses, headways, trips, speed_kmh=speed_kmh)
    return town.network(feed, pieces)


def far_name():
    """甲 at 0 and 400 m is one place by steps of at most 500 m; 甲 at 1,300 m is 900 m from it."""
    stops = {"A": stop("甲", 0, 0), "B": stop("甲", 400, 0), "C": stop("甲", 1300, 0)}
    return network(stops, {"L_0": (*ONE, "A C")})


def street_name():
    """甲 every 400 m for 1,200 m is a street, and may go on at 3 km."""
    stops = {f"A{east}": stop("甲", east, 0) for east in (0, 400, 800, 1200, 3000)}
    return network(stops, {"L_0": (*ONE, "A0 A400")})


def two_names():
    """3-4-5: 甲 and 乙 5 m apart. Numbered bays, and kerbs 13 m apart, are left alone."""
    stops = {
        "A": stop("甲", 0, 0), "B": stop("乙", 3, 4), "C": stop("丙①", 500, 0),
        "D": stop("丙②", 503, 4), "E": stop("丁", 900, 0), "F": stop("戊", 905, 12),
    }  # fmt: skip
    return network(stops, {"L_0": (*ONE, "A E")})


def same_stop_twice():
    stops = {"A": stop("甲", 100, 0), "B": stop("甲", 100, 0), "C": stop("乙", 600, 0)}
    return network(stops, {"L_0": (*ONE, "A C")})


def one_long_hop():
    """6 km, twice the same course: an entry made twice confirms nothing."""
    stops = {"A": stop("甲", 0, 0), "B": stop("乙", 6000, 0)}
    return network(stops, {"L_0": (*ONE, "A B"), "M_0": (*TWO, "A B")})


def stays():
    stops = {"A": stop("甲", 0, 0), "B": stop("乙", 500, 0)}
    return network(stops, {"L_0": (*ONE, "A A B")})


def spike():
    """Over C: 2,000 m and √(100² + 2000²) m; past it 100 m; the limit is 1,000 + 2 × 100 m."""
    stops = {"A": stop("甲", 0, 0), "B": stop("乙", 100, 0), "C": stop("丙", 0, 2000)}
    return network(stops, {"L_0": (*ONE, "A C B")})


def no_drive():
    """X stands on a street that joins no other, √(600² + 300²) m straight from S1.

    S6 stands on none: that it cannot be driven to is told of the stop, not of every hop.
    """
    pieces = [*town.lattice(), town.Piece(((1300, 0), (1300, 300)))]
    stops = {**town.STOPS, "X": stop("岛", 1300, 100)}
    return network(stops, {"L_0": (*ONE, "S6 S1 X")}, pieces=pieces)


def streets_of_a_part():
    """X is 600 m north of the lattice, in a study area that reaches there."""
    base = network({**town.STOPS, "X": stop("北", 600, 1800)}, {"L_0": (*ONE, "S1 X")})
    return replace(base, study_area=town.area(-200, -200, 1400, 2000))


def hairpin():
    """800 m out, 100 m across, 800 m back: 1,700 m driven for 100 m straight."""
    pieces = [town.Piece(((0, 0), (800, 0), (800, 100), (0, 100)))]
    stops = {"A": stop("甲", 0, 0), "B": stop("乙", 0, 100)}
    return network(stops, {"L_0": (*ONE, "A B")}, pieces=pieces)


def copies():
    """L has its course twice; M is L by name and course; N shares the course under its own name."""
    course = "S1 S3"
    courses = {
        "L_0": (*ONE, course), "L_1": (*ONE, course), "M_0": (*ONE, course), "N_0": (*TWO, course),
    }  # fmt: skip
    return network(town.STOPS, courses)


def odd_service():
    """A bus every 30 s, and one every 3 hours at 5 km/h."""
    courses = {"L_0": (*ONE, "S1 S3"), "M_0": (*TWO, "S2 S5")}
    feed = town.make_feed(town.STOPS, courses)
    spans = [town.span("L_0", 0, 3600, 30), town.span("M_0", 0, 36000, 10_800, 5.0)]
    return town.network(feed.with_tables(frequencies=pd.DataFrame(spans)))


def timed():
    """S2 to S5, 361 m (√(200² + 300²)), in 10 s; S5 to the far end at 3,200 m in 20 s.

    Straight from (400, 1100) to (3600, 1100). With a minute more that is 80 s: 144 km/h.
    """
    stops = {**town.STOPS, "X": stop("尽", 3600, 1100)}
    base = network(stops, {"L_0": (*ONE, "S2 S5 X")}, trips={"L_0": ["07:00:00"]})
    timings = pd.DataFrame(
        {"timing_id": "t", "stop_sequence": [1, 2, 3], "stop_id": ["S2", "S5", "X"],
         "arrival_secs": [0.0, 10.0, 40.0], "departure_secs": [0.0, 20.0, 40.0]}
    )  # fmt: skip
    trips = base.feed.trips.assign(timing_id="t")
    return base.with_feed(base.feed.with_tables(timings=timings, trips=trips))


def trip_twice():
    base = network(town.STOPS, {"L_0": (*ONE, "S1 S3")}, trips={"L_0": ["07:00:00", "08:00:00"]})
    again = base.feed.trips.assign(trip_id=["x", "y"], departure_time=[7 * 3600, 9 * 3600])
    both = pd.concat([base.feed.trips, again], ignore_index=True)
    return base.with_feed(base.feed.with_tables(trips=both))


def no_service():
    return network(town.STOPS, {"L_0": (*ONE, "S1 S3")})


def islands():
    """Off the lattice: 300 m of street with a stop on it, and 100 m with nothing."""
    pieces = [
        *town.lattice(), town.Piece(((2000, 0), (2000, 300))), town.Piece(((0, 2000), (100, 2000))),
    ]  # fmt: skip
    stops = town.STOPS | {"X": stop("岛", 2000, 100)}
    return network(stops, {"L_0": (*ONE, "S1 S3")}, pieces=pieces)


def beyond():
    """The study area ends at 1,400 m: X lies 298.6 km beyond it, Y 100 m."""
    stops = town.STOPS | {"X": stop("天", 300_000, 0), "Y": stop("外", 1500, 0)}
    return network(stops, {"L_0": (*ONE, "S1 S3 Y")})


def nameless():
    return network({"A": stop(" ", 0, 0), "B": stop("乙", 500, 0)}, {"L_0": (*ONE, "A B")})


def indicative_stations():
    marked = town.make_stations(town.STATIONS_AT).assign(indicative=[True, False, False], year=2026)
    return replace(town.network(), stations=marked)
