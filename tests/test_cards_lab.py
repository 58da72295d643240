"""Cards in a real JupyterLab: each is shown, and hostile names are read literally."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_lab import WAIT_MS, Seen, run_all, served

pytest.importorskip("jupyterlab")

NAMES = (
    "<script>window.hit = 1</script>",
    '<img src=x onerror="window.hit = 1">',
    "`${window.hit = 1}` {{7*7}}",
    "$x^2$ <b>粗</b> &lt;",
)
SET_UP = f"""
import itertools, maps_town, transit
names = {NAMES!r}
called = itertools.cycle(names)
own = {{key: next(called) for key in (*maps_town.STOP_PLACES, *maps_town.COURSES)}}
network, park = maps_town.network(own), maps_town.park(names[0])
stop = transit.NewStop(stop_id="X1", stop_name=names[1], lon=114.04, lat=22.72, datum="WGS-84",
                       indicative=True, year=2026)
again = transit.NewStop(stop_id="X2", stop_name="又一站", lon=114.041, lat=22.72, datum="WGS-84",
                        indicative=True, year=2026)
scenario = transit.Scenario("hostile", (stop, again), names[2], names[3])
"""
CARDS = {
    "network": "network",
    "scenario": "scenario",
    "brief": "transit.brief(network, park)",
    "comparison": "transit.compare(network, scenario, park)",
    "attribution": 'transit.attribute(network, scenario, ["share_straight"], park)',
}
WIDE = """() => [...document.querySelectorAll(".jp-Notebook .transit-card")].map((card) => {
  const pane = card.closest(".jp-OutputArea-output");
  return [card.getBoundingClientRect().right, pane.getBoundingClientRect().right];
})"""
"""Of each card, where it and the place for it end on the right, in pixels."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a JupyterLab with one card a cell, and its folder."""
    folder = tmp_path_factory.mktemp("cards")
    with served(folder, [SET_UP, *CARDS.values()]) as address:
        yield address, folder


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_cards_are_shown_and_names_are_read_literally(
    chromium: Any, lab: tuple[str, Path], size: tuple[int, int]
) -> None:
    """If this fails, a stop's name runs in the notebook, or a planner sees no card."""
    width, height = size
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page, seen = context.new_page(), Seen()
    run_all(page, lab[0], seen)
    cards = page.locator(".jp-Notebook .transit-card")
    page.wait_for_function(
        f"() => document.querySelectorAll('.jp-Notebook .transit-card').length === {len(CARDS)}",
        timeout=WAIT_MS,
    )
    told = " ".join(cards.all_text_contents())
    for number in range(len(CARDS)):
        cards.nth(number).scroll_into_view_if_needed()
        page.screenshot(path=str(lab[1] / f"card{number}-{width}.png"))
    for name in NAMES:
        assert name in told
    assert page.evaluate("() => window.hit") is None
    assert cards.locator("script, img, b").count() == 0
    assert all(card <= place + 1 for card, place in page.evaluate(WIDE))
    assert (seen.dialogs, seen.refused, seen.errors) == ([], [], [])
    context.close()
