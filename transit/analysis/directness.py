"""非直线系数: how much longer a line's course is than the straight way between its termini."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.analysis.hops import courses_in_order
from transit.analysis.proximity import PLACE_M
from transit.model.network import Network


def directness(network: Network) -> pd.Series:
    """非直线系数 of each line by route id: course ÷ straight distance between its termini.

    The mean of the line's directions, each by its longest pattern. A pattern that returns to
    where it began has no such distance: it is measured from its terminal to its main node, the
    call farthest from the terminal (straight), out and back, and the mean of both is taken. GB
    50220-95 (repealed in 2019, reference only) wanted at most 1.4. Missing where the straight
    distance is 0. Hops without a known street count straight, so that the figure is then too low.
    """
    ratio = pd.Series(_ratios(network), dtype=float)
    main = main_patterns(network).assign(
        ratio=lambda rows: rows["pattern_id"].map(ratio).astype(float)
    )
    return main.groupby("route_id")["ratio"].mean()


def main_patterns(network: Network) -> pd.DataFrame:
    """The longest pattern of each line and direction, one row each, with their ids.

    Of equally long ones the first by id.
    """
    length = {key: float(course.length_m.sum()) for key, course in network.courses.items()}
    patterns = network.feed.patterns[["route_id", "direction_id", "pattern_id"]]
    longest_first = patterns.assign(
        length_m=patterns["pattern_id"].map(length).astype(float)
    ).sort_values(
        ["route_id", "direction_id", "length_m", "pattern_id"], ascending=[True, True, False, True]
    )
    kept = longest_first.drop_duplicates(["route_id", "direction_id"])
    return kept.drop(columns="length_m").reset_index(drop=True)


def returns(network: Network) -> dict[str, bool]:
    """Whether each pattern ends within ``PLACE_M`` straight metres of where it began: a loop."""
    ends = {pattern: network.stop_xy[rows[[0, -1]]] for pattern, rows in _rows(network).items()}
    return {
        pattern: bool(np.hypot(*(last - first)) <= PLACE_M)
        for pattern, (first, last) in ends.items()
    }


def _rows(network: Network) -> dict[str, np.ndarray]:
    """Rows of the stops of each pattern in order."""
    return {
        pattern: np.array([network.stop_row[stop] for stop in network.feed.sequence(pattern)])
        for pattern in courses_in_order(network)
    }


def _ratios(network: Network) -> dict[str, float]:
    loop = returns(network)
    ratios = {}
    for pattern, rows in _rows(network).items():
        xy, hop_m = network.stop_xy[rows], network.courses[pattern].length_m
        turn = len(rows) - 1
        if loop[pattern]:
            turn = int(np.hypot(*(xy - xy[0]).T).argmax())
        out = _ratio(hop_m[:turn].sum(), np.hypot(*(xy[turn] - xy[0])))
        home = _ratio(hop_m[turn:].sum(), np.hypot(*(xy[-1] - xy[turn])))
        ratios[pattern] = (out + home) / 2 if loop[pattern] else out
    return ratios


def _ratio(driven: float, straight: float) -> float:
    return float(driven / straight) if straight > 0 else float("nan")
