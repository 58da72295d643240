"""A study area made anew with OpenStreetMap's streets and stops in place of the indicative ones."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
from transit.output import as_json, write_bytes, write_csv
from transit.schema import STOPS
from transit.sources.area import Area, read_area
from transit.sources.gates import crossings
from transit.sources.osm.data import CREDIT, OsmReading
from transit.sources.tables import read_text
from transit.units import WGS84, transform, unproject

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


def fetch_area(folder: Path, out: Path, read: Read) -> Fetched:
    """The study area of ``folder``, written to ``out`` with the streets and stops of OSM.

    ``read`` gives OSM for the area's box; lines, parks and scenarios are carried over. A stop of
    ours takes the position of OSM's stop of the same name within 150 m, and loses its
    ``indicative`` mark; OSM's other stops are added, with no line. Where all gates of a park are
    indicative they give way to where OSM's streets cross its outline. Nothing is written unless
    the whole area can be read back. Raises ``UsageError`` when ``out`` holds files already.
    """
    _require_free(folder, out)
    old = read_area(folder)
    reading = read(_box(old.network), old.network.crs)
    stops, report = merged_stops(old.network, reading.network)
    streets, year = reading.network.streets, _year(reading)
    ways = as_ways(streets, year)
    gates = pd.concat([new_gates(park, streets, year) for park in old.parks], ignore_index=True)
    with _beside(out) as fresh:
        shutil.copytree(folder, fresh)
        write_bytes(fresh / "streets.geojson", ways)
        write_csv(fresh / "stops.csv", stops.assign(indicative=_truth(stops["indicative"])))
        write_csv(fresh / "gates.csv", gates.assign(indicative=_truth(gates["indicative"])))
        write_csv(fresh / "stops_matched.csv", report)
        _note_sources(fresh / "SOURCES.md")
        _credit(fresh / "area.yaml", reading)
        read_area(fresh)
        if out.exists():
            out.rmdir()
        fresh.replace(out)
    return Fetched(read_area(out), report, _with_unsaid(reading))


def new_gates(park: Park, streets: Streets, year: int) -> pd.DataFrame:
    """The gates of ``park`` to go on with: its own if any is surveyed or no street crosses."""
    found = crossings(park, streets, year=year)
    return found if len(found) and park.gates["indicative"].all() else park.gates


def _with_unsaid(reading: OsmReading) -> pd.DataFrame:
    """What was left out, and what the tables of a study area cannot say of OSM's streets."""
    streets = reading.network.streets
    forward, backward = streets.foot()
    rows = [
        ("street pieces", int((forward != backward).sum()),
         "walkers may go one way only; streets.geojson cannot say so and has them both ways"),
        ("turns", len(streets.no_turns),
         "buses may not make them; streets.geojson cannot say so: read OSM itself for bus paths"),
    ]  # fmt: skip
    unsaid = pd.DataFrame([row for row in rows if row[1]], columns=["what", "count", "why"])
    return (
        pd.concat([reading.left_out, unsaid], ignore_index=True)
        if len(unsaid)
        else reading.left_out
    )


def _require_free(folder: Path, out: Path) -> None:
    mend = "choose a new or empty folder"
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        fault = "is not empty" if out.is_dir() else "is a file"
        raise UsageError(Problem(str(out), fault, mend))
    if folder.resolve() in out.resolve().parents:
        raise UsageError(Problem(str(out), f"lies inside the study area {folder}", mend))


@contextlib.contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """A place on the same disk; parents made for it go again if nothing comes of it."""
    absent = [parent for parent in out.parents if not parent.exists()]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as beside:
            yield Path(beside) / "area"
    except OSError as error:
        fault = f"cannot be written ({error.strerror or error})"
        mend = "choose a folder you may write to, and close its files in other programs"
        raise DataError(Problem(str(out), fault, mend)) from error
    finally:
        with contextlib.suppress(OSError):  # a parent that holds the new area stays
            for parent in absent:
                parent.rmdir()


def merged_stops(ours: Network, osm: Network) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Our stops with OSM's positions where they are the same, OSM's others added; and the report.

    The report has ``stop_id``, ``stop_name``, ``what`` (moved, kept, added, left out: OSM's stops
    on no street), ``osm_id`` and ``moved_m``. Distance decides first, then the name (NFKC,
    without brackets and the number of a bay at its end).
    """
    table = ours.feed.stops.copy()
    theirs = osm.feed.stops
    pairs = _pairs(ours, osm)
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
    ).assign(osm_id="", moved_m=0.0)
    report.loc[row, "what"], report.loc[row, "moved_m"] = "moved", moved
    report.loc[row, "osm_id"] = ids[other]
    others = theirs.loc[new, ["stop_id", "stop_name"]].assign(
        what=np.where(on_street[new], "added", "left out"), osm_id=ids[new], moved_m=0.0
    )
    stops = pd.concat([table, added], ignore_index=True)[STOPS.names]
    return stops, pd.concat([report, others], ignore_index=True)


def as_ways(streets: Streets, year: int) -> bytes:
    """``streets`` as the GeoJSON of a study area, one feature a piece, 7 decimals of a degree."""
    features = []
    table = zip(streets.edges.itertuples(), streets.lines, strict=True)
    for number, (edge, line) in enumerate(table):
        against = edge.motor_backward and not edge.motor_forward
        xy = shapely.get_coordinates(line)[:: -1 if against else 1]
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "way_id": f"{edge.way_id}#{number}",
                    "name": edge.street_name,
                    "highway": edge.highway,
                    "oneway": _yes(edge.motor_forward != edge.motor_backward),
                    "foot": _yes(edge.foot_forward or edge.foot_backward),
                    "motor": _yes(edge.motor_forward or edge.motor_backward),
                    "indicative": bool(edge.indicative),
                    "year": year,
                    "source": f"{edge.source} {edge.way_id}",
                },
                "geometry": {
                    "type": "LineString",
                    "coordinates": unproject(xy, streets.crs).round(7).tolist(),
                },
            }
        )
    return as_json({"type": "FeatureCollection", "features": features}).encode("utf-8")


def _pairs(ours: Network, osm: Network) -> list[tuple[int, int]]:
    """Rows of our stop and OSM's that are the same: nearest pairs first, each stop once."""
    if not len(osm.stop_xy):
        return []
    names = [_plain_name(name) for name in ours.feed.stops["stop_name"]]
    theirs = [_plain_name(name) for name in osm.feed.stops["stop_name"]]
    near = KDTree(osm.stop_xy).query_ball_point(ours.stop_xy, SAME_STOP_M)
    candidates = sorted(
        (float(np.hypot(*(ours.stop_xy[row] - osm.stop_xy[other]))), row, other)
        for row, others in enumerate(near)
        for other in others
        if names[row] and names[row] == theirs[other]
    )
    pairs: dict[int, int] = {}
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


def _yes(truth: object) -> str:
    return "yes" if truth else "no"


def _truth(column: pd.Series) -> pd.Series:
    return column.map({True: "true", False: "false"})


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
