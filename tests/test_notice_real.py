"""The real case: what the lines at the park became by June 2026, and what that changed."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from transit.comparison import compare
from transit.errors import DataError
from transit.notice.alignment import kept
from transit.notice.between import Between, Place, names_of, scenario_between
from transit.notice.reading import read_notice
from transit.notice.writing import notice_of
from transit.scenario.files import read_scenario
from transit.sources.area import bundled_area, read_area

FOLDER = Path(bundled_area())
# The terminal inside the park and the stop on 新丹路: proposed places of the bundle's SOURCES.md.
PARK_STOPS = {
    "银星科技园公交首末站": (114.041788, 22.724334),
    "电子科大深圳高研院": (114.041667, 22.728500),
}


@pytest.fixture(scope="module")
def area():
    return read_area(FOLDER)


@pytest.fixture(scope="module")
def m450():
    return read_scenario(FOLDER / "scenarios" / "m450_2026.yaml")


@pytest.fixture(scope="module")
def listed(shared_data):
    """The sequences of June 2026 by line, bay numbers dropped as everywhere in the bundle."""
    text = (shared_data / "shenzhen_routes_2026" / "routes.json").read_text(encoding="utf-8")
    return {
        (line, way): [re.sub(r"[①-⑳]$", "", name) for name in names]
        for line, ways in json.loads(text).items()
        if isinstance(ways, dict)
        for way, names in ways.items()
        if isinstance(names, list)
    }


@pytest.fixture(scope="module")
def places(shared_data):
    """Where stops of 2025 and, for names not among them, of 2020 stand; the first one seen."""
    found: dict[str, Place] = {}
    tables = (
        ("shenzhen_bus_2025/park_lines.csv", 2025),
        ("shenzhen_bus_2025/park_stop_points.csv", 2025),
        ("shenzhen_bus_2020/line_stops_wgs84.csv", 2020),
    )
    for name, year in tables:
        with (shared_data / name).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                at = float(row["lon_wgs84"]), float(row["lat_wgs84"])
                place = Place(*at, "WGS-84", indicative=False, year=year, source=name)
                found.setdefault(row["stop"], place)
    return found | {name: assumed(*at) for name, at in PARK_STOPS.items()}


def assumed(lon, lat):
    return Place(lon, lat, "WGS-84", indicative=True, year=2026, source="assumed in a test")


def at_stop(network, name):
    """An assumed place where a stop of 2020 stands: for a terminal whose position nobody knows."""
    row = network.feed.stops[network.feed.stops["stop_name"] == name].iloc[0]
    return assumed(row["stop_lon"], row["stop_lat"])


def calls(network, pattern):
    return names_of(network.feed, network.feed.sequence(pattern))


@pytest.mark.shared
def test_m450_of_2026_name_for_name(area, m450, listed):
    """If this fails, the bundled scenario is not what M450 became."""
    town = m450.apply(area.network)
    assert calls(town, "M450_0") == listed["M450", "up"]
    assert calls(town, "M450_1") == listed["M450", "down"]


@pytest.mark.shared
def test_m450_is_found_from_the_two_lists_alone(area, listed, places):
    """If this fails, a planner cannot have the changes between two published lists.

    One verb moves the terminal in both directions: what the bureau said was done in 2020.
    """
    network = area.network
    targets = {0: listed["M450", "up"], 1: listed["M450", "down"]}
    known = {name: each for name, each in places.items() if name in {*targets[0], *targets[1]}}
    with pytest.raises(DataError, match="stop 星河时代大厦公交首末站: has no known position"):
        scenario_between(network, "M450", targets, Between(places=known, spread=True))
    known["星河时代大厦公交首末站"] = at_stop(network, "石凹路公交首末站")
    found = scenario_between(network, "M450", targets, Between(places=known, spread=True))
    town = found.apply(network)
    assert [calls(town, f"M450_{each}") for each in (0, 1)] == list(targets.values())
    moved = [change for change in found.changes if change.verb == "move_origin"]
    assert len(moved) == 1
    assert moved[0].note == "观澜银星工业园、电子科大深圳高研院、银星科技园公交首末站"
    renamed = {c.stop: c.stop_name for c in found.changes if c.verb == "rename_stop"}
    # SOURCES.md: 13 m and 4–6 m apart; no name alone made them one.
    assert renamed["银星工业区"] == "银星科技园"
    assert renamed["龙华社保分局"] == "观澜二办天桥"


def test_what_m450_changes_for_the_park(area, m450):
    """If this fails, the report of the real case says something else than what happened.

    Calls: 37 + 35 in 2020, 33 + 33 in 2026. Within 500 m of the outline two stops more, both on the
    inner road; two of the others have new names, and no other line changes there. M450 starts
    inside the park, as its old terminal did at the north gate (SOURCES.md: 0 m from the outline).
    """
    compared = compare(area.network, m450, area.parks)
    table = compared.table.set_index(["subject_id", "measure"])
    assert table.loc[("M450", "calls"), ["before", "after"]].tolist() == [72, 66]
    assert table.loc[("yinxing", "stops_within_outline"), "change"] == 2
    assert table.loc[("yinxing", "lines_within_outline"), "change"] == 0
    assert table.loc[("yinxing", "share_straight"), "change"] > 0
    assert table.loc[("yinxing", "share_straight"), "indicative"]
    case = compared.cases[0]
    before, after = (set(each.stops["stop_name"]) for each in (case.before, case.after))
    assert after - before == {*PARK_STOPS, "银星科技园", "观澜二办天桥"}
    assert before - after == {"银星工业区", "龙华社保分局"}
    lines = case.after.lines.set_index("pattern_id")
    assert lines.loc["M450_0", "starts_here"]


def test_the_notice_of_m450_reads_as_the_bureau_told_it(area):
    """If this fails, the scenario of 2020 is told otherwise than it was announced."""
    scenario = read_scenario(FOLDER / "scenarios" / "m450_2020.yaml")
    found = notice_of(area.network, scenario)
    assert found.sentences[0] == (
        "M450线：起点站由观澜银星工业园调整为银星科技园公交首末站（示意）；"
        "增加电子科大深圳高研院（示意）1对停靠站。"
    )
    places = {name: assumed(*at) for name, at in PARK_STOPS.items()}
    again = read_notice(found.text, area.network, places, year=2020)
    assert again.remarks == ()
    town = again.scenario.apply(area.network)
    one = scenario.apply(area.network)
    assert [town.feed.sequence(f"M450_{each}") for each in (0, 1)] == [
        one.feed.sequence(f"M450_{each}") for each in (0, 1)
    ]


@pytest.mark.shared
def test_m525_of_2026_as_far_as_positions_are_known(area, listed, places):
    """If this fails, the real course of M525 cannot be tried on the area.

    In 2026 it ends elsewhere at both ends; direction 1 of 2020 is the list's way up. Four stops
    have no known position and are set between their neighbours.
    """
    network = area.network
    targets = {1: listed["M525", "up"], 0: listed["M525", "down"]}
    found = scenario_between(network, "M525", targets, Between(places=places, spread=True))
    town = found.apply(network)
    assert {each: calls(town, f"M525_{each}") for each in (0, 1)} == targets
    new = town.feed.stops[~town.feed.stops["stop_id"].isin(network.feed.stops["stop_id"])]
    guessed = set(new.loc[new["indicative"], "stop_name"])
    assert guessed == {"观光光源四路口", "光明区城市展示馆", "观光科林路口", "水斗新围村"}


@pytest.mark.shared
def test_627_of_2026_is_one_list_there_and_back(area, listed, places):
    """If this fails, the real course of 627 cannot be tried on the area.

    The list of 53 calls turns at 峰创楼, named twice running: 27 there, 26 back. Both terminals
    have no known position; those of 2020 are taken.
    """
    network = area.network
    both = listed["627", "up"]
    turn = next(row for row in range(len(both)) if both[row] == both[row + 1])
    targets = {0: both[: turn + 1], 1: both[turn + 1 :]}
    assert [len(names) for names in targets.values()] == [27, 26]
    ends = {
        "茜坑公交首末站": at_stop(network, "茜坑老村总站"),
        "峰创楼": at_stop(network, "观澜黎光村"),
    }
    options = Between(places=places | ends, spread=True)
    town = scenario_between(network, "627", targets, options).apply(network)
    assert {each: calls(town, f"627_{each}") for each in (0, 1)} == targets


@pytest.mark.shared
def test_e36_leaves_the_park_as_far_as_its_list_is_known(area, listed, places):
    """If this fails, the loss of a line at the park goes unseen.

    Of E36 a window of nine calls up is known. In 2020 it went on from 龙华社保分局 (观澜二办天桥
    since) to 银星工业区 at the park; in 2026 by 福城街道办 to 观澜大水坑综合车场, whose position
    is not known: so the course is tried as far as 九龙山.
    """
    network = area.network
    window = listed["E36", "up_partial_window"]
    old = calls(network, "E36_0")
    target = [*old[: old.index("观澜二小")], *window]
    options = Between(places={name: places[name] for name in window if name in places})
    with pytest.raises(DataError, match="stop 观澜大水坑综合车场: has no known position"):
        scenario_between(network, "E36", {0: target}, options)
    town = scenario_between(network, "E36", {0: target[:-1]}, options).apply(network)
    assert calls(town, "E36_0")[-8:] == window[:-1]
    before, after = (set(calls(each, "E36_0")) for each in (network, town))
    assert "银星工业区" in before
    assert not {"银星工业区", "银星科技园"} & after
    assert len(kept(old, target)) == len(old[: old.index("龙华社保分局")])
