"""Stops, stations, parks and zones out of tables of others, in WGS-84 and with every fault."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, Polygon, box

from transit.datum import from_wgs84
from transit.errors import DataError
from transit.schema import GATES, PARKS, STATIONS, STOPS, ZONES
from transit.sources.tables import Facts, read_places
from transit.sources.tables.aliases import plain_name

FACTS = Facts("field survey", 2025)


def csv(path, text, encoding="utf-8"):
    path.write_text(text, encoding=encoding)
    return path


def told(path, table, **options):
    """What ``read_places`` says of a table that it refuses, a line a fault."""
    with pytest.raises(DataError) as raised:
        read_places(path, table, datum="WGS-84", facts=FACTS, **options)
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize(
    "table", [STOPS, STATIONS, PARKS, GATES, ZONES], ids=lambda each: each.name
)
def test_aliases_mean_one_column_each(table):
    """If this fails, a column's name stands for two things and one is taken in silence."""
    names = [each for column in table.columns
             for each in {plain_name(name) for name in (column.name, *column.aliases)}]  # fmt: skip
    assert len(names) == len(set(names))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_stops_of_a_chinese_table(encoding, tmp_path):
    """If this fails, a GBK list of stops has to be retyped, or 007 becomes 7."""
    header = "站点编号,站点名称,经度,纬度,行政区,备注\n"
    text = f"{header}007,银星,114.04,22.73,龙华区,x\n008,桥头,114.05,22.73,,\n"
    reading = read_places(
        csv(tmp_path / "a.csv", text, encoding), STOPS, datum="WGS-84", facts=FACTS
    )
    assert reading.frame.to_dict("records")[0] == {
        "stop_id": "007", "stop_name": "银星", "stop_lon": 114.04, "stop_lat": 22.73,
        "district": "龙华区", "parent_station": "", "indicative": False, "year": 2025,
        "source": "field survey",
    }  # fmt: skip
    assert reading.understood.set_index("column").loc["备注", "note"] == "not used"


def test_positions_are_converted_from_the_datum_that_is_said(tmp_path):
    """If this fails, stops of a web map lie 600 m or 1,200 m off."""
    wgs = np.array([[114.04297, 22.73329]])
    for datum in ("GCJ-02", "BD-09"):
        ((lon, lat),) = from_wgs84(wgs, datum)  # an inverse that coord-convert confirms elsewhere
        path = csv(tmp_path / "a.csv", f"name,lng,lat\n银星科技园,{lon},{lat}\n")
        frame = read_places(path, STOPS, datum=datum, facts=FACTS).frame
        assert frame[["stop_lon", "stop_lat"]].to_numpy() == pytest.approx(wgs, abs=1e-7)
    path = csv(tmp_path / "b.csv", "name,gcj_lng,gcj_lat\n银星科技园,114.04,22.73\n")
    assert told(path, STOPS) == [
        "b.csv: columns gcj_lng, gcj_lat say GCJ-02, not WGS-84 → "
        "give the datum that they say, or other columns"
    ]


def test_ids_that_are_missing_are_numbered_and_repeats_left_out(tmp_path):
    """If this fails, a list without ids cannot be used, or a stop counts twice."""
    path = csv(
        tmp_path / "a.csv", "站名,经度,纬度\n甲,114.01,22.7\n乙,114.02,22.7\n甲,114.01,22.7\n"
    )
    reading = read_places(path, STOPS, datum="WGS-84", facts=FACTS)
    assert reading.frame["stop_id"].tolist() == ["S0001", "S0002"]
    assert reading.left_out.to_dict("records") == [{"row": "row 4", "why": "the same as row 2"}]
    assert any("no column gives stop_id" in note for note in reading.notes)


def test_every_fault_of_places_comes_at_once(tmp_path):
    """If this fails, a planner mends a list of stops one fault a run."""
    text = "id,站名,经度,纬度\n1,甲,114.01,22.7\n1,乙,22.7,114.02\n3,,114.03,22.7\n4,丁,0,0\n"
    found = told(csv(tmp_path / "a.csv", text), STOPS)
    assert [each.split(" →")[0] for each in found] == [
        "a.csv row 3: 22.7, 114.02 look swapped",
        "a.csv row 5: position is 0, 0, off Africa",
        "a.csv row 4 stop_name: is empty",
        "a.csv row 3 stop_id: 1 appears a second time",
    ]


def test_stations_need_their_line(tmp_path):
    """If this fails, metro stations without a line are read as if they had one."""
    path = csv(
        tmp_path / "a.csv", "line,name_en,name_cn,lon,lat\nLine 4,Qinghu,清湖,114.04,22.67\n"
    )
    frame = read_places(path, STATIONS, datum="WGS-84", facts=FACTS).frame
    assert frame.loc[0, ["station_id", "station_name", "metro_line"]].tolist() == [
        "S0001", "清湖", "Line 4",
    ]  # fmt: skip
    (found,) = told(csv(tmp_path / "b.csv", "name,lon,lat\n清湖,114.04,22.67\n"), STATIONS)
    assert "no column is known to be metro_line" in found


