"""A study area made anew from OpenStreetMap: what is matched, kept, added, refused."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from xml.sax.saxutils import quoteattr

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from bundle import FOLDER, copy_bundle, features, metres, rows, run, snapshot
from pyproj import Transformer

import transit
from transit.errors import DataError, UsageError
from transit.model.feed import Feed
from transit.model.network import Network
from transit.model.park import Park
from transit.model.streets import Streets
from transit.parsing import empty
from transit.schema import CALLS, GATES, PATTERNS, ROUTES, STOPS, WAYS
from transit.sources.drawn_streets import streets_from_ways
from transit.sources.fetch import fetch_area, merged_stops, new_gates, said_the_same
from transit.sources.gates import crossings
from transit.sources.geojson import read_geojson
from transit.sources.osm.data import OsmReading
from transit.sources.ways import as_ways

CRS = "EPSG:4547"
_to_degrees = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
LEFT_OUT = pd.DataFrame({"what": ["ways"], "count": [3], "why": ["highway=proposed"]})


@pytest.fixture(scope="module")
def area():
    return transit.read_area(transit.bundled_area())


def beside(stop_id: str, east_m: float, north_m: float = 0.0) -> tuple[float, float]:
    """Degrees of the place so many metres from one of our stops."""
    (row,) = [row for row in rows("stops") if row["stop_id"] == stop_id]
    x, y = metres(row["stop_lon"], row["stop_lat"])
    return _to_degrees.transform(x + east_m, y + north_m)


def osm_stops(*found: tuple[str, str, tuple[float, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"stop_id": osm_id, "stop_name": name, "stop_lon": lon, "stop_lat": lat, "district": "",
             "indicative": False, "year": 2026, "source": "OpenStreetMap"}
            for osm_id, name, (lon, lat) in found
        ],
        columns=STOPS.names,
    )  # fmt: skip


def reading(area, stops: pd.DataFrame, streets: Streets | None = None) -> OsmReading:
    """What OSM would give: our own streets as if they were OSM's, and ``stops``."""
    ours = area.network
    if streets is None:
        edges = ours.streets.edges.assign(indicative=False, source="OpenStreetMap")
        streets = Streets(
            CRS, ours.streets.node_xy, edges, ours.streets.coords, ours.streets.offsets
        )
    feed = Feed(stops, empty(ROUTES), empty(PATTERNS), empty(CALLS))
    network = Network("OSM", streets, feed, ours.study_area, sources=("as of 2026",))
    return OsmReading(network, LEFT_OUT)


# 银星工业区 stands alone under its name; 观澜爱心家园 too.
FOUND = [
    ("node/1", "银星工业区", beside("S0002", 30)),
    ("node/2", "观澜爱心家园（新）", beside("S0003", 0, 149)),
    ("node/3", "库坑路口", beside("S0070", 400)),
    ("node/4", "金星工业区", beside("S0002", 5)),
    ("node/5", "吉盛酒店②", beside("S0106", 20)),
    ("node/6", "平安大厦", beside("S0001", 0, -10)),
    ("node/7", "无路可走", (114.0480, 22.7260)),
]


@pytest.fixture(scope="module")
def fetched(area, tmp_path_factory):
    out = tmp_path_factory.mktemp("fetched") / "area"
    asked = []

    def read(box, crs):
        asked.append((box, crs))
        return reading(area, osm_stops(*FOUND))

    return fetch_area(FOLDER, out, read), out, asked


def test_osm_is_asked_for_the_area_in_its_crs(fetched):
    """If this fails, streets are missing at the edge, or lie in another CRS than the stops."""
    _, _, [(box, crs)] = fetched
    west, south, east, north = box
    assert crs == CRS
    assert west <= 114.0284 + 1e-6
    assert south <= 22.7145 + 1e-6
    assert east >= 114.0592 - 1e-6
    assert north >= 22.743 - 1e-6
    assert east - west < 0.0309


