"""Answers of servers kept in a folder: a run that was cut off goes on where it was.

One JSON file a question, named by what is asked and a digest of the question, so an answer serves
whichever server gave it. A file that is damaged, too old or of another question counts as absent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from shapely.errors import ShapelyError

from transit.errors import DataError
from transit.output import write_bytes

UNREADABLE = (
    LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError,
    ShapelyError,
)  # fmt: skip
"""What reading JSON that is not as expected may raise."""
_LARGEST_BYTES = 2_000_000_000
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Kept:
    """The folder of kept answers, and the age in days up to which they are good."""

    folder: Path
    days: float

    def get(
        self, what: str, question: str, read: Callable[[Any], _Read]
    ) -> tuple[_Read, str] | None:
        """What ``read`` makes of the kept answer, and the server it is from; or nothing."""
        path = self._path(what, question)
        try:
            if path.stat().st_size > _LARGEST_BYTES:
                return None
            entry = json.loads(path.read_text(encoding="utf-8"))
            age = datetime.now(tz=UTC) - datetime.fromisoformat(entry["asked_at"])
            if entry["question"] != question or not timedelta() <= age <= timedelta(self.days):
                return None
            return read(entry["answer"]), str(entry["server"])
        except (OSError, *UNREADABLE):
            return None

    def put(self, what: str, question: str, answer: object, server: str) -> str:
        """Keep ``answer``; gives why it cannot be kept, or an empty text."""
        now = datetime.now(tz=UTC).isoformat(timespec="seconds")
        entry = {"question": question, "server": server, "asked_at": now, "answer": answer}
        try:
            write_bytes(self._path(what, question), json.dumps(entry).encode("ascii"))
        except DataError as error:  # a full disk must not cost what was downloaded
            return error.problems[0].what
        return ""

    def _path(self, what: str, question: str) -> Path:
        return self.folder / f"{what}-{sha256(question.encode()).hexdigest()[:32]}.json"


def texts(tags: Mapping[str, object]) -> dict[str, str]:
    """Tags of JSON as texts; ``ValueError`` for a lone surrogate, which no file can hold."""
    found = {str(key): str(value) for key, value in tags.items()}
    for text in (*found, *found.values()):
        text.encode("utf-8")
    return found
