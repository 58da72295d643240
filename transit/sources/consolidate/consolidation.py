"""From visits to stops: repairs, kerbs, names, stations, each step listed for review."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from transit.sources.consolidate.doubts import doubts_of
from transit.sources.consolidate.kerbs import kerbs as kerbs_of
from transit.sources.consolidate.names import plain
from transit.sources.consolidate.parted import listed, parted
from transit.sources.consolidate.places import Kerbs, Named, named_anew, stations
from transit.sources.consolidate.repairs import repaired
from transit.sources.consolidate.review import COLUMNS, Review, read_answers
from transit.sources.consolidate.travel import Ground, ends
from transit.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Consolidation:
    """Stops made of visits, and how.

    ``stops``: ``stop_id``, ``stop_name``, ``stop_lon``, ``stop_lat`` (WGS-84) and
    ``parent_station`` (the place of a stop that has several kerbs; empty where it has one).
    ``calls``: ``pattern_id``, ``stop_sequence``, ``stop_id``. ``merges`` is the review table:
    one row a merge or repair with its reason, and ``keep`` (yes or no) to be answered. ``doubts``
    is what looks wrong and was left as it is.
    """

    stops: pd.DataFrame
    calls: pd.DataFrame
    merges: pd.DataFrame
    doubts: pd.DataFrame


def consolidate(visits: pd.DataFrame, *, review: pd.DataFrame | None = None) -> Consolidation:
    """The stops of ``visits``, one row a call.

    Columns: ``pattern_id``, ``route_id``, ``stop_sequence``, ``stop_name``, ``lon``, ``lat``
    (WGS-84), and ``stop_id`` where the source has ids: those are kept. A row of ``review`` (the
    ``merges`` of before) whose ``keep`` says no is not made; so the same file and review always
    give the same stops. Raises ``DataError`` for a review that is none.
    """
    answers = read_answers(review)
    visits = _in_order(visits)
    ground = Ground(visits[["lon", "lat"]].to_numpy())
    visits, xy, heading = repaired(visits, ground, answers)
    first, last = ends(visits["pattern_id"])
    kerb = _kerbs(visits, xy, heading, first | last, answers, ground)
    table = _kerb_table(visits, xy, heading, first | last, kerb)
    named = named_anew(table, answers, ground)
    stops, of_kerb = _stops(visits, table, named, ground, kerb)
    calls = visits[["pattern_id", "stop_sequence"]].assign(stop_id=of_kerb[kerb])
    merges = _placed(answers, kerb, of_kerb)
    return Consolidation(stops, calls, merges, doubts_of(visits, xy, heading, answers, ground))


def _in_order(visits: pd.DataFrame) -> pd.DataFrame:
    """The calls of each pattern one after another, patterns as they come; with plain names."""
    pattern = pd.factorize(visits["pattern_id"])[0]
    order = np.lexsort((visits["stop_sequence"].to_numpy(), pattern))
    ordered = visits.iloc[order].reset_index(drop=True)
    return ordered.assign(plain=ordered["stop_name"].map(plain).astype(str))


def _kerbs(  # noqa: PLR0913
    visits: pd.DataFrame,
    xy: FloatArray,
    heading: FloatArray,
    at_end: BoolArray,
    review: Review,
    ground: Ground,
) -> IntArray:
    """The kerb of each visit: by the source's ids where it has any, else by place and name."""
    if _has_ids(visits):
        return np.asarray(pd.factorize(visits["stop_id"])[0], dtype=np.int64)
    return parted(visits, xy, kerbs_of(visits["plain"], xy, heading, at_end), review, ground)


def _has_ids(visits: pd.DataFrame) -> bool:
    return "stop_id" in visits and bool((visits["stop_id"] != "").all())


