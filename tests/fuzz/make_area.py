"""The make-believe town as a study area's folder, with every table that one may have."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import town

from transit.schema import PARKS, TURNS, ZONES
from transit.sources.geojson import geojson_of
from transit.sources.new_area import AreaFacts, Outlines, write_new_area
from transit.units import unproject


def town_area(out: Path) -> Path:
    """The folder ``out``, made anew."""
    import shapely

    outline = shapely.transform(town.park().outline, lambda xy: unproject(xy, town.CRS))
    lon, lat = outline.centroid.coords[0]
    marks = {**town.MARKS}
    parks = pd.DataFrame(
        [{"park_id": "P1", "park_name": "园区", "point_lon": lon, "point_lat": lat,
          "point_source": "x", **marks}]
    )[PARKS.names]  # fmt: skip
    zones = pd.DataFrame([dict.fromkeys(ZONES.names, "1") | marks])[ZONES.names]
    facts = AreaFacts(
        "town", (114.036, 22.72, 114.056, 22.736), 2020,
        parks=Outlines(parks, _shapes(outline)), gates=town.make_gates("P1", town.GATES_AT),
    )  # fmt: skip
    write_new_area(out, town.network(), facts, note="make-believe")
    (out / "zones.geojson").write_bytes(geojson_of(zones, ZONES, _shapes(outline)))
    (out / "turns.csv").write_text(f"{','.join(TURNS.names)}\n", encoding="utf-8")
    return out


def _shapes(*outlines):
    import numpy as np

    held = np.empty(len(outlines), dtype=object)
    held[:] = outlines
    return held
