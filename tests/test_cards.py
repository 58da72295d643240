"""What a notebook shows of a value: right, marked, bounded, and no name takes it over."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
import town

import transit
from transit.card import ROWS_AT_MOST, TEXT_AT_MOST, Card, change_text, table_section, value_text
from transit.errors import UsageError
from transit.scenario.stops import NewStop, RenameStop

HOSTILE = (
    "<script>window.hit = 1</script>",
    "</script><script>window.hit = 1</script>",
    '<img src=x onerror="window.hit = 1">',
    "`${window.hit = 1}` {{7*7}} {% raw %}",
    "\"'><svg onload=window.hit=1>",
    "$x^2$ \\(y\\) &lt;b&gt;",
    "站\u202e台\u2066名",
    '=cmd|"/c calc"!A1',
)
LONG = "长" * 10_000
MOST_BYTES = 60_000
CARDS = ("network", "scenario", "brief", "comparison", "catchment", "quality", "attribution")


class Texts(HTMLParser):
    """The texts of HTML, one a ``bdi``, its tags, and those of its attributes that could act."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.acting: list[str] = []
        self.texts: list[str] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.acting += [name for name, _ in attrs if name not in ("class", "lang")]
        self._open = tag == "bdi"
        if self._open:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[-1] += data


def parsed(html: str) -> Texts:
    found = Texts()
    found.feed(html)
    return found


@cache
def values(name: str = "") -> dict[str, object]:
    """One value of each kind in the town; ``name`` is that of a stop, a line and more."""
    stops = dict(town.STOPS)
    courses = dict(town.COURSES)
    if name:
        stops["S1"] = (name, *stops["S1"][1:])
        courses["R007_0"] = (name, *courses["R007_0"][1:])
    feed = town.make_feed(stops, courses, town.HEADWAYS, town.TRIPS)
    network = replace(town.network(feed), name=name or "小镇", sources=(name or "来源",))
    park = replace(town.park(), park_name=name or "园区")
    lon, lat = town.degrees(500, 450)
    changes = (
        NewStop(stop_id="X", stop_name=name or "新站", lon=lon, lat=lat, datum="WGS-84",
                indicative=True, year=2020, note=name),
        RenameStop(stop="S4", stop_name=name or "近山"),
    )  # fmt: skip
    scenario = transit.Scenario(name or "方案", changes, title=name, source=name)
    brief = transit.brief(network, park)
    return {
        "network": network,
        "scenario": scenario,
        "brief": brief,
        "comparison": transit.compare(network, scenario, park),
        "catchment": transit.stop_catchment(network, [name or "银星"]),
        "quality": transit.quality(network, [park]),
        "attribution": transit.attribute(network, scenario, ["share_walk"], park),
    }


def test_a_network_says_how_much_there_is() -> None:
    """If this fails, a planner is misled about what the network holds, or what of it is assumed.

    By hand: 8 stops, 6 patterns of 5 lines, of which R9X_0 has no service; three stations; a
    lattice of 2 × 13 × 12 = 312 blocks of 100 m = 31.2 km.
    """
    (counts,) = town.network().card("en").sections
    got = {row[0]: row[1:4] for row in counts.rows}
    assert got == {
        "stops": ("8", "kerbs", "0"),
        "lines": ("5", "lines", "0"),
        "patterns": ("6", "patterns", "0"),
        "patterns with service": ("5", "patterns", "0"),
        "metro stations": ("3", "stations", "0"),
        "street pieces": ("312", "pieces", "0"),
        "streets for walkers": ("31.2", "km", "0"),
        "streets for buses": ("31.2", "km", "0"),
    }


def test_a_brief_shows_each_meaning_and_the_denominator() -> None:
    """If this fails, a share stands in a notebook without what it is a share of.

    By hand: the park is 400 m × 300 m = 12 ha; S1 and S1b (100 m), S2 (300 m), S3 (350 m), S6
    (350 m) and S7 (100 m) are within 500 m of its outline.
    """
    card = transit.brief(town.network(), town.park()).card("en")
    assert ("outline", "12 ha") in card.facts
    definitions, coverage = card.sections
    assert [row[1] for row in definitions.rows if "outline" in row[0]] == ["6"]
    assert {row[3] for row in coverage.rows} == {"120,000"}
    assert "denominator area (m²)" in coverage.header
    assert coverage.note == "share = area covered ÷ area of the park's outline"


