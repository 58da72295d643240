"""Scenarios as YAML files: read safely, with every fault at its line.

Every plain value is read as text and then turned into what the change declares, so ``23:10``,
``007`` and ``NO`` mean what they say (YAML 1.1 would read 1390, 7 and false).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from transit.errors import DataError, Problem, did_you_mean
from transit.scenario.change import Change
from transit.scenario.scenario import VERBS, AnyChange, Scenario

KEYS = ("scenario", "title", "source", "base", "changes")
LARGEST_FILE = 1_000_000
DEEPEST = 12

_CHANGE: TypeAdapter[Change] = TypeAdapter(AnyChange)


def read_scenario(path: str | Path) -> Scenario:
    """The scenario in the YAML file ``path``, after that of its ``base`` file if it names one.

    Raises ``DataError`` with every fault of the file, each with its line.
    """
    return _read(Path(path), ())


def write_scenario(scenario: Scenario) -> str:
    """The YAML text of ``scenario``; reading it back gives an equal scenario."""
    body = {
        "scenario": scenario.name,
        "title": scenario.title,
        "source": scenario.source,
        "changes": [_plain(change) for change in scenario.changes],
    }
    return yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=100)


def _read(path: Path, above: tuple[Path, ...]) -> Scenario:
    if path.resolve() in above:
        fault = "is its own base"
        raise DataError(Problem(str(path), fault, "name another base, or none"))
    node = _compose(path)
    problems = list(_key_problems(path, node))
    values = _mapping(node)
    problems += _text_problems(path, values)
    changes, faults = _changes(path, values.get("changes"))
    problems += faults
    if problems:
        raise DataError(problems)
    texts = {key: str(_value(values[key])) for key in KEYS[:4] if key in values}
    own = Scenario(
        texts["scenario"], tuple(changes), texts.get("title", ""), texts.get("source", "")
    )
    if not texts.get("base"):
        return own
    base = _read(_beside(path, texts["base"]), (*above, path.resolve()))
    source = " ".join(filter(None, (base.source, own.source)))
    return Scenario(own.name, base.changes + own.changes, own.title, source)


def _beside(path: Path, name: str) -> Path:
    # Windows would take a backslash or colon for a path; refuse them everywhere alike.
    if Path(name).name != name or name in (".", "..") or set(name) & set("\\:"):
        mend = "name a scenario of the same folder, without its ending"
        raise DataError(Problem(f"{path} base", f"{name!r} is not a plain name", mend))
    return path.parent / f"{name}.yaml"


def _compose(path: Path) -> yaml.MappingNode:
    where = str(path)
    if not path.is_file():
        near = (
            sorted(file.stem for file in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
        )
        fault = "is a folder, not a scenario file" if path.is_dir() else "does not exist"
        mend = did_you_mean(path.stem, near) if near else "check the path"
        raise DataError(Problem(where, fault, mend))
    if path.stat().st_size > LARGEST_FILE:
        raise DataError(Problem(where, "is over 1 MB", "a scenario is a short list of changes"))
    try:
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except UnicodeDecodeError:
        raise DataError(Problem(where, "is not UTF-8 text", "save it as UTF-8")) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        mend = "correct the indentation, colon or quote there"
        raise DataError(Problem(f"{where} line {line}", str(error.problem), mend)) from None
    except yaml.YAMLError as error:
        mend = "retype the line that holds it"
        raise DataError(Problem(where, str(error).splitlines()[0], mend)) from None
    if not isinstance(node, yaml.MappingNode):
        mend = "start with 'scenario: name' and 'changes:'"
        raise DataError(Problem(where, "is not a mapping of keys to values", mend))
    return node


class _Loader(yaml.SafeLoader):
    """Composes shallow, plain nodes only: aliases and depth could blow a small file up."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:  # noqa: ANN401
        event = self.peek_event()  # type: ignore[no-untyped-call]
        mark = event.start_mark
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not allowed", problem_mark=mark)
        if event.tag is not None:
            raise yaml.MarkedYAMLError(problem="tags (!name) are not allowed", problem_mark=mark)
        self.depth += 1
        if self.depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem="is nested too deep", problem_mark=mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        if isinstance(node, yaml.MappingNode):
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise yaml.MarkedYAMLError(
                        problem="a key is not plain text", problem_mark=key.start_mark
                    )
        return node


