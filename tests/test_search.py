"""The search on the make-believe town: the best extension by hand, and against brute force.

The little town has the lattice of 100 m blocks and the park (200, 200)–(600, 500), 120,000 m².
Line 21 runs from A (1100, 300) to B (1100, 1100) and back, every 10 minutes from 6 to 22 o'clock.
Nobody serves W (150, 300), 50 m west of the park, and E (700, 300), 100 m east of it.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from town import degrees, make_feed, network, park

from transit.comparison import Comparison, compare
from transit.errors import DataError, UsageError
from transit.model.network import Network
from transit.scenario.files import read_scenario, write_scenario
from transit.scenario.headway import ChangeHeadway
from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute
from transit.scenario.scenario import Scenario
from transit.scenario.stops import NewStop
from transit.search.candidates import enumerate_candidates
from transit.search.catalogue import VERBS, Budget, Catalogue, proposed_places
from transit.search.cost import Cost, Costs, running_cost
from transit.search.suggest import suggest
from transit.sources.area import bundled_area, read_area

LITTLE = {
    "A": ("甲", 1100, 300, "龙华"),
    "B": ("乙", 1100, 1100, "宝安"),
    "E": ("东", 700, 300, "龙华"),
    "W": ("西", 150, 300, "龙华"),
}
LINE_21 = {"R21_0": ("21", 0, "A B"), "R21_1": ("21", 1, "B A")}
EVERY_10 = {"R21_0": 600, "R21_1": 600}
LIMIT = 150
EXTEND = Catalogue(("extend_line",), lines_within_m=1000, stops_within_m=200, most_stops=1)
ALL = Catalogue(lines_within_m=5000, stops_within_m=200, longest_m=9000, on_the_way=10)


def little(stops=LITTLE, courses=LINE_21, headways=EVERY_10) -> Network:
    return network(make_feed(stops, courses, headways))


def search(base=None, **options):
    options = {"catalogue": EXTEND, "measure": "share_straight_served", "limit_m": LIMIT} | options
    return suggest(base or little(), park(), **options)


def calls(scenario: Scenario, pattern: str, base=None) -> str:
    return " ".join(scenario.apply(base or little()).feed.sequence(pattern))


def covered_m2(off_m: float, steps: int = 5000) -> float:
    """What a circle of 150 m round a point ``off_m`` beside the park covers of it, by strips.

    The park reaches 100 m south and 200 m north of the point's street.
    """
    width = (150 - off_m) / steps
    halves = (math.sqrt(150**2 - (off_m + (k + 0.5) * width) ** 2) for k in range(steps))
    return sum(half + min(half, 100) for half in halves) * width


def test_best_extension_is_the_one_found_by_hand():
    """If this fails, a planner is told to send the line to the wrong stop.

    W is nearer to the park than E, so it covers more of it: from either end of the line W comes
    before E. Of the two ends that gain the same, A is nearer: along the street y = 300 it is 950 m
    to W and 400 m to E. 96 departures a direction: 2 × 96 × 0.95 = 182.4 km, 2 × 96 × 0.4 = 76.8.
    A run of 800 m at 20 km/h takes 2.4 min, and 5 min of layover: a cycle of 14.8 min, 2 buses.
    To E 1200 m: 3.6 min, 17.2 min, 2 buses; to W 1750 m: 5.25 min, 20.5 min, 3 buses.
    """
    found = search()
    assert [calls(scenario, "R21_0") for scenario in found.scenarios] == [
        "W A B", "A B W", "E A B", "A B E",
    ]  # fmt: skip
    assert calls(found.scenarios[0], "R21_1") == "B A W"
    assert found.best["rank"].tolist() == [1, 1, 3, 3]
    assert found.best["equal"].tolist() == [1, 1, 1, 1]
    west, east = found.trials[0], found.trials[2]
    assert found.question.before == 0
    assert west.gain == pytest.approx(covered_m2(50) / 120_000, rel=1e-3)
    assert east.gain == pytest.approx(covered_m2(100) / 120_000, rel=1e-3)
    assert dataclasses.astuple(west.cost) == pytest.approx((1, 182.4, 5.7))
    assert dataclasses.astuple(east.cost) == pytest.approx((0, 76.8, 2.4))
    assert found.best["gain_per_100_km"].iloc[2] == pytest.approx(east.gain / 0.768)


@pytest.mark.parametrize(
    ("budget", "why"),
    [
        (Budget(vehicles=0), "1.0 vehicles more, 0 allowed"),
        (Budget(km_a_day=100), "182.4 km a day more, 100 allowed"),
    ],
)
def test_budget_is_kept_and_what_passes_it_is_listed(budget, why):
    """If this fails, a suggestion costs a bus that the planner does not have."""
    found = search(budget=budget)
    assert calls(found.scenarios[0], "R21_0") == "E A B"
    over = found.tried[found.tried["status"] == "over budget"]
    assert why in over["why"].tolist()
    assert over["rank"].isna().all()
    assert found.counts["tried"] == 4
    assert found.counts["over budget"] + found.counts["ranked"] == 4
    assert len(search(budget=Budget(vehicles=1, km_a_day=182.5)).ranked) > len(found.ranked)


def brute_force(base: Network) -> dict[str, Scenario]:
    """Every extension, move and detour to one or two stops near the park, written out anew."""
    near = [stop for stop in ("E", "W", "M") if stop in base.stop_row]
    chains = [chain for count in (1, 2) for chain in itertools.permutations(near, count)]
    made = {}
    for chain in chains:
        back = chain[::-1]
        for out, home, end in ((0, 1, "A"), (1, 0, "B")):
            made[f"extend {end} {chain}"] = (
                ExtendLine(line="21", direction_id=home, end="end", stops=chain),
                ExtendLine(line="21", direction_id=out, end="start", stops=back),
            )
            made[f"move {end} {chain}"] = (
                MoveOrigin(line="21", from_stop=end, to_stop=chain[-1], via=back[1:]),
            )
    for stop in near:
        there = Reroute(line="21", direction_id=0, from_stop="A", to_stop="B", via=(stop,))
        again = Reroute(line="21", direction_id=1, from_stop="B", to_stop="A", via=(stop,))
        made |= {f"0 {stop}": (there,), f"1 {stop}": (again,), f"01 {stop}": (there, again)}
    return {name: Scenario(name, changes) for name, changes in made.items()}


@functools.cache
def compared(base: Network) -> Comparison:
    """Every scenario of ``brute_force`` compared in full, once a base."""
    return compare(base, list(brute_force(base).values()), park(), limit_m=LIMIT)


@functools.cache
def with_stop_in_the_middle() -> Network:
    return little(LITTLE | {"M": ("中", 400, 300, "龙华")})


def by_comparison(base: Network, measure: str) -> dict[tuple, float]:
    """The measure's change of every scenario of ``brute_force``, by what it makes of the line."""
    scenarios = brute_force(base)
    table = compared(base).table
    rows = table[(table["subject"] == "park") & (table["measure"] == measure)]
    change = dict(zip(rows["scenario"], rows["change"], strict=True))
    return {
        tuple(calls(scenario, key, base) for key in LINE_21): round(change[name], 9)
        for name, scenario in scenarios.items()
    }


