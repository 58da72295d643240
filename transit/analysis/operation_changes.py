"""What an edit does to the lines: courses, and what it takes to run them, before and after."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from transit.analysis.assumptions import Assumptions
from transit.analysis.hops import hops
from transit.analysis.operation import OPERATION, operation, run_times, same_fleet_headway_min
from transit.model.network import Network

_ABSENT_IS_ZERO = ("vehicles", "departures", "vehicle_km", "vehicle_hours")
_LINE = ["route_id", "route_short_name"]
_PATTERN = ["route_id", "direction_id", "pattern_id"]
_COURSE = [*_LINE, *_PATTERN[1:]]
_SHORTEST_M = 0.01


def operation_changes(
    before: Network, after: Network, assumptions: Assumptions | None = None
) -> pd.DataFrame:
    """One row a line and figure of ``OPERATION``, of both networks.

    Columns: ``route_id``, ``route_short_name``, ``measure``, ``unit``, ``definition``,
    ``before``, ``after``, ``change``, ``same_fleet_min`` (in the rows of ``headway_min``: what
    headway in minutes the vehicles of before could hold on the cycle of afterwards; missing for
    lines that run on one side only), ``indicative`` and ``service_indicative`` (of either side).
    A line that was renamed is the same line, by its name of afterwards (so below).
    A line that one side lacks needs no vehicle and no kilometre there; its other figures are
    unknown. Swapping the networks turns every change round.
    """
    old, new = (_long(operation(side, assumptions)) for side in (before, after))
    keys = ["route_id", "measure"]
    table = old.merge(new, on=keys, how="outer", suffixes=("_before", "_after"))
    table["route_short_name"] = table["route_id"].map(_line_names(before, after))
    for side in ("before", "after"):
        absent = table[f"there_{side}"].isna() & table["measure"].isin(_ABSENT_IS_ZERO)
        table[side] = table[f"value_{side}"].mask(absent, 0.0)
    table["change"] = table["after"] - table["before"]
    for mark in ("indicative", "service_indicative"):
        sides = [table[f"{mark}_{side}"].fillna(value=False) for side in ("before", "after")]
        table[mark] = sides[0].astype(bool) | sides[1].astype(bool)
    table["unit"] = table["measure"].map(lambda name: OPERATION[name][0])
    table["definition"] = table["measure"].map(lambda name: OPERATION[name][1])
    fleet = table[table["measure"] == "vehicles"].set_index("route_id")["before"]
    cycle = table[table["measure"] == "cycle_min"].set_index("route_id")["after"]
    table["same_fleet_min"] = [
        same_fleet_headway_min(cycle[route], fleet[route]) if measure == "headway_min" else np.nan
        for route, measure in zip(table["route_id"], table["measure"], strict=True)
    ]
    place = {name: number for number, name in enumerate(OPERATION)}
    order = [*_LINE, "measure", "unit", "definition", "before", "after", "change",
             "same_fleet_min", "indicative", "service_indicative"]  # fmt: skip
    in_order = table.assign(place=table["measure"].map(place)).sort_values(
        ["route_short_name", "route_id", "place"], ignore_index=True
    )
    return in_order[order]


def course_changes(
    before: Network, after: Network, assumptions: Assumptions | None = None
) -> pd.DataFrame:
    """One row a pattern whose course, length or run time differs, in metres and minutes.

    Columns: ``route_id``, ``route_short_name``, ``direction_id``, ``pattern_id``,
    ``length_before_m``, ``length_after_m``, ``length_change_m``, ``run_before_min``,
    ``run_after_min``, ``run_change_min`` (the mean of the day's departures, with dwell; missing
    where the pattern is on one side only), ``streets_new`` and ``streets_left`` (driven on one
    side only: names, or the way's id in brackets), ``hops_new`` and ``hops_left`` (between
    which stops it runs on one side only; a renamed stop is the same stop), ``straight_new`` and
    ``straight_left`` (hops on no known street on one side only), ``indicative``,
    ``service_indicative``.
    """
    renamed = _renamed(before, after)
    seen = _sides(before, assumptions, renamed), _sides(after, assumptions, renamed)
    table = seen[0].merge(seen[1], on=_PATTERN, how="outer", suffixes=("_before", "_after"))
    table["route_short_name"] = table["route_id"].map(_line_names(before, after))
    rows = []
    for row in table.to_dict("records"):
        old, new = ({name: row[f"{name}_{side}"] for name in _SIDE} for side in ("before", "after"))
        if _differ(old, new):
            rows.append({name: row[name] for name in _COURSE} | _course_row(old, new))
    order = [*_COURSE, "length_before_m", "length_after_m", "length_change_m", "run_before_min",
             "run_after_min", "run_change_min", *_ONE_SIDED, "indicative",
             "service_indicative"]  # fmt: skip
    found = pd.DataFrame(rows, columns=order)
    return found.sort_values(["route_short_name", *_COURSE], ignore_index=True)


_SIDE = ["length_m", "run_min", "streets", "hops", "straight", "indicative", "service_indicative"]
_ONE_SIDED = ["streets_new", "streets_left", "hops_new", "hops_left", "straight_new",
              "straight_left"]  # fmt: skip


def _long(table: pd.DataFrame) -> pd.DataFrame:
    kept = ["route_id", "indicative", "service_indicative"]
    return table.melt(kept, list(OPERATION), var_name="measure").assign(there=1.0)


def _line_names(before: Network, after: Network) -> dict[str, str]:
    """Short name of each line by id: that of afterwards, where it is there."""
    return {
        row.route_id: row.route_short_name
        for side in (before, after)
        for row in side.feed.routes.itertuples()
    }


class _Hop(NamedTuple):
    """Which hop it is, by names or the ids of renamed stops, and how this side calls it."""

    stops: tuple[str, str]
    said: str


def _renamed(before: Network, after: Network) -> set[str]:
    """Ids of the stops that have another name on the other side."""
    old, new = (side.feed.stops.set_index("stop_id")["stop_name"] for side in (before, after))
    both = old.index.intersection(new.index)
    return set(both[old[both].to_numpy() != new[both].to_numpy()])


def _sides(network: Network, assumptions: Assumptions | None, renamed: set[str]) -> pd.DataFrame:
    """One row a pattern: length, mean run time, and tuples of its streets and hops."""
    hop = hops(network)
    ends = [
        hop[f"{end}_stop_id"].where(hop[f"{end}_stop_id"].isin(renamed), hop[f"{end}_stop"])
        for end in ("from", "to")
    ]
    said = hop["from_stop"] + " → " + hop["to_stop"]
    keyed = [_Hop((start, end), text) for start, end, text in zip(*ends, said, strict=True)]
    between = pd.Series(keyed, index=hop.index, dtype=object)
    hop = hop.assign(between=between, straight=between.where(~hop["matched"]))
    runs = run_times(network, assumptions)
    weight = runs["departures"].fillna(1.0)
    weighted = (runs["run_min"] * weight).groupby(runs["pattern_id"]).sum()
    table = hop.groupby(_PATTERN, as_index=False).agg(
        length_m=("length_m", "sum"),
        streets=("streets", _names),
        hops=("between", tuple),
        straight=("straight", lambda names: tuple(names.dropna())),
        indicative=("indicative", "any"),
    )
    mean = weighted / weight.groupby(runs["pattern_id"]).sum()
    assumed = runs.groupby("pattern_id")["service_indicative"].any()
    table["run_min"] = table["pattern_id"].map(mean).astype(float)
    table["service_indicative"] = table["pattern_id"].map(assumed)
    return table


def _names(streets: pd.Series) -> tuple[str, ...]:
    return tuple(name for text in streets for name in text.split("、") if name)


def _differ(old: dict[str, object], new: dict[str, object]) -> bool:
    if any(_told(old[name])[0] != _told(new[name])[0] for name in ("streets", "hops", "straight")):
        return True
    return any(
        abs(float(new[name]) - float(old[name])) > least  # type: ignore[arg-type]
        for name, least in (("length_m", _SHORTEST_M), ("run_min", _SHORTEST_M / 60))
    )


def _course_row(old: dict[str, object], new: dict[str, object]) -> dict[str, object]:
    row: dict[str, object] = {}
    for name, unit in (("length", "m"), ("run", "min")):
        was, now = (float(side[f"{name}_{unit}"]) for side in (old, new))  # type: ignore[arg-type]
        row |= {f"{name}_before_{unit}": was, f"{name}_after_{unit}": now,
                f"{name}_change_{unit}": now - was}  # fmt: skip
    for name in ("streets", "hops", "straight"):
        row[f"{name}_new"] = _only(new[name], old[name])
        row[f"{name}_left"] = _only(old[name], new[name])
    for mark in ("indicative", "service_indicative"):
        row[mark] = old[mark] is True or new[mark] is True
    return row


def _only(mine: object, theirs: object) -> str:
    """Members of ``mine`` that ``theirs`` lacks, in order; a missing side has none."""
    (keys, said), (others, _) = _told(mine), _told(theirs)
    only = [text for key, text in zip(keys, said, strict=True) if key not in others]
    return "、".join(dict.fromkeys(only))


def _told(side: object) -> tuple[list[object], list[str]]:
    """What the members of one side are told apart by, and what they are called."""
    members = side if isinstance(side, tuple) else ()
    pairs = [(one.stops, one.said) if isinstance(one, _Hop) else (one, one) for one in members]
    return [key for key, _ in pairs], [text for _, text in pairs]
