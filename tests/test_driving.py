"""Where buses drive: hand sums, another program on random streets, and what an edit keeps."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from street_changes import STREET_CHANGES
from town import Piece, degrees, lattice, make_feed, make_streets, metric, network

from transit.model.arcs import DEAD_END_M, U_TURN_M
from transit.model.course import KERB_M, Course
from transit.model.driving import LONGEST_M, LONGEST_RATIO
from transit.model.streets import Streets
from transit.scenario.scenario import Scenario
from transit.scenario.streets import OpenStreet

EXAMPLES = settings(
    max_examples=int(os.environ.get("LAW_EXAMPLES", "25")), suppress_health_check=list(HealthCheck)
)


def course(streets: Streets, *places: tuple[float, float]) -> Course:
    """The course through places given in metres from the town's origin."""
    return streets.driving.courses([metric(places)])[0]


def with_columns(streets: Streets, rows: list[int], **values: object) -> Streets:
    edges = streets.edges.copy()
    for name, value in values.items():
        edges.loc[rows, name] = value
    return replace(streets, edges=edges)


def ring(**first: object) -> Streets:
    """A block of 200 m by 100 m: its south, east, north and west side, drawn round the clock back.

    ``first`` are values of the south side.
    """
    corners = [(0, 0), (200, 0), (200, 100), (0, 100), (0, 0)]
    pieces = [Piece(side) for side in pairwise(corners)]
    return with_columns(make_streets(pieces), [0], **first)


# ---- hand sums ------------------------------------------------------------------------------


def test_metres_along_the_blocks():
    """If this fails, a line's length is that of a bird."""
    found = network().courses["R007_0"]
    # S1 (700, 400) to S3 (950, 300): 250 + 100. S3 to S4 (1200, 1200): 250 + 900.
    assert found.length_m == pytest.approx([350, 1150])
    # √(250² + 100²) and √(250² + 900²).
    assert found.straight_m == pytest.approx([269.258, 934.077], abs=0.001)
    assert found.matched.all()
    assert found.off_m == pytest.approx([0, 0], abs=1e-6)
    # Straight over driven; the stops stand on their street.
    assert found.quality == pytest.approx([269.258 / 350, 934.077 / 1150], abs=1e-4)


def test_metres_driven_of_every_call_of_the_town():
    """If this fails, loops and lines that call twice somewhere are measured wrongly."""
    town = network()
    visits = town.feed.visits
    driven = dict(zip(zip(visits["pattern_id"], visits["position"], strict=True),
                      town.drive_m, strict=True))  # fmt: skip
    # S3 (950, 300) → S1 (700, 400) 350 → S2 (200, 800) 900 → S5 (400, 1100) 500 → S3 1350.
    assert [driven["RLOOP_0", hop] for hop in range(5)] == pytest.approx([0, 350, 900, 500, 1350])
    # S3 → S1 350 → S2 900 → S1 900 → S5 (400, 1100) 300 + 700.
    assert [driven["RTWICE_0", hop] for hop in range(5)] == pytest.approx([0, 350, 900, 900, 1000])


def test_one_way_street_sends_buses_round():
    """If this fails, buses drive against one-way streets."""
    east, west = (50, 0), (150, 0)
    two_way = ring()
    assert course(two_way, west, east).length_m == pytest.approx([100])
    one_way = ring(motor_backward=False)
    assert course(one_way, east, west).length_m == pytest.approx([100])
    # East 50, north 100, west 200, south 100, east 50.
    assert course(one_way, west, east).length_m == pytest.approx([500])


def test_forbidden_turn_sends_buses_round():
    """If this fails, buses turn where the sign forbids it."""
    streets = make_streets(lattice(2, 1))
    row = {tuple(map(tuple, np.round(np.array(line.coords) - (504_000, 2_514_000)))): number
           for number, line in enumerate(streets.lines)}  # fmt: skip
    south, up = row[(0, 0), (100, 0)], row[(100, 0), (100, 100)]
    start, end = (50, 0), (100, 50)
    assert course(streets, start, end).length_m == pytest.approx([100])
    node = int(streets.ends()[1][south])
    banned = replace(streets, no_turns=np.array([[south, node, up]]))
    # West 50, north 100, east 100, south 50 (turning round anywhere would cost 400 more).
    assert course(banned, start, end).length_m == pytest.approx([300])
    # The other way is free: the turn is forbidden from the south side only.
    assert course(banned, end, start).length_m == pytest.approx([100])


def test_turning_round_at_the_end_of_a_street_only():
    """If this fails, buses turn round in the middle of a road, or a cul-de-sac traps them."""
    # One street of 300 m in three pieces.
    street = [Piece(((0, 0), (100, 0))), Piece(((100, 0), (200, 0))), Piece(((200, 0), (300, 0)))]
    # Out 140 m; on 150 m to the end, where turning costs 30 m, and back 280 m. Turning at the
    # junction 50 m ahead would save 200 m of driving, and cost 400 m.
    found = course(make_streets(street), (10, 0), (150, 0), (20, 0))
    assert found.length_m == pytest.approx([140, 430])