def test_a_comparison_shows_before_and_after_side_by_side() -> None:
    """If this fails, a reader takes a value before for one after, or misses who loses.

    By hand: a second stop 银星 inside the park's east side adds one kerb to each meaning; its
    place is indicative, and so is what counts it.
    """
    lon, lat = town.degrees(600, 400)
    stop = NewStop(stop_id="X", stop_name="门口", lon=lon, lat=lat, datum="WGS-84",
                   indicative=True, year=2020)  # fmt: skip
    card = transit.compare(town.network(), transit.Scenario("more", (stop,)), town.park()).card(
        "en"
    )
    verdicts, measures = card.sections
    assert [row[0] for row in verdicts.rows] == ["more"]
    rows = {row[1]: row[3:] for row in measures.rows}
    assert rows["stops_within_outline"] == ("6", "7 (+1)", "indicative")


@pytest.mark.parametrize("kind", CARDS)
def test_both_languages_say_the_same(kind: str) -> None:
    """If this fails, the Chinese card lacks a figure that the English one has, or mixes them."""
    value = values()[kind]
    chinese, english = (value.card(language) for language in ("zh-CN", "en"))
    shape = [
        ([len(section.rows) for section in card.sections], len(card.facts), len(card.notes))
        for card in (chinese, english)
    ]
    assert shape[0] == shape[1]
    assert value._repr_html_() == chinese.html()
    assert 'lang="en"' in english.html()
    numbers = [
        [cell for section in card.sections for row in section.rows for cell in row
         if re.fullmatch(r"[\d.,]+", cell)]
        for card in (chinese, english)
    ]  # fmt: skip
    assert numbers[0] == numbers[1]
    with pytest.raises(UsageError, match="no texts in 'fr'"):
        value.card("fr")


@pytest.mark.parametrize("kind", CARDS)
def test_hostile_names_are_texts(kind: str) -> None:
    """If this fails, the name of a stop, line, park or scenario runs code in a notebook."""
    for name in HOSTILE:
        html = values(name)[kind]._repr_html_()
        found = parsed(html)
        assert found.tags <= {"style", "div", "span", "bdi", "table", "thead", "tbody", "tr", "th",
                              "td"}  # fmt: skip
        assert found.acting == []
        assert any(name in text for text in found.texts), (kind, name)
        assert 'class="transit-card tex2jax_ignore mathjax_ignore"' in html


@pytest.mark.parametrize("kind", CARDS)
def test_long_names_do_not_flood_a_notebook(kind: str) -> None:
    """If this fails, one name of 10,000 characters fills the page."""
    html = values(LONG)[kind]._repr_html_()
    assert len(html) < MOST_BYTES
    assert "长" * (TEXT_AT_MOST - 1) not in html or "…" in html


@pytest.mark.browser
def test_the_browser_shows_hostile_names_as_they_are(
    chromium_page: Callable[..., object], tmp_path: Path
) -> None:
    """If this fails, a card loads something, says an error, or runs what a name holds."""
    path = tmp_path / "cards.html"
    cards = [value._repr_html_() for name in HOSTILE for value in values(name).values()]
    path.write_text(f'<meta charset="utf-8">{"".join(cards)}', encoding="utf-8")
    seen = chromium_page(path)
    assert (seen.requests, seen.errors, seen.dialogs) == ([], [], [])
    assert seen.page.evaluate("window.hit") is None
    shown = seen.page.locator("bdi").all_text_contents()
    assert [name for name in HOSTILE if name not in shown] == []


def test_a_table_is_cut_and_says_so() -> None:
    """If this fails, rows are missing from a card without a word."""
    table = pd.DataFrame({"stop_name": [f"站{row}" for row in range(20)], "share": 0.5})
    section = table_section("表", table, "zh-CN")
    assert (len(section.rows), section.more) == (ROWS_AT_MOST, 20 - ROWS_AT_MOST)
    assert section.header == ("站点", "覆盖率")
    assert section.rows[0] == ("站0", "50.0 %")
    assert "另有 8 行" in Card("", "", sections=(section,)).html()


