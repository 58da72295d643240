"""YAML read as a tree of plain texts with their lines, safely and with faults in plain words.

Values stay texts, so that ``23:10``, ``007`` and ``NO`` mean what they say (YAML 1.1 would read
1390, 7 and false); whoever declares a field decides what its text means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from transit.errors import DataError, Problem, did_you_mean
from transit.parsing import CONTROL

LARGEST_FILE = 1_000_000
DEEPEST = 12


@dataclass(frozen=True)
class Document:
    """A YAML file that is a mapping: its path, its text (without a mark of order) and its tree."""

    path: Path
    text: str
    root: yaml.MappingNode

    def at(self, node: yaml.Node) -> str:
        """The file and line of ``node``, as messages name it."""
        return f"{self.path} line {line_of(node)}"


def read_document(path: Path, *, start: str = "") -> Document:
    """The YAML file ``path``; raises ``DataError`` with its line where it is not readable YAML.

    Only UTF-8 is read: what one editor takes for GBK another would garble, and a scenario is
    passed on. Aliases, anchors, tags and deep nesting are refused. ``start`` says how such a file
    begins, where it is no scenario.
    """
    return document_of(_text(path), path, start=start)


def document_of(text: str, path: Path, *, start: str = "") -> Document:
    """``text`` as the content of ``path``; raises ``DataError`` as ``read_document`` does."""
    unseen = _UNSEEN.search(text)
    if unseen:
        line = text.count("\n", 0, unseen.start()) + 1
        what = f"holds the unseen character U+{ord(unseen[0]):04X}"
        raise DataError(Problem(f"{path} line {line}", what, "retype the text round it"))
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise DataError(_fault(path, error)) from None
    except yaml.YAMLError as error:
        mend = "retype the line that holds it"
        raise DataError(Problem(str(path), str(error).splitlines()[0], mend)) from None
    if root is None:
        raise DataError(Problem(str(path), "is empty", start or _START))
    if not isinstance(root, yaml.MappingNode):
        mend = start or _START
        raise DataError(Problem(str(path), "is not a mapping of keys to values", mend))
    return Document(path, text, root)


def line_of(node: yaml.Node) -> int:
    """The line at which ``node`` begins, from 1."""
    return int(node.start_mark.line) + 1


def entries(node: yaml.MappingNode) -> dict[str, yaml.Node]:
    """The values of a mapping by key; of a key that stands twice, the last."""
    return {key.value: value for key, value in node.value}


def plain(node: yaml.Node | None) -> Any:  # noqa: ANN401
    """The texts of ``node`` as text, list or dictionary."""
    if node is None:
        return None
    if isinstance(node, yaml.MappingNode):
        return {key.value: plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(item) for item in node.value]
    return node.value


def repeated_keys(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Keys that stand a second time in their mapping, anywhere below ``node``."""
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        for place, (key, value) in enumerate(node.value):
            if key.value in keys[:place]:
                yield key
            yield from repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from repeated_keys(item)


def _text(path: Path) -> str:
    where = str(path)
    try:
        if not path.is_file():
            raise DataError(_absent(path))
        if path.stat().st_size > LARGEST_FILE:
            raise DataError(Problem(where, "is over 1 MB", "a scenario is a short list of changes"))
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        fault = f"cannot be read ({getattr(error, 'strerror', None) or error})"
        raise DataError(Problem(where, fault, "check that it is a file you may read")) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        mend = "save it as UTF-8 (in Notepad: Save as, Encoding: UTF-8)"
        raise DataError(Problem(where, f"is not UTF-8 text{_encoding(raw)}", mend)) from None


def _encoding(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return " but UTF-16"
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return " but reads as GBK (GB 18030)"


def _absent(path: Path) -> Problem:
    near = sorted(file.stem for file in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
    fault = "is a folder, not a scenario file" if path.is_dir() else "does not exist"
    return Problem(str(path), fault, did_you_mean(path.stem, near) if near else "check the path")


def _fault(path: Path, error: yaml.MarkedYAMLError) -> Problem:
    """What is wrong in plain words; YAML's own where there are none."""
    words = f"{error.context or ''} {error.problem}"
    known = [(what, mend, early) for found, what, mend, early in _PLAIN if found in words]
    what, mend, early = known[0] if known else (str(error.problem), _MEND, False)
    mark = (error.context_mark if early else None) or error.problem_mark
    where = f"{path} line {mark.line + 1}" if mark else str(path)
    return Problem(where, what, getattr(error, "mend", mend))


class _Refused(yaml.MarkedYAMLError):
    def __init__(self, what: str, mend: str, mark: yaml.Mark) -> None:
        super().__init__(problem=what, problem_mark=mark)
        self.mend = mend


class _Loader(yaml.SafeLoader):
    """Composes shallow, plain nodes only: aliases and depth could blow a small file up."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:  # noqa: ANN401
        event = self.peek_event()  # type: ignore[no-untyped-call]
        mark = event.start_mark
        if self.check_event(yaml.AliasEvent):
            raise _Refused("aliases (*name) are not allowed", _WRITE_OUT, mark)
        if event.anchor is not None:
            raise _Refused("anchors (&name) are not allowed", _WRITE_OUT, mark)
        if event.tag is not None:
            raise _Refused("tags (!name) are not allowed", "put the text in quotes", mark)
        hidden = CONTROL.search(getattr(event, "value", ""))
        if hidden:
            what = f"a text stands for the control character U+{ord(hidden[0]):04X}"
            raise _Refused(what, "take the backslash sequence out", mark)
        self.depth += 1
        if self.depth > DEEPEST:
            raise _Refused("is nested too deep", "write plain values and short lists", mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if not isinstance(key, yaml.ScalarNode):
                mend = "write 'key: value'"
                raise _Refused("a key is not plain text", mend, key.start_mark)
        return node


_START = "start with 'scenario: name' and 'changes:'"
_WRITE_OUT = "write the value out, or put the text in quotes"
_MEND = "correct the indentation, colon or quote there"
# What YAML prints nowhere and editors do not show; tabs and line ends are seen to elsewhere.
_UNSEEN = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
# What YAML says, what that means, how to mend it, and whether it began at an earlier line.
_PLAIN = (
    ("'\\t'", "a tab stands where only spaces may", "indent with spaces", False),
    (
        "cannot start any token",
        "a text begins with a sign that YAML keeps for itself",
        "put the text in quotes",
        False,
    ),
    (
        "quoted scalar found unexpected end",
        "a quote is opened and never closed",
        "close it, or take it out",
        True,
    ),
    (
        "flow sequence",
        "a bracket [ is opened and not closed, or a comma is missing in it",
        "write [a, b]; put texts that hold brackets, commas or colons in quotes",
        True,
    ),
    (
        "flow mapping",
        "a brace { is opened and not closed, or a comma is missing in it",
        "write {key: value, key: value}, or one key a line",
        True,
    ),
    (
        "mapping values are not allowed",
        "a colon too many, or a line that is indented too far",
        "put a text that holds ': ' in quotes, or indent like the lines above",
        False,
    ),
    ("could not find expected ':'", "a line without a colon", "write 'key: value'", True),
    (
        "found another document",
        "a second document begins (---)",
        "keep one scenario a file",
        False,
    ),
    (
        "expected <block end>",
        "is indented otherwise than the lines above, or goes on after a closing quote",
        "indent the keys of a change alike; put the whole text in quotes",
        False,
    ),
)
