"""Turns that OSM forbids to buses: relations ``type=restriction`` with one node between the ways.

After the OSM wiki (page Relation:restriction): ``restriction:bus`` and ``restriction:psv`` go
before ``restriction``; ``except=bus`` or ``psv`` frees buses of it; ``only_*`` forbids every other
way on. Restrictions at certain hours, and those over a way instead of a node, are not read: they
are counted. A saved OSMnx graph (GraphML) has no restrictions at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from transit.sources.osm.data import LeftOut, Relation
from transit.units import IntArray

RESTRICTION_KEYS = ("restriction", "restriction:bus", "restriction:psv", "restriction:conditional")
_FOR_BUSES = ("restriction:bus", "restriction:psv", "restriction")
_FORBIDDEN = frozenset(
    {"no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "no_entry", "no_exit"}
)
_ONLY = frozenset({"only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn"})
_AT_HOURS = ("day_on", "day_off", "hour_on", "hour_off")


@dataclass(frozen=True)
class Restriction:
    """From which ways, at which node, onto which ways one may not turn; or ``only`` onto those."""

    from_ways: tuple[str, ...]
    via: int
    to_ways: tuple[str, ...]
    only: bool


def is_restriction(tags: Mapping[str, str]) -> bool:
    """Whether a relation with these tags restricts turns."""
    return tags.get("type") == "restriction"


def restrictions_of(relations: Iterable[Relation]) -> tuple[list[Restriction], list[LeftOut]]:
    """The restrictions that bind buses, and how many were not read, and why."""
    found: list[Restriction] = []
    why: Counter[str] = Counter()
    for relation in relations:
        value = _binding(relation.tags)
        restriction = _restriction(relation, value) if value in _FORBIDDEN | _ONLY else None
        if restriction is not None:
            found.append(restriction)
        elif value:
            why[_unread(relation, value)] += 1
    return found, [LeftOut("turn restrictions", count, reason) for reason, count in why.items()]


def no_turns(
    restrictions: Sequence[Restriction],
    way_ids: Sequence[str],
    ends: tuple[IntArray, IntArray],
    node_row: Mapping[int, int],
) -> tuple[IntArray, list[LeftOut]]:
    """Rows (from-edge, via-node, to-edge) that buses may not turn, and what could not be placed.

    ``way_ids`` and ``ends`` are those of each piece, ``node_row`` the row of each OSM node.
    """
    at_node: dict[int, list[int]] = {}
    wanted = {node_row[one.via] for one in restrictions if one.via in node_row}
    for end in ends:
        for row in np.flatnonzero(np.isin(end, list(wanted))).tolist():
            at_node.setdefault(int(end[row]), []).append(row)
    rows: set[tuple[int, int, int]] = set()
    absent = through = 0
    for one in restrictions:
        via = node_row.get(one.via, -1)
        here = sorted(set(at_node.get(via, [])))
        begin, onto = ([row for row in here if way_ids[row] in ways]
                       for ways in (one.from_ways, one.to_ways))  # fmt: skip
        if not begin or not onto:
            absent += 1
        elif one.from_ways == one.to_ways and not one.only:
            rows |= {(row, via, row) for row in begin}
        elif len(begin) > len(one.from_ways) or len(onto) > len(one.to_ways):
            through += 1
        else:
            barred = [row for row in here if row not in onto] if one.only else onto
            rows |= {(row, via, other) for row in begin for other in barred}
    return np.array(sorted(rows), dtype=np.int64).reshape(-1, 3), [
        LeftOut("turn restrictions", absent, "their ways or their node are not among the streets"),
        LeftOut("turn restrictions", through, "a way of theirs runs on through the junction"),
    ]


def _binding(tags: Mapping[str, str]) -> str:
    """What binds buses: a kind of restriction, ``conditional``, or nothing."""
    said = next((key for key in _FOR_BUSES if tags.get(key)), "")
    if not said:
        timed = any(tags.get(f"{key}:conditional") for key in _FOR_BUSES)
        return "conditional" if timed else ""
    spared = {part.strip() for part in tags.get("except", "").split(";")}
    if said == "restriction" and spared & {"bus", "psv"}:
        return ""
    if any(tags.get(key) for key in _AT_HOURS):
        return "conditional"
    return tags[said].strip()


def _restriction(relation: Relation, value: str) -> Restriction | None:
    ways = {
        role: tuple(dict.fromkeys(
            member for member, its in relation.members if its == role and member.startswith("way/")
        ))
        for role in ("from", "to", "via")
    }  # fmt: skip
    nodes = [member for member, role in relation.members if role == "via" and "node/" in member]
    if not ways["from"] or not ways["to"] or ways["via"] or len(nodes) != 1:
        return None
    via = int(nodes[0].removeprefix("node/"))
    return Restriction(ways["from"], via, ways["to"], only=value in _ONLY)


def _unread(relation: Relation, value: str) -> str:
    if value == "conditional":
        return "they hold at certain hours or for certain vehicles only"
    if value not in _FORBIDDEN | _ONLY:
        return f"restriction={value} is not known"
    if any(role == "via" and member.startswith("way/") for member, role in relation.members):
        return "they lead over a way, not one node"
    return "they do not name one node and a way on either side"
