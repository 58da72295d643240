"""What the ledger says of a stop, as rows of its popup: service lost and gained there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from transit.analysis.service import MORNING
from transit.ledger.service import LINE_CALLS
from transit.maps.base import Words
from transit.model.network import Network

Rows = tuple[tuple[str, str], ...]


def effect_rows(
    ledger: pd.DataFrame, before: Network, after: Network, words: Words
) -> dict[str, Rows]:
    """By stop id: each line and direction lost or gained, buses an hour and the next stop."""
    ledger = ledger.copy()
    assumed = bool(after.streets.edges["indicative"].any())
    ledger["walk_mark"] = words["indicative_mark"] if assumed else ""
    toward = {"loss": _headsigns(before), "gain": _headsigns(after)}
    found: dict[str, Rows] = {}
    for row in ledger[ledger["what"] == LINE_CALLS].to_dict("records"):
        key = (row["subject_id"], row["line"], row["direction_id"])
        heads = toward[row["effect"]].get(key, [])
        found[row["subject_id"]] = (*found.get(row["subject_id"], ()), _row(row, heads, words))
    return found


def _headsigns(network: Network) -> dict[tuple[str, str, int], list[str]]:
    """Where each line and direction at a stop goes."""
    visits = network.feed.visits
    columns = (visits[name] for name in ("stop_id", "route_short_name", "direction_id"))
    found: dict[tuple[str, str, int], list[str]] = {}
    for stop, line, direction, head in zip(*columns, visits["trip_headsign"], strict=True):
        heads = found.setdefault((stop, line, direction), [])
        if isinstance(head, str) and head and head not in heads:
            heads.append(head)
    return found


def _row(row: dict[Any, Any], heads: Iterable[str], words: Words) -> tuple[str, str]:
    effect = "loses" if row["effect"] == "loss" else "gains"
    there = words["toward"].format(words["said_joiner"].join(heads)) if heads else ""
    direction = there or words["direction"].format(row["direction_id"])
    said = [direction, _hourly(row, words)]
    if row["effect"] == "loss":
        said.append(_next_stop(row, words))
    return words[effect].format(row["line"]), "\n".join(said)


def _hourly(row: dict[Any, Any], words: Words) -> str:
    hourly = abs(row["buses_per_hour"])
    if not hourly > 0:
        return words["no_service"].format(*MORNING)
    return words["hourly_assumed" if row["indicative"] else "hourly"].format(hourly, *MORNING)


def _next_stop(row: dict[Any, Any], words: Words) -> str:
    if not (isinstance(row["next_stop"], str) and row["next_stop"]):
        return words["no_next_stop"]
    walk = row["next_walk_m"]
    walked = words["next_walk_unknown"]
    if not pd.isna(walk):
        walked = words["next_walk"].format(walk) + row["walk_mark"]
    return words["next_stop"].format(row["next_stop"], row["next_straight_m"], walked)
