"""The bundled study area as pages: what the README shows must open, small and whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from transit.analysis.brief import brief
from transit.comparison import compare
from transit.maps.change import change_maps
from transit.maps.study import study_map
from transit.pages.page import write_page
from transit.scenario.files import read_scenario
from transit.sources.area import read_area

YINXING = Path(__file__).resolve().parents[1] / "data" / "yinxing"
SCENARIOS = sorted(path.stem for path in (YINXING / "scenarios").glob("*.yaml"))


@pytest.fixture(scope="module")
def area():
    return read_area(YINXING)


@pytest.fixture(scope="module")
def pages(area):
    scenarios = [read_scenario(YINXING / "scenarios" / f"{name}.yaml") for name in SCENARIOS]
    compared = compare(area.network, scenarios, area.parks)
    return {"study": study_map(brief(area.network, area.parks[0])), **change_maps(compared)}


@pytest.mark.browser
@pytest.mark.parametrize("name", ["study", *SCENARIOS])
def test_bundled_pages_open_small_and_whole(name, area, pages, chromium_page, tmp_path):
    """Else the first thing a new user opens is blank, slow or calls out."""
    file = write_page(tmp_path / f"{name}.html", pages[name])
    assert file.stat().st_size < 600_000
    opened = chromium_page(file)
    opened.page.wait_for_selector("body.ready")
    names = " ".join(opened.page.locator(".name").all_inner_texts())
    assert area.parks[0].park_name in names
    assert "示意" in opened.page.locator(".page-panel").inner_text()
    assert (opened.requests, opened.errors, opened.dialogs) == ([], [], [])
