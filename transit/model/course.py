"""The course of a line: the streets its buses drive, hop by hop, and how well each hop is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transit.units import BoolArray, FloatArray, IntArray

KERB_M = 60.0
"""How far a stop may stand from the street that its buses drive, in metres."""


@dataclass(frozen=True, eq=False)
class Course:
    """Where the buses of one sequence of stops drive, hop by hop.

    Arrays of shape (hops,): ``length_m`` driven, ``straight_m`` between the stops, ``matched``
    (on streets; else ``length_m`` is along the published shape, or straight), ``off_m`` (mean
    metres between the two stops and their street; NaN where not matched), ``line_m`` (metres at
    the line's own speed) and ``street_secs`` (seconds on streets that have a speed of their own).
    Arrays of shape (pieces,), in the order driven: ``hop``, ``edge`` row, ``start_m`` and
    ``end_m`` along that edge's vertices (``end_m`` below ``start_m``: driven against them).
    """

    length_m: FloatArray
    straight_m: FloatArray
    matched: BoolArray
    off_m: FloatArray
    line_m: FloatArray
    street_secs: FloatArray
    hop: IntArray
    edge: IntArray
    start_m: FloatArray
    end_m: FloatArray

    @property
    def quality(self) -> FloatArray:
        """How well each hop is matched, 0 (straight) to 1: directness times nearness.

        Straight over driven metres, times one minus ``off_m`` over ``KERB_M``.
        """
        driven = np.maximum(self.length_m, 1e-9)
        direct = np.minimum(self.straight_m / driven, 1.0)
        near = 1 - np.nan_to_num(self.off_m, nan=KERB_M) / KERB_M
        return np.where(self.matched, direct * near, 0.0)
