"""Streets on the moved map, found again by pixels: after pans, after zooms, after jumps."""

from __future__ import annotations

import io

import numpy as np
import pytest
from shapely.geometry import LineString, MultiLineString, Point, box

from transit.pages.content import Feature, Layer, PageContent, PageText, Style
from transit.pages.page import Page, write_page

WEST, SOUTH = 114.0, 22.7
STEP = 0.004
"""Degrees between the streets of the lattice: 47 pixels at zoom 14 (256 · 2¹⁴ ÷ 360 a degree)."""
KNOWN, NAME = (255, 0, 255), "观光路"
KNOWN_LON = WEST + 3.5 * STEP
LINE = "M450"
FULL = 256
"""Pixels of the world's width at zoom 0 (the tiles of Web Mercator)."""


def lattice(count=24):
    """288 short slanted streets, every other row of a lattice."""
    at = np.arange(count) * STEP
    rows = [LineString([(WEST + a, SOUTH + b), (WEST + a + STEP, SOUTH + b + STEP / 9)])
            for a in at for b in at[::2]]  # fmt: skip
    return MultiLineString(rows)


def content():
    """One street of a colour that nothing else has, amid dashed, pale, filled and dotted ones."""
    code = "#{:02x}{:02x}{:02x}".format(*KNOWN)
    known = LineString([(KNOWN_LON, SOUTH - 0.2), (KNOWN_LON, SOUTH + 0.2)])
    centre = (WEST + 12 * STEP, SOUTH + 12 * STEP)
    stops = tuple(
        Feature(Point(WEST + a * STEP, SOUTH + (a * 7 % 24) * STEP), f"站{a}") for a in range(24)
    )
    layers = (
        Layer("stops", "站", "甲", "point", "stops", stops, labels="stop", label_zoom=13),
        Layer("line", LINE, "甲", "line", "lines", (Feature(known, LINE),), Style("#0072b2", 3),
              labels="line", shown=False),
        Layer("known", "知", "甲", "line", "streets", (Feature(known, NAME),), Style(code, 5),
              labels="street"),
        Layer("foot", "步", "甲", "line", "streets", (Feature(lattice()),),
              Style("#3a6b35", 2, dash="5 4")),
        Layer("pale", "淡", "甲", "line", "reached", (Feature(lattice()),),
              Style("#202020", 6, opacity=0.4, halo="#ffe9a8")),
        Layer("area", "面", "甲", "area", "reached", (Feature(Point(centre).buffer(0.02)),),
              Style("#0044aa", 2, fill="#88bbff", fill_opacity=0.5)),
    )  # fmt: skip
    bounds = box(*Point(centre).buffer(0.02).bounds).bounds
    return PageContent(PageText("移动"), layers, bounds)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("moved") / "moved.html", Page(content()))


def opened_at(chromium_page, file, zoom, **size):
    opened = chromium_page(file, **size)
    opened.page.wait_for_selector("body.ready")
    opened.page.evaluate("(zoom) => void transitPage.map.setZoom(zoom, { animate: false })", zoom)
    return opened


def pan(page, east, south):
    """Let the map show what lies ``east`` and ``south`` of what it shows, in pixels."""
    page.evaluate("(by) => void transitPage.map.panBy(by, { animate: false })", [east, south])


def picture(page, rest_ms=600):
    """The map as it is seen, shape (height, width, 3), at rest."""
    image = pytest.importorskip("PIL.Image")
    page.wait_for_timeout(rest_ms)
    shot = page.locator(".folium-map").first.screenshot()
    return np.asarray(image.open(io.BytesIO(shot)).convert("RGB")).astype(int)


def columns_of(seen, colour):
    """The columns in which ``colour`` fills at least a tenth of the height."""
    found = (np.abs(seen - colour) <= 8).all(axis=2).sum(axis=0)
    return np.flatnonzero(found > seen.shape[0] / 10)


def expected_column(page, width):
    """Where the known street must stand: Web Mercator's longitudes are even, 360° a world."""
    zoom, lon = page.evaluate("[transitPage.map.getZoom(), transitPage.map.getCenter().lng]")
    return width / 2 + (KNOWN_LON - lon) / 360 * FULL * 2**zoom


