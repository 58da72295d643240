"""A draft out of GTFS feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from transit.model.network import Network
from transit.sources.area import box_in_metres
from transit.sources.gtfs import GtfsReading, read_gtfs, validate_gtfs
from transit.sources.importing.draft import Draft
from transit.sources.importing.site import Site, bare_site


def draft_of_feeds(
    paths: Sequence[Path],
    *,
    day: date | None = None,
    name: str | None = None,
    site: Site | None = None,
    crs: str | None = None,
) -> Draft:
    """The network of GTFS feeds on ``day``, by default the busiest, checked by a validator.

    Without ``site`` there are no streets, and the study area is a box round the stops, in ``crs``
    or the metric CRS of its middle. Raises ``DataError`` with every fault of the feeds.
    """
    reading = read_gtfs(
        paths, day=day, crs=site.crs if site else crs, streets=site.streets if site else None
    )
    stops = reading.network.feed.stops[["stop_lon", "stop_lat"]].to_numpy()
    site = site or bare_site(stops, reading.network.crs)
    network = replace(
        reading.network,
        name=name or reading.network.name,
        streets=site.streets,
        study_area=box_in_metres(site.box, site.crs),
        stations=_stations(reading.network, site),
        sources=tuple(dict.fromkeys((*reading.network.sources, *site.sources))),
    )
    findings = pd.concat(
        [validate_gtfs(path).assign(feed=path.name) for path in paths], ignore_index=True
    )
    tables = {"days": reading.days, "counts": reading.counts, "validation": findings}
    years = {day.year for day in reading.day.values()}
    return Draft(network, site.box, max(years), tuple(_told(reading, network, findings)), tables)


def _stations(network: Network, site: Site) -> pd.DataFrame:
    return network.stations if len(network.stations) else site.stations


def _told(reading: GtfsReading, network: Network, findings: pd.DataFrame) -> list[str]:
    feed = network.feed
    days = ", ".join(f"{name} {day:%Y-%m-%d}" for name, day in reading.day.items())
    counts = findings.groupby("severity")["count"].sum() if len(findings) else {}
    each = ", ".join(
        f"{int(np.asarray(counts.get(kind, 0)))} {kind}s" for kind in ("error", "warning", "info")
    )
    return [
        f"Feeds on {days}: {len(feed.stops):,} stops, {len(feed.routes):,} lines, "
        f"{len(feed.patterns):,} patterns, {len(feed.calls):,} calls, {len(feed.trips):,} trips.",
        *(f"Note: {note}." for note in reading.notes),
        f"Validation (import/validation.csv): {each}.",
        *_commonest(findings),
    ]


def _commonest(findings: pd.DataFrame) -> list[str]:
    """The few kinds of errors and warnings found most often, each with what to do."""
    told = findings[findings["severity"] != "info"].sort_values(
        ["severity", "count"], ascending=[True, False], kind="stable"
    )
    return [
        f"  {row.severity}, {row.times:,} ×: {f'{row.file} {row.code}'.strip()}: {row.mend}."
        for row in told.rename(columns={"count": "times"}).head(_SHOWN).itertuples()
    ]


_SHOWN = 5
