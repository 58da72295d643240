"""What the letter of August 2021 says of 银星科技园, and what the bundled data of 2020 give.

One test a fact. Each docstring says where data and letter differ and why. Expected values were
computed by hand or by ``csv``, ``pyproj``, ``shapely`` and ``networkx`` (see ``bundle.py``),
never by the code under test. Outline, gates and streets are indicative: a surveyed outline may
change every figure here, and then these tests should change, not the data.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import networkx as nx
import numpy as np
import pytest
import shapely
from bundle import (
    add_edge,
    features,
    gates,
    gauge_point,
    line_of,
    lines_at,
    metres,
    outline,
    rows,
    segments,
    sequences,
    stop_names,
    stop_points,
    walk_graph,
    walk_m,
)
from bundle_drives import hop_metres, ways_driven

import transit

LIMIT = 500.0
NAMES_OF_2020 = {
    "银星科技园": "银星工业区",  # renamed; 13 m apart in 2020 and 2025
    "大布巷居委会": "大布巷社区",  # renamed; 22 m apart
    "观澜二办天桥": "龙华社保分局",  # another name for the same place; 4 m apart
}
NOT_YET_IN_2020 = {"电子科大深圳高研院", "银星科技园公交首末站"}


@pytest.fixture(scope="module")
def area():
    return transit.read_area(transit.bundled_area())


@pytest.fixture(scope="module")
def brief(area):
    return transit.brief(area.network, area.park("银星科技园"))


@pytest.fixture(scope="module")
def compared(area):
    scenarios = [transit.read_scenario(path) for path in area.scenarios]
    return transit.compare(area.network, scenarios, area.parks)


def expected_near() -> dict[str, set[str]]:
    """Stops within 500 m under each meaning, by shapely and networkx."""
    points = stop_points()
    away = {
        "point": lambda stop: points[stop].distance(gauge_point()),
        "outline": lambda stop: points[stop].distance(outline()),
        "gates": lambda stop: min(points[stop].distance(gate) for gate in gates().values()),
        "walk": walk_m,
    }
    return {within: {s for s in points if metre(s) <= LIMIT} for within, metre in away.items()}


def names(stops: set[str]) -> set[str]:
    return {stop_names()[stop] for stop in stops}


def places(stops: set[str]) -> int:
    """Kerbs of one name within 150 m are one place: 观澜银星工业园 is two, 0.9 km apart."""
    apart = nx.Graph()
    apart.add_nodes_from(stops)
    for one, other in combinations(stops, 2):
        near = stop_points()[one].distance(stop_points()[other]) <= 150
        if near and stop_names()[one] == stop_names()[other]:
            apart.add_edge(one, other)
    return nx.number_connected_components(apart)


def test_f1_stops_within_500_m(area, brief, compared):
    """F1. If this fails, the brief's list of stops is not what the letter can be checked against.

    The letter names four intermediate stops and a terminal. In January 2020 three of the four
    exist, two under their old names; 电子科大深圳高研院 (second half of 2020) and the terminal
    银星科技园公交首末站 do not, and come with the scenario ``m450_2020``. All lie within 500 m of
    the (indicative) outline. From the one public gauge point 大布巷 is 1.16 km away, so no
    circle round a point gives the letter's list. The outline gives four more places.
    """
    letter = {
        "电子科大深圳高研院",
        "银星科技园",
        "大布巷居委会",
        "银星工业园",
        "银星科技园公交首末站",
    }
    there = {NAMES_OF_2020.get(name, name) for name in letter - NOT_YET_IN_2020}
    near = expected_near()
    assert there == {"银星工业区", "大布巷社区", "银星工业园"}
    assert there <= names(near["outline"])
    assert there <= names(near["gates"])  # 大布巷 139 m from the dead end in the south
    assert not there <= names(near["point"])
    assert not there <= names(near["walk"])  # the dead end led nowhere in 2020: 1.6 km on foot
    assert names(near["outline"]) - there == {
        "观澜银星工业园", "长安桥", "观澜爱心家园", "库坑路口", "龙华社保分局",
    }  # fmt: skip
    assert not names(set(stop_points())) & NOT_YET_IN_2020
    kerbs = [stop for stop, name in stop_names().items() if name == "大布巷社区"]
    assert [round(stop_points()[s].distance(gauge_point()) / 1000, 2) for s in kerbs] == [1.16] * 2

    for within, stops in near.items():
        assert set(brief.stops.loc[brief.stops[f"within_{within}"], "stop_id"]) == stops, within
    after = next(c for c in compared.cases if c.scenario.name == "m450_2020").after.stops
    new = after[after["stop_name"].isin(NOT_YET_IN_2020)]
    assert set(new["stop_name"]) == NOT_YET_IN_2020
    assert new["within_outline"].all()
    assert new["indicative"].all()  # their positions are not known


def test_f2_seven_lines_call_at_the_stop_of_the_park(brief):
    """F2. If this fails, a planner quotes a number of lines without saying within what.

    The letter counts 7 lines, M450 and 627 among them. Exactly seven call at 银星工业区 (银星科技园
    today), and no meaning of "within 500 m" gives 7: the gauge point gives 9, the outline 15, the
    gates 10, walking 8.
    """
    seven = {"M450", "627", "M525", "B768", "E36", "高快巴士6", "高快巴士17"}
    stop = {stop for stop, name in stop_names().items() if name == "银星工业区"}
    assert lines_at(stop) == seven
    near = expected_near()
    counts = {within: len(lines_at(stops)) for within, stops in near.items()}
    assert counts == {"point": 9, "outline": 15, "gates": 10, "walk": 8}

    table = brief.definitions.set_index("within")
    assert table["lines"].to_dict() == counts
    for within, stops in near.items():
        assert set(table.loc[within, "which_lines"].split("、")) == lines_at(stops)
        directions = {key for key, calls in sequences().items() if stops & set(calls)}
        assert table.loc[within, "directions"] == len(directions)
        assert table.loc[within, "stops"] == len(stops)
        assert table.loc[within, "places"] == places(stops)
    at_stop = brief.stops.loc[brief.stops["stop_name"] == "银星工业区", "lines"]
    assert [set(text.split("、")) for text in at_stop] == [seven]


def test_f2_lines_that_start_there(brief):
    """F2. If this fails, the brief is wrong on which lines have their terminus at the park.

    In 2020: M450 and 旅游9线, each at its own 观澜银星工业园, and the loop B919 at 观澜爱心家园
    (352 m from the outline). The letter names M450 alone.
    """
    near = expected_near()["outline"]
    starting = {line_of()[key] for key, calls in sequences().items() if calls[0] in near}
    assert starting == {"M450", "旅游9线", "B919"}
    found = brief.lines[brief.lines["starts_here"]]
    assert set(found["route_short_name"]) == starting


def test_f3_districts(brief):
    """F3. If this fails, the brief names districts that no line of the park reaches.

    The letter: 龙华, 宝安, 光明, 福田 "mainly". The seven lines at 银星工业区 reach these four and,
    over their whole course, 南山 (E36) and 龙岗 (M525) too. From the park without a transfer the
    fifteen lines within 500 m reach the same six; 福田 by one line only, 高快巴士6.
    """
    district = {row["stop_id"]: row["district"] for row in rows("stops")}
    seven = {key for key, calls in sequences().items()
             if any(stop_names()[stop] == "银星工业区" for stop in calls)}  # fmt: skip
    lines = {line_of()[key] for key in seven}
    whole = {
        district[stop] for key, calls in sequences().items() if line_of()[key] in lines
        for stop in calls
    }  # fmt: skip
    letter = {"龙华区", "宝安区", "光明区", "福田区"}
    assert whole == letter | {"南山区", "龙岗区"}

    near = expected_near()["outline"]
    reached: dict[str, set[str]] = {}
    for key, calls in sequences().items():
        aboard = [place for place, stop in enumerate(calls) if stop in near]
        for stop in calls[aboard[0] + 1 :] if aboard else []:
            reached.setdefault(district[stop], set()).add(line_of()[key])
    counts = {name: len(found) for name, found in reached.items()}
    assert counts == {"龙华区": 15, "光明区": 3, "宝安区": 2, "南山区": 2, "福田区": 1, "龙岗区": 1}
    away = brief.districts[brief.districts["travel"] == "from_park"]
    assert away.groupby("district")["route_short_name"].nunique().to_dict() == counts
    assert set(away.loc[away["district"] == "福田区", "route_short_name"]) == {"高快巴士6"}


# Counted by hand in calls.csv: line and direction, boarding call, alighting call, stops ridden.
RIDES = [
    ("M450", 0, "观澜银星工业园", "长湖", "长湖头村", 5),  # calls 1 → 6
    ("M450", 0, "观澜银星工业园", "清湖", "清湖地铁站", 17),  # calls 1 → 18
    ("627", 1, "银星工业区", "观澜", "吉盛酒店", 7),  # calls 10 → 17
    ("627", 1, "银星工业区", "长湖", "银河新村", 10),  # calls 10 → 20
    ("627", 1, "银星工业区", "茜坑", "观澜交警中队", 12),  # calls 10 → 22
    ("B919", 0, "观澜爱心家园", "观澜", "吉盛酒店", 4),  # calls 1 → 5
]


@pytest.mark.parametrize(("line", "direction", "board", "station", "alight", "ridden"), RIDES)
def test_f4_stops_ridden_to_metro_stations(brief, line, direction, board, station, alight, ridden):
    """F4. If this fails, a worker is told the wrong number of stops to the metro.

    The letter: the lines feed 长湖, 茜坑, 观澜 "and others". All three are fed by stops within
    500 m (straight) of the station. They opened in October 2020, after the bus data.
    """
    pattern = next(
        row["pattern_id"] for row in rows("patterns")
        if line_of()[row["pattern_id"]] == line and row["direction_id"] == str(direction)
    )  # fmt: skip
    called = [stop_names()[stop] for stop in sequences()[pattern]]
    assert called.index(alight) - called.index(board) == ridden
    stop = sequences()[pattern][called.index(alight)]
    (at,) = [
        shapely.Point(metres(row["station_lon"], row["station_lat"]))
        for row in rows("stations") if row["station_name"] == station and row["metro_line"] == "4"
    ]  # fmt: skip
    away = stop_points()[stop].distance(at)
    assert away <= 500

    table = brief.stations
    found = table[
        (table["route_short_name"] == line) & (table["direction_id"] == direction)
        & (table["travel"] == "from_park") & (table["station_name"] == station)
        & (table["metro_line"] == "4")
    ]  # fmt: skip
    (row,) = found.to_dict("records")
    assert (row["park_stop"], row["stop_name"], row["stops_ridden"]) == (board, alight, ridden)
    assert row["to_station_m"] == pytest.approx(away, abs=0.01)
    assert row["transfers"] == 0
    course = sequences()[pattern][called.index(board) : called.index(alight) + 1]
    # Along the streets by networkx, 20 km/h between stops and 20 s at each call passed (assumed).
    driven = hop_metres(tuple(sequences()[pattern]))
    km = sum(driven[called.index(board) : called.index(alight)]) / 1000
    straight_km = (
        sum(stop_points()[a].distance(stop_points()[b]) for a, b in pairwise(course)) / 1000
    )
    assert km >= straight_km
    assert row["ride_min"] == pytest.approx(km / 20 * 60 + (ridden - 1) * 20 / 60, abs=0.01)
    assert row["service_indicative"]


def test_courses_of_all_lines_are_those_networkx_finds(area):
    """If this fails, lengths, minutes and buses of the showcase's lines are of other roads."""
    for pattern, calls in sequences().items():
        found = area.network.courses[pattern].length_m
        assert found.tolist() == pytest.approx(hop_metres(tuple(calls)), abs=0.01), pattern


