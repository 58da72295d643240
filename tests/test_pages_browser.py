"""Pages in a browser, the network cut off: search, language, address, print, tiles."""

from __future__ import annotations

import math

import maps_town
import pytest
from browser import overlapping
from test_maps_page import HOSTILE, content

from transit.analysis.brief import brief
from transit.errors import DataError, UsageError
from transit.maps.study import study_content, study_map
from transit.pages.page import Page, write_page
from transit.pages.tiles import (
    Tiles,
    gaode_tiles,
    osm_tiles,
    shifted,
    tianditu_tiles,
    tile_hosts,
    tiles_of,
    url_tiles,
)
from transit.pages.together import page_json, readings

CONTROLS = (
    ".leaflet-control", ".head-texts", ".search", ".languages", ".print-button", ".panel-button",
)  # fmt: skip


@pytest.fixture(scope="module")
def town():
    return brief(maps_town.network(), maps_town.park())


@pytest.fixture(scope="module")
def study_file(town, tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("pages") / "study.html", study_map(town))


def opened_at(chromium_page, path, **size):
    opened = chromium_page(path, **size)
    opened.page.wait_for_selector("body.ready")
    return opened


def names_found(page, typed):
    page.fill(".search input", typed)
    return page.locator(".result-name").all_text_contents()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("丹坑", "丹坑村"),
        ("dankengcun", "丹坑村"),
        ("dkc", "丹坑村"),
        ("DanKeng", "丹坑村"),
        ("ｍ４５０", "M450"),
        ("guan guang lu", "观光路"),
        ("yxkjyq", "银星科技园区"),
        ("changhu", "长湖"),  # 长 is read chang or zhang
        ("zhanghu", "长湖"),
        ("dxcyq", None),
    ],
)
def test_names_are_found_however_they_are_typed(typed, name, study_file, chromium_page):
    """If this fails, a planner who types pinyin does not find the stop that is on the map."""
    opened = opened_at(chromium_page, study_file)
    found = names_found(opened.page, typed)
    assert (name in found) if name else not found
    assert (opened.errors, opened.requests) == ([], [])


@pytest.mark.browser
def test_a_result_is_chosen_by_keyboard_and_its_layer_switched_on(study_file, chromium_page):
    """If this fails, the search box names a stop and leaves the reader to look for it."""
    page = opened_at(chromium_page, study_file).page
    page.evaluate(
        "() => { transitPage.data.layers.forEach((l) => transitPage.switchLayer(l, false)); "
        "transitPage.showLayers(); }"
    )
    page.fill(".search input", "dbxjwh")
    page.keyboard.press("Enter")
    page.wait_for_selector(".popup h3 >> text=大布巷居委会")
    assert page.locator(".search.is-open").count() == 0


@pytest.mark.browser
def test_the_language_is_switched_and_back(study_file, chromium_page):
    """If this fails, the English reader gets Chinese, or a screen reader reads one as the other."""
    page = opened_at(chromium_page, study_file).page
    chinese = page.inner_text(".page-panel")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.click(".language[lang=en]")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert "Bus stops" in page.inner_text(".page") or "Stops" in page.inner_text(".page-panel")
    assert "口径" not in page.inner_text(".page")
    page.click(".language[lang=zh-CN]")
    assert page.inner_text(".page-panel") == chinese


@pytest.mark.browser
def test_the_address_brings_back_what_was_seen(study_file, chromium_page):
    """If this fails, a link sent to a colleague shows something else."""
    page = opened_at(chromium_page, study_file).page
    page.evaluate("transitPage.map.setView([22.7285, 114.0421], 16.25, { animate: false })")
    page.locator("[data-layer=parks]").uncheck()
    page.click(".language[lang=en]")
    page.wait_for_url(lambda url: "lang=en" in url and "off=" in url)
    address = page.evaluate("location.hash")
    other = opened_at(chromium_page, study_file).page
    other.evaluate("(hash) => { location.hash = hash; }", address)
    other.wait_for_selector("html[lang=en]")
    assert not other.locator("[data-layer=parks]").is_checked()
    at = other.evaluate(
        "() => { const at = transitPage.map.getCenter(); "
        "return [transitPage.map.getZoom(), at.lat, at.lng]; }"
    )
    assert at == pytest.approx([16.25, 22.7285, 114.0421], abs=1e-4)


