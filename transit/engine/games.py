"""Who adds how much to a whole: cooperative games as arrays of the values of all subsets.

``values`` has shape (2^n, measures): row ``s`` is the value of the subset whose members are the
bits of ``s`` (bit 0 is the first player); row 0 is the value of nobody. Every function takes the
measures together, column by column.
"""

from __future__ import annotations

from math import factorial

import numpy as np

from transit.engine.reach import Floats, Integers


def players_of(values: Floats) -> int:
    """How many players a game of so many subsets has."""
    return len(values).bit_length() - 1


def dividends(values: Floats) -> Floats:
    """Harsanyi's dividend of each subset, shape of ``values``: what it adds beyond its parts.

    d(S) = Σ over T ⊆ S of (−1)^(|S| − |T|) v(T), so that v(S) − v(∅) is the sum of the dividends of
    its non-empty parts (Harsanyi 1959; the Möbius transform). Row 0 is 0.
    """
    found: Floats = values - values[0]
    subsets = np.arange(len(values))
    for player in range(players_of(values)):
        having = subsets[(subsets >> player) & 1 == 1]
        found[having] -= found[having ^ (1 << player)]
    return found


def shapley_values(values: Floats) -> Floats:
    """Shapley value of each player, shape (n, measures): they sum to v(all) − v(nobody).

    The mean, over every order of joining, of what the player adds to those before it (Shapley,
    "A value for n-person games", 1953).
    """
    count = players_of(values)
    sizes = _sizes(len(values))
    weight = np.array([factorial(k) * factorial(count - k - 1) for k in range(count)], dtype=float)
    weight /= factorial(count)
    shares = np.zeros((count, values.shape[1]))
    for player in range(count):
        rest = _without(len(values), player)
        added = values[rest | 1 << player] - values[rest]
        shares[player] = (weight[sizes[rest]][:, None] * added).sum(0)
    return shares


def interaction_indices(values: Floats) -> Floats:
    """Shapley interaction index of each pair of players, shape (n, n, measures), symmetric.

    What two players add together beyond what each adds without the other, in the mean over those
    already there (Grabisch & Roubens 1999): above 0 they help one another, below 0 they do the
    same work twice. The diagonal is 0. In dividends: Σ over S ∋ i, j of d(S) / (|S| − 1).
    """
    count = players_of(values)
    sizes, shares = _sizes(len(values)), dividends(values)
    index = np.zeros((count, count, values.shape[1]))
    subsets = np.arange(len(values))
    for first in range(count):
        for second in range(first):
            both = subsets[(subsets >> first) & (subsets >> second) & 1 == 1]
            index[first, second] = (shares[both] / (sizes[both] - 1)[:, None]).sum(0)
            index[second, first] = index[first, second]
    return index


def _sizes(subsets: int) -> Integers:
    """How many members each subset has."""
    return np.array([subset.bit_count() for subset in range(subsets)], dtype=np.int64)


def _without(subsets: int, player: int) -> Integers:
    """The subsets that a player is not in."""
    every = np.arange(subsets)
    return np.asarray(every[(every >> player) & 1 == 0], dtype=np.int64)
