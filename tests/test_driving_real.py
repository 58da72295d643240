"""Where buses drive, against the shapes that an operator publishes: Porto Alegre, 2019.

The courses are found from the stops of the feed and OpenStreetMap's streets alone. The published
shapes play no part in finding them.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from transit.sources.osm import from_osm

NEAR_M = 25.0
STEP_M = 5.0

pytestmark = pytest.mark.shared


@dataclass(frozen=True)
class Published:
    """One pattern of the feed: its stops and its shape in metres."""

    stops: np.ndarray
    shape: shapely.LineString


@cache
def network(folder: Path):
    return from_osm(folder / "poa_osm.pbf")


@cache
def published(folder: Path, crs: str) -> tuple[Published, ...]:
    """One trip of each shape, by pandas and pyproj."""
    with zipfile.ZipFile(folder / "poa_eptc.zip") as packed:
        stops, shapes, trips, times = (
            pd.read_csv(packed.open(f"{name}.txt"), dtype={"stop_id": str, "route_id": str})
            for name in ("stops", "shapes", "trips", "stop_times")
        )
    to_metres = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    stops["x"], stops["y"] = to_metres.transform(stops["stop_lon"], stops["stop_lat"])
    x, y = to_metres.transform(shapes["shape_pt_lon"], shapes["shape_pt_lat"])
    points = shapes.assign(x=x, y=y).sort_values(["shape_id", "shape_pt_sequence"])
    lines = {key: shapely.LineString(own[["x", "y"]]) for key, own in points.groupby("shape_id")}
    one = trips.drop_duplicates("shape_id")
    calls = times.merge(one[["trip_id", "shape_id"]]).sort_values(["trip_id", "stop_sequence"])
    calls = calls.merge(stops[["stop_id", "x", "y"]], on="stop_id")
    calls = calls.sort_values(["trip_id", "stop_sequence"])
    return tuple(
        Published(own[["x", "y"]].to_numpy(), lines[own["shape_id"].iloc[0]])
        for _, own in calls.groupby("trip_id")
    )


def along_shape(one: Published) -> np.ndarray:
    """Metres along the shape of each stop in order: the first pass within 60 m after the last."""
    at = np.arange(0, one.shape.length, STEP_M)
    samples = shapely.line_interpolate_point(one.shape, at)
    result, last = [], 0
    for stop in one.stops:
        away = shapely.distance(samples, shapely.Point(stop))
        near = np.flatnonzero(away[last:] <= 60) + last
        if not len(near):
            result.append(np.nan)
            continue
        gap = np.flatnonzero(np.diff(near) > 1)
        first_pass = near[: gap[0] + 1] if len(gap) else near
        last = int(first_pass[away[first_pass].argmin()])
        result.append(at[last])
    return np.array(result)


@cache
def compared(folder: Path) -> pd.DataFrame:
    """One row a hop: matched or not, metres driven, of these near the shape, metres of the shape.

    ``known``: a drivable street within 60 m of both stops.
    """
    whole = network(folder)
    streets = whole.streets
    every = published(folder, whole.crs)
    tree = shapely.STRtree(streets.lines[streets.drivable])
    rows = []
    courses = streets.driving.courses([one.stops for one in every])
    for number, (one, course) in enumerate(zip(every, courses, strict=True)):
        near_street = np.zeros(len(one.stops), dtype=bool)
        near_street[tree.query(shapely.points(one.stops), "dwithin", distance=60)[0]] = True
        shape_m = np.diff(along_shape(one))
        shapely.prepare(one.shape)
        metres = np.abs(course.end_m - course.start_m)
        near_m = [
            length * near_share(streets.lines[edge], start, end, one.shape)
            for edge, start, end, length in zip(
                course.edge, course.start_m, course.end_m, metres, strict=True
            )
        ]
        near = np.bincount(course.hop, near_m, minlength=len(course.length_m))
        for hop, (known, following) in enumerate(pairwise(near_street)):
            rows.append((number, known and following, course.matched[hop],
                         course.length_m[hop], near[hop], shape_m[hop]))  # fmt: skip
    columns = ["pattern", "known", "matched", "length_m", "near_m", "shape_m"]
    return pd.DataFrame(rows, columns=columns)


def near_share(line, start: float, end: float, shape) -> float:
    """The share of a piece within ``NEAR_M`` of ``shape``, by samples 5 m apart or less."""
    count = max(int(abs(end - start) / STEP_M), 1)
    at = start + (np.arange(count) + 0.5) * (end - start) / count
    points = shapely.line_interpolate_point(line, at)
    return float((shapely.distance(points, shape) <= NEAR_M).mean())


def test_courses_lie_on_the_published_shapes(shared_data):
    """If this fails, buses are led over streets that they do not drive."""
    table = compared(shared_data / "porto_alegre")
    assert len(table) > 10_000
    known = table[table["known"]]
    assert known["matched"].mean() > 0.99  # the extract ends before many lines do
    matched = table[table["matched"]]
    assert matched["near_m"].sum() / matched["length_m"].sum() > 0.94
    by_pattern = matched.groupby("pattern")[["near_m", "length_m"]].sum()
    assert (by_pattern["near_m"] / by_pattern["length_m"]).median() > 0.96


def test_lengths_agree_with_the_published_shapes(shared_data):
    """If this fails, kilometres, minutes and buses of a line are those of another course."""
    table = compared(shared_data / "porto_alegre")
    both = table[table["matched"] & (table["shape_m"] > 0)]
    assert len(both) > 7_000
    off = (both["length_m"] - both["shape_m"]).abs()
    assert (off <= np.maximum(0.1 * both["shape_m"], 30)).mean() > 0.93
    assert (both["length_m"] / both["shape_m"]).median() == pytest.approx(1, abs=0.01)
