"""Changes to streets: opened, closed, restricted, slower or faster.

Walks and bus courses follow from the streets, so both change with them. A line that loses a street
it drives on is a problem that names it, unless the change says ``divert: shortest``.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from transit.datum import Datum
from transit.errors import Problem
from transit.model.network import Network
from transit.model.streets import Streets
from transit.scenario.carried import renewed
from transit.scenario.change import Change
from transit.scenario.detours import line_problems
from transit.scenario.links import Fault, Link, laid
from transit.scenario.noding import Edit, removed
from transit.scenario.street_choice import Hours, LonLat, StreetChange, Stretch, elsewhere, metric
from transit.units import BoolArray

Who = Literal["walkers", "buses", "both"]
FLAGS = ("foot_forward", "foot_backward", "motor_forward", "motor_backward")


class OpenStreet(Change):
    """A street or footway that was not there, drawn over ``points``.

    It is joined at its two ends to the nearest street that its users may use, within
    ``tolerance_m``, and noded at every street it crosses; with ``joins: ends`` (a bridge or a
    tunnel) at its ends only. An end that is to lead nowhere is named by ``dead_end``. ``who`` may
    use it: walkers both ways always, buses with ``oneway`` only in the order of the points.
    ``speed_kmh`` is the speed of buses there, where it is not the line's own.
    """

    verb: Literal["open_street"] = "open_street"
    way_id: str = Field(min_length=1)
    name: str = ""
    points: tuple[LonLat, ...] = Field(min_length=2, max_length=1000)
    datum: Datum
    who: Who
    oneway: bool = False
    highway: str = Field(default="", pattern=r"^[a-z_]*$")
    speed_kmh: float | None = Field(default=None, ge=1, le=120)
    joins: Literal["crossings", "ends"] = "crossings"
    dead_end: Literal["none", "start", "end", "both"] = "none"
    tolerance_m: float = Field(default=20, ge=0, le=200)
    indicative: bool
    year: int = Field(ge=1900, le=2100)

    @property
    def makes(self) -> tuple[str, ...]:
        """The way's id and name."""
        return self.way_id, self.name

    def problems(self, network: Network) -> list[Problem]:
        """The id is taken, an end is joined to nothing, or the way cannot be laid as drawn."""
        problems = []
        if (network.streets.edges["way_id"] == self.way_id).any():
            what = f"{self.way_id!r} exists already"
            problems.append(self.fault("way_id", what, "choose another id"))
        if self.who == "walkers" and (self.oneway or self.speed_kmh is not None):
            mend = "leave oneway and speed_kmh out: they bind buses only"
            problems.append(self.fault("who", "no bus may use it", mend))
        far = elsewhere(self, "points", network.streets, self.points)
        faults = [] if far else self._laid(network.streets)[1]
        return problems + far + [self.fault(*fault) for fault in faults]

    def apply(self, network: Network) -> Network:
        """``network`` with the way and its joints."""
        return renewed(network, self._laid(network.streets)[0])

    def _laid(self, streets: Streets) -> tuple[Edit, list[Fault]]:
        walkers, buses = self.who != "buses", self.who != "walkers"
        rights = dict(zip(FLAGS, (walkers, walkers, buses, buses and not self.oneway), strict=True))
        columns: dict[str, object] = {
            "way_id": self.way_id,
            "street_name": self.name,
            "highway": self.highway or ("tertiary" if buses else "footway"),
            **rights,
            "indicative": self.indicative,
            "source": f"{self.origin}, {self.year}",
            "bus_speed_kmh": np.nan if self.speed_kmh is None else self.speed_kmh,
            "foot_hours": "",
        }
        xy = metric(self.points, self.datum, streets.crs)
        dead = (self.dead_end in ("start", "both"), self.dead_end in ("end", "both"))
        joinable = np.ones(len(streets), dtype=bool)
        if walkers:
            joinable &= _may(streets, "foot").any(axis=1)
        if buses:
            joinable &= _may(streets, "motor").any(axis=1)
        link = Link(xy, joinable, self.tolerance_m, dead, self.joins == "crossings")
        return laid(streets, link, columns)


class StreetEdit(StreetChange):
    """A change of the rights or the speed on a stretch of a street."""

    def problems(self, network: Network) -> list[Problem]:
        """The street or part is unknown, or what is wrong with the change of it."""
        stretch, problems = self.stretch(network.streets)
        return problems if stretch is None else self.stretch_problems(network, stretch)

    def apply(self, network: Network) -> Network:
        """``network`` with the stretch changed."""
        stretch, _ = self.stretch(network.streets)
        if stretch is None:
            return network
        return renewed(network, self.changed(stretch))

    def stretch_problems(self, network: Network, stretch: Stretch) -> list[Problem]:
        """Everything that keeps the change from being made to ``stretch``."""
        raise NotImplementedError

    def changed(self, stretch: Stretch) -> Edit:
        """The streets with the change made to ``stretch``."""
        raise NotImplementedError


