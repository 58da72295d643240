"""The text of a scenario file with only what differs edited: comments, order and layout stay.

The file's own text is edited by place and never written anew from its values, so whatever was not
touched keeps every byte. Where that cannot be done (a list in one line, say) the part is written
anew; what comes out is read back, so that no edit can change the meaning of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import yaml

from transit.errors import DataError, Problem
from transit.scenario.change import Change
from transit.scenario.files import Read, change_values, fresh, head_values, interpreted
from transit.scenario.head import KEYS
from transit.scenario.scenario import Scenario
from transit.scenario.yaml_nodes import document_of, entries


class Edit(NamedTuple):
    """New text for what stands between two places of the old."""

    start: int
    end: int
    text: str


def edited(read: Read, scenario: Scenario) -> str:
    """The text of the file ``read`` so edited that it says ``scenario``.

    Raises ``DataError`` when the scenario does not begin with the changes of the file's base.
    """
    own = _own(read, scenario)
    edits = sorted(_edits(read, own), key=lambda edit: edit[:2])  # stable: in order at one place
    text = _with(read.document.text, edits)
    try:
        if interpreted(document_of(text, read.document.path), known=read.known).whole == scenario:
            return text
    except DataError:
        pass
    return fresh(own, _base_name(read))


def _own(read: Read, scenario: Scenario) -> Scenario:
    """``scenario`` without what the base gives it."""
    if read.base is None:
        return scenario
    base = read.base.whole
    count = len(base.changes)
    if scenario.changes[:count] != base.changes:
        mend = "write it without over=, with all changes in one file"
        what = f"the scenario does not begin with the {count} changes of its base"
        raise DataError(Problem(str(read.document.path), what, mend))
    source = scenario.source.removeprefix(base.source).strip() if base.source else scenario.source
    network = None if scenario.network == base.network else scenario.network
    return Scenario(
        scenario.name, scenario.changes[count:], scenario.title, source, scenario.author,
        scenario.date, scenario.status, network,
    )  # fmt: skip


def _base_name(read: Read) -> str:
    node = entries(read.document.root).get("base")
    return str(node.value) if node is not None else ""


def _edits(read: Read, own: Scenario) -> Iterator[Edit]:
    text, root, base = read.document.text, read.document.root, _base_name(read)
    yield from _mapping_edits(text, root, head_values(read.own, base), head_values(own, base), KEYS)
    key, node = next(pair for pair in root.value if pair[0].value == "changes")
    if read.own.changes == own.changes:
        return
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value and own.changes:
        yield from _list_edits(text, key, node, read.own.changes, own.changes)
    else:
        # Up to the line's end: what stood in brackets goes on in lines of its own.
        lines = _lines(text, own.changes, "  ")
        new = f"{_newline(text)}{lines}" if lines else " []"
        yield Edit(key.end_mark.index + 1, _line_end(text, _end(text, node)), new)


def _list_edits(
    text: str,
    key: yaml.Node,
    node: yaml.SequenceNode,
    old: tuple[Change, ...],
    new: tuple[Change, ...],
) -> Iterator[Edit]:
    """Changes taken out, put in or altered; what stands above a change belongs to it."""
    indent = " " * node.start_mark.column
    bounds = [_line_end(text, _end(text, part)) for part in (key, *node.value)]
    for what, i, j, k, m in SequenceMatcher(
        None, _keys(old), _keys(new), autojunk=False
    ).get_opcodes():
        if what == "equal":
            continue
        pairs = list(zip(node.value[i:j], old[i:j], new[k:m], strict=False))
        if len(pairs) == j - i == m - k and all(_is_same(*pair) for pair in pairs):
            for item, before, after in pairs:
                values = change_values(before), change_values(after)
                fields = ("verb", *type(after).model_fields)
                yield from _mapping_edits(text, item, *values, fields)
        else:
            lines = _lines(text, new[k:m], indent)
            yield Edit(bounds[i], bounds[j], f"{_newline(text)}{lines}" if lines else "")


def _keys(changes: tuple[Change, ...]) -> list[str]:
    return [repr(change) for change in changes]


def _is_same(item: yaml.Node, old: Change, new: Change) -> bool:
    """Whether one change became the other by other values in the lines it stands in."""
    return type(old) is type(new) and not _in_brackets(item)


def _in_brackets(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def _mapping_edits(
    text: str,
    node: yaml.MappingNode,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    order: tuple[str, ...],
) -> Iterator[Edit]:
    """Values that differ: given anew in their place, taken out, or added below the one before."""
    pairs = {key.value: (key, value) for key, value in node.value}
    indent = " " * node.start_mark.column
    for key in order:
        if old.get(key) == new.get(key):
            continue
        if key not in pairs:
            before = [pairs[name] for name in order[: order.index(key)] if name in pairs]
            above = before[-1][1] if before else None
            at = _line_end(text, _end(text, above)) if above else _line_start(text, _start(node))
            lines = _entry(text, key, new[key], indent)
            yield Edit(at, at, _newline(text) + lines if above else lines + _newline(text))
        elif key in new:
            first, last = pairs[key]
            yield Edit(
                _start(first), _end(text, last), _entry(text, key, new[key], indent).lstrip()
            )
        else:
            first, last = pairs[key]
            yield Edit(_line_start(text, _start(first)) - len(_newline(text)),
                       _line_end(text, _end(text, last)), "")  # fmt: skip


def _entry(text: str, key: str, value: object, indent: str) -> str:
    """``key: value`` in lines of their own, indented."""
    return _indented(text, _dumped({key: value}), indent)


def _lines(text: str, changes: tuple[Change, ...], indent: str) -> str:
    """Changes as items of a list, one key a line, indented."""
    dumped = _dumped([change_values(change) for change in changes]) if changes else ""
    return _indented(text, dumped, indent)


def _dumped(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=float("inf")).rstrip()


def _indented(text: str, lines: str, indent: str) -> str:
    return _newline(text).join(indent + line if line else line for line in lines.split("\n"))


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _start(node: yaml.Node) -> int:
    return int(node.start_mark.index)


def _end(text: str, node: yaml.Node) -> int:
    """Where the last text of ``node`` ends; YAML's own mark also takes in what follows it."""
    if isinstance(node, yaml.ScalarNode) or _in_brackets(node) or not node.value:
        return len(text[: node.end_mark.index].rstrip())
    last = node.value[-1]
    return _end(text, last[1] if isinstance(node, yaml.MappingNode) else last)


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    """The end of the line that holds ``at``, without its line break."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if text[end - 1 : end] == "\r" else end


def _with(text: str, edits: list[Edit]) -> str:
    for edit in reversed(edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text if text.endswith("\n") else text + _newline(text)
