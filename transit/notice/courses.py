"""What a notice says of a line's course, turned into new stop lists and so into changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from transit.errors import TransitError
from transit.model.network import Network
from transit.notice.alignment import kept
from transit.notice.between import names_of, scenario_between
from transit.notice.lookup import Names
from transit.notice.phrases import Statement
from transit.notice.placing import detour_m, kerbs_along, least_detour
from transit.notice.remarks import Remark
from transit.notice.service import Said
from transit.scenario.change import Change
from transit.scenario.courses import CourseChange

PROPOSED = "proposed by least detour from a notice that does not say where: indicative"


@dataclass
class Draft:
    """The stop lists of one line while its sentences are taken in, by direction.

    ``fixed`` directions have been listed whole; ``proposed`` are names whose place was guessed.
    """

    network: Network
    line: str
    names: Names
    before: dict[int, list[str]]
    lists: dict[int, list[str]]
    fixed: set[int] = field(default_factory=set)
    proposed: set[str] = field(default_factory=set)

    def which(self, about: Statement) -> list[int]:
        """The directions meant; all where none is named."""
        if about.directions or not about.towards:
            return [each for each in self.lists if each in (about.directions or self.lists)]
        towards = self.names.known(about.towards)
        return [
            each
            for each, stops in self.lists.items()
            if towards in (stops[-1], self.before[each][-1])
        ]

    def kerbs(self, name: str) -> list[str]:
        """Stop ids of a name."""
        return self.network.feed.stop_ids(name)


def told_courses(network: Network, line: str, about: Sequence[Statement], names: Names) -> Said:
    """The changes of course that the sentences ``about`` one line (an id) tell, and remarks.

    A whole stop list is taken as it stands, and the other sentences are checked against it; without
    one, new stops go where they are the least detour, and that is a remark.
    """
    draft = _draft(network, line, names)
    told = sorted((each for each in about if each.kind in _TAKEN), key=_rank)
    if not told:
        return [], []
    if not draft.lists:
        what = "the line has several patterns in each direction, or none"
        return [], [Remark(told[0].text, "cannot be done", what, "write the change by hand")]
    remarks = [remark for each in told for remark in _taken(draft, each)]
    changes, faults = _changes(draft, told[0])
    return [(change, told[0]) for change in changes], [*remarks, *faults]


def _taken(draft: Draft, about: Statement) -> list[Remark]:
    if not draft.which(about) and about.kind != "calls":
        what = f"no direction of the line goes to {about.towards!r}"
        ends = " / ".join(stops[-1] for stops in draft.before.values())
        return [Remark(about.text, "disagrees", what, f"it goes to {ends}")]
    return [*_counted(about), *_TAKEN[about.kind](draft, about)]


def _draft(network: Network, line: str, names: Names) -> Draft:
    table = network.feed.patterns[network.feed.patterns["route_id"] == line]
    single = table.drop_duplicates("direction_id", keep=False)
    lists = {
        int(row.direction_id): names_of(network.feed, network.feed.sequence(row.pattern_id))
        for row in single.itertuples()
    }
    return Draft(network, line, names, lists, {each: list(stops) for each, stops in lists.items()})


def _changes(draft: Draft, about: Statement) -> tuple[list[Change], list[Remark]]:
    targets = {
        each: draft.lists[each] for each in draft.lists if draft.lists[each] != draft.before[each]
    }
    if not targets:
        return [], []
    try:
        found = scenario_between(draft.network, draft.line, targets).changes
    except TransitError as error:
        return [], [
            Remark(about.text, "cannot be done", fault.what, fault.mend) for fault in error.problems
        ]
    return [_noted(draft, change) for change in found], []


def _noted(draft: Draft, change: Change) -> Change:
    """The change with a note where it puts in a stop whose place in the line was proposed."""
    kerbs = {stop for name in draft.proposed for stop in draft.kerbs(name)}
    touched = {*getattr(change, "via", ()), *getattr(change, "stops", ())}
    if isinstance(change, CourseChange) and touched & kerbs:
        return change.model_copy(update={"note": PROPOSED})
    return change


def _rank(about: Statement) -> int:
    order = ("calls", "terminal", "extend", "shorten", "course", "remove", "add")
    return order.index(about.kind)


def _counted(about: Statement) -> list[Remark]:
    found = about.new if about.kind in ("add", "remove") else ()
    if about.number is None or about.number == len(found):
        return []
    what = f"{about.number} are counted and {len(found)} named: {'、'.join(found)}"
    return [Remark(about.text, "count differs", what, "check the list; the named ones were taken")]


def _calls(draft: Draft, about: Statement) -> list[Remark]:
    """A whole stop list: of the direction named, or of the one it is most like.

    Not taken where a stop of it has no position: without that stop its neighbours would be joined
    by a course that nobody told, and the call that it replaces would be dropped.
    """
    found = [(name, draft.names.known(name)) for name in about.new]
    stops = [known for _, known in found if known]
    if len(stops) < len(found) / 2:
        what = "most of it names no stop"
        return [Remark(about.text, "names roads", what, "list the stops, or draw the streets")]
    remarks = []
    which = draft.which(about)
    unplaced = [name for name, known in found if not known]
    if unplaced:
        whose = f" of direction {which[0]}" if len(which) == 1 else ""
        so = f"; the stop list{whose} was not taken"
        return [draft.names.lacking(about, *unplaced, so=so)]
    if len(which) != 1:
        which = [max(which or draft.lists, key=lambda each: _alike(draft.before[each], stops))]
        what = f"taken as direction {which[0]}"
        remarks.append(Remark(about.text, "position proposed", what, "say 上行 or 下行"))
    draft.lists[which[0]] = stops
    draft.fixed.add(which[0])
    return remarks


def _alike(before: Sequence[str], stops: Sequence[str]) -> tuple[bool, int]:
    return stops[0] == before[0] or stops[-1] == before[-1], len(kept(before, stops))


def _ends(draft: Draft, about: Statement) -> list[tuple[int, bool]]:
    """The ends meant, as (direction, whether its start): those named, or those of the old stop.

    起点站 is the line's origin, or where a direction is named the first stop of that one; where
    the old terminal is at the other end only, its name decides.
    """
    old = draft.names.known(about.old[0]) if about.old else None
    own = bool(about.directions)
    every = [(each, start) for each in draft.which(about) for start in (True, False)]
    named = [
        (each, start)
        for each, start in every
        if (start if own else start == (each % 2 == 0)) == (about.which == "start")
    ]
    chosen = every if about.which == "either" else named
    if not about.old:
        return [] if about.which == "either" else named
    at_old = [end for end in every if draft.before[end[0]][0 if end[1] else -1] == old]
    return [end for end in chosen if end in at_old] or at_old


def _terminal(draft: Draft, about: Statement) -> list[Remark]:
    """Another terminal: put in place of the old one, beyond it, or nearer."""
    new = draft.names.known(about.new[0])
    if new is None:
        return [draft.names.lacking(about, about.new[0])]
    ends, remarks = _ends(draft, about), []
    if not ends and not about.old:
        ends = _nearest_ends(draft, about, new)
        what = f"the end is not named: {_ends_text(draft, ends)} taken"
        remarks = [Remark(about.text, "position proposed", what, "name the old terminal: 由…")]
    if not ends:
        what = f"the line neither starts nor ends at {about.old[0]!r}"
        every = [(each, start) for each in draft.lists for start in (True, False)]
        mend = f"its ends are {_ends_text(draft, every)}"
        return [Remark(about.text, "disagrees", what, mend)]
    for each, start in ends:
        if each not in draft.fixed:
            draft.lists[each] = _with_end(draft.lists[each], new, about.kind, start=start)
        elif draft.lists[each][0 if start else -1] != new:
            what = f"the stop list does not {'start' if start else 'end'} at {new!r}"
            remarks.append(Remark(about.text, "disagrees", what, "the stop list was taken"))
    return remarks


def _with_end(stops: Sequence[str], new: str, kind: str, *, start: bool) -> list[str]:
    calls = list(stops) if start else list(reversed(stops))
    if kind == "extend":
        calls = [new, *calls]
    elif new in calls:
        calls = calls[calls.index(new) :]
    else:
        calls = [new, *calls[1:]]
    return calls if start else list(reversed(calls))


def _nearest_ends(draft: Draft, about: Statement, new: str) -> list[tuple[int, bool]]:
    """The end of each direction nearest to ``new``: in calls if it is one, else straight."""
    found = []
    for each in draft.which(about):
        stops = draft.lists[each]
        if about.kind == "shorten" and new in stops:
            found.append((each, stops.index(new) < len(stops) / 2))
        elif about.kind == "extend":
            far = [_apart(draft, stops[place], new) for place in (0, -1)]
            found.append((each, far[0] < far[1]))
    return found


def _apart(draft: Draft, first: str, second: str) -> float:
    rows = [
        [draft.network.stop_row[stop] for stop in draft.kerbs(name)] for name in (first, second)
    ]
    xy = [draft.network.stop_xy[found] for found in rows]
    return float(((xy[0][:, None] - xy[1][None]) ** 2).sum(axis=2).min())


def _ends_text(draft: Draft, ends: Iterable[tuple[int, bool]]) -> str:
    names = (draft.before[each][0 if start else -1] for each, start in ends)
    return " / ".join(dict.fromkeys(names))


def _course(draft: Draft, about: Statement) -> list[Remark]:
    """Other calls between two that stay: 走向由 A、B、C 调整为 A、D、C."""
    old, new = ([draft.names.known(name) for name in side] for side in (about.old, about.new))
    if None in (*old, *new) or len(old) < 2 or len(new) < 2:
        what = "the course is told by roads; buses drive where their stops lead them here"
        return [Remark(about.text, "names roads", what, "tell it by stops, or list the stops")]
    before, after = [str(name) for name in old], [str(name) for name in new]
    done = [each for each in draft.which(about) if _between(draft, each, before, after)]
    if done:
        return []
    what = f"no direction calls at {before[0]} and later at {before[-1]}"
    return [Remark(about.text, "disagrees", what, "name two calls of the line")]


def _between(draft: Draft, each: int, old: Sequence[str], new: Sequence[str]) -> bool:
    stops = draft.lists[each]
    for first, last, calls in ((old[0], old[-1], list(new)), (old[-1], old[0], list(new)[::-1])):
        if first in stops and last in stops[stops.index(first) + 1 :]:
            start = stops.index(first)
            end = stops.index(last, start + 1)
            if each not in draft.fixed:
                draft.lists[each] = [*stops[:start], *calls, *stops[end + 1 :]]
            return True
    return False


def _remove(draft: Draft, about: Statement) -> list[Remark]:
    remarks = []
    for written in about.new:
        name = draft.names.known(written)
        if name is None:
            remarks.append(draft.names.unknown(about, written))
            continue
        which = draft.which(about)
        had = [each for each in which if name in draft.before[each]]
        for each in had:
            if each in draft.fixed:
                remarks += _still(draft, about, each, name)
            else:
                draft.lists[each] = [stop for stop in draft.lists[each] if stop != name]
        remarks += _sides(draft, about, name, had, which)
    return remarks


def _still(draft: Draft, about: Statement, each: int, name: str) -> list[Remark]:
    if draft.lists[each].count(name) < draft.before[each].count(name):
        return []
    what = f"the stop list of direction {each} still has {name!r}"
    return [Remark(about.text, "disagrees", what, "the stop list was taken")]


def _sides(
    draft: Draft, about: Statement, name: str, had: Sequence[int], which: Sequence[int]
) -> list[Remark]:
    if not had:
        what = f"the line does not call at {name!r}"
        return [Remark(about.text, "disagrees", what, "check the line and the name")]
    pair = about.number is not None and not about.single
    if pair and len(had) < len(which):
        what = f"{name!r} is called at in one direction only, which is no pair"
        return [Remark(about.text, "count differs", what, "it was taken out there")]
    return []


def _add(draft: Draft, about: Statement) -> list[Remark]:
    remarks = []
    for written in about.new:
        name = draft.names.known(written)
        if name is None:
            remarks.append(draft.names.lacking(about, written))
            continue
        which = draft.which(about)
        for each in which:
            if each in draft.fixed and name not in draft.lists[each]:
                what = f"the stop list of direction {each} lacks {name!r}"
                remarks.append(Remark(about.text, "disagrees", what, "the stop list was taken"))
        remarks += _put_in(draft, about, name, [each for each in which if each not in draft.fixed])
    return remarks


def _put_in(draft: Draft, about: Statement, name: str, which: Sequence[int]) -> list[Remark]:
    """``name`` put in where it is the least detour, in each direction; said as a proposal."""
    long_enough = all(len(draft.lists[each]) > 1 for each in which)
    if about.single and len(which) > 1 and long_enough:
        which = [min(which, key=lambda each: _detour_m(draft, each, name))]
    remarks = []
    for each in which:
        stops = draft.lists[each]
        if len(stops) < 2:
            what = f"direction {each} has too few calls left to put {name} between"
            remarks.append(Remark(about.text, "cannot be done", what, "list the stops"))
            continue
        at, _ = least_detour(draft.network, _ids(draft, stops), draft.kerbs(name))
        draft.lists[each] = [*stops[:at], name, *stops[at:]]
        draft.proposed.add(name)
        what = (
            f"{name} is put between {stops[at - 1]} and {stops[at]} (direction {each}), indicative"
        )
        mend = "list the stops: 调整后停靠站：…"
        remarks.append(Remark(about.text, "position proposed", what, mend))
    return remarks


def _detour_m(draft: Draft, each: int, name: str) -> float:
    return detour_m(draft.network, _ids(draft, draft.lists[each]), draft.kerbs(name))


def _ids(draft: Draft, stops: Sequence[str]) -> list[str]:
    return kerbs_along(draft.network, [draft.kerbs(name) for name in stops])


_TAKEN: dict[str, Callable[[Draft, Statement], list[Remark]]] = {
    "calls": _calls,
    "terminal": _terminal,
    "extend": _terminal,
    "shorten": _terminal,
    "course": _course,
    "remove": _remove,
    "add": _add,
}
