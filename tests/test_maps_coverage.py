"""Parks coloured by coverage, and the seam by which any analysis is drawn in classes."""

from __future__ import annotations

import math

import pandas as pd
import pytest
import town
from shapely.geometry import Point

from transit.analysis.brief import brief, briefs
from transit.errors import UsageError
from transit.maps.coverage import _percent, coverage_content, coverage_map
from transit.maps.graded import Scale, graded, scale_of
from transit.maps.study import study_content, study_map
from transit.pages.content import Drawing, Feature, Popup
from transit.pages.page import write_page
from transit.terms import terms

LIMIT = 150
HOSTILE = "<script>alert(1)</script>`${x}` \" ' \u202e园"
# One stop in the middle of the first park; the second has none within 150 m.
STOPS = {"A": ("园心", 400, 350, "龙华"), "B": ("远处", 1200, 100, "龙华")}


@pytest.fixture(scope="module")
def found():
    feed = town.make_feed(STOPS, {"R1_0": ("1", 0, "A B")}, {"R1_0": 600})
    parks = [
        town.park(),
        town.park({}, park_id="P2", bounds=(800, 800, 1000, 1000), point=None),
    ]
    return briefs(town.network(feed), parks, limit_m=LIMIT)


def layers_of(content, view):
    return {
        one.name: [feature.label for feature in one.features]
        for one in content.layers
        if one.views == (view,)
    }


def test_parks_are_in_the_class_of_their_share(found):
    """If this fails, a park is coloured as if it were better served than it is.

    By hand: the circle of 150 m lies whole in a park of 400 m by 300 m: π · 150² ÷ 120,000 is
    58.9 %; the second park has no stop within 150 m of it.
    """
    assert math.pi * 150**2 / 120_000 == pytest.approx(0.589, abs=5e-4)
    content = coverage_content(found)
    straight = layers_of(content, "share_straight")
    assert straight == {"50%–70%": ["园区P1 58.9%"], "30% 以下": ["园区P2 0.0%"]}
    assert layers_of(content, "stops") == {"1–3": ["园区P1 1"], "1 以下": ["园区P2 0"]}
    assert layers_of(content, "lines") == {"1–3": ["园区P1 1"], "1 以下": ["园区P2 0"]}


def test_the_legend_says_every_class(found):
    """If this fails, a reader takes the darkest park for the best that can be."""
    content = coverage_content(found)
    told = [*layers_of(content, "share_straight")]
    told += [
        item.name.split("：")[1].removesuffix("（无）")
        for item in content.text.legend
        if item.views == ("share_straight",)
    ]
    assert sorted(told) == sorted(["30% 以下", "30%–50%", "50%–70%", "70%–90%", "90% 及以上"])


def test_the_table_has_every_park_and_its_denominator(found):
    """If this fails, parks are compared by shares of unknown areas: 12 ha and 4 ha are 16 ha."""
    table = coverage_content(found).text.tables[-1]
    rows = {row[0]: row[1:] for row in table.rows}
    straight = table.header.index("直线覆盖") - 1
    assert (rows["园区P1"][straight], rows["园区P2"][straight]) == ("58.9%", "0.0%")
    assert (rows["园区P1"][-1], rows["园区P2"][-1]) == ("12.0", "4.0")
    assert "合计 16.0 公顷" in table.note


def test_a_park_says_all_its_numbers(found):
    """If this fails, a click on a park tells its name and nothing to defend its colour by."""
    content = coverage_content(found)
    first = next(one for one in content.layers if one.views == ("share_straight",))
    said = dict(first.features[0].popup.rows)
    assert said["站点直线 150 m 覆盖占园区面积"] == "58.9%"
    assert said["边界 150 m 以内的站点"] == "1"
    assert "直线距离不超过 150 m" in said["直线"]
    assert said["来源"] == "make-believe"
    assert "12.0 公顷" in first.features[0].popup.note


def test_one_park_has_a_page_too(found):
    """If this fails, an area of one park has no such map."""
    assert coverage_content(found[0]).text.title == "园区P1公交覆盖"


def test_briefs_of_several_limits_are_refused(found):
    """If this fails, parks are compared by different limits."""
    other = brief(found[0].network, found[0].park, limit_m=300)
    with pytest.raises(UsageError, match="different limits"):
        coverage_map([found[1], other])


def invented(language):
    """An analysis that nobody has written yet: minutes to somewhere, of three places."""
    said = terms(language)
    scale = scale_of((15, 30), "{:g} min", said)
    minutes = {"near": 14.9, "on the break": 30.0, "unknown": float("nan")}
    places = [
        (Feature(Point(114.04 + step / 1000, 22.73), popup=Popup(name + HOSTILE)), value)
        for step, (name, value) in enumerate(minutes.items())
    ]
    return graded("minutes", f"Minutes {HOSTILE}", places, scale, said, kind="point")


