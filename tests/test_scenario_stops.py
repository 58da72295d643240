"""Changes of stops: what they make, what they refuse, and what they leave alone."""

from __future__ import annotations

import pandas as pd
import pytest
from edits import course, headsign, new_stop, refused, run
from pydantic import ValidationError
from town import COURSES, MARKS, degrees, feed, make_feed, network

from transit.scenario.stops import MoveStop, NewStop, RemoveStop, RenameStop

# ---- new stop -------------------------------------------------------------------------------


def test_new_stop_stands_there_and_nothing_calls():
    """If this fails, a planned stop is not where it was put."""
    whole = run(new_stop(district="龙华", source="drawing"))
    row = whole.feed.stops.set_index("stop_id").loc["N"]
    assert (row["stop_name"], row["district"], row["source"]) == ("新站", "龙华", "drawing")
    assert (row["indicative"], row["year"]) == (True, 2021)
    x, y = whole.stop_xy[whole.stop_row["N"]]
    assert (x - 504_000, y - 2_514_000) == (pytest.approx(500), pytest.approx(300))
    assert "N" not in set(whole.feed.visits["stop_id"])
    assert whole.feed.stops.dtypes.equals(network().feed.stops.dtypes)


def test_new_stop_in_gcj02_lands_604_m_away():
    """If this fails, a stop read off a web map stands half a kilometre off."""
    base = network()
    lon, lat = degrees(500, 300)
    taken = run(new_stop(lon=lon, lat=lat, datum="GCJ-02"))
    row = taken.stop_row["N"]
    away = taken.stop_xy[row] - (base.stop_xy[0] - base.stop_xy[0] + [504_500, 2_514_300])
    # FACTS: GCJ-02 is 524 m east and 300 m south of WGS-84 there; taken back, west and north.
    assert away[0] == pytest.approx(-524, abs=3)
    assert away[1] == pytest.approx(300, abs=3)


def test_new_stop_refusals():
    """If this fails, a stop is put in a field, in another country, or over an old one."""
    assert "'S1' exists already" in refused(new_stop("S1"))[0]
    # 150 m west of the westernmost street, inside the study area.
    assert "stands on no street; the nearest is 150 m away" in refused(new_stop(east=-150))[0]
    lon, lat = degrees(500, 300)
    swapped = refused(new_stop(lon=lat, lat=min(lon, 89.9)))
    assert any("from every other stop" in text and "swapped" in text for text in swapped)
    both = refused(new_stop("S1", east=-150))
    assert len(both) == 2


def test_new_stop_at_most_200_km_away():
    """If this fails, a slip of a few degrees puts a stop in another province."""
    lon, lat = degrees(1200, 1200)  # S4; a degree of latitude is 110.8 km there
    assert "N" in run(new_stop(lon=lon, lat=lat + 1.7)).stop_row  # 188 km
    assert "from every other stop" in refused(new_stop(lon=lon, lat=lat + 2.0))[0]  # 222 km


def test_first_stop_of_an_empty_town():
    """If this fails, nobody can plan a town from nothing."""
    bare = network(make_feed({}, {}))
    assert run(new_stop(), base=bare).feed.stops["stop_id"].tolist() == ["N"]


def test_new_stop_outside_the_study_area_needs_no_street():
    """If this fails, a line cannot be extended beyond the streets that were loaded."""
    assert run(new_stop(east=3000, north=3000)).stop_row["N"] >= 0


@pytest.mark.parametrize(
    "change",
    [{"lon": float("nan")}, {"lon": 181}, {"lat": -91}, {"year": 1800}, {"datum": "gcj02"},
     {"stop_id": ""}, {"stop_name": "  "}, {"indicative": "perhaps"}, {"colour": "red"}],
)  # fmt: skip
def test_new_stop_values_that_cannot_be(change):
    """If this fails, a slip makes a stop without a name or off the globe."""
    with pytest.raises(ValidationError):
        new_stop(**change)


