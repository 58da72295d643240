"""Which datum a table is in: found where the evidence allows it, and never said without it.

The positions are shifted by coord-convert, a program that is not ours.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from coord_convert import transform as oracle
from town import CRS, metric

from transit.datum import DATUMS
from transit.errors import UsageError
from transit.sources.datum_fit import (
    TrustedLayer,
    datum_fit,
    part_problems,
    parts_in_another_datum,
)
from transit.units import unproject

SHIFT = {"WGS-84": lambda lon, lat: (lon, lat), "GCJ-02": oracle.wgs2gcj, "BD-09": oracle.wgs2bd}
STOPS = metric(np.random.default_rng(7).uniform(0, 3000, (60, 2)))  # metres, 3 km square


def written(xy: np.ndarray, datum: str) -> np.ndarray:
    """Degrees in ``datum`` of metres ``xy``."""
    return np.array([SHIFT[datum](*place) for place in unproject(xy, CRS)])


def shifted(places: np.ndarray, east: float, north: float) -> np.ndarray:
    return places + np.array([east, north])


def stops_layer(xy: np.ndarray = STOPS, **more) -> TrustedLayer:
    return TrustedLayer("stops", "stops", shapely.points(xy), crs=CRS, **more)


def median_m(fit, datum: str, by: str = "nearest") -> float:
    rows = fit.table[(fit.table["datum"] == datum) & (fit.table["by"] == by)]
    return float(rows["median_m"].iloc[0])


@pytest.mark.parametrize("datum", DATUMS)
def test_found_from_another_table_of_stops(datum):
    """If this fails, a table in a Chinese web map's datum is taken for what it says it is."""
    beside = shifted(STOPS, 12, -16)  # every stop 20 m off: sqrt(12² + 16²) = 20
    fit = datum_fit(written(beside, datum), [stops_layer()])
    assert (fit.best, fit.certain) == (datum, True)
    assert median_m(fit, datum) == pytest.approx(20, abs=0.5)  # EPSG:4547's scale is 1 there
    assert all(median_m(fit, other) > 60 for other in DATUMS if other != datum)
    assert f"read as {datum}, 60 positions lie 20 m (median) from stops" in fit.why


def test_move_seen_is_the_shift_of_the_datum():
    """If this fails, a planner is told of a shift that is not the one on the map."""
    fit = datum_fit(written(STOPS, "GCJ-02"), [stops_layer()])
    wgs = fit.evidence.set_index("datum").loc["WGS-84"]
    # FACTS: GCJ-02 lies 524 m east and 300 m south of WGS-84 there; moves go in steps of 40 m.
    assert wgs["better_east_m"] == pytest.approx(-524, abs=40)
    assert wgs["better_north_m"] == pytest.approx(300, abs=40)


def test_one_in_four_elsewhere_changes_nothing():
    """If this fails, a few mistyped rows hide the datum of all others."""
    degrees = written(STOPS, "BD-09")
    degrees[::4] += np.random.default_rng(1).uniform(-0.02, 0.02, (15, 2))
    fit = datum_fit(degrees, [stops_layer()])
    assert (fit.best, fit.certain) == ("BD-09", True)


def test_a_declared_datum_that_fits_is_no_problem_and_another_is():
    """If this fails, the import refuses a right declaration, or takes a wrong one."""
    fit = datum_fit(written(STOPS, "GCJ-02"), [stops_layer()])
    assert fit.problems("GCJ-02", where="stops.csv") == []
    (problem,) = fit.problems("WGS-84", where="stops.csv")
    assert problem.where == "stops.csv"
    assert problem.what.startswith("the positions are not in WGS-84")
    assert problem.mend == "declare GCJ-02"


@pytest.mark.parametrize(
    ("east", "north"), [(400.0, 0.0), (0.0, -700.0), (-300.0, 900.0), (1000.0, 1000.0)]
)
def test_no_datum_is_said_where_none_is_true(east, north):
    """If this fails, a table off by something else is "mended" by a datum that is not its own."""
    fit = datum_fit(written(shifted(STOPS, east, north), "WGS-84"), [stops_layer()])
    assert not fit.certain
    assert fit.problems("BD-09", where="stops.csv") == []


def test_a_regular_lattice_allows_no_certainty():
    """If this fails, a datum is said by a pattern of streets that repeats itself."""
    marks = np.arange(0, 4001, 100.0)
    roads = [shapely.LineString(metric([(x, 0), (x, 4000)])) for x in marks]
    roads += [shapely.LineString(metric([(0, y), (4000, y)])) for y in marks]
    layer = TrustedLayer("streets", "streets", np.array(roads, dtype=object), crs=CRS)
    corners = metric(np.random.default_rng(3).integers(10, 30, (60, 2)) * 100.0)
    fit = datum_fit(written(corners, "WGS-84"), [layer])
    assert not fit.certain
    assert "elsewhere as well" in fit.why


def test_one_straight_road_allows_no_certainty():
    """If this fails, stops along one road are said to lie along the parallel one."""
    along = metric([(x, 524 * 0.6) for x in np.arange(0, 3000, 150.0)])
    road = shapely.LineString(metric([(-3000, 0), (6000, 0)]))
    layer = TrustedLayer("streets", "streets", np.array([road], dtype=object), crs=CRS)
    for datum in DATUMS:
        assert not datum_fit(written(along, datum), [layer]).certain