def test_f5_most_loaded_link(area, brief):
    """F5. If this fails, the report names the wrong street as the bottleneck, or the wrong share.

    The letter speaks of one narrow, overloaded road. Of the fifteen lines within 500 m of the
    outline nine drive on the carriageway of 观光路 between the two junctions north of the park
    (W006), by networkx; more than on any other street between two junctions but for the slip road
    (W004, one way) with ten. Headways are assumed, so buses an hour are, too.
    """
    near = expected_near()["outline"]
    park_lines = lines_at(near)
    on: dict[str, set[str]] = {}
    for pattern, calls in sequences().items():
        for way in ways_driven(tuple(calls)):
            on.setdefault(way, set()).add(line_of()[pattern])
    seen = transit.bottleneck(area.network, brief.park)
    assert len(seen.lines) == len(park_lines) == 15
    assert seen.worst["way_ids"] == "W006"
    assert set(seen.worst["park_lines"].split("、")) == on["W006"] & park_lines
    assert seen.worst["share_of_lines"] == pytest.approx(9 / 15)
    assert seen.worst["service_indicative"]
    ways = seen.links[seen.links["way_ids"] == "W004"]
    assert len(on["W004"] & park_lines) == 10
    assert ways["park_line_count"].max() == 10


def test_f4_stations_of_the_letter_and_others(brief):
    """F4. If this fails, the brief leaves out a metro station that a line of the park feeds."""
    away = brief.stations[brief.stations["travel"] == "from_park"]
    line_4 = set(away.loc[away["metro_line"] == "4", "station_name"])
    assert {"长湖", "茜坑", "观澜"} <= line_4
    assert line_4 - {"长湖", "茜坑", "观澜"} == {
        "松元厦",
        "清湖北",
        "清湖",
        "竹村",
        "民乐",
        "观澜湖",
    }


