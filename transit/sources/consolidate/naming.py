"""Which name a stop is shown by, where several are written for one place."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from transit.sources.consolidate.ground import Calls
from transit.sources.consolidate.groups import Groups
from transit.sources.consolidate.joining import Joined
from transit.sources.consolidate.kerbs import Kerbs
from transit.sources.consolidate.names import shown, without_bay
from transit.sources.consolidate.pairs import FORM
from transit.units import IntArray


def shown_names(calls: Calls, kerbs: Kerbs, joined: Joined) -> list[str]:
    """The name each kerb is shown by: of the names of its place, the one with most calls.

    Of names with as many calls it is the one that more names of the table hold. Numbers of bays
    are dropped. What differs by more than a slip keeps its own name, and so does
    a terminus beside the stop of its place; where such kerbs are one stop, it goes by the name
    that has more calls in the place.
    """
    akin = _akin(calls, kerbs, joined)
    texts = _without_bays([calls.names[name] for name in kerbs.name], joined.place)
    table = pd.DataFrame({"stop": joined.stop, "akin": akin, "text": texts, "visits": kerbs.visits})
    named = _most(table.assign(held=_held(table, calls.names)), "akin")
    table = table.assign(text=table["akin"].map(named), held=0)
    table["visits"] = table.groupby("akin")["visits"].transform("sum")
    return list(table["stop"].map(_most(table, "stop")))


def _held(table: pd.DataFrame, names: list[str]) -> list[int]:
    """How many of ``names`` hold each text, where its place has others; else 0."""
    asked = table.loc[table.groupby("akin")["text"].transform("nunique") > 1, "text"].unique()
    count = {text: sum(text in name for name in names) for text in asked}
    return [count.get(text, 0) for text in table["text"]]


def _akin(calls: Calls, kerbs: Kerbs, joined: Joined) -> IntArray:
    """Kerbs of one place whose names are one or are taken for slips of one.

    Two names that the planner keeps apart once are kept apart in the whole place.
    """
    bare = {name: without_bay(calls.names[name]) for name in set(kerbs.name.tolist())}
    pairs = joined.decisions
    refused = pairs[pairs["proposed"] & ~pairs["keep"]]
    apart = {(place, two) for place, two in _named(refused, kerbs, joined, bare) if len(two) > 1}
    made = pairs[pairs["keep"]]
    forms = (made["rule"] != FORM) | (made["kinship"] == "office")
    told = made[made["kinship"].ne("other") & made["kinship"].ne("telling") & forms]
    groups = Groups(pd.factorize(pd.Series(zip(joined.place, kerbs.name, strict=True)))[0])
    ends = told[["one", "other"]].to_numpy().tolist()
    for (one, other), named in zip(ends, _named(told, kerbs, joined, bare), strict=True):
        if named not in apart:
            groups.join(one, other)
    return groups.labels()


def _named(
    pairs: pd.DataFrame, kerbs: Kerbs, joined: Joined, bare: Mapping[int, str]
) -> list[tuple[int, frozenset[str]]]:
    """The place of each pair's first kerb, and its two names without their bays."""
    ends = pairs[["one", "other"]].to_numpy().tolist()
    both = [frozenset(bare[kerbs.name[end]] for end in pair) for pair in ends]
    places = joined.place[pairs["one"].to_numpy()]
    return list(zip(places.tolist(), both, strict=True))


def _most(table: pd.DataFrame, by: str) -> pd.Series[str]:
    """The text with most visits of each value of ``by``, or of two the one that is held more."""
    sums = table.groupby([by, "text"], as_index=False).agg(
        visits=("visits", "sum"), held=("held", "max")
    )
    sums = sums.sort_values([by, "visits", "held", "text"], ascending=[True, False, False, True])
    return sums.drop_duplicates(by).set_index(by)["text"]


def _without_bays(names: list[str], place: IntArray) -> list[str]:
    """Names without the number of a bay; a plain digit is one where the place has others."""
    table = pd.DataFrame({"place": place, "name": names})
    table["bare"] = table["name"].map({name: without_bay(name) for name in set(names)})
    forms = table.groupby(["place", "bare"])["name"].transform("nunique")
    rows = zip(table["name"], table["bare"], forms, strict=True)
    return [bare if several > 1 else shown(name) for name, bare, several in rows]
