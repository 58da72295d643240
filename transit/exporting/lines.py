"""Where the buses of each pattern drive, as geometry; what is on no known street is told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, MultiLineString
from shapely.ops import substring

from transit.model.course import Course
from transit.model.network import Network
from transit.model.published import hops_on_shape
from transit.units import FloatArray, project

Drawn = Literal["street", "shape", "straight"]
_WHOLE_M = 1e-6


def line_rows(network: Network) -> tuple[pd.DataFrame, list[MultiLineString]]:
    """One row a pattern and way of drawing: ``pattern_id``, ``drawn`` and ``length_m``; its lines.

    Lines are in metres of the network's CRS, in driving order. Along streets the steps from stop to
    street are not drawn. ``length_m`` is what the course of the pattern counts.
    """
    shapes = _shapes(network)
    rows, lines = [], []
    for pattern, shape_id in _patterns(network):
        drawing = _Drawing(network, pattern, shapes.get(shape_id))
        for drawn, line, metres in drawing.parts():
            rows.append((pattern, drawn, metres))
            lines.append(line)
    return pd.DataFrame(rows, columns=["pattern_id", "drawn", "length_m"]), lines


@dataclass(frozen=True, eq=False)
class _Drawing:
    """One pattern to be drawn: hop by hop, in metres."""

    network: Network
    pattern: str
    shape: LineString | None

    def parts(self) -> list[tuple[Drawn, MultiLineString, float]]:
        """What is drawn in each way: its lines, and the metres driven."""
        course = self.network.courses[self.pattern]
        sequence = self.network.feed.sequence(self.pattern)
        stops = self.network.stop_xy[[self.network.stop_row[stop] for stop in sequence]]
        on_shape: Mapping[int, tuple[float, float]] = {}
        if self.shape is not None:
            on_shape = hops_on_shape(course, stops, shapely.get_coordinates(self.shape))
        drawn = [_how(course, hop, on_shape) for hop in range(len(course.matched))]
        ways: tuple[Drawn, ...] = ("street", "shape", "straight")
        streets = self._along_streets(course)
        found = []
        for way in ways:
            lines = []
            for same, hops in groupby(range(len(drawn)), key=lambda hop: drawn[hop] == way):
                if same:
                    coords = [self._hop(hop, way, stops, streets, on_shape) for hop in hops]
                    lines += _joined(coords)
            if lines:
                metres = float(course.length_m[[each == way for each in drawn]].sum())
                found.append((way, MultiLineString(lines), metres))
        return found

    def _hop(
        self,
        hop: int,
        way: Drawn,
        stops: FloatArray,
        streets: Mapping[int, list[FloatArray]],
        on_shape: Mapping[int, tuple[float, float]],
    ) -> FloatArray:
        if way == "street":
            return np.vstack(streets.get(hop, [np.empty((0, 2))]))
        if way == "shape":
            return _cut(self.shape, *on_shape[hop])
        return stops[hop : hop + 2]

    def _along_streets(self, course: Course) -> dict[int, list[FloatArray]]:
        """Vertices of the pieces of streets that each hop drives, in driving order."""
        lines, length = self.network.streets.lines, self.network.streets.length_m
        found: dict[int, list[FloatArray]] = {}
        for hop, edge, start, end in zip(
            course.hop.tolist(), course.edge.tolist(), course.start_m.tolist(),
            course.end_m.tolist(), strict=True,
        ):  # fmt: skip
            whole = abs(abs(end - start) - length[edge]) < _WHOLE_M
            if whole:
                coords = shapely.get_coordinates(lines[edge])
                coords = coords if end > start else coords[::-1]
            else:
                coords = _cut(lines[edge], start, end)
            found.setdefault(hop, []).append(coords)
        return found


def _how(course: Course, hop: int, on_shape: Mapping[int, object]) -> Drawn:
    if course.matched[hop]:
        return "street"
    return "shape" if hop in on_shape else "straight"


def _joined(parts: list[FloatArray]) -> list[LineString]:
    """The parts as one line, without vertices that repeat the one before; none of no length."""
    coords = np.vstack(parts)
    if len(coords) < 2:
        return []
    moved = np.concatenate([[True], (np.diff(coords, axis=0) != 0).any(axis=1)])
    return [LineString(coords[moved])] if moved.sum() > 1 else []


def _cut(line: LineString | None, start: float, end: float) -> FloatArray:
    """Vertices of ``line`` from ``start`` to ``end`` metres; against it where they decrease."""
    return np.asarray(shapely.get_coordinates(substring(line, start, end)), dtype=np.float64)


def _shapes(network: Network) -> dict[str, LineString]:
    shapes = network.feed.shapes
    xy = project(shapes[["shape_pt_lon", "shape_pt_lat"]].to_numpy(), network.crs)
    rows = shapes.groupby("shape_id", sort=False).indices
    return {str(key): LineString(xy[own]) for key, own in rows.items() if len(own) > 1}


def _patterns(network: Network) -> list[tuple[str, str]]:
    patterns = network.feed.patterns
    return list(zip(patterns["pattern_id"], patterns["shape_id"], strict=True))
