"""The study page: a planner opens it, switches layers and reads what it says of a stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import maps_town
import numpy as np
import pandas as pd
import pytest
from browser import click_feature, overlapping
from shapely.geometry import LineString

from transit.analysis.brief import Brief, brief
from transit.errors import UsageError
from transit.maps.courses import courses_of, drawn, places
from transit.maps.study import study_content, study_map
from transit.pages.page import write_page

BOXES = (
    ".page-head", ".page-panel", ".page-foot", ".leaflet-control-zoom", ".leaflet-control-scale",
    ".north",
)  # fmt: skip
WIDTH = "transitPage.map.getSize().x"


@pytest.fixture(scope="module")
def town() -> Brief:
    return brief(maps_town.network(), maps_town.park())


@pytest.fixture(scope="module")
def study_file(town, tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("study") / "现状.html", study_map(town))


def layer(content, key):
    return next(one for one in content.layers if one.key == key)


def named(content, key, label):
    return next(one for one in layer(content, key).features if one.label == label)


def test_stops_are_sorted_by_how_they_are_reached(town):
    """Else a stop that nobody can walk to within the limit looks like one that serves the park."""
    content = study_content(town)
    labels = {
        key: sorted(one.label for one in layer(content, key).features)
        for key in ("stops_walk", "stops_straight", "stops_outside")
    }
    # By hand: 观澜爱心家园 is 380 m from the outline but 776 m of streets from the nearest gate.
    assert labels["stops_straight"] == ["观澜爱心家园"]
    assert labels["stops_walk"] == sorted(
        ["银星科技园", "银星科技园", "电子科大深圳高研院", "大布巷居委会", "银星工业园",
         "银星科技园公交首末站"]
    )  # fmt: skip
    assert labels["stops_outside"] == ["丹坑村", "观澜二办天桥", "长湖地铁站"]


def test_what_is_not_drawn_is_counted(town):
    """Else a reader takes the stops on the map for all there are: 远处的村 is 6 km away."""
    notes = study_content(town).text.notes
    assert "另有 1 个站点在路网范围以外，未逐一绘出。" in notes


def test_a_popup_says_every_distance(town):
    """Else the numbers that the answer rests on cannot be read off the map.

    By hand for 大布巷居委会, 295 m due south of 南门: the outline rises 10 m in 360 m there, so it
    is 295 · 360 / √(360² + 10²) = 294.9 m away; the walk is straight up one street.
    """
    popup = named(study_content(town), "stops_walk", "大布巷居委会").popup
    assert popup.tags == ()
    assert popup.rows == (
        ("线路", "627 往 远处的村、往 长湖地铁站\nB919 往 观澜爱心家园"),
        ("距标注点", "581 m，超出 500 m"),
        ("距园区边界", "295 m ✓（示意）"),
        ("距出入口", "295 m（南门） ✓（示意）"),
        ("步行", "295 m（南门） ✓（示意）"),
        ("绕行系数", "1.00（示意）"),
        ("站点编号", "S4"),
        ("资料性质", "据来源"),
        ("来源", "虚构小镇"),
    )


def test_indicative_stops_say_so(town):
    """Else a guessed position is taken for a surveyed one."""
    feature = named(study_content(town), "stops_walk", "电子科大深圳高研院")
    assert feature.indicative
    assert feature.popup.tags == ("示意",)
    assert ("资料性质", "示意（本项目估绘或假定，非实测、非公布）") in feature.popup.rows


def test_headways_that_are_assumed_say_so(town):
    """Else an assumed service is quoted as published: every 720 s is 5 an hour."""
    line = next(one for one in study_content(town).layers if one.name == "M450")
    assert line.features[0].popup.title == "M450 路"
    label, text = line.features[0].popup.rows[0]
    assert label == "方向 0"
    assert text.splitlines()[:2] == [
        "银星科技园公交首末站 → 丹坑村（5 站）", "5.0 班/小时（07:00–09:00，示意）",
    ]  # fmt: skip


def test_a_line_says_how_far_it_drives_and_how_much_of_it_is_known(town):
    """If this fails, a guessed course is quoted as a surveyed one.

    By hand for S6 (800, 800) – S3 (700, 900) – S1 (590, 640) – S7 (600, 1390) – S8 (1390, 1000):
    no street is within 60 m of S3, so its hops are straight, √(100² + 100²) = 141.4 m and
    √(110² + 260²) = 282.3 m. S1–S7 drives 750 m up 新丹路; S7–S8 10 m up, 800 m east and 400 m
    down, 1,210 m for √(790² + 390²) = 881.0 m. In all 2,383.7 m, 1,960 m of it on streets: 82 %.
    Stops are 10, 0 and 10 m off: 1 − 5 ÷ 60 = 0.9167 for both hops, so the quality is
    (750 · 0.9167 + 1,210 · 0.9167 · 881.0 ÷ 1,210) ÷ 2,383.7 = 0.627.
    """
    line = next(one for one in study_content(town).layers if one.name == "M450")
    popup = line.features[0].popup
    assert popup.rows[0][1].splitlines()[2] == "2.4 km，82% 沿街道，吻合度 0.63（示意）"
    assert popup.note == "点线处无道路数据，为站间直线示意。"


def test_hops_without_a_street_are_dotted_and_the_page_says_so(town):
    """If this fails, readers take a straight stroke for the street that buses use.

    Only S3 and 远处的村 are off all streets: M450 calls at S3; 627 and M510 go to the village.
    """
    content = study_content(town)
    dotted = {
        one.name: {feature.dash for feature in one.features}
        for one in content.layers
        if one.side_by_side
    }
    assert dotted["M450"] == dotted["627"] == {"", "2 4"}
    assert dotted["B919"] == {""}
    said = "线路沿站点间推算的行驶街道绘制；点线处无道路数据，为站间直线示意。"
    assert said in content.text.notes
    assert said in {one.note for one in content.layers if one.labels == "line"}
    assert "点线：无道路数据，直线示意" in [item.name for item in content.text.legend]
    assert content.text.subtitle == "虚构小镇 · 线路为 2020 年资料 · 以 500 m 为限"
    assert content.text.sources == town.network.sources
    assert content.text.crs == "EPSG:4547"


def test_both_kerbs_of_a_place_are_one_point_and_one_way_hops_carry_arrows():
    """Else each line is drawn twice, a few pixels apart, and nothing can be told apart.

    By hand: S1 and S2 are the kerbs of 银星科技园; where no street is known M450 has their middle,
    (602.5, 650), for its end. From S3 it goes there and back, so one stroke holds both ways.
    """
    network = maps_town.network()
    at = places(network)
    assert at.of["S1"] == at.of["S2"]
    straight = [one for one in drawn(courses_of(network)[0].strokes("M450")) if one.straight]
    assert [one.one_way for one in straight] == [False]
    ends = maps_town.degrees([(800, 800), (700, 900), (602.5, 650)])
    np.testing.assert_allclose(straight[0].line.geoms[0].coords, ends, atol=1e-6)


def test_a_line_is_drawn_along_the_streets_it_drives():
    """If this fails, lines cross blocks where no bus can go.

    By hand: B919 drives down 新丹路 (x = 600) from 爱心家园 (y = 1,390) to y = 600, west to
    x = 400, past 工业园 down to y = 0 and east, for it must reach 居委会 (y = 130) heading north,
    back to 爱心家园. So x = 600 is driven both ways above y = 600, and the ring below it one way.
    """
    network = maps_town.network()
    two_way, one_way = drawn(courses_of(network)[0].strokes("B919"))
    assert [(one.straight, one.one_way) for one in (two_way, one_way)] == [
        (False, False), (False, True),
    ]  # fmt: skip
    corners = [(600, 1390), (600, 600)], [(600, 600), (400, 600), (400, 0), (600, 0), (600, 600)]
    for found, expected in zip((two_way, one_way), corners, strict=True):
        (line,) = found.line.geoms
        wanted = LineString(maps_town.degrees(expected))
        assert line.hausdorff_distance(wanted) < 2e-6
        assert line.length == pytest.approx(wanted.length, rel=1e-4)


def test_lines_on_one_street_share_their_strokes():
    """If this fails, they are drawn on top of one another instead of side by side.

    627 and B919 both drive up 新丹路 from 龙华大道 (y = 0) to 爱心家园 (y = 1,390): pieces end at
    each junction, every 200 m from y = 200 to 1,200, and where M450 comes and goes straight, at
    y = 640 and 660; that makes 9.
    """
    courses = courses_of(maps_town.network())[0]
    shared = set(courses.strokes("627")) & set(courses.strokes("B919"))
    east = maps_town.degrees([(600, 0), (600, 1390)])
    up = [one for one in shared if one.points[0][1] < one.points[-1][1]]
    assert len(up) == 9
    ends = np.array([one.points for one in up]).reshape(-1, 2) / 1e6
    np.testing.assert_allclose(ends.min(axis=0)[1], east[0][1], atol=1e-6)
    np.testing.assert_allclose(ends.max(axis=0)[1], east[1][1], atol=1e-6)


def test_kerbs_of_one_name_far_apart_stay_apart():
    """Else two places 600 m apart, as in the 2020 data, are drawn where neither is."""
    names = {"S5": "银星科技园", "S4": "银星科技园"}
    at = places(maps_town.network(names))
    assert len({at.of["S1"], at.of["S5"], at.of["S4"]}) == 3


def test_equal_briefs_give_equal_bytes(town):
    """Else every build of an unchanged area shows up as a change."""
    again = brief(maps_town.network(), maps_town.park())
    assert study_map(town).html().encode() == study_map(again).html().encode()


def test_row_order_of_the_feed_does_not_matter(town):
    """Else two exports of one feed give two pages."""
    feed = town.network.feed
    turned = feed.with_tables(stops=feed.stops[::-1], calls=feed.calls[::-1])
    other = brief(town.network.with_feed(turned), town.park)
    assert study_map(town).html() == study_map(other).html()


def test_briefs_of_several_networks_are_refused(town):
    """Else one map would mix two states of the city."""
    other = brief(maps_town.network({"S1": "别名"}), town.park)
    with pytest.raises(UsageError, match="different networks"):
        study_map([town, other])
    with pytest.raises(UsageError, match="no brief"):
        study_map([])
    with pytest.raises(UsageError, match="different limits"):
        study_map([town, replace(town, limit_m=300)])


def test_several_parks_share_one_map(town):
    """Else nine parks need nine maps; each stop says which park each distance is to."""
    second = replace(maps_town.park("二园"), park_id="P2")
    gates = maps_town.park().gates.assign(park_id="P2")
    second = replace(second, gates=gates)
    content = study_content([town, brief(town.network, second)])
    assert [one.label for one in layer(content, "parks").features] == ["银星科技园区", "二园"]
    rows = named(content, "stops_walk", "大布巷居委会").popup.rows
    assert [text for label, text in rows if label == "所属园区"] == ["银星科技园区", "二园"]
    assert content.text.title == "银星科技园区、二园公交服务现状"


def test_a_park_without_gates_still_has_a_map(town):
    """Else a park whose gates nobody knows cannot be shown at all."""
    park = replace(town.park, gates=town.park.gates.iloc[:0])
    content = study_content(brief(town.network, park))
    keys = {one.key for one in content.layers}
    assert "gates" not in keys
    assert "park_area_walk" not in keys
    assert "park_area_straight" in keys


def test_a_feed_without_stations_or_colours_still_has_a_map(town):
    """Else a bare feed from a spreadsheet fails on what it does not have."""
    feed = town.network.feed
    bare = feed.with_tables(routes=feed.routes.assign(route_color=pd.NA))
    network = replace(town.network, feed=bare, stations=town.network.stations.iloc[:0])
    content = study_content(brief(network, town.park))
    colours = [one.style.color for one in content.layers if one.side_by_side]
    assert len(set(colours)) == len(colours)


@pytest.mark.browser
def test_opens_without_network_or_complaint(study_file, chromium_page):
    """Else the page is blank in a meeting room without internet."""
    opened = chromium_page(study_file)
    page = opened.page
    page.wait_for_selector("body.ready")
    assert study_file.stat().st_size < 600_000
    assert page.locator(".folium-map").bounding_box()["width"] > 900
    assert page.locator(".leaflet-page-stops-pane path").count() == 10
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.title() == "银星科技园区公交服务现状"
    foot = page.locator(".page-foot").inner_text()
    assert "虚构公交线路表 2020" in foot
    assert "EPSG:4547" in foot
    assert "WGS-84" in foot
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])


@pytest.mark.browser
def test_a_stop_still_opens_after_every_layer_was_off_and_on(town, study_file, chromium_page):
    """Else a catchment that is switched on again lies above the stops and swallows clicks."""
    opened = chromium_page(study_file)
    page = opened.page
    boxes = page.locator("input[data-layer]")
    for wanted in (False, True):
        for number in range(boxes.count()):
            boxes.nth(number).set_checked(wanted)
        drawn = page.locator(".leaflet-page-stops-pane path").count()
        assert drawn == (10 if wanted else 0)
    ids = [one.label for one in layer(study_content(town), "stops_walk").features]
    click_feature(page, "stops_walk", ids.index("大布巷居委会"))
    page.wait_for_selector(".popup h3")
    assert page.locator(".popup h3").inner_text() == "大布巷居委会"
    assert "295 m（南门） ✓" in page.locator(".popup").inner_text()
    assert opened.errors == []


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844), (900, 560)])
def test_no_control_covers_another(study_file, chromium_page, width, height):
    """Else the scale or the legend cannot be read on a phone, a laptop or in a notebook."""
    page = chromium_page(study_file, width=width, height=height).page
    page.wait_for_selector("body.ready")
    assert overlapping(page, *BOXES) == []
    if page.locator(".panel-button").is_visible():
        page.click(".panel-button")
        assert page.locator(".page-panel").is_visible()
        assert overlapping(page, *BOXES) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_names_on_the_map_do_not_cover_one_another(study_file, chromium_page):
    """Else stop names cannot be read where stops are close; the park's own must be there."""
    page = chromium_page(study_file).page
    page.wait_for_selector("body.ready")
    names = page.locator(".name").all_inner_texts()
    for name in ("银星科技园区示意", "大布巷居委会", "M450", "观光路", "长湖"):
        assert name in names
    straight = ".name-park, .name-stop, .name-station, .name-gate, .name-line"
    assert [pair for pair in overlapping(page, straight) if pair[1] != "window"] == []


