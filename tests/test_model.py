"""The frozen values: feed, streets, park and network keep what they were given, whatever order."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import shapely
from town import (
    ALL_DAY,
    CRS,
    GATES_AT,
    MARKS,
    ORIGIN,
    Piece,
    area,
    feed,
    lattice,
    make_feed,
    make_gates,
    make_streets,
    network,
    park,
    span,
)

from transit.errors import DataError, UsageError
from transit.model.feed import Feed
from transit.model.network import Network
from transit.model.park import Park
from transit.model.streets import Streets
from transit.schema import FEED_TABLES

PLACES = {"A": ("甲", 0, 0, ""), "B": ("乙", 100, 0, ""), "C": ("丙", 200, 0, "")}


def two_stops(**changed: pd.DataFrame) -> Feed:
    return make_feed(PLACES, {"L_0": ("L", 0, "A B")}, {"L_0": 600}).with_tables(**changed)


def tables_of(whole: Feed) -> dict[str, pd.DataFrame]:
    return {table.name: getattr(whole, table.name) for table in FEED_TABLES}


# ---- feed -----------------------------------------------------------------------------------


def test_rows_in_any_order_are_the_same_feed():
    """If this fails, sorting a table in a spreadsheet changes the result."""
    whole = feed()
    turned = Feed(**{name: frame.iloc[::-1] for name, frame in tables_of(whole).items()})
    assert turned.fingerprint() == whole.fingerprint()
    for name, frame in tables_of(whole).items():
        pd.testing.assert_frame_equal(getattr(turned, name), frame)


def test_columns_in_any_order_and_more_of_them_are_the_same_feed():
    """If this fails, a column moved or added in a table changes the result."""
    whole = feed()
    odd = {name: frame[frame.columns[::-1]].assign(extra=1)
           for name, frame in tables_of(whole).items()}  # fmt: skip
    assert Feed(**odd).fingerprint() == whole.fingerprint()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("stops", "stop_lon", 114.0), ("stops", "stop_name", "x"), ("routes", "route_color", "000000"),
     ("patterns", "trip_headsign", "x"), ("frequencies", "headway_secs", 601),
     ("trips", "departure_time", 1), ("stops", "indicative", True)],
)  # fmt: skip
def test_any_value_changed_is_another_feed(table, column, value):
    """If this fails, a result is reused for data it was not made from."""
    whole = feed()
    frame = getattr(whole, table).copy()
    frame.loc[0, column] = value
    assert whole.with_tables(**{table: frame}).fingerprint() != whole.fingerprint()


def test_frames_given_are_not_shared():
    """If this fails, editing a table after loading silently edits the network."""
    frames = {name: frame.copy() for name, frame in tables_of(feed()).items()}
    whole = Feed(**frames)
    before = whole.fingerprint()
    for frame in frames.values():
        frame["new"] = 1
        frame.iloc[:, 0] = "x"
    assert whole.fingerprint() == before
    assert "new" not in whole.stops


def test_sequence_follows_the_numbers_not_the_rows():
    """If this fails, a line runs through its stops in the order of the file."""
    calls = pd.DataFrame({"pattern_id": "L_0", "stop_sequence": [10, 5, 7],
                          "stop_id": ["C", "A", "B"]})  # fmt: skip
    whole = two_stops(calls=calls)
    assert whole.sequence("L_0") == ["A", "B", "C"]
    assert whole.visits["position"].tolist() == [0, 1, 2]
    assert whole.visits["is_first"].tolist() == [True, False, False]
    assert whole.visits["is_last"].tolist() == [False, False, True]


def test_visits_carry_any_indicative_mark():
    """If this fails, a figure that rests on an assumed stop or line does not say so."""
    for table in ("stops", "routes", "patterns"):
        whole = two_stops()
        marked = two_stops(**{table: getattr(whole, table).assign(indicative=True)})
        assert not whole.visits["indicative"].any()
        assert marked.visits["indicative"].all()


def test_served_patterns_have_headways_or_trips():
    """If this fails, a line that does not run counts as service."""
    assert feed().served_patterns == {"R101_0", "R101_1", "RLOOP_0", "RTWICE_0", "R007_0"}


def test_names_and_ids():
    """If this fails, a planner's name for a stop or line finds another one, or half of it."""
    whole = feed()
    assert whole.stop_ids("银星") == ["S1", "S1b"]
    assert whole.stop_ids("S1") == ["S1"]
    assert whole.route_ids("101") == ["R101"]
    assert whole.route_ids("R101") == ["R101"]
    with pytest.raises(UsageError, match="did you mean 银星"):
        whole.stop_ids("银里")
    with pytest.raises(UsageError, match=r"no line is named '102'.*101"):
        whole.route_ids("102")


