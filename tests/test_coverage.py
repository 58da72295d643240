"""Shares of a park's area, by hand: circles, halves and quarters in a park of 400 m by 300 m."""

from __future__ import annotations

import dataclasses
import math

import pandas as pd
import pytest
from town import Piece, area, make_feed, metric, network, park

from transit.analysis.coverage import coverage, covered_part, marginal_coverage, stop_areas
from transit.errors import DataError, UsageError

CIRCLE = math.pi * 100**2
PLACES = {
    "C": ("中", 400, 350, ""),  # the middle of the park: a whole circle of 100 m
    "K": ("角", 200, 200, ""),  # a corner: a quarter
    "E": ("东", 600, 350, ""),  # the middle of the east side: a half
    "Z": ("远", 5000, 5000, ""),
}
COURSES = {"A_0": ("A", 0, "C Z"), "B_0": ("B", 0, "K E"), "N_0": ("N", 0, "E Z")}
# One street through the park from west to east; stop K is 150 m from it.
STREET = [Piece(((0, 350), (1000, 350)))]


def here(headways: dict[str, int] | None = None, places=None, courses=None):
    feed = make_feed(
        places or PLACES,
        courses or COURSES,
        {"A_0": 600, "B_0": 600} if headways is None else headways,
    )
    return network(feed, STREET)


def shares(**options) -> pd.DataFrame:
    return coverage(here(), [park()], **options).set_index(["kind", "of"])


def test_straight_shares_by_hand():
    """If this fails, the coverage that a planner reports is wrong."""
    table = shares(limit_m=100).loc["straight"]
    covered = table["covered_m2"].to_dict()
    assert covered == pytest.approx(
        {
            "any stop": 1.75 * CIRCLE,
            "any served line": 1.75 * CIRCLE,  # A and B run; C, K and E all have one of them
            "any line of the morning": 1.75 * CIRCLE,
            "A": CIRCLE,
            "B": 0.75 * CIRCLE,
            "N": 0.5 * CIRCLE,
        },
        rel=2e-4,
    )
    assert table["share"].to_dict() == pytest.approx(
        {of: metres / 120_000 for of, metres in covered.items()}
    )
    assert table["stops"].to_dict() == {
        "any stop": 3, "any served line": 3, "any line of the morning": 3, "A": 1, "B": 2, "N": 1,
    }  # fmt: skip


def test_unserved_stops_count_only_as_stops():
    """If this fails, a stop where no bus runs counts as service."""
    table = coverage(here({"A_0": 600}), [park()], limit_m=100).set_index(["kind", "of"])
    assert table.loc[("straight", "any stop"), "covered_m2"] == pytest.approx(
        1.75 * CIRCLE, rel=2e-4
    )
    assert table.loc[("straight", "any served line"), "covered_m2"] == pytest.approx(
        CIRCLE, rel=2e-4
    )


def test_the_part_that_is_covered_is_drawn_where_it_is():
    """If this fails, the editor paints as covered what no bus serves.

    By hand: only A runs, so a whole circle of 100 m about (400, 350); with no service known, the
    half at the east side and the quarter at the corner too.
    """
    part = covered_part(here({"A_0": 600}), park(), "straight", limit_m=100)
    assert part.area == pytest.approx(CIRCLE, rel=2e-4)
    assert part.bounds == pytest.approx(metric_box(300, 250, 500, 450), abs=0.1)
    unknown = covered_part(here({}), park(), "straight", limit_m=100)
    assert unknown.area == pytest.approx(1.75 * CIRCLE, rel=2e-4)


def metric_box(*sides: float) -> list[float]:
    """Sides of a box of the town in metres of its CRS."""
    return [*metric([sides[:2]])[0], *metric([sides[2:]])[0]]


def test_walk_shares_by_hand():
    """If this fails, the walking coverage is wrong."""
    # Limit 150, access 50: 100 m each way along the street, 50 m to its sides, a round end of
    # 50 m: 200·100 + π·50². At the east side half of it lies in the park. Together they cover
    # the street from x = 300 to the east side, and the round end in the west. K has no street.
    lane = 200 * 100 + math.pi * 50**2
    both = 300 * 100 + math.pi * 50**2 / 2
    table = shares(limit_m=150, access_m=50).loc["walk"]
    assert table["covered_m2"].to_dict() == pytest.approx(
        {"any stop": both, "any served line": both, "any line of the morning": both,
         "A": lane, "B": 0.5 * lane,
         "N": 0.5 * lane},
        rel=2e-4,
    )  # fmt: skip
    assert table.loc["any stop", "stops"] == 2


