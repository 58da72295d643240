"""Which stops lie within a limit of a park, under each meaning of "within", side by side.

=========  ==========================================================================
`point`    straight from the point that maps show for the park
`outline`  straight from the park's outline; 0 for a stop inside
`gates`    straight from the nearest gate
`walk`     along streets from the nearest gate, straight access to the street included
=========  ==========================================================================
"""

from __future__ import annotations

from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
import shapely

from transit.analysis.catchment import check_limits, gate_anchors
from transit.analysis.walk import walk
from transit.model.network import Network
from transit.model.park import Park
from transit.units import FloatArray

Within = Literal["point", "outline", "gates", "walk"]
PLACE_M = 150.0
"""How far apart kerbs of one name may stand to be one place, straight metres."""

WITHIN: tuple[Within, ...] = ("point", "outline", "gates", "walk")
DISTANCE_COLUMN: dict[Within, str] = {
    "point": "to_point_m", "outline": "to_outline_m", "gates": "to_gate_m", "walk": "walk_m",
}  # fmt: skip


def stops_near(network: Network, park: Park, *, limit_m: float = 500) -> pd.DataFrame:
    """Stops within ``limit_m`` metres of ``park`` by at least one meaning, nearest first.

    Columns: ``park_id``, ``stop_id``, ``stop_name``, ``place`` (id of the first kerb of its
    place: those of one ``parent_station``, and where a kerb names none, those of the same name
    within 150 m, step by step), ``lines`` (short names,
    ``、`` between), ``to_point_m``, ``to_outline_m``, ``to_gate_m`` with ``nearest_gate``,
    ``walk_m`` with ``walk_gate`` (how far it really is, also beyond the limit), ``detour_ratio``
    (walk ÷ straight from that gate; missing where the straight distance is under 1 m),
    ``within_point`` … ``within_walk``, ``no_street`` (nothing to walk on within 100 m),
    ``indicative`` and ``source`` of the stop, ``distances_indicative`` (the outline, a gate or
    the streets are). Without gates the gate and walk columns are missing values, and without
    streets the walk columns.
    """
    check_limits(limit_m)
    network.require_crs(park)
    straight = _straight(network, park)
    near = np.flatnonzero((straight <= limit_m).any(axis=1))
    table = network.feed.stops.iloc[near][["stop_id", "stop_name"]].reset_index(drop=True)
    table.insert(0, "park_id", park.park_id)
    parents = network.feed.stops["parent_station"].to_numpy(dtype=object)[near]
    table["place"] = _places(table, parents.tolist(), network.stop_xy[near])
    lines = _lines_of(network, table["stop_id"])
    table["lines"] = [lines.get(stop, "") for stop in table["stop_id"]]
    table["to_point_m"], table["to_outline_m"] = straight[near, 0], straight[near, 1]
    table = table.join(_gate_columns(network, park, near))
    for within in WITHIN:
        table[f"within_{within}"] = table[DISTANCE_COLUMN[within]] <= limit_m
    table["no_street"] = network.stop_anchors.edge[near] < 0
    table["indicative"] = network.feed.stops["indicative"].to_numpy()[near]
    table["distances_indicative"] = (
        park.indicative
        or bool(park.gates["indicative"].any())
        or bool(network.streets.edges["indicative"].any())
    )
    table["source"] = network.feed.stops["source"].to_numpy()[near]
    return table.sort_values(["to_outline_m", "stop_id"], ignore_index=True)


def _places(table: pd.DataFrame, parents: list[str], xy: FloatArray) -> list[str]:
    """The id of the first kerb of each stop's place: the name alone never makes a place."""
    ids, names = table["stop_id"].tolist(), table["stop_name"].tolist()

    def together(row: int, other: int) -> bool:
        if parents[row] and parents[other]:
            return bool(parents[row] == parents[other])
        return names[row] == names[other] and bool(np.hypot(*(xy[row] - xy[other])) <= PLACE_M)

    place = list(range(len(ids)))
    for row in range(len(ids)):
        for other in range(row):
            if place[row] != place[other] and together(row, other):
                merged = {place[row], place[other]}
                place = [min(merged) if one in merged else one for one in place]
    return [ids[row] for row in place]


def _straight(network: Network, park: Park) -> FloatArray:
    """Metres to point, outline and nearest gate of every stop, shape (stops, 3)."""
    points = shapely.points(network.stop_xy)
    columns = [shapely.distance(points, park.point), shapely.distance(points, park.outline)]
    gates = shapely.multipoints(park.gate_xy) if len(park.gates) else None
    columns.append(shapely.distance(points, gates) if gates else np.full(len(points), np.inf))
    return np.column_stack(columns)


def _gate_columns(network: Network, park: Park, rows: np.ndarray) -> pd.DataFrame:
    if park.gates.empty:
        columns = ["to_gate_m", "nearest_gate", "walk_m", "walk_gate", "detour_ratio"]
        return pd.DataFrame(np.nan, index=range(len(rows)), columns=columns)
    names = park.gates["gate_name"].to_numpy()
    straight, walked = gate_distances(network, park, rows)
    nearest, by_foot = straight.argmin(axis=1), walked.argmin(axis=1)
    each = np.arange(len(rows))
    walk_m, same_gate_m = walked[each, by_foot], straight[each, by_foot]
    reached = np.isfinite(walk_m)
    ratio = np.full(len(rows), np.nan)
    np.divide(walk_m, same_gate_m, out=ratio, where=reached & (same_gate_m >= 1))
    return pd.DataFrame(
        {
            "to_gate_m": straight[each, nearest],
            "nearest_gate": names[nearest],
            "walk_m": np.where(reached, walk_m, np.nan),
            "walk_gate": pd.Series(names[by_foot], dtype=object).where(reached, None),
            "detour_ratio": ratio,
        }
    )


def gate_distances(network: Network, park: Park, rows: np.ndarray) -> tuple[FloatArray, FloatArray]:
    """Straight and walking metres from each gate to the stops at ``rows``, shape (stops, gates).

    Walking is ``inf`` where a stop has no street or no path leads there, or none is known at all.
    """
    away = network.stop_xy[rows][:, None, :] - park.gate_xy[None, :, :]
    straight = np.hypot(away[..., 0], away[..., 1])
    if not len(network.streets):
        return straight, np.full(straight.shape, np.inf)
    gates = gate_anchors(network, park)
    targets = network.stop_anchors.take(rows)
    walked = [
        network.streets.reached.of(
            (float(x), float(y)),
            np.inf,
            "walk from",
            partial(walk, network.streets, gates.take([row])),
        ).to(targets)
        for row, (x, y) in enumerate(park.gate_xy)
    ]
    return straight, np.column_stack(walked)


def _lines_of(network: Network, stops: pd.Series) -> dict[str, str]:
    """Short names of the lines that call at each of ``stops``, ``、`` between."""
    visits = network.feed.visits[["stop_id", "route_short_name"]]
    in_order = visits[visits["stop_id"].isin(stops)].drop_duplicates()
    in_order = in_order.sort_values(["stop_id", "route_short_name"])
    by_stop = in_order.groupby("stop_id")["route_short_name"]
    return {stop: "、".join(names) for stop, names in by_stop}
