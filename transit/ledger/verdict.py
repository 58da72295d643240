"""The verdict: better for all, or for whom not, in one sentence out of the ledger.

*Better for all* is said only when there is a gain and not a single loss; *worse for all* when there
is a loss and not a single gain. Otherwise both sides are named, those who lose the most first. A
park that gains one thing and loses another is named once, by what tells the most, and what speaks
against it stands behind a "but"; stops and lines stand on both sides. What is within the limit says
by which meaning of within. Nothing is weighed against anything.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from transit.ledger.places import (
    BUSES_NEAR,
    BUSES_WALK,
    DEPARTURES,
    LINE_GATES,
    LINE_NEAR,
    LINE_POINT,
    LINE_WALK,
    NEAREST,
    SHARE,
    STARTS,
    WALK_AREA,
)
from transit.ledger.ride import RIDE_TIME
from transit.ledger.service import BUSES, BUSES_CALLING, DAILY, LINE_CALLS
from transit.terms import spoken, terms, unit_said

NAMED = 3
"""So many of a kind are named on a side; the others are counted."""
_KINDS = {"park": "parks", "zone": "zones", "stop": "stops", "line": "lines"}
_TELLING = (BUSES_WALK, BUSES_NEAR, LINE_CALLS, BUSES_CALLING, BUSES, LINE_WALK, LINE_NEAR, STARTS,
            SHARE["walk"], SHARE["straight"], LINE_POINT, LINE_GATES, DAILY, *DEPARTURES.values(),
            NEAREST, WALK_AREA, RIDE_TIME)  # fmt: skip
"""What is said of a place first: the row of its own that tells the most."""


def verdict(ledger: pd.DataFrame, language: str = "en") -> str:
    """One sentence: better for all, worse for all, or for whom better and for whom worse.

    A star marks figures that rest on something indicative.
    """
    said = terms(language)
    gains, losses = (ledger[ledger["effect"] == effect] for effect in ("gain", "loss"))
    if ledger.empty:
        return said["verdict_nothing"]
    if losses.empty:
        return said["verdict_better"].format(_side(gains, language))
    if gains.empty:
        return said["verdict_worse"].format(_side(losses, language))
    better, worse = _apart(gains, losses), _apart(losses, gains, first=True)
    sides = [
        _side(rows, language, against)
        for rows, against in ((better, losses), (worse, gains))
        if not rows.empty
    ]
    return said["verdict_both" if len(sides) == 2 else "verdict_mixed"].format(*sides)


def _apart(rows: pd.DataFrame, others: pd.DataFrame, *, first: bool = False) -> pd.DataFrame:
    """``rows`` without the parks of which ``others`` tell more, or as much unless ``first``."""
    mine, theirs = _park_ranks(rows), _park_ranks(others)
    told = {
        park: theirs[park] < rank or (theirs[park] == rank and not first)
        for park, rank in mine.items()
        if park in theirs
    }
    moved = [park for park, elsewhere in told.items() if elsewhere]
    return rows[(rows["subject"] != "park") | ~rows["subject_name"].isin(moved)]


def _park_ranks(rows: pd.DataFrame) -> dict[str, int]:
    """By park the place in ``_TELLING`` of what tells the most of it."""
    parks = rows[rows["subject"] == "park"]
    found = _ranks(parks).groupby(parks["subject_name"]).min()
    return {str(park): int(rank) for park, rank in found.items()}


def _ranks(rows: pd.DataFrame) -> pd.Series:
    place = {what: rank for rank, what in enumerate(_TELLING)}
    return rows["what"].map(place).fillna(len(place))


def _side(rows: pd.DataFrame, language: str, against: pd.DataFrame | None = None) -> str:
    return terms(language)["verdict_join"].join(
        text
        for kind in _KINDS
        for text in _named(rows[rows["subject"] == kind], kind, language, against)
    )


def _named(
    rows: pd.DataFrame, kind: str, language: str, against: pd.DataFrame | None
) -> Iterator[str]:
    """The first ``NAMED`` of a kind with what tells the most, and how many others there are."""
    both = against if against is not None and kind == "park" else rows.head(0)
    places = [
        _told(name, own, language, both[(both["subject"] == kind) & (both["subject_name"] == name)])
        for name, own in rows.groupby("subject_name", sort=True)
    ]
    places.sort(key=lambda place: -place[0])
    yield from (text for _, text in places[:NAMED])
    others = len(places) - NAMED
    if others > 0:
        counted = _KINDS[kind] if others > 1 else kind
        yield terms(language)[f"verdict_more_{counted}"].format(others)


def _told(name: str, rows: pd.DataFrame, language: str, against: pd.DataFrame) -> tuple[float, str]:
    """How much it is, in buses an hour, and the words; with what speaks ``against`` it."""
    said = terms(language)
    first = _first(rows)
    figure, size = _figure(first, language)
    mark = "*" if rows["indicative"].any() else ""
    where = _within(first["what"].iloc[0], language)
    people = rows["people"].abs().max()
    counted = ""
    if people > 0:
        counted = said["verdict_people"].format(_signed(_largest(rows["people"]), 0))
    left = _left(first, language) + _but(against, language)
    return size, said["verdict_place"].format(name, figure, mark, where, counted, left)


def _first(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that tell the most."""
    ranks = _ranks(rows)
    return rows[ranks == ranks.min()]


