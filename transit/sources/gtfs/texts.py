"""The tables of a feed as texts: declared columns, each row known by the number a reader sees."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import pandas as pd

from transit.errors import DataError, Problem, nearest_names
from transit.sources.gtfs.archive import Archive
from transit.sources.tables.bounds import BLANK_ROWS_AT_MOST, COLUMNS_AT_MOST
from transit.sources.tables.shown import MARK

ENCODINGS = ("utf-8-sig", "gb18030")
_BYTES_AT_ONCE = 1 << 20
_CHUNK = 5_000
"""Rows turned into columns at a time: more lists at once cost memory, and four times the time."""
SHOWN = 8
"""Faulty rows of one kind that are named one by one; the others are counted."""


@dataclass(frozen=True)
class FileSpec:
    """What is read of one file: columns that must be there, and those that may."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    needed: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.required, *self.optional)


MARKS = ("transit_indicative", "transit_year", "transit_source")
"""Columns that this project writes into tables of facts, for what GTFS cannot say."""
READ: dict[str, FileSpec] = {
    "agency.txt": FileSpec((), ("agency_name", "agency_timezone")),
    "feed_info.txt": FileSpec((), ("feed_publisher_name", "feed_version")),
    "stops.txt": FileSpec(
        ("stop_id",),
        ("stop_name", "stop_lat", "stop_lon", "location_type", "parent_station",
         "transit_district", "transit_parent_station", *MARKS),
        needed=True,
    ),
    "routes.txt": FileSpec(
        ("route_id", "route_type"),
        ("route_short_name", "route_long_name", "route_color", *MARKS),
        needed=True,
    ),
    "trips.txt": FileSpec(
        ("route_id", "service_id", "trip_id"),
        ("trip_headsign", "direction_id", "shape_id", "transit_pattern_id", "transit_timing_id",
         *MARKS),
        needed=True,
    ),
    "stop_times.txt": FileSpec(
        ("trip_id", "stop_id", "stop_sequence"),
        ("arrival_time", "departure_time", "pickup_type", "drop_off_type"),
        needed=True,
    ),
    "calendar.txt": FileSpec(
        ("service_id", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
         "sunday", "start_date", "end_date")
    ),
    "calendar_dates.txt": FileSpec(("service_id", "date", "exception_type")),
    "frequencies.txt": FileSpec(
        ("trip_id", "start_time", "end_time", "headway_secs"),
        ("exact_times", "transit_speed_kmh", "transit_dwell_secs", *MARKS),
    ),
    "shapes.txt": FileSpec(("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence")),
}  # fmt: skip
"""The files that become part of a network."""