def test_a_stop_too_far_from_any_street_is_reached_straight():
    """If this fails, one stop off the map makes the rest of its line disappear."""
    feed = make_feed(
        {"A": ("甲", 100, 100, ""), "B": ("乙", -150, 100, ""), "C": ("丙", 100, 300, ""),
         "D": ("丁", 100, 500, "")},
        {"R_0": ("1", 0, "A B C D")},
    )  # fmt: skip
    found = network(feed).courses["R_0"]
    # A–B 250 straight, B–C √(250² + 200²) straight, C–D 200 along the street.
    assert found.matched.tolist() == [False, False, True]
    assert found.length_m == pytest.approx([250, 320.156, 200], abs=0.001)
    assert found.line_m == pytest.approx([250, 320.156, 200], abs=0.001)
    assert np.isnan(found.off_m[:2]).all()
    assert found.quality.tolist()[:2] == [0, 0]
    assert set(found.hop.tolist()) == {2}


def test_street_with_a_speed_of_its_own():
    """If this fails, a bus lane or a 30 km/h zone changes no run time."""
    streets = ring(bus_speed_kmh=36.0)
    found = course(streets, (0, 50), (150, 0))
    # 50 m south at the line's speed, then 150 m east at 36 km/h = 10 m/s.
    assert found.line_m == pytest.approx([50])
    assert found.street_secs == pytest.approx([15])


def test_stop_across_the_road_costs_quality():
    """If this fails, a doubtful match looks as good as a sure one."""
    found = course(ring(), (50, -30), (150, -30))
    assert found.length_m == pytest.approx([100])
    assert found.off_m == pytest.approx([30])
    assert found.quality == pytest.approx([1 - 30 / KERB_M])


def test_where_a_street_was_divided_nobody_turns_round():
    """If this fails, a footpath that joins a road lets buses turn round on it."""
    whole = make_streets([Piece(((0, 0), (100, 0), (200, 0)))])
    halves = make_streets([Piece(((0, 0), (100, 0))), Piece(((100, 0), (200, 0)))])
    divided = replace(halves, joint=np.array([0, 1, 0]))
    turns = [list(streets.turns.following) for streets in (whole, halves, divided)]
    # Whole: round at either end. Two pieces of their own: on, and round at three nodes, both ways.
    assert [len(found) for found in turns] == [2, 6, 4]


# ---- another program ------------------------------------------------------------------------


