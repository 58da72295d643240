"""A study area made anew from a network: its tables, settings and words, in a new folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import yaml

from transit.model.network import Network
from transit.output import write_bytes
from transit.parsing import empty
from transit.schema import GATES, PARKS, ZONES, Table
from transit.sources.area import Area
from transit.sources.geojson import geojson_of
from transit.sources.writing import (
    beside,
    require_empty,
    require_same,
    settle,
    write_streets,
    write_tables,
)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Outlines:
    """Polygons in WGS-84 degrees, one a row of ``table`` (parks or zones as declared)."""

    table: pd.DataFrame
    shapes: np.ndarray[tuple[int], np.dtype[np.object_]]

    @classmethod
    def none(cls, of: Table) -> Outlines:
        """No polygon of a kind."""
        return cls(empty(of), np.empty(0, dtype=object))


@dataclass(frozen=True, eq=False)
class AreaFacts:
    """What a study area says beside its network: identity, box (degrees), parks and zones."""

    area_id: str
    box: Box
    year: int
    notes: str = ""
    parks: Outlines = field(default_factory=lambda: Outlines.none(PARKS))
    gates: pd.DataFrame = field(default_factory=lambda: empty(GATES))
    zones: Outlines = field(default_factory=lambda: Outlines.none(ZONES))


def write_new_area(
    out: Path,
    network: Network,
    facts: AreaFacts,
    *,
    note: str,
    beside_it: Mapping[str, bytes] = MappingProxyType({}),
) -> Area:
    """``network`` as a study area in the new folder ``out``, read back.

    ``note`` goes into ``SOURCES.md``; ``beside_it`` are more files by name. Raises ``UsageError``
    when ``out`` holds files, ``DataError`` when it cannot be written or would read back otherwise;
    nothing is left behind then.
    """
    require_empty(out)
    with beside(out) as fresh:
        fresh.mkdir()
        write_bytes(fresh / "area.yaml", _settings(network, facts).encode("utf-8"))
        write_tables(fresh, network, [facts.gates])
        write_streets(fresh, network.streets, facts.year)
        for table, outlines in ((PARKS, facts.parks), (ZONES, facts.zones)):
            if len(outlines.table):
                content = geojson_of(outlines.table, table, outlines.shapes)
                write_bytes(fresh / f"{table.name}.geojson", content)
        write_bytes(fresh / "SOURCES.md", f"{note.strip()}\n".encode())
        for name, content in beside_it.items():
            write_bytes(fresh / name, content)
        read = require_same(network, fresh, out)
        settle(fresh, out)
    return replace(read, folder=out)


def box_of(lonlat: Iterable[Iterable[float]], margin_deg: float = 0.01) -> Box:
    """West, south, east and north of positions (degrees), a margin round them."""
    west, south = np.min(np.asarray(lonlat), axis=0) - margin_deg
    east, north = np.max(np.asarray(lonlat), axis=0) + margin_deg
    return tuple(round(float(side), 5) for side in (west, south, east, north))  # type: ignore[return-value]


def _settings(network: Network, facts: AreaFacts) -> str:
    off = network.stop_in_area & (network.stop_anchors.edge < 0)
    lacking = {"streets": len(network.streets), "parks": len(facts.parks.table)}
    content = {
        "area_id": facts.area_id,
        "area_name": network.name,
        "crs": network.crs,
        "datum": "WGS-84",
        "year": facts.year,
        "study_area": list(facts.box),
        "notes": facts.notes,
        "sources": list(network.sources),
        "without": [name for name, count in lacking.items() if not count],
        "unreached": network.feed.stops.loc[off, "stop_id"].tolist()
        if len(network.streets)
        else [],
    }
    kept = {key: value for key, value in content.items() if value not in ([], "")}
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=100)
