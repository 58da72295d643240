"""Tables of what a park has: stops and lines within the limit, coverage by ring, service, metro."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from transit.analysis.brief import Brief
from transit.analysis.coverage import ANY_STOP, MORNING_LINES, SERVED_LINES, coverage
from transit.reporting.content import Cell, Quantity, ReportTable

RINGS_M = (300.0, 500.0, 800.0)
Words = Mapping[str, str]
_DISTANCES = ("to_point_m", "to_outline_m", "to_gate_m", "walk_m")
_STATIONS_SHOWN = 12
_OF = {ANY_STOP: "any", SERVED_LINES: "served", MORNING_LINES: "morning"}
"""What shares are of, in the order of the table, and the ending of what it is called."""


def state_tables(one: Brief, said: Words, park: str) -> list[ReportTable]:
    """The tables of one park as it is; ``park`` heads their captions where there are several."""
    if one.network.feed.stops.empty:
        return []
    tables = [within_table(one, said, park), stops_table(one, said, park)]
    tables += [coverage_table([("", one)], said, park), lines_table(one, said, park)]
    stations = stations_table(one, said, park)
    return [table for table in (*tables, *stations) if table.rows]


def within_table(one: Brief, said: Words, park: str) -> ReportTable:
    """Stops, lines and directions under each meaning of "within"."""
    rows = [
        (said[f"said_within_{row.within}"], Quantity(row.places), Quantity(row.stops),
         _lines(one, row.lines), _lines(one, row.directions), row.which_stops, row.which_lines)
        for row in one.definitions.itertuples()
    ]  # fmt: skip
    header = ("said_within", "said_places", "said_kerbs", "said_lines", "said_directions",
              "reply_which_stops", "reply_which_lines")  # fmt: skip
    return ReportTable(
        _key("within", one), headed(park, said["table_within"].format(one.limit_m)),
        tuple(said[name] for name in header), tuple(rows), said["reply_def_within"],
        marked=tuple(one.definitions["indicative"].astype(bool)),
        widths=(16, 8, 9, 7, 11, 25, 24),
    )  # fmt: skip


def stops_table(one: Brief, said: Words, park: str) -> ReportTable:
    """Every stop within the limit with its distances by each meaning, in metres."""
    rows = [
        (row.stop_name, *(Quantity(getattr(row, name)) for name in _DISTANCES),
         _text(row.walk_gate), Quantity(row.detour_ratio, 2), row.lines)
        for row in one.stops.itertuples()
    ]  # fmt: skip
    header = ("said_stop", "said_to_point", "said_to_outline", "said_to_gate", "said_walk",
              "said_walk_gate", "said_detour", "said_lines")  # fmt: skip
    marks = one.stops["indicative"].astype(bool) | one.stops["distances_indicative"].astype(bool)
    return ReportTable(
        _key("stops", one), headed(park, said["reply_stops"].format(one.limit_m)),
        tuple(said[name] for name in header), tuple(rows), said["reply_def_stops"],
        marked=tuple(marks),
        widths=(18, 9, 9, 9, 8, 15, 8, 24),
    )  # fmt: skip


def coverage_table(sides: Sequence[tuple[str, Brief]], said: Words, park: str) -> ReportTable:
    """Shares of the outline within each ring, by kind of distance, of each side given.

    ``sides`` are one brief with no name, or those before and after with theirs.
    """
    tables = [ring_shares(one) for _, one in sides]
    rows: list[tuple[Cell, ...]] = []
    marks = []
    for keys in tables[0].index.union(tables[-1].index, sort=False):
        own = [table.loc[keys] if keys in table.index else None for table in tables]
        of, kind, ring = keys
        known = [row for row in own if row is not None]
        rows.append(
            (said[f"reply_of_{_OF[of]}"], said[f"coverage_{kind}"], Quantity(ring),
             *_shares(own), Quantity(known[-1]["denominator_m2"] / 1e4, 1))
        )  # fmt: skip
        marks.append(any(bool(row["indicative"]) for row in known))
    rows, marks, alike = _once(rows, marks, said)
    one = sides[-1][1]
    header = [said["reply_of"], said["coverage_header"], said["reply_ring_m"]]
    header += _share_headers([name for name, _ in sides], said)
    header.append(said["reply_denominator_ha"])
    caption = headed(park, said["reply_coverage"])
    definition = said["definition_text"].format(one.limit_m, one.access_m)
    return ReportTable(
        _key("coverage", one), caption, tuple(header), tuple(rows),
        said["reply_def_coverage"].format(one.network.crs) + definition + alike,
        marked=tuple(marks),
        widths=(19, 12, 10, *(12,) * (len(header) - 4), 15),
    )  # fmt: skip


def _once(
    rows: list[tuple[Cell, ...]], marks: list[bool], said: Words
) -> tuple[list[tuple[Cell, ...]], list[bool], str]:
    """Rows of any stop, then those of served lines that are told otherwise; and a word on it."""
    told = [tuple(cell.text if isinstance(cell, Quantity) else cell for cell in row)
            for row in rows]  # fmt: skip
    any_stop = {cells[1:] for cells in told if cells[0] == said["reply_of_any"]}
    kept = [
        row for row, cells in enumerate(told)
        if cells[0] == said["reply_of_any"] or cells[1:] not in any_stop
    ]  # fmt: skip
    alike = said["reply_space"] + said["reply_served_alike"] if len(kept) < len(rows) else ""
    return [rows[row] for row in kept], [marks[row] for row in kept], alike


def rings_of(one: Brief) -> list[float]:
    """The limits of the rings in metres: those of practice and that of the brief, rising."""
    return sorted({*RINGS_M, one.limit_m})


def ring_shares(one: Brief) -> pd.DataFrame:
    """Share and covered m² of the outline, by ``of``, ``kind`` and ring in metres."""
    limits = rings_of(one)
    tables = [
        one.coverage if limit == one.limit_m
        else coverage(one.network, [one.park], limit_m=limit, access_m=one.access_m)
        for limit in limits
    ]  # fmt: skip
    every = pd.concat(
        [table[table["of"].isin(_OF) & (table["route_id"] == "")]
         .assign(ring=limit) for table, limit in zip(tables, limits, strict=True)],
        ignore_index=True,
    )  # fmt: skip
    return every.sort_values(["of", "kind", "ring"], kind="stable", key=_in_order).set_index(
        ["of", "kind", "ring"]
    )


def _in_order(column: pd.Series) -> pd.Series:
    """Any stop before lines; kinds and rings as they sort."""
    return column.map(list(_OF).index) if column.name == "of" else column


def lines_table(one: Brief, said: Words, park: str) -> ReportTable:
    """Lines and directions within the limit of the outline: buses an hour and nearest stop."""
    near = one.lines[one.lines["within_outline"]]
    rows = [
        (row.route_short_name, _toward(row.trip_headsign, said),
         Quantity(row.buses_per_hour if one.network.feed.service_known else float("nan"), 1),
         row.nearest_stop, Quantity(row.to_outline_m), Quantity(row.walk_m),
         said["reply_yes"] if row.starts_here else "")
        for row in near.itertuples()
    ]  # fmt: skip
    header = ("line_column", "reply_direction", "reply_hourly", "reply_nearest_stop",
              "said_to_outline", "said_walk", "reply_starts")  # fmt: skip
    marks = near[["indicative", "distances_indicative", "service_indicative"]].any(axis=1)
    return ReportTable(
        _key("lines", one), headed(park, said["reply_lines"].format(one.limit_m)),
        tuple(said[name] for name in header), tuple(rows), said["reply_def_lines"],
        marked=tuple(marks.astype(bool)), widths=(14, 24, 11, 20, 11, 10, 10),
    )  # fmt: skip


def stations_table(one: Brief, said: Words, park: str) -> list[ReportTable]:
    """Metro stations that the park's lines feed without a transfer, the shortest ride first."""
    fed = one.stations[one.stations["travel"] == "from_park"]
    if fed.empty:
        return []
    best = fed.sort_values(["ride_min", "stops_ridden", "route_short_name"], kind="stable")
    rows, marks = [], []
    for _, own in best.groupby("station_id", sort=False):
        row = own.iloc[0]
        rows.append(
            (row["station_name"], said["said_joiner"].join(sorted(set(own["metro_line"]))),
             said["said_joiner"].join(dict.fromkeys(own["route_short_name"])), row["stop_name"],
             Quantity(row["to_station_m"]), Quantity(row["stops_ridden"]),
             Quantity(row["ride_min"], 1))
        )  # fmt: skip
        marks.append(bool(own[["indicative", "service_indicative"]].any().any()))
    header = ("reply_station", "reply_metro_line", "reply_fed_by", "reply_alight",
              "reply_to_station_m", "reply_stops_ridden", "reply_ride_min")  # fmt: skip
    return [
        ReportTable(
            _key("stations", one), headed(park, said["reply_stations"]),
            tuple(said[name] for name in header), tuple(rows), said["reply_def_stations"],
            marked=tuple(marks), widths=(15, 10, 27, 17, 11, 10, 10), shown=_STATIONS_SHOWN,
        )
    ]  # fmt: skip


