"""What the costs of moves allow: which reading fits, and whether that is beyond doubt.

The figures that a reading has to meet were set on 3,400 random cuts of real tables (windows of
2 and 4 km, samples of 50 and 200 stops, single lines, a quarter of them moved so that no datum is
true) so that none was judged wrongly, and then held against others; see ``benchmarks/datum.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from transit.sources.datum_fit.registration import MOVES
from transit.units import FloatArray, IntArray

TRUE_M = 100.0
"""A datum's fit is the best within so many metres of where it puts the positions."""
ELSEWHERE_M = 300.0
"""A fit farther away than this is another fit."""
FEWEST_CLUSTERS = 6
BETTER_ELSEWHERE = "moved together they would fit clearly better"
_PROMINENT = 0.5
_SURE = 0.01
_BETTER_SE = 3.0
_LEAST_ERROR = 0.01
_AWAY_M = np.hypot(*MOVES.T)
_NEAR, _ELSEWHERE = _AWAY_M <= TRUE_M, _AWAY_M > ELSEWHERE_M


@dataclass(frozen=True, eq=False)
class Judgement:
    """Costs of the readings weighed against each other; arrays have a value a reading.

    ``cost`` is the mean cost (in scales of the layers) where the reading puts the positions, give
    or take ``TRUE_M``; ``behind`` by how many standard errors that is worse than the ``best``
    reading's; ``move`` (metres east and north, shape (n, 2)) would fit best. ``doubts`` are the
    reasons, in words, for which the best is not beyond doubt.
    """

    best: int
    cost: FloatArray
    behind: FloatArray
    move: FloatArray
    doubts: tuple[str, ...]


def judge(costs: FloatArray, counts: IntArray) -> Judgement:
    """The judgement of ``costs``, shape (readings, clusters, moves), of ``counts`` positions."""
    mean = costs.sum(axis=1) / counts.sum()
    cost = mean[:, _NEAR].min(axis=1)
    best = int(cost.argmin())
    spot = int(np.flatnonzero(_NEAR)[mean[best, _NEAR].argmin()])
    behind = np.stack([_behind(one - costs[best][:, [spot]], counts) for one in costs])
    behind = behind[:, _NEAR].min(axis=1)
    top = int(mean[best].argmin())
    better = _behind(costs[best][:, [spot]] - costs[best][:, [top]], counts)[0]
    move = MOVES[mean.argmin(axis=1)]
    doubts = _doubts(mean[best], cost[best], np.delete(behind, best), float(better), len(counts))
    return Judgement(best, cost, behind, move, doubts)


def _doubts(
    mean: FloatArray, cost: float, behind: FloatArray, better: float, clusters: int
) -> tuple[str, ...]:
    if clusters < FEWEST_CLUSTERS:
        return (f"they lie in {clusters} places of 400 m, and {FEWEST_CLUSTERS} are needed",)
    elsewhere = float(mean[_ELSEWHERE].min()) - cost
    clear = float(stdtrit(clusters - 1, 1 - _SURE))  # Student's t
    reasons = {
        "moved together they would fit elsewhere as well": elsewhere
        <= _PROMINENT * float(mean[_ELSEWHERE].std()),
        "another datum is not clearly worse": behind.min() < clear,
        BETTER_ELSEWHERE: better >= _BETTER_SE,
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def _behind(worse: FloatArray, counts: IntArray) -> FloatArray:
    """Standard errors by which each move is worse, from ``worse`` costs (clusters, moves)."""
    total, clusters = counts.sum(), len(counts)
    mean = worse.sum(axis=0) / total
    apart = worse - counts[:, None] * mean
    error = np.sqrt((apart**2).sum(axis=0) * clusters / max(clusters - 1, 1)) / total
    return np.asarray(mean / np.maximum(error, _LEAST_ERROR))
