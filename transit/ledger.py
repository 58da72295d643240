"""The ledger: who gains and who loses service, and what is left to those who lose."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.analysis.brief import Brief
from transit.analysis.service import assumed_patterns, buses_per_hour
from transit.analysis.walk import walk
from transit.model.network import ACCESS_M, Network
from transit.units import FloatArray

LEDGER_COLUMNS = [
    "effect", "subject", "subject_id", "subject_name", "line", "direction_id", "what",
    "buses_per_hour", "lines_there", "next_stop", "next_straight_m", "next_walk_m", "indicative",
]  # fmt: skip


def service_ledger(before: Network, after: Network) -> pd.DataFrame:
    """Stops that gain or lose a line and direction, and lines that run more or less often.

    Columns ``LEDGER_COLUMNS``: ``effect`` is gain or loss; ``buses_per_hour`` the change there
    (07:00–09:00); ``lines_there`` the lines at the stop afterwards; for a loss the nearest stop at
    which that line still calls in that direction, straight and by walking (missing where no
    street is known). ``indicative`` counts the assumed headway.
    """
    old, new = _service(before), _service(after)
    lost, gained = old.index.difference(new.index), new.index.difference(old.index)
    rows = [_loss(before, after, old.loc[key], key) for key in lost]
    rows += [_gain(after, new.loc[key], key) for key in gained]
    rows += _headway_rows(before, after)
    return pd.DataFrame(rows, columns=LEDGER_COLUMNS)


def park_ledger(before: Brief, after: Brief) -> pd.DataFrame:
    """Lines that the park gains or loses within the limit of its outline, or that start there."""
    rows = []
    sides = {"loss": (before, after), "gain": (after, before)}
    for effect, (having, other) in sides.items():
        for what, column in (
            ("line within the limit", "within_outline"),
            ("starts here", "starts_here"),
        ):
            mine, theirs = (side.lines[side.lines[column]] for side in (having, other))
            only = mine[~mine["pattern_id"].isin(theirs["pattern_id"])]
            rows += [_park_row(before, effect, what, line) for line in only.itertuples()]
    return pd.DataFrame(rows, columns=LEDGER_COLUMNS)


def _service(network: Network) -> pd.DataFrame:
    """Service of each stop, line and direction: names, buses an hour and mark."""
    feed = network.feed
    visits = feed.visits.drop_duplicates(["stop_id", "pattern_id"])
    visits = visits.assign(
        hourly=visits["pattern_id"].map(buses_per_hour(feed)),
        indicative=visits["indicative"] | visits["pattern_id"].isin(assumed_patterns(feed)),
    )
    return visits.groupby(["stop_id", "route_id", "direction_id"]).agg(
        stop_name=("stop_name", "first"),
        line=("route_short_name", "first"),
        hourly=("hourly", "sum"),
        indicative=("indicative", "any"),
    )


def _loss(
    before: Network, after: Network, service: pd.Series, key: tuple[str, str, int]
) -> dict[str, object]:
    stop, route, direction = key
    visits = after.feed.visits
    left = sorted(set(visits.loc[visits["stop_id"] == stop, "route_short_name"]))
    same = visits[(visits["route_id"] == route) & (visits["direction_id"] == direction)]
    here = before.stop_xy[[before.stop_row[stop]]]  # the stop itself may be gone afterwards
    nearest = _next_stop(after, here, same["stop_id"].drop_duplicates())
    base = _stop_row("loss", service, key, -service["hourly"])
    if after.streets.edges["indicative"].any():  # the walk to the next stop rests on them
        base["indicative"] = True
    return base | {"lines_there": "、".join(left)} | nearest


def _gain(after: Network, service: pd.Series, key: tuple[str, str, int]) -> dict[str, object]:
    visits = after.feed.visits
    left = sorted(set(visits.loc[visits["stop_id"] == key[0], "route_short_name"]))
    return _stop_row("gain", service, key, service["hourly"]) | {"lines_there": "、".join(left)}


def _stop_row(
    effect: str, service: pd.Series, key: tuple[str, str, int], hourly: float
) -> dict[str, object]:
    return {
        "effect": effect,
        "subject": "stop",
        "subject_id": key[0],
        "subject_name": service["stop_name"],
        "line": service["line"],
        "direction_id": key[2],
        "what": "line calls",
        "buses_per_hour": hourly,
        "indicative": bool(service["indicative"]),
    }


def _next_stop(network: Network, here: FloatArray, others: pd.Series) -> dict[str, object]:
    """The nearest of ``others`` to the place ``here``, straight, and the walk to it."""
    if others.empty:
        return {"next_stop": ""}
    rows = others.map(network.stop_row).to_numpy()
    away = np.hypot(*(network.stop_xy[rows] - here).T)
    place = int(away.argmin())
    start = network.streets.snap(here, within_m=ACCESS_M)
    walked = float(walk(network.streets, start).to(network.stop_anchors.take([rows[place]]))[0])
    return {
        "next_stop": network.feed.stops["stop_name"].iloc[rows[place]],
        "next_straight_m": float(away[place]),
        "next_walk_m": walked if np.isfinite(walked) else np.nan,
    }


def _headway_rows(before: Network, after: Network) -> list[dict[str, object]]:
    hourly = pd.DataFrame(
        {"old": buses_per_hour(before.feed), "new": buses_per_hour(after.feed)}
    ).dropna()
    changed = hourly[hourly["old"] != hourly["new"]]
    patterns = after.feed.patterns.merge(after.feed.routes, on="route_id", suffixes=("", "_route"))
    assumed = assumed_patterns(before.feed) | assumed_patterns(after.feed)
    table = changed.merge(patterns, left_index=True, right_on="pattern_id")
    return [
        {
            "effect": "gain" if row.new > row.old else "loss",
            "subject": "line",
            "subject_id": row.route_id,
            "subject_name": row.route_short_name,
            "line": row.route_short_name,
            "direction_id": row.direction_id,
            "what": "buses an hour",
            "buses_per_hour": row.new - row.old,
            "indicative": row.pattern_id in assumed,
        }
        for row in table.itertuples()
    ]


def _park_row(brief: Brief, effect: str, what: str, line: object) -> dict[str, object]:
    sign = 1 if effect == "gain" else -1
    return {
        "effect": effect,
        "subject": "park",
        "subject_id": brief.park.park_id,
        "subject_name": brief.park.park_name,
        "line": line.route_short_name,  # type: ignore[attr-defined]
        "direction_id": line.direction_id,  # type: ignore[attr-defined]
        "what": what,
        "buses_per_hour": sign * line.buses_per_hour,  # type: ignore[attr-defined]
        "indicative": bool(
            line.indicative or line.distances_indicative or line.service_indicative  # type: ignore[attr-defined]
        ),
    }