@pytest.mark.browser
@pytest.mark.parametrize(
    "address",
    [
        "#map=1e9/NaN/<script>",
        "#map=16/999/999",
        "#view=__proto__&lang=constructor&on=__proto__,toString&off=%E0%A4%A",
        "#" + "&".join(f"on={n}" for n in range(2_000)),
        "#on=" + "<img src=x onerror=window.hit=1>",
    ],
)
def test_a_hostile_address_is_ignored(address, study_file, chromium_page):
    """If this fails, a link can break a page or run in it."""
    opened = opened_at(chromium_page, study_file)
    page = opened.page
    before = page.evaluate("[transitPage.map.getZoom(), transitPage.map.getCenter().lat]")
    page.evaluate("(hash) => transitPage.restore(hash)", address)
    assert page.evaluate("[transitPage.map.getZoom(), transitPage.map.getCenter().lat]") == before
    assert page.evaluate("window.hit") is None
    assert opened.errors == []


@pytest.mark.browser
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_in_the_search_list_are_text(name, chromium_page, tmp_path):
    """If this fails, a stop's name runs when it is found."""
    opened = opened_at(chromium_page, write_page(tmp_path / "p.html", Page(content(name))))
    page = opened.page
    page.evaluate("(name) => transitPage.find(name)", name)
    page.fill(".search input", name[:6])
    page.keyboard.press("Enter")
    assert page.evaluate("window.hit") is None
    assert (opened.dialogs, opened.errors, opened.requests) == ([], [], [])


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_no_control_lies_on_another(width, height, language, study_file, chromium_page):
    """If this fails, a button cannot be pressed on a phone."""
    page = opened_at(chromium_page, study_file, width=width, height=height).page
    page.click(f".language[lang={language}]")
    assert overlapping(page, *CONTROLS) == []


@pytest.mark.browser
@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_a_page_prints_on_few_sheets(paper, study_file, chromium_page):
    """If this fails, the map is cut in two or a report grows by blank sheets."""
    page = opened_at(chromium_page, study_file).page
    printed = page.pdf(format=paper, landscape=True, print_background=True)
    assert 1 <= printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 4


@pytest.mark.browser
def test_without_its_server_a_page_with_tiles_is_whole(town, chromium_page, tmp_path):
    """If this fails, the page with a base picture is blank in a room without internet."""
    path = write_page(tmp_path / "t.html", study_map(town, tiles=gaode_tiles()))
    opened = opened_at(chromium_page, path)
    page = opened.page
    page.wait_for_selector(".tiles-note >> text=未能取得")
    assert len(opened.requests) == 1  # the one picture asked for first
    assert "autonavi" in opened.requests[0]
    assert "GCJ-02 偏移" in page.inner_text(".page-foot")
    assert page.locator(".leaflet-page-stops-pane path").count() > 3


def test_gaode_pages_are_shifted_for_display_only(town):
    """If this fails, the drawing lies 600 m off the streets of the picture."""
    plain = study_content(town)
    moved = shifted(plain, gaode_tiles())
    # GCJ-02 is 604 m off at the park: 524 m east and 300 m south (coord-convert gives the same).
    east = (moved.bounds[0] - plain.bounds[0]) * 102_700
    north = (moved.bounds[1] - plain.bounds[1]) * 110_750
    assert east == pytest.approx(524, abs=12)
    assert north == pytest.approx(-300, abs=12)
    assert shifted(plain, osm_tiles()) is plain


def test_only_the_server_of_the_tiles_is_allowed(town):
    """If this fails, a page with tiles may load pictures from anywhere."""
    html = study_map(town, tiles=tianditu_tiles("0123456789abcdef")).html()
    policy = html.split("Content-Security-Policy")[1].split(">")[0]
    assert "https://t0.tianditu.gov.cn" in policy
    assert tile_hosts(osm_tiles()) == ("https://tile.openstreetmap.org",)
    assert "http" not in study_map(town).html().split("Content-Security-Policy")[1].split(">")[0]


@pytest.mark.parametrize(
    "said", ["bing", "tianditu:", "tianditu:x y;", "https://h/{z}/{x}", "osm", "j:{x}{y}{z}"]
)
def test_wrong_sources_of_tiles_are_refused(said):
    """If this fails, the fault shows only as a grey map."""
    with pytest.raises(UsageError):
        tiles_of(said, "bd09" if said == "osm" else "")


