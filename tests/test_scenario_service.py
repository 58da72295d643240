"""Changes of service: how often, how fast and when a line runs."""

from __future__ import annotations

import pandas as pd
import pytest
from edits import course, departures, periods, refused, run, service
from pydantic import ValidationError
from town import COURSES, MARKS, feed, network, span

from transit.model.network import Network
from transit.scenario.headway import ChangeDwell, ChangeHeadway, ChangeSpeed
from transit.scenario.lines import ExtendLine
from transit.scenario.span import AddPeriod, ChangeSpan, RemovePeriod


def test_headway_all_day():
    """If this fails, a new headway holds for part of the day, or for other lines."""
    whole = run(ChangeHeadway(line="101", headway_secs=300))
    assert periods(whole, "R101_0") == periods(whole, "R101_1") == [(6, 22, 5)]
    assert periods(whole, "RLOOP_0") == [(6, 22, 20)]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("07:00", "09:00", [(6, 7, 20), (7, 9, 5), (9, 22, 20)]),
        ("06:00", "09:00", [(6, 9, 5), (9, 22, 20)]),
        ("20:00", "22:00", [(6, 20, 20), (20, 22, 5)]),
        ("05:00", "07:00", [(6, 7, 5), (7, 22, 20)]),
        ("21:00", "25:30", [(6, 21, 20), (21, 22, 5)]),
        ("00:00", "48:00", [(6, 22, 5)]),
    ],
)
def test_headway_splits_the_period(start, end, expected):
    """If this fails, service outside the given times changes, appears or vanishes."""
    change = ChangeHeadway(line="环1", headway_secs=300, start_time=start, end_time=end)
    assert periods(run(change), "RLOOP_0") == expected


def test_headway_over_several_periods():
    """If this fails, only the first of two periods gets the new headway."""
    base = feed()
    rows = [
        span("RLOOP_0", 6 * 3600, 9 * 3600, 600, 12.0),
        span("RLOOP_0", 9 * 3600, 72_000, 1200, 25.0),
    ]
    whole = network(base.with_tables(frequencies=pd.DataFrame(rows)))
    change = ChangeHeadway(line="环1", headway_secs=300, start_time="08:00", end_time="10:00")
    after = run(change, base=whole)
    assert periods(after, "RLOOP_0") == [(6, 8, 10), (8, 9, 5), (9, 10, 5), (10, 20, 20)]
    assert after.feed.frequencies["speed_kmh"].tolist() == [12, 12, 25, 25]
    assert after.feed.frequencies.dtypes.equals(base.frequencies.dtypes)


def test_headway_carries_its_source():
    """If this fails, nobody can see where the new headway comes from."""
    change = ChangeHeadway(line="环1", headway_secs=300, direction_id=0, source="letter")
    after = run(change).feed.frequencies.set_index("pattern_id")
    assert after.loc["RLOOP_0", "source"] == "letter"
    assert after.loc["R101_0", "source"] == MARKS["source"]


def test_headway_refusals():
    """If this fails, a headway is given to a line or hour that has none."""
    assert "timetable" in refused(ChangeHeadway(line="007", headway_secs=60))[0]
    fault = refused(ChangeHeadway(line="9X", headway_secs=60))[0]
    assert "no service by headway in this period" in fault
    assert "no hours known" in fault
    night = ChangeHeadway(line="101", headway_secs=60, start_time="22:00", end_time="23:00")
    assert "no service in this period → it has 06:00–22:00" in refused(night)[0]
    empty = ChangeHeadway(line="101", headway_secs=60, start_time="09:00", end_time="09:00")
    assert "has no length" in refused(empty)[0]
    assert "no line is named" in refused(ChangeHeadway(line="1O1", headway_secs=60))[0]
    for values in ({"headway_secs": 0}, {"start_time": "7am"}, {"end_time": "25"}):
        with pytest.raises(ValidationError):
            ChangeHeadway(**({"line": "101", "headway_secs": 60} | values))


def test_headway_period_ends_before_the_next_begins():
    """If this fails, service that begins as the given period ends counts as in it."""
    base = feed()
    rows = [
        span("RLOOP_0", 6 * 3600, 9 * 3600, 600),
        span("RLOOP_0", 9 * 3600, 72_000, 1200),
    ]
    whole = network(base.with_tables(frequencies=pd.DataFrame(rows)))
    # From 7 to 9 it runs every 600 s already; the 1200 s from 9 o'clock are another matter.
    same = ChangeHeadway(line="环1", headway_secs=600, start_time="07:00", end_time="09:00")
    assert "changes nothing: 600 s is the headway" in refused(same, base=whole)[0]
    # The first bus leaves at 6.
    early = ChangeHeadway(line="环1", headway_secs=300, start_time="05:00", end_time="06:00")
    assert "no service in this period" in refused(early, base=whole)[0]


