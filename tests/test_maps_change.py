"""The change page: what a scenario gains and loses, told apart without relying on colour."""

from __future__ import annotations

import maps_town
import numpy as np
import pytest
import shapely
from browser import click_feature, overlapping
from shapely.geometry import LineString, MultiPolygon, box

from transit.analysis.brief import brief
from transit.comparison import Case, Comparison, ledger_of
from transit.errors import UsageError
from transit.ledger import verdict
from transit.maps.change import change_content, change_map, change_maps
from transit.maps.changed import area_change, course_changes, drawable, stop_changes
from transit.maps.courses import courses_of
from transit.pages.page import write_page
from transit.scenario.scenario import Scenario
from transit.units import project

BOXES = (
    ".page-head", ".page-panel", ".page-foot", ".leaflet-control-zoom", ".leaflet-control-scale",
    ".north",
)  # fmt: skip
# Before, S6 and S3 do not stand yet and M450 starts at 银星工业园; after, it starts at S6.
BEFORE = {"M450": ["S5 S1 S7 S8", "S8 S7 S2 S5"]}
TITLE = "M450 延伸至园内始发"


def case() -> Case:
    park = maps_town.park()
    before = maps_town.network(courses=BEFORE, without=("S3", "S6"))
    return Case(
        Scenario("m450", title=TITLE, source="虚构答复"),
        brief(before, park),
        brief(maps_town.network(), park),
    )


@pytest.fixture(scope="module")
def extended() -> Case:
    return case()


@pytest.fixture(scope="module")
def change_file(extended, tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("change") / "对比.html", change_map(extended))


class Side:
    """A stand-in for a brief: only its catchments are looked at."""

    def __init__(self, *areas):
        kinds = ("walk", "straight")
        self.catchments = {
            kind: type("Catchment", (), {"area": area})
            for kind, area in zip(kinds, areas, strict=False)
        }


def test_areas_are_kept_lost_and_gained():
    """Else the map shows a gain as a loss: a 100 m square that moves 30 m east."""
    change = area_change([Side(box(0, 0, 100, 100))], [Side(box(30, 0, 130, 100))], "walk")
    areas = (change.kept.area, change.lost.area, change.gained.area)
    assert areas == (7000, 3000, 3000)


def test_several_parks_count_shared_ground_once():
    """Else ground that two parks' stops reach is counted as gained twice."""
    sides = [Side(box(0, 0, 100, 100)), Side(box(50, 0, 150, 100))]
    change = area_change([Side(MultiPolygon())], sides, "walk")
    assert change.gained.area == 15_000


def test_no_catchment_on_either_side_is_no_change():
    """Else a park without stops ends in an error instead of a map."""
    assert area_change([Side()], [Side()], "walk") is None


def test_areas_that_only_touch_leave_no_hairs():
    """Else outlines that meet are drawn as lines of gain."""
    change = area_change([Side(box(0, 0, 10, 10))], [Side(box(10, 0, 20, 10))], "walk")
    assert change.kept.is_empty
    hair = MultiPolygon([box(0, 0, 500, 1), box(0, 50, 10, 60)])
    assert shapely.equals(drawable(hair), box(0, 50, 10, 60))


def test_courses_are_kept_lost_and_gained(extended):
    """Else a line's new course cannot be told from its old one.

    By hand, with 工业园 at (400, 520) and the kerbs of 科技园 at y = 640 and 660 of x = 600: M450
    no longer drives 80 + 200 + 40 m there and 60 + 200 + 80 m back, 660 m. It keeps 750 m up to
    爱心家园 and 730 m back, and twice 10 + 800 + 400 m between there and 丹坑村: 3,900 m.
    """
    changes = course_changes(*courses_of(extended.before.network, extended.after.network))
    changed = [change for change in changes if change.changed]
    assert [change.route_id for change in changed] == ["M450"]
    gained = {one.key for one in changed[0].gained}
    assert gained == {("S6", "S3"), ("S3", "S1"), ("S2", "S3"), ("S3", "S6")}
    assert metres(changed[0].lost) == pytest.approx(660, abs=1)
    assert metres(changed[0].kept) == pytest.approx(3900, abs=2)


