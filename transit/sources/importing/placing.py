"""Positions of calls out of a table of stops, for line tables that have names only."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from transit.datum import Datum, from_wgs84
from transit.errors import Problem, did_you_mean, raise_if
from transit.schema import STOPS
from transit.sources.tables import Facts, VisitsReading, read_places


def placed(reading: VisitsReading, stops: Path, datum: Datum, facts: Facts) -> pd.DataFrame:
    """The calls of ``reading`` with the positions that the table ``stops`` has, in ``datum``.

    They are told by stop id where the calls have ids, else by name, which must then be one place
    of the table. Raises ``DataError`` naming every stop that it lacks or has twice.
    """
    known = read_places(stops, STOPS, datum=datum, facts=facts).frame
    key = "stop_id" if (reading.frame["stop_id"] != "").all() else "stop_name"
    wanted = set(reading.frame[key])
    lacking = sorted(wanted - set(known[key]))
    twice = sorted(wanted & set(known.loc[known.duplicated(key, keep=False), key]))
    raise_if(
        [
            Problem(f"{reading.name} {name}", f"is not in {stops.name}",
                    f"add it, or correct the name ({did_you_mean(name, known[key])})")
            for name in lacking
        ]
        + [
            Problem(f"{stops.name} {name}", "stands there more than once",
                    "give the calls a column of stop ids: the name does not tell which is meant")
            for name in twice
        ]
    )  # fmt: skip
    at = known.set_index(key)[["stop_lon", "stop_lat"]].loc[reading.frame[key]]
    lonlat = from_wgs84(at.to_numpy(), datum)
    return reading.frame.assign(lon=lonlat[:, 0], lat=lonlat[:, 1])