@st.composite
def random_streets(draw: st.DrawFn) -> Streets:
    """A crooked lattice with one-way streets, gaps, cul-de-sacs and forbidden turns."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    shift = {(i, j): rng.uniform(-20, 20, 2) for i in range(5) for j in range(4)}
    pieces = []
    for piece in lattice(4, 3):
        moved = tuple((x + shift[x // 100, y // 100][0], y + shift[x // 100, y // 100][1])
                      for x, y in piece.points)  # fmt: skip
        if rng.random() > 0.15:
            pieces.append(Piece(moved))
    streets = make_streets(pieces)
    one_way = np.flatnonzero(rng.random(len(streets)) < 0.3).tolist()
    streets = with_columns(streets, one_way, motor_backward=False)
    banned = []
    first, last = streets.ends()
    for _ in range(draw(st.integers(0, 12))):
        row = int(rng.integers(len(streets)))
        node = int((first, last)[rng.integers(2)][row])
        onto = rng.choice(np.flatnonzero((first == node) | (last == node)))
        banned.append((row, node, int(onto)))
    return replace(streets, no_turns=np.array(banned, dtype=np.int64).reshape(-1, 3))


def arc_graph(streets: Streets) -> nx.DiGraph:
    """Every direction of a piece a node, every turn that is allowed an edge: what follows costs."""
    first, last = streets.ends()
    open_ways = streets.motor()
    arcs = [(row, way) for row in range(len(streets)) for way in (0, 1) if open_ways[way][row]]
    head = {(row, way): int((last, first)[way][row]) for row, way in arcs}
    tail = {(row, way): int((first, last)[way][row]) for row, way in arcs}
    degree: dict[int, int] = {}
    for row in {row for row, _ in arcs}:
        for node in (int(first[row]), int(last[row])):
            degree[node] = degree.get(node, 0) + 1
    banned = set(map(tuple, streets.no_turns.tolist()))
    graph = nx.DiGraph()
    graph.add_nodes_from(arcs)
    for one in arcs:
        for other in arcs:
            node = head[one]
            if node != tail[other] or (one[0], node, other[0]) in banned:
                continue
            back = one[0] == other[0]
            round_m = (DEAD_END_M if degree[node] == 1 else U_TURN_M) if back else 0.0
            graph.add_edge(one, other, turn=round_m)
    return graph


def drive_cost(streets: Streets, graph: nx.DiGraph, start: int, end: int, rough: float) -> float:
    """Least cost from the middle of one piece to the middle of another, by networkx."""
    half = streets.length_m / 2 * rough
    from_middle = nx.DiGraph()
    for one, other, turn_m in graph.edges(data="turn"):
        from_middle.add_edge(one, other, cost=2 * half[one[0]] + turn_m)
        if one[0] == start:  # a drive begins half-way along the first piece
            from_middle.add_edge(("start", one), other, cost=half[one[0]] + turn_m)
    best = np.inf
    for begin in (node for node in from_middle if node[0] == "start"):
        cost = nx.single_source_dijkstra_path_length(from_middle, begin, weight="cost")
        best = min([best, *(metres + half[end] for arc, metres in cost.items() if arc[0] == end)])
    return best


@EXAMPLES
@given(random_streets(), st.data())
def test_drives_are_the_cheapest_that_networkx_finds(streets, data):
    """If this fails, a bus is sent a longer way than it need go, or one that is forbidden."""
    rows = st.integers(0, len(streets) - 1)
    start, end = data.draw(rows), data.draw(rows)
    if start == end:
        return
    middle = [streets.lines[row].interpolate(0.5, normalized=True) for row in (start, end)]
    xy = np.array([(point.x, point.y) for point in middle])
    near = streets.driving
    found = near.courses([xy])[0]
    graph = arc_graph(streets)
    expected = drive_cost(streets, graph, start, end, 1.1)  # residential streets are 1.1 as dear
    limit = LONGEST_M + LONGEST_RATIO * np.hypot(*(xy[1] - xy[0]))
    if expected > limit:
        assert not found.matched[0]
        return
    assert found.matched[0]
    arcs = [(int(edge), int(finish < begin)) for edge, begin, finish
            in zip(found.edge, found.start_m, found.end_m, strict=True)]  # fmt: skip
    turns = sum(graph.edges[pair]["turn"] for pair in pairwise(arcs))
    assert found.length_m[0] * 1.1 + turns == pytest.approx(expected, abs=1e-6)


# ---- what an edit keeps ---------------------------------------------------------------------


def assert_same(found: dict[str, Course], anew: dict[str, Course]) -> None:
    for pattern, course in found.items():
        for name, value in vars(course).items():
            np.testing.assert_array_equal(value, getattr(anew[pattern], name), f"{pattern} {name}")


@EXAMPLES
@given(st.data())
def test_what_an_edit_keeps_is_what_is_worked_out_anew(data):
    """If this fails, comparing after an edit gives another answer than starting afresh."""
    places = st.tuples(st.integers(-4, 84), st.integers(-4, 64))
    stops = {f"S{n}": ("站", *(10 * v for v in data.draw(places)), "") for n in range(8)}
    calls = st.lists(st.sampled_from(sorted(stops)), min_size=2, max_size=6)
    lines = [[a for n, a in enumerate(line) if n == 0 or line[n - 1] != a]
             for line in data.draw(st.lists(calls, min_size=2, max_size=4))]  # fmt: skip
    courses = {f"R{n}_0": (f"{n}", 0, " ".join(c)) for n, c in enumerate(lines) if len(c) > 1}
    if not courses:
        return
    now = network(make_feed(stops, courses), lattice(8, 6))
    for verb in data.draw(st.lists(st.sampled_from(sorted(STREET_CHANGES)), max_size=4)):
        assert now.courses  # what is asked is kept with the streets
        scenario = Scenario("s", (data.draw(STREET_CHANGES[verb](now)),))
        if not scenario.problems(now):
            now = scenario.apply(now)
    anew = replace(now, streets=replace(now.streets))
    assert_same(now.courses, anew.courses)


def test_an_edit_far_away_keeps_every_drive():
    """If this fails, each edit works out the whole city anew."""
    feed = make_feed(
        {"A": ("甲", 100, 100, ""), "B": ("乙", 300, 100, "")}, {"R_0": ("1", 0, "A B")}
    )
    base = network(feed, lattice())
    assert base.courses["R_0"].length_m == pytest.approx([200])
    for east, kept in ((1150, 1), (250, 0)):
        points = (degrees(east, 100), degrees(east, 200))
        link = OpenStreet(way_id="X", points=points, datum="WGS-84", who="both", indicative=True,
                          year=2021)  # fmt: skip
        after = Scenario("s", (link,)).apply(base)
        assert len(after.streets.driving._hops) == kept  # taken over before anybody asked
        assert after.courses["R_0"].length_m == pytest.approx([200])
