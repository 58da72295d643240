"""What an import understood: a network not yet written, and all that a planner should check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
import shapely
from shapely.geometry import Point

from transit.model.cut import cut
from transit.model.network import Network
from transit.output import csv_bytes
from transit.parsing import empty
from transit.schema import GATES, PARKS, ZONES
from transit.sources.area import Area
from transit.sources.new_area import AreaFacts, Box, Outlines, write_new_area
from transit.units import project


@dataclass(frozen=True, eq=False)
class Draft:
    """A network that was understood, and how.

    ``box`` (degrees) will be its study area; ``told`` are the lines a planner reads before
    anything is written; ``tables`` are the lists behind them, by file name.
    """

    network: Network
    box: Box
    year: int
    told: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]
    parks: Outlines = field(default_factory=lambda: Outlines.none(PARKS))
    gates: pd.DataFrame = field(default_factory=lambda: empty(GATES))
    zones: Outlines = field(default_factory=lambda: Outlines.none(ZONES))

    def near(self, lonlat: tuple[float, float], within_m: float) -> Draft:
        """Only the lines that call within ``within_m`` straight metres of a place, whole."""
        place = Point(project([lonlat], self.network.crs)[0])
        network = cut(self.network, place, within_m=within_m)
        lines, calls = len(network.feed.routes), len(network.feed.calls)
        told = (
            f"Kept: the {lines:,} lines that call within {within_m:g} m of "
            f"{lonlat[0]:g}, {lonlat[1]:g}; {calls:,} calls."
        )
        return replace(self, network=network, told=(*self.told, told))

    def with_parks(self, parks: Outlines, gates: pd.DataFrame | None = None) -> Draft:
        """The same draft with parks, and their gates where they are known."""
        known = empty(GATES) if gates is None else gates
        told = [f"Parks: {len(parks.table):,}, with {len(known):,} gates."]
        told += [
            f"  {name}: the nearest stop is {metres:,.0f} m from its outline."
            for name, metres in zip(parks.table["park_name"], self._to_stops(parks), strict=True)
        ]
        return replace(self, parks=parks, gates=known, told=(*self.told, *told))

    def _to_stops(self, parks: Outlines) -> list[float]:
        """Straight metres from each outline to the nearest stop."""
        crs = self.network.crs
        stops = shapely.STRtree(shapely.points(self.network.stop_xy))
        metric = [shapely.transform(one, lambda xy: project(xy, crs)) for one in parks.shapes]
        _, metres = stops.query_nearest(metric, return_distance=True, all_matches=False)
        return [float(one) for one in metres]

    def with_zones(self, zones: Outlines) -> Draft:
        """The same draft with zones."""
        return replace(self, zones=zones, told=(*self.told, f"Zones: {len(zones.table):,}."))

    def write(self, out: Path) -> Area:
        """The study area in the new folder ``out``, with the lists in ``import/``, read back."""
        facts = AreaFacts(
            out.resolve().name,
            self.box,
            self.year,
            parks=self.parks,
            gates=self.gates,
            zones=self.zones,
        )
        lists = {f"import/{name}.csv": csv_bytes(table) for name, table in self.tables.items()}
        return write_new_area(out, self.network, facts, note=self.note(), beside_it=lists)

    def note(self) -> str:
        """What was understood, for ``SOURCES.md``."""
        sources = "\n".join(f"* {source}" for source in self.network.sources)
        told = "\n".join(f"* {line}" for line in self.told)
        return f"# {self.network.name}\n\n## Sources\n\n{sources}\n\n## How it was made\n\n{told}"
