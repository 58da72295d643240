"""What each table of a report rests on: kinds of fact, and where those of each kind come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from transit.analysis.brief import Brief
from transit.comparison import Comparison
from transit.reporting.content import ReportTable
from transit.scenario.words import rests_on as sources_of

Words = Mapping[str, str]
_PARK = ("outline", "gates")
_NEAR = (*_PARK, "streets", "stops")
_LINES = ("stops", "lines")
_ALL = (*_NEAR, "lines", "headways", "stations")
_RUN = (*_LINES, "headways", "streets", "assumptions")
_KINDS: Mapping[str, tuple[str, ...]] = {
    "within": (*_NEAR, "lines"), "definitions": (*_NEAR, "lines"),
    "stops": (*_NEAR, "lines"), "coverage": (*_NEAR, "lines", "headways"), "marginal": _NEAR,
    "lines": (*_NEAR, "lines", "headways"), "districts": (*_PARK, *_LINES, "headways"),
    "stations": (*_PARK, *_LINES, "headways", "stations"),
    "links": (*_PARK, *_LINES, "headways", "streets"),
    "bottlenecks": (*_PARK, *_LINES, "headways", "streets"),
    "changes": (*_LINES, "headways", "streets"), "courses": (*_LINES, "streets"),
    "overlap": (*_LINES, "streets"), "measures": _ALL, "comparison": _ALL, "shares": _ALL,
    "assumptions": (*_NEAR, "lines", "headways", "assumptions"),
    "gain": _ALL, "loss": _ALL, "ledger": _ALL, "operation": _RUN,
}  # fmt: skip
"""Kinds of fact by the first word of a table's key."""
_ZONED = ("gain", "loss", "ledger")
_MADE_BY_SCENARIOS = ("comparison", "ledger", "operation", "courses", "overlap", "bottlenecks")
_NAMED = 5
"""So many sources of a kind are named, those of most rows first."""


def resting(
    table: ReportTable, *scenarios: str, zones: bool = False
) -> ReportTable:  # fmt: skip
    """``table`` with the kinds of fact it rests on; ``scenarios`` are those that it is of."""
    words = table.key.removeprefix("data_").split("_")
    kinds = _KINDS.get(words[0], ())
    if not kinds:
        return table
    counted = ("zones",) if zones and words[0] in _ZONED else ()
    made = tuple(scenario_kind(name) for name in scenarios)
    return replace(table, rests_on=(*kinds, *counted, *made))


def resting_data(
    table: ReportTable, scenarios: Sequence[str], *, zones: bool = False
) -> ReportTable:
    """The same for a whole table of data: those of a comparison are of all ``scenarios``."""
    of = table.key.removeprefix("data_").split("_")[0]
    names = scenarios if of in _MADE_BY_SCENARIOS else ()
    return resting(table, *names, zones=zones)


def scenario_kind(name: str) -> str:
    """The kind of the facts that a scenario brings."""
    return f"scenario:{name}"


def origins(
    briefs: Sequence[Brief], compared: Comparison | None, said: Words
) -> dict[str, tuple[str, str]]:
    """By kind of fact, what it is called and where the facts of this kind come from."""
    return dict(_origins(briefs, compared, said))


def _origins(
    briefs: Sequence[Brief], compared: Comparison | None, said: Words
) -> Iterator[tuple[str, tuple[str, str]]]:
    network = briefs[0].network
    feed = network.feed
    tables = {
        "stops": feed.stops, "lines": feed.patterns, "headways": feed.frequencies,
        "streets": network.streets.edges, "stations": network.stations,
        "gates": pd.concat([one.park.gates for one in briefs]),
    }  # fmt: skip
    parks = list(dict.fromkeys(one.park.source for one in briefs if one.park.source))
    named = said["reply_semicolon"].join(parks) or said["reply_no_source"]
    yield "outline", (said["reply_kind_outline"], named)
    for kind, table in tables.items():
        if len(table):
            yield kind, (said[f"reply_kind_{kind}"], _named(table, said))
    if compared and compared.zones is not None:
        yield "zones", (said["reply_kind_zones"], _named(compared.zones.table, said))
    if compared:
        yield "assumptions", (said["reply_kind_assumptions"], said["reply_kind_see_assumptions"])
    for one in compared.scenarios if compared else ():
        name = said["reply_scenario"].format(one.name)
        told = said["reply_semicolon"].join(sources_of(one)) or said["reply_no_source"]
        yield scenario_kind(one.name), (name, told)


def _named(table: pd.DataFrame, said: Words) -> str:
    """The sources of the rows of ``table``, with how many rows each has."""
    if "source" not in table:
        return said["reply_no_source"]
    counts = (
        table["source"].astype(str).replace("", said["reply_no_source"]).value_counts(sort=True)
    )
    parts = [said["reply_source_rows"].format(text, count)
             for text, count in list(counts.items())[:_NAMED]]  # fmt: skip
    more = len(counts) - _NAMED
    return said["reply_semicolon"].join(
        [*parts, said["reply_sources_more"].format(more)] if more > 0 else parts
    )
