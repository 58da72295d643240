"""Zones: parts of a city with the people who live and the jobs that are in them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from transit.errors import Problem, raise_if
from transit.schema import ZONES
from transit.units import WGS84, FloatArray, require_metric, transform


@dataclass(frozen=True, eq=False)
class Zones:
    """Zones in a metric CRS: the declared ``table``, and the ``outlines`` row by row, in metres.

    ``people`` and ``jobs`` are missing where nobody has counted them: unknown is not none. Rows
    are kept in the order of ``zone_id``. Zones may overlap; each is then measured on its own.
    """

    table: pd.DataFrame
    outlines: np.ndarray
    crs: str

    def __post_init__(self) -> None:
        require_metric(self.crs, where="zones")
        raise_if(_problems(self.table, self.outlines))
        order = self.table["zone_id"].argsort(kind="stable").to_numpy()
        table = self.table[ZONES.names].iloc[order].reset_index(drop=True)
        names = table["zone_name"].where(table["zone_name"] != "", table["zone_id"])
        numbers = {name: table[name].astype(float) for name in ("people", "jobs")}
        outlines = np.asarray(self.outlines, dtype=object)[order]
        outlines.flags.writeable = False
        object.__setattr__(self, "table", table.assign(zone_name=names, **numbers))
        object.__setattr__(self, "outlines", outlines)

    @classmethod
    def from_wgs84(cls, table: pd.DataFrame, outlines: np.ndarray, *, crs: str) -> Zones:
        """Zones from ``outlines`` in WGS-84 degrees."""
        metric = shapely.transform(outlines, lambda xy: transform(xy, WGS84, crs))
        return cls(table, metric, crs)

    def __len__(self) -> int:
        return len(self.table)

    @property
    def area_m2(self) -> FloatArray:
        """Area of each zone in square metres of the CRS: the denominator of its shares."""
        return np.asarray(shapely.area(self.outlines), dtype=np.float64)

    def fingerprint(self) -> str:
        """A hash of the table and the outlines."""
        hashed = pd.util.hash_pandas_object(self.table, index=False).to_numpy().tobytes()
        digest = hashlib.sha256(self.crs.encode() + hashed)
        for outline in shapely.to_wkb(self.outlines):
            digest.update(outline)
        return digest.hexdigest()[:16]


def _problems(table: pd.DataFrame, outlines: np.ndarray) -> list[Problem]:
    missing = [name for name in ZONES.names if name not in table]
    if missing:
        mend = f"zones have {', '.join(ZONES.names)}"
        return [Problem("zones", f"columns {missing} are missing", mend)]
    if len(table) != len(outlines):
        fault = f"{len(table)} rows but {len(outlines)} outlines"
        return [Problem("zones", fault, "give each row its outline")]
    twice = table.loc[table["zone_id"].duplicated(), "zone_id"].drop_duplicates()
    problems = [
        Problem(f"zone {zone}", "appears twice", "give each zone its own id") for zone in twice
    ]
    kinds = ("Polygon", "MultiPolygon")
    for zone, outline in zip(table["zone_id"], outlines, strict=True):
        if outline is None or outline.is_empty or outline.geom_type not in kinds:
            problems.append(Problem(f"zone {zone}", "has no outline", "draw it as a polygon"))
        elif not outline.is_valid:
            reason = shapely.is_valid_reason(outline)
            mend = "redraw it without crossing itself"
            problems.append(Problem(f"zone {zone}", f"its outline is not valid: {reason}", mend))
    for name in ("people", "jobs"):
        below = table.loc[table[name].astype(float) < 0, "zone_id"]
        mend = "give a count of 0 or more, or leave it empty"
        problems += [Problem(f"zone {zone} {name}", "is below 0", mend) for zone in below]
    return problems
