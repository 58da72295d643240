"""Catchments: streets cut exactly, areas against brute force, circles against geodesics."""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
import pytest
import shapely
import shapely.ops
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from town import CRS, MARKS, ORIGIN, Piece, lattice, make_feed, make_gates, make_streets, metric
from town import network as town_network
from town import park as town_park
from walkers import Spot, Walkers, anchors_of, passable, random_pieces, random_spots

from transit.analysis.catchment import (
    Catchment,
    line_catchment,
    park_catchment,
    stop_catchment,
    walk_area,
)
from transit.analysis.walk import lines_of, walk
from transit.datum import to_wgs84
from transit.errors import DataError, UsageError
from transit.model.network import Network
from transit.model.park import Park
from transit.units import project, unproject

PARK_LONLAT = (114.042, 22.729)


def one_stop(pieces: list[Piece], east: float, north: float, **marks: bool) -> Network:
    """A network with one stop, and another far off to make a line."""
    places = {"A": ("甲", east, north, ""), "Z": ("乙", 5000, 5000, "")}
    feed = make_feed(places, {"L_0": ("L", 0, "A Z")})
    if marks:
        feed = feed.with_tables(stops=feed.stops.assign(**marks))
    return town_network(feed, pieces)


def street_m(catchment: Catchment) -> float:
    """Metres of street in a catchment."""
    return float(shapely.length(catchment.streets).sum())


# ---- streets, cut exactly -------------------------------------------------------------------


def test_lattice_streets_within_500_m():
    """If this fails, the street length of every walk catchment is wrong."""
    # |x| + |y| <= 500 on streets 100 m apart: the street at y = k·100 is reached 500 − 100|k|
    # to each side: 2·(500 + 2·(400 + 300 + 200 + 100)) = 5000 m east-west, as much north-south.
    found = stop_catchment(one_stop(lattice(), 600, 600), "A", limit_m=500)
    assert street_m(found) == pytest.approx(10_000, abs=1e-4)


def test_lattice_streets_cut_inside_a_block():
    """If this fails, a catchment stops at junctions instead of where the limit is."""
    # Limit 130: the cross of 130 m arms (4·130) and 30 m to either side at its 4 junctions (8·30).
    found = stop_catchment(one_stop(lattice(), 600, 600), "A", limit_m=130)
    assert street_m(found) == pytest.approx(4 * 130 + 8 * 30, abs=1e-4)


def test_stop_half_way_along_a_block():
    """If this fails, a stop between two junctions is walked from a junction."""
    # From (950, 300) with 80 m: 80 m west and 80 m east on the street, 30 m beyond each of its
    # two junctions north and south (the 30 m east-west are part of the 80 m).
    found = stop_catchment(one_stop(lattice(), 950, 300), "A", limit_m=80)
    assert street_m(found) == pytest.approx(2 * 80 + 4 * 30, abs=1e-4)


def test_access_is_part_of_the_walk():
    """If this fails, the steps from the stop to its street are free."""
    # The stop stands 40 m north of the middle of a lone 1 km street; 100 m − 40 m each way.
    found = stop_catchment(one_stop([Piece(((0, 0), (1000, 0)))], 500, 40), "A", limit_m=100)
    assert street_m(found) == pytest.approx(120, abs=1e-6)


def test_both_ends_of_a_block_meet_in_its_middle():
    """If this fails, a street reached from both sides is counted twice."""
    # A ring of 400 m: 200 m each way is all of it, 300 m each way still all of it.
    ring = [Piece(((0, 0), (100, 0), (100, 100))), Piece(((100, 100), (0, 100), (0, 0)))]
    for limit, expected in ((150, 300), (200, 400), (300, 400)):
        found = stop_catchment(one_stop(ring, 0, 0), "A", limit_m=limit)
        assert street_m(found) == pytest.approx(expected, abs=1e-6)


def test_walkers_walk_to_the_stop_and_from_the_gate():
    """If this fails, a one-way path counts in the wrong direction."""
    # A stop at the east end of a one-way path leading east: one can walk to it, not from it.
    path = [Piece(((0, 0), (300, 0)), "forward")]
    assert street_m(stop_catchment(one_stop(path, 300, 0), "A", limit_m=200)) == pytest.approx(200)
    assert street_m(stop_catchment(one_stop(path, 0, 0), "A", limit_m=200)) == pytest.approx(0)
    network = town_network(pieces=path)
    east = town_park({"G": ("东门", 300, 0)}, bounds=(250, -50, 320, 50))
    west = town_park({"G": ("西门", 0, 0)}, bounds=(-50, -50, 20, 50))
    found = [park_catchment(network, park, limit_m=200) for park in (east, west)]
    assert [street_m(one) for one in found] == pytest.approx([0, 200])


