"""Random changes of stops, lines and service for the laws: one strategy a verb."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from town import degrees

from transit.model.network import Network
from transit.scenario.add_line import AddLine
from transit.scenario.change import Change
from transit.scenario.headway import ChangeDwell, ChangeHeadway, ChangeSpeed
from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute, ReverseLine, TruncateLine
from transit.scenario.merge import MergeLines
from transit.scenario.span import AddPeriod, ChangeSpan, RemovePeriod
from transit.scenario.stops import MoveStop, NewStop, RemoveStop, RenameStop
from transit.scenario.whole_lines import RemoveLine, SplitLine

Values = Callable[[Network, str], st.SearchStrategy[object]]
"""Of values that a change of this network, and of this pattern of it, may have."""
Drawn = Callable[[Network], st.SearchStrategy[Change]]

NAMES = ["甲", "乙", "丙", "丁"]
DISTRICTS = ["龙华", "宝安", ""]
HOURS = [
    {}, {}, {}, {"start_time": "07:00", "end_time": "09:00"}, {"end_time": "12:00"},
    {"start_time": "08:30"},
]  # fmt: skip
ENDS = ("start", "end")

spots = st.tuples(st.integers(0, 16), st.integers(0, 6)).map(
    lambda at: (at[0] * 50.0, at[1] * 100.0)
)
offside = st.tuples(st.integers(-70, 870), st.integers(-70, 670))


def of(*values: object) -> Values:
    """One of ``values``, whatever the network."""
    return lambda network, pattern: st.sampled_from(values)


def stops_of(network: Network, pattern: str = "") -> st.SearchStrategy[str]:
    """A stop by id or name; mostly one that the pattern calls at."""
    stops = network.feed.stops
    called = network.feed.sequence(pattern)
    return st.sampled_from([*stops["stop_id"], *stops["stop_name"], *called * 5] or ["S0"])


def ids_of(network: Network, pattern: str = "") -> st.SearchStrategy[str]:
    return st.sampled_from(network.feed.stops["stop_id"].tolist() or ["S0"])


def lines_of(network: Network, pattern: str = "") -> st.SearchStrategy[str]:
    routes = network.feed.routes
    return st.sampled_from([*routes["route_id"], *routes["route_short_name"]] or ["L0"])


def some_stops(least: int, most: int) -> Values:
    return lambda network, pattern: st.lists(ids_of(network), min_size=least, max_size=most).map(
        tuple
    )


@st.composite
def selections(draw: st.DrawFn, network: Network, *, keeps: bool) -> tuple[str, dict[str, object]]:
    """A pattern, and values that select it or its line, perhaps for a time of day."""
    hours, beside = draw(st.sampled_from(HOURS)), draw(st.booleans())
    more = hours | ({"keep_original": beside} if keeps else {})
    table = network.feed.patterns
    if table.empty:
        return "", {"line": draw(lines_of(network)), **more}
    row = table.iloc[draw(st.sampled_from(range(len(table))))]
    by = draw(st.sampled_from(["line", "direction_id", "pattern", "pattern"]))
    chosen = {
        "line": {},
        "direction_id": {"direction_id": int(row["direction_id"])},
        "pattern": {"pattern": row["pattern_id"]},
    }
    return row["pattern_id"], {"line": row["route_id"], **chosen[by], **more}


def selected(kind: type[Change], *, keeps: bool = True, **values: Values) -> Drawn:
    """A strategy of changes of this kind, each value drawn from a strategy of the network."""

    @st.composite
    def drawn(draw: st.DrawFn, network: Network) -> Change:
        pattern, chosen = draw(selections(network, keeps=keeps))
        own = {name: draw(strategy(network, pattern)) for name, strategy in values.items()}
        return kind(**chosen, **own)

    return drawn


def plain(kind: type[Change], **values: Values) -> Drawn:
    """The same without a selection."""
    return lambda network: st.builds(
        kind, **{name: one(network, "") for name, one in values.items()}
    )


@st.composite
def places(draw: st.DrawFn) -> dict[str, object]:
    lon, lat = degrees(*draw(st.one_of(spots, offside)))
    return {"lon": lon, "lat": lat, "datum": "WGS-84", "indicative": draw(st.booleans()),
            "year": 2021}  # fmt: skip


@st.composite
def new_stops(draw: st.DrawFn, network: Network) -> NewStop:
    return NewStop(
        stop_id=draw(st.sampled_from(["N1", "N2", "N3", "S0"])),
        stop_name=draw(st.sampled_from(NAMES)), district=draw(st.sampled_from(DISTRICTS)),
        **draw(places()),
    )  # fmt: skip


@st.composite
def moved_stops(draw: st.DrawFn, network: Network) -> MoveStop:
    return MoveStop(stop=draw(ids_of(network)), **draw(places()))


@st.composite
def added_lines(draw: st.DrawFn, network: Network) -> AddLine:
    served = {"headway_secs": 600, "start_time": "06:00", "end_time": "20:00", "speed_kmh": 20}
    back = draw(st.one_of(st.just(()), some_stops(2, 4)(network, "")))
    return AddLine(
        route_id=draw(st.sampled_from(["NEW1", "NEW2", "R0"])), route_short_name="新线",
        stops=draw(some_stops(2, 4)(network, "")), stops_back=back, indicative=True, year=2021,
        **draw(st.sampled_from([{}, served])),
    )  # fmt: skip


@st.composite
def spans(draw: st.DrawFn, network: Network) -> ChangeSpan:
    """The first departure, the last one, or both."""
    first, last = (
        draw(st.sampled_from(["05:00", "08:00"])),
        draw(st.sampled_from(["20:00", "24:30"])),
    )
    ends = draw(st.sampled_from([("first_departure",), ("last_departure",), ()]))
    both = {"first_departure": first, "last_departure": last}
    own = {name: both[name] for name in ends} or both
    return ChangeSpan(**draw(selections(network, keeps=False))[1], **own)


@st.composite
def periods(draw: st.DrawFn, network: Network) -> AddPeriod:
    """Early or late service, with or without a speed of its own."""
    start, end = draw(st.sampled_from([("05:00", "06:00"), ("22:00", "25:00"), ("07:00", "09:00")]))
    own = draw(st.sampled_from([{}, {"speed_kmh": 18.0, "dwell_secs": 20.0}]))
    chosen = draw(selections(network, keeps=False))[1]
    return AddPeriod(
        **(chosen | {"start_time": start, "end_time": end}), **own, headway_secs=900,
        indicative=draw(st.booleans()), year=2021,
    )  # fmt: skip


@st.composite
def calls_of(draw: st.DrawFn, network: Network, pattern: str, count: int) -> list[tuple[str, int]]:
    """Some calls of a pattern in order: the stop, and which call there it is (or one too many)."""
    stops = network.feed.sequence(pattern) or ["S0"] * count
    places = draw(st.lists(st.sampled_from(range(len(stops))), min_size=count, max_size=count))
    slip = draw(st.sampled_from([0, 0, 0, 1]))
    return [(stops[at], stops[: at + 1].count(stops[at]) + slip) for at in sorted(places)]


@st.composite
def reroutes(draw: st.DrawFn, network: Network) -> Reroute:
    pattern, chosen = draw(selections(network, keeps=True))
    start, end = draw(calls_of(network, pattern, 2))
    return Reroute(**chosen, from_stop=start[0], from_call=start[1], to_stop=end[0],
                   to_call=end[1], via=draw(some_stops(0, 2)(network, pattern)))  # fmt: skip


@st.composite
def splits(draw: st.DrawFn, network: Network) -> SplitLine:
    pattern, chosen = draw(selections(network, keeps=False))
    stop, call = draw(calls_of(network, pattern, 1))[0]
    new = draw(st.sampled_from(["NEW3", "NEW4"]))
    return SplitLine(**chosen, stop=stop, call=call, new_route_id=new, new_route_short_name="新段")


@st.composite
def removed_periods(draw: st.DrawFn, network: Network) -> RemovePeriod:
    chosen = draw(selections(network, keeps=False))[1]
    return RemovePeriod(**(chosen | draw(st.sampled_from(HOURS[2:]))))


LINE_CHANGES: dict[str, Drawn] = {
    "new_stop": new_stops,
    "remove_stop": plain(
        RemoveStop,
        stop=stops_of,
        line=lambda network, pattern: st.one_of(st.none(), lines_of(network)),
    ),
    "move_stop": moved_stops,
    "rename_stop": plain(RenameStop, stop=stops_of, stop_name=of(*NAMES, "戊")),
    "extend_line": selected(ExtendLine, end=of(*ENDS), stops=some_stops(1, 2)),
    "truncate_line": selected(TruncateLine, end=of(*ENDS), stop=stops_of, call=of(1, 1, 2)),
    "move_origin": selected(
        MoveOrigin, from_stop=stops_of, to_stop=ids_of, via=some_stops(0, 1), end=of(None, *ENDS)
    ),
    "reroute": reroutes,
    "reverse_line": selected(ReverseLine),
    "add_line": added_lines,
    "remove_line": selected(RemoveLine, keeps=False),
    "split_line": splits,
    "merge_lines": plain(
        MergeLines, line=lines_of, other=lines_of, service=of("first", "second"),
        route_short_name=of(None, "合线"),
    ),
    "change_headway": selected(ChangeHeadway, headway_secs=of(240, 300, 600)),
    "change_span": spans,
    "add_period": periods,
    "remove_period": removed_periods,
    "change_speed": selected(ChangeSpeed, speed_kmh=of(12.0, 30.0)),
    "change_dwell": selected(ChangeDwell, dwell_secs=of(10.0, 30.0)),
}  # fmt: skip
