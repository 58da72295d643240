"""Each table declared once: columns, kinds, units and meaning.

Reading, checking, error messages and the data dictionary all come from these declarations.
Column names are GTFS's where GTFS has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["id", "text", "integer", "number", "boolean", "time", "colour"]


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, unit and meaning, and what values it may hold.

    A column that may be absent is empty throughout where a table leaves it out. ``aliases`` are
    what tables of others call it; letter case, spaces and underscores do not matter.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    may_be_empty: bool = False
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()
    may_be_absent: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: its columns, its key, and which columns must exist in another table."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Column names in their declared order."""
        return [column.name for column in self.columns]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _id(name: str, meaning: str, called: str = "") -> Column:
    return Column(name, "id", meaning, aliases=_words(called))


def _lon(name: str, what: str) -> Column:
    meaning, called = f"longitude of {what}, WGS-84", _words("经度 lon lng longitude x x坐标")
    return Column(name, "number", meaning, "degree", minimum=-180, maximum=180, aliases=called)


def _lat(name: str, what: str) -> Column:
    meaning, called = f"latitude of {what}, WGS-84", _words("纬度 lat latitude y y坐标")
    return Column(name, "number", meaning, "degree", minimum=-90, maximum=90, aliases=called)


_ORIGIN = (
    Column(
        "indicative", "boolean", "assumed or digitised by this project, not surveyed or published"
    ),
    Column("year", "integer", "the year the fact describes", "a", minimum=1900, maximum=2100),
    Column("source", "text", "where the fact comes from"),
)

_TIMING = Column(
    "timing_id",
    "id",
    "its run times from call to call, in timings; empty: those of the speed",
    may_be_empty=True,
    may_be_absent=True,
)

