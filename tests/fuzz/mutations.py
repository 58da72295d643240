"""Slips and spite for files: bytes changed, cells of tables, nodes of JSON, words of text."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable

Mutate = Callable[[bytes, random.Random], bytes]

WORDS = [
    "", " ", "nan", "NaN", "inf", "-inf", "1e999", "-1", "0", "1e-320", "9" * 30, "-0.0", "1_0",
    "１１４", "114.04", "22.73", "181", "-91", "24:00:00", "99:99:99", "-1:00:00", "25:61",
    "次日00:30", "true", "NO", "null", "None", "[]", "{}", "[[[[", "]]", "''", '"', '""', "'", ",",
    ";", "、", "\t", "\n", "\r", "\r\n", "\0", "\x1b[2J", "\x85", "\u2028", "\ufeff", "\ufffe",
    "=1+1", "@x", "../..", "/etc/passwd", "a" * 70000, "环1", "①", "〇", "é", "\U0001f68c",
    "WGS-84", "EPSG:3857", "EPSG:4547", "S1", "R101_0", "20200101", "20201399", "&a;",
    "<!DOCTYPE a>", "<a>", "</osm>", "POINT EMPTY", "LINESTRING (0 0, nan 1)", "%s%n", "{{7*7}}",
    "__import__('os')", "1" * 5000, "0x1F", "*a", "&a [*a]", "!!python/object:os",
]  # fmt: skip
VALUES = [
    None, True, False, 0, -1, 1e308, -1e308, 5e-324, float("nan"), float("inf"), 10**400, 2**63,
    [], {}, "", "x", [[]], [{}], {"type": 1}, [0, 0], [114.04, 22.73], [[0, 0], [0, 0]], "\ud800",
    [None], 180.0, 91,
]  # fmt: skip


def of_bytes(raw: bytes, dice: random.Random) -> bytes:
    """``raw`` with some bytes changed, cut out, doubled, moved or put in."""
    found = bytearray(raw)
    for _ in range(dice.choice((1, 1, 1, 2, 4, 16))):
        at = dice.randrange(len(found) + 1)
        length = dice.choice((1, 1, 2, 4, 16, 256))
        how = dice.randrange(7)
        if how == 0 and at < len(found):
            found[at] = dice.choice((0, 1, 127, 128, 255, found[at] ^ (1 << dice.randrange(8))))
        elif how == 1:
            del found[at : at + length]
        elif how == 2:
            found[at:at] = found[at : at + length]
        elif how == 3:
            found[at:at] = dice.choice(WORDS).encode("utf-8", "surrogatepass")
        elif how == 4:
            found[at : at + length] = dice.randbytes(length)
        elif how == 5:
            del found[at:]
        else:
            other = dice.randrange(len(found) + 1)
            found[at : at + length] = found[other : other + length]
    return bytes(found)


def of_words(raw: bytes, dice: random.Random) -> bytes:
    """Text with a word put in the place of another."""
    text = raw.decode("utf-8", "replace")
    for _ in range(dice.choice((1, 1, 2, 3))):
        at = dice.randrange(len(text) + 1)
        end = at + dice.choice((0, 1, 3, 8))
        text = text[:at] + dice.choice(WORDS) + text[end:]
    return text.encode("utf-8", "surrogatepass")


def of_cells(raw: bytes, dice: random.Random) -> bytes:
    """A CSV table with cells, rows or columns changed, doubled, moved or left out."""
    rows = [line.split(",") for line in raw.decode("utf-8", "replace").splitlines()]
    for _ in range(dice.choice((1, 1, 2, 4))):
        if not rows:
            break
        row = dice.randrange(len(rows))
        column = dice.randrange(len(rows[row]) or 1)
        how = dice.randrange(7)
        if how < 3 and rows[row]:
            rows[row][column] = dice.choice([*WORDS, dice.choice(dice.choice(rows) or [""])])
        elif how == 3:
            rows.insert(row, list(dice.choice(rows)))
        elif how == 4:
            del rows[row]
        elif how == 5:
            for cells in rows:
                del cells[column : column + 1]
        else:
            other = dice.randrange(len(rows))
            rows[row], rows[other] = rows[other], rows[row]
    return "\n".join(",".join(cells) for cells in rows).encode("utf-8", "surrogatepass")


def of_json(raw: bytes, dice: random.Random) -> bytes:
    """JSON with some of its nodes changed, doubled or left out; other content as bytes."""
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        return of_bytes(raw, dice)
    for _ in range(dice.choice((1, 1, 2, 4))):
        holder, key = _node(content, dice)
        if holder is None:
            content = copy.deepcopy(dice.choice(VALUES))
        elif dice.randrange(4) == 0:
            del holder[key]
        elif dice.randrange(4) == 0 and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        else:
            holder[key] = copy.deepcopy(dice.choice(VALUES))
    return json.dumps(content).encode()


def _node(content: object, dice: random.Random) -> tuple[dict | list | None, object]:
    """Some place within ``content``: what holds it, and its key; nothing for the whole."""
    holder, key = None, None
    while isinstance(content, dict | list) and content and (holder is None or dice.random() < 0.85):
        holder = content
        key = (
            dice.choice(list(content))
            if isinstance(content, dict)
            else dice.randrange(len(content))
        )
        content = content[key]
    return holder, key


def any_of(*ways: Mutate) -> Mutate:
    """One of ``ways``, by the dice."""
    return lambda raw, dice: dice.choice(ways)(raw, dice)
