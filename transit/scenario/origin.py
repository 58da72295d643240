"""Where a change was written: the file and lines that messages name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from transit.scenario.change import Change


@dataclass(frozen=True)
class Origin:
    """A change, the file it was read from, its first line and the line of each of its fields.

    It belongs to that very object: an equal change of another scenario was not written there.
    """

    change: Change
    path: str
    line: int
    fields: Mapping[str, int]


def line_of(origins: Iterable[Origin], change: Change, place: str) -> str:
    """Where ``change`` was written, as ``file line n``; empty when it came from no file.

    ``place`` is that of one of its problems (``verb field``): the line is the field's own.
    """
    for origin in origins:
        if origin.change is change:
            named = re.split(r"[\s/\[]", place)[1:]
            lines = [origin.fields[field] for field in named if field in origin.fields]
            return f"{origin.path} line {lines[0] if lines else origin.line}"
    return ""