def test_walkers_come_to_the_stop_along_a_one_way_street():
    """If this fails, a park is covered by a stop that nobody in it may walk to."""
    # The stop is at the park's west side; its one-way street leads on into the park. People come
    # to it from x = 100 to 200, outside; within the park lies half of its round end of 50 m.
    places = {"A": ("西", 200, 350, ""), "Z": PLACES["Z"]}
    feed = make_feed(places, {"L_0": ("L", 0, "A Z")}, {"L_0": 600})
    one_way = network(feed, [Piece(STREET[0].points, "forward")])
    table = coverage(one_way, [park()], limit_m=150, access_m=50).set_index(["kind", "of"])
    assert table.loc[("walk", "L"), "covered_m2"] == pytest.approx(math.pi * 50**2 / 2, rel=2e-4)


def test_line_by_timetable_is_served():
    """If this fails, a stop whose bus is known by its timetable counts as one without a bus."""
    feed = make_feed(PLACES, COURSES, {"N_0": 600}, {"A_0": ["07:00:00"]})
    table = coverage(network(feed, STREET), [park()], limit_m=100).set_index(["kind", "of"])
    # A calls at C, in the middle; N at E, on the east side; B at K does not run.
    served = table.loc[("straight", "any served line"), "covered_m2"]
    assert served == pytest.approx(1.5 * CIRCLE, rel=2e-4)


def test_a_line_that_runs_at_noon_only_does_not_serve_the_morning():
    """If this fails, a park counts as covered on the way to work by a bus that comes at noon."""
    feed = make_feed(PLACES, COURSES, {"N_0": 600}, {"A_0": ["12:00:00"]})
    table = coverage(network(feed, STREET), [park()], limit_m=100).set_index(["kind", "of"])
    # A at C, in the middle, leaves at noon; N at E, half of its circle in the park, all day.
    covered = table.loc["straight", "covered_m2"]
    assert covered["any served line"] == pytest.approx(1.5 * CIRCLE, rel=2e-4)
    assert covered["any line of the morning"] == pytest.approx(0.5 * CIRCLE, rel=2e-4)


def test_share_of_a_park_with_a_corner_missing():
    """If this fails, land that is not the park's is counted in the denominator."""
    # 400 m by 300 m less 200 m by 100 m in the north-east: 100,000 m². K covers a quarter circle.
    whole = park()
    corner = dataclasses.replace(whole, outline=whole.outline.difference(area(400, 400, 600, 500)))
    places = {"K": PLACES["K"], "Z": PLACES["Z"]}
    base = here({}, places, {"L_0": ("L", 0, "K Z")})
    rows = coverage(base, [corner], limit_m=100).set_index(["kind", "of"])
    assert rows.loc[("straight", "L"), "share"] == pytest.approx(CIRCLE / 4 / 100_000, rel=2e-4)
    alone = marginal_coverage(base, [corner], limit_m=100).set_index("kind").loc["straight"]
    for share in ("share", "only_share"):
        assert alone[share] == pytest.approx(CIRCLE / 4 / 100_000, rel=2e-4)


def test_every_row_prints_its_denominator_and_definition():
    """If this fails, a share stands there without what it is a share of."""
    table = shares(limit_m=150, access_m=50)
    assert table["denominator_m2"].tolist() == pytest.approx([120_000] * len(table))
    assert set(table["denominator"]) == {"area of the park's outline"}
    assert table.loc[("straight", "A"), "definition"].startswith("within 150 m in a straight line")
    assert "at most 50 m" in table.loc[("walk", "A"), "definition"]
    assert set(table["crs"]) == {"EPSG:4547"}


def test_whole_park_covered_is_exactly_one():
    """If this fails, a park is covered by 100.01 %."""
    # The farthest corner is 250 m from the middle.
    assert shares(limit_m=251).loc[("straight", "A"), "share"] == 1.0


def test_several_parks_keep_their_order_and_rows():
    """If this fails, the shares of two parks are mixed up."""
    west = park({"G": ("门", 200, 350)}, park_id="W", bounds=(200, 200, 400, 500))
    table = coverage(here(), [west, park()], limit_m=100)
    assert table["park_id"].drop_duplicates().tolist() == ["W", "P1"]
    rows = table.set_index(["park_id", "kind", "of"])
    # The west half holds half of C's circle and K's quarter.
    assert rows.loc[("W", "straight", "any stop"), "covered_m2"] == pytest.approx(
        0.75 * CIRCLE, rel=2e-4
    )
    assert rows.loc[("W", "straight", "any stop"), "denominator_m2"] == pytest.approx(60_000)