def test_stops_of_the_same_name_nearby_are_moved_and_unmarked(fetched):
    """If this fails, a stop keeps its old place, or takes that of another stop.

    Moved: 30 m off; 149 m off under a name with brackets; a bay number. Not: the same name 400 m
    away, another name 5 m away (金星 and 银星 look alike), a new name.
    """
    report = fetched[0].stops.set_index("stop_id")
    moved = report[report["what"] == "moved"]
    assert moved["osm_id"].to_dict() == {"S0002": "node/1", "S0003": "node/2", "S0106": "node/5"}
    assert moved["moved_m"].to_dict() == pytest.approx(
        {"S0002": 30, "S0003": 149, "S0106": 20}, abs=0.01
    )
    table = fetched[0].area.network.feed.stops.set_index("stop_id")
    assert table.loc["S0002", ["stop_lon", "stop_lat"]].tolist() == pytest.approx(
        beside("S0002", 30), abs=1e-6
    )
    for stop, osm in moved["osm_id"].items():
        assert not table.loc[stop, "indicative"]
        assert table.loc[stop, "year"] == 2026
        assert table.loc[stop, "source"] == f"OpenStreetMap {osm}"
        assert "(" not in table.loc[stop, "stop_name"]  # our name stays: lines and reports use it


def test_other_stops_are_kept_as_they_were(fetched, area):
    """If this fails, a fetch loses stops, and lines with them."""
    report = fetched[0].stops.set_index("stop_id")
    assert (report["what"] == "kept").sum() == 525 - 3
    assert report.loc["S0070", "what"] == "kept"
    table = fetched[0].area.network.feed.stops.set_index("stop_id")
    old = area.network.feed.stops.set_index("stop_id")
    kept = report.index[report["what"] == "kept"]
    pd.testing.assert_frame_equal(table.loc[kept], old.loc[kept])
    assert fetched[0].area.network.feed.calls.equals(area.network.feed.calls)


def test_stops_under_another_name_are_asked_about_and_joined_if_said_so(fetched, area):
    """If this fails, every stop that was renamed since is on the map twice.

    Of OSM's new stops only node/6, 10 m from S0001, stands near a stop that has no other of its
    own; node/4 is near S0002, which node/1 of the same name is.
    """
    report = fetched[0].stops
    asked = report[report["what"] == "perhaps the same"].set_index("stop_id")
    assert asked.loc["S0001", ["osm_id", "osm_name", "keep"]].tolist() == [
        "node/6",
        "平安大厦",
        "no",
    ]
    assert asked.loc["S0001", "moved_m"] == pytest.approx(10, abs=0.01)
    assert "S0002" not in asked.index
    osm = reading(area, osm_stops(*FOUND)).network
    answer = report.assign(keep=report["keep"].mask(report["osm_id"] == "node/6", "yes"))
    stops, after = merged_stops(area.network, osm, said_the_same(answer))
    assert after.set_index("stop_id").loc["S0001", ["what", "osm_id"]].tolist() == [
        "moved",
        "node/6",
    ]
    assert len(stops) == 525 + 2
    assert stops.set_index("stop_id").loc["S0001", "stop_name"] == "观澜银星工业园"


def test_new_stops_are_added_and_unreachable_ones_are_counted(fetched):
    """If this fails, stops that only OSM knows are lost, or some vanish without a word."""
    report = fetched[0].stops.set_index("stop_id")
    assert set(report.index[report["what"] == "added"]) == {"node/3", "node/4", "node/6"}
    assert set(report.index[report["what"] == "left out"]) == {"node/7"}  # 600 m from any street
    table = fetched[0].area.network.feed.stops
    assert table["stop_id"].isin(["node/3", "node/4", "node/6"]).sum() == 3
    assert not table["stop_id"].eq("node/7").any()
    assert fetched[0].left_out is LEFT_OUT


def test_the_new_folder_is_whole(fetched):
    """If this fails, scenarios, parks or sources are left behind, or the report is not written."""
    _, out, _ = fetched
    old = {name for name in snapshot(FOLDER) if not name.endswith("SOURCES.md")}
    assert set(snapshot(out)) >= old | {"stops_matched.csv", "SOURCES.md", "scenarios/SOURCES.md"}
    assert (out / "SOURCES.md").read_text(encoding="utf-8").startswith("# OpenStreetMap")
    assert "contributors (ODbL" in (out / "SOURCES.md").read_text(encoding="utf-8")
    assert [row["what"] for row in rows("stops_matched", out)].count("moved") == 3
    assert not any(feature["properties"]["indicative"] for feature in features("streets", out))
    assert list(out.parent.iterdir()) == [out]  # nothing is left beside it
    compared = run("compare", "both", "--area", out, "--json")
    assert compared.code == 0


def refuse(*_arguments):
    raise DataError([])


