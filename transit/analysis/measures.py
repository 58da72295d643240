"""A brief as one long table of measures: what comparisons subtract."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial

import pandas as pd

from transit.analysis.brief import Brief
from transit.analysis.coverage import (
    ANY_STOP,
    KINDS,
    MORNING_LINES,
    SERVED_LINES,
    kinds_known,
)
from transit.analysis.hops import hops
from transit.analysis.proximity import WITHIN
from transit.analysis.service import assumed_patterns, buses_per_hour
from transit.errors import Problem, UsageError, did_you_mean
from transit.terms import terms

SUBJECT = ("park_id", "subject", "subject_id", "subject_name", "measure")
"""What a measure is of: subject is ``park``, ``line`` or ``stop``."""


Row = tuple[str, str, str, str, float, bool]


@dataclass(frozen=True)
class Measure:
    """A measure's unit and definition, and whether having none means 0 (counts) or unknown."""

    unit: str
    definition: str
    absent_is_zero: bool = True


_COUNTED = {"stops": "kerbs", "lines": "lines", "directions": "directions"}
_UNITS = {
    **{f"{what}_within_{within}": unit for within in WITHIN for what, unit in _COUNTED.items()},
    "lines_starting": "lines",
    "starts_here": "yes=1",
    "share_straight": "share of outline",
    "share_walk": "share of outline",
    "share_straight_served": "share of outline",
    "share_walk_served": "share of outline",
    "share_straight_morning": "share of outline",
    "share_walk_morning": "share of outline",
    "buses_per_hour": "buses/h",
    "buses_per_hour_walk": "buses/h",
    "districts_reached": "districts",
    "stations_reached": "stations",
    "to_outline_m": "m",
    "walk_m": "m",
    "stops_near": "kerbs",
    "calls": "calls",
    "straight_km": "km",
    "course_km": "km",
    "lines_calling": "lines",
}
_ENDINGS = {ANY_STOP: "", SERVED_LINES: "_served", MORNING_LINES: "_morning"}
"""What a share is of, and how its name ends."""
_UNKNOWN_WHERE_ABSENT = ("to_outline_m", "walk_m")
MEASURES: dict[str, Measure] = {
    name: Measure(
        unit,
        terms("en", "measures")[f"measure_{name}.means"],
        absent_is_zero=name not in _UNKNOWN_WHERE_ABSENT,
    )
    for name, unit in _UNITS.items()
}
"""Units by name; the definitions are those of the glossary."""


def measures(brief: Brief) -> pd.DataFrame:
    """Every measure of ``brief``, one row each: ``SUBJECT``, ``unit``, ``value``, ``indicative``.

    The units and definitions are those of ``MEASURES``; the limit is the brief's.
    """
    return _table(brief, [*_park_rows(brief), *_line_rows(brief), *_stop_rows(brief)])


def park_measures(brief: Brief, names: Collection[str] | None = None) -> pd.DataFrame:
    """The rows of ``measures`` that speak of the park, or only those of ``names``."""
    return _table(brief, list(_park_rows(brief, names)))


def _table(brief: Brief, rows: list[Row]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=[*SUBJECT[1:], "value", "indicative"])
    table.insert(0, "park_id", brief.park.park_id)
    table["unit"] = table["measure"].map(lambda name: MEASURES[name].unit)
    table["value"] = table["value"].astype(float)
    table["indicative"] = table["indicative"].astype(bool)
    return table


def park_measure(brief: Brief, measure: str) -> float:
    """One measure of the park, as ``measures`` has it; only what it needs is worked out.

    Missing (NaN) where it is not known. Raises ``UsageError`` with the nearest names.
    """
    if measure not in PARK_VALUES:
        what = f"no measure of a park is named {measure!r}"
        raise UsageError(Problem("measure", what, did_you_mean(measure, PARK_VALUES)))
    value = PARK_VALUES[measure](brief)
    return float("nan") if value is None else float(value)


def _park_rows(brief: Brief, names: Collection[str] | None = None) -> Iterator[Row]:
    stops = brief.stops[["indicative", "distances_indicative"]].to_numpy(dtype=bool)
    rests_on = stops.any() or brief.lines["service_indicative"].any()
    marked = brief.park.indicative or bool(rests_on)
    for measure, value_of in PARK_VALUES.items():
        value = value_of(brief) if names is None or measure in names else None
        if value is not None:
            yield "park", brief.park.park_id, brief.park.park_name, measure, value, marked


def _counted(brief: Brief, what: str, within: str) -> float | None:
    table = brief.definitions
    found = table.loc[table["within"] == within, what]
    return None if found.empty else float(found.iloc[0])


def _starting(brief: Brief) -> float:
    here = brief.lines["within_outline"] & brief.lines["starts_here"]
    return float(brief.lines.loc[here, "route_id"].nunique())


def _hourly(brief: Brief) -> float:
    return float(brief.lines.loc[brief.lines["within_outline"], "buses_per_hour"].sum())


def _hourly_walk(brief: Brief) -> float | None:
    """As the ledger has it: without gates or streets nothing is known of walks."""
    if not brief.knows_walks:
        return None
    return float(brief.lines.loc[brief.lines["within_walk"], "buses_per_hour"].sum())


