"""The page of rings: bands that nest, shares that sum to the park, popups that say what is what."""

from __future__ import annotations

import math

import pytest
import shapely
import town
from browser import overlapping

from transit.analysis.brief import brief
from transit.errors import UsageError
from transit.maps.rings import ring_content, ring_map, rings, shares
from transit.model.network import Network
from transit.pages.page import write_page

LIMITS = (150, 250)
# One stop in the middle of the park of 400 m by 300 m, one far from it.
STOPS = {"A": ("园心", 400, 350, "龙华"), "B": ("远处", 1200, 1200, "龙华")}


@pytest.fixture(scope="module")
def network() -> Network:
    feed = town.make_feed(STOPS, {"R1_0": ("1", 0, "A B")}, {"R1_0": 600})
    return town.network(feed)


def at_each(network, limits=LIMITS):
    return [[brief(network, town.park(), limit_m=limit)] for limit in limits]


def test_shares_of_the_park_are_those_of_circles(network):
    """If this fails, a planner quotes a share of the park that no ring covers.

    By hand: 150 m, half the park's height, is a whole circle in it: π · 150² ÷ 120,000. 250 m is
    half its diagonal, √(200² + 150²), so that nothing is left beyond.
    """
    circle = math.pi * 150**2 / 120_000
    own = [at[0] for at in at_each(network)]
    assert shares(own, "straight") == pytest.approx([circle, 1 - circle, 0], abs=2e-4)


@pytest.mark.parametrize("of", ["stops", "parks"])
@pytest.mark.parametrize("kind", ["walk", "straight"])
def test_rings_nest_and_do_not_overlap(network, of, kind):
    """If this fails, ground is counted in two rings, or in none between two of them."""
    found = rings(at_each(network, (100, 150, 250)), of, kind)
    areas = [ring.area for ring in found]
    outer = at_each(network, (250,))[0][0]
    whole = outer.catchments if of == "stops" else outer.park_catchments
    assert [(ring.from_m, ring.to_m) for ring in found] == [(0, 100), (100, 150), (150, 250)]
    assert sum(area.area for area in areas) == pytest.approx(whole[kind].area.area, rel=1e-6)
    assert all(
        shapely.intersection(one, other).area < 1e-3
        for place, one in enumerate(areas)
        for other in areas[place + 1 :]
    )


def test_the_tables_say_shares_with_their_denominator(network):
    """If this fails, a share stands on the page and nobody knows of what."""
    content = ring_content(network, town.park(), limits_m=LIMITS)
    shared, counted = content.text.tables
    straight = shared.header.index("直线")
    assert [row[0] for row in shared.rows] == ["150 m 以内", "150–250 m", "250 m 以外"]
    assert [row[straight] for row in shared.rows] == ["58.9%", "41.1%", "0.0%"]
    assert "12.0 公顷" in shared.note
    assert [row[1] for row in counted.rows] == ["1 / 1", "1 / 1"]


def test_a_band_says_its_area_its_share_and_what_it_means(network):
    """If this fails, a click on a band opens nothing that could be defended.

    By hand: π · 150² is 7.07 hectares, all of it in the park.
    """
    content = ring_content(network, town.park(), limits_m=LIMITS)
    inner = next(layer for layer in content.layers if layer.key == "ring_stops_straight_0")
    popup = inner.features[0].popup
    said = dict(popup.rows)
    assert popup.title == "距站点（直线） · 150 m 以内"
    assert said["面积"] == "7.1 公顷"
    assert said["园区P1"] == "占园区 58.9%（7.1 公顷）"
    assert "直线距离不超过 150 m" in said["口径"]
    assert "make-believe lines" in said["来源"]


def test_every_ring_is_in_the_list_and_walking_is_shown_first(network):
    """If this fails, a band is on the map that the legend does not explain."""
    content = ring_content(network, town.park(), limits_m=LIMITS)
    names = [(one.group, one.name, one.shown) for one in content.layers if "ring_" in one.key]
    assert [name for group, name, shown in names if shown] == ["150 m 以内", "150–250 m"]
    assert {group for group, _, _ in names} == {
        "距站点（步行）", "距站点（直线）", "距园区出入口（步行）", "距园区边界（直线）",
    }  # fmt: skip
    assert all(one.in_list for one in content.layers if "ring_" in one.key)


def test_several_parks_are_told_apart(network):
    """If this fails, the share of one park is read as that of another."""
    parks = [town.park(), town.park(park_id="P2", bounds=(800, 800, 1000, 1000), gates={})]
    tables = ring_content(network, parks, limits_m=LIMITS).text.tables
    assert [table.caption.split(" · ")[0] for table in tables] == ["园区P1"] * 2 + ["园区P2"] * 2


@pytest.mark.parametrize("limits", [(), (500, 300), (0, 300), (300, 300)])
def test_limits_that_do_not_rise_are_refused(network, limits):
    """If this fails, rings of nothing are drawn."""
    with pytest.raises(UsageError, match="limit"):
        ring_map(network, town.park(), limits_m=limits)


def test_two_builds_are_equal(network):
    """If this fails, every build shows up as a change."""
    one, other = (ring_map(network, town.park(), limits_m=LIMITS).html() for _ in range(2))
    assert one == other


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_a_band_opens_and_stops_stay_above_it(network, chromium_page, tmp_path, width, height):
    """If this fails, bands that were switched on again swallow the clicks on stops."""
    file = write_page(tmp_path / "环.html", ring_map(network, town.park(), limits_m=LIMITS))
    opened = chromium_page(file, width=width, height=height)
    page = opened.page
    page.wait_for_selector("body.ready")
    for _ in range(2):
        page.evaluate("""() => document.querySelectorAll('.row input').forEach((one) => {
          one.checked = !one.checked;
          one.dispatchEvent(new Event('change'));
        })""")
    at = page.evaluate("""() => {
      const layer = transitPage.data.layers.find((one) => one.key.startsWith("stops_walk"));
      const frame = transitPage.map.getContainer().getBoundingClientRect();
      const at = transitPage.map.latLngToContainerPoint(layer.drawn[0].path.getLatLng());
      return [frame.left + at.x, frame.top + at.y];
    }""")
    page.mouse.click(*at)
    page.wait_for_selector(".popup h3")
    assert page.locator(".popup h3").inner_text() == "园心"
    page.evaluate("""() => {
      const layer = transitPage.data.layers.find((one) => one.key === "ring_stops_walk_0");
      layer.drawn[0].path.openPopup();
    }""")
    assert "150 m 以内" in page.locator(".popup h3").last.inner_text()
    boxes = (".leaflet-control-zoom", ".leaflet-control-scale", ".north", ".page-foot")
    assert overlapping(page, ".page-head", *boxes) == []
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])
