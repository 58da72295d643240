"""The ledger by hand on the make-believe town: all day, part of a line, walks, zones, verdicts.

What a removed call leaves, and marks, are in ``test_comparison``.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from town import CRS, Piece, area, lattice, make_feed, network, park

from transit.analysis.brief import brief
from transit.comparison import compare
from transit.ledger import park_ledger, service_ledger, verdict, walk_ledger, zone_ledger
from transit.ledger.words import told_rows
from transit.model.zones import Zones
from transit.scenario.headway import ChangeHeadway, ChangeSpeed
from transit.scenario.lines import Reroute
from transit.scenario.scenario import Scenario
from transit.scenario.stops import RemoveStop

LIMIT = 501


def changed(*changes, base=None):
    before = base or network()
    return before, Scenario("s", changes).apply(before)


def picked(table: pd.DataFrame, *columns: str) -> list[list[object]]:
    return table[list(columns)].values.tolist()


# ---- service --------------------------------------------------------------------------------


def test_service_outside_the_morning_counts():
    """If this fails, the evening buses of a line can be cut without a trace."""
    evening = ChangeHeadway(line="环1", headway_secs=2400, start_time="18:00", end_time="22:00")
    table = service_ledger(*changed(evening))
    # Four hours at every 40 instead of every 20 minutes: 6 departures instead of 12; 48 a day
    # become 42. Between 7:00 and 9:00 nothing changes.
    assert picked(table, "effect", "subject", "line", "what", "unit", "before", "after") == [
        ["loss", "line", "环1", "departures a day", "departures/day", 48, 42]
    ]
    assert picked(table, "buses_per_hour", "departures_a_day") == [[0, -6]]


def test_buses_moved_from_noon_to_the_morning_are_a_gain_and_a_loss():
    """If this fails, a line that loses more than it gains is called a gain."""
    more = ChangeHeadway(line="环1", headway_secs=600, start_time="07:00", end_time="09:00")
    fewer = ChangeHeadway(line="环1", headway_secs=3600, start_time="09:00", end_time="22:00")
    table = service_ledger(*changed(more, fewer))
    # Morning: 3 an hour become 6. Day: 48 departures become 3 + 12 + 13 = 28.
    assert picked(table, "effect", "what", "change", "buses_per_hour", "departures_a_day") == [
        ["gain", "buses an hour", 3, 3, 0], ["loss", "departures a day", -20, 0, -20],
    ]  # fmt: skip


def two_patterns(second: str):
    """Line L towards F by two patterns, every 10 and every 20 minutes; M calls at B too."""
    stops = {"A": ("甲", 100, 100, ""), "B": ("乙", 300, 100, ""), "C": ("丙", 500, 100, ""),
             "F": ("远", 900, 100, "")}  # fmt: skip
    courses = {"L_0": ("L", 0, "A B C F"), "L_0b": ("L", 0, second), "M_0": ("M", 0, "B C")}
    return network(make_feed(stops, courses, {"L_0": 600, "L_0b": 1200, "M_0": 900}))


def test_a_stop_that_loses_some_of_a_lines_buses_has_a_row():
    """If this fails, a stop left out by every second bus seems untouched."""
    table = service_ledger(two_patterns("A B C F"), two_patterns("A C F"))
    stops = table[table["subject"] == "stop"]
    # At B 6 + 3 an hour become 6; the other stops keep 9. 16 hours: 144 a day become 96.
    assert picked(stops, "effect", "subject_id", "what", "before", "after", "change",
                  "departures_a_day", "lines_there") == [
        ["loss", "B", "buses calling", 9, 6, -3, -48, "L、M"],
    ]  # fmt: skip
    # M goes on to 丙, one of the two places that L goes on to from 乙.
    other = ["line", "stop", "walk_m", "buses_per_hour", "stops_reached", "stops_wanted"]
    assert picked(stops, *(f"other_{one}" for one in other)) == [["M", "乙", 0, 4, 1, 2]]


def test_another_headway_of_one_pattern_is_told_at_its_own_stops():
    """If this fails, a stop that gets no more buses is told that its line runs more often."""
    base = two_patterns("A C F")
    spans = base.feed.frequencies
    often = spans.assign(
        headway_secs=spans["headway_secs"].mask(spans["pattern_id"] == "L_0b", 600)
    )
    table = service_ledger(base, base.with_feed(base.feed.with_tables(frequencies=often)))
    # The pattern that leaves B out runs 6 instead of 3 an hour.
    assert picked(table, "effect", "subject", "subject_id", "before", "after") == [
        ["gain", "stop", "A", 9, 12], ["gain", "stop", "C", 9, 12], ["gain", "stop", "F", 9, 12],
    ]  # fmt: skip


def test_best_other_line_goes_the_same_way():
    """If this fails, those who lose a line are sent to one that goes elsewhere."""
    # Without 101 at S2 towards 银星: 环1 and 8字 call at S2; from there 环1 runs to 北站 and 田心,
    # away from 银星; 8字 runs on to 银星, the one place where 101 went from there, 2 an hour.
    table = service_ledger(*changed(RemoveStop(stop="S2", line="101")))
    lost = table[table["what"] == "line calls"].set_index("direction_id")
    assert lost.loc[0, ["other_line", "other_stop", "other_walk_m"]].tolist() == ["8字", "桥头", 0]
    assert lost.loc[0, ["other_stops_reached", "other_stops_wanted"]].tolist() == [1, 1]
    assert lost.loc[0, "other_buses_per_hour"] == 2
    # The other way 101 went on to 北站 and 远山; 环1 (3 an hour) and 8字 (2) reach 北站 alone.
    assert lost.loc[1, ["other_line", "other_stops_reached"]].tolist() == ["环1", 1]
    assert lost.loc[1, ["other_stops_wanted", "other_buses_per_hour"]].tolist() == [2, 3]


def test_where_a_line_ended_the_best_other_line_comes_the_same_way():
    """If this fails, those who lose their terminus are told of lines that leave, not arrive."""
    # 101 ended at S1, coming from 远山, 北站 and 桥头. 8字 comes there from 桥头 only; 环1, on its
    # way to 田心, 350 m of walking from S1, has been at 北站 and 桥头: 2 of 3.
    table = service_ledger(*changed(RemoveStop(stop="S1", line="101")))
    lost = table[table["what"] == "line calls"].iloc[0]
    assert lost[["other_line", "other_stop", "other_walk_m"]].tolist() == [
        "环1", "田心", pytest.approx(350),
    ]  # fmt: skip
    assert lost[["other_stops_reached", "other_stops_wanted"]].tolist() == [2, 3]
    # Within a walk of 300 m there is 8字 alone.
    near = service_ledger(*changed(RemoveStop(stop="S1", line="101")), limit_m=300)
    assert near.iloc[0][["other_line", "other_stops_reached"]].tolist() == ["8字", 1]


def test_no_other_line_is_said_to_be_none():
    """If this fails, a loss without any way out looks like one with it."""
    table = service_ledger(*changed(RemoveStop(stop="S4", line="007")))
    (lost,) = table[table["what"] == "line calls"].to_dict("records")
    # 007 ended at 远山 from 银星 and 田心; 101 comes there from 银星 (direction 1).
    assert (lost["other_line"], lost["other_stops_reached"]) == ("101", 1)
    alone = service_ledger(*changed(RemoveStop(stop="S5", line="9X"), base=with_s2()))
    (lost,) = alone[alone["what"] == "line calls"].to_dict("records")
    assert lost["other_line"] == ""
    assert math.isnan(lost["other_walk_m"])


def with_s2():
    """Only 9X, from S7 by S2 to S5."""
    stops = {
        "S7": ("停运", 500, 600, ""),
        "S2": ("桥头", 200, 800, ""),
        "S5": ("北站", 400, 1100, ""),
    }
    return network(make_feed(stops, {"R9X_0": ("9X", 0, "S7 S2 S5")}))


def test_riders_who_keep_their_stops_ride_longer_or_shorter():
    """If this fails, a detour for one stop costs nobody anything."""
    new = Reroute(line="101", direction_id=0, from_stop="S5", to_stop="S1", via=("S7",))
    table = service_ledger(*changed(new))
    (ride,) = table[table["what"] == "ride time"].to_dict("records")
    # Along the lattice S5 → S2 → S1 is 500 + 900 m, S5 → S7 → S1 is 600 + 400 m: 400 m less at
    # 20 km/h is 1.2 min. S4 → S5 is 900 m in both; no dwell.
    assert (ride["effect"], ride["subject_id"], ride["direction_id"]) == ("gain", "R101", 0)
    assert ride["before"] == pytest.approx(2300 / 20_000 * 60)
    assert ride["change"] == pytest.approx(-1.2)


def test_service_later_than_any_day_is_no_traceback():
    """If this fails, a table whose hours pass 48:00 ends a comparison in a traceback."""
    feed = network().feed
    late = feed.frequencies.assign(start_time=50 * 3600, end_time=60 * 3600)
    base = network(feed.with_tables(frequencies=late))
    before, after = changed(ChangeSpeed(line="环1", speed_kmh=10), base=base)
    rides = service_ledger(before, after, limit_m=LIMIT)
    rides = rides[rides["what"] == "ride time"]
    # From 20 to 10 km/h: twice the minutes.
    assert picked(rides, "line", "effect") == [["环1", "loss"]]
    assert rides["after"].item() == pytest.approx(2 * rides["before"].item())


def test_dwell_at_calls_between_counts_for_those_who_ride_through():
    """If this fails, a new stop on the way is free for those on the bus."""
    base = two_patterns("A C F")
    dwell = base.feed.frequencies.assign(dwell_secs=30.0)
    base = base.with_feed(base.feed.with_tables(frequencies=dwell))
    lost = service_ledger(*changed(RemoveStop(stop="B", line="L"), base=base))
    (ride,) = lost[lost["what"] == "ride time"].to_dict("records")
    # Half a minute less for the pattern that called at B: 96 of the 144 departures a day.
    assert ride["change"] == pytest.approx(-0.5 * 96 / 144)


# ---- places ---------------------------------------------------------------------------------


def parks_seen(before, after, seen_from=None, limit=LIMIT) -> pd.DataFrame:
    sides = [brief(one, seen_from or park(), limit_m=limit) for one in (before, after)]
    return park_ledger(*sides)


def test_more_buses_within_the_limit_of_a_park():
    """If this fails, the park is not told that its lines run more often."""
    table = parks_seen(*changed(ChangeHeadway(line="环1", headway_secs=600)))
    # 18 buses an hour (see test_measures) and 3 more; 48 departures a day more.
    assert picked(table, "what", "before", "after", "buses_per_hour", "departures_a_day") == [
        ["buses within the limit", 18, 21, 3, 48],
        ["buses within the limit, walking", 18, 21, 3, 48],
    ]
    evening = ChangeHeadway(line="环1", headway_secs=2400, start_time="18:00", end_time="22:00")
    later = parks_seen(*changed(evening))
    assert picked(later, "effect", "what", "change") == [
        ["loss", "departures a day within the limit", -6],
        ["loss", "departures a day within the limit, walking", -6],
    ]


def closed(*gone: tuple[tuple[float, float], tuple[float, float]]):
    """The town with some blocks closed to walkers."""
    pieces = [
        Piece(one.points, "no") if (one.points[0], one.points[-1]) in gone else one
        for one in lattice()
    ]
    return network(pieces=pieces)


def test_a_closed_street_is_a_longer_walk_for_park_and_stops():
    """If this fails, who has to walk round a closed street does not stand in the ledger."""
    # The east gate is (600, 400), S1 (700, 400) one block east. With that block closed S1 is three
    # blocks away, 300 m; S1b (700, 410) is reached from the north, 100 + 100 + 90 = 290 m.
    before, after = network(), closed(((600, 400), (700, 400)))
    table = parks_seen(before, after)
    nearest = table[table["what"] == "walk to the nearest stop"]
    assert picked(nearest, "effect", "unit") == [["loss", "m"]]
    assert picked(nearest, "before", "after")[0] == pytest.approx([100, 290])
    walks = table[table["what"] == "walk from 园区P1"].set_index("subject_id")
    assert walks.loc["S1", ["before", "after"]].tolist() == pytest.approx([100, 300])
    assert walks.loc["S1b", ["before", "after"]].tolist() == pytest.approx([110, 290])
    shares = table[table["what"] == "share within the limit, walking"]
    assert shares["effect"].tolist() == ["loss"]
    assert "share within the limit" not in set(table["what"])  # straight, nothing changes


def test_a_closed_street_shrinks_what_can_be_walked_from_its_stops():
    """If this fails, a fence at a stop changes nothing in the ledger."""
    # One street of 2 km with a stop at 1000 m, cut in two: within 500 m, with 100 m to either
    # side, the bar of 800 m becomes one of 400 m, which has one end less in the open.
    stops = {"A": ("甲", 1000, 0, ""), "B": ("乙", 2000, 0, ""), "C": ("丙", 0, 0, "")}
    feed = make_feed(stops, {"L_0": ("L", 0, "C A B")})
    halves = [((0, 0), (1000, 0)), ((1000, 0), (2000, 0))]
    whole = network(feed, [Piece(one) for one in halves])
    fence = network(feed, [Piece(halves[0]), Piece(halves[1], "no")])
    table = walk_ledger(whole, fence).set_index("subject_id")
    # A and B stand at both ends of the closed half; A snaps to the open one, B has no street.
    full = (800 * 200 + math.pi * 100**2) / 1e4
    half = (400 * 200 + math.pi * 100**2) / 1e4
    assert table.loc["A", ["effect", "what", "unit"]].tolist() == ["loss", "walk catchment", "ha"]
    assert table.loc["A", "before"] == pytest.approx(full, rel=1e-3)
    assert table.loc["A", "after"] == pytest.approx(half, rel=1e-3)
    assert table.loc["B", "after"] == 0
    assert "C" not in table.index
    back = walk_ledger(fence, whole)
    assert set(back["effect"]) == {"gain"}
    assert walk_ledger(whole, network(feed, [Piece(one) for one in halves])).empty


def zones() -> Zones:
    """Two zones of 200 m by 200 m: round S1, and east of it."""
    table = pd.DataFrame(
        {"zone_id": ["Z1", "Z2"], "zone_name": ["里", "外"], "people": [1000.0, np.nan],
         "jobs": [np.nan, 200.0], "indicative": False, "year": 2020, "source": "make-believe"}
    )  # fmt: skip
    bounds = [(600, 300, 800, 500), (1000, 300, 1200, 500)]
    return Zones(table, np.array([area(*one) for one in bounds], dtype=object), CRS)


def test_zones_gain_people_within_the_limit():
    """If this fails, nobody sees whose people come to live near a bus, or lose it."""
    stops = {"A": ("甲", 0, 0, ""), "B": ("乙", 700, 400, ""), "F": ("远", 5000, 5000, "")}
    sides = [
        make_feed(stops, {"L_0": ("L", 0, course)}, {"L_0": 600}) for course in ("A F", "A B F")
    ]
    table = zone_ledger(*(network(one) for one in sides), zones(), limit_m=100)
    assert set(table["subject_id"]) == {"Z1"}
    rows = table.set_index("what")
    # A circle of 100 m in 200 m × 200 m.
    share = math.pi / 4
    straight = rows.loc["share within the limit"]
    assert (straight["before"], straight["effect"]) == (0, "gain")
    assert straight["change"] == pytest.approx(share, rel=1e-3)
    assert straight["people"] == pytest.approx(1000 * share, rel=1e-3)
    assert math.isnan(straight["jobs"])
    buses = rows.loc["buses within the limit"]
    assert buses[["before", "after", "departures_a_day"]].tolist() == [0, 6, 96]
    assert rows.loc["line within the limit", ["before", "after"]].tolist() == [0, 1]


def test_a_comparison_takes_zones():
    """If this fails, zones of a study area never reach the ledger."""
    often = Scenario("often", (ChangeHeadway(line="环1", headway_secs=600),))
    both = compare(network(), often, park(), zones=zones(), limit_m=LIMIT)
    kinds = both.ledger.groupby("subject", sort=False)["subject_id"].unique()
    assert kinds.index.tolist() == ["park", "zone", "line"]
    assert kinds["zone"].tolist() == ["Z1", "Z2"]
    assert both.verdict["often"] == (
        "Better for all: 园区P1 (+3.0 buses/h within the limit, walking), "
        "外 (+3.0 buses/h within the limit), 里 (+3.0 buses/h within the limit), "
        "环1 (+3.0 buses/h)."
    )


# ---- the verdict ----------------------------------------------------------------------------


def said(*changes, limit=LIMIT) -> str:
    return compare(network(), Scenario("s", changes), park(), limit_m=limit).verdict["s"]


def test_verdict_names_for_whom_it_is_worse():
    """If this fails, a plan is called good whatever it takes from others."""
    text = said(RemoveStop(stop="S3", line="007"))
    # S3 loses 1 an hour; 007's next stop is S1, 250 m west and 100 m north: 350 m of walking.
    assert text == "Worse for all: 田心 (−1.0 buses/h, next stop of 007 350 m walk away)."
    # Without S2, 101 drives from S5 straight to S1, 1,000 m instead of 1,400: 1.2 min less.
    both = said(RemoveStop(stop="S2", line="101"))
    assert both.startswith("Better for 101 (−1.2 min ride time); worse for 桥头 (−12.0 buses/h, ")


def test_verdict_better_for_all_needs_no_loss_at_all():
    """If this fails, "better for all" is said of a plan that takes something from somebody."""
    more = ChangeHeadway(line="环1", headway_secs=600)
    assert said(more).startswith("Better for all: 园区P1 (+3.0 buses/h within the limit, walking)")
    less = ChangeHeadway(line="101", direction_id=1, headway_secs=601)
    both = said(more, less)
    assert both.startswith("Better for 园区P1")
    assert "; worse for 101 (−0.0 buses/h)." in both
    only = ChangeHeadway(line="101", direction_id=1, headway_secs=1200)
    assert said(only).startswith("Worse for all: 园区P1 (−3.0 buses/h within the limit, walking)")
    assert verdict(service_ledger(network(), network())) == "Changes nothing for anyone."


def test_a_line_lost_by_another_meaning_of_within_is_a_loss():
    """If this fails, a plan is better for a park that loses a line by the point of the map."""
    # 甲 is 100 m from the point (400, 200) and a walk of 600 m from the gate (700, 400). 乙 is 80 m
    # from gate and outline, and 429 m from the point. The limit is 150 m.
    stops = {"A": ("甲", 300, 200, ""), "B": ("乙", 780, 400, ""), "F": ("远", 5000, 5000, "")}
    sides = [
        network(make_feed(stops, {"L_0": ("L", 0, course)}, {"L_0": 600}))
        for course in ("A F", "B F")
    ]
    here = park(bounds=(200, 100, 700, 500), gates={"G": ("东门", 700, 400)}, point=(400, 200))
    there, back = (
        park_ledger(*(brief(one, here, limit_m=150) for one in pair))
        for pair in (sides, sides[::-1])
    )
    lines = there[there["line"] == "L"]
    assert picked(lines, "effect", "what", "buses_per_hour") == [
        ["gain", "line within the limit, walking", 6],
        ["loss", "line within the limit of the point", -6],
    ]
    # The park is named once, by what tells the most; what speaks against it stands behind it.
    assert verdict(lines) == (
        "Better and worse: 园区P1 (+6.0 buses/h within the limit, walking, "
        "but −6.0 buses/h within the limit of the point)."
    )
    assert verdict(back[back["line"] == "L"]) == (
        "Better and worse: 园区P1 (−6.0 buses/h within the limit, walking, "
        "but +6.0 buses/h within the limit of the point)."
    )


def test_verdict_counts_those_it_does_not_name():
    """If this fails, a long list of losers fills the page, or its end is dropped in silence."""
    names = [f"站{number}" for number in range(1, 7)]
    stops = {name: (name, 100.0 * number, 0, "") for number, name in enumerate(names)}
    stops["F"] = ("远", 0, 900, "")
    base = network(make_feed(stops, {"L_0": ("L", 0, " ".join([*names, "F"]))}, {"L_0": 600}))
    gone = [RemoveStop(stop=name, line="L") for name in names[1:]]
    text = verdict(service_ledger(base, Scenario("s", tuple(gone)).apply(base)))
    # Five stops lose 6 an hour each: three are named, in the order of their names.
    assert text.count("(−6.0 buses/h") == 3
    assert "站2 (" in text
    assert ", 2 more stops" in text


def test_verdict_says_what_rests_on_assumptions():
    """If this fails, a verdict on assumed headways passes for one on counted buses."""
    base = network()
    assumed = base.feed.frequencies.assign(indicative=True)
    base = base.with_feed(base.feed.with_tables(frequencies=assumed))
    often = Scenario("s", (ChangeHeadway(line="环1", headway_secs=600),))
    text = compare(base, often, park(), limit_m=LIMIT).verdict["s"]
    assert "园区P1 (+3.0 buses/h* within the limit, walking)" in text


def test_rows_read_out():
    """If this fails, the answer in words leaves out what is left to those who lose."""
    table = service_ledger(*changed(RemoveStop(stop="S1", line="101")))
    assert told_rows(table)[0] == (
        "银星 [S1]: 101 (direction 0) line calls, -6.0 buses/h; still there: 007, 8字, 环1; "
        "next stop of 101: 桥头, 640 m straight, 900 m walk; "
        "best other line: 环1 from 田心 (350 m walk), reaching 2 of 3 of its stops"
    )
    closed_off = parks_seen(network(), closed(((600, 400), (700, 400))))
    walk = closed_off[closed_off["what"] == "walk to the nearest stop"]
    assert told_rows(walk) == ["园区P1 [P1]: walk to the nearest stop 100 → 290 m (+190 m)"]


def test_a_change_read_out_is_what_a_reader_subtracts():
    """If this fails, the answer says 100 → 101 m (+0 m). By hand: 100.4 and 100.6 m."""
    walk = parks_seen(network(), closed(((600, 400), (700, 400))))
    walk = walk[walk["what"] == "walk to the nearest stop"]
    nearly = walk.assign(before=100.4, after=100.6, change=0.2)
    assert told_rows(nearly) == ["园区P1 [P1]: walk to the nearest stop 100 → 101 m (+1 m)"]
    alike = walk.assign(before=100.6, after=101.4, change=0.8)
    assert told_rows(alike) == []
