"""The brief: everything that answers "what public transport does this park have?"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from transit.analysis.catchment import (
    Catchment,
    Kind,
    check_limits,
    park_catchment,
    stop_catchment,
)
from transit.analysis.coverage import coverage, kinds_known, marginal_coverage
from transit.analysis.lines import definitions_compared, lines_near
from transit.analysis.loads import Bottleneck, bottleneck
from transit.analysis.proximity import stops_near
from transit.analysis.reach import districts_reached, rides, stations_reached
from transit.card import Card
from transit.model.network import ACCESS_M, Network
from transit.model.park import Park
from transit.terms import DEFAULT


@dataclass(frozen=True, eq=False)
class Brief:
    """What one park has within ``limit_m`` metres; each table is computed when first asked for."""

    network: Network
    park: Park
    limit_m: float = 500
    access_m: float = ACCESS_M

    @cached_property
    def stops(self) -> pd.DataFrame:
        """Stops within the limit by any meaning; see ``stops_near``."""
        return stops_near(self.network, self.park, limit_m=self.limit_m)

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Lines and directions at those stops; see ``lines_near``."""
        return lines_near(self.network.feed, self.stops)

    @cached_property
    def definitions(self) -> pd.DataFrame:
        """Counts under each meaning of "within"; see ``definitions_compared``.

        Without gates nothing is known from the gates, and without streets nothing of walks:
        those meanings are left out, not 0.
        """
        table = definitions_compared(self.stops, self.lines, limit_m=self.limit_m)
        unknown = {"gates", "walk"} if self.park.gates.empty else set[str]()
        unknown |= set() if self.knows_walks else {"walk"}
        return table[~table["within"].isin(unknown)].reset_index(drop=True)

    @property
    def knows_walks(self) -> bool:
        """Whether walks from the park can be measured: it has gates, and there are streets."""
        return bool(len(self.park.gates) and len(self.network.streets))

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """Shares of the park's area; see ``coverage.coverage``."""
        return coverage(self.network, [self.park], limit_m=self.limit_m, access_m=self.access_m)

    @cached_property
    def marginal(self) -> pd.DataFrame:
        """What each stop alone covers; see ``coverage.marginal_coverage``."""
        return marginal_coverage(
            self.network, [self.park], limit_m=self.limit_m, access_m=self.access_m
        )

    @cached_property
    def rides(self) -> pd.DataFrame:
        """Calls reached without a transfer; see ``reach.rides``."""
        return rides(self.network, self.stops)

    @cached_property
    def districts(self) -> pd.DataFrame:
        """Districts each line reaches; see ``reach.districts_reached``."""
        return districts_reached(self.rides)

    @cached_property
    def stations(self) -> pd.DataFrame:
        """Metro stations each line feeds; see ``reach.stations_reached``."""
        return stations_reached(self.network, self.rides)

    @cached_property
    def bottleneck(self) -> Bottleneck:
        """The streets that carry the park's lines, and what hangs on each; see ``bottleneck``."""
        return bottleneck(self.network, self.park, limit_m=self.limit_m)

    @cached_property
    def catchments(self) -> dict[Kind, Catchment]:
        """Straight and walk catchment of the stops within the limit of the outline, together."""
        near = self.stops[self.stops["within_outline"]]
        walkable = near[~near["no_street"]]["stop_id"].tolist()
        options = {"limit_m": self.limit_m, "access_m": self.access_m}
        wanted: list[tuple[Kind, list[str]]] = [
            ("straight", near["stop_id"].tolist()), ("walk", walkable),
        ]  # fmt: skip
        return {
            kind: stop_catchment(self.network, stops, kind=kind, **options)
            for kind, stops in wanted
            if stops and kind in kinds_known(self.network)
        }

    @cached_property
    def park_catchments(self) -> dict[Kind, Catchment]:
        """Straight catchment of the outline, and walk catchment of the gates."""
        return {
            kind: park_catchment(
                self.network, self.park, kind=kind, limit_m=self.limit_m, access_m=self.access_m
            )
            for kind in kinds_known(self.network)
            if kind == "straight" or self.knows_walks
        }

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table of the brief by name, in reading order."""
        return {
            "definitions": self.definitions,
            "stops": self.stops,
            "lines": self.lines,
            "coverage": self.coverage,
            "marginal": self.marginal,
            "districts": self.districts,
            "stations": self.stations,
            "links": self.bottleneck.links.drop(columns="edges"),
        }

    def card(self, language: str = DEFAULT) -> Card:
        """What a notebook shows of it, in ``zh-CN`` or ``en``; ``UsageError`` for others."""
        from transit.analysis.shown import brief_card

        return brief_card(self, language)

    def _repr_html_(self) -> str:
        return self.card().html()


def brief(network: Network, park: Park, *, limit_m: float = 500) -> Brief:
    """What ``park`` has within ``limit_m`` metres: stops, lines, coverage and reach.

    Raises ``DataError`` when the park is in another CRS or a gate stands on no street, and
    ``UsageError`` for a limit that is not above 0.
    """
    check_limits(limit_m)
    network.require_crs(park)
    return Brief(network, park, limit_m)


def briefs(network: Network, parks: Sequence[Park], *, limit_m: float = 500) -> list[Brief]:
    """One brief a park, in the order given."""
    return [brief(network, park, limit_m=limit_m) for park in parks]
