"""What this project writes into a feed beside GTFS, so that a network comes back whole.

Files of other programs' feeds lack all of it, and then nothing is missed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from transit.errors import DataError, Problem
from transit.parsing import empty, parse
from transit.schema import CALLS, PATTERNS, STATIONS, TIMINGS, Table
from transit.sources.gtfs.archive import Archive
from transit.sources.gtfs.texts import table_of

OWN_TABLES: dict[str, Table] = {
    "transit_patterns.txt": PATTERNS,
    "transit_calls.txt": CALLS,
    "transit_timings.txt": TIMINGS,
    "transit_stations.txt": STATIONS,
}
"""Tables whole; calls only of patterns without service, timings only that no trip shows."""
NETWORK_FILE = "transit_network.txt"
"""Rows of ``key`` and ``value``: name, crs, study_area (well-known text, degrees), source."""


@dataclass(frozen=True, eq=False)
class Own:
    """The tables that the feed has of its own, each with its rows, and the facts of its network."""

    tables: Mapping[str, pd.DataFrame]
    facts: Mapping[str, tuple[str, ...]]

    @property
    def is_ours(self) -> bool:
        """Whether this project wrote the feed."""
        return bool(self.facts)

    def fact(self, key: str) -> str:
        """The one value of ``key``; empty where it has none."""
        return (self.facts.get(key) or ("",))[0]


def read_own(archive: Archive) -> tuple[Own, list[Problem]]:
    """What of ``OWN_TABLES`` and the network's facts the feed holds, and every fault of them."""
    tables, problems = {}, []
    for file, table in OWN_TABLES.items():
        found, faults = _read(archive, file, table)
        tables[table.name] = found
        problems += faults
    facts: dict[str, tuple[str, ...]] = {}
    if NETWORK_FILE in archive.sizes:
        try:
            frame = table_of(archive, NETWORK_FILE).frame
            if {"key", "value"} <= set(frame.columns):
                pairs = zip(frame["key"], frame["value"], strict=True)
                for key, value in pairs:
                    facts[key] = (*facts.get(key, ()), value)
        except DataError as error:
            problems += error.problems
    return Own(tables, facts), problems


def _read(archive: Archive, file: str, table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    if file not in archive.sizes:
        return empty(table), []
    try:
        frame = table_of(archive, file).frame
    except DataError as error:
        return empty(table), list(error.problems)
    labels = [f"row {row}" for row in frame.index]
    frame = frame.reset_index(drop=True)
    return parse(frame, table, where=f"{archive.name} {file}", labels=labels)
