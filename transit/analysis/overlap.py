"""重复系数 and 复线系数: how much of their course and of their stops lines have in common."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from transit.analysis.directness import main_patterns
from transit.analysis.hops import hops
from transit.analysis.loads import carried
from transit.model.network import Network


def overlap(network: Network) -> pd.DataFrame:
    """线路重复系数: total length of the lines ÷ length of the network they run on.

    One direction a line: the longest pattern of its first direction. The network is the street
    sections driven, each once whichever way, and the straight hops where no street is known, each
    pair of stops once. Two rows, ``on``: ``streets`` (matched hops only) and ``all``.
    Columns: ``on``, ``lines`` (number), ``lines_km``, ``network_km``, ``ratio``, ``indicative``.
    """
    return network.table("overlap", lambda: _overlap(network))


def _overlap(network: Network) -> pd.DataFrame:
    main = main_patterns(network).drop_duplicates("route_id")
    passed = _passed(network)
    passed = passed[passed["pattern_id"].isin(main["pattern_id"])]
    rows = []
    for on, own in (("streets", passed[passed["matched"]]), ("all", passed)):
        whole = own["length_m"].sum() / 1000
        once = own.drop_duplicates("element")["length_m"].sum() / 1000
        rows.append(
            {
                "on": on,
                "lines": own["route_id"].nunique(),
                "lines_km": whole,
                "network_km": once,
                "ratio": whole / once if once > 0 else np.nan,
                "indicative": bool(own["indicative"].any()),
            }
        )
    return pd.DataFrame(rows)


def overlap_changes(before: Network, after: Network) -> pd.DataFrame:
    """``overlap`` of two networks, one row an ``on``.

    Columns: ``on``; ``lines``, ``lines_km``, ``network_km`` and ``ratio``, each ``_before`` and
    ``_after``; ``change`` of the ratio, ``indicative`` (of either side).
    """
    old, new = (overlap(side) for side in (before, after))
    table = old.merge(new, on="on", suffixes=("_before", "_after"))
    marked = table.pop("indicative_before") | table.pop("indicative_after")
    return table.assign(change=table["ratio_after"] - table["ratio_before"], indicative=marked)


def shared_with_others(network: Network) -> pd.Series:
    """Share of each line's course, by route id, that another line runs on too, either way.

    All patterns of the lines; a section of street (or a straight hop, where no street is known)
    counts once a line. The denominator is the line's own length, each section once.
    """
    passed = _passed(network).drop_duplicates(["route_id", "element"])
    lines = passed.groupby("element")["route_id"].transform("size")
    common = passed["length_m"].where(lines > 1, 0.0).groupby(passed["route_id"]).sum()
    own = passed.groupby("route_id")["length_m"].sum()
    return common / own.where(own > 0)


def common_stops(network: Network, routes: Collection[str] | None = None) -> pd.DataFrame:
    """复线系数 of each pair of lines: stops in common one after the other ÷ the fewer stops.

    The longest run of consecutive stops (kerbs) that both lines call at in one order, over all
    pairs of their patterns; the pair of patterns with the highest ratio is kept. Lines of 23 and
    20 stops with 10 in common have 10 / 20 = 0.5. ``routes`` (ids) leaves other lines out.
    Columns: ``route_id``, ``line``, ``other_route_id``, ``other_line``, ``stops``,
    ``other_stops``, ``common``, ``ratio``; pairs with no two stops in common are left out.
    """
    visits = network.feed.visits
    if routes is not None:
        visits = visits[visits["route_id"].isin(set(routes))]
    feed = network.feed
    patterns = visits.drop_duplicates("pattern_id")
    lines = dict(zip(patterns["route_id"], patterns["route_short_name"], strict=True))
    of: dict[str, list[list[str]]] = {}
    for pattern, route in zip(patterns["pattern_id"], patterns["route_id"], strict=True):
        of.setdefault(route, []).append(feed.sequence(pattern))
    called = {route: {stop for own in found for stop in own} for route, found in of.items()}
    rows = []
    for one, other in combinations(sorted(of), 2):
        if len(called[one] & called[other]) < 2:
            continue
        found = [(_longest_run(a, b), len(a), len(b)) for a in of[one] for b in of[other]]
        common, stops, others = max(found, key=lambda pair: pair[0] / min(pair[1:]))
        if common >= 2:
            rows.append((one, lines[one], other, lines[other], stops, others, common,
                         common / min(stops, others)))  # fmt: skip
    columns = ["route_id", "line", "other_route_id", "other_line", "stops", "other_stops",
               "common", "ratio"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(
        ["ratio", "route_id", "other_route_id"], ascending=[False, True, True], ignore_index=True
    )


def _longest_run(first: Sequence[str], second: Sequence[str]) -> int:
    """The length of the longest run of equal consecutive members."""
    places: dict[str, list[int]] = {}
    for place, stop in enumerate(second):
        places.setdefault(stop, []).append(place)
    best = 0
    before: dict[int, int] = {}
    for stop in first:
        before = {place: before.get(place - 1, 0) + 1 for place in places.get(stop, [])}
        best = max(best, *before.values(), 0)
    return best


def _passed(network: Network) -> pd.DataFrame:
    """Each time a pattern passes an element: a section of street, or a straight hop."""
    found = carried(network)
    sections = found.sections
    edges = network.streets.edges["indicative"].to_numpy(dtype=bool)
    length = (sections["to_m"] - sections["from_m"]).to_numpy()
    at = found.passages["section"].to_numpy()
    driven = pd.DataFrame(
        {
            "pattern_id": found.passages["pattern_id"],
            "element": [f"section {section}" for section in at],
            "length_m": length[at],
            "matched": True,
            "indicative": edges[sections["edge"].to_numpy()][at],
        }
    )
    loose = hops(network)
    loose = loose[~loose["matched"]]
    pairs = zip(loose["from_stop_id"], loose["to_stop_id"], strict=True)
    straight = loose[["pattern_id", "length_m", "matched", "indicative"]].assign(
        element=[" ↔ ".join(sorted(pair)) for pair in pairs]
    )
    patterns = network.feed.patterns[["pattern_id", "route_id"]]
    return pd.concat([driven, straight], ignore_index=True).merge(patterns, on="pattern_id")
