"""What differs between two networks, as facts in words: stops, lines, calls, service, streets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from transit.model.feed import Feed
from transit.model.network import Network
from transit.units import clock_of

SUBJECT = ["subject", "subject_id", "what"]
DIFFERENCE_COLUMNS = ["subject", "subject_id", "subject_name", "what", "before", "after"]
IS_THERE = "is there"


def network_differences(before: Network, after: Network) -> pd.DataFrame:
    """Facts that differ, one row each, ``DIFFERENCE_COLUMNS``; a missing fact is empty.

    Of a stop, line, pattern, street or station that only one network has, only that is told.
    Lengths are compared to a decimetre. Swapping the arguments swaps ``before`` and ``after``.
    """
    first, second = _facts(before), _facts(after)
    table = first.merge(second, on=SUBJECT, how="outer", suffixes=("_before", "_after")).fillna("")
    table = table[table["fact_before"] != table["fact_after"]]
    of = pd.MultiIndex.from_frame(table[["subject", "subject_id"]])
    is_presence = (table["what"] == IS_THERE).to_numpy()
    told = table[is_presence | ~of.isin(of[is_presence])]
    return told.assign(
        subject_name=told["name_after"].where(told["name_after"] != "", told["name_before"]),
        before=told["fact_before"],
        after=told["fact_after"],
    )[DIFFERENCE_COLUMNS].sort_values(SUBJECT, ignore_index=True)


def _facts(network: Network) -> pd.DataFrame:
    feed = network.feed
    rows = [*_stops(feed), *_lines(feed), *_patterns(feed), *_streets(network), *_stations(network)]
    columns = ["subject", "subject_id", "name", "what", "fact"]
    return pd.DataFrame(rows, columns=columns).astype(str)


Fact = tuple[str, str, str, str, str]


def _stops(feed: Feed) -> Iterator[Fact]:
    for stop in feed.stops.itertuples():
        facts = {
            IS_THERE: "yes",
            "name": stop.stop_name,
            "place": f"{stop.stop_lon:.7f}, {stop.stop_lat:.7f}",
            "district": stop.district,
            "indicative": _yes(stop.indicative),
        }
        yield from _each("stop", stop.stop_id, stop.stop_name, facts)


def _lines(feed: Feed) -> Iterator[Fact]:
    for line in feed.routes.itertuples():
        facts = {
            IS_THERE: "yes",
            "name": line.route_short_name,
            "ends": line.route_long_name,
            "mode": line.route_type,
            "indicative": _yes(line.indicative),
        }
        yield from _each("line", line.route_id, line.route_short_name, facts)


def _patterns(feed: Feed) -> Iterator[Fact]:
    stop = dict(zip(feed.stops["stop_id"], feed.stops["stop_name"], strict=True))
    line = dict(zip(feed.routes["route_id"], feed.routes["route_short_name"], strict=True))
    service = _service(feed)
    for pattern in feed.patterns.itertuples():
        calls = [f"{stop[call]} [{call}]" for call in feed.sequence(pattern.pattern_id)]
        facts = {
            IS_THERE: "yes",
            "line": pattern.route_id,
            "direction": pattern.direction_id,
            "stops": " → ".join(calls),
            "service": "; ".join(service.get(pattern.pattern_id, ())),
            "indicative": _yes(pattern.indicative),
        }
        name = f"{line[pattern.route_id]} → {pattern.trip_headsign}"
        yield from _each("pattern", pattern.pattern_id, name, facts)


def _service(feed: Feed) -> dict[str, list[str]]:
    """Periods and departures of each pattern in words."""
    found: dict[str, list[str]] = {}
    for span in feed.frequencies.itertuples():
        hours = f"{clock_of(span.start_time)}–{clock_of(span.end_time)}"
        mark = "*" if span.indicative else ""
        text = (
            f"{hours} every {span.headway_secs} s, {span.speed_kmh:g} km/h, "
            f"{span.dwell_secs:g} s a call{mark}"
        )
        found.setdefault(span.pattern_id, []).append(text)
    for trip in feed.trips.sort_values(["pattern_id", "departure_time"]).itertuples():
        found.setdefault(trip.pattern_id, []).append(clock_of(trip.departure_time))
    return found


def _streets(network: Network) -> Iterator[Fact]:
    """Facts of each way, its pieces taken together: a way divided at a new junction is the same."""
    streets = network.streets
    edges = streets.edges.assign(
        length_m=streets.length_m,
        walkers=_rights(streets.edges, "foot"),
        buses=_rights(streets.edges, "motor"),
        speed=[_speed(value) for value in streets.edges["bus_speed_kmh"]],
    )
    for way, pieces in edges.groupby("way_id"):
        facts = {
            IS_THERE: "yes",
            "name": _distinct(pieces["street_name"]),
            "class": _distinct(pieces["highway"]),
            "length_m": f"{round(pieces['length_m'].sum(), 1):.1f}",
            "walkers": _distinct(pieces["walkers"]),
            "buses": _distinct(pieces["buses"]),
            "bus speed": _distinct(pieces["speed"]),
            "open to walkers": _distinct(pieces["foot_hours"]),
            "indicative": _distinct(pieces["indicative"].map(_yes)),
        }
        yield from _each("street", str(way), facts["name"], facts)
    if len(streets.no_turns):
        yield from _each("street", "", "", {"forbidden turns": len(streets.no_turns)})
    if streets.barriers:
        yield from _each("street", "", "", {"barriers": len(streets.barriers)})


def _stations(network: Network) -> Iterator[Fact]:
    for station in network.stations.itertuples():
        facts = {IS_THERE: "yes", "name": station.station_name,
                 "place": f"{station.station_lon:.7f}, {station.station_lat:.7f}"}  # fmt: skip
        key = f"{station.station_id} {station.metro_line}"
        yield from _each("station", key, station.station_name, facts)


def _each(subject: str, key: str, name: str, facts: Mapping[str, object]) -> Iterator[Fact]:
    for what, fact in facts.items():
        yield subject, key, name, what, str(fact)


def _rights(edges: pd.DataFrame, who: str) -> list[str]:
    ways = np.array(["no", "along", "against", "both ways"])
    along, against = (edges[f"{who}_{way}"].astype(int) for way in ("forward", "backward"))
    return list(ways[(along + 2 * against).to_numpy()])


def _speed(value: float) -> str:
    return "" if np.isnan(value) else f"{value:g} km/h"


def _distinct(values: pd.Series) -> str:
    return " / ".join(sorted(set(values.astype(str))))


def _yes(truth: object) -> str:
    return "yes" if truth else "no"
