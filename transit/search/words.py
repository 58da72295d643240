"""What a search found, in words and a small table, as a planner would read it out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from transit.search.catalogue import Budget, Catalogue
from transit.search.suggestions import Standing, Suggestions

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

MARK = "*"
NOTES = (
    "Costs are more than today: vehicles at the busiest time, km a day in service, minutes of the "
    "cycle with layover, at today's headways.",
    "Every candidate within the budget had its measure worked out in full; none was screened away.",
    f"{MARK} indicative: rests on something assumed or digitised by this project.",
)


def search_answer(found: Suggestions, standings: Sequence[Standing] = ()) -> RenderableType:
    """The best few, what was tried, and where the given scenarios stand."""
    from rich.console import Group
    from rich.text import Text

    question = found.question
    title = (
        f"{question.park.park_name}: best changes by {question.name}, {question.better} is better"
    )
    lines = [
        f"{question.name}: {question.definition}; today {question.before:.6g} {question.unit}. "
        f"Limit {question.limit_m:g} m. Budget: {_budget(question.budget)}.",
        _catalogue(found.catalogue),
        "; ".join(f"{name}: {count:,}" for name, count in found.counts.items()),
    ]
    return Group(
        Text(title, style="bold"),
        *map(Text, lines),
        _best_table(found.best) if len(found.best) else Text("Nothing tried is better than today."),
        *(Text(f"  {row.scenario}: {row.verdict}") for row in found.best.itertuples()),
        *(Text(line) for line in _standing_lines(standings, question.unit)),
        *(Text(f"not searched: {fault}") for fault in found.left_out),
        *(Text(note, style="dim") for note in NOTES),
    )


def standing_table(standings: Sequence[Standing]) -> pd.DataFrame:
    """One row a given scenario: the fields of ``Standing``, its cost in three columns."""
    import pandas as pd

    rows = [
        {name: getattr(one, name) for name in ("scenario", "status", "why", "rank", "of", "equal")}
        | {"gain": one.gain, "vehicles": one.cost.vehicles, "km_a_day": one.cost.km_a_day,
           "minutes": one.cost.minutes, "same_as": one.same_as}
        for one in standings
    ]  # fmt: skip
    columns = ["scenario", "status", "why", "rank", "of", "equal", "gain", "vehicles", "km_a_day",
               "minutes", "same_as"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).astype({"rank": "Int64", "equal": "Int64"})


def _best_table(best: pd.DataFrame) -> RenderableType:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("rank", "ties", "alike", "scenario", "change", "after", "gain", "vehicles",
                 "km/day", "min", "gain/100 km", "losses"):  # fmt: skip
        table.add_column(name, overflow="fold")
    for row in best.itertuples():
        table.add_row(
            str(row.rank), str(row.equal), str(row.alike), row.scenario,
            escape(row.what) + (MARK if row.indicative else ""), f"{row.after:.6g}",
            f"{row.gain:+.4g}", _number(row.vehicles, "+.0f"), _number(row.km_a_day, "+.1f"),
            _number(row.minutes, "+.1f"), _number(row.gain_per_100_km, ".4g"), str(row.losses),
        )  # fmt: skip
    return table


def _standing_lines(standings: Sequence[Standing], unit: str) -> Iterable[str]:
    for one in standings:
        place = (
            f"rank {one.rank:,} of {one.of:,}, {one.equal:,} of them equal"
            if one.rank
            else f"not ranked: {one.status}, {one.why}"
        )
        is_in = f"it is {one.same_as}" if one.same_as else "not in the catalogue as it stands"
        cost = (
            f"{_number(one.cost.vehicles, '+.0f')} vehicles, "
            f"{_number(one.cost.km_a_day, '+.1f')} km/day, {_number(one.cost.minutes, '+.1f')} min"
        )
        yield f"{one.scenario}: {place}; gain {_number(one.gain, '+.4g')} {unit}; {cost}; {is_in}"


def _budget(budget: Budget) -> str:
    parts = []
    if budget.vehicles is not None:
        parts.append(f"{budget.vehicles} vehicles more")
    if budget.km_a_day is not None:
        parts.append(f"{budget.km_a_day:g} km a day more")
    return " and ".join(parts) or "no limit"


def _catalogue(catalogue: Catalogue) -> str:
    lines = "、".join(catalogue.lines) or f"all within {catalogue.lines_within_m:g} m"
    return (
        f"Tried: {', '.join(catalogue.verbs)}; lines: {lines}; stops within "
        f"{catalogue.stops_within_m:g} m and {len(catalogue.places)} proposed; at most "
        f"{catalogue.most_stops} stops an end, {catalogue.longest_m:g} m of new hops."
    )


def _number(value: float, form: str) -> str:
    return format(value, form) if value == value else "–"  # noqa: PLR0124
