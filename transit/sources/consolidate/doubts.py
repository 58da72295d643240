"""What looks wrong in the calls and is not for a merge to mend: told to the planner, left as is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.sources.consolidate.ground import Calls
from transit.sources.consolidate.joining import Joined
from transit.sources.consolidate.kerbs import Kerbs
from transit.sources.consolidate.limits import NEAR_LIMIT_M
from transit.sources.consolidate.moving import OUT_OF_STEP
from transit.sources.consolidate.review import Review
from transit.units import FloatArray, IntArray

COLUMNS = ("what", "where", "found", "mend")
SHORTER_M = 500.0
"""Two calls that follow each other are in doubt where the course is so much shorter swapped."""

Row = tuple[str, str, str, str]


def doubts_of(
    calls: Calls,
    kerbs: Kerbs,
    bare: IntArray,
    joined: Joined,
    moves: pd.DataFrame,
) -> pd.DataFrame:
    """One row a doubt: ``what``, ``where`` (pattern or name), ``found`` and how to ``mend`` it.

    ``bare`` numbers each kerb's name without its bay.
    """
    stop = joined.stop[kerbs.of]
    rows = [
        *_out_of_step(calls, moves),
        *_twice_in_a_row(calls, stop),
        *_out_of_order(calls),
        *_same_lines(calls, stop),
        *_far_apart(calls, kerbs, bare, joined.place),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=str)


def forgotten(review: Review, merges: pd.DataFrame) -> pd.DataFrame:
    """One row an answer of the planner's that no merge asks for any more."""
    known = set(merges["merge_id"])
    rows = [
        (
            "review without effect",
            f"review {where}",
            f"{one} is no decision any more: the calls have changed",
            "decide anew in the table of this run",
        )
        for one, where in review.rows.items()
        if one not in known
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=str)


def _out_of_step(calls: Calls, moves: pd.DataFrame) -> list[Row]:
    rows = moves[moves["rule"] == OUT_OF_STEP]
    pattern = calls.pattern[rows["call"].to_numpy(dtype=np.int64)]
    found = []
    for number, own in rows.groupby(pattern):
        sequence = calls.sequence[own["call"].to_numpy(dtype=np.int64)]
        shift, most = int(own["shift"].iloc[0]), own["distance_m"].max()
        told = (
            f"positions come {abs(shift)} call(s) {'late' if shift > 0 else 'early'} for the names:"
            f" {len(own)} calls between {sequence.min()} and {sequence.max()}, up to {most:.0f} m"
        )
        mend = "see the moved calls among the merges; correct the line's positions in its source"
        found.append((OUT_OF_STEP, calls.patterns[number], told, mend))
    return found


def _twice_in_a_row(calls: Calls, stop: IntArray) -> list[Row]:
    after = calls.neighbour(1)
    rows = np.flatnonzero((after >= 0) & (stop == stop[after]))
    return [
        ("called at twice in a row", _call(calls, row),
         f"the next call, {calls.names[calls.name[after[row]]]}, is at the same stop",
         "leave one of the two out, or give them positions of their own")
        for row in rows.tolist()
    ]  # fmt: skip


def _out_of_order(calls: Calls) -> list[Row]:
    """Neighbours that, swapped, would shorten the course by more than it can bend."""
    before, after, last = (calls.neighbour(step) for step in (-1, 1, 2))
    rows = np.flatnonzero((before >= 0) & (last >= 0))
    a, b, c, d = before[rows], rows, after[rows], last[rows]
    ends = _metres(calls, a, b) + _metres(calls, c, d)
    shorter = ends - _metres(calls, a, c) - _metres(calls, b, d)
    written = ends + _metres(calls, b, c)
    doubtful = (shorter > SHORTER_M) & (shorter > written / 3)
    return [
        ("calls out of order", _call(calls, row),
         f"the course is {metres:.0f} m shorter if the next call comes first",
         "swap the two in the line's list of stops if it is wrong")
        for row, metres in zip(rows[doubtful].tolist(), shorter[doubtful], strict=True)
    ]  # fmt: skip


def _same_lines(calls: Calls, stop: IntArray) -> list[Row]:
    """Patterns that call at the same stops in the same order as an earlier one."""
    starts = np.flatnonzero(np.diff(calls.pattern, prepend=-1))
    seen: dict[bytes, str] = {}
    found: list[Row] = []
    for begin, own in zip(starts, np.split(stop, starts[1:]), strict=True):
        pattern = calls.patterns[calls.pattern[begin]]
        first = seen.setdefault(own.tobytes(), pattern)
        if first != pattern:
            told = f"calls at the same {len(own)} stops in the same order as {first}"
            found.append(("line twice", pattern, told, "leave one out if they are one line"))
    return found


def _far_apart(calls: Calls, kerbs: Kerbs, bare: IntArray, place: IntArray) -> list[Row]:
    """Names that stand in several places further apart than any one place is wide."""
    found: list[Row] = []
    table = pd.DataFrame({"bare": bare, "place": place})
    several = table.groupby("bare")["place"].transform("nunique") > 1
    for _, own in table[several].groupby("bare", sort=False):
        at = own.index.to_numpy()
        away = np.linalg.norm(kerbs.xyz[at][:, None] - kerbs.xyz[at][None, :], axis=2)
        away[own["place"].to_numpy()[:, None] == own["place"].to_numpy()[None, :]] = 0
        if away.max() > NEAR_LIMIT_M:
            name = calls.names[kerbs.name[at[0]]]
            km, count = away.max() / 1000, own["place"].nunique()
            told = f"stands in {count} places, up to {km:.1f} km apart"
            mend = "nothing, if they are different places; else correct the positions"
            found.append(("one name, several places", name, told, mend))
    return found


def _metres(calls: Calls, one: IntArray, other: IntArray) -> FloatArray:
    metres: FloatArray = np.linalg.norm(calls.xyz[one] - calls.xyz[other], axis=1)
    return metres


def _call(calls: Calls, row: int) -> str:
    pattern, name = calls.patterns[calls.pattern[row]], calls.names[calls.name[row]]
    return f"{pattern} call {calls.sequence[row]} {name}"
