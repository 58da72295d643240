"""What the quality rules look at: a network and its parks, and what several rules ask of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from transit.analysis.hops import courses_in_order
from transit.analysis.quality.limits import Limits
from transit.model.network import Network
from transit.model.park import Park
from transit.units import FloatArray, IntArray, unproject


@dataclass(frozen=True, eq=False)
class Ground:
    """A network, its parks and the limits; what is worked out of them is kept."""

    network: Network
    parks: Sequence[Park]
    limits: Limits

    @cached_property
    def visit_row(self) -> IntArray:
        """Row of the stop of each row of ``feed.visits``."""
        rows = self.network.feed.visits["stop_id"].map(self.network.stop_row)
        return np.asarray(rows.to_numpy(dtype=np.int64))

    @cached_property
    def hops(self) -> pd.DataFrame:
        """One row a hop of every pattern, in the order of ``feed.visits``.

        Columns: ``visit`` (row of the call it ends at), ``from_row``, ``to_row`` (of the stops),
        ``straight_m``, ``length_m``, ``matched``, ``quality``, ``grounded`` (both stops lie in
        the study area and stand on a street: there a drive is to be expected).
        """
        visits = self.network.feed.visits
        later = np.flatnonzero(~visits["is_first"].to_numpy(dtype=bool))
        start, end = self.visit_row[later - 1], self.visit_row[later]
        on_ground = self.network.stop_in_area & (self.network.stop_anchors.edge >= 0)
        courses = list(courses_in_order(self.network).values())
        driven: dict[str, FloatArray] = {
            name: np.concatenate([getattr(one, name) for one in courses])
            if courses
            else np.empty(0)
            for name in ("straight_m", "length_m", "matched", "quality")
        }
        ends = {"visit": later, "from_row": start, "to_row": end}
        return pd.DataFrame({**ends, **driven, "grounded": on_ground[start] & on_ground[end]})

    @cached_property
    def ends(self) -> pd.DataFrame:
        """One row a pattern: ``pattern_id``, ``first_row`` and ``last_row`` of its stops, its line.

        Also ``route_id``, ``route_short_name``, ``direction_id``, ``calls``, ``indicative``.
        """
        visits = self.network.feed.visits
        first = visits["is_first"].to_numpy(dtype=bool)
        last = visits["is_last"].to_numpy(dtype=bool)
        columns = ["pattern_id", "route_id", "route_short_name", "direction_id"]
        marked = visits.groupby("pattern_id", sort=False)["indicative"].any()
        return (
            visits.loc[first, columns]
            .assign(
                first_row=self.visit_row[first],
                last_row=self.visit_row[last],
                calls=visits.loc[last, "position"].to_numpy() + 1,
                indicative=marked.to_numpy(),
            )
            .reset_index(drop=True)
        )

    @cached_property
    def course_key(self) -> pd.Series:
        """Stop ids of each pattern in order, by pattern id: equal where two call at the same."""
        feed = self.network.feed
        return pd.Series({key: tuple(feed.sequence(key)) for key in self.ends["pattern_id"]})

    @cached_property
    def island(self) -> IntArray:
        """The connected part that each street belongs to, 0 the longest; −1 where none may walk.

        Connected is what a walker can pass in at least one direction.
        """
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        streets = self.network.streets
        start, end = streets.ends()
        found = np.full(len(streets), -1, dtype=np.int64)
        walkable = np.flatnonzero(streets.walkable)
        nodes = len(streets.node_xy)
        links = (np.ones(len(walkable)), (start[walkable], end[walkable]))
        _, part = connected_components(coo_array(links, shape=(nodes, nodes)), directed=False)
        mine = part[start[walkable]]
        metres = np.bincount(mine, streets.length_m[walkable], minlength=1)
        rank = np.empty(len(metres), dtype=np.int64)
        rank[np.argsort(-metres, kind="stable")] = np.arange(len(metres))
        found[walkable] = rank[mine]
        return found

    def number(self, limit: str) -> float:
        """The limit of that name."""
        return self.limits.number(limit)

    def lines_at(self, stops: pd.Series) -> list[str]:
        """Short names of the lines that call at each of ``stops``, ``、`` between."""
        visits = self.network.feed.visits[["stop_id", "route_short_name"]]
        here = visits[visits["stop_id"].isin(stops)].drop_duplicates()
        names = here.sort_values("route_short_name").groupby("stop_id")["route_short_name"]
        found = {stop: "、".join(lines) for stop, lines in names}
        return [found.get(stop, "") for stop in stops]

    # What a finding says of its subject: an id, a name, where it is, which lines, how well known.

    def stops(self, rows: np.ndarray, **columns: object) -> pd.DataFrame:
        """Findings on the stops of ``rows``."""
        stops = self.network.feed.stops.iloc[rows]
        return pd.DataFrame(
            {
                "subject_id": stops["stop_id"].to_numpy(),
                "name": stops["stop_name"].to_numpy(),
                "lon": stops["stop_lon"].to_numpy(),
                "lat": stops["stop_lat"].to_numpy(),
                "lines": self.lines_at(stops["stop_id"]),
                "indicative": stops["indicative"].to_numpy(),
                **columns,
            }
        )

    def hop_rows(self, rows: np.ndarray, **columns: object) -> pd.DataFrame:
        """Findings on the hops of ``rows``: named by their stops, placed half-way."""
        hops = self.hops.iloc[rows]
        visits = self.network.feed.visits
        end = visits.iloc[hops["visit"]]
        start = visits.iloc[hops["visit"] - 1]
        xy = self.network.stop_xy
        middle = unproject((xy[hops["from_row"]] + xy[hops["to_row"]]) / 2, self.network.crs)
        return pd.DataFrame(
            {
                # Not its position: a call put in before it would make it another hop.
                "subject_id": _joined(
                    _joined(end["pattern_id"], " ", start["stop_id"]), "→", end["stop_id"]
                ),
                "name": _joined(start["stop_name"], " → ", end["stop_name"]),
                "lon": middle[:, 0],
                "lat": middle[:, 1],
                "lines": end["route_short_name"].to_numpy(),
                "indicative": end["indicative"].to_numpy() | start["indicative"].to_numpy(),
                **columns,
            }
        )

    def patterns(self, rows: np.ndarray, **columns: object) -> pd.DataFrame:
        """Findings on the patterns of ``rows`` of ``ends``, placed at their first stop."""
        found = self.ends.iloc[rows]
        stops = self.network.feed.stops
        first, last = stops.iloc[found["first_row"]], stops.iloc[found["last_row"]]
        return pd.DataFrame(
            {
                "subject_id": found["pattern_id"].to_numpy(),
                "name": _joined(first["stop_name"], " → ", last["stop_name"]),
                "lon": first["stop_lon"].to_numpy(),
                "lat": first["stop_lat"].to_numpy(),
                "lines": found["route_short_name"].to_numpy(),
                "indicative": found["indicative"].to_numpy(),
                **columns,
            }
        )

    def lines(self, rows: np.ndarray, **columns: object) -> pd.DataFrame:
        """Findings on the lines that own the patterns of ``rows`` of ``ends``."""
        owners = self.ends["route_id"].to_numpy()[rows]
        return self.patterns(rows, **{"subject_id": owners, **columns})

    def streets(self, rows: np.ndarray, **columns: object) -> pd.DataFrame:
        """Findings on the street pieces of ``rows``, placed half-way along each."""
        streets = self.network.streets
        edges = streets.edges.iloc[rows]
        middle = shapely.line_interpolate_point(streets.lines[rows], 0.5, normalized=True)
        lonlat = unproject(shapely.get_coordinates(middle), self.network.crs)
        return pd.DataFrame(
            {
                "subject_id": edges["way_id"].to_numpy(),
                "name": edges["street_name"].to_numpy(),
                "lon": lonlat[:, 0],
                "lat": lonlat[:, 1],
                "lines": "",
                "indicative": edges["indicative"].to_numpy(),
                **columns,
            }
        )


def _joined(first: Iterable[str], between: str, second: Iterable[str]) -> list[str]:
    return [f"{one}{between}{other}" for one, other in zip(first, second, strict=True)]
