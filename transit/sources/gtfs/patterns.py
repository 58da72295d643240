"""The patterns of a feed: distinct sequences of stops of a line and direction, and their trips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from transit.sources.gtfs.fields import clean
from transit.sources.gtfs.places import Origin
from transit.sources.gtfs.stop_times import Calls
from transit.sources.gtfs.texts import FeedTexts
from transit.units import IntArray


@dataclass(frozen=True, eq=False)
class Runs:
    """Every trip that runs on the day, at its row of trips.txt, with its pattern and run times.

    ``trips`` has ``trip_id``, ``pattern_id``, ``departure_time`` (s after midnight),
    ``timing_id`` and marks, indexed by the row's position; the other tables are the schema's.
    ``directions_told`` counts lines whose direction had to be told from their stops.
    """

    trips: pd.DataFrame
    patterns: pd.DataFrame
    calls: pd.DataFrame
    timings: pd.DataFrame
    directions_told: int


def runs_of(feed: FeedTexts, calls: Calls, running: IntArray, origin: Origin) -> Runs:
    """The patterns of the trips at the rows ``running``, which have two calls or more each."""
    table = feed.tables["trips.txt"].reset_index(drop=True).iloc[running]
    directions, told = _directions(feed, table, calls)
    years = table["transit_year"]
    departs = calls.departure[calls.bounds[table.index]].astype(np.int64)
    trips = pd.DataFrame(
        {
            "trip_id": table["trip_id"],
            "route_id": table["route_id"],
            "direction_id": directions,
            "trip_headsign": clean(table["trip_headsign"]),
            "shape_id": table["shape_id"],
            "given": table["transit_pattern_id"],
            "timing": table["transit_timing_id"],
            "departure_time": departs,
            "stops": [calls.stop[calls.of(row)].tobytes() for row in table.index],
            "indicative": table["transit_indicative"].str.lower() == "true",
            "year": years.where(years.str.fullmatch("[12][0-9]{3}"), str(origin.year)).astype(int),
            "source": table["transit_source"].where(table["transit_source"] != "", origin.source),
        },
        index=table.index,
    )  # fmt: skip
    # In an order that does not hang on that of the file, so that ids do not either.
    trips = trips.sort_values(["departure_time", "trip_id"])
    trips["pattern_id"] = _pattern_ids(trips)
    timings, ids = _timings(feed, trips, calls)
    patterns = _patterns(feed, trips, calls, origin)
    columns = [
        "trip_id",
        "pattern_id",
        "departure_time",
        "timing_id",
        "indicative",
        "year",
        "source",
    ]
    return Runs(trips.assign(timing_id=ids)[columns], patterns, _calls(trips, calls), timings, told)


def _pattern_ids(trips: pd.DataFrame) -> pd.Series:
    """``<line>_<direction>`` for the sequence most trips have; .2, .3 … behind for the others."""
    key = ["route_id", "direction_id", "given", "stops"]
    sizes = trips.groupby(key, sort=False, as_index=False).agg(
        trips=("trip_id", "size"), first=("trip_id", "first")
    )
    sizes = sizes.sort_values(["trips", "first"], ascending=[False, True])
    rank = sizes.groupby(["route_id", "direction_id"]).cumcount() + 1
    made = sizes["route_id"] + "_" + sizes["direction_id"].astype(str)
    made += ("." + rank.astype(str)).where(rank > 1, "")
    sizes["pattern_id"] = sizes["given"].where(sizes["given"] != "", made)
    found = trips[key].merge(sizes[[*key, "pattern_id"]], on=key, how="left", validate="m:1")
    return pd.Series(found["pattern_id"].to_numpy(), index=trips.index, dtype="str")


def _patterns(feed: FeedTexts, trips: pd.DataFrame, calls: Calls, origin: Origin) -> pd.DataFrame:
    stops = feed.tables["stops.txt"]
    name = dict(zip(stops["stop_id"], clean(stops["stop_name"]), strict=True))
    rows = []
    for pattern, own in trips.groupby("pattern_id"):
        first = own.iloc[0]
        last = calls.stop_ids[calls.stop[calls.bounds[own.index[0] + 1] - 1]]
        rows.append(
            {
                "pattern_id": pattern,
                "route_id": first["route_id"],
                "direction_id": int(first["direction_id"]),
                "trip_headsign": _commonest(own["trip_headsign"]) or name[last] or last,
                "shape_id": _commonest(own["shape_id"]),
                "indicative": False,
                "year": origin.year,
                "source": origin.source,
            }
        )
    columns = ["pattern_id", "route_id", "direction_id", "trip_headsign", "shape_id",
               "indicative", "year", "source"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _commonest(texts: pd.Series) -> str:
    """The text that most rows have, of equal ones the first by letter; empty where all are."""
    counts = Counter(text for text in texts if text)
    return min(counts, key=lambda text: (-counts[text], text)) if counts else ""


def _calls(trips: pd.DataFrame, calls: Calls) -> pd.DataFrame:
    one = trips.drop_duplicates("pattern_id")
    parts = [calls.of(row) for row in one.index]
    sizes = [part.stop - part.start for part in parts]
    rows = _rows(parts)
    return pd.DataFrame(
        {
            "pattern_id": np.repeat(one["pattern_id"].to_numpy(dtype=object), sizes),
            "stop_sequence": calls.sequence[rows],
            "stop_id": calls.stop_ids[calls.stop[rows]],
        }
    ).astype({"pattern_id": "str", "stop_id": "str"})


def _rows(parts: Sequence[slice]) -> IntArray:
    """Every place in ``parts``, one part after the other."""
    found = [np.arange(part.start, part.stop) for part in parts]
    return np.concatenate([np.empty(0, np.int64), *found]).astype(np.int64)


def _timings(feed: FeedTexts, trips: pd.DataFrame, calls: Calls) -> tuple[pd.DataFrame, pd.Series]:
    """Distinct run times of each pattern, and which of them each trip has."""
    is_ours = feed.has("trips.txt", "transit_timing_id")
    known: dict[tuple[str, bytes], str] = {}
    count: Counter[str] = Counter()
    first: dict[str, slice] = {}
    ids = []
    for row, pattern, given in zip(trips.index, trips["pattern_id"], trips["timing"], strict=True):
        part = calls.of(row)
        if is_ours:
            timing = given
        else:
            start = calls.departure[part.start]
            both = np.concatenate([calls.arrival[part], calls.departure[part]]) - start
            times = (pattern, both.tobytes())
            if times not in known:
                count[pattern] += 1
                known[times] = f"{pattern}/{count[pattern]}"
            timing = known[times]
        ids.append(timing)
        if timing:
            first.setdefault(timing, part)
    return _timing_rows(first, calls), pd.Series(ids, index=trips.index, dtype="str")


def _timing_rows(first: dict[str, slice], calls: Calls) -> pd.DataFrame:
    sizes = [part.stop - part.start for part in first.values()]
    rows = _rows(list(first.values()))
    start = np.repeat([calls.departure[part.start] for part in first.values()], sizes)
    return pd.DataFrame(
        {
            "timing_id": np.repeat(np.array(list(first), dtype=object), sizes),
            "stop_sequence": calls.sequence[rows],
            "stop_id": calls.stop_ids[calls.stop[rows]],
            "arrival_secs": calls.arrival[rows] - start,
            "departure_secs": calls.departure[rows] - start,
        }
    ).astype({"timing_id": "str", "stop_id": "str", "arrival_secs": float, "departure_secs": float})


def _directions(feed: FeedTexts, table: pd.DataFrame, calls: Calls) -> tuple[IntArray, int]:
    """The direction of each trip; where the feed does not say, told from the order of its stops."""
    given = table["direction_id"].to_numpy(dtype=object)
    found = np.where(given == "1", 1, 0).astype(np.int64)
    silent = ~np.isin(given, ["0", "1"])
    stops = feed.tables["stops.txt"]
    name = dict(zip(stops["stop_id"], stops["stop_name"], strict=True))
    named = np.array([name[stop] or stop for stop in calls.stop_ids], dtype=object)
    place = pd.Series(np.arange(len(table)), index=table.index)[silent]
    by_line = place.groupby(table["route_id"][silent])
    for _, places in by_line:
        sequences = {row: tuple(named[calls.stop[calls.of(row)]]) for row in places.index}
        counts = Counter(sequences.values())
        main = min(counts, key=lambda stops: (-counts[stops], stops))
        against = {stops: _is_against(main, stops) for stops in counts}
        found[places.to_numpy()] = [int(against[sequences[row]]) for row in places.index]
    return found, by_line.ngroups


def _is_against(main: tuple[str, ...], stops: tuple[str, ...]) -> bool:
    """Whether ``stops`` meets the places it shares with ``main`` in the opposite order."""
    at = {stop: number for number, stop in enumerate(main)}
    shared = [at[stop] for stop in stops if stop in at]
    forward = sum(after > before for before, after in pairwise(shared))
    return forward < sum(after < before for before, after in pairwise(shared))
