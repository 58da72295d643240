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
from transit.maps.content import Feature, PageContent
from transit.terms import terms

TileDatum = Literal["WGS-84", "GCJ-02"]
_DATUMS: dict[str, TileDatum] = {
    "wgs84": "WGS-84", "cgcs2000": "WGS-84", "gcj02": "GCJ-02",
}  # fmt: skip
_PLACES = ("{x}", "{y}", "{z}")
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
    """

    urls: tuple[str, ...]
    datum: TileDatum
    credit: str
    subdomains: str = ""
    max_zoom: int = 18


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

    ``datum`` is ``wgs84`` or ``gcj02``; ``credit`` is what its owner wants to be said, else the
    host is. Raises ``UsageError`` with every fault.
    """
    problems = _url_problems(url, datum)
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


def _url_problems(url: str, datum: str) -> list[Problem]:
    problems = []
    wanting = [place for place in _PLACES if place not in url]
    if wanting:
        fault = f"the template lacks {', '.join(wanting)}"
        problems.append(Problem("tiles", fault, "write it as https://…/{z}/{x}/{y}.png"))
    # What is allowed goes into the page's policy, so it holds no blanks, quotes or semicolons.
    if not re.fullmatch(r"https?://[\w.{}-]+(:\d+)?/[^\s\"'<>;,]*", url, re.ASCII):
        fault = f"{url!r} is no address of a server"
        problems.append(Problem("tiles", fault, "begin with https:// and the name of a host"))
    if datum.casefold() not in _DATUMS:
        fault = f"{datum!r} is no datum of pictures" if datum else "the datum is not said"
        problems.append(Problem("tiles", fault, "say wgs84 (also CGCS2000) or gcj02"))
    return problems
