"""Names that are programs, markup or nonsense: each page shows them letter by letter, none runs.

What is expected is taken from the values that a page is built of, never from the page.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from page_kinds import MAPS, Town, contents
from shapely.geometry import LineString, Point, box
from test_maps_page import HOSTILE

from transit.pages.content import (
    ChangeItem,
    FactTable,
    Feature,
    Layer,
    LegendItem,
    PageContent,
    PageText,
    Popup,
    Style,
    View,
)
from transit.pages.page import Page, write_page
from transit.terms import LANGUAGES

pytestmark = pytest.mark.browser
# What Python, JavaScript and regular expressions put something in for, and a word of theirs.
FORMS = ("{0} {} {name} %s %(x)s $& $1 $$", "__proto__")
NAMES = (*HOSTILE, *FORMS)
IN_TOOLTIP, IN_LIST = 40, 60
"""Letters of a name that a tooltip and a result of the search hold."""

# Opens what every drawn feature says, and reads it as text. A popup is read where it stands.
_POPUPS = """() => {
  const texts = (box, css) => [...box.querySelectorAll(css)].map((one) => one.textContent);
  const found = {};
  transitPage.sheets.forEach((sheet) => transitPage.drawnOn(sheet).forEach((layer) => {
    found[layer.key] = found[layer.key] || [];
    const said = layer.drawn.filter((one) => one.path.getPopup && one.path.getPopup());
    new Set(said.map((one) => one.feature)).forEach((feature) => {
      const path = said.find((one) => one.feature === feature).path;
      path.openTooltip();
      const hover = path.getTooltip().getElement().textContent;
      path.closeTooltip();
      path.openPopup();
      const box = path.getPopup().getElement();
      found[layer.key].push([
        box.querySelector("h3").firstChild.textContent, texts(box, "dt"), texts(box, "dd"),
        texts(box, ".popup-note"), hover,
      ]);
      path.closePopup();
    });
  }));
  return found;
}"""
_STRANGERS = """() => [
  typeof window.hit,
  document.querySelectorAll(".page script, .page img, .page iframe, .page b b").length,
]"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Each kind of map page: its contents in both languages, and its file."""
    town, folder = Town(NAMES), tmp_path_factory.mktemp("hostile")
    found = {kind: contents(kind, town) for kind in MAPS}
    return {
        kind: (own, write_page(folder / f"{kind}.html", Page(own))) for kind, own in found.items()
    }


def ready(chromium_page, file):
    opened = chromium_page(file)
    opened.page.wait_for_selector("body.ready", state="attached")
    return opened


def shortened(text, most):
    return text if len(text) <= most else text[: most - 1] + "…"


def said(popup):
    """What the page must say of a feature: as ``_POPUPS`` reads it."""
    labels, values = [row[0] for row in popup.rows], [row[1] for row in popup.rows]
    note = [popup.note] if popup.note else []
    return [popup.title, labels, values, note, shortened(popup.title, IN_TOOLTIP)]


def of_view(content, key):
    return [one for one in content.layers if not one.views or key in one.views]


def nothing_ran(opened):
    kind, strangers = opened.page.evaluate(_STRANGERS)
    assert (kind, strangers) == ("undefined", 0)
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])


def switch_all_on(page):
    page.evaluate(
        "() => { transitPage.data.layers.forEach((one) => transitPage.switchLayer(one, true)); "
        "transitPage.showLayers(); }"
    )


@pytest.mark.parametrize("kind", MAPS)
def test_every_popup_and_tooltip_says_the_name(built, chromium_page, kind):
    """If this fails, a name runs, is cut or is changed when a stop, line or area is clicked.

    Every feature of every layer in every view, first in Chinese, then after the switch in English.
    """
    own, file = built[kind]
    opened = ready(chromium_page, file)
    page = opened.page
    seen = set()
    for content in own:
        page.click(f".language[lang={content.language}]")
        for view in [one.key for one in content.views if not one.sides] or [""]:
            if view:
                page.locator(f".view input[value={view}]").check(force=True)
            switch_all_on(page)
            wanted = {
                layer.key: [said(one.popup) for one in layer.features if one.popup]
                for layer in of_view(content, view)
                if layer.pane not in ("ground", "streets", "reached")
            }
            found = page.evaluate(_POPUPS)
            assert {key: found.get(key) for key in wanted} == wanted
            seen |= {texts[0] for each in wanted.values() for texts in each}
    assert len(seen & set(NAMES)) > len(NAMES) / 2
    nothing_ran(opened)