def test_turning_a_change_round_turns_its_courses_round(extended):
    """Else the ledger and the map disagree on what is lost."""
    forth = course_changes(*courses_of(extended.before.network, extended.after.network))
    back = course_changes(*courses_of(extended.after.network, extended.before.network))
    assert [(set(c.lost), set(c.gained)) for c in forth] == [
        (set(c.gained), set(c.lost)) for c in back
    ]


def test_stops_say_what_happened_to_them(extended):
    """Else who loses a line at his stop does not see it."""
    statuses = {
        change.stop_id: change.status
        for change in stop_changes(extended.before.network, extended.after.network)
    }
    assert {stop for stop, status in statuses.items() if status == "new"} == {"S3", "S6"}
    assert {stop for stop, status in statuses.items() if status == "lost"} == {"S5"}
    assert set(statuses.values()) == {"new", "lost", "same"}
    back = stop_changes(extended.after.network, extended.before.network)
    assert {change.stop_id for change in back if change.status == "removed"} == {"S3", "S6"}


def test_a_stop_that_moves_says_how_far(extended, monkeypatch):
    """Else a moved stop passes for an unchanged one: S4 goes 30 m east and 40 m north, 50 m."""
    moved = dict(maps_town.STOP_PLACES)
    moved["S4"] = ("大布巷居委会", 630, 170, False)
    monkeypatch.setattr(maps_town, "STOP_PLACES", moved)
    after = maps_town.network()
    changes = {change.stop_id: change for change in stop_changes(extended.after.network, after)}
    assert changes["S4"].status == "moved"
    assert changes["S4"].moved_m == pytest.approx(50, abs=1e-3)
    other = Case(extended.scenario, extended.after, brief(after, extended.park))
    keys = {layer.key for layer in change_content(other).layers}
    assert {"diff_stop_moved", "diff_moves"} <= keys


def test_tables_say_what_each_line_gains_and_loses(extended):
    """Else the reader must compare two lists of stops by eye."""
    tables = {table.caption: table for table in change_content(extended).text.tables}
    assert tables["线路得失"].rows == (
        ("M450", "银星科技园公交首末站、电子科大深圳高研院", "银星工业园"),
    )
    within = {row[0]: row[1:] for row in tables["500 m 以内（调整前 → 调整后）"].rows}
    assert within["距园区边界（直线）"] == ("4 → 6", "4")


def test_a_changed_stop_says_what_it_gains_or_loses(extended):
    """Else who clicks his stop in the first view learns that it loses, but not what.

    By hand: every 720 s is 5 an hour. M450 toward 丹坑村 leaves S5 (400, 520); of its stops S6
    (800, 800), S3 (700, 900) and S1 (590, 640) the last is nearest, √(190² + 120²) = 225 m away.
    """
    content = change_content(extended)
    lost = layer_of(content, "diff_stop_lost").features[0].popup
    toward = next(text for _, text in lost.rows if text.startswith("往 丹坑村"))
    assert "5.0 班/小时（07:00–09:00，示意）" in toward
    assert "该线此向最近站：银星科技园，直线 225 m，步行" in toward
    said = dict(lost.rows)
    assert {"失去 M450", "调整后线路", "距园区边界", "步行"} <= said.keys()
    assert "M450" not in said["调整后线路"]
    new = dict(layer_of(content, "diff_stop_new").features[0].popup.rows)
    assert "5.0 班/小时" in new["增加 M450"]


def test_sources_of_the_scenario_and_of_the_data_are_on_the_page(extended):
    """Else nobody can check what the plan rests on."""
    text = change_content(extended).text
    assert text.title == TITLE
    assert "方案依据：虚构答复" in text.notes
    assert text.sources == extended.before.network.sources


def test_the_verdict_stands_before_all_tables(extended):
    """Else who opens the page must work out from five tables for whom the plan is better."""
    lead = change_content(extended).text.lead
    assert lead == verdict(ledger_of([extended]), "zh-CN") + "（* 为示意）"
    assert "银星工业园（−" in lead.partition("受损：")[2]  # M450 starts there no longer


