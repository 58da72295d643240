"""Chinese in a terminal: lines are as full as they go, and none begins with a closing mark.

rich breaks lines between blanks, of which Chinese has few: half of a line would stay empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

_WIDE = r"\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
_CLOSING = "，。；：？！、）》”’…"
_OPENING = "（《“‘"
_PIECE = re.compile(
    rf"[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENING}{_CLOSING}]+|.)[{_CLOSING}]*\s*"
)


@dataclass(frozen=True)
class Folded:
    """A text for a console of any width; its own line breaks stay."""

    text: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines for the width that there is."""
        for line in self.text.splitlines():
            yield from map(Text, folded(line, options.max_width))


def folded(line: str, width: int) -> Iterator[str]:
    """Lines of at most ``width`` cells; longer only where one word or mark alone is.

    >>> list(folded("限距，单位为米。", 8))
    ['限距，单', '位为米。']
    """
    now = ""
    for piece in _PIECE.findall(line):
        if now and cell_len(now) + cell_len(piece.rstrip()) > width:
            yield now.rstrip()
            now = ""
        now += piece
    yield now.rstrip()
