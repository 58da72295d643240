"""Pages measured: bytes, seconds until drawn, milliseconds a pan, milliseconds a search.

Run ``python benchmarks/pages.py page.html …`` with pages written by ``transit map``, or without any
for two made-up cities of 50,000 street pieces and 12,000 stops: one whose streets are one feature,
and one as pages have them, a layer a class of road and a feature a name.

A pan goes 180 pixels on, six times one way and six times back, as the page was first seen and at
zoom 15. ``script`` is the page's own part, ``to frame`` ends after the frame that follows, and
``processor`` is what the page's main thread takes a pan, whatever else the machine does. In haste
the next pan begins with the frame; at rest there is half a second between them, in which the page
draws what lies round the view: that counts as processor time.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import synthetic_city
from playwright.sync_api import sync_playwright
from shapely.geometry import LineString, MultiLineString, Point

import transit
from transit.maps.base import ground_layers
from transit.pages.content import Feature, Layer, PageContent, PageText, Style
from transit.pages.page import Page, write_page
from transit.pages.words import words

PANS = """async ([count, rest]) => {
  const map = transitPage.map; const spent = [];
  for (let i = 0; i < count; i += 1) {
    if (rest) await new Promise((done) => setTimeout(done, rest));
    const from = performance.now();
    map.panBy([Math.floor(i / 6) % 2 ? -180 : 180, 0], { animate: false });
    const script = performance.now() - from;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    spent.push([script, performance.now() - from]);
  }
  return spent;
}"""
SEARCHES = """() => ["y", "xqz", "dingding", "站", "sdzlk"].map((text) => {
  transitPage.find("warm"); const from = performance.now(); transitPage.find(text);
  return performance.now() - from;
})"""
PAN_COUNT, REST_MS, CLOSE = 36, 500, 15
ROWS = 196
"""Rows of junctions of the city of many layers: 49,852 pieces."""


def stops(west: float, south: float, east: float, north: float) -> Layer:
    """12,000 stops of invented names, spread evenly between these degrees."""
    letters = list("银星科技园观澜大布巷居委会电子深圳高研院丹坑村长湖龙华新丹路")
    draw = np.random.default_rng(1)
    features = tuple(
        Feature(Point(west + x * (east - west), south + y * (north - south)),
                "".join(draw.choice(letters, 5)) + "站")
        for x, y in draw.uniform(0, 1, (12_000, 2))
    )  # fmt: skip
    return Layer("stops", "站", "站", "point", "stops", features, labels="stop", label_zoom=16)


def one_feature() -> PageContent:
    """A lattice of 158 × 158 junctions (49,612 pieces) under the stops."""
    at = np.arange(158) * 0.0012
    rows = [LineString([(114 + x, 22.5 + y) for x in at]) for y in at]
    columns = [LineString([(114 + x, 22.5 + y) for y in at]) for x in at]
    pieces = [
        LineString(pair)
        for line in rows + columns
        for pair in zip(line.coords, line.coords[1:], strict=False)
    ]
    streets = Feature(MultiLineString(pieces))
    layers = (
        stops(114, 22.5, 114.18, 22.68),
        Layer("streets", "街", "街", "line", "streets", (streets,), Style(width=2)),
    )
    return PageContent(PageText("城"), layers, (114, 22.5, 114.18, 22.68))


def many_layers(folder: Path) -> PageContent:
    """Streets of a made-up OSM extract as every page draws them, under the stops."""
    synthetic_city.write(folder / "city.osm.pbf", ROWS)
    network = transit.from_osm(folder / "city.osm.pbf")
    ground = ground_layers(network, words("zh-CN"))
    bounds = ground[0].features[0].geometry.bounds
    return PageContent(PageText("城"), (stops(*bounds), *reversed(ground)), bounds)


def made_up(folder: Path) -> list[Path]:
    """Both cities as pages."""
    return [
        write_page(folder / "one_feature.html", Page(one_feature())),
        write_page(folder / "many_layers.html", Page(many_layers(folder))),
    ]


def processor_s(session: Any) -> float:
    """Seconds of processor time that the page's main thread has taken so far."""
    found = session.send("Performance.getMetrics")["metrics"]
    return next(one["value"] for one in found if one["name"] == "TaskDuration")


def panned(page: Any, session: Any, rest_ms: int) -> str:
    """Medians and the longest of the pans, and processor time a pan."""
    page.evaluate(PANS, [2, 0])
    page.wait_for_timeout(REST_MS)
    before = processor_s(session)
    spent = page.evaluate(PANS, [PAN_COUNT, rest_ms])
    page.wait_for_timeout(REST_MS)
    processor = (processor_s(session) - before) / PAN_COUNT * 1000
    script, frame = zip(*spent, strict=True)
    return (
        f"script {statistics.median(script):.0f} ms, to frame {statistics.median(frame):.0f} ms "
        f"(longest {max(frame):.0f}), processor {processor:.0f} ms a pan"
    )


def measure(browser: Any, file: Path) -> None:
    """Print what one page takes."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(300_000)
    begin = time.perf_counter()
    page.goto(file.resolve().as_uri())
    page.wait_for_selector("body.ready")
    drawn = time.perf_counter() - begin
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB, drawn in {drawn:.1f} s")
    for zoom in (None, CLOSE):
        if zoom:
            page.evaluate("(zoom) => void transitPage.map.setZoom(zoom, { animate: false })", zoom)
        seen = page.evaluate("transitPage.map.getZoom()")
        for name, rest_ms in (("in haste", 0), ("at rest", REST_MS)):
            print(f"  zoom {seen:g}, {name}: {panned(page, session, rest_ms)}")
    print(f"  slowest search {max(page.evaluate(SEARCHES)):.0f} ms")
    page.close()


def main(paths: list[str]) -> None:
    """Print what each page takes."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        files = [Path(path) for path in paths] or made_up(Path(folder))
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for file in files:
            measure(browser, file)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
