"""How OSMnx is made to speak with a list of servers, with bounded waits and errors that help.

OSMnx's settings belong to the whole process: they are changed only within ``speaking`` and
are put back afterwards, also after an error. So downloads are not for several threads at once.
"""

from __future__ import annotations

import io
import re
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
from osmnx import settings

from transit.errors import Problem, UsageError
from transit.sources.osm.tags import WAY_KEYS

SERVERS = (
    "https://overpass-api.de/api",
    "https://overpass.private.coffee/api",
    "https://maps.mail.ru/osm/tools/overpass/api",
)
"""Public Overpass servers of the whole world, in the order in which they are asked."""
NOMINATIM_URL = "https://nominatim.openstreetmap.org/"
LATER = "try again later (what has arrived is kept), a smaller area, or an extract of the place"
_SMALLER = "ask for smaller tiles (LiveOptions tile_deg), or take an extract of the place"
_LOG_IN = "open any web page in a browser: the network may want you to log in first; then try again"
_BUSY = frozenset({429, 503, 504})
_BUSY_WORDS = ("too busy", "rate_limited")
_TOO_MUCH_WORDS = ("timed out", "out of memory")
_CHUNK_BYTES = 1 << 16
_SAID_AT_MOST = 160


@dataclass(frozen=True)
class Progress:
    """How far a download is: questions answered, of how many, and what happened last."""

    done: int
    of: int
    said: str

    def __str__(self) -> str:
        return f"{self.done} of {self.of}: {self.said}"


@dataclass(frozen=True)
class LiveOptions:
    """How to ask: the place finder, waits, the size of tiles, where answers are kept.

    ``timeout_s`` bounds a server's silence and its own work on a question, ``answer_s`` the time
    of a whole answer, in seconds, ``answer_mb`` its size in megabytes. A server that says it is
    busy is asked again after each of ``waits_s`` seconds, then the next is. Areas wider than
    ``tile_deg`` degrees are asked for in tiles. Answers are kept in ``cache_folder`` (by default
    where OSMnx's settings say) and used again for ``cache_days`` days. ``progress`` is told of
    each answer, wait and change of server.
    """

    nominatim_url: str = NOMINATIM_URL
    timeout_s: float = 180
    waits_s: tuple[float, ...] = (5, 15, 30)
    cache_folder: Path | None = None
    cache_days: float = 7
    answer_s: float = 900
    answer_mb: float = 500
    tile_deg: float = 0.1
    progress: Callable[[Progress], None] | None = None


class NotAnsweredError(Exception):
    """A server answered, but not with data; ``busy`` when it asks to come again."""

    def __init__(self, fault: str, *, busy: bool = False, mend: str = LATER) -> None:
        super().__init__(fault)
        self.busy = busy
        self.mend = mend


def checked_servers(urls: str | Sequence[str] | None) -> tuple[str, ...]:
    """The servers to ask in turn, by default ``SERVERS``; ``UsageError`` for what is no address."""
    given = SERVERS if urls is None else (urls,) if isinstance(urls, str) else tuple(urls)
    if not given:
        mend = f"give addresses such as {SERVERS[0]}"
        raise UsageError(Problem("overpass_url", "names no server", mend))
    return tuple(checked_url(url, where="overpass_url") for url in given)


def checked_url(url: str, *, where: str) -> str:
    """``url`` itself when it is a web address; else a ``UsageError``."""
    if not url.startswith(("https://", "http://")):
        mend = f"give an address such as {SERVERS[0]}"
        raise UsageError(Problem(where, f"{url!r} is not a web address", mend))
    return url


@contextmanager
def speaking(options: LiveOptions) -> Iterator[None]:
    """OSMnx set to ask as ``options`` say, without its unbounded waiting; put back at the end.

    OSMnx waits and asks again for ever when a server says 429 or 504, and sends odd host names
    to a public resolver. A hook on each answer raises instead, and the resolver stays off. Its
    own cache stays off, too: it knows no age, and one damaged file stops it.
    """

    def checked(response: requests.Response, *_: object, **__: object) -> None:
        _take_whole(response, options)
        _require_data(response)

    changes = {
        "overpass_url": settings.overpass_url,
        "nominatim_url": options.nominatim_url,
        "overpass_rate_limit": False,
        "requests_timeout": options.timeout_s,
        "requests_kwargs": {**settings.requests_kwargs, "hooks": {"response": checked}},
        "doh_url_template": None,
        "all_oneway": True,
        "default_crs": "epsg:4326",
        "useful_tags_way": list(WAY_KEYS),
        "use_cache": False,
        "cache_only_mode": False,
    }
    before = {name: getattr(settings, name) for name in changes}
    resolver = socket.getaddrinfo  # OSMnx pins host names by replacing it
    try:
        for name, value in changes.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
        socket.getaddrinfo = resolver


def _take_whole(response: requests.Response, options: LiveOptions) -> None:
    """Read the answer piece by piece: a trickle or a flood ends, however patient the socket."""
    until = time.monotonic() + options.answer_s
    body = io.BytesIO()
    while piece := response.raw.read1(_CHUNK_BYTES, decode_content=True):
        body.write(piece)
        if body.tell() > options.answer_mb * 1e6:
            fault = f"sent more than {options.answer_mb:g} MB"
            raise NotAnsweredError(fault, mend=_SMALLER)
        if time.monotonic() > until:
            raise NotAnsweredError(f"sent no whole answer within {options.answer_s:g} s")
    body.seek(0)
    response.raw = body


def _require_data(response: requests.Response) -> None:
    """Raise when an answer is a refusal, no JSON, or says that the query broke off."""
    if response.is_redirect:
        return
    if response.status_code != requests.codes.ok:
        fault = f"answered {response.status_code} {response.reason}{_own_words(response)}"
        raise NotAnsweredError(fault, busy=response.status_code in _BUSY)
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        raise _no_json(response) from None
    if response.url.partition("?")[0].endswith("/interpreter"):
        remark = str(answer.get("remark", "")) if isinstance(answer, dict) else ""
        if "error" in remark:
            too_much = any(words in remark for words in _TOO_MUCH_WORDS)
            mend = _SMALLER if too_much else LATER
            raise NotAnsweredError(f"broke off: {_short(remark)}", mend=mend)
        if not isinstance(answer, dict) or not isinstance(answer.get("elements"), list):
            raise NotAnsweredError("answered without any elements")


def _no_json(response: requests.Response) -> NotAnsweredError:
    asked = {urlsplit(url).netloc for url in (settings.overpass_url, settings.nominatim_url)}
    if urlsplit(response.url).netloc not in asked:
        fault = f"sent us on to {host(response.url)}, whose answer is not JSON"
        return NotAnsweredError(fault, mend=_LOG_IN)
    busy = any(words in response.text for words in _BUSY_WORDS)
    fault = f"answered with something that is not JSON{_own_words(response)}"
    return NotAnsweredError(fault, busy=busy)


def _own_words(response: requests.Response) -> str:
    """What the server says beside its status: the paragraphs of its page, shortened."""
    said = re.findall(r"<p>(.*?)</p>", response.text[:20_000], re.DOTALL)
    words = _short(re.sub(r"<[^>]*>", "", " ".join(said[1:] or said)))
    return f": {words}" if words else ""


def _short(text: str) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= _SAID_AT_MOST else f"{plain[:_SAID_AT_MOST]}…"


def host(url: str) -> str:
    """The name of the server in a web address."""
    return urlsplit(url).netloc or url
