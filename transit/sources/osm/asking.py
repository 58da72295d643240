"""Questions put to a list of servers: waits, the next server, progress, answers that are kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import requests
import shapely
import urllib3
from osmnx import settings
from shapely.geometry import Polygon

from transit.errors import DataError, Problem
from transit.sources.osm.kept import UNREADABLE, Kept
from transit.sources.osm.overpass import LATER, LiveOptions, NotAnsweredError, Progress, host

_NO_SERVICE = (NotAnsweredError, OSError, urllib3.exceptions.HTTPError, *UNREADABLE)
_About = TypeVar("_About", Polygon, str)
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Question(Generic[_About, _Answer]):
    """Something asked about tiles or places: its name, how it is asked, how its JSON is read."""

    what: str
    ask: Callable[[_About], Any]
    read: Callable[[Any], _Answer]

    def answer(self, about: _About) -> tuple[Any, _Answer]:
        """The JSON that a server gives about ``about``, and what it says."""
        content = self.ask(about)
        return content, self.read(content)

    def key(self, about: _About) -> str:
        """The question in full: what an answer is kept under."""
        where = about if isinstance(about, str) else shapely.to_wkt(about, rounding_precision=7)
        return f"{self.what} {where}"


class Conversation:
    """Questions to ``servers``, ``of`` in all; the server that served last is asked first.

    ``answered`` are the servers whose answers were used, as of today or kept.
    """

    def __init__(self, servers: Sequence[str], options: LiveOptions, *, of: int) -> None:
        self.answered: list[str] = []
        self._servers = list(servers)
        self._options = options
        self._kept = Kept(options.cache_folder or Path(settings.cache_folder), options.cache_days)
        self._done, self._of = 0, of

    def ask(self, question: Question[_About, _Answer], about: _About, name: str) -> _Answer:
        """The answer about ``about``, kept or of now; ``DataError`` with what each server said."""
        kept = self._kept.get(question.what, question.key(about), question.read)
        if kept is None:
            content, answer, server = self._first_answer(question, about)
            fault = self._kept.put(question.what, question.key(about), content, server)
            how = f"from {host(server)}{f' ({fault})' if fault else ''}"
        else:
            answer, server = kept
            how = f"kept from {host(server)}"
        self.answered += [server] if server not in self.answered else []
        self._done += 1
        self._say(f"{question.what} of {name} {how}")
        return answer

    def _first_answer(
        self, question: Question[_About, _Answer], about: _About
    ) -> tuple[Any, _Answer, str]:
        problems = []
        server: str
        for server in tuple(self._servers):
            settings.overpass_url = server
            try:
                content, answer = self._patiently(question, about, server)
            except _NO_SERVICE as error:
                problems.append(_problem(server, error, self._options))
                self._say(f"{host(server)} {problems[-1].what}")
                continue
            self._servers.remove(server)
            self._servers.insert(0, server)
            return content, answer, server
        raise DataError(problems)

    def _patiently(
        self, question: Question[_About, _Answer], about: _About, server: str
    ) -> tuple[Any, _Answer]:
        for wait in self._options.waits_s:
            try:
                return question.answer(about)
            except NotAnsweredError as error:
                if not error.busy:
                    raise
                self._say(f"{host(server)} {error}: asked again in {wait:g} s")
                time.sleep(wait)
        return question.answer(about)

    def _say(self, text: str) -> None:
        if self._options.progress:
            self._options.progress(Progress(self._done, self._of, text))


def _problem(server: str, error: Exception, options: LiveOptions) -> Problem:
    """What a server did not do, and how to go on."""
    fault, mend = f"cannot be reached ({type(error).__name__})", f"check the network; or {LATER}"
    if isinstance(error, NotAnsweredError):
        fault, mend = str(error), error.mend
    elif isinstance(error, requests.Timeout):
        fault, mend = f"gave no answer within {options.timeout_s:g} s", LATER
    elif isinstance(error, UNREADABLE) and not isinstance(error, OSError):
        fault = f"gave an answer that is not understood ({type(error).__name__}: {error})"
        mend = f"give another server with overpass_url=; or {LATER}"
    return Problem(f"server {server}", fault, mend)
