"""Tables of who gains and who loses, out of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from transit.reporting.content import MINUS, UNKNOWN, Cell, Quantity, ReportTable, change_of
from transit.scenario.scenario import Scenario
from transit.terms import spoken, terms

Words = Mapping[str, str]
_LEDGER_SHOWN = 15
_LEAST_PEOPLE = 0.5
_SCALES = {"share": (100, 2), "ha": (1, 2), "m": (1, 0), "lines": (1, 0), "departures/day": (1, 0)}
"""By unit of the ledger: factor and digits; of others 1 and 1."""


def ledger_table(
    ledger: pd.DataFrame, scenario: Scenario, effect: str, language: str
) -> ReportTable:  # fmt: skip
    """Who gains, or who loses: what of, before, after, change, and what is left."""
    said = terms(language)
    kind = {"gain": "gains", "loss": "losses"}[effect]
    own = ledger[ledger["effect"] == effect]
    own = own[np.array([_shows(row) for row in own.to_dict("records")], dtype=bool)]
    rows = [_ledger_row(row, said, language) for row in own.to_dict("records")]
    header = ["reply_whose", "reply_who", "reply_what", "line_column", "said_unit", "said_before",
              "said_after", "said_change"]  # fmt: skip
    widths: tuple[float, ...] = (9, 19, 21, 12, 11, 9, 9, 10)
    if effect == "loss":
        rows = [(*cells, _left(row, said))
                for cells, row in zip(rows, own.to_dict("records"), strict=True)]  # fmt: skip
        header.append("reply_left")
        widths = (8, 15, 15, 10, 10, 9, 9, 9, 19)
    return ReportTable(
        f"{effect}_{scenario.name}", said[f"reply_{kind}"], tuple(said[name] for name in header),
        tuple(rows), said[f"reply_def_{kind}"], marked=tuple(own["indicative"].astype(bool)),
        widths=widths, shown=_LEDGER_SHOWN,
    )  # fmt: skip


def line_effects(
    ledger: pd.DataFrame,
) -> tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...]]:
    """Lines with the buses an hour that stops gain and lose of them, summed over stops."""
    own = ledger[(ledger["subject"] == "stop") & (ledger["line"] != "")]
    hourly = own["buses_per_hour"].fillna(0.0)
    gains = hourly.clip(lower=0).groupby(own["line"]).sum()
    losses = hourly.clip(upper=0).groupby(own["line"]).sum()
    names = [name for name in gains.index if gains[name] or losses[name]]
    return (tuple(names), tuple(float(gains[name]) for name in names),
            tuple(float(losses[name]) for name in names))  # fmt: skip


def _ledger_row(row: dict[str, Any], said: Words, language: str) -> tuple[Cell, ...]:
    unit = str(row["unit"])
    scale, digits = _SCALES.get(unit, (1, 1))
    line = str(row["line"])
    way = f"{line} / {row['direction_id']}" if line and not pd.isna(row["direction_id"]) else line
    sides = [Quantity(float(row[name]) * scale, digits) for name in ("before", "after")]
    change = change_of(*sides)
    if line and unit in ("buses/h", "departures/day"):
        by = "buses_per_hour" if unit == "buses/h" else "departures_a_day"
        change = Quantity(float(row[by]), digits, signed=True)
    return (
        said[f"value_{row['subject']}"], str(row["subject_name"]), _what(row, language),
        way, said["reply_percent"] if unit == "share" else said.get(f"unit_{unit}", unit),
        *sides, change,
    )  # fmt: skip


def _what(row: dict[str, Any], language: str) -> str:
    """What changes, and for how many people and jobs, where zones are counted."""
    said = terms(language)
    counts = (("ledger_people", row["people"]), ("ledger_jobs", row["jobs"]))
    people = [said[key].format(count) for key, count in counts if abs(count) >= _LEAST_PEOPLE]
    # The ledger's star stands before the unit; here the mark stands behind all of it.
    told = "".join(people).replace("*", "").replace("-", MINUS)
    return spoken(row["what"], language) + told + (said["indicative_mark"] if told else "")


def _shows(row: dict[str, Any]) -> bool:
    """Whether it differs by the digits shown; a line lost or gained does, be it without service."""
    scale, digits = _SCALES.get(str(row["unit"]), (1, 1))
    sides = [round(float(row[side]) * scale, digits) for side in ("before", "after")]
    return bool(row["line"]) or sides[0] != sides[1]


def _left(row: dict[str, Any], said: Words) -> str:
    """What is left to those who lose a line at a stop: its next stop, and another line."""
    told = []
    if row["subject"] == "stop" and row["next_stop"]:
        walk = row["next_walk_m"]
        key = "reply_next_walk" if not pd.isna(walk) else "reply_next_straight"
        metres = walk if not pd.isna(walk) else row["next_straight_m"]
        told.append(said[key].format(row["next_stop"], metres))
    if row["other_line"]:
        told.append(said["reply_other_line"].format(row["other_line"], row["other_stop"],
                                                    row["other_walk_m"]))  # fmt: skip
    return said["said_and"].join(told) or UNKNOWN
