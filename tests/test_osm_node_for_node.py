"""If these fail, streets of an extract are missing, doubled, turned round or of another length.

The oracle is OSMnx's own loader of the same file. It keeps every node, so its directed edges are
steps from one node of a way to the next. The same steps are taken out of our streets: where from,
where to (to the millimetre, in the same metric CRS), how often. Equal steps are equal nodes, edges
and lengths. Which way is open to whom is told by our rules on both sides (they have their own
test); which way round a bus may drive is OSMnx's own reading of ``oneway``, and where ours differs
on purpose is counted.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from osm_real import as_xml, helsinki, loaded_by_osmnx

from transit.sources.osm import read_osm
from transit.sources.osm.tags import WAY_KEYS, foot_access, motor_access
from transit.units import project


def steps_of(streets, rights):
    """Steps between vertices of our streets, in the directions that ``rights`` open."""
    piece = np.repeat(np.arange(len(streets)), np.diff(streets.offsets))
    first = np.flatnonzero(piece[:-1] == piece[1:])
    ends = np.hstack([streets.coords[first], streets.coords[first + 1]])
    along, against = (right[piece[first]] for right in rights)
    return counted(np.vstack([ends[along], ends[against][:, [2, 3, 0, 1]]]))


def steps_in(graph, crs, takes):
    """Steps of OSMnx's graph that ``takes`` takes by their tags, and the tags of each."""
    nodes = list(graph.nodes)
    lonlat = np.array([(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in nodes])
    xy = dict(zip(nodes, project(lonlat, crs), strict=True))
    taken = [
        ((*xy[tail], *xy[head]), tags)
        for tail, head, data in graph.edges(data=True)
        if takes(tags := tags_in(data), data["reversed"])
    ]
    return counted(np.array([step for step, _ in taken])), taken


def tags_in(data):
    return {key: str(data[key]) for key in WAY_KEYS if key in data}


def counted(steps):
    """How often each step is there, to the millimetre; steps without length are left out."""
    steps = np.round(steps, 3)
    return Counter(map(tuple, steps[(steps[:, :2] != steps[:, 2:]).any(axis=1)].tolist()))


def may_walk(tags, against):
    forward, backward = foot_access({k: v for k, v in tags.items() if k != "oneway"})
    return backward if against else forward


def may_drive(tags, _):
    return any(motor_access(tags))


@pytest.fixture(scope="module")
def reading():
    return read_osm(helsinki())


@pytest.fixture(scope="module")
def xml(tmp_path_factory):
    return as_xml(helsinki(), tmp_path_factory.mktemp("osm") / "helsinki.osm")


@pytest.mark.helsinki
def test_helsinki_is_walked_step_for_step_as_osmnx_loads_it(reading, xml):
    streets = reading.network.streets
    theirs, _ = steps_in(loaded_by_osmnx(xml), streets.crs, may_walk)
    assert theirs.total() == 17_080
    assert steps_of(streets, streets.foot()) == theirs


@pytest.mark.helsinki
def test_helsinki_is_driven_step_for_step_as_osmnx_loads_it(reading, xml):
    """On purpose: three steps of a street that motors may not drive against its direction."""
    streets = reading.network.streets
    graph = loaded_by_osmnx(xml, bidirectional=False)
    theirs, taken = steps_in(graph, streets.crs, may_drive)
    ours = steps_of(streets, streets.motor())
    assert not ours - theirs
    assert told_by(taken, theirs - ours) == Counter({("motor_vehicle:backward", "no"): 3})


@pytest.mark.helsinki
def test_streets_of_helsinki_meet_where_osmnx_has_more_or_fewer_than_two(reading, xml):
    """A node where not two steps meet is a crossing or an end: our pieces begin and end there."""
    graph = loaded_by_osmnx(xml)
    usable = [
        tail
        for tail, _, data in graph.edges(data=True)
        if any(foot_access(tags := tags_in(data))) or any(motor_access(tags))
    ]
    streets = reading.network.streets
    lonlat = [(graph.nodes[node]["x"], graph.nodes[node]["y"])
              for node, steps in Counter(usable).items() if steps != 2]  # fmt: skip
    meeting = set(map(tuple, np.round(project(lonlat, streets.crs), 3).tolist()))
    assert len(meeting) > 2_000
    assert meeting <= set(map(tuple, np.round(streets.node_xy, 3).tolist()))


@pytest.mark.shared
def test_porto_alegre_is_walked_and_driven_step_for_step_as_osmnx_loads_it(shared_data, tmp_path):
    """On purpose: 37 steps where buses have a lane against the one-way direction."""
    source = shared_data / "porto_alegre" / "poa_osm.pbf"
    xml = as_xml(source, tmp_path / "porto_alegre.osm")
    streets = read_osm(source).network.streets
    theirs, _ = steps_in(loaded_by_osmnx(xml), streets.crs, may_walk)
    assert theirs.total() == 91_227
    assert steps_of(streets, streets.foot()) == theirs
    graph = loaded_by_osmnx(xml, bidirectional=False)
    theirs, taken = steps_in(graph, streets.crs, may_drive)
    ours = steps_of(streets, streets.motor())
    assert not theirs - ours
    back = Counter({(*step[2:], *step[:2]): count for step, count in (ours - theirs).items()})
    assert told_by(taken, back) == Counter({("busway:left", "opposite_lane"): 37})


def told_by(taken, differing):
    """Which tags of bus lanes and directions the ways of the differing steps have, how often."""
    tags_of = {tuple(np.round(step, 3).tolist()): tags for step, tags in taken}
    return Counter(
        pair
        for step in differing.elements()
        for pair in tags_of[step].items()
        if pair[0].startswith("busway") or pair[0].endswith(("backward", "forward"))
    )