class TakesRights(StreetEdit):
    """A change that takes the street from some of those who use it.

    A line that drives there is a problem, unless ``divert: shortest`` lets it take the shortest
    way that is left.
    """

    divert: Literal["none", "shortest"] = "none"

    def taken(self, stretch: Stretch) -> BoolArray:
        """Which of ``FLAGS`` are taken from each piece of the stretch, shape (pieces, 4)."""
        raise NotImplementedError

    def stretch_problems(self, network: Network, stretch: Stretch) -> list[Problem]:
        """Nothing is taken, or lines lose their road."""
        had = stretch.edit.streets.edges.loc[stretch.rows, list(FLAGS)].to_numpy(dtype=bool)
        lost = had & self.taken(stretch)
        if not lost.any():
            mend = "correct it or take it out"
            return [self.fault("street", "none of them may use it there anyway", mend)]
        if not lost[:, 2:].any():
            return []
        motor = np.zeros((len(stretch.edit.streets), 2), dtype=bool)
        motor[stretch.rows] = lost[:, 2:]
        divert = self.divert == "shortest"
        return line_problems(
            self, network, stretch.edit, motor, self.changed(stretch), divert=divert
        )

    def changed(self, stretch: Stretch) -> Edit:
        """The streets with the rights taken."""
        edit, taken = stretch.edit, self.taken(stretch)
        had = edit.streets.edges.loc[stretch.rows, list(FLAGS)].to_numpy(dtype=bool)
        return edit.with_columns(stretch.rows, **dict(zip(FLAGS, (had & ~taken).T, strict=True)))


class CloseStreet(TakesRights):
    """A street, or a part of it, that ``who`` may no longer use in either direction.

    What nobody may use any more is taken out, and streets that were divided for it alone are whole
    again: closing what ``open_street`` opened gives back the streets there were.
    """

    verb: Literal["close_street"] = "close_street"
    who: Who = "both"

    def taken(self, stretch: Stretch) -> BoolArray:
        """Both directions of walkers, of buses, or all."""
        walkers, buses = self.who != "buses", self.who != "walkers"
        flags = np.array([walkers, walkers, buses, buses])
        return np.broadcast_to(flags, (len(stretch.rows), 4))

    def stretch_problems(self, network: Network, stretch: Stretch) -> list[Problem]:
        """Nothing would be left, nothing is taken, or lines lose their road."""
        if self.who == "both" and len(stretch.rows) == len(stretch.edit.streets):
            return [self.fault("street", "no street would be left", "close less of it")]
        return super().stretch_problems(network, stretch)

    def changed(self, stretch: Stretch) -> Edit:
        """The streets without the stretch, or with it shut to ``who``."""
        if self.who == "both":
            return removed(stretch.edit, stretch.rows)
        return super().changed(stretch)


class RestrictStreet(TakesRights):
    """A street, or a part of it, that ``who`` may no longer use in one direction, or at all hours.

    ``direction`` is the one that is taken: ``along`` the choice (from its first point to its
    second, or as the street is drawn), ``against`` it, or both. With ``foot_hours`` walkers keep
    the street, but in those hours only (a gate).
    """

    verb: Literal["restrict_street"] = "restrict_street"
    who: Who
    direction: Literal["along", "against", "both"] = "both"
    foot_hours: Hours = ""

    def taken(self, stretch: Stretch) -> BoolArray:
        """The directions taken, turned round where a piece is drawn the other way."""
        along, against = (self.direction in (way, "both") for way in ("along", "against"))
        ahead = stretch.ahead[:, None]
        ways = np.where(ahead, [along, against], [against, along])
        walkers, buses = self.who != "buses", self.who != "walkers"
        return np.column_stack([ways & walkers, ways & buses])

    def stretch_problems(self, network: Network, stretch: Stretch) -> list[Problem]:
        """Hours for buses, or the problems of what is taken."""
        if not self.foot_hours:
            return super().stretch_problems(network, stretch)
        if self.who == "walkers" and self.direction == "both":
            return []
        what, mend = "hours are for walkers, both ways", "say who: walkers, and leave direction out"
        return [self.fault("foot_hours", what, mend)]

    def changed(self, stretch: Stretch) -> Edit:
        """The streets with the rights taken, or bound to hours."""
        if self.foot_hours:
            return stretch.edit.with_columns(stretch.rows, foot_hours=self.foot_hours)
        return super().changed(stretch)


class ChangeStreetSpeed(StreetEdit):
    """Another speed of buses on a street: a bus lane, works, a 30 km/h zone.

    ``speed_kmh`` holds between stops for every line there, instead of the line's own.
    """

    verb: Literal["change_street_speed"] = "change_street_speed"
    speed_kmh: float = Field(ge=1, le=120)

    def stretch_problems(self, network: Network, stretch: Stretch) -> list[Problem]:
        """No bus may drive there."""
        if _may(stretch.edit.streets, "motor")[stretch.rows].any():
            return []
        return [self.fault("street", "no bus may drive there", "choose a street for buses")]

    def changed(self, stretch: Stretch) -> Edit:
        """The streets with another speed on the stretch."""
        return stretch.edit.with_columns(stretch.rows, bus_speed_kmh=self.speed_kmh)


def _may(streets: Streets, who: str) -> BoolArray:
    """Whether walkers (``foot``) or buses (``motor``) may use each piece along, and against it."""
    columns = [f"{who}_forward", f"{who}_backward"]
    return np.asarray(streets.edges[columns].to_numpy(dtype=bool))