def test_marks_of_park_streets_and_stops():
    """If this fails, a share of an indicative outline passes for surveyed."""
    base = here()
    marked = dataclasses.replace(park(), indicative=True)
    assert not coverage(base, [park()], limit_m=100)["indicative"].any()
    assert coverage(base, [marked], limit_m=100)["indicative"].all()
    drawn = network(base.feed, [Piece(STREET[0].points, indicative=True)])
    by_kind = coverage(drawn, [park()], limit_m=100).groupby("kind")["indicative"].any()
    assert by_kind.to_dict() == {"straight": False, "walk": True}
    stops = base.feed.stops
    stops = stops.assign(indicative=stops["stop_id"] == "K")
    one = coverage(base.with_feed(base.feed.with_tables(stops=stops)), [park()], limit_m=100)
    straight = one[one["kind"] == "straight"].set_index("of")["indicative"]
    assert straight.to_dict() == {
        "any stop": True, "any served line": True, "any line of the morning": True,
        "A": False, "B": True, "N": False,
    }  # fmt: skip


def test_marginal_of_a_stop_and_of_a_place():
    """If this fails, a stop that nothing else replaces looks superfluous, or the reverse."""
    # Two kerbs of one place in the middle cover the same circle; neither does so alone.
    places = PLACES | {"C2": ("中", 400, 350, "")}
    courses = COURSES | {"A_1": ("A", 1, "Z C2")}
    table = marginal_coverage(here(places=places, courses=courses), [park()], limit_m=100)
    straight = table[table["kind"] == "straight"].set_index("stop_id")
    assert straight["covered_m2"].to_dict() == pytest.approx(
        {"C": CIRCLE, "C2": CIRCLE, "K": CIRCLE / 4, "E": CIRCLE / 2}, rel=2e-4
    )
    assert straight["only_m2"].to_dict() == pytest.approx(
        {"C": 0, "C2": 0, "K": CIRCLE / 4, "E": CIRCLE / 2}, rel=2e-4, abs=0.1
    )
    assert straight["only_name_m2"].to_dict() == pytest.approx(
        {"C": CIRCLE, "C2": CIRCLE, "K": CIRCLE / 4, "E": CIRCLE / 2}, rel=2e-4
    )
    assert straight.loc["K", "only_share"] == pytest.approx(CIRCLE / 4 / 120_000, rel=2e-4)


def test_marginal_marks_of_the_stop_itself():
    """If this fails, what a stop of assumed position covers passes for surveyed."""
    base = here()
    stops = base.feed.stops.assign(indicative=base.feed.stops["stop_id"] == "K")
    marked = base.with_feed(base.feed.with_tables(stops=stops))
    table = marginal_coverage(marked, [park()], limit_m=100)
    straight = table[table["kind"] == "straight"].set_index("stop_id")
    assert straight["indicative"].to_dict() == {"C": False, "K": True, "E": False}


def test_half_overlap_counts_for_neither():
    """If this fails, what two stops share is credited to one of them."""
    # 100 m apart with 100 m circles, both inside the park: they share 0.391 of a circle (FACTS).
    places = {"A": ("甲", 350, 350, ""), "B": ("乙", 450, 350, "")}
    base = here({}, places, {"L_0": ("L", 0, "A B")})
    table = marginal_coverage(base, [park()], limit_m=100)
    straight = table[table["kind"] == "straight"]
    assert (straight["only_m2"] / CIRCLE).tolist() == pytest.approx([0.609] * 2, abs=5e-4)


def test_nothing_covered_keeps_the_columns():
    """If this fails, a park without stops breaks the report."""
    nowhere = park(bounds=(3000, 3000, 3100, 3100), point=None)
    table = marginal_coverage(here(), [nowhere], limit_m=100)
    assert len(table) == 0
    assert "only_name_m2" in table
    rows = coverage(here(), [nowhere], limit_m=100)
    assert rows["of"].tolist() == ["any stop", "any served line", "any line of the morning"] * 2
    assert rows["share"].tolist() == [0] * 6
    both = marginal_coverage(here(), [nowhere, park()], limit_m=100)
    assert both["covered_m2"].dtype == "float64"


def test_what_cannot_be_is_refused():
    """If this fails, a negative limit or another CRS gives a coverage of nothing."""
    for limit, access in ((0, 100), (-1, 100), (math.nan, 100), (100, -1)):
        with pytest.raises(UsageError, match="limit"):
            coverage(here(), [park()], limit_m=limit, access_m=access)
        with pytest.raises(UsageError, match="limit"):
            marginal_coverage(here(), [park()], limit_m=limit, access_m=access)
    other = dataclasses.replace(park(), crs="EPSG:4546")
    with pytest.raises(DataError, match="EPSG:4546"):
        marginal_coverage(here(), [other])
    assert set(stop_areas(here(), park(), "straight", 100, 100)) == {"C", "E", "K"}
