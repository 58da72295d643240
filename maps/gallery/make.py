"""Draw the README's pictures from the bundled area, offline, in an installed browser.

Pages are photographed as a reader finds them, in Chinese; the figure of the report is the report's
own. Each picture is a WebP of less than ``MOST_KB``. Names of pictures on the command line draw
these only.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from PIL import Image
from playwright.sync_api import sync_playwright
from shapely.geometry import box

import transit
from transit.editor.widget import Editor, script, style
from transit.maps.coverage import coverage_map
from transit.maps.rings import ring_map
from transit.reporting.pictures import scenario_pictures

if TYPE_CHECKING:
    from transit.comparison import Comparison
    from transit.sources.area import Area

GALLERY = Path(__file__).resolve().parent
sys.path.insert(0, str(GALLERY.parents[1] / "tests"))

from browser import ARGUMENTS, browser_path  # noqa: E402

MOST_KB = 250
SCALE = 1.5
"""Dots a pixel: small texts stay readable in a picture that README shows smaller."""
QUALITIES = (85, 75, 65, 55)
READY = {"editor": "看园区"}
"""The button to press on a page that has no address of what is seen."""
MADE_UP = {
    "A": ((114.0368, 22.7332, 114.0402, 22.7362), (114.0385, 22.7332)),
    "B": ((114.0468, 22.7318, 114.0500, 22.7352), (114.0500, 22.7335)),
}
"""Rectangles that stand for parks on the map of coverage (west, south, east, north), and gates."""
TRAITS = ("words", "ground", "stops", "lines", "course", "today", "covered", "panel")


@dataclass(frozen=True)
class Shot:
    """A picture of a page: its name, the address after ``#``, and the window in pixels."""

    name: str
    page: str
    address: str = ""
    width: int = 1200
    height: int = 750


SHOTS = (
    Shot("study", "study"),
    Shot("difference", "b919_2021", "map=15.25/22.72960/114.04130&view=diff"),
    Shot("panes", "b919_2021", "map=15.5/22.72930/114.04100&view=panes"),
    Shot("swipe", "b919_2021", "map=15.5/22.72930/114.04100&view=swipe"),
    Shot("rings", "rings"),
    Shot("coverage", "coverage"),
    Shot("editor", "editor", width=1100, height=604),
)


def compared(area: Area) -> Comparison:
    """The move of B919's origin, before and after."""
    scenario = transit.read_scenario(area.folder / "scenarios" / "b919_2021.yaml")
    return transit.compare(area.network, scenario, area.parks)


def write_pages(area: Area, found: Comparison, folder: Path) -> None:
    """The pages that are photographed, written to ``folder``."""
    case = found.cases[0]
    pages = {
        "study": transit.study_map(case.before),
        "b919_2021": transit.change_map(case),
        "rings": ring_map(area.network, area.parks, limits_m=(300, 500, 800)),
        "coverage": coverage_map(transit.briefs(area.network, [*area.parks, *made_up_parks(area)])),
    }
    for name, page in pages.items():
        transit.write_page(folder / f"{name}.html", page)
    (folder / "editor.html").write_text(editor_page(edited(area)), encoding="utf-8")


def made_up_parks(area: Area) -> list[transit.Park]:
    """Parks that nobody has built, so that the map of coverage has several to colour."""
    return [
        transit.Park.from_wgs84(
            key,
            f"演示园区 {key}",
            crs=area.network.crs,
            outline=box(*bounds),
            gates=pd.DataFrame([_gate(key, *place)]),
            indicative=True,
            source="made up for the gallery",
        )
        for key, (bounds, place) in MADE_UP.items()
    ]


def _gate(key: str, lon: float, lat: float) -> dict[str, object]:
    facts = {"indicative": True, "year": 2020, "source": "made up for the gallery"}
    place = {"gate_lon": lon, "gate_lat": lat}
    return {"park_id": key, "gate_id": f"{key}1", "gate_name": "大门"} | place | facts


def edited(area: Area) -> Editor:
    """The editor after M450 was led on to the park's gate."""
    editor = transit.edit(area.network, area.parks[0])
    editor.ask(do="pick", pattern="M450_1")
    editor.ask(do="park", end="end")
    return editor


def editor_page(editor: Editor) -> str:
    """The editor as a notebook shows it, on a page of its own without a kernel behind it."""
    state = json.dumps({name: getattr(editor, name) for name in TRAITS}).replace("<", "\\u003c")
    model = (
        "{get: (name) => state[name], set() {}, save_changes() {}, on() {}, off() {}, send() {}}"
    )
    drawn = script().replace("export default", "const editor =", 1)
    call = f"editor.render({{model: {model}, el: document.getElementById('editor')}});"
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><style>{style()}</style>'
        f'<body><div id="editor"></div>'
        f'<script type="module">const state = {state};\n{drawn}\n{call}</script>'
    )


def photographed(browser: Any, shot: Shot, folder: Path) -> bytes:  # noqa: ANN401  (playwright's)
    """``shot`` as PNG."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, locale="zh-CN", offline=True,
        device_scale_factor=SCALE,
    )  # fmt: skip
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{(folder / shot.page).as_uri()}.html#{shot.address}")
    if shot.page in READY:
        page.get_by_role("button", name=READY[shot.page]).click()
    else:
        page.wait_for_selector("body.ready")
    page.wait_for_timeout(2000)
    picture = bytes(page.screenshot())
    context.close()
    if errors:
        raise SystemExit(f"{shot.name}: {'; '.join(errors)}")
    return picture


def keep(name: str, png: bytes) -> None:
    """Write the picture as WebP, as good as its size allows."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in QUALITIES:
        made = io.BytesIO()
        image.save(made, "webp", quality=quality, method=6)
        if len(made.getvalue()) < MOST_KB * 1000:
            break
    else:
        raise SystemExit(f"{name}: {len(made.getvalue()) // 1000} kB, more than {MOST_KB} kB")
    (GALLERY / f"{name}.webp").write_bytes(made.getvalue())


def main(*names: str) -> None:
    """Write one WebP a picture beside this file; only those of ``names``, where any are given."""
    area = transit.read_area(transit.bundled_area())
    found = compared(area)
    if not names or "report" in names:
        pictures = scenario_pictures(found, found.scenarios[0], "zh-CN")
        keep("report", next(one.png for one in pictures if one.key.startswith("pair")))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        write_pages(area, found, Path(folder))
        browser = playwright.chromium.launch(
            executable_path=browser_path(), headless=True, args=list(ARGUMENTS)
        )
        for shot in SHOTS:
            if not names or shot.name in names:
                keep(shot.name, photographed(browser, shot, Path(folder)))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