@pytest.mark.parametrize(
    "measure", ["share_straight_served", "share_walk", "lines_starting", "buses_per_hour"]
)
def test_search_and_brute_force_agree(measure):
    """If this fails, a change is missed, or ranked by another figure than the report has."""
    base = with_stop_in_the_middle()
    found = search(base, catalogue=ALL, measure=measure, best=0)
    mine = {
        tuple(calls(trial.candidate.scenario("s"), key, base) for key in LINE_21): trial.gain
        for trial in found.trials
    }
    expected = by_comparison(base, measure)
    # 9 chains at 2 ends, extended or moved, and 3 stops by 3 choices of direction.
    assert len(mine) == len(found.trials) == 9 * 2 * 2 + 9
    assert mine == pytest.approx(expected, abs=2e-9)
    gains = [trial.gain for trial in found.ranked]
    assert gains == sorted(gains, reverse=True)


spots = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda at: (at[0] * 100, at[1] * 100))


@settings(max_examples=3)
@given(spots, spots, st.sampled_from(["share_walk_served", "lines_starting", "lines_within_walk"]))
def test_best_is_never_worse_than_brute_force(east, west, measure):
    """If this fails, the search overlooks what a planner finds by trying."""
    stops = LITTLE | {"E": ("东", *east, "龙华"), "W": ("西", *west, "龙华")}
    base = little(stops)
    wide = dataclasses.replace(ALL, stops_within_m=9000)
    found = search(base, catalogue=wide, measure=measure, best=0)
    tried = by_comparison(base, measure)
    assert found.trials[0].gain >= max(tried.values()) - 2e-9


