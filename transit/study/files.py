"""Studies as YAML files, read strictly: every fault at once, with its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from transit.errors import Problem, did_you_mean, nearest_names, raise_if
from transit.scenario.faults import ALIKE, value_problems
from transit.scenario.json_schema import DIALECT, as_read
from transit.scenario.yaml_nodes import (
    Document,
    entries,
    plain,
    read_document,
    repeated_keys,
)
from transit.study.study import Study

KEYS = tuple(Study.model_fields)
_LISTS = ("areas", "parks", "scenarios", "limits_m", "measures", "outputs")


def read_study(path: str | Path) -> Study:
    """The study in the YAML file ``path``; folders and files it names are seen from there.

    Raises ``DataError`` with every fault of the file, each with its line.
    """
    document = read_document(Path(path), start="start with 'study: name' and 'areas:'")
    problems = _key_problems(document)
    values = {key: plain(node) for key, node in entries(document.root).items()}
    try:
        study = Study.model_validate({key: values[key] for key in values if key in KEYS})
    except ValidationError as error:
        problems += value_problems(document, document.root, error, KEYS)
    problems += [*_absent(document, "areas"), *_absent(document, "scenarios")]
    raise_if(problems)
    return _seen_from(Path(path).parent, study)


def study_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of study files.

    >>> study_schema()["required"]
    ['study', 'areas']
    """
    schema: dict[str, Any] = as_read(Study.model_json_schema())
    for key in _LISTS:
        listed = schema["properties"][key]
        kept = {name: listed.pop(name) for name in ("description", "default") if name in listed}
        schema["properties"][key] = {"anyOf": [listed, listed["items"]], **kept}
    return {"$schema": DIALECT, "title": "Study of transit-access"} | schema


def _key_problems(document: Document) -> list[Problem]:
    keys = [key for key, _ in document.root.value]
    unknown = [key for key in keys if key.value not in KEYS]
    return [
        *(
            Problem(document.at(key), f"key {key.value!r} is not known", _known(key.value))
            for key in unknown
        ),
        *(
            Problem(document.at(key), f"key {key.value!r} appears twice", "keep one of them")
            for key in repeated_keys(document.root)
        ),
    ]


def _known(key: str) -> str:
    near = nearest_names(key, KEYS, count=1, at_least=ALIKE)
    return f"did you mean {near[0]}?" if near else f"the keys are {', '.join(KEYS)}"


def _absent(document: Document, key: str) -> Iterator[Problem]:
    """Folders or files that the file names and that are not there."""
    node = entries(document.root).get(key)
    items = node.value if isinstance(node, yaml.SequenceNode) else [node] if node else []
    for item in items:
        text = plain(item)
        if not isinstance(text, str) or not text.strip():
            continue
        place, where = document.path.parent / text.strip(), f"{document.at(item)} {key}"
        if key == "areas" and not _is_file(place / "area.yaml"):
            near = [str(one.parent.name) for one in document.path.parent.glob("*/area.yaml")]
            mend = did_you_mean(text, near) if near else "give the folder that holds area.yaml"
            yield Problem(where, f"{text!r} is no folder of a study area", mend)
        if key == "scenarios" and is_file_name(text) and not _is_file(place):
            near = [one.name for one in document.path.parent.glob("*.yaml")]
            yield Problem(where, f"{text!r} does not exist", did_you_mean(text, near))


def is_file_name(scenario: str) -> bool:
    """Whether ``scenario`` names a file, and not one of an area's own scenarios."""
    return scenario.strip().endswith((".yaml", ".yml"))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long to be one, or with a null
        return False


def _seen_from(folder: Path, study: Study) -> Study:
    areas = tuple(str((folder / area).resolve()) for area in study.areas)
    scenarios = tuple(
        str((folder / one).resolve()) if is_file_name(one) else one for one in study.scenarios
    )
    return study.model_copy(update={"areas": areas, "scenarios": scenarios})
