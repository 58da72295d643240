"""A draft out of a table of lines and the stops they call at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from transit.datum import Datum, to_wgs84
from transit.errors import DataError, Problem, raise_if
from transit.model.network import Network
from transit.sources.area import box_in_metres
from transit.sources.consolidate import Consolidation, consolidate
from transit.sources.importing.draft import Draft
from transit.sources.importing.lines import feed_of
from transit.sources.importing.placing import placed
from transit.sources.importing.site import Site, bare_site
from transit.sources.tables import Facts, VisitsReading, read_visits
from transit.sources.tables.shown import shown

if TYPE_CHECKING:
    from transit.sources.importing.trust import Trust
    from transit.sources.tables.visits import Faulty


@dataclass(frozen=True)
class TableOptions:
    """How a table is read where it does not say so itself; see ``read_visits``.

    ``stops`` is a table of the stops' positions, for line tables that have names only; ``line``
    names the line of a file that holds one.
    """

    columns: Mapping[str, str] | None = None
    sheet: str | None = None
    faulty: Faulty = "refuse"
    stops: Path | None = None
    line: str | None = None


def draft_of_table(  # noqa: PLR0913  (what a table does not say, each by name)
    path: str | Path,
    *,
    datum: Datum,
    facts: Facts,
    name: str | None = None,
    site: Site | None = None,
    crs: str | None = None,
    trust: Trust | None = None,
    review: pd.DataFrame | None = None,
    options: TableOptions = TableOptions(),
) -> Draft:
    """The network of the lines in the file ``path``, whose positions are in ``datum``.

    Without ``site`` there are no streets, and the study area is a box round the stops, in ``crs``
    or the metric CRS of its middle. ``trust`` is what positions are held against: a ``datum``
    that fits it clearly worse than another is refused. ``review`` is the table of merges of an
    earlier draft, with the planner's ``keep``. Raises ``DataError`` with every fault of the file.
    """
    path = Path(path)
    reading = read_visits(
        path, columns=options.columns, datum=datum, sheet=options.sheet, faulty=options.faulty,
        line=options.line,
    )  # fmt: skip
    raise_if(_other_datum(reading, datum))
    visits = placed(reading, options.stops, datum, facts) if options.stops else reading.frame
    _require_positions(reading, visits)
    written = visits[["lon", "lat"]].to_numpy()
    checked = None if trust is None else trust.of(visits, datum, reading.name)
    lonlat = to_wgs84(written, datum)
    made = consolidate(visits.assign(lon=lonlat[:, 0], lat=lonlat[:, 1]), review=review)
    site = site or bare_site(lonlat, crs)
    network = Network(
        name or path.stem,
        site.streets,
        feed_of(reading.lines, made.stops, made.calls, facts),
        box_in_metres(site.box, site.crs),
        site.stations,
        tuple(dict.fromkeys((facts.source, *site.sources))),
    )
    tables = {
        "columns": reading.understood,
        "left_out": reading.left_out,
        "line_doubts": reading.doubts,
        "merges": made.merges,
        "stop_doubts": made.doubts,
    }
    said = () if checked is None else checked.told
    tables |= {} if checked is None else {"datum": checked.table}
    told = [*_read(reading), *_datum(datum), *said, *_made(made), *_left(reading, made)]
    return Draft(network, site.box, facts.year, tuple(told), tables)


def _other_datum(reading: VisitsReading, datum: Datum) -> list[Problem]:
    if reading.datum_named in (None, datum):
        return []
    what = f"its columns say {reading.datum_named}, and {datum} is declared"
    return [Problem(reading.name, what, f"declare {reading.datum_named}, or rename the columns")]


def _require_positions(reading: VisitsReading, visits: pd.DataFrame) -> None:
    if visits["lon"].isna().any():
        mend = "add longitude and latitude, or give the stops' positions with --stops"
        raise DataError(Problem(reading.name, "has no positions of its stops", mend))


def _read(reading: VisitsReading) -> list[str]:
    used = reading.understood[reading.understood["taken_as"] != ""]
    unused = reading.understood.loc[reading.understood["taken_as"] == "", "column"]
    left = ", ".join(map(shown, unused))
    lines = reading.lines
    columns = "; ".join(f"{shown(row.column)} is {row.taken_as}" for row in used.itertuples())
    return [
        f"{reading.name}: {reading.shape}; {len(lines):,} line directions of "
        f"{lines['route_id'].nunique():,} lines, {len(reading.frame):,} calls.",
        f"Columns: {columns}." + (f" Not used: {left}." if left else ""),
        *(f"Note: {note}." for note in reading.notes),
    ]


def _datum(datum: Datum) -> list[str]:
    return [
        f"Positions are taken as {datum}"
        + (", and converted to WGS-84." if datum != "WGS-84" else ".")
    ]


def _made(made: Consolidation) -> list[str]:
    stops = made.stops
    several = stops.loc[stops["parent_station"] != "", "parent_station"].nunique()
    alone = int((stops["parent_station"] == "").sum())
    rules = made.merges.loc[made.merges["keep"] == "yes", "rule"].value_counts()
    asked = int((made.merges["keep"] == "no").sum())
    each = "; ".join(f"{rule}: {count:,}" for rule, count in rules.items())
    return [
        f"Stops: {len(stops):,} kerbs of {several + alone:,} places.",
        f"Made one or mended (import/merges.csv): {each or 'nothing'}. Not made: {asked:,}.",
    ]


def _left(reading: VisitsReading, made: Consolidation) -> list[str]:
    told = [
        f"{what} ({file}): {len(table):,}."
        for what, file, table in (
            ("Left out", "import/left_out.csv", reading.left_out),
            ("Doubts about lines", "import/line_doubts.csv", reading.doubts),
            ("Doubts about stops", "import/stop_doubts.csv", made.doubts),
        )
        if len(table)
    ]
    known = int(reading.lines["headway_secs"].notna().sum())
    return [*told, f"Headways are known of {known:,} line directions; of none else is any assumed."]
