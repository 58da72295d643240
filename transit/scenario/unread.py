"""A change that cannot be read, and which of the later ones cannot be tried without it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from transit.errors import Problem
from transit.model.network import Network
from transit.scenario.change import Change

_STREET = frozenset({"street", "near", "points"})
"""Fields of a change that edits streets."""
_NO_NAMES = ("verb", "note", "source", "datum", "who", "end", "side", "start_time", "end_time")


class Unread(Change):
    """Stands in a faulty scenario for a change that was not read; it changes nothing.

    ``given`` are its fields and ``texts`` their values, as far as they are texts.
    """

    given: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, values: object) -> Unread:
        """What stands for a change with these ``values``."""
        given = values if isinstance(values, dict) else {}
        return cls(given=frozenset(given), texts=frozenset(_texts(given)))

    def problems(self, network: Network) -> list[Problem]:
        """None: its faults are those of the file."""
        return []

    def apply(self, network: Network) -> Network:
        """``network`` as it is."""
        return network


def untried(change: Change, missing: Collection[Unread]) -> Unread | None:
    """What stands for ``change`` where it is not read, or may rest on a change that is missing.

    It may where both name the same stop, line or street, where it edits streets (which carry
    every line), and where it puts a stop to a street that one of ``missing`` may have edited.
    """
    if isinstance(change, Unread):
        return change
    if not missing:
        return None
    own = Unread.of(change.model_dump(exclude_defaults=True))
    placed = "lon" in own.given
    rests = own.given & _STREET or any(
        one.texts & own.texts or (placed and one.given & _STREET) for one in missing
    )
    return own if rests else None


def _texts(values: dict[str, Any]) -> Iterator[str]:
    for field, value in values.items():
        if field not in _NO_NAMES:
            several: Sequence[Any] = value if isinstance(value, (list, tuple)) else (value,)
            yield from (one for one in several if isinstance(one, str))