def test_pieces_keep_the_streets_bends():
    """If this fails, catchments on maps cut corners through houses."""
    bent = [Piece(((0, 0), (100, 0), (100, 100)))]
    found = stop_catchment(one_stop(bent, 0, 0), "A", limit_m=150)
    line = shapely.get_coordinates(found.streets) - ORIGIN
    np.testing.assert_allclose(line, [(0, 0), (100, 0), (100, 50)], atol=1e-6)


@settings(max_examples=60)
@given(st.data(), random_pieces(), st.booleans(), st.sampled_from([40.0, 250.0, 600.0]))
def test_reached_streets_agree_with_networkx(data, pieces, toward, limit):
    """If this fails, some street is in a catchment that should not be, or the other way round."""
    seeds = data.draw(random_spots(pieces), "seeds")
    streets = make_streets(pieces)
    walked = walk(streets, anchors_of(seeds), limit_m=limit, toward=toward)
    edge, start, end = walked.pieces(limit)
    total = Walkers(pieces, seeds, toward=toward).street_m(limit, toward=toward)
    assert float((end - start).sum()) == pytest.approx(total, abs=1e-5)
    assert shapely.length(lines_of(streets, (edge, start, end))).sum() == pytest.approx(total)
    for row, low, high in zip(edge, start, end, strict=True):
        course = shapely.LineString(metric(pieces[row].points))
        own = shapely.ops.substring(course, low, high)
        drawn = lines_of(streets, (np.array([row]), np.array([low]), np.array([high])))[0]
        assert drawn.hausdorff_distance(own) < 1e-6


@settings(max_examples=60)
@given(st.data(), random_pieces(), st.booleans(), st.sampled_from([110.0, 431.0]))
def test_cuts_lie_exactly_at_the_limit(data, pieces, toward, limit):
    """If this fails, "within 500 m" on a map means 490 or 510 m."""
    seeds = data.draw(random_spots(pieces), "seeds")
    walked = walk(make_streets(pieces), anchors_of(seeds), limit_m=limit, toward=toward)
    edge, start, end = walked.pieces(limit)
    oracle = Walkers(pieces, seeds, toward=toward)
    for row, low, high in zip(edge, start, end, strict=True):
        piece, ways = pieces[row], passable(pieces[row], toward=toward)
        own = [seed.offset_m for seed in seeds if seed.edge == row]
        for offset in (low, high):
            if 1e-6 < offset < piece.length_m - 1e-6 and not np.isclose(own, offset).any():
                assert oracle.at(row, offset, ways) == pytest.approx(limit, abs=1e-6)


# ---- the area of a walk catchment -----------------------------------------------------------

STEP = 2.0


