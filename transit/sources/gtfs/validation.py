"""What gtfs-guru finds in a feed, as a table, with what to do about each finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from transit.errors import DataError, Problem
from transit.sources.gtfs.archive import Archive, open_feed
from transit.sources.gtfs.mends import mend_of

SEVERITIES = ("error", "warning", "info")
COLUMNS = ["severity", "code", "file", "field", "count", "rows", "message", "example", "mend"]
SHOWN_ROWS = 5
BYTES = 400_000_000
"""The validator takes some thirty bytes of memory for each byte of a feed, unpacked."""
_ELSEWHERE = ("filename", "fieldName", "csvRowNumber")
_ROWS = ("csvRowNumber", "csvRowNumber1", "stopTimeCsvRowNumber", "stopTimeCsvRowNumber1",
         "tripCsvRowNumber")  # fmt: skip
"""Where notices say the row, the first that is there counts."""
_FILES = {
    "fast_travel_between_consecutive_stops": "stop_times.txt",
    "fast_travel_between_far_stops": "stop_times.txt",
    "missing_feed_contact_email_and_url": "feed_info.txt",
    "feed_expiration_date7_days": "feed_info.txt",
    "service_window_outside_feed_period": "calendar.txt",
    "stop_time_with_arrival_before_previous_departure_time": "stop_times.txt",
    "stop_too_far_from_shape": "stop_times.txt",
    "stop_without_stop_time": "stops.txt",
    "stops_match_shape_out_of_order": "stop_times.txt",
    "unusable_trip": "trips.txt",
}
"""The file that a notice is about, where it does not say."""


def validate_gtfs(path: str | Path, *, date: date | None = None, country: str = "") -> pd.DataFrame:
    """One row a kind of finding in the feed at ``path``, errors first; empty where it has none.

    Columns: ``severity`` (error, warning or info), ``code`` (the rule of the GTFS validators),
    ``file`` and ``field``, ``count`` of places, ``rows`` (the first of them, as a spreadsheet
    numbers them), ``message``, ``example`` (what was found at the first) and ``mend`` (what to
    do). ``date`` is the day that calendars are judged on; ``country`` (two letters) tells how
    telephone numbers look. The rules are those of MobilityData, as gtfs-guru has them.

    Raises ``DataError`` when the feed cannot be opened safely, or is larger than ``BYTES``.
    """
    import gtfs_guru

    archive = open_feed(path)  # what is unsafe never reaches the validator
    _require_small(archive)
    day = f"{date:%Y-%m-%d}" if date else None
    try:
        result = gtfs_guru.validate(str(archive.path.resolve()), country or None, day)
    except (ValueError, OSError, RuntimeError) as error:
        mend = "check that it is a GTFS feed; read_gtfs says what is wrong with its form"
        raise DataError(Problem(archive.name, f"cannot be validated ({error})", mend)) from None
    return _findings(result.notices)


def _require_small(archive: Archive) -> None:
    total = sum(archive.sizes.values())
    if total > BYTES:
        what = f"is {total:,} bytes unpacked; {BYTES:,} are validated at most"
        raise DataError(Problem(archive.name, what, "cut it to the city in question first"))


def finding_counts(findings: pd.DataFrame) -> dict[str, int]:
    """How many errors, warnings and infos there are, each place counted."""
    return {
        severity: int(findings.loc[findings["severity"] == severity, "count"].sum())
        for severity in SEVERITIES
    }


def _findings(notices: Sequence[Any]) -> pd.DataFrame:
    """Notices of one kind as one row; the full context is asked of the first of them alone.

    A feed of a city may have half a million notices, and each carries courses and positions.
    """
    kinds: dict[tuple[str, str, str, str], list[tuple[int, int]]] = {}
    for place, notice in enumerate(notices):
        file = _text(notice.file, notice.get("filename"), _FILES.get(notice.code))
        field = _text(notice.field, notice.get("fieldName"))
        row = int(notice.row or next(filter(None, map(notice.get, _ROWS)), 0))
        key = (notice.severity.lower(), notice.code, file, field)
        kinds.setdefault(key, []).append((row, place))
    table = pd.DataFrame(
        [_finding(key, sorted(places), notices) for key, places in kinds.items()],
        columns=COLUMNS,
    )
    rank = table["severity"].map(SEVERITIES.index)
    order = table.assign(rank=rank).sort_values(
        ["rank", "count", "code", "file", "field"], ascending=[True, False, True, True, True]
    )
    return order[COLUMNS].reset_index(drop=True)


def _finding(
    key: tuple[str, str, str, str], places: Sequence[tuple[int, int]], notices: Sequence[Any]
) -> dict[str, object]:
    severity, code, file, field = key
    first = notices[places[0][1]]
    return {
        "severity": severity,
        "code": code,
        "file": file,
        "field": field,
        "count": len(places),
        "rows": _first_rows([row for row, _ in places]),
        "message": first.message,
        "example": _example(first.context()),
        "mend": mend_of(code),
    }


def _example(context: Mapping[str, Any]) -> str:
    """What was found there in words; whole courses and positions are left out."""
    told = ((name, value) for name, value in sorted(context.items()) if name not in _ELSEWHERE)
    return ", ".join(f"{name} {value}" for name, value in told if not isinstance(value, list))


def _text(*candidates: object) -> str:
    """The first of some texts that is one."""
    return next((str(one) for one in candidates if one), "")


def _first_rows(rows: Sequence[int]) -> str:
    known = [str(row) for row in rows if row][:SHOWN_ROWS]
    return ", ".join(known) + (" …" if len(rows) > len(known) > 0 else "")
