"""The readers that are fuzzed: what is changed of a good input, and how the input is read.

Each takes bytes and a folder to work in. Whatever the bytes are, a reader gives its result or
raises a ``TransitError`` whose problems say what and how to mend it.
"""

from __future__ import annotations

import io
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

import mutations as change  # noqa: E402
import town  # noqa: E402
from bundle import FOLDER, run  # noqa: E402

from transit.model.network import Network  # noqa: E402

OSM = TESTS / "osm_fixtures" / "town.osm"


@dataclass(frozen=True)
class Reader:
    """Good inputs made in a folder, how they are changed, and how they are read there."""

    seeds: Callable[[Path], list[bytes]]
    read: Callable[[bytes, Path], object]
    mutate: change.Mutate


def looked_at(network: Network) -> None:
    """What every command does with a network first: it must hold, once read."""
    network.fingerprint()
    assert len(network.stop_anchors.edge) == len(network.feed.stops)


# ---------------------------------------------------------------- single files


def file_reader(
    ending: str,
    seeds: Callable[[Path], list[bytes]],
    read: Callable[[Path], object],
    *ways: change.Mutate,
) -> Reader:
    def one(raw: bytes, folder: Path) -> object:
        path = folder / f"input{ending}"
        path.write_bytes(raw)
        return read(path)

    return Reader(seeds, one, change.any_of(*ways))


def read_osm_file(path: Path) -> None:
    from transit.sources.osm import read_osm

    looked_at(read_osm(path).network)


def town_pbf(folder: Path) -> list[bytes]:
    """The town as PBF whose blocks are not compressed, so that changes reach what is in them."""
    import osmium

    path = folder / "seed.pbf"
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(osmium.io.File(str(path), "pbf,pbf_compression=none")) as writer:
        for thing in osmium.FileProcessor(str(OSM)):
            writer.add(thing)
    return [path.read_bytes()]


def town_graphml(folder: Path) -> list[bytes]:
    import networkx as nx
    import osmnx
    import shapely

    graph = nx.MultiDiGraph(crs="epsg:4326", created_date="2024-01-01")
    for node, (x, y) in {1: (9, 0), 2: (9.001, 0), 3: (9.001, 0.001)}.items():
        graph.add_node(node, x=x, y=y, street_count=2)
    bent = shapely.LineString([(9, 0), (9.0005, 0.0004), (9.001, 0)])
    graph.add_edge(1, 2, osmid=7, highway="residential", oneway=False, length=1.0, reversed=False,
                   name="A", geometry=bent)  # fmt: skip
    graph.add_edge(2, 1, osmid=7, highway="residential", oneway=False, length=1.0, reversed=True)
    graph.add_edge(2, 3, osmid=[8, 9], highway=["footway", "steps"], oneway=False, length=2.0,
                   reversed=False, access=["yes", "no"], name=["B", "C"])  # fmt: skip
    path = folder / "seed.graphml"
    osmnx.save_graphml(graph, path)
    return [path.read_bytes()]


def scenarios(_: Path) -> list[bytes]:
    found = [path.read_bytes() for path in sorted((FOLDER / "scenarios").glob("*.yaml"))]
    return [raw for raw in found if b"\nbase:" not in raw]


def read_scenario_file(path: Path) -> None:
    from transit.scenario.files import read_scenario, write_scenario

    found = read_scenario(path)
    found.problems(town.network())
    write_scenario(found, over=path)


# ---------------------------------------------------------------- folders and archives


def members_reader(
    good: Callable[[Path], Mapping[str, bytes]],
    read: Callable[[Mapping[str, bytes], Path], object],
    *ways: change.Mutate,
) -> Reader:
    """Of several files one is changed: the first byte of the input says which."""

    @cache
    def files(folder: Path) -> dict[str, bytes]:
        return dict(good(folder))

    def seeds(folder: Path) -> list[bytes]:
        return [bytes([n]) + content for n, content in enumerate(files(folder).values())]

    def one(raw: bytes, folder: Path) -> object:
        held = files(folder)
        name = list(held)[raw[0] % len(held)] if raw else next(iter(held))
        return read({**held, name: raw[1:]}, folder)

    mutate = change.any_of(*ways)
    return Reader(seeds, one, lambda raw, dice: raw[:1] + mutate(raw[1:], dice))


def area_files(folder: Path) -> Mapping[str, bytes]:
    """The town as a study area, with a park, gates, stations, trips, zones and turns."""
    from make_area import town_area

    out = folder / "area"
    shutil.rmtree(out, ignore_errors=True)
    return {path.name: path.read_bytes() for path in sorted(town_area(out).iterdir())}


def read_area_files(files: Mapping[str, bytes], folder: Path) -> None:
    from transit.analysis.brief import briefs
    from transit.answer import brief_answer
    from transit.sources.area import read_area

    place = folder / "fuzzed"
    place.mkdir(exist_ok=True)
    for name, content in files.items():
        (place / name).write_bytes(content)
    found = read_area(place)
    looked_at(found.network)
    for one in briefs(found.network, found.parks):
        brief_answer(one)