def test_new_stop_has_no_default_datum():
    """If this fails, somebody forgets the datum and nobody notices."""
    with pytest.raises(ValidationError, match="datum"):
        NewStop(stop_id="N", stop_name="x", lon=114, lat=22.7, indicative=True, year=2021)


# ---- remove stop ----------------------------------------------------------------------------


def test_remove_stop_from_all_lines():
    """If this fails, a closed stop is still served."""
    whole = run(RemoveStop(stop="S4"))
    assert "S4" not in whole.stop_row
    assert course(whole, "R101_0") == "S5 S2 S1"
    assert course(whole, "R101_1") == "S1b S2 S5"
    assert course(whole, "R007_0") == "S1 S3"
    assert course(whole, "RLOOP_0") == COURSES["RLOOP_0"][2]


def test_remove_stop_from_one_line_keeps_it_for_the_others():
    """If this fails, dropping a call closes the stop."""
    whole = run(RemoveStop(stop="S1", line="环1"))
    assert course(whole, "RLOOP_0") == "S3 S2 S5 S3"
    assert course(whole, "R007_0") == "S1 S3 S4"
    assert "S1" in whole.stop_row


def test_remove_both_ends_of_a_loop():
    """If this fails, a loop loses only one of its two calls at a closed terminal."""
    assert course(run(RemoveStop(stop="S3", line="环1")), "RLOOP_0") == "S1 S2 S5"


def test_remove_by_name_takes_all_kerbs():
    """If this fails, half a stop stays."""
    whole = run(RemoveStop(stop="银星", line="101"))
    assert course(whole, "R101_0") == "S4 S5 S2"
    assert course(whole, "R101_1") == "S2 S5 S4"


def test_remove_a_stop_without_calls():
    """If this fails, removing a disused stop changes the types of the other tables."""
    base = network()
    whole = run(RemoveStop(stop="S6"))
    assert "S6" not in whole.stop_row
    pd.testing.assert_frame_equal(whole.feed.calls, base.feed.calls)


def test_remove_stop_refusals():
    """If this fails, a line is left with one call, or with two running at one stop."""
    assert "no stop is named '天桥'" in refused(RemoveStop(stop="天桥"))[0]
    assert "桥头" in refused(RemoveStop(stop="桥"))[0]
    assert "no line is named '102'" in refused(RemoveStop(stop="S1", line="102"))[0]
    assert "line '007' does not call at 'S2'" in refused(RemoveStop(stop="S2", line="007"))[0]
    assert "would leave pattern R9X_0 with 1 calls" in refused(RemoveStop(stop="S7"))[0]
    # 8字 runs S3 S1 S2 S1 S5: without S2 it would call at S1 twice running.
    assert refused(RemoveStop(stop="S2", line="8字")) == [
        "s change 1 remove_stop stops: pattern RTWICE_0 would call at 银星 twice running "
        "→ leave one of them out"
    ]
    assert len(refused(RemoveStop(stop="x", line="y"))) == 2


def test_remove_stop_in_one_direction():
    """If this fails, dropping a call on the way out drops it on the way back."""
    whole = run(RemoveStop(stop="S2", line="101", direction_id=1))
    assert course(whole, "R101_1") == "S1b S5 S4"
    assert course(whole, "R101_0") == COURSES["R101_0"][2]
    one = run(RemoveStop(stop="S2", line="101", pattern="R101_0"))
    assert course(one, "R101_0") == "S4 S5 S1"
    fault = refused(RemoveStop(stop="S2", direction_id=1))[0]
    assert "a direction or pattern is given, but no line" in fault


# ---- move stop ------------------------------------------------------------------------------


def moved(stop: str, east: float, north: float, **more) -> MoveStop:
    lon, lat = degrees(east, north)
    values = {"datum": "WGS-84", "indicative": True, "year": 2021}
    return MoveStop(stop=stop, lon=lon, lat=lat, **(values | more))


