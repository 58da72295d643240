"""Laws of what is measured on a network, tried on random networks and scenarios."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from laws import (
    BASE,
    LAWS,
    LIMIT,
    PARK,
    networks,
    scenarios,
)
from line_changes import ids_of, new_stops
from town import Piece, lattice, make_streets
from town import feed as town_feed
from town import network as town_network

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
from transit.scenario.lines import ExtendLine
from transit.scenario.scenario import Scenario
from transit.schema import FEED_TABLES


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
