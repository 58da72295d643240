"""A network, its parks and zones as layers: declared tables, with shapes where there are any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from transit.analysis.catchment import Catchment
from transit.errors import Problem, raise_if
from transit.exporting.lines import line_rows
from transit.model.network import Network
from transit.model.park import Park
from transit.model.streets import EDGE_COLUMNS, OWN_RULES, Streets
from transit.model.zones import Zones
from transit.parsing import texts_of
from transit.schema import FEED_TABLES, GATES, STATIONS, ZONES, Column, Table
from transit.sources.geopackage.declared import (
    AREA,
    CATCHMENTS,
    FACTS,
    LINES,
    NODES,
    PARK_LAYER,
    PIECE_TURNS,
    PIECES,
    WALLS,
)
from transit.units import WGS84, FloatArray, project, transform

Shapes = np.ndarray[tuple[int], np.dtype[np.object_]]


@dataclass(frozen=True, eq=False)
class Content:
    """What is exported: a network, and the parks, zones and catchments that go with it."""

    network: Network
    parks: Sequence[Park] = ()
    zones: Zones | None = None
    catchments: Sequence[Catchment] = ()

    def __post_init__(self) -> None:
        crs = self.network.crs
        drawn = [(f"park {park.park_name}", park.crs) for park in self.parks]
        drawn += [("zones", self.zones.crs)] if self.zones else []
        drawn += [(f"catchment of {area.of}", area.crs) for area in self.catchments]
        raise_if([
            Problem(where, f"is in {own}, the network in {crs}", f"build it with crs={crs!r}")
            for where, own in drawn if own != crs
        ])  # fmt: skip

    def layers(self) -> tuple[Layer, ...]:
        """Every layer that has rows, what is drawn first; shapes are in metres of the network."""
        return tuple(layer for layer in _layers(self) if len(layer.frame))


@dataclass(frozen=True, eq=False)
class Layer:
    """One table: ``frame`` has columns of ``table`` alone, clock times as texts.

    ``shapes`` has one shapely geometry a row, in ``crs``, or is ``None`` for a table of facts.
    """

    table: Table
    frame: pd.DataFrame
    crs: str
    shapes: Shapes | None = None

    @property
    def name(self) -> str:
        """The layer's name."""
        return self.table.name

    @property
    def columns(self) -> list[Column]:
        """The declared columns that it has, in order."""
        return [column for column in self.table.columns if column.name in self.frame]

    def in_degrees(self) -> Layer:
        """The same layer in WGS-84 degrees, to nine decimals (a tenth of a millimetre)."""
        if self.shapes is None:
            return self
        shapes = shapely.transform(self.shapes, lambda xy: transform(xy, self.crs, WGS84).round(9))
        return Layer(self.table, self.frame, WGS84, shapes)


def titled(column: Column) -> str:
    """The name of ``column`` with its unit; clock times are written HH:MM:SS and have none."""
    has_unit = column.unit and column.kind != "time"
    return f"{column.name} ({column.unit})" if has_unit else column.name


def _layers(content: Content) -> list[Layer]:
    network = content.network
    crs, feed = network.crs, network.feed
    found = [
        Layer(AREA, pd.DataFrame({"area_name": [network.name]}), crs, _array([network.study_area])),
        *_catchments(content),
        *_zones(content.zones),
        *_parks(content.parks, crs),
        *_streets(network.streets),
        *_lines(network),
        _points(STATIONS, network.stations, network.station_xy, crs),
    ]
    for table in FEED_TABLES:
        if table.name == "stops":
            found.append(_points(table, feed.stops, network.stop_xy, crs))
        else:
            found.append(_table(table, getattr(feed, table.name), crs))
    return [*found, _facts(network)]


def _table(table: Table, frame: pd.DataFrame, crs: str, shapes: Shapes | None = None) -> Layer:
    """A layer of ``frame``: clock times as texts, optional columns where they say something."""
    kept = texts_of(frame, table)
    truths = [column.name for column in table.columns if column.kind == "boolean"]
    kept = kept.assign(**{name: frame[name].astype(bool) for name in truths if name in kept})
    return Layer(table, kept.reset_index(drop=True), crs, shapes)


def _points(table: Table, frame: pd.DataFrame, xy: FloatArray, crs: str) -> Layer:
    return _table(table, frame, crs, _array(shapely.points(xy)))


def _streets(streets: Streets) -> list[Layer]:
    crs = streets.crs
    pieces = streets.edges[[*EDGE_COLUMNS, *OWN_RULES]].assign(
        piece=np.arange(len(streets)), length_m=streets.length_m
    )
    nodes = pd.DataFrame({"node": np.arange(len(streets.node_xy)), "joint": streets.joint})
    turns = pd.DataFrame(streets.no_turns, columns=PIECE_TURNS.names)
    walls = pd.DataFrame(
        {
            "barrier": np.arange(len(streets.barriers)),
            "foot_hours": [one.foot_hours for one in streets.barriers],
        }
    )
    courses = _array([shapely.LineString(one.course) for one in streets.barriers])
    return [
        _table(PIECES, pieces, crs, streets.lines),
        _table(WALLS, walls, crs, courses),
        _points(NODES, nodes, streets.node_xy, crs),
        _table(PIECE_TURNS, turns, crs),
    ]


def _lines(network: Network) -> list[Layer]:
    rows, shapes = line_rows(network)
    if rows.empty:
        return []
    facts = ["pattern_id", "route_id", "direction_id", "trip_headsign", "indicative", "year"]
    patterns = network.feed.patterns[[*facts, "source"]]
    routes = network.feed.routes[["route_id", "route_short_name"]]
    frame = rows.merge(patterns, on="pattern_id", how="left", validate="m:1")
    frame = frame.merge(routes, on="route_id", how="left", validate="m:1")
    return [_table(LINES, frame, network.crs, _array(shapes))]


def _parks(parks: Sequence[Park], crs: str) -> list[Layer]:
    if not parks:
        return []
    rows = [
        (park.park_id, park.park_name, park.point.x, park.point.y, park.point_source,
         park.area_m2, park.indicative, park.source)
        for park in parks
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=PARK_LAYER.names)
    outlines = _array([park.outline for park in parks])
    gates = pd.concat([park.gates for park in parks], ignore_index=True)
    xy = project(gates[["gate_lon", "gate_lat"]].to_numpy(), crs)
    return [_table(PARK_LAYER, frame, crs, outlines), _points(GATES, gates, xy, crs)]


def _zones(zones: Zones | None) -> list[Layer]:
    return [] if zones is None else [_table(ZONES, zones.table, zones.crs, zones.outlines)]


def _catchments(content: Content) -> list[Layer]:
    if not content.catchments:
        return []
    frames = [area.to_frame() for area in content.catchments]
    frame = pd.concat([pd.DataFrame(one[CATCHMENTS.names]) for one in frames], ignore_index=True)
    areas = _array([area.area for area in content.catchments])
    return [_table(CATCHMENTS, frame, content.network.crs, areas)]


def _facts(network: Network) -> Layer:
    told = [
        ("name", network.name),
        ("crs", network.crs),
        ("clock", str(network.streets.clock)),
        ("fingerprint", network.fingerprint()),
        *(("credit", source) for source in network.sources),
    ]
    frame = pd.DataFrame(told, columns=["key", "value"])
    return Layer(FACTS, frame.assign(fact=range(len(told)))[FACTS.names], network.crs)


def _array(shapes: Sequence[object] | np.ndarray) -> Shapes:
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found
