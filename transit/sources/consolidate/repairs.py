"""Calls put where their names are, and lines written twice cut to one: each listed for review."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from transit.sources.consolidate.out_of_step import (
    AWAY_M,
    Named,
    Shifted,
    proper_place,
    shifted,
    written_twice,
)
from transit.sources.consolidate.review import Review
from transit.sources.consolidate.travel import Ground, ends, headings
from transit.units import FloatArray, IntArray

TWICE, SHIFTED = "line written twice", "position of another call"
Repaired = tuple[pd.DataFrame, FloatArray, FloatArray]


def repaired(visits: pd.DataFrame, ground: Ground, review: Review) -> Repaired:
    """The visits, their metres and headings, once what is plainly wrong is mended.

    A line whose stops are written twice over keeps the first half. Where names and positions of a
    line are out of step, a call goes to where other lines call at its name in its direction.
    """
    visits = _once(visits, ground, review)
    xy = ground.metres(visits[["lon", "lat"]].to_numpy())
    first, last = ends(visits["pattern_id"])
    heading = headings(xy, first, last)
    named = Named.of(visits, xy, heading)
    away = named.away()
    names = visits["plain"].tolist()
    moved = xy.copy()
    for run in shifted(named, names, _starts(visits), away):
        for row, place in _moves(run, named, names, away):
            if _decided(visits, run, row, place, xy, ground, review):
                moved[row] = place[0]
    if not (moved == xy).all():
        heading = headings(moved, first, last)
    return visits, moved, heading


def _once(visits: pd.DataFrame, ground: Ground, review: Review) -> pd.DataFrame:
    starts = _starts(visits)
    names, lonlat = visits["stop_name"].tolist(), visits[["lon", "lat"]].to_numpy()
    kept = np.ones(len(visits), dtype=bool)
    for begin, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        half = begin + (end - begin) // 2
        if names[begin] != names[half] or not written_twice(names[begin:end], lonlat[begin:end]):
            continue
        row = visits.iloc[begin]
        if review.decide(
            rule=TWICE,
            subject=[row["pattern_id"], *names[begin:half]],
            default=True,
            stop_name=row["stop_name"],
            lines=row["route_id"],
            visits=end - begin,
            other_visits=end - half,
            reason=f"the same {half - begin} stops follow one another twice; cut to one round",
            lon=row["lon"],
            lat=row["lat"],
        ):
            kept[half:end] = False
    return visits[kept].reset_index(drop=True)


def _moves(
    run: Shifted, named: Named, names: list[str], away: FloatArray
) -> Iterator[tuple[int, tuple[FloatArray, int]]]:
    """The calls of a line out of step that stand away from their names, and where those are."""
    for row in range(run.begin, run.end):
        if away[row] > AWAY_M:
            place = proper_place(named, row, names[row])
            if place is not None:
                yield row, place


def _decided(  # noqa: PLR0913
    visits: pd.DataFrame,
    run: Shifted,
    row: int,
    place: tuple[FloatArray, int],
    xy: FloatArray,
    ground: Ground,
    review: Review,
) -> bool:
    call = visits.iloc[row]
    lon, lat = ground.degrees(place[0][None])[0]
    which = "further on" if run.by > 0 else "before"
    reason = (
        f"{run.hits} of {run.known} calls stand where other lines call at the name {abs(run.by)} "
        f"{which}; put to the median of {place[1]} visits of this name and direction"
    )
    return review.decide(
        rule=SHIFTED,
        subject=[call["pattern_id"], call["stop_sequence"], call["stop_name"]],
        default=True,
        stop_name=call["plain"],
        lines=call["route_id"],
        visits=1,
        other_visits=place[1],
        distance_m=round(float(np.hypot(*(xy[row] - place[0]))), 1),
        reason=reason,
        lon=round(float(lon), 6),
        lat=round(float(lat), 6),
        visit=row,
    )


def _starts(visits: pd.DataFrame) -> IntArray:
    """Where each pattern begins, and the end of the last."""
    first, _ = ends(visits["pattern_id"])
    return np.append(np.flatnonzero(first), len(visits)).astype(np.int64)
