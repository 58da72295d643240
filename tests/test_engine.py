"""The compiled kernels alone: against scipy on graphs of thousands, and by hand on corner cases."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from transit.engine.clip import cut, merge_pieces, reached_pieces, seed_pieces
from transit.engine.reach import node_distances


def arcs(tail, head, length, nodes):
    """Arcs in compressed sparse row form."""
    order = np.argsort(tail, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=nodes))])
    return first.astype(np.int64), np.asarray(head)[order], np.asarray(length)[order]


def shortest_of_parallel(tail, head, length, nodes):
    """A sparse matrix with the *least* of parallel arcs (scipy itself would add them up)."""
    table = {}
    for row in zip(tail.tolist(), head.tolist(), length.tolist(), strict=True):
        table[row[:2]] = min(row[2], table.get(row[:2], np.inf))
    rows, columns = np.array(list(table)).T
    return csr_array((list(table.values()), (rows, columns)), shape=(nodes, nodes))


@pytest.mark.parametrize("seed", range(4))
def test_distances_agree_with_scipy_on_thousands_of_nodes(seed):
    """If this fails, walks in a real city are wrong where small tests look right."""
    generator = np.random.default_rng(seed)
    nodes, count = 3000, 9000
    tail, head = generator.integers(nodes, size=(2, count))
    length = generator.uniform(1, 300, count)
    starts = generator.choice(nodes, 5, replace=False)
    costs = generator.uniform(0, 90, 5)
    every = dijkstra(shortest_of_parallel(tail, head, length, nodes), indices=starts)
    expected = (every + costs[:, None]).min(axis=0)
    for limit in (np.inf, 700.0):
        got = node_distances(*arcs(tail, head, length, nodes), starts, costs, limit)
        np.testing.assert_allclose(
            got, np.where(expected <= limit, expected, np.inf), rtol=0, atol=1e-9
        )


def test_limit_is_included_and_seeds_beyond_it_are_not():
    """If this fails, a place at exactly 500 m is left out, or one beyond is let in."""
    first, head, length = arcs([0, 1], np.array([1, 2]), np.array([300.0, 200.0]), 3)
    seeds = np.array([0])
    at = node_distances(first, head, length, seeds, np.array([0.0]), 500.0)
    assert at.tolist() == [0, 300, 500]
    short = node_distances(first, head, length, seeds, np.array([0.0]), 499.999)
    assert short.tolist() == [0, 300, np.inf]
    none = node_distances(first, head, length, seeds, np.array([501.0]), 500.0)
    assert np.isinf(none).all()


def test_seed_that_has_spent_all_still_counts_where_it_stands():
    """If this fails, a stop whose access takes the whole limit is not reached at all."""
    first, head, length = arcs([0], np.array([1]), np.array([1.0]), 2)
    got = node_distances(first, head, length, np.array([0]), np.array([500.0]), 500.0)
    assert got.tolist() == [500, np.inf]


def test_two_seeds_at_a_node_and_arcs_of_no_length():
    """If this fails, two stops at one corner, or a doubled vertex, upset the search."""
    first, head, length = arcs([0, 0, 1], np.array([1, 0, 2]), np.array([0.0, 0.0, 5.0]), 4)
    got = node_distances(first, head, length, np.array([0, 0]), np.array([7.0, 3.0]), np.inf)
    assert got.tolist() == [3, 3, 8, np.inf]


def test_pieces_from_both_ends_by_hand():
    """If this fails, what is left at a junction is not spent on the street."""
    # A 100 m edge, 70 m and 60 m walked to its ends, limit 90: 20 m and 30 m are left.
    node_m, ends = np.array([70.0, 60.0]), (np.array([0]), np.array([1]))
    both, length = (np.array([True]), np.array([True])), np.array([100.0])
    edge, start, end = reached_pieces(node_m, ends, length, both, 90.0)
    assert (edge.tolist(), start.tolist(), end.tolist()) == ([0, 0], [0, 70], [20, 100])
    forward = (np.array([True]), np.array([False]))
    edge, start, end = reached_pieces(node_m, ends, length, forward, 90.0)
    assert (edge.tolist(), start.tolist(), end.tolist()) == ([0], [0], [20])


def test_no_piece_of_a_street_that_begins_at_the_limit():
    """If this fails, streets of no length lie about the edge of every catchment."""
    both = (np.array([True]), np.array([True]))
    node_m, ends = np.array([90.0, np.inf]), (np.array([0]), np.array([1]))
    for way in (ends, ends[::-1]):
        edge, _, _ = reached_pieces(node_m, way, np.array([100.0]), both, 90.0)
        assert edge.tolist() == []


def test_seed_pieces_by_hand():
    """If this fails, the street right at the stop is missing, or walked the wrong way."""
    # Offset 40 of 100, 10 spent of 35: 25 m each way where allowed, cut at the end of the edge.
    seeds = (np.array([0, 1, 2]), np.array([40.0, 40.0, 90.0]), np.array([10.0, 10.0, 10.0]))
    ways = (np.array([True, True, True]), np.array([True, False, True]))
    _, start, end = seed_pieces(seeds, np.full(3, 100.0), ways, 35.0)
    assert (start.tolist(), end.tolist()) == ([15, 40, 65], [65, 65, 100])


def test_merge_joins_what_overlaps_or_touches_on_one_edge_only():
    """If this fails, streets are counted twice, or two streets become one."""
    pieces = (
        np.array([1, 0, 0, 0, 1]),
        np.array([0.0, 50, 0, 20, 5]),
        np.array([5.0, 60, 20, 30, 9]),
    )
    edge, start, end = merge_pieces(pieces)
    assert list(zip(edge, start, end, strict=True)) == [(0, 0, 30), (0, 50, 60), (1, 0, 9)]
    inner = merge_pieces((np.array([0, 0]), np.array([0.0, 10]), np.array([90.0, 20])))
    assert [part.tolist() for part in inner] == [[0], [0], [90]]
    assert len(merge_pieces((np.zeros(0, np.int64), np.zeros(0), np.zeros(0)))[0]) == 0


def test_cut_keeps_vertices_between_and_gives_exact_ends():
    """If this fails, a catchment's streets leave their course or miss their limit."""
    # Vertices at 0, 50, 50 (doubled) and 100 m along.
    coords = np.array([[0.0, 0], [50, 0], [50, 0], [50, 50]])
    offsets = np.array([0, 4])
    edge = np.zeros(4, np.int64)
    start, end = np.array([10.0, 0, 50, 100]), np.array([70.0, 100, 50, 100])
    found, bounds = cut(coords, offsets, edge, start, end)
    drawn = [found[bounds[row] : bounds[row + 1]].tolist() for row in range(4)]
    assert drawn[0][0] == [10, 0]
    assert drawn[0][-1] == [50, 20]
    assert [50, 0] in drawn[0]
    assert drawn[1][0] == [0, 0]
    assert drawn[1][-1] == [50, 50]
    assert drawn[2][0] == drawn[2][-1] == [50, 0]
    assert drawn[3][0] == drawn[3][-1] == [50, 50]
