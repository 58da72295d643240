"""Scenarios as YAML files: read with every fault at its line, written with comments kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from transit.errors import DataError, Problem, did_you_mean, nearest_names
from transit.model.network import Network
from transit.scenario.change import Change
from transit.scenario.faults import ALIKE, shown, value_problems
from transit.scenario.head import KEYS, Head
from transit.scenario.origin import Origin
from transit.scenario.scenario import VERBS, AnyChange, Scenario
from transit.scenario.unread import Unread
from transit.scenario.yaml_nodes import (
    Document,
    document_of,
    entries,
    line_of,
    plain,
    read_document,
    repeated_keys,
)

DEEPEST_BASE = 20

_CHANGE: TypeAdapter[Change] = TypeAdapter(AnyChange)


@dataclass(frozen=True)
class Known:
    """What is known of the study area that a file is read for.

    Changes of a faulty file are tried on ``network``; a base that the file's own folder lacks is
    looked for in the folder ``scenarios``.
    """

    network: Network | None = None
    scenarios: Path | None = None


NOTHING = Known()


@dataclass(frozen=True)
class Read:
    """A scenario file: its text and tree, its own changes, its base, and for what it was read."""

    document: Document
    own: Scenario
    base: Read | None
    known: Known = NOTHING

    @property
    def whole(self) -> Scenario:
        """The scenario: the base's changes first, and the base's source beside its own."""
        if self.base is None:
            return self.own
        base = self.base.whole
        return replace(
            self.own,
            changes=base.changes + self.own.changes,
            source=" ".join(filter(None, (base.source, self.own.source))),
            network=self.own.network or base.network,
            origins=base.origins + self.own.origins,
        )

    def stamp_problems(self, network: Network) -> list[Problem]:
        """That it, or else its base, was made for another network than ``network``."""
        if self.own.network is None:
            return self.base.stamp_problems(network) if self.base else []
        key = next(key for key, _ in self.document.root.value if key.value == "network")
        return self.own.network.problems(network, where=f"{self.document.at(key)} network")


def read_scenario(path: str | Path) -> Scenario:
    """The scenario in the YAML file ``path``, after that of its ``base`` file if it names one.

    Raises ``DataError`` with every fault of the file and of its base, each with its line.
    """
    return read_file(Path(path)).whole


def read_file(path: Path, above: tuple[Path, ...] = (), *, known: Known = NOTHING) -> Read:
    """The file ``path`` and its base; ``above`` are the files that name it as theirs.

    Raises ``DataError`` with every fault of both; see ``interpreted``.
    """
    return interpreted(read_document(path), above, known=known)


def interpreted(
    document: Document, above: tuple[Path, ...] = (), *, known: Known = NOTHING
) -> Read:
    """What ``document`` says; raises ``DataError`` with every fault of it and of its base.

    Where a network is ``known``, the changes of a faulty file that can be read are tried on it,
    so that their faults come out at once with the others.
    """
    problems = _key_problems(document)
    head, faults = _head(document)
    changes, origins, more = _changes(document)
    problems += faults + more
    try:
        base = _base(document, above, known)
    except DataError as error:
        raise DataError([*problems, *error.problems]) from None
    if problems or head is None:
        readable = Read(document, Scenario("", changes, origins=origins), base).whole
        raise DataError(problems + (readable.problems(known.network) if known.network else []))
    own = Scenario(
        head.scenario, changes, head.title, head.source, head.author, head.date, head.status,
        head.network, origins,
    )  # fmt: skip
    return Read(document, own, base, known)


def _key_problems(document: Document) -> list[Problem]:
    keys = [key for key, _ in document.root.value]
    problems = [
        Problem(document.at(key), f"key {key.value!r} is not known", _known(key.value))
        for key in keys
        if key.value not in KEYS
    ]
    problems += [
        Problem(document.at(key), f"key {key.value!r} appears twice", "keep one of them")
        for key in repeated_keys(document.root)
    ]
    if "changes" not in {key.value for key in keys}:
        problems.append(Problem(str(document.path), "key 'changes' is missing", "add 'changes:'"))
    return problems


def _known(key: str) -> str:
    near = nearest_names(key, KEYS, count=1, at_least=ALIKE)
    return f"did you mean {near[0]}?" if near else f"the keys are {', '.join(KEYS)}"


def _head(document: Document) -> tuple[Head | None, list[Problem]]:
    values = {key: plain(node) for key, node in entries(document.root).items()}
    given = {key: value for key, value in values.items() if key in Head.model_fields}
    try:
        return Head.model_validate(given), []
    except ValidationError as error:
        return None, value_problems(document, document.root, error, Head.model_fields)


def _changes(
    document: Document,
) -> tuple[tuple[Change, ...], tuple[Origin, ...], list[Problem]]:
    node = entries(document.root).get("changes")
    if node is None:
        return (), (), []
    if not isinstance(node, yaml.SequenceNode):
        mend = "start each change with '- verb:', or write 'changes: []'"
        return (), (), [Problem(document.at(node), "changes is not a list", mend)]
    changes: list[Change] = []
    origins: list[Origin] = []
    problems: list[Problem] = []
    for item in node.value:
        change, faults = _change(document, item)
        problems += faults
        changes.append(Unread.of(plain(item)) if change is None else change)
        if change is not None:
            lines = {key: line_of(value) for key, value in entries(item).items()}
            origins.append(Origin(change, str(document.path), line_of(item), lines))
    return tuple(changes), tuple(origins), problems


def _change(document: Document, node: yaml.Node) -> tuple[Change | None, list[Problem]]:
    where = document.at(node)
    if not isinstance(node, yaml.MappingNode):
        return None, [Problem(where, "is not a change", "write '- verb: …' and its values")]
    verb = plain(entries(node).get("verb"))
    if not isinstance(verb, str) or verb not in VERBS:
        near = nearest_names(str(verb or ""), VERBS, at_least=ALIKE)
        mend = f"did you mean {' / '.join(near)}?" if near else f"use one of {', '.join(VERBS)}"
        what = f"verb {shown(verb)} is not known" if verb else "a change without a verb"
        return None, [Problem(where, what, mend if verb else f"add 'verb:'; {mend}")]
    try:
        return _CHANGE.validate_python(plain(node)), []
    except ValidationError as error:
        return None, value_problems(document, node, error, VERBS[verb].model_fields)


def _base(document: Document, above: tuple[Path, ...], known: Known) -> Read | None:
    """The file's base, if it names one that can be read."""
    node = entries(document.root).get("base")
    name = plain(node)
    if node is None or not isinstance(name, str) or not name:
        return None
    where = f"{document.at(node)} base"
    chain = (*above, document.path)
    # Windows would take a backslash or colon for a path; refuse them everywhere alike.
    if Path(name).name != name or name in (".", "..") or set(name) & set("\\:"):
        mend = "name a scenario of the same folder, without its ending"
        raise DataError(Problem(where, f"{name!r} is not a plain name", mend))
    path = document.path.parent / f"{name}.yaml"
    if path.resolve() in {file.resolve() for file in chain}:
        what = f"is its own base: {' → '.join(file.stem for file in (*chain, path))}"
        raise DataError(Problem(where, what, "name another base, or none"))
    if len(chain) >= DEEPEST_BASE:
        what = f"stands on {DEEPEST_BASE} or more scenarios"
        raise DataError(Problem(where, what, "write the changes into fewer files"))
    folders = [path.parent, *([known.scenarios] if known.scenarios else [])]
    found = [folder / path.name for folder in folders if _is_file(folder / path.name)]
    if not found:
        files = (file for folder in folders for file in folder.glob("*.yaml"))
        near = [file.stem for file in files if file != document.path]
        other = f", nor of the study area's ({known.scenarios})," if known.scenarios else ""
        what = f"no scenario of its folder{other} is named {shown(name)}"
        raise DataError(Problem(where, what, did_you_mean(name, near)))
    return read_file(found[0], chain, known=known)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long to be one
        return False