def test_any_analysis_is_drawn_by_one_function():
    """If this fails, a new analysis cannot be shown without changing the maps room.

    A value on a break belongs to the class above; an unknown one to none of them.
    """
    drawing = invented("zh-CN")
    names = {layer.name: layer.features[0].popup.title for layer in drawing.layers}
    assert {name: title.removesuffix(HOSTILE) for name, title in names.items()} == {
        "30 min 及以上": "on the break", "15 min 以下": "near", "不详": "unknown",
    }  # fmt: skip
    assert [item.name.split("：")[-1] for item in drawing.legend] == ["15 min–30 min（无）"]


def test_a_page_takes_what_other_analyses_draw(found):
    """If this fails, their layers, signs, tables or notes get lost on the way."""
    content = study_content(found, extra=[invented, Drawing((), notes=("另说",))])
    keys = [layer.key for layer in content.layers]
    assert [key for key in keys if key.startswith("minutes")] == [
        "minutes_2", "minutes_0", "minutes_unknown",
    ]  # fmt: skip
    assert keys.index("minutes_0") < keys.index("ground")
    assert content.text.legend[0].name.endswith("15 min–30 min（无）")
    assert content.text.notes[-1] == "另说"
    with pytest.raises(UsageError, match="no drawing"):
        study_content(found, extra=["nonsense"])


def test_parks_that_overlap_are_counted_once_in_all():
    """If this fails, the denominator is ground that is not there: 12 ha and 12 ha, 6 ha shared."""
    parks = [town.park(), town.park({}, park_id="P2", bounds=(400, 200, 800, 500), point=None)]
    assert [park.area_m2 for park in parks] == [120_000, 120_000]
    feed = town.make_feed(STOPS, {"R1_0": ("1", 0, "A B")}, {"R1_0": 600})
    content = coverage_content(briefs(town.network(feed), parks, limit_m=LIMIT))
    assert "合计 18.0 公顷" in content.text.tables[-1].note


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.49996, "49.996%"), (0.5, "50.0%"), (0.50004, "50.0%"), (0.2999999, "29.99999%"),
     (0.589, "58.9%"), (0.0, "0.0%"), (1.0, "100.0%")],
)  # fmt: skip
def test_a_share_is_written_on_its_side_of_a_border(share, said):
    """If this fails, a park labelled 50.0% has the colour of 30%–50%."""
    assert _percent(share) == said


def test_breaks_that_are_written_alike_are_refused():
    """If this fails, the legend holds a class "30%–30%"."""
    with pytest.raises(UsageError, match=r"0\.301 and 0\.302 are written alike by '{:\.0%}'"):
        scale_of((0.1, 0.301, 0.302), "{:.0%}", terms("en"))
    assert scale_of((0.301, 0.302), "{:.1%}", terms("en")).names[1] == "30.1%–30.2%"


def test_what_is_no_quantity_is_in_no_class():
    """If this fails, a place that cannot be reached is drawn as one that is far, or near."""
    scale = scale_of((15, 30), "{:g} min", terms("en"))
    values = (None, float("inf"), float("-inf"), float("nan"), pd.NA)
    places = [(Feature(Point(114, 22)), value) for value in values]
    drawing = graded("minutes", "Minutes", places, scale, terms("en"), kind="point")
    assert [(layer.key, len(layer.features)) for layer in drawing.layers] == [
        ("minutes_unknown", 5)
    ]
    with pytest.raises(UsageError, match="map layer minutes: the value '12' is no number"):
        graded("minutes", "M", [(Feature(Point(114, 22)), "12")], scale, terms("en"))


@pytest.mark.parametrize(
    ("breaks", "names", "fault"),
    [((2, 1), ("a", "b", "c"), "do not rise"), ((1, 2), ("a", "b"), "2 names for 3 classes"),
     ((1, float("nan")), ("a", "b", "c"), "do not rise")],
)  # fmt: skip
def test_scales_that_make_no_sense_are_refused(breaks, names, fault):
    """If this fails, a value is given a colour that the legend says otherwise."""
    with pytest.raises(UsageError, match=fault):
        Scale(breaks, names, ("#000000",) * 3)


@pytest.mark.browser
def test_buttons_choose_the_measure(found, chromium_page, tmp_path):
    """If this fails, the buttons of the choropleth change nothing."""
    opened = chromium_page(write_page(tmp_path / "园区.html", coverage_map(found)))
    page = opened.page
    page.wait_for_selector("body.ready")
    seen = {}
    for name in ("直线覆盖", "站点"):
        page.locator(".view", has_text=name).click()
        seen[name] = " ".join(page.locator(".name-park").all_inner_texts())
    assert "园区P1 58.9%" in seen["直线覆盖"]
    assert "园区P1 1" in seen["站点"]
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])


@pytest.mark.browser
def test_what_an_analysis_says_is_shown_as_it_is(found, chromium_page, tmp_path):
    """If this fails, a name in a new layer runs as a script."""
    opened = chromium_page(write_page(tmp_path / "新.html", study_map(found, extra=[invented])))
    page = opened.page
    page.wait_for_selector("body.ready")
    assert HOSTILE in page.locator(".group h2", has_text="Minutes").first.text_content()
    page.evaluate("""() => {
      const layer = transitPage.data.layers.find((one) => one.key === "minutes_0");
      layer.drawn[0].path.openPopup();
    }""")
    assert page.locator(".popup h3").text_content() == "near" + HOSTILE
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])