def test_nothing_is_written_when_the_result_cannot_be_read_back(area, tmp_path):
    """If this fails, a fetch leaves a study area that no command can read.

    OSM here has one street in the far south-west: most of our stops would stand on none.
    """
    lonlat = np.array([[114.0290, 22.7150], [114.0295, 22.7150]])
    ways = pd.DataFrame([{"way_id": "1", "name": "", "highway": "residential", "oneway": "no",
                          "foot": "yes", "motor": "yes", "indicative": False, "year": 2026,
                          "source": "OpenStreetMap"}])  # fmt: skip
    lines = np.array([shapely.LineString(lonlat)])
    lone = streets_from_ways(ways, lines, CRS)
    out = tmp_path / "deep" / "er" / "area"
    with pytest.raises(DataError, match="stops in the study area stand more than 100 m"):
        fetch_area(FOLDER, out, lambda *_: reading(area, osm_stops(), lone))
    assert snapshot(tmp_path) == {}


def test_nothing_is_written_when_osm_cannot_be_read(tmp_path):
    """If this fails, a failed download leaves an empty study area behind."""
    with pytest.raises(DataError):
        fetch_area(FOLDER, tmp_path / "deep" / "area", refuse)
    assert snapshot(tmp_path) == {}


def test_a_folder_that_holds_something_is_left_alone(area, tmp_path):
    """If this fails, a fetch overwrites a planner's folder."""
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    before = snapshot(tmp_path)
    for out, says in ((full, "is not empty"), (tmp_path / "file", "is a file"),
                      (tmp_path / "file" / "x", "cannot be written")):  # fmt: skip
        with pytest.raises((UsageError, DataError), match=says):
            fetch_area(FOLDER, out, lambda *_: reading(area, osm_stops()))
        assert snapshot(tmp_path) == before


def test_the_new_folder_may_not_lie_in_the_old_one(area, tmp_path):
    """If this fails, the study area is copied into itself until the disk is full."""
    folder = copy_bundle(tmp_path / "area")
    before = snapshot(tmp_path)
    with pytest.raises(UsageError, match="lies inside the study area"):
        fetch_area(folder, folder / "new", lambda *_: reading(area, osm_stops()))
    assert snapshot(tmp_path) == before


def test_an_empty_folder_is_filled(area, tmp_path):
    """If this fails, a folder made beforehand cannot be used, or the streets get a made-up year.

    OSM gives no stop here: the year of the streets is that of its line of credit.
    """
    out = tmp_path / "area"
    out.mkdir()
    fetch_area(FOLDER, out, lambda *_: reading(area, osm_stops()))
    assert (out / "area.yaml").is_file()
    assert {feature["properties"]["year"] for feature in features("streets", out)} == {2026}


def test_each_stop_is_matched_once_and_the_nearest_wins(area, tmp_path):
    """If this fails, two kerbs of a place collapse onto one point of OSM."""
    # 大布巷社区 has two kerbs, S0113 and S0263; OSM puts one 10 m from each.
    found = osm_stops(
        ("node/1", "大布巷社区", beside("S0113", 0, 10)),
        ("node/2", "大布巷社区", beside("S0263", 0, -10)),
    )
    report = fetch_area(FOLDER, tmp_path / "a", lambda *_: reading(area, found)).stops
    moved = report[report["what"] == "moved"].set_index("stop_id")["osm_id"]
    assert sorted(moved) == ["node/1", "node/2"]
    assert set(moved.index) == {"S0113", "S0263"}


# ------------------------------------------------------------------ streets there and back


def round_trip(tmp_path, streets: Streets) -> Streets:
    path = tmp_path / "streets.geojson"
    path.write_bytes(as_ways(streets, 2026))
    ways, lines, problems = read_geojson(path, WAYS, ("LineString",))
    assert problems == []
    return streets_from_ways(ways, lines, streets.crs)


def drive_lengths(streets: Streets) -> dict[tuple, float]:
    """Least metres between any two junctions that a bus may drive, by place rounded to 0.1 m."""
    return _lengths(streets, nx.DiGraph(), "motor")


def walk_lengths(streets: Streets) -> dict[tuple, float]:
    return _lengths(streets, nx.DiGraph(), "foot")


