"""If these fail, what a file says is not what is read of it: a name, a position or a member.

Files are read through osmium's text form (OPL), which writes some characters in another way. The
oracle is pyosmium's own loop over the objects, one by one.
"""

from __future__ import annotations

import numpy as np
import osmium
import pytest
from osm_real import helsinki
from osm_written import node, relation, way, written

from transit.sources.osm.scan import nodes_by_id, scan, ways_by_id

KINDS = {"n": "node", "w": "way", "r": "relation"}
KEYS = ("highway", "public_transport", "route", "building", "amenity", "name")
ODD = (
    "a,b=c@d %20% %", "第 1 站①", "two\nlines", "tab\t and  blanks ", "NBSP\u00a0 line\u2028 end",
    "\U0001f68c", "nxy,N1x2y3", "{{7*7}}</script>", "=", "x" * 255,
)  # fmt: skip


def same_as_looped(path, keys=KEYS):
    """What pyosmium's loop gives, in the form in which ``said_of`` tells a scan."""
    said = {}
    objects = osmium.FileProcessor(str(path)).with_locations()
    for thing in objects.with_filter(osmium.filter.KeyFilter(*keys)):
        if not thing.visible:
            continue
        key, tags = f"{KINDS[thing.type_str()]}/{thing.id}", dict(thing.tags)
        if thing.is_node():
            said[key] = tags, [(thing.lon, thing.lat)]
        elif thing.is_way():
            said[key] = (
                tags,
                [
                    (n.ref, n.lon, n.lat) if n.location.valid() else (n.ref, None, None)
                    for n in thing.nodes
                ],
            )
        else:
            said[key] = tags, [(f"{KINDS[m.type]}/{m.ref}", m.role) for m in thing.members]
    return said


def said_of(found):
    said = {}
    nodes, ways = found.nodes, found.ways
    for number, tags, lonlat in zip(nodes.node_ids, nodes.tags, nodes.lonlat, strict=True):
        said[f"node/{number}"] = dict(tags), [tuple(lonlat.tolist())]
    for row, number in enumerate(ways.way_ids):
        part = slice(*ways.offsets[row : row + 2])
        said[f"way/{number}"] = (
            dict(ways.tags[row]),
            [
                (ref, *(None if np.isnan(degree) else degree for degree in lonlat))
                for ref, lonlat in zip(
                    ways.refs[part].tolist(), ways.lonlat[part].tolist(), strict=True
                )
            ],
        )
    for line in found.relations:
        said[f"relation/{line.relation_id}"] = dict(line.tags), list(line.members)
    return said


def test_odd_names_and_roles_come_as_they_are(tmp_path):
    """Commas, percent signs, line ends and emoji are letters of a name, never the file's own."""
    path = written(
        tmp_path / "odd.osm",
        *(node(number, number, 0, name=name) for number, name in enumerate(ODD, 1)),
        *(way(number, (1, 2, 99), {"highway": name, name: name})
          for number, name in enumerate(ODD, 1)),
        relation(1, [(f"node/{number}", role) for number, role in enumerate(ODD, 1)],
                 {"route": "bus", "name": ODD[0]}),
    )  # fmt: skip
    said = said_of(scan(path, KEYS))
    assert said == same_as_looped(path)
    assert [said[f"node/{number}"][0]["name"] for number in range(1, 11)] == list(ODD)
    assert said["way/1"][1][-1] == (99, None, None)
    assert [role for _, role in said["relation/1"][1]] == list(ODD)


def test_an_object_that_was_deleted_is_passed_over(tmp_path):
    path = tmp_path / "history.osm"
    gone = node(2, 0, 0, name="gone").replace("version", 'visible="false" version')
    written(path, node(1, 0, 0, name="here"), gone)
    assert list(said_of(scan(path, KEYS))) == ["node/1"]


def test_objects_can_be_had_by_their_ids_whatever_their_tags(tmp_path):
    path = written(tmp_path / "plain.osm", node(1, 0, 0), node(2, 1, 0), way(7, (2, 1), {}))
    found = scan(path, KEYS)
    assert len(found.ways) == 0
    ways = ways_by_id(path, [7, 8], found.locations)
    assert (ways.way_ids.tolist(), ways.refs.tolist()) == ([7], [2, 1])
    assert ways.lonlat.tolist() == [[9.001, 0], [9, 0]]
    nodes = nodes_by_id(path, [2, 3])
    assert (nodes.node_ids.tolist(), nodes.lonlat.tolist()) == ([2], [[9.001, 0]])
    assert len(nodes_by_id(path, []).node_ids) == len(ways_by_id(path, [], found.locations)) == 0


@pytest.mark.helsinki
def test_helsinki_is_read_to_the_last_digit_as_osmium_loops_over_it():
    """But for one description with carriage returns: what a terminal would act on is replaced."""
    found = scan(helsinki(), KEYS)
    said, looped = said_of(found), same_as_looped(helsinki())
    assert len(said) > 5_000
    tags = looped["node/1369465577"][0]
    assert tags["wheelchair:description"].count("\r") == 3
    tags["wheelchair:description"] = tags["wheelchair:description"].replace("\r", "\ufffd")
    assert said == looped
    assert found.newest == "2019-04-21T09:50:14Z"


@pytest.mark.shared
def test_porto_alegre_is_read_to_the_last_digit_as_osmium_loops_over_it(shared_data):
    path = shared_data / "porto_alegre" / "poa_osm.pbf"
    assert said_of(scan(path, KEYS)) == same_as_looped(path)