def test_values_are_read_easily() -> None:
    """If this fails, a missing number looks like 0, or digits pretend a precision."""
    texts = [value_text(one) for one in (float("nan"), None, 0, 12, -3.0, 1e-7, 2345.6, 0.45678)]
    assert texts == ["—", "—", "0", "12", "−3", "≈0", "2,346", "0.457"]


@pytest.mark.parametrize(
    ("language", "header", "row"),
    [
        ("zh-CN", ("站点", "步行距离（m）", "独有覆盖率", "资料年份", "示意", "来源"),
         ("东门", "12", "1.0 %", "2020", "示意", "—")),
        ("en", ("stop", "walk (m)", "share covered by it only", "year", "indicative", "source"),
         ("东门", "12", "1.0 %", "2020", "indicative", "—")),
    ],
)  # fmt: skip
def test_a_table_is_shown_for_readers(
    language: str, header: tuple[str, ...], row: tuple[str, ...]
) -> None:
    """If this fails, notebooks show NaN, <NA>, row numbers, 0.00956 for 1 % and 2,020 for a year.

    By hand: 0.00956 is 1.0 %; 12.345678 m is known to the metre at best; the second row
    has gaps.
    """
    table = pd.DataFrame(
        {
            "stop_name": ["东门", None], "walk_m": [12.345678, float("nan")],
            "only_share": [0.00956, float("nan")], "year": pd.array([2020, None], dtype="Int64"),
            "indicative": [True, False], "source": ["", "实测"],
        }, index=[546, 549],
    )  # fmt: skip
    card = transit.table_card(table, "表", language)
    (section,) = card.sections
    assert section.header == header
    assert section.rows == (row, ("—", "—", "—", "—", "", "实测"))
    assert not {"546", "549", "nan", "<NA>"} & set(parsed(card.html()).texts)
    assert len(card.notes) == 1  # what indicative means
    assert len(repr(card)) < 80


def test_measures_in_one_column_have_the_forms_of_their_units() -> None:
    """If this fails, a share of 43.4 % stands as 0.434 beside 8 lines; or lines become 800 %.

    By hand: a change of 0.00114 of an area is 0.1 points, of 0.00001 less than is shown.
    """
    table = pd.DataFrame(
        {
            "unit": ["share of outline", "lines", "share of outline", "share of outline"],
            "before": [0.434, 8.0, 0.1, 0.1], "change": [-0.00114, 2.0, 0.00001, 0.0],
            "of_total": [0.00956, 0.5, float("nan"), 0.0],
        }
    )  # fmt: skip
    (section,) = transit.table_card(table, "", "en").sections
    assert [row[1:] for row in section.rows] == [
        ("43.4 %", "−0.1 points", "1.0 %"), ("8", "2", "50.0 %"), ("10.0 %", "≈0", "—"),
        ("10.0 %", "0", "0.0 %"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "share", "texts"),
    [
        (20.896, 21.782, False, ("20.9", "21.8", "+0.9")),
        (99.96, 101.4, False, ("100", "101", "+1")),
        (1.25, 1.0, False, ("1.25", "1", "−0.25")),
        (0.20896, 0.21782, True, ("20.9 %", "21.8 %", "+0.9")),
        (0.5, 0.5, True, ("50.0 %", "50.0 %", "±0")),
        (0.5, 0.5001, True, ("50.0 %", "50.0 %", "≈0")),
        (123.1, 123.4, False, ("123", "123", "+0.3")),
        (float("nan"), 3.0, False, ("—", "3", "—")),
    ],
)
def test_a_change_is_what_a_reader_subtracts(
    before: float, after: float, share: bool, texts: tuple[str, str, str]
) -> None:
    """If this fails, a reader of a card finds 20.9, 21.8 and +0.89. By hand."""
    sides = value_text(before, share=share), value_text(after, share=share)
    assert (*sides, change_text(before, after, share=share)) == texts
    unit = "share of outline" if share else "min"
    table = pd.DataFrame(
        {"unit": [unit], "before": [before], "after": [after], "change": [after - before]}
    )
    (section,) = transit.table_card(table, "", "en").sections
    points = " points" if share else ""
    assert section.rows[0][1:] == (*sides, texts[2] + points)


def test_a_network_is_short_as_text() -> None:
    """If this fails, a console is flooded by tables where a network is printed."""
    assert repr(town.network()) == (
        "Network('make-believe town', 8 stops, 5 lines, 312 street pieces, EPSG:4547)"
    )
