"""Streets from ways that were drawn by hand: two ways join where they share a vertex."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import KDTree

from transit.errors import Problem, raise_if
from transit.model.streets import Streets
from transit.sources.osm.data import RawWays
from transit.sources.osm.streets import pieces_of, streets_of
from transit.units import BoolArray, IntArray, project


def streets_from_ways(
    ways: pd.DataFrame, lines: np.ndarray, crs: str, turns: pd.DataFrame | None = None
) -> Streets:
    """Streets in ``crs`` of ``ways`` (the declared table) with their WGS-84 ``lines``.

    Vertices are the same where all printed digits are; a bridge is a way that shares none.
    ``turns`` (the declared table) are what buses may not do.
    """
    lonlat, way = shapely.get_coordinates(lines, return_index=True)
    _, refs = np.unique(lonlat, axis=0, return_inverse=True)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(way, minlength=len(ways)))])
    tags = tuple(
        {"name": name, "highway": kind}
        for name, kind in zip(ways["name"], ways["highway"], strict=True)
    )
    rows = np.arange(len(ways), dtype=np.int64)
    raw = RawWays(rows, tags, refs.reshape(-1).astype(np.int64), lonlat, offsets.astype(np.int64))
    pieces, _ = pieces_of(raw, _flags(ways), crs)
    streets, _ = streets_of(pieces, crs)
    row = streets.edges["way_id"].str.removeprefix("way/").astype("int64").to_numpy()
    taken = {name: ways[name].to_numpy()[row] for name in _TAKEN if name in ways}
    way_id = ways["way_id"].str.replace(_PART, "", regex=True).to_numpy()[row]
    edges = streets.edges.assign(**taken, way_id=way_id)
    joined = Streets(crs, streets.node_xy, edges, streets.coords, streets.offsets)
    if turns is None or turns.empty:
        return joined
    return replace(joined, no_turns=_no_turns(joined, ways["way_id"].to_numpy()[row], turns))


def _flags(ways: pd.DataFrame) -> BoolArray:
    """Who may go along each way, and against it; shape (ways, 4)."""
    motor, oneway = ways["motor"].eq("yes"), ways["oneway"]
    return np.column_stack(
        [
            ways["foot"].isin(["yes", "forward"]),
            ways["foot"].isin(["yes", "backward"]),
            motor & oneway.ne("-1"),
            motor & oneway.ne("yes"),
        ]
    )


def _no_turns(streets: Streets, part: np.ndarray, turns: pd.DataFrame) -> IntArray:
    """Rows of the piece come from, the node and the piece not to turn onto, shape (turns, 3)."""
    at = project(turns[["turn_lon", "turn_lat"]].to_numpy(), streets.crs)
    _, nodes = KDTree(streets.node_xy).query(at)
    start, end = streets.ends()
    found: list[tuple[int, int, int]] = []
    problems: list[Problem] = []
    for turn, node in zip(turns.itertuples(), nodes.tolist(), strict=True):
        touching = (start == node) | (end == node)
        before = np.flatnonzero(touching & (part == turn.from_way_id))
        after = np.flatnonzero(touching & (part == turn.to_way_id))
        if not len(before) or not len(after):
            what = f"{turn.from_way_id} and {turn.to_way_id} do not meet there"
            mend = "give the junction at which they do, or take the row out"
            problems.append(Problem(f"turns.csv {turn.turn_lon}, {turn.turn_lat}", what, mend))
        found += [(one, node, other) for one in before.tolist() for other in after.tolist()]
    raise_if(problems)
    return np.array(found, dtype=np.int64).reshape(-1, 3)


_TAKEN = ("highway", "indicative", "source", "bus_speed_kmh", "foot_hours")
_PART = r"#\d+$"
