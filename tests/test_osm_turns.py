"""If these fail, buses turn where a sign forbids it, or a sign for others stops them.

The make-believe junction: ways 1 (west), 2 (north), 3 (east) and 4 (south) meet at node 10; way 5
runs on north of way 2. 0.001° is about 111 m.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import osmium
import pytest
from osm_real import helsinki
from overpass_server import Answers, elements_of, serving

from transit.scenario.scenario import Scenario
from transit.scenario.streets import OpenStreet
from transit.sources.osm import from_overpass, read_osm
from transit.sources.osm.overpass import LiveOptions
from transit.units import project

NODES = {1: (-1, 0), 2: (0, 1), 3: (1, 0), 4: (0, -1), 5: (0, 2), 10: (0, 0), 11: (0, 1.5)}
WAYS = {1: (1, 10), 2: (10, 2), 3: (10, 3), 4: (4, 10), 5: (2, 11, 5)}


def osm(folder, relations: list[tuple[dict[str, str], dict[str, str]]]):
    """A file with the junction and relations of (tags, role: members such as ``way/1``)."""
    lines = [
        '<osm version="0.6"><bounds minlat="-0.01" minlon="8.99" maxlat="0.01" maxlon="9.01"/>'
    ]
    for node, (east, north) in NODES.items():
        lat, lon = north / 1000, 9 + east / 1000
        lines.append(f'<node id="{node}" lat="{lat}" lon="{lon}" version="1"/>')
    for way, refs in WAYS.items():
        nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{way}" version="1">{nodes}<tag k="highway" v="tertiary"/></way>')
    for number, (tags, members) in enumerate(relations, 1):
        inner = "".join(
            f'<tag k="{k}" v="{v}"/>' for k, v in {"type": "restriction", **tags}.items()
        )
        for role, member in members.items():
            for one in member.split():
                kind, ref = one.split("/")
                inner += f'<member type="{kind}" ref="{ref}" role="{role}"/>'
        lines.append(f'<relation id="{number}" version="1">{inner}</relation>')
    path = folder / "junction.osm"
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def forbidden(folder, *relations) -> tuple[set[tuple[str, str]], dict[str, int]]:
    """From which way onto which buses may not turn at node 10, and what was not read, by reason."""
    reading = read_osm(osm(folder, list(relations)))
    streets = reading.network.streets
    ways = [way.removeprefix("way/") for way in streets.edges["way_id"]]
    unread = reading.left_out[reading.left_out["what"] == "turn restrictions"]
    turns = {(ways[a], ways[b]) for a, _, b in streets.no_turns.tolist()}
    return turns, dict(zip(unread["why"], unread["count"], strict=True))


TURN = {"from": "way/1", "via": "node/10", "to": "way/2"}


@pytest.mark.parametrize(
    ("tags", "members", "turns"),
    [
        ({"restriction": "no_left_turn"}, {}, {("1", "2")}),
        ({"restriction": "no_u_turn"}, {"to": "way/1"}, {("1", "1")}),
        ({"restriction": "only_straight_on"}, {"to": "way/3"},
         {("1", "1"), ("1", "2"), ("1", "4")}),
        ({"restriction": "no_entry"}, {"from": "way/1 way/4"}, {("1", "2"), ("4", "2")}),
        ({"restriction": "no_exit"}, {"to": "way/2 way/3"}, {("1", "2"), ("1", "3")}),
        ({"restriction": "no_left_turn", "except": "bus"}, {}, set()),
        ({"restriction": "no_left_turn", "except": "taxi; psv"}, {}, set()),
        ({"restriction": "no_left_turn", "except": "taxi"}, {}, {("1", "2")}),
        ({"restriction:bus": "no_left_turn"}, {}, {("1", "2")}),
        ({"restriction:psv": "no_left_turn", "except": "bus"}, {}, {("1", "2")}),
        ({"restriction": "no_left_turn", "restriction:bus": "only_left_turn"}, {},
         {("1", "1"), ("1", "3"), ("1", "4")}),
        ({"restriction:hgv": "no_left_turn"}, {}, set()),
    ],
)  # fmt: skip
def test_what_binds_buses(tmp_path, tags, members, turns):
    """If this fails, a sign is misread."""
    assert forbidden(tmp_path, (tags, TURN | members)) == (turns, {})


@pytest.mark.parametrize(
    ("tags", "members", "why"),
    [
        ({"restriction:conditional": "no_left_turn @ (07:00-09:00)"}, {}, "at certain hours"),
        ({"restriction": "no_left_turn", "hour_on": "07:00"}, {}, "at certain hours"),
        ({"restriction": "no_u_turn"}, {"via": "way/2", "to": "way/3"}, "lead over a way"),
        ({"restriction": "no_dancing"}, {}, "restriction=no_dancing is not known"),
        ({"restriction": "no_left_turn"}, {"to": ""}, "do not name one node"),
        ({"restriction": "no_left_turn"}, {"via": "node/10 node/2"}, "do not name one node"),
        ({"restriction": "no_left_turn"}, {"to": "way/99"}, "not among the streets"),
        ({"restriction": "no_left_turn"}, {"via": "node/11", "from": "way/5", "to": "way/2"},
         "not among the streets"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_counted(tmp_path, tags, members, why):
    """If this fails, signs are dropped in silence."""
    turns, unread = forbidden(tmp_path, (tags, TURN | members))
    assert turns == set()
    ((reason, count),) = unread.items()
    assert why in reason
    assert count == 1


def test_a_way_that_runs_on_leaves_it_open_which_side_is_meant(tmp_path, monkeypatch):
    """If this fails, a sign is put on the wrong side of a junction."""
    through = {**WAYS, 1: (1, 10, 3), 3: (3, 5)}
    monkeypatch.setattr("test_osm_turns.WAYS", through)
    turns, unread = forbidden(tmp_path, ({"restriction": "no_left_turn"}, TURN))
    assert turns == set()
    assert list(unread) == ["a way of theirs runs on through the junction"]
    # Turning round is forbidden on either side of it, going on is not.
    turns, unread = forbidden(tmp_path, ({"restriction": "no_u_turn"}, TURN | {"to": "way/1"}))
    assert (turns, unread) == ({("1", "1")}, {})
    streets = read_osm(tmp_path / "junction.osm").network.streets
    assert [a == b for a, _, b in streets.no_turns.tolist()] == [True, True]


def test_turns_of_a_cut_street_stay_at_their_junction(tmp_path):
    """If this fails, opening a street beside a junction takes its sign away."""
    network = read_osm(osm(tmp_path, [({"restriction": "no_left_turn"}, TURN)])).network
    link = OpenStreet(
        way_id="N", points=((8.9995, -0.0005), (8.9995, 0.0005), (9, 0.0005)), datum="WGS-84",
        who="both", dead_end="start", tolerance_m=5, indicative=True, year=2021,
    )  # fmt: skip
    streets = Scenario("s", (link,)).apply(network).streets
    ((begin, via, onto),) = streets.no_turns.tolist()
    assert [streets.edges["way_id"][row] for row in (begin, onto)] == ["way/1", "way/2"]
    first, last = streets.ends()
    assert via == last[begin] == first[onto]
    assert streets.node_xy[via] == pytest.approx(project([(9, 0)], streets.crs)[0], abs=0.01)


def test_overpass_gives_the_same_turns(tmp_path):
    """If this fails, a downloaded area has other signs than the same area from a file."""
    path = osm(tmp_path, [({"restriction": "no_left_turn"}, TURN)])
    options = LiveOptions(timeout_s=5, waits_s=(), cache_folder=tmp_path / "answers")
    with serving(Answers(elements_of(path))) as url:
        network = from_overpass(
            bbox=(8.99, -0.01, 9.01, 0.01), overpass_url=f"{url}/api", options=options
        )
    ((begin, _, onto),) = network.streets.no_turns.tolist()
    ways = network.streets.edges["way_id"]
    assert (ways[begin], ways[onto]) == ("way/1", "way/2")


@pytest.mark.helsinki
def test_every_sign_of_helsinki_is_kept():
    """If this fails, real signs are lost on the way from the file to the streets."""
    path = str(helsinki())
    streets = read_osm(path).network.streets
    kept = set(map(tuple, streets.no_turns.tolist()))
    first, last = streets.ends()
    nodes = osmium.FileProcessor(path, osmium.osm.NODE)
    places = {node.id: (node.lon, node.lat) for node in nodes}
    checked = 0
    for relation in osmium.FileProcessor(path, osmium.osm.RELATION):
        tags, role = dict(relation.tags), {m.role: m.ref for m in relation.members}
        forbids = tags.get("restriction", "").startswith("no_")
        if not forbids or {"except", "day_on"} & set(tags) or role["via"] not in places:
            continue
        away = streets.node_xy - project([places[role["via"]]], streets.crs)
        node = int(np.hypot(*away.T).argmin())
        meeting = (first == node) | (last == node)
        begin, onto = (np.flatnonzero(meeting & (streets.edges["way_id"] == f"way/{role[side]}"))
                       for side in ("from", "to"))  # fmt: skip
        pairs = (
            zip(begin, onto, strict=False) if role["from"] == role["to"] else product(begin, onto)
        )
        for pair in pairs:
            assert (int(pair[0]), node, int(pair[1])) in kept
            checked += 1
    assert checked >= 10
