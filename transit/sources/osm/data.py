"""OSM data as read, before anything is decided: the common form of files and downloads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import MultiPolygon, Polygon

from transit.errors import Problem, UsageError
from transit.model.network import Network
from transit.model.places import PlaceKind, Places
from transit.units import FloatArray, IntArray

CREDIT = "© OpenStreetMap contributors (ODbL 1.0), openstreetmap.org/copyright"
SOURCE = "OpenStreetMap"

_Verdict = TypeVar("_Verdict")
Box = tuple[float, float, float, float]
"""west, south, east, north in WGS-84 degrees."""


Area = Polygon | MultiPolygon


@dataclass(frozen=True)
class LeftOut:
    """What was left out or is in doubt, how many times, and why."""

    what: str
    count: int
    why: str


@dataclass(frozen=True, eq=False)
class OsmReading:
    """A network read from OSM, and the table of what was left out of it.

    ``left_out`` has the columns ``what``, ``count`` and ``why``, one row a reason. ``places`` are
    read only if asked for. ``gaps`` are those of the lines in the area
    (``transit.sources.osm.gaps``); a saved graph has no lines.
    """

    network: Network
    left_out: pd.DataFrame
    places: Places | None = field(default=None, kw_only=True)
    gaps: pd.DataFrame | None = field(default=None, kw_only=True)


@dataclass(frozen=True, eq=False)
class RawWays:
    """Ways that may be streets: way ``i`` runs over ``refs[offsets[i]:offsets[i + 1]]``.

    ``refs`` are OSM node ids and ``lonlat`` their WGS-84 degrees, shape (refs, 2); the position
    of a node that the data lack is not-a-number.
    """

    way_ids: IntArray
    tags: tuple[Mapping[str, str], ...]
    refs: IntArray
    lonlat: FloatArray
    offsets: IntArray

    def __len__(self) -> int:
        return len(self.way_ids)

    def take(self, rows: IntArray) -> RawWays:
        """The ways of ``rows``, in that order."""
        if np.array_equal(rows, np.arange(len(self))):
            return self
        counts = np.diff(self.offsets)[rows]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        index = np.arange(offsets[-1]) + np.repeat(self.offsets[rows] - offsets[:-1], counts)
        tags = tuple(self.tags[row] for row in rows)
        return RawWays(self.way_ids[rows], tags, self.refs[index], self.lonlat[index], offsets)


@dataclass(frozen=True)
class Place:
    """A point, way or area where a bus may stop: its id such as ``node/123``, where, and tags."""

    place_id: str
    lon: float
    lat: float
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Relation:
    """A line (``type=route``), a family of lines (``type=route_master``) or a turn restriction.

    ``members`` are (id such as ``node/123``, role) in order.
    """

    relation_id: int
    tags: Mapping[str, str]
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Features:
    """Points and areas with tags: ids such as ``way/1``, and shapes in WGS-84 degrees.

    A shape is ``None`` where the data do not give an area or a point.
    """

    ids: tuple[str, ...]
    tags: tuple[Mapping[str, str], ...]
    shapes: np.ndarray[tuple[int], np.dtype[np.object_]]


@dataclass(frozen=True)
class PlacesAsked:
    """Which kinds of places are asked for, and whether their outlines are kept."""

    kinds: tuple[PlaceKind, ...] = ()
    keep_outlines: bool = False


NOTHING_ASKED = PlacesAsked()


@dataclass(frozen=True, eq=False)
class OsmData:
    """Everything one source gave: where it came from, what it covers, the year it describes.

    A way may come in several rows, one a stretch of it. ``turns`` are the turn restrictions,
    ``features`` what may be a place of the kinds asked for.
    """

    where: str
    ways: RawWays
    places: tuple[Place, ...]
    relations: tuple[Relation, ...]
    box: Box | None
    year: int
    left_out: tuple[LeftOut, ...] = ()
    turns: tuple[Relation, ...] = ()
    features: Iterable[Features] = ()


def judged(
    rule: Callable[[Mapping[str, str]], _Verdict], tags: Sequence[Mapping[str, str]]
) -> list[_Verdict]:
    """What ``rule`` says of each; tags that are one mapping are judged once."""
    said = {key: rule(one) for key, one in dict(zip(map(id, tags), tags, strict=True)).items()}
    return list(map(said.__getitem__, map(id, tags)))


def representative(lonlat: FloatArray) -> tuple[float, float] | None:
    """A point on the line, or within it when it is closed; ``None`` when no position is known."""
    points = lonlat[~np.isnan(lonlat[:, 0])]
    if len(points) == 0:
        return None
    if len(points) > 3 and (points[0] == points[-1]).all():
        point = shapely.Polygon(points).representative_point()
    elif len(points) > 1:
        point = shapely.LineString(points).interpolate(0.5, normalized=True)
    else:
        point = shapely.Point(points[0])
    return float(point.x), float(point.y)


def left_out_table(entries: Iterable[LeftOut]) -> pd.DataFrame:
    """A table ``what``, ``count``, ``why`` of the entries that count anything."""
    rows = [(entry.what, entry.count, entry.why) for entry in entries if entry.count]
    frame = pd.DataFrame(rows, columns=["what", "count", "why"])
    return frame.astype({"what": "str", "count": "int64", "why": "str"})


def checked_box(bbox: Box) -> Box:
    """``bbox`` itself when it is west, south, east, north in degrees; else a ``UsageError``."""
    mend = (
        "give bbox=(west, south, east, north) in WGS-84 degrees, such as (114.0, 22.7, 114.1, 22.8)"
    )
    try:
        west, south, east, north = (float(value) for value in bbox)
    except (TypeError, ValueError):
        raise UsageError(Problem("bbox", f"{bbox!r} is not four numbers", mend)) from None
    faults = []
    if not (-180 <= west <= 180 and -180 <= east <= 180):
        faults.append(f"longitudes {west:g} and {east:g} are not both within -180 … 180")
    if not (-90 <= south <= 90 and -90 <= north <= 90):
        faults.append(f"latitudes {south:g} and {north:g} are not both within -90 … 90")
    if not west < east:
        faults.append(f"west {west:g} is not less than east {east:g}")
    if not south < north:
        faults.append(f"south {south:g} is not less than north {north:g}")
    if faults:
        raise UsageError([Problem("bbox", fault, mend) for fault in faults])
    return west, south, east, north
