"""What a planner must have done: the changes between a line of today and a given stop list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from transit.errors import DataError, Problem, raise_if
from transit.model.feed import Feed
from transit.model.network import Network
from transit.notice.alignment import kept, put_in, taken_out
from transit.notice.placing import Place, evenly, kerbs_along
from transit.notice.steps import course_changes, terminal_change
from transit.scenario.change import Change
from transit.scenario.scenario import Scenario
from transit.scenario.stops import NewStop, RenameStop
from transit.units import FloatArray, unproject

SAME_PLACE_M = 60.0
"""A given place this near to a kerb of another name is that kerb under a new name."""
SAME_NAME_M = 250.0
"""Kerbs of one name this near to one another, or to a given place, are one place."""

Places = Mapping[str, Place | Sequence[Place]]


@dataclass(frozen=True)
class Between:
    """How ``scenario_between`` is to go about it.

    ``places`` are known positions by stop name (one, or one a kerb). ``renames`` are old names with
    the new one. With ``spread`` a stop without a known position is put between its neighbours of
    the new sequence, at equal steps, and marked ``indicative``; else it is a problem.
    """

    places: Places = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)
    spread: bool = False
    name: str = ""
    title: str = ""
    source: str = ""
    year: int = 2020


def scenario_between(
    network: Network,
    line: str,
    targets: Mapping[int, Sequence[str]],
    options: Between | None = None,
) -> Scenario:
    """The changes after which ``line`` calls at the names of ``targets``, by direction.

    New names that stand where the line calls today become ``rename_stop``; other new names become
    ``new_stop``; the rest is the fewest calls taken out and put in. The result has been applied:
    it gives the names asked for, one for one. Raises ``DataError`` with every stop that has no
    known position, and every direction that is not there or not one pattern.
    """
    chosen = options or Between()
    patterns = _patterns(network.feed, line, targets)
    renames = _renames(network, patterns, targets, chosen)
    renamed = Scenario("renamed", tuple(renames)).apply(network)
    new = _new_stops(renamed, targets, chosen)
    base = Scenario("placed", tuple(new)).apply(renamed)
    wanted = {
        direction: _kerbs(base, patterns[direction], names, chosen)
        for direction, names in targets.items()
    }
    used = {stop for stops in wanted.values() for stop in stops}
    needed = [change for change in new if used & set(change.makes)]
    courses = _courses(base, line, patterns, wanted)
    changes = [*renames, *needed, *(_noted(base.feed, change) for change in courses)]
    title = chosen.title or f"{line} 停靠站序列调整"
    result = Scenario(chosen.name or f"{line}_course", tuple(changes), title, chosen.source)
    _require(result.apply(network).feed, patterns, targets)
    return result


def names_of(feed: Feed, stops: Sequence[str]) -> list[str]:
    """The names of some stop ids, in their order."""
    names = dict(zip(feed.stops["stop_id"], feed.stops["stop_name"], strict=True))
    return [names[stop] for stop in stops]


def _patterns(feed: Feed, line: str, targets: Mapping[int, Sequence[str]]) -> dict[int, str]:
    table = feed.patterns[feed.patterns["route_id"].isin(feed.route_ids(line))]
    ids = {
        direction: table.loc[table["direction_id"] == direction, "pattern_id"].tolist()
        for direction in targets
    }
    problems = [
        Problem(
            f"line {line} direction {direction}",
            f"has {len(found)} patterns",
            "give a direction that has exactly one",
        )
        for direction, found in ids.items()
        if len(found) != 1
    ]
    for direction, names in targets.items():
        where = f"line {line} direction {direction}"
        if len(names) < 2:
            problems.append(Problem(where, f"{len(names)} stops wanted", "give two or more"))
        problems += [
            Problem(where, f"{first} stands twice running", "leave one of them out")
            for first, second in pairwise(names)
            if first == second
        ]
    raise_if(problems)
    return {direction: found[0] for direction, found in ids.items()}


def _renames(
    network: Network,
    patterns: Mapping[int, str],
    targets: Mapping[int, Sequence[str]],
    options: Between,
) -> list[Change]:
    """Renames that were given, and those that follow from places, old name by old name."""
    found = dict(options.renames)
    known = set(network.feed.stops["stop_name"])
    for direction, names in targets.items():
        stops = network.feed.sequence(patterns[direction])
        old = names_of(network.feed, stops)
        gone = set(taken_out(old, names)) - set(names)
        for name in dict.fromkeys(put_in(old, names)):
            near = _same_place(network, stops, options.places.get(name))
            fits = [was for was in near if was in gone and was not in found]
            if name not in known and name not in found.values() and fits:
                found[fits[0]] = name
    return [_rename(was, now, options) for was, now in found.items()]


def _same_place(
    network: Network, stops: Sequence[str], places: Place | Sequence[Place] | None
) -> list[str]:
    """Names of the calls within ``SAME_PLACE_M`` of one of ``places``, nearest first.

    An indicative place tells nothing: it may have been set there for want of a better one.
    """
    if places is None or all(place.indicative for place in several(places)):
        return []
    sure = [place.xy(network.crs) for place in several(places) if not place.indicative]
    at = np.array(sure).reshape(-1, 2)
    xy = network.stop_xy[[network.stop_row[stop] for stop in stops]]
    metres = np.hypot(*(xy[:, None] - at[None]).transpose(2, 0, 1)).min(axis=1)
    names = names_of(network.feed, stops)
    near = sorted((far, name) for far, name in zip(metres, names, strict=True))
    return list(dict.fromkeys(name for far, name in near if far <= SAME_PLACE_M))


def _rename(was: str, now: str, options: Between) -> Change:
    places = several(options.places.get(now, ()))
    source = places[0].source if places else options.source
    return RenameStop(stop=was, stop_name=now, source=source)


def _new_stops(
    network: Network, targets: Mapping[int, Sequence[str]], options: Between
) -> list[Change]:
    """Stops that the targets name and nobody has yet, at their given or spread places."""
    kerbs = _known(network, options)
    missing = {name for names in targets.values() for name in names if not kerbs.get(name)}
    at: dict[str, list[Place]] = {
        name: several(options.places[name]) for name in missing if name in options.places
    }
    if options.spread:
        at |= _spread(network, targets, missing - set(at), kerbs, options)
    lost = [name for names in targets.values() for name in names if name in missing - set(at)]
    raise_if(
        [
            Problem(f"stop {name}", "has no known position", "give its place")
            for name in dict.fromkeys(lost)
        ]
    )
    order = dict.fromkeys(name for names in targets.values() for name in names if name in at)
    return _numbered(network, {name: at[name] for name in order})


def _numbered(network: Network, at: Mapping[str, Sequence[Place]]) -> list[Change]:
    free = (f"N{number:04d}" for number in range(1, 10_000))
    ids = (name for name in free if name not in network.stop_row)
    return [
        NewStop(
            stop_id=next(ids),
            stop_name=name,
            lon=round(place.lon, 6),
            lat=round(place.lat, 6),
            datum=place.datum,
            indicative=place.indicative,
            year=place.year,
            district=place.district,
            source=place.source,
        )
        for name, places in at.items()
        for place in places
    ]


def _known(network: Network, options: Between) -> dict[str, list[str]]:
    """Kerbs by name; of a name with a given place those near it only."""
    kerbs: dict[str, list[str]] = {}
    stops = network.feed.stops
    for stop, name in zip(stops["stop_id"], stops["stop_name"], strict=True):
        kerbs.setdefault(name, []).append(stop)
    for name, places in options.places.items():
        at = np.array([place.xy(network.crs) for place in several(places)])
        kerbs[name] = [
            stop
            for stop in kerbs.get(name, ())
            if np.hypot(*(at - network.stop_xy[network.stop_row[stop]]).T).min() <= SAME_NAME_M
        ]
    return kerbs


def _spread(
    network: Network,
    targets: Mapping[int, Sequence[str]],
    missing: set[str],
    kerbs: Mapping[str, Sequence[str]],
    options: Between,
) -> dict[str, list[Place]]:
    """A place for each missing stop that has placed neighbours before and after."""
    found: dict[str, list[Place]] = {}
    for names in targets.values():
        rows = [row for row, name in enumerate(names) if name not in missing]
        for first, last in pairwise(rows):
            between = list(names[first + 1 : last])
            start, end = (_middle(network, kerbs, options, names[row]) for row in (first, last))
            for name, xy in zip(between, evenly(start, end, len(between)), strict=True):
                lon, lat = unproject(xy[None], network.crs)[0]
                source = f"position not known: set between {names[first]} and {names[last]}"
                place = Place(
                    float(lon), float(lat), "WGS-84", indicative=True,
                    year=options.year, source=source,
                )  # fmt: skip
                found.setdefault(name, [place])
    return found


def _middle(
    network: Network, kerbs: Mapping[str, Sequence[str]], options: Between, name: str
) -> FloatArray:
    here = [network.stop_xy[network.stop_row[stop]] for stop in kerbs.get(name, ())]
    given = several(options.places[name]) if not here else []
    middle: FloatArray = np.mean([*here, *(place.xy(network.crs) for place in given)], axis=0)
    return middle


def _kerbs(network: Network, pattern: str, names: Sequence[str], options: Between) -> list[str]:
    """The kerb of each name: that of today where the call stays, else the shortest way through."""
    stops = network.feed.sequence(pattern)
    stays = {new: stops[old] for old, new in kept(names_of(network.feed, stops), names)}
    known = _known(network, options)
    return kerbs_along(
        network,
        [[stays[row]] if row in stays else known[name] for row, name in enumerate(names)],
    )


def _courses(
    network: Network, line: str, patterns: Mapping[int, str], wanted: Mapping[int, list[str]]
) -> list[Change]:
    """The changes of course: first a terminal moved in both directions, then what remains."""
    feed = network.feed
    names = dict(zip(feed.stops["stop_id"], feed.stops["stop_name"], strict=True))
    now = {direction: feed.sequence(pattern) for direction, pattern in patterns.items()}
    changes: list[Change] = []
    for there, back in ((0, 1), (1, 0)):
        if there in now and back in now:
            pairs = ((now[there], wanted[there]), (now[back], wanted[back]))
            moved = terminal_change(line, *pairs, names)
            changes += [moved] if moved else []
            if moved:
                head = [moved.to_stop, *moved.via]
                now[there] = [*head, *now[there][1:]]
                now[back] = [*now[back][:-1], *reversed(head)]
    for direction, stops in wanted.items():
        changes += course_changes(line, {"direction_id": direction}, now[direction], stops)
    return changes


def _noted(feed: Feed, change: Change) -> Change:
    """The change with the names of the stops it gives by id, in the order of travel."""
    named = [getattr(change, field, "") for field in ("from_stop", "stop", "to_stop")]
    via = [*getattr(change, "via", ()), *getattr(change, "stops", ())]
    names = names_of(feed, [stop for stop in [named[0], *via, *named[1:]] if stop in _ids(feed)])
    return change.model_copy(update={"note": "、".join(names)})


def _ids(feed: Feed) -> set[str]:
    return set(feed.stops["stop_id"])


def _require(feed: Feed, patterns: Mapping[int, str], targets: Mapping[int, Sequence[str]]) -> None:
    """The promise: the names asked for, one for one."""
    for direction, names in targets.items():
        if names_of(feed, feed.sequence(patterns[direction])) != list(names):
            fault = "the changes found do not give the stops asked for"
            mend = "check that no other line forbids a rename, and that the names are plain"
            raise DataError(Problem(f"direction {direction}", fault, mend))


def several(places: Place | Sequence[Place]) -> list[Place]:
    """The places of one name, however they were given."""
    return [places] if isinstance(places, Place) else list(places)
