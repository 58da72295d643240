"""Changes told apart on the change page: which of them made what, and each looked at or not."""

from __future__ import annotations

import maps_town
import pytest
import shapely
from browser import click_feature
from hypothesis import given, settings
from hypothesis import strategies as some
from shapely.geometry import MultiPolygon, box

from transit.analysis.brief import brief
from transit.comparison import compare
from transit.errors import DataError
from transit.maps.change import change_content, change_map
from transit.maps.changed import area_change
from transit.maps.steps import Steps, steps_of
from transit.pages.content import Layer, PageContent, PageText
from transit.pages.encode import page_tree
from transit.pages.page import write_page
from transit.scenario.scenario import Scenario
from transit.scenario.stops import MoveStop
from transit.scenario.whole_lines import RemoveLine

LON, LAT = maps_town.degrees([(630, 170)])[0].tolist()
MOVE = MoveStop(stop="S4", lon=LON, lat=LAT, datum="WGS-84", year=2026, indicative=True)
REMOVE = RemoveLine(line="627")
SCENARIO = Scenario("two", title="两项", changes=(MOVE, REMOVE))


class Side:
    """A stand-in for a brief: only its catchments are looked at."""

    def __init__(self, area):
        self.catchments = {"walk": type("Catchment", (), {"area": area})}


def steps_over(*areas):
    return Steps(tuple((Side(area),) for area in areas), ())


@pytest.fixture(scope="module")
def cases():
    return compare(maps_town.network(), [SCENARIO], [maps_town.park()]).cases


@pytest.fixture(scope="module")
def two_file(cases, tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("steps") / "两项.html", change_map(cases))


def test_ground_falls_to_the_change_that_gains_it():
    """Else a stop is praised for ground that another serves: 100 m squares that overlap by 40."""
    first, both = box(0, 0, 100, 100), box(0, 0, 160, 100)
    parts = steps_over(MultiPolygon(), first, both).parted(both, "walk", "gained")
    assert {makers: area.area for makers, area in parts.items()} == {(0,): 10_000, (1,): 6_000}


def test_ground_that_comes_goes_and_comes_again_falls_to_both():
    """Else what the second change takes and the third gives back is the first's alone."""
    square = box(0, 0, 100, 100)
    steps = steps_over(MultiPolygon(), square, MultiPolygon(), square)
    assert list(steps.parted(square, "walk", "gained")) == [(0, 2)]


squares = some.lists(
    some.tuples(*[some.integers(0, 12)] * 2, *[some.integers(1, 8)] * 2), min_size=1, max_size=3
).map(lambda rows: shapely.union_all([box(x, y, x + w, y + h) for x, y, w, h in rows]))


@settings(max_examples=80, deadline=None)
@given(some.lists(squares, min_size=3, max_size=5))
def test_the_parts_are_the_whole_difference_once(areas):
    """Else the toggles add up to more, or less, than the map without them shows."""
    steps = steps_over(*areas)
    change = area_change(steps.briefs[0], steps.briefs[-1], "walk")
    for part in ("gained", "lost"):
        whole = getattr(change, part)
        parts = steps.parted(whole, "walk", part)
        assert sum(area.area for area in parts.values()) == pytest.approx(whole.area)
        assert shapely.union_all(list(parts.values())).symmetric_difference(
            whole
        ).area == pytest.approx(0)
        assert () not in parts or parts[()].is_empty


def test_a_scenario_of_one_change_has_nothing_to_tell_apart(cases):
    """Else one lonely box can be ticked off, and the map is empty."""
    before = cases[0].before
    after = brief(MOVE.apply(before.network), before.park)
    steps = steps_of(Scenario("one", changes=(MOVE,)), [before], [after])
    assert (steps.many, steps.stops) == (False, {})


def test_stops_and_lines_know_the_changes_that_made_them(cases):
    """Else a stop that moves and loses its line counts for one of the two only.

    By hand: S4 moves by the first change and loses 627 by the second; S9, S1, S10, S7, S2 and S11
    lose 627 by the second alone. 627 called at S4, so some of its course was given up by the move.
    """
    content = change_content(cases)
    assert [(one.name, one.indicative) for one in content.changes] == [
        ("1. 迁移站点 S4", True), ("2. 撤销线路 627", False),
    ]  # fmt: skip
    made = {(layer.key, layer.changes) for layer in content.layers if "diff_stop" in layer.key}
    assert made == {
        ("diff_stop_moved_by_1_2", (0, 1)), ("diff_stop_lost_by_2", (1,)), ("diff_stop_same", ()),
    }  # fmt: skip
    lost = {one.label for one in layer_of(content, "diff_stop_lost_by_2").features}
    assert lost == {"长湖地铁站", "银星科技园", "观澜爱心家园", "观澜二办天桥", "远处的村"}
    rows = dict(layer_of(content, "diff_stop_moved_by_1_2").features[0].popup.rows)
    assert rows["由改动造成"] == "1. 迁移站点 S4；2. 撤销线路 627"
    lines = {layer.changes for layer in content.layers if layer.name == "627 取消走向"}
    assert (1,) in lines