def test_headway_that_is_already_so_changes_nothing():
    """If this fails, a scenario claims to have changed what was so before."""
    assert "changes nothing" in refused(ChangeHeadway(line="101", headway_secs=600))[0]
    part = ChangeHeadway(line="101", headway_secs=600, start_time="07:00", end_time="09:00")
    assert "changes nothing" in refused(part)[0]


def test_headway_beside_the_old_one():
    """If this fails, extra buses in the peak take the place of the regular ones."""
    extra = ChangeHeadway(
        line="101", direction_id=0, start_time="07:00", end_time="09:00", headway_secs=1200,
        keep_original=True, indicative=True, year=2022,
    )  # fmt: skip
    whole = run(extra)
    assert periods(whole, "R101_0") == [(6, 22, 10)]
    assert periods(whole, "R101_0+change_headway@0700-0900") == [(7, 9, 20)]
    assert course(whole, "R101_0+change_headway@0700-0900") == COURSES["R101_0"][2]
    row = service(whole, "R101_0+change_headway@0700-0900").iloc[0]
    assert (row["indicative"], row["year"], row["source"]) == (True, 2022, "scenario")
    # As often again is a change, though the value is the old one: 12 + 12 departures.
    doubled = run(ChangeHeadway(line="101", direction_id=0, headway_secs=600, keep_original=True))
    assert periods(doubled, "R101_0+change_headway") == [(6, 22, 10)]


def test_marks_of_rows_stay_unless_given():
    """If this fails, an assumed speed looks published once the headway is."""
    base = feed()
    assumed = base.frequencies.assign(indicative=True)
    whole = network(base.with_tables(frequencies=assumed))
    change = ChangeHeadway(line="环1", headway_secs=300)
    assert service(run(change, base=whole), "RLOOP_0")["indicative"].tolist() == [True]
    known = change.model_copy(update={"indicative": False, "year": 2021})
    row = service(run(known, base=whole), "RLOOP_0").iloc[0]
    assert (row["indicative"], row["year"]) == (False, 2021)


def test_trip_outside_the_period_does_not_bar_a_headway():
    """If this fails, a line with one timetabled night bus cannot get another headway by day."""
    night = pd.DataFrame([{"trip_id": "n", "pattern_id": "RLOOP_0", "departure_time": 82_800,
                           **MARKS}])  # fmt: skip
    whole = network(feed().with_tables(trips=pd.concat([feed().trips, night])))
    day = ChangeHeadway(line="环1", headway_secs=300, end_time="22:00")
    assert periods(run(day, base=whole), "RLOOP_0") == [(6, 22, 5)]
    assert "timetable" in refused(ChangeHeadway(line="环1", headway_secs=300), base=whole)[0]


# ---- speed and dwell ------------------------------------------------------------------------


def test_speed_in_kmh_or_by_a_factor():
    """If this fails, a bus lane makes buses slower, or all lines faster."""
    whole = run(ChangeSpeed(line="101", speed_kmh=25))
    assert service(whole, "R101_0")["speed_kmh"].tolist() == [25]
    assert service(whole, "RLOOP_0")["speed_kmh"].tolist() == [20]
    # 20 km/h times 1.2 from 7 to 9.
    peak = run(ChangeSpeed(line="101", factor=1.2, start_time="07:00", end_time="09:00"))
    assert service(peak, "R101_0")["speed_kmh"].tolist() == [20, 24, 20]
    assert service(peak, "R101_0")["headway_secs"].tolist() == [600, 600, 600]


def test_dwell():
    """If this fails, a longer stay at stops does not reach the table of service."""
    whole = run(ChangeDwell(line="101", direction_id=1, dwell_secs=25, source="count"))
    assert service(whole, "R101_1")["dwell_secs"].tolist() == [25]
    assert service(whole, "R101_1")["source"].tolist() == ["count"]
    assert service(whole, "R101_0")["dwell_secs"].tolist() == [0]


def test_express_beside_the_ordinary_service():
    """If this fails, a faster service beside the old one replaces it."""
    whole = run(ChangeSpeed(line="环1", speed_kmh=30, keep_original=True))
    assert service(whole, "RLOOP_0")["speed_kmh"].tolist() == [20]
    assert service(whole, "RLOOP_0+change_speed")["speed_kmh"].tolist() == [30]


