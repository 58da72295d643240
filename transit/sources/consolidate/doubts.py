"""What looks wrong in a table of visits and was left as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from transit.sources.consolidate.out_of_step import Named, proper_place
from transit.sources.consolidate.review import Review
from transit.sources.consolidate.travel import Ground, ends
from transit.units import BoolArray, FloatArray

STRAY_M = 250.0
"""A call further from every other line's visit of its name is looked at, metres."""
SAVED_M = 300.0
"""It is a doubt where the line would be shorter by so many metres through the others' place."""
COLUMNS = (
    "kind",
    "line",
    "pattern_id",
    "stop_sequence",
    "stop_name",
    "metres",
    "what",
    "lon",
    "lat",
)
Row = dict[str, Any]


def doubts_of(visits: pd.DataFrame, xy: FloatArray, heading: FloatArray, review: Review,
              ground: Ground) -> pd.DataFrame:  # fmt: skip
    """One row a doubt: calls far from their name's place, calls out of order, answers to nothing.

    Columns: ``kind``, ``line`` (its id), ``pattern_id``, ``stop_sequence``, ``stop_name``,
    ``metres``, ``what``, ``lon`` and ``lat`` (WGS-84).
    """
    first, last = ends(visits["pattern_id"])
    found = [*_strays(visits, xy, heading, first | last), *_swapped(visits, xy, last)]
    table = pd.DataFrame(found, columns=["row", "kind", "metres", "what"])
    calls = visits.iloc[table["row"].astype("int64")].reset_index(drop=True)
    lonlat = ground.degrees(xy[table["row"].astype("int64")]) if len(table) else np.empty((0, 2))
    table = table.assign(
        line=calls["route_id"], pattern_id=calls["pattern_id"], stop_name=calls["stop_name"],
        stop_sequence=calls["stop_sequence"], lon=lonlat[:, 0].round(6), lat=lonlat[:, 1].round(6),
    )  # fmt: skip
    unused = [
        {
            "kind": "answer to nothing",
            "what": f"review row {key}: no such merge or repair this time",
        }
        for key in review.unused()
    ]
    return pd.concat([table, pd.DataFrame(unused, columns=["kind", "what"])])[list(COLUMNS)]


def _strays(
    visits: pd.DataFrame, xy: FloatArray, heading: FloatArray, at_end: BoolArray
) -> Iterator[Row]:
    """Calls between others that are far from where other lines call at their name."""
    named = Named.of(visits, xy, heading)
    away = named.away()
    names = visits["plain"].tolist()
    for row in np.flatnonzero((away > STRAY_M) & ~at_end).tolist():
        place = proper_place(named, row, names[row])
        if place is None:
            continue
        saved = _through(xy, row, xy[row]) - _through(xy, row, place[0])
        if saved >= SAVED_M:
            yield {
                "row": row,
                "kind": "far from its name",
                "metres": round(float(away[row])),
                "what": f"{place[1]} visits by other lines stand together elsewhere; "
                f"through their place the line is {saved:,.0f} m shorter",
            }


def _through(xy: FloatArray, row: int, place: FloatArray) -> float:
    return float(np.hypot(*(place - xy[row - 1])) + np.hypot(*(xy[row + 1] - place)))


def _swapped(visits: pd.DataFrame, xy: FloatArray, last: BoolArray) -> Iterator[Row]:
    """Neighbouring calls between which the line goes there and back, and need not if swapped."""
    inside = np.arange(len(xy) - 3)
    inside = inside[~(last[inside] | last[inside + 1] | last[inside + 2])]
    before, one, two, after = (xy[inside + step] for step in range(4))
    written = _metres(before, one) + _metres(one, two) + _metres(two, after)
    swapped = _metres(before, two) + _metres(two, one) + _metres(one, after)
    saved = written - swapped
    clear = (saved >= SAVED_M) & (swapped <= _SWAPPED * written)
    for row, metres in zip(inside[clear].tolist(), saved[clear].tolist(), strict=True):
        other = visits["stop_name"].iloc[row + 2]
        yield {
            "row": row + 1,
            "kind": "order of calls",
            "metres": round(metres),
            "what": f"the line is {metres:,.0f} m shorter if {other} comes first",
        }


def _metres(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.asarray(np.hypot(*(second - first).T))


_SWAPPED = 0.7
