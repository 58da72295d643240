"""Tables for readers: titles with units in words instead of machine names, and cells alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from transit.terms.glossary import DEFAULT, terms
from transit.terms.values import measure_said, spoken, unit_said

if TYPE_CHECKING:
    import pandas as pd

_UNITS = {"m2": "m²", "m": "m", "km": "km", "kmh": "km/h", "min": "min", "secs": "s", "lon": "°",
          "lat": "°"}  # fmt: skip
"""Units by the last part of a column's name."""
_OWN_UNITS = {"vehicle_km": "km/day", "km_a_day": "km/day", "vehicle_hours": "h/day",
              "minutes": "min", "start_time": "s after midnight", "end_time": "s after midnight",
              "departure_time": "s after midnight", "gain_per_100_km": ""}  # fmt: skip
_SIDE = re.compile("(.+)_(before|after)")
_SPOKEN = {"assumption", "by", "definition", "denominator", "effect", "kind", "meaning", "of",
           "service", "severity", "source", "status", "subject", "travel", "treatment",
           "what"}  # fmt: skip
"""Columns whose cells are texts of ours, or names that no text of ours is like."""


def readable(table: pd.DataFrame, language: str = DEFAULT) -> pd.DataFrame:
    """``table`` with titles and units in ``language`` and its own words for what cells say.

    Rows, order, numbers, names and ids stay as they are; truths become yes and no. Of columns
    that a table holds in both languages (``title``, ``title_zh``) one stays. A column that the
    glossary does not know keeps its name, and a title that two would have gets the name behind it.
    Raises ``UsageError`` for a language that there are no texts in.
    """
    of_language = _of_language(table, language)
    cells = {name: _cells(of_language[name], name, language) for name in of_language}
    titles = _titles(list(cells), language)
    made = of_language.assign(**cells)
    made.columns = titles
    return made


def title_of(column: str, language: str = DEFAULT) -> str:
    """The title of a column with its unit; the name itself where the glossary has none.

    >>> title_of("walk_m", "en")
    'walk (m)'
    """
    said, side = terms(language), _SIDE.fullmatch(column)
    name = column
    if f"column_{column}" not in said and side:
        name = side[1]
    title = said.get(f"column_{name}")
    if title is None:
        return column
    if name != column and side:
        title = said[f"titled_{side[2]}"].format(title)
    unit = unit_of(name)
    return said["titled_unit"].format(title, unit_said(unit, language)) if unit else title


def unit_of(column: str) -> str:
    """The unit that a column's name says, such as ``m`` of ``walk_m``; empty where it has none.

    >>> unit_of("other_buses_per_hour")
    'buses/h'
    """
    if column.endswith("buses_per_hour"):
        return "buses/h"
    head, _, last = column.rpartition("_")
    return _OWN_UNITS.get(column, _UNITS.get(last, "") if head else "")


def _of_language(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """The table with one column of each that is there in both languages."""
    pairs = [name for name in table if f"{name}_zh" in table]
    chinese = {name: table[f"{name}_zh"] for name in pairs} if language != "en" else {}
    return table.assign(**chinese).drop(columns=[f"{name}_zh" for name in pairs])


def _titles(columns: list[str], language: str) -> list[str]:
    titles = [title_of(name, language) for name in columns]
    form = terms(language)["titled_unit"]
    return [
        form.format(title, name) if titles.count(title) > 1 else title
        for name, title in zip(columns, titles, strict=True)
    ]


def _cells(cells: pd.Series, name: str, language: str) -> pd.Series:
    if cells.dtype == bool:
        said = terms(language)
        return cells.map({True: said["cell_yes"], False: said["cell_no"]})
    if name == "measure":
        return _said(cells, measure_said, language)
    if name == "verb":
        said = terms(language)
        return cells.map(lambda verb: said.get(f"verb_{verb}", verb))
    if name == "unit":
        return _said(cells, unit_said, language)
    if name == "within":
        said = terms(language)
        return cells.map(lambda meant: said.get(f"said_within_{meant}", meant))
    return _said(cells, spoken, language) if name in _SPOKEN else cells


def _said(cells: pd.Series, words: Any, language: str) -> pd.Series:  # noqa: ANN401
    """Cells in words; each text is looked up once, for tables are long."""
    known = {text: words(text, language) for text in cells.unique() if isinstance(text, str)}
    return cells.map(lambda text: known.get(text, text))
