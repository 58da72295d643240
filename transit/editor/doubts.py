"""What an edit brings that a planner should look at: findings of the quality report, in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from transit.analysis.quality import brought, quality
from transit.card import value_text
from transit.model.network import Network
from transit.terms import terms, unit_said

MARK = "*"
DOUBTS = (
    "stop_off_streets", "stop_elsewhere", "stop_twice", "hop_long", "hop_zero", "call_out_of_way",
    "hop_off_streets", "hop_detour", "line_no_way_back",
)  # fmt: skip
"""The rules that a slip of the hand may break."""


def doubts(before: Network, after: Network, language: str) -> list[dict[str, str]]:
    """What the rules of ``DOUBTS`` find in ``after`` and not in ``before``: text and meaning."""
    said = terms(language)
    found = brought(_findings(before), _findings(after))
    return [
        {"text": _told(row, language), "means": said[f"rule_{row.rule}.means"]}
        for row in found.itertuples()
    ]


def _findings(network: Network) -> pd.DataFrame:
    return network.table("doubts", lambda: quality(network, rules=DOUBTS).findings)


def _told(row: Any, language: str) -> str:  # noqa: ANN401  (a row of itertuples)
    said = terms(language)
    name = row.name + (MARK if row.indicative else "")
    text = said["editor_doubt"].format(said[f"rule_{row.rule}"], name)
    if pd.notna(row.value):
        text += said["editor_doubt_value"].format(
            value_text(row.value), unit_said(row.unit, language)
        )
    return text + (said["editor_doubt_lines"].format(row.lines) if row.lines else "")
