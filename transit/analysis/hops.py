"""Where lines drive, hop by hop: metres, streets, and how well each hop is known."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pandas as pd

from transit.model.course import Course
from transit.model.network import Network
from transit.units import BoolArray

TIP_M = 1.0
"""A street is driven from so many metres on."""
_LINE = ["route_id", "route_short_name", "direction_id", "pattern_id"]


def hops(network: Network) -> pd.DataFrame:
    """One row a hop of every pattern, metres along its course.

    Columns: ``route_id``, ``route_short_name``, ``direction_id``, ``pattern_id``, ``hop`` (1, 2,
    …), ``from_stop_id``, ``from_stop``, ``to_stop_id``, ``to_stop``, ``straight_m``, ``length_m``,
    ``matched`` (on streets; else ``length_m`` is straight), ``quality`` (0 where straight, else
    straight ÷ driven metres, at most 1, times one minus ``off_m`` ÷ ``KERB_M``), ``off_m`` (mean
    metres of its two stops from the street driven), ``streets`` (names in the order driven; the
    way's id in brackets where there is no name), ``streets_indicative`` (a street driven is),
    ``indicative`` (line, stop or street is).
    """
    return network.table("hops", lambda: _hops(network))


def _hops(network: Network) -> pd.DataFrame:
    visits = network.feed.visits
    later = np.flatnonzero(~visits["is_first"].to_numpy(dtype=bool))
    start, end = (visits.iloc[rows].reset_index(drop=True) for rows in (later - 1, later))
    table = end[_LINE].assign(
        hop=end["position"],
        from_stop_id=start["stop_id"],
        from_stop=start["stop_name"],
        to_stop_id=end["stop_id"],
        to_stop=end["stop_name"],
    )
    courses = list(courses_in_order(network).values())
    for column in ("straight_m", "length_m", "matched", "quality", "off_m"):
        table[column] = _joined(courses, column, bool if column == "matched" else None)
    pieces = driven_pieces(network)
    # A stop at a corner may be served from the tip of a street that its bus does not drive.
    pieces = pieces[(pieces["end_m"] - pieces["start_m"]).abs() >= TIP_M]
    by_hop = pieces.groupby(["pattern_id", "hop"], sort=False)
    names = street_names(network)
    driven = {key: _in_order(names[rows["edge"]]) for key, rows in by_hop}
    keys = list(zip(table["pattern_id"], table["hop"], strict=True))
    table["streets"] = ["、".join(driven.get(key, [])) for key in keys]
    table["streets_indicative"] = drawn_hops(network)
    both = start["indicative"] | end["indicative"]
    table["indicative"] = both | table["streets_indicative"]
    return table


def drawn_hops(network: Network) -> BoolArray:
    """Whether each hop drives a street that is indicative, in the order of ``hops``."""
    drawn = network.streets.edges["indicative"].to_numpy(dtype=bool)
    found = [
        np.bincount(
            course.hop,
            drawn[course.edge] & (np.abs(course.end_m - course.start_m) >= TIP_M),
            minlength=len(course.length_m),
        )
        for course in courses_in_order(network).values()
    ]
    return np.concatenate(found) > 0 if found else np.empty(0, dtype=bool)


def course_quality(network: Network) -> pd.DataFrame:
    """One row a pattern: its length and how much of it is on streets.

    Columns: ``route_id``, ``route_short_name``, ``direction_id``, ``pattern_id``, ``length_m``,
    ``straight_m`` (all hops straight), ``share_matched`` (metres of matched hops ÷ ``length_m``),
    ``hops``, ``hops_straight`` (without a street), ``quality`` (mean of the hops', by metres),
    ``off_m`` (mean of matched hops), ``indicative``.
    """
    table = hops(network)
    table = table.assign(
        matched_m=table["length_m"].where(table["matched"], 0.0),
        good_m=table["length_m"] * table["quality"],
        loose=~table["matched"],
    )
    found = table.groupby(_LINE, as_index=False).agg(
        length_m=("length_m", "sum"),
        straight_m=("straight_m", "sum"),
        matched_m=("matched_m", "sum"),
        good_m=("good_m", "sum"),
        hops=("hop", "size"),
        hops_straight=("loose", "sum"),
        off_m=("off_m", "mean"),
        indicative=("indicative", "any"),
    )
    length = found["length_m"].where(found["length_m"] > 0)
    found["share_matched"] = found.pop("matched_m") / length
    found["quality"] = found.pop("good_m") / length
    order = [*_LINE, "length_m", "straight_m", "share_matched", "hops", "hops_straight", "quality",
             "off_m", "indicative"]  # fmt: skip
    return found[order]


def driven_pieces(network: Network) -> pd.DataFrame:
    """Every street piece that a pattern drives, in the order driven.

    Columns: ``pattern_id``, ``hop`` (1, 2, …), ``edge`` (row of the streets), ``start_m`` and
    ``end_m`` along the edge's vertices; ``end_m`` below ``start_m``: driven against them.
    """
    found = courses_in_order(network)
    courses = list(found.values())
    patterns = np.array(list(found), dtype=object)
    return pd.DataFrame(
        {
            "pattern_id": np.repeat(patterns, [len(course.edge) for course in courses]),
            "hop": _joined(courses, "hop", np.int64) + 1,
            "edge": _joined(courses, "edge", np.int64),
            "start_m": _joined(courses, "start_m"),
            "end_m": _joined(courses, "end_m"),
        }
    )


def courses_in_order(network: Network) -> dict[str, Course]:
    """The course of each pattern, in the order in which ``feed.visits`` has them."""
    order = dict.fromkeys(network.feed.visits["pattern_id"])
    return {pattern: network.courses[pattern] for pattern in order}


def street_names(network: Network) -> np.ndarray:
    """The name of each edge, or its way's id in brackets."""
    edges = network.streets.edges
    unnamed = "[" + edges["way_id"].astype(str) + "]"
    return np.asarray(edges["street_name"].where(edges["street_name"] != "", unnamed), dtype=object)


def _in_order(names: np.ndarray) -> list[str]:
    return [name for name, _ in groupby(names.tolist())]


def _joined(courses: list[Course], column: str, dtype: type | None = None) -> np.ndarray:
    parts = [getattr(course, column) for course in courses]
    return np.concatenate(parts) if parts else np.empty(0, dtype or np.float64)
