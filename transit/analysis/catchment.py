"""Catchments: what lies within a limit of a stop, a line or a park, straight or by walking.

The *straight* catchment is the union of circles, counted once. The *walk* catchment has two
faces: the streets, each cut exactly where the limit is reached, and an area with this
definition: every point whose straight access to a street, at most ``access_m``, plus the walk
along streets stays within the limit.

That area is computed exactly, not by a grid or a hull: see ``transit.analysis.walk_area``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from transit.analysis.walk import lines_of, walk
from transit.analysis.walk_area import QUARTER_SEGMENTS, walk_area
from transit.card import Card
from transit.errors import DataError, Problem, UsageError
from transit.model.network import ACCESS_M, Network
from transit.model.park import Park
from transit.model.streets import Anchors
from transit.terms import DEFAULT

if TYPE_CHECKING:
    import geopandas

Kind = Literal["straight", "walk"]
ParkFrom = Literal["point", "outline", "gates"]

FARTHEST_M = 100_000.0
"""No limit goes beyond this: one metric CRS does not measure truly much farther."""

DEFINITION = {
    "straight": "within {limit:g} m in a straight line; overlapping circles counted once",
    "walk": (
        "straight access to a street (at most {access:g} m) plus the walk along streets "
        "within {limit:g} m"
    ),
}


@dataclass(frozen=True, eq=False)
class Catchment:
    """What lies within ``limit_m`` metres: ``area`` and, for a walk, ``streets``, in ``crs``.

    ``streets`` are shapely lines cut exactly at the limit. ``left_out`` names what had no street
    to walk on. ``indicative`` says whether anything it rests on is.
    """

    of: str
    kind: Kind
    limit_m: float
    access_m: float
    area: BaseGeometry
    streets: np.ndarray
    crs: str
    indicative: bool
    left_out: tuple[str, ...] = ()

    @property
    def definition(self) -> str:
        """What "within" means here, in one sentence."""
        return DEFINITION[self.kind].format(limit=self.limit_m, access=self.access_m)

    def to_frame(self) -> geopandas.GeoDataFrame:
        """One row with the area, in ``crs``, for GIS: of what, kind, limits, definition, mark."""
        import geopandas

        row = {
            "of": self.of,
            "kind": self.kind,
            "limit_m": self.limit_m,
            "access_m": self.access_m,
            "area_m2": self.area.area,
            "definition": self.definition,
            "indicative": self.indicative,
        }
        return geopandas.GeoDataFrame([row], geometry=[self.area], crs=self.crs)

    def card(self, language: str = DEFAULT) -> Card:
        """What a notebook shows of it, in ``zh-CN`` or ``en``; ``UsageError`` for others."""
        from transit.analysis.shown import catchment_card

        return catchment_card(self, language)

    def _repr_html_(self) -> str:
        return self.card().html()


def stop_catchment(
    network: Network,
    stops: str | Sequence[str],
    *,
    limit_m: float = 500,
    kind: Kind = "walk",
    access_m: float = ACCESS_M,
) -> Catchment:
    """The area within ``limit_m`` metres of any of ``stops`` (ids or names), counted once.

    Walkers walk *to* the stop. Raises ``UsageError`` for an unknown stop, and ``DataError``
    when none of the stops stands near a street.
    """
    named = [stops] if isinstance(stops, str) else list(stops)
    ids = list(dict.fromkeys(stop for name in named for stop in network.feed.stop_ids(name)))
    return _of_stops(network, ids, "、".join(named), limit_m, kind, access_m)


def line_catchment(
    network: Network,
    line: str,
    *,
    limit_m: float = 500,
    kind: Kind = "walk",
    access_m: float = ACCESS_M,
) -> Catchment:
    """The area within ``limit_m`` metres of any stop of ``line`` (id or short name).

    A walk catchment covers the stops inside the study area; the others have no streets and are
    named in ``left_out``.
    """
    visits = network.feed.visits
    calls = visits["route_id"].isin(network.feed.route_ids(line))
    ids = list(dict.fromkeys(visits.loc[calls, "stop_id"]))
    return _of_stops(network, ids, line, limit_m, kind, access_m)


def park_catchment(  # noqa: PLR0913  (the options a planner may give)
    network: Network,
    park: Park,
    *,
    limit_m: float = 500,
    kind: Kind = "walk",
    measured_from: ParkFrom = "outline",
    access_m: float = ACCESS_M,
) -> Catchment:
    """The area within ``limit_m`` metres of ``park``.

    Straight it is measured from the park's point, outline or gates; by walking from its gates.
    """
    check_limits(limit_m, access_m)
    _check_option("kind", kind, get_args(Kind))
    _check_option("measured_from", measured_from, get_args(ParkFrom))
    network.require_crs(park)
    gates_marked = bool(park.gates["indicative"].any())
    if kind == "straight":
        start = _park_geometry(park, measured_from)
        marked = {"point": False, "outline": park.indicative, "gates": gates_marked}[measured_from]
        area = start.buffer(limit_m, quad_segs=QUARTER_SEGMENTS)
        return Catchment(
            park.park_name, kind, limit_m, access_m, area, _NO_LINES, network.crs, marked
        )
    seeds = gate_anchors(network, park)
    return _walked(
        network, seeds, park.park_name, limit_m, access_m, toward=False, marked=gates_marked
    )


def gate_anchors(network: Network, park: Park) -> Anchors:
    """Where the gates of ``park`` meet the streets, in the order of its gates table.

    Raises ``DataError`` when it has no gates, or naming every gate with no street in reach.
    """
    park.require_gates()
    anchors = network.streets.snap(park.gate_xy, within_m=ACCESS_M)
    off = np.flatnonzero(anchors.edge < 0)
    if len(off):
        metres = network.streets.distance_to_nearest(park.gate_xy[off])
        names = park.gates["gate_name"].iloc[off]
        raise DataError(
            off_street(f"park {park.park_name} gate {name}", distance)
            for name, distance in zip(names, metres, strict=True)
        )
    return anchors


def off_street(where: str, distance_m: float) -> Problem:
    """The problem of a place that no walkable street comes near."""
    mend = "check its position and datum, or draw the street that leads to it"
    found = (
        f"the nearest is {distance_m:.0f} m away" if np.isfinite(distance_m) else "there is none"
    )
    return Problem(where, f"no walkable street within {ACCESS_M:g} m; {found}", mend)


def check_limits(limit_m: float, access_m: float = 0) -> None:
    """Raise a ``UsageError`` for metres that no catchment can have."""
    farthest = f"at most {FARTHEST_M:,.0f}"
    faults = []
    if not 0 < limit_m <= FARTHEST_M:
        mend = f"give metres above 0, {farthest}"
        faults.append(Problem("limit", f"{limit_m:g} m is no limit", mend))
    if not 0 <= access_m <= FARTHEST_M:
        mend = f"give metres, 0 or more, {farthest}"
        faults.append(Problem("access limit", f"{access_m:g} m is no limit", mend))
    if faults:
        raise UsageError(faults)


_NO_LINES = np.empty(0, dtype=object)


def _of_stops(  # noqa: PLR0913
    network: Network, ids: list[str], of: str, limit_m: float, kind: Kind, access_m: float
) -> Catchment:
    check_limits(limit_m, access_m)
    _check_option("kind", kind, get_args(Kind))
    if not ids:
        raise UsageError(Problem("catchment", "no stop is named", "name at least one stop"))
    rows = np.array([network.stop_row[stop] for stop in ids], dtype=np.int64)
    marked = bool(network.feed.stops["indicative"].iloc[rows].any())
    if kind == "straight":
        points = shapely.points(network.stop_xy[rows])
        area = shapely.union_all(shapely.buffer(points, limit_m, quad_segs=QUARTER_SEGMENTS))
        return Catchment(of, kind, limit_m, access_m, area, _NO_LINES, network.crs, marked)
    anchors = network.stop_anchors.take(rows)
    on = anchors.edge >= 0
    if not on.any():
        metres = network.streets.distance_to_nearest(network.stop_xy[rows])
        raise DataError(
            off_street(f"stop {_stop_label(network, stop)}", distance)
            for stop, distance in zip(ids, metres, strict=True)
        )
    left_out = tuple(_stop_label(network, ids[row]) for row in np.flatnonzero(~on))
    marked = bool(network.feed.stops["indicative"].iloc[rows[on]].any())
    return _walked(
        network, anchors.take(on), of, limit_m, access_m,
        toward=True, marked=marked, left_out=left_out,
    )  # fmt: skip


def _walked(  # noqa: PLR0913
    network: Network,
    seeds: Anchors,
    of: str,
    limit_m: float,
    access_m: float,
    *,
    toward: bool,
    marked: bool,
    left_out: tuple[str, ...] = (),
) -> Catchment:
    walked = walk(network.streets, seeds, limit_m=limit_m, toward=toward)
    pieces = walked.pieces(limit_m)
    marked |= bool(network.streets.edges["indicative"].iloc[pieces[0]].any())
    lines = lines_of(network.streets, pieces)
    area = walk_area(walked, limit_m, access_m)
    return Catchment(of, "walk", limit_m, access_m, area, lines, network.crs, marked, left_out)


def _park_geometry(park: Park, measured_from: ParkFrom) -> BaseGeometry:
    if measured_from == "gates":
        park.require_gates()
        return shapely.multipoints(park.gate_xy)
    return park.point if measured_from == "point" else park.outline


def _stop_label(network: Network, stop_id: str) -> str:
    return f"{network.feed.stops['stop_name'].iloc[network.stop_row[stop_id]]} ({stop_id})"


def _check_option(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        mend = f"use one of {', '.join(allowed)}"
        raise UsageError(Problem(f"catchment {name}", f"{value!r} is not known", mend))