STOPS = Table(
    "stops",
    "places where buses stop, one row a kerb",
    (
        _id("stop_id", "the kerb's own id", "站点编号 站点id 站点编码 站台编号 编号 id stop_code"),
        Column(
            "stop_name",
            "text",
            "the name on the sign; two kerbs of a place share it",
            aliases=_words("站点名称 站点名 站名 站点 站台名称 名称 stop name"),
        ),
        _lon("stop_lon", "the kerb"),
        _lat("stop_lat", "the kerb"),
        Column(
            "district",
            "text",
            "the city district the stop stands in",
            may_be_empty=True,
            aliases=_words("行政区 区 区县 所属区 所在区"),
        ),
        Column(
            "parent_station",
            "id",
            "the id of the place that it is a kerb of; kerbs of one place share it",
            may_be_empty=True,
            may_be_absent=True,
        ),
        *_ORIGIN,
    ),
    ("stop_id",),
)
STATIONS = Table(
    "stations",
    "metro stations, one row a station and metro line",
    (
        _id("station_id", "the station's id", "车站编号 站点编号 站点id 编号 id"),
        Column(
            "station_name",
            "text",
            "the station's name",
            aliases=_words("车站名称 站点名称 站名 车站 站点 名称 station name name_cn"),
        ),
        Column(
            "metro_line",
            "text",
            "the metro line's number or name",
            aliases=_words("地铁线路 线路名称 线路 line line_name"),
        ),
        _lon("station_lon", "the station"),
        _lat("station_lat", "the station"),
        *_ORIGIN,
    ),
    ("station_id", "metro_line"),
)
ROUTES = Table(
    "routes",
    "lines as passengers know them",
    (
        _id("route_id", "the line's id"),
        Column("route_short_name", "text", "the line's number or short name"),
        Column("route_long_name", "text", "the line's ends in words", may_be_empty=True),
        Column("route_type", "integer", "GTFS mode: 0 tram, 1 metro, 2 rail, 3 bus", minimum=0),
        Column("route_color", "colour", "colour on maps, RRGGBB", may_be_empty=True),
        *_ORIGIN,
    ),
    ("route_id",),
)
PATTERNS = Table(
    "patterns",
    "one sequence of stops of a line in one direction",
    (
        _id("pattern_id", "the pattern's id"),
        _id("route_id", "the line it belongs to"),
        Column("direction_id", "integer", "GTFS direction", minimum=0, maximum=1),
        Column("trip_headsign", "text", "where it goes, as shown on the bus", may_be_empty=True),
        Column(
            "shape_id",
            "id",
            "the shape that was published for it, in shapes",
            may_be_empty=True,
            may_be_absent=True,
        ),
        *_ORIGIN,
    ),
    ("pattern_id",),
    {"route_id": "routes", "shape_id": "shapes"},
)
CALLS = Table(
    "calls",
    "the stops of each pattern in order",
    (
        _id("pattern_id", "the pattern"),
        Column("stop_sequence", "integer", "position in the pattern, increasing", minimum=0),
        _id("stop_id", "the stop called at"),
    ),
    ("pattern_id", "stop_sequence"),
    {"pattern_id": "patterns", "stop_id": "stops"},
)
FREQUENCIES = Table(
    "frequencies",
    "service by headway, where no timetable is known",
    (
        _id("pattern_id", "the pattern"),
        Column("start_time", "time", "first departure of the period", "s after midnight"),
        Column("end_time", "time", "end of the period", "s after midnight"),
        Column("headway_secs", "integer", "time between departures", "s", minimum=1),
        Column(
            "speed_kmh",
            "number",
            "speed between stops along the line's course: on streets where known, else straight",
            "km/h",
            minimum=1,
            maximum=120,
        ),
        Column(
            "dwell_secs",
            "number",
            "dwell at each call between the first and the last; 0 where the speed includes it",
            "s",
            minimum=0,
            maximum=600,
        ),
        _TIMING,
        *_ORIGIN,
    ),
    ("pattern_id", "start_time"),
    {"pattern_id": "patterns", "timing_id": "timings"},
)
TRIPS = Table(
    "trips",
    "service by timetable, where one is known",
    (
        _id("trip_id", "the trip"),
        _id("pattern_id", "the pattern it runs"),
        Column("departure_time", "time", "departure from the first stop", "s after midnight"),
        _TIMING,
        *_ORIGIN,
    ),
    ("trip_id",),
    {"pattern_id": "patterns", "timing_id": "timings"},
)
TIMINGS = Table(
    "timings",
    "run times as published, one row a call; they hold between calls that follow one another still",
    (
        _id("timing_id", "the timing's id"),
        Column("stop_sequence", "integer", "position of the call, increasing", minimum=0),
        _id("stop_id", "the stop called at when it was published"),
        Column(
            "arrival_secs",
            "number",
            "arrival after the departure from the first stop; empty between timed calls",
            "s",
            may_be_empty=True,
        ),
        Column(
            "departure_secs",
            "number",
            "departure after the departure from the first stop; empty between timed calls",
            "s",
            may_be_empty=True,
        ),
    ),
    ("timing_id", "stop_sequence"),
)
SHAPES = Table(
    "shapes",
    "where lines drive as published, for hops on no known street",
    (
        _id("shape_id", "the shape's id"),
        Column("shape_pt_sequence", "integer", "position of the point, increasing", minimum=0),
        _lon("shape_pt_lon", "the point"),
        _lat("shape_pt_lat", "the point"),
    ),
    ("shape_id", "shape_pt_sequence"),
)
GATES = Table(
    "gates",
    "where walkers enter or leave a park",
    (
        _id("park_id", "the park", "园区编号 园区id 园区"),
        _id("gate_id", "the gate's id", "出入口编号 大门编号 编号 id"),
        Column(
            "gate_name",
            "text",
            "the gate's name",
            aliases=_words("出入口名称 出入口 大门名称 大门 门名 名称 gate name"),
        ),
        _lon("gate_lon", "the gate"),
        _lat("gate_lat", "the gate"),
        *_ORIGIN,
    ),
    ("park_id", "gate_id"),
)
PARKS = Table(
    "parks",
    "industrial parks; the outline is the feature's polygon",
    (
        _id("park_id", "the park's id", "园区编号 园区id 编号 id"),
        Column(
            "park_name",
            "text",
            "the park's name",
            aliases=_words("园区名称 园区名 园区 名称 park name"),
        ),
        _lon("point_lon", "the point that maps show for the park"),
        _lat("point_lat", "the point that maps show for the park"),
        Column("point_source", "text", "where the point comes from"),
        *_ORIGIN,
    ),
    ("park_id",),
)
WAYS = Table(
    "streets",
    "streets as drawn; two ways join only where they share a vertex",
    (
        _id("way_id", "the way's id; #2, #3 … after it for further parts of the same way"),
        Column("name", "text", "the street's name", may_be_empty=True),
        Column("highway", "text", "OSM class of the street"),
        Column(
            "oneway",
            "text",
            "for vehicles, in the order of the vertices; -1 against it",
            allowed=("yes", "no", "-1"),
        ),
        Column(
            "foot",
            "text",
            "whether walkers may use it; forward or backward where in one direction only",
            allowed=("yes", "no", "forward", "backward"),
        ),
        Column("motor", "text", "whether a bus may drive there", allowed=("yes", "no")),
        Column(
            "bus_speed_kmh",
            "number",
            "speed of buses there, where it is not the line's own",
            "km/h",
            may_be_empty=True,
            minimum=1,
            maximum=120,
            may_be_absent=True,
        ),
        Column(
            "foot_hours",
            "text",
            "when it is open to walkers, HH:MM-HH:MM; empty is always",
            may_be_empty=True,
            may_be_absent=True,
        ),
        *_ORIGIN,
    ),
    ("way_id",),
)
TURNS = Table(
    "turns",
    "turns that buses may not make, by the parts of ways as streets.geojson names them",
    (
        _id("from_way_id", "the part that a bus comes along"),
        _id("to_way_id", "the part that it may not turn onto"),
        _lon("turn_lon", "the junction"),
        _lat("turn_lat", "the junction"),
    ),
    ("from_way_id", "to_way_id", "turn_lon", "turn_lat"),
)
BARRIERS = Table(
    "barriers",
    "what walkers cannot cross between a place and its street; the geometry is its course",
    (
        _id("barrier_id", "the barrier's id"),
        Column("foot_hours", "text", "when it can be crossed, HH:MM-HH:MM", may_be_empty=True),
    ),
    ("barrier_id",),
)
ZONES = Table(
    "zones",
    "parts of the city whose people and jobs are counted; the outline is the feature's polygon",
    (
        _id("zone_id", "the zone's id", "小区编号 小区id 分区编号 编号 id zone"),
        Column(
            "zone_name",
            "text",
            "the zone's name",
            may_be_empty=True,
            aliases=_words("小区名称 分区名称 街道 社区 名称 name"),
        ),
        Column(
            "people",
            "number",
            "residents",
            "people",
            may_be_empty=True,
            minimum=0,
            aliases=_words("人口 常住人口 人口数 居住人口 population pop residents"),
        ),
        Column(
            "jobs",
            "number",
            "jobs",
            "jobs",
            may_be_empty=True,
            minimum=0,
            aliases=_words("岗位 就业岗位 岗位数 就业人口 employment"),
        ),
        *_ORIGIN,
    ),
    ("zone_id",),
)
FEED_TABLES = (STOPS, ROUTES, PATTERNS, CALLS, FREQUENCIES, TRIPS, TIMINGS, SHAPES)
TABLES = (*FEED_TABLES, STATIONS, PARKS, GATES, WAYS, TURNS, BARRIERS, ZONES)
