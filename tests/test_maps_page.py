"""The page builder: whole in one file, harmless whatever the names, the same every time."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import folium
import pytest
from browser import click_feature
from folium.plugins import MarkerCluster
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from transit.errors import DataError, UsageError
from transit.pages import embed
from transit.pages.content import Feature, Layer, PageContent, PageText, Popup, View
from transit.pages.encode import beijing_time, safe_json
from transit.pages.page import Page, write_page
from transit.pages.together import page_json
from transit.pages.words import page_words, words
from transit.terms import LANGUAGES

PAGES = Path(embed.__file__).parent
MAPS = PAGES.parent / "maps"
# Leaflet publishes these for its release 1.9.4 (https://leafletjs.com/download.html), jQuery for
# its 3.7.1 (https://releases.jquery.com).
PUBLISHED = {
    "leaflet.js": "20nQCchB9co0qIjJZRGuk2/Z9VM+kNiyxNV1lvTlZBo=",
    "leaflet.css": "p4NxAoJBhIIN+hmNHrzRCf9tD/miZyoHS5obTRR9BMY=",
    "jquery.min.js": "/JqT3SQfawRcv/BIHPThkBvs0OEvtFFmqPF/lYI/Cxo=",
}
HOSTILE = (
    "<script>window.hit = 1</script>",
    '<img src=x onerror="window.hit = 1">',
    "</script><!--<script>window.hit = 1//",
    "';window.hit = 1;//\"",
    "`${window.hit = 1}`",
    "{{ 7 * 7 }}{% raw %}{# gone #}",
    "\u202eright to left\u2066 מימין",
    "line\u2028and\u2029paragraph",
    "&lt;b&gt; &amp; \\u003c \\",
    "万" * 10_000,
)


def content(
    name: str = "站", *, layers: tuple[Layer, ...] | None = None, views: tuple[View, ...] = ()
) -> PageContent:
    stop = Feature(Point(114.04, 22.73), name, Popup(name, ((name, name),), (name,), name))
    area = Feature(box(114.03, 22.72, 114.05, 22.74), name, Popup(name))
    made = layers or (
        Layer("park", name, name, "area", "park", (area,), labels="park"),
        Layer("stops", f"{name}2", name, "point", "stops", (stop,), labels="stop"),
    )
    text = PageText(name, name, (name,), (name,), name, "EPSG:4547")
    return PageContent(text, made, (114.03, 22.72, 114.05, 22.74), views)


@given(st.recursive(st.text(), lambda kids: st.lists(kids) | st.dictionaries(st.text(), kids)))
def test_json_reads_back_and_cannot_leave_its_script(value):
    """Else a name could end the script element and run as code."""
    text = safe_json(value)
    assert not set(text) & set("<>&\u2028\u2029")
    text.encode("utf-8")
    assert json.loads(text) == value


def test_equal_content_gives_equal_bytes():
    """Else every build shows up as a change in version control."""
    assert Page(content()).html().encode() == Page(content()).html().encode()


def test_rendering_twice_gives_the_same():
    """Else a notebook that shows a page and then saves it saves something else."""
    page = Page(content())
    assert page.html() == page.html()


@pytest.mark.parametrize("file", sorted(PUBLISHED))
def test_vendored_files_are_the_published_releases(file):
    """Else nobody can tell what code the pages run."""
    (path,) = (PAGES / "vendor").rglob(file)
    digest = hashlib.sha256(path.read_bytes()).digest()
    assert base64.b64encode(digest).decode() == PUBLISHED[file]


def test_wheel_holds_scripts_styles_and_licence():
    """Else an installed package cannot build a page, or ships Leaflet without its licence."""
    wheel = pytest.importorskip("hatchling.builders.wheel")
    found = wheel.WheelBuilder(str(PAGES.parents[1])).recurse_included_files()
    packed = {file.distribution_path for file in found}
    wanted = [
        p
        for p in (*PAGES.rglob("*"), *MAPS.rglob("*"))
        if p.suffix in {".js", ".css", ".html", ".png"}
    ]
    wanted += (PAGES / "vendor").rglob("LICENSE*")
    missing = {p.relative_to(PAGES.parents[1]).as_posix() for p in wanted} - packed
    assert len(wanted) > 12
    assert not missing


def test_stock_folium_maps_stay_as_they_were():
    """Else making one of our pages breaks every later folium map of a notebook."""
    js, css = list(folium.Map.default_js), list(folium.Map.default_css)
    page = Page(content())
    page.add_js_link("mine", "https://cdn.example.org/mine.js")
    page.add_css_link("mine_css", "https://cdn.example.org/mine.css")
    assert (folium.Map.default_js, folium.Map.default_css) == (js, css)
    stock = folium.Map(location=[22.73, 114.04])
    assert "cdn.example.org" not in stock.get_root().render()


def test_a_link_that_is_not_vendored_is_named():
    """Else a page works at the desk and is blank in the meeting room."""
    page = Page(content())
    page.add_js_link("mine", "https://cdn.example.org/mine.js")
    page.add_css_link("mine_css", "https://cdn.example.org/mine.css")
    with pytest.raises(DataError) as caught:
        page.html()
    assert "https://cdn.example.org/mine.js" in str(caught.value)
    assert "https://cdn.example.org/mine.css" in str(caught.value)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("add", "named"),
    [
        (lambda page: folium.TileLayer("OpenStreetMap").add_to(page), "tile.openstreetmap.org"),
        (lambda page: MarkerCluster().add_to(page), "markercluster"),
    ],
)
def test_folium_elements_that_need_the_network_are_named(add, named):
    """Else an element added to a page fails without a word when the network is gone."""
    page = Page(content())
    add(page)
    with pytest.raises(DataError, match=named):
        page.html()


@pytest.mark.parametrize(
    ("html", "named"),
    [
        ('<img src="logo.png">', "logo.png"),
        ('<img srcset="a.png 2x">', "a.png"),
        ('<p style="background: url(back.jpg)">', "back.jpg"),
        ("<style>@import 'other.css';</style>", "other.css"),
        ('<style>p { background: url( "a b.png" ) }</style>', "a b.png"),
        ('<script>fetch("//example.org/x")</script>', "//example.org/x"),
        ('<iframe src="about:blank"></iframe>', "about:blank"),
    ],
)
def test_every_way_to_load_something_is_found(html, named):
    """Else a page could call out in a way nobody looked for."""
    with pytest.raises(DataError, match=re.escape(named)):
        embed.require_self_contained(html)


def test_what_stays_inside_a_page_passes():
    """Else honest pages are refused: data URIs, fragments, and addresses in plain data."""
    embed.require_self_contained(
        '<link rel="icon" href="data:,"><style>p{fill:url(#stripes)}</style>'
        '<script type="application/json">{"source":"https://example.org"}</script>'
        '<a href="https://example.org">a link loads nothing by itself</a>'
    )


def test_page_head_is_chinese_utf8_and_fits_phones():
    """Else screen readers read Chinese as English, and phones show a tiny page."""
    html = Page(content("区 <园>")).html()
    assert html.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')
    assert '<meta charset="utf-8">' in html
    assert "width=device-width" in html
    assert "<title>区 &lt;园&gt;</title>" in html
    assert html.count("charset") == 1 + html.count("@charset")


def test_writing_makes_the_folder_and_keeps_the_old_page_on_failure(tmp_path, monkeypatch):
    """Else a full disk leaves half a page where a good one was."""
    target = tmp_path / "新 文件夹" / "图.html"
    assert write_page(target, Page(content())) == target
    before = target.read_bytes()
    assert before == Page(content()).html().encode()

    def full(self: Path, other: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(DataError, match=r"图\.html.*No space left"):
        write_page(target, Page(content("另")))
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_place_that_cannot_be_written_says_so(tmp_path):
    """Else the planner sees a traceback instead of what to do."""
    with pytest.raises(DataError, match="choose a folder you may write to"):
        write_page(tmp_path, Page(content()))


def test_all_faults_of_layers_come_at_once():
    """Else they are mended one run at a time."""
    metres = Feature(Point(504_000, 2_514_000))
    good = content().layers[0]
    layers = (
        good,
        good,
        Layer("m", "米", "组", "point", "stops", (metres,)),
        Layer("k", "类", "组", "line", "lines", (Feature(Point(114, 22)),)),
        Layer("v", "图", "组", "point", "stops", (), views=("nowhere",)),
    )
    with pytest.raises(DataError) as caught:
        page_json(content(layers=layers, views=(View("before", "调整前"),)))
    text = str(caught.value)
    assert len(caught.value.problems) == 4
    for word in ("twice", "not degrees", "['Point']", "nowhere"):
        assert word in text


def test_time_is_shown_in_beijing_and_only_with_a_zone():
    """Else a page made at midnight in Beijing carries yesterday's date."""
    assert beijing_time(datetime(2026, 6, 30, 16, 5, tzinfo=UTC)) == "2026-07-01 00:05"
    assert beijing_time(None) == ""
    with pytest.raises(UsageError, match="time zone"):
        beijing_time(datetime(2026, 6, 30, 16, 5))  # noqa: DTZ001


