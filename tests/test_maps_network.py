"""The page of a network without a park: an analyst sees the feed as it was imported.

In ``maps_town`` every pattern runs every 720 s from 06:00 to 22:00, 5 an hour, by assumption.
"""

from __future__ import annotations

import csv
import io
import zipfile

import maps_town
import numpy as np
import pandas as pd
import pytest
import shapely
import town

import transit
from transit.analysis.service import peak_period
from transit.errors import UsageError
from transit.maps.network import network_content
from transit.maps.network_lines import LISTED_AT_MOST, mode
from transit.model.feed import Feed
from transit.model.network import Network
from transit.model.streets import Streets
from transit.parsing import empty
from transit.schema import FREQUENCIES

PLACES = {"A": ("甲", 0, 0, ""), "B": ("乙", 300, 0, ""), "C": ("丙", 500, 500, "")}
CORNER = [(0, 0), (200, 0), (500, 0), (500, 500)]


def layers(content) -> dict:
    return {layer.key: layer for layer in content.layers}


def rows(content, key: str, label: str) -> dict[str, str]:
    (found,) = (one for one in layers(content)[key].features if one.label == label)
    return dict(found.popup.rows)


def bare(feed: Feed) -> Network:
    """``feed`` without any street."""
    return Network("裸网", Streets.none(town.CRS), feed, town.area(-200, -200, 1400, 1400))


def on_corner(places=PLACES, headways=(("L_0", 600), ("L_1", 600), ("X_0", 1200))) -> Network:
    """Line L calls at B both ways, X runs through without a call; one shape with a corner."""
    feed = town.make_feed(
        places, {"L_0": ("L", 0, "A B C"), "L_1": ("L", 1, "C B A"), "X_0": ("X", 0, "A C")},
        dict(headways),
    )  # fmt: skip
    shapes = [
        (shape, number, *town.degrees(*place))
        for shape, course in (("out", CORNER), ("back", CORNER[::-1]))
        for number, place in enumerate(course)
    ]
    names = ["shape_id", "shape_pt_sequence", "shape_pt_lon", "shape_pt_lat"]
    own = feed.patterns["direction_id"].map({0: "out", 1: "back"})
    return bare(
        feed.with_tables(
            shapes=pd.DataFrame(shapes, columns=names), patterns=feed.patterns.assign(shape_id=own)
        )
    )


