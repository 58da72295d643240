"""Buses per hour on every street, and the street that most of a park's lines hang on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from transit.analysis.catchment import check_limits
from transit.analysis.hops import driven_pieces
from transit.analysis.links import link_of_edge
from transit.analysis.service import MORNING, assumed_patterns, buses_per_hour
from transit.analysis.walk import lines_of
from transit.model.network import Network
from transit.model.park import Park

if TYPE_CHECKING:
    import geopandas

_MILLIMETRE = 3


@dataclass(frozen=True, eq=False)
class Carried:
    """The streets that lines drive, cut where a course begins, ends or turns round.

    ``sections``: ``edge``, ``from_m``, ``to_m`` along its vertices. ``passages``, one row a time
    that a pattern drives a section: ``pattern_id``, ``section`` (row), ``against`` the vertices.
    """

    sections: pd.DataFrame
    passages: pd.DataFrame


def carried(network: Network) -> Carried:
    """The sections of street that lines drive, and which pattern drives which way along each."""
    pieces = driven_pieces(network)
    edge = pieces["edge"].to_numpy(dtype=np.int64)
    start, end = (pieces[name].round(_MILLIMETRE).to_numpy() for name in ("start_m", "end_m"))
    low, high = np.minimum(start, end), np.maximum(start, end)
    cuts = np.concatenate([np.column_stack([edge, low]), np.column_stack([edge, high])])
    places, rank = np.unique(cuts, axis=0, return_inverse=True)
    first, last = rank.reshape(2, -1)
    piece = np.repeat(np.arange(len(pieces)), last - first)
    begun = np.cumsum(last - first) - (last - first)
    place = first[piece] + np.arange(len(piece)) - begun[piece]
    used, section = np.unique(place, return_inverse=True)
    sections = pd.DataFrame(
        {
            "edge": places[used, 0].astype(np.int64),
            "from_m": places[used, 1],
            "to_m": places[used + 1, 1],
        }
    )
    passages = pd.DataFrame(
        {
            "pattern_id": pieces["pattern_id"].to_numpy()[piece],
            "section": section,
            "against": (end < start)[piece],
        }
    )
    return Carried(sections, passages)


def loads(network: Network, period: tuple[str, str] = MORNING) -> pd.DataFrame:
    """Buses per hour in ``period`` on each section of street and direction that lines drive.

    A section is a street piece, cut where a course begins, ends or turns round in its midst. A
    bus that passes twice counts twice. Hops without a known street load no street.

    Columns: ``edge`` (row of the streets), ``link`` (the least edge of the pieces up to the next
    junctions), ``way_id``, ``street_name``, ``against`` (driven against the edge's vertices),
    ``from_m``, ``to_m`` (along the vertices), ``length_m``, ``buses_per_hour``, ``lines`` (short
    names, ``、`` between), ``line_count``, ``indicative`` (street or line is),
    ``service_indicative`` (a headway or departure is). Raises ``UsageError`` for a period that
    cannot be.
    """
    found = carried(network)
    rows = _with_lines(network, found.passages, period)
    table = rows.groupby(["section", "against"], as_index=False).agg(
        buses_per_hour=("buses_per_hour", "sum"),
        lines=("route_short_name", _named),
        line_count=("route_id", "nunique"),
        indicative=("indicative", "any"),
        service_indicative=("service_indicative", "any"),
    )
    table = found.sections.join(_streets_of(network, found.sections)).merge(
        table, left_index=True, right_on="section"
    )
    table["length_m"] = table["to_m"] - table["from_m"]
    table["indicative"] |= table.pop("drawn")
    order = ["edge", "link", "way_id", "street_name", "against", "from_m", "to_m", "length_m",
             "buses_per_hour", "lines", "line_count", "indicative",
             "service_indicative"]  # fmt: skip
    return table[order].sort_values(["edge", "from_m", "against"], ignore_index=True)


def loads_frame(network: Network, period: tuple[str, str] = MORNING) -> geopandas.GeoDataFrame:
    """``loads`` with the line of each section in the direction driven, in the network's CRS."""
    import geopandas

    table = loads(network, period)
    cut = (table["edge"].to_numpy(), table["from_m"].to_numpy(), table["to_m"].to_numpy())
    lines = lines_of(network.streets, cut)
    against = table["against"].to_numpy(dtype=bool)
    lines[against] = shapely.reverse(lines[against])
    return geopandas.GeoDataFrame(table, geometry=lines, crs=network.crs)


@dataclass(frozen=True, eq=False)
class Bottleneck:
    """Which links carry the lines of one park in ``period``, and the one that most hangs on."""

    network: Network
    park: Park
    limit_m: float
    period: tuple[str, str]
    lines: tuple[str, ...]
    """Ids of the park's lines: those with a call within the limit of its outline."""

    @cached_property
    def links(self) -> pd.DataFrame:
        """One row a link that a line of the park drives, most loaded first.

        A link is the street between two junctions. Columns: ``link`` (its least edge row),
        ``edges`` (all of its rows), ``way_ids``, ``streets``, ``length_m``, ``buses_per_hour``
        (all lines, both directions, each pattern once), ``park_buses_per_hour`` (those of the
        park's lines), ``park_lines`` (short names), ``park_line_count``, ``share_of_lines`` (÷
        the park's lines), ``share_of_buses`` (÷ all buses of the park's lines), ``indicative``,
        ``service_indicative``. A line counts by all its patterns, also those that do not call
        at the park. Hops without a known street load no link.
        """
        passed = self._passed
        own = passed[passed["of_park"]]
        table = own.groupby("link").agg(
            park_buses_per_hour=("buses_per_hour", "sum"),
            park_lines=("route_short_name", _named),
            park_line_count=("route_id", "nunique"),
        )
        all_buses = passed.groupby("link")["buses_per_hour"].sum()
        marks = passed.groupby("link")[["indicative", "service_indicative"]].any()
        table = _links(self.network).join(table, how="inner").join(all_buses).join(marks)
        table["share_of_lines"] = table["park_line_count"] / len(self.lines)
        whole = self.buses_per_hour
        table["share_of_buses"] = table["park_buses_per_hour"] / whole if whole else np.nan
        table["indicative"] |= table.pop("drawn") | self.park.indicative
        order = ["link", "edges", "way_ids", "streets", "length_m", "buses_per_hour",
                 "park_buses_per_hour", "park_lines", "park_line_count", "share_of_lines",
                 "share_of_buses", "indicative", "service_indicative"]  # fmt: skip
        worst_first = table.reset_index().sort_values(
            ["park_buses_per_hour", "park_line_count", "buses_per_hour", "length_m", "link"],
            ascending=[False, False, False, False, True],
        )
        return worst_first[order].reset_index(drop=True)

    @property
    def worst(self) -> pd.Series | None:
        """The link with most buses of the park's lines; of equals the one with most lines.

        None where no line of the park drives on a known street.
        """
        return None if self.links.empty else self.links.iloc[0]

    @cached_property
    def buses_per_hour(self) -> float:
        """Buses per hour of all patterns of the park's lines: the denominator of the share."""
        patterns = self.network.feed.patterns
        own = patterns.loc[patterns["route_id"].isin(self.lines), "pattern_id"]
        return float(buses_per_hour(self.network.feed, self.period)[own].sum())

    @cached_property
    def _passed(self) -> pd.DataFrame:
        """One row a link and pattern that drives any of it."""
        found = carried(self.network)
        rows = _with_lines(self.network, found.passages, self.period)
        link = _streets_of(self.network, found.sections)["link"].to_numpy()
        rows = rows.assign(link=link[rows["section"]]).drop_duplicates(["link", "pattern_id"])
        return rows.assign(of_park=rows["route_id"].isin(self.lines))


def bottleneck(
    network: Network, park: Park, *, limit_m: float = 500, period: tuple[str, str] = MORNING
) -> Bottleneck:
    """Which street links carry the lines that call within ``limit_m`` metres of the outline.

    Raises ``UsageError`` for a limit or a period that cannot be, ``DataError`` for a park in
    another CRS.
    """
    check_limits(limit_m)
    network.require_crs(park)
    buses_per_hour(network.feed, period)  # refuses a period that cannot be
    near = shapely.distance(shapely.points(network.stop_xy), park.outline) <= limit_m
    stops = network.feed.stops.loc[near, "stop_id"]
    visits = network.feed.visits
    lines = sorted(set(visits.loc[visits["stop_id"].isin(stops), "route_id"]))
    return Bottleneck(network, park, limit_m, period, tuple(lines))


def _with_lines(network: Network, passages: pd.DataFrame, period: tuple[str, str]) -> pd.DataFrame:
    """``passages`` with line, buses per hour and marks of each pattern."""
    visits = network.feed.visits
    patterns = visits.groupby("pattern_id").agg(
        route_id=("route_id", "first"),
        route_short_name=("route_short_name", "first"),
        indicative=("indicative", "any"),
    )
    patterns["buses_per_hour"] = buses_per_hour(network.feed, period)
    patterns["service_indicative"] = patterns.index.isin(assumed_patterns(network.feed))
    return passages.join(patterns, on="pattern_id")


def _streets_of(network: Network, sections: pd.DataFrame) -> pd.DataFrame:
    edges = network.streets.edges.iloc[sections["edge"]].reset_index(drop=True)
    link = link_of_edge(network.streets)[sections["edge"]]
    columns = edges[["way_id", "street_name"]]
    return columns.assign(link=link, drawn=edges["indicative"].astype(bool))


def _links(network: Network) -> pd.DataFrame:
    """One row a link of the drivable streets, by link."""
    streets = network.streets
    table = streets.edges.assign(
        edge=np.arange(len(streets)), link=link_of_edge(streets), length_m=streets.length_m
    )
    table = table[streets.drivable]
    return table.groupby("link").agg(
        edges=("edge", tuple),
        way_ids=("way_id", lambda ids: "、".join(dict.fromkeys(ids))),
        streets=("street_name", lambda names: "、".join(dict.fromkeys(n for n in names if n))),
        length_m=("length_m", "sum"),
        drawn=("indicative", "any"),
    )


def _named(names: pd.Series) -> str:
    return "、".join(sorted(set(names)))
