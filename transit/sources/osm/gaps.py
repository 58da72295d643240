"""Where the lines of OSM have gaps: stops that the data lack, and roads that do not join.

A route relation names the places it calls at and, in order, the ways it runs over (OSM wiki, pages
Relation:route and Public transport). Ways join where they share a node. Both directions of an older
relation (PTv1) are looked at on their own, by the roles ``forward`` and ``backward``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import DisjointSet

from transit.sources.osm.data import Place, RawWays, Relation
from transit.sources.osm.lines import NO_NAME, calls_here, is_bus_line
from transit.units import FloatArray, project

GAP_DTYPES = {
    "relation_id": "str", "route_short_name": "str", "direction": "str", "of": "str",
    "lon": "float64", "lat": "float64", "gap_m": "float64", "missing": "int64", "why": "str",
}  # fmt: skip
"""One row a gap. ``of`` is ``stops`` or ``roads``; ``lon`` and ``lat`` (WGS-84) are where the line
breaks off, ``gap_m`` the straight metres to where it goes on (not-a-number where it does not),
``missing`` how many members in a row the data lack; ``direction`` is ``forward`` or ``backward``
where a relation holds both, else empty."""
BEYOND = "the line begins or runs on beyond the data"
LACKING = "the data lack members between two that they have"
UNORDERED = "two ways that follow each other do not meet, though other ways of the line join them"
APART = "two ways that follow each other do not meet, and no other way of the line joins them"

Gap = tuple[str, float, float, float, int, str]
"""What ``of``, lon, lat, metres, how many missing, and why."""


@dataclass(frozen=True, eq=False)
class _Stretch:
    """A member that the data have: its nodes, its ends in degrees and in metres, shape (n, 2)."""

    nodes: frozenset[int]
    lonlat: FloatArray
    xy: FloatArray

    def to(self, other: _Stretch) -> tuple[list[float], float]:
        """Where this one comes nearest to another (degrees), and how many metres are between."""
        apart = np.hypot(*(self.xy[:, None] - other.xy[None]).transpose(2, 0, 1))
        here, _ = np.unravel_index(int(apart.argmin()), apart.shape)
        return self.lonlat[here].tolist(), float(apart.min())


def gaps_of(
    relations: Iterable[Relation], ways: RawWays, places: Iterable[Place], crs: str
) -> pd.DataFrame:
    """The gaps of the bus lines among ``relations``, columns ``GAP_DTYPES``; lengths in metres.

    Lines come by their id; within a direction stops come before roads, each in their order.
    """
    lines = sorted((r for r in relations if is_bus_line(r.tags)), key=lambda r: r.relation_id)
    roads, stops = _roads(lines, ways, crs), _stops(places, crs)
    rows = [
        (f"relation/{line.relation_id}", line.tags.get("ref") or line.tags.get("name") or NO_NAME,
         direction, *gap)
        for line in lines
        for direction, members in _directions(line)
        for gap in (
            *_gaps("stops", [stops.get(m) for m, role in members if calls_here(role)]),
            *_gaps("roads", [roads.get(m) for m, role in members if _is_road(m, role, stops)]),
        )
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(GAP_DTYPES)).astype(GAP_DTYPES)


def _roads(lines: Sequence[Relation], ways: RawWays, crs: str) -> dict[str, _Stretch]:
    """Member ways by id such as ``way/1``; a way may come in several rows, one a stretch of it."""
    wanted = {
        int(member.removeprefix("way/"))
        for line in lines
        for member, _ in line.members
        if member.startswith("way/")
    }
    taken = ways.take(np.flatnonzero(np.isin(ways.way_ids, list(wanted))))
    xy = project(taken.lonlat, crs)
    rows_of: dict[int, list[int]] = {}
    for row, number in enumerate(taken.way_ids.tolist()):
        begin, end = taken.offsets[row : row + 2].tolist()
        known = np.flatnonzero(~np.isnan(taken.lonlat[begin:end, 0])) + begin
        rows_of.setdefault(number, []).extend(known.tolist())
    return {
        f"way/{number}": _Stretch(
            frozenset(taken.refs[rows].tolist()), taken.lonlat[rows], xy[rows]
        )
        for number, rows in rows_of.items()
        if rows
    }


def _stops(places: Iterable[Place], crs: str) -> dict[str, _Stretch]:
    """Places where buses stop, by id; none of them is any other's neighbour by a node."""
    known = list(places)
    lonlat = np.array([(place.lon, place.lat) for place in known]).reshape(-1, 2)
    xy = project(lonlat, crs)
    return {
        place.place_id: _Stretch(frozenset(), lonlat[row : row + 1], xy[row : row + 1])
        for row, place in enumerate(known)
    }


def _directions(line: Relation) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The directions a relation holds, and the members of each in the order they are passed."""
    if not any(role.startswith("backward") for _, role in line.members):
        yield "", list(line.members)
        return
    for way, other in (("forward", "backward"), ("backward", "forward")):
        members = [pair for pair in line.members if not pair[1].startswith(other)]
        yield way, members if way == "forward" else members[::-1]


def _is_road(member: str, role: str, stops: Mapping[str, _Stretch]) -> bool:
    return member.startswith("way/") and not calls_here(role) and member not in stops


def _gaps(of: str, members: Sequence[_Stretch | None]) -> Iterator[Gap]:
    """The gaps of one direction: runs of members that the data lack, and ways that do not meet."""
    known = [member for member in members if member is not None]
    if not known:
        return
    piece = _joined(known)
    seen = 0
    for lacking, run in groupby(members, key=lambda member: member is None):
        count = len(list(run))
        if lacking:
            after = known[seen] if 0 < seen < len(known) else None
            yield _lacking(of, known[max(seen - 1, 0)], after, count)
            continue
        for row in range(seen, seen + count - 1 if of == "roads" else seen):
            yield from _apart(known[row], known[row + 1], together=piece[row] == piece[row + 1])
        seen += count


def _lacking(of: str, here: _Stretch, after: _Stretch | None, count: int) -> Gap:
    if after is None:
        lon, lat = here.lonlat[0].tolist()
        return of, lon, lat, float("nan"), count, BEYOND
    (lon, lat), metres = here.to(after)
    return of, lon, lat, metres, count, LACKING


def _apart(one: _Stretch, other: _Stretch, *, together: bool) -> Iterator[Gap]:
    if not one.nodes & other.nodes:
        (lon, lat), metres = one.to(other)
        yield "roads", lon, lat, metres, 0, UNORDERED if together else APART


def _joined(ways: Sequence[_Stretch]) -> list[int]:
    """For each way a number that it shares with the ways that others tie it to."""
    first: dict[int, int] = {}
    groups = DisjointSet(range(len(ways)))
    for row, way in enumerate(ways):
        for node in way.nodes:
            groups.merge(row, first.setdefault(node, row))
    return [groups[row] for row in range(len(ways))]