def stands_right(page):
    seen = picture(page)
    found = columns_of(seen, KNOWN)
    assert len(found)
    assert np.ptp(found) <= 8  # once, and not smeared over where it was before
    assert found.mean() + 0.5 == pytest.approx(expected_column(page, seen.shape[1]), abs=1.2)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_a_street_is_where_it_belongs_after_every_move(file, chromium_page, width, height):
    """If this fails, a moved map shows streets where there are none, or none where they are."""
    opened = opened_at(chromium_page, file, 14, width=width, height=height)
    page = opened.page
    page.evaluate("(lon) => void transitPage.map.setView([22.74, lon], 14, { animate: false })",
                  KNOWN_LON)  # fmt: skip
    stands_right(page)
    for east, south in ((110, 40), (-70, 90), (-90, -333)):
        pan(page, east, south)
        stands_right(page)
    for zoom in (15.5, 12.25, 14):
        page.evaluate("(zoom) => void transitPage.map.setZoom(zoom, { animate: false })", zoom)
        stands_right(page)
    assert (opened.errors, opened.requests) == ([], [])


@pytest.mark.browser
@pytest.mark.parametrize("zoom", [13, 15.25])
@pytest.mark.parametrize(
    "moves",
    [
        [(180, 0)] * 9,
        [(-300, 170), (-300, 170), (260, -500), (0, 420), (-411, -207), (-900, 33)],
    ],
)
def test_a_picture_moved_in_steps_is_the_one_drawn_anew(file, chromium_page, moves, zoom):
    """If this fails, seams, gaps or doubled strokes are left where the map was moved.

    The other page makes the same way in one jump of more than a screen, and back the rest, so
    that the browser draws all of it anew.
    """
    stepped = opened_at(chromium_page, file, zoom).page
    for number, (east, south) in enumerate(moves):
        pan(stepped, east, south)
        stepped.wait_for_timeout(260 if number % 2 else 0)  # some at rest, some in haste
    jumped = opened_at(chromium_page, file, zoom).page
    east, south = np.sum(moves, axis=0).tolist()
    pan(jumped, east + 5000, south)
    pan(jumped, -5000, 0)
    one, other = picture(stepped), picture(jumped)
    assert one.std() > 5  # something is drawn there
    apart = np.abs(one - other).max(axis=2)
    assert (apart > 24).sum() <= 20
    assert apart.mean() < 0.05


@pytest.mark.browser
def test_a_layer_switched_while_the_map_is_moved_is_drawn_in_full(file, chromium_page):
    """If this fails, a layer that is switched on after a pan shows on half of the map."""
    page = opened_at(chromium_page, file, 13).page
    before = picture(page)
    switch = "(on) => { const map = transitPage.map; map.panBy([on ? -200 : 200, 0], " \
        "{ animate: false }); transitPage.data.layers.filter((l) => l.shown && l.key !== 'known')" \
        ".forEach((l) => transitPage.switchLayer(l, on)); transitPage.showLayers(); }"  # fmt: skip
    page.evaluate(switch, False)
    bare = picture(page)
    assert (bare.reshape(-1, 3) == (0x3A, 0x6B, 0x35)).all(axis=1).sum() == 0
    page.evaluate(switch, True)
    after = picture(page)
    assert np.abs(before - after).max(axis=2).mean() < 0.05


@pytest.mark.browser
@pytest.mark.parametrize(("css", "name"), [(".name-street", NAME), (".name-line", LINE)])
def test_a_name_stands_on_its_course_after_a_jump(css, name, file, chromium_page):
    """If this fails, names stand where their streets and lines were before the map jumped."""
    page = opened_at(chromium_page, file, 14).page
    page.evaluate(
        "(on) => { transitPage.data.layers[1].on = on; transitPage.showLayers(); }", name == LINE
    )
    for lat, lon in ((22.6, KNOWN_LON), (22.82, KNOWN_LON + 0.01)):
        page.evaluate(
            "(at) => void transitPage.map.setView(at, 14, { animate: false })", [lat, lon]
        )
        page.wait_for_timeout(300)
        at = page.locator(css, has_text=name).first.bounding_box()
        frame = page.locator(".folium-map").first.bounding_box()
        middle = at["x"] + at["width"] / 2 - frame["x"]
        assert middle == pytest.approx(expected_column(page, frame["width"]), abs=2)
