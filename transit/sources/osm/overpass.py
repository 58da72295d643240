"""How OSMnx is made to speak with one server, with bounded waits and errors that help.

OSMnx's settings belong to the whole process: they are changed only within ``speaking_to`` and
are put back afterwards, also after an error. So downloads are not for several threads at once.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import requests
from osmnx import settings

from transit.errors import DataError, Problem, UsageError
from transit.sources.osm.tags import WAY_KEYS

OVERPASS_URL = "https://overpass-api.de/api"
NOMINATIM_URL = "https://nominatim.openstreetmap.org/"
LATER = (
    "try again later, a smaller area, or another server with overpass_url=, such as "
    "https://overpass.private.coffee/api or https://maps.mail.ru/osm/tools/overpass/api"
)
_BUSY = frozenset({429, 504})
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class LiveOptions:
    """How to ask: the place finder, how long to wait, and when a busy server is asked again.

    ``timeout_s`` bounds each request in seconds; a server that says it is busy is asked again
    after each of ``waits_s`` seconds, then no more. ``cache_folder`` keeps answers (by default
    where OSMnx's settings say).
    """

    nominatim_url: str = NOMINATIM_URL
    timeout_s: float = 180
    waits_s: tuple[float, ...] = (5, 15, 30)
    cache_folder: Path | None = None


class NotAnsweredError(Exception):
    """A server answered, but not with data; ``busy`` when it asks to come again."""

    def __init__(self, fault: str, *, busy: bool = False) -> None:
        super().__init__(fault)
        self.busy = busy


def checked_url(url: str, *, where: str) -> str:
    """``url`` itself when it is a web address; else a ``UsageError``."""
    if not url.startswith(("https://", "http://")):
        mend = f"give an address such as {OVERPASS_URL}"
        raise UsageError(Problem(where, f"{url!r} is not a web address", mend))
    return url


def asked(ask: Callable[[], _Answer], options: LiveOptions, where: str) -> _Answer:
    """What ``ask`` gives; every way to fail becomes a ``DataError`` that says what to try."""
    try:
        return _patiently(ask, options.waits_s)
    except NotAnsweredError as error:
        fault, mend = str(error), LATER
    except requests.Timeout:
        fault, mend = f"no answer within {options.timeout_s:g} s", LATER
    except requests.RequestException as error:
        fault = f"cannot be reached ({type(error).__name__})"
        mend = f"check the network; or {LATER}"
    except OSError as error:
        fault = f"cannot be reached, or its answers not kept ({type(error).__name__}: {error})"
        mend = f"check the network and the folder {settings.cache_folder}"
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        fault = f"its answer is not understood ({type(error).__name__}: {error})"
        mend = f"empty the folder {settings.cache_folder} of kept answers; or {LATER}"
    raise DataError(Problem(where, fault, mend))


def _patiently(ask: Callable[[], _Answer], waits_s: tuple[float, ...]) -> _Answer:
    for wait in waits_s:
        try:
            return ask()
        except NotAnsweredError as error:
            if not error.busy:
                raise
            time.sleep(wait)
    return ask()


@contextmanager
def speaking_to(options: LiveOptions, overpass_url: str) -> Iterator[None]:
    """OSMnx set to one server, without its unbounded waiting; all is put back at the end.

    OSMnx waits and asks again for ever when a server says 429 or 504, and sends odd host names
    to a public resolver. A hook on each answer raises instead, and the resolver stays off.
    """
    changes = {
        "overpass_url": overpass_url,
        "nominatim_url": options.nominatim_url,
        "overpass_rate_limit": False,
        "requests_timeout": options.timeout_s,
        "requests_kwargs": {**settings.requests_kwargs, "hooks": {"response": _checked}},
        "doh_url_template": None,
        "all_oneway": True,
        "default_crs": "epsg:4326",
        "useful_tags_way": list(WAY_KEYS),
        "cache_folder": options.cache_folder or settings.cache_folder,
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


def _checked(response: requests.Response, *_: object, **__: object) -> None:
    """Raise when an answer is a refusal, no JSON, or says that the query broke off."""
    if response.is_redirect:
        return
    if response.status_code != requests.codes.ok:
        fault = f"answered {response.status_code} {response.reason}"
        raise NotAnsweredError(fault, busy=response.status_code in _BUSY)
    try:
        answer = response.json()
    except ValueError:
        raise NotAnsweredError("answered with something that is not JSON") from None
    if response.url.partition("?")[0].endswith("/interpreter"):
        remark = str(answer.get("remark", "")) if isinstance(answer, dict) else ""
        if "error" in remark:
            raise NotAnsweredError(f"broke off: {remark}")
        if not isinstance(answer, dict) or "elements" not in answer:
            raise NotAnsweredError("answered without any elements")
