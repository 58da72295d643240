"""Random changes of streets for the laws: one strategy a verb, on the make-believe town."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from town import degrees

from transit.model.network import Network
from transit.scenario.barriers import CloseStopSide, PutBarrier
from transit.scenario.change import Change
from transit.scenario.streets import (
    ChangeStreetSpeed,
    CloseStreet,
    OpenStreet,
    RestrictStreet,
)

places = st.tuples(st.integers(-20, 820), st.integers(-20, 620)).map(lambda at: degrees(*at))
who = st.sampled_from(["walkers", "buses", "both"])
hours = st.sampled_from(["", "06:00-22:00", "22:00-30:00"])


def streets_of(network: Network) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(set(network.streets.edges["way_id"])))


@st.composite
def opened(draw: st.DrawFn, network: Network) -> OpenStreet:
    users = draw(who)
    return OpenStreet(
        way_id=draw(st.sampled_from(["X1", "X2", "w0"])), name=draw(st.sampled_from(["", "新路"])),
        points=tuple(draw(st.lists(places, min_size=2, max_size=4))), datum="WGS-84", who=users,
        oneway=users != "walkers" and draw(st.booleans()),
        joins=draw(st.sampled_from(["crossings", "ends"])),
        dead_end=draw(st.sampled_from(["none", "none", "none", "start", "both"])),
        tolerance_m=60, indicative=draw(st.booleans()), year=2021,
    )  # fmt: skip


@st.composite
def choices(draw: st.DrawFn, network: Network) -> dict[str, object]:
    """Values that choose a street whole, a part of it, or the piece near a point."""
    street = draw(streets_of(network))
    kind = draw(st.sampled_from(["whole", "part", "near"]))
    if kind == "whole":
        return {"street": street}
    if kind == "near":
        return {"near": draw(places), "datum": "WGS-84"}
    row = int((network.streets.edges["way_id"] == street).to_numpy().argmax())
    line = network.streets.lines[row]
    ends = [line.interpolate(draw(st.floats(0, 1)), normalized=True) for _ in range(2)]
    lonlat = [degrees(end.x - 504_000, end.y - 2_514_000) for end in ends]
    return {"street": street, "from_point": lonlat[0], "to_point": lonlat[1], "datum": "WGS-84"}


@st.composite
def closed(draw: st.DrawFn, network: Network) -> CloseStreet:
    divert = draw(st.sampled_from(["none", "shortest"]))
    return CloseStreet(**draw(choices(network)), who=draw(who), divert=divert)


@st.composite
def restricted(draw: st.DrawFn, network: Network) -> RestrictStreet:
    chosen = draw(choices(network))
    if draw(st.booleans()):
        return RestrictStreet(**chosen, who="walkers", foot_hours=draw(hours))
    direction = draw(st.sampled_from(["along", "against", "both"]))
    return RestrictStreet(**chosen, who=draw(who), direction=direction, divert="shortest")


@st.composite
def slowed(draw: st.DrawFn, network: Network) -> ChangeStreetSpeed:
    return ChangeStreetSpeed(**draw(choices(network)), speed_kmh=draw(st.sampled_from([5, 20, 40])))


@st.composite
def barriers(draw: st.DrawFn, network: Network) -> PutBarrier:
    points = tuple(draw(st.lists(places, min_size=2, max_size=3)))
    return PutBarrier(
        points=points, datum="WGS-84", foot_hours=draw(hours), indicative=draw(st.booleans())
    )


@st.composite
def sides(draw: st.DrawFn, network: Network) -> CloseStopSide:
    stop = draw(st.sampled_from(network.feed.stops["stop_id"].tolist() or ["S0"]))
    side = draw(st.sampled_from(["N", "E", "SW"]))
    return CloseStopSide(stop=stop, side=side, foot_hours=draw(hours), indicative=False)


STREET_CHANGES: dict[str, Callable[[Network], st.SearchStrategy[Change]]] = {
    "open_street": opened,
    "close_street": closed,
    "restrict_street": restricted,
    "change_street_speed": slowed,
    "barrier": barriers,
    "close_stop_side": sides,
}
