"""Where the controls of a page are on the screen, and which of them lie on one another."""

from __future__ import annotations

from typing import Any

CONTROLS = "a, button, input, select, summary, [role=slider]"
"""All that a reader presses, types in or drags, but for what is drawn on the map."""
MAP_PARTS = (
    "h1", ".subtitle", ".view-note", ".page-panel", ".leaflet-control-zoom",
    ".leaflet-control-scale", ".north", ".side-name", ".page-foot",
)  # fmt: skip
"""What stands round and on a map and is to be read."""

# A control is where it is seen: its box, cut by every box that it scrolls in.
_SEEN = """([css, isWhole]) => {
  function seen(element) {
    const own = element.getBoundingClientRect();
    const box = { left: own.left, top: own.top, right: own.right, bottom: own.bottom };
    for (let outer = element.parentElement; outer !== document.body && outer;
      outer = outer.parentElement) {
      const style = getComputedStyle(outer);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const cut = outer.getBoundingClientRect();
      box.left = Math.max(box.left, cut.left);
      box.top = Math.max(box.top, cut.top);
      box.right = Math.min(box.right, cut.right);
      box.bottom = Math.min(box.bottom, cut.bottom);
    }
    return box;
  }
  const name = (element) => [element.tagName.toLowerCase(), ...element.classList].join(".") +
    " " + (element.textContent || element.placeholder || "").trim().slice(0, 20);
  const found = [...document.querySelectorAll(css)]
    .filter((one) => !(one instanceof SVGElement))
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .map((one) => [one, seen(one)])
    .filter(([, box]) => box.right - box.left >= 1 && box.bottom - box.top >= 1);
  const apart = 0.5;
  const pairs = [];
  found.forEach(([one, a], place) => found.slice(place + 1).forEach(([other, b]) => {
    if (one.contains(other) || other.contains(one)) return;
    if (a.left < b.right - apart && b.left < a.right - apart &&
      a.top < b.bottom - apart && b.top < a.bottom - apart) pairs.push([name(one), name(other)]);
  }));
  found.forEach(([one, box]) => {
    const out = box.left < -apart || box.right > innerWidth + apart ||
      (isWhole && (box.top < -apart || box.bottom > innerHeight + apart));
    if (out) pairs.push([name(one), "the window"]);
  });
  return [found.length, pairs];
}"""


def lying_on_one_another(page: Any, *more: str, whole: bool = True) -> list[list[str]]:
    """Pairs of controls, and of what matches ``more``, whose boxes meet or leave the window.

    With ``whole`` false the page may be scrolled: only its sides are looked at. Raises
    ``AssertionError`` where hardly anything is seen at all.
    """
    count, pairs = page.evaluate(_SEEN, [", ".join((CONTROLS, *more)), whole])
    assert count >= 4
    return list(pairs)


def is_wider_than_window(page: Any) -> bool:
    """Whether the page can be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
