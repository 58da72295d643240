"""Laws that hold for every network and every scenario, tried on random ones.

A new verb joins by an entry in ``CHANGES``; until it has one, the first test fails. The number of
examples is small so that the suite stays quick; ``LAW_EXAMPLES=100 pytest tests/test_laws.py``
tries harder.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from street_changes import STREET_CHANGES, opened
from town import Piece, area, degrees, lattice, make_feed, make_stations, make_streets
from town import feed as town_feed
from town import network as town_network
from town import park as town_park

from transit.analysis.brief import brief
from transit.analysis.catchment import stop_catchment
from transit.analysis.coverage import coverage
from transit.analysis.measures import measures
from transit.analysis.proximity import stops_near
from transit.comparison import difference
from transit.errors import DataError
from transit.ledger import service_ledger
from transit.model.feed import Feed
from transit.model.network import Network
from transit.model.park import Park
from transit.scenario.add_line import AddLine
from transit.scenario.change import Change
from transit.scenario.headway import ChangeDwell, ChangeHeadway, ChangeSpeed
from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute, ReverseLine, TruncateLine
from transit.scenario.merge import MergeLines
from transit.scenario.scenario import VERBS, Scenario
from transit.scenario.span import AddPeriod, ChangeSpan, RemovePeriod
from transit.scenario.stops import MoveStop, NewStop, RemoveStop, RenameStop
from transit.scenario.streets import CloseStreet
from transit.scenario.whole_lines import RemoveLine, SplitLine
from transit.schema import FEED_TABLES

LAWS = settings(
    max_examples=int(os.environ.get("LAW_EXAMPLES", "10")), suppress_health_check=list(HealthCheck)
)

LIMIT = 300
BASE = lattice(8, 6)
STREETS = make_streets(BASE)
# A park whose two gates lie on its outline; streets run along it and through it.
PARK: Park = town_park(
    {"G1": ("西门", 200, 300), "G2": ("东门", 500, 200)}, bounds=(200, 100, 500, 400), point=None
)
STATIONS = make_stations({"T1": ("长湖", "4", 700, 500), "T2": ("茜坑", "4", 0, 0)})
NAMES = ["甲", "乙", "丙", "丁"]
DISTRICTS = ["龙华", "宝安", ""]

spots = st.tuples(st.integers(0, 16), st.integers(0, 6)).map(
    lambda at: (at[0] * 50.0, at[1] * 100.0)
)
offside = st.tuples(st.integers(-70, 870), st.integers(-70, 670))


@st.composite
def feeds(draw: st.DrawFn) -> Feed:
    """Three to seven stops and one to three lines, loops and lines without service among them."""
    count = draw(st.integers(3, 7))
    stops = {}
    for number in range(count):
        east, north = draw(st.one_of(spots, offside))
        stops[f"S{number}"] = (draw(st.sampled_from(NAMES)), east, north,
                               draw(st.sampled_from(DISTRICTS)))  # fmt: skip
    courses, headways = {}, {}
    for line in range(draw(st.integers(1, 3))):
        for direction in range(draw(st.integers(1, 2))):
            pattern = f"R{line}_{direction}"
            calls = draw(st.lists(st.sampled_from(sorted(stops)), min_size=2, max_size=6))
            calls = [stop for stop, _ in itertools.groupby(calls)]
            if len(calls) < 2:
                calls = ["S0", "S1"]
            courses[pattern] = (f"L{line}", direction, " ".join(calls))
            if draw(st.booleans()):
                headways[pattern] = draw(st.sampled_from([300, 600, 1200]))
    return make_feed(stops, courses, headways)


def network_of(feed: Feed) -> Network:
    return Network("law", STREETS, feed, area(-100, -100, 900, 700), STATIONS)


networks = feeds().map(network_of)


# ---- one strategy a verb --------------------------------------------------------------------


def stops_of(network: Network) -> st.SearchStrategy[str]:
    stops = network.feed.stops
    return st.sampled_from([*stops["stop_id"], *stops["stop_name"]])


def ids_of(network: Network) -> st.SearchStrategy[str]:
    return st.sampled_from(network.feed.stops["stop_id"].tolist())


def lines_of(network: Network) -> st.SearchStrategy[str]:
    return st.sampled_from(network.feed.routes["route_short_name"].tolist())


directions = st.sampled_from([None, 0, 1])
Values = Callable[[Network], st.SearchStrategy[object]]
Drawn = Callable[[Network], st.SearchStrategy[Change]]


@st.composite
def new_stops(draw: st.DrawFn, network: Network) -> NewStop:
    lon, lat = degrees(*draw(st.one_of(spots, offside)))
    return NewStop(
        stop_id=draw(st.sampled_from(["N1", "N2", "N3", "S0"])),
        stop_name=draw(st.sampled_from(NAMES)),
        lon=lon, lat=lat, datum="WGS-84", indicative=draw(st.booleans()), year=2021,
        district=draw(st.sampled_from(DISTRICTS)),
    )  # fmt: skip


@st.composite
def reroutes(draw: st.DrawFn, network: Network) -> Reroute:
    return Reroute(
        line=draw(lines_of(network)), from_stop=draw(stops_of(network)),
        to_stop=draw(stops_of(network)), via=tuple(draw(st.lists(ids_of(network), max_size=2))),
        direction_id=draw(directions), from_call=draw(st.integers(1, 2)),
        to_call=draw(st.integers(1, 2)),
    )  # fmt: skip


def _extensions(network: Network) -> st.SearchStrategy[Change]:
    return st.builds(
        ExtendLine, line=lines_of(network), end=st.sampled_from(["start", "end"]),
        stops=st.lists(ids_of(network), min_size=1, max_size=2).map(tuple), direction_id=directions,
    )  # fmt: skip


def _origins(network: Network) -> st.SearchStrategy[Change]:
    return st.builds(
        MoveOrigin, line=lines_of(network), from_stop=stops_of(network), to_stop=ids_of(network),
        via=st.lists(ids_of(network), max_size=1).map(tuple),
    )  # fmt: skip


def _headways(network: Network) -> st.SearchStrategy[Change]:
    return st.builds(
        ChangeHeadway, line=lines_of(network), headway_secs=st.sampled_from([240, 300, 600]),
        direction_id=directions, start_time=st.sampled_from(["00:00", "07:00", "12:00"]),
        end_time=st.sampled_from(["09:00", "21:30", "48:00"]),
    )  # fmt: skip


hours = st.sampled_from(
    [{}, {}, {"start_time": "07:00", "end_time": "09:00"}, {"end_time": "12:00"}]
)


@st.composite
def selections(draw: st.DrawFn, network: Network, *, keeps: bool = True) -> dict[str, object]:
    """A line, perhaps one direction and time of day of it, perhaps beside what runs already."""
    beside = {"keep_original": draw(st.booleans())} if keeps else {}
    line = draw(lines_of(network))
    return {"line": line, "direction_id": draw(directions), **draw(hours), **beside}


def selected(kind: type[Change], *, keeps: bool = True, **values: Values) -> Drawn:
    """A strategy of changes of this kind, each value drawn from a strategy of the network."""

    @st.composite
    def drawn(draw: st.DrawFn, network: Network) -> Change:
        own = {name: draw(strategy(network)) for name, strategy in values.items()}
        return kind(**draw(selections(network, keeps=keeps)), **own)

    return drawn


def one_of(*values: object) -> Values:
    return lambda network: st.sampled_from(values)


def _stops(least: int) -> Values:
    return lambda network: st.lists(ids_of(network), min_size=least, max_size=4).map(tuple)


@st.composite
def moved_stops(draw: st.DrawFn, network: Network) -> MoveStop:
    lon, lat = degrees(*draw(st.one_of(spots, offside)))
    return MoveStop(stop=draw(ids_of(network)), lon=lon, lat=lat, datum="WGS-84",
                    indicative=draw(st.booleans()), year=2021)  # fmt: skip


@st.composite
def added_lines(draw: st.DrawFn, network: Network) -> AddLine:
    served = {"headway_secs": 600, "start_time": "06:00", "end_time": "20:00", "speed_kmh": 20}
    return AddLine(
        route_id=draw(st.sampled_from(["NEW1", "NEW2", "R0"])), route_short_name="新线",
        stops=draw(_stops(2)(network)), stops_back=draw(st.one_of(st.just(()), _stops(2)(network))),
        indicative=True, year=2021, **draw(st.sampled_from([{}, served])),
    )  # fmt: skip


def _merged(network: Network) -> st.SearchStrategy[Change]:
    return st.builds(MergeLines, line=lines_of(network), other=lines_of(network),
                     service=st.sampled_from(["first", "second"]))  # fmt: skip


CHANGES: dict[str, Callable[[Network], st.SearchStrategy[Change]]] = {
    "move_stop": moved_stops,
    "rename_stop": lambda network: st.builds(
        RenameStop, stop=stops_of(network), stop_name=st.sampled_from([*NAMES, "戊"])
    ),
    "truncate_line": selected(
        TruncateLine, end=one_of("start", "end"), stop=stops_of, call=one_of(1, 1, 2)
    ),
    "reverse_line": selected(ReverseLine),
    "add_line": added_lines,
    "remove_line": selected(RemoveLine, keeps=False),
    "split_line": selected(
        SplitLine,
        keeps=False,
        stop=stops_of,
        call=one_of(1, 1, 2),
        new_route_id=one_of("NEW3", "NEW4"),
        new_route_short_name=one_of("新段"),
    ),
    "merge_lines": _merged,
    "change_span": selected(
        ChangeSpan,
        keeps=False,
        first_departure=one_of("05:00", "08:00"),
        last_departure=one_of("20:00", "24:30"),
    ),
    "add_period": lambda network: st.builds(
        AddPeriod,
        line=lines_of(network),
        direction_id=directions,
        start_time=st.sampled_from(["05:00", "22:00"]),
        end_time=st.sampled_from(["06:00", "25:00"]),
        headway_secs=st.just(900),
        speed_kmh=st.just(20),
        dwell_secs=st.just(0),
        indicative=st.booleans(),
        year=st.just(2021),
    ),
    "remove_period": selected(RemovePeriod, keeps=False),
    "change_speed": selected(ChangeSpeed, speed_kmh=one_of(12.0, 30.0)),
    "change_dwell": selected(ChangeDwell, dwell_secs=one_of(10.0, 30.0)),
    "new_stop": new_stops,
    "remove_stop": lambda network: st.builds(
        RemoveStop, stop=stops_of(network), line=st.one_of(st.none(), lines_of(network))
    ),
    "extend_line": _extensions,
    "move_origin": _origins,
    "reroute": reroutes,
    "change_headway": _headways,
    **STREET_CHANGES,
}
any_change = st.sampled_from(sorted(CHANGES))


@st.composite
def scenarios(draw: st.DrawFn, network: Network, most: int = 3) -> Scenario:
    """A scenario that can be applied to ``network``; changes that cannot be are left out."""
    changes, current = [], network
    for verb in draw(st.lists(any_change, min_size=1, max_size=most)):
        change = draw(CHANGES[verb](current))
        try:
            current = Scenario("random", (change,)).apply(current)
        except DataError:
            continue
        changes.append(change)
    return Scenario("random", tuple(changes))


def frames_of(network: Network) -> dict[str, pd.DataFrame]:
    frames = {table.name: getattr(network.feed, table.name) for table in FEED_TABLES}
    return frames | {"stations": network.stations, "edges": network.streets.edges}


# ---- the laws -------------------------------------------------------------------------------


def test_every_verb_is_drawn():
    """If this fails, a new verb is not held to the laws: add its strategy to ``CHANGES``."""
    assert set(CHANGES) == set(VERBS)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_strategy_finds_a_change_that_works(verb):
    """If this fails, the laws are tried on scenarios that never apply."""
    pairs = networks.flatmap(lambda base: CHANGES[verb](base).map(lambda change: (base, change)))
    base, change = find(
        pairs,
        lambda pair: not Scenario("s", (pair[1],)).problems(pair[0]),
        settings=settings(
            max_examples=500, derandomize=True, database=None, phases=[Phase.generate]
        ),
    )
    assert Scenario("s", (change,)).apply(base).fingerprint() != base.fingerprint()


@pytest.mark.parametrize("verb", sorted(VERBS))
@LAWS
@given(data=st.data(), base=networks)
def test_no_change_touches_its_base(verb, data, base):
    """If this fails, a comparison has lost its "before"."""
    before = base.fingerprint()
    kept = {name: frame.copy(deep=True) for name, frame in frames_of(base).items()}
    xy, coords = base.stop_xy.copy(), base.streets.coords.copy()
    scenario = Scenario("s", (data.draw(CHANGES[verb](base)),))
    if not scenario.problems(base):
        changed = scenario.apply(base)
        assert changed.fingerprint() != before
        for name, frame in frames_of(changed).items():
            # Whole numbers stay whole, ids stay text.
            assert frame.dtypes.equals(kept[name].dtypes), name
    assert base.fingerprint() == before
    for name, frame in frames_of(base).items():
        pd.testing.assert_frame_equal(frame, kept[name])
    assert (base.stop_xy == xy).all()
    assert (base.streets.coords == coords).all()


@LAWS
@given(networks)
def test_empty_scenario_is_the_base(base):
    """If this fails, doing nothing does something."""
    assert Scenario("nothing").apply(base).fingerprint() == base.fingerprint()


@LAWS
@given(st.data(), networks)
def test_x_plus_y_is_x_then_y(data, base):
    """If this fails, scenarios cannot be put together from parts."""
    x = data.draw(scenarios(base))
    between = x.apply(base)
    y = data.draw(scenarios(between))
    assert (x + y).apply(base).fingerprint() == y.apply(between).fingerprint()
    if y.changes:
        shorter = (x + y).without_last().apply(base).fingerprint()
        assert shorter == (x + y.without_last()).apply(base).fingerprint()


@LAWS
@given(st.data(), networks)
def test_opened_and_closed_again_is_the_base(data, base):
    """If this fails, a street that is opened and closed again leaves something behind."""
    before = data.draw(scenarios(base)).apply(base)
    link = data.draw(opened(before))
    close = CloseStreet(street=link.way_id, divert="shortest")
    if Scenario("s", (link,)).problems(before):
        return
    after = Scenario("s", (link, close)).apply(before)
    assert after.fingerprint() == before.fingerprint()
    courses = after.courses
    for pattern, course in before.courses.items():
        assert (course.edge == courses[pattern].edge).all()
        assert (course.length_m == courses[pattern].length_m).all()


@LAWS
@given(st.data(), networks)
def test_difference_turned_round_is_the_negative(data, base):
    """If this fails, undoing a change is not the opposite of making it."""
    changed = data.draw(scenarios(base)).apply(base)
    sides = [measures(brief(one, PARK, limit_m=LIMIT)) for one in (base, changed)]
    there, back = (difference(*pair, limit_m=LIMIT) for pair in (sides, sides[::-1]))
    np.testing.assert_array_equal(there["change"].to_numpy(), -back["change"].to_numpy())
    both = service_ledger(base, changed), service_ledger(changed, base)
    gains, losses = (set(map(tuple, _who(table, effect)))
                     for table, effect in zip(both, ("gain", "loss"), strict=True))  # fmt: skip
    assert gains == losses


def _who(table: pd.DataFrame, effect: str) -> list[list[object]]:
    keys = ["subject", "subject_id", "line", "direction_id", "what"]
    return table.loc[table["effect"] == effect, keys].values.tolist()


@LAWS
@given(st.data(), networks)
def test_catchment_grows_with_its_limit(data, base):
    """If this fails, a longer walk reaches less."""
    stop = data.draw(ids_of(base))
    for kind in ("straight", "walk"):
        if kind == "walk" and base.stop_anchors.edge[base.stop_row[stop]] < 0:
            continue
        rings = [stop_catchment(base, stop, limit_m=limit, kind=kind) for limit in (150, 300, 500)]
        for small, large in itertools.pairwise(rings):
            assert small.area.difference(large.area.buffer(0.01)).area < 1e-3
            assert sum(line.length for line in small.streets) <= sum(
                line.length for line in large.streets
            ) + 1e-6  # fmt: skip


def shares(network: Network) -> dict[tuple[str, str], float]:
    table = coverage(network, [PARK], limit_m=LIMIT)
    return dict(zip(zip(table["kind"], table["of"], strict=True), table["share"], strict=True))


@LAWS
@given(st.data(), networks)
def test_another_stop_lowers_nothing(data, base):
    """If this fails, building a stop makes a park worse served."""
    new = data.draw(new_stops(base))
    line = ExtendLine(line="L0", end=data.draw(st.sampled_from(["start", "end"])),
                      stops=(new.stop_id,), direction_id=0)  # fmt: skip
    scenario = Scenario("s", (new, line))
    if scenario.problems(base):
        return
    after = scenario.apply(base)
    old, now = shares(base), shares(after)
    assert all(now[key] >= share - 1e-9 for key, share in old.items())
    before, then = (brief(one, PARK, limit_m=LIMIT) for one in (base, after))
    _no_longer(before, then)
    for table in ("districts", "stations"):
        keys = ["route_short_name", "direction_id", "travel"]
        keys.append("district" if table == "districts" else "station_id")
        reached = [set(map(tuple, getattr(one, table)[keys].values)) for one in (before, then)]
        assert reached[0] <= reached[1]


def _no_longer(before, then) -> None:
    walks = [one.stops.set_index("stop_id")["walk_m"] for one in (before, then)]
    old = walks[0].dropna()
    assert (walks[1].reindex(old.index) <= old + 1e-6).all()


@LAWS
@given(networks, st.lists(st.sampled_from(range(len(BASE))), min_size=1, max_size=30, unique=True))
def test_another_walking_link_lowers_nothing(base, closed):
    """If this fails, opening a footpath makes a park worse served."""
    pieces = [Piece(one.points, "no") if row in closed else one for row, one in enumerate(BASE)]
    fewer = dataclasses.replace(base, streets=make_streets(pieces))
    try:
        before = brief(fewer, PARK, limit_m=LIMIT)
        _ = before.stops
    except DataError:
        return  # a gate has lost its only street
    then = brief(base, PARK, limit_m=LIMIT)
    # A stop may be nearer to the new link than to its old street, so the old ones keep theirs.
    same = [stop for stop, row in base.stop_row.items()
            if base.stop_anchors.access_m[row] == fewer.stop_anchors.access_m[row]
            and base.stop_anchors.edge[row] == fewer.stop_anchors.edge[row]]  # fmt: skip
    walks = [one.stops.set_index("stop_id")["walk_m"] for one in (before, then)]
    old = walks[0].reindex(same).dropna()
    assert (walks[1].reindex(old.index) <= old + 1e-6).all()
    reached = [set(one.rides["stop_id"]) for one in (before, then)]
    assert reached[0] <= reached[1]


@LAWS
@given(networks)
def test_walking_is_never_shorter_than_the_crow_flies(base):
    """If this fails, somebody walks through a wall."""
    table = stops_near(base, PARK, limit_m=800)
    gates = dict(zip(PARK.gates["gate_name"], PARK.gate_xy, strict=True))
    for row in table.itertuples():
        if not np.isnan(row.walk_m):
            straight = np.hypot(*(base.stop_xy[base.stop_row[row.stop_id]] - gates[row.walk_gate]))
            assert row.walk_m >= straight - 1e-6
            assert row.walk_m >= row.to_gate_m - 1e-6
        # The gates lie on the outline, so no stop is nearer to a gate than to the outline.
        assert row.to_outline_m <= row.to_gate_m + 1e-6


@LAWS
@given(st.data(), networks)
def test_rows_turned_round_change_nothing(data, base):
    """If this fails, the order of rows in a file changes the result."""
    scenario = data.draw(scenarios(base, most=1))
    frames = {table.name: getattr(base.feed, table.name).iloc[::-1] for table in FEED_TABLES}
    turned = dataclasses.replace(base, feed=Feed(**frames), stations=base.stations.iloc[::-1])
    assert turned.fingerprint() == base.fingerprint()
    assert printed(scenario.apply(turned)) == printed(scenario.apply(base))


def test_equal_inputs_give_equal_bytes():
    """If this fails, two runs of the same question give two answers."""
    first, second = (town_network(town_feed.__wrapped__(), lattice(12, 12)) for _ in range(2))
    assert printed(first) == printed(second)


def printed(network: Network) -> bytes:
    """Every table of a brief and its measures, as the bytes that a file would get."""
    one = brief(network, PARK, limit_m=LIMIT)
    tables = one.tables() | {"measures": measures(one), "rides": one.rides}
    return "\n".join(f"{name}\n{table.to_csv()}" for name, table in tables.items()).encode()
