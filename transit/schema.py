"""Each table declared once: columns, kinds, units and meaning.

Reading, checking, error messages and the data dictionary all come from these declarations.
Column names are GTFS's where GTFS has one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from transit.errors import Problem, did_you_mean
from transit.units import seconds_of

Kind = Literal["id", "text", "integer", "number", "boolean", "time", "colour"]


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, unit and meaning, and what values it may hold."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    may_be_empty: bool = False
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: its columns, its key, and which columns must exist in another table."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Column names in their declared order."""
        return [column.name for column in self.columns]


def _id(name: str, meaning: str) -> Column:
    return Column(name, "id", meaning)


def _lon(name: str, what: str) -> Column:
    return Column(
        name, "number", f"longitude of {what}, WGS-84", "degree", minimum=-180, maximum=180
    )


def _lat(name: str, what: str) -> Column:
    return Column(name, "number", f"latitude of {what}, WGS-84", "degree", minimum=-90, maximum=90)


_ORIGIN = (
    Column(
        "indicative", "boolean", "assumed or digitised by this project, not surveyed or published"
    ),
    Column("year", "integer", "the year the fact describes", "a", minimum=1900, maximum=2100),
    Column("source", "text", "where the fact comes from"),
)

STOPS = Table(
    "stops",
    "places where buses stop, one row a kerb",
    (
        _id("stop_id", "the kerb's own id"),
        Column("stop_name", "text", "the name on the sign; two kerbs of a place share it"),
        _lon("stop_lon", "the kerb"),
        _lat("stop_lat", "the kerb"),
        Column("district", "text", "the city district the stop stands in", may_be_empty=True),
        *_ORIGIN,
    ),
    ("stop_id",),
)
STATIONS = Table(
    "stations",
    "metro stations, one row a station and metro line",
    (
        _id("station_id", "the station's id"),
        Column("station_name", "text", "the station's name"),
        Column("metro_line", "text", "the metro line's number or name"),
        _lon("station_lon", "the station"),
        _lat("station_lat", "the station"),
        *_ORIGIN,
    ),
    ("station_id", "metro_line"),
)
ROUTES = Table(
    "routes",
    "lines as passengers know them",
    (
        _id("route_id", "the line's id"),
        Column("route_short_name", "text", "the line's number or short name"),
        Column("route_long_name", "text", "the line's ends in words", may_be_empty=True),
        Column("route_type", "integer", "GTFS mode: 0 tram, 1 metro, 2 rail, 3 bus", minimum=0),
        Column("route_color", "colour", "colour on maps, RRGGBB", may_be_empty=True),
        *_ORIGIN,
    ),
    ("route_id",),
)
PATTERNS = Table(
    "patterns",
    "one sequence of stops of a line in one direction",
    (
        _id("pattern_id", "the pattern's id"),
        _id("route_id", "the line it belongs to"),
        Column("direction_id", "integer", "GTFS direction", minimum=0, maximum=1),
        Column("trip_headsign", "text", "where it goes, as shown on the bus", may_be_empty=True),
        *_ORIGIN,
    ),
    ("pattern_id",),
    {"route_id": "routes"},
)
CALLS = Table(
    "calls",
    "the stops of each pattern in order",
    (
        _id("pattern_id", "the pattern"),
        Column("stop_sequence", "integer", "position in the pattern, increasing", minimum=0),
        _id("stop_id", "the stop called at"),
    ),
    ("pattern_id", "stop_sequence"),
    {"pattern_id": "patterns", "stop_id": "stops"},
)
FREQUENCIES = Table(
    "frequencies",
    "service by headway, where no timetable is known",
    (
        _id("pattern_id", "the pattern"),
        Column("start_time", "time", "first departure of the period", "s after midnight"),
        Column("end_time", "time", "end of the period", "s after midnight"),
        Column("headway_secs", "integer", "time between departures", "s", minimum=1),
        Column(
            "speed_kmh",
            "number",
            "speed along straight stop-to-stop hops, dwell included",
            "km/h",
            minimum=1,
            maximum=120,
        ),
        *_ORIGIN,
    ),
    ("pattern_id", "start_time"),
    {"pattern_id": "patterns"},
)
TRIPS = Table(
    "trips",
    "service by timetable, where one is known",
    (
        _id("trip_id", "the trip"),
        _id("pattern_id", "the pattern it runs"),
        Column("departure_time", "time", "departure from the first stop", "s after midnight"),
        *_ORIGIN,
    ),
    ("trip_id",),
    {"pattern_id": "patterns"},
)
GATES = Table(
    "gates",
    "where walkers enter or leave a park",
    (
        _id("park_id", "the park"),
        _id("gate_id", "the gate's id"),
        Column("gate_name", "text", "the gate's name"),
        _lon("gate_lon", "the gate"),
        _lat("gate_lat", "the gate"),
        *_ORIGIN,
    ),
    ("park_id", "gate_id"),
)
PARKS = Table(
    "parks",
    "industrial parks; the outline is the feature's polygon",
    (
        _id("park_id", "the park's id"),
        Column("park_name", "text", "the park's name"),
        _lon("point_lon", "the point that maps show for the park"),
        _lat("point_lat", "the point that maps show for the park"),
        Column("point_source", "text", "where the point comes from"),
        *_ORIGIN,
    ),
    ("park_id",),
)
WAYS = Table(
    "streets",
    "streets as drawn; two ways join only where they share a vertex",
    (
        _id("way_id", "the way's id"),
        Column("name", "text", "the street's name", may_be_empty=True),
        Column("highway", "text", "OSM class of the street"),
        Column(
            "oneway", "text", "for vehicles, in the order of the vertices", allowed=("yes", "no")
        ),
        Column("foot", "text", "whether walkers may use it", allowed=("yes", "no")),
        Column("motor", "text", "whether a bus may drive there", allowed=("yes", "no")),
        *_ORIGIN,
    ),
    ("way_id",),
)
FEED_TABLES = (STOPS, ROUTES, PATTERNS, CALLS, FREQUENCIES, TRIPS)
TABLES = (*FEED_TABLES, STATIONS, PARKS, GATES, WAYS)


