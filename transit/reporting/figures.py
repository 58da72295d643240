"""The pictures of a report: maps, and bars of what is there and what changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from transit.pages.content import PageContent
from transit.reporting.charts import Bars, draw_bars, draw_pairs
from transit.reporting.drawing.labels import width_pt
from transit.reporting.drawing.marks import footer, footer_height
from transit.reporting.drawing.picture import WIDTH_IN, Picture
from transit.reporting.drawing.sheet import Sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Words = Mapping[str, str]
_MAP = 0.76
"""Height to width of a map that is as wide as the page."""
_PAIR = 1.05
_KEY_ROW_IN = 0.134
_TITLE_IN = 0.2
_KEY_PT, _KEY_WIDE_PT = 6.5, 122.0
_ALL_NAMES = ("park", "gate", "station", "stop", "street")
_FEW_NAMES = ("park", "stop", "station")


def map_picture(
    key: str, caption: str, content: PageContent, said: Words, view: str = ""
) -> Picture:
    """One map of ``content`` as wide as the page."""
    note = credit(content, said)
    sheet = Sheet(content, view)
    draw = partial(_one_map, sheet, note, said)
    return Picture(key, caption, note, draw)


def pair_picture(key: str, caption: str, sheets: Mapping[str, Sheet], said: Words) -> Picture:
    """Two maps side by side under their titles, such as before and after, with one key."""
    note = credit(next(iter(sheets.values())).content, said)
    return Picture(key, caption, note, partial(_two_maps, list(sheets.items()), note, said))


def bars_picture(key: str, caption: str, note: str, bars: Bars) -> Picture:
    """Groups of bars, such as shares by kind of distance, before and after."""
    return Picture(key, caption, note, partial(draw_bars, bars))


def pairs_picture(key: str, caption: str, note: str, bars: Bars) -> Picture:
    """Bars to the left and right of nought, such as losses and gains by line."""
    return Picture(key, caption, note, partial(draw_pairs, bars))


def credit(content: PageContent, said: Words) -> str:
    """CRS, sources and what dashes mean, as every map must say."""
    text = content.text
    sources = said["reply_semicolon"].join(text.sources)
    return said["reply_credit"].format(text.crs, sources)


def _one_map(sheet: Sheet, note: str, said: Words) -> Figure:
    key = sheet.key()
    columns = _columns(key)
    figure, foot = _figure(WIDTH_IN * _MAP, note, key, columns)
    _map_axes(figure, sheet, said, (0.0, 1.0), foot, 0.0, _ALL_NAMES)
    _key(figure, key, columns, foot)
    return figure


def _two_maps(sheets: Sequence[tuple[str, Sheet]], note: str, said: Words) -> Figure:
    named: dict[str, Any] = {}
    for _, sheet in sheets:
        for sign, name in sheet.key():
            named.setdefault(name, sign)
    key = [(sign, name) for name, sign in named.items()]
    columns = _columns(key)
    figure, foot = _figure(WIDTH_IN * _PAIR / 2 + _TITLE_IN, note, key, columns)
    for (title, sheet), sides in zip(sheets, ((0.0, 0.495), (0.505, 1.0)), strict=True):
        axes = _map_axes(figure, sheet, said, sides, foot, _TITLE_IN, _FEW_NAMES)
        axes.set_title(title, fontsize=9, pad=3)
    _key(figure, key, columns, foot)
    return figure


def _columns(key: list[tuple[Any, str]]) -> int:
    """Three columns of signs, or two where a name is long."""
    widest = max((width_pt(name, _KEY_PT) for _, name in key), default=0.0)
    return 3 if widest < _KEY_WIDE_PT else 2


def _figure(maps_in: float, note: str, key: list[Any], columns: int) -> tuple[Figure, float]:
    """A figure that holds maps of this height over key and foot, and the height of the latter."""
    from matplotlib.figure import Figure

    rows = -(-len(key) // columns)
    below = footer_height(note, WIDTH_IN) + rows * _KEY_ROW_IN + 0.08
    figure = Figure(figsize=(WIDTH_IN, maps_in + below))
    footer(figure, note)
    return figure, below


def _map_axes(  # noqa: PLR0913
    figure: Figure, sheet: Sheet, said: Words, sides: tuple[float, float], below_in: float,
    above_in: float, names: Sequence[str],
) -> Any:  # fmt: skip  # noqa: ANN401
    height = float(figure.get_size_inches()[1])
    low, high = below_in / height, 1 - (above_in + 0.02) / height
    left, right = sides[0] + 0.002, sides[1] - 0.002
    axes = figure.add_axes((left, low, right - left, high - low))
    sheet.draw(axes, names=names, north=said["north"])
    return axes


def _key(figure: Figure, key: list[tuple[Any, str]], columns: int, below_in: float) -> None:
    height = float(figure.get_size_inches()[1])
    if not key:
        return
    figure.legend(
        [sign for sign, _ in key], [name for _, name in key], loc="upper left",
        bbox_to_anchor=(0.01, (below_in - 0.04) / height), ncols=columns, fontsize=_KEY_PT,
        frameon=False, borderpad=0, borderaxespad=0, labelspacing=0.45, handlelength=2.2,
        columnspacing=1.4,
    )  # fmt: skip
