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
    # A cut first may leave a single call, too few for a line: then what is added comes first.
    cut_first = bool(found) and found[-1].new_start == found[-1].new_end
    one_stays = len(old) - sum(hunk.end - hunk.start for hunk in found) < 2
    return _in_order(scope, old, new, found if cut_first and one_stays else found[::-1])


def _in_order(
    scope: Mapping[str, Any], old: Sequence[str], new: Sequence[str], found: Sequence[Hunk]
) -> list[Change]:
    now = list(old)
    changes: list[Change] = []
    done: list[Hunk] = []
    for hunk in found:
        shift = sum(
            (each.new_end - each.new_start) - (each.end - each.start)
            for each in done
            if each.start < hunk.start
        )
        here = Hunk(hunk.start + shift, hunk.end + shift, hunk.new_start, hunk.new_end)
        stops = new[hunk.new_start : hunk.new_end]
        changes += _stretch(scope, now, here, stops)
        now[here.start : here.end] = stops
        done.append(hunk)
    return changes


def terminal_change(
    line: str,
    there: tuple[Sequence[str], Sequence[str]],
    back: tuple[Sequence[str], Sequence[str]],
    names: Mapping[str, str],
) -> MoveOrigin | None:
    """The one change that moves the start of ``there`` and the end of ``back``, if it is one.

    Each is a pair of an old and a new sequence of stop ids. Both must have lost their terminal
    only, the same one by its name (in ``names``, by stop id), and gained the same calls, the other
    way round.
    """
    head, tail = _head(*there), _head(back[0][::-1], back[1][::-1])
    start, end = there[0][0], back[0][-1]
    others = {names[there[0][-1]], names[back[0][0]]}
    if head is None or head != tail or names[start] != names[end] or names[start] in others:
        return None
    old = start if start == end else names[start]
    return MoveOrigin(line=line, from_stop=old, to_stop=head[0], via=tuple(head[1:]))


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
        return [_rerouted(scope, now, hunk.start - 1, hunk.end, stops)]
    end: End = "start" if hunk.start == 0 else "end"
    extended = [ExtendLine(**scope, end=end, stops=tuple(stops))] if stops else []
    if hunk.start == hunk.end:
        return [*extended]
    if stops and len(now) - (hunk.end - hunk.start) < 2:
        return [*extended, _cut_out(scope, now, hunk, stops)]
    stays = hunk.end if end == "start" else hunk.start - 1
    cut = TruncateLine(**scope, end=end, stop=now[stays], call=_call(now, stays))
    return [cut, *extended]


def _cut_out(
    scope: Mapping[str, Any], now: Sequence[str], hunk: Hunk, stops: Sequence[str]
) -> Change:
    """The old end taken out behind the new one: cut first, one call would be left, too few."""
    if hunk.start == 0:
        calls = [*stops, *now]
        before, after = len(stops) - 1, len(stops) + hunk.end
    else:
        calls = [*now, *stops]
        before, after = hunk.start - 1, len(now)
    return _rerouted(scope, calls, before, after)


def _rerouted(
    scope: Mapping[str, Any], calls: Sequence[str], before: int, after: int, via: Sequence[str] = ()
) -> Change:
    return Reroute(
        **scope,
        from_stop=calls[before],
        to_stop=calls[after],
        via=tuple(via),
        from_call=_call(calls, before),
        to_call=_call(calls, after),
    )


def _call(calls: Sequence[str], place: int) -> int:
    """Which call at its stop the one at ``place`` is, counted from 1."""
    return list(calls[: place + 1]).count(calls[place])