def test_equal_inputs_give_equal_lists():
    """If this fails, two runs of one search suggest different lines."""
    base = little()
    feed = base.feed
    turned = base.with_feed(feed.with_tables(stops=feed.stops[::-1], calls=feed.calls[::-1]))
    lists = [search(one, pairs=3, best=2) for one in (base, turned)]
    for other in lists[1:]:
        assert other.tried.equals(lists[0].tried)
        assert other.best.equals(lists[0].best)
        assert other.scenarios == lists[0].scenarios


def test_pairs_gain_together_what_neither_does_alone():
    """If this fails, two small changes that belong together are never seen together.

    The line extended to W at one end and to E at the other covers both circles, which are 550 m
    apart and do not meet.
    """
    found = search(pairs=4)
    assert found.trials[0].gain == pytest.approx(
        (covered_m2(50) + covered_m2(100)) / 120_000, rel=1e-3
    )
    assert found.trials[0].candidate.verb == "extend_line + extend_line"
    # 4 singles are 6 pairs, all tried; of the best 2 there is 1, and 5 are not.
    assert (found.counts["tried"], found.counts["pairs among them"]) == (10, 6)
    assert found.counts["pairs not tried"] == 0
    assert search(pairs=2).counts["pairs not tried"] == 5
    assert search(pairs=4, budget=Budget(vehicles=0)).counts["over budget"] > 0


def test_rank_of_a_given_scenario():
    """If this fails, nobody can see whether what was really done is among the best found."""
    found = search()
    east = [
        ExtendLine(line="21", direction_id=0, end="start", stops=("E",)),
        ExtendLine(line="21", direction_id=1, end="end", stops=("E",)),
    ]
    stands = found.rank_of(Scenario("mine", tuple(east)))
    assert (stands.rank, stands.of, stands.equal, stands.same_as) == (3, 4, 2, "suggested_3")
    assert dataclasses.astuple(stands.cost) == pytest.approx((0, 76.8, 2.4))
    # One direction only is not in the catalogue; it covers the same.
    stands = found.rank_of(Scenario("half", (east[0],)))
    assert (stands.rank, stands.equal, stands.same_as) == (3, 2, "")
    assert stands.cost.km_a_day == pytest.approx(38.4)
    # A line led as the third candidate leads it, but more often, is another thing.
    often = (*east, ChangeHeadway(line="21", headway_secs=300))
    assert found.rank_of(Scenario("often", often)).same_as == ""
    stands = search(budget=Budget(vehicles=0)).rank_of(Scenario("often", often))
    assert (stands.status, stands.rank) == ("over budget", None)
    with pytest.raises(DataError, match="no stop is named"):
        found.rank_of(Scenario("bad", (ExtendLine(line="21", end="end", stops=("Z",)),)))


def test_less_may_be_better():
    """If this fails, a search for shorter rounds finds the longest."""

    def minutes(whole: Network) -> float:
        """Minutes of the cycle of all lines."""
        return running_cost(whole, whole.feed.routes["route_id"]).minutes

    moves = dataclasses.replace(EXTEND, verbs=("move_origin",), stops_within_m=500)
    found = search(catalogue=moves, measure=minutes, better="less")
    # Moving A to E: 400 + 800 m; moving B to E: 400 m, half of today's 800: 2 × 1.2 min less.
    assert calls(found.scenarios[0], "R21_0") == "A E"
    assert found.trials[0].gain == pytest.approx(2.4)
    assert found.question.name == "minutes"
    assert found.question.definition == "Minutes of the cycle of all lines."
    assert found.trials[-1].gain < 0


def place(east: float, north: float, stop_id: str = "N", **values) -> NewStop:
    lon, lat = degrees(east, north)
    given_ = {"stop_id": stop_id, "stop_name": "新站", "datum": "WGS-84", "indicative": True}
    return NewStop(lon=lon, lat=lat, year=2021, **(given_ | values))


