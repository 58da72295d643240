"""The verdict: better for all, or for whom not, in one sentence out of the ledger.

*Better for all* is said only when there is a gain and not a single loss; *worse for all* when there
is a loss and not a single gain. Otherwise both sides are named, those who lose the most first; a
place that gains one thing and loses another stands on both. What is within the limit says by which
meaning of within. Nothing is weighed against anything.
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

NAMED = 3
"""So many of a kind are named on a side; the others are counted."""
_KINDS = {"park": "parks", "zone": "zones", "stop": "stops", "line": "lines"}
_TELLING = (BUSES_WALK, BUSES_NEAR, LINE_CALLS, BUSES_CALLING, BUSES, LINE_WALK, LINE_NEAR, STARTS,
            LINE_POINT, LINE_GATES, DAILY, *DEPARTURES.values(), SHARE["walk"], SHARE["straight"],
            NEAREST, WALK_AREA, RIDE_TIME)  # fmt: skip
"""What is said of a place first: the row of its own that tells the most."""


def verdict(ledger: pd.DataFrame) -> str:
    """One sentence: better for all, worse for all, or for whom better and for whom worse.

    A star marks figures that rest on something indicative.
    """
    gains, losses = (ledger[ledger["effect"] == effect] for effect in ("gain", "loss"))
    if ledger.empty:
        return "Changes nothing for anyone."
    if losses.empty:
        return f"Better for all: {_side(gains)}."
    if gains.empty:
        return f"Worse for all: {_side(losses)}."
    return f"Better for {_side(gains)}; worse for {_side(losses)}."


def _side(rows: pd.DataFrame) -> str:
    return ", ".join(
        text for kind in _KINDS for text in _named(rows[rows["subject"] == kind], kind)
    )


def _named(rows: pd.DataFrame, kind: str) -> Iterator[str]:
    """The first ``NAMED`` of a kind with what tells the most, and how many others there are."""
    places = [_told(name, own) for name, own in rows.groupby("subject_name", sort=True)]
    places.sort(key=lambda place: -place[0])
    yield from (text for _, text in places[:NAMED])
    others = len(places) - NAMED
    if others > 0:
        yield f"{others} more {_KINDS[kind] if others > 1 else kind}"


def _told(name: str, rows: pd.DataFrame) -> tuple[float, str]:
    """How much it is, in buses an hour, and the words."""
    place = {what: rank for rank, what in enumerate(_TELLING)}
    ranks = rows["what"].map(place).fillna(len(place))
    first = rows[ranks == ranks.min()]
    figure, size = _figure(first)
    mark = "*" if rows["indicative"].any() else ""
    where = _within(first["what"].iloc[0])
    people = rows["people"].abs().max()
    counted = f", {_signed(_largest(rows['people']), 0)}* people" if people > 0 else ""
    return size, f"{name} ({figure}{mark}{where}{counted}{_left(first)})"


def _figure(rows: pd.DataFrame) -> tuple[str, float]:
    """What changes, in words, and its size in buses an hour (0 for what is none)."""
    hourly, daily = rows["buses_per_hour"].sum(), rows["departures_a_day"].sum()
    row = rows.iloc[0]
    if hourly:
        return f"{_signed(hourly, 1)} buses/h", abs(hourly)
    if daily:
        return f"{_signed(daily, 0)} departures a day", abs(daily) / 24
    if row["unit"] == "share":
        return f"{_signed(row['change'] * 100, 1)} points {row['what']}", 0.0
    if row["line"] and row["what"] != RIDE_TIME:
        lines = "、".join(sorted(set(rows["line"])))
        return f"{row['what']}: {lines}", 0.0
    digits = 0 if row["unit"] == "m" else 1
    return f"{_signed(row['change'], digits)} {row['unit']} {row['what']}", 0.0


def _within(what: str) -> str:
    """By which meaning lines or buses are within the limit, where it is of these."""
    counted, within, where = what.partition(" within ")
    return f"{within}{where}".rstrip() if counted in ("line", "buses") else ""


def _left(rows: pd.DataFrame) -> str:
    """What is left to those who lose a line: how far its next stop is."""
    lost = rows[(rows["effect"] == "loss") & (rows["what"] == LINE_CALLS)]
    if lost.empty:
        return ""
    row = lost.sort_values(["next_walk_m", "line"], ascending=[False, True]).iloc[0]
    if not row["next_stop"]:
        return f", {row['line']} no longer runs"
    if pd.isna(row["next_walk_m"]):
        return f", next stop of {row['line']} {row['next_straight_m']:,.0f} m away, straight"
    return f", next stop of {row['line']} {row['next_walk_m']:,.0f} m walk away"


def _largest(values: pd.Series) -> float:
    return float(values.loc[values.abs().idxmax()])


def _signed(value: float, digits: int) -> str:
    """A number with its sign; the minus is the typographic one."""
    return f"{value:+,.{digits}f}".replace("-", "−")
