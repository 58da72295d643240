"""Where a park's lines lead without a transfer, by hand on the make-believe town."""

from __future__ import annotations

import dataclasses

import pytest
from town import COURSES, HEADWAYS, STOPS, Piece, make_feed, make_stations, network, park

from transit.analysis.brief import brief
from transit.analysis.reach import stations_reached

LIMIT = 501  # the walk from the west gate to S2 is exactly 500 m


def ridden(travel: str, **options) -> dict[str, list[tuple[str, int]]]:
    """Stops reached by pattern, with the number of stops ridden."""
    table = brief(options.get("network", network()), park(), limit_m=LIMIT).rides
    table = table[table["travel"] == travel]
    return {
        pattern: sorted(
            zip(rows["stop_id"], rows["stops_ridden"], strict=True), key=lambda pair: pair[::-1]
        )
        for pattern, rows in table.groupby("pattern_id")
    }


def test_rides_from_the_park():
    """If this fails, the list of places one can ride to is wrong."""
    # The rider boards at the call with the least walk before the place: S1 or S1b if possible.
    assert ridden("from_park") == {
        "R101_0": [("S1", 1)],  # S1 is its last call, so from S2
        "R101_1": [("S2", 1), ("S5", 2), ("S4", 3)],
        "R007_0": [("S3", 1), ("S4", 2)],
        # S3 S1 S2 S5 S3: to S1 one can only board at S3, also near; to the rest at S1.
        "RLOOP_0": [("S1", 1), ("S2", 1), ("S5", 2), ("S3", 3)],
        # S3 S1 S2 S1 S5 passes S1 twice: to S5 one boards at the second call.
        "RTWICE_0": [("S1", 1), ("S2", 1), ("S5", 1), ("S1", 2)],
        "R9X_0": [("S5", 1)],
    }


def test_rides_to_the_park():
    """If this fails, the list of places one can come from is wrong."""
    assert ridden("to_park") == {
        "R101_0": [("S2", 1), ("S5", 2), ("S4", 3)],
        "R101_1": [("S1b", 1)],
        "R007_0": [("S1", 1)],
        # From S1, S2 and S5 one alights at S3, 450 m on foot, before S2 with its 500 m.
        "RLOOP_0": [("S3", 1), ("S5", 1), ("S2", 2), ("S1", 3)],
        "RTWICE_0": [("S2", 1), ("S3", 1), ("S1", 2)],
    }


def test_loop_from_its_own_terminal():
    """If this fails, a loop that starts at the park leads nowhere, or only backwards."""
    # Only the terminal S3 is near: one rides all the way round, and comes home from anywhere.
    places = {name: STOPS[name] for name in ("S2", "S3", "S4", "S5")}
    feed = make_feed(places, {"RLOOP_0": ("环", 0, "S3 S4 S5 S3")}, {"RLOOP_0": 600})
    whole = network(feed)
    assert ridden("from_park", network=whole) == {"RLOOP_0": [("S4", 1), ("S5", 2), ("S3", 3)]}
    assert ridden("to_park", network=whole) == {"RLOOP_0": [("S5", 1), ("S4", 2), ("S3", 3)]}


def test_ride_length_and_minutes():
    """If this fails, ride minutes to the metro are wrong."""
    table = brief(network(), park(), limit_m=LIMIT).rides
    table = table[(table["pattern_id"] == "R101_1") & (table["travel"] == "from_park")]
    # Along the lattice (700, 410) → (200, 800): 500 + 390 m; → (400, 1100): 200 + 300 m;
    # → (1200, 1200): 800 + 100 m; at 20 km/h: 3 minutes a kilometre.
    assert table["ride_km"].tolist() == pytest.approx([0.89, 1.39, 2.29])
    assert table["ride_straight_km"].tolist() == [0, 0, 0]
    assert table["ride_min"].tolist() == pytest.approx([2.67, 4.17, 6.87])
    back = brief(network(), park(), limit_m=LIMIT).rides
    back = back[(back["pattern_id"] == "R101_0") & (back["travel"] == "to_park")]
    # Towards the park: S2 → S1 is (200, 800) → (700, 400).
    assert back["ride_km"].tolist()[0] == pytest.approx(0.9)