def test_contributions_sum_to_the_whole_change(cases):
    """Else a deputy adds up the column and gets another number than the last row.

    By hand: within a walk 627 comes 5 times an hour and direction (every 720 s) before, and not
    after; moving S4, 510 m south of the gate at least, neither adds nor takes a line.
    """
    (table,) = [one for one in change_content(cases).text.tables if "贡献" in one.caption]
    assert [row[0] for row in table.rows] == [
        "1. 迁移站点 S4", "2. 撤销线路 627", "合计（总变化）",
    ]  # fmt: skip
    lines = [row[table.header.index("步行可达线路（条）")] for row in table.rows]
    assert lines == ["0", "-1", "-1"]
    hourly = [row[table.header.index("步行可达班次（班/小时）")] for row in table.rows]
    assert hourly == ["0", "-10", "-10"]


def test_many_changes_say_that_they_are_not_shared_out(cases):
    """Else a table is missing and nobody knows why."""
    before = cases[0].before
    places = maps_town.degrees([(640, 170 + 10 * number) for number in range(7)])
    moves = tuple(
        MoveStop(stop="S4", lon=lon, lat=lat, datum="WGS-84", year=2026, indicative=True)
        for lon, lat in places.tolist()
    )
    found = compare(before.network, [Scenario("many", changes=moves)], [before.park]).cases
    captions = [one.caption for one in change_content(found).text.tables if not one.rows]
    assert captions == [
        "本方案有 7 项改动，超过 6 项时不在此逐项分摊；可用 transit attribute 命令估算。"
    ]


def test_a_layer_of_an_unknown_change_is_a_fault():
    """Else the page stops with an error in the reader's browser."""
    layer = Layer("a", "甲", "组", "point", "stops", (), changes=(1,))
    with pytest.raises(DataError, match=r"names changes \[1\]"):
        page_tree(PageContent(PageText("图"), (layer,), (114, 22, 115, 23)))


@pytest.mark.browser
def test_a_change_ticked_off_hides_what_it_alone_made(two_file, chromium_page):
    """Else the boxes are an ornament. S4 moved and lost a line: it stays until both are off."""
    opened = chromium_page(two_file)
    page = opened.page
    page.wait_for_selector("body.ready")
    assert page.locator(".changes:visible .row-name").all_inner_texts() == [
        "1. 迁移站点 S4", "2. 撤销线路 627",
    ]  # fmt: skip
    assert {"大布巷居委会", "长湖地铁站"} <= drawn_stops(page)
    page.locator("[data-change='1']").uncheck()
    assert "长湖地铁站" not in drawn_stops(page)
    assert "大布巷居委会" in drawn_stops(page)
    page.locator("[data-change='0']").uncheck()
    assert "大布巷居委会" not in drawn_stops(page)
    page.locator(".changes .link", has_text="全选").click()
    assert {"大布巷居委会", "长湖地铁站"} <= drawn_stops(page)
    click_feature(page, "diff_stop_moved_by_1_2")
    page.wait_for_selector(".popup h3")
    assert "1. 迁移站点 S4；2. 撤销线路 627" in page.locator(".popup").inner_text()
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])


@pytest.mark.browser
def test_what_is_ticked_off_stays_off_in_the_other_language_and_in_the_address(
    two_file, chromium_page
):
    """Else a link sent on shows another map than the sender saw."""
    page = chromium_page(two_file).page
    page.locator("[data-change='1']").uncheck()
    page.locator(".language[lang=en]").click()
    assert not page.locator("[data-change='1']").is_checked()
    assert page.locator(".changes .row-name").first.inner_text() == "1. Move stop S4"
    address = page.evaluate("transitPage.address()")
    assert "without=2" in address
    page.locator("[data-change='1']").check()
    page.evaluate("(address) => transitPage.restore(address)", address)
    assert not page.locator("[data-change='1']").is_checked()
    assert "长湖地铁站" not in drawn_stops(page)


@pytest.mark.browser
def test_searching_for_what_is_ticked_off_shows_it(two_file, chromium_page):
    """Else the search leads to an empty place."""
    page = chromium_page(two_file).page
    page.locator("[data-change='1']").uncheck()
    page.locator(".search input").fill("长湖地铁站")
    page.locator(".result").first.click()
    assert page.locator("[data-change='1']").is_checked()
    assert "长湖地铁站" in drawn_stops(page)


@pytest.mark.browser
def test_only_the_difference_lists_changes(two_file, chromium_page):
    """Else boxes stand beside a view in which they do nothing."""
    page = chromium_page(two_file).page
    page.locator(".view", has_text="调整前").click()
    assert page.locator(".changes").is_hidden()


def drawn_stops(page):
    stops = page.locator(".leaflet-page-stops-pane path")
    return set(stops.evaluate_all("(found) => found.map((one) => one.getAttribute('aria-label'))"))


def layer_of(content, key):
    return next(one for one in content.layers if one.key == key)