def headed(park: str, caption: str) -> str:
    """``caption``, with the park in front where there are several."""
    return " · ".join(filter(None, (park, caption)))


def _shares(own: Sequence[pd.Series | None]) -> list[Cell]:
    """Share and hectares of one side, or shares of both and their difference in points."""
    shares = [float("nan") if row is None else float(row["share"]) for row in own]
    cells: list[Cell] = [Quantity(share, 2, percent=True) for share in shares]
    hectares = [float("nan") if row is None else row["covered_m2"] / 1e4 for row in own]
    if len(own) > 1:
        cells.append(Quantity((shares[-1] - shares[0]) * 100, 2, signed=True))
    return [*cells, *(Quantity(value, 2) for value in hectares)]


def _share_headers(names: Sequence[str], said: Words) -> list[str]:
    sides = [f"{name} " if name else "" for name in names]
    change = [said["reply_change_points"]] if len(names) > 1 else []
    shares = [f"{side}{said['reply_share']}" for side in sides]
    return [*shares, *change, *(f"{side}{said['reply_covered_ha']}" for side in sides)]


def _lines(one: Brief, count: float) -> Quantity:
    """A number of lines; unknown, rather than 0, where the data hold no line."""
    return Quantity(float("nan") if one.network.feed.visits.empty else count)


def _toward(headsign: object, said: Words) -> str:
    return said["toward"].format(headsign) if isinstance(headsign, str) and headsign else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _key(name: str, one: Brief) -> str:
    return f"{name}_{one.park.park_id}"