def test_equal_cases_give_equal_bytes(extended):
    """Else every build of an unchanged scenario shows up as a change."""
    assert change_map(extended).html().encode() == change_map(case()).html().encode()


def test_one_page_a_scenario(extended):
    """Else scenarios overwrite one another, or are mixed on one page."""
    other = Case(Scenario("other", title="另案"), extended.before, extended.before)
    both = Comparison(
        extended.before.network, (extended.scenario, other.scenario), (extended, other)
    )
    assert sorted(change_maps(both)) == ["m450", "other"]
    with pytest.raises(UsageError, match="several scenarios"):
        change_map([extended, other])
    with pytest.raises(UsageError, match="no case"):
        change_map([])


@pytest.mark.browser
def test_the_three_states_draw_different_things(change_file, chromium_page):
    """Else the buttons change nothing, or a state shows what belongs to another."""
    opened = chromium_page(change_file)
    page = opened.page
    page.wait_for_selector("body.ready")
    drawn = {}
    for name in ("调整前", "调整后", "差异"):
        page.locator(".view", has_text=name).click()
        stops = page.locator(".leaflet-page-stops-pane path")
        drawn[name] = {
            "stops": {stops.nth(i).get_attribute("aria-label") for i in range(stops.count())},
            "dashed": page.locator(".leaflet-page-lines-pane path[stroke-dasharray^='13']").count(),
            "rows": page.locator(".row-name:visible").all_inner_texts(),
        }
    new = {"银星科技园公交首末站", "电子科大深圳高研院"}
    assert drawn["调整前"]["stops"] == drawn["调整后"]["stops"] - new
    assert new <= drawn["调整后"]["stops"]
    assert drawn["调整前"]["dashed"] == 0
    assert drawn["差异"]["dashed"] > 0
    assert {"M450 新走向", "M450 取消走向", "新设站点"} <= set(drawn["差异"]["rows"])
    assert not {"M450 新走向", "新设站点"} & set(drawn["调整后"]["rows"])
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])


@pytest.mark.browser
def test_the_difference_is_shown_first_and_explains_itself(change_file, chromium_page):
    """Else a deputy looks at a map of today and takes it for the plan."""
    page = chromium_page(change_file).page
    page.wait_for_selector("body.ready")
    assert page.locator(".view input:checked").input_value() == "diff"
    assert "长虚线为取消的走向，实线为新走向" in page.locator(".view-note").inner_text()
    labels = [one.label for one in layer_of(change_content(case()), "diff_stop_lost").features]
    click_feature(page, "diff_stop_lost", labels.index("银星工业园"))
    page.wait_for_selector(".popup h3")
    said = page.locator(".popup").inner_text()
    assert "减少线路的站点" in said
    assert said.index("M450") < said.index("调整后线路")
    assert "M450" not in said[said.index("调整后线路") :]


@pytest.mark.browser
def test_a_layer_switched_off_before_stays_off_after(change_file, chromium_page):
    """Else comparing one line before and after means switching the others off twice."""
    page = chromium_page(change_file).page
    page.locator(".view", has_text="调整前").click()
    page.locator("label.row:visible", has_text="627").locator("input").uncheck()
    page.locator(".view", has_text="调整后").click()
    assert not page.locator("label.row:visible", has_text="627").locator("input").is_checked()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_no_control_covers_another(change_file, chromium_page, width, height):
    """Else the buttons for before and after cover the scale or the legend."""
    page = chromium_page(change_file, width=width, height=height).page
    for view in page.locator(".view").all():
        view.click()
        assert overlapping(page, *BOXES) == []
    assert overlapping(page, ".view", ".panel-button", "h1", ".view-note") == []


def metres(strokes):
    points = [project(np.array(one.points) / 1e6, maps_town.CRS) for one in strokes]
    return sum(LineString(xy).length for xy in points)


def layer_of(content, key):
    return next(one for one in content.layers if one.key == key)