def _sampled_streets(
    pieces: list[Piece], seeds: list[Spot], *, toward: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Street points every 2 m and how far each is walked, by networkx."""
    oracle = Walkers(pieces, seeds, toward=toward)
    places, metres = [], []
    for row, piece in enumerate(pieces):
        ways = passable(piece, toward=toward)
        course = shapely.LineString(piece.points)
        own = [seed.offset_m for seed in seeds if seed.edge == row]
        for offset in [*np.linspace(0, piece.length_m, int(piece.length_m / STEP) + 2), *own]:
            at = oracle.at(row, offset, ways)
            for seed in seeds:
                if seed.edge == row and seed.offset_m == offset:
                    at = min(at, oracle.to(Spot(row, offset)))
            places.append(course.interpolate(offset).coords[0])
            metres.append(at)
    return np.array(places), np.array(metres)


def _check_area(pieces, seeds, limit, access, *, toward, seed=0):
    walked = walk(make_streets(pieces), anchors_of(seeds), limit_m=limit, toward=toward)
    area = walk_area(walked, limit, access)
    places, metres = _sampled_streets(pieces, seeds, toward=toward)
    generator = np.random.default_rng(seed)
    near = places[np.isfinite(metres)]
    points = near[generator.integers(len(near), size=250)] + generator.normal(0, access, (250, 2))
    away = np.hypot(*(points[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    # A sampled street point is at most 1 m from any other, so its walk and access are, too.
    sure = np.where(away <= access - STEP, away + metres, np.inf).min(axis=1) <= limit - 0.1
    never = np.where(away <= access + STEP, away + metres, np.inf).min(axis=1) > limit + 2 * STEP
    inside = shapely.contains_xy(area, *(points + ORIGIN).T)
    assert inside[sure].all(), points[sure & ~inside]
    assert not inside[never].any(), points[never & inside]
    return sure.sum(), never.sum()


@settings(max_examples=20)
@given(st.data(), random_pieces(), st.booleans(), st.sampled_from([60.0, 180.0, 420.0]))
def test_area_is_every_point_within_access_and_walk(data, pieces, toward, limit):
    """If this fails, the coloured area on the map is not what its caption says."""
    seeds = data.draw(random_spots(pieces), "seeds")
    if seeds:
        _check_area(pieces, seeds, limit, 100.0, toward=toward)


def test_area_of_the_lattice_by_brute_force():
    """If this fails, an ordinary town has the wrong walk area."""
    seeds = [Spot(0, 0.0)]
    pieces = lattice(6, 6)
    sure, never = _check_area(pieces, seeds, 350.0, 100.0, toward=True)
    assert sure > 20
    assert never > 20


def test_area_along_one_street_by_hand():
    """If this fails, walk areas are too wide or too narrow by their access."""
    # A lone straight street, the stop on it: 400 m walk each way, buffered by 100 m. Beyond
    # 400 m the discs 500 − d shrink inside the round cap, so the area is a rectangle 800 × 200
    # and a circle of radius 100.
    found = stop_catchment(one_stop([Piece(((0, 0), (2000, 0)))], 1000, 0), "A", limit_m=500)
    assert found.area.area == pytest.approx(800 * 200 + math.pi * 100**2, rel=1e-4)


def test_limit_below_access():
    """If this fails, a 60 m catchment reaches 100 m."""
    # Limit 60, access up to 100: one may walk 60 m along the street, or straight; a disc of 60 m.
    found = stop_catchment(one_stop([Piece(((0, 0), (2000, 0)))], 1000, 0), "A", limit_m=60)
    assert found.area.area == pytest.approx(math.pi * 60**2, rel=3e-4)
    assert street_m(found) == pytest.approx(120, abs=1e-6)


def test_stop_off_its_street():
    """If this fails, a stop set back from the road covers as much as one at the kerb."""
    # 80 m of the 150 m go to reach the street; 70 m remain: a disc of 70 m round that point.
    found = stop_catchment(one_stop([Piece(((0, 0), (2000, 0)))], 1000, 80), "A", limit_m=150)
    assert found.area.area == pytest.approx(math.pi * 70**2, rel=3e-4)
    assert found.area.centroid.y == pytest.approx(ORIGIN[1], abs=1e-3)


def test_access_zero_leaves_no_area_but_the_streets():
    """If this fails, asking for the streets alone stops, or buffers by a default."""
    found = stop_catchment(
        one_stop([Piece(((0, 0), (2000, 0)))], 1000, 0), "A", limit_m=300, access_m=0
    )
    assert found.area.area == 0
    assert street_m(found) == pytest.approx(600, abs=1e-6)


def test_limit_used_up_by_access():
    """If this fails, a stop further from its street than the limit covers something."""
    found = stop_catchment(one_stop([Piece(((0, 0), (2000, 0)))], 1000, 80), "A", limit_m=50)
    assert found.area.is_empty
    assert len(found.streets) == 0


@settings(max_examples=25)
@given(st.data(), random_pieces(), st.booleans())
def test_rings_nest_and_stay_in_the_circle(data, pieces, toward):
    """If this fails, a longer walk reaches less, or one walks further than the crow flies."""
    seeds = data.draw(random_spots(pieces), "seeds")
    streets = make_streets(pieces)
    walked = walk(streets, anchors_of(seeds), limit_m=800, toward=toward)
    areas = [walk_area(walked, limit, 100) for limit in (300, 500, 800)]
    lengths = [(end - start).sum() for _, start, end in map(walked.pieces, (300, 500, 800))]
    assert lengths == sorted(lengths)
    for small, large in itertools.pairwise(areas):
        assert small.difference(large.buffer(0.01)).area < 1e-3
    points = [streets.lines[seed.edge].interpolate(seed.offset_m) for seed in seeds]
    circles = shapely.union_all([point.buffer(500, quad_segs=256) for point in points])
    assert areas[1].difference(circles.buffer(0.02)).area < 1e-3


# ---- straight circles -----------------------------------------------------------------------


def _geodesic_circle_m2(lon: float, lat: float, radius: float) -> float:
    geod = Geod(ellps="WGS84")
    turns = np.linspace(0, 360, 721)[:-1]
    size = len(turns)
    lons, lats, _ = geod.fwd([lon] * size, [lat] * size, turns, [radius] * size)
    return abs(geod.polygon_area_perimeter(lons, lats)[0])


@pytest.mark.parametrize(
    ("crs", "lon", "lat"),
    [(CRS, *PARK_LONLAT), ("EPSG:32635", 24.94, 60.17), ("EPSG:32722", -51.22, -30.03)],
)
def test_circle_has_the_area_of_the_geodesic_circle(crs, lon, lat):
    """If this fails, "500 m" is not 500 m on the ground and every coverage share is wrong."""
    x, y = project([(lon, lat)], crs)[0]
    outline = shapely.box(x - 1, y - 1, x + 1, y + 1)
    gates = make_gates("P", {})
    park = Park("P", "园", crs, shapely.Point(x, y), outline, gates, False, "test")
    streets = make_streets([Piece(((0, 0), (100, 0)))], crs)
    network = Network("n", streets, make_feed({"A": ("甲", 0, 0, "")}, {}), outline)
    found = park_catchment(network, park, kind="straight", measured_from="point")
    assert found.area.area == pytest.approx(_geodesic_circle_m2(lon, lat, 500), rel=1e-3)


def test_two_circles_one_radius_apart_count_their_overlap_once():
    """If this fails, kerbs near each other are counted twice in the union."""
    # FACTS: two circles of equal radius, centres one radius apart, overlap 0.391 of a circle.
    places = {"A": ("甲", 0, 0, ""), "B": ("乙", 500, 0, "")}
    network = town_network(make_feed(places, {"L_0": ("L", 0, "A B")}))
    both = line_catchment(network, "L", kind="straight").area.area
    one = stop_catchment(network, "A", kind="straight").area.area
    assert (2 * one - both) / one == pytest.approx(0.391, abs=5e-4)


def test_unconverted_feed_keeps_28_percent_of_its_circle():
    """If this fails, the warning about GCJ-02 that the project prints has the wrong number."""
    # FACTS: two 500 m circles 604 m apart overlap 28 %.
    true = project(to_wgs84([PARK_LONLAT], "GCJ-02"), CRS)[0]
    wrong = project([PARK_LONLAT], CRS)[0]
    first, second = (shapely.Point(xy).buffer(500, quad_segs=64) for xy in (true, wrong))
    assert first.intersection(second).area / first.area == pytest.approx(0.28, abs=0.005)


# ---- whom a catchment is of -----------------------------------------------------------------


def test_name_means_all_its_kerbs():
    """If this fails, a stop named on a sign covers only one side of the road."""
    network = town_network()
    both = stop_catchment(network, "银星", kind="straight")
    each = [stop_catchment(network, stop, kind="straight").area for stop in ("S1", "S1b")]
    assert both.area.equals(shapely.union_all(each))
    assert both.of == "银星"


def test_line_leaves_out_stops_without_streets_and_says_so():
    """If this fails, a line's stops outside the street data vanish silently."""
    places = {"A": ("甲", 0, 0, ""), "Z": ("乙", 5000, 5000, "")}
    network = town_network(make_feed(places, {"L_0": ("L", 0, "A Z")}))
    found = line_catchment(network, "L")
    assert found.left_out == ("乙 (Z)",)
    assert found.area.area == pytest.approx(stop_catchment(network, "A").area.area)


def test_no_street_is_an_error_that_says_how_far():
    """If this fails, a stop in the wrong datum gives an empty catchment without a word."""
    with pytest.raises(DataError, match=r"无路 \(S6\).*150 m away"):
        stop_catchment(town_network(), "S6")
    with pytest.raises(DataError, match="there is none"):
        stop_catchment(town_network(pieces=[Piece(((0, 0), (1, 0)), "no")]), "S6")


def test_gates_off_the_street_are_all_named():
    """If this fails, a planner mends one gate at a time."""
    park = town_park({"A": ("甲门", -150, 300), "B": ("乙门", -160, 300), "C": ("丙门", 200, 300)})
    with pytest.raises(DataError) as caught:
        park_catchment(town_network(), park)
    assert [problem.where for problem in caught.value.problems] == [
        "park 园区P1 gate 甲门",
        "park 园区P1 gate 乙门",
    ]


@pytest.mark.parametrize(
    ("limit", "access"), [(0, 100), (-5, 100), (math.nan, 100), (math.inf, 100), (500, -1),
                          (500, math.nan), (500, math.inf)]
)  # fmt: skip
def test_limits_that_cannot_be(limit, access):
    """If this fails, a slip in a limit gives an empty map instead of a message."""
    with pytest.raises(UsageError, match="limit"):
        stop_catchment(town_network(), "S1", limit_m=limit, access_m=access)
    with pytest.raises(UsageError, match="limit"):
        park_catchment(town_network(), town_park(), limit_m=limit, access_m=access)


def test_no_stop_at_all_is_a_usage_error():
    """If this fails, an empty selection gives "0 problems" or an empty map."""
    with pytest.raises(UsageError, match="no stop"):
        stop_catchment(town_network(), [])


@pytest.mark.parametrize("option", [{"kind": "walking"}, {"measured_from": "gate"}])
def test_misspelt_options_are_refused(option):
    """If this fails, kind="walking" or measured_from="gate" quietly means something else."""
    with pytest.raises(UsageError, match="use one of"):
        park_catchment(town_network(), town_park(), **({"kind": "straight"} | option))


def test_unknown_stop_and_line_name_the_nearest():
    """If this fails, a slip of the pen leaves the planner searching the table."""
    with pytest.raises(UsageError, match="田心"):
        stop_catchment(town_network(), "田")
    with pytest.raises(UsageError, match="101"):
        line_catchment(town_network(), "10l")


def test_straight_park_catchments_by_hand():
    """If this fails, the catchment round the park starts from the wrong place."""
    # Outline 400 × 300: area + perimeter·r + πr². Gates 400 m and 100 m apart (412.3 m > 2·100).
    network, park = town_network(), town_park()
    areas = {
        start: park_catchment(network, park, limit_m=100, kind="straight", measured_from=start)
        for start in ("point", "outline", "gates")
    }
    circle = math.pi * 100**2
    assert areas["point"].area.area == pytest.approx(circle, rel=2e-4)
    assert areas["gates"].area.area == pytest.approx(2 * circle, rel=2e-4)
    assert areas["outline"].area.area == pytest.approx(120_000 + 1400 * 100 + circle, rel=2e-5)
    assert areas["point"].definition.startswith("within 100 m in a straight line")


def test_indicative_marks_travel_with_the_catchment():
    """If this fails, a map made from assumed places does not say so."""
    street = [Piece(((0, 0), (1000, 0)))]
    marked_street = [Piece(((0, 0), (1000, 0)), indicative=True)]
    surveyed = one_stop(street, 500, 0)
    assumed = one_stop(street, 500, 0, indicative=True)
    for kind in ("straight", "walk"):
        assert not stop_catchment(surveyed, "A", kind=kind).indicative
        assert stop_catchment(assumed, "A", kind=kind).indicative
    assert stop_catchment(one_stop(marked_street, 500, 0), "A").indicative
    assert not stop_catchment(one_stop(marked_street, 500, 0), "A", kind="straight").indicative
    gates = make_gates("P1", {"G1": ("西门", 200, 300)}, indicative=True)
    park = town_park()
    drawn = Park("P1", "园", CRS, park.point, park.outline, gates, indicative=False, source="")
    network = town_network()
    assert park_catchment(network, drawn).indicative
    assert park_catchment(network, drawn, kind="straight", measured_from="gates").indicative
    assert not park_catchment(network, drawn, kind="straight").indicative
    assert not park_catchment(network, park).indicative


def test_straight_catchment_of_an_indicative_outline_says_so():
    """If this fails, a circle round a sketched outline passes for one round a surveyed one."""
    sketched = dataclasses.replace(town_park(), indicative=True)
    marks = {
        start: park_catchment(
            town_network(), sketched, kind="straight", measured_from=start
        ).indicative
        for start in ("outline", "gates")
    }
    assert marks == {"outline": True, "gates": False}  # only the outline is sketched


def test_park_in_another_crs_is_refused():
    """If this fails, metres of two zones are mixed: the park lies hundreds of kilometres off."""
    park = town_park()
    other = Park("P1", "园", "EPSG:4546", park.point, park.outline, park.gates, False, "")
    with pytest.raises(DataError, match="EPSG:4546"):
        park_catchment(town_network(), other)


def test_definition_names_limit_and_access():
    """If this fails, a map's caption does not say what "within" means."""
    assert stop_catchment(town_network(), "S1", limit_m=300, access_m=50).definition == (
        "straight access to a street (at most 50 m) plus the walk along streets within 300 m"
    )
    assert MARKS["indicative"] is False  # the town is surveyed unless a test says otherwise
    assert unproject(metric([(0, 0)]), CRS).shape == (1, 2)


def test_frame_for_gis_has_its_definition_and_crs():
    """If this fails, a catchment opened in a GIS lies elsewhere or says nothing of itself."""
    found = stop_catchment(town_network(), "S3", limit_m=300)
    row = found.to_frame().iloc[0]
    assert str(found.to_frame().crs) == CRS
    assert row["area_m2"] == row["geometry"].area == found.area.area
    assert (row["of"], row["kind"], row["limit_m"]) == ("S3", "walk", 300)
    assert "within 300 m" in row["definition"]
