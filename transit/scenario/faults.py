"""What pydantic finds wrong with the values of a file, said as problems with their lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import yaml
from pydantic import ValidationError

from transit.errors import Problem, did_you_mean, nearest_names
from transit.scenario.yaml_nodes import Document, entries, line_of, plain

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Place = tuple[int | str, ...]


def value_problems(
    document: Document, node: yaml.MappingNode, error: ValidationError, fields: Iterable[str]
) -> list[Problem]:
    """What is wrong with the values of the mapping ``node``, by line.

    Its keys should be ``fields``. A change is called by its verb, which stands first in the place
    that pydantic gives.
    """
    verb = plain(entries(node).get("verb"))
    found = []
    for fault in error.errors():
        place = tuple(fault["loc"])
        place = place[1:] if place and place[0] == verb else place
        known, inner = _deepest(node, place)
        name = place if fault["type"] in _OF_KEYS else known
        parts = (str(document.path), f"line {line_of(inner)}", verb or "", _name(name))
        said = _said(fault, place, plain(inner), fields, verb or "a scenario")
        found.append((line_of(inner), Problem(" ".join(filter(None, parts)), *said)))
    return [problem for _, problem in sorted(found, key=lambda pair: pair[0])]


def shown(value: object) -> str:
    """``value`` as messages quote it: on one line, and not for ever."""
    text = repr(value) if isinstance(value, str) else _inline(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _inline(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_inline(item)}' for key, item in value.items())}}}"
    return str(value)


def _said(
    fault: ErrorDetails, place: Place, value: object, fields: Iterable[str], whose: str
) -> tuple[str, str]:
    """What was found, and how to mend it."""
    if fault["type"] == "missing":
        return "is missing", f"add '{place[-1]}:'"
    if fault["type"] == "extra_forbidden":
        mend = did_you_mean(str(place[-1]), fields) if len(place) == 1 else "take it out"
        return f"{whose if len(place) == 1 else place[-2]} has no {place[-1]!r}", mend
    if not place:
        return "its values do not fit together", _mend(fault, value)
    is_empty = isinstance(value, str) and not value.strip()
    return "is empty" if is_empty else f"{shown(value)} does not fit", _mend(fault, value)


def _deepest(node: yaml.Node, place: Place) -> tuple[Place, yaml.Node]:
    """The part of ``place`` that the file has, and the node there."""
    for depth, step in enumerate(place):
        below: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            below = entries(node).get(str(step))
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            below = node.value[step] if step < len(node.value) else None
        if below is None:
            return place[:depth], node
        node = below
    return place, node


def _name(place: Place) -> str:
    steps = [f"[{step + 1}]" if isinstance(step, int) else f" {step}" for step in place]
    return "".join(steps).strip()


def _mend(fault: ErrorDetails, value: object) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "literal_error":
        allowed = [
            text.strip("'") for text in context["expected"].replace(" or ", ", ").split(", ")
        ]
        near = nearest_names(str(value), allowed, count=1, at_least=ALIKE)
        hint = f" (did you mean {near[0]}?)" if near else ""
        return f"it should be {context['expected'].removeprefix(repr('') + ', ')}{hint}"
    if kind == "string_pattern_mismatch" and context["pattern"] in _PATTERNS:
        return _PATTERNS[context["pattern"]]
    if kind in _SAID:
        return _SAID[kind].format(**context)
    text = str(fault["msg"]).removeprefix("Value error, ").partition(", unable to")[0]
    return f"it {text.removeprefix('Input ')}" if text.startswith("Input ") else text


ALIKE = 60.0
"""How alike, of 100, a name must be to be offered as what was meant."""
_LONGEST = 80
_OF_KEYS = ("missing", "extra_forbidden")
_PATTERNS = {
    r"^[0-9a-f]{16}$": "let 'transit scenario stamp' write it",
    r"^([0-9a-f]{16})?$": "let 'transit scenario stamp' write it",
    r"^([0-9A-Fa-f]{6})?$": "it should be six hexadecimal digits without #, such as 0072B2",
    r"^[a-z_]*$": "it should be small letters, such as footway or living_street",
}
_SAID = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float", "int_parsing_size"),
                    "it should be a whole number, in digits only"),
    **dict.fromkeys(("float_parsing", "float_type", "finite_number"),
                    "it should be a number such as 22.7334"),
    **dict.fromkeys(("bool_parsing", "bool_type"), "it should be true or false"),
    "string_type": "it should be plain text on one line",
    "string_unicode": "retype it: it holds half a character",
    "string_too_short": "fill it in",
    **dict.fromkeys(("tuple_type", "list_type"), "it should be a list, such as [one, two]"),
    "too_short": "it should be a list of {min_length} or more",
    "too_long": "it should be a list of {max_length} or fewer",
    **dict.fromkeys(("model_type", "dict_type"), "it should be keys and values, one a line"),
    "greater_than_equal": "it should be {ge:g} or more",
    "greater_than": "it should be more than {gt:g}",
    "less_than_equal": "it should be {le:g} or less",
    "less_than": "it should be less than {lt:g}",
}  # fmt: skip
