"""What share of a park lies within a limit of stops, of served lines and of each line.

Every share carries its denominator: the area of the park's outline in the network's CRS.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from transit.analysis.catchment import DEFINITION, Kind, check_limits
from transit.analysis.service import buses_per_hour
from transit.analysis.walk import walk
from transit.analysis.walk_area import QUARTER_SEGMENTS, walk_area
from transit.model.network import ACCESS_M, Network
from transit.model.park import Park

ANY_STOP = "any stop"
SERVED_LINES = "any served line"
MORNING_LINES = "any line of the morning"
"""Lines with a departure in ``service.MORNING``: one that runs at noon takes nobody to work."""
KINDS: tuple[Kind, ...] = ("straight", "walk")


def kinds_known(network: Network) -> tuple[Kind, ...]:
    """The kinds of catchment that can be told: without streets nothing is known of walks."""
    return KINDS if len(network.streets) else KINDS[:1]


def coverage(
    network: Network,
    parks: Sequence[Park],
    *,
    limit_m: float = 500,
    access_m: float = ACCESS_M,
) -> pd.DataFrame:
    """Share of each park's area within ``limit_m`` of a stop, a served line, each line.

    One row a park, ``kind`` (straight, walk) and ``of``. Columns: ``park_id``, ``park_name``,
    ``kind``, ``of``, ``route_id`` (of a line), ``stops`` (how many cover some of it),
    ``covered_m2``, ``denominator_m2``, ``share`` (0 … 1), ``denominator``, ``definition``,
    ``crs``, ``indicative``. Served lines have a departure at any time, lines of the morning one in
    ``service.MORNING``. Where no headway and no trip is known there is no row of either: unknown
    is not none. Without streets there is no row of walks.
    """
    return pd.concat(
        [
            _of_park(network, park, kind, limit_m, access_m)
            for park in parks
            for kind in kinds_known(network)
        ],
        ignore_index=True,
    )


def covered_part(
    network: Network, park: Park, kind: Kind, *, limit_m: float = 500, access_m: float = ACCESS_M
) -> BaseGeometry:
    """The part of ``park`` within ``limit_m`` of a stop with service, in metres of its CRS.

    Its area is that of ``SERVED_LINES`` in ``coverage``; of ``ANY_STOP`` where no service is known.
    """
    areas = stop_areas(network, park, kind, limit_m, access_m)
    feed = network.feed
    if feed.service_known:
        calls = feed.visits[feed.visits["pattern_id"].isin(feed.served_patterns)]
        areas = {stop: areas[stop] for stop in areas.keys() & set(calls["stop_id"])}
    return _union(areas.values())


def marginal_coverage(
    network: Network,
    parks: Sequence[Park],
    *,
    limit_m: float = 500,
    access_m: float = ACCESS_M,
) -> pd.DataFrame:
    """What each stop covers of a park that no other stop does, one row a park, kind and stop.

    Columns: ``park_id``, ``kind``, ``stop_id``, ``stop_name``, ``covered_m2`` and ``share`` (by
    this stop), ``only_m2`` and ``only_share`` (by it alone), ``denominator_m2``, ``crs``,
    ``indicative``. Two kerbs of one place cover almost the same, so ``only_name_m2`` gives what
    the place, all its kerbs together, covers alone.
    """
    rows = [
        row
        for park in parks
        for kind in kinds_known(network)
        for row in _marginal(
            network, park, stop_areas(network, park, kind, limit_m, access_m), kind
        )
    ]
    order = ["park_id", "kind", "stop_id", "stop_name", "covered_m2", "share", "only_m2",
             "only_share", "only_name_m2", "denominator_m2", "crs", "indicative"]  # fmt: skip
    return pd.DataFrame(rows, columns=order)


def stop_areas(
    network: Network, park: Park, kind: Kind, limit_m: float, access_m: float
) -> dict[str, BaseGeometry]:
    """What each stop covers of ``park``, by stop id; stops that cover nothing are left out."""
    check_limits(limit_m, access_m)
    network.require_crs(park)
    points = shapely.points(network.stop_xy)
    near = np.flatnonzero(shapely.dwithin(points, park.outline, limit_m))
    ids = network.feed.stops["stop_id"].to_numpy()
    areas = {
        ids[row]: shapely.intersection(
            stop_area(network, int(row), kind, limit_m, access_m), park.outline
        )
        for row in near
    }
    return {stop: area for stop, area in areas.items() if area.area > 0}


def stop_area(
    network: Network, row: int, kind: Kind, limit_m: float, access_m: float
) -> BaseGeometry:
    """The catchment of the stop at ``row``; kept with the streets where it is walked."""
    if kind == "straight":
        return shapely.buffer(
            shapely.points(network.stop_xy[row]), limit_m, quad_segs=QUARTER_SEGMENTS
        )
    place = (float(network.stop_xy[row, 0]), float(network.stop_xy[row, 1]))

    def walked() -> BaseGeometry:
        seed = network.stop_anchors.take([row])
        reached = walk(network.streets, seed, limit_m=limit_m, toward=True)
        return walk_area(reached, limit_m, access_m)

    question = ("walk area", limit_m, access_m)
    return network.streets.reached.of(place, max(limit_m, ACCESS_M), question, walked)


def _of_park(
    network: Network, park: Park, kind: Kind, limit_m: float, access_m: float
) -> pd.DataFrame:
    areas = stop_areas(network, park, kind, limit_m, access_m)
    visits = network.feed.visits
    groups: list[tuple[str, str, set[str]]] = [
        (ANY_STOP, "", set(network.feed.stops["stop_id"])),
    ]
    if network.feed.service_known:
        hourly = buses_per_hour(network.feed)
        runs = (
            (SERVED_LINES, network.feed.served_patterns),
            (MORNING_LINES, hourly.index[hourly > 0]),
        )
        groups += [
            (of, "", set(visits.loc[visits["pattern_id"].isin(patterns), "stop_id"]))
            for of, patterns in runs
        ]
    here = visits[visits["stop_id"].isin(areas)]
    groups += [
        (line, route, set(calls["stop_id"]))
        for (line, route), calls in here.groupby(["route_short_name", "route_id"], sort=True)
    ]
    common = {
        "park_id": park.park_id,
        "park_name": park.park_name,
        "kind": kind,
        "denominator_m2": park.area_m2,
        "denominator": "area of the park's outline",
        "definition": DEFINITION[kind].format(limit=limit_m, access=access_m),
        "crs": network.crs,
    }
    marked = _marked(network, park, kind)
    rows = []
    for of, route, stops in groups:
        covering = [stop for stop in areas if stop in stops]
        area = _union(areas[stop] for stop in covering).area
        rows.append(
            common
            | {
                "of": of,
                "route_id": route,
                "stops": len(covering),
                "covered_m2": area,
                "share": min(area / park.area_m2, 1.0),
                "indicative": marked or _any_marked(network, covering),
            }
        )
    order = ["park_id", "park_name", "kind", "of", "route_id", "stops", "covered_m2",
             "denominator_m2", "share", "denominator", "definition", "crs",
             "indicative"]  # fmt: skip
    return pd.DataFrame(rows)[order]


def _marginal(
    network: Network, park: Park, areas: dict[str, BaseGeometry], kind: Kind
) -> list[dict[str, object]]:
    names = network.feed.stops.set_index("stop_id")["stop_name"]
    whole = _union(areas.values()).area
    rows = []
    for stop, area in areas.items():
        others = _union(other for key, other in areas.items() if key != stop)
        other_names = _union(other for key, other in areas.items() if names[key] != names[stop])
        rows.append(
            {
                "park_id": park.park_id,
                "kind": kind,
                "stop_id": stop,
                "stop_name": names[stop],
                "covered_m2": area.area,
                "share": area.area / park.area_m2,
                "only_m2": max(whole - others.area, 0.0),
                "only_share": max(whole - others.area, 0.0) / park.area_m2,
                "only_name_m2": max(whole - other_names.area, 0.0),
                "denominator_m2": park.area_m2,
                "crs": network.crs,
                "indicative": _marked(network, park, kind) or _any_marked(network, [stop]),
            }
        )
    return rows


def _union(areas: Iterable[BaseGeometry]) -> BaseGeometry:
    return shapely.union_all(list(areas))


def _marked(network: Network, park: Park, kind: Kind) -> bool:
    streets = kind == "walk" and bool(network.streets.edges["indicative"].any())
    return park.indicative or streets


def _any_marked(network: Network, stops: list[str]) -> bool:
    rows = [network.stop_row[stop] for stop in stops]
    return bool(network.feed.stops["indicative"].iloc[rows].any())
