"""The JSON Schema of scenario files, judged by an independent validator."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
import yaml
from bundle import FOLDER

from transit.scenario.json_schema import HINT, scenario_schema
from transit.scenario.scenario import VERBS

SCHEMA = scenario_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
STOP = {"verb": "remove_stop", "stop": "S1"}


def scenario(*changes: dict, **head: object) -> dict:
    return {"scenario": "s", "changes": list(changes), **head}


def test_it_is_a_schema_and_plain_json():
    """If this fails, no editor can use the schema."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(
    "path", sorted((FOLDER / "scenarios").glob("*.yaml")), ids=lambda p: p.stem
)
def test_every_bundled_scenario_is_valid(path):
    """If this fails, an editor marks a good file red."""
    VALIDATOR.validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_known_and_described(verb):
    """If this fails, an editor does not offer a verb, or says nothing about it."""
    (definition,) = [one for one in SCHEMA["$defs"].values()
                     if one["properties"].get("verb", {}).get("const") == verb]  # fmt: skip
    assert definition["description"]
    assert "``" not in definition["description"]
    assert "verb" in definition["required"]
    assert definition["additionalProperties"] is False
    assert re.search(rf'"{verb}": "#/\$defs/', json.dumps(SCHEMA["properties"]["changes"]))


@pytest.mark.parametrize(
    ("file", "valid"),
    [
        (scenario(STOP), True),
        (scenario(), True),
        (scenario(STOP, status="carried out", date="2021-08"), True),
        (scenario(STOP | {"stop": 7}), True),  # 7 is read as a text here
        (scenario(STOP, network={"fingerprint": "0123456789abcdef"}), True),
        (scenario(STOP, status="done"), False),
        (scenario(STOP, owner="me"), False),
        (scenario({"stop": "S1"}), False),
        (scenario(STOP | {"verb": "remove_stops"}), False),
        (scenario(STOP | {"stops": ["S1"]}), False),
        (scenario({"verb": "change_headway", "line": "1", "headway_secs": "often"}), False),
        (scenario({"verb": "extend_line", "line": "1", "end": "middle", "stops": ["a"]}), False),
        ({"scenario": "s"}, False),
        ({"changes": []}, False),
    ],
)
def test_what_it_takes_and_refuses(file, valid):
    """If this fails, an editor passes what is refused later, or marks red what is read."""
    assert VALIDATOR.is_valid(file) is valid


def test_the_hint_for_editors_is_a_comment():
    """If this fails, the line that names the schema makes a scenario unreadable."""
    assert yaml.safe_load(HINT) is None
