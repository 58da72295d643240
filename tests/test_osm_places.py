"""If these fail, buildings, land use and amenities are missing, doubled or have another area.

What people can reach is counted by these places, and what is built up is their area: an error here
is an error of every share. The ground is that of ``osm_written``: a square of one step a side is
111.275 m × 110.530 m = 12,299.2 m².
"""

from __future__ import annotations

import geopandas
import numpy as np
import osmium
import pytest
import shapely
from osm_real import helsinki
from osm_written import EAST_M, NORTH_M, node, relation, way, written
from overpass_server import Answers, elements_of, serving

from transit.errors import DataError, UsageError
from transit.model.places import PLACE_COLUMNS, PLACE_KINDS, Places
from transit.sources.osm import read_osm, read_overpass
from transit.sources.osm.overpass import LiveOptions

SQUARE_M2 = EAST_M * NORTH_M
STREET = (node(1, 0, 0), node(2, 9, 0)), way(1, (1, 2), {"highway": "residential"})


def square(first, west, south, side=1.0):
    """Four corner nodes from the south-west, anticlockwise."""
    steps = ((0, 0), (side, 0), (side, side), (0, side))
    return [node(first + n, west + x, south + y) for n, (x, y) in enumerate(steps)]


def ring(first):
    return [first, first + 1, first + 2, first + 3, first]


@pytest.fixture
def town(tmp_path):
    """A school in a building, flats with a yard, a park, a plot left open, shops and a tree."""
    return written(
        tmp_path / "town.osm",
        *STREET[0],
        *square(10, 1, 1), *square(20, 3, 1, 2), *square(30, 3.5, 1.5), *square(40, 6, 1),
        *square(50, 8, 1),
        node(60, 1.5, 3, amenity="bank", name="Bank"), node(61, 2, 3, natural="tree"),
        node(62, 2.5, 3, shop="bakery"), node(63, 2.6, 3, landuse="forest"),
        STREET[1],
        way(2, ring(10), {"building": "yes", "amenity": "school", "name": "School 甲, 1 % = @"}),
        way(3, ring(20), {}), way(4, ring(30), {}),
        way(5, ring(40), {"leisure": "park"}),
        way(6, ring(50)[:-1], {"landuse": "industrial"}),
        way(7, ring(50), {"building": "no", "leisure": "pitch"}),
        relation(1, [("way/3", "outer"), ("way/4", "inner")],
                 {"type": "multipolygon", "building": "apartments", "building:levels": "6"}),
        relation(2, [("way/3", "outer"), ("way/99", "outer")],
                 {"type": "multipolygon", "landuse": "residential"}),
    )  # fmt: skip


def test_each_place_has_its_kind_category_name_and_area(town):
    reading = read_osm(town, places=PLACE_KINDS)
    table = reading.places.table.assign(area_m2=reading.places.area_m2)
    rows = {(row.place_id, row.kind): row for row in table.itertuples()}
    assert set(rows) == {
        ("way/2", "building"), ("relation/1", "building"), ("way/5", "land_use"),
        ("way/2", "amenity"), ("node/60", "amenity"), ("node/62", "amenity"),
    }  # fmt: skip
    school = rows["way/2", "amenity"]
    assert (school.category, school.place_name) == ("school", "School 甲, 1 % = @")
    assert school.area_m2 == pytest.approx(SQUARE_M2, rel=1e-6)
    flats = rows["relation/1", "building"]
    assert (flats.category, flats.levels) == ("apartments", 6)
    assert flats.area_m2 == pytest.approx(3 * SQUARE_M2, rel=1e-6)  # 2 × 2 squares less the yard
    assert rows["way/5", "land_use"].category == "park"
    assert rows["node/62", "amenity"].category == "bakery"
    assert np.isnan(rows["node/60", "amenity"].area_m2)


def test_what_gives_no_area_is_counted(town):
    """Way 6 is open, and the data lack a way of relation 2: a plot must not vanish in silence."""
    left = read_osm(town, places=["land_use"]).left_out
    rows = left[left["what"] == "buildings, land use and amenities"]
    assert rows["count"].tolist() == [2]
    assert "not closed" in rows["why"].iloc[0]


def test_the_point_of_a_place_lies_within_it(town):
    """The middle of the flats is in their yard: a walk must begin at a wall, not in the air."""
    places = read_osm(town, places=["building"], keep_outlines=True).places
    assert shapely.contains_xy(places.outlines, *places.xy.T).all()


def test_places_are_read_only_when_asked_for(town):
    assert read_osm(town).places is None
    assert set(read_osm(town, places=["amenity"]).places.table["kind"]) == {"amenity"}


def test_an_unknown_kind_is_refused(town):
    with pytest.raises(UsageError, match="'houses' is no kind of place → ask for any of building"):
        read_osm(town, places=["houses"])


@pytest.mark.parametrize("asked", ["box", "polygon", "file"])
def test_places_outside_the_area_are_left_out(town, tmp_path, asked):
    """A box, a polygon and a file of that polygon keep the same places."""
    box = (9.0005, -0.001, 9.0022, 0.004)
    if asked == "file":
        path = tmp_path / "area.geojson"
        geopandas.GeoSeries([shapely.box(*box)], crs=4326).to_file(path, driver="GeoJSON")
    area = {"bbox": box} if asked == "box" else {
        "within": shapely.box(*box) if asked == "polygon" else path}  # fmt: skip
    reading = read_osm(town, places=PLACE_KINDS, **area)
    assert set(reading.places.table["place_id"]) == {"way/2", "node/60"}
    outside = reading.left_out.set_index("why")["count"]["outside the area asked for"]
    assert outside == 3  # the flats, the park and the bakery


