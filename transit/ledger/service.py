"""Gains and losses of service: at each stop, of each line, and of those who ride through."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd

from transit.analysis.service import WHOLE_DAY, assumed_patterns, buses_per_hour, departures
from transit.ledger.left import Left
from transit.ledger.ride import ride_rows
from transit.ledger.rows import Row, as_ledger, ledger_row
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
    old, new = _service(before), _service(after)
    left = Left(before, after, limit_m)
    there = cache(lambda stop: _lines_there(after, stop))
    rows: list[Row] = []
    for key in old.index.difference(new.index):
        row = _calls_row(old.loc[key], None, key)
        rows.append(row | {"lines_there": there(key[0])} | _what_is_left(left, key))
    for key in new.index.difference(old.index):
        rows.append(_calls_row(None, new.loc[key], key) | {"lines_there": there(key[0])})
    for row, key in _changed_rows(before, after, old, new):
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


def _visits(network: Network) -> pd.DataFrame:
    """One row a stop and pattern: a line that passes a stop twice on a run calls there once."""
    feed = network.feed
    visits = feed.visits.drop_duplicates(["stop_id", "pattern_id"])
    daily = departures(feed, WHOLE_DAY)
    return visits.assign(
        hourly=visits["pattern_id"].map(buses_per_hour(feed)),
        daily=visits["pattern_id"].map(daily).fillna(0.0).astype(float),
        indicative=visits["indicative"] | visits["pattern_id"].isin(assumed_patterns(feed)),
    )


def _service(network: Network) -> pd.DataFrame:
    """Service of each stop, line and direction: names, buses an hour and a day, and mark."""
    return _visits(network).groupby(["stop_id", "route_id", "direction_id"]).agg(
        stop_name=("stop_name", "first"),
        line=("route_short_name", "first"),
        hourly=("hourly", "sum"),
        daily=("daily", "sum"),
        indicative=("indicative", "any"),
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


def _changed_rows(
    before: Network, after: Network, old: pd.DataFrame, new: pd.DataFrame
) -> Iterator[tuple[Row, Key]]:
    """Lines and directions that call on both sides with another number of buses.

    Each with its stop, line and direction (no stop where the row is of the line).
    """
    both = _joined(old, new)
    runs = _joined(_runs(before), _runs(after))
    changed = both[(both["hourly"] != 0) | (both["daily"] != 0)]
    for (route, direction), stops in changed.groupby(["route_id", "direction_id"]):
        line = runs.loc[(route, direction)]
        every = both.xs((route, direction), level=("route_id", "direction_id"))
        if ((every["hourly"] == line["hourly"]) & (every["daily"] == line["daily"])).all():
            head = ("line", route, line["line_new"], line["line_new"], direction)
            yield from ((one, ("", route, direction)) for one in _changes(head, line, BUSES))
            continue
        for (stop, _, _), row in stops.iterrows():
            head = ("stop", stop, row["stop_name_new"], row["line_new"], direction)
            key = (stop, route, direction)
            yield from ((one, key) for one in _changes(head, row, BUSES_CALLING))


def _joined(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """What is on both sides, with the changes; sums in another order differ by under 1e-9."""
    options = {"left_index": True, "right_index": True, "suffixes": ("_old", "_new")}
    both = old.merge(new, **options)
    changes = {name: (both[f"{name}_new"] - both[f"{name}_old"]).round(9) for name in _COUNTS}
    return both.assign(**changes)


def _runs(network: Network) -> pd.DataFrame:
    """Buses an hour and a day of each line and direction, whatever their patterns."""
    feed = network.feed
    table = feed.patterns.merge(feed.routes[["route_id", "route_short_name"]], on="route_id")
    table = table.assign(
        hourly=table["pattern_id"].map(buses_per_hour(feed)),
        daily=table["pattern_id"].map(departures(feed, WHOLE_DAY)).fillna(0.0).astype(float),
        assumed=table["pattern_id"].isin(assumed_patterns(feed)),
    )
    return table.groupby(["route_id", "direction_id"]).agg(
        line=("route_short_name", "first"),
        hourly=("hourly", "sum"),
        daily=("daily", "sum"),
        indicative=("assumed", "any"),
    )


def _changes(head: tuple[str, str, str, str, int], row: pd.Series, what: str) -> Iterator[Row]:
    """One row where hour and day change alike, else one each: a gain and a loss are two."""
    subject, subject_id, name, line, direction = head
    alike = row["hourly"] * row["daily"] >= 0
    common: dict[str, Any] = {
        "indicative": bool(row["indicative_old"] or row["indicative_new"]),
        "line": line,
        "direction_id": direction,
    }
    if row["hourly"]:
        yield ledger_row(
            subject, subject_id, name, what, "buses/h", row["hourly_old"], row["hourly_new"],
            buses_per_hour=row["hourly"], departures_a_day=row["daily"] if alike else 0.0, **common,
        )  # fmt: skip
    if row["daily"] and not (row["hourly"] and alike):
        yield ledger_row(
            subject, subject_id, name, DAILY, "departures/day", row["daily_old"], row["daily_new"],
            buses_per_hour=0.0, departures_a_day=row["daily"], **common,
        )  # fmt: skip


_COUNTS = ("hourly", "daily")