def _lengths(streets: Streets, graph: nx.DiGraph, who: str) -> dict[tuple, float]:
    place = [tuple(np.round(xy, 1)) for xy in streets.node_xy]
    for edge, length in zip(streets.edges.itertuples(), streets.length_m, strict=True):
        ends = place[edge.from_node], place[edge.to_node]
        for allowed, (start, end) in (
            (getattr(edge, f"{who}_forward"), ends), (getattr(edge, f"{who}_backward"), ends[::-1]),
        ):  # fmt: skip
            if allowed:
                old = graph.get_edge_data(start, end, {"length": math.inf})["length"]
                graph.add_edge(start, end, length=min(old, length))
    every = dict(nx.all_pairs_dijkstra_path_length(graph, weight="length"))
    return {(a, b): metre for a, found in every.items() for b, metre in found.items()}


def test_streets_survive_the_trip_to_the_file(area, tmp_path):
    """If this fails, fetched streets are longer, shorter or joined otherwise than in OSM."""
    old = area.network.streets
    new = round_trip(tmp_path, old)
    assert len(new) == len(old)
    np.testing.assert_allclose(new.length_m, old.length_m, atol=0.01)
    for lengths in (drive_lengths, walk_lengths):
        before, after = lengths(old), lengths(new)
        assert set(after) == set(before)
        assert max(abs(after[pair] - before[pair]) for pair in before) < 0.01
    for column in ("street_name", "highway", "foot_forward", "motor_forward", "indicative"):
        assert new.edges[column].tolist() == old.edges[column].tolist(), column


def test_one_way_against_the_vertices_stays_one_way(area, tmp_path):
    """If this fails, buses drive a one-way street of OSM (oneway=-1) the wrong way."""
    old = area.network.streets
    one_way = old.edges["motor_forward"] & ~old.edges["motor_backward"]
    assert one_way.any()
    turned = old.edges.assign(
        motor_forward=old.edges["motor_forward"] & ~one_way,
        motor_backward=old.edges["motor_backward"] | one_way,
    )
    streets = Streets(CRS, old.node_xy, turned, old.coords, old.offsets)
    found = drive_lengths(round_trip(tmp_path, streets))
    assert set(found) == set(drive_lengths(streets))
    assert set(found) != set(drive_lengths(old))


# ------------------------------------------------------------------ the command on a file


def osm_xml() -> str:
    """A hand-made extract: our drawn streets as OSM ways, and four stops."""
    nodes: dict[tuple, int] = {}
    ways = []
    for number, way in enumerate(features("streets"), 1):
        refs = [nodes.setdefault(tuple(xy), len(nodes) + 1)
                for xy in way["geometry"]["coordinates"]]  # fmt: skip
        said = way["properties"]
        tags = {"highway": said["highway"], "name": said["name"], "oneway": said["oneway"],
                "foot": said["foot"]}  # fmt: skip
        ways.append(
            f'<way id="{number}" version="1" timestamp="2026-03-01T00:00:00Z">'
            + "".join(f'<nd ref="{ref}"/>' for ref in refs)
            + "".join(f'<tag k="{k}" v={quoteattr(v)}/>' for k, v in tags.items() if v)
            + "</way>"
        )
    stops = [
        f'<node id="{9000 + place}" lon="{lon:.7f}" lat="{lat:.7f}" version="1">'
        f'<tag k="highway" v="bus_stop"/><tag k="name" v={quoteattr(name)}/></node>'
        for place, (_, name, (lon, lat)) in enumerate(FOUND[:4])
    ]
    points = [f'<node id="{ref}" lon="{lon:.7f}" lat="{lat:.7f}" version="1"/>'
              for (lon, lat), ref in nodes.items()]  # fmt: skip
    body = "\n".join([*points, *stops, *ways])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n{body}\n</osm>\n'


