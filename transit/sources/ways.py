"""Streets as the tables of a study area: ways, forbidden turns and barriers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely

from transit.model.streets import EDGE_COLUMNS, OWN_RULES, Streets
from transit.output import as_json
from transit.schema import TURNS
from transit.units import FloatArray, unproject

DECIMALS = 9
"""Decimals of a degree: a tenth of a millimetre, and as many as any file had that was read."""


def as_ways(streets: Streets, years: int | Mapping[str, int], *, decimals: int = DECIMALS) -> bytes:
    """``streets`` as GeoJSON, one feature a part of a way that the reader divides as it was.

    ``years`` is the year of each way by id, or of all; a way that is not in it takes the latest.
    """
    latest = years if isinstance(years, int) else max(years.values(), default=0)
    by_way = {} if isinstance(years, int) else years
    table = streets.edges
    features = []
    for name, rows in parts(streets).items():
        edge = table.iloc[rows[0]]
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "way_id": name,
                    "name": edge["street_name"],
                    "highway": edge["highway"],
                    "oneway": _oneway(edge),
                    "foot": _foot(edge),
                    "motor": _yes(edge["motor_forward"] or edge["motor_backward"]),
                    **_own_rules(edge),
                    "indicative": bool(edge["indicative"]),
                    "year": by_way.get(edge["way_id"], latest),
                    "source": edge["source"],
                },
                "geometry": {
                    "type": "LineString",
                    "coordinates": _lonlat(streets, _course(streets, rows), decimals).tolist(),
                },
            }
        )
    return as_json({"type": "FeatureCollection", "features": features}).encode("utf-8")


def as_barriers(streets: Streets) -> bytes:
    """The barriers of ``streets`` as GeoJSON, one feature each."""
    features = [
        {
            "type": "Feature",
            "properties": {"barrier_id": f"B{number}", "foot_hours": barrier.foot_hours},
            "geometry": {
                "type": "LineString",
                "coordinates": _lonlat(streets, np.array(barrier.course), DECIMALS).tolist(),
            },
        }
        for number, barrier in enumerate(streets.barriers, 1)
    ]
    return as_json({"type": "FeatureCollection", "features": features}).encode("utf-8")


def turns_table(streets: Streets) -> pd.DataFrame:
    """The declared table of turns that buses may not make."""
    part = {row: name for name, rows in parts(streets).items() for row in rows}
    rows = [
        (part[start], part[end], *_lonlat(streets, streets.node_xy[[node]], DECIMALS)[0])
        for start, node, end in streets.no_turns.tolist()
    ]
    return pd.DataFrame(rows, columns=TURNS.names)


def parts(streets: Streets) -> dict[str, list[int]]:
    """Rows of the pieces of each part of a way, by the part's name, in the order of the rows.

    A part runs on over a junction with another street, for there the reader divides it again; it
    ends where nothing else meets it, where its rights change, and where a turn is forbidden.
    """
    found: dict[str, list[int]] = {}
    count: dict[str, int] = {}
    for rows in _runs(streets):
        way = str(streets.edges["way_id"].iloc[rows[0]])
        count[way] = count.get(way, 0) + 1
        found[way if count[way] == 1 else f"{way}#{count[way]}"] = rows
    return found


def _runs(streets: Streets) -> Iterator[list[int]]:
    start, end = streets.ends()
    uses = np.bincount(np.concatenate([start, end]), minlength=len(streets.node_xy))
    kept_apart = set(streets.no_turns[:, 1].tolist())
    facts = [name for name in (*EDGE_COLUMNS, *OWN_RULES) if name not in ("from_node", "to_node")]
    same = pd.util.hash_pandas_object(streets.edges[facts], index=False).to_numpy()
    run: list[int] = []
    for row in range(len(streets)):
        joint = int(start[row])
        goes_on = (
            bool(run)
            and end[run[-1]] == joint
            and same[run[-1]] == same[row]
            and uses[joint] > 2
            and joint not in kept_apart
        )
        if run and not goes_on:
            yield run
            run = []
        run = [*run, row]
    if run:
        yield run


def _course(streets: Streets, rows: list[int]) -> FloatArray:
    courses = [shapely.get_coordinates(streets.lines[row]) for row in rows]
    return np.vstack([courses[0], *(course[1:] for course in courses[1:])])


def _lonlat(streets: Streets, xy: FloatArray, decimals: int) -> FloatArray:
    lonlat: FloatArray = unproject(xy, streets.crs).round(decimals)
    return lonlat


def _oneway(edge: Any) -> str:  # noqa: ANN401
    if edge["motor_forward"] == edge["motor_backward"]:
        return "no"
    return "yes" if edge["motor_forward"] else "-1"


def _foot(edge: Any) -> str:  # noqa: ANN401
    if edge["foot_forward"] == edge["foot_backward"]:
        return _yes(edge["foot_forward"])
    return "forward" if edge["foot_forward"] else "backward"


def _own_rules(edge: Any) -> dict[str, Any]:  # noqa: ANN401
    """The columns that may be left out, where they say something."""
    speed = edge["bus_speed_kmh"]
    rules = {"bus_speed_kmh": None if np.isnan(speed) else float(speed),
             "foot_hours": edge["foot_hours"]}  # fmt: skip
    return {name: value for name, value in rules.items() if value not in (None, "")}


def _yes(truth: object) -> str:
    return "yes" if truth else "no"
