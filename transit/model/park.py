"""Park: an outline, its gates and the point that maps show for it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon

from transit.errors import DataError, Problem, raise_if
from transit.schema import GATES
from transit.units import WGS84, FloatArray, project, require_metric, transform


@dataclass(frozen=True, eq=False)
class Park:
    """An industrial park in a metric CRS.

    ``point`` and ``outline`` are in metres of ``crs``; ``gates`` is the declared table (degrees).
    ``indicative`` speaks of the outline; each gate has its own mark.
    """

    park_id: str
    park_name: str
    crs: str
    point: Point
    outline: Polygon | MultiPolygon
    gates: pd.DataFrame
    indicative: bool
    source: str
    point_source: str = ""

    def __post_init__(self) -> None:
        require_metric(self.crs, where=f"park {self.park_name}")
        raise_if([*_outline_problems(self), *_gate_problems(self)])
        own = self.gates.loc[self.gates["park_id"] == self.park_id, GATES.names]
        object.__setattr__(self, "gates", own.sort_values("gate_id", ignore_index=True))

    @classmethod
    def from_wgs84(  # noqa: PLR0913  (a park has this many facts)
        cls,
        park_id: str,
        park_name: str,
        *,
        crs: str,
        outline: Polygon | MultiPolygon,
        gates: pd.DataFrame,
        point: tuple[float, float] | None = None,
        indicative: bool,
        source: str,
        point_source: str = "",
    ) -> Park:
        """A park from an ``outline`` and a ``point`` (lon, lat) in WGS-84 degrees.

        Without a point the outline's representative point is taken.
        """
        metric = shapely.transform(outline, lambda xy: transform(xy, WGS84, crs))
        place = Point(project([point], crs)[0]) if point else metric.representative_point()
        return cls(
            park_id, park_name, crs, place, metric, gates, indicative, source,
            point_source or "representative point of the outline",
        )  # fmt: skip

    @property
    def area_m2(self) -> float:
        """Area of the outline in square metres of the CRS: the denominator of every share."""
        return float(self.outline.area)

    @property
    def gate_xy(self) -> FloatArray:
        """Positions of the gates in metres, shape (gates, 2)."""
        return project(self.gates[["gate_lon", "gate_lat"]].to_numpy(), self.crs)

    def require_gates(self) -> None:
        """Raise a ``DataError`` when the park has no gate to walk from."""
        if self.gates.empty:
            mend = "add its gates to gates.csv, or ask for straight distances only"
            raise DataError(Problem(f"park {self.park_name}", "has no gates", mend))


def _outline_problems(park: Park) -> list[Problem]:
    where = f"park {park.park_name}"
    if park.outline is None or park.outline.is_empty:
        return [Problem(where, "has no outline", "draw its polygon in parks.geojson")]
    if park.outline.geom_type not in ("Polygon", "MultiPolygon"):
        mend = "draw the outline as a polygon"
        return [Problem(where, f"its outline is a {park.outline.geom_type}", mend)]
    if not park.outline.is_valid:
        reason = shapely.is_valid_reason(park.outline)
        return [Problem(where, f"its outline is not valid: {reason}", "redraw it without crossing")]
    return []


def _gate_problems(park: Park) -> list[Problem]:
    own = park.gates.loc[park.gates["park_id"] == park.park_id, "gate_id"]
    mend = "keep one row, or give the other its own id"
    return [
        Problem(f"park {park.park_name}", f"gate {gate} appears twice", mend)
        for gate in own[own.duplicated()].drop_duplicates()
    ]