def test_parks_of_a_gis_layer(tmp_path):
    """If this fails, the outlines that the planning bureau sends have to be drawn again."""
    outline = box(114.0, 22.7, 114.01, 22.71)
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"园区名称": ["银星"]}, geometry=[outline], crs="EPSG:4326").to_file(path)
    reading = read_places(path, PARKS, datum="WGS-84", facts=FACTS)
    row = reading.frame.loc[0]
    assert row[["park_id", "park_name", "point_source"]].tolist() == [
        "P0001", "银星", "a point inside the outline",
    ]  # fmt: skip
    assert outline.contains_properly(gpd.points_from_xy([row["point_lon"]], [row["point_lat"]])[0])
    assert reading.shapes[0].equals(outline)
    shifted = read_places(path, PARKS, datum="GCJ-02", facts=FACTS).shapes[0]
    # 524 m east and 300 m south at the park of the showcase, of which a degree has 102.7 km.
    assert (outline.bounds[0] - shifted.bounds[0]) * 102_700 == pytest.approx(524, rel=0.1)


def test_zones_of_a_csv_with_outlines_as_wkt(tmp_path):
    """If this fails, a table of zones with people in it loses its outlines or its people."""
    frame = pd.DataFrame(
        {"小区编号": ["01"], "常住人口": ["1200"], "wkt": [box(114, 22, 115, 23).wkt]}
    )
    frame.to_csv(tmp_path / "a.csv", index=False)
    reading = read_places(tmp_path / "a.csv", ZONES, datum="WGS-84", facts=FACTS)
    assert reading.frame[["zone_id", "people"]].to_numpy().tolist() == [["01", 1200.0]]
    assert np.isnan(reading.frame["jobs"].iloc[0])
    assert reading.shapes[0].bounds == (114, 22, 115, 23)
    frame.assign(wkt="POLYGON frog").to_csv(tmp_path / "b.csv", index=False)
    (found,) = told(tmp_path / "b.csv", ZONES)
    assert found.startswith("b.csv: has no outline in any of 1 rows → draw the outlines")
    far = "POLYGON ((0 0, 1e999 0, 1 1, 0 0))"
    frame.assign(wkt=far).to_csv(tmp_path / "d.csv", index=False)
    assert "are not WGS-84 degrees" in told(tmp_path / "d.csv", ZONES)[0]
    both = [box(114, 22, 115, 23).wkt, ""]
    pd.DataFrame({"id": ["1", "2"], "wkt": both}).to_csv(tmp_path / "c.csv", index=False)
    (found,) = told(tmp_path / "c.csv", ZONES)
    assert found.startswith("c.csv row 3: has no outline")


def test_outlines_that_cross_themselves_or_are_points(tmp_path):
    """If this fails, a park shaped like an 8 gives areas that are wrong without a word."""
    bow = Polygon([(114, 22), (114.1, 22.1), (114.1, 22), (114, 22.1)])
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[bow], crs="EPSG:4326")
    frame.to_file(tmp_path / "a.gpkg")
    (found,) = told(tmp_path / "a.gpkg", PARKS)
    assert "is not valid" in found
    frame.set_geometry([Point(114, 22)], crs="EPSG:4326").to_file(tmp_path / "b.gpkg")
    (found,) = told(tmp_path / "b.gpkg", PARKS)
    assert "is a Point → draw it as a Polygon or MultiPolygon" in found


@pytest.mark.shared
def test_real_tables_of_places(shared_data):
    """If this fails, a real table of stops, stations or zones is no longer read as it is."""
    path = shared_data / "shenzhen_bus_2025/park_stop_points.csv"
    # Its ids are those of places: 18 rows are a further kerb of a place named before.
    assert sum("appears a second time" in each for each in told(path, STOPS)) == 18
    own = {"stop_id": ""}
    stops = read_places(path, STOPS, datum="GCJ-02", facts=FACTS, columns=own)
    assert stops.datum_named == "GCJ-02"
    star = stops.frame.set_index("stop_name").loc["银星科技园"]
    # The table's own WGS-84 columns say 114.043085, 22.733376.
    assert (star["stop_lon"], star["stop_lat"]) == pytest.approx((114.043085, 22.733376), abs=2e-6)
    metro = read_places(
        shared_data / "shenzhen_metro/stations_wgs84.csv", STATIONS, datum="WGS-84", facts=FACTS
    )
    assert len(metro.frame) + len(metro.left_out) == 407
    assert (metro.frame["metro_line"] == "Line 4").sum() == 23
    hexagons = pd.read_csv(shared_data / "porto_alegre/poa_hexgrid.csv")
    assert hexagons["population"].notna().all()
