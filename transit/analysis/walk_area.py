"""The area of a walk catchment, exact: no grid and no hull.

Let L be the limit, A the greatest access allowed and p a street point at walking distance d(p).
Where d(p) > L − A, the disc of radius L − d(p) round p lies within the disc of radius A round the
point q of the same walk with d(q) = L − A, by the triangle inequality. So the area is the buffer,
by A, of the streets within a walk of L − A, and where a seed's own access a already passes L − A,
its disc of radius L − a.

Where a barrier parts a street from what lies behind it, the buffer ends there. Round the free end
of a barrier the buffer is not cut: there it may hold places that are up to A from the street only
straight through the barrier, and farther by going round its end.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from transit.analysis.walk import Walk, lines_of

QUARTER_SEGMENTS = 64
"""Segments a quarter circle: the polygon has 0.01 % less area than the circle."""
WALL_M = 0.01
"""Half the thickness that a barrier is given to part an area, in metres."""


def walk_area(walked: Walk, limit_m: float, access_m: float) -> BaseGeometry:
    """The area within ``limit_m`` of the seeds of a walk, straight access up to ``access_m``."""
    reach = min(access_m, limit_m)
    lines = lines_of(walked.streets, walked.pieces(limit_m - reach))
    points, radius = _seeds(walked, limit_m, reach)
    places = np.concatenate([lines, points])
    metres = np.concatenate([np.full(len(lines), reach), radius])
    areas = shapely.buffer(places, metres, quad_segs=QUARTER_SEGMENTS)
    return shapely.union_all(_in_sight(areas, places, walked.streets.walls))


def _seeds(walked: Walk, limit_m: float, reach_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Where the seeds are on their streets, and what is left there for straight access."""
    seeds, streets = walked.seeds, walked.streets
    radius = np.minimum(reach_m, limit_m - seeds.access_m)
    points = shapely.line_interpolate_point(streets.lines[seeds.edge], seeds.offset_m)
    return points[radius > 0], radius[radius > 0]


def _in_sight(areas: np.ndarray, places: np.ndarray, walls: np.ndarray) -> np.ndarray:
    """``areas`` round ``places``, without the parts that ``walls`` cut off from their place."""
    if not len(walls):
        return areas
    cut, _ = shapely.STRtree(walls).query(areas, predicate="intersects")
    thick = shapely.buffer(shapely.union_all(walls), WALL_M)
    seen = areas.copy()
    for row in np.unique(cut):
        parts = shapely.get_parts(shapely.difference(areas[row], thick))
        seen[row] = shapely.union_all(parts[shapely.intersects(parts, places[row])])
    return seen