def empty(table: Table) -> pd.DataFrame:
    """A typed frame of ``table`` with no rows."""
    frame, _ = parse(pd.DataFrame(columns=table.names, dtype=str), table, where=table.name)
    return frame


def parse(
    frame: pd.DataFrame, table: Table, *, where: str, labels: Sequence[str] = ()
) -> tuple[pd.DataFrame, list[Problem]]:
    """``frame`` of texts turned into the kinds ``table`` declares, and every fault found.

    Rows are called by ``labels``; without them they are numbered as a spreadsheet shows them:
    the header is row 1. Rows with a fault keep a missing value; nothing is dropped. Columns that
    are not declared are refused by name.
    """
    labels = labels or [f"row {row}" for row in range(2, len(frame) + 2)]
    rows = [f"{where} {label}" for label in labels]
    problems = _column_problems(frame, table, where)
    if problems:
        return pd.DataFrame(columns=table.names), problems
    columns = {}
    for column in table.columns:
        columns[column.name], faults = _parse_column(frame[column.name], column, rows)
        problems += faults
    parsed = pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))
    return parsed, problems + _key_problems(parsed, table, rows)


def reference_problems(tables: Mapping[str, pd.DataFrame], *, where: str) -> list[Problem]:
    """Every value of a referring column that its target table lacks, one problem a value."""
    problems = []
    for table in TABLES:
        for column, target in table.references.items():
            if table.name in tables and target in tables:
                known = set(tables[target][column])
                missing = set(tables[table.name][column]) - known
                problems += [
                    Problem(
                        f"{where} {table.name}.{column}",
                        f"{value!r} is not in {target}",
                        f"add it to {target}, or correct it here ({did_you_mean(value, known)})",
                    )
                    for value in sorted(map(str, missing))
                ]
    return problems


