"""Where the lines of a park lead without a transfer: districts and metro stations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.analysis.hops import courses_in_order, drawn_hops
from transit.analysis.service import assumed_patterns, paces
from transit.analysis.timetable import mean_times, timed_shares
from transit.model.network import Network

STATION_M = 500.0
"""How near a stop must stand to a metro station to feed it, straight metres."""


def rides(network: Network, stops: pd.DataFrame) -> pd.DataFrame:
    """Every call that a rider from or to the park reaches without a transfer.

    ``stops`` comes from ``stops_near``. A rider boards at the call nearest to the park (least
    ``walk_m``, else least ``to_outline_m``) of those within the limit of the outline *before* the
    place in question, or alights at the nearest of those after it; of two calls at one stop, as
    loops make, at the one that saves riding.

    Columns: ``route_id``, ``route_short_name``, ``direction_id``, ``pattern_id``, ``travel``
    (``from_park``, ``to_park``), ``park_stop``, ``stop_id``, ``stop_name``, ``district``,
    ``stops_ridden``, ``ride_km`` (along the course: on streets where known, else straight),
    ``ride_straight_km`` (the part of it on no known street), ``ride_min`` (as published where the
    feed has run times; else at the pattern's mean speed, or the street's where it has one, and
    with dwell at the calls between; missing where no speed is known), ``indicative`` (line or
    stop is), ``service_indicative`` (the minutes are: the speed is assumed, or a street driven is
    indicative).
    """
    visits = _with_length(network)
    near = stops.loc[stops["within_outline"], ["stop_id", "to_outline_m", "walk_m"]]
    here = visits.merge(near, on="stop_id")
    both = [_ridden(visits, here, travel) for travel in ("from_park", "to_park")]
    table = pd.concat(both, ignore_index=True)
    pace = paces(network.feed).reindex(table["pattern_id"]).reset_index(drop=True)
    stood = pace["dwell_secs"] * (table["stops_ridden"] - 1)
    paced = table["line_m"] * pace["secs_per_m"] + table["street_secs"] + stood
    told = table["pattern_id"].map(timed_shares(network)).astype(float).fillna(0.0).round(9)
    mixed = told * table["timed_secs"] + (1 - told) * paced
    table["ride_min"] = paced.mask(told > 0, mixed.fillna(table["timed_secs"])) / 60
    assumed = table["pattern_id"].isin(assumed_patterns(network.feed))
    table["service_indicative"] = assumed | (table["drawn_hops"] > 0) & (told < 1)
    order = ["route_id", "route_short_name", "direction_id", "pattern_id", "travel", "park_stop",
             "stop_id", "stop_name", "district", "stops_ridden", "ride_km",
             "ride_straight_km", "ride_min", "indicative", "service_indicative"]  # fmt: skip
    keys = ["route_short_name", "route_id", "direction_id", "travel", "stops_ridden"]
    return table[order].sort_values(keys, kind="stable", ignore_index=True)


def districts_reached(ridden: pd.DataFrame) -> pd.DataFrame:
    """Districts that each line and direction reaches, with the fewest stops ridden to each.

    ``ridden`` comes from ``rides``; a stop near the park counts for the district it stands in
    only if one can ride there from another call near the park. Stops without a district are left
    out.
    """
    known = ridden[ridden["district"] != ""]
    keys = ["route_id", "route_short_name", "direction_id", "travel", "district"]
    return known.groupby(keys, as_index=False).agg(
        stops=("stop_id", "nunique"),
        first_stop=("stop_name", "first"),
        stops_ridden=("stops_ridden", "min"),
        ride_min=("ride_min", "min"),
        indicative=("indicative", "any"),
        service_indicative=("service_indicative", "any"),
    )


def stations_reached(
    network: Network, ridden: pd.DataFrame, *, station_m: float = STATION_M
) -> pd.DataFrame:
    """Metro stations that each line and direction feeds, one row a line, direction and station.

    A stop feeds a station within ``station_m`` straight metres; the call nearest to the station
    is taken. Columns: line, direction, ``travel``, ``station_name``, ``metro_line``,
    ``stop_name``, ``to_station_m``, ``stops_ridden``, ``ride_min``, ``transfers`` (0), and marks.
    """
    pairs = _feeding(network, station_m)
    table = ridden.merge(pairs, on="stop_id", suffixes=("", "_station"))
    table["indicative"] |= table.pop("indicative_station")
    keys = ["route_id", "route_short_name", "direction_id", "travel", "station_id", "metro_line"]
    table = table.sort_values([*keys, "to_station_m", "stops_ridden"])
    table = table.drop_duplicates(keys).assign(transfers=0)
    order = [*keys[:4], "park_stop", "station_id", "station_name", "metro_line", "stop_name",
             "to_station_m", "stops_ridden", "ride_min", "transfers", "indicative",
             "service_indicative"]  # fmt: skip
    by = ["route_short_name", *keys[:4], "stops_ridden"]
    return table[order].sort_values(by, kind="stable", ignore_index=True)


_ALONG = {
    "ride_km": "along_km",
    "ride_straight_km": "along_straight_km",
    "line_m": "along_line_m",
    "street_secs": "along_street_secs",
    "drawn_hops": "along_drawn_hops",
}
"""What adds up along a course, and the name of its sum from the first call."""


def _with_length(network: Network) -> pd.DataFrame:
    """The visits with what has added up from the first call of the pattern to each."""
    visits = network.feed.visits
    courses = list(courses_in_order(network).values())
    later = ~visits["is_first"].to_numpy(dtype=bool)
    each = {
        "along_km": [metres / 1000 for course in courses for metres in course.length_m],
        "along_straight_km": [
            metres / 1000
            for course in courses
            for metres in np.where(course.matched, 0.0, course.length_m)
        ],
        "along_line_m": [metres for course in courses for metres in course.line_m],
        "along_street_secs": [secs for course in courses for secs in course.street_secs],
        "along_drawn_hops": drawn_hops(network),
    }
    added = pd.DataFrame(0.0, index=visits.index, columns=list(each))
    for name, values in each.items():
        added.loc[later, name] = np.asarray(values, dtype=np.float64)
    along = added.groupby(visits["pattern_id"]).cumsum()
    return visits.join(along).join(mean_times(network))


def _ridden(visits: pd.DataFrame, here: pd.DataFrame, travel: str) -> pd.DataFrame:
    times = ["arrival_secs", "departure_secs"]
    columns = ["pattern_id", "stop_name", "position", *_ALONG.values(), *times, "indicative",
               "walk_m", "to_outline_m"]  # fmt: skip
    table = visits.merge(here[columns], on="pattern_id", suffixes=("", "_park"))
    sign = 1 if travel == "from_park" else -1
    table["stops_ridden"] = sign * (table["position"] - table["position_park"])
    for name, along in _ALONG.items():
        table[name] = sign * (table[along] - table[f"{along}_park"])
    gets_off, gets_on = ("", "_park") if travel == "from_park" else ("_park", "")
    table["timed_secs"] = table[f"arrival_secs{gets_off}"] - table[f"departure_secs{gets_on}"]
    table["indicative"] |= table["indicative_park"]
    beyond = table[table["stops_ridden"] > 0].rename(columns={"stop_name_park": "park_stop"})
    best_first = ["pattern_id", "position", "walk_m", "to_outline_m", "stops_ridden"]
    beyond = beyond.sort_values(best_first, na_position="last")
    return beyond.drop_duplicates(["pattern_id", "position"]).assign(travel=travel)


def _feeding(network: Network, station_m: float) -> pd.DataFrame:
    """Pairs of stop and station within ``station_m``, with the straight metres between them."""
    from scipy.spatial import KDTree

    columns = ["station_id", "station_name", "metro_line", "indicative"]
    if network.stations.empty:
        return network.stations[columns].assign(stop_id="", to_station_m=0.0)
    found = KDTree(network.stop_xy).query_ball_point(network.station_xy, station_m)
    station = np.repeat(np.arange(len(found)), [len(stops) for stops in found])
    stop = np.concatenate([np.asarray(sorted(stops), dtype=np.int64) for stops in found])
    away = network.stop_xy[stop] - network.station_xy[station]
    pairs = network.stations[columns].iloc[station].reset_index(drop=True)
    ids = network.feed.stops["stop_id"].to_numpy()[stop]
    return pairs.assign(stop_id=ids, to_station_m=np.hypot(away[:, 0], away[:, 1]))