def drive_graph(without: str = "") -> nx.DiGraph:
    graph = nx.DiGraph()
    for start, end, way in segments("motor"):
        if way["way_id"] != without:
            graph.add_edge(start, end)
            if way["oneway"] == "no":
                graph.add_edge(end, start)
    return graph


def test_f5_one_road_connects_the_park(brief):
    """F5. If this fails, the data show a way through the park that did not exist in 2020.

    The letter: the park lies between 龙华大道 and 观光路 and one narrow, overloaded road connects
    it. In the data: 观光路 runs along its north side (15 m), 龙华大道 0.8 km to the south-east, and
    新丹路 is the only street inside; cut off from 观光路, the inner stops and the south gate
    cannot be reached by bus. 新丹路's course inside is indicative (±150 m), and that it ends
    at the south gate is an assumption; how loaded it is, is not in the data.
    """
    roads = {
        name: shapely.unary_union([
            shapely.LineString([metres(*xy) for xy in way["geometry"]["coordinates"]])
            for way in features("streets") if way["properties"]["name"] == name
        ])
        for name in ("观光路", "龙华大道")
    }  # fmt: skip
    assert roads["观光路"].distance(outline()) < 20
    assert 700 < roads["龙华大道"].distance(outline()) < 900
    between = shapely.unary_union(list(roads.values())).convex_hull
    assert between.intersection(outline()).area > 0.9 * outline().area

    core = outline().buffer(-20)
    inside = {
        way["way_id"] for start, end, way in segments("motor")
        if shapely.LineString([metres(*start), metres(*end)]).intersects(core)
    }  # fmt: skip
    assert inside == {"W030"}
    (way,) = [way for way in features("streets") if way["properties"]["way_id"] == "W030"]
    assert way["properties"]["name"] == "新丹路"
    assert way["properties"]["indicative"] is True
    mouth, end = (tuple(way["geometry"]["coordinates"][place]) for place in (0, -1))
    for_buses, without = drive_graph(), drive_graph(without="W030")
    outside = (114.028477, 22.7279)  # the western end of 观光路
    assert nx.has_path(for_buses, outside, end)
    assert nx.has_path(for_buses, end, outside)
    assert mouth in without
    assert end not in without  # nothing else leads to the south gate
    assert shapely.Point(metres(*end)).distance(gates()["G2"]) < 1

    walks = brief.stops.set_index("stop_id")["walk_gate"]
    assert walks["S0113"] == walks["S0263"] == "北门（观光路）"  # 大布巷: not by the south gate