def test_proposed_stops_come_with_the_scenarios_that_need_them(tmp_path):
    """If this fails, a suggestion written as YAML calls at a stop that is not there."""
    catalogue = dataclasses.replace(EXTEND, places=(place(400, 300), place(5000, 300, "FAR")))
    found = search(catalogue=catalogue)
    first = found.scenarios[0]
    assert calls(first, "R21_0") == "N A B"  # inside the park: it covers most
    assert found.best["indicative"].tolist()[0]
    assert [type(change).__name__ for change in first.changes] == [
        "NewStop", "ExtendLine", "ExtendLine",
    ]  # fmt: skip
    assert "N" not in {change.stop_id for scenario in found.scenarios
                       if calls(scenario, "R21_0").startswith("W")
                       for change in scenario.changes if isinstance(change, NewStop)}  # fmt: skip
    file = tmp_path / "first.yaml"
    file.write_text(write_scenario(first), encoding="utf-8")
    assert found.rank_of(read_scenario(file)).same_as == first.name
    # 5000 − 600 m from the outline.
    assert [str(fault).split(" →")[0] for fault in found.left_out] == [
        "place 新站: is 4400 m from the outline"
    ]


def test_who_loses_is_said():
    """If this fails, a terminal is moved away from its riders without a word.

    Moved from A to E, all 6 + 6 buses an hour of line 21 leave A.
    """
    moves = dataclasses.replace(EXTEND, verbs=("move_origin",))
    best = search(catalogue=moves).best
    moved = best[best["what"].str.contains("moved from 甲 to 东")].iloc[0]
    assert moved["losses"] == 2
    assert moved["who_loses"].count("甲 (21 line calls -6.0 buses/h)") == 2
    assert "甲" in moved["verdict"]
    extended = search().best.iloc[0]
    assert (extended["losses"], extended["who_loses"]) == (0, "")


def test_nothing_better_is_an_answer():
    """If this fails, a change that helps nobody is sold as the best."""
    found = search(
        measure="districts_reached", catalogue=dataclasses.replace(EXTEND, lines=("21",))
    )
    far = search(measure="stations_reached", budget=Budget(km_a_day=1))
    assert found.counts["better than today"] == len([t for t in found.ranked if t.gain > 0])
    assert far.best.empty
    assert (far.scenarios, far.comparison) == ((), None)
    assert len(far.tried) == 4


def test_line_without_service_cannot_be_held_to_a_budget():
    """If this fails, a line of unknown headway passes for one that costs nothing."""
    base = little(headways={})
    found = search(base, measure="share_straight", budget=Budget(vehicles=5))
    assert set(found.tried["status"]) == {"cost unknown"}
    assert found.tried["why"].str.contains("no headway").all()
    free = search(base, measure="lines_starting")
    assert set(free.tried["status"]) == {"ranked"}
    assert free.tried["vehicles"].isna().all()
    # Without any service the served share is not known: no row of the ranking.
    assert set(search(base).tried["status"]) == {"measure unknown"}


def test_lines_that_cannot_be_searched_are_named():
    """If this fails, a line is left out of the search in silence."""
    base = little(courses=LINE_21 | {"R9_0": ("9", 0, "A B"), "R9_2": ("9", 0, "B A")})
    found = search(base)
    assert {trial.candidate.routes for trial in found.trials} == {("R21",)}
    assert [str(fault) for fault in found.left_out] == [
        "line 9: has several patterns in one direction → name the change yourself in a scenario"
    ]


def test_loop_is_extended_at_both_its_ends():
    """If this fails, a loop line is torn open: it leaves by one way and never comes back."""
    base = little(courses={"R5_0": ("环5", 0, "A B A")}, headways={"R5_0": 600})
    found = search(base, catalogue=dataclasses.replace(ALL, most_stops=1))
    made = {calls(trial.candidate.scenario("s"), "R5_0", base) for trial in found.trials}
    assert made == {"E A B A E", "W A B A W", "E B E", "W B W", "A E B A", "A W B A"}


