"""Kerbs that join several written names or positions: listed, and parted where that is refused."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from transit.sources.consolidate.review import Review
from transit.sources.consolidate.travel import Ground
from transit.units import FloatArray, IntArray

ONE_KERB = "one stop, one name"
_REASON = "one name but for bay numbers, all within 60 m, no opposite directions"


def parted(
    visits: pd.DataFrame, xy: FloatArray, kerb: IntArray, review: Review, ground: Ground
) -> IntArray:
    """``kerb`` with those that the planner refuses parted: a kerb a written name and position.

    Listed in ``review`` are the kerbs whose visits differ in written name or position.
    """
    place = xy.round(1)
    written, plain, route = (
        visits[name].to_numpy(dtype=object) for name in ("stop_name", "plain", "route_id")
    )
    name = pd.factorize(visits["stop_name"])[0]
    order = np.lexsort((*place.T, name, kerb))
    groups = np.split(order, np.flatnonzero(np.diff(kerb[order])) + 1)
    lonlat = ground.degrees(np.array([np.median(xy[rows], axis=0) for rows in groups])).round(6)
    result = kerb.copy()
    spare = int(kerb.max()) + 1
    for rows, (lon, lat) in zip(groups, lonlat.tolist(), strict=True):
        spots = _spots(name[rows], place[rows])
        if not spots.any():
            continue
        names = sorted(set(written[rows]))
        keep = review.decide(
            rule=ONE_KERB,
            subject=[*names, *sorted({f"{x} {y}" for x, y in place[rows].tolist()})],
            default=True,
            stop_name=plain[rows[0]],
            other_name="、".join(one for one in names if one != plain[rows[0]]),
            lines=listed(route[rows]),
            visits=len(rows),
            distance_m=round(float(np.hypot(*np.ptp(place[rows], axis=0))), 1),
            likeness=100,
            reason=_REASON,
            lon=lon,
            lat=lat,
            kerb=int(kerb[rows[0]]),
        )
        if not keep:
            result[rows] = np.where(spots == 0, kerb[rows[0]], spare + spots)
            spare += int(spots.max()) + 1
    return result


def _spots(name: IntArray, place: FloatArray) -> IntArray:
    """The number of the written name and position of each row, from 0; rows lie in order."""
    new = (np.diff(name) != 0) | (np.diff(place, axis=0) != 0).any(axis=1)
    return np.concatenate([[0], np.cumsum(new)]).astype(np.int64)


def listed(routes: Iterable[str], most: int = 8) -> str:
    """The lines by name, ``、`` between; of many the first."""
    found = sorted(set(routes))
    return "、".join(found[:most]) + (f" … {len(found)}" if len(found) > most else "")
