"""Where the lines of OSM have gaps: stops that the data lack, and roads that do not join.

A route relation names the places it calls at and, in order, the ways it runs over (OSM wiki, pages
Relation:route and Public transport). Ways join where they share a node. The stops of an older
relation (PTv1) are looked at for each direction, by the roles ``forward_stop`` and
``backward_stop``. Of ways these roles only say which way round they are driven: where a way bears
one, carriageways may lie beside each other, and nothing is said of their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

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
breaks off (not-a-number where the data have no member), ``gap_m`` the straight metres to where it
goes on (not-a-number where it does not),
``missing`` how many members in a row the data lack; ``direction`` is ``forward`` or ``backward``
for stops of a relation that holds both, else empty."""
BEYOND = "the line begins or runs on beyond the data"
NOWHERE = "the data have none of them"
LACKING = "the data lack members between two that they have"
UNORDERED = "two ways that follow each other do not meet, though other ways of the line join them"
APART = "two ways that follow each other do not meet, and no other way of the line joins them"

Gap = tuple[float, float, float, int, str]
"""Longitude, latitude, metres, how many missing, and why."""


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
        (f"relation/{line.relation_id}", _name(line), direction, of, *gap)
        for line in lines
        for direction, of, found in (*_stop_gaps(line, stops), *_road_gaps(line, roads, stops))
        for gap in found
    ]
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


def _name(line: Relation) -> str:
    return line.tags.get("ref") or line.tags.get("name") or NO_NAME


def _stop_gaps(
    line: Relation, stops: Mapping[str, _Stretch]
) -> Iterator[tuple[str, str, list[Gap]]]:
    """Gaps among the stops of each direction that the relation holds, in the order passed."""
    calls = [(stops.get(member), role) for member, role in line.members if calls_here(role)]
    if not any(role.startswith("backward") for _, role in calls):
        yield "", "stops", list(_lacking([member for member, _ in calls]))
        return
    forth = [member for member, role in calls if not role.startswith("backward")]
    back = [member for member, role in reversed(calls) if not role.startswith("forward")]
    yield "forward", "stops", list(_lacking(forth))
    yield "backward", "stops", list(_lacking(back))


def _road_gaps(
    line: Relation, roads: Mapping[str, _Stretch], stops: Mapping[str, _Stretch]
) -> Iterator[tuple[str, str, list[Gap]]]:
    """Gaps among the ways of the relation; platforms drawn as ways are none of them."""
    ways = [
        (roads.get(member), role)
        for member, role in line.members
        if member.startswith("way/") and not calls_here(role) and member not in stops
    ]
    ordered = not any(role.startswith(("forward", "backward")) for _, role in ways)
    members = [member for member, _ in ways]
    yield "", "roads", [*_lacking(members), *_apart(members, ordered=ordered)]


def _lacking(members: Sequence[_Stretch | None]) -> Iterator[Gap]:
    """Runs of members that the data lack: between two that they have, or at an end."""
    known = [member for member in members if member is not None]
    unknown = float("nan")
    if members and not known:
        yield unknown, unknown, unknown, len(members), NOWHERE
        return
    seen = 0
    for lacking, run in groupby(members, key=lambda member: member is None):
        count = len(list(run))
        if not lacking:
            seen += count
        elif 0 < seen < len(known):
            (lon, lat), metres = known[seen - 1].to(known[seen])
            yield lon, lat, metres, count, LACKING
        else:
            lon, lat = known[max(seen - 1, 0)].lonlat[0].tolist()
            yield lon, lat, unknown, count, BEYOND


def _apart(members: Sequence[_Stretch | None], *, ordered: bool) -> Iterator[Gap]:
    """Ways that follow each other and do not meet; those that others join only if ``ordered``."""
    piece = _joined([member for member in members if member is not None])
    row = -1
    for one, other in pairwise(members):
        row += one is not None
        if one is None or other is None or one.nodes & other.nodes:
            continue
        together = piece[row] == piece[row + 1]
        if ordered or not together:
            (lon, lat), metres = one.to(other)
            yield lon, lat, metres, 0, UNORDERED if together else APART


def _joined(ways: Sequence[_Stretch]) -> list[int]:
    """For each way a number that it shares with the ways that others tie it to."""
    first: dict[int, int] = {}
    groups = DisjointSet(range(len(ways)))
    for row, way in enumerate(ways):
        for node in way.nodes:
            groups.merge(row, first.setdefault(node, row))
    return [groups[row] for row in range(len(ways))]
