"""Kerbs made into stops and places: our verdicts and the planner's, nearest pairs first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from transit.errors import Problem, raise_if
from transit.sources.consolidate.ground import turn_deg
from transit.sources.consolidate.groups import Fits, Groups
from transit.sources.consolidate.kerbs import Kerbs
from transit.sources.consolidate.limits import (
    ACROSS_M,
    KERB_M,
    OPPOSITE_M,
    PLACE_M,
    SAME_KERB_M,
    TURN_DEG,
)
from transit.sources.consolidate.pairs import What, merge_id
from transit.sources.consolidate.review import Review
from transit.units import BoolArray, IntArray


@dataclass(frozen=True, eq=False)
class Joined:
    """``stop`` and ``place``: the smallest kerb of each kerb's group; ``decisions``: the pairs.

    ``decisions`` has the rows of the pairs that joined two groups and of those that nearly did,
    with ``what``, ``merge_id``, ``proposed`` and ``keep``.
    """

    stop: IntArray
    place: IntArray
    decisions: pd.DataFrame


def join(pairs: pd.DataFrame, kerbs: Kerbs, bare: IntArray, review: Review) -> Joined:
    """The stops and places that ``pairs`` make, and every decision on the way.

    ``bare`` numbers each kerb's name without its bay. Raises ``DataError`` where the planner's own
    decisions contradict each other.
    """
    alone = np.arange(len(kerbs))
    stop, stop_rows = _joined(pairs, "one stop", alone, review, _fits(kerbs))
    place, place_rows = _joined(pairs, "one place", stop, review, _near(kerbs, bare))
    apart = pairs[(place[pairs["one"]] != place[pairs["other"]]) & _nearly(pairs)]
    sides = np.sort(np.column_stack([place[apart["one"]], place[apart["other"]]]), axis=1)
    refused = apart[~pd.DataFrame(sides, index=apart.index).duplicated()]
    shown = pd.concat([stop_rows, place_rows, _refusals(refused)])
    shown = shown.drop_duplicates("merge_id")
    return Joined(stop, place, shown.sort_values(["keep", "distance_m", "key", "what"],
                                                 ascending=[False, True, True, True],
                                                 ignore_index=True))  # fmt: skip


def _joined(
    pairs: pd.DataFrame, what: What, labels: IntArray, review: Review, fits: Fits
) -> tuple[IntArray, pd.DataFrame]:
    """Each kerb's group, and the pairs that joined two or were decided by the planner."""
    rule = pairs["one_stop" if what == "one stop" else "one_place"].to_numpy(dtype=object)
    ids = np.array([merge_id(what, key) for key in pairs["key"]], dtype=object)
    said = np.array([review.changed.get(one, -1) for one in ids], dtype=np.int64)
    couples = pairs[["one", "other"]].to_numpy()
    groups = Groups(labels, [tuple(pair) for pair in couples[said == 0].tolist()])
    for one, other in couples[said == 1].tolist():
        groups.join(one, other)
    made = np.zeros(len(pairs), dtype=bool)
    for row in np.flatnonzero((rule != "") & (said < 0)):
        one, other = couples[row]
        made[row] = groups.join(one, other, fits)
    label = groups.labels()
    _require_kept(ids, said, label[couples[:, 0]] == label[couples[:, 1]], review)
    shown = made | (said >= 0)
    keep = made | (said == 1)
    rows = pairs[shown].assign(what=what, rule=rule[shown], merge_id=ids[shown], keep=keep[shown],
                               proposed=np.where(said >= 0, said == 0, made)[shown])  # fmt: skip
    return label, rows


def _require_kept(ids: IntArray, said: IntArray, together: BoolArray, review: Review) -> None:
    """The planner's decisions must all hold; two of them may exclude each other."""
    broken = (said >= 0) & ((said == 1) != together)
    raise_if(
        [
            Problem(
                f"review {review.rows[one]}",
                f"cannot hold: other rows say that the two are {'one' if word == 0 else 'apart'}",
                "change this row or those",
            )
            for one, word in zip(ids[broken], said[broken], strict=True)
        ]
    )


def _fits(kerbs: Kerbs) -> Fits:
    """Whether every two kerbs of both sides are within the extent of a kerb and go one way."""

    def fits(here: list[int], there: list[int]) -> bool:
        one, other = np.repeat(here, len(there)), np.tile(there, len(here))
        apart = np.linalg.norm(kerbs.xyz[one] - kerbs.xyz[other], axis=1)
        wide = apart + kerbs.reach_m[one] + kerbs.reach_m[other] > KERB_M
        turned = turn_deg(kerbs.heading[one], kerbs.heading[other]) > TURN_DEG
        return not (wide | turned).any()

    return fits


def _near(kerbs: Kerbs, bare: IntArray) -> Fits:
    """Whether both sides have one name, or all of them lie near enough for one place."""

    def near(here: list[int], there: list[int]) -> bool:
        both = [*here, *there]
        if len(set(bare[both].tolist())) == 1:
            return True
        one, other = kerbs.xyz[here][:, None], kerbs.xyz[there][None, :]
        return bool(np.linalg.norm(one - other, axis=2).max() <= ACROSS_M)

    return near


def _nearly(pairs: pd.DataFrame) -> BoolArray:
    """Pairs that a planner should see when they stay apart: near each other, or named alike."""
    kin, metres = pairs["kinship"], pairs["distance_m"]
    nearly: BoolArray = (
        kin.isin(["same", "writing", "bay", "office", "terminus"])
        | ((kin == "slip") & (metres <= PLACE_M))
        | ((kin == "alike") & (metres <= OPPOSITE_M))
        | (metres <= SAME_KERB_M)
    ).to_numpy(dtype=bool)
    return nearly


def _refusals(pairs: pd.DataFrame) -> pd.DataFrame:
    stop = (pairs["distance_m"] <= SAME_KERB_M) & ~(pairs["turn_deg"] > TURN_DEG)
    what = np.where(stop, "one stop", "one place")
    ids = [merge_id(kind, key) for kind, key in zip(what, pairs["key"], strict=True)]
    return pairs.assign(what=what, rule="", merge_id=ids, keep=False, proposed=False)
