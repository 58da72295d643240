"""What goes into every page: the vendored libraries, our own script and style, and the check.

A page must open without a network, so nothing in it may point outside. ``require_self_contained``
reads the finished HTML and names whatever does.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from transit.errors import Problem, raise_if

_HERE = Path(__file__).parent
_LEAFLET = _HERE / "vendor" / "leaflet"
_JQUERY_FILE = _HERE / "vendor" / "jquery" / "jquery.min.js"
_SCRIPTS = (
    "read.js", "steady.js", "strokes.js", "lanes.js", "labels.js", "popup.js", "draw.js",
    "panes.js", "panel.js", "changes.js", "search.js", "language.js", "tiles.js", "hash.js",
    "page.js",
)  # fmt: skip
_ICONS = {
    "iconUrl": "marker-icon.png",
    "iconRetinaUrl": "marker-icon-2x.png",
    "shadowUrl": "marker-shadow.png",
}
_LOADS = {"src", "srcset", "poster", "data", "background", "action", "formaction"}
_URL = re.compile(r"url\(\s*['\"]?([^'\")]*)|@import\s+['\"]([^'\"]*)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}[^\s'\"`)]*", re.IGNORECASE)
_JQUERY = re.compile(r"(?<![\w$.])(?:\$|jQuery)\(")


@cache
def style() -> str:
    """The CSS of every page: Leaflet's, its images as data URIs, then ours."""
    leaflet = re.sub(r"url\((images/[^)]+)\)", _inlined, _read(_LEAFLET / "leaflet.css"))
    return leaflet + _read(_HERE / "assets" / "page.css")


@cache
def scripts() -> tuple[str, ...]:
    """The scripts of every page, in order: Leaflet, then ours."""
    leaflet = _read(_LEAFLET / "leaflet.js").replace("//# sourceMappingURL=leaflet.js.map", "")
    ours = "\n".join(_read(_HERE / "assets" / name) for name in _SCRIPTS)
    return leaflet, _marker_icons() + ours


@cache
def jquery() -> str:
    """jQuery, for the elements of stock folium that call it."""
    return _read(_JQUERY_FILE)


def calls_jquery(text: str) -> bool:
    """Whether the script ``text`` calls jQuery, as folium's popups do."""
    return bool(_JQUERY.search(text))


def policy(texts: tuple[str, ...], hosts: tuple[str, ...] = ()) -> str:
    """A content security policy that lets only the scripts of ``texts`` run and loads nothing.

    So even a name that slipped into the markup could neither run nor call home. Pictures may come
    from ``hosts``, each as ``https://name``.
    """
    images = " ".join(("data:", *hosts))
    allowed = " ".join(f"'sha256-{_sha256(text)}'" for text in texts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        f"img-src {images}; font-src data:; base-uri 'none'; form-action 'none'"
    )


def require_self_contained(html: str) -> None:
    """Raise a ``DataError`` that names every script, style or image ``html`` would load."""
    reader = _References()
    reader.feed(html)
    reader.close()
    mend = "vendor it under transit/pages/vendor with its licence, or leave the element out"
    raise_if([Problem("map page", f"it would load {what}", mend) for what in reader.found])


class _References(HTMLParser):
    """Collects what a page would load or lacks, in the order met."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = dict(attrs).get("type") or ""
        self._inside = tag if tag in ("script", "style") and kind != "application/json" else ""
        for name, value in attrs:
            if name in _LOADS or (name == "href" and tag in ("link", "base")):
                self._note(value or "", f"<{tag} {name}>")
            if name == "style":
                self._style(value or "")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        text = "".join(self._text)
        if self._inside == "style":
            self._style(text)
        elif self._inside == "script" and text not in (*scripts(), jquery()):
            self._script(text)
        self._inside = ""
        self._text = []

    def _script(self, text: str) -> None:
        self.found += [f"{address} (in a script)" for address in _ADDRESS.findall(text)]

    def _style(self, css: str) -> None:
        for pair in _URL.findall(css):
            self._note("".join(pair), "css")

    def _note(self, address: str, by: str) -> None:
        if address and not address.startswith(("data:", "#")):
            self.found.append(f"{address} (by {by})")


def _inlined(match: re.Match[str]) -> str:
    return f"url({_data_uri(_LEAFLET / match[1])})"


def _marker_icons() -> str:
    """Stock markers look for their images beside the page; these travel inside it."""
    pairs = ",".join(
        f"{name}:'{_data_uri(_LEAFLET / 'images' / file)}'" for name, file in _ICONS.items()
    )
    return f"L.Icon.Default.imagePath='';L.Icon.Default.mergeOptions({{{pairs}}});\n"


def _data_uri(image: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(image.read_bytes()).decode('ascii')}"


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _read(path: Path) -> str:
    # Text mode turns CRLF into LF, so that a Windows checkout builds the same bytes.
    return path.read_text(encoding="utf-8")
