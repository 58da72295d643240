"""The index page of a study, in a real browser without a network, and with hostile names."""

from __future__ import annotations

from pathlib import Path

import pytest
import town
from browser import overlapping
from openpyxl import load_workbook
from study_town import CASES, DENSER, write_area, write_towns

import transit

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(2)>",
    "`${alert(3)}` {{7*7}} {data} {script}",
    "\"'><b>&amp;",
    "=cmd|' /C calc'!A0",
    "\u202eexe.gnp\u200f",
    "长" * 10_000,
)
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Path:
    """The index page of both towns, with maps in the east."""
    folder = tmp_path_factory.mktemp("index")
    study = write_towns(folder / "towns", "title: 两镇\n")
    transit.run(study, folder / "out")
    one = write_towns(folder / "one", "title: 一镇\nareas: east\noutputs: [maps, tables]\n")
    text = one.read_text(encoding="utf-8").replace("areas: [west, east]\n", "")
    one.write_text(text, encoding="utf-8")
    transit.run(one, folder / "maps")
    return folder / "out" / "index.html"


def column(page, number: int) -> list[str]:
    return page.locator(f"tbody tr > *:nth-child({number})").all_inner_texts()


def test_every_case_is_a_row_and_nothing_is_loaded(chromium_page, index):
    """If this fails, the page is blank without the internet, or leaves cases out."""
    seen = chromium_page(index)
    assert seen.page.locator("tbody tr").count() == CASES
    assert seen.page.inner_text("h1") == "两镇"
    assert "16 种情形：2 个研究范围，3 个园区，2 种限距，2 个方案" in seen.page.inner_text("#head")
    assert seen.requests == []
    assert seen.errors == []


def test_it_speaks_both_languages(chromium_page, index):
    """If this fails, half of the readers cannot read it, or a switch loses what was chosen."""
    page = chromium_page(index).page
    page.fill("input[type=search]", "denser")
    assert page.get_attribute("html", "lang") == "zh-CN"
    assert "未能" not in page.inner_text("body")
    assert "配车数（全部线路）" in page.inner_text("thead")
    assert "受益：" in page.inner_text("tbody")
    page.click(".language")
    assert page.get_attribute("html", "lang") == "en"
    assert "vehicles, all lines" in page.inner_text("thead")
    assert "Better for" in page.inner_text("tbody")
    assert page.locator("tbody tr").count() == 4
    assert "4 of 16 shown" in page.inner_text(".below")


def test_rows_are_filtered_and_sorted(chromium_page, index):
    """If this fails, the best case cannot be found among a thousand.

    Only ``denser`` changes buses per hour: by 12 at P1, where 6 each way become 12 (test_study_run)
    and at P2, by whose stop 远山 the same line calls. Without gates P2 has no walks to be counted.
    """
    page = chromium_page(index).page
    page.locator("select").nth(2).select_option(label="200 m")
    page.locator("select").nth(1).select_option(label="园区P1")
    assert page.locator("tbody tr").count() == 5
    page.locator(".figures label", has_text="变化").click()
    heading = page.locator("thead button", has_text="车公里")
    heading.click()
    assert page.locator("thead th[aria-sort=descending]").count() == 1
    names = [text.split("\n")[0] for text in column(page, 1)]
    assert names[0] == "denser"
    assert names[3:] == ["现状", "现状"]  # no change is known of them: last either way
    heading.click()
    assert column(page, 1)[2].startswith("denser")
    heading.click()
    assert (
        page.locator("thead th[aria-sort=none]").count()
        == page.locator("thead th[aria-sort]").count()
    )
    page.locator("select").nth(0).select_option(label=page.locator("option").nth(1).inner_text())


def test_figures_are_shown_as_they_are(chromium_page, index):
    """If this fails, the page says other figures than the tables (sums in test_study_run)."""
    page = chromium_page(index).page
    page.click(".choose summary")
    page.locator(".choose .link").first.click()
    page.fill("input[type=search]", "denser")
    names = page.locator("thead .sign").all_inner_texts()
    hourly, share = (names.index(name) for name in ("高峰每小时班次", "直线覆盖率"))
    assert column(page, hourly + 1)[0] == "18 → 30\n+12"
    assert column(page, share + 1)[0].endswith("±0")
    assert page.locator("thead th").nth(share).inner_text().endswith("%")


