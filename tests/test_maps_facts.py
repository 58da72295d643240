"""What the panel says in numbers: marked where it is indicative, plain where data are missing."""

from __future__ import annotations

from dataclasses import replace

import maps_town
import pandas as pd
import pytest
from browser import click_feature

from transit.analysis.brief import brief
from transit.comparison import Case
from transit.maps.change import change_content
from transit.maps.study import study_content, study_map
from transit.model.network import Network
from transit.pages.page import write_page
from transit.scenario.scenario import Scenario

SHORT = {"M450": ["S5 S1 S7 S8", "S8 S7 S2 S5"]}  # M450 without S3 and S6


def surveyed(network: Network) -> Network:
    """The town with no street or stop that is indicative."""
    edges = network.streets.edges.assign(indicative=False)
    stops = network.feed.stops.assign(indicative=False)
    streets = replace(network.streets, edges=edges)
    return replace(network, streets=streets, feed=network.feed.with_tables(stops=stops))


def bare(*, stops: bool) -> Network:
    """The town without any line; without any stop as well unless ``stops``."""
    network = maps_town.network()
    feed = network.feed
    empty = {
        name: getattr(feed, name).iloc[:0]
        for name in ("routes", "patterns", "calls", "frequencies")
    }
    if not stops:
        empty["stops"] = feed.stops.iloc[:0]
    return replace(network, feed=feed.with_tables(**empty))


def test_counts_and_shares_say_what_is_indicative():
    """Else the share of a guessed outline is quoted as measured."""
    found = study_content(brief(maps_town.network(), maps_town.park())).text.tables
    within, coverage = found[:2]
    assert within.indicative[1:] == (True, True, True)
    assert coverage.indicative == (True, True, True, True)
    assert coverage.note_indicative


def test_what_is_surveyed_is_not_marked():
    """Else a mark on everything says nothing."""
    park = maps_town.park()
    sure = replace(park, indicative=False, gates=park.gates.assign(indicative=False))
    content = study_content(brief(surveyed(maps_town.network()), sure))
    within, coverage = content.text.tables[:2]
    assert not any((*within.indicative, *coverage.indicative, coverage.note_indicative))
    stops = next(one for one in content.layers if one.key == "stops_walk").features
    assert not any("示意" in text for stop in stops for _, text in stop.popup.rows[1:])


def test_a_feed_without_lines_says_so_and_gives_no_year():
    """Else missing data look like a park without service, dated "?"."""
    text = study_content(brief(bare(stops=True), maps_town.park())).text
    assert text.subtitle == "虚构小镇 · 以 500 m 为限"
    assert text.tables[0].caption == "该数据中没有公交线路。"
    assert {row[2] for row in text.tables[1].rows} == {"—"}


def test_a_feed_without_stops_says_so():
    """Else missing data look like a park that nothing reaches."""
    text = study_content(brief(bare(stops=False), maps_town.park())).text
    captions = [table.caption for table in text.tables]
    assert captions == ["该数据中没有站点，以下无从量算。", "该数据中没有公交线路。"]


def test_a_change_from_nothing_says_which_side_is_empty():
    """Else a plan for an area without data seems to add to a counted 0."""
    park = maps_town.park()
    sides = brief(bare(stops=False), park), brief(maps_town.network(), park)
    content = change_content(Case(Scenario("first"), *sides))
    assert content.text.tables[0].caption.startswith("调整前：该数据中没有站点")
    assert content.text.subtitle == "银星科技园区 · 以 500 m 为限"


def test_lines_of_unknown_year_give_no_year():
    """Else the subtitle reads "线路为 ? 年资料"."""
    network = maps_town.network()
    patterns = network.feed.patterns
    undated = patterns.assign(year=pd.Series(pd.NA, index=patterns.index, dtype="Int64"))
    feed = network.feed.with_tables(patterns=undated)
    text = study_content(brief(replace(network, feed=feed), maps_town.park())).text
    assert "?" not in text.subtitle


def test_a_line_that_moves_between_stops_of_one_name_shows_both():
    """Else a line that leaves a stop for its namesake 940 m away seems to change nothing.

    S5 and S8 both become 银星工业园: M450 leaves S8 for S10 and takes up S5 instead.
    """
    names = {"S5": "银星工业园", "S8": "银星工业园"}
    old = maps_town.network(names, courses={"M450": ["S1 S8 S10"]})
    new = maps_town.network(names, courses={"M450": ["S1 S5 S10"]})
    park = maps_town.park()
    content = change_content(Case(Scenario("moved"), brief(old, park), brief(new, park)))
    table = next(one for one in content.text.tables if one.caption == "线路得失")
    assert table.rows == (("M450", "银星工业园 (S5)", "银星工业园 (S8)"),)
    assert table.prose


def test_counts_and_shares_of_the_difference_say_that_they_are_indicative():
    """Else numbers from a guessed outline are quoted as measured; the town's outline is one."""
    park = maps_town.park()
    before = brief(maps_town.network(without=("S3", "S6"), courses=SHORT), park)
    case = Case(Scenario("longer"), before, brief(maps_town.network(), park))
    tables = {table.caption: table for table in change_content(case).text.tables}
    within = tables["500 m 以内（调整前 → 调整后）"]
    assert within.indicative[1:] == (True, True, True)
    areas = tables["站点 500 m 覆盖面积的变化（公顷）"]
    assert areas.indicative == (True, True)


@pytest.mark.browser
def test_marks_stand_in_the_panel_and_popups_fit_a_phone(chromium_page, tmp_path):
    """Else the mark is lost on the page, or the north sign covers the button that closes."""
    one = brief(maps_town.network(), maps_town.park())
    file = write_page(tmp_path / "study.html", study_map(one))
    page = chromium_page(file, width=390, height=844).page
    labels = [
        stop.label
        for layer in study_content(one).layers
        if layer.key == "stops_walk"
        for stop in layer.features
    ]
    click_feature(page, "stops_walk", labels.index("大布巷居委会"))
    page.wait_for_selector(".popup h3")
    assert not page.locator(".north").is_visible()
    page.locator(".leaflet-popup-close-button").click()
    page.wait_for_selector(".popup", state="detached")
    assert page.locator(".north").is_visible()
    page.click(".panel-button")
    panel = page.locator(".page-panel")
    assert panel.locator("tbody th .tag").count() >= 5
    note = panel.locator(".group-note").first.inner_text()
    assert note == "线路沿站点间推算的行驶街道绘制；点线处无道路数据，为站间直线示意。"
