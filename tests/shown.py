"""What README, the documentation and the notebooks show: their code blocks and commands.

A block of ``sh`` is meant to be typed as it stands. A block of ``text`` holds commands that need
files or a network of the reader's own.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
LEFT_OUT = ("--datum", "GCJ-02", "--year", "2024", "--source", "operator's list")
"""What README's ``…`` stands for, once it has been written in full."""
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", flags=re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`(transit [^`\n]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block: the page and line where it begins, its language and its text."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Command:
    """A command as a page shows it: what follows ``transit``."""

    where: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.where} {' '.join(self.arguments)}"


@cache
def pages() -> tuple[Path, ...]:
    """Every page a reader is led to, README first."""
    docs = REPOSITORY / "docs"
    made = (docs / "_build", docs / "notebooks")
    found = sorted(path for path in docs.rglob("*.md") if not set(made) & set(path.parents))
    return (REPOSITORY / "README.md", *found, *sorted((REPOSITORY / "notebooks").glob("*.py")))


def text_of(page: Path) -> str:
    """The text of a page; of a notebook's script its markdown without the comment signs."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"^# ?", "", text, flags=re.MULTILINE) if page.suffix == ".py" else text


def blocks(*languages: str) -> list[Block]:
    """The fenced blocks in ``languages`` of every page, in order."""
    return [
        Block(
            page.relative_to(REPOSITORY).as_posix(),
            text_of(page).count("\n", 0, found.start()) + 1,
            found[1],
            found[2],
        )
        for page in pages()
        for found in _FENCE.finditer(text_of(page))
        if found[1] in languages
    ]


def commands(*languages: str) -> list[Command]:
    """The commands in blocks of ``languages``, in order."""
    return list(chain.from_iterable(_of_block(block) for block in blocks(*languages)))


def inline_commands() -> list[Command]:
    """The commands named within sentences, such as ``transit run --schema``."""
    return [
        Command(page.name, tuple(_words(found[1])))
        for page in pages()
        for found in _INLINE.finditer(text_of(page))
    ]


def _of_block(block: Block) -> Iterator[Command]:
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        if line.strip().startswith("transit "):
            yield Command(f"{block.page}:{number}", tuple(_words(line)))


def _words(line: str) -> Iterator[str]:
    before = ""
    for word in shlex.split(line, comments=True)[1:]:
        yield from LEFT_OUT if word == "…" and not before.startswith("--") else (word,)
        before = word