@pytest.mark.parametrize("kind", MAPS)
def test_tables_lists_and_texts_say_the_names(built, chromium_page, kind):
    """If this fails, a name runs or is not the name in a table, the layer list or the sources."""
    own, file = built[kind]
    opened = ready(chromium_page, file)
    page = opened.page
    for content in own:
        page.click(f".language[lang={content.language}]")
        text = content.text
        assert page.title().split() == text.title.split()
        assert texts_of(page, "h1") == [text.title]
        assert texts_of(page, ".subtitle") == [text.subtitle]
        assert texts_of(page, ".view span") == [one.name for one in content.views]
        assert texts_of(page, "caption") == [one.caption for one in text.tables if one.rows]
        cells = [cell for one in text.tables if one.rows for row in one.rows for cell in row]
        assert first_texts(page, "tbody th, tbody td") == cells
        rows = {one.name for one in content.layers if one.in_list}
        assert rows <= set(texts_of(page, ".row-name"))
        assert {one.name for one in content.changes} <= set(texts_of(page, ".changes .row-name"))
        assert {one.name for one in text.legend} <= set(texts_of(page, ".legend .row-name"))
        assert set(text.sources) <= set(texts_of(page, ".notes li"))
        assert all(source in texts_of(page, ".page-foot")[0] for source in text.sources)
    nothing_ran(opened)


def test_results_of_a_search_and_names_on_the_map_are_the_names(built, chromium_page):
    """If this fails, a name runs when it is found, or when it is written beside its stop."""
    own, file = built["study"]
    opened = ready(chromium_page, file)
    page = opened.page
    labels = {
        one.label
        for layer in own[0].layers if layer.labels != "none"
        for one in layer.features if one.label
    }  # fmt: skip
    for name in sorted(labels & set(NAMES)):
        page.fill(".search input", name[:30])
        assert shortened(name, IN_LIST) in texts_of(page, ".result-name")
        page.keyboard.press("Enter")
        assert page.locator(".popup h3").count() or "__" in name or page.locator(".name").count()
    starts = tuple(label[:10] for label in labels)
    switch_all_on(page)
    written = first_texts(page, ".name")
    assert written
    assert all(text.removesuffix("…").startswith(starts) or text in labels for text in written)
    nothing_ran(opened)


def anything(name: str) -> PageContent:
    """A page that says ``name`` wherever a page can say something."""
    popup = Popup(name, ((name, name), (name, name)), (name,), name)
    point, line = Point(114.04, 22.73), LineString([(114.03, 22.73), (114.05, 22.735)])
    stop, course = Feature(point, name, popup, badge="x"), Feature(line, name, popup, arrows=True)
    area = Feature(box(114.03, 22.72, 114.05, 22.74), name, popup)
    layers = (
        Layer("stops", name, name, "point", "stops", (stop,), labels="stop", note=name),
        Layer("sign", f"{name} ", name, "point", "places", (stop,), Style(shape="badge")),
        Layer("line", f"{name}  ", name, "line", "lines", (course,), side_by_side=True,
              labels="line"),
        Layer("street", f"{name}   ", name, "line", "streets", (Feature(line, name),),
              labels="street"),
        Layer("park", f"{name}    ", name, "area", "park", (area,), labels="park", changes=(0,),
              views=("one",)),
    )  # fmt: skip
    views = (View("one", name, name), View("two", name, name),
             View("panes", name, name, ("one", "two"), "panes"))  # fmt: skip
    table = FactTable(name, (name, name), ((name, name), (name, name)), name, (), (True, False),
                      note_indicative=True)  # fmt: skip
    text = PageText(
        name, name, (name, name), (name, name), name, name, name, tables=(table,),
        legend=(LegendItem(name, "line", Style()),),
    )  # fmt: skip
    return PageContent(
        text, layers, (114.03, 22.72, 114.05, 22.74), views, changes=(ChangeItem(name),)
    )


PLACES = (
    "h1", ".subtitle", ".view span", ".view-note", ".side-name", "caption", "thead th", "tbody th",
    "tbody td", ".facts .small", ".group > .group-head h2", ".group-note", ".row-name",
    ".legend .row-name", ".notes li", ".foot-item span", ".popup h3", ".popup .tag", ".popup dt",
    ".popup dd", ".popup-note",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_every_place_that_can_hold_a_text_holds_the_name(name, chromium_page, tmp_path):
    """If this fails, some corner of a page, such as a view's button, reads a name as a program."""
    own = [replace(anything(name), language=LANGUAGES[0]),
           replace(anything(name + "·"), language=LANGUAGES[1])]  # fmt: skip
    opened = ready(chromium_page, write_page(tmp_path / "page.html", Page(own)))
    page = opened.page
    for content in (*own, own[0]):
        page.click(f".language[lang={content.language}]")
        page.locator(".view input[value=panes]").check(force=True)
        page.evaluate("transitPage.data.layers[0].drawn[0].path.openPopup()")
        wanted = content.text.title
        for css in PLACES:
            texts = first_texts(page, css)
            assert (css, [one for one in texts if wanted in one][:1]) != (css, [])
        page.evaluate("transitPage.map.closePopup()")
    nothing_ran(opened)


def texts_of(page, css):
    """The whole text of every match, letter by letter."""
    return page.locator(css).evaluate_all("all => all.map((one) => one.textContent)")


def first_texts(page, css):
    """The first text of every match, without the marks that stand behind it."""
    return page.locator(css).evaluate_all(
        "all => all.map((one) => one.firstChild ? one.firstChild.textContent : '')"
    )