def _kerb_table(
    visits: pd.DataFrame, xy: FloatArray, heading: FloatArray, at_end: BoolArray, kerb: IntArray
) -> Kerbs:
    """The kerbs by their number: middle, direction, names, who calls."""
    count = int(kerb.max()) + 1
    frame = visits.assign(
        x=xy[:, 0], y=xy[:, 1], kerb=kerb, dx=heading[:, 0], dy=heading[:, 1], at_end=at_end
    )
    groups = frame.groupby("kerb", sort=True)
    middle = groups[["x", "y"]].median().reindex(range(count)).to_numpy()
    way = frame[~frame["at_end"]].groupby("kerb")[["dx", "dy"]].sum().reindex(range(count))
    direction = way.fillna(0.0).to_numpy()
    length = np.hypot(*direction.T)[:, None]
    direction = np.divide(direction, length, out=np.zeros_like(direction), where=length > 0)
    table = groups.agg(name=("plain", "first"), visits=("plain", "size")).reindex(range(count))
    written = [f"{x:.0f} {y:.0f}" for x, y in middle]
    by_kerb = frame.drop_duplicates(["kerb", "pattern_id"]).groupby("kerb")["pattern_id"]
    patterns = {int(key): frozenset(rows) for key, rows in by_kerb}
    lines = {int(key): listed(rows) for key, rows in groups["route_id"]}
    return Kerbs(
        table.assign(written_at=written),
        middle,
        direction,
        groups["at_end"].all().reindex(range(count)).to_numpy(dtype=bool),
        [patterns.get(row, frozenset()) for row in range(count)],
        [lines.get(row, "") for row in range(count)],
        visits["plain"].value_counts().to_dict(),
    )


def _stops(
    visits: pd.DataFrame,
    kerbs: Kerbs,
    named: Named,
    ground: Ground,
    kerb: IntArray,
) -> tuple[pd.DataFrame, np.ndarray]:
    """The table of stops, in order of first call, and the stop id of each kerb."""
    stop_of = named.stop[kerb]
    rows, first = np.unique(stop_of, return_index=True)
    rows = rows[np.argsort(first)]
    xy = _middles(kerbs, named.stop)[rows]
    names = [named.names[row] for row in rows]
    place = {int(row): number for number, row in enumerate(rows)}
    more = [(place[int(named.stop[a])], place[int(named.stop[b])]) for a, b in named.together]
    station = stations(names, xy, more)
    ids = _ids(visits, stop_of, rows)
    width = max(4, len(str(len(rows))))
    several = np.bincount(station, minlength=len(rows))[station] > 1
    rank = pd.factorize(np.where(several, station, -1))[0]
    lonlat = ground.degrees(xy).round(6)
    stops = pd.DataFrame(
        {
            "stop_id": ids,
            "stop_name": names,
            "stop_lon": lonlat[:, 0],
            "stop_lat": lonlat[:, 1],
            "parent_station": [
                f"P{number + 1:0{width}d}" if one else ""
                for number, one in zip(rank, several, strict=True)
            ],
        }
    )
    of_kerb = np.array([ids[place[int(row)]] for row in named.stop], dtype=object)
    return stops, of_kerb


def _ids(visits: pd.DataFrame, stop_of: IntArray, rows: IntArray) -> list[str]:
    """The source's own ids, or S and a number in order of first call."""
    if _has_ids(visits):
        own = visits["stop_id"].groupby(stop_of).first()
        return [str(own[row]) for row in rows]
    width = max(4, len(str(len(rows))))
    return [f"S{number:0{width}d}" for number in range(1, len(rows) + 1)]


def _middles(kerbs: Kerbs, stop: IntArray) -> FloatArray:
    """The place of each stop: the middle of its kerbs by their visits, or of its one kerb."""
    weight = kerbs.table["visits"].to_numpy(dtype=float)
    total = np.bincount(stop, weights=weight, minlength=len(stop))
    sums = [np.bincount(stop, weights=weight * axis, minlength=len(stop)) for axis in kerbs.xy.T]
    return np.column_stack(
        [np.divide(one, total, out=np.zeros_like(one), where=total > 0) for one in sums]
    )


def _placed(review: Review, kerb: IntArray, of_kerb: np.ndarray) -> pd.DataFrame:
    """The review table with the stop that each row made."""
    rows = [
        row | {"stop_id": of_kerb[row["kerb"]] if "kerb" in row
               else of_kerb[kerb[row["visit"]]] if "visit" in row else ""}
        for row in review.rows
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
