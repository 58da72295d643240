"""Where named stops are: given places, kerbs chosen along a line, and the least detour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transit.datum import Datum, to_wgs84
from transit.model.network import Network
from transit.units import FloatArray, project

AGAINST_M = 100.0
"""Metres of way that leaving or reaching a kerb against the buses that call there is worth."""


@dataclass(frozen=True)
class Place:
    """Where a stop stands, in degrees of ``datum`` (which has no default), and who says so."""

    lon: float
    lat: float
    datum: Datum
    indicative: bool
    year: int
    source: str
    district: str = ""

    @property
    def lonlat(self) -> FloatArray:
        """Longitude and latitude in WGS-84, shape (1, 2)."""
        return to_wgs84([[self.lon, self.lat]], self.datum)

    def xy(self, crs: str) -> FloatArray:
        """Metres in ``crs``, shape (2,)."""
        place: FloatArray = project(self.lonlat, crs)[0]
        return place


def kerbs_along(network: Network, choices: Sequence[Sequence[str]]) -> list[str]:
    """The kerbs (stop ids) of one sequence of calls, one of each of ``choices``.

    Of all ways the shortest, straight from kerb to kerb; a kerb left or reached against the way the
    buses of today pass it costs ``AGAINST_M`` more, so that opposite kerbs are told apart.
    """
    heading = _headings(network)
    best: list[tuple[float, list[str]]] = [(0.0, [stop]) for stop in choices[0]]
    for options in choices[1:]:
        best = [
            min(
                (cost + _hop_m(network, heading, way[-1], stop), [*way, stop]) for cost, way in best
            )
            for stop in options
        ]
    return min(best)[1]


def least_detour(network: Network, stops: Sequence[str], kerbs: Sequence[str]) -> tuple[int, str]:
    """Where in ``stops`` one of ``kerbs`` fits with the fewest metres more, and which.

    The position is that of the new call: 1 is after the first call. It is never an end, for another
    end is another terminal.
    """
    _, at, kerb = _cheapest(network, stops, kerbs)
    return at, kerb


def detour_m(network: Network, stops: Sequence[str], kerbs: Sequence[str]) -> float:
    """The metres more that the best place of ``least_detour`` costs."""
    return _cheapest(network, stops, kerbs)[0]


def _cheapest(
    network: Network, stops: Sequence[str], kerbs: Sequence[str]
) -> tuple[float, int, str]:
    heading = _headings(network)
    return min(
        (
            _hop_m(network, heading, stops[at - 1], kerb)
            + _hop_m(network, heading, kerb, stops[at])
            - _hop_m(network, heading, stops[at - 1], stops[at]),
            at,
            kerb,
        )
        for at in range(1, len(stops))
        for kerb in kerbs
    )


def evenly(first: FloatArray, last: FloatArray, count: int) -> FloatArray:
    """``count`` places at equal steps between two, shape (count, 2), in their metres."""
    steps = (np.arange(count) + 1.0) / (count + 1.0)
    between: FloatArray = first + steps[:, None] * (last - first)
    return between


def _hop_m(network: Network, heading: dict[str, FloatArray], first: str, second: str) -> float:
    way = network.stop_xy[network.stop_row[second]] - network.stop_xy[network.stop_row[first]]
    metres = float(np.hypot(*way))
    against = sum(float(heading[stop] @ way) < 0 for stop in (first, second) if stop in heading)
    return metres + AGAINST_M * against


def _headings(network: Network) -> dict[str, FloatArray]:
    """Which way the buses of today pass each stop: the sum of unit vectors in and out."""
    visits = network.feed.visits
    if visits.empty:
        return {}
    xy = network.stop_xy[visits["stop_id"].map(network.stop_row).to_numpy(dtype=np.int64)]
    way = np.diff(xy, axis=0)
    way[visits["is_first"].to_numpy(dtype=bool)[1:]] = 0.0
    units = way / np.maximum(np.hypot(*way.T), 1e-9)[:, None]
    passing = np.zeros_like(xy)
    passing[1:] += units
    passing[:-1] += units
    summed: dict[str, FloatArray] = {}
    for stop, vector in zip(visits["stop_id"], passing, strict=True):
        summed[stop] = summed.get(stop, 0.0) + vector
    return summed