def test_every_link_leads_to_a_file(chromium_page, index):
    """If this fails, a reader clicks on a map that is not there, or on one machine's path."""
    for page_file in (index, index.parent.parent / "maps" / "index.html"):
        page = chromium_page(page_file).page
        for number in range(page.locator(".row-links button").count()):
            page.locator(".row-links button").nth(number).click()
        hrefs = page.eval_on_selector_all("a", "links => links.map((one) => one.href)")
        kept = page.eval_on_selector_all("a", "all => all.map((one) => one.getAttribute('href'))")
        assert not any(one.startswith(("/", "file:", "http")) for one in kept)
        assert len(hrefs) >= 3
        for href in hrefs:
            path = page.evaluate("href => decodeURIComponent(new URL(href).pathname)", href)
            assert Path(path).is_file(), path
    page.click(".language")
    assert page.locator(".row-links a").first.get_attribute("href").endswith("/map.html#lang=en")
    page.click(".language")
    texts = page.locator(".row-links a").all_inner_texts()
    assert texts == ["地图"] * 4


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_nothing_overlaps(chromium_page, index, width, height):
    """If this fails, a control covers another, or the page is wider than a phone."""
    page = chromium_page(index, width=width, height=height).page
    controls = (".language", "input[type=search]", "select", ".figures", ".choose summary")
    assert overlapping(page, "h1", *controls) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_printed_it_holds_every_row_and_no_control(chromium_page, index):
    """If this fails, a print has buttons on it and lacks rows or the ends of verdicts."""
    page = chromium_page(index).page
    page.emulate_media(media="print")
    assert page.locator("#tools").is_hidden()
    assert page.locator("tbody tr").count() == CASES
    cut = page.evaluate(
        "[...document.querySelectorAll('.verdict .name')]"
        ".filter((one) => one.scrollHeight > one.clientHeight + 1).length"
    )
    assert cut == 0


def test_hostile_names_are_shown_literally(chromium_page, tmp_path):
    """If this fails, a park's or scenario's name runs as a program for whoever opens the page."""
    parks = [
        town.park({}, park_id=f"P{number}", bounds=(200 + number, 200, 600, 500), point=None)
        for number, _ in enumerate(HOSTILE)
    ]
    for park, name in zip(parks, HOSTILE, strict=True):
        object.__setattr__(park, "park_name", name)
    scenarios = {}
    for number, name in enumerate(HOSTILE):
        quoted = name.replace("'", "''")
        text = DENSER.replace("scenario: denser", f"scenario: '{quoted}'")
        scenarios[f"s{number}"] = text.replace("101 路加密", f"'{quoted}'")
    control = HOSTILE.index("\u202eexe.gnp\u200f")
    del scenarios[f"s{control}"]  # scenario files may hold no such marks
    # All parks with one scenario, and all scenarios for one park.
    write_area(tmp_path / "parks", "hostile", parks, {"s0": scenarios["s0"]})
    write_area(tmp_path / "scenarios", "also", parks[:1], scenarios)
    study = transit.Study(
        study=HOSTILE[0], title=HOSTILE[1], outputs=("tables",),
        areas=(str(tmp_path / "parks"), str(tmp_path / "scenarios")),
        limits_m=(200,), measures=("lines_within_outline", "vehicles"),
    )  # fmt: skip
    results = transit.run(study, tmp_path / "out")
    assert results.is_whole, results.faults
    seen = chromium_page(tmp_path / "out" / "index.html")
    page = seen.page
    assert page.inner_text("h1") == HOSTILE[1]
    assert page.title() == HOSTILE[1]
    body = page.inner_text("tbody")
    for name in HOSTILE:
        assert name in body
    page.click(".language")
    for number in range(3):
        page.locator(".row-links button").nth(number).click()
    assert page.locator("tbody script, tbody img, tbody b").count() == 0
    assert (seen.requests, seen.errors, seen.dialogs) == ([], [], [])
    card = results.card("en").html()
    assert "<script" not in card
    assert "<img" not in card
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in card
    book = load_workbook(tmp_path / "out" / "results.xlsx")
    assert all(cell.data_type != "f" for sheet in book for row in sheet.rows for cell in row)
    csv = (tmp_path / "out" / "results.csv").read_text(encoding="utf-8-sig")
    assert ",=cmd" not in csv
    assert '"=cmd' not in csv
    for path in (tmp_path / "out").rglob("*"):
        assert (tmp_path / "out") in path.resolve().parents
        assert len(path.name) <= 60
