"""The small tables of the difference view."""

from __future__ import annotations

from collections.abc import Sequence

from transit.analysis.brief import Brief
from transit.maps.base import Words
from transit.maps.changed import area_change, course_changes
from transit.maps.content import FactTable
from transit.maps.study import coverage_shares
from transit.model.network import Network

_VIEW = ("diff",)
_NAMED_AT_MOST = 3


def change_tables(before: Sequence[Brief], after: Sequence[Brief], words: Words) -> list[FactTable]:
    """Counts before and after, shares, areas gained and lost, and what each line gains or loses."""
    tables = []
    for old, new in zip(before, after, strict=True):
        park = old.park.park_name if len(before) > 1 else ""
        tables += [_within(old, new, park, words), _coverage(old, new, park, words)]
    tables += [_areas(before, after, words)]
    return tables + _lines(before[0].network, after[0].network, words)


def _within(old: Brief, new: Brief, park: str, words: Words) -> FactTable:
    sides = (one.definitions.set_index("within") for one in (old, new))
    was, now = sides
    rows = tuple(
        (
            words[f"meaning_{meaning}"],
            _arrow(was.loc[meaning, "stop_names"], now.loc[meaning, "stop_names"], words),
            _arrow(was.loc[meaning, "lines"], now.loc[meaning, "lines"], words),
        )
        for meaning in was.index
    )
    caption = _headed(park, words["table_change_within"].format(old.limit_m))
    return FactTable(
        caption, (words["meaning"], words["stop_count"], words["line_count"]), rows, views=_VIEW
    )


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
    return FactTable(caption, header, rows, note, views=_VIEW)


def _areas(before: Sequence[Brief], after: Sequence[Brief], words: Words) -> FactTable:
    rows = []
    for kind in ("straight", "walk"):
        change = area_change(before, after, kind)
        if change:
            areas = (change.gained.area, change.lost.area)
            hectares = (words["hectares_plain"].format(area / 10_000) for area in areas)
            rows.append((words[f"coverage_{kind}"], *hectares))
    caption = words["table_area"].format(before[0].limit_m)
    header = (words["coverage_header"], words["gained"], words["lost"])
    return FactTable(caption, header, tuple(rows), views=_VIEW)


def _lines(before: Network, after: Network, words: Words) -> list[FactTable]:
    """Which places each changed line calls at anew or no longer."""
    rows = []
    for change in course_changes(before, after):
        if not change.changed:
            continue
        name, was = _called(before, change.route_id)
        new_name, now = _called(after, change.route_id)
        gained = [place for place in now if place not in was]
        lost = [place for place in was if place not in now]
        rows.append((new_name or name, _named(gained, words), _named(lost, words)))
    header = (words["line_column"], words["calls_gained"], words["calls_lost"])
    return [FactTable(words["table_lines"], header, tuple(rows), views=_VIEW)] if rows else []


def _called(network: Network, route_id: str) -> tuple[str, list[str]]:
    """The short name of a line and the places it calls at; empty where it does not run."""
    visits = network.feed.visits
    own = visits[visits["route_id"] == route_id]
    return "".join(own["route_short_name"].unique()), list(dict.fromkeys(own["stop_name"]))


def _named(names: list[str], words: Words) -> str:
    shown = "、".join(names[:_NAMED_AT_MOST])
    if len(names) > _NAMED_AT_MOST:
        return words["and_more"].format(shown, len(names))
    return shown or words["no_change"]


def _arrow(was: object, now: object, words: Words) -> str:
    return str(now) if was == now else words["arrow"].format(was, now)


def _points(points: float, words: Words) -> str:
    return words["points"].format(points) if abs(points) >= 0.05 else words["no_change"]


def _headed(park: str, caption: str) -> str:
    return " · ".join(filter(None, [park, caption]))