def test_unknown_language_is_refused_with_those_there_are():
    """Else a page comes out half in keys."""
    with pytest.raises(UsageError, match="zh-CN"):
        words("fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_is_used_exists(language):
    """Else a label says undefined, or building a page ends in a KeyError."""
    scripts = "".join(path.read_text("utf-8") for path in (PAGES / "assets").glob("*.js"))
    own = [
        path for room in (PAGES, MAPS) for path in room.glob("*.py")
        if not path.name.startswith("quality")
    ]  # fmt: skip
    python = "".join(path.read_text("utf-8") for path in own)
    drawn = set(re.findall(r"page\.words\.(\w+)", scripts))
    built = set(re.findall(r"(?:words|said)\[\"(\w+)\"\]", python))
    assert len(drawn | built) > 60
    assert not drawn - set(page_words(language))
    assert not built - set(words(language))


@pytest.mark.browser
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_shown_and_never_run(name, chromium_page, tmp_path):
    """Else a stop's name in somebody's table takes over the planner's browser."""
    opened = chromium_page(write_page(tmp_path / "page.html", Page(content(name))))
    page = opened.page
    page.wait_for_selector("body.ready")
    click_feature(page, "stops")
    page.wait_for_selector(".popup h3")
    places = ("h1", ".subtitle", ".popup h3", ".popup dt", ".popup dd", ".popup-note", ".row-name")
    assert {css: text(page, css) == name for css in places} == dict.fromkeys(places, True)
    assert name in page.locator(".page-foot").evaluate("e => e.textContent")
    assert page.evaluate("window.hit") is None
    assert (opened.dialogs, opened.errors, opened.requests) == ([], [], [])


@pytest.mark.browser
def test_unpaired_surrogates_do_not_stop_a_page(chromium_page, tmp_path):
    """Else one broken cell of a spreadsheet keeps the whole map from being written."""
    opened = chromium_page(write_page(tmp_path / "page.html", Page(content("坏\ud800字"))))
    opened.page.wait_for_selector("body.ready")
    assert opened.errors == []


@pytest.mark.browser
def test_a_page_shows_itself_in_a_notebook(chromium_page, tmp_path):
    """Else the map is a blank frame in Jupyter."""
    frame = tmp_path / "notebook.html"
    frame.write_text(f"<!DOCTYPE html>{Page(content())._repr_html_()}", encoding="utf-8")
    opened = chromium_page(frame)
    inside = opened.page.frame_locator("iframe")
    inside.locator("body.ready .leaflet-page-stops-pane path").wait_for()
    assert (opened.errors, opened.requests) == ([], [])


@pytest.mark.browser
def test_stock_folium_popups_work_inside_a_page(chromium_page, tmp_path):
    """Else a marker that a planner adds by folium opens nothing: its popups are made by jQuery."""
    page = Page(content())
    folium.Marker([22.73, 114.04], popup="补充的标记").add_to(page)
    opened = chromium_page(write_page(tmp_path / "page.html", page))
    opened.page.locator("img.leaflet-marker-icon").click()
    opened.page.wait_for_selector(".leaflet-popup-content >> text=补充的标记")
    assert (opened.errors, opened.requests) == ([], [])


def test_jquery_is_inside_only_where_it_is_called():
    """Else every page carries 87 kB that nothing on it uses."""
    plain, called = Page(content()), Page(content())
    folium.Marker([22.73, 114.04], popup="x").add_to(called)
    assert "jQuery v3.7.1" not in plain.html()
    assert called.html().count("jQuery v3.7.1") == 1


@pytest.mark.browser
def test_stock_folium_markers_work_inside_a_page(chromium_page, tmp_path):
    """Else a page is a folium map in name only: Leaflet looks for marker images beside the file."""
    page = Page(content())
    folium.Marker([22.73, 114.04]).add_to(page)
    opened = chromium_page(write_page(tmp_path / "page.html", page))
    icon = opened.page.locator("img.leaflet-marker-icon")
    icon.wait_for()
    assert icon.evaluate("e => e.complete && e.naturalWidth") == 25
    assert (opened.errors, opened.requests) == ([], [])


def text(page: object, css: str) -> str:
    return page.locator(css).first.evaluate("e => e.firstChild ? e.firstChild.textContent : ''")
