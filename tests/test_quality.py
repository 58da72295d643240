"""The quality report on the make-believe town: each rule finds its fault, and nothing else cries.

Distances are summed by hand from the metres in which the town is given.
"""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import town
from quality_faults import (
    ONE,
    beyond,
    copies,
    far_name,
    hairpin,
    indicative_stations,
    islands,
    nameless,
    network,
    no_drive,
    no_service,
    odd_service,
    one_long_hop,
    same_stop_twice,
    spike,
    stays,
    stop,
    street_name,
    streets_of_a_part,
    timed,
    trip_twice,
    two_names,
)

from transit.analysis.quality import FINDING, RULES, SEVERITIES, Limits, quality
from transit.errors import DataError, UsageError


def found(report, rule):
    """Subject and value of each finding of a rule, values to the millimetre."""
    rows = report.of(rule)
    return list(zip(rows["subject_id"], rows["value"].round(3), strict=True))


def test_town():
    """If this fails, a planner is told of faults that are none, or not of those that are.

    S6 stands 150 m from its street and no line calls there; line 9X has neither headway nor trip;
    007, 8字 and 9X go one way (环1 comes back to where it began); S6 has no district and no line
    has a long name. 8字 goes from S1 to S2 and back to S1: a spur, as meant.
    """
    report = quality(town.network(), [town.park()])
    assert found(report, "stop_off_streets") == [("S6", 150.0)]
    assert found(report, "stop_uncalled") == [("S6", 0.0)]
    assert found(report, "pattern_no_service") == [("R9X_0", 0.0)]
    assert sorted(report.of("line_no_way_back")["lines"]) == ["007", "8字", "9X"]
    empty = report.of("field_empty")
    assert list(zip(empty["name"], empty["value"], empty["of"], strict=True)) == [
        ("stops.district", 1, 8),
        ("routes.route_long_name", 5, 5),
    ]
    assert len(report.findings) == 1 + 1 + 1 + 3 + 2
    assert [report.count(severity) for severity in SEVERITIES] == [1, 5, 8]


def test_counts_say_of_how_many():
    """If this fails, "1 found" may be one of eight or one of a thousand.

    8 stops, all in the area; 6 patterns of 5 lines; (4 + 4 + 3 + 5 + 5 + 2) − 6 = 17 hops.
    """
    rules = quality(town.network(), [town.park()]).rules.set_index("rule")
    looked_at = rules["looked_at"]
    assert looked_at["stop_off_streets"] == 8
    assert looked_at["line_no_way_back"] == 5
    assert looked_at["pattern_no_service"] == 6
    assert looked_at["hop_long"] == 17
    assert looked_at["gate_off_outline"] == 2


def test_what_cannot_be_asked_says_why():
    """If this fails, a network without streets looks as if its stops all stood on some."""
    bare = replace(town.network(), streets=town.make_streets([]))
    rules = quality(bare).rules.set_index("rule")
    for rule, lacking in {
        "stop_off_streets": "streets", "park_no_gates": "parks", "gate_off_outline": "gates",
        "hop_fast": "run times",
    }.items():  # fmt: skip
        assert not rules.loc[rule, "asked"]
        assert rules.loc[rule, "why_not"] == f"no {lacking} known"
    assert rules.loc["hop_long", "asked"]


def test_an_empty_network():
    """If this fails, an area that was only just begun cannot be looked at."""
    report = quality(network({}, {}, pieces=[]))
    assert report.findings.empty
    assert list(report.findings.columns) == list(FINDING)
    assert report.count("note") == 0


CASES = [
    (town.network, "stop_off_streets", "S6", 150.0),
    (beyond, "stop_elsewhere", "X", 298.6),
    (beyond, "calls_outside", "L", 1.0),
    (far_name, "stop_name_apart", "C", 900.0),
    (two_names, "stop_two_names", "A", 5.0),
    (same_stop_twice, "stop_twice", "B", 0.0),
    (same_stop_twice, "stop_uncalled", "B", 0.0),
    (nameless, "stop_nameless", "A", None),
    (stays, "hop_zero", "L_0 A→A", 0.0),
    (spike, "call_out_of_way", "C", 2000 + math.hypot(100, 2000) - 100),
    (no_drive, "hop_off_streets", "L_0 S1→X", math.hypot(600, 300)),
    (streets_of_a_part, "streets_end", "streets", 1.0),
    (hairpin, "hop_detour", "L_0 A→B", 1600.0),
    (hairpin, "course_weak", "L_0", 100 / 1700),
    (no_drive, "line_no_way_back", "L", 1.0),
    (copies, "pattern_twice", "L_1", 2.0),
    (copies, "line_twice", "M", 2.0),
    (copies, "course_shared", "N", 2.0),
    (town.network, "pattern_no_service", "R9X_0", 0.0),
    (no_service, "service_unknown", "feed", 1.0),
    (odd_service, "speed_odd", "M_0", 5.0),
    (timed, "hop_fast", "L_0 S5→X", 3200 / 20 * 3.6),
    (trip_twice, "trip_twice", "L_0", 1.0),
    (islands, "street_island_used", "w312", 300.0),
    (islands, "street_island", "w313", 100.0),
    (indicative_stations, "facts_indicative", "stations", 1.0),
    (indicative_stations, "years_mixed", "all tables", 6.0),
]


