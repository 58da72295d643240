"""What the names of positions say of their datum: a stop called after a place stands near it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transit.sources.datum_fit.layers import TrustedLayer, plain_name
from transit.units import FloatArray, IntArray

NAMED_M = 350.0
"""A stop called after a place stands within so many metres of it, or the name says nothing …"""
GAIN_M = 150.0
"""… and is evidence where the next datum puts it so many metres farther away."""
FEWEST = 3
_FEW_AGAINST = 10


@dataclass(frozen=True, eq=False)
class NamedPlaces:
    """For how many places the names speak for each reading, of ``count`` places named."""

    speaks: IntArray
    count: int

    @property
    def best(self) -> int:
        """The reading that most places speak for."""
        return int(self.speaks.argmax())

    @property
    def sure(self) -> bool:
        """Whether half of the places, three or more, speak for it, and hardly any against.

        Of the stops of Shenzhen in 2020 that are called after a metro station, one in 2,542 visits
        and none of 93 stations speaks for a wrong datum.
        """
        most = int(self.speaks.max())
        against = int(self.speaks.sum()) - most
        return most >= max(FEWEST, self.count / 2) and against <= most // _FEW_AGAINST


def named_places(
    readings: Sequence[FloatArray], layers: Sequence[TrustedLayer], names: Sequence[str]
) -> NamedPlaces:
    """What ``names`` of positions, read in metres, say by the ``layers``; a place counts once."""
    speaks, count = np.zeros(len(readings), dtype=np.int64), 0
    for layer in layers:
        metres = _metres(readings, layer, names)
        ranked = np.sort(metres, axis=1)
        clear = (ranked[:, 0] <= NAMED_M) & (ranked[:, 1] >= ranked[:, 0] + GAIN_M)
        speaks += np.bincount(metres[clear].argmin(axis=1), minlength=len(readings))
        count += len(metres)
    return NamedPlaces(speaks, count)


def _metres(
    readings: Sequence[FloatArray], layer: TrustedLayer, names: Sequence[str]
) -> FloatArray:
    """Median metres of a place to the positions called after it, shape (places, readings)."""
    position, row = layer.pairs(names)
    places = layer.places(row)
    away = {k: np.hypot(*(xy[position] - places).T) for k, xy in enumerate(readings)}
    called = np.array([plain_name(layer.names[one]) for one in row], dtype=object)
    nearest = pd.DataFrame(away).groupby([called, position]).min()
    return np.asarray(nearest.groupby(level=0).median(), dtype=np.float64)
