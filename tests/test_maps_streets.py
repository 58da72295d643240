"""What a scenario does to streets, on the difference view: by the ground, not by what it says."""

from __future__ import annotations

from dataclasses import replace

import maps_town
import numpy as np
import pytest
import shapely

from transit.analysis.brief import brief
from transit.comparison import Case
from transit.maps.change import change_content, change_map
from transit.maps.street_changes import barrier_changes, street_changes
from transit.model.network import Network
from transit.model.streets import Barrier, Streets
from transit.pages.page import write_page
from transit.scenario.scenario import Scenario
from transit.scenario.streets import OpenStreet

MOTOR, FOOT = ("motor_forward", "motor_backward"), ("foot_forward", "foot_backward")
HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}"


def opened(name: str = "园区联络路") -> Network:
    """The town with a way from the middle of one block to that of the next, 200 m north."""
    points = [tuple(place) for place in maps_town.degrees([(300, 600), (300, 800)])]
    change = OpenStreet(
        way_id="n1", name=name, points=points, datum="WGS-84", who="both", oneway=True,
        indicative=True, year=2021, source="虚构规划",
    )  # fmt: skip
    return change.apply(maps_town.network())


def edited(streets: Streets, places: list[tuple[float, float]], **values: object) -> Streets:
    """``streets`` with other values on the pieces through ``places``."""
    points = shapely.points(np.array(places) + maps_town.ORIGIN)
    rows = [int(shapely.distance(streets.lines, point).argmin()) for point in points]
    edges = streets.edges.copy()
    for name, value in values.items():
        edges.loc[rows, name] = value
    return replace(streets, edges=edges)


def case(after: Network) -> Case:
    park = maps_town.park()
    title = Scenario("streets", title="打通联络路")
    return Case(title, brief(maps_town.network(), park), brief(after, park))


def found(before: Streets, after: Streets) -> dict[str, float]:
    return {one.status: round(one.line.length, 1) for one in street_changes(before, after)}


def test_an_opened_street_is_the_only_change_where_others_were_divided():
    """If this fails, every street that a new one joins shows up as closed and opened anew."""
    before, after = maps_town.network().streets, opened().streets
    assert len(after) == len(before) + 3  # the way itself, and two blocks that became four
    assert found(before, after) == {"opened": 200.0}
    assert found(after, before) == {"closed": 200.0}
    assert street_changes(before, before) == []


def test_what_is_taken_from_some_is_a_restriction_and_from_all_a_closure():
    """If this fails, a street shut to buses looks shut to walkers too."""
    streets = maps_town.network().streets
    block = [(300, 600)]
    no_buses = edited(streets, block, **dict.fromkeys(MOTOR, False))
    nobody = edited(no_buses, block, **dict.fromkeys(FOOT, False))
    at_night_shut = edited(streets, block, foot_hours="06:00-22:00")
    slower = edited(streets, block, bus_speed_kmh=15.0)
    assert found(streets, no_buses) == {"restricted": 200.0}
    assert found(no_buses, streets) == {"eased": 200.0}
    assert found(streets, nobody) == {"closed": 200.0}
    assert found(streets, at_night_shut) == {"restricted": 200.0}
    assert found(streets, slower) == {"other": 200.0}


def test_a_street_drawn_the_other_way_round_has_not_changed():
    """If this fails, the same file saved by another program is a map full of changes."""
    streets = maps_town.network().streets
    edges = streets.edges
    turned = edges.assign(from_node=edges["to_node"], to_node=edges["from_node"])
    one_way = edges.assign(motor_backward=False)
    back = turned.assign(motor_forward=False, motor_backward=edges["motor_forward"])
    coords = streets.coords.reshape(-1, 2, 2)[:, ::-1].reshape(-1, 2)
    assert street_changes(streets, replace(streets, edges=turned, coords=coords)) == []
    there = replace(streets, edges=one_way)
    assert street_changes(there, replace(streets, edges=back, coords=coords)) == []


