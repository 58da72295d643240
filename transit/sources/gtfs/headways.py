"""frequencies.txt: trips that are repeated, by headway (exact_times 0) or at set times (1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from transit.errors import Problem
from transit.sources.gtfs.fields import missing, number, seconds, unknown, whole
from transit.sources.gtfs.texts import FeedTexts
from transit.units import clock_of

FILE = "frequencies.txt"
MOST_DEPARTURES = 100_000
"""A headway of one second all day is a slip; more departures than this of one row are refused."""


def frequency_rows(feed: FeedTexts) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows of frequencies.txt as numbers, and everything wrong with them.

    Columns: ``trip_id``, ``start_time``, ``end_time``, ``headway_secs``, ``is_exact``,
    ``speed_kmh`` and ``dwell_secs`` (NaN unless this project wrote them), ``departures``.
    """
    table = feed.tables[FILE]
    values, problems = {}, missing(feed, FILE, "trip_id")
    problems += unknown(feed, FILE, "trip_id", "trips.txt", feed.tables["trips.txt"]["trip_id"])
    for name, (found, faults) in {
        "start_time": seconds(feed, FILE, "start_time"),
        "end_time": seconds(feed, FILE, "end_time"),
        "headway_secs": whole(feed, FILE, "headway_secs", least=1),
        "is_exact": whole(feed, FILE, "exact_times", most=1),
        "speed_kmh": number(feed, FILE, "transit_speed_kmh", least=1, most=120),
        "dwell_secs": number(feed, FILE, "transit_dwell_secs", least=0, most=600),
    }.items():
        values[name] = found
        problems += faults
    for name in ("start_time", "end_time", "headway_secs"):
        problems += missing(feed, FILE, name)
    rows = pd.DataFrame({"trip_id": table["trip_id"], **values}, index=table.index)
    if problems:
        return rows, problems
    rows["departures"] = np.ceil((rows["end_time"] - rows["start_time"]) / rows["headway_secs"])
    for row in rows[~rows["departures"].between(1, MOST_DEPARTURES)].itertuples():
        what = f"has {max(row.departures, 0):,.0f} departures"
        mend = "end the period after it starts, with a headway in seconds"
        problems.append(Problem(feed.where(FILE, row.Index), what, mend))
    whole_numbers = dict.fromkeys(("start_time", "end_time", "headway_secs"), "int64")
    kinds = {"is_exact": rows["is_exact"] == 1, "trip_id": rows["trip_id"].astype("str")}
    return rows.astype(whole_numbers).assign(**kinds), problems


@dataclass(frozen=True, eq=False)
class Repeated:
    """What the templates of frequencies.txt stand for: trips at set times, and headways.

    ``headways`` has the columns of frequencies, ``speed_kmh`` NaN where it is yet to be worked
    out; ``twins`` names, for each pattern made because headways of one overlap, the one it copies.
    """

    trips: pd.DataFrame
    headways: pd.DataFrame
    twins: dict[str, str]


def repeated_trips(trips: pd.DataFrame, rows: pd.DataFrame) -> Repeated:
    """The other ``trips``, and the templates among them as ``rows`` of frequencies.txt say."""
    template = trips["trip_id"].isin(rows["trip_id"])
    known = rows.merge(trips[template], on="trip_id", validate="m:1")
    exact, by_headway = known[known["is_exact"]], known[~known["is_exact"]]
    headways, twins = _apart(by_headway.sort_values(["pattern_id", "start_time", "trip_id"]))
    columns = ["pattern_id", "start_time", "end_time", "headway_secs", "speed_kmh", "dwell_secs",
               "timing_id", "indicative", "year", "source"]  # fmt: skip
    made = pd.concat([trips[~template], _set_times(exact)], ignore_index=True)
    return Repeated(made, headways[columns].reset_index(drop=True), twins)


def _set_times(exact: pd.DataFrame) -> pd.DataFrame:
    """One trip a departure, called after its template and the time it leaves."""
    counts = exact["departures"].astype(int)
    each = exact.loc[exact.index.repeat(counts)]
    place = each.groupby(level=0).cumcount().to_numpy()
    leaves = each["start_time"].to_numpy() + place * each["headway_secs"].to_numpy()
    clocks = [clock_of(int(time)) for time in leaves]
    ids = [f"{trip}@{clock}" for trip, clock in zip(each["trip_id"], clocks, strict=True)]
    columns = [
        "trip_id",
        "pattern_id",
        "departure_time",
        "timing_id",
        "indicative",
        "year",
        "source",
    ]
    return each.assign(trip_id=ids, departure_time=leaves)[columns]


def _apart(headways: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """``headways`` where those of one pattern that overlap run as patterns of their own."""
    ends: dict[str, list[int]] = {}
    ids, twins = [], {}
    for pattern, start, end in zip(
        headways["pattern_id"], headways["start_time"], headways["end_time"], strict=True
    ):
        lanes = ends.setdefault(pattern, [])
        lane = next((row for row, last in enumerate(lanes) if last <= start), len(lanes))
        if lane == len(lanes):
            lanes.append(end)
        lanes[lane] = end
        ids.append(pattern if lane == 0 else f"{pattern}+{lane + 1}")
        if lane:
            twins[ids[-1]] = pattern
    return headways.assign(pattern_id=pd.Series(ids, index=headways.index, dtype="str")), twins
