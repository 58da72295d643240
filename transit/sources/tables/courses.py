"""The courses of a table as lines and calls: their ids, those that repeat, those left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from transit.sources.tables.calls import Calls
from transit.sources.tables.directions import Course, directions
from transit.sources.tables.line_names import line_name
from transit.sources.tables.raw import RawTable
from transit.sources.tables.shown import shown
from transit.units import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Courses:
    """The courses of a table: the file, its calls, and their positions in degrees."""

    raw: RawTable
    calls: Calls
    lonlat: FloatArray

    def __len__(self) -> int:
        return len(self.calls.first_row)

    @cached_property
    def starts(self) -> IntArray:
        """Where the calls of each course begin, and where the last one's end."""
        return np.searchsorted(self.calls.frame["course"], np.arange(len(self) + 1))

    def row(self, course: int) -> str:
        """How the file calls the row that a course begins in."""
        return self.raw.labels[self.calls.first_row[course]]

    def repeated(self) -> dict[int, str]:
        """Courses that are an earlier one word for word, and which: line, stops and positions."""
        told = ["line_name", "direction", "stop_name", "stop_id"]
        texts = self.calls.frame[told].to_numpy(dtype=object)
        seen: dict[Any, int] = {}
        repeated = {}
        for course, (begin, end) in enumerate(pairwise(self.starts)):
            own = (tuple(texts[begin:end].ravel()), self.lonlat[begin:end].tobytes())
            first = seen.setdefault(own, course)
            if first != course:
                repeated[course] = f"the same, stop by stop, as {self.row(first)}"
        return repeated

    def lines(self, kept: Sequence[int]) -> pd.DataFrame:
        """One row a course of ``kept``: its ids, the ends its name tells, and where it stands."""
        courses = self._parts(kept)
        route = pd.Series([each.name.short_name for each in courses], dtype=str)
        way = np.empty(len(courses), dtype="int64")
        for places in route.groupby(route, sort=False).indices.values():
            way[places] = directions([courses[place] for place in places])
        return pd.DataFrame(
            {
                "pattern_id": _pattern_ids(route, pd.Series(way)),
                "route_id": route,
                "route_short_name": route,
                "direction_id": way,
                "line_name": pd.Series([self.calls.names[course] for course in kept], dtype=str),
                "origin": [each.name.origin or each.stops[0] for each in courses],
                "destination": [each.name.destination or each.stops[-1] for each in courses],
                "is_loop": [each.is_loop for each in courses],
                "calls": [len(each.stops) for each in courses],
                "row": [self.row(course) for course in kept],
            }
        )

    def frame(self, kept: Sequence[int], lines: pd.DataFrame) -> pd.DataFrame:
        """One row a call of the courses ``kept``, with the ids that ``lines`` gives them."""
        held = np.isin(self.calls.frame["course"], kept)
        own = self.calls.frame[held].reset_index(drop=True)
        of = lines.loc[np.searchsorted(kept, own["course"])].reset_index(drop=True)
        ids = ["line_name", "route_short_name", "direction_id", "pattern_id", "route_id"]
        return of[ids].assign(
            stop_sequence=own["stop_sequence"].astype("int64"),
            stop_name=own["stop_name"],
            stop_id=own["stop_id"],
            lon=self.lonlat[held, 0],
            lat=self.lonlat[held, 1],
            row=pd.Series(np.array(self.raw.labels, dtype=object)[own["raw_row"]], dtype=str),
        )

    def left_out(self, why: Mapping[int, str]) -> pd.DataFrame:
        """One row a course that is left out, with how many calls it has, and why."""
        counts = np.diff(self.starts)
        rows = [
            (self.row(course), shown(self.calls.names[course]), int(counts[course]), why[course])
            for course in sorted(why)
        ]
        return pd.DataFrame(rows, columns=["row", "line_name", "calls", "why"])

    def _parts(self, kept: Sequence[int]) -> list[Course]:
        frame = self.calls.frame
        stops = frame["stop_name"].to_numpy(dtype=object)
        told = _told_directions(frame["direction"]).to_numpy(dtype=object)
        parts = []
        for course in kept:
            begin, end = self.starts[course], self.starts[course + 1]
            name = line_name(self.calls.names[course])
            parts.append(Course(name, told[begin], tuple(stops[begin:end]), self.lonlat[begin:end]))
        return parts


def _pattern_ids(route: pd.Series[str], way: pd.Series[int]) -> pd.Series[str]:
    """``M450_0``, ``M450_1``; ``M450_0_2`` for a second course of the same line and direction."""
    nth = route.groupby([route, way], sort=False).cumcount() + 1
    suffix = nth.map(lambda number: "" if number == 1 else f"_{number}")
    return route + "_" + way.astype(str) + suffix


def _told_directions(direction: pd.Series[str]) -> pd.Series[str]:
    """Words of the direction column; 1 and 2, where there is no 0, are the first and the second."""
    words = direction.str.casefold().str.replace(r"\.0$", "", regex=True)
    return words.map({"1": "0", "2": "1"}) if set(words) == {"1", "2"} else words
