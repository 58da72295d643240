"""Rules on streets, parks and gates: pieces cut off, parks without gates, gates off the streets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from transit.analysis.quality.ground import Ground
from transit.analysis.quality.rule import Found, Rule
from transit.model.network import ACCESS_M
from transit.units import IntArray, unproject


def _streets_end(ground: Ground) -> Found:
    """One row where stops of the study area stand where the streets do not even come near."""
    network = ground.network
    inside = network.stop_xy[network.stop_in_area]
    far = network.streets.distance_to_nearest(inside) > ground.number("streets_end_m")
    row = {"subject_id": "streets", "name": network.name, "lines": "", "indicative": False,
           "value": float(far.sum()), "of": float(len(inside))}  # fmt: skip
    return Found(pd.DataFrame([row] if far.any() else []), 1)


def _islands_in_use(ground: Ground) -> Found:
    """Street pieces cut off from the main ones on which a stop or a gate stands."""
    edges, names = _stood_on(ground)
    part = ground.island[edges]
    off = part > 0
    return _island_rows(ground, np.unique(part[off]), pd.Series(names[off]).groupby(part[off]))


def _islands(ground: Ground) -> Found:
    """Street pieces cut off from the main ones on which nothing stands."""
    edges, _ = _stood_on(ground)
    every = np.unique(ground.island[ground.island > 0])
    return _island_rows(ground, np.setdiff1d(every, ground.island[edges]), None)


def _stood_on(ground: Ground) -> tuple[IntArray, np.ndarray]:
    """Streets that stops and gates are reached from, and the names of those."""
    network = ground.network
    edges = [network.stop_anchors.edge]
    names = [network.feed.stops["stop_name"].to_numpy(dtype=object)]
    for park in ground.parks:
        edges.append(network.streets.snap(park.gate_xy, within_m=ACCESS_M).edge)
        names.append(park.gates["gate_name"].to_numpy(dtype=object))
    edge, name = np.concatenate(edges), np.concatenate(names)
    return edge[edge >= 0], name[edge >= 0]


def _island_rows(
    ground: Ground, parts: IntArray, named: pd.api.typing.SeriesGroupBy | None
) -> Found:
    """One row an island, longest first, at its longest piece; the value is its length."""
    streets = ground.network.streets
    walkable = ground.island >= 0
    metres = np.bincount(ground.island[walkable], streets.length_m[walkable], minlength=1)
    order = np.lexsort((-streets.length_m, ground.island))
    longest = order[np.searchsorted(ground.island[order], parts)]
    detail = [""] * len(parts)
    if named is not None:
        texts = named.agg(lambda names: "、".join(dict.fromkeys(names)))
        detail = [texts[part] for part in parts]
    rows = ground.streets(longest, value=metres[parts], of=float(metres.sum()), detail=detail)
    return Found(rows, len(metres))


def _no_gates(ground: Ground) -> Found:
    bare = [park for park in ground.parks if park.gates.empty]
    xy = np.array([(park.point.x, park.point.y) for park in bare]).reshape(-1, 2)
    lonlat = unproject(xy, ground.network.crs)
    rows = pd.DataFrame(
        {
            "subject_id": [park.park_id for park in bare],
            "name": [park.park_name for park in bare],
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "lines": "",
            "indicative": [park.indicative for park in bare],
            "value": 0.0,
        }
    )
    return Found(rows, len(ground.parks))


def _gates_off_streets(ground: Ground) -> Found:
    gates, xy, _ = _gates(ground)
    metres = ground.network.streets.distance_to_nearest(xy)
    return _gate_rows(gates, metres, metres > ground.number("gate_to_street_m"))


def _gates_off_outline(ground: Ground) -> Found:
    gates, _, metres = _gates(ground)
    return _gate_rows(gates, metres, metres > ground.number("gate_to_outline_m"))


def _gates(ground: Ground) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Gates of all parks, their positions, and metres to the edge of their park's outline."""
    tables = [park.gates for park in ground.parks]
    xy = np.concatenate([park.gate_xy for park in ground.parks])
    metres = [
        shapely.distance(shapely.points(park.gate_xy), park.outline.boundary)
        for park in ground.parks
    ]
    return pd.concat(tables, ignore_index=True), xy, np.concatenate(metres)


def _gate_rows(gates: pd.DataFrame, metres: np.ndarray, chosen: np.ndarray) -> Found:
    found = gates[chosen]
    rows = pd.DataFrame(
        {
            "subject_id": (found["park_id"] + "/" + found["gate_id"]).to_numpy(),
            "name": found["gate_name"].to_numpy(),
            "lon": found["gate_lon"].to_numpy(),
            "lat": found["gate_lat"].to_numpy(),
            "lines": "",
            "indicative": found["indicative"].to_numpy(),
            "value": metres[chosen],
        }
    )
    return Found(rows, len(gates))


RULES = (
    Rule(
        "streets_end", "error", "network", "stops",
        _streets_end, ("stops", "streets"), ("streets_end_m",),
    ),
    Rule(
        "street_island_used", "warning", "street", "m",
        _islands_in_use, ("streets",),
    ),
    Rule(
        "street_island", "note", "street", "m",
        _islands, ("streets",),
    ),
    Rule(
        "park_no_gates", "error", "park", "gates",
        _no_gates, ("parks",),
    ),
    Rule(
        "gate_off_streets", "error", "gate", "m",
        _gates_off_streets, ("gates", "streets"), ("gate_to_street_m",),
    ),
    Rule(
        "gate_off_outline", "warning", "gate", "m",
        _gates_off_outline, ("gates",), ("gate_to_outline_m",),
    ),
)  # fmt: skip