def in_zip(files: Mapping[str, bytes], *, packed: bool = False) -> bytes:
    held = io.BytesIO()
    how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(held, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


FEED = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nA,甲,http://a.cn,Asia/Shanghai\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
    "P,站,22.73,114.04,1,\n1,东,22.73,114.04,0,P\n2,西,22.74,114.05,,\n3,南,22.75,114.05,0,\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type\n7,A,007,x,3\n",
    "trips.txt": "route_id,service_id,trip_id,direction_id,shape_id,trip_headsign\n"
    "7,W,t1,0,s,x\n7,W,t2,1,,\n7,D,t3,0,s,x\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "t1,23:50:00,23:50:00,1,1\nt1,,,2,2\nt1,24:10:00,24:10:30,3,3\n"
    "t2,7:00:00,7:00:00,3,1\nt2,7:20:00,7:20:00,1,5\n"
    "t3,8:00:00,8:00:00,1,1\nt3,8:09:00,8:09:00,2,2\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date\nW,1,1,1,1,1,0,0,20240101,20240201\n",
    "calendar_dates.txt": "service_id,date,exception_type\nD,20240106,1\nW,20240102,2\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\n"
    "t2,07:00:00,09:00:00,600,0\nt3,10:00:00,11:00:00,1200,1\n",
    "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n"
    "s,22.73,114.04,1\ns,22.735,114.05,2\ns,22.75,114.05,3\n",
    "feed_info.txt": "feed_publisher_name,feed_publisher_url,feed_lang\nx,http://a.cn,zh\n",
}  # fmt: skip


def feed_files(_: Path) -> Mapping[str, bytes]:
    return {name: text.encode() for name, text in FEED.items()}


def read_feed_files(files: Mapping[str, bytes], folder: Path) -> None:
    read_feed(_written(folder / "feed.zip", in_zip(files)))


def read_feed(path: Path) -> None:
    from transit.sources.gtfs import read_gtfs

    looked_at(read_gtfs(path).network)


def feed_zip(_: Path) -> list[bytes]:
    files = feed_files(_)
    return [in_zip(files), in_zip(files, packed=True)]


# ---------------------------------------------------------------- tables of others

LINES = """linename,stops,lonlat
"650路(东站-西站)","['东站', '中', '西站']","['114.04,22.73', '114.05,22.73', '114.06,22.74']"
"650路(西站-东站)","['西站', '中', '东站']","['114.06,22.74', '114.05,22.73', '114.04,22.73']"
"""
CALLS = """线路,方向,站序,站名,经度,纬度,首班,末班
650,上行,1,东站,114.04,22.73,06:00,23:30
650,上行,2,西站,114.05,22.73,06:00,23:30
650,下行,1,西站,114.05,22.73,06:00,次日00:30
650,下行,2,东站,114.04,22.73,06:00,次日00:30
"""


def tables(_: Path) -> list[bytes]:
    named = "线路,站点\n650路(东站-西站),东站、中、西站\n"
    return [LINES.encode(), CALLS.encode("gb18030"), CALLS.encode(), named.encode("utf-8-sig")]


def read_table(path: Path) -> None:
    from transit.sources.tables import read_visits

    read_visits(path)


def workbook(folder: Path) -> Mapping[str, bytes]:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for line in CALLS.splitlines():
        sheet.append(line.split(","))
    sheet.merge_cells("A2:A3")
    sheet["H3"] = "=H2"
    book.create_sheet("hidden").sheet_state = "hidden"
    book.save(folder / "seed.xlsx")
    with zipfile.ZipFile(folder / "seed.xlsx") as packed:
        return {info.filename: packed.read(info) for info in packed.infolist()}


def read_workbook(files: Mapping[str, bytes], folder: Path) -> None:
    read_table(_written(folder / "table.xlsx", in_zip(files)))


def workbook_zip(folder: Path) -> list[bytes]:
    return [in_zip(workbook(folder)), in_zip(workbook(folder), packed=True)]


def layers(ending: str) -> Callable[[Path], list[bytes]]:
    def made(folder: Path) -> list[bytes]:
        import geopandas
        import pandas as pd

        frame = pd.read_csv(io.StringIO(CALLS))
        places = geopandas.points_from_xy(frame["经度"], frame["纬度"])
        layer = geopandas.GeoDataFrame(frame, geometry=places, crs="EPSG:4326")
        path = folder / f"seed{ending}"
        path.unlink(missing_ok=True)
        layer.to_parquet(path) if ending == ".parquet" else layer.to_file(path)
        return [path.read_bytes()]

    return made


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def imported(*arguments: str) -> Callable[[Path], None]:
    """The whole of ``transit import``: the exit code must be right, and nothing half written."""

    def read(path: Path) -> None:
        out = path.parent / "imported"
        shutil.rmtree(out, ignore_errors=True)
        ran = run("import", path, "--out", out, "--yes", "--name", "x", *arguments)
        assert ran.code in (0, 1, 2, 3, 4), ran
        assert (ran.code == 0) == (out / "area.yaml").is_file(), ran
        assert ran.code == 0 or not out.exists(), ran
        if ran.code == 0:
            assert run("quality", "--area", out).code in (0, 1, 3)

    return read