def write_scenario(scenario: Scenario, *, over: str | Path | Read | None = None) -> str:
    """The YAML text of ``scenario``; reading it back gives an equal scenario.

    White space round a text is not kept, as everywhere in scenarios. With ``over``, a scenario
    file (or what was read of it), it is the text of that file with only what differs edited:
    comments, order and layout of the rest stay, and so does its base. Without, all changes are
    written out, those of a base too. Raises ``DataError`` when ``over`` cannot be read, or when
    a text of the scenario holds a control character, which no file may.
    """
    from transit.scenario.edited import edited

    old = read_file(Path(over)) if isinstance(over, (str, Path)) else over
    text = fresh(scenario) if old is None else edited(old, scenario)
    document_of(text, Path(scenario.name))
    return text


def fresh(scenario: Scenario, base: str = "") -> str:
    """``scenario`` written anew, on the base named."""
    body = head_values(scenario, base) | {"changes": [change_values(c) for c in scenario.changes]}
    return yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=100)


def head_values(scenario: Scenario, base: str = "") -> dict[str, Any]:
    """What stands above the changes, in the order of ``KEYS``, without what is empty."""
    stamp = scenario.network.model_dump(exclude_defaults=True) if scenario.network else None
    values = {
        "scenario": scenario.name,
        "title": scenario.title,
        "source": scenario.source,
        "author": scenario.author,
        "date": scenario.date,
        "status": scenario.status,
        "base": base,
        "network": stamp,
    }
    return {key: value for key, value in values.items() if value or key == "scenario"}


def change_values(change: Change) -> dict[str, Any]:
    """A change as a file says it: its verb, and the values that are not the default."""
    values = change.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    return {"verb": getattr(change, "verb", "")} | values