def test_a_template_says_its_datum():
    """If this fails, pictures in GCJ-02 lie 600 m off without a word."""
    with pytest.raises(UsageError, match="datum is not said"):
        url_tiles("https://example.org/{z}/{x}/{y}.png", "")
    assert url_tiles("https://example.org/{z}/{x}/{y}.png", "gcj02").datum == "GCJ-02"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://h.example/{z}/{x}/{y}.{ext}?k={key}", "holds {ext}, {key}"),
        ("https://h.example/{z}/{x}/{y}}", "holds }"),
        ("https://a{x}.example/{z}/{x}/{y}", "no address"),
        ("https://..../{z}/{x}/{y}", "no address"),
        ("https://h.example:99999/{z}/{x}/{y}", "no address"),
        ("https://-a.example/{z}/{x}/{y}", "no address"),
        (f"https://{'a' * 64}.example/{{z}}/{{x}}/{{y}}", "no address"),
    ],
)
def test_templates_that_no_picture_can_be_had_by_are_refused(url, said):
    """If this fails, the page stops at an error before its map is ready, or stays grey."""
    for make in (lambda: url_tiles(url, "wgs84"), lambda: Tiles((url,), "WGS-84", "x")):
        with pytest.raises(UsageError, match=said):
            make()


def test_a_subdomain_needs_its_letters():
    """If this fails, the page stops at an error in the browser."""
    with pytest.raises(UsageError, match="no subdomain"):
        Tiles(("https://{s}.example/{z}/{x}/{y}",), "WGS-84", "x")


@pytest.mark.browser
@pytest.mark.parametrize("row", ["{y}{r}", "{-y}"])
def test_templates_as_servers_publish_them_are_asked_for(town, chromium_page, tmp_path, row):
    """If this fails, the template of Carto or of a TMS server stops the page.

    The place is that of the slippy map: x = (lon + 180) ÷ 360 · 2¹⁰, and y by the latitude's
    Mercator; from the south it is 2¹⁰ − 1 − y.
    """
    url = f"https://{{s}}.tiles.example:8443/{{z}}/{{x}}/{row}.png"
    content = study_content(town)
    path = write_page(tmp_path / "t.html", study_map(town, tiles=url_tiles(url, "wgs84")))
    opened = opened_at(chromium_page, path)
    opened.page.wait_for_selector(".tiles-note >> text=未能取得")
    west, south, east, north = content.bounds
    x = int(((west + east) / 2 + 180) / 360 * 1024)
    y = int((1 - math.asinh(math.tan(math.radians((south + north) / 2))) / math.pi) / 2 * 1024)
    asked = y if row == "{y}{r}" else 1023 - y
    assert opened.requests == [f"https://a.tiles.example:8443/10/{x}/{asked}.png"]
    assert opened.errors == ["Failed to load resource: net::ERR_FAILED"]  # that one picture


def test_contents_that_are_not_alike_are_refused_by_name(town):
    """If this fails, switching the language shows another map."""
    one = study_content(town)
    other = study_content(town, language="en")
    short = type(other)(other.text, other.layers[1:], other.bounds, language="en")
    with pytest.raises(DataError, match=f"map layer {one.layers[0].key}"):
        page_json([one, short])


def test_characters_have_all_their_readings(town):
    """If this fails, 长湖 is found as zhanghu only."""
    said = readings(study_content(town))
    assert {"chang", "zhang"} <= set(said["长"].split())
    assert set(said) <= set(
        "".join(f.label for x in study_content(town).layers for f in x.features)
    )


def test_two_builds_are_equal(town):
    """If this fails, every build of a page shows up as a change."""
    assert study_map(town).html() == study_map(town).html()


def test_the_command_takes_tiles(tmp_path):
    """If this fails, a planner with a key has to write Python for a base picture."""
    from typer.testing import CliRunner

    from transit.cli import app

    key = "0123456789abcdef"
    done = CliRunner().invoke(app, ["map", "--tiles", f"tianditu:{key}", "--out", str(tmp_path)])
    assert done.exit_code == 0
    assert key in (tmp_path / "study.html").read_text("utf-8")