def test_the_page_says_who_may_use_a_new_street_and_where_it_comes_from():
    """If this fails, a guessed way for walkers is taken for a surveyed road for buses."""
    content = change_content(case(opened()))
    layer = next(one for one in content.layers if one.key == "diff_street_opened")
    (feature,) = layer.features
    assert (layer.name, layer.views, feature.label) == ("新开通街道", ("diff",), "园区联络路")
    assert (feature.indicative, feature.popup.tags) == (True, ("示意",))
    rows = dict(feature.popup.rows)
    assert rows["调整前通行"] == "无此街道"
    assert rows["调整后通行"] == "步行双向，公交单向"
    assert rows["长度"] == "200 m"
    assert rows["来源"].startswith("虚构规划")
    table = next(one for one in content.text.tables if one.caption == "街道变化")
    assert table.rows == (("园区联络路", "新开通街道", "200 m"),)
    assert table.indicative == (True,)


def test_lines_that_must_drive_round_a_closure_say_how_much_longer_they_take():
    """If this fails, a line whose stops stay the same seems untouched when its road is shut.

    By hand: without the 400 m of 新丹路 from y = 800 to 1,200 buses drive 200 m over, 400 m along
    the next street and 200 m back: 400 m more. B919 drove 790 + 200 + 600 + 200 + 1,390 = 3,180 m
    and passes twice: 3,980 m. At 18 km/h, 5 m/s, that is 636 and 796 s: 10.6 and 13.3 min.
    """
    network = maps_town.network()
    shut = edited(network.streets, [(600, 900), (600, 1100)], **dict.fromkeys(MOTOR, False))
    content = change_content(case(network.with_streets(shut)))
    table = next(one for one in content.text.tables if one.caption == "线路里程与单程时间")
    assert ("B919 往 观澜爱心家园", "3.18 → 3.98", "10.6 → 13.3") in table.rows
    assert table.indicative == (True,) * len(table.rows)
    names = {one.name for one in content.layers if one.group == "线路变化"}
    assert {"B919 新走向", "B919 取消走向", "B919 保留走向"} <= names
    assert not {name for name in names if name.startswith("M510")}
    assert "线路得失" not in [one.caption for one in content.text.tables]


def test_barriers_are_drawn_where_they_stand_and_marked_when_new():
    """If this fails, the reader does not see what keeps people from walking straight."""
    network = maps_town.network()
    wall = Barrier(tuple(map(tuple, np.array([(300, 500), (300, 590)]) + maps_town.ORIGIN)))
    after = network.with_streets(replace(network.streets, barriers=(wall,)))
    assert barrier_changes(network.streets, after.streets) == ([], [wall])
    content = change_content(case(after))
    layers = {one.key: one for one in content.layers}
    (feature,) = layers["diff_barrier_put"].features
    wanted = maps_town.degrees([(300, 500), (300, 590)])
    np.testing.assert_allclose(feature.geometry.coords, wanted, atol=1e-9)
    assert feature.popup.rows == (("步行", "不可穿越"),)
    assert "diff_barrier_gone" not in layers
    assert layers["after_barriers"].views == ("after", "diff")


def test_equal_street_cases_give_equal_bytes():
    """If this fails, every build of an unchanged plan shows up as a change."""
    assert change_map(case(opened())).html() == change_map(case(opened())).html()


@pytest.mark.browser
def test_hostile_street_names_are_shown_and_never_run(chromium_page, tmp_path):
    """If this fails, a street name from a file runs as a program in the reader's browser."""
    file = write_page(tmp_path / "streets.html", change_map(case(opened(HOSTILE))))
    seen = chromium_page(file)
    page = seen.page
    page.wait_for_selector("body.ready")
    assert "新开通街道" in page.locator(".page-panel").inner_text()
    page.evaluate(
        """() => transitPage.data.layers.find((one) => one.key === 'diff_street_opened')
          .drawn[0].path.openPopup()"""
    )
    page.wait_for_selector(".popup h3")
    assert HOSTILE in page.locator(".popup h3").inner_text()
    assert (seen.requests, seen.errors, seen.dialogs) == ([], [], [])
