"""What each of several players adds to the whole: exactly over all subsets, or by random orders.

A game is a function that gives the values of a subset (its bits), shape (measures,). It is asked
once about each subset.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from transit.engine.games import dividends, interaction_indices, shapley_values
from transit.units import FloatArray

Game = Callable[[int], FloatArray]


@dataclass(frozen=True)
class Sampling:
    """How orders are drawn where there are too many changes to try every subset.

    Orders are drawn from ``seed``, each with its reverse, which makes the share exact where
    changes meet at most two at a time. Drawing stops when every standard error is at most
    ``precision`` of the largest effect that any change had in any order, after ``least`` orders
    at the earliest and ``most`` at the latest.
    """

    seed: int = 0
    precision: float = 0.01
    least: int = 16
    most: int = 1000


@dataclass(frozen=True, eq=False)
class Shares:
    """What each player adds, measure by measure.

    ``nothing`` and ``everything``, shape (measures,), are the values of nobody and of all;
    ``alone`` (with nobody else), ``last`` (after all others), ``shapley`` and its
    ``standard_error`` have shape (players, measures). ``pairs``, shape (players, players,
    measures), and ``dividends``, shape (2^players, measures), are known where ``exact``.
    ``converged`` says whether the precision asked for was reached in ``orders`` orders.
    """

    nothing: FloatArray
    everything: FloatArray
    alone: FloatArray
    last: FloatArray
    shapley: FloatArray
    standard_error: FloatArray
    evaluated: int
    orders: int = 0
    converged: bool = True
    pairs: FloatArray | None = None
    dividends: FloatArray | None = None

    @property
    def exact(self) -> bool:
        """Whether every subset was evaluated."""
        return self.dividends is not None


def exact_shares(game: Game, players: int) -> Shares:
    """The shares of ``players`` in ``game``, from the values of all 2^players subsets."""
    values = np.array([game(subset) for subset in range(1 << players)])
    shapley = shapley_values(values)
    every = len(values) - 1
    return Shares(
        nothing=values[0],
        everything=values[every],
        alone=values[[1 << player for player in range(players)]] - values[0],
        last=values[every] - values[[every ^ 1 << player for player in range(players)]],
        shapley=shapley,
        standard_error=np.zeros_like(shapley),
        evaluated=len(values),
        pairs=interaction_indices(values),
        dividends=dividends(values),
    )


def sampled_shares(game: Game, players: int, sampling: Sampling) -> Shares:
    """The shares of ``players`` in ``game``, in the mean over random orders of joining.

    Castro, Gómez & Tejada, "Polynomial calculation of the Shapley value based on sampling" (2009),
    with each order's reverse. In every order what the players add sums to the whole, so the
    shares do too.
    """
    known = lru_cache(maxsize=None)(game)
    every = (1 << players) - 1
    random = np.random.default_rng(sampling.seed)
    means: list[FloatArray] = []
    largest = np.zeros_like(known(0))
    while True:
        order = random.permutation(players).tolist()
        both = [_added(known, order), _added(known, order[::-1])]
        largest = np.maximum(largest, np.abs(both).max(axis=(0, 1)))
        means.append((both[0] + both[1]) / 2)
        error = _standard_error(means)
        converged = bool((error <= sampling.precision * largest).all())
        orders = 2 * len(means)
        if (converged and orders >= sampling.least) or orders >= sampling.most:
            break
    single = [1 << player for player in range(players)]
    return Shares(
        nothing=known(0),
        everything=known(every),
        alone=np.array([known(one) - known(0) for one in single]),
        last=np.array([known(every) - known(every ^ one) for one in single]),
        shapley=np.mean(means, axis=0),
        standard_error=error,
        evaluated=known.cache_info().currsize,
        orders=orders,
        converged=converged,
    )


def _added(game: Game, order: list[int]) -> FloatArray:
    """What each player adds to those before it in ``order``, shape (players, measures)."""
    subset, before = 0, game(0)
    added = np.zeros((len(order), len(before)))
    for player in order:
        subset |= 1 << player
        after = game(subset)
        added[player], before = after - before, after
    return added


def _standard_error(means: list[FloatArray]) -> FloatArray:
    """Standard error of the mean of ``means``; unknown (infinite) from one alone."""
    if len(means) < 2:
        return np.full_like(means[0], np.inf)
    error: FloatArray = np.std(means, axis=0, ddof=1) / np.sqrt(len(means))
    return error
