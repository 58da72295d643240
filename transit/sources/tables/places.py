"""Stops, stations, parks, gates and zones out of tables of others, as the project declares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from transit.datum import Datum, to_wgs84
from transit.errors import Problem, raise_if
from transit.parsing import parse
from transit.schema import PARKS, ZONES, Table
from transit.sources.tables.aliases import Understood, understand
from transit.sources.tables.gis import Shapes
from transit.sources.tables.outlines import outlines_of
from transit.sources.tables.positions import degrees
from transit.sources.tables.raw import RawTable, read_raw
from transit.units import FloatArray


@dataclass(frozen=True)
class Facts:
    """What holds for every row of a table, where it does not say so itself.

    That is where the facts come from, the year they describe, and whether they are indicative.
    """

    source: str
    year: int
    indicative: bool = False


@dataclass(frozen=True, eq=False)
class PlacesReading:
    """The places of a file, in WGS-84.

    ``frame`` has the columns of the declared table, ``shapes`` the outlines of parks and zones
    (degrees; ``None`` for tables that have none), ``rows`` what the file calls each.
    ``understood`` has one row a column of the file, ``left_out`` one a row that repeats an
    earlier one. ``notes`` say what was made: ids, points inside outlines.
    """

    name: str
    frame: pd.DataFrame
    shapes: Shapes | None
    rows: tuple[str, ...]
    understood: pd.DataFrame
    left_out: pd.DataFrame
    notes: tuple[str, ...]
    datum_named: Datum | None


def read_places(  # noqa: PLR0913  (what a file does not say, each by name)
    path: str | Path,
    table: Table,
    *,
    datum: Datum,
    facts: Facts,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> PlacesReading:
    """The rows of the file ``path`` as ``table`` declares them, positions in ``datum`` as WGS-84.

    ``table`` is ``STOPS``, ``STATIONS``, ``PARKS``, ``GATES`` or ``ZONES``. ``columns`` says which
    column of the file is which of ours where its name does not tell. Ids that the file lacks are
    numbered. Outlines are the shapes of a GIS file, or a column of WKT. Raises ``DataError`` with
    every fault and its row.
    """
    raw = read_raw(path, sheet=sheet, prefer=(table.name, table.name.removesuffix("s")))
    understood = understand(raw, _needed(table), columns=columns or {}, datum=datum)
    raise_if(understood.problems)
    outlines, faults = outlines_of(raw, datum) if table in (PARKS, ZONES) else (None, [])
    raw, outlines, left_out = _without_repeats(raw, outlines, understood)
    texts, made = _texts(raw, table, understood.columns, outlines, facts)
    lonlat, more = _positions(raw, table, understood.columns, datum)
    own = texts.assign(**{name: [repr(float(each)) for each in np.nan_to_num(values)]
                          for name, values in lonlat.items()})  # fmt: skip
    frame, problems = parse(own, table, where=raw.name, labels=raw.labels)
    raise_if([*faults, *more, *problems])
    return PlacesReading(
        raw.name,
        frame,
        outlines,
        raw.labels,
        understood.table,
        left_out,
        (*raw.notes, *made),
        understood.datum_named,
    )


def _needed(table: Table) -> Table:
    """``table`` with all columns optional that can be made, or are the same for every row."""
    made = {_own_id(table), "indicative", "year", "source"}
    made |= {"point_lon", "point_lat", "point_source"} if table.name == PARKS.name else set()
    columns = (
        replace(column, may_be_absent=column.may_be_empty or column.name in made)
        for column in table.columns
    )
    return replace(table, columns=tuple(columns))


def _own_id(table: Table) -> str:
    return f"{table.name.removesuffix('s')}_id"


def _without_repeats(
    raw: RawTable, outlines: Shapes | None, understood: Understood
) -> tuple[RawTable, Shapes | None, pd.DataFrame]:
    """The table without rows that repeat an earlier one in all that is used, and those rows."""
    values = raw.frame[list(understood.columns.values())]
    if outlines is not None:
        values = values.assign(**{"": shapely.to_wkb(outlines)})
    first = values.groupby(list(values.columns), sort=False, dropna=False).ngroup()
    again = first.duplicated().to_numpy()
    original = first.map(first.drop_duplicates().reset_index().set_index(0)["index"])
    rows = [(raw.labels[row], f"the same as {raw.labels[original.iloc[row]]}")
            for row in np.flatnonzero(again)]  # fmt: skip
    left_out = pd.DataFrame(rows, columns=["row", "why"])
    kept = replace(
        raw,
        frame=raw.frame[~again].reset_index(drop=True),
        labels=tuple(label for label, gone in zip(raw.labels, again, strict=True) if not gone),
        shapes=None,
    )
    return kept, None if outlines is None else outlines[~again], left_out


def _texts(
    raw: RawTable,
    table: Table,
    columns: Mapping[str, str],
    outlines: Shapes | None,
    facts: Facts,
) -> tuple[pd.DataFrame, list[str]]:
    """The declared columns as texts, and notes on those that the file does not have."""
    count = len(raw.frame)
    same = {"indicative": str(facts.indicative).lower(), "year": str(facts.year),
            "source": facts.source}  # fmt: skip
    texts: dict[str, Any] = {}
    notes = []
    for name in table.names:
        if name in columns:
            texts[name] = raw.frame[columns[name]]
        elif name in same:
            texts[name] = [same[name]] * count
        elif name == _own_id(table):
            texts[name] = [f"{name[0].upper()}{number:04d}" for number in range(1, count + 1)]
            notes.append(f"no column gives {name}: the rows are numbered {texts[name][0]}, …")
        else:
            texts[name] = [""] * count
    if table.name == PARKS.name and outlines is not None:
        notes += _points(texts, columns, outlines, facts)
    return pd.DataFrame(texts, index=range(count), dtype=str), notes


def _points(
    texts: dict[str, Any], columns: Mapping[str, str], outlines: Shapes, facts: Facts
) -> list[str]:
    """The point that maps show for each park, where the file gives none: one inside its outline."""
    given = {"point_lon", "point_lat"} <= set(columns)
    if "point_source" not in columns:
        made = facts.source if given else "a point inside the outline"
        texts["point_source"] = [made] * len(outlines)
    if given:
        return []
    inside = shapely.get_coordinates(shapely.point_on_surface(outlines))
    if len(inside) == len(outlines):
        for name, values in zip(("point_lon", "point_lat"), inside.T.round(7), strict=True):
            texts[name] = [repr(float(each)) for each in values]
    return ["no columns give the point of a park: it is a point inside the outline"]


def _positions(
    raw: RawTable, table: Table, columns: Mapping[str, str], datum: Datum
) -> tuple[dict[str, FloatArray], list[Problem]]:
    """Longitudes and latitudes in WGS-84 of the columns that the file has, and every fault."""
    names = [name for name in table.names if name.endswith(("_lon", "_lat"))]
    if not names or not set(names) <= set(columns):
        return {}, []
    lon, lat = (raw.frame[columns[name]].tolist() for name in names)
    lonlat, faults = degrees(lon, lat, raw.where)
    known = ~np.isnan(lonlat).any(axis=1)
    lonlat[known] = to_wgs84(lonlat[known], datum)
    told = list(dict.fromkeys(problem for _, problem in faults))
    return dict(zip(names, lonlat.T, strict=True)), told