def test_f6_m450_starts_inside_the_park(area, compared):
    """F6. If this fails, the scenario is not what was done in the second half of 2020.

    With the renamings the first seven stops are those of the city's list of June 2026. In the
    base M450 starts at 观澜银星工业园, as the 2020 table has it.
    """
    base = ["观澜银星工业园", "银星工业区", "观澜爱心家园", "龙华社保分局", "丹坑村", "长湖头村"]
    assert [stop_names()[stop] for stop in sequences()["M450_0"]][:6] == base
    of_2026 = [
        "银星科技园公交首末站", "电子科大深圳高研院", "银星科技园", "观澜爱心家园",
        "观澜二办天桥", "丹坑村", "长湖头村",
    ]  # fmt: skip
    after = next(c for c in compared.cases if c.scenario.name == "m450_2020").after.network.feed
    called = after.stops.set_index("stop_id")["stop_name"]
    first = [called[stop] for stop in after.sequence("M450_0")]
    assert first[:7] == [NAMES_OF_2020.get(name, name) for name in of_2026]
    assert first[6:] == [stop_names()[stop] for stop in sequences()["M450_0"]][5:]
    back = [called[stop] for stop in after.sequence("M450_1")]
    assert back[-2:] == ["电子科大深圳高研院", "银星科技园公交首末站"]
    assert area.network.feed.sequence("M450_0") == sequences()["M450_0"]  # the base is untouched

    ledger = compared.ledger[compared.ledger["scenario"] == "m450_2020"]
    stops = ledger[ledger["subject"] == "stop"]
    lost = stops[stops["effect"] == "loss"]
    assert set(lost["subject_name"]) == {"观澜银星工业园"}  # M450's old terminus has no line left
    assert set(lost["lines_there"]) == {""}
    assert set(stops.loc[stops["effect"] == "gain", "subject_name"]) == NOT_YET_IN_2020