FACTS = ("--datum", "WGS-84", "--year", "2020", "--source", "x")

# ---------------------------------------------------------------- answers of servers


@cache
def answers(_: Path) -> list[bytes]:
    from overpass_server import Answers, elements_of

    good = Answers(e for e in elements_of(OSM) if 99 not in e.get("nodes", ()))
    return [good.to("/api/interpreter", query)[1].encode() for query in QUERIES]


QUERIES = ('way["highway"]', "'highway'='bus_stop'", 'relation["type"="route"]')


class _Body(io.BytesIO):
    def read1(self, size: int = -1, decode_content: bool | None = None) -> bytes:
        return super().read(size)


def read_answer(raw: bytes, folder: Path) -> None:
    """All three questions get ``raw``, but the streets those of the town where they can."""
    import requests

    from transit.sources.osm import read_overpass
    from transit.sources.osm.overpass import LiveOptions

    good = answers(folder)

    def post(url: str, *, data: Mapping[str, str], hooks: Mapping[str, Callable], **_: object):
        asked = [number for number, part in enumerate(QUERIES) if part in data["data"]]
        is_fuzzed = raw[:1] and asked == [raw[0] % 3]
        response = requests.Response()
        response.status_code, response.url = 200, url
        response.raw = _Body(raw[1:] if is_fuzzed else good[asked[0] if asked else 0])
        hooks["response"](response)
        return response

    shutil.rmtree(folder / "kept", ignore_errors=True)
    options = LiveOptions(waits_s=(), cache_folder=folder / "kept")
    before, requests.post = requests.post, post
    try:
        read = read_overpass(
            bbox=(8.995, -0.0045, 9.010, 0.005),
            overpass_url="http://127.0.0.1/api",
            options=options,
        )
    finally:
        requests.post = before
    looked_at(read.network)


def numbered(seeds: Callable[[Path], list[bytes]]) -> Callable[[Path], list[bytes]]:
    return lambda folder: [bytes([n]) + raw for n, raw in enumerate(seeds(folder))]


def after_first(mutate: change.Mutate) -> change.Mutate:
    return lambda raw, dice: raw[:1] + mutate(raw[1:], dice)


def read_kept(raw: bytes, folder: Path) -> None:
    from transit.sources.osm.kept import Kept
    from transit.sources.osm.tiles import joined, read_tile_ways

    kept = Kept(folder / "kept", 10_000)
    kept.put("streets", "q", 1, "s")
    next((folder / "kept").iterdir()).write_bytes(raw)
    found = kept.get("streets", "q", read_tile_ways)
    if found:
        joined([found[0]])


def kept_answers(folder: Path) -> list[bytes]:
    from transit.sources.osm.kept import Kept

    shutil.rmtree(folder / "kept", ignore_errors=True)
    ways = {
        "nodes": {"1": [9, 0], "2": [9, 1]},
        "tags": {"5": {"highway": "x"}},
        "steps": {"5": [[1, 2]]},
    }
    Kept(folder / "kept", 1).put("streets", "q", ways, "s")
    return [path.read_bytes() for path in (folder / "kept").iterdir()]


TEXT = (change.of_words, change.of_bytes)
READERS: dict[str, Reader] = {
    "osm_xml": file_reader(".osm", lambda _: [OSM.read_bytes()], read_osm_file, *TEXT),
    "osm_pbf": file_reader(".osm.pbf", town_pbf, read_osm_file, change.of_bytes),
    "graphml": file_reader(".graphml", town_graphml, read_osm_file, *TEXT),
    "area": members_reader(
        area_files, read_area_files, *TEXT, change.of_cells, change.of_json
    ),
    "scenario": file_reader(".yaml", scenarios, read_scenario_file, *TEXT),
    "gtfs": members_reader(feed_files, read_feed_files, *TEXT, change.of_cells, change.of_cells),
    "gtfs_zip": file_reader(".zip", feed_zip, read_feed, change.of_bytes),
    "csv": file_reader(".csv", tables, read_table, *TEXT, change.of_cells),
    "xlsx": members_reader(workbook, read_workbook, *TEXT),
    "xlsx_zip": file_reader(".xlsx", workbook_zip, read_table, change.of_bytes),
    "geojson": file_reader(".geojson", layers(".geojson"), read_table, *TEXT, change.of_json),
    "gpkg": file_reader(".gpkg", layers(".gpkg"), read_table, change.of_bytes),
    "parquet": file_reader(".parquet", layers(".parquet"), read_table, change.of_bytes),
    "import": file_reader(".csv", tables, imported(*FACTS), *TEXT, change.of_cells),
    "import_gtfs": file_reader(".zip", feed_zip, imported(), change.of_bytes),
    "overpass": Reader(
        numbered(answers), read_answer, after_first(change.any_of(change.of_json, change.of_bytes))
    ),
    "kept": Reader(kept_answers, read_kept, change.any_of(change.of_json, change.of_bytes)),
}  # fmt: skip


def named(names: list[str]) -> Iterator[tuple[str, Reader]]:
    for name in names or list(READERS):
        yield name, READERS[name]
