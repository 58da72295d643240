"""The editor in a real JupyterLab: picked, dragged, clicked and exported as a planner does it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_lab import WAIT_MS, Seen, run_all, served

import transit

pytest.importorskip("anywidget")
pytest.importorskip("jupyterlab")

HOSTILE = "<img src=x onerror=alert(1)></script>`${7*7}`"
DRAGGED = "S0070"
"""库坑路口, a call of M450 towards the park that no other call overlaps."""
CELL = """
import transit
area = transit.read_area(transit.bundled_area())
editor = transit.edit(area.network, area.parks[0])
editor
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a JupyterLab of its own with the editor's notebook open, and its folder."""
    folder = tmp_path_factory.mktemp("lab")
    with served(folder, [CELL]) as address:
        yield address, folder


class Bench(Seen):
    """The editor on the page: what a planner does, each awaited until Python has answered."""

    def __init__(self, page: Any) -> None:
        super().__init__()
        self.page = page
        self.root = page.locator(".transit-editor-root")

    def settled(self, number: int) -> None:
        """Wait until the answer to gesture ``number`` is shown."""
        self.page.wait_for_selector(
            f".transit-editor-root[data-answered='{number}']:not([data-waiting])",
            timeout=WAIT_MS,
        )

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a place is on the screen."""
        place = self.page.evaluate(
            """([lon, lat]) => {
              const root = document.querySelector(".transit-editor-root");
              const map = root.transitMap, frame = map.getContainer().getBoundingClientRect();
              const at = map.latLngToContainerPoint([lat, lon]);
              return [frame.left + at.x, frame.top + at.y];
            }""",
            [lon, lat],
        )
        return place[0], place[1]

    def figure(self, key: str, part: str) -> str:
        """A cell of the table of figures."""
        return str(self.root.locator(f"[data-key='{key}'] [data-part='{part}']").inner_text())


@pytest.fixture
def bench(chromium: Any, lab: Any) -> Iterator[Bench]:
    """The editor of the notebook, its cell run; only this machine can be reached."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    page = context.new_page()
    made = Bench(page)
    run_all(page, lab[0], made)
    made.root.wait_for(timeout=WAIT_MS)
    yield made
    context.close()


def edited(bench: Bench) -> None:
    """M450 picked, extended to the park, a stop dragged and a new one clicked."""
    root, mouse = bench.root, bench.page.mouse
    root.get_by_label("线路", exact=True).select_option(label="M450")
    bench.settled(1)
    root.get_by_label("走向", exact=True).select_option(value="M450_1")
    bench.settled(2)
    root.locator("[data-do='park']").click()
    bench.settled(3)
    root.get_by_text("看园区").click()
    root.locator(".transit-editor-map").scroll_into_view_if_needed()
    box = root.locator(f"[data-stop='{DRAGGED}']").bounding_box()
    mouse.move(box["x"] + 7, box["y"] + 7)
    mouse.down()
    mouse.move(box["x"] + 12, box["y"] + 9, steps=4)
    mouse.move(box["x"] + 15, box["y"] + 7, steps=4)
    mouse.up()
    bench.settled(4)
    root.locator("[data-tool='add']").click()
    root.locator("[data-field='name']").fill(HOSTILE)
    root.locator(".transit-editor-map").scroll_into_view_if_needed()
    gate = transit.read_area(transit.bundled_area()).parks[0].gates.iloc[1]
    x, y = bench.at(gate["gate_lon"], gate["gate_lat"])
    mouse.click(x + 8, y + 8)
    bench.settled(5)


@pytest.mark.browser
def test_a_line_is_edited_in_jupyterlab_and_exported(bench: Bench, lab: Any) -> None:
    """If this fails, a planner cannot edit a line in the notebook, or is told wrong figures."""
    edited(bench)
    root, folder = bench.root, lab[1]
    bench.page.screenshot(path=str(folder / "edited.png"))
    assert root.locator(".transit-editor-faults > div").count() == 0
    root.locator("[data-field='path']").fill("mine.yaml")
    root.locator("[data-do='write']").click()
    bench.settled(6)
    scenario = transit.read_scenario(folder / "mine.yaml")
    assert [change.verb for change in scenario.changes] == [
        "new_stop", "extend_line", "extend_line", "move_stop", "new_stop", "reroute", "reroute",
    ]  # fmt: skip
    assert scenario.changes[3].stop == DRAGGED
    assert scenario.changes[4].stop_name == HOSTILE
    assert HOSTILE in root.locator("[data-list='changes']").inner_text()
    assert root.locator("img").count() == 0
    assert root.locator("[data-field='yaml']").input_value() == transit.write_scenario(scenario)
    assert_as_compared(bench, scenario)
    assert (bench.dialogs, bench.refused, bench.errors) == ([], [], [])


def assert_as_compared(bench: Bench, scenario: transit.Scenario) -> None:
    """That the panel shows what Python's comparison of the exported scenario says."""
    area = transit.read_area(transit.bundled_area())
    found = transit.compare(area.network, scenario, area.parks[0])
    park = found.table[found.table["subject"] == "park"].set_index("measure")
    cost = found.operation.set_index(["route_short_name", "measure"]).loc["M450"]
    for side in ("before", "after"):
        for name in ("share_straight", "share_walk"):
            told = bench.figure(f"park/{name}", side).rstrip("*")
            assert told == f"{park.loc[name, side] * 100:.1f}"
        for name, form in (("vehicles", ",.0f"), ("vehicle_km", ",.1f")):
            told = bench.figure(f"line/{name}", side).rstrip("*")
            assert told == format(cost.loc[name, side], form)
    assert bench.figure("line/vehicles", "before") != bench.figure("line/vehicles", "after")