def test_dwell_is_at_the_calls_between():
    """If this fails, a ride of ten stops takes no longer than one without a stop."""
    base = network()
    spans = base.feed.frequencies.assign(dwell_secs=30.0)
    whole = base.with_feed(base.feed.with_tables(frequencies=spans))
    table = brief(whole, park(), limit_m=LIMIT).rides
    table = table[(table["pattern_id"] == "R101_1") & (table["travel"] == "from_park")]
    # None, one and two calls between: 2.67, 4.17 + 0.5 and 6.87 + 1.0 minutes.
    assert table["ride_min"].tolist() == pytest.approx([2.67, 4.67, 7.87])


def test_ride_partly_straight_and_partly_on_a_slow_street():
    """If this fails, a ride where no street is known passes for one along streets."""
    # One street from (0, 0) to (1000, 0), on which buses do 10 km/h; C stands 500 m off it.
    places = {"A": ("甲", 0, 0, ""), "B": ("乙", 600, 0, ""), "C": ("丙", 600, 500, "")}
    feed = make_feed(places, {"L_0": ("L", 0, "A B C")}, {"L_0": 600})
    whole = network(feed, [Piece(((0, 0), (1000, 0)), indicative=True)])
    slow = dataclasses.replace(whole.streets, edges=whole.streets.edges.assign(bus_speed_kmh=10.0))
    whole = whole.with_streets(slow)
    here = park({}, bounds=(-100, -50, 50, 50), point=None)
    table = brief(whole, here, limit_m=100).rides
    away = table[table["travel"] == "from_park"].set_index("stop_id")
    assert away["ride_km"].to_dict() == pytest.approx({"B": 0.6, "C": 1.1})
    assert away["ride_straight_km"].to_dict() == pytest.approx({"B": 0, "C": 0.5})
    # 600 m at 10 km/h: 3.6 min; 500 m at the line's 20 km/h: 1.5 min.
    assert away["ride_min"].to_dict() == pytest.approx({"B": 3.6, "C": 5.1})
    assert away["service_indicative"].all()  # the street is drawn, so the minutes are too
    assert not away["indicative"].any()


def test_rider_boards_where_a_walk_is_known():
    """If this fails, riders are sent to a stop that no street leads to."""
    # S6 (no street) and S1 (100 m on foot) are both near: to S4 one boards at S1, one stop away.
    feed = make_feed(STOPS, {"RA_0": ("A", 0, "S6 S1 S4")}, {"RA_0": 600})
    table = brief(network(feed), park(), limit_m=LIMIT).rides
    ride = table[(table["travel"] == "from_park") & (table["stop_id"] == "S4")]
    assert ride[["park_stop", "stops_ridden"]].values.tolist() == [["银星", 1]]


def test_no_speed_no_minutes():
    """If this fails, a line known by timetable gets minutes out of nowhere."""
    table = brief(network(), park(), limit_m=LIMIT).rides
    assert table.loc[table["pattern_id"] == "R007_0", "ride_min"].isna().all()


def test_districts_reached():
    """If this fails, the districts a park's lines cover are wrong."""
    table = brief(network(), park(), limit_m=LIMIT).districts
    away = table[table["travel"] == "from_park"]
    found: dict[tuple[str, int], dict[str, int]] = {}
    for row in away.itertuples():
        own = found.setdefault((row.route_short_name, row.direction_id), {})
        own[row.district] = row.stops_ridden
    assert found == {
        ("101", 0): {"龙华": 1},
        ("101", 1): {"龙华": 1, "福田": 2, "宝安": 3},
        ("007", 0): {"光明": 1, "宝安": 2},
        ("环1", 0): {"龙华": 1, "福田": 2, "光明": 3},
        ("8字", 0): {"龙华": 1, "福田": 1},
        ("9X", 0): {"福田": 1},
    }


def test_district_names_its_first_stop_and_counts_its_stops():
    """If this fails, the table names a stop further away than the first of the district."""
    table = brief(network(), park(), limit_m=LIMIT).districts
    row = table[(table["route_short_name"] == "8字") & (table["travel"] == "from_park")]
    row = row.set_index("district").loc["龙华"]
    assert (row["first_stop"], row["stops"], row["stops_ridden"]) == ("银星", 2, 1)


