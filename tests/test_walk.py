"""Walking distance: against hand sums on odd streets and against networkx on random ones."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from town import CRS, Piece, lattice, make_streets, metric
from walkers import Spot, Walkers, anchors_of, random_pieces, random_spots

from transit.analysis.walk import walk
from transit.model.streets import Streets


def metres(pieces: list[Piece], start: Spot, end: Spot, *, toward: bool = False) -> float:
    """Walking metres between two spots by the code under test."""
    walked = walk(make_streets(pieces), anchors_of([start]), toward=toward)
    return float(walked.to(anchors_of([end]))[0])


def test_lattice_has_61_nodes_within_500_m():
    """If this fails, every walk distance and walk catchment a planner prints is wrong."""
    # FACTS: rows of 1, 3, 5, 7, 9, 11, 9, 7, 5, 3, 1 nodes = 61.
    streets = make_streets(lattice())
    corner = streets.snap(metric([(600, 600)]), within_m=100)
    walked = walk(streets, corner, limit_m=500)
    assert int((walked.node_m <= 500).sum()) == 61
    assert walked.node_m[np.isfinite(walked.node_m)].max() == 500


def test_parallel_edges_count_the_shorter():
    """If this fails, two ways between the same junctions are added up or the longer is taken."""
    # 100 m straight, or 100 + 100 + 100 = 300 m round three sides; the stub continues 50 m.
    straight = Piece(((0, 0), (100, 0)))
    round_about = Piece(((0, 0), (0, 100), (100, 100), (100, 0)))
    stub = Piece(((100, 0), (150, 0)))
    approach = Piece(((-20, 0), (0, 0)))
    for order in ([straight, round_about], [round_about, straight]):
        pieces = [*order, stub, approach]
        assert metres(pieces, Spot(3, 0), Spot(2, 50)) == pytest.approx(20 + 100 + 50)


def test_half_way_round_the_longer_of_two_parallel_edges():
    """If this fails, a stop on a side road is measured along the wrong road of the same name."""
    # To the middle (150 m) of the 300 m piece from its far end: min(150, 100 + 150) = 150.
    pieces = [Piece(((0, 0), (100, 0))), Piece(((0, 0), (0, 100), (100, 100), (100, 0)))]
    assert metres(pieces, Spot(0, 100), Spot(1, 150)) == pytest.approx(150)
    # From half-way along the straight piece, 50 m to either end: 50 + 150 = 200.
    assert metres(pieces, Spot(0, 50), Spot(1, 150)) == pytest.approx(200)


def test_self_loop_is_walked_the_shorter_way_round():
    """If this fails, stops on a turning circle or estate loop are too far by up to its length."""
    # A square of side 100 hangs at (0, 0): 400 m round. 300 m along is 100 m the other way.
    loop = Piece(((0, 0), (0, 100), (100, 100), (100, 0), (0, 0)))
    stem = Piece(((-30, 0), (0, 0)))
    assert metres([loop, stem], Spot(1, 0), Spot(0, 300)) == pytest.approx(30 + 100)
    # From 50 m to 350 m along the loop: 300 m straight on, or 50 + 50 through the junction.
    assert metres([loop, stem], Spot(0, 50), Spot(0, 350)) == pytest.approx(100)


def test_bridge_is_no_crossing():
    """If this fails, people walk off a bridge onto the road below it."""
    bridge, road = Piece(((-50, 0), (50, 0))), Piece(((0, -50), (0, 50)))
    assert metres([bridge, road], Spot(0, 50), Spot(1, 50)) == np.inf


def test_two_stops_on_one_edge_both_ways():
    """If this fails, two kerbs of one block seem to be a walk round the block apart."""
    pieces = [Piece(((0, 0), (100, 0)))]
    assert metres(pieces, Spot(0, 20, 3), Spot(0, 70, 4)) == pytest.approx(3 + 50 + 4)
    assert metres(pieces, Spot(0, 70, 4), Spot(0, 20, 3)) == pytest.approx(3 + 50 + 4)


def test_escalator_is_walked_one_way_only():
    """If this fails, one-way stairs are climbed against their direction, or never at all."""
    # Up: 40 m of escalator. Down: only the 60 + 40 + 60 m detour over the ramp.
    up = Piece(((0, 0), (40, 0)), "forward")
    ramp = Piece(((0, 0), (0, 60), (40, 60), (40, 0)))
    pieces = [up, ramp]
    foot, head = Spot(1, 0), Spot(1, 160)
    assert metres(pieces, foot, head) == pytest.approx(40)
    assert metres(pieces, head, foot) == pytest.approx(160)
    # Walking *toward* the seed turns it round: from head to foot is 160, seen from the foot.
    assert metres(pieces, foot, head, toward=True) == pytest.approx(160)
    assert metres(pieces, head, foot, toward=True) == pytest.approx(40)


def test_stop_behind_you_on_a_one_way_edge_needs_the_way_round():
    """If this fails, people walk backwards down an escalator to a stop beside it."""
    # On the 40 m escalator from 30 m to 10 m: 10 on, 160 back over the ramp, 10 up = 180.
    pieces = [Piece(((0, 0), (40, 0)), "forward"), Piece(((0, 0), (0, 60), (40, 60), (40, 0)))]
    assert metres(pieces, Spot(0, 30), Spot(0, 10)) == pytest.approx(10 + 160 + 10)
    assert metres(pieces, Spot(0, 10), Spot(0, 30)) == pytest.approx(20)


@pytest.mark.parametrize("toward", [False, True])
@pytest.mark.parametrize(("foot", "end"), [("forward", 40), ("backward", 40), ("forward", 0)])
def test_stop_at_the_end_of_a_one_way_edge_stands_at_the_junction(foot, end, toward):
    """If this fails, a stop at the top of an escalator cannot be reached from the square there."""
    # The edge's end and the street's start are the same junction, so the walk is the street's 30 m
    # whichever way the escalator runs.
    escalator = Piece(((0, 0), (40, 0)), foot)
    place = (40, 0) if end else (0, 0)
    street = Piece((place, (place[0], 30)))
    pieces = [escalator, street]
    assert metres(pieces, Spot(1, 30), Spot(0, end), toward=toward) == pytest.approx(30)
    assert metres(pieces, Spot(0, end), Spot(1, 30), toward=toward) == pytest.approx(30)


def test_street_nobody_may_walk_carries_no_walk():
    """If this fails, people walk along the motorway."""
    pieces = [Piece(((0, 0), (100, 0)), "no"), Piece(((100, 0), (200, 0)))]
    streets = make_streets(pieces)
    assert streets.snap(metric([(10, 0)]), within_m=50).edge.tolist() == [-1]
    assert metres(pieces, Spot(1, 0), Spot(0, 50)) == np.inf


def test_disconnected_street_is_infinitely_far():
    """If this fails, an estate without a way out looks near."""
    pieces = [Piece(((0, 0), (100, 0))), Piece(((100, 5), (200, 5)))]
    assert metres(pieces, Spot(0, 50), Spot(1, 50)) == np.inf


def test_cul_de_sac_is_walked_in_and_out():
    """If this fails, a stop at the end of a dead end is lost or looks nearer than it is."""
    pieces = [Piece(((0, 0), (100, 0))), Piece(((100, 0), (100, 70)))]
    assert metres(pieces, Spot(1, 70), Spot(0, 0)) == pytest.approx(170)


def test_a_seed_without_a_street_starts_no_walk():
    """If this fails, a stop in a field is walked from the first street in the table."""
    walked = walk(make_streets(lattice(1, 1)), anchors_of([Spot(-1, 0, np.inf)]))
    assert np.isinf(walked.node_m).all()
    assert len(walked.pieces(1000)[0]) == 0


def test_pieces_beyond_the_bound_are_refused():
    """If this fails, a catchment longer than its walk is silently too small."""
    walked = walk(make_streets(lattice(1, 1)), anchors_of([Spot(0, 0)]), limit_m=50)
    with pytest.raises(ValueError, match="bounded at 50"):
        walked.pieces(51)


def test_unbounded_walk_gives_all_pieces_without_warning():
    """If this fails, asking for everything that can be reached at all stops with a warning."""
    pieces = [Piece(((0, 0), (100, 0))), Piece(((100, 5), (200, 5)))]
    edge, start, end = walk(make_streets(pieces), anchors_of([Spot(0, 50)])).pieces(np.inf)
    assert (edge.tolist(), start.tolist(), end.tolist()) == ([0], [0.0], [100.0])


def test_snap_takes_the_nearest_walkable_street_within_reach():
    """If this fails, stops are walked to from the wrong street, or from none."""
    # (250, 30): 30 m north of the street y = 0, 50 m from x = 200. (50, 250) lies beyond 100 m.
    streets = make_streets([Piece(((0, 0), (300, 0))), Piece(((200, 0), (200, 130)))])
    found = streets.snap(metric([(250, 30), (50, 150), (210, 60)]), within_m=100)
    assert found.edge.tolist() == [0, -1, 1]
    assert found.offset_m[[0, 2]] == pytest.approx([250, 60])
    assert found.access_m == pytest.approx([30, np.inf, 10])
    assert streets.distance_to_nearest(metric([(50, 150), (-30, 40)])) == pytest.approx([150, 50])


def test_snap_ties_go_to_the_lowest_row():
    """If this fails, the same data give another walk on another day."""
    streets = make_streets([Piece(((0, 100), (100, 100))), Piece(((0, 0), (100, 0)))])
    assert streets.snap(metric([(50, 50)]), within_m=100).edge.tolist() == [0]


def test_snap_without_streets_or_points():
    """If this fails, an area whose streets are missing stops with a traceback."""
    none = Streets(
        CRS, np.empty((0, 2)), make_streets([]).edges, np.empty((0, 2)), np.zeros(1, int)
    )
    assert none.snap(metric([(0, 0)]), within_m=100).edge.tolist() == [-1]
    assert none.distance_to_nearest(metric([(0, 0)])).tolist() == [np.inf]
    assert len(make_streets(lattice(1, 1)).snap(np.empty((0, 2)), within_m=100)) == 0


@settings(max_examples=30)
@given(random_pieces(), st.lists(st.tuples(st.integers(-200, 900), st.integers(-200, 600)),
                                 min_size=1, max_size=5))  # fmt: skip
def test_snap_agrees_with_every_street_tried(pieces, places):
    """If this fails, some stop is snapped past a nearer street."""
    streets = make_streets(pieces)
    found = streets.snap(metric(places), within_m=150)
    for row, xy in enumerate(metric(places)):
        away = [shapely.Point(xy).distance(shapely.LineString(metric(piece.points)))
                for piece in pieces if piece.foot != "no"]  # fmt: skip
        nearest = min(away, default=np.inf)
        assert found.access_m[row] == pytest.approx(nearest if nearest <= 150 else np.inf)


@settings(max_examples=80)
@given(st.data(), random_pieces(), st.booleans(), st.sampled_from([150.0, 700.0, np.inf]))
def test_distances_agree_with_networkx(data, pieces, toward, limit):
    """If this fails, some stop's walk is longer or shorter than the streets make it."""
    seeds = data.draw(random_spots(pieces), "seeds")
    asked = data.draw(random_spots(pieces, 4), "asked")
    walked = walk(make_streets(pieces), anchors_of(seeds), limit_m=limit, toward=toward)
    got = walked.to(anchors_of(asked))
    oracle = Walkers(pieces, seeds, asked, toward=toward)
    for metres_, spot in zip(got, asked, strict=True):
        true = oracle.to(spot)
        on_street = true - spot.access_m
        if on_street <= limit - 1e-6:
            assert metres_ == pytest.approx(true, abs=1e-6)
        else:
            assert metres_ >= true - 1e-6 or np.isinf(metres_)


@settings(max_examples=60)
@given(st.data(), random_pieces(), st.booleans())
def test_node_distances_agree_with_networkx(data, pieces, toward):
    """If this fails, the heart of every distance in the toolkit is wrong."""
    seeds = data.draw(random_spots(pieces), "seeds")
    streets = make_streets(pieces)
    node_m = walk(streets, anchors_of(seeds), toward=toward).node_m
    oracle = Walkers(pieces, seeds, toward=toward)
    for place, metres_ in zip(streets.node_xy - metric([(0, 0)]), node_m, strict=True):
        true = oracle.reached.get((place[0], place[1]), np.inf)
        assert metres_ == pytest.approx(true, abs=1e-6)