def _key_problems(path: Path, node: yaml.MappingNode) -> Iterator[Problem]:
    seen = set()
    for key, _ in node.value:
        where = f"{path} line {key.start_mark.line + 1}"
        if key.value not in KEYS:
            yield Problem(where, f"key {key.value!r} is not known", f"use {', '.join(KEYS)}")
        if key.value in seen:
            yield Problem(where, f"key {key.value!r} appears twice", "keep one of them")
        seen.add(key.value)
    for required in ("scenario", "changes"):
        if required not in seen:
            yield Problem(str(path), f"key {required!r} is missing", f"add '{required}:'")


def _text_problems(path: Path, values: dict[str, yaml.Node]) -> Iterator[Problem]:
    for key in KEYS[:4]:
        node = values.get(key)
        where = f"{path} line {node.start_mark.line + 1}" if node else ""
        if node and not isinstance(node, yaml.ScalarNode):
            yield Problem(where, f"{key} is not plain text", f"write '{key}: …' on one line")
        elif node and key == "scenario" and not node.value.strip():
            yield Problem(where, "scenario has no name", "write 'scenario: name'")


def _changes(path: Path, node: yaml.Node | None) -> tuple[list[Change], list[Problem]]:
    if node is None:
        return [], []
    if not isinstance(node, yaml.SequenceNode):
        where = f"{path} line {node.start_mark.line + 1}"
        return [], [Problem(where, "changes is not a list", "start each change with '- verb:'")]
    changes: list[Change] = []
    problems: list[Problem] = []
    for item in node.value:
        change, faults = _change(path, item)
        problems += faults
        if change is not None:
            changes.append(change)
    return changes, problems


def _change(path: Path, node: yaml.Node) -> tuple[Change | None, list[Problem]]:
    where = f"{path} line {node.start_mark.line + 1}"
    if not isinstance(node, yaml.MappingNode):
        return None, [Problem(where, "is not a change", "write '- verb: …' and its values")]
    twice = _repeated(path, node)
    verb = _value(_mapping(node).get("verb"))
    if not isinstance(verb, str) or verb not in VERBS:
        what = f"verb {verb!r} is not known" if verb else "a change without a verb"
        mend = f"{did_you_mean(str(verb), VERBS)} The verbs are {', '.join(VERBS)}"
        return None, [*twice, Problem(where, what, mend)]
    try:
        change = _CHANGE.validate_python(_value(node))
    except ValidationError as error:
        return None, twice + [_validation(path, node, fault) for fault in error.errors()]
    return change, twice


def _repeated(path: Path, node: yaml.MappingNode) -> list[Problem]:
    keys = [key.value for key, _ in node.value]
    return [
        Problem(
            f"{path} line {key.start_mark.line + 1}", f"{key.value!r} appears twice", "keep one"
        )
        for place, (key, _) in enumerate(node.value)
        if key.value in keys[:place]
    ]


def _validation(path: Path, node: yaml.MappingNode, fault: Any) -> Problem:  # noqa: ANN401
    verb, *place = fault["loc"]
    field = str(place[0]) if place else ""
    line = _lines(node).get(field, node.start_mark.line + 1)
    declared = VERBS[str(verb)].model_fields
    where = f"{path} line {line} {verb} {field}".rstrip()
    if fault["type"] == "missing":
        return Problem(where, "is missing", f"add '{field}:'")
    if fault["type"] == "extra_forbidden":
        return Problem(where, f"{verb} has no {field!r}", did_you_mean(field, declared))
    return Problem(where, f"{fault['input']!r} does not fit", _sentence(fault["msg"]))


def _sentence(message: str) -> str:
    text = message.removeprefix("Value error, ").partition(", unable to")[0]
    return f"it {text.removeprefix('Input ')}" if text.startswith("Input ") else text


def _lines(node: yaml.MappingNode) -> dict[str, int]:
    return {key.value: key.start_mark.line + 1 for key, _ in node.value}


def _mapping(node: yaml.Node) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in node.value}


def _value(node: yaml.Node | None) -> Any:  # noqa: ANN401
    if node is None:
        return None
    if isinstance(node, yaml.MappingNode):
        return {key.value: _value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return tuple(_value(item) for item in node.value)
    return node.value


def _plain(change: Change) -> dict[str, Any]:
    values = change.model_dump(mode="json", exclude_defaults=True)
    return {"verb": getattr(change, "verb", "")} | {
        key: list(value) if isinstance(value, tuple) else value for key, value in values.items()
    }