def _but(against: pd.DataFrame, language: str) -> str:
    if against.empty:
        return ""
    first = _first(against)
    figure, _ = _figure(first, language)
    mark = "*" if against["indicative"].any() else ""
    where = _within(first["what"].iloc[0], language)
    return terms(language)["verdict_but"].format(figure, mark, where)


def _figure(rows: pd.DataFrame, language: str) -> tuple[str, float]:
    """What changes, in words, and its size in buses an hour (0 for what is none)."""
    said = terms(language)
    hourly, daily = rows["buses_per_hour"].sum(), rows["departures_a_day"].sum()
    row = rows.iloc[0]
    what = spoken(row["what"], language)
    if hourly:
        return said["verdict_hourly"].format(_signed(hourly, 1)), abs(hourly)
    if daily:
        return said["verdict_daily"].format(_signed(daily, 0)), abs(daily) / 24
    if row["unit"] == "share":
        return said["verdict_share"].format(_signed(row["change"] * 100, 1), what), 0.0
    if row["line"] and row["what"] != RIDE_TIME:
        return said["verdict_lines"].format(
            what, said["said_joiner"].join(sorted(set(rows["line"])))
        ), 0.0
    change = _signed(row["change"], 0 if row["unit"] == "m" else 1)
    return said["verdict_figure"].format(change, unit_said(row["unit"], language), what), 0.0


def _within(what: str, language: str) -> str:
    """By which meaning lines or buses are within the limit, where it is of these."""
    counted, within, where = what.partition(" within ")
    if counted not in ("line", "buses"):
        return ""
    meant = spoken(f"{within}{where}".strip(), language)
    return terms(language)["verdict_where"].format(meant)


def _left(rows: pd.DataFrame, language: str) -> str:
    """What is left to those who lose a line: how far its next stop is."""
    said = terms(language)
    lost = rows[(rows["effect"] == "loss") & (rows["what"] == LINE_CALLS)]
    if lost.empty:
        return ""
    row = lost.sort_values(["next_walk_m", "line"], ascending=[False, True]).iloc[0]
    if not row["next_stop"]:
        return said["verdict_gone"].format(row["line"])
    if pd.isna(row["next_walk_m"]):
        return said["verdict_next_straight"].format(row["line"], row["next_straight_m"])
    return said["verdict_next_walk"].format(row["line"], row["next_walk_m"])


def _largest(values: pd.Series) -> float:
    return float(values.loc[values.abs().idxmax()])


def _signed(value: float, digits: int) -> str:
    """A number with its sign; the minus is the typographic one."""
    return f"{value:+,.{digits}f}".replace("-", "−")
