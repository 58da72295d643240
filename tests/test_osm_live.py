"""If these fail, a planner's download hangs, breaks with a traceback, or gives another network.

A server on this machine answers as Overpass and Nominatim do; no other address can be reached,
and nothing sleeps. The data are real: the middle of Helsinki.
"""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import overpass_server
import pytest
from osm_real import as_xml, helsinki, walk_graph
from overpass_server import Answers, elements_of, serving
from scipy.spatial import cKDTree

from transit.errors import DataError, UsageError
from transit.sources.osm import from_osm, from_overpass, osm_for_area, read_overpass
from transit.sources.osm.overpass import LiveOptions

TOWN = Path(__file__).parent / "osm_fixtures" / "town.osm"
TOWN_BOX = (8.995, -0.0045, 9.010, 0.005)
MIDDLE = (24.938, 60.166, 24.950, 60.176)
ALL_OF_IT = (24.93, 60.16, 24.96, 60.18)


nothing_but_this_machine = overpass_server.nothing_but_this_machine
settings_stay = overpass_server.settings_stay


@pytest.fixture
def town():
    """The make-believe town without the way that lacks a node: Overpass never lacks any."""
    elements = [e for e in elements_of(TOWN) if 99 not in e.get("nodes", ())]
    return Answers(elements)


@pytest.fixture
def options(tmp_path):
    return LiveOptions(timeout_s=5, waits_s=(), cache_folder=tmp_path / "answers")


def ask(url, options, **changes):
    question = {"bbox": TOWN_BOX, "overpass_url": f"{url}/api", "options": options, **changes}
    return read_overpass(**question)


@pytest.mark.helsinki
def test_a_download_is_the_same_network_as_the_file(tmp_path, options):
    xml = as_xml(helsinki(), tmp_path / "middle.osm", MIDDLE)
    with serving(Answers(elements_of(xml))) as url:
        live = ask(url, options, bbox=ALL_OF_IT).network
    read = from_osm(xml, bbox=ALL_OF_IT)
    assert live.crs == read.crs
    for table in ("stops", "routes", "patterns", "calls"):
        ours, theirs = (getattr(n.feed, table).drop(columns="year", errors="ignore")
                        for n in (live, read))  # fmt: skip
        assert ours.equals(theirs), table
    assert len(live.feed.calls) > 40
    lengths = [
        n.streets.edges.assign(m=n.streets.length_m).groupby("way_id")["m"].sum()
        for n in (live, read)
    ]
    assert lengths[0].index.equals(lengths[1].index)
    np.testing.assert_allclose(*lengths, atol=1e-6)
    assert farthest_apart(live.streets, read.streets) < 1e-6


def farthest_apart(one, other):
    """The most that shortest walks differ between two readings, from some junctions to all."""
    apart, there = cKDTree(other.node_xy).query(one.node_xy)
    pairs = [(a, b) for a, b in enumerate(there.tolist()) if apart[a] < 1e-6]
    assert len(pairs) > 0.98 * len(one.node_xy)
    walks, others = walk_graph(one), walk_graph(other)
    worst = 0.0
    for row in range(0, len(pairs), len(pairs) // 10):
        ours = nx.single_source_dijkstra_path_length(walks, pairs[row][0])
        theirs = nx.single_source_dijkstra_path_length(others, pairs[row][1])
        assert all((a in ours) == (b in theirs) for a, b in pairs)
        worst = max(worst, *(abs(ours[a] - theirs[b]) for a, b in pairs if a in ours))
    return worst


def test_a_download_of_the_town(town, options):
    """Ways drawn against their one-way direction, loops and squares come through OSMnx whole."""
    for element in town.elements:
        if element["type"] == "way" and element["id"] == 1:
            element["tags"]["oneway"] = "-1"
    with serving(town) as url:
        reading = ask(url, options, name="Town")
    network = reading.network
    edges = network.streets.edges
    street = edges[edges["way_id"] == "way/1"]
    assert not street["motor_forward"].any()
    assert street["motor_backward"].all()
    xs = network.streets.node_xy[street[["from_node", "to_node"]].to_numpy()][:, :, 0]
    assert (xs[:, 0] < xs[:, 1]).all()  # as drawn: from west to east
    square = edges["way_id"] == "way/14"
    outline = 2 * (111.27496 + 110.53005)
    assert network.streets.length_m[square].sum() == pytest.approx(outline, abs=0.01)
    assert network.feed.sequence("relation/1") == ["node/101", "node/102", "way/20"]
    assert network.name == "Town"
    assert network.sources[0].endswith("2024")
    assert (network.feed.stops["year"] == 2024).all()


def test_the_server_is_asked_politely(town, options, nothing_but_this_machine):
    """Four questions, no status page; answers are kept, so a second download asks nothing."""
    with serving(town) as url:
        first = ask(url, options)
        assert [path for path, _ in town.asked] == ["/api/interpreter"] * 4
        again = ask(url, options)
    assert len(town.asked) == 4
    assert again.network.fingerprint() == first.network.fingerprint()
    assert max(nothing_but_this_machine, default=0) <= 1


def test_a_place_by_name(town, options, nothing_but_this_machine):
    west, south, east, north = TOWN_BOX
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    island = [[9.1, 0], [9.101, 0], [9.101, 0.001], [9.1, 0]]
    town.places = [
        {
            "place_id": 1, "osm_type": "relation", "osm_id": 7, "lat": "0", "lon": "9.002",
            "class": "boundary", "type": "administrative", "place_rank": 12, "importance": 0.4,
            "addresstype": "town", "name": "Town", "display_name": "Town, Equator",
            "boundingbox": [str(south), str(north), str(west), str(east)],
            "geojson": {"type": "MultiPolygon", "coordinates": [[corners], [island]]},
        }
    ]  # fmt: skip
    with serving(town) as url:
        options = replace(options, nominatim_url=url)
        reading = read_overpass(place="Town, Equator", overpass_url=f"{url}/api", options=options)
    assert reading.network.name == "Town, Equator"
    assert len(reading.network.feed.stops) == 6
    assert reading.left_out["what"].tolist().count("parts of the place") == 1
    assert max(nothing_but_this_machine) <= 1  # Nominatim's rule: one question a second


def test_a_place_nobody_knows(town, options):
    with serving(town) as url:
        options = replace(options, nominatim_url=url)
        with pytest.raises(DataError, match="no area of that name is known"):
            from_overpass(place="Nowhere", overpass_url=f"{url}/api", options=options)


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (429, "rate_limited", "answered 429"),
        (504, "busy", "answered 504"),
        (500, "<html>oops</html>", "answered 500"),
        (403, "no", "answered 403"),
        (400, '{"elements": []}', "answered 400"),
        (200, "<html>The server is probably too busy</html>", "not JSON"),
        (200, '{"elements": [{"type": "no', "not JSON"),
        (200, "[1, 2]", "without any elements"),
        (200, '{"version": 0.6}', "without any elements"),
        (200, '{"elements": [], "remark": "runtime error: Query timed out"}', "Query timed out"),
        (200, '{"elements": []}', "OSM has no streets there"),
        (200, '{"elements": [{"type": "way", "id": 1}]}', "not understood"),
        (200, '{"elements": [{"type": "node"}]}', "not understood"),
    ],
)
def test_a_server_that_does_not_serve(town, options, status, body, message):
    town.always = (status, body)
    with serving(town) as url, pytest.raises(DataError, match=message) as caught:
        ask(url, options)
    assert len(town.asked) <= 6
    assert all(problem.mend for problem in caught.value.problems)