def many(count: int) -> Network:
    """``count`` lines from 甲 to 乙; line 0 has no service, line n runs n an hour for n ≥ 1."""
    lines = {f"R{n:02d}_0": (f"R{n:02d}", 0, "A B") for n in range(count)}
    headways = {f"R{n:02d}_0": 3600 // n for n in range(1, count)}
    return bare(town.make_feed(PLACES, lines, headways))


def test_the_panel_counts_the_network():
    """If this fails, the first thing an analyst checks an import by is wrong.

    By hand: 11 stops, 5 lines of which B919 has one direction, so 9 directions; each of the 9
    patterns leaves 5 times an hour, 90 times in 2 hours and 720 times in 16.
    """
    (table,) = network_content(maps_town.network()).text.tables
    assert table.rows == (
        ("站点", "11"), ("线路", "5"), ("线路方向", "9"), ("发车 07:00–09:00", "90"),
        ("全天发车", "720"),
    )  # fmt: skip
    assert table.indicative == (True, False, False, True, True)
    for name in ("站点：", "线路：", "线路方向：", "发车："):
        assert name in table.note


def test_every_stop_is_drawn_with_its_lines_buses_and_id():
    """If this fails, a stop far from the streets is missing, or its buses are.

    By hand: at 远处的村 both directions of 627 and of M510 end or begin: 4 patterns of 5 an hour.
    """
    content = network_content(maps_town.network())
    assert len(layers(content)["stops_called"].features) == len(maps_town.STOP_PLACES)
    found = rows(content, "stops_called", "远处的村")
    assert found["班次"] == "20.0 班/小时（07:00–09:00，示意）"
    assert [line.split()[0] for line in found["线路"].splitlines()] == ["627", "M510"]
    assert "S11" in found.values()
    assert found["来源"] == maps_town.SOURCE


def test_a_stop_where_no_line_calls_is_told_apart():
    """If this fails, a stop that the feed forgot to serve looks like any other."""
    feed = town.make_feed(PLACES, {"L_0": ("L", 0, "A B")}, {"L_0": 600})
    content = network_content(bare(feed))
    assert [one.label for one in layers(content)["stops_not_called"].features] == ["丙"]
    assert rows(content, "stops_not_called", "丙")["线路"] == "无线路停靠"


def test_few_lines_are_rows_of_the_list_side_by_side():
    """If this fails, a line of a small feed cannot be switched on by itself."""
    content = network_content(maps_town.network())
    lines = [layer for layer in content.layers if layer.key.startswith("line_")]
    assert [layer.name for layer in lines] == sorted(maps_town.COURSES)
    assert all(layer.side_by_side and layer.shown for layer in lines)
    assert {layer.group for layer in lines} == {"线路 · 公交"}
    assert not any(layer.shown for layer in content.layers if "loads" in layer.key)


def test_straight_hops_carry_the_buses_of_both_kerbs():
    """If this fails, a feed without streets and shapes has no loads, or half of them.

    By hand: between 科技园 (both kerbs) and 爱心家园 run both directions of M450, 627 and
    高快巴士6, and B919 there and back: 8 times 5 an hour.
    """
    content = network_content(bare(maps_town.feed()))
    (busiest,) = layers(content)["hop_loads_3"].features
    said = dict(busiest.popup.rows)
    assert said["双向合计"] == "40.0 班/小时（07:00–09:00，示意）"
    assert said["线路"].splitlines() == [
        "627：10.0", "B919：10.0", "M450：10.0", "高快巴士6：10.0",
    ]  # fmt: skip
    assert any(item.name.startswith("点线") for item in content.text.legend)


def test_published_courses_are_followed_and_summed():
    """If this fails, lines of a feed with shapes are drawn across blocks, or loads are split.

    By hand: L runs 6 an hour each way and X 3, all on one shape: 15 on every metre of its
    500 + 500 m, though X does not call at 乙.
    """
    network = on_corner()
    content = network_content(network)
    (load,) = layers(content)["hop_loads_1"].features
    assert dict(load.popup.rows)["双向合计"] == "15.0 班/小时（07:00–09:00）"
    assert dict(load.popup.rows)["线路"] == "L：12.0\nX：3.0"
    places = [(0, 0), (200, 0), (300, 0), (500, 0), (500, 500)]
    wanted = np.array([town.degrees(*place) for place in places])
    assert shapely.distance(load.geometry, shapely.points(wanted)).max() < 2e-6
    assert shapely.length(load.geometry) == pytest.approx(
        shapely.length(shapely.linestrings(wanted[[0, 3, 4]])), rel=1e-4
    )
    (both,), (one,) = (layers(content)[f"line_{rank}"].features for rank in (0, 1))
    assert (both.arrows, one.arrows) == (False, True)
    assert (both.dash, one.dash) == ("", "")
    assert "线路按资料公布的走向（GTFS shapes）绘制" in content.text.notes[0]
    assert not any(item.name.startswith("点线") for item in content.text.legend)


def test_a_hop_far_from_its_shape_is_drawn_dotted_and_said():
    """If this fails, a course that nobody published passes for one that is known."""
    away = PLACES | {"B": ("乙", 300, -400, "")}
    content = network_content(on_corner(away))
    dashes = {one.dash for one in layers(content)["line_0"].features}
    assert dashes == {"2 4"}
    assert "点线处两者皆无" in content.text.notes[0]
    assert layers(content)["line_0"].features[0].popup.note.startswith("点线处无道路数据")
    assert layers(content)["line_1"].features[0].popup.note == ""


@pytest.mark.parametrize(("east", "wanted"), [(215, [0, 200]), (300, [0, 200, 300])])
def test_a_stop_near_a_vertex_is_drawn_there(east, wanted):
    """If this fails, lines that call at different stops of a street no longer share its lanes.

    By hand: 215 is 15 m from the vertex at 200 (within 25 m), 300 is 100 m from it.
    """
    from transit.maps.published import hop_vertices

    network = on_corner(PLACES | {"B": ("乙", east, 0, "")})
    xy = hop_vertices(network)["L_0"][0] - town.ORIGIN
    np.testing.assert_allclose(xy, [(x, 0) for x in wanted], atol=0.01)


def test_many_lines_are_classed_by_their_service():
    """If this fails, a list of a hundred rows hides what a reader looks for.

    By hand: lines run 1, 2, 3 … an hour, line 0 not at all; breaks at 2, 4, 6 and 12.
    """
    count = LISTED_AT_MOST + 1
    content = network_content(many(count))
    names = {
        layer.name: sorted(int(one.label[1:]) for one in layer.features)
        for layer in content.layers
        if layer.pane == "lines"
    }
    assert names == {
        "12 班/小时及以上": list(range(12, count)), "6–12 班/小时": list(range(6, 12)),
        "4–6 班/小时": [4, 5], "2–4 班/小时": [2, 3], "2 班/小时以下": [1],
        "07:00–09:00 无班次": [0],
    }  # fmt: skip
    assert all(layer.labels == "line" for layer in content.layers if layer.pane == "lines")
    shown = {layer.key.split("_")[0]: layer.shown for layer in content.layers}
    assert (shown["lines"], shown["hop"]) == (False, True)


def test_a_line_counts_by_its_more_frequent_direction():
    """If this fails, a line is classed by the sum of its directions, twice what a rider has.

    By hand: line L leaves 6 times an hour one way and 2 times the other.
    """
    from transit.maps.network_lines import line_buses

    network = on_corner(headways=(("L_0", 600), ("L_1", 1800)))
    assert line_buses(network.feed, ("07:00", "09:00")).to_dict() == {"L": 6.0, "X": 0.0}


@pytest.mark.parametrize(
    ("route_type", "wanted"),
    [(0, "tram"), (1, "metro"), (2, "rail"), (3, "bus"), (11, "trolleybus"), (109, "rail"),
     (405, "metro"), (702, "bus"), (900, "tram"), (1000, "ferry"), (1501, "other")],
)  # fmt: skip
def test_modes_are_those_of_gtfs(route_type, wanted):
    """If this fails, a tram is listed with the buses; numbers of GTFS and its extended ones."""
    assert mode(route_type) == wanted


@pytest.mark.parametrize(
    ("clocks", "wanted"),
    [
        (["13:10:00", "13:50:00", "14:30:00", "18:00:00"], ("13:00", "15:00")),
        (["08:00:00", "13:10:00", "13:50:00"], ("07:00", "09:00")),
        (["24:30:00"], ("23:00", "25:00")),
    ],
)
def test_the_hours_shown_are_those_with_service(clocks, wanted):
    """If this fails, the page of a feed that runs in the afternoon only says 0 everywhere."""
    feed = town.make_feed(PLACES, {"L_0": ("L", 0, "A B")}, trips={"L_0": clocks})
    assert peak_period(feed) == wanted


def test_a_period_can_be_asked_for():
    """If this fails, an analyst of the evening gets the morning. By hand: 22:00 ends service."""
    content = network_content(maps_town.network(), period=("21:00", "23:00"))
    assert dict(content.text.tables[0].rows)["发车 21:00–23:00"] == "45"
    assert rows(content, "stops_called", "远处的村")["班次"].startswith("10.0 班/小时（21:00–23:00")
    with pytest.raises(UsageError, match="not a time of day"):
        network_content(maps_town.network(), period=("9", "8"))


@pytest.mark.parametrize("count", [3, LISTED_AT_MOST + 1])
def test_service_that_is_not_known_is_not_0(count):
    """If this fails, the lines of OpenStreetMap, which has no headways, run 0 buses an hour."""
    network = many(count)
    network = network.with_feed(network.feed.with_tables(frequencies=empty(FREQUENCIES)))
    content = network_content(network)
    assert not any("loads" in layer.key for layer in content.layers)
    assert all(layer.shown for layer in content.layers if layer.pane == "lines")
    assert "班次" not in rows(content, "stops_called", "甲")
    assert dict(content.text.tables[0].rows)["全天发车"] == "—"
    said = [text for one in layers(content).values() for f in one.features if f.popup
            for _, text in f.popup.rows]  # fmt: skip
    assert not any("班/小时" in text or "无班次" in text for text in said)
    assert "班次不详" in content.text.subtitle


def test_a_network_without_lines_says_so():
    """If this fails, an extract with stops alone breaks the page, or shows an empty map."""
    feed = maps_town.feed()
    none = {name: getattr(feed, name).iloc[:0] for name in
            ("routes", "patterns", "calls", "frequencies")}  # fmt: skip
    content = network_content(maps_town.network().with_feed(feed.with_tables(**none)))
    assert content.text.tables[0].caption == "该数据中没有公交线路。"
    assert len(layers(content)["stops_not_called"].features) == len(maps_town.STOP_PLACES)


def test_the_page_holds_both_languages_and_its_time_alone():
    """If this fails, two runs of one command differ, or a page has texts of one language."""
    made = [transit.network_map(maps_town.network()).html() for _ in range(2)]
    assert made[0] == made[1]
    assert "虚构小镇公交线网" in made[0]
    assert "虚构小镇: the bus network" in made[0]


@pytest.mark.browser
def test_a_reader_finds_a_line_of_many(chromium_page, tmp_path):
    """If this fails, lines that are not rows of the list cannot be found at all."""
    path = transit.write_page(tmp_path / "n.html", transit.network_map(many(LISTED_AT_MOST + 1)))
    seen = chromium_page(path)
    page = seen.page
    key = "lines_bus_1"
    drawn = (
        "key => transitPage.map.hasLayer(transitPage.data.layers.find(l => l.key === key).group_of)"
    )
    assert not page.evaluate(drawn, key)
    page.fill(".search input", "R03")
    page.keyboard.press("Enter")
    assert page.evaluate(drawn, key)
    assert "R03" in page.locator(".leaflet-popup").inner_text()
    assert (seen.requests, seen.errors) == ([], [])


@pytest.mark.shared
def test_a_city_stays_small(shared_data, tmp_path):
    """If this fails, the page of a city cannot be mailed: 5 MB is what it may have.

    The counts are those of the feed's own tables: 3,986 stops that lines call at, 115 lines.
    """
    feed = shared_data / "porto_alegre" / "poa_eptc.zip"
    with zipfile.ZipFile(feed) as packed:
        read = {
            name: list(csv.DictReader(io.TextIOWrapper(packed.open(f"{name}.txt"), "utf-8-sig")))
            for name in ("routes", "stops")
        }
    network = transit.read_gtfs(feed).network
    page = transit.network_map(network)
    path = transit.write_page(tmp_path / "city.html", page)
    assert path.stat().st_size < 5_000_000
    said = dict(page.content.text.tables[0].rows)
    assert said["线路"] == f"{len(read['routes']):,}"
    assert said["站点"] == f"{len(read['stops']):,}"
    assert len([layer for layer in page.content.layers if layer.in_list]) < 20