def test_speed_and_dwell_refusals():
    """If this fails, a bus runs at 400 km/h, or a timetable gets a speed it does not have."""
    assert "20 km/h is the speed already" in refused(ChangeSpeed(line="101", speed_kmh=20))[0]
    assert "0 s is the dwell already" in refused(ChangeDwell(line="101", dwell_secs=0))[0]
    assert "1 is the factor already" in refused(ChangeSpeed(line="101", factor=1))[0]
    assert refused(ChangeSpeed(line="101", factor=20)) == [
        "s change 1 change_speed factor: speed_kmh would be 400 km/h → keep it between 1 and 120"
    ]
    assert "timetable" in refused(ChangeSpeed(line="007", speed_kmh=30))[0]
    for wrong in ({}, {"speed_kmh": 30, "factor": 2}, {"speed_kmh": 0}, {"factor": float("inf")}):
        with pytest.raises(ValidationError):
            ChangeSpeed(line="101", **wrong)
    with pytest.raises(ValidationError):
        ChangeDwell(line="101", dwell_secs=601)


# ---- span -----------------------------------------------------------------------------------


def test_span_longer_and_shorter():
    """If this fails, an evening service is not added, or the morning is lost."""
    longer = run(ChangeSpan(line="101", last_departure="24:30"))
    assert periods(longer, "R101_0") == periods(longer, "R101_1") == [(6, 24.5, 10)]
    shorter = run(ChangeSpan(line="101", direction_id=0, first_departure="07:00",
                             last_departure="21:00", source="notice", year=2024))  # fmt: skip
    assert periods(shorter, "R101_0") == [(7, 21, 10)]
    assert periods(shorter, "R101_1") == [(6, 22, 10)]
    row = service(shorter, "R101_0").iloc[0]
    assert (row["source"], row["year"], row["indicative"]) == ("notice", 2024, False)


def three_periods() -> Network:
    """Line 环1 every 10 minutes from 6 to 9, every 20 from 9 to 17 and every 10 from 18 to 20."""
    hours = ((6, 9, 600), (9, 17, 1200), (18, 20, 600))
    rows = [span("RLOOP_0", start * 3600, end * 3600, secs) for start, end, secs in hours]
    return network(feed().with_tables(frequencies=pd.DataFrame(rows)))


def test_span_over_several_periods():
    """If this fails, a later first bus leaves periods that begin before it."""
    later = ChangeSpan(line="环1", first_departure="10:00", last_departure="22:00")
    assert periods(run(later, base=three_periods()), "RLOOP_0") == [(10, 17, 20), (18, 22, 10)]
    evening = ChangeSpan(line="环1", start_time="18:00", last_departure="21:00")
    after = run(evening, base=three_periods())
    assert periods(after, "RLOOP_0") == [(6, 9, 10), (9, 17, 20), (18, 21, 10)]
    assert service(after, "RLOOP_0")["source"].tolist() == [MARKS["source"]] * 2 + ["scenario"]


def test_span_of_a_timetable_drops_what_lies_outside():
    """If this fails, departures outside the new hours still run."""
    whole = run(ChangeSpan(line="007", first_departure="07:00", last_departure="08:30"))
    assert departures(whole, "R007_0") == ["07:00:00", "08:30:00"]


def test_span_refusals():
    """If this fails, a span eats other service, or departures are made up."""
    longer = refused(ChangeSpan(line="007", first_departure="05:00", last_departure="10:00"))
    assert [fault.split(":")[0] for fault in longer] == [
        "s change 1 change_span first_departure", "s change 1 change_span last_departure",
    ]  # fmt: skip
    assert "runs by a timetable, whose first departure is 06:59" in longer[0]
    assert "add_period" in longer[0]
    nothing = refused(ChangeSpan(line="101", first_departure="23:00"))[0]
    assert "no service of pattern R101_0 would be left" in nothing
    assert "no service of pattern R007_0 would be left" in refused(
        ChangeSpan(line="007", last_departure="06:00")
    )[0]  # fmt: skip
    into = ChangeSpan(line="环1", end_time="09:00", last_departure="10:00")
    assert "pattern RLOOP_0 has other service by then" in refused(into, base=three_periods())[0]
    part = ChangeSpan(line="101", direction_id=0, end_time="09:00", last_departure="08:00")
    assert "the period cuts service of pattern R101_0" in refused(part)[0]
    assert "no service whose span" in refused(ChangeSpan(line="9X", first_departure="07:00"))[0]
    same = ChangeSpan(line="101", first_departure="06:00", last_departure="22:00")
    assert "changes nothing" in refused(same)[0]
    with pytest.raises(ValidationError, match="first_departure"):
        ChangeSpan(line="101")


# ---- periods --------------------------------------------------------------------------------


def added(line: str = "101", **more) -> AddPeriod:
    values = {"start_time": "22:00", "end_time": "25:00", "headway_secs": 1800,
              "indicative": False, "year": 2021}  # fmt: skip
    return AddPeriod(line=line, **(values | more))


