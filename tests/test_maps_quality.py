"""The page of the quality report: it opens offline, at any width, and no name acts in it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
import town

from transit.analysis.quality import quality
from transit.errors import UsageError
from transit.maps.quality import SHOWN_AT_MOST, quality_page

HOSTILE = (
    "</td><script>document.title='hit'</script><img src=x onerror=alert(1)>{{7*7}}\u202e\x1b[2J"
)


def hostile_town():
    """The town with a hostile name wherever a finding shows one."""
    base = town.network()
    feed = base.feed.with_tables(
        stops=base.feed.stops.assign(stop_name=HOSTILE),
        routes=base.feed.routes.assign(route_short_name=HOSTILE),
    )
    return replace(base.with_feed(feed), name=HOSTILE, sources=(HOSTILE,))


@pytest.fixture
def open_page(tmp_path, chromium_page):
    def opened(report, width=1280, language="zh-CN"):
        path = tmp_path / "quality.html"
        path.write_text(quality_page(report, language=language), encoding="utf-8")
        return chromium_page(path, width=width)

    return opened


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_opens_offline_at_any_width(open_page, width):
    """If this fails, the report is cut off on a phone, or waits for a network."""
    seen = open_page(quality(town.network(), [town.park()]), width)
    page = seen.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (seen.requests, seen.errors, seen.dialogs) == ([], [], [])
    assert page.locator("h1").inner_text() == "资料质量报告 · make-believe town"
    assert page.locator("#stop_off_streets tbody tr").count() == 1
    assert "150 m" in page.locator("#stop_off_streets").inner_text()
    # The error, the five warnings and the stop without lines stand at seven stops, or fewer.
    assert page.locator("svg .error, svg .warning").count() == 2


@pytest.mark.browser
def test_names_do_nothing(open_page):
    """If this fails, a name in a stranger's table runs in the planner's browser."""
    seen = open_page(quality(hostile_town(), [town.park()]))
    assert (seen.requests, seen.errors, seen.dialogs) == ([], [], [])
    assert seen.page.title() != "hit"
    assert seen.page.locator("script, img").count() == 0
    shown = seen.page.locator("#stop_off_streets tbody td").first.inner_text()
    assert shown.startswith("</td><script>document.title='hit'</script>")
    assert "{{7*7}}" in shown
    assert "\x1b" not in shown


def test_all_rules_are_told():
    """If this fails, what was asked and not found looks as if nobody had asked."""
    report = quality(town.network())
    html = quality_page(report, language="en")
    for rule in report.rules.itertuples():
        assert rule.title in html.replace("&#x27;", "'")
    assert "no parks known" in html
    assert "looked at" in html


def test_long_lists_are_cut_and_say_so():
    """If this fails, a page of a whole city cannot be opened, or hides that it was cut.

    250 stops where no line calls, besides S6.
    """
    base = town.network()
    one = base.feed.stops.iloc[[0]]
    more = [one.assign(stop_id=f"X{n}", stop_lon=114.04 + n * 1e-4) for n in range(250)]
    stops = pd.concat([base.feed.stops, *more], ignore_index=True)
    report = quality(base.with_feed(base.feed.with_tables(stops=stops)))
    html = quality_page(report, language="en")
    assert len(report.of("stop_uncalled")) == 251
    assert f"{251 - SHOWN_AT_MOST} more are not listed" in html


def test_nothing_found_and_no_place_to_show():
    """If this fails, a network that was only just begun has no report."""
    html = quality_page(quality(town.network(town.make_feed({}, {}), [])))
    assert "未发现错误与疑点" in html
    assert "<svg" not in html


def test_an_unknown_language_is_refused():
    """If this fails, a slip in the language gives a traceback."""
    with pytest.raises(UsageError, match="zh-CN"):
        quality_page(quality(town.network()), language="fr")


def test_equal_input_gives_equal_bytes():
    """If this fails, two runs of a nightly check differ though nothing changed."""
    pages = [quality_page(quality(town.network(), [town.park()])) for _ in range(2)]
    assert pages[0] == pages[1]
