"""GeoPackage, GeoJSON and GeoParquet: what QGIS opens, and what comes back."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
import town
from bundle import snapshot

import transit
from transit.errors import DataError, UsageError
from transit.exporting import Content, export
from transit.exporting.gpkg import write_gpkg
from transit.model.streets import Barrier
from transit.schema import ZONES

NAMES = ["=1+1", "-1号门", "<b>&amp;\"'", "{{7*7}}", "🚌车站", "銀星", "007"]


def rich_network():
    """The town with a barrier, forbidden turns, hours, speeds and a course as published."""
    network = town.network()
    streets = network.streets
    edges = streets.edges.assign(street_name=[" 观光路 ", *["" for _ in range(len(streets) - 1)]])
    edges.loc[3, "bus_speed_kmh"] = 15.5
    edges.loc[4, "foot_hours"] = "06:00-22:00"
    edges.loc[5, ["foot_forward", "foot_backward", "motor_forward", "motor_backward"]] = False
    wall = Barrier(
        tuple(map(tuple, town.metric([(50, 50), (150.125, 50)]).tolist())), "07:00-09:00"
    )
    start, end = streets.ends()
    onto = int(np.flatnonzero(start == end[0])[0])
    streets = replace(
        streets, edges=edges, barriers=(wall,), no_turns=np.array([[0, end[0], onto]]), clock=3600
    )
    stops = network.feed.stops.assign(stop_name=[*NAMES, "停运"], parent_station="P")
    feed = network.feed.with_tables(stops=stops)
    return replace(network, streets=streets, feed=feed)


def zones():
    rows = {"zone_id": ["Z1"], "zone_name": ["观澜"], "people": [1200.0], "jobs": [np.nan]}
    table = pd.DataFrame({**rows, **{name: [value] for name, value in town.MARKS.items()}})
    outlines = np.array([town.area(0, 0, 600, 600)], dtype=object)
    return transit.Zones(table[ZONES.names], outlines, town.CRS)


def content():
    network = town.network()
    area = transit.stop_catchment(network, "S1", limit_m=500, kind="straight")
    return Content(rich_network(), [town.park()], zones(), [area])


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    return write_gpkg(content(), tmp_path_factory.mktemp("gis") / "town.gpkg")


def test_a_geopackage_reads_back_as_it_was(package):
    """If this fails, what a planner keeps in a GeoPackage is another network than was exported."""
    read, given = transit.read_gpkg(package), content()
    assert read.network.fingerprint() == given.network.fingerprint()
    assert len(transit.network_differences(given.network, read.network)) == 0
    assert (read.network.name, read.network.sources) == (given.network.name, given.network.sources)
    assert read.network.streets.clock == 3600
    assert read.network.streets.barriers == given.network.streets.barriers
    assert read.network.streets.edges["street_name"][0] == " 观光路 "
    assert read.zones.fingerprint() == given.zones.fingerprint()
    (park,) = read.parks
    assert park.outline.equals_exact(given.parks[0].outline)
    assert park.point.equals_exact(given.parks[0].point)
    assert (park.park_name, park.source) == ("园区P1", "make-believe")
    pd.testing.assert_frame_equal(park.gates, given.parks[0].gates)


def test_the_bundled_area_and_its_scenarios_come_back(tmp_path):
    """If this fails, an edited network is lost in the GeoPackage that was to keep it."""
    area = transit.read_area(transit.bundled_area())
    for number, path in enumerate(area.scenarios[:3]):
        network = transit.read_scenario(path).apply(area.network)
        file = write_gpkg(Content(network, area.parks), tmp_path / f"{number}.gpkg")
        assert transit.read_gpkg(file).network.fingerprint() == network.fingerprint()


def test_layers_are_named_and_named_things_are_said(package):
    """If this fails, QGIS shows layers without styles, or columns that nobody can understand."""
    with closing(sqlite3.connect(package)) as file:
        names = {row[0] for row in file.execute("SELECT table_name FROM gpkg_contents")}
        styles = dict(file.execute("SELECT f_table_name, styleQML FROM layer_styles"))
        drawn = {row[0] for row in file.execute("SELECT table_name FROM gpkg_geometry_columns")}
        said = dict(
            file.execute("SELECT column_name, title || ': ' || description FROM gpkg_data_columns"
                         " WHERE table_name = 'frequencies'")
        )  # fmt: skip
        crs = set(file.execute("SELECT srs_id FROM gpkg_geometry_columns"))
    assert {"stops", "lines", "street_pieces", "parks", "gates", "stations", "zones", "catchments",
            "barriers", "calls", "routes", "trips", "network", "layer_styles"} <= names  # fmt: skip
    assert set(styles) == drawn
    assert crs == {(4547,)}
    assert said["headway_secs"] == "headway_secs (s): time between departures"
    for text in styles.values():
        root = ElementTree.fromstring(text)  # noqa: S314  (our own)
        assert root.tag == "qgis"
        symbols = root.findall("./renderer-v2/symbols/symbol")
        categories = root.findall("./renderer-v2/categories/category")
        assert symbols
        assert {one.get("symbol") for one in categories} <= {one.get("name") for one in symbols}
    assert "示意" in styles["stops"]


def test_each_row_has_its_symbol_in_qgis(package):
    """If this fails, QGIS draws no stop at all, or a unit is left out of its tables."""
    with closing(sqlite3.connect(package)) as file:
        styles = dict(file.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    looked_at = set()
    for layer, text in styles.items():
        root = ElementTree.fromstring(text)  # noqa: S314  (our own)
        by = root.find("renderer-v2").get("attr")
        if by is not None:
            frame = pyogrio.read_dataframe(package, layer=layer)
            # QGIS 3.22 writes truths as true and false in its own styles, and draws no others.
            truths = {True: "true", False: "false"} if frame[by].dtype == bool else {}
            values = {truths.get(value, value) for value in frame[by]}
            assert values <= {one.get("value") for one in root.iter("category")}, layer
            looked_at.add(layer)
    assert looked_at == {"stops", "lines", "street_pieces", "parks", "gates", "catchments"}
    aliases = ElementTree.fromstring(styles["street_pieces"]).iter("alias")  # noqa: S314
    assert {one.get("field"): one.get("name") for one in aliases} == {
        "bus_speed_kmh": "bus_speed_kmh (km/h)", "length_m": "length_m (m)",
    }  # fmt: skip


def test_names_are_data_in_gis(package):
    """If this fails, a name with a quote or a formula breaks the file or changes on the way."""
    stops = geopandas.read_file(package, layer="stops")
    assert stops["stop_name"].tolist()[:7] == NAMES
    assert stops["stop_id"].tolist() == sorted(town.STOPS)
    # S1 stands 700 m east and 400 m north of the town's origin.
    point = stops.loc[stops["stop_id"] == "S1"].geometry.iloc[0]
    assert point.coords[0] == pytest.approx((504_700, 2_514_400), abs=1e-6)


def test_lines_are_drawn_where_buses_drive():
    """If this fails, a map of the lines shows them on other streets, or hides what is guessed."""
    layers = {layer.name: layer for layer in Content(town.network()).layers()}
    frame = layers["lines"].frame.assign(line=layers["lines"].shapes)
    drawn = frame.set_index(["pattern_id", "drawn"])
    for row in frame[frame["drawn"] == "street"].itertuples():
        assert row.line.length == pytest.approx(row.length_m)
    # 9X: S7 (500, 600) to S5 (400, 1100): one block west and five north, 600 m, on the lattice.
    assert drawn.loc[("R9X_0", "street"), "length_m"] == pytest.approx(600)
    # 007: S1 (700, 400) to S3 (950, 300): 250 + 100 m; S3 to S4 (1200, 1200): 250 + 900 m.
    assert drawn.loc[("R007_0", "street"), "line"].length == pytest.approx(1500)
    assert drawn.loc[("R007_0", "street"), "route_short_name"] == "007"


def test_what_is_on_no_street_is_marked():
    """If this fails, a straight stroke between two stops is taken for a street."""
    network = town.network(pieces=[])
    (lines,) = (layer for layer in Content(network).layers() if layer.name == "lines")
    assert set(lines.frame["drawn"]) == {"straight"}
    row = lines.frame.index[lines.frame["pattern_id"] == "R9X_0"][0]
    # 100 m west and 500 m north: √(100² + 500²) = 509.90 m straight.
    assert lines.shapes[row].length == pytest.approx(509.902, abs=0.001)


def test_equal_networks_give_equal_files(package, tmp_path):
    """If this fails, a file under version control changes each time it is written."""
    assert write_gpkg(content(), tmp_path / "town.gpkg").read_bytes() == package.read_bytes()
    # SQLite counts writes in bytes 24 to 27 and 92 to 95 of its header; how many GDAL makes differs
    # from run to run, so that two equal files here would prove nothing.
    header = package.read_bytes()[:100]
    assert header[24:28] == header[92:96] == b"\x00\x00\x00\x01"
    when = datetime(2026, 11, 25, 8, tzinfo=UTC)
    path = write_gpkg(content(), tmp_path / "dated.gpkg", changed=when)
    with closing(sqlite3.connect(path)) as file:
        stamps = set(file.execute("SELECT last_change FROM gpkg_contents"))
    assert stamps == {("2026-11-25T08:00:00.000Z",)}


def test_geojson_is_as_its_standard_says(tmp_path):
    """If this fails, web maps draw outlines inside out, or stops 600 m off."""
    export(content(), tmp_path / "out", to="geojson")
    stops = json.loads((tmp_path / "out" / "stops.geojson").read_text(encoding="utf-8"))
    at = {one["properties"]["stop_id"]: one["geometry"]["coordinates"] for one in stops["features"]}
    assert at["S1"] == pytest.approx(town.degrees(700, 400), abs=1e-9)
    lon, lat = zip(*at.values(), strict=True)
    assert stops["bbox"] == pytest.approx([min(lon), min(lat), max(lon), max(lat)])
    assert "crs" not in stops
    (park,) = json.loads((tmp_path / "out" / "parks.geojson").read_text("utf-8"))["features"]
    assert shapely.geometry.shape(park["geometry"]).exterior.is_ccw
    zone = json.loads((tmp_path / "out" / "zones.geojson").read_text("utf-8"))["features"][0]
    assert zone["properties"]["jobs"] is None


def test_geoparquet_holds_names_positions_and_crs(tmp_path):
    """If this fails, a GeoParquet of the stops has lost its CRS, or an id its zeros."""
    export(content(), tmp_path / "out", to="parquet")
    stops = geopandas.read_parquet(tmp_path / "out" / "stops.parquet")
    assert stops.crs.to_epsg() == 4547
    assert stops["stop_name"].tolist()[:7] == NAMES
    routes = pd.read_parquet(tmp_path / "out" / "routes.parquet")
    assert "007" in routes["route_short_name"].tolist()


def test_a_folder_that_holds_files_is_left(tmp_path):
    """If this fails, an export mixes its tables with those of last year."""
    (tmp_path / "stops.csv").write_bytes(b"mine")
    for to in ("csv", "geojson", "parquet"):
        with pytest.raises(UsageError, match="is not empty"):
            export(content(), tmp_path, to=to)
    assert snapshot(tmp_path) == {"stops.csv": b"mine"}


@pytest.mark.parametrize("to", ["gpkg", "xlsx", "graphml"])
def test_a_file_in_use_is_kept_and_told(tmp_path, monkeypatch, to):
    """If this fails, a file that another program holds open is lost, or the message is a traceback.

    Windows refuses to put a file over one that is open.
    """

    def in_use(*_arguments):
        raise PermissionError(13, "The process cannot access the file")

    path = tmp_path / f"town.{to}"
    path.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", in_use)
    with pytest.raises(DataError, match="close the file in other programs"):
        export(content(), path, to=to)
    monkeypatch.undo()
    assert snapshot(tmp_path) == {path.name: b"old"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
@pytest.mark.parametrize("to", ["gpkg", "xlsx", "graphml", "geojson", "csv", "parquet"])
def test_a_disk_that_fills_up_leaves_nothing_half_written(tmp_path, to):
    """If this fails, half a file stands where a whole one was when the disk was full."""
    path = tmp_path / "out"
    if to in ("gpkg", "xlsx", "graphml"):
        path.write_bytes(b"old")
    before = snapshot(tmp_path)
    program = (
        "import resource, sys; sys.path.insert(0, 'tests')\n"
        "from pathlib import Path\n"
        "from test_exporting_gis import content, export\n"
        "from transit.errors import DataError\n"
        "given = content(); given.layers(); import geopandas, pyogrio, openpyxl, networkx\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        f"try: export(given, Path({str(path)!r}), to={to!r})\n"
        "except DataError as error: print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[1], env={**os.environ, "NUMBA_DISABLE_JIT": "0"},
    )  # fmt: skip
    assert "cannot be written" in run.stdout, run.stderr
    assert "Traceback" not in run.stderr
    assert snapshot(tmp_path) == before


def test_geopackages_of_others_and_damaged_ones_are_told(package, tmp_path):
    """If this fails, a broken or foreign file ends in a traceback, or in a wrong network."""
    whole = package.read_bytes()
    faults = {
        "empty": b"",
        "text": b"stop_id,stop_name\n",
        "cut": whole[: len(whole) // 2],
        "head": whole[:100],
    }
    for name, content_ in faults.items():
        path = tmp_path / f"{name}.gpkg"
        path.write_bytes(content_)
        with pytest.raises(DataError):
            transit.read_gpkg(path)
    other = tmp_path / "other.gpkg"
    points = geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(1, 2)], crs=4326)
    points.to_file(other, layer="theirs", driver="GPKG")
    with pytest.raises(DataError, match="has no layer 'network'"):
        transit.read_gpkg(other)
    with pytest.raises(DataError, match="absent"):
        transit.read_gpkg(tmp_path / "absent.gpkg")


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE network SET value = 'EPSG:3857' WHERE key = 'crs'", "EPSG:3857"),
        ("UPDATE network SET value = 'soon' WHERE key = 'clock'", "'soon' is no time"),
        ("UPDATE calls SET stop_id = 'S99' WHERE stop_id = 'S2'", "S99"),
        ("UPDATE stops SET stop_lat = 95", "is above 90"),
        ("UPDATE street_pieces SET from_node = 999999 WHERE piece = 0", "999999 is no row"),
        ("UPDATE street_pieces SET piece = 7 WHERE piece = 8", "appears a second time"),
        ("UPDATE street_turns SET onto_piece = 888888", "888888 is no row"),
        ("UPDATE frequencies SET start_time = 'noon'", "'noon' is not a clock time"),
        ("UPDATE street_pieces SET geom = NULL WHERE piece = 1", "is not drawn as a LineString"),
    ],
)
def test_what_was_edited_wrongly_is_named(package, tmp_path, sql, told):
    """If this fails, a slip in QGIS becomes a wrong network, or a traceback without a place."""
    path = tmp_path / "edited.gpkg"
    path.write_bytes(package.read_bytes())
    with closing(sqlite3.connect(path)) as file, file:
        for name in file.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{name[0]}"')
        file.execute(sql)
    with pytest.raises(DataError, match=told):
        transit.read_gpkg(path)
