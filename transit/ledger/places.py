"""Gains and losses of places: parks, zones, and what can be walked to from or to a stop."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from transit.analysis.brief import Brief
from transit.analysis.coverage import ANY_STOP, MORNING_LINES, SERVED_LINES, stop_area
from transit.analysis.service import WHOLE_DAY, departures
from transit.analysis.zones import zone_coverage, zone_service
from transit.ledger.rows import Row, as_ledger, ledger_row, service_rows
from transit.model.network import ACCESS_M, Network
from transit.model.park import Park
from transit.model.reached import metres_to
from transit.model.streets import Streets
from transit.model.zones import Zones
from transit.units import BoolArray

LEAST = {"m": 0.5, "ha": 0.001, "share": 1e-6, "lines": 0}
"""Differences no larger than these are rounding, by unit."""

LINE_NEAR = "line within the limit"
LINE_WALK = "line within the limit, walking"
LINE_POINT = "line within the limit of the point"
LINE_GATES = "line within the limit of a gate, straight"
STARTS = "starts here"
BUSES_NEAR = "buses within the limit"
BUSES_WALK = "buses within the limit, walking"
DEPARTURES = {
    BUSES_NEAR: "departures a day within the limit",
    BUSES_WALK: "departures a day within the limit, walking",
}
SHARE = {"straight": "share within the limit", "walk": "share within the limit, walking"}
NEAREST = "walk to the nearest stop"
WALK_AREA = "walk catchment"
_SEEN_BY = {LINE_NEAR: "within_outline", LINE_WALK: "within_walk", STARTS: "starts_here"}
_ELSE_SEEN_BY = {LINE_POINT: "within_point", LINE_GATES: "within_gates"}
"""Other meanings of within, told of a line where neither outline nor walk tell the same."""
_COLUMN = _SEEN_BY | _ELSE_SEEN_BY
_LINE = ["route_id", "direction_id"]
_Passed = tuple[str, str, int]
"""Gain or loss, line and direction."""


def park_ledger(before: Brief, after: Brief) -> pd.DataFrame:
    """What a park gains and loses: lines, buses, shares within the limit, and shorter walks.

    Lines by name: within the limit of the outline, within the limit of walking from a gate, and
    those that start there; within the limit of the point or a gate where only that changes. In
    sum: buses an hour of outline and walk, the share of the outline within the limit of stops with
    departures in the morning (of any stop where no service is known), and the walk from a gate to
    the nearest stop where a line calls. Stops whose walk from a gate changes have a row each.
    """
    lines = _lines(before), _lines(after)
    rows = [row for what in _SEEN_BY for row in _line_rows(before.park, *lines, what)]
    told = _passed(*lines, LINE_NEAR) | _passed(*lines, LINE_WALK)
    for what in _ELSE_SEEN_BY:
        rows += _line_rows(before.park, *lines, what, besides=told)
    rows += _total_rows(before.park, *lines)
    return as_ledger([*rows, *_share_rows(before, after), *_walk_rows(before, after)])


def zone_ledger(
    before: Network, after: Network, zones: Zones, *, limit_m: float = 500
) -> pd.DataFrame:
    """Zones whose share within the limit, or whose buses within it, change.

    Shares are of served stops (of any stop where no service is known); with them go the changes
    in ``people`` and ``jobs`` covered, where counted.
    """
    rows: list[Row] = []
    shares = (zone_coverage(one, zones, limit_m=limit_m) for one in (before, after))
    of = SERVED_LINES if _both_served(before, after) else ANY_STOP
    old, new = (table[table["of"] == of] for table in shares)
    for was, now in zip(old.itertuples(), new.itertuples(), strict=True):
        counts = {
            "people": now.people_covered - was.people_covered,
            "jobs": now.jobs_covered - was.jobs_covered,
        }
        marked = bool(was.indicative or now.indicative)
        rows += _row_if("zone", now.zone_id, now.zone_name, SHARE[now.kind], "share",
                        was.share, now.share, indicative=marked, **counts)  # fmt: skip
    tables = (zone_service(one, zones, limit_m=limit_m) for one in (before, after))
    for was, now in zip(*(table.itertuples() for table in tables), strict=True):
        marked = any(one.indicative or one.service_indicative for one in (was, now))
        rows += service_rows(
            "zone", now.zone_id, now.zone_name, (BUSES_NEAR, DEPARTURES[BUSES_NEAR]),
            (was.buses_per_hour, now.buses_per_hour),
            (was.departures_a_day, now.departures_a_day), indicative=marked,
        )  # fmt: skip
        rows += _row_if("zone", now.zone_id, now.zone_name, LINE_NEAR, "lines",
                        was.lines, now.lines, indicative=marked)  # fmt: skip
    return as_ledger(rows)


def walk_ledger(before: Network, after: Network, *, limit_m: float = 500) -> pd.DataFrame:
    """Stops from which more or less lies within a walk of the limit, in hectares.

    A street opened or closed, a gate's hours or a moved stop change it. Stops on one side only
    are left to the ledger of service.
    """
    marked = bool(
        before.streets.edges["indicative"].any() or after.streets.edges["indicative"].any()
    )
    names = dict(zip(after.feed.stops["stop_id"], after.feed.stops["stop_name"], strict=True))
    near = _near_edit(before, after, max(limit_m, ACCESS_M))
    rows: list[Row] = []
    for stop in sorted(before.stop_row.keys() & after.stop_row.keys()):
        places = before.stop_row[stop], after.stop_row[stop]
        moved = before.stop_xy[places[0]] != after.stop_xy[places[1]]
        if not (near[places[0]] or moved.any()):
            continue
        was, now = (
            stop_area(network, row, "walk", limit_m, ACCESS_M).area / 1e4
            for network, row in zip((before, after), places, strict=True)
        )
        rows += _row_if("stop", stop, names[stop], WALK_AREA, "ha", was, now,
                        indicative=marked)  # fmt: skip
    return as_ledger(rows)


def _near_edit(before: Network, after: Network, reach_m: float) -> BoolArray:
    """Which stops of ``before`` lie so near to a piece or wall for walkers that is another."""
    old, new = (_for_walkers(one.streets) for one in (before, after))
    edited = [old.get(key, new.get(key)) for key in old.keys() ^ new.keys()]
    away = metres_to(list(map(tuple, before.stop_xy)), np.array(edited, dtype=object))
    return np.asarray(away <= reach_m)


def _for_walkers(streets: Streets) -> dict[Hashable, BaseGeometry]:
    """What walkers may walk and what shuts them out, by course and direction."""
    along, against = streets.foot()
    rows = np.flatnonzero(along | against)
    lines = streets.lines[rows]
    keys = zip(shapely.to_wkb(lines), along[rows], against[rows], strict=True)
    found: dict[Hashable, BaseGeometry] = dict(zip(keys, lines, strict=True))
    return found | {shapely.to_wkb(wall): wall for wall in streets.walls}


def _lines(side: Brief) -> pd.DataFrame:
    """Lines near the park with their departures a day, and all marks in one."""
    table = side.lines
    daily = departures(side.network.feed, WHOLE_DAY)
    marks = table[["indicative", "distances_indicative", "service_indicative"]].any(axis=1)
    return table.assign(
        departures_a_day=table["pattern_id"].map(daily).fillna(0.0).astype(float), marked=marks
    )


def _line_rows(
    park: Park,
    before: pd.DataFrame,
    after: pd.DataFrame,
    what: str,
    *,
    besides: Collection[_Passed] = (),
) -> Iterator[Row]:
    """Lines and directions that the park has on one side only, ``besides`` those told before."""
    passed = _passed(before, after, what) - set(besides)
    for effect, side, sign in (("loss", before, -1), ("gain", after, 1)):
        for (route, direction), lines in side[side[_COLUMN[what]]].groupby(_LINE):
            if (effect, route, direction) not in passed:
                continue
            hourly = float(lines["buses_per_hour"].sum())
            row = ledger_row(
                "park", park.park_id, park.park_name, what, "buses/h",
                hourly if effect == "loss" else 0.0, hourly if effect == "gain" else 0.0,
                indicative=bool(lines["marked"].any()), line=lines["route_short_name"].iloc[0],
                direction_id=direction, buses_per_hour=sign * hourly,
                departures_a_day=sign * float(lines["departures_a_day"].sum()),
            )  # fmt: skip
            yield row | {"effect": effect}  # a line without known service is one all the same


def _passed(before: pd.DataFrame, after: pd.DataFrame, what: str) -> set[_Passed]:
    """Lines and directions that are there on one side only, and whether that is a gain or loss."""
    old, new = (
        set(table.loc[table[_COLUMN[what]], _LINE].itertuples(index=False, name=None))
        for table in (before, after)
    )
    return {("loss", *one) for one in old - new} | {("gain", *one) for one in new - old}


def _total_rows(park: Park, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Row]:
    """Buses within the limit, all lines together."""
    for what, column in ((BUSES_NEAR, "within_outline"), (BUSES_WALK, "within_walk")):
        near = [table[table[column]] for table in (before, after)]
        hourly, daily = (
            (float(near[0][name].sum()), float(near[1][name].sum()))
            for name in ("buses_per_hour", "departures_a_day")
        )
        marked = park.indicative or any(bool(lines["marked"].any()) for lines in near)
        names = (what, DEPARTURES[what])
        yield from service_rows("park", park.park_id, park.park_name, names, hourly, daily,
                                indicative=marked)  # fmt: skip


def _share_rows(before: Brief, after: Brief) -> Iterator[Row]:
    """Shares of the outline, and the walk from a gate to the nearest stop with a line."""
    head = ("park", before.park.park_id, before.park.park_name)
    of = MORNING_LINES if _both_served(before.network, after.network) else ANY_STOP
    tables = (side.coverage[side.coverage["of"] == of] for side in (before, after))
    for was, now in zip(*(table.itertuples() for table in tables), strict=True):
        marked = bool(was.indicative or now.indicative)
        yield from _row_if(*head, SHARE[now.kind], "share", was.share, now.share, indicative=marked)
    near = [side.lines["walk_m"].min() for side in (before, after)]
    marked = any(bool(side.stops["distances_indicative"].any()) for side in (before, after))
    yield from _row_if(*head, NEAREST, "m", *near, less_is_better=True, indicative=marked)


def _walk_rows(before: Brief, after: Brief) -> Iterator[Row]:
    """Stops whose walk from the nearest gate changes."""
    what = f"walk from {before.park.park_name}"
    columns = ["stop_id", "stop_name", "walk_m", "indicative", "distances_indicative"]
    both = before.stops[columns].merge(after.stops[columns], on="stop_id", suffixes=("", "_after"))
    for row in both.sort_values("stop_id").itertuples():
        marked = any((row.indicative, row.indicative_after, row.distances_indicative,
                      row.distances_indicative_after))  # fmt: skip
        yield from _row_if("stop", row.stop_id, row.stop_name_after, what, "m", row.walk_m,
                           row.walk_m_after, less_is_better=True, indicative=marked)  # fmt: skip


def _row_if(  # noqa: PLR0913
    subject: str, subject_id: str, name: str, what: str, unit: str, was: float, now: float,
    **more: object,
) -> Iterator[Row]:  # fmt: skip
    """The row, where the difference is known and more than rounding."""
    if np.isfinite(now - was) and abs(now - was) > LEAST[unit]:
        yield ledger_row(subject, subject_id, name, what, unit, was, now, **more)  # type: ignore[arg-type]


def _both_served(before: Network, after: Network) -> bool:
    return before.feed.service_known and after.feed.service_known
