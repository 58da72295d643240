"""What pydantic finds wrong with the values of a file, said as problems with their lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from transit.errors import Problem, did_you_mean, nearest_names
from transit.scenario.yaml_nodes import Document, entries, line_of, plain

Place = tuple[int | str, ...]


def value_problem(
    document: Document, node: yaml.MappingNode, fault: Mapping[str, Any], fields: Iterable[str]
) -> Problem:
    """One of pydantic's errors about the mapping ``node``, whose keys should be ``fields``.

    A change is called by its verb, which stands first in the error's place.
    """
    place: Place = tuple(fault["loc"])
    verb = plain(entries(node).get("verb"))
    if place and place[0] == verb:
        place = place[1:]
    here, inner = _deepest(node, place)
    place = place[: len(here)] if fault["type"] not in ("missing", "extra_forbidden") else place
    where = " ".join(filter(None, (str(document.path), f"line {line_of(inner)}", verb or "",
                                   _name(place))))  # fmt: skip
    if fault["type"] == "missing":
        return Problem(where, "is missing", f"add '{place[-1]}:'")
    if fault["type"] == "extra_forbidden":
        mend = did_you_mean(str(place[-1]), fields) if len(place) == 1 else "take it out"
        return Problem(where, f"{verb or 'this'} has no {place[-1]!r}", mend)
    value = plain(inner)
    what = "is empty" if value == "" else f"{shown(value)} does not fit"
    return Problem(where, what, _mend(fault, value))


def shown(value: object) -> str:
    """``value`` as messages quote it: on one line, and not for ever."""
    if isinstance(value, str):
        text = repr(value)
    else:
        text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=_ONE_LINE)
        text = text.strip()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


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


def _mend(fault: Mapping[str, Any], value: object) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "literal_error":
        allowed = [
            text.strip("'") for text in context["expected"].replace(" or ", ", ").split(", ")
        ]
        near = nearest_names(str(value), allowed, at_least=60)
        hint = f" (did you mean {near[0]}?)" if near else ""
        return f"it should be {context['expected'].removeprefix(repr('') + ', ')}{hint}"
    if kind in _SAID:
        return _SAID[kind].format(**context)
    text = str(fault["msg"]).removeprefix("Value error, ").partition(", unable to")[0]
    return f"it {text.removeprefix('Input ')}" if text.startswith("Input ") else text


_LONGEST = 80
_ONE_LINE = 1_000_000
_SAID = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float", "int_parsing_size"),
                    "it should be a whole number such as 600"),
    **dict.fromkeys(("float_parsing", "float_type"), "it should be a number such as 22.7334"),
    "finite_number": "it should be a number such as 22.7334",
    **dict.fromkeys(("bool_parsing", "bool_type"), "it should be true or false"),
    "string_type": "it should be plain text on one line",
    "string_unicode": "retype it: it holds half a character",
    "string_too_short": "fill it in",
    "tuple_type": "it should be a list, such as [one, two]",
    "list_type": "it should be a list, such as [one, two]",
    "too_short": "it should name at least {min_length}",
    "too_long": "it should have at most {max_length}",
    "model_type": "it should be keys and values",
    "dict_type": "it should be keys and values",
    "greater_than_equal": "it should be {ge:g} or more",
    "greater_than": "it should be more than {gt:g}",
    "less_than_equal": "it should be {le:g} or less",
    "less_than": "it should be less than {lt:g}",
}  # fmt: skip
