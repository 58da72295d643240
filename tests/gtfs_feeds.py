"""A small GTFS feed whose sums can be done in the head, and how tests write feeds.

Stops A, B and C stand on one parallel, in station ST (A and B); E is its entrance. Line 7 runs
A B C (T1 at 8, T2 at 9, both 5 min to B, 1 min there, 9 min to C) and back C B A (T3 at 23:50, 15
min) on weekdays of January 2024, line 9 A C (T4 at noon) on Saturdays and Sundays. On Wednesday
the 3rd the week-end's service runs too; on Thursday the 4th that of weekdays does not.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

FEED: dict[str, str] = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\n"
    "1,Make-believe Buses,https://example.org/,Asia/Shanghai\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
    "A,银星,22.700,114.000,,ST\n"
    "B,桥头,22.700,114.010,0,ST\n"
    "C,NA,22.700,114.030,,\n"
    "ST,枢纽,22.700,114.005,1,\n"
    "E,入口,22.701,114.005,2,ST\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type,route_color\n"
    "R7,1,007,银星 – 田心,3,0072B2\n"
    "R9,1,,周末线,3,red\n",
    "trips.txt": "route_id,service_id,trip_id,direction_id,trip_headsign\n"
    "R7,WK,T1,0,田心\n"
    "R7,WK,T2,0,田心\n"
    "R7,WK,T3,1,\n"
    "R9,WE,T4,0,\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "T1,08:00:00,08:00:00,A,1\n"
    "T1,08:05:00,08:06:00,B,2\n"
    "T1,08:15:00,08:15:00,C,3\n"
    "T2,09:00:00,09:00:00,A,1\n"
    "T2,09:05:00,09:06:00,B,2\n"
    "T2,09:15:00,09:15:00,C,3\n"
    "T3,23:50:00,23:50:00,C,1\n"
    "T3,,,B,2\n"
    "T3,24:05:00,24:05:00,A,3\n"
    "T4,12:00:00,12:00:00,A,1\n"
    "T4,12:20:00,12:20:00,C,2\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date\n"
    "WK,1,1,1,1,1,0,0,20240101,20240131\n"
    "WE,0,0,0,0,0,1,1,20240101,20240131\n",
    "calendar_dates.txt": "service_id,date,exception_type\nWE,20240103,1\nWK,20240104,2\n",
}


def feed_with(**changed: str | None) -> dict[str, str]:
    """``FEED`` with some files (named without ``.txt``) given anew, or left out where ``None``."""
    files = FEED | {f"{name}.txt": text for name, text in changed.items() if text is not None}
    return {name: text for name, text in files.items() if changed.get(name[:-4], "") is not None}


def edited(file: str, old: str, new: str) -> dict[str, str]:
    """``FEED`` with a text in one file replaced; fails where it is not there."""
    text = FEED[f"{file}.txt"]
    assert old in text, old
    return feed_with(**{file: text.replace(old, new)})


def zipped(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """The zip ``path`` of some files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path
