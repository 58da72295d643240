"""What walkers cannot cross: a wall, a fence, a gate that is open at some hours only.

Every street that walkers may use is shut exactly where the barrier crosses it; buses drive on. A
stop or gate may not use a street that it could reach only straight through the barrier.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import shapely
from pydantic import Field

from transit.datum import Datum
from transit.errors import Problem
from transit.model.network import Network
from transit.model.streets import Barrier, Streets
from transit.scenario.carried import renewed
from transit.scenario.change import Change, one_stop
from transit.scenario.links import Fault, along_faults, street_label
from transit.scenario.noding import Edit, divided
from transit.scenario.street_choice import Hours, LonLat, elsewhere, metric
from transit.units import FloatArray

GAP_M = 1.0
"""How much of a street is shut where a barrier crosses it, in metres."""
Side = Literal["N", "NE", "E", "SE", "S", "SW", "W", "NW"]
_SIDES: dict[str, tuple[float, float]] = {
    "N": (0, 1), "NE": (1, 1), "E": (1, 0), "SE": (1, -1),
    "S": (0, -1), "SW": (-1, -1), "W": (-1, 0), "NW": (-1, 1),
}  # fmt: skip


class PutBarrier(Change):
    """A line that walkers cannot cross, or with ``foot_hours`` in those hours only (a gate)."""

    verb: Literal["barrier"] = "barrier"
    points: tuple[LonLat, ...] = Field(min_length=2, max_length=1000)
    datum: Datum
    foot_hours: Hours = ""
    indicative: bool

    def problems(self, network: Network) -> list[Problem]:
        """It stands already, has no length, or runs through a junction or along a street."""
        far = elsewhere(self, "points", network.streets, self.points)
        return far or [self.fault(*fault) for fault in self._put(network.streets)[1]]

    def apply(self, network: Network) -> Network:
        """``network`` with the barrier, and every street that walkers use shut where it crosses."""
        return renewed(network, self._put(network.streets)[0])

    def _put(self, streets: Streets) -> tuple[Edit, list[Fault]]:
        xy = metric(self.points, self.datum, streets.crs)
        return put_up(streets, xy, self.foot_hours, indicative=self.indicative)


class CloseStopSide(Change):
    """A stop that walkers can no longer reach from one side, or from there at some hours only.

    A barrier is put up ``offset_m`` from the stop toward ``side`` (a point of the compass) or
    ``toward`` (another stop), across that direction, ``width_m`` wide in all.
    """

    verb: Literal["close_stop_side"] = "close_stop_side"
    stop: str
    side: Side | None = None
    toward: str | None = None
    offset_m: float = Field(default=2, gt=0, le=100)
    width_m: float = Field(default=60, gt=0, le=500)
    foot_hours: Hours = ""
    indicative: bool

    def problems(self, network: Network) -> list[Problem]:
        """The stop is unknown, no side or two are given, or the barrier cannot stand there."""
        problems = one_stop(self, network.feed, "stop", self.stop)[1]
        if self.toward is not None:
            problems += one_stop(self, network.feed, "toward", self.toward)[1]
        if (self.side is None) == (self.toward is None):
            mend = f"give side ({', '.join(_SIDES)}) or toward (a stop)"
            problems.append(self.fault("side", "one side is to be given", mend))
        if problems:
            return problems
        if not np.hypot(*self._direction(network)):
            return [self.fault("toward", "is where the stop is", "name a stop elsewhere")]
        return [self.fault(*fault) for fault in self._put(network)[1]]

    def apply(self, network: Network) -> Network:
        """``network`` with the barrier beside the stop."""
        return renewed(network, self._put(network)[0])

    def _at(self, network: Network, name: str) -> FloatArray:
        return np.asarray(network.stop_xy[network.stop_row[network.feed.stop_ids(name)[0]]])

    def _direction(self, network: Network) -> FloatArray:
        if self.toward is not None:
            return self._at(network, self.toward) - self._at(network, self.stop)
        return np.array(_SIDES[self.side or "N"], dtype=np.float64)

    def _put(self, network: Network) -> tuple[Edit, list[Fault]]:
        direction = self._direction(network)
        ahead = direction / np.hypot(*direction)
        middle = self._at(network, self.stop) + self.offset_m * ahead
        across = np.array([-ahead[1], ahead[0]]) * self.width_m / 2
        xy = np.array([middle - across, middle + across])
        return put_up(network.streets, xy, self.foot_hours, indicative=self.indicative)


def put_up(
    streets: Streets, xy: FloatArray, foot_hours: str, *, indicative: bool
) -> tuple[Edit, list[Fault]]:
    """The streets with a barrier over ``xy``, shape (n, 2) in metres; or what is wrong with it."""
    edit = Edit.of(streets)
    wall = Barrier(tuple((float(x), float(y)) for x, y in xy), foot_hours)
    line = shapely.LineString(xy)
    if line.length < GAP_M:
        return edit, [Fault("points", "it has no length", "give two places or more, in order")]
    if any(wall.course == old.course for old in streets.barriers):
        return edit, [Fault("points", "a barrier stands there already", "take it out")]
    crossed = np.flatnonzero(_walked(streets) & shapely.intersects(streets.lines, line))
    faults = along_faults(streets, line)
    faults += [fault for row in crossed.tolist() for fault in _faults(streets, row, line, wall)]
    if faults:
        return edit, list(dict.fromkeys(faults))
    edge, at = _cuts(streets, crossed, line)
    edit, _ = divided(edit, edge, at)
    parts = np.flatnonzero(np.isin(edit.origin, crossed))
    shut = parts[shapely.intersects(edit.streets.lines[parts], line)]
    values: dict[str, object] = {"foot_hours": foot_hours}
    if not foot_hours:
        values = {"foot_forward": False, "foot_backward": False}
    if indicative:
        values["indicative"] = True
    return edit.with_columns(shut, **values).with_barrier(wall), []


def _walked(streets: Streets) -> np.ndarray:
    """Which pieces walkers may use at some hour."""
    flags = streets.edges[["foot_forward", "foot_backward"]]
    return np.asarray(flags.to_numpy(dtype=bool).any(axis=1))


def _cuts(streets: Streets, rows: np.ndarray, line: shapely.LineString) -> tuple[np.ndarray, ...]:
    """Before and after each crossing: piece rows, and metres along them, half a gap away."""
    cuts = []
    for row in rows.tolist():
        length = float(streets.length_m[row])
        met = shapely.points(shapely.get_coordinates(streets.lines[row].intersection(line)))
        for at in shapely.line_locate_point(streets.lines[row], met).tolist():
            cuts += [(row, max(at - GAP_M / 2, 0.0)), (row, min(at + GAP_M / 2, length))]
    edge = np.array([row for row, _ in cuts], dtype=np.int64)
    return edge, np.array([at for _, at in cuts], dtype=np.float64)


def _faults(streets: Streets, row: int, line: shapely.LineString, wall: Barrier) -> list[Fault]:
    street = streets.lines[row]
    label = street_label(streets, row)
    met = street.intersection(line)
    if shapely.distance(met, street.boundary) < 1e-6 and not street.is_ring:
        what = f"it passes through a junction or end of {label}"
        return [Fault("points", what, "move it a metre aside")]
    hours = str(streets.edges["foot_hours"].iloc[row])
    if wall.foot_hours and hours and hours != wall.foot_hours:
        what = f"{label} has hours of its own, {hours}"
        return [Fault("foot_hours", what, "give the same hours, or shut it for good")]
    return []
