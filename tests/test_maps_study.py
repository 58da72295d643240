"""The study page: a planner opens it, switches layers and reads what it says of a stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import maps_town
import numpy as np
import pandas as pd
import pytest
from browser import click_feature, overlapping

from transit.analysis.brief import Brief, brief
from transit.errors import UsageError
from transit.maps.courses import course, hops, places
from transit.maps.page import write_page
from transit.maps.study import study_content, study_map

BOXES = (
    ".page-head", ".page-panel", ".page-foot", ".leaflet-control-zoom", ".leaflet-control-scale",
    ".north",
)  # fmt: skip


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
    assert line.features[0].popup.rows[0] == (
        "方向 1",
        "银星科技园公交首末站 → 丹坑村（5 站）\n5.0 班/小时（07:00–09:00，示意）",
    )


def test_lines_are_drawn_as_straight_hops_and_the_page_says_so(town):
    """Else readers take the strokes for the streets that buses use."""
    content = study_content(town)
    assert "公交线路按站间直线绘制，不代表实际行驶道路。" in content.text.notes
    assert content.text.subtitle == "虚构小镇 · 线路为 2020 年资料 · 以 500 m 为限"
    assert content.text.sources == town.network.sources
    assert content.text.crs == "EPSG:4547"


def test_both_kerbs_of_a_place_are_one_point_and_one_way_hops_carry_arrows():
    """Else each line is drawn twice, a few pixels apart, and nothing can be told apart.

    By hand: S1 and S2 are the kerbs of 银星科技园. B919 runs 7 → 1 → 5 → 4 → 2 → 7, so
    爱心家园–科技园 is driven both ways, and 科技园 → 工业园 → 居委会 → 科技园 one way.
    """
    network = maps_town.network()
    at = places(network)
    assert at.of["S1"] == at.of["S2"]
    two_way, one_way = course(at, hops(network, "B919"), network.crs)
    assert [len(part.coords) for part in two_way.geoms] == [2]
    assert [len(part.coords) for part in one_way.geoms] == [4]
    first, last = one_way.geoms[0].coords[0], one_way.geoms[0].coords[-1]
    assert first == last
    middle = maps_town.degrees([(602.5, 650)])[0]
    np.testing.assert_allclose(first, middle, atol=1e-9)


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
    assert page.evaluate("transitPage.map.getSize().x") == pytest.approx(1040, abs=3)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    page.wait_for_function("transitPage.map.getSize().x < 400")


@pytest.mark.browser
def test_time_is_printed_only_when_given(town, study_file, chromium_page, tmp_path):
    """Else builds differ by the clock, or a page that should carry its date does not."""
    made_at = datetime(2026, 6, 30, 16, 5, tzinfo=UTC)
    dated = write_page(tmp_path / "dated.html", study_map(town, made_at=made_at))
    assert "2026-07-01 00:05" in chromium_page(dated).page.locator(".page-foot").inner_text()
    assert "生成时间" not in chromium_page(study_file).page.locator(".page-foot").inner_text()
