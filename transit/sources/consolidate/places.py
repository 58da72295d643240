"""Kerbs that are one stop under two names, kerbs of one name, and the stations they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import KDTree
from scipy.spatial.distance import pdist

from transit.sources.consolidate.kerbs import KERB_M
from transit.sources.consolidate.names import ALIKE, likeness
from transit.sources.consolidate.review import Review
from transit.sources.consolidate.travel import Ground, opposed
from transit.units import FloatArray, IntArray

SAME_SPOT_M = 25.0
"""Kerbs of unlike names within so many metres may be one stop that was renamed."""
STATION_M = 150.0
"""Kerbs of one name within so many metres, step by step, are one station."""
ONE_STOP, ONE_NAME, ONE_STATION, OTHER_NAME = (
    "one stop, names alike", "one place, names alike", "one station", "one spot, unlike names",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Kerbs:
    """Kerbs in metres, by their number.

    ``table`` has ``name``, ``visits`` and ``written_at``; ``terminal`` are those where lines only
    begin or end; ``patterns`` and ``lines`` call at each; ``fame`` is how many visits of the whole
    table have a name.
    """

    table: pd.DataFrame
    xy: FloatArray
    heading: FloatArray
    terminal: np.ndarray
    patterns: list[frozenset[str]]
    lines: list[str]
    fame: dict[str, int]


@dataclass(frozen=True)
class Pair:
    """Two kerbs near one another whose names are not one; ``kept`` has the name that stays."""

    kept: int
    other: int
    metres: float
    alike: float
    rule: str
    reason: str


@dataclass(frozen=True, eq=False)
class Named:
    """The name and the stop (its lowest kerb) of each kerb, and what else is together.

    ``together`` are pairs of kerbs that are one station though their names differ.
    """

    names: list[str]
    stop: IntArray
    together: list[tuple[int, int]]


def named_anew(kerbs: Kerbs, review: Review, ground: Ground) -> Named:
    """The kerbs with the names of their places, those of one stop together.

    Every pair that distance, direction and name speak for is listed in ``review``; what the
    planner refuses there does not count.
    """
    names = kerbs.table["name"].tolist()
    stop = list(range(len(names)))
    members = {row: [row] for row in stop}
    together: list[tuple[int, int]] = []
    for pair in sorted(_pairs(kerbs), key=lambda one: (one.metres, one.kept, one.other)):
        default = pair.rule != OTHER_NAME and _clear(kerbs, pair)
        if not _decided(kerbs, pair, review, ground, default=default):
            continue
        if pair.rule == ONE_STATION:
            together.append((pair.kept, pair.other))
            continue
        for row in members[stop[pair.other]]:
            names[row] = names[pair.kept]
        first, second = sorted((stop[pair.kept], stop[pair.other]))
        both = members[first] + members[second]
        if pair.rule != ONE_NAME and first != second and _together(kerbs.xy[both]):
            members[first] = both
            for row in members.pop(second):
                stop[row] = first
    return Named(names, np.array(stop, dtype=np.int64), together)


def stations(names: list[str], xy: FloatArray, more: Iterable[tuple[int, int]]) -> IntArray:
    """The station of each stop, as its lowest row.

    Stops of one name within ``STATION_M``, step by step, and the pairs ``more`` are together.
    """
    station = list(range(len(names)))

    def root(row: int) -> int:
        while station[row] != row:
            row = station[row]
        return row

    by_name = pd.Series(range(len(names))).groupby(pd.Series(names), sort=False).indices
    linked = [
        (int(rows[a]), int(rows[b]))
        for rows in by_name.values()
        if len(rows) > 1
        for a, b in KDTree(xy[rows]).query_pairs(STATION_M)
    ]
    for first, second in [*linked, *more]:
        low, high = sorted((root(first), root(second)))
        station[high] = low
    return np.array([root(row) for row in range(len(names))], dtype=np.int64)


def _pairs(kerbs: Kerbs) -> Iterator[Pair]:
    near = KDTree(kerbs.xy).query_pairs(KERB_M, output_type="ndarray")
    names = kerbs.table["name"].to_numpy(dtype=object)
    unlike = near[names[near[:, 0]] != names[near[:, 1]]]
    against = opposed(kerbs.heading[unlike[:, 0]], kerbs.heading[unlike[:, 1]])
    metres = np.hypot(*(kerbs.xy[unlike[:, 0]] - kerbs.xy[unlike[:, 1]]).T)
    for (a, b), opposite, apart in zip(
        unlike.tolist(), against.tolist(), metres.tolist(), strict=True
    ):
        if kerbs.patterns[a] & kerbs.patterns[b]:
            continue  # a line that calls at both tells that they are two
        alike = likeness(names[a], names[b])
        rule = _rule(alike, apart, opposite=opposite, ends=(kerbs.terminal[a], kerbs.terminal[b]))
        if rule:
            kept, other = sorted((a, b), key=lambda one: (-kerbs.fame[names[one]], names[one], one))
            yield Pair(
                kept, other, apart, alike, rule, _reason(kerbs, kept, other, opposite=opposite)
            )


def _rule(alike: float, metres: float, *, opposite: bool, ends: tuple[bool, bool]) -> str:
    if alike < ALIKE:
        spot = metres <= SAME_SPOT_M and not opposite and not any(ends)
        return OTHER_NAME if spot else ""
    if ends[0] != ends[1]:
        return ONE_STATION  # a terminus beside a stop on the way: two stops with their own names
    return ONE_NAME if opposite else ONE_STOP


def _clear(kerbs: Kerbs, pair: Pair) -> bool:
    """Whether the other name is a slip of the kept one, and no name of its own that is known."""
    kept, other = (kerbs.fame[kerbs.table["name"].iloc[row]] for row in (pair.kept, pair.other))
    return pair.alike == 100 or kept >= _SLIP_OF * other


def _reason(kerbs: Kerbs, kept: int, other: int, *, opposite: bool) -> str:
    fame = [kerbs.fame[kerbs.table["name"].iloc[row]] for row in (kept, other)]
    way = "opposite directions" if opposite else "same direction"
    told = f"{fame[0]} visits of the one name, {fame[1]} of the other"
    return f"{way}, no line direction calls at both; {told}"


def _decided(kerbs: Kerbs, pair: Pair, review: Review, ground: Ground, *, default: bool) -> bool:
    rows = [kerbs.table.iloc[row] for row in (pair.kept, pair.other)]
    lon, lat = ground.degrees(kerbs.xy[[pair.other]])[0]
    return review.decide(
        rule=pair.rule,
        subject=[f"{row['name']} {row['written_at']}" for row in rows],
        default=default,
        stop_name=rows[0]["name"],
        other_name=rows[1]["name"],
        lines=kerbs.lines[pair.other],
        visits=int(rows[0]["visits"]),
        other_visits=int(rows[1]["visits"]),
        distance_m=round(pair.metres, 1),
        likeness=round(pair.alike),
        reason=pair.reason,
        lon=round(float(lon), 6),
        lat=round(float(lat), 6),
        kerb=pair.kept,
    )


def _together(xy: FloatArray) -> bool:
    """Whether all of these kerbs lie within ``KERB_M`` of one another."""
    return bool(pdist(xy).max(initial=0) <= KERB_M)


_SLIP_OF = 3
"""A name is taken for a slip of another that is written so many times as often."""
