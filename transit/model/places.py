"""Places: buildings, stretches of land use and amenities, with their area where they have one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd
import shapely

from transit.errors import Problem, raise_if
from transit.model.streets import read_only
from transit.units import BoolArray, FloatArray, IntArray, require_metric

if TYPE_CHECKING:
    import geopandas

PlaceKind = Literal["building", "land_use", "amenity"]
PLACE_KINDS: tuple[PlaceKind, ...] = get_args(PlaceKind)
PLACE_COLUMNS = ("place_id", "kind", "place_name", "category", "levels", "source")
"""One row a place. ``category`` is what the kind's tag says (``apartments``, ``industrial``,
``school``); ``levels`` the number of storeys, not-a-number where nobody has told it. A school that
is a building is two rows with one ``place_id``, one of each kind."""

Outlines = np.ndarray[tuple[int], np.dtype[np.object_]]


@dataclass(frozen=True, eq=False)
class Places:
    """Buildings, land use and amenities in a metric CRS, in the order given.

    ``table`` holds ``PLACE_COLUMNS``; ``xy``, shape (places, 2), is a point of each in metres,
    within its outline; ``area_m2`` the square metres of the outline, not-a-number for a place
    drawn as a point. ``outlines`` (metres; a point where there is none) are kept only if asked for.
    """

    table: pd.DataFrame
    xy: FloatArray
    area_m2: FloatArray
    crs: str
    outlines: Outlines | None = None

    def __post_init__(self) -> None:
        require_metric(self.crs, where="places")
        raise_if(_problems(self))
        table = self.table[list(PLACE_COLUMNS)].reset_index(drop=True)
        object.__setattr__(self, "table", table.astype({"levels": "float64"}))
        for name in ("xy", "area_m2", "outlines"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, read_only(getattr(self, name)))

    def __len__(self) -> int:
        return len(self.table)

    def take(self, rows: IntArray | BoolArray) -> Places:
        """The places of ``rows``, in that order."""
        outlines = None if self.outlines is None else self.outlines[rows]
        table = self.table[rows] if rows.dtype == np.bool_ else self.table.iloc[rows]
        return Places(table, self.xy[rows], self.area_m2[rows], self.crs, outlines)

    def of_kind(self, kind: PlaceKind) -> Places:
        """The buildings, the stretches of land use or the amenities alone."""
        return self.take((self.table["kind"] == kind).to_numpy(dtype=bool))

    def to_frame(self) -> geopandas.GeoDataFrame:
        """One row a place for GIS: its columns, ``area_m2`` and its outline (else its point)."""
        import geopandas

        shapes = shapely.points(self.xy) if self.outlines is None else self.outlines
        table = self.table.assign(area_m2=self.area_m2)
        return geopandas.GeoDataFrame(table, geometry=shapes, crs=self.crs)

    def fingerprint(self) -> str:
        """A hash of the table, the points and the areas."""
        digest = hashlib.sha256(self.crs.encode())
        digest.update(pd.util.hash_pandas_object(self.table, index=False).to_numpy().tobytes())
        for array in (self.xy, self.area_m2):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]


def _problems(places: Places) -> list[Problem]:
    table = places.table
    missing = [name for name in PLACE_COLUMNS if name not in table]
    if missing:
        mend = f"places have {', '.join(PLACE_COLUMNS)}"
        return [Problem("places", f"columns {missing} are missing", mend)]
    counts = {"points": len(places.xy), "areas": len(places.area_m2)}
    if places.outlines is not None:
        counts["outlines"] = len(places.outlines)
    problems = [
        Problem("places", f"{len(table)} rows but {count} {what}", f"give each row one of {what}")
        for what, count in counts.items()
        if count != len(table)
    ]
    for kind in sorted(set(table["kind"].unique()) - set(PLACE_KINDS)):
        mend = f"use one of {', '.join(PLACE_KINDS)}"
        problems.append(Problem("places kind", f"{kind!r} is not known", mend))
    twice = table.loc[table.duplicated(["kind", "place_id"]), "place_id"].drop_duplicates()
    mend = "give each place of a kind its own id"
    return problems + [Problem(f"place {place}", "appears twice", mend) for place in twice]
