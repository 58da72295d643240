"""A network written as a GTFS feed that validates, and that reads back as it was."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import date as Date  # noqa: N812  (the argument is called date)
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from transit.errors import DataError, Problem
from transit.model.feed import NAMES
from transit.model.network import Network
from transit.output import write_bytes
from transit.parsing import texts_of
from transit.schema import CALLS, PATTERNS, STATIONS, TIMINGS
from transit.sources.gtfs.own import NETWORK_FILE
from transit.sources.gtfs.reading import read_gtfs
from transit.sources.gtfs.service_day import WEEKDAYS
from transit.sources.gtfs.validation import validate_gtfs
from transit.sources.gtfs.written_service import SERVICE_ID, marks, service_of
from transit.units import in_mainland_china, unproject

AGENCY_ID = "transit"
UNKNOWN_URL = "https://example.org/"
"""GTFS demands an address of the agency; a network has none."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_gtfs(
    network: Network, path: str | Path, *, date: Date, timezone: str | None = None
) -> Path:
    """The GTFS zip ``path`` of the lines of ``network``, whose service is that of ``date``.

    Headways become ``frequencies.txt``; patterns without service and all that GTFS has no place
    for (marks, years, sources, districts, stations, speeds) go into files and columns named
    ``transit_…``, which other programs pass over and ``read_gtfs`` takes up. Streets, parks and
    zones are not written, nor line breaks in names. ``timezone`` (IANA) is by default Asia/Shanghai
    in mainland China, else the full hour of the place's longitude.

    Raises ``DataError``, and writes nothing, where the feed would not validate or would read back
    otherwise. Equal networks give equal bytes.
    """
    path = Path(path)
    content = _zipped(_tables(network, date, timezone or _timezone(network)))
    with tempfile.TemporaryDirectory() as place:
        trial = Path(place) / path.with_suffix(".zip").name
        write_bytes(trial, content)
        _require_valid(trial, path, date)
        _require_same(network, trial, path, date)
    return write_bytes(path, content)


def _tables(network: Network, date: Date, timezone: str) -> dict[str, pd.DataFrame]:
    feed = network.feed
    service = service_of(network)
    day = f"{date:%Y%m%d}"
    calendar = {"service_id": SERVICE_ID}
    calendar |= {name: str(int(number == date.weekday())) for number, name in enumerate(WEEKDAYS)}
    tables = {
        "agency.txt": _row(agency_id=AGENCY_ID, agency_name=network.name, agency_url=UNKNOWN_URL,
                           agency_timezone=timezone),
        "feed_info.txt": _row(feed_publisher_name=network.name, feed_publisher_url=UNKNOWN_URL,
                              feed_lang="mul", feed_start_date=day, feed_end_date=day,
                              feed_version=feed.fingerprint()),
        "calendar.txt": _row(**calendar, start_date=day, end_date=day),
        "attributions.txt": pd.DataFrame(
            {"organization_name": list(network.sources), "is_producer": "1"}
        ),
        "stops.txt": _stops(feed.stops),
        "routes.txt": _routes(feed.routes),
        **service.tables,
        "shapes.txt": feed.shapes,
        NETWORK_FILE: _facts(network),
        "transit_patterns.txt": texts_of(feed.patterns, PATTERNS),
    }  # fmt: skip
    served = feed.calls["pattern_id"].isin(feed.served_patterns)
    shown = feed.timings["timing_id"].isin(service.shown)
    own = {
        "transit_calls.txt": texts_of(feed.calls[~served], CALLS),
        "transit_timings.txt": texts_of(feed.timings[~shown], TIMINGS),
        "transit_stations.txt": texts_of(network.stations, STATIONS),
    }
    tables |= own
    needed = ("trips.txt", "stop_times.txt")
    return {name: table for name, table in tables.items() if len(table) or name in needed}


def _row(**values: str) -> pd.DataFrame:
    return pd.DataFrame([values])


