"""Changes to streets: what opens, what closes, what lines lose, and what is refused.

Streets are blocks of 100 m; the sums stand in the comments. See ``town.py`` for the places.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from shapely.geometry import box
from street_changes import STREET_CHANGES, opened
from town import (
    GATES_AT,
    Piece,
    degrees,
    lattice,
    make_feed,
    metric,
    network,
    park,
)

from transit.analysis.brief import brief
from transit.analysis.catchment import stop_catchment
from transit.analysis.measures import measures
from transit.errors import DataError
from transit.model.network import Network
from transit.scenario.barriers import CloseStopSide, PutBarrier
from transit.scenario.change import Change
from transit.scenario.files import read_scenario, write_scenario
from transit.scenario.scenario import Scenario
from transit.scenario.streets import ChangeStreetSpeed, CloseStreet, OpenStreet, RestrictStreet

Place = tuple[float, float]


def points(*places: Place) -> tuple[Place, ...]:
    return tuple(degrees(*place) for place in places)


def opening(*places: Place, **more: object) -> OpenStreet:
    values = {"way_id": "N", "name": "新路", "who": "both", "indicative": True, "year": 2021} | more
    return OpenStreet(points=points(*places), datum="WGS-84", **values)


def near(east: float, north: float) -> dict[str, object]:
    return {"near": degrees(east, north), "datum": "WGS-84"}


def between(start: Place, end: Place) -> dict[str, object]:
    return {"from_point": degrees(*start), "to_point": degrees(*end), "datum": "WGS-84"}


def run(*changes: Change, base: Network | None = None) -> Network:
    return Scenario("s", changes).apply(base or network())


def refused(*changes: Change, base: Network | None = None) -> list[str]:
    with pytest.raises(DataError) as caught:
        run(*changes, base=base)
    return [str(problem) for problem in caught.value.problems]


def walk_m(whole: Network, stop: str, gates: dict = GATES_AT) -> float:
    stops = brief(whole, park(gates)).stops.set_index("stop_id")
    return float(stops.loc[stop, "walk_m"])


def pieces_of(whole: Network, way: str) -> np.ndarray:
    return np.flatnonzero(whole.streets.edges["way_id"] == way)


def degree(whole: Network, place: Place) -> int:
    """How many street pieces end at the node there."""
    away = np.hypot(*(whole.streets.node_xy - metric([place])).T)
    (node,) = np.flatnonzero(away < 0.01)
    return int((np.concatenate(whole.streets.ends()) == node).sum())


def strip() -> list[Piece]:
    """Three streets of 300 m, 100 m apart, joined at their west ends only."""
    rows = [Piece(((0, y), (300, y))) for y in (0, 100, 200)]
    return [*rows, Piece(((0, 0), (0, 100))), Piece(((0, 100), (0, 200)))]


# ---- open -----------------------------------------------------------------------------------


def test_link_is_joined_at_every_street_it_crosses():
    """If this fails, a new street passes over the streets it crosses."""
    town = network()
    whole = run(opening((350, 100), (350, 500)))  # over the streets at 200, 300 and 400
    rows = pieces_of(whole, "N")
    assert whole.streets.length_m[rows] == pytest.approx([100] * 4)
    assert [degree(whole, (350, y)) for y in (100, 200, 300, 400, 500)] == [3, 4, 4, 4, 3]
    # Five streets are divided; no metre of them is lost.
    assert len(whole.streets) == len(town.streets) + 4 + 5
    assert whole.streets.length_m.sum() == pytest.approx(town.streets.length_m.sum() + 400)
    edge = whole.streets.edges.iloc[rows[0]]
    assert (edge["street_name"], edge["highway"]) == ("新路", "tertiary")
    assert edge["indicative"]
    assert edge["source"] == "scenario, 2021"
    assert whole.streets.edges.dtypes.equals(town.streets.edges.dtypes)


def test_link_shortens_walks_and_drives():
    """If this fails, a new street changes the map and nothing else."""
    stops = {"A": ("甲", 250, 0, ""), "B": ("乙", 250, 200, "")}
    town = network(make_feed(stops, {"R_0": ("1", 0, "A B")}), strip())
    gates = {"G": ("门", 250, 200)}
    # West 250, north 200, east 250.
    assert town.courses["R_0"].length_m == pytest.approx([700])
    assert walk_m(town, "A", gates) == pytest.approx(700)
    link = opening((200, 0), (200, 200))
    whole = run(link, base=town)
    # West 50, north 200, east 50.
    assert whole.courses["R_0"].length_m == pytest.approx([300])
    assert walk_m(whole, "A", gates) == pytest.approx(300)
    # Half-way it meets the middle street: from (300, 100) to A it is 100 + 100 + 50.
    assert walk_m(whole, "A", {"G": ("门", 300, 100)}) == pytest.approx(250)
    on_foot = run(link.model_copy(update={"who": "walkers"}), base=town)
    assert on_foot.courses["R_0"].length_m == pytest.approx([700])
    assert walk_m(on_foot, "A", gates) == pytest.approx(300)
    by_bus = run(link.model_copy(update={"who": "buses"}), base=town)
    assert by_bus.courses["R_0"].length_m == pytest.approx([300])
    assert walk_m(by_bus, "A", gates) == pytest.approx(700)
    back = run(link.model_copy(update={"oneway": True, "points": link.points[::-1]}), base=town)
    assert back.courses["R_0"].length_m == pytest.approx([700])  # open southward only


def test_bridge_meets_only_its_ends():
    """If this fails, a bridge is joined to the street below it."""
    whole = run(opening((200, 0), (200, 200), joins="ends"), base=network(pieces=strip()))
    assert whole.streets.length_m[pieces_of(whole, "N")] == pytest.approx([200])
    # Off the bridge at (200, 200), round by the west: 200 + 200 + 100 + 300, then 100 back... from
    # (300, 100) to A (250, 0) by the west end it is 300 + 100 + 250.
    stops = {"A": ("甲", 250, 0, ""), "B": ("乙", 250, 200, "")}
    town = replace(whole, feed=make_feed(stops, {"R_0": ("1", 0, "A B")}))
    assert walk_m(town, "A", {"G": ("门", 300, 100)}) == pytest.approx(650)


def test_ends_are_joined_within_the_tolerance():
    """If this fails, a street that stops a metre short of the next leads nowhere."""
    # 12 m short of the street at 100 and 15 m beyond the street at 300: joined, and trimmed.
    whole = run(opening((350, 112), (350, 315)))
    assert whole.streets.length_m[pieces_of(whole, "N")] == pytest.approx([100, 100])
    # Within a metre of a corner it is the corner.
    corner = run(opening((300.6, 100.6), (350, 150), (399.5, 200.3)))
    assert len(corner.streets) == len(network().streets) + 1
    assert [degree(corner, place) for place in ((300, 100), (400, 200))] == [5, 5]


def test_an_end_that_is_joined_to_nothing_is_refused():
    """If this fails, a street that leads nowhere looks like one that leads somewhere."""
    link = opening((350, 100), (350, 150))
    (text,) = refused(link)
    assert "its end is joined to nothing: the nearest street for its users is 50 m away" in text
    assert "dead_end: end" in text
    whole = run(link.model_copy(update={"dead_end": "end"}))
    assert whole.streets.length_m[pieces_of(whole, "N")] == pytest.approx([50])
    # A footpath is nothing to join a street for buses to.
    paths = network(pieces=[Piece(one.points) for one in lattice(2, 2)])
    edges = paths.streets.edges.assign(motor_forward=False, motor_backward=False)
    paths = paths.with_streets(replace(paths.streets, edges=edges))
    (start, end) = refused(opening((50, 0), (50, 100)), base=paths)
    assert (
        "its start is joined to nothing: the nearest street for its users does not exist" in start
    )
    assert "its end" in end


def test_meeting_at_junctions_corners_and_ends_of_streets():
    """If this fails, a link through a junction misses it, or is joined beside it."""
    diagonal = run(opening((100, 100), (200, 200), (300, 300)))
    assert len(diagonal.streets) == len(network().streets) + 2
    assert [degree(diagonal, (x, x)) for x in (100, 200, 300)] == [5, 6, 5]
    # A street that ends at the link is joined to it, also when it stops half a metre short.
    town = network(pieces=[Piece(((0, 0), (0, 100))), Piece(((300, 0), (300, 100))),
                           Piece(((150, 50), (150, 99.5)))])  # fmt: skip
    joined = run(opening((0, 100), (300, 100)), base=town)
    assert degree(joined, (150, 99.5)) == 3
    assert len(pieces_of(joined, "N")) == 2


def test_link_over_a_vertex_takes_the_vertex():
    """If this fails, healing a street would lose one of its bends."""
    bent = network(pieces=[Piece(((0, 0), (100, 10), (200, 0))), Piece(((0, 100), (200, 100)))])
    whole = run(opening((100.4, 10), (100.4, 100)), base=bent)
    assert degree(whole, (100, 10)) == 3
    assert run(opening((100.4, 10), (100.4, 100)), CloseStreet(street="N"),
               base=bent).fingerprint() == bent.fingerprint()  # fmt: skip


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        (opening((100, 100), (100, 100)), "it has no length"),
        (opening((50, 0), (50, 50), (80, 50), (80, 30), (20, 30), (20, 0)), "it crosses itself"),
        (opening((100, 100), (400, 100)), "it runs along w"),
        (opening((100, 100), (100.5, 100.5), (101, 100)), "both its ends are joined at one place"),
        (opening((350, 100), (350, 200), way_id="w0"), "'w0' exists already"),
        (opening((350, 100), (350, 200), who="walkers", oneway=True), "no bus may use it"),
        (opening((5000, 100), (5000, 200)), "its start is joined to nothing"),
        (
            opening((350, 100), (350, 200)).model_copy(
                update={"points": ((22.7, 89), (0, 0)), "datum": "GCJ-02"}
            ),
            "22.7, 89 lies far from every street",
        ),
    ],
)
def test_links_that_are_refused(link, fault):
    """If this fails, a slip in drawing becomes a street."""
    assert any(fault in text for text in refused(link))


def test_link_through_a_bridge_is_refused():
    """If this fails, a link joins a bridge to the street below it."""
    over = network(
        pieces=[
            Piece(((-100, -100), (100, 100))),
            Piece(((-100, 100), (100, -100))),
            Piece(((-100, -100), (-100, 100))),
            Piece(((100, -100), (100, 100))),
        ]
    )
    (text,) = refused(opening((-100, 0), (100, 0)), base=over)
    assert "it meets two streets at one place where they do not meet each other" in text


@pytest.mark.parametrize(
    "values",
    [
        {"points": (degrees(0, 0),)},
        {"points": ((1, float("nan")), (2, 3))},
        {"points": ((200, 22), (114, 22))},
        {"who": "cyclists"},
        {"datum": None},
        {"tolerance_m": -1},
        {"highway": "<script>"},
        {"speed_kmh": 0},
        {"year": 1066},
        {"way_id": ""},
    ],
)
def test_values_that_no_street_can_have(values):
    """If this fails, odd values in a file reach the streets."""
    good = opening((350, 100), (350, 200)).model_dump()
    with pytest.raises(ValidationError):
        OpenStreet(**(good | values))


# ---- close and restrict ---------------------------------------------------------------------


def test_opened_and_closed_again_is_the_base():
    """If this fails, undoing a street leaves cuts in the streets it crossed."""
    town = network()
    link = opening((350, 112), (350, 515))
    whole = run(link, CloseStreet(street="新路", divert="shortest"))
    assert whole.fingerprint() == town.fingerprint()
    # In any order: what the second one had cut of the first is whole again.
    across = opening((310, 150), (390, 150), way_id="Q", dead_end="both")
    assert len(run(link, across).streets) > len(run(link).streets) + 1
    back = run(link, across, CloseStreet(street="Q"))
    assert back.fingerprint() == run(link).fingerprint()


def test_forbidden_turns_survive_cutting_and_healing():
    """If this fails, a sign is forgotten when a new street cuts the road it stands on."""
    town = network()
    streets = town.streets
    first, last = streets.ends()
    node = int(np.flatnonzero((streets.node_xy == metric([(300, 100)])).all(axis=1))[0])
    west = int(np.flatnonzero((last == node) & (streets.length_m > 0))[0])
    onto = int(np.flatnonzero(first == node)[0])
    signed = town.with_streets(replace(streets, no_turns=np.array([[west, node, onto]])))
    link = opening((250, 100), (250, 200)), opening((350, 100), (350, 200), way_id="M")
    cut = run(*link, base=signed).streets
    ((from_edge, via, to_edge),) = cut.no_turns.tolist()
    for edge in (from_edge, to_edge):
        assert node in (cut.ends()[0][edge], cut.ends()[1][edge])
    assert via == node
    closed = run(*link, CloseStreet(street="N"), CloseStreet(street="M"), base=signed)
    assert closed.fingerprint() == signed.fingerprint()


def test_lines_that_lose_their_road_are_named():
    """If this fails, a street is closed and the bus drives on."""
    stops = {"A": ("甲", 50, 0, ""), "B": ("乙", 350, 0, "")}
    lines = {"R1_0": ("101", 0, "A B"), "R1_1": ("101", 1, "B A"), "R2_0": ("102", 0, "B A")}
    town = network(make_feed(stops, lines))
    texts = refused(CloseStreet(**near(150, 0)), base=town)
    assert [text.split("street: ")[1].split(" →")[0] for text in texts] == [
        "line 101 direction 0 (to 乙) loses its road: w25",
        "line 101 direction 1 (to 甲) loses its road: w25",
        "line 102 direction 0 (to 甲) loses its road: w25",
    ]
    # North 100 and south 100 round the closed block: 300 + 200.
    round_it = run(CloseStreet(**near(150, 0), divert="shortest"), base=town)
    assert {key: course.length_m[0] for key, course in round_it.courses.items()} == pytest.approx(
        {"R1_0": 500, "R1_1": 500, "R2_0": 500}
    )
    # Closed eastward only, the way back stays.
    one = {"direction": "along", "who": "buses", **between((100, 0), (200, 0)), "street": "w25"}
    (text,) = refused(RestrictStreet(**one), base=town)
    assert "line 101 direction 0" in text
    east = run(RestrictStreet(**one, divert="shortest"), base=town)
    assert east.courses["R1_0"].length_m == pytest.approx([500])
    assert east.courses["R1_1"].length_m == pytest.approx([300])
    # Against the choice turned round is the same.
    turned = one | between((200, 0), (100, 0)) | {"direction": "against", "divert": "shortest"}
    assert run(RestrictStreet(**turned), base=town).fingerprint() == east.fingerprint()


def test_a_hop_with_no_way_left_is_named():
    """If this fails, a line crosses a closed street in a straight line."""
    stops = {"A": ("甲", 50, 0, ""), "B": ("乙", 350, 0, "")}
    pieces = [Piece(((0, 0), (100, 0))), Piece(((100, 0), (200, 0))), Piece(((200, 0), (400, 0)))]
    town = network(make_feed(stops, {"R1_0": ("101", 0, "A B")}), pieces)
    (text,) = refused(CloseStreet(street="w1", divert="shortest"), base=town)
    assert "line 101 direction 0 (to 乙) finds no street any more: 甲 (A) → 乙 (B)" in text
    # For walkers only, no line minds.
    assert run(CloseStreet(street="w1", who="walkers"), base=town).courses["R1_0"].matched.all()


def test_part_of_a_street_is_closed_between_two_points():
    """If this fails, works on 40 m of a street close all of it, or none."""
    town = network()
    whole = run(CloseStreet(street="w0", **between((20, 0), (60, 0)), divert="shortest"))
    # The first block is cut at 20 and 60: 20 m and 40 m of it are left.
    rows = pieces_of(whole, "w0")
    assert sorted(whole.streets.length_m[rows]) == pytest.approx([20, 40])
    assert whole.streets.length_m.sum() == pytest.approx(town.streets.length_m.sum() - 40)
    assert refused(CloseStreet(street="w0", **between((20, 0), (20, 0))))[0].count("one place")


def test_walkers_round_a_closed_block():
    """If this fails, a closed footpath is still walked."""
    town = network()
    # East gate (600, 400) to S1 (700, 400): 100; with the block shut, one block round: 300.
    assert walk_m(town, "S1") == pytest.approx(100)
    shut = CloseStreet(**near(650, 400), who="walkers")
    assert walk_m(run(shut), "S1") == pytest.approx(300)
    one_way = RestrictStreet(**near(650, 400), who="walkers", direction="along")
    assert walk_m(run(one_way), "S1") == pytest.approx(300)  # drawn eastward, walked eastward


def test_hours_of_a_gate():
    """If this fails, a gate that is shut at night is open at night."""
    gate = RestrictStreet(**near(650, 400), who="walkers", foot_hours="06:00-22:00")
    whole = run(gate)
    assert walk_m(whole, "S1") == pytest.approx(100)  # at 08:00
    assert walk_m(whole.at(23 * 3600), "S1") == pytest.approx(300)
    assert "hours are for walkers" in refused(gate.model_copy(update={"who": "both"}))[0]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (CloseStreet(), "no street is named"),
        (CloseStreet(street="w9999"), "no street is named 'w9999'"),
        (CloseStreet(street=""), "no street is named ''"),
        (CloseStreet(street="w0", from_point=degrees(0, 0), datum="WGS-84"), "one of the two"),
        (CloseStreet(street="w0", near=degrees(0, 0)), "the points have no datum"),
        (
            CloseStreet(
                street="w0",
                **near(0, 0),
                **{k: v for k, v in between((0, 0), (9, 0)).items() if k != "datum"},
            ),
            "two ways of choosing",
        ),
        (CloseStreet(street="w0", **near(50, 70)), "the nearest place of the street is 70 m away"),
        (CloseStreet(street="w0", **between((0, 0), (160, 0))), "60 m away"),
        (CloseStreet(near=(22.7, 90), datum="BD-09"), "lies far from every street"),
        (ChangeStreetSpeed(street="w0", speed_kmh=20, **near(50, 0)), None),
    ],
)
def test_choices_of_streets(change, fault):
    """If this fails, the wrong street is closed without a word."""
    if fault is None:
        assert run(change).fingerprint() != network().fingerprint()
    else:
        assert any(fault in text for text in refused(change))


def test_nothing_to_take_and_nothing_left():
    """If this fails, a change that changes nothing passes for one that does."""
    shut = CloseStreet(street="w0", who="buses", divert="shortest")
    assert "none of them may use it there anyway" in refused(shut, shut)[0]
    assert "no bus may drive there" in refused(shut, ChangeStreetSpeed(street="w0", speed_kmh=9))[0]
    lone = network(make_feed({}, {}), [Piece(((0, 0), (100, 0)))])
    assert "no street would be left" in refused(CloseStreet(street="w0"), base=lone)[0]


def test_speed_of_buses_on_part_of_a_street():
    """If this fails, a bus lane saves no time."""
    stops = {"A": ("甲", 0, 0, ""), "B": ("乙", 300, 0, "")}
    town = network(make_feed(stops, {"R_0": ("1", 0, "A B")}), strip())
    slow = ChangeStreetSpeed(street="w0", **between((100, 0), (200, 0)), speed_kmh=18)
    found = run(slow, base=town).courses["R_0"]
    # 100 m and 100 m at the line's own speed, 100 m at 18 km/h = 5 m/s.
    assert found.line_m == pytest.approx([200])
    assert found.street_secs == pytest.approx([20])
    # Given the same speed on either side, the cuts are needless and heal.
    rest = [ChangeStreetSpeed(street="w0", **between(*ends), speed_kmh=18)
            for ends in (((0, 0), (100, 0)), ((200, 0), (300, 0)))]  # fmt: skip
    assert len(run(slow, *rest, base=town).streets) == len(town.streets)


# ---- barriers -------------------------------------------------------------------------------


def wall(*places: Place, **more: object) -> PutBarrier:
    return PutBarrier(points=points(*places), datum="WGS-84", indicative=False, **more)


def test_wall_sends_walkers_round():
    """If this fails, people walk through a wall."""
    # East gate (600, 400) to S1 (700, 400) past a wall at 650 from 150 to 650: by the street at
    # 700, 300 north, 100 east, 300 south.
    whole = run(wall((650, 150), (650, 650)))
    assert walk_m(whole, "S1") == pytest.approx(700)
    assert len(whole.streets) == len(network().streets) + 2 * 5  # cut out at 200, 300 … 600
    shut = ~whole.streets.walkable
    assert whole.streets.length_m[shut] == pytest.approx([1] * 5)
    # Buses drive on: S1 to S3 is 350 as before.
    assert whole.courses["R007_0"].length_m == pytest.approx([350, 1150])


def test_gate_in_a_wall_is_open_at_its_hours():
    """If this fails, a gate with hours is a wall, or none."""
    whole = run(wall((650, 150), (650, 650), foot_hours="07:00-19:00"))
    assert walk_m(whole, "S1") == pytest.approx(100)
    assert walk_m(whole.at(20 * 3600), "S1") == pytest.approx(700)


def test_stop_behind_a_wall_takes_another_street():
    """If this fails, a stop is reached through the wall behind it."""
    # A stop 20 m north of the street at 400 and 30 m east of the one at 700.
    stops = {"A": ("甲", 730, 420, ""), "B": ("乙", 1000, 400, "")}
    town = network(make_feed(stops, {"R_0": ("1", 0, "A B")}))
    assert town.stop_anchors.access_m[0] == pytest.approx(20)
    behind = run(wall((715, 410), (760, 410)), base=town)
    assert behind.stop_anchors.access_m[0] == pytest.approx(30)
    # Walled in on both sides, within 100 m there is the street at 500, 80 m north.
    both = run(wall((715, 410), (760, 410)), wall((710, 405), (710, 450)), base=town)
    assert both.stop_anchors.access_m[0] == pytest.approx(70)  # the street at 800, 70 m east
    ring = [(715, 405), (745, 405), (745, 435), (715, 435), (715, 405)]
    assert run(wall(*ring), base=town).stop_anchors.edge[0] == -1
    assert run(wall(*ring, foot_hours="07:00-19:00"), base=town).stop_anchors.edge[0] >= 0


def test_catchment_ends_at_the_wall():
    """If this fails, the area of a walk laps over a wall that nobody can cross."""
    town = network()
    # A wall 10 m east of the street at 700, all along the catchment of S1.
    whole = run(wall((710, -100), (710, 1300)))
    area = stop_catchment(whole, "S1", limit_m=300).area
    east = metric([(711, -100), (1300, 1300)])
    beyond = box(*east[0], *east[1])
    assert stop_catchment(town, "S1", limit_m=300).area.intersection(beyond).area > 40_000
    assert area.intersection(beyond).area == pytest.approx(0, abs=1)


def test_one_side_of_a_stop_is_closed():
    """If this fails, a stop that is fenced off toward the park is reached from there."""
    # S1 stands at the corner (700, 400). A fence of 60 m, 2 m west of it, cuts the street at 400
    # only: from the gate by the street at 300, 100 south, 100 east, 100 north.
    whole = run(CloseStopSide(stop="S1", side="W", indicative=True))
    assert walk_m(whole, "S1") == pytest.approx(300)
    assert whole.streets.edges["indicative"].sum() == 1
    # Toward S2 (200, 800) it stands aslant and cuts the streets west and north of the corner.
    aslant = run(CloseStopSide(stop="S1", toward="S2", indicative=True))
    assert walk_m(aslant, "S1") == pytest.approx(300)
    night = run(CloseStopSide(stop="S1", side="W", indicative=True, foot_hours="06:00-22:00"))
    assert (walk_m(night, "S1"), walk_m(night.at(0), "S1")) == pytest.approx((100, 300))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (wall((600, 150), (600, 650)), "it runs along w"),
        (wall((650, 350), (750, 450)), "it passes through a junction or end of w"),
        (wall((650, 150), (650, 150)), "it has no length"),
        (
            PutBarrier(points=((22.7, 90), (-180, -90)), datum="GCJ-02", indicative=True),
            "lies far from every street",
        ),
        (CloseStopSide(stop="S1", indicative=True), "one side is to be given"),
        (CloseStopSide(stop="银星", side="N", indicative=True), "is the name of 2 kerbs"),
        (CloseStopSide(stop="S1", toward="S1", indicative=True), "is where the stop is"),
        (CloseStopSide(stop="S1", toward="无此站", indicative=True), "no stop is named"),
    ],
)
def test_barriers_that_are_refused(change, fault):
    """If this fails, a wall is put where nobody can tell what it shuts."""
    assert any(fault in text for text in refused(change))


def test_same_wall_twice_is_refused():
    """If this fails, a repeated line in a file passes for a second wall."""
    again = wall((650, 150), (650, 650))
    assert "a barrier stands there already" in refused(again, again)[0]


# ---- streets as values ----------------------------------------------------------------------


def test_street_verbs_survive_a_file(tmp_path):
    """If this fails, a street change that was saved comes back as another."""
    changes = (
        opening((350, 100), (350, 200), dead_end="end", speed_kmh=18),
        CloseStreet(street="N", divert="shortest", who="walkers"),
        RestrictStreet(**near(650, 400), who="walkers", foot_hours="06:00-22:00"),
        ChangeStreetSpeed(street="w0", **between((0, 0), (50, 0)), speed_kmh=9),
        wall((650, 150), (650, 650), foot_hours="22:00-30:00"),
        CloseStopSide(stop="S1", side="W", indicative=True),
    )
    scenario = Scenario("s", changes)
    path = tmp_path / "s.yaml"
    path.write_text(write_scenario(scenario), encoding="utf-8")
    assert read_scenario(path) == scenario


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_random_links_cut_exactly_and_lose_nothing(data):
    """If this fails, some crossing is missed, or a street grows or shrinks by being crossed."""
    town = network(make_feed({}, {}), lattice(8, 6))
    link = data.draw(opened(town))
    if Scenario("s", (link,)).problems(town):
        return
    streets = run(link, base=town).streets
    new = (streets.edges["way_id"] == link.way_id).to_numpy()
    assert streets.length_m[~new].sum() == pytest.approx(town.streets.length_m.sum(), abs=1e-6)
    # Every vertex stays, every piece ends where its nodes are, and none is without length.
    assert set(map(tuple, town.streets.coords)) <= set(map(tuple, streets.coords))
    for side, node in zip((0, -1), streets.ends(), strict=True):
        xy = shapely.get_coordinates(shapely.get_point(streets.lines, side))
        assert (xy == streets.node_xy[node]).all()
    assert streets.length_m.min() > 0
    if link.joins == "ends":
        return
    # Where it meets an old street there is a node: no two lines cross beside their ends.
    for line in streets.lines[new]:
        for other in streets.lines[~new][shapely.intersects(streets.lines[~new], line)]:
            met = shapely.points(shapely.get_coordinates(line.intersection(other)))
            ends = shapely.MultiPoint(shapely.get_coordinates(line)[[0, -1]])
            assert (shapely.distance(met, ends) < 1.001).all()


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_walks_that_an_edit_keeps_are_those_walked_anew(data):
    """If this fails, comparing after an edit gives another answer than starting afresh."""
    now = network(pieces=lattice(12, 12))
    for verb in data.draw(st.lists(st.sampled_from(sorted(STREET_CHANGES)), max_size=3)):
        assert len(measures(brief(now, park())))  # what is asked is kept with the streets
        scenario = Scenario("s", (data.draw(STREET_CHANGES[verb](now)),))
        if not scenario.problems(now):
            now = scenario.apply(now)
    anew = replace(now, streets=replace(now.streets))
    tables = [measures(brief(one, park())) for one in (now, anew)]
    assert tables[0].drop(columns="value").equals(tables[1].drop(columns="value"))
    np.testing.assert_allclose(*(table["value"].to_numpy() for table in tables), atol=1e-6)


def test_streets_without_lines_are_opened_too():
    """If this fails, a network without a bus line crashes instead of answering."""
    whole = run(opening((350, 100), (350, 200)), base=network(make_feed({}, {})))
    assert len(pieces_of(whole, "N")) == 1
