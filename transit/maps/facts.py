"""The tables of facts beside the map, with the mark of what is indicative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from transit.analysis.brief import Brief
from transit.analysis.coverage import ANY_STOP, MORNING_LINES
from transit.maps.base import Words
from transit.model.network import Network
from transit.pages.content import FactTable

_SHARES = {ANY_STOP: "", MORNING_LINES: "_morning"}


def fact_tables(one: Brief, said: Words, briefs: Sequence[Brief]) -> list[FactTable]:
    """Stops and lines under each meaning of "within", and the share of the park covered.

    Where the data hold no stop or no line at all that is said instead of counting 0.
    """
    missing = gaps(one.network, said)
    found = [FactTable(text, (), ()) for text in missing] if one is briefs[0] else []
    if one.network.feed.stops.empty:
        return found
    park = one.park.park_name if len(briefs) > 1 else ""
    return [*found, _within_table(one, park, said), _coverage_table(one, park, said)]


def gaps(network: Network, said: Words) -> list[str]:
    """What is said of a network without any stop or without any line; else nothing."""
    wanting = []
    if network.feed.stops.empty:
        wanting.append(said["no_stops_at_all"])
    if network.feed.visits.empty:
        wanting.append(said["no_lines_at_all"])
    return wanting


def line_count(one: Brief, lines: object, said: Words) -> str:
    """A number of lines as text; not known, rather than 0, where the data hold no line."""
    return said["not_known"] if one.network.feed.visits.empty else str(lines)


def within_marked(one: Brief) -> dict[str, bool]:
    """By meaning of "within": whether its counts rest on anything indicative."""
    return {row["within"]: _marked(one, row) for row in one.definitions.to_dict("records")}


def coverage_shares(one: Brief) -> dict[str, float]:
    """Share (0 … 1) of the park within the limit of any stop, by kind of distance.

    ``straight_morning`` and ``walk_morning`` are those of stops with departures in the morning.
    """
    table = one.coverage[one.coverage["of"].isin(_SHARES)]
    return dict(zip(_keys(table), table["share"], strict=True))


def coverage_marked(one: Brief) -> dict[str, bool]:
    """By the keys of ``coverage_shares``: whether that share rests on anything indicative."""
    table = one.coverage[one.coverage["of"].isin(_SHARES)]
    return dict(zip(_keys(table), table["indicative"].astype(bool).tolist(), strict=True))


def _keys(table: pd.DataFrame) -> list[str]:
    return [kind + _SHARES[of] for kind, of in zip(table["kind"], table["of"], strict=True)]


def _marked(one: Brief, row: dict[Any, Any]) -> bool:
    marked = bool(row.get("indicative", False))
    if row["within"] == "point":
        return marked
    return marked or one.park.indicative or bool(one.stops["distances_indicative"].any())


def _within_table(one: Brief, park: str, said: Words) -> FactTable:
    caption = " · ".join(filter(None, [park, said["table_within"].format(one.limit_m)]))
    records = one.definitions.to_dict("records")
    rows = tuple(
        (
            said[f"meaning_{row['within']}"], str(row["places"]),
            line_count(one, row["lines"], said),
        )
        for row in records
    )  # fmt: skip
    header = (said["meaning"], said["stop_count"], said["line_count"])
    marks = within_marked(one)
    return FactTable(
        caption, header, rows, indicative=tuple(marks[row["within"]] for row in records)
    )


def _coverage_table(one: Brief, park: str, said: Words) -> FactTable:
    shares, marks = coverage_shares(one), coverage_marked(one)
    rows = tuple((said[f"coverage_{kind}"], f"{share:.1%}") for kind, share in shares.items())
    caption = " · ".join(filter(None, [park, said["table_coverage"].format(one.limit_m)]))
    return FactTable(
        caption,
        (said["coverage_header"], said["share"]),
        rows,
        said["denominator"].format(one.park.area_m2 / 10_000),
        indicative=tuple(marks[kind] for kind in shares),
        note_indicative=one.park.indicative,
    )