@pytest.mark.parametrize("datum", DATUMS)
def test_three_stations_named_in_stop_names_are_enough(datum):
    """If this fails, a short list of stops is imported in a wrong datum though its names tell."""
    stations = metric([(0, 0), (1500, 200), (3100, -400)])
    layer = TrustedLayer(
        "metro stations", "stations", unproject_points(stations), names=("长湖", "观澜站", "茜坑")
    )
    exits = shifted(stations, 60, 80)  # 100 m from each: sqrt(60² + 80²)
    names = ["长湖地铁站", "观澜地铁站②", "茜坑地铁站"]
    fit = datum_fit(written(exits, datum), [layer], names=names)
    assert (fit.best, fit.certain) == (datum, True)
    assert median_m(fit, datum, by="name") == pytest.approx(100, abs=1)
    assert fit.evidence.set_index("datum")["named_places"].to_dict() == {
        other: 3 if other == datum else 0 for other in DATUMS
    }


def unproject_points(xy: np.ndarray) -> np.ndarray:
    return shapely.points(unproject(xy, CRS))


def test_two_names_and_a_contradiction_allow_no_certainty():
    """If this fails, two namesakes decide over a whole table."""
    stations = metric([(0, 0), (1500, 200), (3100, -400)])
    layer = TrustedLayer("metro", "stations", unproject_points(stations), names=("甲", "乙", "丙"))
    names = ["甲地铁站", "乙地铁站", "丙地铁站"]
    two = datum_fit(written(stations[:2], "GCJ-02"), [layer], names=names[:2])
    assert not two.certain
    mixed = np.vstack([written(stations[:2], "GCJ-02"), written(stations[2:], "BD-09")])
    assert not datum_fit(mixed, [layer], names=names).certain


def test_abroad_the_datum_is_of_no_matter():
    """If this fails, a table of Helsinki is refused for a datum that changes nothing."""
    places = shifted(np.random.default_rng(2).uniform(0, 0.03, (60, 2)), 24.93, 60.16)
    layer = TrustedLayer("stops", "stops", shapely.points(places))
    fit = datum_fit(places, [layer])
    assert not fit.certain
    assert "the same" in fit.why


def test_few_far_and_unknown_positions_are_not_judged():
    """If this fails, the datum of three stops, or of another city's, is said with certainty."""
    few = datum_fit(written(STOPS[:3], "BD-09"), [stops_layer()])
    far = datum_fit(written(shifted(STOPS, 90_000, 0), "BD-09"), [stops_layer()])
    unknown = datum_fit(np.full((20, 2), np.nan), [stops_layer()])
    none = datum_fit(np.empty((0, 2)), [stops_layer()])
    assert not any(fit.certain for fit in (few, far, unknown, none))
    assert far.table["positions"].tolist() == [0] * 6


def test_layers_that_hold_nothing_are_refused():
    """If this fails, an empty layer file is taken for evidence."""
    with pytest.raises(UsageError, match="they hold nothing"):
        datum_fit(written(STOPS, "BD-09"), [stops_layer(np.empty((0, 2)))])
    with pytest.raises(UsageError, match="they hold nothing"):
        datum_fit(written(STOPS, "BD-09"), [])


def test_the_order_and_the_repetition_of_rows_change_nothing():
    """If this fails, a table sorted otherwise is judged otherwise."""
    degrees = written(STOPS, "BD-09")
    fit = datum_fit(degrees, [stops_layer()])
    turned = datum_fit(np.vstack([degrees[::-1], degrees]), [stops_layer()])
    pd.testing.assert_frame_equal(fit.evidence, turned.evidence)
    assert fit.why == turned.why


def test_a_line_in_another_datum_is_told_with_its_rows():
    """If this fails, one line of a table joined from two web maps lies 600 m off for ever."""
    degrees = written(STOPS, "BD-09")
    degrees[20:40] = written(STOPS[20:40], "GCJ-02")
    parts = ["1"] * 20 + ["2"] * 20 + ["3"] * 20
    found = parts_in_another_datum(degrees, [stops_layer()], "BD-09", parts=parts)
    assert found["part"].tolist() == ["2"]
    assert found["datum"].tolist() == ["GCJ-02"]
    assert found["rows"].iloc[0].tolist() == list(range(20, 40))
    (problem,) = part_problems(found, "BD-09", where="lines.csv line")
    assert problem.where == "lines.csv line 2"
    assert problem.what.startswith("its 20 positions are in GCJ-02, not in BD-09")


def test_a_run_of_rows_in_another_datum_is_found_without_a_column_for_it():
    """If this fails, a table pasted together from two sources is judged by its larger half."""
    degrees = written(STOPS, "WGS-84")
    degrees[30:55] = written(STOPS[30:55], "GCJ-02")
    found = parts_in_another_datum(degrees, [stops_layer()], "WGS-84")
    assert found["datum"].tolist() == ["GCJ-02"]
    assert found["rows"].iloc[0].tolist() == list(range(30, 55))


def test_a_table_of_one_datum_has_no_other_part():
    """If this fails, good lines are refused."""
    for parts in ((), ["1"] * 30 + ["2"] * 30):
        found = parts_in_another_datum(
            written(STOPS, "GCJ-02"), [stops_layer()], "GCJ-02", parts=parts
        )
        assert found.empty