def test_f7_b919_gains_and_losses(compared):
    """F7. If this fails, nobody sees who loses when B919's origin moves.

    Planned in 2021, not confirmed. 观澜爱心家园 loses the loop B919 in its only direction and keeps
    four lines; B919's nearest stop is then 长安桥, 1.1 km away straight. Taken literally the plan
    drops 观澜爱心家园; the letter does not say so.
    """
    ledger = compared.ledger[compared.ledger["scenario"] == "b919_2021"]
    stops = ledger[ledger["subject"] == "stop"]
    (gain,) = stops[stops["effect"] == "gain"].to_dict("records")
    (loss,) = stops[stops["effect"] == "loss"].to_dict("records")
    assert (gain["subject_name"], gain["line"]) == ("银星科技园公交首末站", "B919")
    assert (loss["subject_id"], loss["line"]) == ("S0003", "B919")
    assert loss["buses_per_hour"] == -3.0  # every 20 minutes, assumed; the loop counted once
    assert set(loss["lines_there"].split("、")) == lines_at({"S0003"}) - {"B919"}
    assert lines_at({"S0003"}) - {"B919"} == {"627", "M450", "高快巴士6", "高快巴士17"}

    rest = set(sequences()["B919_0"]) - {"S0003"}
    terminal = shapely.Point(metres(114.041788, 22.724334))
    away = {stop_names()[s]: stop_points()[s].distance(stop_points()["S0003"]) for s in rest}
    away["银星科技园公交首末站"] = terminal.distance(stop_points()["S0003"])
    nearest = min(away, key=away.__getitem__)
    assert loss["next_stop"] == nearest == "长安桥"
    assert loss["next_straight_m"] == pytest.approx(away[nearest], abs=0.01)
    assert round(away[nearest] / 1000, 1) == 1.1

    # It starts within 500 m of the outline before and after; within 500 m of walking after only.
    parks = ledger[ledger["subject"] == "park"].set_index("what")
    assert "line within the limit" not in parks.index
    assert "starts here" not in parks.index
    near = parks.loc["line within the limit, walking"]
    assert (near["effect"], near["line"], near["buses_per_hour"]) == ("gain", "B919", 3.0)
    said = compared.verdict["b919_2021"]
    # 观澜爱心家园 is within 500 m of the gauge point, the terminal is not.
    assert said.startswith(
        "Better for 银星科技园 (+3.0 buses/h* within the limit, walking, "
        "but −3.0 buses/h* within the limit of the point)"
    )
    assert "; worse for 观澜爱心家园 (−3.0 buses/h*, next stop of B919 " in said


