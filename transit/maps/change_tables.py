"""The small tables of the difference view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from transit.analysis.brief import Brief
from transit.maps.base import Words
from transit.maps.changed import area_change, every_route, other_calls
from transit.maps.courses import places
from transit.maps.facts import (
    coverage_marked,
    coverage_shares,
    gaps,
    line_count,
    within_marked,
)
from transit.model.network import Network
from transit.pages.content import FactTable

_VIEW = ("diff",)
_NAMED_AT_MOST = 3

Calls = dict[str, str]
"""Names of the stops that a line calls at, by id, in driving order."""


def change_tables(before: Sequence[Brief], after: Sequence[Brief], words: Words) -> list[FactTable]:
    """Counts before and after, shares, areas gained and lost, and what each line gains or loses."""
    tables = _gaps(before[0], after[0], words)
    for old, new in zip(before, after, strict=True):
        park = old.park.park_name if len(before) > 1 else ""
        if not (old.network.feed.stops.empty and new.network.feed.stops.empty):
            tables += [_within(old, new, park, words), _coverage(old, new, park, words)]
    areas = _areas(before, after, words)
    tables += [areas] if areas.rows else []
    return tables + _lines(before[0].network, after[0].network, words)


def _gaps(old: Brief, new: Brief, words: Words) -> list[FactTable]:
    """What is said of a side without any stop or line."""
    sides = (("before", old), ("after", new))
    return [
        FactTable(words["side_says"].format(words[side], text), (), (), views=_VIEW)
        for side, one in sides
        for text in gaps(one.network, words)
    ]


def _within(old: Brief, new: Brief, park: str, words: Words) -> FactTable:
    sides = (one.definitions.set_index("within") for one in (old, new))
    was, now = sides
    rows = tuple(
        (
            words[f"meaning_{meaning}"],
            _arrow(was.loc[meaning, "places"], now.loc[meaning, "places"], words),
            _arrow(
                line_count(old, was.loc[meaning, "lines"], words),
                line_count(new, now.loc[meaning, "lines"], words),
                words,
            ),
        )
        for meaning in was.index
    )
    caption = _headed(park, words["table_change_within"].format(old.limit_m))
    header = (words["meaning"], words["stop_count"], words["line_count"])
    marks = _either(within_marked(old), within_marked(new))
    return FactTable(caption, header, rows, views=_VIEW, indicative=marks)


def _coverage(old: Brief, new: Brief, park: str, words: Words) -> FactTable:
    was, now = coverage_shares(old), coverage_shares(new)
    rows = tuple(
        (
            words[f"coverage_{kind}"],
            _arrow(f"{was[kind]:.1%}", f"{now[kind]:.1%}", words),
            _points((now[kind] - was[kind]) * 100, words),
        )
        for kind in was
    )
    caption = _headed(park, words["table_change_coverage"].format(old.limit_m))
    header = (words["coverage_header"], words["share"], words["difference"])
    note = words["denominator"].format(old.park.area_m2 / 10_000)
    return FactTable(
        caption, header, rows, note, views=_VIEW,
        indicative=_either(coverage_marked(old), coverage_marked(new)),
        note_indicative=old.park.indicative,
    )  # fmt: skip


def _areas(before: Sequence[Brief], after: Sequence[Brief], words: Words) -> FactTable:
    rows, marks = [], []
    for kind in ("straight", "walk"):
        change = area_change(before, after, kind)
        if change:
            areas = (change.gained.area, change.lost.area)
            hectares = (words["hectares_plain"].format(area / 10_000) for area in areas)
            rows.append((words[f"coverage_{kind}"], *hectares))
            marks.append(any(coverage_marked(one)[kind] for one in (*before, *after)))
    caption = words["table_area"].format(before[0].limit_m)
    header = (words["coverage_header"], words["gained"], words["lost"])
    return FactTable(caption, header, tuple(rows), views=_VIEW, indicative=tuple(marks))


def _lines(before: Network, after: Network, words: Words) -> list[FactTable]:
    """Which places each changed line calls at anew or no longer."""
    rows = []
    for route in every_route(before, after):
        if not other_calls(before, after, route):
            continue
        name, was = _called(before, route)
        new_name, now = _called(after, route)
        gained = _only(now, was, after, words)
        lost = _only(was, now, before, words)
        rows.append((new_name or name, _named(gained, words), _named(lost, words)))
    header = (words["line_column"], words["calls_gained"], words["calls_lost"])
    found = FactTable(words["table_lines"], header, tuple(rows), views=_VIEW, prose=True)
    return [found] if rows else []


def _only(mine: Calls, theirs: Calls, network: Network, words: Words) -> list[str]:
    """The stops of ``mine`` that are not of ``theirs``; with their ids where names coincide."""
    here = {stop: name for stop, name in mine.items() if stop not in theirs}
    at = places(network).of
    spots = {(name, at[stop]) for stop, name in here.items()}
    counted = Counter(name for name, _ in spots)
    other = set(theirs.values())
    return list(
        dict.fromkeys(
            words["stop_with_id"].format(name, stop) if name in other or counted[name] > 1 else name
            for stop, name in here.items()
        )
    )


def _called(network: Network, route_id: str) -> tuple[str, Calls]:
    """The short name of a line and the stops it calls at; empty where it does not run."""
    visits = network.feed.visits
    own = visits[visits["route_id"] == route_id]
    return "".join(own["route_short_name"].unique()), dict(
        zip(own["stop_id"], own["stop_name"], strict=True)
    )


def _named(names: list[str], words: Words) -> str:
    shown = words["said_joiner"].join(names[:_NAMED_AT_MOST])
    if len(names) > _NAMED_AT_MOST:
        return words["and_more"].format(shown, len(names))
    return shown or words["no_change"]


def _either(old: dict[str, bool], new: dict[str, bool]) -> tuple[bool, ...]:
    return tuple(old[key] or new[key] for key in old)


def _arrow(was: object, now: object, words: Words) -> str:
    return str(now) if was == now else words["arrow"].format(was, now)


def _points(points: float, words: Words) -> str:
    return words["points"].format(points) if abs(points) >= 0.05 else words["no_change"]


def _headed(park: str, caption: str) -> str:
    return " · ".join(filter(None, [park, caption]))
