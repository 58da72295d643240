"""Zones: shares, people and jobs by hand on the town, and against points of a lattice."""

from __future__ import annotations

import io
import json
import math
import zipfile

import numpy as np
import pandas as pd
import pytest
import shapely
from bundle import copy_bundle
from pyproj import Geod
from scipy.spatial import KDTree
from town import CRS, Piece, area, make_feed, make_streets, network

import transit
from transit.analysis.coverage import ANY_STOP, SERVED_LINES
from transit.analysis.zones import zone_coverage, zone_service, zone_totals
from transit.errors import DataError
from transit.model.feed import Feed
from transit.model.network import Network
from transit.model.zones import Zones
from transit.schema import ZONES
from transit.sources.area import read_area
from transit.sources.zones import read_zones
from transit.units import project, unproject

NAN = float("nan")


def zones(places: dict[str, tuple], *, indicative: bool = False) -> Zones:
    """Zones of ``id: ((west, south, east, north), people, jobs)`` from the town's origin."""
    rows = [
        {"zone_id": zone, "zone_name": "", "people": people, "jobs": jobs, "year": 2020,
         "indicative": indicative, "source": "make-believe"}
        for zone, (_, people, jobs) in places.items()
    ]  # fmt: skip
    outlines = np.array([area(*bounds) for bounds, _, _ in places.values()], dtype=object)
    return Zones(pd.DataFrame(rows, columns=ZONES.names), outlines, CRS)


# East of S1 (700, 400), with S1 in the middle of its west side; and far from every stop.
EAST = zones({"Z1": ((700, 300, 900, 500), 1000, NAN), "Z2": ((0, -190, 100, -90), NAN, 50)})


def one_stop(whole=None) -> Network:
    stops = {"S1": ("银星", 700, 400, ""), "F": ("远", 5000, 5000, "")}
    feed = make_feed(stops, {"L_0": ("L", 0, "S1 F")}, whole)
    return network(feed)


