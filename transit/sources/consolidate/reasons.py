"""Every merge and move, and every one that was nearly made, in words a planner can judge."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from transit.sources.consolidate.ground import Calls
from transit.sources.consolidate.kerbs import Kerbs
from transit.sources.consolidate.limits import KERB_M, OPPOSITE_M, PLACE_M, TURN_DEG
from transit.units import IntArray

COLUMNS = (
    "merge_id", "keep", "proposed", "what", "rule", "reason", "name_one", "name_other", "stop_one",
    "stop_other", "shown_one", "shown_other", "distance_m", "turn_deg", "similarity", "visits_one",
    "visits_other", "lon_one", "lat_one", "lon_other", "lat_other",
)  # fmt: skip


def merges_of(decisions: pd.DataFrame, calls: Calls, kerbs: Kerbs) -> pd.DataFrame:
    """A row of ``COLUMNS`` (but for those of stops) for each pair of kerbs, and ``one``, ``other``.

    ``distance_m`` is between the two, ``turn_deg`` between their directions of travel, and
    ``similarity`` that of their names (0 … 100).
    """
    one, other = decisions["one"].to_numpy(), decisions["other"].to_numpy()
    names = np.array(calls.names, dtype=object)[kerbs.name]
    return decisions[["merge_id", "what", "keep", "proposed", "one", "other"]].assign(
        rule=_rules(decisions),
        reason=[_reason(row) for row in decisions.to_dict("records")],
        **_sides(names, kerbs.visits, kerbs.lonlat, one, other),
        distance_m=decisions["distance_m"].round(1),
        turn_deg=decisions["turn_deg"].round(0),
        similarity=decisions["similarity"].round(0),
    )


def moves_of(rows: pd.DataFrame, before: Calls, kerbs: Kerbs) -> pd.DataFrame:
    """A row of ``COLUMNS`` (but for those of stops) for each call that was or could be moved.

    ``lon_one`` and ``lat_one`` are where the table has it, the others where it belongs.
    """
    at = rows["call"].to_numpy(dtype=np.int64)
    names = np.array(before.names, dtype=object)[before.name[at]]
    return rows[["merge_id", "keep", "proposed"]].assign(
        what="move call",
        one=kerbs.of[at],
        other=kerbs.of[at],
        rule=_rules(rows),
        reason=[_move(before, row) for row in rows.to_dict("records")],
        name_one=names,
        name_other=names,
        visits_one=1,
        visits_other=rows["visits"],
        lon_one=before.lonlat[at, 0].round(6),
        lat_one=before.lonlat[at, 1].round(6),
        lon_other=rows["lon"],
        lat_other=rows["lat"],
        distance_m=rows["distance_m"].round(1),
        turn_deg=np.nan,
        similarity=100.0,
    )


def table_of(rows: pd.DataFrame, stop_ids: np.ndarray, shown: np.ndarray) -> pd.DataFrame:
    """The table of merges: ``rows`` with each kerb's stop and the name it is shown by."""
    table = rows.assign(
        keep=np.where(rows["keep"].to_numpy(dtype=bool), "yes", "no"),
        proposed=np.where(rows["proposed"].to_numpy(dtype=bool), "yes", "no"),
        stop_one=stop_ids[rows["one"]],
        stop_other=stop_ids[rows["other"]],
        shown_one=shown[rows["one"]],
        shown_other=shown[rows["other"]],
    )
    return table[list(COLUMNS)].reset_index(drop=True)


def _sides(
    names: np.ndarray, visits: IntArray, lonlat: np.ndarray, one: IntArray, other: IntArray
) -> dict[str, np.ndarray]:
    at = {"one": one, "other": other}
    return {
        f"{what}_{side}": values[rows]
        for side, rows in at.items()
        for what, values in (
            ("name", names), ("visits", visits),
            ("lon", lonlat[:, 0].round(6)), ("lat", lonlat[:, 1].round(6)),
        )
    }  # fmt: skip


def _rules(rows: pd.DataFrame) -> np.ndarray:
    rule = np.where(rows["keep"], rows["rule"], "left as it is")
    return np.where(rows["keep"] != rows["proposed"], "as the planner says", rule)


def _move(calls: Calls, row: dict[str, Any]) -> str:
    pattern, call = calls.patterns[calls.pattern[row["call"]]], calls.sequence[row["call"]]
    others = f"the {row['visits']} call(s) of that name and direction by {row['lines']}"
    away = f"call {call} of {pattern} is {row['distance_m']:.0f} m from {others}"
    if row["shift"]:
        step = f"{abs(row['shift'])} call(s) {'early' if row['shift'] < 0 else 'late'}"
        return f"{away}; positions of this pattern come {step} for their names"
    few = "" if row["proven"] else "; too few to be sure"
    return f"{away}, at a place of its neighbour's name{few}"


def _reason(pair: dict[str, Any]) -> str:
    """What speaks for a merge, or for a refusal what is in the way."""
    told = [f"{pair['distance_m']:.0f} m apart", _course(pair["turn_deg"]), _named(pair)]
    if pair["mirrored"]:
        told.append(f"{pair['mirrored']} line(s) call there and back between the same neighbours")
    both = f"{pair['shared']} pattern(s)" if pair["shared"] else "no pattern"
    told.append(f"{both} call{'' if pair['shared'] > 1 else 's'} at both")
    told += ["a line ends here"] if pair["end"] else []
    against = [] if pair["keep"] or pair["proposed"] else _against(pair)
    return ", ".join(told) + (f"; left apart: {', '.join(against)}" if against else "")


def _against(pair: dict[str, Any]) -> list[str]:
    """What is in the way of each pair that was left apart."""
    kin, metres = pair["kinship"], pair["distance_m"]
    limit = OPPOSITE_M if kin in ("slip", "alike") else PLACE_M
    why = [f"more than {limit:g} m"] if metres > limit else []
    if kin in ("same", "writing", "bay"):
        return why or [_TOO_WIDE]
    if kin == "telling":
        return ["the letter that differs tells places apart"]
    if pair["shared"]:
        why.append("a line calls at both")
    if kin in ("slip", "alike") and metres <= limit and not pair["mirrored"]:
        why.append("no line shows that they are one place")
    if kin == "other":
        why += ["a terminus keeps its name"] if pair["end"] else []
        why += [] if pair["turn_deg"] <= TURN_DEG else ["not shown to be one kerb"]
    return why or [_TOO_WIDE]


_TOO_WIDE = f"with what is joined already it would be too wide (a kerb {KERB_M:g} m)"


def _course(turn: float) -> str:
    if math.isnan(turn):
        return "direction not known"
    return f"{'same' if turn <= TURN_DEG else 'other'} direction ({turn:.0f}°)"


def _named(pair: dict[str, Any]) -> str:
    kin = pair["kinship"]
    likeness = f" ({pair['similarity']:.0f} of 100)" if kin in _LIKENESS else ""
    return _NAMES[kin] + likeness


_LIKENESS = ("slip", "telling", "alike", "other")
_NAMES = {
    "same": "same name",
    "writing": "same name but for the writing",
    "bay": "same name but for the bay",
    "office": "same street office",
    "terminus": "same name but for its kind of stop",
    "slip": "a letter differs",
    "telling": "a letter differs",
    "alike": "names alike",
    "other": "names differ",
}
