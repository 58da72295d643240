"""Gestures of the editor as changes: what a drag, a click or a number means for the scenario.

Each function returns the changes of one step and looks nothing up twice: whether they can be
made is for the changes themselves to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from transit.editor.courses import (
    line_name,
    nearest_hop,
    other_direction,
    same_terminal,
    service_of,
)
from transit.editor.state import EditorState
from transit.model.network import Network
from transit.scenario.change import Change
from transit.scenario.headway import ChangeHeadway
from transit.scenario.lines import End, ExtendLine, MoveOrigin, Reroute
from transit.scenario.stops import MoveStop, NewStop, RemoveStop
from transit.terms import DEFAULT, terms
from transit.units import project

Changes = tuple[Change, ...]
DIGITS = 6
"""Decimals of a degree that a click is worth: 0.1 m."""
_OPPOSITE: dict[End, End] = {"start": "end", "end": "start"}
_PLACE: dict[str, Literal[0, -1]] = {"start": 0, "end": -1}


@dataclass(frozen=True)
class Spot:
    """Where a gesture points: at a ``stop`` (id), or at a place in WGS-84 degrees with a name."""

    stop: str = ""
    lon: float = 0.0
    lat: float = 0.0
    name: str = ""


@dataclass(frozen=True)
class Placing:
    """New stops of one step: where they stand, and the changes that put them there."""

    stops: tuple[str, ...]
    made: Changes


def moved(
    state: EditorState, stop: str, lon: float, lat: float, language: str = DEFAULT
) -> Changes:
    """A stop dragged to another place."""
    east, north = round(lon, DIGITS), round(lat, DIGITS)
    return (MoveStop(stop=stop, lon=east, lat=north, **_fact(state, language)),)


def called_at(
    state: EditorState, spot: Spot, *, both: bool = True, language: str = DEFAULT
) -> Changes:
    """One call more of the picked pattern, between the two stops whose hop runs nearest to it.

    With ``both``, of the patterns of the other direction too.
    """
    placed = placing(state, [spot], language)
    xy = project([_lonlat(state.network, spot)], state.network.crs)[0]
    feed = state.network.feed
    changes = []
    for pattern in [state.pattern, *(other_direction(feed, state.pattern) if both else [])]:
        hop = nearest_hop(state.network, pattern, xy)
        changes.append(_between(state.network, pattern, hop, hop + 1, placed.stops))
    return (*placed.made, *changes)


def passed_by(state: EditorState, stop: str, *, both: bool = True) -> Changes:
    """The picked pattern no longer calls at ``stop``; with ``both`` the line does not."""
    feed = state.network.feed
    if not both:
        return (RemoveStop(stop=stop, **service_of(feed, state.pattern)),)
    name = feed.stops.set_index("stop_id").loc[stop, "stop_name"]
    kerbs = feed.stop_ids(name) if name else []
    return (RemoveStop(stop=name if stop in kerbs else stop, line=line_name(feed, state.pattern)),)


def extended(
    state: EditorState, end: End, spot: Spot, *, both: bool = True, language: str = DEFAULT
) -> Changes:
    """The picked pattern goes on to ``spot`` from its ``end``.

    With ``both``, the patterns of the other direction that turn there do so at their other end.
    """
    placed = placing(state, [spot], language)
    network = state.network
    ends = [(state.pattern, end)]
    if both:
        ends += [(other, _OPPOSITE[end]) for other in _turning(network, state.pattern, end)]
    changes = [
        ExtendLine(end=which, stops=placed.stops, **service_of(network.feed, pattern))
        for pattern, which in ends
    ]
    return (*placed.made, *changes)


def extended_to_park(
    state: EditorState, end: End, gate: str = "", *, both: bool = True, language: str = DEFAULT
) -> Changes:
    """The picked pattern goes on to a new stop at a ``gate`` (id) of the park.

    Left out, it is the gate nearest to its ``end``; without gates, the park's point.
    """
    network, park = state.network, state.park
    last = network.stop_xy[network.stop_row[network.feed.sequence(state.pattern)[_PLACE[end]]]]
    if len(park.gates):
        away = ((park.gate_xy - last) ** 2).sum(axis=1)
        asked = park.gates["gate_id"] == gate
        there = park.gates.iloc[int((asked if gate else -away).argmax())]
        lon, lat, name = there["gate_lon"], there["gate_lat"], there["gate_name"]
    else:
        (lon, lat), name = park_lonlat(state), ""
    said = terms(language)["editor_park_stop"].format(park.park_name, name).strip()
    spot = Spot(lon=float(lon), lat=float(lat), name=said)
    return extended(state, end, spot, both=both, language=language)


def terminal_moved(
    state: EditorState, end: End, spot: Spot, *, both: bool = True, language: str = DEFAULT
) -> Changes:
    """The picked pattern starts or ends at ``spot`` instead; with ``both`` the whole line does."""
    placed = placing(state, [spot], language)
    feed = state.network.feed
    old = feed.sequence(state.pattern)[_PLACE[end]]
    if not both:
        own = service_of(feed, state.pattern)
        move = MoveOrigin(from_stop=old, to_stop=placed.stops[0], end=end, **own)
        return (*placed.made, move)
    name = feed.stops.set_index("stop_id").loc[old, "stop_name"]
    kerbs = feed.stop_ids(name) if name else []
    line = line_name(feed, state.pattern)
    terminal = name if old in kerbs else old
    return (
        *placed.made,
        MoveOrigin(line=line, from_stop=terminal, to_stop=placed.stops[0]),
    )


def rerouted(
    state: EditorState, first: int, last: int, via: Sequence[Spot], language: str = DEFAULT
) -> Changes:
    """Other calls of the picked pattern between calls ``first`` and ``last`` (from 0)."""
    placed = placing(state, via, language)
    low, high = sorted((first, last))
    return (*placed.made, _between(state.network, state.pattern, low, high, placed.stops))


def run_every(
    state: EditorState, headway_secs: int, *, both: bool = True, language: str = DEFAULT
) -> Changes:
    """Another headway of the picked pattern, all day; with ``both``, of the whole line."""
    feed = state.network.feed
    own: dict[str, Any] = (
        {"line": line_name(feed, state.pattern)} if both else service_of(feed, state.pattern)
    )
    fact = {name: value for name, value in _fact(state, language).items() if name != "datum"}
    return (ChangeHeadway(headway_secs=headway_secs, **own, **fact),)


def placing(state: EditorState, spots: Sequence[Spot], language: str = DEFAULT) -> Placing:
    """The stops that ``spots`` mean, and new ones where they point at none."""
    taken = set(state.network.stop_row)
    stops: list[str] = []
    made: list[Change] = []
    for spot in spots:
        if spot.stop:
            stops.append(spot.stop)
            continue
        number = next(n for n in range(1, len(taken) + 2) if f"NEW{n}" not in taken)
        taken.add(f"NEW{number}")
        stops.append(f"NEW{number}")
        name = spot.name.strip() or terms(language)["editor_new_stop"].format(number)
        made.append(
            NewStop(
                stop_id=stops[-1],
                stop_name=name,
                lon=round(spot.lon, DIGITS),
                lat=round(spot.lat, DIGITS),
                **_fact(state, language),
            )
        )
    return Placing(tuple(stops), tuple(made))


def park_lonlat(state: EditorState) -> tuple[float, float]:
    """The park's point in WGS-84 degrees."""
    from transit.units import unproject

    point = state.park.point
    lon, lat = unproject([[point.x, point.y]], state.park.crs)[0]
    return float(lon), float(lat)