def share(table: pd.DataFrame, zone: str, kind: str, of: str = ANY_STOP) -> pd.Series:
    rows = table[(table["zone_id"] == zone) & (table["kind"] == kind) & (table["of"] == of)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_straight_share_is_half_a_circle():
    """If this fails, the share of a zone, or the people counted by it, is wrong."""
    table = zone_coverage(one_stop(), EAST, limit_m=100)
    # Half a circle of 100 m, 15,708 m², in 200 m × 200 m: 39.27 % (the polygon is 0.01 % short).
    found = share(table, "Z1", "straight")
    assert found["share"] == pytest.approx(math.pi * 100**2 / 2 / 40_000, rel=2e-4)
    assert found["denominator_m2"] == pytest.approx(40_000)
    assert found["people_covered"] == pytest.approx(1000 * found["share"])
    assert math.isnan(found["jobs_covered"])
    far = share(table, "Z2", "straight")
    assert (far["share"], far["jobs_covered"]) == (0, 0)
    assert math.isnan(far["people_covered"])
    assert table["assumption"].str.contains("evenly").all()
    assert (table["indicative"].any(), table["counts_indicative"].all()) == (False, True)


def test_walk_share_is_half_a_cross():
    """If this fails, walls and detours do not count for a zone's people."""
    table = zone_coverage(one_stop(), EAST, limit_m=100, access_m=20)
    # Streets within 80 m of the corner, 20 m to either side: two bars of 160 × 40 m with round
    # ends of 20 m, less the 40 × 40 m they share; the zone holds the eastern half.
    cross = 2 * (160 * 40 + math.pi * 20**2) - 40 * 40
    found = share(table, "Z1", "walk")
    assert found["covered_m2"] == pytest.approx(cross / 2, rel=2e-4)


def test_served_stops_only_where_service_is_known():
    """If this fails, a stop where no bus runs counts as service, or unknown service as none."""
    silent = zone_coverage(one_stop(), EAST, limit_m=100)
    assert set(silent["of"]) == {ANY_STOP}
    stops = {"A": ("甲", 700, 400, ""), "B": ("乙", 900, 400, ""), "F": ("远", 5000, 0, "")}
    feed = make_feed(stops, {"L_0": ("L", 0, "A F"), "M_0": ("M", 0, "B F")}, {"L_0": 600})
    table = zone_coverage(network(feed), EAST, limit_m=100)
    # A and B each cover half a circle; only A has buses.
    both = share(table, "Z1", "straight")["share"]
    assert both == pytest.approx(2 * share(table, "Z1", "straight", SERVED_LINES)["share"])


def test_totals_say_what_they_are_shares_of():
    """If this fails, people nobody counted are taken for people without a bus."""
    table = zone_totals(zone_coverage(one_stop(), EAST, limit_m=100))
    row = table.set_index("kind").loc["straight"]
    half = math.pi * 100**2 / 2
    # 40,000 m² and 10,000 m² of zones; people are known of one zone, jobs of the other.
    assert row["area_m2"] == pytest.approx(50_000)
    assert row["area_m2_share"] == pytest.approx(half / 50_000, rel=2e-4)
    assert (row["people"], row["jobs"]) == (1000, 50)
    assert (row["zones"], row["people_zones"], row["jobs_zones"]) == (2, 1, 1)
    assert row["people_share"] == pytest.approx(half / 40_000, rel=2e-4)
    assert row["jobs_share"] == 0


def test_buses_within_the_limit_of_a_zone():
    """If this fails, a line that calls twice near a zone counts twice."""
    # Within 60 m of (690, 390)–(760, 450): S1 and S1b only. There call 101 towards S1 (6 an hour)
    # and from S1b (6), 007 (2 trips, 1 an hour), 环1 (3), and 8字 (2), which passes S1 twice.
    near = zones({"Z": ((690, 390, 760, 450), 10, 10), "Y": ((5000, 0, 5100, 100), 1, 1)})
    table = zone_service(network(), near, limit_m=60).set_index("zone_id")
    assert table.loc["Z", ["stops", "lines", "buses_per_hour"]].tolist() == [2, 4, 18]
    # 16 hours from 6:00 to 22:00: 96 + 96 + 48 + 32, and 4 trips.
    assert table.loc["Z", "departures_a_day"] == 96 + 96 + 48 + 32 + 4
    assert table.loc["Y", ["stops", "lines", "buses_per_hour"]].tolist() == [0, 0, 0]
    assert not table["indicative"].any()


def test_marks_travel_to_zones():
    """If this fails, shares by sketched zones or an assumed stop pass for surveyed ones."""
    places = {"Z1": ((700, 300, 900, 500), 1000, NAN)}
    table = zone_coverage(one_stop(), zones(places, indicative=True), limit_m=100)
    assert table["indicative"].all()
    base = one_stop()
    stops = base.feed.stops.assign(indicative=base.feed.stops["stop_id"] == "S1")
    assumed = base.with_feed(base.feed.with_tables(stops=stops))
    marks = zone_coverage(assumed, EAST, limit_m=100).groupby("zone_id")["indicative"].any()
    assert marks.to_dict() == {"Z1": True, "Z2": False}


def test_zones_that_cannot_be_are_refused():
    """If this fails, two zones of one id, or a zone of no area, give figures nobody can check."""
    good = EAST.table
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    with pytest.raises(DataError, match="Self-intersection"):
        Zones(good, np.array([bow, EAST.outlines[1]], dtype=object), CRS)
    with pytest.raises(DataError, match="zone Z1: appears twice"):
        Zones(good.assign(zone_id="Z1"), EAST.outlines, CRS)
    with pytest.raises(DataError, match="zone Z1 people: is below 0"):
        Zones(good.assign(people=[-1, 0]), EAST.outlines, CRS)
    with pytest.raises(DataError, match="zone Z2: has no outline"):
        Zones(good, np.array([EAST.outlines[0], None], dtype=object), CRS)
    with pytest.raises(DataError, match="they are in EPSG:32650"):
        zone_coverage(one_stop(), Zones(good, EAST.outlines, "EPSG:32650"))


def test_order_of_zones_does_not_matter():
    """If this fails, sorting the zones in a GIS changes results."""
    turned = Zones(EAST.table.iloc[::-1], EAST.outlines[::-1], CRS)
    assert turned.fingerprint() == EAST.fingerprint()
    pd.testing.assert_frame_equal(
        zone_coverage(one_stop(), turned), zone_coverage(one_stop(), EAST)
    )


def feature(zone: str, people: object, ring: list) -> dict:
    facts = {"zone_id": zone, "zone_name": "龙华", "people": people, "jobs": None,
             "indicative": True, "year": 2020, "source": "sketch"}  # fmt: skip
    return {"type": "Feature", "properties": facts,
            "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip


RING = [[114.035, 22.72], [114.045, 22.72], [114.045, 22.73], [114.035, 22.73], [114.035, 22.72]]


def test_zones_of_a_study_area(tmp_path):
    """If this fails, zones.geojson is not read, or an empty count becomes 0."""
    folder = copy_bundle(tmp_path / "area")
    assert read_area(folder).zones is None
    path = folder / "zones.geojson"
    features = [feature("A", 1200, RING), feature("B", None, RING)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    found = read_area(folder)
    assert found.zones.table["people"].fillna(-1).tolist() == [1200, -1]
    geod = abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.Polygon(RING))[0])
    assert found.zones.area_m2[0] == pytest.approx(geod, rel=1e-3)
    features[1]["properties"]["people"] = "many"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    with pytest.raises(DataError, match=r"zones.geojson feature 2 people: 'many' is not a number"):
        read_area(folder)


def test_zones_of_a_gis_file(tmp_path):
    """If this fails, a planner's own zones cannot be read, or a wrong column is taken."""
    path = tmp_path / "zones.geojson"
    shape = {"type": "FeatureCollection", "features": [feature("7", 30, RING)]}
    path.write_text(json.dumps(shape), "utf-8")
    facts = {"crs": CRS, "indicative": False, "year": 2020, "source": "census"}
    read = read_zones(path, columns={"zone_id": "zone_id", "people": "people"}, **facts)
    assert read.table[["zone_id", "zone_name", "people"]].values.tolist() == [["7", "7", 30]]
    assert math.isnan(read.table.loc[0, "jobs"])
    for columns, fault in (
        ({"zone_id": "zone"}, "column zone: is missing → did you mean zone_id"),
        ({"people": "people"}, "zone_id is not given"),
        ({"zone_id": "zone_id", "pets": "people"}, "'pets' is not known"),
    ):
        with pytest.raises(DataError, match=fault):
            read_zones(path, columns=columns, **facts)
    with pytest.raises(DataError, match="does not exist"):
        read_zones(tmp_path / "no.shp", columns={"zone_id": "zone_id"}, **facts)
    (tmp_path / "bad.gpkg").write_bytes(b"nothing")
    with pytest.raises(DataError, match="cannot be read as a GIS file"):
        read_zones(tmp_path / "bad.gpkg", columns={"zone_id": "zone_id"}, **facts)


@pytest.mark.shared
def test_traffic_zones_of_shenzhen_in_true_square_metres(shared_data):
    """If this fails, zones drawn in web Mercator keep its area, 17 % too large at Shenzhen."""
    found = read_zones(
        shared_data / "shenzhen_zones" / "SZ_districts.shp", crs=CRS,
        columns={"zone_id": "OBJECTID"}, indicative=True, year=2020, source="ST-EVCDP",
    )  # fmt: skip
    assert len(found) == 491
    degrees = shapely.transform(found.outlines, lambda xy: unproject(xy, CRS))
    geod = Geod(ellps="WGS84")
    true = np.array([abs(geod.geometry_area_perimeter(one)[0]) for one in degrees])
    assert found.area_m2 == pytest.approx(true, rel=1e-3)
    whole = read_area(transit.bundled_area()).network
    table = zone_service(whole, found).set_index("zone_id")
    # By brute force: the distance of every stop to the zone that holds the park.
    park = project([[114.042, 22.729]], CRS)
    holds = shapely.intersects_xy(found.outlines, *park[0])
    zone = found.outlines[holds][0]
    near = shapely.distance(shapely.points(whole.stop_xy), zone) <= 500
    ids = set(whole.feed.stops["stop_id"][near])
    calls = whole.feed.visits[whole.feed.visits["stop_id"].isin(ids)]
    row = table.loc[found.table["zone_id"][holds].iloc[0]]
    assert (row["stops"], row["lines"]) == (near.sum(), calls["route_id"].nunique())
    assert row["stops"] > 0


@pytest.mark.shared
def test_people_of_porto_alegre_against_a_lattice_of_points(shared_data):
    """If this fails, people within 500 m of a stop are miscounted in a real city."""
    crs = "EPSG:32722"
    hexagons = pd.read_csv(shared_data / "porto_alegre" / "poa_hexgrid.csv")
    centres = project(hexagons[["lon", "lat"]].to_numpy(), crs)
    # The file gives centres only: the cells nearest to each are the hexagons, but at the rim.
    cells = shapely.voronoi_polygons(
        shapely.multipoints(centres), extend_to=shapely.box(*shapely.multipoints(centres).bounds)
    )
    outlines = np.array(cells.geoms, dtype=object)
    at, of = shapely.STRtree(outlines).query(shapely.points(centres), predicate="within")
    discs = shapely.buffer(shapely.points(centres), 220)
    clipped = np.empty(len(centres), dtype=object)
    clipped[at] = shapely.intersection(outlines[of], discs[at])
    table = pd.DataFrame(
        {"zone_id": hexagons["id"], "zone_name": "", "people": hexagons["population"],
         "jobs": hexagons["jobs"], "indicative": False, "year": 2019, "source": "r5r"}
    )  # fmt: skip
    places = Zones(table, clipped, crs)
    whole = Network(
        "Porto Alegre",
        make_streets([Piece(((0, 0), (9, 0)))], crs),
        gtfs_stops(shared_data),
        area(0, 0, 1, 1),
    )
    covered = zone_coverage(whole, places)
    straight = covered[(covered["kind"] == "straight") & (covered["of"] == ANY_STOP)]
    step = 20.0
    tree = KDTree(whole.stop_xy)
    expected = []
    for outline in places.outlines:
        west, south, east, north = outline.bounds
        x, y = np.meshgrid(np.arange(west, east, step), np.arange(south, north, step))
        inside = shapely.contains_xy(outline, x.ravel(), y.ravel())
        points = np.column_stack([x.ravel(), y.ravel()])[inside]
        expected.append((tree.query(points)[0] <= 500).mean())
    assert np.abs(straight["share"].to_numpy() - expected).max() < 0.03
    total = zone_totals(covered).set_index(["kind", "of"]).loc[("straight", ANY_STOP)]
    people = places.table["people"].to_numpy()
    assert total["people"] == hexagons["population"].sum()
    assert total["people_share"] == pytest.approx(np.dot(people, expected) / people.sum(), abs=1e-3)


def gtfs_stops(shared_data) -> Feed:
    """The bus stops of the published GTFS feed, with no lines."""
    with zipfile.ZipFile(shared_data / "porto_alegre" / "poa_eptc.zip") as packed:
        stops = pd.read_csv(io.BytesIO(packed.read("stops.txt")), dtype={"stop_id": str})
    table = pd.DataFrame(
        {"stop_id": stops["stop_id"], "stop_name": stops["stop_name"].astype(str),
         "stop_lon": stops["stop_lon"], "stop_lat": stops["stop_lat"], "district": "",
         "indicative": False, "year": 2019, "source": "GTFS"}
    )  # fmt: skip
    nothing = {name: getattr(make_feed({}, {}), name) for name in ("routes", "patterns", "calls")}
    return Feed(table, **nothing)