@pytest.mark.parametrize(
    ("catalogue", "fault"),
    [
        (dataclasses.replace(EXTEND, stops_within_m=1), "nothing can be tried"),
        (dataclasses.replace(EXTEND, lines_within_m=1), "widen lines_within_m"),
        (dataclasses.replace(EXTEND, verbs=()), "no verb is allowed"),
        (dataclasses.replace(EXTEND, verbs=("fly",)), "verb 'fly' cannot be searched"),
        (dataclasses.replace(EXTEND, longest_m=math.nan), "nan cannot be"),
        (dataclasses.replace(EXTEND, stops_within_m=-5), "give metres above 0"),
        (dataclasses.replace(EXTEND, most_stops=9), "whole number, 1 to 3"),
        (dataclasses.replace(EXTEND, on_the_way=0.5), "give a ratio, 1 to 10"),
        (dataclasses.replace(EXTEND, lines=("21", "天线")), "no line is named '天线'"),
        (dataclasses.replace(EXTEND, places=(place(400, 300), place(1, 1))), "'N' is given twice"),
    ],
)
def test_catalogues_that_cannot_be(catalogue, fault):
    """If this fails, a wrong option gives an empty list, or a traceback."""
    with pytest.raises(UsageError, match=fault):
        search(catalogue=catalogue)


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"measure": "share_of_cake"}, "no measure of a park is named 'share_of_cake'"),
        ({"measure": 7}, "7 is no measure"),
        ({"better": "nicer"}, "use more or less"),
        ({"budget": Budget(vehicles=-1)}, "-1 cannot be → give 0 or more"),
        ({"budget": Budget(km_a_day=math.nan)}, "nan cannot be"),
        ({"limit_m": 0}, "is no limit"),
        ({"best": -1}, "best: -1 cannot be"),
        ({"pairs": 1.5}, "pairs: 1.5 cannot be"),
    ],
)
def test_questions_that_cannot_be(options, fault):
    """If this fails, a slip of the planner is answered with a ranking of something else."""
    with pytest.raises(UsageError, match=fault):
        search(**options)


def test_all_faults_of_a_question_at_once():
    """If this fails, options are mended one a run."""
    with pytest.raises(UsageError) as caught:
        search(catalogue=Catalogue(verbs=(), longest_m=0), budget=Budget(vehicles=-1), better="")
    assert len(caught.value.problems) == 4


def test_impossible_place_is_told_before_anything_is_tried():
    """If this fails, one bad position spoils a thousand trials one by one."""
    taken = dataclasses.replace(EXTEND, places=(place(400, 300, "A"),))
    with pytest.raises(DataError, match="'A' exists already"):
        search(catalogue=taken)


def test_quick_costs_are_those_of_the_operation_table():
    """If this fails, a search keeps to another budget than the report shows."""
    base = network()
    changed = Scenario("s", (MoveOrigin(line="环1", from_stop="S3", to_stop="S4"),)).apply(base)
    costs = Costs(base)
    for whole in (base, changed):
        for route in whole.feed.routes["route_id"]:
            quick, slow = costs.of(whole, [route]), running_cost(whole, [route])
            assert dataclasses.astuple(quick) == pytest.approx(
                dataclasses.astuple(slow), nan_ok=True
            )
    assert running_cost(base, ["nobody"]) == Cost()


def test_catalogue_offers_no_place_twice():
    """If this fails, a line calls at both kerbs of one place running, or where it calls already."""
    whole, catalogue = network(), Catalogue(stops_within_m=9000, lines_within_m=9000)
    kerbs = {"S1", "S1b"}
    for one in enumerate_candidates(whole, park(), catalogue).candidates:
        (change, *_) = one.changes
        stops = {*getattr(change, "stops", ()), *getattr(change, "via", ())}
        stops |= {getattr(change, "to_stop", "")} if change.verb == "move_origin" else set()
        assert len(stops & kerbs) < 2
        if change.line == "R101":
            assert not stops & kerbs
    assert set(VERBS) == {"extend_line", "move_origin", "reroute"}


# ---- the bundled area -----------------------------------------------------------------------


def test_what_was_done_is_among_what_is_tried():
    """If this fails, nobody can see how M450's and B919's real changes rank.

    The gain is that of the comparison; the rank is counted anew from the list of all tried.
    """
    area = read_area(bundled_area())
    real = [read_scenario(area.folder / "scenarios" / f"{name}.yaml")
            for name in ("m450_2020", "b919_2021")]  # fmt: skip
    few = Catalogue(("move_origin",), lines=("M450", "B919"), places=proposed_places(real))
    found = suggest(area.network, area.parks[0], catalogue=few, measure="share_walk", best=0)
    table = compare(area.network, real, area.parks[0]).table
    rows = table[(table["subject"] == "park") & (table["measure"] == "share_walk")]
    for scenario, change in zip(real, rows["change"], strict=True):
        stands = found.rank_of(scenario)
        assert stands.same_as
        assert stands.gain == pytest.approx(change, abs=1e-9)
        gains = found.tried["gain"]
        assert stands.rank == 1 + (gains > round(change, 9)).sum()
        assert stands.equal == (gains == round(change, 9)).sum()
