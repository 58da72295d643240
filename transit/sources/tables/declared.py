"""The tables that lines of others come in, with all that their columns are called."""

from __future__ import annotations

from transit.schema import Column, Table

SHEETS = ("线路站点", "站点序列", "线路", "公交线路", "visits", "line_stops", "stop_times", "lines")
"""Sheets that hold the lines, where a workbook has several."""


def _text(name: str, meaning: str, called: str, *, needed: bool = False) -> Column:
    return Column(name, "text", meaning, may_be_absent=not needed, aliases=tuple(called.split()))


VISITS = Table(
    "visits",
    "the stops that lines call at: one row a call, or one row a line with lists of stops",
    (
        _text(
            "line_name",
            "the line as the file names it",
            "线路名称 线路名 线路 公交线路 线路全称 路线名称 路线名 路线 线路号 linename line "
            "route_short_name route_name route busline",
            needed=True,
        ),
        _text(
            "direction",
            "the direction: 上行 or 下行, 0 or 1",
            "方向 上下行 行向 线路方向 运行方向 direction_id dir updown",
        ),
        _text(
            "stop_sequence",
            "the call's place in its line",
            "序号 站序 站点序号 站点顺序 顺序 站次 站号 seq sequence stop_seq stop_order order "
            "station_order",
        ),
        _text(
            "stop_name",
            "the stop's name, or the names of all stops of the line",
            "站点名称 站点名 站名 站点 站台名称 车站名称 车站 停靠站 停靠站点 途经站点 途经站 "
            "站点列表 stop stops stop_names station stations station_name stationname "
            "station_names busstops via_stops",
            needed=True,
        ),
        _text(
            "stop_id",
            "the stop's own id",
            "站点编号 站点id 站点编码 站台编号 站点代码 station_id stop_code",
        ),
        _text(
            "lon",
            "the stop's longitude, degrees in the file's datum",
            "经度 站点经度 lng longitude stop_lon stop_lng x x坐标",
        ),
        _text(
            "lat",
            "the stop's latitude, degrees in the file's datum",
            "纬度 站点纬度 latitude stop_lat y y坐标",
        ),
        _text(
            "position",
            "longitude and latitude in one value, or those of all stops of the line",
            "坐标 经纬度 站点坐标 站点经纬度 坐标串 位置 stationgeo stop_location location "
            "locations coordinates coords lonlat lnglat polyline",
        ),
        _text(
            "start_time",
            "first departure",
            "首班 首班车 首班时间 首班车时间 首车 首车时间 首发时间 开班时间 first_bus "
            "first_departure first_time",
        ),
        _text(
            "end_time",
            "last departure",
            "末班 末班车 末班时间 末班车时间 末车 末车时间 收班时间 收车时间 last_bus "
            "last_departure last_time",
        ),
        _text(
            "span",
            "first and last departure in one value, such as 6:30-22:00",
            "首末班时间 首末班 首末班车时间 运营时间 营运时间 服务时间 service_time",
        ),
        _text(
            "headway",
            "minutes between departures, or a range such as 8-12",
            "发车间隔 间隔 班距 行车间隔 班次间隔 headway_min interval",
        ),
        _text("headway_secs", "seconds between departures", "发车间隔秒 headway_sec"),
    ),
    ("line_name", "direction", "stop_sequence"),
)