@pytest.mark.parametrize(("make", "rule", "subject", "value"), CASES)
def test_each_rule_finds_its_fault(make, rule, subject, value):
    """If this fails, a planner is not told of the fault, or is told a wrong size or place of it.

    The lattice has 2 × 13 × 12 = 312 pieces, w0 to w311.
    """
    rows = quality(make()).of(rule)
    assert rows["subject_id"].tolist() == [subject]
    if value is None:
        assert rows["value"].isna().all()
    else:
        assert rows["value"].tolist() == [pytest.approx(value, abs=1e-6)]


def test_long_hops_that_the_way_back_makes_too():
    """If this fails, every motorway hop of an express line is reported, and nobody reads on."""
    assert found(quality(one_long_hop()), "hop_long") == [
        ("L_0 A→B", 6000.0),
        ("M_0 A→B", 6000.0),
    ]
    stops = {"A": stop("甲", 0, 0), "B": stop("乙", 6000, 0), "C": stop("乙", 6000, 30)}
    back = network(stops, {"L_0": (*ONE, "A B"), "L_1": ("1", 1, "C A")})
    assert quality(back).of("hop_long").empty
    far_back = network(stops, {"L_0": (*ONE, "A B"), "L_1": ("1", 1, "C B")})
    assert found(quality(far_back), "hop_long") == [("L_0 A→B", 6000.0)]


def test_names_of_streets_are_not_places():
    """If this fails, a city that names stops after their street is told of every street."""
    assert quality(street_name()).of("stop_name_apart").empty
    assert quality(far_name()).of("stop_name_apart")["detail"].tolist() == ["B"]


def test_headways_beyond_either_limit():
    """If this fails, minutes read as seconds go unseen: 30 s is below 60 s, 3 h above 2 h."""
    rows = quality(odd_service()).of("headway_odd")
    assert list(zip(rows["subject_id"], rows["value"], rows["limit"], strict=True)) == [
        ("L_0", 30.0, 60.0),
        ("M_0", 10_800.0, 7200.0),
    ]
    assert rows["detail"].tolist() == ["00:00–01:00", "00:00–10:00"]


@pytest.mark.parametrize(
    ("gates", "rule", "expected"),
    [
        ({}, "park_no_gates", [("P1", 0.0)]),
        ({"G": ("远", 1350, 300)}, "gate_off_streets", [("P1/G", 150.0)]),
        ({"G": ("偏", 660, 400)}, "gate_off_outline", [("P1/G", 60.0)]),
        ({"G": ("内", 300, 300)}, "gate_off_outline", [("P1/G", 100.0)]),
    ],
)
def test_gates(gates, rule, expected):
    """If this fails, a park that cannot be walked to, or whose gate is elsewhere, looks sound.

    The park is (200, 200) to (600, 500); the lattice ends at 1,200 m.
    """
    assert found(quality(town.network(), [town.park(gates)]), rule) == expected


@pytest.mark.parametrize(
    ("make", "rule"), [(two_names, "stop_two_names"), (same_stop_twice, "stop_twice")]
)
def test_kerbs_of_one_place_are_left_alone(make, rule):
    """If this fails, stops that were joined to one place on purpose are reported for ever."""
    base = make()
    joined = base.feed.stops.assign(parent_station="")
    joined.loc[joined["stop_id"].isin(["A", "B"]), "parent_station"] = "P"
    report = quality(base.with_feed(base.feed.with_tables(stops=joined)))
    assert len(quality(base).of(rule)) == 1
    assert report.of(rule).empty


