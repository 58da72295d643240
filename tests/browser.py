"""A real browser for generated pages: an installed Chromium or Chrome, with the network cut off.

``conftest.py`` offers the fixtures by ``from browser import chromium, chromium_page``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
)  # fmt: skip
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
)  # fmt: skip


@dataclass
class Opened:
    """A page in the browser, and what it tried or said while open."""

    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)


def browser_path() -> str | None:
    """The installed browser: environment variable ``CHROME``, then the PATH, then usual places."""
    named = os.environ.get("CHROME")
    if named and Path(named).exists():
        return named
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or next((place for place in PLACES if Path(place).exists()), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser itself; skips where none is installed."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = browser_path()
    if path is None:
        pytest.skip("no Chromium, Chrome or Edge is installed (or set CHROME to its path)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, headless=True, args=list(ARGUMENTS)
        )
        yield browser
        browser.close()


@pytest.fixture
def chromium_page(chromium: Any) -> Iterator[Callable[..., Opened]]:
    """``open(path, width=1280, height=800)`` opens a file and returns ``Opened``.

    Every request but the one for the file itself is refused and noted in ``requests``.
    """
    contexts = []

    def opened(path: Path, *, width: int = 1280, height: int = 800) -> Opened:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        contexts.append(context)
        seen = Opened(context.new_page())
        _watch(seen, path.resolve().as_uri())
        seen.page.goto(path.resolve().as_uri())
        return seen

    yield opened
    for context in contexts:
        context.close()


def _watch(seen: Opened, address: str) -> None:
    def decide(route: Any) -> None:
        if route.request.url == address:
            route.continue_()
        else:
            seen.requests.append(route.request.url)
            route.abort()

    def dismiss(dialog: Any) -> None:
        seen.dialogs.append(dialog.message)
        dialog.dismiss()

    page = seen.page
    page.route("**/*", decide)
    page.on("dialog", dismiss)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on(
        "console",
        lambda said: seen.errors.append(said.text) if said.type in ("error", "warning") else None,
    )


def click_feature(page: Any, layer: str, number: int = 0) -> None:
    """Click with the mouse where point ``number`` of ``layer`` is drawn, as a reader does."""
    at = page.evaluate(
        """([key, number]) => {
          const layer = transitPage.data.layers.find((one) => one.key === key);
          const map = transitPage.map;
          const frame = map.getContainer().getBoundingClientRect();
          const at = map.latLngToContainerPoint(layer.drawn[number].path.getLatLng());
          return [frame.left + at.x, frame.top + at.y];
        }""",
        [layer, number],
    )
    page.mouse.click(*at)


def overlapping(page: Any, *selectors: str) -> list[tuple[str, str]]:
    """Pairs of visible boxes that cover one another, or stick out of the window."""
    boxes = {}
    for css in selectors:
        for number, found in enumerate(page.locator(css).all()):
            box = found.bounding_box()
            if found.is_visible() and box and box["width"] * box["height"] > 0:
                boxes[f"{css}#{number}"] = box
    window = page.viewport_size
    names = list(boxes)
    pairs = [
        (one, other)
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if _cover(boxes[one], boxes[other])
    ]
    pairs += [
        (name, "window")
        for name, box in boxes.items()
        if box["x"] < -0.5
        or box["y"] < -0.5
        or box["x"] + box["width"] > window["width"] + 0.5
        or box["y"] + box["height"] > window["height"] + 0.5
    ]
    return pairs


def _cover(one: dict[str, float], other: dict[str, float]) -> bool:
    apart = 0.5
    return (
        one["x"] + one["width"] > other["x"] + apart
        and other["x"] + other["width"] > one["x"] + apart
        and one["y"] + one["height"] > other["y"] + apart
        and other["y"] + other["height"] > one["y"] + apart
    )