def _column_problems(frame: pd.DataFrame, table: Table, where: str) -> list[Problem]:
    from transit.errors import nearest_names

    present = [str(name) for name in frame.columns]
    unknown = [name for name in present if name not in table.names]
    problems = [
        Problem(where, f"column {name!r} appears twice", "keep one of them")
        for name in dict.fromkeys(present)
        if present.count(name) > 1
    ]
    for name in table.names:
        if name not in present:
            like = nearest_names(name, unknown, count=1)
            hint = f" (is it the column {like[0]!r}?)" if like else ""
            mend = f"add it: {_column(table, name).meaning}{hint}"
            problems.append(Problem(where, f"column {name!r} is missing", mend))
    if not problems and unknown:
        mend = f"remove or rename it; {table.name} has {', '.join(table.names)}"
        problems = [Problem(where, f"column {name!r} is not known", mend) for name in unknown]
    return problems


def _column(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.name == name)


def _parse_column(
    texts: pd.Series[Any], column: Column, rows: Sequence[str]
) -> tuple[pd.Series[Any], list[Problem]]:
    convert = _CONVERT[column.kind]
    values: list[Any] = []
    problems = []
    for row, text in zip(rows, texts, strict=True):
        text = "" if text is None or text != text else str(text).strip()  # noqa: PLR0124, PLW2901
        value, fault = _value(text, column, convert)
        values.append(value)
        if fault:
            problems.append(Problem(f"{row} {column.name}", *fault))
    return pd.Series(values, dtype=_DTYPE[column.kind] if not problems else object), problems


def _value(
    text: str, column: Column, convert: Callable[[str], Any]
) -> tuple[Any, tuple[str, str] | None]:
    if not text:
        return "", None if column.may_be_empty else ("is empty", f"fill in: {column.meaning}")
    if column.allowed and text not in column.allowed:
        return None, (f"{text!r} is not allowed", f"use one of {', '.join(column.allowed)}")
    try:
        value = convert(text)
    except ValueError as error:
        return None, (f"{text!r} is not {_KIND_WORDS[column.kind]}", str(error))
    for bound, beyond in ((column.minimum, "below"), (column.maximum, "above")):
        if bound is not None and (value < bound if beyond == "below" else value > bound):
            return None, (f"{text} is {beyond} {bound:g}", _within(column))
    return value, None


def _within(column: Column) -> str:
    if column.unit == "degree":
        return f"give the {column.meaning}; are longitude and latitude swapped?"
    return f"give the {column.meaning}{f' ({column.unit})' if column.unit else ''}"


def _key_problems(frame: pd.DataFrame, table: Table, rows: Sequence[str]) -> list[Problem]:
    key = list(table.key)
    first = frame.duplicated(key, keep="first")
    return [
        Problem(
            f"{rows[row]} {'+'.join(key)}",
            f"{' / '.join(str(value) for value in frame.loc[row, key])} appears a second time",
            "keep one of the rows, or give the other its own id",
        )
        for row in frame.index[first]
    ]


_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_INTEGER = re.compile(r"-?[0-9]{1,18}")  # more digits would not fit a column of 64 bits


def _number(text: str) -> float:
    # Python's own float() would also take １１４.０４, 114_04, nan and inf.
    if not _NUMBER.fullmatch(text) or not math.isfinite(value := float(text)):
        raise ValueError("write a plain number such as 22.7334")
    return value


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError("write a whole number such as 600")
    return int(text)


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError("write true or false")
    return text.lower() == "true"


def _time(text: str) -> int:
    seconds = seconds_of(text)
    if seconds is None:
        raise ValueError("write HH:MM:SS, hours may pass 24")
    return seconds


def _colour(text: str) -> str:
    if len(text) != 6 or any(letter not in "0123456789abcdefABCDEF" for letter in text):
        raise ValueError("write six hexadecimal digits without #, such as 0072B2")
    return text.upper()


_CONVERT: dict[Kind, Callable[[str], Any]] = {
    "id": str,
    "text": str,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "time": _time,
    "colour": _colour,
}
_DTYPE: dict[Kind, str] = {
    "id": "str",
    "text": "str",
    "integer": "int64",
    "number": "float64",
    "boolean": "bool",
    "time": "int64",
    "colour": "str",
}
_KIND_WORDS: dict[Kind, str] = {
    "id": "an id",
    "text": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "a truth value",
    "time": "a clock time",
    "colour": "a colour",
}