def _fact(state: EditorState, language: str) -> dict[str, Any]:
    """What every place and headway of the editor is: assumed, and by whom."""
    source = terms(language)["editor_source"]
    return {"datum": "WGS-84", "indicative": True, "year": state.year, "source": source}


def _lonlat(network: Network, spot: Spot) -> tuple[float, float]:
    if not spot.stop:
        return spot.lon, spot.lat
    row = network.feed.stops.iloc[network.stop_row[spot.stop]]
    return float(row["stop_lon"]), float(row["stop_lat"])


def _between(
    network: Network, pattern: str, first: int, last: int, via: tuple[str, ...]
) -> Reroute:
    """Other calls of ``pattern`` between two of its calls, each told by stop and how manieth."""
    calls = network.feed.sequence(pattern)
    return Reroute(
        from_stop=calls[first], to_stop=calls[last], via=via,
        from_call=calls[: first + 1].count(calls[first]),
        to_call=calls[: last + 1].count(calls[last]),
        **service_of(network.feed, pattern),
    )  # fmt: skip


def _turning(network: Network, pattern: str, end: End) -> list[str]:
    """Patterns of the other direction whose other end is the terminal at this ``end``."""
    feed = network.feed
    terminal = feed.sequence(pattern)[_PLACE[end]]
    return [
        other for other in other_direction(feed, pattern)
        if same_terminal(network, feed.sequence(other)[_PLACE[_OPPOSITE[end]]], terminal)
    ]  # fmt: skip
