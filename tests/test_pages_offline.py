"""Each kind of page opens from the disk without a network: seen in 3 s, switched, and clicked."""

from __future__ import annotations

import io

import maps_town
import numpy as np
import pytest
from page_kinds import KINDS, MAPS, written_once

from transit.pages import palette

pytestmark = pytest.mark.browser
SEEN_MS = 3_000
STOP = (600, 130)
"""Where 大布巷居委会 stands, in metres from the town's origin."""
LINES = "627 往 远处的村、往 长湖地铁站\nB919 往 观澜爱心家园"
"""The lines that call there, by ``maps_town.COURSES``, and the last stop of each direction."""

# What is drawn now: every path and sign, and the picture of every canvas, once they are at rest.
_DRAWN = """async () => {
  for (let i = 0; i < 3; i += 1) await new Promise(requestAnimationFrame);
  const map = document.querySelector(".folium-map");
  const paths = [...map.querySelectorAll(".leaflet-map-pane path, .badge-spot")]
    .map((one) => one.outerHTML).sort();
  const pictures = [...map.querySelectorAll("canvas")].map((one) => one.toDataURL());
  return paths.concat(pictures).join("\\n");
}"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return written_once(tmp_path_factory.mktemp("pages"))


def seen_map(page):
    """The map as it is seen, shape (height, width, 3)."""
    image = pytest.importorskip("PIL.Image")
    shot = page.locator(".page-map").screenshot()
    return np.asarray(image.open(io.BytesIO(shot)).convert("RGB")).astype(int)


def pixels_of(picture, colour):
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return int((np.abs(picture - wanted).max(axis=2) <= 8).sum())


def click_stop(page, east_north):
    """Click with the mouse where the town has something, found by its degrees."""
    ((lon, lat),) = maps_town.degrees([east_north])
    at = page.evaluate(
        """([lat, lon]) => {
          const frame = transitPage.map.getContainer().getBoundingClientRect();
          const at = transitPage.map.latLngToContainerPoint([lat, lon]);
          return [frame.left + at.x, frame.top + at.y];
        }""",
        [lat, lon],
    )
    page.mouse.click(*at)
    page.wait_for_selector(".popup h3")


def rows_said(page):
    """The open popup's rows, label: text, letter by letter."""
    both = "one => [...one.querySelectorAll('dt, dd')].map((part) => part.textContent)"
    texts = page.locator(".popup dl").evaluate(both)
    return dict(zip(texts[::2], texts[1::2], strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_there_in_three_seconds_without_a_network(file, chromium_page, kind):
    """If this fails, the page is blank, late or complains in a room without internet."""
    opened = chromium_page(file(kind))
    page = opened.page
    ready = "body.ready" if kind in MAPS else "h1"
    page.wait_for_selector(ready, state="attached", timeout=SEEN_MS)
    assert page.locator("h1").inner_text().strip()
    if kind in MAPS:
        picture = seen_map(page)
        assert pixels_of(picture, palette.STREET_STYLES["main"].color) > 300
        assert pixels_of(picture, palette.GROUND.fill) > 5_000
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])


@pytest.mark.parametrize("kind", MAPS)
def test_layers_go_and_come_back_and_a_stop_still_opens(file, chromium_page, kind):
    """If this fails, a switch does nothing, or what it brings back lies over the stops.

    Each layer that is listed is switched off and on by its own box: what is drawn must change,
    and be the same again. Then a click on a stop opens the rows that the town's data say.
    """
    opened = chromium_page(file(kind))
    page = opened.page
    page.wait_for_selector("body.ready", state="attached")
    boxes = page.locator("label.row:visible input[data-layer]")
    for box in boxes.all():
        box.check()
    assert boxes.count() >= 5
    whole = page.evaluate(_DRAWN)
    idle = []
    for box in boxes.all():
        box.uncheck()
        changed = page.evaluate(_DRAWN) != whole
        box.check()
        assert page.evaluate(_DRAWN) == whole
        idle += [] if changed else [box.get_attribute("data-layer")]
    assert idle == []
    click_stop(page, STOP)
    assert page.locator(".popup h3").evaluate("one => one.firstChild.textContent") == "大布巷居委会"
    said = rows_said(page)
    assert said["线路"] == LINES
    assert said["来源"] == "虚构小镇"
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])


@pytest.mark.parametrize(("view", "lines"), [("before", "线路"), ("after", "线路")])
def test_a_stop_opens_on_each_side_of_a_change(file, chromium_page, view, lines):
    """If this fails, one side of a comparison is a picture that tells nothing.

    Before, M450 calls at 银星工业园 (S5), with B919 and 高快巴士6; after, it has left it.
    """
    page = chromium_page(file("change")).page
    page.wait_for_selector("body.ready", state="attached")
    page.locator(f".view input[value={view}]").check(force=True)
    click_stop(page, (400, 520))
    assert page.locator(".popup h3").evaluate("one => one.firstChild.textContent") == "银星工业园"
    names = [line.split(" ")[0] for line in rows_said(page)[lines].split("\n")]
    there = {"before": {"B919", "M450", "高快巴士6"}, "after": {"B919", "高快巴士6"}}
    assert set(names) == there[view]