def test_mistyped_stop_id_proposes_ids():
    """If this fails, a planner who mistypes S1b is told that there is no stop at all.

    Of the three letters of "S1c" two stand in "S1b": 67 % alike.
    """
    with pytest.raises(UsageError, match=r"did you mean .*S1b"):
        network().feed.stop_ids("S1c")


def test_all_faults_of_a_feed_at_once():
    """If this fails, a broken feed is mended one fault a run."""
    whole = two_stops()
    stops = pd.concat([whole.stops, whole.stops.iloc[[0]]])
    calls = pd.DataFrame({"pattern_id": ["L_0", "L_1"], "stop_sequence": 1, "stop_id": ["A", "X"]})
    with pytest.raises(DataError) as caught:
        two_stops(stops=stops, calls=calls)
    assert [(problem.where, problem.what) for problem in caught.value.problems] == [
        ("feed stops", "key A appears twice"),
        ("feed calls.pattern_id", "'L_1' is not in patterns"),
        ("feed calls.stop_id", "'X' is not in stops"),
        ("feed pattern L_0", "has 1 calls"),
    ]


def test_pattern_without_calls_is_named():
    """If this fails, a line without stops is carried along unseen."""
    whole = two_stops()
    with pytest.raises(DataError, match="pattern L_0: has 0 calls"):
        two_stops(calls=whole.calls.iloc[:0])


def test_missing_columns_are_named():
    """If this fails, a table without a column ends in a Python traceback."""
    whole = two_stops()
    with pytest.raises(DataError) as caught:
        two_stops(stops=whole.stops.drop(columns=["stop_lon", "year"]),
                  calls=whole.calls.drop(columns="stop_id"))  # fmt: skip
    assert [problem.what for problem in caught.value.problems] == [
        "column 'stop_lon' is missing", "column 'year' is missing", "column 'stop_id' is missing",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spans", "says"),
    [
        ([(7, 7)], "ends when or before it starts"),
        ([(9, 7)], "ends when or before it starts"),
        ([(6, 12), (11, 14)], "overlaps"),
        ([(6, 22), (7, 9)], "overlaps"),
    ],
)
def test_periods_that_cannot_be(spans, says):
    """If this fails, buses are counted twice, or less than none."""
    rows = [span("L_0", start * 3600, end * 3600, 600) for start, end in spans]
    with pytest.raises(DataError, match=f"L_0.*{says}"):
        two_stops(frequencies=pd.DataFrame(rows))


def test_periods_that_touch_are_fine():
    """If this fails, an ordinary timetable of peak and off-peak is refused."""
    rows = [span("L_0", 7 * 3600, 9 * 3600, 300), span("L_0", 6 * 3600, 7 * 3600, 600)]
    assert len(two_stops(frequencies=pd.DataFrame(rows)).frequencies) == 2


# ---- streets --------------------------------------------------------------------------------


def test_streets_do_not_share_the_callers_arrays():
    """If this fails, reusing an array moves the streets under a finished network."""
    made = make_streets(lattice(2, 2))
    node_xy, coords, offsets = made.node_xy.copy(), made.coords.copy(), made.offsets.copy()
    edges = made.edges.copy()
    streets = Streets(CRS, node_xy, edges, coords, offsets)
    before = streets.fingerprint()
    node_xy += 1
    coords += 1
    offsets += 1
    edges["foot_forward"] = False
    assert streets.fingerprint() == before == made.fingerprint()


