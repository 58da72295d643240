"""Gates of a park, taken from where walkable streets cross its outline."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from transit.model.park import Park
from transit.model.streets import Streets
from transit.schema import GATES
from transit.units import FloatArray, unproject

SAME_GATE_M = 30.0
"""Crossings nearer than this to one already taken are the same gate, straight metres."""


def crossings(park: Park, streets: Streets, *, year: int) -> pd.DataFrame:
    """The declared table of gates: one row a place where a walkable street crosses the outline.

    All are ``indicative``: a street may cross a fence, and the outline may be indicative itself.
    Crossings within 30 m of one another are one gate, named after the first street by row.
    """
    rows = np.flatnonzero(streets.walkable)
    met = shapely.intersection(streets.lines[rows], park.outline.boundary)
    points, which = shapely.get_coordinates(met, return_index=True)
    kept = _apart(points)
    lonlat = unproject(points[kept], streets.crs).round(7)
    names = streets.edges["street_name"].to_numpy()[rows[which[kept]]]
    ways = streets.edges["way_id"].to_numpy()[rows[which[kept]]]
    return pd.DataFrame(
        {
            "park_id": park.park_id,
            "gate_id": [f"G{number}" for number in range(1, len(kept) + 1)],
            "gate_name": [f"{name or '无名路'}出入口{n}" for n, name in enumerate(names, 1)],
            "gate_lon": lonlat[:, 0],
            "gate_lat": lonlat[:, 1],
            "indicative": True,
            "year": year,
            "source": [f"crossing of the outline and {way}" for way in ways],
        }
    )[GATES.names]


def _apart(points: FloatArray) -> list[int]:
    """Rows of ``points``, in order, that lie 30 m or more from all rows taken before."""
    kept: list[int] = []
    for row, point in enumerate(points):
        if all(np.hypot(*(points[other] - point)) >= SAME_GATE_M for other in kept):
            kept.append(row)
    return kept
