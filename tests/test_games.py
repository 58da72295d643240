"""Shares of a whole on games from the textbooks, apart from any network."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.attribution.shares import Sampling, exact_shares, sampled_shares
from transit.engine.games import dividends, interaction_indices, shapley_values


def glove(subset: int) -> np.ndarray:
    """Players 1 and 2 hold a left glove each, player 3 the only right one; a pair is worth 1."""
    left, right = subset & 0b011, subset & 0b100
    return np.array([1.0 if left and right else 0.0])


def airport(subset: int) -> np.ndarray:
    """A runway must be as long as its largest user needs: costs 1, 2, 3 for players 1, 2, 3."""
    return np.array([max((player + 1.0 for player in range(3) if subset >> player & 1), default=0)])


def values_of(game, players: int) -> np.ndarray:
    return np.array([game(subset) for subset in range(1 << players)])


def by_all_orders(values: np.ndarray, players: int) -> np.ndarray:
    """The definition itself: what each adds to those before it, over every order."""
    total = np.zeros((players, values.shape[1]))
    for order in permutations(range(players)):
        subset = 0
        for player in order:
            total[player] += values[subset | 1 << player] - values[subset]
            subset |= 1 << player
    return total / math.factorial(players)


def test_glove_game():
    """If this fails, the only one who can open a street gets no more than those it opens it to."""
    # Of the 6 orders, player 1 completes a pair only in (3, 1, 2): 1/6; so does 2 in (3, 2, 1).
    # Player 3 does in the other four: 4/6.
    found = exact_shares(glove, 3)
    assert found.shapley[:, 0] == pytest.approx([1 / 6, 1 / 6, 4 / 6])
    assert found.alone[:, 0].tolist() == [0, 0, 0]
    # Without 1 or 2 a pair remains; without 3 there is none.
    assert found.last[:, 0].tolist() == [0, 0, 1]
    # d(13) = d(23) = 1; d(123) = 1 − 1 − 1 = −1.
    assert found.dividends[:, 0].tolist() == [0, 0, 0, 0, 0, 1, 1, -1]
    # I(13) = d(13) + d(123)/2 = 1/2; I(12) = 0 − 1/2: the two left gloves do the same work.
    assert found.pairs[0, 2, 0] == pytest.approx(1 / 2)
    assert found.pairs[0, 1, 0] == pytest.approx(-1 / 2)
    assert found.evaluated == 8


def test_airport_game():
    """If this fails, a shared cost is not shared as Littlechild and Owen (1973) share it."""
    # The first third of the runway is shared by three, the second by two, the last is 3's own.
    expected = [1 / 3, 1 / 3 + 1 / 2, 1 / 3 + 1 / 2 + 1]
    assert exact_shares(airport, 3).shapley[:, 0] == pytest.approx(expected)


def test_several_measures_are_shared_apart():
    """If this fails, asking two questions at once gives other answers than asking each."""
    both = exact_shares(lambda subset: np.concatenate([glove(subset), airport(subset)]), 3)
    for column, game in enumerate((glove, airport)):
        one = exact_shares(game, 3)
        assert both.shapley[:, column] == pytest.approx(one.shapley[:, 0])
        assert both.pairs[:, :, column] == pytest.approx(one.pairs[:, :, 0])


def test_a_single_change_is_the_whole():
    """If this fails, a package of one change has an interaction with itself."""
    found = exact_shares(lambda subset: np.array([10.0 + 3 * subset]), 1)
    assert (found.alone[0, 0], found.last[0, 0], found.shapley[0, 0]) == (3, 3, 3)
    assert found.pairs[0, 0, 0] == 0


games = st.integers(1, 5).flatmap(
    lambda players: st.lists(
        st.integers(-50, 50), min_size=1 << players, max_size=1 << players
    ).map(lambda values: (players, np.array(values, dtype=float)[:, None]))
)


@given(games)
def test_shares_are_the_mean_over_all_orders_and_sum_to_the_whole(game):
    """If this fails, shares do not add up to what the package does."""
    players, values = game
    found = shapley_values(values)
    assert found == pytest.approx(by_all_orders(values, players), abs=1e-9)
    assert found.sum() == pytest.approx(values[-1, 0] - values[0, 0], abs=1e-9)
    assert dividends(values).sum() == pytest.approx(values[-1, 0] - values[0, 0], abs=1e-9)


@given(games)
def test_dividends_and_interactions_agree_with_their_definitions(game):
    """If this fails, what two changes do together is said wrongly."""
    players, values = game
    shares = dividends(values)
    for subset in range(1 << players):
        parts = [shares[part, 0] for part in range(1 << players) if part & ~subset == 0]
        assert sum(parts) == pytest.approx(values[subset, 0] - values[0, 0], abs=1e-9)
    index = interaction_indices(values)
    for i in range(players):
        for j in range(i):
            # Grabisch & Roubens: the mean second difference, (n − t − 2)! t! / (n − 1)! each.
            expected = 0.0
            pair = 1 << i | 1 << j
            for rest in (one for one in range(1 << players) if not one & pair):
                size = rest.bit_count()
                weight = math.factorial(players - size - 2) * math.factorial(size)
                second = (values[rest | pair] - values[rest | 1 << i]
                          - values[rest | 1 << j] + values[rest])  # fmt: skip
                expected += weight / math.factorial(players - 1) * second[0]
            assert index[i, j, 0] == pytest.approx(expected, abs=1e-9)
            assert index[j, i, 0] == index[i, j, 0]


@given(games, st.integers(0, 4), st.integers(-9, 9))
def test_a_dummy_gets_what_it_brings_alone(game, place, brings):
    """If this fails, a change that helps nobody else takes credit from the others."""
    players, values = game
    place = min(place, players)
    # A player is put in at ``place`` who always adds ``brings``.
    low = (1 << place) - 1
    wider = np.array(
        [
            [values[(subset & low) | (subset >> 1 & ~low), 0] + brings * (subset >> place & 1)]
            for subset in range(1 << players + 1)
        ]
    )
    found = shapley_values(wider)
    assert found[place, 0] == pytest.approx(brings, abs=1e-9)
    others = np.delete(found, place, axis=0)
    assert others == pytest.approx(shapley_values(values), abs=1e-9)
    assert interaction_indices(wider)[place] == pytest.approx(0, abs=1e-9)


@given(games, st.data())
def test_shares_are_symmetric_and_additive(game, data):
    """If this fails, the order in which changes are written decides who gets the credit."""
    players, values = game
    order = data.draw(st.permutations(range(players)))
    turned = np.empty_like(values)
    for subset in range(1 << players):
        moved = sum(1 << order[player] for player in range(players) if subset >> player & 1)
        turned[moved] = values[subset]
    assert shapley_values(turned)[list(order)] == pytest.approx(shapley_values(values), abs=1e-9)
    other = values[::-1] * 2
    both = shapley_values(values + other)
    assert both == pytest.approx(shapley_values(values) + shapley_values(other), abs=1e-9)


@given(games, st.integers(0, 99))
def test_sampled_shares_sum_to_the_whole_too(game, seed):
    """If this fails, shares of a long package do not add up to what it does."""
    players, values = game
    found = sampled_shares(lambda subset: values[subset], players, Sampling(seed=seed, most=16))
    assert found.shapley.sum() == pytest.approx(values[-1, 0] - values[0, 0], abs=1e-9)
    assert found.evaluated <= len(values)
    again = sampled_shares(lambda subset: values[subset], players, Sampling(seed=seed, most=16))
    np.testing.assert_array_equal(found.shapley, again.shapley)


def test_sampling_of_pairs_is_exact():
    """If this fails, the reverse of each order no longer cancels what two changes share."""

    # 20 players, each worth 1, and 1 more for each of the pairs (1, 2), (3, 4), …: 1.5 each.
    def game(subset: int) -> np.ndarray:
        pairs = sum(subset >> first & 3 == 3 for first in range(0, 20, 2))
        return np.array([float(subset.bit_count() + pairs)])

    found = sampled_shares(game, 20, Sampling())
    assert found.shapley[:, 0] == pytest.approx(np.full(20, 1.5))
    assert found.standard_error[:, 0] == pytest.approx(np.zeros(20), abs=1e-12)
    assert (found.orders, found.converged, found.exact) == (16, True, False)


def test_sampling_says_how_sure_it_is():
    """If this fails, a guess passes for a figure, or the stop rule never stops."""

    # Unanimity of three of eight: 1/3 each of the three, 0 of the others.
    def game(subset: int) -> np.ndarray:
        return np.array([1.0 if subset & 0b111 == 0b111 else 0.0])

    rough = sampled_shares(game, 8, Sampling(most=40))
    assert (rough.orders, rough.converged) == (40, False)
    fine = sampled_shares(game, 8, Sampling(precision=0.02, most=100_000))
    assert fine.converged
    assert fine.standard_error.max() <= 0.02 < rough.standard_error.max()
    expected = np.array([1 / 3] * 3 + [0] * 5)
    assert np.abs(fine.shapley[:, 0] - expected).max() <= 4 * 0.02
    assert fine.alone[:, 0].tolist() == [0] * 8
    assert fine.last[:, 0].tolist() == [1, 1, 1, 0, 0, 0, 0, 0]
