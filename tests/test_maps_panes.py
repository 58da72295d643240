"""Both sides of a change at once: panes that move in step and a swipe, found again by pixels."""

from __future__ import annotations

import io
from dataclasses import replace

import maps_town
import numpy as np
import pytest
from browser import overlapping
from shapely.geometry import Point, box
from test_maps_change import case

from transit.errors import DataError
from transit.maps.change import change_content
from transit.pages.content import Feature, Layer, Popup, Style, View
from transit.pages.page import Page, write_page

DOT, SQUARE, WAS, NOW = (255, 0, 255), (0, 255, 0), (0, 255, 255), (255, 255, 0)
"""Colours that nothing else on a page has: a dot (SVG), a square (canvas), one of each side."""
CENTRE = (500.0, 1150.0)
"""Where the dot is; the square lies beyond all streets, so that no name covers it."""
SIDES = {"before": "调整前", "after": "调整后"}


def marked(key, kind, pane, geometry, colour, views=()):
    code = "#{:02x}{:02x}{:02x}".format(*colour)
    style = Style(code, 0, fill=code, fill_opacity=1, radius=9)
    popup = Popup(f"标记 {key}") if pane == "stops" else None
    return Layer(
        key, key, "标记", kind, pane, (Feature(geometry, popup=popup),), style, views=views
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The change page with marks of colours that occur nowhere else."""
    content = change_content(case())
    lon, lat = maps_town.degrees([CENTRE])[0]
    (west, south), (east, north) = maps_town.degrees([(250, 1560), (330, 1640)])
    spot = Point(lon, lat)
    marks = (
        marked("dot", "point", "stops", spot, DOT),
        marked("square", "area", "reached", box(west, south, east, north), SQUARE),
        marked("was", "point", "stops", Point(lon, lat - 0.001), WAS, ("before",)),
        marked("now", "point", "stops", Point(lon, lat - 0.001), NOW, ("after",)),
    )
    page = Page(replace(content, layers=(*marks, *content.layers)))
    return write_page(tmp_path_factory.mktemp("panes") / "对比.html", page)


def shown(chromium_page, file, view, **size):
    opened = chromium_page(file, **size)
    opened.page.wait_for_selector("body.ready")
    opened.page.locator(".view", has_text=view).click()
    return opened


def pixels(page):
    """The page as it is seen now, shape (height, width, 3)."""
    image = pytest.importorskip("PIL.Image")
    page.wait_for_timeout(450)
    return np.asarray(image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(int)


def frames(page):
    """Left, top, width and height of both maps on the screen."""
    found = [page.locator(".folium-map").nth(number).bounding_box() for number in (0, 1)]
    return [[round(one[side]) for side in ("x", "y", "width", "height")] for one in found]


def middle(seen, frame, colour):
    """Where the middle of ``colour`` is inside ``frame``, in pixels; None where it is not."""
    left, top, width, height = frame
    part = seen[top : top + height, left : left + width]
    rows, columns = np.nonzero((np.abs(part - colour) <= 4).all(axis=2))
    return np.array([columns.mean(), rows.mean()]) if len(rows) else None


def in_both(page):
    """The dot's and the square's places in the first map, after checking them in the second."""
    seen, (one, other) = pixels(page), frames(page)
    places = []
    for colour in (DOT, SQUARE):
        here, there = middle(seen, one, colour), middle(seen, other, colour)
        assert here is not None
        assert there is not None
        assert np.abs(here - there).max() <= 2
        places.append(here)
    return places


def drag(page, frame, east, south):
    """A real drag of the mouse from near the middle of a map, in many small steps."""
    x, y = frame[0] + frame[2] * 0.55, frame[1] + frame[3] * 0.75
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + east, y + south, steps=15)
    page.wait_for_timeout(200)  # without a throw at the end
    page.mouse.up()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height", "south"), [(1280, 800, -30), (390, 844, 30)])
def test_panes_stay_in_step_by_pixels(file, chromium_page, width, height, south):
    """If this fails, a planner compares one place before with another place after.

    The same marks are looked for in both panes, on the screen and not in what the maps say of
    themselves: after the start, a drag, a turn of the wheel, and a drag in the other pane.
    """
    opened = shown(chromium_page, file, "并排", width=width, height=height)
    page = opened.page
    one, other = frames(page)
    start = in_both(page)
    drag(page, one, 40, south)  # not under the pane's title
    moved = in_both(page)
    assert np.abs(moved[0] - start[0] - (40, south)).max() <= 2
    page.mouse.move(other[0] + other[2] / 2, other[1] + other[3] / 2)
    page.mouse.wheel(0, 90)
    page.wait_for_timeout(600)
    wheeled = in_both(page)
    assert np.linalg.norm(wheeled[0] - wheeled[1]) < 0.9 * np.linalg.norm(moved[0] - moved[1])
    drag(page, other, -35, 20)
    back = in_both(page)
    assert np.abs(back[0] - wheeled[0] - (-35, 20)).max() <= 2
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])


@pytest.mark.browser
def test_panes_are_in_step_while_a_drag_lasts(file, chromium_page):
    """If this fails, canvas and names of one pane stand still until the mouse is let go."""
    page = shown(chromium_page, file, "并排").page
    one, _ = frames(page)
    start = in_both(page)
    x, y = one[0] + one[2] * 0.55, one[1] + one[3] * 0.75
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y - 20, steps=10)
    held = in_both(page)
    page.mouse.up()
    assert np.abs(held[0] - start[0] - (50, -20)).max() <= 2


@pytest.mark.browser
def test_each_pane_shows_its_own_side(file, chromium_page):
    """If this fails, before and after are one picture twice, or stand the wrong way round."""
    page = shown(chromium_page, file, "并排").page
    seen, (one, other) = pixels(page), frames(page)
    assert page.locator(".side-name").all_inner_texts() == list(SIDES.values())
    assert middle(seen, one, WAS) is not None
    assert middle(seen, one, NOW) is None
    assert middle(seen, other, WAS) is None
    assert middle(seen, other, NOW) is not None
    assert np.abs(middle(seen, one, WAS) - middle(seen, other, NOW)).max() <= 2


@pytest.mark.browser
def test_a_switch_works_in_both_panes(file, chromium_page):
    """If this fails, a layer switched off is still there in the other pane."""
    page = shown(chromium_page, file, "并排").page
    rows = page.locator("label.row:visible .row-name").all_inner_texts()
    assert len([row for row in rows if row == "627"]) == 1
    page.locator("label.row:visible", has_text="dot").locator("input").uncheck()
    seen = pixels(page)
    assert [middle(seen, frame, DOT) for frame in frames(page)] == [None, None]


@pytest.mark.browser
def test_a_click_in_the_second_pane_opens_its_popup_there(file, chromium_page):
    """If this fails, the side after is a picture that tells nothing."""
    page = shown(chromium_page, file, "并排").page
    _, other = frames(page)
    at = middle(pixels(page), other, NOW) + other[:2]
    page.mouse.click(*at)
    page.wait_for_selector(".second-map .popup h3")
    assert page.locator(".second-map .popup h3").inner_text() == "标记 now"


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_swipe_shows_each_side_up_to_the_divider(file, chromium_page, width, height):
    """If this fails, the divider covers nothing, or both sides are not at one place.

    Before and after hold one mark each at the same spot. It is seen in the colour of the side on
    which the divider leaves it, and nowhere else; nothing moves when the divider does.
    """
    opened = shown(chromium_page, file, "卷帘", width=width, height=height)
    page = opened.page
    frame = frames_of_one(page)
    _move_divider(page, frame, 0.97)
    left = pixels(page)
    was = middle(left, frame, WAS)
    assert was is not None
    assert middle(left, frame, NOW) is None
    _move_divider(page, frame, 0.03)
    right = pixels(page)
    now = middle(right, frame, NOW)
    assert middle(right, frame, WAS) is None
    assert np.abs(was - now).max() <= 2
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])


@pytest.mark.browser
def test_the_swipe_follows_drag_wheel_and_keys(file, chromium_page):
    """If this fails, the cut drifts away from the divider, or the keyboard cannot move it."""
    page = shown(chromium_page, file, "卷帘").page
    frame = frames_of_one(page)
    start = middle(pixels(page), frame, DOT)
    # A drag that brings the marks across the divider turns one side's mark into the other's.
    assert middle(pixels(page), frame, WAS) is not None
    east = round(frame[2] / 2 - start[0] + 60)
    drag_from(page, frame, 0.2, 0.8, east, 10)
    seen = pixels(page)
    assert middle(seen, frame, WAS) is None
    assert np.abs(middle(seen, frame, DOT) - start - (east, 10)).max() <= 2
    page.locator(".divider").focus()
    before = float(page.locator(".divider").get_attribute("aria-valuenow"))
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert float(page.locator(".divider").get_attribute("aria-valuenow")) == before + 20
    seen = pixels(page)
    assert middle(seen, frame, WAS) is not None
    assert middle(seen, frame, NOW) is None


@pytest.mark.browser
def test_the_divider_follows_a_finger(file, chromium):
    """If this fails, the swipe cannot be used on a phone."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(file.resolve().as_uri())
    page.wait_for_selector("body.ready")
    page.locator(".view", has_text="卷帘").tap()
    box_ = page.locator(".divider-grip").bounding_box()
    x, y = box_["x"] + box_["width"] / 2, box_["y"] + box_["height"] / 2
    finger = context.new_cdp_session(page)
    touch = {"y": y, "id": 1}
    for kind, at in (("touchStart", x), ("touchMove", x - 40), ("touchMove", x - 90)):
        points = [{**touch, "x": at}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    moved = page.locator(".divider-grip").bounding_box()
    context.close()
    assert moved["x"] == pytest.approx(box_["x"] - 90, abs=2)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("view", ["并排", "卷帘"])
def test_no_control_covers_another_with_two_sides(file, chromium_page, view, width, height):
    """If this fails, the names of the sides or the divider hide the buttons."""
    page = shown(chromium_page, file, view, width=width, height=height).page
    assert overlapping(
        page, ".page-head", ".page-panel", ".page-foot", ".leaflet-control-zoom", ".side-name",
        ".leaflet-control-scale", ".north", ".divider-grip",
    ) == []  # fmt: skip
    assert overlapping(page, ".view", ".panel-button", "h1", ".view-note") == []


@pytest.mark.browser
def test_back_to_one_map_is_as_it_was(file, chromium_page):
    """If this fails, looking at both sides for a moment loses the place and the zoom."""
    page = shown(chromium_page, file, "差异").page
    where = "[transitPage.map.getZoom(), transitPage.map.getCenter().lat.toFixed(6)]"
    before = page.evaluate(where)
    for view in ("并排", "卷帘", "并排", "差异"):
        page.locator(".view", has_text=view).click()
    assert page.evaluate(where) == before
    assert page.locator(".second-map").is_hidden()
    assert page.locator(".side-name").count() == 0
    assert page.evaluate("document.querySelectorAll('[style*=polygon]').length") == 0


def test_a_line_has_one_colour_before_and_after():
    """If this fails, a line that others join changes its colour between the sides."""
    colours: dict[tuple[str, str], str] = {}
    for layer in change_content(case()).layers:
        side, _, key = layer.key.partition("_")
        if side in SIDES and key.startswith("line_"):
            colours[side, layer.name] = layer.style.color
    names = {name for _, name in colours}
    assert all(
        len({colours[side, name] for side in SIDES if (side, name) in colours}) == 1
        for name in names
    )


def test_a_view_of_sides_that_are_not_there_is_refused():
    """If this fails, a page opens with an empty pane."""
    content = change_content(case())
    wrong = View("both", "两面", sides=("before", "later"), layout="panes")
    with pytest.raises(DataError, match="cannot show the sides"):
        Page(replace(content, views=(*content.views, wrong)))


def test_both_sides_share_what_they_have_in_common():
    """If this fails, the page of two panes is twice as large: its parts are held once."""
    content = change_content(case())
    one_at_a_time = replace(content, views=content.views[:3])
    assert len(Page(content).html()) - len(Page(one_at_a_time).html()) < 1_000


def frames_of_one(page):
    found = page.locator(".folium-map").first.bounding_box()
    return [round(found[side]) for side in ("x", "y", "width", "height")]


def drag_from(page, frame, right, down, east, south):
    x, y = frame[0] + frame[2] * right, frame[1] + frame[3] * down
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + east, y + south, steps=15)
    page.wait_for_timeout(200)
    page.mouse.up()


def _move_divider(page, frame, share):
    grip = page.locator(".divider-grip").bounding_box()
    y = grip["y"] + grip["height"] / 2
    page.mouse.move(grip["x"] + grip["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(frame[0] + frame[2] * share, y, steps=8)
    page.mouse.up()
