"""Rules on streets, parks and gates: pieces cut off, parks without gates, gates off the streets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from transit.analysis.quality.ground import Ground
from transit.analysis.quality.rule import Found, Rule, Words
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
        Words("streets end before the study area does", "街道未覆盖整个研究范围"),
        Words("Stops of the study area lie farther than the limit from any street: the streets "
              "are those of a smaller area. No walk and no course there is right. The value is "
              "the number of such stops.",
              "研究范围内有站点距任何街道都超过限值：街道只覆盖较小的范围，其外的步行与走向均不可信。"
              "数值为这类站点数。"),
        Words("Take streets of the whole area, or make the study area smaller.",
              "采用覆盖整个范围的街道，或缩小研究范围。"),
        _streets_end, ("stops", "streets"), ("streets_end_m",),
    ),
    Rule(
        "street_island_used", "warning", "street", "m",
        Words("stops or gates on streets cut off from the rest", "站点或出入口位于孤立路段"),
        Words("Walks from these stops or gates end where the piece ends: a joint between two "
              "streets is missing. The value is the length of the piece, the detail what stands "
              "on it.",
              "从这些站点或出入口步行，走到该路段尽头即止：街道之间缺少连接。"
              "数值为该路段总长，附注为其上的站点或出入口。"),
        Words("Join the piece to the streets beside it (they need a vertex in common).",
              "将其与相邻街道连接（须共用一个顶点）。"),
        _islands_in_use, ("streets",),
    ),
    Rule(
        "street_island", "note", "street", "m",
        Words("streets cut off from the rest", "孤立路段"),
        Words("No walk leads to them: paths in courtyards, roofs and at the edge of an extract "
              "are often cut off.", "步行无法到达：庭院、屋顶及数据边缘处的小路常如此。"),
        Words("Join them where a walk really leads there.", "确可步行到达的，予以连接。"),
        _islands, ("streets",),
    ),
    Rule(
        "park_no_gates", "error", "park", "gates",
        Words("park without gates", "园区缺少出入口"),
        Words("Nothing can be said of walks to and from the park.", "无法计算进出园区的步行。"),
        Words("Enter its gates in gates.csv.", "在 gates.csv 中录入出入口。"),
        _no_gates, ("parks",),
    ),
    Rule(
        "gate_off_streets", "error", "gate", "m",
        Words("gate far from every street", "出入口远离街道"),
        Words("No walk begins at this gate. The value is the distance to the nearest street that "
              "walkers may use.", "无法从该出入口步行。数值为至最近可步行街道的距离。"),
        Words("Correct its position, or draw the street that leads there.",
              "更正坐标，或补绘通向该处的街道。"),
        _gates_off_streets, ("gates", "streets"), ("gate_to_street_m",),
    ),
    Rule(
        "gate_off_outline", "warning", "gate", "m",
        Words("gate off its park's outline", "出入口不在园区边界"),
        Words("The gate stands away from the edge of its park: one of the two is misplaced.",
              "出入口远离园区边界：二者之一位置有误。"),
        Words("Correct the gate or the outline.", "更正出入口或园区边界。"),
        _gates_off_outline, ("gates",), ("gate_to_outline_m",),
    ),
)  # fmt: skip
