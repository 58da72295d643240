"""Scenarios in words, in either language: each change in a line, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transit.datum import DATUMS
from transit.scenario.change import Change
from transit.scenario.scenario import Scenario
from transit.terms import terms

_APART = {"verb", "note", "source", "indicative"}
_SUBJECTS = (
    "stop_id", "stop_name", "route_id", "route_short_name", "way_id", "name", "line", "stop",
    "street", "direction_id",
)  # fmt: skip
"""What a change is about is said first, in this order."""
_NAMES = (
    "stop_name", "route_short_name", "name", "line", "stop", "street", "stop_id", "route_id",
    "way_id",
)  # fmt: skip
"""Where a change is said in short, the first of these names it."""


def change_lines(scenario: Scenario, language: str = "en") -> list[str]:
    """The changes in words, one a line and numbered; ``*`` marks what is indicative.

    Stops and lines that the scenario itself brings in are called by their names as well.
    """
    names = {
        change.makes[0]: change.makes[1] for change in scenario.changes if len(change.makes) == 2
    }
    return [
        f"{number}. {change_words(change, names, language)}"
        for number, change in enumerate(scenario.changes, 1)
    ]


def change_words(
    change: Change, names: Mapping[str, str] | None = None, language: str = "en"
) -> str:
    """A change in words: its verb, then what was given; ``*`` where it is indicative.

    Ids that stand in ``names`` are called by their name as well.
    """
    said = terms(language)
    given = change.model_dump(exclude=_APART, exclude_defaults=True)
    order = [field for field in _SUBJECTS if field in given]
    order += [field for field in given if field not in _SUBJECTS]
    known = {key: name for key, name in (names or {}).items() if key not in change.makes}
    values = said["said_and"].join(
        said["change_value"].format(
            _word("field", field, language), _value(given[field], known, language)
        )
        for field in order
    )
    verb = _word("verb", str(getattr(change, "verb", "")), language)
    mark = "*" if is_indicative(change) else ""
    return said["change_one"].format(verb, mark, values) if values else f"{verb}{mark}"


def change_titles(scenario: Scenario, language: str = "en") -> list[str]:
    """The changes in short, numbered: the verb and the name of what is changed."""
    said = terms(language)
    return [
        said["change_short"].format(
            number, _capital(_word("verb", str(getattr(change, "verb", "")), language)),
            _named(change),
        ).rstrip()
        for number, change in enumerate(scenario.changes, 1)
    ]  # fmt: skip


def is_indicative(change: Change) -> bool:
    """Whether the change says that it is assumed, and not surveyed or published."""
    return bool(getattr(change, "indicative", False))


def rests_on(scenario: Scenario) -> list[str]:
    """The sources of the scenario and its changes, each once, in the order they appear."""
    texts = [scenario.source, *(change.source for change in scenario.changes)]
    return list(dict.fromkeys(filter(None, texts)))


def _named(change: Change) -> str:
    """The first of a change's names that is given; empty without any."""
    given = change.model_dump(exclude_defaults=True)
    return next((str(given[field]) for field in _NAMES if given.get(field)), "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _word(kind: str, identifier: str, language: str) -> str:
    """A verb or field in words."""
    plain = identifier.replace("_", " ").strip()
    return terms(language).get(f"{kind}_{identifier}", plain)


def _value(value: Any, names: Mapping[str, str], language: str) -> str:  # noqa: ANN401
    said = terms(language)
    if isinstance(value, bool):
        return said["cell_yes" if value else "cell_no"]
    if isinstance(value, (list, tuple)):
        numbers = all(isinstance(item, float) for item in value)
        join = said["change_comma"] if numbers else " → "
        return join.join(_value(item, names, language) for item in value)
    if isinstance(value, str) and value in names and value not in DATUMS:
        return said["change_id"].format(names[value], value)
    return f"{value:g}" if isinstance(value, float) and value == round(value) else str(value)
