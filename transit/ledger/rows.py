"""The rows of the ledger: one gain or loss each, whatever it is of.

A row says of whom (``subject``: park, zone, stop or line), ``what`` changed, in which ``unit``,
``before``, ``after`` and ``change``; ``effect`` says whether that is a gain or a loss. Swapping
before and after turns every gain into the same loss.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

Row = dict[str, object]

_TEXTS = (
    "effect", "subject", "subject_id", "subject_name", "line", "what", "unit", "lines_there",
    "next_stop", "other_line", "other_stop",
)  # fmt: skip
LEDGER_COLUMNS = [
    "effect", "subject", "subject_id", "subject_name", "line", "direction_id", "what", "unit",
    "before", "after", "change", "buses_per_hour", "departures_a_day", "people", "jobs",
    "lines_there", "next_stop", "next_straight_m", "next_walk_m", "other_line", "other_stop",
    "other_walk_m", "other_buses_per_hour", "other_stops_reached", "other_stops_wanted",
    "indicative",
]  # fmt: skip
"""Besides what every row says: ``line`` and ``direction_id`` (missing where it is of no line); the
changes in ``buses_per_hour`` (07:00–09:00) and ``departures_a_day``, and in ``people`` and
``jobs`` within the limit; for a loss what is left: ``lines_there`` (at the stop afterwards),
``next_stop`` (the nearest at which the line still calls in that direction), and ``other_line`` (the
line of the most use instead: see ``transit.ledger.left``)."""


def ledger_row(  # noqa: PLR0913  (what every row says)
    subject: str,
    subject_id: str,
    subject_name: str,
    what: str,
    unit: str,
    before: float,
    after: float,
    *,
    less_is_better: bool = False,
    indicative: bool,
    **more: object,
) -> Row:
    """One gain or loss, from a value before and after."""
    better = (after > before) != less_is_better
    return {
        "effect": "gain" if better else "loss",
        "subject": subject,
        "subject_id": subject_id,
        "subject_name": subject_name,
        "what": what,
        "unit": unit,
        "before": before,
        "after": after,
        "change": after - before,
        "indicative": indicative,
        **more,
    }


def service_rows(  # noqa: PLR0913
    subject: str,
    subject_id: str,
    subject_name: str,
    what: tuple[str, str],
    hourly: tuple[float, float],
    daily: tuple[float, float],
    *,
    indicative: bool,
    **more: object,
) -> Iterator[Row]:
    """Gains and losses of buses an hour and a day, each given before and after.

    One row where both change alike. Where the hour stays, or goes the other way, the day has a row
    of its own: ``what`` names the two. Sums in another order differ by under 1e-9.
    """
    per_hour, per_day = (round(now - was, 9) for was, now in (hourly, daily))
    alike = per_hour * per_day >= 0

    def row(name: str, unit: str, sides: tuple[float, float]) -> Row:
        return ledger_row(
            subject, subject_id, subject_name, name, unit, *sides, indicative=indicative
        )

    if per_hour:
        with_day = per_day if alike else 0.0
        changes = {"buses_per_hour": per_hour, "departures_a_day": with_day}
        yield row(what[0], "buses/h", hourly) | changes | more
    if per_day and not (per_hour and alike):
        changes = {"buses_per_hour": 0.0, "departures_a_day": per_day}
        yield row(what[1], "departures/day", daily) | changes | more


def as_ledger(rows: Iterable[Row]) -> pd.DataFrame:
    """The rows as a table with ``LEDGER_COLUMNS``, of the same kinds however many there are."""
    texts = dict.fromkeys(_TEXTS, "")
    table = pd.DataFrame([texts | row for row in rows], columns=LEDGER_COLUMNS)
    kinds = dict.fromkeys(LEDGER_COLUMNS, "float64") | dict.fromkeys(_TEXTS, "str")
    return table.astype(kinds | {"direction_id": "Int64", "indicative": "bool"})