def test_fetch_from_an_extract_end_to_end(area, tmp_path):
    """If this fails, a planner with an extract and no internet cannot replace the drawn streets.

    Streets are our own, so that the walks must come out the same.
    """
    (tmp_path / "guanlan.osm").write_text(osm_xml(), encoding="utf-8")
    out = tmp_path / "fetched"
    ran = run("fetch", out, "--osm", tmp_path / "guanlan.osm")
    assert (ran.code, ran.err) == (0, "")
    assert "2 moved" in ran.text
    assert "523 kept" in ran.text
    assert "2 added" in ran.text
    assert f"transit brief --area {out}" in ran.text
    assert {path.name for path in tmp_path.iterdir()} == {"guanlan.osm", "fetched"}

    new = transit.read_area(out)
    assert not new.network.streets.edges["indicative"].any()
    assert set(new.network.streets.edges["source"].str.split().str[0]) == {"OpenStreetMap"}
    old = transit.brief(area.network, area.parks[0]).stops.set_index("stop_id")["walk_m"]
    now = transit.brief(new.network, new.parks[0]).stops.set_index("stop_id")["walk_m"]
    unmoved = sorted((set(old.index) & set(now.index)) - {"S0002", "S0003"})
    assert len(unmoved) == 12
    np.testing.assert_allclose(now[unmoved], old[unmoved], atol=0.01)
    assert run("brief", "--area", out).code == 0


def test_fetch_prints_json(area, tmp_path):
    """If this fails, a script cannot read which stops were matched."""
    (tmp_path / "guanlan.osm").write_text(osm_xml(), encoding="utf-8")
    ran = run("fetch", tmp_path / "a", "--osm", tmp_path / "guanlan.osm", "--json")
    found = json.loads(ran.out)
    assert set(found) == {"stops", "left_out", "answered", "written"}
    assert found["answered"] == []  # nobody was asked
    assert sum(row["what"] == "moved" for row in found["stops"]) == 2
    assert found["written"] == [str(tmp_path / "a")]


def square(name: str, gates: pd.DataFrame | None = None) -> Park:
    """A park of 200 m by 200 m whose south-west corner is the origin of the metres below."""
    nowhere = empty(GATES) if gates is None else gates
    outline = shapely.box(*ORIGIN, ORIGIN[0] + 200, ORIGIN[1] + 200)
    return Park("p", name, CRS, outline.centroid, outline, nowhere, indicative=True, source="")


ORIGIN = np.array([505000.0, 2515000.0])


def drawn(*ways: tuple[str, str, list[tuple[float, float]]]) -> Streets:
    """Streets from (name, yes or no for walkers, vertices in metres from the corner)."""
    table = pd.DataFrame(
        {
            "way_id": [str(number) for number in range(len(ways))],
            "name": [name for name, _, _ in ways],
            "highway": "residential",
            "oneway": "no",
            "foot": [foot for _, foot, _ in ways],
            "motor": "yes",
            "indicative": False,
            "year": 2026,
            "source": "made up",
        }
    )
    lines = np.array(
        [
            shapely.LineString([_to_degrees.transform(*(ORIGIN + point)) for point in points])
            for _, _, points in ways
        ]
    )
    return streets_from_ways(table, lines, CRS)


def test_gates_stand_where_walkable_streets_cross_the_outline():
    """If this fails, a fetched park has no way in, or one where there is a wall.

    A street through the middle crosses twice (100, 0) and (100, 200); one 20 m beside it crosses
    near the first and is the same gate; a motorway is none; a street inside touches nothing.
    """
    streets = drawn(
        ("大路", "yes", [(100, -50), (100, 250)]),
        ("", "yes", [(120, -50), (120, 50)]),
        ("高速", "no", [(-50, 60), (250, 60)]),
        ("园内路", "yes", [(20, 20), (60, 20)]),
    )
    gates = crossings(square("方园"), streets, year=2026)
    assert gates["gate_name"].tolist() == ["大路出入口1", "大路出入口2"]
    assert gates["indicative"].all()
    assert gates["gate_id"].is_unique
    places = [metres(row.gate_lon, row.gate_lat) for row in gates.itertuples()]
    expected = {(100, 0), (100, 200)}
    assert {tuple(np.round(np.array(place) - ORIGIN)) for place in places} == expected


def test_fetched_gates_replace_indicative_ones_only(area, tmp_path):
    """If this fails, a surveyed gate is lost, or a guessed one stands where OSM has no street."""
    fetched = fetch_area(FOLDER, tmp_path / "new", lambda box, crs: reading(area, osm_stops()))
    park = fetched.area.parks[0]
    assert park.gates["source"].str.startswith("crossing of the outline").all()
    assert shapely.distance(shapely.points(park.gate_xy), park.outline.boundary).max() < 0.02
    surveyed = area.parks[0].gates.assign(indicative=[False, True])
    kept = new_gates(replace(area.parks[0], gates=surveyed), area.network.streets, 2026)
    assert kept["gate_id"].tolist() == area.parks[0].gates["gate_id"].tolist()
