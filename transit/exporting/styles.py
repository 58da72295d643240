"""QGIS styles of the layers: what is indicative or on no known street is told apart by its look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from transit.exporting.layers import Layer, titled

_CLASS = {"marker": "SimpleMarker", "line": "SimpleLine", "fill": "SimpleFill"}


@dataclass(frozen=True)
class _Symbol:
    """One symbol: its kind, what its legend says, and QGIS's own names of its properties."""

    kind: str
    legend: str
    look: Mapping[str, str]


@dataclass(frozen=True)
class _Style:
    """The symbols of a layer, by the value of ``by`` where there are several; its labels.

    QGIS compares values as texts; truths are true and false, whatever the file stores.
    """

    symbols: Mapping[str, _Symbol]
    by: str = ""
    label: str = ""


def style_of(layer: Layer) -> str:
    """The QML text of a layer's style."""
    style = _STYLES[layer.name]
    root = Element("qgis", version="3.22.0", styleCategories="Symbology|Labeling|Fields")
    kind = "categorizedSymbol" if style.by else "singleSymbol"
    renderer = SubElement(root, "renderer-v2", type=kind, symbollevels="0", enableorderby="0")
    if style.by:
        renderer.set("attr", style.by)
        categories = SubElement(renderer, "categories")
        for number, (value, symbol) in enumerate(style.symbols.items()):
            SubElement(categories, "category", value=value, symbol=str(number),
                       label=symbol.legend, render="true")  # fmt: skip
    symbols = SubElement(renderer, "symbols")
    for number, symbol in enumerate(style.symbols.values()):
        _add_symbol(symbols, str(number), symbol)
    if style.label:
        _add_labels(root, style.label)
    _add_aliases(root, layer)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(
        root, encoding="unicode"
    )


def _add_symbol(symbols: Element, name: str, symbol: _Symbol) -> None:
    element = SubElement(symbols, "symbol", name=name, type=symbol.kind, alpha="1",
                         clip_to_extent="1", force_rhr="0")  # fmt: skip
    layer = SubElement(element, "layer", {"class": _CLASS[symbol.kind], "enabled": "1",
                                          "locked": "0", "pass": "0"})  # fmt: skip
    look = SubElement(layer, "Option", type="Map")
    for key, value in symbol.look.items():
        SubElement(look, "Option", name=key, type="QString", value=value)


def _add_labels(root: Element, field: str) -> None:
    settings = SubElement(SubElement(root, "labeling", type="simple"), "settings")
    text = SubElement(settings, "text-style", fieldName=field, fontSize="8", fontSizeUnit="Point",
                      textColor="40,40,40,255", isExpression="0")  # fmt: skip
    SubElement(text, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM",
               bufferColor="255,255,255,255")  # fmt: skip


def _add_aliases(root: Element, layer: Layer) -> None:
    """Units behind the names of columns: older programs do not read them from gpkg_data_columns."""
    aliases = SubElement(root, "aliases")
    for place, column in enumerate(layer.columns, 1):  # before them stands the row's number
        if titled(column) != column.name:
            SubElement(aliases, "alias", index=str(place), field=column.name, name=titled(column))


def _marker(legend: str, colour: str, size: str = "2.4", shape: str = "circle") -> _Symbol:
    look = {"name": shape, "color": colour, "size": size, "size_unit": "MM",
            "outline_color": "255,255,255,255", "outline_width": "0.3"}  # fmt: skip
    return _Symbol("marker", legend, look)


def _hollow(legend: str, colour: str, size: str = "2.4", shape: str = "circle") -> _Symbol:
    look = {"name": shape, "color": "255,255,255,255", "size": size, "size_unit": "MM",
            "outline_color": colour, "outline_width": "0.5"}  # fmt: skip
    return _Symbol("marker", legend, look)


def _line(legend: str, colour: str, width: str, pen: str = "solid") -> _Symbol:
    look = {"line_color": colour, "line_width": width, "line_width_unit": "MM", "line_style": pen,
            "capstyle": "round", "joinstyle": "round"}  # fmt: skip
    return _Symbol("line", legend, look)


def _fill(legend: str, colour: str, border: str, pen: str = "solid") -> _Symbol:
    look = {"color": colour, "style": "solid", "outline_color": border, "outline_width": "0.5",
            "outline_style": pen}  # fmt: skip
    return _Symbol("fill", legend, look)


_BLUE, _ORANGE, _GREEN = "0,114,178,255", "213,94,0,255", "0,158,115,255"
_GREY, _PALE, _PURPLE = "110,110,110,255", "190,190,190,255", "140,70,140,255"
_NONE = "255,255,255,0"
_STYLES = {
    "stops": _Style({"false": _marker("stop", _BLUE),
                     "true": _hollow("stop, 示意 indicative", _BLUE)},
                    "indicative", "stop_name"),
    "lines": _Style({"street": _line("along streets", _BLUE, "0.9"),
                     "shape": _line("along the published shape", _GREEN, "0.9", "dash"),
                     "straight": _line("straight, street not known", _ORANGE, "0.7", "dot")},
                    "drawn", "route_short_name"),
    "street_pieces": _Style({"false": _line("street", _PALE, "0.3"),
                             "true": _line("street, 示意 indicative", _PALE, "0.3", "dash")},
                            "indicative"),
    "street_nodes": _Style({"": _marker("junction or end", _PALE, "0.8")}),
    "barriers": _Style({"": _line("barrier to walkers", _GREY, "0.5", "dash dot")}),
    "parks": _Style({"false": _fill("park", "240,228,66,70", _ORANGE),
                     "true": _fill("park, outline 示意 indicative", "240,228,66,70", _ORANGE,
                                   "dash")},
                    "indicative", "park_name"),
    "gates": _Style({"false": _marker("gate", _ORANGE, "2.8", "square"),
                     "true": _hollow("gate, 示意 indicative", _ORANGE, "2.8", "square")},
                    "indicative", "gate_name"),
    "stations": _Style({"": _marker("metro station", _PURPLE, "3", "diamond")},
                       label="station_name"),
    "zones": _Style({"": _fill("zone", _NONE, _PURPLE, "dot")}, label="zone_name"),
    "study_area": _Style({"": _fill("study area", _NONE, _GREY, "dash")}),
    "catchments": _Style({"straight": _fill("straight", "86,180,233,50", _BLUE, "dot"),
                          "walk": _fill("on foot", "0,158,115,70", _GREEN)}, "kind", "of"),
}  # fmt: skip