@pytest.mark.browser
def test_the_keyboard_reaches_stops(study_file, chromium_page):
    """Else who cannot use a mouse cannot read a stop's distances."""
    page = chromium_page(study_file).page
    page.locator(".leaflet-page-stops-pane path[aria-label='大布巷居委会']").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".popup h3")
    assert page.locator(".popup h3").inner_text() == "大布巷居委会"


@pytest.mark.browser
def test_on_paper_the_map_comes_with_its_legend_and_without_buttons(study_file, chromium_page):
    """Else a printed map cannot be read, or is cut where the screen ended."""
    page = chromium_page(study_file, width=390, height=844).page
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".page-panel").is_visible()
    assert not page.locator(".leaflet-control-zoom").is_visible()
    assert page.evaluate(WIDTH) == pytest.approx(792, abs=3)
    ground, drawn, told = (
        page.locator(css).bounding_box() for css in (".page-map", ".drawn", ".told")
    )
    assert drawn["x"] >= ground["x"] + ground["width"]
    assert drawn["y"] == pytest.approx(ground["y"], abs=3)
    assert told["y"] >= ground["y"] + ground["height"]
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    order = "[...document.querySelector('.page-panel').children].map((one) => one.className)"
    assert page.evaluate(order) == ["told", "drawn", "noted"]
    page.emulate_media(media="screen")
    # The page forbids eval, and so wait_for_function.
    widths = (page.wait_for_timeout(50) or page.evaluate(WIDTH) for _ in range(100))
    assert any(width < 400 for width in widths)


@pytest.mark.browser
def test_time_is_printed_only_when_given(town, study_file, chromium_page, tmp_path):
    """Else builds differ by the clock, or a page that should carry its date does not."""
    made_at = datetime(2026, 6, 30, 16, 5, tzinfo=UTC)
    dated = write_page(tmp_path / "dated.html", study_map(town, made_at=made_at))
    assert "2026-07-01 00:05" in chromium_page(dated).page.locator(".page-foot").inner_text()
    assert "生成时间" not in chromium_page(study_file).page.locator(".page-foot").inner_text()