def test_limits_can_be_given():
    """If this fails, a city of express lines cannot set what it finds long."""
    limits = Limits().given(hop_most_m=7000)
    assert quality(one_long_hop(), limits=limits).of("hop_long").empty
    told = limits.table().set_index("name")
    assert not told.loc["hop_most_m", "indicative"]
    assert told.loc["hop_least_m", "indicative"]
    with pytest.raises(UsageError) as error:
        Limits().given(hop_mots_m=1, spike_m=-1, years_apart=float("nan"))
    assert [problem.where for problem in error.value.problems] == [
        "limits", "limits spike_m", "limits years_apart",
    ]  # fmt: skip
    assert "hop_most_m" in error.value.problems[0].mend


def test_rows_in_another_order_are_told_alike():
    """If this fails, the same city exported anew gives another report."""
    base = town.network()
    turned = {
        name: getattr(base.feed, name).iloc[::-1]
        for name in ("stops", "routes", "patterns", "calls", "frequencies", "trips")
    }
    again = base.with_feed(base.feed.with_tables(**turned))
    assert quality(again).findings.equals(quality(base).findings)


def test_stops_without_a_position_are_named():
    """If this fails, one empty cell of a table made in code gives a traceback from a library."""
    base = town.network()
    lon = base.feed.stops["stop_lon"].where(base.feed.stops["stop_id"] != "S3")
    lat = base.feed.stops["stop_lat"].where(base.feed.stops["stop_id"] != "S5", 91.0)
    stops = base.feed.stops.assign(stop_lon=lon, stop_lat=lat)
    with pytest.raises(DataError) as error:
        quality(base.with_feed(base.feed.with_tables(stops=stops)))
    assert [problem.where for problem in error.value.problems] == ["stop S3", "stop S5"]


def test_what_a_change_brings():
    """If this fails, a planner searches old findings for the one that a scenario made.

    Without its course, line 9X calls nowhere and stop S7 has no line; nothing else is new, and
    what is gone is not told.
    """
    base = town.network()
    kept = [base.feed.patterns["route_id"] != "R9X", base.feed.calls["pattern_id"] != "R9X_0"]
    feed = base.feed.with_tables(
        patterns=base.feed.patterns[kept[0]], calls=base.feed.calls[kept[1]]
    )
    brought = quality(base.with_feed(feed)).new_since(quality(base))
    assert list(zip(brought["rule"], brought["subject_id"], strict=True)) == [
        ("stop_uncalled", "S7"), ("line_no_course", "R9X"),
    ]  # fmt: skip
    assert quality(base).new_since(quality(base)).empty


def test_some_rules_only():
    """If this fails, asking few rules gives other findings than asking all, or a slip asks none."""
    stops = {"A": stop(" ", 0, 0), "B": stop("乙", 6000, 0)}
    base = network(stops, {"L_0": (*ONE, "A B")})
    some = quality(base, rules=("hop_long", "stop_nameless"))
    whole = quality(base)
    assert list(some.findings["rule"]) == ["hop_long", "stop_nameless"]
    for rule in ("hop_long", "stop_nameless"):
        assert some.of(rule).equals(whole.of(rule))
    assert set(some.rules["rule"]) == {"hop_long", "stop_nameless"}
    assert list(quality(base, rules="hop_long").rules["rule"]) == ["hop_long"]
    with pytest.raises(UsageError) as error:
        quality(base, rules=("hop_lang", "hop_long"))
    assert [one.what for one in error.value.problems] == ["there is no rule 'hop_lang'"]


def test_a_hop_stays_the_same_where_a_call_comes_before_it():
    """If this fails, lengthening a line at its start makes all its old findings look new."""
    stops = {"A": stop(" ", 0, 0), "B": stop("乙", 6000, 0), "C": stop("丙", 500, 0)}
    base = network(stops, {"L_0": (*ONE, "A B")})
    longer = network(stops, {"L_0": (*ONE, "C A B")})
    assert found(quality(longer), "hop_long") == [("L_0 A→B", 6000.0)]
    assert set(quality(longer).new_since(quality(base))["rule"]) == set()


def test_a_park_in_another_crs_is_refused():
    """If this fails, gates are measured against streets of another system, kilometres off."""
    park = replace(town.park(), crs="EPSG:32649")
    with pytest.raises(DataError, match="EPSG:32649"):
        quality(town.network(), [park])


def test_rules_are_declared_whole():
    """If this fails, a finding has no meaning or no mend in one of the two languages."""
    assert len({rule.code for rule in RULES}) == len(RULES)
    known = set(Limits().table()["name"])
    for rule in RULES:
        assert set(rule.limits) <= known, rule.code
        for words in (rule.title, rule.meaning, rule.mend):
            assert words.en.strip(), rule.code
            assert any("一" <= letter <= "鿿" for letter in words.zh), rule.code
    used = {name for rule in RULES for name in rule.limits}
    assert used == known
