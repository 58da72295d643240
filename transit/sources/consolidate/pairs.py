"""Kerbs that stand near each other, two by two, and what speaks for and against their being one."""

from __future__ import annotations

import hashlib
from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.spatial import KDTree

from transit.errors import DataError, Problem
from transit.sources.consolidate.ground import Calls, turn_deg
from transit.sources.consolidate.kerbs import Kerbs
from transit.sources.consolidate.limits import (
    KERB_M,
    NEAR_LIMIT_M,
    OPPOSITE_M,
    PLACE_M,
    RARE,
    SAME_KERB_M,
    TURN_DEG,
)
from transit.sources.consolidate.names import KINSHIPS, Names
from transit.units import BoolArray, IntArray

What = Literal["one stop", "one place", "move call"]

ONE_KERB = "one kerb, forms of one name"
TWO_NAMES = "one kerb under two names"
ONE_NAME = "one name"
FORM = "forms of one name"
THERE_AND_BACK = "alike, and a line calls there and back"
SLIP = "slip of the pen"
_PAIRS_AT_MOST = 5_000_000  # Shenzhen has 34,424 of 13,652 kerbs


def pairs_of(calls: Calls, kerbs: Kerbs, names: Names) -> pd.DataFrame:
    """Pairs of kerbs within 300 m, nearest first, with the evidence and our verdict.

    Columns: ``one``, ``other`` (positions of kerbs), ``distance_m``, ``extent_m`` (at most between
    two calls of them), ``turn_deg`` (not-a-number where not known), ``kinship`` (of the names),
    ``similarity`` (0 … 100), ``shared`` (patterns that call at both), ``mirrored`` (lines that
    call at both between the same neighbours, there and back), ``end`` (a line ends at one of
    them), ``rare`` (one name is at most a quarter as frequent as the other), ``one_stop`` and
    ``one_place`` (the rule that makes them one, empty where none does) and ``key``.
    """
    tree = KDTree(kerbs.xyz)
    if tree.count_neighbors(tree, NEAR_LIMIT_M) > 2 * _PAIRS_AT_MOST:
        what = f"{len(kerbs):,} kerbs stand too close together: are their positions all alike?"
        raise DataError(Problem("visits", what, "correct longitude and latitude"))
    near = tree.query_pairs(NEAR_LIMIT_M, output_type="ndarray")
    one, other = near.min(axis=1), near.max(axis=1)
    distance = np.linalg.norm(kerbs.xyz[one] - kerbs.xyz[other], axis=1)
    rank, alike = names.kinship(kerbs.name[one], kerbs.name[other])
    # Names that have nothing in common say nothing beyond the width of a kerb.
    held = (distance <= SAME_KERB_M) | (np.array(KINSHIPS)[rank] != "other")
    one, other, distance, rank, alike = (
        values[held] for values in (one, other, distance, rank, alike)
    )
    tokens = _betweens(calls, kerbs, names)
    table = pd.DataFrame(
        {
            "one": one,
            "other": other,
            "distance_m": distance,
            "extent_m": distance + kerbs.reach_m[one] + kerbs.reach_m[other],
            "turn_deg": turn_deg(kerbs.heading[one], kerbs.heading[other]),
            "kinship": np.array(KINSHIPS, dtype=object)[rank],
            "similarity": alike,
            "shared": _common(kerbs.patterns, one, other),
            "mirrored": _common(tokens, one, other),
            "end": kerbs.has_end[one] | kerbs.has_end[other],
            "rare": _rare(kerbs, one, other),
        }
    )
    table = table.assign(**_verdicts(table))
    keys = keys_of(calls, kerbs)
    table["key"] = [f"{keys[a]}|{keys[b]}" if keys[a] < keys[b] else f"{keys[b]}|{keys[a]}"
                    for a, b in zip(one, other, strict=True)]  # fmt: skip
    return table.sort_values(["distance_m", "key"], ignore_index=True)


