"""Pages measured: bytes, seconds until drawn, milliseconds a pan, milliseconds a search.

Run ``python benchmarks/pages.py page.html …`` with pages written by ``transit map``, or without any
for a made-up city of 50,000 street pieces and 12,000 stops.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright
from shapely.geometry import LineString, MultiLineString, Point

from transit.maps.content import Feature, Layer, PageContent, PageText, Style
from transit.maps.page import Page, write_page

PANS = """async () => {
  const map = transitPage.map; const spent = [];
  for (let i = 0; i < 41; i += 1) {
    const from = performance.now();
    map.panBy([i % 2 ? -180 : 180, 0], { animate: false });
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    spent.push(performance.now() - from);
  }
  return spent;
}"""
SEARCHES = """() => ["y", "xqz", "dingding", "站", "sdzlk"].map((text) => {
  transitPage.find("warm"); const from = performance.now(); transitPage.find(text);
  return performance.now() - from;
})"""


def city() -> PageContent:
    """A lattice of 158 × 158 junctions (49,612 pieces) under 12,000 stops of invented names."""
    at = np.arange(158) * 0.0012
    rows = [LineString([(114 + x, 22.5 + y) for x in at]) for y in at]
    columns = [LineString([(114 + x, 22.5 + y) for y in at]) for x in at]
    pieces = [
        LineString(pair)
        for line in rows + columns
        for pair in zip(line.coords, line.coords[1:], strict=False)
    ]
    streets = Feature(MultiLineString(pieces))
    letters = "银星科技园观澜大布巷居委会电子深圳高研院丹坑村长湖龙华新丹路"
    draw = np.random.default_rng(1)
    stops = tuple(
        Feature(Point(114 + x, 22.5 + y), "".join(draw.choice(list(letters), 5)) + "站")
        for x, y in draw.uniform(0, 0.18, (12_000, 2))
    )
    layers = (
        Layer("stops", "站", "站", "point", "stops", stops, labels="stop", label_zoom=16),
        Layer("streets", "街", "街", "line", "streets", (streets,), Style(width=2)),
    )
    return PageContent(PageText("城"), layers, (114, 22.5, 114.18, 22.68))


def main(paths: list[str]) -> None:
    """Print one line a page."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        files = [Path(path) for path in paths] or [
            write_page(Path(folder) / "city.html", Page(city()))
        ]
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for file in files:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            begin = time.perf_counter()
            page.goto(file.resolve().as_uri())
            page.wait_for_selector("body.ready")
            drawn = time.perf_counter() - begin
            pans = statistics.median(page.evaluate(PANS))
            found = max(page.evaluate(SEARCHES))
            print(
                f"{file.name}: {file.stat().st_size / 1e6:.2f} MB, drawn in {drawn:.1f} s, "
                f"median pan {pans:.0f} ms, slowest search {found:.0f} ms"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
