"""The layers that a network is given to GIS as, beside the tables that ``transit.schema`` has."""

from __future__ import annotations

from transit.schema import Column, Table

_INDICATIVE = Column("indicative", "boolean", "assumed or digitised, not surveyed or published")
_SOURCE = Column("source", "text", "where the fact comes from", may_be_empty=True)


def _truth(name: str, meaning: str) -> Column:
    return Column(name, "boolean", meaning)


def _row(name: str, meaning: str) -> Column:
    return Column(name, "integer", meaning, minimum=0)


def _text(name: str, meaning: str) -> Column:
    return Column(name, "text", meaning, may_be_empty=True)


def _metres(name: str, meaning: str, unit: str = "m") -> Column:
    return Column(name, "number", meaning, unit, minimum=0)


PIECES = Table(
    "street_pieces",
    "pieces of streets between junctions; forward is the order of the vertices",
    (
        _row("piece", "the piece's number; turns name it"),
        _text("way_id", "the way it is a piece of"),
        _text("street_name", "the street's name"),
        _text("highway", "OSM class of the street"),
        _row("from_node", "the node of its first vertex"),
        _row("to_node", "the node of its last vertex"),
        _truth("foot_forward", "walkers may go along it"),
        _truth("foot_backward", "walkers may go against it"),
        _truth("motor_forward", "buses may drive along it"),
        _truth("motor_backward", "buses may drive against it"),
        Column(
            "bus_speed_kmh",
            "number",
            "speed of buses there, where it is not the line's own",
            "km/h",
            may_be_empty=True,
        ),
        _text("foot_hours", "when it is open to walkers, HH:MM-HH:MM; empty is always"),
        _metres("length_m", "length along its vertices, in the metric CRS"),
        _INDICATIVE,
        _SOURCE,
    ),
    ("piece",),
)
NODES = Table(
    "street_nodes",
    "where pieces of streets meet or end",
    (
        _row("node", "the node's number; pieces name it"),
        _row("joint", "0 the streets' own; 1 and 2 made by an edit, at a vertex and between two"),
    ),
    ("node",),
)
PIECE_TURNS = Table(
    "street_turns",
    "turns that buses may not make",
    (
        _row("from_piece", "the piece that a bus comes along"),
        _row("node", "the node of the turn"),
        _row("onto_piece", "the piece that it may not turn onto"),
    ),
    ("from_piece", "node", "onto_piece"),
)
WALLS = Table(
    "barriers",
    "what walkers cannot cross between a place and its street",
    (
        _row("barrier", "the barrier's number"),
        _text("foot_hours", "when it can be crossed, HH:MM-HH:MM; empty is never"),
    ),
    ("barrier",),
)
AREA = Table(
    "study_area",
    "where the streets are meant to be complete",
    (_text("area_name", "the study area's name"),),
    ("area_name",),
)
FACTS = Table(
    "network",
    "what holds for the whole network: its name, CRS, hour and credits",
    (
        _row("fact", "the fact's number"),
        Column("key", "text", "what is told: name, crs, clock, credit, fingerprint"),
        _text("value", "what holds; every map and report must show each credit"),
    ),
    ("fact",),
)
LINES = Table(
    "lines",
    "where the buses of each pattern drive; what is on no known street is marked",
    (
        Column("pattern_id", "id", "the pattern"),
        Column("route_id", "id", "the line"),
        _text("route_short_name", "the line's number or short name"),
        Column("direction_id", "integer", "GTFS direction", minimum=0, maximum=1),
        _text("trip_headsign", "where it goes, as shown on the bus"),
        Column(
            "drawn",
            "text",
            "along streets, along the shape as published, or straight where neither is known",
            allowed=("street", "shape", "straight"),
        ),
        _metres("length_m", "metres driven on these parts, in the metric CRS"),
        _INDICATIVE,
        Column("year", "integer", "the year the fact describes", "a"),
        _SOURCE,
    ),
    ("pattern_id", "drawn"),
)
PARK_LAYER = Table(
    "parks",
    "industrial parks: their outlines",
    (
        Column("park_id", "id", "the park's id"),
        Column("park_name", "text", "the park's name"),
        Column("point_x", "number", "east of the point that maps show, in the metric CRS", "m"),
        Column("point_y", "number", "north of the point that maps show, in the metric CRS", "m"),
        _text("point_source", "where the point comes from"),
        _metres("area_m2", "area of the outline, in the metric CRS", "m²"),
        _INDICATIVE,
        _SOURCE,
    ),
    ("park_id",),
)
CATCHMENTS = Table(
    "catchments",
    "what lies within a limit of a stop",
    (
        Column("of", "text", "of what"),
        Column("kind", "text", "walk: along streets; straight: a circle"),
        _metres("limit_m", "the limit"),
        _metres("access_m", "how far from a street a place may be"),
        _metres("area_m2", "area within the limit", "m²"),
        Column("definition", "text", "what within means here"),
        _INDICATIVE,
    ),
    ("of", "kind", "limit_m"),
)