def test_add_period_takes_its_speed_from_the_service_nearest_in_time():
    """If this fails, a night bus runs at no speed, or at that of the morning."""
    base = feed()
    rows = [span("RLOOP_0", 6 * 3600, 9 * 3600, 600, 12.0),
            {**span("RLOOP_0", 9 * 3600, 72_000, 1200, 25.0), "dwell_secs": 15.0}]  # fmt: skip
    whole = network(base.with_tables(frequencies=pd.DataFrame(rows)))
    after = service(run(added("环1"), base=whole), "RLOOP_0")
    assert after["start_time"].tolist() == [21_600, 32_400, 79_200]
    assert after["speed_kmh"].tolist() == [12, 25, 25]  # 20:00 is nearer to 22:00 than 09:00
    assert after["dwell_secs"].tolist() == [0, 15, 15]
    early = added("环1", start_time="04:00", end_time="05:00")
    assert service(run(early, base=whole), "RLOOP_0")["speed_kmh"].tolist() == [12, 12, 25]
    own = added("环1", speed_kmh=18, dwell_secs=20)
    assert service(run(own, base=whole), "RLOOP_0")["speed_kmh"].tolist() == [12, 25, 18]


def test_add_period_is_as_doubtful_as_the_speed_it_borrows():
    """If this fails, a night service with an assumed speed looks published."""
    base = feed()
    whole = network(base.with_tables(frequencies=base.frequencies.assign(indicative=True)))
    assert service(run(added("环1"), base=whole), "RLOOP_0")["indicative"].tolist() == [True] * 2
    own = added("环1", speed_kmh=18, dwell_secs=20)
    assert service(run(own, base=whole), "RLOOP_0")["indicative"].tolist() == [True, False]


def test_add_period_beside_a_timetable():
    """If this fails, a line with a timetable cannot get an evening service."""
    whole = run(added("007", speed_kmh=20))
    assert periods(whole, "R007_0") == [(22, 25, 30)]
    assert departures(whole, "R007_0") == departures(network(), "R007_0")


def test_add_period_refusals():
    """If this fails, buses are counted twice, or run at a speed nobody gave."""
    busy = refused(added(start_time="21:00"))[0]
    assert "pattern R101_0 has service then already (06:00–22:00)" in busy
    assert "change_headway" in busy
    assert "has service then already (4 departures 06:59–09:00)" in refused(
        added("007", start_time="08:00", speed_kmh=20)
    )[0]  # fmt: skip
    assert "no other service by headway to take the speed from" in refused(added("007"))[0]
    peak = ExtendLine(line="101", direction_id=0, end="end", stops=("S7",), start_time="07:00",
                      end_time="09:00")  # fmt: skip
    assert "choose one: R101_0 / R101_0@0700-0900" in refused(peak, added())[0]
    assert "no length" in refused(added(start_time="25:00"))[0]
    with pytest.raises(ValidationError):
        AddPeriod(line="101", headway_secs=600, indicative=False, year=2021)


def test_remove_period():
    """If this fails, buses still run at night, or none do by day."""
    noon = RemovePeriod(line="101", direction_id=0, start_time="12:00", end_time="13:00")
    assert periods(run(noon), "R101_0") == [(6, 12, 10), (13, 22, 10)]
    assert periods(run(noon), "R101_1") == [(6, 22, 10)]
    evening = run(RemovePeriod(line="101", start_time="20:00"))
    assert periods(evening, "R101_1") == [(6, 20, 10)]
    trips = run(RemovePeriod(line="007", start_time="07:00", end_time="09:00"))
    assert departures(trips, "R007_0") == ["06:59:59", "09:00:00"]


def test_remove_period_refusals():
    """If this fails, a line is left standing without buses."""
    whole = refused(RemovePeriod(line="101", start_time="05:00"))[0]
    assert "no service of pattern R101_0 would be left" in whole
    assert "remove_line" in whole
    assert "no hours are given" in refused(RemovePeriod(line="101"))[0]
    assert "no service in this period" in refused(RemovePeriod(line="101", start_time="23:00"))[0]


def test_a_timetable_becomes_headways():
    """If this fails, the way that messages propose from a timetable to headways leads nowhere."""
    whole = run(
        RemovePeriod(line="007", start_time="07:00", end_time="09:00"),
        added("007", start_time="07:00", end_time="09:00", headway_secs=600, speed_kmh=20),
        ChangeHeadway(line="007", headway_secs=300, start_time="07:00", end_time="09:00"),
    )
    assert periods(whole, "R007_0") == [(7, 9, 5)]
    assert departures(whole, "R007_0") == ["06:59:59", "09:00:00"]
