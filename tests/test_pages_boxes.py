"""No control lies on another: every kind of page, view, language and size, panel open and shut."""

from __future__ import annotations

import pytest
from page_boxes import MAP_PARTS, is_wider_than_window, lying_on_one_another
from page_kinds import CHANGE_VIEWS, MAPS, PLAIN, SIZES, Town, written_once
from test_maps_page import HOSTILE

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Every kind of page with the town's own names."""
    return written_once(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """The same pages where all names are hostile; some are 10,000 letters long."""
    return written_once(tmp_path_factory.mktemp("hostile"), Town(HOSTILE))


def opened_map(chromium_page, file, width, height):
    opened = chromium_page(file, width=width, height=height)
    opened.page.wait_for_selector("body.ready", state="attached")
    return opened


def views(page):
    """The keys of the page's views; one without a key where there is nothing to choose."""
    keys = page.locator(".view input").evaluate_all("all => all.map((one) => one.value)")
    return keys or [""]


def choose(page, view):
    if view:
        page.locator(f".view input[value={view}]").check(force=True)


def in_every_state(page, width):
    """What is wrong in each language and view, the panel shut, open, and scrolled to its end."""
    for language in ("en", "zh-CN"):
        page.click(f".language[lang={language}]")
        for view in views(page):
            choose(page, view)
            yield (language, view), lying_on_one_another(page, *MAP_PARTS)
            if width <= 720:
                page.click(".panel-button")
                yield (language, view, "open"), lying_on_one_another(page, *MAP_PARTS)
            page.locator(".page-panel").evaluate("one => { one.scrollTop = one.scrollHeight; }")
            yield (language, view, "scrolled"), lying_on_one_another(page, *MAP_PARTS)
            if width <= 720:
                page.click(".panel-button")


def faults(page, width):
    return {state: pairs for state, pairs in in_every_state(page, width) if pairs}


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("kind", MAPS)
def test_no_control_lies_on_another(file, chromium_page, kind, width, height):
    """If this fails, a button or the scale cannot be pressed or read in some state of a map."""
    opened = opened_map(chromium_page, file(kind), width, height)
    page = opened.page
    if kind == "change":
        assert tuple(views(page)) == CHANGE_VIEWS
    assert faults(page, width) == {}
    assert not is_wider_than_window(page)
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("kind", MAPS)
def test_no_name_pushes_a_control_onto_another(named, chromium_page, kind, width, height):
    """If this fails, one long or hostile name in a table makes the whole page unusable."""
    page = opened_map(chromium_page, named(kind), width, height).page
    assert faults(page, width) == {}
    assert not is_wider_than_window(page)
    least = 300 if width > 720 else 240
    assert page.locator(".page-map").bounding_box()["height"] >= least


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("kind", PLAIN)
def test_pages_without_a_map_fit_too(file, chromium_page, kind, width, height):
    """If this fails, a link or a field of a report or an index lies on another, or out of reach."""
    opened = chromium_page(file(kind), width=width, height=height)
    page = opened.page
    buttons = page.locator("button.language")
    for _ in range(1 + buttons.count()):
        assert lying_on_one_another(page, "h1", whole=False) == []
        assert not is_wider_than_window(page)
        if buttons.count():
            buttons.first.click()
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_names_of_a_quality_report_stay_on_it(named, chromium_page, width, height):
    """If this fails, one long name in a stranger's table makes the report wider than the screen."""
    page = chromium_page(named("quality"), width=width, height=height).page
    assert lying_on_one_another(page, "h1", whole=False) == []
    assert not is_wider_than_window(page)
