"""Where lines drive and how many buses that makes on each street, by hand on the town."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from town import CRS, Piece, lattice, make_feed, metric, network, park

from transit.analysis.bottleneck_changes import bottleneck_changes
from transit.analysis.hops import course_quality, driven_pieces, hops
from transit.analysis.links import link_of_edge
from transit.analysis.loads import bottleneck, loads, loads_frame
from transit.analysis.operation_words import bottleneck_line
from transit.errors import UsageError

# One street from (0, 0) east, stored in three pieces: 0–300 m, 300–600 m (drawn from east to
# west) and 600–1200 m, and a side street north of (600, 0). A and C stand in the midst of pieces.
PIECES = [
    Piece(((0, 0), (300, 0))),
    Piece(((600, 0), (300, 0))),
    Piece(((600, 0), (1200, 0))),
    Piece(((600, 0), (600, 400))),
]
PLACES = {"A": ("甲", 100, 0, ""), "B": ("乙", 600, 300, ""), "C": ("丙", 1000, 0, ""),
          "Z": ("荒", 3000, 0, "")}  # fmt: skip
COURSES = {
    "K_0": ("K", 0, "A C"), "K_1": ("K", 1, "C A"),
    "M_0": ("M", 0, "A B"), "N_0": ("N", 0, "C B"), "X_0": ("X", 0, "C Z"),
}  # fmt: skip
HEADWAYS = {"K_0": 600, "K_1": 600, "M_0": 1200, "N_0": 1800, "X_0": 3600}  # 6, 6, 3, 2, 1 an hour


NAMES = ["东街", "东街", "东街", "北街"]


def streets_named(whole, names):
    edges = whole.streets.edges.assign(street_name=names)
    return whole.with_streets(dataclasses.replace(whole.streets, edges=edges))


def town(pieces=None, courses=COURSES, headways=HEADWAYS):
    whole = network(make_feed(PLACES, courses, headways), pieces or PIECES)
    return streets_named(whole, NAMES) if pieces is None else whole


def by_section(table) -> dict[tuple, float]:
    return {
        (row.edge, round(row.from_m), round(row.to_m), row.against): row.buses_per_hour
        for row in table.itertuples()
    }


def test_buses_on_each_section_and_direction():
    """If this fails, a street seems to carry buses that turn off before it, or those of a side."""
    found = by_section(loads(town()))
    # K drives 100–1000 m both ways (6 each), M 100–600 m and up north (3), N from 1000 m west and
    # up north (2); X has no street. Edge 1 is drawn from east to west.
    assert found == pytest.approx({
        (0, 100, 300, False): 9, (0, 100, 300, True): 6,
        (1, 0, 300, True): 9, (1, 0, 300, False): 6,
        (2, 0, 400, False): 6, (2, 0, 400, True): 8,
        (3, 0, 300, False): 5,
    })  # fmt: skip


def test_section_is_cut_where_a_line_ends():
    """If this fails, a street is loaded along its whole length by a line that ends half-way."""
    places = PLACES | {"H": ("中", 900, 0, "")}
    courses = {"K_0": ("K", 0, "A C"), "M_0": ("M", 0, "A H")}
    whole = network(make_feed(places, courses, {"K_0": 600, "M_0": 1200}), PIECES)
    found = by_section(loads(whole))
    assert found[2, 0, 300, False] == 9
    assert found[2, 300, 400, False] == 6


def test_bus_that_passes_twice_counts_twice():
    """If this fails, a line that goes in and out of a street loads it once."""
    # Into the side street to B and on to C: M meets the side street's 300 m both ways.
    whole = town(courses={"M_0": ("M", 0, "A B C")}, headways={"M_0": 600})
    found = by_section(loads(whole))
    assert found[3, 0, 300, False] == 6
    assert found[3, 0, 300, True] == 6


def test_lines_periods_and_marks_of_loads():
    """If this fails, the load of a street does not say whose buses they are, or that it is assumed."""  # noqa: E501
    table = loads(town()).set_index(["edge", "against"])
    assert table.loc[(0, False), ["lines", "line_count", "street_name"]].tolist() == ["K、M", 2, "东街"]  # fmt: skip # noqa: E501
    assert not table[["indicative", "service_indicative"]].any().any()
    # Between 21:00 and 23:00 service runs for one hour of two.
    late = loads(town(), ("21:00", "23:00")).set_index(["edge", "against"])
    assert late.loc[(0, False), "buses_per_hour"] == pytest.approx(4.5)
    with pytest.raises(UsageError, match="period"):
        loads(town(), ("9", "7"))
    base = town()
    spans = base.feed.frequencies
    spans = spans.assign(indicative=spans["pattern_id"] == "N_0")
    marked = loads(base.with_feed(base.feed.with_tables(frequencies=spans)))
    assert set(marked.loc[marked["service_indicative"], "edge"]) == {2, 3}
    drawn = network(base.feed, [*PIECES[:3], dataclasses.replace(PIECES[3], indicative=True)])
    table = loads(drawn)
    assert set(table.loc[table["indicative"], "edge"]) == {3}


def test_geometry_runs_the_way_that_is_driven():
    """If this fails, the map draws a load on the other part of the street, or the wrong way."""
    frame = loads_frame(town())
    assert str(frame.crs) == CRS
    first = frame[(frame["edge"] == 0) & frame["against"]].geometry.iloc[0]
    np.testing.assert_allclose(np.array(first.coords), metric([(300, 0), (100, 0)]), atol=1e-3)
    np.testing.assert_allclose(frame.length, frame["length_m"], atol=1e-3)


def test_no_street_no_load():
    """If this fails, a network whose lines are on no street ends in a traceback."""
    whole = town([Piece(((9000, 0), (9100, 0)))])
    assert loads(whole).empty
    assert loads_frame(whole).empty
    assert driven_pieces(whole).empty
    near = bottleneck(whole, park(bounds=(50, -50, 150, 50), point=None), limit_m=100)
    assert near.lines == ("K", "M")
    assert near.worst is None
    none = network(make_feed(PLACES, {}), PIECES)
    assert loads(none).empty
    assert hops(none).empty


# ---- links and the bottleneck ---------------------------------------------------------------


def test_links_go_from_junction_to_junction():
    """If this fails, one street falls into as many links as it was drawn in."""
    # Pieces 0 and 1 meet nobody else; at (600, 0) three meet.
    assert link_of_edge(town().streets).tolist() == [0, 0, 2, 3]
    named = streets_named(town(), ["甲街", "乙街", "东街", "北街"])
    assert link_of_edge(named.streets).tolist() == [0, 1, 2, 3]
    # A piece that ends in itself, and a lattice: each block is a link, but for its corners.
    ring = network(pieces=[Piece(((0, 0), (100, 0), (100, 100), (0, 0)))])
    assert link_of_edge(ring.streets).tolist() == [0]
    blocks = link_of_edge(network(pieces=lattice(2, 2)).streets)
    assert len(set(blocks)) == 12 - 4


def test_footpath_is_no_junction():
    """If this fails, a path that joins a street splits the link that its buses drive."""
    whole = network(pieces=[*PIECES[:2], Piece(((300, 0), (300, 100)))])
    edges = whole.streets.edges.assign(
        motor_forward=[True, True, False], motor_backward=[True, True, False]
    )
    streets = dataclasses.replace(whole.streets, edges=edges)
    assert link_of_edge(streets).tolist() == [0, 0, 2]


def test_what_a_parks_lines_hang_on():
    """If this fails, the report names the wrong street as the one everything hangs on."""
    # Within 100 m of the park at A call K and M: 6 + 6 + 3 = 15 buses an hour. The street from
    # the west to (600, 0) carries them all; beyond it K alone (12), with N's 2 more; north M (3).
    seen = bottleneck(town(), park(bounds=(50, -50, 150, 50), point=None), limit_m=100)
    assert seen.lines == ("K", "M")
    assert seen.buses_per_hour == 15
    table = seen.links.set_index("link")
    assert table.index.tolist() == [0, 2, 3]
    assert table["park_buses_per_hour"].tolist() == [15, 12, 3]
    assert table["buses_per_hour"].tolist() == [15, 14, 5]
    assert table["park_lines"].tolist() == ["K、M", "K", "M"]
    assert table["share_of_lines"].tolist() == [1, 0.5, 0.5]
    assert table["share_of_buses"].tolist() == pytest.approx([1, 0.8, 0.2])
    assert table["length_m"].tolist() == pytest.approx([600, 600, 400])
    assert table.loc[0, ["edges", "way_ids", "streets"]].tolist() == [(0, 1), "w0、w1", "东街"]
    assert seen.worst is not None
    assert seen.worst["link"] == 0


def test_bottleneck_before_and_after():
    """If this fails, a plan that moves the bottleneck to another street says nothing of it."""
    here = park(bounds=(550, 250, 650, 350), point=None)
    base = town()
    moved = town(courses=COURSES | {"N_0": ("N", 0, "C A")})
    sides = [bottleneck(one, here, limit_m=100) for one in (base, moved)]
    # M (3 an hour) and N (2) call at B: on the side street are both. Without N, M alone calls, and
    # of its two streets the one that K (12) and N drive too carries the more: 3 + 12 + 2.
    (row,) = bottleneck_changes(*sides).itertuples()
    assert row.differs
    assert (row.streets_before, row.buses_per_hour_before, row.park_lines_before) == ("北街", 5, "M、N")  # fmt: skip # noqa: E501
    assert (row.streets_after, row.buses_per_hour_after, row.park_lines_after) == ("东街", 17, "M")
    assert bottleneck_line(row) == (
        "Most loaded street of the lines of 园区P1: 北街 (400 m), 5.0 buses/h, 100% of 2 lines → "
        "东街 (600 m), 17.0 buses/h, 100% of 1 line"
    )
    assert not bottleneck_changes(sides[0], bottleneck(town(), here, limit_m=100))["differs"].any()
    nowhere = bottleneck(town([Piece(((9000, 0), (9100, 0)))]), here, limit_m=100)
    (row,) = bottleneck_changes(nowhere, sides[0]).itertuples()
    assert "unknown (no line on a known street) → 北街" in bottleneck_line(row)


def test_bottleneck_without_service_and_with_a_sketched_park():
    """If this fails, lines without a headway have no street, or a sketch passes for surveyed."""
    here = park(bounds=(50, -50, 150, 50), point=None)
    without = bottleneck(town(headways={}), here, limit_m=100)
    assert without.links["park_line_count"].tolist() == [2, 1, 1]
    assert without.links["share_of_buses"].isna().all()
    assert not without.links["indicative"].any()
    sketched = dataclasses.replace(here, indicative=True)
    assert bottleneck(town(), sketched, limit_m=100).links["indicative"].all()
    with pytest.raises(UsageError):
        bottleneck(town(), here, period=("9", "7"))
    with pytest.raises(UsageError):
        bottleneck(town(), here, limit_m=0)


# ---- hops -----------------------------------------------------------------------------------


def test_hops_by_hand():
    """If this fails, the table says another way for a bus than the one it drives."""
    table = hops(town()).set_index("pattern_id")
    assert len(table) == 5
    row = table.loc["M_0"]
    assert row[["hop", "from_stop_id", "from_stop", "to_stop_id", "to_stop"]].tolist() == [
        1, "A", "甲", "B", "乙",
    ]  # fmt: skip
    # A → B: 500 m east, 300 m north; the stops stand on their streets: quality 583.1 / 800.
    assert row["length_m"] == pytest.approx(800)
    assert row["straight_m"] == pytest.approx(math.hypot(500, 300))
    assert row["matched"]
    assert row["off_m"] == pytest.approx(0, abs=1e-6)
    assert row["quality"] == pytest.approx(math.hypot(500, 300) / 800)
    assert row["streets"] == "东街、北街"
    loose = table.loc["X_0"]
    assert not loose["matched"]
    assert loose["length_m"] == loose["straight_m"] == pytest.approx(2000)
    assert loose["quality"] == 0
    assert math.isnan(loose["off_m"])
    assert loose["streets"] == ""


def test_quality_falls_with_the_distance_from_the_street():
    """If this fails, a stop at the far end of a yard looks as sure as one at the kerb."""
    # Both stops 12 m off: 1 − 12 / 60 = 0.8.
    places = {"A": ("甲", 100, 12, ""), "B": ("乙", 200, 12, "")}
    whole = network(make_feed(places, {"L_0": ("L", 0, "A B")}), PIECES)
    row = hops(whole).iloc[0]
    assert row["off_m"] == pytest.approx(12)
    assert row["quality"] == pytest.approx(0.8)
    assert row["streets"] == "[w0]"  # no name: the way


def test_quality_of_a_pattern():
    """If this fails, a line that is straight for the most part seems to be on streets."""
    # A → C on streets (900 m), C → Z straight (2,000 m).
    whole = town(courses={"L_0": ("L", 0, "A C Z")}, headways={})
    row = course_quality(whole).iloc[0]
    assert row["length_m"] == pytest.approx(2900)
    assert row["share_matched"] == pytest.approx(900 / 2900)
    assert row[["hops", "hops_straight"]].tolist() == [2, 1]
    assert row["quality"] == pytest.approx(900 / 2900)


def test_marks_of_hops():
    """If this fails, a hop along a drawn street or to an assumed stop passes for surveyed."""
    base = town()
    drawn = network(base.feed, [*PIECES[:3], dataclasses.replace(PIECES[3], indicative=True)])
    table = hops(drawn).set_index("pattern_id")
    assert table["streets_indicative"].to_dict() == {
        "K_0": False, "K_1": False, "M_0": True, "N_0": True, "X_0": False,
    }  # fmt: skip
    stops = base.feed.stops.assign(indicative=base.feed.stops["stop_id"] == "Z")
    table = hops(base.with_feed(base.feed.with_tables(stops=stops))).set_index("pattern_id")
    assert table.index[table["indicative"]].tolist() == ["X_0"]
    assert not table["streets_indicative"].any()


def test_feed_order_does_not_count():
    """If this fails, a table sorted by somebody gives other hops."""
    base = town()
    turned = base.with_feed(
        base.feed.with_tables(
            patterns=base.feed.patterns.iloc[::-1], calls=base.feed.calls.iloc[::-1]
        )
    )
    pd.testing.assert_frame_equal(hops(base), hops(turned))
    pd.testing.assert_frame_equal(loads(base), loads(turned))
