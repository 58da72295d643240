"""Gains and losses of service: at each stop, of each line, and of those who ride through."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pandas as pd

from transit.analysis.service import WHOLE_DAY, assumed_patterns, buses_per_hour, departures
from transit.ledger.left import Left
from transit.ledger.ride import ride_rows
from transit.ledger.rows import Row, as_ledger, ledger_row, service_rows
from transit.model.network import Network

LINE_CALLS = "line calls"
BUSES_CALLING = "buses calling"
BUSES = "buses an hour"
DAILY = "departures a day"
Key = tuple[str, str, int]


def service_ledger(before: Network, after: Network, *, limit_m: float = 500) -> pd.DataFrame:
    """Stops that gain or lose a line and direction, or buses of it; lines that run otherwise.

    Columns ``LEDGER_COLUMNS``. Stop rows: a line begins or ceases to call (``line calls``), or
    another number of its buses call (``buses calling``; ``departures a day`` where 07:00–09:00 is
    the same). Where the change is the same at every stop of a line's direction, one row of the
    line stands for them all (``buses an hour``). A line's ``ride time`` is that of riders who
    keep their stops. What a loss leaves is looked for within a walk of ``limit_m`` metres.
    """
    sides = [(network, _patterns(network)) for network in (before, after)]
    old, new = (_service(*side) for side in sides)
    left = Left(before, after, limit_m)
    there = cache(lambda stop: _lines_there(after, stop))
    rows: list[Row] = []
    for key in old.index.difference(new.index):
        row = _calls_row(old.loc[key], None, key)
        rows.append(row | {"lines_there": there(key[0])} | _what_is_left(left, key))
    for key in new.index.difference(old.index):
        rows.append(_calls_row(None, new.loc[key], key) | {"lines_there": there(key[0])})
    runs = (_runs(*side) for side in sides)
    for row, key in _changed_rows(_joined(old, new), _joined(*runs)):
        there_now = {"lines_there": there(key[0])} if row["subject"] == "stop" else {}
        lost = row["subject"] == "stop" and row["effect"] == "loss"
        rows.append(row | there_now | (left.other_line(*key) if lost else {}))
    return as_ledger([*rows, *ride_rows(before, after)])


def _what_is_left(left: Left, key: Key) -> Row:
    found = left.next_stop(*key) | left.other_line(*key)
    # The walk to the next stop rests on the streets.
    streets = bool(left.after.streets.edges["indicative"].any())
    return found | ({"indicative": True} if streets else {})


def _lines_there(network: Network, stop: str) -> str:
    visits = network.feed.visits
    return "、".join(sorted(set(visits.loc[visits["stop_id"] == stop, "route_short_name"])))


def _patterns(network: Network) -> pd.DataFrame:
    """Buses an hour and a day of each pattern, and whether they are assumed."""
    feed = network.feed
    return feed.patterns[["pattern_id", "route_id", "direction_id"]].assign(
        hourly=buses_per_hour(feed).to_numpy(),
        daily=departures(feed, WHOLE_DAY).reindex(feed.patterns["pattern_id"]).fillna(0).to_numpy(),
        assumed=feed.patterns["pattern_id"].isin(assumed_patterns(feed)),
    )


def _service(network: Network, patterns: pd.DataFrame) -> pd.DataFrame:
    """Service of each stop, line and direction: names, buses an hour and a day, and mark.

    A line that passes a stop twice on a run calls there once.
    """
    visits = network.feed.visits.drop_duplicates(["stop_id", "pattern_id"])
    visits = visits.merge(patterns[["pattern_id", "hourly", "daily", "assumed"]], on="pattern_id")
    visits["indicative"] |= visits["assumed"]
    return visits.groupby(["stop_id", "route_id", "direction_id"]).agg(
        stop_name=("stop_name", "first"),
        line=("route_short_name", "first"),
        hourly=("hourly", "sum"),
        daily=("daily", "sum"),
        indicative=("indicative", "any"),
    )


def _runs(network: Network, patterns: pd.DataFrame) -> pd.DataFrame:
    """Buses an hour and a day of each line and direction, whatever their patterns."""
    lines = network.feed.routes[["route_id", "route_short_name"]]
    return patterns.merge(lines, on="route_id").groupby(["route_id", "direction_id"]).agg(
        line=("route_short_name", "first"),
        hourly=("hourly", "sum"),
        daily=("daily", "sum"),
        indicative=("assumed", "any"),
    )  # fmt: skip


def _calls_row(old: pd.Series | None, new: pd.Series | None, key: Key) -> Row:
    """A line and direction that calls at a stop on one side only."""
    side = old if new is None else new
    sign = -1 if new is None else 1
    hourly, daily = float(side["hourly"]), float(side["daily"])  # type: ignore[index]
    row = ledger_row(
        "stop", key[0], side["stop_name"], LINE_CALLS, "buses/h",  # type: ignore[index]
        0.0 if old is None else hourly, 0.0 if new is None else hourly,
        indicative=bool(side["indicative"]), line=side["line"], direction_id=key[2],  # type: ignore[index]
        buses_per_hour=sign * hourly, departures_a_day=sign * daily,
    )  # fmt: skip
    # A line without known service is lost or gained all the same.
    return row | {"effect": "gain" if old is None else "loss"}


def _changed_rows(both: pd.DataFrame, runs: pd.DataFrame) -> Iterator[tuple[Row, Key]]:
    """Lines and directions that call on both sides with another number of buses.

    ``both`` is by stop, line and direction, ``runs`` by line and direction. Each row comes with
    its stop (none where it is of the line), line and direction.
    """
    changed = both[(both["hourly"] != 0) | (both["daily"] != 0)]
    for (route, direction), stops in changed.groupby(["route_id", "direction_id"]):
        line = runs.loc[(route, direction)]
        every = both.xs((route, direction), level=("route_id", "direction_id"))
        if ((every["hourly"] == line["hourly"]) & (every["daily"] == line["daily"])).all():
            head = ("line", route, line["line_new"], BUSES)
            yield from ((row, ("", route, direction)) for row in _changes(head, line, direction))
            continue
        for (stop, _, _), own in stops.iterrows():
            head = ("stop", stop, own["stop_name_new"], BUSES_CALLING)
            yield from ((row, (stop, route, direction)) for row in _changes(head, own, direction))


def _joined(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """What is on both sides, with the changes; sums in another order differ by under 1e-9."""
    both = old.merge(new, left_index=True, right_index=True, suffixes=("_old", "_new"))
    changes = {name: (both[f"{name}_new"] - both[f"{name}_old"]).round(9) for name in _COUNTS}
    return both.assign(**changes)


def _changes(head: tuple[str, str, str, str], row: pd.Series, direction: int) -> Iterator[Row]:
    subject, subject_id, name, what = head
    hourly, daily = ((row[f"{count}_old"], row[f"{count}_new"]) for count in _COUNTS)
    return service_rows(
        subject, subject_id, name, (what, DAILY), hourly, daily,
        indicative=bool(row["indicative_old"] or row["indicative_new"]),
        line=row["line_new"], direction_id=direction,
    )  # fmt: skip


_COUNTS = ("hourly", "daily")
