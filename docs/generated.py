"""Texts of the documentation that follow from the code: tables, definitions, public names.

A page says where they go, on a line of its own: ``<!-- generated: data dictionary -->``.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.metadata import version as version_of
from inspect import isclass
from pathlib import Path
from typing import Any

import transit
from transit.analysis.measures import MEASURES
from transit.analysis.operation import OPERATION
from transit.schema import TABLES, Column, Table
from transit.terms import terms, title_of, unit_said

DOCS = Path(__file__).resolve().parent
NOTEBOOKS = DOCS.parent / "notebooks"
_MARK = re.compile(r"<!-- generated: ([\w -]+) -->")

GTFS_FILES = {
    "stops": {"stops.txt": "stop_id stop_name stop_lon stop_lat parent_station"},
    "routes": {"routes.txt": "route_id route_short_name route_long_name route_type route_color"},
    "patterns": {"trips.txt": "route_id direction_id trip_headsign shape_id"},
    "calls": {"stop_times.txt": "stop_sequence stop_id"},
    "frequencies": {"frequencies.txt": "start_time end_time headway_secs"},
    "trips": {"trips.txt": "trip_id", "stop_times.txt": "departure_time"},
    "timings": {"stop_times.txt": "stop_sequence stop_id"},
    "shapes": {"shapes.txt": "shape_id shape_pt_sequence shape_pt_lon shape_pt_lat"},
}
"""Columns that GTFS has under the same name, by our table and its file."""

_ROOMS = {
    "sources": "Read a city",
    "model": "Networks and what they are made of",
    "analysis": "Ask a network",
    "scenario": "Change a network",
    "comparison": "Compare, attribute, search",
    "attribution": "Compare, attribute, search",
    "search": "Compare, attribute, search",
    "notice": "Official notices",
    "maps": "Maps",
    "pages": "Maps",
    "reporting": "Reports, studies, the editor",
    "study": "Reports, studies, the editor",
    "editor": "Reports, studies, the editor",
    "exporting": "Exports, texts and errors",
    "card": "Exports, texts and errors",
    "terms": "Exports, texts and errors",
    "errors": "Exports, texts and errors",
}
"""Heading of the public names of each room, in the order of a planner's work."""


def version() -> str:
    """The version of the package as installed."""
    return version_of("transit-access")


def dictionary_text() -> str:
    """The data dictionary: a section a table, a row a column."""
    return "\n\n".join(_table_text(table) for table in TABLES)


def _table_text(table: Table) -> str:
    refers = [f"`{column}` is one of `{other}`" for column, other in table.references.items()]
    facts = [f"Key: {', '.join(f'`{name}`' for name in table.key)}.", *(f"{r}." for r in refers)]
    rows = (_column_cells(table, column) for column in table.columns)
    return "\n\n".join(
        [
            f"## {table.name}",
            f"{table.meaning[0].upper()}{table.meaning[1:]}. {' '.join(facts)}",
            _grid(["column", "kind", "unit", "values", "meaning", "GTFS", "also called"], rows),
        ]
    )


def _column_cells(table: Table, column: Column) -> list[str]:
    also = ", ".join(dict.fromkeys([_chinese(column.name), *column.aliases]))
    return [
        f"`{column.name}`", column.kind, column.unit, values_said(column), column.meaning,
        gtfs_name(table.name, column.name), also.strip(", "),
    ]  # fmt: skip


def _chinese(name: str) -> str:
    title = title_of(name, "zh-CN")
    return "" if title == name else title


def values_said(column: Column) -> str:
    """What a column may hold, in words."""
    least, most = column.minimum, column.maximum
    said = [" · ".join(column.allowed)] if column.allowed else []
    if least is not None and most is not None:
        said.append(f"{least:g} to {most:g}")
    elif least is not None:
        said.append(f"{least:g} or more")
    if column.may_be_absent:
        said.append("may be absent")
    if column.may_be_empty:
        said.append("may be empty")
    return "; ".join(said)


def gtfs_name(table: str, column: str) -> str:
    """File and field of GTFS that a column is, or nothing."""
    files = GTFS_FILES.get(table, {})
    return next(
        (f"{file}: {column}" for file, names in files.items() if column in names.split()), ""
    )


def measures_text(language: str) -> str:
    """Every measure with its unit and definition, as the glossary has it."""
    said = terms(language)
    units = {name: one.unit for name, one in MEASURES.items()}
    units |= {name: unit for name, (unit, _) in OPERATION.items()}
    rows = (
        [f"`{name}`", said.get(f"measure_{name}", name), unit_said(unit, language),
         said[f"measure_{name}.means"]]
        for name, unit in units.items()
    )  # fmt: skip
    heads = ["measure", "in words", "unit", "definition"]
    return _grid(heads if language == "en" else ["代号", "名称", "单位", "口径"], rows)


def api_text() -> str:
    """Every public name under the heading of its room, as autodoc is to show it."""
    parts: list[str] = []
    for heading in dict.fromkeys(_ROOMS.values()):
        names = [name for name in transit.__all__ if _heading(getattr(transit, name)) == heading]
        parts += [f"## {heading}", *(_autodoc(name) for name in names)]
    return "\n\n".join(parts)


def _heading(value: Any) -> str:  # noqa: ANN401  (a public name of any kind)
    return _ROOMS[value.__module__.split(".")[1]]


def _autodoc(name: str) -> str:
    value = getattr(transit, name)
    kind = "autoclass" if isclass(value) else "autofunction"
    members = "   :members:\n" if isclass(value) else ""
    return f"```{{eval-rst}}\n.. {kind}:: transit.{name}\n{members}```"


def _grid(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines: Iterator[list[str]] = iter([heads, ["---"] * len(heads), *rows])
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


TEXTS: dict[str, Callable[[], str]] = {
    "data dictionary": dictionary_text,
    "measures en": partial(measures_text, "en"),
    "measures zh-CN": partial(measures_text, "zh-CN"),
    "public names": api_text,
}
"""What stands where a page says ``<!-- generated: ... -->``."""


def filled(text: str) -> str:
    """The text of a page with what is generated put in."""
    return _MARK.sub(lambda mark: TEXTS[mark[1]](), text)


def fill(app: object, name: str, source: list[str]) -> None:
    """Put what is generated into a page as sphinx reads it."""
    if not name.startswith("notebooks/"):
        source[0] = filled(source[0])


def copy_notebooks() -> None:
    """The notebooks beside the pages, where sphinx looks for them."""
    folder = DOCS / "notebooks"
    folder.mkdir(exist_ok=True)
    notebooks = sorted(NOTEBOOKS.glob("*.ipynb"))
    for left in {path.name for path in folder.iterdir()} - {path.name for path in notebooks}:
        (folder / left).unlink()
    for path in notebooks:
        shutil.copyfile(path, folder / path.name)