def test_stop_without_district_is_left_out():
    """If this fails, an empty name counts as a district."""
    courses = COURSES | {"RA_0": ("A", 0, "S1 S6")}
    table = brief(network(make_feed(STOPS, courses, HEADWAYS)), park(), limit_m=LIMIT).districts
    assert "" not in set(table["district"])
    away = table[table["travel"] == "from_park"]
    assert "A" not in set(away["route_short_name"])


def test_stations_fed():
    """If this fails, the metro stations a park is tied to are wrong."""
    # 长湖 is 200 m from S5, 远山站 499 m from S4; 太远 is near nothing.
    table = brief(network(), park(), limit_m=LIMIT).stations
    away = table[table["travel"] == "from_park"]
    found = {
        (row.route_short_name, row.station_name): (row.stop_name, row.stops_ridden)
        for row in away.itertuples()
    }
    assert found == {
        ("101", "长湖"): ("北站", 2),
        ("101", "远山站"): ("远山", 3),
        ("007", "远山站"): ("远山", 2),
        ("环1", "长湖"): ("北站", 2),
        ("8字", "长湖"): ("北站", 1),
        ("9X", "长湖"): ("北站", 1),
    }
    assert away.set_index("station_name").loc["长湖", "to_station_m"].tolist() == pytest.approx(
        [200] * 4, abs=1e-6
    )
    assert set(table["transfers"]) == {0}


def test_station_takes_the_nearest_of_a_lines_stops():
    """If this fails, riders are sent to a stop further from the station."""
    places = {"A": ("甲", 700, 400, ""), "B": ("乙", 1000, 400, ""), "C": ("丙", 1000, 100, "")}
    whole = network(make_feed(places, {"L_0": ("L", 0, "A B C")}, {"L_0": 600}))
    stations = make_stations({"T": ("站", "4", 1000, 200)})  # 200 m from B, 100 m from C
    whole = dataclasses.replace(whole, stations=stations)
    near = park(bounds=(600, 300, 690, 500))
    table = brief(whole, near, limit_m=150).stations
    assert table[["travel", "stop_name", "stops_ridden"]].values.tolist() == [
        ["from_park", "丙", 2],
    ]


def test_station_radius_is_an_option():
    """If this fails, feeding is judged by another distance than was asked for."""
    one = brief(network(), park(), limit_m=LIMIT)
    table = stations_reached(network(), one.rides, station_m=250)
    assert set(table["station_name"]) == {"长湖"}


def test_town_without_metro():
    """If this fails, a town without a metro ends in a traceback."""
    whole = dataclasses.replace(network(), stations=network().stations.iloc[:0])
    table = brief(whole, park(), limit_m=LIMIT).stations
    assert len(table) == 0
    assert "to_station_m" in table


def test_marks_of_reach():
    """If this fails, minutes at an assumed speed pass for measured ones."""
    base = network()
    assumed = base.feed.frequencies.assign(indicative=True)
    marked = base.with_feed(base.feed.with_tables(frequencies=assumed))
    table = brief(marked, park(), limit_m=LIMIT).districts.set_index("route_short_name")
    assert table.loc["101", "service_indicative"].all()
    assert not table.loc["007", "service_indicative"].any()
    assert not table["indicative"].any()
    stations = base.stations.assign(indicative=True)
    fed = brief(dataclasses.replace(base, stations=stations), park(), limit_m=LIMIT).stations
    assert fed["indicative"].all()


def test_mark_of_the_stop_one_boards_at():
    """If this fails, a ride from a stop of assumed position passes for surveyed."""
    base = network()
    stops = base.feed.stops.assign(indicative=base.feed.stops["stop_id"] == "S1")
    marked = base.with_feed(base.feed.with_tables(stops=stops))
    table = brief(marked, park(), limit_m=LIMIT).rides
    away = table[(table["travel"] == "from_park") & (table["stop_id"] == "S4")]
    # To S4 one boards 007 at S1 itself, and 101 at the other kerb.
    marks = away.set_index("route_short_name")["indicative"]
    assert marks.to_dict() == {"007": True, "101": False}
