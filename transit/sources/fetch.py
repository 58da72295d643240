"""A study area made anew with OpenStreetMap's streets and stops in place of the indicative ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
import yaml
from scipy.spatial import KDTree

from transit.errors import DataError, Problem, UsageError
from transit.model.network import Network
from transit.model.park import Park
from transit.model.streets import Streets
from transit.output import write_bytes, write_csv
from transit.schema import GATES, STOPS
from transit.sources.area import Area, read_area
from transit.sources.consolidate.limits import SAME_KERB_M
from transit.sources.consolidate.review import review_of
from transit.sources.copying import copy_folder
from transit.sources.gates import crossings
from transit.sources.osm.data import CREDIT, OsmReading
from transit.sources.tables import read_text
from transit.sources.writing import beside, require_free, settle, write_streets, write_table
from transit.units import WGS84, BoolArray, transform

SAME_STOP_M = 150.0
"""How far OSM's stop of the same name may stand from ours to be taken for it, straight metres."""

Read = Callable[[tuple[float, float, float, float], str], OsmReading]
"""What reads OSM for a box (west, south, east, north) in a metric CRS."""


@dataclass(frozen=True, eq=False)
class Fetched:
    """The new study area, which stops were matched, kept or added, and what OSM left out."""

    area: Area
    stops: pd.DataFrame
    left_out: pd.DataFrame


def fetch_area(
    folder: Path, out: Path, read: Read, *, review: pd.DataFrame | None = None
) -> Fetched:
    """The study area of ``folder``, written to ``out`` with the streets and stops of OSM.

    ``read`` gives OSM for the area's box; lines, parks and scenarios are carried over. A stop of
    ours takes the position of OSM's stop of the same name within 150 m, and loses its
    ``indicative`` mark; OSM's other stops are added, with no line; where one stands within
    25 m of a stop of ours under another name, the report asks whether they are the same, and
    ``review`` is that report with ``keep`` answered. Where all gates of a park are
    indicative they give way to where OSM's streets cross its outline. Nothing is written unless
    the whole area can be read back. Raises ``UsageError`` when ``out`` holds files already.
    """
    require_free(folder, out)
    old = read_area(folder)
    reading = read(_box(old.network), old.network.crs)
    stops, report = merged_stops(old.network, reading.network, said_the_same(review))
    streets, year = reading.network.streets, _year(reading)
    gates = pd.concat([new_gates(park, streets, year) for park in old.parks], ignore_index=True)
    with beside(out) as fresh:
        copy_folder(folder, fresh)
        write_table(fresh, stops, STOPS)
        write_table(fresh, gates, GATES)
        write_streets(fresh, _credited(streets), year)
        write_csv(fresh / "stops_matched.csv", report)
        _note_sources(fresh / "SOURCES.md")
        _credit(fresh / "area.yaml", reading)
        read_area(fresh)
        settle(fresh, out)
    return Fetched(read_area(out), report, reading.left_out)


def new_gates(park: Park, streets: Streets, year: int) -> pd.DataFrame:
    """The gates of ``park`` to go on with: its own if any is surveyed or no street crosses."""
    found = crossings(park, streets, year=year)
    return found if len(found) and park.gates["indicative"].all() else park.gates


def _credited(streets: Streets) -> Streets:
    """``streets`` whose pieces say which way of OSM they come from."""
    edges = streets.edges
    return replace(streets, edges=edges.assign(source=edges["source"] + " " + edges["way_id"]))


