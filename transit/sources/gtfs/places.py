"""Stops and lines of a feed in the project's tables; stations become the places of their kerbs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from transit.errors import Problem
from transit.parsing import parse
from transit.schema import ROUTES, STOPS, Table
from transit.sources.gtfs.fields import clean, number, repeated, unknown, whole
from transit.sources.gtfs.texts import FeedTexts, listed

KINDS = ("stops", "stations", "entrances", "generic nodes", "boarding areas")
"""What ``location_type`` 0 to 4 means; empty is 0."""


@dataclass(frozen=True)
class Origin:
    """What every row of a feed says of itself where the feed does not: year and source."""

    year: int
    source: str


def location_types(feed: FeedTexts) -> pd.Series:
    """The kind of each row of stops.txt, 0 to 4."""
    return feed.tables["stops.txt"]["location_type"].replace("", "0")


def stop_problems(feed: FeedTexts, called: Collection[str]) -> list[Problem]:
    """What is wrong with ids, kinds, parents and positions of stops; ``called`` are in use."""
    file = "stops.txt"
    problems = whole(feed, file, "location_type", most=4)[1]
    problems += repeated(feed, file, ["stop_id"])
    table = feed.tables[file]
    problems += unknown(feed, file, "parent_station", file, table["stop_id"])
    problems += number(feed, file, "stop_lat", least=-90, most=90)[1]
    problems += number(feed, file, "stop_lon", least=-180, most=180)[1]
    here = table[table["stop_id"].isin(set(called))]
    kinds = location_types(feed)[here.index]
    problems += listed(
        [
            Problem(feed.where(file, row), f"{stop!r} is called at, and is of the {_kind(kind)}",
                    "let stop_times name a stop (location_type 0)")
            for row, stop, kind in zip(here.index, here["stop_id"], kinds, strict=True)
            if kind not in ("0", "4")
        ]
    )  # fmt: skip
    nowhere = here[(here["stop_lat"] == "") | (here["stop_lon"] == "")]
    problems += listed(
        [
            Problem(
                feed.where(file, row), f"{stop!r} has no position", "give stop_lat and stop_lon"
            )
            for row, stop in nowhere["stop_id"].items()
        ]
    )
    return problems + _circles(feed, table)


def _kind(location_type: str) -> str:
    return KINDS[int(location_type)] if location_type in "01234" else "unknown kinds"


def _circles(feed: FeedTexts, table: pd.DataFrame) -> list[Problem]:
    """Stops that are, over several steps, their own parent."""
    parent = dict(zip(table["stop_id"], table["parent_station"], strict=True))
    row = dict(zip(table["stop_id"], table.index, strict=True))
    safe: set[str] = set()
    problems = []
    for stop in parent:
        chain = [stop]
        while (above := parent.get(chain[-1], "")) and above not in safe and above not in chain:
            chain.append(above)
        if above and above in chain:
            circle = [*chain[chain.index(above) :], above]
            what = f"is its own parent_station: {' → '.join(circle)}"
            where = feed.where("stops.txt", row[above], "parent_station")
            problems.append(Problem(where, what, "empty parent_station of the station among them"))
        safe.update(chain)
    return listed(problems)


def stops_of(
    feed: FeedTexts, called: Collection[str], origin: Origin
) -> tuple[pd.DataFrame, list[Problem]]:
    """The stops table: every boarding place that has a position, and what is wrong with them.

    A boarding area counts as a stop where trips call at it. A stop's ``parent_station`` is the
    station at the top, wherever in it the stop lies.
    """
    table = feed.tables["stops.txt"]
    kind = location_types(feed)
    own = (kind == "0") | ((kind == "4") & table["stop_id"].isin(set(called)))
    table = table[own & (table["stop_lat"] != "") & (table["stop_lon"] != "")]
    names = clean(table["stop_name"])
    above = _tops(feed)
    frame = pd.DataFrame(
        {
            "stop_id": table["stop_id"],
            "stop_name": names.where(names != "", table["stop_id"]),
            "stop_lon": table["stop_lon"],
            "stop_lat": table["stop_lat"],
            "district": clean(table["transit_district"]),
            "parent_station": table["stop_id"].map(above),
        }
    )
    own = table["transit_parent_station"]
    frame["parent_station"] = frame["parent_station"].where(own == "", own)
    return parsed(feed, "stops.txt", _with_origin(frame, table, origin), STOPS)


def _tops(feed: FeedTexts) -> dict[str, str]:
    """The station that each stop belongs to, over any number of steps."""
    table = feed.tables["stops.txt"]
    parent = dict(zip(table["stop_id"], table["parent_station"], strict=True))
    tops = {}
    for stop in parent:
        above, seen = stop, {stop}
        while parent.get(above, "") and parent[above] not in seen:
            above = parent[above]
            seen.add(above)
        tops[stop] = "" if above == stop else above
    return tops


def routes_of(feed: FeedTexts, origin: Origin) -> tuple[pd.DataFrame, list[Problem]]:
    """The routes table, and what is wrong with it; a colour that is none is left out."""
    table = feed.tables["routes.txt"]
    ids = table["route_id"]
    short, long = (clean(table[name]) for name in ("route_short_name", "route_long_name"))
    colour = table["route_color"].where(table["route_color"].str.fullmatch("[0-9A-Fa-f]{6}"), "")
    frame = pd.DataFrame(
        {
            "route_id": ids,
            "route_short_name": short.where(short != "", long.where(long != "", ids)),
            "route_long_name": long,
            "route_type": table["route_type"],
            "route_color": colour,
        }
    )
    return parsed(feed, "routes.txt", _with_origin(frame, table, origin), ROUTES)


def _with_origin(frame: pd.DataFrame, table: pd.DataFrame, origin: Origin) -> pd.DataFrame:
    """``frame`` with the marks that ``table`` has, else those of the feed."""
    marks = {"indicative": "false", "year": str(origin.year), "source": origin.source}
    return frame.assign(
        **{
            name: table[f"transit_{name}"].where(table[f"transit_{name}"] != "", otherwise)
            for name, otherwise in marks.items()
        }
    )


def parsed(
    feed: FeedTexts, file: str, frame: pd.DataFrame, declared: Table
) -> tuple[pd.DataFrame, list[Problem]]:
    """``frame`` of texts as ``declared`` says, faults named by the rows of ``file``."""
    labels = [f"row {row}" for row in frame.index]
    known = frame[[name for name in declared.names if name in frame]]
    made, problems = parse(
        known.reset_index(drop=True), declared, where=feed.where(file), labels=labels
    )
    return made, listed(problems)