def test_move_stop_moves_it_for_every_line():
    """If this fails, a moved stop stands at its old place, or some lines lose it."""
    base = network()
    whole = run(moved("S3", 900, 300, source="drawing"))
    east, north = whole.stop_xy[whole.stop_row["S3"]] - (504_000, 2_514_000)
    assert (east, north) == (pytest.approx(900), pytest.approx(300))
    row = whole.feed.stops.set_index("stop_id").loc["S3"]
    assert (row["stop_name"], row["district"], row["source"]) == ("田心", "光明", "drawing")
    assert (row["indicative"], row["year"]) == (True, 2021)
    pd.testing.assert_frame_equal(whole.feed.calls, base.feed.calls)
    # Line 007 runs S1 (700, 400) – S3: from 269.3 m, √(250² + 100²), to 223.6 m, √(200² + 100²).
    hop = whole.feed.visits.query("pattern_id == 'R007_0' and stop_id == 'S3'").index[0]
    assert base.hop_m[hop] == pytest.approx(269.258, abs=0.001)
    assert whole.hop_m[hop] == pytest.approx(223.607, abs=0.001)
    assert run(moved("S3", 900, 300, district="龙华")).feed.stops.set_index("stop_id").loc[
        "S3", "district"
    ] == "龙华"  # fmt: skip


def test_move_stop_refusals():
    """If this fails, a stop is moved off the streets, or one kerb of two by chance."""
    assert "'银星' is the name of 2 kerbs" in refused(moved("银星", 500, 300))[0]
    assert "no stop is named 'S33'" in refused(moved("S33", 500, 300))[0]
    assert "stands on no street; the nearest is 150 m away" in refused(moved("S3", -150, 300))[0]
    assert "changes nothing: S3 stands there already" in refused(moved("S3", 950, 300))[0]
    # The other stops are 1.2 km or less from the origin.
    assert "lies 299 km from every other stop" in refused(moved("S3", 300_000, 0))[0]


# ---- rename stop ----------------------------------------------------------------------------


def test_rename_stop_renames_all_its_kerbs_and_the_signs():
    """If this fails, one kerb keeps the old name, or buses show it."""
    whole = run(RenameStop(stop="银星", stop_name="银星科技园"))
    names = whole.feed.stops.set_index("stop_id")["stop_name"]
    assert (names["S1"], names["S1b"]) == ("银星科技园", "银星科技园")
    assert headsign(whole, "R101_0") == "银星科技园"  # ends at S1
    assert headsign(whole, "R101_1") == "远山"
    assert course(whole, "R101_0") == COURSES["R101_0"][2]
    assert set(whole.feed.stops["source"]) == {MARKS["source"]}


def test_rename_one_kerb():
    """If this fails, telling two kerbs apart renames both."""
    whole = run(RenameStop(stop="S1b", stop_name="银星北"))
    names = whole.feed.stops.set_index("stop_id")["stop_name"]
    assert (names["S1"], names["S1b"]) == ("银星", "银星北")


def test_a_sign_of_its_own_outlives_a_renamed_stop():
    """If this fails, a bus that shows a district shows a stop's name instead."""
    base = feed()
    signs = base.patterns["trip_headsign"].mask(base.patterns["pattern_id"] == "R101_0", "龙华方向")
    whole = network(base.with_tables(patterns=base.patterns.assign(trip_headsign=signs)))
    after = run(RenameStop(stop="S1", stop_name="银星南"), base=whole)
    assert headsign(after, "R101_0") == "龙华方向"


def test_rename_stop_refusals():
    """If this fails, an unknown stop is renamed in silence."""
    assert "no stop is named '银星站'" in refused(RenameStop(stop="银星站", stop_name="x"))[0]
    assert "changes nothing" in refused(RenameStop(stop="S1", stop_name="银星"))[0]
    with pytest.raises(ValidationError):
        RenameStop(stop="S1", stop_name=" ")
