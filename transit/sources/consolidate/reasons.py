"""Every merge, and every one that was nearly made, in words a planner can judge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from transit.sources.consolidate.ground import Calls
from transit.sources.consolidate.joining import Joined
from transit.sources.consolidate.kerbs import Kerbs
from transit.sources.consolidate.limits import (
    OPPOSITE_M,
    PLACE_M,
    TURN_DEG,
)

COLUMNS = (
    "merge_id", "keep", "proposed", "what", "rule", "name_one", "name_other", "name_kept",
    "distance_m", "turn_deg", "similarity", "visits_one", "visits_other", "stop_one", "stop_other",
    "lon_one", "lat_one", "lon_other", "lat_other", "reason",
)  # fmt: skip


def merges_table(
    calls: Calls, kerbs: Kerbs, joined: Joined, named: Sequence[str], stop_ids: np.ndarray
) -> pd.DataFrame:
    """One row a decision: ``keep`` is the planner's to edit, ``proposed`` what we found.

    ``stop_ids`` and ``named`` are each kerb's stop and the name it is shown by.
    """
    rows = joined.decisions
    one, other = rows["one"].to_numpy(), rows["other"].to_numpy()
    names = np.array(calls.names, dtype=object)[kerbs.name]
    shown = np.array(named, dtype=object)
    both = np.where(shown[one] == shown[other], shown[one], shown[one] + " / " + shown[other])
    table = rows.assign(
        keep=np.where(rows["keep"], "yes", "no"),
        proposed=np.where(rows["proposed"], "yes", "no"),
        rule=_rules(rows),
        name_one=names[one],
        name_other=names[other],
        name_kept=both,
        visits_one=kerbs.visits[one],
        visits_other=kerbs.visits[other],
        stop_one=stop_ids[one],
        stop_other=stop_ids[other],
        lon_one=kerbs.lonlat[one, 0].round(6),
        lat_one=kerbs.lonlat[one, 1].round(6),
        lon_other=kerbs.lonlat[other, 0].round(6),
        lat_other=kerbs.lonlat[other, 1].round(6),
        reason=[reason(row) for row in rows.to_dict("records")],
        distance_m=rows["distance_m"].round(1),
        turn_deg=rows["turn_deg"].round(0),
        similarity=rows["similarity"].round(0),
    )
    return table[list(COLUMNS)].reset_index(drop=True)


def _rules(rows: pd.DataFrame) -> np.ndarray:
    by_planner = rows["keep"] != rows["proposed"]
    rule = np.where(rows["keep"], rows["rule"], "left apart")
    return np.where(by_planner, "the planner's", rule)


def reason(pair: dict[str, Any]) -> str:
    """What speaks for a merge, or for a refusal what is in the way."""
    told = [f"{pair['distance_m']:.0f} m apart", _course(pair["turn_deg"]), _NAMES[pair["kinship"]]]
    if pair["kinship"] in ("slip", "alike", "other"):
        told[-1] += f" ({pair['similarity']:.0f} of 100)"
    if pair["mirrored"]:
        told.append(f"{pair['mirrored']} line(s) call there and back between the same neighbours")
    told.append(
        f"{pair['shared']} pattern(s) call at both"
        if pair["shared"]
        else "no pattern calls at both"
    )
    if pair["end"]:
        told.append("a terminus")
    against = [] if pair["keep"] or pair["proposed"] else _against(pair)
    return ", ".join(told) + (f"; left apart: {' and '.join(against)}" if against else "")


def _against(pair: dict[str, Any]) -> list[str]:
    kin, metres = pair["kinship"], pair["distance_m"]
    if kin in ("same", "writing", "bay"):
        return [f"further than {PLACE_M:g} m"]
    why = []
    if pair["shared"]:
        why.append("a line calls at both")
    if kin in ("office", "terminus"):
        return why + ([f"further than {PLACE_M:g} m"] if metres > PLACE_M else [])
    if kin in ("slip", "alike"):
        if metres > OPPOSITE_M:
            why.append(f"further than {OPPOSITE_M:g} m")
        elif not pair["mirrored"]:
            why.append("no line shows that they are one place")
        return why
    if pair["end"]:
        why.append("one is a terminus")
    if not pair["turn_deg"] <= TURN_DEG:
        why.append("the name alone is not enough, and the directions differ or are not known")
    return why


def _course(turn: float) -> str:
    if math.isnan(turn):
        return "direction not known"
    return f"{'same' if turn <= TURN_DEG else 'other'} direction ({turn:.0f}°)"


_NAMES = {
    "same": "same name",
    "writing": "same name but for the writing",
    "bay": "same name but for the bay",
    "office": "same street office",
    "terminus": "same name but for its kind of stop",
    "slip": "one letter differs",
    "alike": "names are alike",
    "other": "names differ",
}