def test_an_area_of_several_parts_keeps_what_touches_any(town):
    parts = shapely.MultiPolygon([shapely.box(9.0005, 0, 9.0015, 0.0005),
                                  shapely.box(9.0061, 0.001, 9.0065, 0.0015)])  # fmt: skip
    reading = read_osm(town, places=PLACE_KINDS, within=parts)
    assert set(reading.places.table["place_id"]) == {"way/5"}
    assert reading.network.study_area.geom_type == "MultiPolygon"


@pytest.mark.parametrize(
    ("area", "error", "message"),
    [
        ({"within": "gone.geojson"}, DataError, "there is no such file"),
        ({"within": shapely.Point(9, 0)}, UsageError, "Point is no area"),
        ({"within": shapely.Polygon()}, UsageError, "Polygon is no area"),
        ({"within": shapely.box(500000, 0, 500100, 100)}, UsageError, "are not WGS-84 degrees"),
        ({"within": shapely.Polygon([(9, 0), (9.1, 0.1), (9.1, 0), (9, 0.1)])}, UsageError,
         "not valid: Self-intersection"),
        ({"within": shapely.box(9, 0, 9.1, 0.1), "bbox": (9, 0, 9.1, 0.1)}, UsageError,
         "is given twice"),
    ],
)  # fmt: skip
def test_an_area_that_is_none_says_how_to_mend_it(town, area, error, message):
    with pytest.raises(error, match=message) as caught:
        read_osm(town, **area)
    assert caught.value.problems[0].mend


def test_a_building_whose_outline_crosses_itself_keeps_its_two_halves(tmp_path):
    """A bow tie of two triangles, each a quarter of a square: half a square in all."""
    bow = (10, 12, 11, 13, 10)
    file = written(tmp_path / "bow.osm", *STREET[0], *square(10, 1, 1), STREET[1],
                   way(2, bow, {"building": "yes"}))  # fmt: skip
    places = read_osm(file, places=["building"]).places
    assert places.area_m2 == pytest.approx([SQUARE_M2 / 2], rel=1e-6)


def test_places_for_gis_have_their_columns_their_area_and_their_outline(town):
    frame = read_osm(town, places=PLACE_KINDS, keep_outlines=True).places.to_frame()
    assert list(frame.columns) == [*PLACE_COLUMNS, "area_m2", "geometry"]
    assert frame.crs.to_epsg() == 32632
    areas = frame[frame.geom_type != "Point"]
    assert areas.area.to_numpy() == pytest.approx(areas["area_m2"].to_numpy())
    assert read_osm(town, places=PLACE_KINDS).places.to_frame().geom_type.eq("Point").all()


def test_places_cannot_be_changed_or_contradict_themselves(town):
    places = read_osm(town, places=PLACE_KINDS).places
    assert places.fingerprint() == read_osm(town, places=PLACE_KINDS).places.fingerprint()
    with pytest.raises(ValueError, match="read-only"):
        places.xy[0] = 0
    with pytest.raises(DataError, match="6 rows but 5 points") as caught:
        Places(places.table.assign(kind="hut"), places.xy[1:], places.area_m2, places.crs)
    assert "'hut' is not known" in str(caught.value)
    with pytest.raises(DataError, match="appears twice"):
        Places(places.table.assign(place_id="way/1", kind="building"), places.xy,
               places.area_m2, places.crs)  # fmt: skip


def test_places_of_a_download_are_those_of_the_file(town, tmp_path):
    """In one piece and in tiles: a place that two tiles tell of is there once."""
    expected = read_osm(town, places=PLACE_KINDS).places
    elements = [e for e in elements_of(town) if e["id"] != 2 or e["type"] != "relation"]
    for tile_deg in (1, 0.003):
        options = LiveOptions(timeout_s=5, cache_folder=tmp_path / str(tile_deg), tile_deg=tile_deg)
        with serving(Answers(elements)) as url:
            live = read_overpass(
                bbox=(8.9995, -0.0005, 9.0095, 0.0045), overpass_url=f"{url}/api", crs=expected.crs,
                options=options, places=PLACE_KINDS,
            ).places  # fmt: skip
        assert set(zip(live.table["place_id"], live.table["kind"], strict=True)) == set(
            zip(expected.table["place_id"], expected.table["kind"], strict=True)
        )
        assert np.nansum(live.area_m2) == pytest.approx(np.nansum(expected.area_m2), rel=1e-6)


def test_a_saved_graph_says_that_it_has_no_places(tmp_path):
    (tmp_path / "saved.graphml").write_text("<graphml/>")
    with pytest.raises(UsageError, match="a saved graph has streets only"):
        read_osm(tmp_path / "saved.graphml", places=["amenity"])


@pytest.mark.helsinki
def test_helsinki_has_the_areas_that_osmium_assembles():
    """The oracle is osmium's own assembler of areas, its outlines measured in the same CRS."""
    reading = read_osm(helsinki(), places=["building"], keep_outlines=True)
    factory = osmium.geom.WKBFactory()
    theirs = {}
    with_areas = osmium.FileProcessor(str(helsinki())).with_areas()
    for area in with_areas.with_filter(osmium.filter.KeyFilter("building")):
        if area.is_area() and area.tags.get("building") != "no":
            kind = "way" if area.from_way() else "relation"
            theirs[f"{kind}/{area.orig_id()}"] = factory.create_multipolygon(area)
    outlines = geopandas.GeoSeries.from_wkb(list(theirs.values()), index=list(theirs), crs=4326)
    expected = outlines.to_crs(reading.network.crs).area
    ours = dict(zip(reading.places.table["place_id"], reading.places.area_m2, strict=True))
    assert set(ours) == set(theirs)
    assert np.array([ours[key] for key in theirs]) == pytest.approx(expected.to_numpy(), rel=1e-9)
