"""Pictures from a tile server under a page's own drawing: an option, never a need.

A page measures nothing, so what is drawn may be shifted to the datum of the pictures, for display
only; the page says so. Without the server the page shows what it shows without tiles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlsplit

import numpy as np
import shapely

from transit.datum import from_wgs84
from transit.errors import Problem, UsageError
from transit.pages.content import Feature, PageContent
from transit.terms import terms

TileDatum = Literal["WGS-84", "GCJ-02"]
_DATUMS: dict[str, TileDatum] = {
    "wgs84": "WGS-84", "cgcs2000": "WGS-84", "gcj02": "GCJ-02",
}  # fmt: skip
_NEEDED = (("{x}",), ("{y}", "{-y}"), ("{z}",))
"""Column, row (counted from the south with a minus), and zoom."""
_PLACES = ("{s}", *(place for places in _NEEDED for place in places))
_LABEL = re.compile(r"\w([\w-]{0,61}\w)?", re.ASCII)
_LONGEST_HOST = 253
_KEY = re.compile(r"[0-9A-Za-z]{8,64}")
_TIANDITU = "https://t{s}.tianditu.gov.cn/DataServer?T={kind}_w&x={x}&y={y}&l={z}&tk={key}"
_GAODE = (
    "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8"
    "&x={x}&y={y}&z={z}"
)


@dataclass(frozen=True)
class Tiles:
    """Where a page takes its base picture from: URL templates, lowest picture first.

    ``datum`` is that of the pictures; ``credit`` names a text of the glossary, or is shown itself;
    ``subdomains`` are the letters for ``{s}``; ``max_zoom`` is the server's nearest picture.
    Raises ``UsageError`` for templates that no picture can be had by.
    """

    urls: tuple[str, ...]
    datum: TileDatum
    credit: str
    subdomains: str = ""
    max_zoom: int = 18

    def __post_init__(self) -> None:
        """Raise ``UsageError`` with every fault of the templates: they would stop the page."""
        problems = [problem for url in self.urls for problem in _url_problems(url)]
        if any("{s}" in url for url in self.urls) and not self.subdomains:
            mend = "give the letters that {s} stands for"
            problems.append(Problem("tiles", "no subdomain is given for {s}", mend))
        if problems:
            raise UsageError(problems)


def osm_tiles() -> Tiles:
    """OpenStreetMap's standard picture (WGS-84).

    Its servers refuse pages opened from disk, as these name no referrer: use it for pages on a
    web server.
    """
    return Tiles(("https://tile.openstreetmap.org/{z}/{x}/{y}.png",), "WGS-84", "tiles_osm", "", 19)


def gaode_tiles() -> Tiles:
    """Gaode's street picture, in GCJ-02: what is drawn is shifted for display."""
    return Tiles((_GAODE,), "GCJ-02", "tiles_gaode", "1234")


def tianditu_tiles(key: str) -> Tiles:
    """Tianditu's streets and their names (CGCS2000, as WGS-84 here), by the user's own ``key``.

    The key stands in the page: whoever has the file can read it. Raises ``UsageError`` for what
    cannot be a key.
    """
    if not _KEY.fullmatch(key):
        mend = "give the key that the account at Tianditu shows, letters and digits only"
        raise UsageError(Problem("tiles", "the key of Tianditu has other characters", mend))
    keyed = _TIANDITU.replace("{key}", key)
    urls = tuple(keyed.replace("{kind}", kind) for kind in ("vec", "cva"))
    return Tiles(urls, "WGS-84", "tiles_tianditu", "01234567")


def url_tiles(url: str, datum: str, *, credit: str = "") -> Tiles:
    """The pictures of any server, by its template with ``{x}``, ``{y}`` and ``{z}``.

    ``{-y}`` counts rows from the south, ``{s}`` is one of ``abc``, and ``{r}``, which asks for
    pictures of twice the size, is left out. ``datum`` is ``wgs84`` or ``gcj02``; ``credit`` is
    what its owner wants to be said, else the host is. Raises ``UsageError`` with every fault.
    """
    url = url.replace("{r}", "")
    problems = [*_url_problems(url), *_datum_problems(datum)]
    if problems:
        raise UsageError(problems)
    subdomains = "abc" if "{s}" in url else ""
    return Tiles((url,), _DATUMS[datum.casefold()], credit or _host(url), subdomains)


