"""Draw the README's pictures: the pages of the bundled area in an installed browser, offline."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import transit

GALLERY = Path(__file__).resolve().parent
sys.path.insert(0, str(GALLERY.parents[1] / "tests"))

from browser import ARGUMENTS, browser_path  # noqa: E402


def pages(folder: Path) -> list[Path]:
    """The study page and the before/after page of B919, written to ``folder``."""
    area = transit.read_area(transit.bundled_area())
    scenario = transit.read_scenario(area.folder / "scenarios" / "b919_2021.yaml")
    case = transit.compare(area.network, scenario, area.parks).cases[0]
    return [
        transit.write_page(folder / "study.html", transit.study_map(case.before)),
        transit.write_page(folder / "b919_2021.html", transit.change_map(case)),
    ]


def main() -> None:
    """Write one PNG a page beside this file."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(), headless=True, args=list(ARGUMENTS)
        )
        for path in pages(Path(folder)):
            context = browser.new_context(
                viewport={"width": 1280, "height": 800}, locale="zh-CN", offline=True
            )
            page = context.new_page()
            page.goto(path.as_uri())
            page.wait_for_timeout(1000)
            page.screenshot(path=GALLERY / f"{path.stem}.png")
        browser.close()


if __name__ == "__main__":
    main()