@pytest.mark.parametrize("good", [1, 2, 3])
def test_a_server_that_gives_up_half_way(town, options, good):
    """Streets without stops, or stops without lines, must not pass for the whole."""
    answered = town.to

    def then_refuse(path, query):
        town.always = (504, "busy") if len(town.asked) >= good else None
        return answered(path, query)

    town.to = then_refuse
    with serving(town) as url, pytest.raises(DataError, match="answered 504"):
        ask(url, options)


def test_lines_that_make_no_sense(town, options):
    town.elements.append({"type": "relation", "id": 9, "tags": {"type": "route", "route": "bus"}})
    with serving(town) as url, pytest.raises(DataError, match="an answer that is not understood"):
        ask(url, options)


def test_a_busy_server_is_asked_again_and_then_no_more(town, options, nothing_but_this_machine):
    patient = LiveOptions(timeout_s=5, waits_s=(3, 7), cache_folder=options.cache_folder)
    town.instead = [(429, "wait"), (504, "wait")]
    with serving(town) as url:
        assert len(ask(url, patient).network.streets)
        assert [s for s in nothing_but_this_machine if s > 1] == [3, 7]
        town.asked.clear()
        town.always = (429, "wait")
        with pytest.raises(DataError, match="429"):
            ask(url, patient, bbox=(8.9, 0, 9.1, 0.1))
    assert len(town.asked) == 3


def test_a_server_that_says_nothing(town, options):
    town.hold = threading.Event()
    hasty = LiveOptions(timeout_s=0.1, waits_s=(), cache_folder=options.cache_folder)
    with serving(town) as url, pytest.raises(DataError, match=r"no answer within 0\.1 s"):
        ask(url, hasty)


def test_no_server_at_all(options):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DataError, match="cannot be reached"):
        ask(f"http://127.0.0.1:{port}", options)


def test_no_network(monkeypatch, options):
    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "gethostbyname", unknown)
    monkeypatch.setattr("osmnx._http._original_getaddrinfo", unknown)
    resolver = socket.getaddrinfo
    with pytest.raises(DataError, match="cannot be reached") as caught:
        ask("https://overpass-api.example", options)
    assert "check the network" in caught.value.problems[0].mend
    assert socket.getaddrinfo is resolver


def test_an_area_without_stops_or_lines_is_streets_alone(town, options):
    town.elements = [
        e
        for e in town.elements
        if e["id"] <= 94 and not (e["type"] == "relation" or e["tags"].get("public_transport"))
    ]
    with serving(town) as url:
        network = ask(url, options).network
    assert network.feed.stops.empty
    assert network.feed.patterns.empty
    assert len(network.streets)


def test_streets_for_an_area_whose_crs_is_fixed(town, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # OSMnx keeps answers in ./cache unless told otherwise
    with serving(town) as url:
        reading = osm_for_area(TOWN_BOX, "EPSG:32633", f"{url}/api")
    assert reading.network.crs == "EPSG:32633"


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({}, "needs a place or a bbox"),
        ({"place": "Town", "bbox": TOWN_BOX}, "needs a place or a bbox"),
        ({"place": ""}, "needs a place or a bbox"),
        ({"bbox": (9.01, 0, 9, 1)}, "west 9.01 is not less"),
        ({"bbox": TOWN_BOX, "overpass_url": "overpass-api.de"}, "is not a web address"),
    ],
)
def test_a_question_that_cannot_be_asked(question, message):
    with pytest.raises(UsageError, match=message):
        from_overpass(**question)
