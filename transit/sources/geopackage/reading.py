"""A GeoPackage that this toolkit wrote, read back as the network, parks and zones it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import Point

from transit.errors import DataError, Problem, raise_if, within_memory
from transit.model.feed import Feed
from transit.model.network import Network
from transit.model.park import Park
from transit.model.streets import EDGE_COLUMNS, OWN_RULES, Barrier, Streets
from transit.model.zones import Zones
from transit.parsing import empty, parse
from transit.schema import FEED_TABLES, GATES, STATIONS, ZONES, Table
from transit.sources.geopackage.declared import (
    AREA,
    FACTS,
    NODES,
    PARK_LAYER,
    PIECE_TURNS,
    PIECES,
    WALLS,
)
from transit.sources.tables.bounds import FILE_AT_MOST, require_tables, require_whole, rows_of
from transit.sources.tables.gis import Shapes, texts_of, unbroken
from transit.sources.tables.text import require_file

_POINT, _LINE, _OUTLINE = ("Point",), ("LineString",), ("Polygon", "MultiPolygon")
_KINDS: Mapping[str, tuple[str, ...]] = {
    AREA.name: ("Polygon",), PIECES.name: _LINE, NODES.name: _POINT, WALLS.name: _LINE,
    PARK_LAYER.name: _OUTLINE, ZONES.name: _OUTLINE,
}  # fmt: skip
_NEEDED = (FACTS, AREA)
_READ = (*_NEEDED, *FEED_TABLES, STATIONS, PIECES, NODES, PIECE_TURNS, WALLS, PARK_LAYER,
         GATES, ZONES)  # fmt: skip
_MEND = "write it with transit export --to gpkg, or import its layers as tables"


@dataclass(frozen=True, eq=False)
class Package:
    """What a GeoPackage holds: a network, and the parks and zones that were exported with it."""

    network: Network
    parks: tuple[Park, ...] = ()
    zones: Zones | None = None


@dataclass(frozen=True, eq=False)
class _Layer:
    frame: pd.DataFrame
    shapes: Shapes


def read_gpkg(path: str | Path) -> Package:
    """The network, parks and zones of a GeoPackage that ``transit export`` wrote, as they were.

    Layers that are drawn from others (lines, catchments) and layers of others are not read. Raises
    ``DataError`` with every fault of its layers.
    """
    path = Path(path)
    require_file(path, at_most=FILE_AT_MOST)
    with path.open("rb") as file:
        if not file.read(16).startswith(b"SQLite format 3\0"):
            raise DataError(Problem(str(path), "is no GeoPackage inside", _MEND))
    with within_memory(path):
        return unbroken(path, lambda: _package(path), "a GeoPackage", _MEND)


def _package(path: Path) -> Package:
    import pyogrio

    require_tables(path)
    present = {str(name) for name, _ in pyogrio.list_layers(path)}
    lacking = [table.name for table in _NEEDED if table.name not in present]
    raise_if([Problem(str(path), f"has no layer {name!r}", _MEND) for name in lacking])
    facts, problems = _layer(path, FACTS, present, "")
    told = _told(facts.frame, str(path), problems)
    layers = {FACTS.name: facts}
    for table in _READ[1:]:
        layers[table.name], faults = _layer(path, table, present, told["crs"])
        problems += faults
    raise_if(problems)
    tables = {name: layer.frame for name, layer in layers.items()}
    streets = _streets(layers, told, path.name)
    feed = Feed(**{table.name: tables[table.name] for table in FEED_TABLES})
    credits_ = facts.frame.loc[facts.frame["key"] == "credit", "value"]
    network = Network(
        told["name"], streets, feed, layers[AREA.name].shapes[0], tables[STATIONS.name],
        tuple(credits_),
    )  # fmt: skip
    zones = layers[ZONES.name]
    return Package(
        network,
        _parks(layers, told["crs"]),
        Zones(zones.frame, zones.shapes, told["crs"]) if len(zones.frame) else None,
    )


def _told(facts: pd.DataFrame, where: str, problems: list[Problem]) -> dict[str, str]:
    raise_if(problems)
    told = dict(zip(facts["key"], facts["value"], strict=True))
    lacking = [key for key in ("name", "crs", "clock") if key not in told]
    faults = [Problem(f"{where} network", f"does not tell the {key}", _MEND) for key in lacking]
    if not faults and not (told["clock"].isdecimal() and len(told["clock"]) <= 6):
        faults = [Problem(f"{where} network clock", f"{told['clock']!r} is no time", _MEND)]
    raise_if(faults)
    return told


def _layer(path: Path, table: Table, present: set[str], crs: str) -> tuple[_Layer, list[Problem]]:
    """A layer as ``table`` declares it; empty where the file has none of that name."""
    import geopandas
    import pyogrio

    if table.name not in present:
        return _Layer(_blank(table), np.empty(0, dtype=object)), []
    where = f"{path.name} {table.name}"
    try:
        rows = rows_of(path, table.name)
        read = pyogrio.read_dataframe(path, layer=table.name)
        require_whole(where, len(read), rows)
    except DataError as error:
        return _Layer(_blank(table), np.empty(0, dtype=object)), list(error.problems)
    shapes = np.empty(0, dtype=object)
    problems: list[Problem] = []
    if isinstance(read, geopandas.GeoDataFrame):
        if read.crs is None or not read.crs.equals(crs):
            problems.append(Problem(where, f"is not in {crs}, the network's CRS", _MEND))
        shapes = np.asarray(read.geometry.to_numpy(), dtype=object)
        read = pd.DataFrame(read.drop(columns=read.geometry.name))
    problems += _shape_faults(table, shapes, len(read), where)
    texts = texts_of(read)
    known = texts[[name for name in texts if name in table.names]]
    labels = [f"feature {number}" for number in range(1, len(texts) + 1)]
    frame, faults = parse(known, table, where=where, labels=labels)
    if faults:
        return _Layer(_blank(table), shapes), problems + faults
    return _Layer(frame.assign(**_as_written(known, table)), shapes), problems


def _blank(table: Table) -> pd.DataFrame:
    return empty(table)


def _as_written(texts: pd.DataFrame, table: Table) -> dict[str, pd.Series]:
    """Texts with the blanks before and behind them, which ``parse`` takes away."""
    return {
        column.name: texts[column.name]
        for column in table.columns
        if column.kind == "text" and column.name in texts
    }


def _shape_faults(table: Table, shapes: Shapes, count: int, where: str) -> list[Problem]:
    kinds = _KINDS.get(table.name)
    if kinds is None:
        return []
    if len(shapes) != count:
        return [Problem(where, "is not drawn", _MEND)]
    return [
        Problem(f"{where} feature {row}", f"is not drawn as a {' or '.join(kinds)}", _MEND)
        for row, shape in enumerate(shapes, 1)
        if shape is None
        or shape.is_empty
        or shape.geom_type not in kinds
        or not np.isfinite(shapely.get_coordinates(shape)).all()
    ]


def _streets(layers: Mapping[str, _Layer], told: Mapping[str, str], where: str) -> Streets:
    pieces, nodes, turns, walls = (
        layers[table.name] for table in (PIECES, NODES, PIECE_TURNS, WALLS)
    )
    crs, clock = told["crs"], int(told["clock"])
    barriers = tuple(
        Barrier(tuple(map(tuple, shapely.get_coordinates(line).tolist())), hours)
        for line, hours in zip(walls.shapes, walls.frame["foot_hours"], strict=True)
    )
    if not len(pieces.frame):
        return Streets.none(crs).at(clock)
    raise_if(_number_faults(pieces.frame, nodes.frame, turns.frame, where))
    coords = shapely.get_coordinates(pieces.shapes)
    counts = shapely.get_num_coordinates(pieces.shapes)
    return Streets(
        crs,
        shapely.get_coordinates(nodes.shapes),
        pieces.frame[[*EDGE_COLUMNS, *OWN_RULES]],
        coords,
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        turns.frame[PIECE_TURNS.names].to_numpy(dtype=np.int64),
        clock,
        barriers,
        nodes.frame["joint"].to_numpy(dtype=np.int64),
    )


def _number_faults(
    pieces: pd.DataFrame, nodes: pd.DataFrame, turns: pd.DataFrame, where: str
) -> list[Problem]:
    """Numbers of pieces and nodes that are not those of the rows, and names of none."""
    faults = []
    for name, column in ((PIECES.name, pieces["piece"]), (NODES.name, nodes["node"])):
        if not (column.to_numpy() == np.arange(len(column))).all():
            what = "rows are not in the order of their numbers 0, 1, 2 …"
            faults.append(Problem(f"{where} {name}", what, _MEND))
    named = (
        (PIECES.name, pieces, ("from_node", "to_node"), len(nodes)),
        (PIECE_TURNS.name, turns, ("node",), len(nodes)),
        (PIECE_TURNS.name, turns, ("from_piece", "onto_piece"), len(pieces)),
    )
    for name, frame, columns, count in named:
        faults += [
            Problem(f"{where} {name} {column}", f"{value} is no row of its layer", _MEND)
            for column in columns
            for value in frame.loc[frame[column] >= count, column].unique()
        ]
    return faults


def _parks(layers: Mapping[str, _Layer], crs: str) -> tuple[Park, ...]:
    parks = layers[PARK_LAYER.name]
    return tuple(
        Park(row.park_id, row.park_name, crs, Point(row.point_x, row.point_y), outline,
             layers[GATES.name].frame, bool(row.indicative), row.source, row.point_source)
        for row, outline in zip(parks.frame.itertuples(), parks.shapes, strict=True)
    )  # fmt: skip
