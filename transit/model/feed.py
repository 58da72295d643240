"""Feed: stops, lines, patterns and their service, as tables declared in ``transit.schema``."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from transit.errors import Problem, UsageError, did_you_mean, nearest_names, raise_if
from transit.parsing import completed, empty, reference_problems
from transit.schema import FEED_TABLES, FREQUENCIES, SHAPES, TIMINGS, TRIPS, Table
from transit.units import clock_of

NAMES = frozenset(table.name for table in FEED_TABLES)
_FOLLOWS_FROM = {"visits": {"stops", "routes", "patterns", "calls"}, "_sequences": {"calls"}}
"""What is worked out once and kept, and the tables it follows from."""
_OPTIONAL = (TIMINGS, SHAPES)
_ALIKE = 60
"""An id is proposed for an unknown name when it is at least this much like it (0 … 100)."""


@dataclass(frozen=True, eq=False)
class Feed:
    """Who stops where, in which order and how often.

    Each table has the columns that ``transit.schema`` declares for it. Service is known either
    by ``frequencies`` (headway and span a pattern and period) or by ``trips`` (a timetable);
    ``timings`` and ``shapes`` are run times and courses as published, where they are known.
    """

    stops: pd.DataFrame
    routes: pd.DataFrame
    patterns: pd.DataFrame
    calls: pd.DataFrame
    frequencies: pd.DataFrame = field(default_factory=lambda: empty(FREQUENCIES))
    trips: pd.DataFrame = field(default_factory=lambda: empty(TRIPS))
    timings: pd.DataFrame = field(default_factory=lambda: empty(TIMINGS))
    shapes: pd.DataFrame = field(default_factory=lambda: empty(SHAPES))
    _hashes: dict[str, bytes] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self._settle(NAMES)

    def with_tables(self, **tables: pd.DataFrame) -> Feed:
        """The same feed with some tables replaced; raises ``DataError`` if they do not fit.

        Only what the new tables can have broken is checked, and only what follows from them is
        worked out anew: most changes of a scenario touch one table.
        """
        unknown = set(tables) - NAMES
        if unknown:
            raise TypeError(f"a feed has no table {', '.join(sorted(unknown))}")
        new = object.__new__(Feed)
        for name in NAMES:
            own = tables[name] if name in tables else getattr(self, name).copy(deep=False)
            object.__setattr__(new, name, own)
        kept = {name: text for name, text in self._hashes.items() if name not in tables}
        object.__setattr__(new, "_hashes", kept)
        for name, origins in _FOLLOWS_FROM.items():
            if name in self.__dict__ and not origins & set(tables):
                new.__dict__[name] = self.__dict__[name].copy()
        new._settle(tables)
        return new

    def _settle(self, changed: Collection[str]) -> None:
        """Put the ``changed`` tables in order and raise what is wrong with or between them."""
        tables = [table for table in FEED_TABLES if table.name in changed]
        raise_if([fault for table in tables for fault in self._missing(table)])
        for table in tables:
            # A shallow copy at the door: assigning a column to the caller's frame stays there.
            frame = completed(getattr(self, table.name), table)
            by_key = frame.sort_values(list(table.key), kind="stable", ignore_index=True)
            object.__setattr__(self, table.name, by_key)
        raise_if(self._problems(changed))

    @cached_property
    def visits(self) -> pd.DataFrame:
        """One row a call, with its pattern, line and stop: what most questions are asked of.

        Columns: ``pattern_id``, ``stop_sequence``, ``stop_id``, ``route_id``, ``direction_id``,
        ``trip_headsign``, ``route_short_name``, ``route_type``, ``stop_name``, ``district``,
        ``position`` (0, 1, … along the pattern), ``is_first``, ``is_last``, ``indicative``
        (stop, pattern or line is).
        """
        routes = self.routes[["route_id", "route_short_name", "route_type", "indicative"]]
        patterns = self.patterns[
            ["pattern_id", "route_id", "direction_id", "trip_headsign", "indicative"]
        ]
        stops = self.stops[["stop_id", "stop_name", "district", "indicative"]]
        table = (
            self.calls.merge(patterns, on="pattern_id", how="left", validate="m:1")
            .merge(routes, on="route_id", how="left", validate="m:1", suffixes=("", "_route"))
            .merge(stops, on="stop_id", how="left", validate="m:1", suffixes=("", "_stop"))
        )
        marks = ["indicative", "indicative_route", "indicative_stop"]
        table["indicative"] = table[marks].astype(bool).any(axis=1)
        position = table.groupby("pattern_id", sort=False).cumcount()
        count = table.groupby("pattern_id", sort=False)["stop_id"].transform("size")
        return table.drop(columns=marks[1:]).assign(
            position=position, is_first=position == 0, is_last=position == count - 1
        )

    @property
    def service_known(self) -> bool:
        """Whether any headway or trip is known: OpenStreetMap, for one, has none."""
        return not (self.frequencies.empty and self.trips.empty)

    @cached_property
    def served_patterns(self) -> frozenset[str]:
        """Patterns that have a headway or a trip."""
        return frozenset(self.frequencies["pattern_id"]) | frozenset(self.trips["pattern_id"])

    def stop_ids(self, name_or_id: str) -> list[str]:
        """The stop with this id, or else all kerbs of this exact name.

        Raises ``UsageError`` with the nearest names when there is none.
        """
        if (self.stops["stop_id"] == name_or_id).any():
            return [name_or_id]
        found: list[str] = self.stops.loc[self.stops["stop_name"] == name_or_id, "stop_id"].tolist()
        if found:
            return found
        ids = nearest_names(name_or_id, self.stops["stop_id"], at_least=_ALIKE)
        return _unknown("stop", name_or_id, [*self.stops["stop_name"], *ids])

    def route_ids(self, line: str) -> list[str]:
        """The line with this id, or else all lines of this short name.

        Raises ``UsageError`` with the nearest names when there is none.
        """
        if (self.routes["route_id"] == line).any():
            return [line]
        found = self.routes.loc[self.routes["route_short_name"] == line, "route_id"].tolist()
        return found or _unknown("line", line, [*self.routes["route_short_name"]])

    def sequence(self, pattern_id: str) -> list[str]:
        """Stop ids of a pattern in order; empty for a pattern that is not there."""
        return list(self._sequences.get(pattern_id, ()))

    @cached_property
    def _sequences(self) -> dict[str, tuple[str, ...]]:
        """Stop ids in order, by pattern."""
        found: dict[str, list[str]] = {}
        for pattern, stop in zip(self.calls["pattern_id"], self.calls["stop_id"], strict=True):
            found.setdefault(pattern, []).append(stop)
        return {pattern: tuple(stops) for pattern, stops in found.items()}

    def fingerprint(self) -> str:
        """A hash of all tables, the same whatever order their rows came in."""
        return self._hash

    @cached_property
    def _hash(self) -> str:
        digest = hashlib.sha256()
        for table in FEED_TABLES:
            # A table that may be absent counts for nothing while it is empty.
            if table not in _OPTIONAL or len(getattr(self, table.name)):
                digest.update(table.name.encode() + self._table_hash(table.name))
        return digest.hexdigest()[:16]

    def shares(self, other: Feed, names: Collection[str]) -> bool:
        """Whether both feeds have the same rows in the tables ``names``."""
        return all(self._table_hash(name) == other._table_hash(name) for name in names)

    def _table_hash(self, name: str) -> bytes:
        if name not in self._hashes:
            hashed = pd.util.hash_pandas_object(self._told(name), index=False)
            self._hashes[name] = hashed.to_numpy().tobytes()
        return self._hashes[name]

    def _told(self, name: str) -> pd.DataFrame:
        """A table without the optional columns that are empty throughout: those may be absent."""
        frame = getattr(self, name)
        table = next(table for table in FEED_TABLES if table.name == name)
        optional = [column.name for column in table.columns if column.may_be_absent]
        return frame.drop(columns=[column for column in optional if not frame[column].any()])

    def _missing(self, table: Table) -> list[Problem]:
        columns = getattr(self, table.name).columns
        mend = f"{table.name} has {', '.join(table.names)}"
        return [
            Problem(f"feed {table.name}", f"column {name!r} is missing", mend)
            for name in (column.name for column in table.columns if not column.may_be_absent)
            if name not in columns
        ]

    def _problems(self, changed: Collection[str]) -> list[Problem]:
        tables = {table.name: getattr(self, table.name) for table in FEED_TABLES}
        problems = [
            fault
            for table in FEED_TABLES
            if table.name in changed
            for fault in _key_faults(tables, table)
        ]
        problems += reference_problems(
            {name: tables[name] for name in _referring(changed)}, where="feed"
        )
        if "frequencies" in changed:
            problems += _period_faults(self.frequencies)
        if {"calls", "patterns"} & set(changed):
            problems += self._size_faults()
        return problems

    def _size_faults(self) -> list[Problem]:
        sizes = self.calls["pattern_id"].value_counts().reindex(self.patterns["pattern_id"])
        return [
            Problem(
                f"feed pattern {pattern}",
                f"has {0 if pd.isna(size) else int(size)} calls",
                "a pattern needs two or more calls: add them, or remove the pattern",
            )
            for pattern, size in sizes[~(sizes >= 2)].items()
        ]


def _referring(changed: Collection[str]) -> set[str]:
    """The tables whose references a change of ``changed`` can break, and those they refer to."""
    found: set[str] = set()
    for table in FEED_TABLES:
        targets = set(table.references.values())
        if table.name in changed or targets & set(changed):
            found |= {table.name, *targets}
    return found


def _key_faults(tables: dict[str, pd.DataFrame], table: Table) -> list[Problem]:
    frame = tables[table.name]
    repeated = frame.duplicated(list(table.key))
    if not repeated.any():
        return []
    twice = frame.loc[repeated, list(table.key)]
    mend = "keep one row, or give the other its own key"
    return [
        Problem(f"feed {table.name}", f"key {' / '.join(map(str, row))} appears twice", mend)
        for row in twice.itertuples(index=False)
    ]


def _period_faults(spans: pd.DataFrame) -> list[Problem]:
    """Periods of no length, and periods of one pattern that overlap: buses would count twice."""
    previous_end = spans.groupby("pattern_id")["end_time"].shift()
    empty_spans = spans["end_time"] <= spans["start_time"]
    faults = {
        "ends when or before it starts": empty_spans,
        "overlaps the one before": (spans["start_time"] < previous_end) & ~empty_spans,
    }
    mend = "give each period of a pattern its own time of day"
    return [
        Problem(f"feed frequencies {row.pattern_id} {clock_of(row.start_time)}", what, mend)
        for what, found in faults.items()
        if found.any()
        for row in spans[found].itertuples()
    ]


def _unknown(kind: str, name: str, known: list[str]) -> list[str]:
    raise UsageError(Problem(kind, f"no {kind} is named {name!r}", did_you_mean(name, known)))
