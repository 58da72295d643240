"""What became of the streets, as plain values for drawing: opened, closed, restricted, barriers.

The streets of both sides are compared by the ground they lie on and by who may use it, not by what
a scenario says it does: a street that was merely divided at a new crossing has not changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from transit.analysis.walk import lines_of
from transit.model.streets import Barrier, Streets

StreetStatus = Literal["opened", "closed", "restricted", "eased", "other"]
_ON_STREET_M = 0.05
_HAIR_M = 0.1
_FLAGS = ("foot_forward", "foot_backward", "motor_forward", "motor_backward")
_TURNED = (1, 0, 3, 2)
_CENTIMETRE = 2


class Rights(NamedTuple):
    """Who may use a piece: walkers and buses along and against, hours, speed of buses (0: own)."""

    flags: tuple[bool, bool, bool, bool]
    foot_hours: str
    bus_speed_kmh: float

    @property
    def turned(self) -> Rights:
        """The rights of the piece drawn the other way."""
        one, other, third, fourth = (self.flags[place] for place in _TURNED)
        return self._replace(flags=(one, other, third, fourth))


class Ground(NamedTuple):
    """One piece of street on one side."""

    line: BaseGeometry
    rights: Rights
    street_name: str
    indicative: bool
    source: str


@dataclass(frozen=True, eq=False)
class StreetChange:
    """Pieces of one street that changed alike, in metres; rights are ``None`` without a street."""

    status: StreetStatus
    line: BaseGeometry
    street_name: str
    before: Rights | None
    after: Rights | None
    indicative: bool
    source: str


def street_changes(before: Streets, after: Streets) -> list[StreetChange]:
    """Every piece of street that came, went or has other rights, alike ones of a street joined."""
    if before.fingerprint() == after.fingerprint():
        return []
    old, new = _differing(before, after)
    cuts = np.concatenate([_ends(before, old), _ends(after, new)])
    was, now = _pieces(before, old, cuts), _pieces(after, new, cuts)
    alike: dict[tuple[Any, ...], list[BaseGeometry]] = {}
    for key in sorted(was.keys() | now.keys()):
        had, has = was.get(key), now.get(key)
        one = has or had
        old_rights, new_rights = had and had.rights, has and has.rights
        if one is None or old_rights == new_rights:
            continue
        said = (_status(old_rights, new_rights), one.street_name, old_rights, new_rights,
                one.indicative, one.source)  # fmt: skip
        alike.setdefault(said, []).append(one.line)
    return [
        StreetChange(status, shapely.line_merge(shapely.multilinestrings(lines)), *rest)
        for (status, *rest), lines in alike.items()
    ]


def barrier_changes(before: Streets, after: Streets) -> tuple[list[Barrier], list[Barrier]]:
    """Barriers of before only, and of afterwards only."""
    old, new = set(before.barriers), set(after.barriers)
    gone = [one for one in before.barriers if one not in new]
    return gone, [one for one in after.barriers if one not in old]


def _differing(before: Streets, after: Streets) -> tuple[np.ndarray, np.ndarray]:
    """Rows of each side without a twin on the other, of the same vertices and rights."""
    keys = [list(_twins(side)) for side in (before, after)]
    return tuple(  # type: ignore[return-value]
        np.array([row for row, key in enumerate(mine) if key not in others], dtype=np.int64)
        for mine, others in ((keys[0], set(keys[1])), (keys[1], set(keys[0])))
    )


def _twins(streets: Streets) -> Iterable[tuple[bytes, Rights]]:
    return zip(shapely.to_wkb(streets.lines), _rights(streets), strict=True)


def _rights(streets: Streets) -> list[Rights]:
    edges = streets.edges
    flags = edges[list(_FLAGS)].to_numpy(dtype=bool).tolist()
    speeds = edges["bus_speed_kmh"].fillna(0.0)
    return [
        Rights((row[0], row[1], row[2], row[3]), hours, float(speed))
        for row, hours, speed in zip(flags, edges["foot_hours"], speeds, strict=True)
    ]


def _ends(streets: Streets, rows: np.ndarray) -> np.ndarray:
    lines = streets.lines[rows]
    return np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])


def _pieces(
    streets: Streets, rows: np.ndarray, cuts: np.ndarray
) -> dict[tuple[tuple[float, float], ...], Ground]:
    """The pieces of ``rows`` between ``cuts`` (points), by their vertices in canonical order."""
    lines, rights, edges = streets.lines, _rights(streets), streets.edges
    tree = shapely.STRtree(cuts)
    found: dict[tuple[tuple[float, float], ...], Ground] = {}
    for row in rows.tolist():
        near = tree.query(lines[row], predicate="dwithin", distance=_ON_STREET_M)
        metres = shapely.line_locate_point(lines[row], cuts[near])
        at = _apart(metres, float(streets.length_m[row]))
        between = (np.full(len(at) - 1, row), at[:-1], at[1:])
        for line in lines_of(streets, between):
            key, turned = _key(line)
            own = rights[row].turned if turned else rights[row]
            name, marked, source = edges.loc[row, ["street_name", "indicative", "source"]]
            found[key] = Ground(line, own, str(name or ""), bool(marked), str(source or ""))
    return found


def _apart(metres: np.ndarray, length_m: float) -> np.ndarray:
    inner = [at for at in np.unique(metres) if _HAIR_M < at < length_m - _HAIR_M]
    kept = [at for at, last in zip(inner, [-np.inf, *inner], strict=False) if at - last > _HAIR_M]
    return np.array([0.0, *kept, length_m])


def _key(line: BaseGeometry) -> tuple[tuple[tuple[float, float], ...], bool]:
    """The vertices of a piece, whichever way it is drawn, and whether they are turned round."""
    bare = shapely.get_coordinates(shapely.simplify(line, 0.001)).round(_CENTIMETRE) + 0.0
    along = tuple((float(x), float(y)) for x, y in bare)
    return (along, False) if along <= along[::-1] else (along[::-1], True)


def _status(before: Rights | None, after: Rights | None) -> StreetStatus:
    if before is None or not any(before.flags):
        return "opened"
    if after is None or not any(after.flags):
        return "closed"
    lost = _any(before.flags, after.flags) or bool(after.foot_hours and not before.foot_hours)
    won = _any(after.flags, before.flags) or bool(before.foot_hours and not after.foot_hours)
    if lost != won:
        return "restricted" if lost else "eased"
    return "other"


def _any(mine: Sequence[bool], theirs: Sequence[bool]) -> bool:
    return any(own and not other for own, other in zip(mine, theirs, strict=True))
