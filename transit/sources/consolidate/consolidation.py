"""Stops and places made of the calls of lines, each merge with its reason and undoable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from transit.errors import Problem, raise_if
from transit.sources.consolidate.ground import Calls, calls_of
from transit.sources.consolidate.joining import Joined, join
from transit.sources.consolidate.kerbs import Kerbs, kerbs_of
from transit.sources.consolidate.names import names_of
from transit.sources.consolidate.naming import shown_names
from transit.sources.consolidate.pairs import pairs_of
from transit.sources.consolidate.reasons import merges_table
from transit.sources.consolidate.review import review_of
from transit.units import IntArray

NEEDED = ("pattern_id", "route_id", "stop_sequence", "stop_name", "lon", "lat")


@dataclass(frozen=True, eq=False)
class Consolidation:
    """Stops made of calls, and how.

    ``stops`` has one row a kerb: ``stop_id``, ``stop_name``, ``stop_lon``, ``stop_lat``
    (WGS-84), ``parent_station`` (the place it shares with other kerbs; empty where it stands
    alone) and ``visits`` (calls). ``calls`` has ``pattern_id``, ``stop_sequence``, ``stop_id``,
    in the order of the visits. ``merges`` has one row a decision, made or refused, with a column
    ``keep`` for the planner; ``doubts`` one row a thing that looks wrong.
    """

    stops: pd.DataFrame
    calls: pd.DataFrame
    merges: pd.DataFrame
    doubts: pd.DataFrame


def consolidate(visits: pd.DataFrame, *, review: pd.DataFrame | None = None) -> Consolidation:
    """The stops that the calls ``visits`` are made at, and every merge with its reason.

    ``visits`` has one row a call: ``pattern_id``, ``route_id``, ``stop_sequence``, ``stop_name``,
    ``lon`` and ``lat`` (degrees, WGS-84). Distance decides first, then the direction of travel
    and which lines call, and the name last. ``review`` is an earlier ``merges`` table in which the
    planner edited ``keep``: what was changed there is done so. Raises ``DataError`` with every
    fault.
    """
    _require_sound(visits)
    said = review_of(review)
    calls = calls_of(visits)
    kerbs = kerbs_of(calls)
    names = names_of(calls.names)
    joined = join(pairs_of(calls, kerbs, names), kerbs, said)
    named = shown_names(calls, kerbs, joined)
    stops, stop_of = _stops(calls, kerbs, joined, named)
    merges = merges_table(calls, kerbs, joined, named, stops["stop_id"].to_numpy()[stop_of])
    table = visits[["pattern_id", "stop_sequence"]].reset_index(drop=True)
    ids = np.empty(len(calls), dtype=object)
    ids[calls.row] = stops["stop_id"].to_numpy(dtype=object)[stop_of[kerbs.of]]
    doubts = pd.DataFrame(columns=["what", "where", "found", "mend"])
    return Consolidation(stops, table.assign(stop_id=pd.Series(ids, dtype=str)), merges, doubts)


def _require_sound(visits: pd.DataFrame) -> None:
    lacking = [name for name in NEEDED if name not in visits]
    raise_if([Problem("visits", f"column {name!r} is missing", "add it") for name in lacking])
    if visits.empty:
        raise_if([Problem("visits", "has no calls", "give the calls of at least one line")])
    lonlat = visits[["lon", "lat"]].to_numpy(dtype=np.float64)
    wild = ~np.isfinite(lonlat).all(axis=1) | (np.abs(lonlat) > [180, 90]).any(axis=1)
    labels = visits["row"] if "row" in visits else pd.Series(range(len(visits)), dtype=str)
    raise_if(
        [
            Problem(
                f"visits {labels.iloc[row]} {visits['stop_name'].iloc[row]}",
                f"has no place on earth: {lonlat[row, 0]}, {lonlat[row, 1]}",
                "give longitude and latitude in degrees",
            )
            for row in np.flatnonzero(wild)
        ]
    )


def _stops(
    calls: Calls, kerbs: Kerbs, joined: Joined, named: list[str]
) -> tuple[pd.DataFrame, IntArray]:
    """The table of stops in order of first call, and each kerb's row in it."""
    first, row = np.unique(joined.stop, return_inverse=True)
    of_call = row[kerbs.of]
    table = pd.DataFrame({"lon": calls.lonlat[:, 0], "lat": calls.lonlat[:, 1]})
    middle = table.groupby(of_call).median()
    place = joined.place[first]
    shared = np.bincount(place, minlength=len(kerbs))[place] > 1
    number = pd.factorize(place[shared])[0]
    parent = np.full(len(first), "", dtype=object)
    parent[shared] = _ids("P", number)
    stops = pd.DataFrame(
        {
            "stop_id": pd.Series(_ids("S", np.arange(len(first))), dtype=str),
            "stop_name": pd.Series([named[kerb] for kerb in first], dtype=str),
            "stop_lon": middle["lon"].round(6).to_numpy(),
            "stop_lat": middle["lat"].round(6).to_numpy(),
            "parent_station": pd.Series(parent, dtype=str),
            "visits": np.bincount(of_call, minlength=len(first)),
        }
    )
    return stops, row


def _ids(letter: str, numbers: IntArray) -> list[str]:
    digits = max(4, len(str(len(numbers))))
    return [f"{letter}{number + 1:0{digits}d}" for number in numbers]
