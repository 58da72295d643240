"""Calls moved to where other lines call under their name, unless the planner says no."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.sources.consolidate.ground import Calls
from transit.sources.consolidate.names import Names
from transit.sources.consolidate.out_of_step import misplaced
from transit.sources.consolidate.pairs import merge_id
from transit.sources.consolidate.review import Review

OUT_OF_STEP = "names and positions out of step"
ON_ANOTHER = "drawn at its neighbour"


def moved(calls: Calls, names: Names, review: Review) -> tuple[Calls, pd.DataFrame]:
    """The calls with those moved that are to be, and a row for each that was or could be.

    The rows are those of ``misplaced`` with ``merge_id``, ``proposed``, ``keep`` and ``rule``.
    """
    found = misplaced(calls, names)
    at = found["call"].to_numpy(dtype=np.int64)
    ids = [merge_id("move call", _key(calls, call)) for call in at.tolist()]
    proven = found["proven"].to_numpy(dtype=bool)
    keep = np.array(
        [review.wants(one, proposed=bool(own)) for one, own in zip(ids, proven, strict=True)],
        dtype=bool,
    )
    lonlat = calls.lonlat.copy()
    lonlat[at[keep]] = found.loc[keep, ["lon", "lat"]].to_numpy()
    rule = np.where(found["shift"] != 0, OUT_OF_STEP, ON_ANOTHER)
    rows = found.assign(merge_id=ids, proposed=proven, keep=keep, rule=rule)
    return calls.moved(lonlat), rows


def _key(calls: Calls, call: int) -> str:
    lon, lat = calls.lonlat[call]
    pattern, name = calls.patterns[calls.pattern[call]], calls.names[calls.name[call]]
    return f"{pattern} {calls.sequence[call]} {name} {lon:.5f} {lat:.5f}"
