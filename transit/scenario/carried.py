"""What was worked out on the streets before an edit, and still holds on those after it."""

from __future__ import annotations

import numpy as np
import shapely

from transit.model.network import Network
from transit.model.streets import Streets
from transit.scenario.noding import Edit, alike, healed
from transit.units import IntArray


def renewed(network: Network, edit: Edit) -> Network:
    """``network`` on the streets after ``edit``, without divisions that nothing needs."""
    return network.with_streets(settled(network.streets, healed(edit)))


def settled(before: Streets, edit: Edit) -> Streets:
    """The streets after ``edit``, with all that was found on those before and still holds."""
    streets = edit.streets
    known = before.__dict__.keys() & {"driving", "reached"}
    if not known or streets.clock != before.clock:
        return streets
    same = _unchanged(before, edit)
    new_row = np.full(len(before), -1, dtype=np.int64)
    new_row[edit.origin[same]] = same
    fresh = np.setdiff1d(np.arange(len(streets)), same)
    lines = np.concatenate([before.lines[new_row < 0], streets.lines[fresh]])
    if "driving" in known:
        streets.driving.inherit(before.driving, new_row, lines)
    if "reached" in known:
        walls = set(before.barriers) ^ set(streets.barriers)
        put_up = [shapely.LineString(wall.course) for wall in walls]
        streets.reached.inherit(before.reached, np.array([*lines, *put_up], dtype=object))
    return streets


def _unchanged(before: Streets, edit: Edit) -> IntArray:
    """Rows of the pieces that are as they were: undivided, with the same rights and speed."""
    streets, origin = edit.streets, edit.origin
    parts = np.bincount(origin[origin >= 0], minlength=len(before))
    rows = np.flatnonzero((origin >= 0) & (parts[origin] == 1))
    for place in (0, 1):  # what is left of a piece that was cut has another end
        now = streets.offsets[rows + place] - place
        then = before.offsets[origin[rows] + place] - place
        rows = rows[(streets.coords[now] == before.coords[then]).all(axis=1)]
    return rows[alike(streets.edges.iloc[rows], before.edges.iloc[origin[rows]])]
