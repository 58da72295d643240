"""The JSON Schema of scenario files, from which editors complete and check as one types."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from transit.scenario.head import Head
from transit.scenario.scenario import AnyChange

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HINT = "# yaml-language-server: $schema=scenario.schema.json"
"""The first line of a scenario file whose editor is to know the schema beside it."""


class ScenarioFile(Head):
    """A scenario of transit-access: an ordered list of changes to a network, and its provenance."""

    changes: list[AnyChange] = Field(description="What is done, in this order.")


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of scenario files, one definition a verb.

    >>> sorted(scenario_schema()["required"])
    ['changes', 'scenario']
    """
    schema: dict[str, Any] = as_read(ScenarioFile.model_json_schema(by_alias=True))
    for definition in schema["$defs"].values():
        if "verb" in definition["properties"]:
            definition["required"] = ["verb", *definition.get("required", ())]
    return {"$schema": DIALECT, "title": "Scenario of transit-access"} | schema


def as_read(part: Any, *, names: bool = False) -> Any:  # noqa: ANN401
    """``part`` as files are read: every plain value is text first, and nothing is null.

    ``names`` says that the keys of ``part`` are names of fields, and not words of the schema.
    """
    if isinstance(part, list):
        return [as_read(item) for item in part]
    if not isinstance(part, dict):
        return part
    choices = [one for one in part.get("anyOf", ()) if one != {"type": "null"}]
    if len(choices) == 1 and not names:
        rest = {key: value for key, value in part.items() if key not in ("anyOf", "default")}
        return as_read(rest | choices[0])
    kept = {
        key: value
        for key, value in part.items()
        if names or not (key == "title" or (key == "default" and value is None))
    }
    if kept.get("type") == "string" and not names and not {"enum", "const"} & set(kept):
        kept["type"] = ["string", "number", "boolean"]
    if "description" in kept and isinstance(kept["description"], str):
        kept["description"] = " ".join(kept["description"].replace("``", "").split())
    inner = ("properties", "$defs")
    return {key: as_read(value, names=key in inner and not names) for key, value in kept.items()}