def _share(brief: Brief, measure: str) -> float | None:
    return _shares(brief).get(("", measure))


def _away(table: pd.DataFrame, column: str) -> float:
    return float(table.loc[table["travel"] == "from_park", column].nunique())


PARK_VALUES: dict[str, Callable[[Brief], float | None]] = {
    **{
        f"{what}_within_{within}": partial(_counted, what=what, within=within)
        for within in WITHIN
        for what in _COUNTED
    },
    "lines_starting": _starting,
    **{
        f"share_{kind}{ending}": partial(_share, measure=f"share_{kind}{ending}")
        for ending in _ENDINGS.values()
        for kind in KINDS
    },
    "buses_per_hour": _hourly,
    "buses_per_hour_walk": _hourly_walk,
    "districts_reached": lambda brief: _away(brief.districts, "district"),
    "stations_reached": lambda brief: _away(brief.stations, "station_id"),
}  # fmt: skip
"""How each measure of a park follows from its brief; None is not known."""


def _line_rows(brief: Brief) -> Iterator[Row]:
    shares = _shares(brief)
    lengths = _line_lengths(brief)
    near = brief.lines.groupby("route_id")
    stops = brief.stops.loc[brief.stops["within_outline"], "stop_id"]
    assumed_lines = set(brief.lines.loc[brief.lines["service_indicative"], "route_id"])
    visits = brief.network.feed.visits
    doubtful = set(visits.loc[visits["indicative"], "route_id"])
    driven = hops(brief.network)
    drawn = set(driven.loc[driven["streets_indicative"], "route_id"])
    kerbs = visits[visits["stop_id"].isin(stops)].groupby("route_id")["stop_id"].nunique()
    for route in brief.network.feed.routes.itertuples():
        name = route.route_short_name
        values = dict(lengths.loc[route.route_id]) if route.route_id in lengths.index else {}
        marked = bool(route.indicative) or route.route_id in doubtful
        if route.route_id in near.groups:
            own = near.get_group(route.route_id)
            marked |= bool(own["indicative"].any() or own["distances_indicative"].any())
            values |= {
                "to_outline_m": own["to_outline_m"].min(),
                "walk_m": own["walk_m"].min(),
                "buses_per_hour": own["buses_per_hour"].sum(),
                "starts_here": float(own["starts_here"].any()),
                "stops_near": kerbs.get(route.route_id, 0),
                **{
                    f"share_{kind}": shares.get((route.route_id, f"share_{kind}"), 0.0)
                    for kind in kinds_known(brief.network)
                },
                "districts_reached": _reached(brief.districts, route.route_id, "district"),
                "stations_reached": _reached(brief.stations, route.route_id, "station_id"),
            }
        for measure, value in values.items():
            assumed = measure == "buses_per_hour" and route.route_id in assumed_lines
            assumed |= measure == "course_km" and route.route_id in drawn
            yield "line", route.route_id, name, measure, value, marked or assumed


def _stop_rows(brief: Brief) -> Iterator[Row]:
    feed = brief.network.feed
    visits = feed.visits.drop_duplicates(["stop_id", "pattern_id"])
    lines = visits.groupby("stop_id")["route_id"].nunique()
    hourly = (
        visits["pattern_id"]
        .map(buses_per_hour(feed))
        .astype(float)
        .groupby(visits["stop_id"])
        .sum()
    )
    assumed_at = set(visits.loc[visits["pattern_id"].isin(assumed_patterns(feed)), "stop_id"])
    near = brief.stops.set_index("stop_id")
    for stop in feed.stops.itertuples():
        marked = bool(stop.indicative)
        who = ("stop", stop.stop_id, stop.stop_name)
        yield *who, "lines_calling", lines.get(stop.stop_id, 0), marked
        yield (
            *who,
            "buses_per_hour",
            hourly.get(stop.stop_id, 0.0),
            marked or stop.stop_id in assumed_at,
        )
        if stop.stop_id in near.index:
            for measure in ("to_outline_m", "walk_m"):
                yield (
                    *who,
                    measure,
                    near.loc[stop.stop_id, measure],
                    marked or bool(near.loc[stop.stop_id, "distances_indicative"]),
                )


def _shares(brief: Brief) -> dict[tuple[str, str], float]:
    """Share by (route id, empty for the park itself, and measure)."""
    return {
        (row.route_id, f"share_{row.kind}{'' if row.route_id else _ENDINGS[row.of]}"): row.share
        for row in brief.coverage.itertuples()
    }


def _reached(table: pd.DataFrame, route_id: str, column: str) -> int:
    rows = table[(table["route_id"] == route_id) & (table["travel"] == "from_park")]
    return int(rows[column].nunique())


def _line_lengths(brief: Brief) -> pd.DataFrame:
    visits = brief.network.feed.visits
    by_line = pd.DataFrame(
        {
            "route_id": visits["route_id"],
            "straight_km": brief.network.hop_m / 1000,
            "course_km": brief.network.drive_m / 1000,
            "calls": 1.0,
        }
    )
    return by_line.groupby("route_id").sum()
