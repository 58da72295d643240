"""What a page shows, as plain values: layers of features, the texts round them, the views.

Nothing here knows of folium or HTML. Geometries are WGS-84 degrees in x-y (lon, lat) order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from shapely.geometry.base import BaseGeometry

STEPS_PER_DEGREE = 1_000_000
"""Pages hold coordinates in whole steps of this size (0.11 m)."""
Kind = Literal["line", "area", "point"]
Pane = Literal["ground", "streets", "area", "reached", "park", "lines", "places", "stops"]
"""Drawing order, lowest first; ``ground``, ``streets`` and ``reached`` do not react to clicks."""

Layout = Literal["one", "panes", "swipe"]
"""One map; two beside one another; or two sides of one map, with a divider between them."""

Labels = Literal["none", "street", "line", "stop", "station", "gate", "park"]
Shape = Literal["circle", "square", "badge"]


@dataclass(frozen=True)
class Style:
    """How a layer is drawn; ``width`` and ``radius`` are screen pixels at zoom 15.

    ``halo`` is the colour of a wider band under a line that must not be overlooked.
    """

    color: str = "#555555"
    width: float = 2.0
    opacity: float = 1.0
    fill: str = ""
    fill_opacity: float = 0.0
    dash: str = ""
    radius: float = 5.0
    shape: Shape = "circle"
    hatch: bool = False
    halo: str = ""


@dataclass(frozen=True)
class Popup:
    """What a click shows: a title, short tags such as 示意, rows of (label, text) and a note."""

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, eq=False)
class Feature:
    """One thing drawn: its geometry in WGS-84 degrees and what is said of it.

    ``indicative`` features are drawn dashed or hollow; ``dash`` goes before that and before the
    layer's own. ``badge`` is the text inside a badge; ``arrows`` marks the direction of a line.
    """

    geometry: BaseGeometry
    label: str = ""
    popup: Popup | None = None
    indicative: bool = False
    badge: str = ""
    arrows: bool = False
    dash: str = ""


@dataclass(frozen=True, eq=False)
class Layer:
    """One row of the layer list: features of one kind, drawn alike.

    ``views`` names the views in which the layer is drawn (all when empty); ``in_list`` is false
    for what is always drawn; ``side_by_side`` shifts lines that share a course; labels appear
    from zoom ``label_zoom``; the list says ``note`` once a group. ``changes`` are the places
    in ``PageContent.changes`` of those that made what is drawn: it is drawn while any is looked at.
    """

    key: str
    name: str
    group: str
    kind: Kind
    pane: Pane
    features: tuple[Feature, ...]
    style: Style = field(default_factory=Style)
    shown: bool = True
    in_list: bool = True
    side_by_side: bool = False
    labels: Labels = "none"
    label_zoom: float = 0.0
    views: tuple[str, ...] = ()
    note: str = ""
    changes: tuple[int, ...] = ()


@dataclass(frozen=True)
class LegendItem:
    """A sign and its meaning, for signs that no row of the layer list explains."""

    name: str
    kind: Kind
    style: Style
    arrows: bool = False
    indicative: bool = False
    views: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactTable:
    """A small table beside the map: texts only, the first column names the row.

    ``indicative`` marks rows, one flag a row (none when empty); ``prose`` says that the cells
    are words, not numbers. A table without rows is a plain statement: its caption.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    views: tuple[str, ...] = ()
    indicative: tuple[bool, ...] = ()
    note_indicative: bool = False
    prose: bool = False


@dataclass(frozen=True, eq=False)
class Drawing:
    """What one analysis adds to a page: layers, and the signs, tables and notes they need."""

    layers: tuple[Layer, ...]
    legend: tuple[LegendItem, ...] = ()
    tables: tuple[FactTable, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """One state of the page, such as before or after, chosen by a button.

    A view of two ``sides`` shows two other views at once, in the ``layout`` of panes or a swipe;
    it has no layers of its own.
    """

    key: str
    name: str
    note: str = ""
    sides: tuple[str, ...] = ()
    layout: Layout = "one"


@dataclass(frozen=True)
class ChangeItem:
    """One change of a scenario, which can be looked at or not; in words, with its number."""

    name: str
    indicative: bool = False


@dataclass(frozen=True)
class PageText:
    """The words round the map, ``lead`` (the answer in a sentence) before all tables.

    ``made_at`` is shown in Beijing time, and only when given.
    """

    title: str
    subtitle: str = ""
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    definition: str = ""
    crs: str = ""
    datum: str = "WGS-84"
    made_at: datetime | None = None
    tables: tuple[FactTable, ...] = ()
    legend: tuple[LegendItem, ...] = ()
    lead: str = ""


@dataclass(frozen=True, eq=False)
class PageContent:
    """All of one page: texts, layers, views and the box first seen (west, south, east, north).

    ``start`` is the key of the view first shown; the first view when empty. Layers of one name
    and group are switched together, whatever view they belong to. ``changes`` are those that
    layers name; without any there is nothing to tell apart.
    """

    text: PageText
    layers: tuple[Layer, ...]
    bounds: tuple[float, float, float, float]
    views: tuple[View, ...] = ()
    start: str = ""
    language: str = "zh-CN"
    changes: tuple[ChangeItem, ...] = ()
