"""Pictures: what is drawn, and its bytes as PNG and SVG, equal for equal content.

Drawn with matplotlib's figures themselves: no pyplot, so no state that outlives a picture.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from transit.reporting.drawing.fonts import family, require_letters

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 220
WIDTH_IN = 6.3
"""The width between the margins of A4, in inches (16 cm)."""
_OWN_NAME = re.compile(r'(\bid="|xlink:href="#|url\(#)')


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture with its caption and what must be known to read it; ``draw`` makes it."""

    key: str
    caption: str
    note: str
    draw: Callable[[], Figure]

    @cached_property
    def png(self) -> bytes:
        """The picture as PNG, ``DPI`` dots an inch."""
        return self._bytes("png", dpi=DPI, metadata={"Software": None})

    @cached_property
    def svg(self) -> bytes:
        """The picture as SVG, its texts as outlines: the same on a machine without the fonts."""
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        return self._bytes("svg", metadata=nothing)

    @property
    def inline(self) -> str:
        """The picture as an element of an HTML page, its names apart from other pictures'."""
        text = self.svg.decode("utf-8")
        # Keys hold ids of the user's: what stands in the markup follows from them, and is not they.
        apart = f"p{hashlib.sha256(self.key.encode('utf-8', 'replace')).hexdigest()[:12]}-"
        return _OWN_NAME.sub(lambda found: found[0] + apart, text[text.index("<svg") :])

    @cached_property
    def size_in(self) -> tuple[float, float]:
        """Width and height in inches."""
        width, height = self._figure.get_size_inches()
        return float(width), float(height)

    @cached_property
    def _figure(self) -> Figure:
        with settings(self.key):
            figure = self.draw()
        require_letters(_texts(figure), family())
        return figure

    def _bytes(self, kind: str, **options: Any) -> bytes:  # noqa: ANN401  (savefig's)
        made = io.BytesIO()
        with settings(self.key):
            self._figure.savefig(made, format=kind, **options)
        return made.getvalue()


def settings(salt: str) -> Any:  # noqa: ANN401  (a context manager of matplotlib)
    """The settings a picture is drawn and written with, whatever the user's own are."""
    import matplotlib as mpl

    chosen: dict[str, Any] = {
        **{name: value for name, value in mpl.rcParamsDefault.items() if name.startswith(_OURS)},
        "font.family": family(), "font.size": 8, "axes.unicode_minus": False,
        "svg.fonttype": "path", "svg.hashsalt": salt, "text.usetex": False,
        "text.parse_math": False, "path.simplify": False,
    }  # fmt: skip
    made: Any = mpl.rc_context
    return made(chosen)


_OURS = ("font.", "text.", "axes.", "xtick.", "ytick.", "grid.", "legend.", "lines.", "patch.",
         "hatch.", "savefig.", "figure.", "svg.", "path.")  # fmt: skip


def _texts(figure: Figure) -> list[str]:
    from matplotlib.text import Text

    return [one.get_text() for one in figure.findobj(Text)]
