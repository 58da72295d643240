"""The editor in a real JupyterLab: picked, dragged, clicked and exported as a planner does it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import transit

pytest.importorskip("anywidget")
pytest.importorskip("jupyterlab")

TOKEN = "editor"  # noqa: S105  (of a server on this machine, for the time of the test)
WAIT_MS = 120_000
HOSTILE = "<img src=x onerror=alert(1)></script>`${7*7}`"
DRAGGED = "S0070"
"""库坑路口, a call of M450 towards the park that no other call overlaps."""
CELL = """
import transit
area = transit.read_area(transit.bundled_area())
editor = transit.edit(area.network, area.parks[0])
editor
"""


READY = """() => {
  const panel = window.jupyterapp && jupyterapp.shell.currentWidget;
  const kernel = panel && panel.sessionContext && panel.sessionContext.session?.kernel;
  return Boolean(kernel && kernel.status === "idle" && kernel.connectionStatus === "connected");
}"""
"""Whether the notebook is open and its kernel waits for work."""


def notebook() -> dict:
    """A notebook of one cell that opens the editor."""
    cell = {"cell_type": "code", "id": "one", "metadata": {}, "outputs": [],
            "execution_count": None, "source": CELL.strip()}  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": [cell]}


def answers(address: str) -> bool:
    """Whether the server answers there."""
    try:
        with urllib.request.urlopen(address, timeout=2):  # noqa: S310
            return True
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a JupyterLab of its own with the notebook open, and its folder."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "one.ipynb").write_text(json.dumps(notebook()), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR",
           "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR",
           "JUPYTERLAB_WORKSPACES_DIR")}  # fmt: skip
    package = str(Path(transit.__file__).parents[1])
    environment = {**os.environ, **own, "PYTHONPATH": package}
    settings = folder / "JUPYTERLAB_SETTINGS_DIR" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet), "utf-8")
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
        f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={folder}", "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly", "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    with (folder / "log.txt").open("wb") as log:
        server = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        for _ in range(120):
            if server.poll() is not None or answers(f"{address}/api?token={TOKEN}"):
                break
            time.sleep(0.5)
        assert server.poll() is None, (folder / "log.txt").read_text("utf-8")[-3000:]
        yield f"{address}/lab/tree/one.ipynb?reset&token={TOKEN}", folder
    finally:
        server.terminate()
        server.wait(timeout=30)


class Bench:
    """The editor on the page: what a planner does, each awaited until Python has answered."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.dialogs: list[str] = []
        self.refused: list[str] = []
        self.errors: list[str] = []
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

    def decide(route: Any) -> None:
        if re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", route.request.url):
            route.continue_()
        else:
            made.refused.append(route.request.url)
            route.abort()

    page.route("**/*", decide)
    page.on("dialog", lambda one: (made.dialogs.append(one.message), one.dismiss()))
    page.on("pageerror", lambda error: made.errors.append(str(error)))
    page.goto(lab[0])
    page.wait_for_function(READY, timeout=WAIT_MS)
    page.evaluate("() => jupyterapp.commands.execute('application:toggle-left-area')")
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
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
