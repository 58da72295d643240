"""Street loads on the study page: how many buses an hour, and what most of a park's lines hang on.

In the town every pattern runs every 720 s, 5 an hour, by assumption.
"""

from __future__ import annotations

from dataclasses import replace

import maps_town
import numpy as np
import pytest
from browser import click_feature

from transit.analysis.brief import Brief, brief
from transit.maps.study import study_content, study_map
from transit.pages.page import write_page


@pytest.fixture(scope="module")
def town() -> Brief:
    return brief(maps_town.network(), maps_town.park())


def layers(one: Brief) -> dict:
    return {layer.key: layer for layer in study_content(one).layers}


def test_the_most_loaded_link_says_which_lines_hang_on_it(town):
    """If this fails, the answer cannot say that one road carries every line of the park.

    By hand: all lines but M510 call near the park. Between 科技园 and 爱心家园 both directions of
    M450, 627 and 高快巴士6 and the one pattern of B919 drive 新丹路: 7 patterns of 5 an hour, which
    is every bus of these 4 lines. Its links load alike; the longest is from y = 800 to 1,200, for
    only a footway crosses in between.
    """
    found = layers(town)
    (sign,) = found["bottleneck_sign"].features
    wanted = maps_town.degrees([(600, 1000), (600, 800), (600, 1200)])
    np.testing.assert_allclose([sign.geometry.x, sign.geometry.y], wanted[0], atol=1e-6)
    (course,) = found["bottleneck"].features
    ends = np.asarray(course.geometry.coords)[[0, -1]]
    np.testing.assert_allclose(ends, wanted[1:], atol=1e-6)
    assert sign.popup.title == "线路最集中路段：新丹路（400 m）"
    rows = dict(sign.popup.rows)
    assert rows["园区线路"] == "4 / 4（100%）（示意）"
    assert rows["园区班次/小时"] == "35 / 35（100%）（示意）"
    assert rows["线路"] == "627、B919、M450、高快巴士6"
    assert sign.popup.tags == ("示意",)


def test_the_panel_counts_what_hangs_on_the_link(town):
    """If this fails, a printed page lacks the share that the answer quotes."""
    table = next(
        one for one in study_content(town).text.tables if one.caption == "园区线路最集中的路段"
    )
    assert table.rows == (
        ("路段", "新丹路（400 m）"),
        ("园区线路", "4 / 4（100%）"),
        ("园区班次/小时", "35 / 35（100%）"),
    )
    assert table.indicative == (True, True, True)


def test_streets_are_classed_by_buses_of_both_directions(town):
    """If this fails, a street with 40 buses an hour looks like one with 20.

    By hand: on 新丹路 north of 科技园 four patterns of 5 an hour head north and as many south (B919
    drives it both ways).
    """
    busiest = layers(town)["loads_3"]
    assert (busiest.name, busiest.shown) == ("40 班/小时及以上", False)
    rows = [dict(feature.popup.rows) for feature in busiest.features]
    assert {row["双向合计"] for row in rows} == {"40.0 班/小时"}
    lines = "627、B919、M450、高快巴士6"
    said = f"20.0 班/小时（07:00–09:00，示意）\n{lines}"
    assert {(row["往北"], row["往南"]) for row in rows} == {(said, said)}


def test_a_park_that_no_bus_drives_to_has_no_bottleneck(town):
    """If this fails, a page without lines ends in an error or shows a made-up link."""
    feed = town.network.feed
    none = {name: getattr(feed, name).iloc[:0] for name in ("routes", "patterns", "calls")}
    bare = feed.with_tables(**none, frequencies=feed.frequencies.iloc[:0])
    content = study_content(brief(replace(town.network, feed=bare), town.park))
    keys = {layer.key for layer in content.layers}
    assert not {"bottleneck", "bottleneck_sign"} & keys
    assert not any(key.startswith("loads") for key in keys)


@pytest.mark.browser
def test_the_sign_opens_and_loads_are_shown_on_demand(town, chromium_page, tmp_path):
    """If this fails, the reader sees that there is a bottleneck, but not what it is."""
    opened = chromium_page(write_page(tmp_path / "study.html", study_map(town)))
    page = opened.page
    page.wait_for_selector("body.ready")
    drawn = page.locator(".leaflet-page-park-pane path")
    before = drawn.count()
    page.locator("label.row", has_text="40 班/小时及以上").locator("input").check()
    assert drawn.count() > before
    click_feature(page, "bottleneck_sign")
    page.wait_for_selector(".popup h3")
    assert "4 / 4（100%）" in page.locator(".popup").inner_text()
    sign = page.locator(".leaflet-container .badge", has_text="最集中")
    assert sign.is_visible()
    page.locator("label.row", has_text="园区线路最集中的路段").locator("input").uncheck()
    assert not sign.is_visible()
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])