@pytest.mark.parametrize("name", ["node_xy", "coords", "offsets", "length_m"])
def test_street_arrays_are_read_only(name):
    """If this fails, an analysis can bend the streets of the next one."""
    with pytest.raises(ValueError, match="read-only"):
        getattr(make_streets(lattice(1, 1)), name)[0] = 0


def test_streets_fingerprint_knows_every_part():
    """If this fails, other streets pass for the same."""
    pieces = [Piece(((0, 0), (50, 5), (100, 0))), Piece(((100, 0), (100, 80)))]
    variants = [
        pieces,
        [Piece(((0, 0), (50, 6), (100, 0))), pieces[1]],
        [Piece(pieces[0].points, "forward"), pieces[1]],
        [Piece(pieces[0].points, indicative=True), pieces[1]],
        pieces[:1],
    ]
    assert len({make_streets(variant).fingerprint() for variant in variants}) == len(variants)


def test_streets_lengths_follow_their_vertices():
    """If this fails, a bent street is as long as the crow flies."""
    # 3-4-5: 50 m and 50 m.
    streets = make_streets([Piece(((0, 0), (30, 40), (60, 0)))])
    assert streets.length_m == pytest.approx([100])
    assert len(streets) == 1
    assert streets.drivable.tolist() == [True]


def test_streets_that_do_not_fit_are_refused():
    """If this fails, a half-built street table is taken for real."""
    made = make_streets(lattice(1, 1))
    with pytest.raises(DataError, match="foot_forward"):
        dataclasses.replace(made, edges=made.edges.drop(columns="foot_forward"))
    with pytest.raises(DataError, match="4 edges but 4 offsets"):
        dataclasses.replace(made, offsets=made.offsets[:-1])
    with pytest.raises(DataError, match="EPSG:3857"):
        dataclasses.replace(made, crs="EPSG:3857")


# ---- park -----------------------------------------------------------------------------------


def test_park_from_degrees_has_its_true_size():
    """If this fails, every share of the park has the wrong denominator."""
    corners = shapely.transform(area(200, 200, 600, 500), _to_degrees, include_z=False)
    made = Park.from_wgs84("P", "园", crs=CRS, outline=corners, gates=make_gates("P", GATES_AT),
                           indicative=True, source="drawn")  # fmt: skip
    assert made.area_m2 == pytest.approx(120_000, rel=1e-8)
    assert made.outline.contains(made.point)
    assert made.point_source == "representative point of the outline"
    np.testing.assert_allclose(made.gate_xy - ORIGIN, [(200, 300), (600, 400)], atol=1e-6)


def _to_degrees(xy):
    from transit.units import unproject

    return unproject(xy, CRS)


def test_park_keeps_its_own_gates_only():
    """If this fails, people walk out of another park's gate."""
    gates = pd.concat([make_gates("P1", GATES_AT), make_gates("P2", {"G9": ("他门", 0, 0)})])
    made = dataclasses.replace(park(), gates=gates)
    assert made.gates["gate_id"].tolist() == ["G1", "G2"]
    gates["gate_name"] = "x"
    assert made.gates["gate_name"].tolist() == ["西门", "东门"]


@pytest.mark.parametrize(
    ("outline", "says"),
    [
        (shapely.Polygon(), "has no outline"),
        (shapely.LineString([(0, 0), (1, 1)]), "is a LineString"),
        (shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), "not valid: Self-intersection"),
    ],
)
def test_outlines_that_cannot_be(outline, says):
    """If this fails, a bow-tie outline gives a share of a wrong area."""
    with pytest.raises(DataError, match=says):
        dataclasses.replace(park(), outline=outline)


