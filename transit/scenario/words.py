"""Scenarios in words: each change in one line, what it rests on, and what is only indicative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transit.datum import DATUMS
from transit.scenario.change import Change
from transit.scenario.scenario import Scenario

_APART = {"verb", "note", "source", "indicative"}
_SUBJECTS = (
    "stop_id", "stop_name", "route_id", "route_short_name", "way_id", "name", "line", "stop",
    "street", "direction_id",
)  # fmt: skip
"""What a change is about is said first, in this order."""


def change_lines(scenario: Scenario) -> list[str]:
    """The changes in words, one a line and numbered; ``*`` marks what is indicative.

    Stops and lines that the scenario itself brings in are called by their names as well.
    """
    names = {
        change.makes[0]: change.makes[1] for change in scenario.changes if len(change.makes) == 2
    }
    return [
        f"{number}. {change_words(change, names)}"
        for number, change in enumerate(scenario.changes, 1)
    ]


def change_words(change: Change, names: Mapping[str, str] | None = None) -> str:
    """A change in words: its verb, then what was given; ``*`` where it is indicative.

    Ids that stand in ``names`` are called by their name as well.
    """
    given = change.model_dump(exclude=_APART, exclude_defaults=True)
    order = [field for field in _SUBJECTS if field in given]
    order += [field for field in given if field not in _SUBJECTS]
    known = {key: name for key, name in (names or {}).items() if key not in change.makes}
    values = "; ".join(f"{_words(field)} {_value(given[field], known)}" for field in order)
    verb = _words(str(getattr(change, "verb", "")))
    return f"{verb}{'*' if is_indicative(change) else ''}: {values}".removesuffix(": ")


def is_indicative(change: Change) -> bool:
    """Whether the change says that it is assumed, and not surveyed or published."""
    return bool(getattr(change, "indicative", False))


def rests_on(scenario: Scenario) -> list[str]:
    """The sources of the scenario and its changes, each once, in the order they appear."""
    texts = [scenario.source, *(change.source for change in scenario.changes)]
    return list(dict.fromkeys(filter(None, texts)))


def _words(identifier: str) -> str:
    return identifier.replace("_", " ").strip()


def _value(value: Any, names: Mapping[str, str]) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        numbers = all(isinstance(item, float) for item in value)
        return (", " if numbers else " → ").join(_value(item, names) for item in value)
    if isinstance(value, str) and value in names and value not in DATUMS:
        return f"{names[value]} ({value})"
    return f"{value:g}" if isinstance(value, float) and value == round(value) else str(value)
