"""Streets from OSM ways: split at every node that ways share, in metres, with their rights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry import Polygon

from transit.model.streets import Streets, lengths_m, lines_of
from transit.sources.osm.data import SOURCE, LeftOut, RawWays, judged
from transit.sources.osm.tags import RULE_KEYS, foot_access, motor_access, street_class
from transit.sources.osm.turns import Restriction, no_turns
from transit.units import BoolArray, FloatArray, IntArray, project

FLAGS = ("foot_forward", "foot_backward", "motor_forward", "motor_backward")

_Verdict = TypeVar("_Verdict")


@dataclass(frozen=True, eq=False)
class Pieces:
    """Street pieces between junctions, in metres, before they are tidied.

    Piece ``i`` runs from node ``from_node[i]`` to ``to_node[i]`` (rows of ``node_xy``) over
    ``coords[offsets[i]:offsets[i + 1]]``; ``labels`` has the columns ``way_id``,
    ``street_name``, ``highway`` and the four of ``FLAGS``, one row a piece. ``node_ids`` are the
    OSM ids of the nodes, where they are known.
    """

    node_xy: FloatArray
    from_node: IntArray
    to_node: IntArray
    coords: FloatArray
    offsets: IntArray
    labels: pd.DataFrame
    node_ids: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))


def usable(ways: RawWays) -> tuple[RawWays, BoolArray, list[LeftOut]]:
    """Ways that walkers or buses may use, by way id; their ``FLAGS``, shape (ways, 4); the rest."""
    ways = ways.take(np.argsort(ways.way_ids, kind="stable"))
    flags = _flags(ways.tags)
    is_open = flags.any(axis=1)
    closed = [ways.tags[row] for row in np.flatnonzero(~is_open)]
    return ways.take(np.flatnonzero(is_open)), flags[is_open], _why_closed(closed)


def pieces_of(ways: RawWays, flags: BoolArray, crs: str) -> tuple[Pieces, list[LeftOut]]:
    """Pieces of ``ways`` between the nodes that ways share and the ends of ways."""
    way = np.repeat(np.arange(len(ways)), np.diff(ways.offsets))
    run, keep = _runs(ways, way)
    way, refs, lonlat = way[keep], ways.refs[keep], ways.lonlat[keep]
    node_ids, first, node, uses = np.unique(
        refs, return_index=True, return_inverse=True, return_counts=True
    )
    # A node keeps one position, so that pieces meet exactly: the one it was first seen with.
    node_xy = project(lonlat[first], crs)
    beyond = ~np.isfinite(node_xy).all(axis=1)
    if beyond.any():  # half the earth away: as good as no position
        nowhere = np.isin(ways.refs, node_ids[beyond])[:, None]
        known = replace(ways, lonlat=np.where(nowhere, np.nan, ways.lonlat))
        return pieces_of(known, flags, crs)
    start, end = _between_cuts(run, uses[node] > 1)
    counts = end - start + 1
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    index = np.arange(offsets[-1]) + np.repeat(start - offsets[:-1], counts)
    labels = _labels(ways, flags).iloc[way[start]].reset_index(drop=True)
    pieces = Pieces(
        node_xy, node[start], node[end], node_xy[node[index]], offsets, labels, node_ids
    )
    return pieces, _cut_ways(ways, run, way)


def streets_of(
    pieces: Pieces,
    crs: str,
    area: Polygon | None = None,
    restrictions: Sequence[Restriction] = (),
) -> tuple[Streets, list[LeftOut]]:
    """Streets of the pieces that touch ``area`` (metres; all when ``None``), and what is left.

    A piece without length is dropped and its two ends become one node. A piece that crosses
    the edge of the area is kept whole. ``restrictions`` forbid buses to turn.
    """
    without_length = lengths_m(pieces.coords, pieces.offsets) == 0
    inside = np.ones(len(without_length), bool)
    if area is not None:
        shapely.prepare(area)
        inside = shapely.intersects(lines_of(pieces.coords, pieces.offsets), area)
    keep = np.flatnonzero(inside & ~without_length)
    place = _merged_nodes(pieces, without_length)
    ends = np.stack([place[pieces.from_node[keep]], place[pieces.to_node[keep]]])
    nodes, ends = np.unique(ends, return_inverse=True)
    ends = ends.reshape(2, -1)
    edges = pieces.labels.iloc[keep].assign(
        from_node=ends[0], to_node=ends[1], indicative=False, source=SOURCE
    )
    coords, offsets = _vertices(pieces, keep)
    rows = np.searchsorted(nodes, place[: len(pieces.node_ids)])
    here = np.isin(place[: len(pieces.node_ids)], nodes)
    node_row = dict(zip(pieces.node_ids[here].tolist(), rows[here].tolist(), strict=True))
    way_ids = edges["way_id"].array
    turns, unplaced = no_turns(restrictions, way_ids, (ends[0], ends[1]), node_row)
    streets = Streets(crs, pieces.node_xy[nodes], edges, coords, offsets, turns)
    why = "they have no length; their two ends were made one"
    return streets, [
        *unplaced,
        LeftOut("street pieces", int((inside & without_length).sum()), why),
        LeftOut("street pieces", int((~inside).sum()), "they lie outside the area asked for"),
    ]


def _flags(tags_of_ways: Sequence[Mapping[str, str]]) -> BoolArray:
    """``FLAGS`` of each way, shape (ways, 4)."""
    flags = _by_rules(lambda tags: (*foot_access(tags), *motor_access(tags)), tags_of_ways)
    return np.array(flags, dtype=bool).reshape(-1, len(FLAGS))


def _by_rules(
    rule: Callable[[Mapping[str, str]], _Verdict], tags_of_ways: Sequence[Mapping[str, str]]
) -> list[_Verdict]:
    """What ``rule`` says of each way; tags alike in ``RULE_KEYS`` are judged once.

    A city repeats a few hundred of them.
    """
    known: dict[frozenset[tuple[str, str]], _Verdict] = {}

    def verdict(tags: Mapping[str, str]) -> _Verdict:
        rules = frozenset(pair for pair in tags.items() if pair[0] in RULE_KEYS)
        if rules not in known:
            known[rules] = rule(tags)
        return known[rules]

    return judged(verdict, tags_of_ways)


def _why_closed(closed: Sequence[Mapping[str, str]]) -> list[LeftOut]:
    count = Counter(
        f"highway={tags.get('highway', '')}: open neither to walkers nor to buses"
        if street_class(tags)
        else f"highway={tags.get('highway', '')}: not a street in use, or not a known class"
        for tags in closed
    )
    return [LeftOut("ways", count[why], why) for why in sorted(count)]


def _runs(ways: RawWays, way: IntArray) -> tuple[IntArray, BoolArray]:
    """Number of the unbroken run that each kept reference is in; which references are kept.

    A node without a position breaks its way; a node named twice in a row is taken once.
    """
    known = ~np.isnan(ways.lonlat[:, 0])
    gap = np.cumsum(~known)
    repeated = np.zeros(len(way), bool)
    repeated[1:] = (ways.refs[1:] == ways.refs[:-1]) & (way[1:] == way[:-1])
    keep = known & ~repeated
    new = np.ones(int(keep.sum()), bool)
    new[1:] = (np.diff(way[keep]) != 0) | (np.diff(gap[keep]) != 0)
    return np.cumsum(new) - 1, keep


def _between_cuts(run: IntArray, shared: BoolArray) -> tuple[IntArray, IntArray]:
    """First and last reference of each piece."""
    cut = shared.copy()
    change = np.flatnonzero(np.diff(run))
    cut[change] = cut[change + 1] = True
    cut[:1] = cut[-1:] = True
    cuts = np.flatnonzero(cut)
    same = run[cuts[:-1]] == run[cuts[1:]]
    return cuts[:-1][same], cuts[1:][same]


def _cut_ways(ways: RawWays, run: IntArray, way: IntArray) -> list[LeftOut]:
    unknown = np.isnan(ways.lonlat[:, 0])
    cut = len(np.unique(np.repeat(np.arange(len(ways)), np.diff(ways.offsets))[unknown]))
    lone = int((np.bincount(run) == 1).sum()) if len(run) else 0
    gone = len(ways) - len(np.unique(way))
    why = "the data lack some of their nodes; the parts that have positions are kept"
    return [
        LeftOut("parts of ways", cut - gone, why),
        LeftOut("ways", gone, "the data lack all of their nodes"),
        LeftOut("parts of ways", lone, "a single node is left of them"),
    ]


def _labels(ways: RawWays, flags: BoolArray) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "way_id": [f"way/{way_id}" for way_id in ways.way_ids],
            "street_name": [tags.get("name", "") for tags in ways.tags],
            "highway": _by_rules(street_class, ways.tags),
        },
        dtype="str",
    )
    return frame.assign(**dict(zip(FLAGS, flags.T, strict=True)))


def _merged_nodes(pieces: Pieces, without_length: BoolArray) -> IntArray:
    """For each node the lowest node that pieces without length tie it to."""
    count = len(pieces.node_xy)
    ends = (pieces.from_node[without_length], pieces.to_node[without_length])
    ties = coo_array((np.ones(len(ends[0])), ends), shape=(count, count))
    _, group = connected_components(ties, directed=False)
    _, lowest = np.unique(group, return_index=True)
    return np.asarray(lowest[group], dtype=np.int64)


def _vertices(pieces: Pieces, keep: IntArray) -> tuple[FloatArray, IntArray]:
    counts = np.diff(pieces.offsets)[keep]
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    index = np.arange(offsets[-1]) + np.repeat(pieces.offsets[keep] - offsets[:-1], counts)
    return pieces.coords[index], offsets