def test_f8_opening_the_micro_circulation(area, compared):
    """F5, F8. If this fails, nobody sees what a second way into the park gives, and to which lines.

    新丹路 is opened from the south gate to 泗黎路: walks to the two stops there fall from 1.6 km to
    0.27 km, and M510 and B919 come within a walk. The area within a walk of any stop stays: 旅游9线
    had its stop in the south of the park already. No course of 2020 changes, for no line of then
    runs from 泗黎路 into the park; a line that did would drive 0.3 km where there was no street.
    """
    gate, junction = (114.041786, 22.724021), (114.040367, 22.7239)
    link_m = shapely.Point(metres(*gate)).distance(shapely.Point(metres(*junction)))
    near = ("S0113", "S0263")  # both kerbs of 大布巷社区, on 泗黎路
    places = {"gate": gates()["G2"], **{stop: stop_points()[stop] for stop in near}}
    graph = walk_graph(places)
    add_edge(graph, gate, junction, link_m)
    walked = nx.single_source_dijkstra_path_length(graph, "gate", weight="length")
    after = next(case.after for case in compared.cases if case.scenario.name == "microcirculation")
    found = after.stops.set_index("stop_id")["walk_m"]
    for stop in near:
        assert walk_m(stop) > 1500
        assert found[stop] == pytest.approx(walked[stop], abs=0.01)
        assert walked[stop] < 275
    table = compared.table[compared.table["scenario"] == "microcirculation"]
    park = table[table["subject"] == "park"].set_index("measure")
    newly = lines_at(set(near)) - lines_at(
        {stop for stop in stop_points() if walk_m(stop) <= LIMIT}
    )
    assert newly == {"M510", "B919"}
    assert park.loc["lines_within_walk", "change"] == len(newly)
    assert park.loc["stops_within_walk", "change"] == len(near)
    assert park.loc["share_walk", "change"] == pytest.approx(0, abs=1e-6)
    streets = [network.streets for network in (area.network, after.network)]
    for pattern, course in area.network.courses.items():
        assert course.length_m.sum() == pytest.approx(after.network.courses[pattern].length_m.sum())
    terminal = metres(114.041788, 22.724334)
    hop = np.array([stop_points()["S0113"].coords[0], terminal])
    old, new = (one.driving.courses([hop])[0] for one in streets)
    assert (old.matched.tolist(), new.matched.tolist()) == ([False], [True])
    # From the kerb's place on 泗黎路 to the junction, over the link, and up 新丹路 to the terminal.
    kerb, corner, end = (stop_points()["S0113"], metres(*junction), metres(*gate))
    rough = kerb.distance(shapely.Point(corner)) + link_m + shapely.Point(end).distance(
        shapely.Point(terminal)
    )  # fmt: skip
    assert rough - 10 < new.length_m[0] < rough + 10


@pytest.mark.parametrize(
    ("stop", "name", "lon", "lat"),
    [
        ("S0001", "观澜银星工业园", 114.04152, 22.73223),
        ("S0003", "观澜爱心家园", 114.0402, 22.7354),
        ("S0113", "大布巷社区", 114.0408, 22.7230),
        ("S0511", "观澜银星工业园", 114.0418, 22.7243),
    ],
)
def test_places_of_the_base_stand_where_the_facts_say(stop, name, lon, lat):
    """If this fails, a stop of the story stands somewhere else: a wrong datum moves it 600 m."""
    assert stop_names()[stop] == name
    assert stop_points()[stop].distance(shapely.Point(metres(lon, lat))) < 25