def merged_stops(
    ours: Network, osm: Network, same: Collection[tuple[str, str]] = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Our stops with OSM's positions where they are the same, OSM's others added; and the report.

    ``same`` are pairs of our id and OSM's that the planner says are one. The report has
    ``stop_id``, ``stop_name``, ``what`` (moved, kept, added, left out: OSM's stops on no street;
    perhaps the same), ``osm_id``, ``osm_name``, ``moved_m`` and ``keep``, which answers whether
    what is perhaps the same is. Distance decides first, then the name (NFKC, without brackets and
    the number of a bay at its end).
    """
    table = ours.feed.stops.copy()
    theirs = osm.feed.stops
    pairs = _pairs(ours, osm, same)
    row = np.array([pair[0] for pair in pairs], dtype=np.int64)
    other = np.array([pair[1] for pair in pairs], dtype=np.int64)
    for column in ("stop_lon", "stop_lat", "year"):
        table.loc[row, column] = theirs[column].to_numpy()[other]
    table.loc[row, "indicative"] = False
    ids = theirs["stop_id"].to_numpy()
    table.loc[row, "source"] = [f"OpenStreetMap {osm_id}" for osm_id in ids[other]]
    near = np.asarray(shapely.intersects_xy(ours.study_area, *osm.stop_xy.T), dtype=bool)
    on_street = osm.stop_anchors.edge >= 0
    new = near & ~np.isin(np.arange(len(theirs)), other)
    added = theirs[new & on_street]
    moved = np.hypot(*(ours.stop_xy[row] - osm.stop_xy[other]).T)
    report = pd.DataFrame(
        {"stop_id": table["stop_id"], "stop_name": table["stop_name"], "what": "kept"}
    ).assign(osm_id="", osm_name="", moved_m=0.0, keep="")
    report.loc[row, "what"], report.loc[row, "moved_m"] = "moved", moved
    report.loc[row, "osm_id"] = ids[other]
    report.loc[row, "osm_name"] = theirs["stop_name"].to_numpy()[other]
    others = theirs.loc[new, ["stop_id", "stop_name"]].assign(
        what=np.where(on_street[new], "added", "left out"),
        osm_id=ids[new],
        osm_name="",
        moved_m=0.0,
        keep="",
    )
    stops = pd.concat([table, added], ignore_index=True)[STOPS.names]
    asked = _perhaps_the_same(ours, osm, pairs, new & on_street)
    return stops, pd.concat([report, others, asked], ignore_index=True)


def _perhaps_the_same(
    ours: Network, osm: Network, pairs: list[tuple[int, int]], new: BoolArray
) -> pd.DataFrame:
    """One row a stop of ours and the nearest new one of OSM's within 25 m, of another name."""
    columns = ["stop_id", "stop_name", "what", "osm_id", "osm_name", "moved_m", "keep"]
    others = np.flatnonzero(new)
    if not len(others):
        return pd.DataFrame(columns=columns)
    away, nearest = KDTree(osm.stop_xy[others]).query(ours.stop_xy)
    mine = np.setdiff1d(np.flatnonzero(away <= SAME_KERB_M), [row for row, _ in pairs])
    theirs = osm.feed.stops.iloc[others[nearest[mine]]]
    return pd.DataFrame(
        {
            "stop_id": ours.feed.stops["stop_id"].to_numpy()[mine],
            "stop_name": ours.feed.stops["stop_name"].to_numpy()[mine],
            "what": "perhaps the same",
            "osm_id": theirs["stop_id"].to_numpy(),
            "osm_name": theirs["stop_name"].to_numpy(),
            "moved_m": away[mine],
            "keep": "no",
        }
    )[columns]


def said_the_same(review: pd.DataFrame | None) -> list[tuple[str, str]]:
    """Pairs of our id and OSM's that the planner's report says are one."""
    if review is None:
        return []
    lacking = {"stop_id", "osm_id", "keep"} - set(review)
    if lacking:
        mend = "give the stops_matched.csv that a fetch wrote"
        raise UsageError(Problem("review", f"has no column {', '.join(sorted(lacking))}", mend))
    review = review.fillna({"keep": ""})
    said = review_of(review.rename(columns={"stop_id": "merge_id"}).assign(proposed="no"))
    theirs = review.loc[review["keep"].ne(""), ["stop_id", "osm_id"]].set_index("stop_id")["osm_id"]
    return [(stop, theirs[stop]) for stop in said.changed]


def _pairs(ours: Network, osm: Network, same: Collection[tuple[str, str]]) -> list[tuple[int, int]]:
    """Rows of our stop and OSM's that are the same: as said, then nearest first, each once."""
    if not len(osm.stop_xy):
        return []
    mine = {stop: row for row, stop in enumerate(ours.feed.stops["stop_id"])}
    their = {stop: row for row, stop in enumerate(osm.feed.stops["stop_id"])}
    pairs = {mine[stop]: their[one] for stop, one in same if stop in mine and one in their}
    names = [_plain_name(name) for name in ours.feed.stops["stop_name"]]
    theirs = [_plain_name(name) for name in osm.feed.stops["stop_name"]]
    near = KDTree(osm.stop_xy).query_ball_point(ours.stop_xy, SAME_STOP_M)
    candidates = sorted(
        (float(np.hypot(*(ours.stop_xy[row] - osm.stop_xy[other]))), row, other)
        for row, others in enumerate(near)
        for other in others
        if names[row] and names[row] == theirs[other]
    )
    for _, row, other in candidates:
        if row not in pairs and other not in pairs.values():
            pairs[row] = other
    return sorted(pairs.items())


def _plain_name(name: str) -> str:
    text = "".join(unicodedata.normalize("NFKC", name).split())
    return re.sub(r"\d+$", "", re.sub(r"\(.*?\)", "", text))


def _box(network: Network) -> tuple[float, float, float, float]:
    area = shapely.transform(network.study_area, lambda xy: transform(xy, network.crs, WGS84))
    west, south, east, north = area.bounds
    return west, south, east, north


def _year(reading: OsmReading) -> int:
    """The year that OSM's line of credit states, or else its newest stop."""
    stated = re.findall(r"as of (\d{4})", " ".join(reading.network.sources))
    years = [int(year) for year in stated or reading.network.feed.stops["year"]]
    if not years:
        mend = "give the network a source line such as 'OpenStreetMap, as of 2026'"
        raise DataError(Problem("OpenStreetMap", "says no year", mend))
    return max(years)


def _credit(path: Path, reading: OsmReading) -> None:
    """Put OSM's line of credit first in ``area.yaml``: maps of the area must show it.

    Lines that call the streets this project's own are taken out, for they no longer are.
    """
    settings = yaml.load(read_text(path), Loader=yaml.BaseLoader)  # noqa: S506
    old = [line for line in settings.get("sources", []) if not line.startswith("街道")]
    settings["sources"] = [*reading.network.sources, _OWN_STILL, *old]
    text = yaml.safe_dump(settings, allow_unicode=True, sort_keys=False, width=100)
    write_bytes(path, text.encode("utf-8"))


_OWN_STILL = (
    "园区轮廓：本项目数字化，示意（indicative），非测绘成果；出入口：街道与轮廓的交点，示意"
)


def _note_sources(path: Path) -> None:
    old = read_text(path) if path.is_file() else ""
    note = (
        "# OpenStreetMap in this folder\n\n"
        f"`streets.geojson` is {CREDIT}. `stops_matched.csv` says which stops took OpenStreetMap's "
        "position, which were kept and which were added. `gates.csv` has the places where a street "
        "crosses the outline, unless a gate was surveyed. The outline, headways, speeds "
        "and the stops that scenarios add are still those described below.\n\n"
    )
    write_bytes(path, (note + old).encode("utf-8"))
