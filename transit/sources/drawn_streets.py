"""Streets from ways that were drawn by hand: two ways join where they share a vertex."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from transit.model.streets import Streets
from transit.sources.osm.data import RawWays
from transit.sources.osm.streets import pieces_of, streets_of


def streets_from_ways(ways: pd.DataFrame, lines: np.ndarray, crs: str) -> Streets:
    """Streets in ``crs`` of ``ways`` (the declared table) with their WGS-84 ``lines``.

    Vertices are the same where all printed digits are; a bridge is a way that shares none.
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
    foot, motor = (ways[who].eq("yes").to_numpy() for who in ("foot", "motor"))
    back = motor & ways["oneway"].eq("no").to_numpy()
    pieces, _ = pieces_of(raw, np.column_stack([foot, foot, motor, back]), crs)
    streets, _ = streets_of(pieces, crs)
    row = streets.edges["way_id"].str.removeprefix("way/").astype("int64")
    edges = streets.edges.assign(
        way_id=ways["way_id"].to_numpy()[row],
        highway=ways["highway"].to_numpy()[row],
        indicative=ways["indicative"].to_numpy()[row],
        source=ways["source"].to_numpy()[row],
    )
    return Streets(crs, streets.node_xy, edges, streets.coords, streets.offsets)