def test_gate_id_twice_is_refused():
    """If this fails, two gates of one id make a table that cannot be joined."""
    twice = pd.concat([make_gates("P1", GATES_AT), make_gates("P1", GATES_AT)])
    with pytest.raises(DataError, match="gate G1 appears twice"):
        dataclasses.replace(park(), gates=twice)


def test_park_without_gates_says_so_when_asked_to_walk():
    """If this fails, a park without gates is walked from nowhere."""
    with pytest.raises(DataError, match="has no gates"):
        park({}).require_gates()
    assert len(park({}).gate_xy) == 0


def test_network_fingerprint_knows_every_part():
    """If this fails, a result is reused for another network."""
    base = network()
    others = [
        base.with_feed(two_stops()),
        network(pieces=lattice(2, 2)),
        dataclasses.replace(base, stations=base.stations.iloc[:1]),
        dataclasses.replace(base, study_area=area(0, 0, 1, 1)),
    ]
    prints = {one.fingerprint() for one in (base, *others)}
    assert len(prints) == 5
    assert network(feed.__wrapped__(), lattice()).fingerprint() == base.fingerprint()


def test_stations_given_are_not_shared_and_their_order_does_not_count():
    """If this fails, editing or sorting the stations changes a finished network."""
    base = network()
    stations = base.stations.iloc[::-1].copy()
    turned = dataclasses.replace(base, stations=stations)
    stations["station_name"] = "x"
    assert turned.fingerprint() == base.fingerprint()
    pd.testing.assert_frame_equal(turned.stations, base.stations)


@pytest.mark.parametrize("name", ["stop_xy", "station_xy", "stop_in_area"])
def test_network_arrays_are_read_only(name):
    """If this fails, one analysis can move the stops of the next."""
    with pytest.raises(ValueError, match="read-only"):
        getattr(network(), name)[0] = 0


def test_stops_outside_the_study_area_are_known():
    """If this fails, a stop beyond the streets is taken for one that nobody can walk to."""
    # The area runs from -200 to 1400; only stop Z lies beyond.
    places = {"A": ("甲", 0, 0, ""), "E": ("边", 1400, 0, ""), "Z": ("远", 1500, 0, "")}
    base = network(make_feed(places, {"L_0": ("L", 0, "A Z")}))
    assert base.stop_in_area[[base.stop_row["A"], base.stop_row["Z"]]].tolist() == [True, False]


def test_network_of_no_stations():
    """If this fails, a town without a metro cannot be looked at."""
    base = network()
    bare = Network("bare", base.streets, base.feed, base.study_area)
    assert bare.station_xy.shape == (0, 2)
    assert bare.crs == CRS
    assert ALL_DAY == (21_600, 79_200)
    assert MARKS["year"] == 2020


def test_frames_for_gis_are_copies():
    """If this fails, looking at streets or stops in a GIS adds columns to the network."""
    base = network()
    before = base.fingerprint()
    stops, streets = base.stops_frame(), base.streets.to_frame()
    assert (str(stops.crs), str(streets.crs)) == (CRS, CRS)
    assert streets["length_m"].tolist() == streets.geometry.length.tolist()
    stops["new"] = streets["new"] = 1
    assert "new" not in base.feed.stops
    assert "new" not in base.streets.edges
    assert "geometry" not in base.feed.stops
    assert base.fingerprint() == before


def test_a_kept_table_is_handed_out_unspoilt():
    """If this fails, what one caller writes into a table stands in the answer to the next."""
    whole = network()
    asked = []

    def answer() -> pd.DataFrame:
        asked.append(1)
        return pd.DataFrame({"value": [1, 2]})

    table = whole.table("question", answer)
    table.loc[0, "value"] = 99
    table["more"] = 0
    again = whole.table("question", answer)
    assert (again.columns.tolist(), again["value"].tolist(), len(asked)) == (["value"], [1, 2], 1)
    # Another feed is another network: nothing is answered for it yet.
    assert whole.with_feed(whole.feed).table("question", answer)["value"].tolist() == [1, 2]
    assert len(asked) == 2