@dataclass(frozen=True, eq=False)
class FeedTexts:
    """The tables of one feed, every value a text; the index is the row as a spreadsheet shows it.

    A file that is absent is a table without rows; an optional column that is absent is empty.
    ``present`` are the names of the files that are there.
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    present: frozenset[str]
    given: Mapping[str, frozenset[str]]
    encodings: Mapping[str, str]

    def has(self, file: str, column: str) -> bool:
        """Whether the file has the column."""
        return column in self.given.get(file, frozenset())

    def where(self, file: str, row: object = "", column: str = "") -> str:
        """How a problem names a place of this feed."""
        return " ".join(filter(None, (self.name, file, f"row {row}" if row != "" else "", column)))


def read_texts(archive: Archive) -> FeedTexts:
    """The tables of ``archive`` that a network is made of; raises ``DataError`` with all faults."""
    problems = list(_absence_problems(archive))
    tables, given, encodings = {}, {}, {}
    for file, spec in READ.items():
        if file not in archive.sizes:
            tables[file] = _no_rows(spec.columns)
            continue
        try:
            table = table_of(archive, file)
        except DataError as error:
            problems += error.problems
            continue
        given[file] = frozenset(map(str, table.frame.columns))
        encodings[file] = table.encoding
        problems += _column_problems(archive, file, spec, given[file])
        lacking = {name: "" for name in spec.columns if name not in table.frame}
        tables[file] = table.frame.assign(**lacking)[list(spec.columns)]
    if problems:
        raise DataError(problems)
    return FeedTexts(archive.name, tables, frozenset(archive.sizes), given, encodings)


def _no_rows(columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns), dtype=str, index=pd.RangeIndex(0))


def _absence_problems(archive: Archive) -> Iterator[Problem]:
    missing = [file for file, spec in READ.items() if spec.needed and file not in archive.sizes]
    for file in missing:
        like = archive.like(file)
        mend = (
            f"rename {like}?" if like else "a feed needs it: ask its publisher for the whole feed"
        )
        yield Problem(f"{archive.name} {file}", "does not exist", mend)
    if not missing and not {"calendar.txt", "calendar_dates.txt"} & set(archive.sizes):
        mend = "a feed needs one of them: without it no trip runs on any day"
        yield Problem(archive.name, "has neither calendar.txt nor calendar_dates.txt", mend)


def _column_problems(
    archive: Archive, file: str, spec: FileSpec, given: frozenset[str]
) -> Iterator[Problem]:
    for name in spec.required:
        if name not in given:
            like = nearest_names(name, given - set(spec.columns), count=1, at_least=60)
            mend = f"is it the column {like[0]!r}? Rename it" if like else "GTFS demands it"
            yield Problem(f"{archive.name} {file}", f"column {name!r} is missing", mend)


@dataclass(frozen=True, eq=False)
class TextTable:
    """One file as texts, and the encoding it was in."""

    frame: pd.DataFrame
    encoding: str


def table_of(archive: Archive, file: str) -> TextTable:
    """The rows of ``file`` as texts; raises ``DataError`` with all faults of its form."""
    where = f"{archive.name} {file}"
    raw = archive.read(file)
    encoding = _encoding(raw, where)
    # A field is cut off at 131,072 characters by the reader itself: no line can fill the memory.
    lines = io.TextIOWrapper(io.BytesIO(raw), encoding=encoding, newline=None)
    reader = csv.reader((line.replace(MARK, "") for line in lines), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        problems = list(_header_problems(header, where))
        columns, rows, uneven = _columns(reader, len(header), where)
    except csv.Error as error:
        what = f"is not well-formed CSV near line {reader.line_num}: {error}"
        mend = "put quotes round values that hold a comma or a quote, and close them"
        raise DataError(Problem(where, what, mend)) from None
    if problems := problems + listed(
        [Problem(f"{where} row {row}", f"has {count} values, the header {len(header)}",
                 "put quotes round values that hold a comma") for row, count in uneven]
    ):  # fmt: skip
        raise DataError(problems)
    frame = pd.DataFrame(
        {name: pd.concat(parts) if parts else pd.Series(dtype=str) for name, parts in
         zip(header, columns, strict=True)}
    )  # fmt: skip
    frame.index = pd.Index(rows, dtype="int64")
    return TextTable(frame, encoding)


def _encoding(raw: bytes, where: str) -> str:
    """The encoding of ``raw``; decoded bit by bit, for as text it takes several times that."""
    for encoding in ENCODINGS if b"\0" not in raw else ():
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for at in range(0, len(raw), _BYTES_AT_ONCE):
                decoder.decode(raw[at : at + _BYTES_AT_ONCE])
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise DataError(Problem(where, "is neither UTF-8 nor GB 18030 text", "save it as UTF-8"))


def _header_problems(header: list[str], where: str) -> Iterator[Problem]:
    if len(header) > COLUMNS_AT_MOST:
        what = f"has {len(header):,} columns; {COLUMNS_AT_MOST:,} are read at most"
        raise DataError(Problem(where, what, "keep only the columns of GTFS"))
    if not any(header):
        yield Problem(where, "is empty", "a table begins with a line of column names")
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            yield Problem(where, f"column {name!r} appears twice", "keep one of them")


def _columns(
    reader: Iterator[list[str]], width: int, where: str
) -> tuple[list[list[pd.Series]], list[int], list[tuple[int, int]]]:
    """Columns in chunks, the number of each row, and rows that are too long."""
    columns: list[list[pd.Series]] = [[] for _ in range(width)]
    numbers: list[int] = []
    uneven = []
    counted = enumerate(reader, 2)
    blank = 0
    while chunk := list(islice(counted, _CHUNK)):
        full = []
        for number, row in chunk:
            if not any(row):
                blank += 1  # a blank line is skipped but counted
                continue
            if len(row) > width and any(row[width:]):
                uneven.append((number, len(row)))
                continue
            # What is left out at the end is empty; what is empty beyond the end is left out.
            full.append(row if len(row) == width else [*row, *[""] * width][:width])
            numbers.append(number)
        if blank > BLANK_ROWS_AT_MOST:
            what = f"has more than {BLANK_ROWS_AT_MOST:,} rows without a value"
            raise DataError(Problem(where, what, "delete the empty rows, and pack it again"))
        for place, values in enumerate(zip(*full, strict=True)):
            texts = pd.Series(values, dtype=str)
            columns[place].append(texts.str.strip())
    return columns, numbers, uneven


def listed(problems: Sequence[Problem]) -> list[Problem]:
    """The first of ``problems``, which are of one kind, and how many more there are."""
    if len(problems) <= SHOWN:
        return list(problems)
    more = problems[SHOWN]
    count = len(problems) - SHOWN
    rest = Problem(more.where, f"and {count:,} more like these", more.mend)
    return [*problems[:SHOWN], rest]