def _verdicts(pairs: pd.DataFrame) -> dict[str, np.ndarray]:
    """The rule that makes each pair one stop, and the one that makes it one place."""
    kin, metres = pairs["kinship"], pairs["distance_m"]
    one_name, form = kin.isin(["same", "writing", "bay"]), kin.isin(["office", "terminus"])
    slip, alike = kin == "slip", kin.isin(["slip", "alike"])
    same_way = ~(pairs["turn_deg"] > TURN_DEG)
    never_both, mirrored = pairs["shared"] == 0, pairs["mirrored"] > 0
    # Calls of one written name within these limits are one kerb already.
    kerb = one_name & (kin != "same") & (pairs["extent_m"] <= KERB_M) & same_way
    two_names = (
        ~one_name & (kin != "telling") & (metres <= SAME_KERB_M)
        & same_way & pairs["turn_deg"].notna() & ~pairs["end"] & never_both
    )  # fmt: skip
    opposite = (metres <= OPPOSITE_M) & never_both
    return {
        "one_stop": np.select([kerb, two_names], [ONE_KERB, TWO_NAMES], default=""),
        "one_place": np.select(
            [one_name & (metres <= PLACE_M), form & (metres <= PLACE_M) & never_both,
             alike & opposite & mirrored, slip & opposite & pairs["rare"]],
            [ONE_NAME, FORM, THERE_AND_BACK, SLIP], default="",
        ),
    }  # fmt: skip


def keys_of(calls: Calls, kerbs: Kerbs) -> list[str]:
    """A text for each kerb that says which one it is, whatever else is in the table."""
    heading = np.nan_to_num(kerbs.heading).round(1) + 0.0
    texts = [
        f"{calls.names[name]} {lon:.5f} {lat:.5f} {x:g} {y:g} {z:g}"
        for name, (lon, lat), (x, y, z) in zip(kerbs.name, kerbs.lonlat, heading, strict=True)
    ]
    nth = pd.Series(texts).groupby(texts).cumcount()
    return [f"{text} #{number}" for text, number in zip(texts, nth, strict=True)]


def merge_id(what: What, key: str) -> str:
    """The id of a decision in the review table: a letter first, so that no sheet counts with it."""
    return "m" + hashlib.sha256(f"{what}|{key}".encode()).hexdigest()[:11]


def _rare(kerbs: Kerbs, one: IntArray, other: IntArray) -> BoolArray:
    """Whether the name of one of the two is at most a quarter as frequent as the other's."""
    frequent = np.bincount(kerbs.name, weights=kerbs.visits)[kerbs.name]
    low, high = (
        np.minimum(frequent[one], frequent[other]),
        np.maximum(frequent[one], frequent[other]),
    )
    rare: BoolArray = low * RARE <= high
    return rare


def _common(table: csr_matrix, one: IntArray, other: IntArray) -> IntArray:
    """How many columns each pair of rows has in common."""
    common: IntArray = np.asarray(table[one].multiply(table[other]).sum(axis=1)).ravel()
    return common.astype(np.int64)


def _betweens(calls: Calls, kerbs: Kerbs, names: Names) -> csr_matrix:
    """A row a kerb, a column a line and two names: it calls here between those two."""
    bare = pd.factorize(names.bare)[0][calls.name]
    before, after = calls.neighbour(-1), calls.neighbour(1)
    inner = np.flatnonzero((before >= 0) & (after >= 0))
    ends = np.sort(np.column_stack([bare[before[inner]], bare[after[inner]]]), axis=1)
    token = pd.DataFrame({"route": calls.route[inner], "a": ends[:, 0], "b": ends[:, 1]})
    column = token.groupby(["route", "a", "b"]).ngroup().to_numpy()
    width = int(column.max()) + 1 if len(column) else 1
    table = csr_matrix(
        (np.ones(len(inner), dtype=np.int32), (kerbs.of[inner], column)), shape=(len(kerbs), width)
    )
    table.data[:] = 1
    return table
