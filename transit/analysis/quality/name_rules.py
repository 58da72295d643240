"""Rules on the names of stops: one name in two places, two names at one, entered twice, none."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd

from transit.analysis.quality.ground import Ground
from transit.analysis.quality.rule import Found, Rule
from transit.units import BoolArray, FloatArray, IntArray

_NAMELESS = ("", "(no name)")
"""What stands for a name where the source has none."""


def _nameless(ground: Ground) -> Found:
    names = ground.network.feed.stops["stop_name"].str.strip()
    return Found(ground.stops(np.flatnonzero(names.isin(_NAMELESS)), value=np.nan), len(names))


def _name_apart(ground: Ground) -> Found:
    """One row a name whose stops fall into parts that lie far from one another.

    The row stands at the smallest part; the value is how far that lies from the nearest stop of
    the others, which the detail names.
    """
    from scipy.spatial import KDTree

    names, which = _named(ground)
    apart = ground.number("name_apart_m")
    part = _parts(_pairs(ground, names, which, apart), len(names))
    xy = ground.network.stop_xy
    table = pd.DataFrame({"row": names, "name": which, "part": part})
    table["size"] = table.groupby("part")["row"].transform("size")
    kept, others, metres = [], [], []
    for _, same in _split(table, xy, 2 * apart):
        least = same.sort_values(["size", "row"])["part"].iloc[0]
        here, there = (same.loc[mask, "row"].to_numpy()
                       for mask in (same["part"] == least, same["part"] != least))  # fmt: skip
        away, nearest = KDTree(xy[there]).query(xy[here])
        kept.append(here[away.argmin()])
        others.append(there[nearest[away.argmin()]])
        metres.append(float(away.min()))
    detail = ground.network.feed.stops["stop_id"].iloc[others].to_numpy()
    rows = ground.stops(np.array(kept, dtype=np.int64), value=metres, detail=detail)
    return Found(rows, table["name"].nunique())


def _split(table: pd.DataFrame, xy: FloatArray, longest_m: float) -> pd.api.typing.DataFrameGroupBy:
    """The names in several parts, none of which is longer than a place: it would be a street."""
    placed = table.assign(x=xy[table["row"], 0], y=xy[table["row"], 1])
    parts = placed.groupby("part")[["x", "y"]]
    reach = np.hypot(*(parts.max() - parts.min()).to_numpy().T)
    table = table.assign(reach=reach[table["part"]])
    by_name = table.groupby("name")
    place = by_name["reach"].transform("max") <= longest_m
    return table[place & (by_name["part"].transform("nunique") > 1)].groupby("name", sort=False)


def _two_names(ground: Ground) -> Found:
    """One row a pair of names, at the two stops that are nearest to one another.

    Kerbs that are known to belong to one place are left out, and numbered bays of one name.
    """
    names, which = _named(ground)
    near = _pairs(ground, names, np.zeros(len(names)), ground.number("same_place_m"))
    plain = ground.network.feed.stops["stop_name"].iloc[names].map(_without_number)
    place = np.asarray(pd.factorize(plain)[0])
    near = near[place[near[:, 0]] != place[near[:, 1]]]
    one, other = names[near[:, 0]], names[near[:, 1]]
    stops = ground.network.feed.stops
    metres = np.hypot(*(ground.network.stop_xy[one] - ground.network.stop_xy[other]).T)
    table = pd.DataFrame(
        {"one": one, "other": other, "metres": metres,
         "low": np.minimum(which[near[:, 0]], which[near[:, 1]]),
         "high": np.maximum(which[near[:, 0]], which[near[:, 1]])}
    )  # fmt: skip
    table = table[~_of_one_place(ground, one, other)]
    table = table.sort_values(["metres", "one", "other"]).drop_duplicates(["low", "high"])
    twin = stops["stop_name"].iloc[table["other"]] + " " + stops["stop_id"].iloc[table["other"]]
    rows = ground.stops(
        table["one"].to_numpy(), value=table["metres"].to_numpy(), detail=twin.to_numpy()
    )
    return Found(rows, len(names))


def _without_number(name: str) -> str:
    """``name`` without the number of a bay or kerb after it: 站②, 站 2 and Platform 2."""
    return unicodedata.normalize("NFKC", name).rstrip("0123456789 ")


def _twins(ground: Ground) -> Found:
    """One row a stop that an earlier one of its name makes needless; the detail names that.

    Kerbs that are known to belong to one place are left out.
    """
    names, which = _named(ground)
    near = _pairs(ground, names, which, ground.number("twin_m"))
    _, first = np.unique(near[:, 1], return_index=True)
    one, other = names[near[first, 0]], names[near[first, 1]]
    apart = ~_of_one_place(ground, one, other)
    one, other = one[apart], other[apart]
    metres = np.hypot(*(ground.network.stop_xy[one] - ground.network.stop_xy[other]).T)
    twin = ground.network.feed.stops["stop_id"].iloc[one].to_numpy()
    return Found(ground.stops(other, value=metres, detail=twin), len(names))


def _of_one_place(ground: Ground, one: IntArray, other: IntArray) -> BoolArray:
    """Whether the stops at rows ``one`` and ``other`` are kerbs that one place is known to have."""
    parent = ground.network.feed.stops["parent_station"].to_numpy(dtype=object)
    same: BoolArray = (parent[one] == parent[other]) & (parent[one] != "")
    return same


def _named(ground: Ground) -> tuple[IntArray, IntArray]:
    """Rows of the stops that have a name, and a number for each name."""
    names = ground.network.feed.stops["stop_name"].str.strip()
    rows = np.flatnonzero(~names.isin(_NAMELESS).to_numpy())
    return rows, np.asarray(pd.factorize(names.iloc[rows])[0], dtype=np.int64)


def _pairs(ground: Ground, rows: IntArray, group: np.ndarray, within_m: float) -> IntArray:
    """Pairs (places in ``rows``) of one group within so many metres, in order, shape (pairs, 2)."""
    from scipy.spatial import KDTree

    if not len(rows):
        return np.empty((0, 2), dtype=np.int64)
    # The group as a third dimension: other groups are too far off, and no loop over names.
    points = np.column_stack([ground.network.stop_xy[rows], group * (2 * within_m + 1)])
    found = KDTree(points).query_pairs(within_m, output_type="ndarray").reshape(-1, 2)
    return np.asarray(found[np.lexsort(found.T[::-1])], dtype=np.int64)


def _parts(pairs: IntArray, count: int) -> IntArray:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


RULES = (
    Rule(
        "stop_name_apart", "warning", "stop", "m",
        _name_apart, ("stops",), ("name_apart_m",),
    ),
    Rule(
        "stop_two_names", "warning", "stop", "m",
        _two_names, ("stops",), ("same_place_m",),
    ),
    Rule(
        "stop_twice", "warning", "stop", "m",
        _twins, ("stops",), ("twin_m",),
    ),
    Rule(
        "stop_nameless", "note", "stop", "",
        _nameless, ("stops",),
    ),
)  # fmt: skip