def tiles_of(said: str, datum: str = "") -> Tiles | None:
    """What ``--tiles`` asks for: ``none``, ``osm``, ``gaode``, ``tianditu:KEY`` or a template.

    ``datum`` goes with a template. Raises ``UsageError`` for anything else.
    """
    name, _, key = said.partition(":")
    ready = {"none": lambda: None, "osm": osm_tiles, "gaode": gaode_tiles}
    if datum and "{" not in said:
        mend = "leave the datum out: it goes with a template of your own"
        raise UsageError(Problem("tiles", f"the datum of {name!r} is known", mend))
    if said in ready:
        return ready[said]()
    if name == "tianditu":
        return tianditu_tiles(key)
    if "{" in said:
        return url_tiles(said, datum)
    mend = "use none, osm, gaode, tianditu:KEY, or a template such as https://…/{z}/{x}/{y}.png"
    raise UsageError(Problem("tiles", f"{said!r} is no source of pictures", mend))


def tile_hosts(tiles: Tiles | None) -> tuple[str, ...]:
    """The servers, each as ``https://host``, that a page may take pictures from."""
    if tiles is None:
        return ()
    letters = tiles.subdomains or " "
    urls = [url.replace("{s}", letter.strip()) for url in tiles.urls for letter in letters]
    return tuple(dict.fromkeys(_host(url) for url in urls))


def tiles_data(tiles: Tiles | None, language: str) -> dict[str, Any] | None:
    """What the page's script needs to know of ``tiles``, and what it says of them."""
    if tiles is None:
        return None
    return {
        "urls": tiles.urls, "subdomains": tiles.subdomains, "max_zoom": tiles.max_zoom,
        "shifted": tiles.datum != "WGS-84",
        "credit": terms(language).get(tiles.credit, tiles.credit),
    }  # fmt: skip


def shifted(content: PageContent, tiles: Tiles | None) -> PageContent:
    """``content`` where the pictures of ``tiles`` would show it; for display, not to measure."""
    if tiles is None or tiles.datum == "WGS-84":
        return content
    datum = tiles.datum

    def moved(xy: np.ndarray) -> np.ndarray:
        return from_wgs84(xy, datum)

    def drawn(feature: Feature) -> Feature:
        return replace(feature, geometry=shapely.transform(feature.geometry, moved))

    layers = tuple(
        replace(layer, features=tuple(map(drawn, layer.features))) for layer in content.layers
    )
    west, south, east, north = moved(np.reshape(content.bounds, (2, 2))).ravel().tolist()
    return replace(content, layers=layers, bounds=(west, south, east, north))


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _url_problems(url: str) -> list[Problem]:
    problems = []
    wanting = [places[0] for places in _NEEDED if not any(place in url for place in places)]
    if wanting:
        fault = f"the template lacks {', '.join(wanting)}"
        problems.append(Problem("tiles", fault, "write it as https://…/{z}/{x}/{y}.png"))
    unknown = [place for place in re.findall(r"{[^{}]*}|[{}]", url) if place not in _PLACES]
    if unknown:
        fault = f"the template holds {', '.join(dict.fromkeys(unknown))}, which no one fills in"
        mend = "write what is meant in its place, such as your key"
        problems.append(Problem("tiles", fault, mend))
    # What is allowed goes into the page's policy, so it holds no blanks, quotes or semicolons.
    found = re.fullmatch(r"https?://([^/:?#]+)(:\d{1,5})?/[^\s\"'<>;,\\]*", url, re.ASCII)
    if not found or not _is_host(found[1].replace("{s}", "a")) or not _is_port(found[2]):
        fault = f"{url!r} is no address of a server"
        problems.append(Problem("tiles", fault, "begin with https:// and the name of a host"))
    return problems


def _is_host(name: str) -> bool:
    """Whether ``name`` can be a host: labels of letters, digits and inner hyphens."""
    return len(name) <= _LONGEST_HOST and all(map(_LABEL.fullmatch, name.split(".")))


def _is_port(said: str | None) -> bool:
    return said is None or 0 < int(said[1:]) < 65536


def _datum_problems(datum: str) -> list[Problem]:
    if datum.casefold() in _DATUMS:
        return []
    fault = f"{datum!r} is no datum of pictures" if datum else "the datum is not said"
    return [Problem("tiles", fault, "say wgs84 (also CGCS2000) or gcj02")]