def _stops(stops: pd.DataFrame) -> pd.DataFrame:
    """Kerbs, and above them the stations that they belong to."""
    kerbs = pd.DataFrame(
        {
            "stop_id": stops["stop_id"],
            "stop_name": stops["stop_name"],
            "stop_lat": stops["stop_lat"],
            "stop_lon": stops["stop_lon"],
            "location_type": "0",
            "transit_district": stops["district"],
        }
    ).assign(**marks(stops))
    if "parent_station" not in stops or not (stops["parent_station"] != "").any():
        return kerbs
    above = stops[stops["parent_station"] != ""]
    places = above.groupby("parent_station", as_index=False).agg(
        stop_name=("stop_name", _commonest),
        stop_lat=("stop_lat", "mean"),
        stop_lon=("stop_lon", "mean"),
    )
    taken = set(stops["stop_id"])
    # A place may be called like one of its kerbs; GTFS has one list of ids for both.
    ids = {name: _free_id(name, taken) for name in places["parent_station"]}
    stations = places.assign(stop_id=places["parent_station"].map(ids), location_type="1")
    kerbs["parent_station"] = stops["parent_station"].map(ids).fillna("")
    if any(name != new for name, new in ids.items()):
        kerbs["transit_parent_station"] = stops["parent_station"]
    nothing = {name: "" for name in kerbs if name not in stations or name == "parent_station"}
    return pd.concat([stations.assign(**nothing)[kerbs.columns], kerbs], ignore_index=True)


def _commonest(names: pd.Series) -> str:
    counts = names.value_counts()
    return str(min(counts[counts == counts.max()].index))


def _free_id(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "+"
    return name


def _routes(routes: pd.DataFrame) -> pd.DataFrame:
    columns = ["route_short_name", "route_long_name", "route_type", "route_color"]
    table = routes[["route_id", *columns]].assign(agency_id=AGENCY_ID)
    return table.assign(**marks(routes))


def _facts(network: Network) -> pd.DataFrame:
    ring = shapely.transform(network.study_area, lambda xy: unproject(xy, network.crs))
    facts = [("name", network.name), ("crs", network.crs), ("study_area", shapely.to_wkt(ring, -1))]
    facts += [("source", source) for source in network.sources]
    return pd.DataFrame(facts, columns=["key", "value"])


def _timezone(network: Network) -> str:
    lon, lat = np.median(network.feed.stops[["stop_lon", "stop_lat"]].to_numpy(), axis=0)
    if in_mainland_china([lon, lat])[0]:
        return "Asia/Shanghai"
    hours = round(float(lon) / 15)
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"  # the sign is the other way round there


def _zipped(tables: Mapping[str, pd.DataFrame]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, table in tables.items():
            # A fixed time: equal networks give equal bytes.
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, table.to_csv(index=False, lineterminator="\n").encode("utf-8"))
    return packed.getvalue()


def _require_valid(trial: Path, path: Path, date: Date) -> None:
    findings = validate_gtfs(trial, date=date)
    wrong = findings[findings["severity"] == "error"]
    if len(wrong):
        raise DataError(
            Problem(f"{path} {row.file} {row.code}", f"{row.message} ({row.count} times)", row.mend)
            for row in wrong.itertuples()
        )


def _require_same(network: Network, trial: Path, path: Path, date: Date) -> None:
    try:
        read = read_gtfs(trial, day=date, streets=network.streets).network
    except DataError as error:
        raise DataError(
            Problem(f"{path} {fault.where}", fault.what, fault.mend) for fault in error.problems
        ) from None
    if read.feed.fingerprint() != network.feed.fingerprint():
        names = [name for name in NAMES if not read.feed.shares(network.feed, [name])]
        what = f"would read back otherwise in {', '.join(names)}"
        raise DataError(Problem(str(path), what, "report this: a feed cannot say it"))
