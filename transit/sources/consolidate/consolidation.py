"""Stops and places made of the calls of lines, each merge with its reason and undoable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from transit.errors import DataError, Problem, raise_if
from transit.sources.consolidate.doubts import doubts_of, forgotten
from transit.sources.consolidate.ground import Calls, calls_of
from transit.sources.consolidate.joining import Joined, join
from transit.sources.consolidate.kerbs import Kerbs, kerbs_of
from transit.sources.consolidate.moving import moved
from transit.sources.consolidate.names import names_of
from transit.sources.consolidate.naming import shown_names
from transit.sources.consolidate.pairs import pairs_of
from transit.sources.consolidate.reasons import merges_of, moves_of, table_of
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
    ``lon`` and ``lat`` (degrees, WGS-84); where it has ``stop_id``, ids of kerbs are kept.
    Distance decides first, then the direction of travel and which lines call, and the name last.
    ``review`` is an earlier ``merges`` table in which the planner edited ``keep``: what was
    changed there is done so. Raises ``DataError`` with every fault.
    """
    _require_sound(visits)
    said = review_of(review)
    written = calls_of(visits)
    names = names_of(written.names)
    calls, moves = moved(written, names, said)
    kerbs = kerbs_of(calls)
    bare = pd.factorize(names.bare)[0][kerbs.name]
    pairs = pairs_of(calls, kerbs, names)
    joined = join(pairs, kerbs, bare, said)
    named = np.array(shown_names(calls, kerbs, joined), dtype=object)
    stops, stop_of = _stops(calls, kerbs, joined, named, _own_ids(visits, calls))
    rows = pd.concat([moves_of(moves, written, kerbs), merges_of(joined.decisions, calls, kerbs)])
    merges = table_of(rows, stops["stop_id"].to_numpy(dtype=object)[stop_of], named)
    doubts = pd.concat(
        [doubts_of(calls, kerbs, bare, joined, moves), forgotten(said, merges)], ignore_index=True
    )
    return Consolidation(stops, _calls(visits, calls, stops, stop_of[kerbs.of]), merges, doubts)


def _calls(
    visits: pd.DataFrame, calls: Calls, stops: pd.DataFrame, stop_of: IntArray
) -> pd.DataFrame:
    ids = np.empty(len(calls), dtype=object)
    ids[calls.row] = stops["stop_id"].to_numpy(dtype=object)[stop_of]
    table = visits[["pattern_id", "stop_sequence"]].reset_index(drop=True)
    return table.assign(stop_id=pd.Series(ids, dtype=str))


def _require_sound(visits: pd.DataFrame) -> None:
    lacking = [name for name in NEEDED if name not in visits]
    raise_if([Problem("visits", f"column {name!r} is missing", "add it") for name in lacking])
    if visits.empty:
        raise DataError(Problem("visits", "has no calls", "give the calls of a line at least"))
    labels = (
        visits["row"] if "row" in visits else "row " + pd.Series(range(len(visits))).astype(str)
    )
    lonlat = visits[["lon", "lat"]].to_numpy(dtype=np.float64)
    wild = ~np.isfinite(lonlat).all(axis=1) | (np.abs(lonlat) > [180, 90]).any(axis=1)
    again = visits.duplicated(["pattern_id", "stop_sequence"]).to_numpy()
    unnamed = (visits["stop_name"].isna() | (visits["stop_name"] == "")).to_numpy()
    faults = (
        (wild, "has no place on earth", "give longitude and latitude in degrees"),
        (again, "is a second call of its pattern with this stop_sequence", "number the calls anew"),
        (unnamed, "has no stop_name", "give the stop's name"),
    )
    raise_if(
        [
            Problem(f"visits {labels.iloc[row]} {visits['stop_name'].iloc[row]}", what, mend)
            for where, what, mend in faults
            for row in np.flatnonzero(where)
        ]
    )


def _own_ids(visits: pd.DataFrame, calls: Calls) -> pd.Series[str]:
    """The id that the source gives the stop of each call; empty where it gives none."""
    given = visits["stop_id"] if "stop_id" in visits else pd.Series("", index=visits.index)
    return given.fillna("").astype(str).iloc[calls.row].reset_index(drop=True)


def _stops(
    calls: Calls, kerbs: Kerbs, joined: Joined, named: np.ndarray, own: pd.Series[str]
) -> tuple[pd.DataFrame, IntArray]:
    """The table of stops in order of first call, and each kerb's row in it."""
    first, row = np.unique(joined.stop, return_inverse=True)
    of_call = row[kerbs.of]
    middle = pd.DataFrame(calls.lonlat).groupby(of_call).median().round(6)
    place = joined.place[first]
    shared = np.bincount(place, minlength=len(kerbs))[place] > 1
    parent = np.full(len(first), "", dtype=object)
    parent[shared] = _numbered("P", pd.factorize(place[shared])[0])
    stops = pd.DataFrame(
        {
            "stop_id": pd.Series(_stop_ids(own, of_call), dtype=str),
            "stop_name": pd.Series(named[first], dtype=str),
            "stop_lon": middle[0].to_numpy(),
            "stop_lat": middle[1].to_numpy(),
            "parent_station": pd.Series(parent, dtype=str),
            "visits": np.bincount(of_call, minlength=len(first)),
        }
    )
    return stops, row


def _stop_ids(own: pd.Series[str], stop: IntArray) -> list[str]:
    """The source's id where all calls of a stop, and of no other, have it; else S and a number."""
    given = own.groupby(stop).agg(["min", "max"])
    pairs = pd.DataFrame({"own": own, "stop": stop}).drop_duplicates()
    shared = set(pairs.loc[pairs.duplicated("own"), "own"])
    one = (given["min"] == given["max"]) & ~given["min"].isin(shared)
    ids = given["min"].where(one, "")
    taken = set(own)
    numbered = (one for one in _numbered("S", np.arange(2 * len(ids))) if one not in taken)
    return [one or next(numbered) for one in ids]


def _numbered(letter: str, numbers: IntArray) -> list[str]:
    digits = max(4, len(str(len(numbers))))
    return [f"{letter}{number + 1:0{digits}d}" for number in numbers]
