"""The changes that turn one sequence of calls into another, by the verbs of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from transit.notice.alignment import Hunk, hunks
from transit.scenario.change import Change
from transit.scenario.lines import End, ExtendLine, MoveOrigin, Reroute, TruncateLine


def course_changes(
    line: str, selected: Mapping[str, Any], old: Sequence[str], new: Sequence[str]
) -> list[Change]:
    """Changes that lead from the stop ids ``old`` to ``new``; none where they are equal.

    ``selected`` says which part of the line: ``direction_id`` or ``pattern``. Stretches are changed
    from the last to the first, so that the calls before keep their numbers.
    """
    scope = {"line": line, **selected}
    found = hunks(old, new)
    whole = Hunk(0, len(old), 0, len(new))
    if found == [whole]:
        # Nothing stays: the new calls are put behind the old ones, which are then cut off.
        return [
            ExtendLine(**scope, end="end", stops=tuple(new)),
            TruncateLine(**scope, end="start", stop=new[0]),
        ]
    now = list(old)
    changes: list[Change] = []
    for hunk in reversed(found):
        stops = new[hunk.new_start : hunk.new_end]
        changes += _stretch(scope, now, hunk, stops)
        now[hunk.start : hunk.end] = stops
    return changes


def terminal_change(
    line: str, there: tuple[Sequence[str], Sequence[str]], back: tuple[Sequence[str], Sequence[str]]
) -> MoveOrigin | None:
    """The one change that moves the start of ``there`` and the end of ``back``, if it is one.

    Each is a pair of an old and a new sequence of stop ids. Both must have lost their terminal
    only, the same one, and gained the same calls, the other way round.
    """
    head, tail = _head(*there), _head(back[0][::-1], back[1][::-1])
    if head is None or head != tail or there[0][0] != back[0][-1]:
        return None
    return MoveOrigin(line=line, from_stop=there[0][0], to_stop=head[0], via=tuple(head[1:]))


def _head(old: Sequence[str], new: Sequence[str]) -> list[str] | None:
    """The calls that replace the first one of ``old``, where it alone is replaced."""
    first = next(iter(hunks(old, new)), None)
    if first is None or not first.new_end or first.start or first.end != 1:
        return None
    return list(new[: first.new_end])


def _stretch(
    scope: Mapping[str, Any], now: Sequence[str], hunk: Hunk, stops: Sequence[str]
) -> list[Change]:
    if hunk.start > 0 and hunk.end < len(now):
        before, after = hunk.start - 1, hunk.end
        return [
            Reroute(
                **scope,
                from_stop=now[before],
                to_stop=now[after],
                via=tuple(stops),
                from_call=_call(now, before),
                to_call=_call(now, after),
            )
        ]
    end: End = "start" if hunk.start == 0 else "end"
    stays = hunk.end if end == "start" else hunk.start - 1
    changes: list[Change] = []
    if hunk.start < hunk.end:
        call = _call(now, stays)
        changes.append(TruncateLine(**scope, end=end, stop=now[stays], call=call))
    if stops:
        changes.append(ExtendLine(**scope, end=end, stops=tuple(stops)))
    return changes


def _call(calls: Sequence[str], place: int) -> int:
    """Which call at its stop the one at ``place`` is, counted from 1."""
    return list(calls[: place + 1]).count(calls[place])
