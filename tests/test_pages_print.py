"""Pages on paper: A4 and A3, asked for upright or across; looked at as pictures and as words."""

from __future__ import annotations

import re
import shutil
import subprocess

import numpy as np
import pytest
from page_kinds import MAPS, PLAIN, contents, own_town, written_once

from transit.pages import palette

pytestmark = pytest.mark.browser
SHEETS = {
    "study": (("A4", True), ("A4", False), ("A3", True), ("A3", False)),
    "change": (("A4", True), ("A3", True)),
    "rings": (("A4", True),),
    "coverage": (("A4", True),),
    "network": (("A4", True),),
}
"""Paper, and whether it lies across. A page asks for paper across, whatever else is said."""
DPI = 72
MM = DPI / 25.4
MARGIN_MM = 10.0
MOST_SHEETS = {"study": 3, "change": 4, "rings": 3, "coverage": 3, "network": 3}
INK = {
    "study": (palette.PARK.color, "#0072B2", "#D55E00", "#009E73"),
    "change": (palette.PARK.color, "#0072B2"),
    "rings": (palette.PARK.color,),
    "coverage": (),
    "network": ("#0072B2", "#D55E00", "#009E73"),
}
"""Colours of the park and of lines (those of ``maps_town``) that a map must show on paper."""
STREET = palette.STREET_STYLES["main"].color


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    for program in ("pdftoppm", "pdftotext"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} (poppler-utils) is not installed")
    return written_once(tmp_path_factory.mktemp("pages"))


def printed(page, folder, paper, *, across):
    """The page as a PDF file, with the margins that a browser gives by itself."""
    path = folder / f"{paper}-{'across' if across else 'upright'}.pdf"
    room = dict.fromkeys(("top", "right", "bottom", "left"), "10mm")
    page.pdf(path=path, format=paper, landscape=across, print_background=True, margin=room)
    return path


def sheets(path):
    """Every sheet as it looks, shape (height, width, 3)."""
    image = pytest.importorskip("PIL.Image")
    subprocess.run(["pdftoppm", "-r", str(DPI), "-png", str(path), str(path.with_suffix(""))],
                   check=True)  # fmt: skip
    found = sorted(path.parent.glob(f"{path.stem}-*.png"))
    return [np.asarray(image.open(one).convert("RGB")).astype(int) for one in found]


def read(path):
    """All words of a PDF without spaces, in the order in which they were written."""
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True)
    return squeezed(done.stdout.decode("utf-8"))


def squeezed(text):
    return re.sub(r"[\s\u00ad\u200b\f]+", "", text)


def share_of(sheet, colour):
    """How many pixels have nearly this colour."""
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return int((np.abs(sheet - wanted).max(axis=2) <= 12).sum())


def ink_in_margins(sheet, margin_mm):
    """Pixels that are not white nearer to the edge than the margin, less 1 mm."""
    wide = int((margin_mm - 1) * MM)
    dark = (sheet < 250).any(axis=2)
    dark[wide:-wide, wide:-wide] = False
    return int(dark.sum())


def wanted_texts(content):
    """What a reader of the paper must find on it."""
    text = content.text
    shown = [one for one in text.tables if not one.views or content.start in one.views]
    signs = [one for one in text.legend if not one.views or content.start in one.views]
    layers = [
        one.name for one in content.layers
        if one.in_list and one.shown and (not one.views or content.start in one.views)
    ]  # fmt: skip
    cells = [cell for one in shown for row in (one.header, *one.rows) for cell in row]
    return [text.title, text.subtitle, text.definition, text.crs, text.datum, *text.sources,
            *text.notes, *(one.name for one in signs), *layers, *cells]  # fmt: skip


@pytest.mark.parametrize("kind", MAPS)
def test_a_map_is_whole_on_paper(file, chromium_page, tmp_path, kind):
    """If this fails, the map is blank or cut on paper, or lacks its title, legend or sources."""
    opened = chromium_page(file(kind))
    page = opened.page
    page.wait_for_selector("body.ready", state="attached")
    content = contents(kind, own_town())[0]
    wanted = {squeezed(text) for text in wanted_texts(content)}
    for paper, across in SHEETS[kind]:
        path = printed(page, tmp_path, paper, across=across)
        found = sheets(path)
        assert 1 <= len(found) <= MOST_SHEETS[kind]
        first = found[0]
        assert share_of(first, STREET) > 150
        assert {colour for colour in INK[kind] if share_of(first, colour) < 30} == set()
        assert [ink_in_margins(one, MARGIN_MM) for one in found] == [0] * len(found)
        said = read(path)
        assert said.startswith(squeezed(content.text.title))
        assert {text for text in wanted if text not in said} == set()
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])


@pytest.mark.parametrize("view", ["panes", "swipe"])
def test_both_sides_are_on_paper(file, chromium_page, tmp_path, view):
    """If this fails, one of two maps is blank on paper, or they show different ground."""
    page = chromium_page(file("change")).page
    page.wait_for_selector("body.ready", state="attached")
    page.locator(f".view input[value={view}]").check(force=True)
    first = sheets(printed(page, tmp_path, "A4", across=True))[0]
    left, right = np.array_split(first, 2, axis=1)
    for half in (left, right):
        assert share_of(half, STREET) > 60
        assert share_of(half, palette.PARK.color) > 20
    assert ink_in_margins(first, MARGIN_MM) == 0


@pytest.mark.parametrize("kind", PLAIN)
def test_pages_without_a_map_print_too(file, chromium_page, tmp_path, kind):
    """If this fails, a table of a report, an index or a quality report is cut on paper."""
    page = chromium_page(file(kind)).page
    title = squeezed(page.locator("h1").inner_text())
    last = squeezed(page.locator("body").inner_text())[-20:]
    path = printed(page, tmp_path, "A4", across=False)
    assert {ink_in_margins(one, MARGIN_MM) for one in sheets(path)} == {0}
    said = read(path)
    assert title in said
    assert said.endswith(last)
