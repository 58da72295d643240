"""What a search found, in words and a small table, in either language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from transit.search.catalogue import Budget, Catalogue
from transit.search.suggestions import Standing, Suggestions
from transit.search.trials import Question
from transit.terms import measure_said, spoken, terms, unit_said

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

MARK = "*"
_NOTES = ("suggest_note_cost", "suggest_note_full", "part_note_mark")
_HEADS = ("rank", "ties", "alike", "scenario", "change", "after", "gain", "vehicles", "km", "min",
          "gain_per_100_km", "losses")  # fmt: skip


def search_answer(
    found: Suggestions, standings: Sequence[Standing] = (), language: str = "en"
) -> RenderableType:
    """The best few, what was tried, and where the given scenarios stand."""
    from rich.console import Group
    from rich.text import Text

    said, question = terms(language), found.question
    better = said["suggest_more" if question.better == "more" else "suggest_less"]
    name = measure_said(question.name, language)
    title = said["suggest_title"].format(question.park.park_name, name, better)
    counts = said["said_and"].join(
        said["suggest_count"].format(spoken(status, language), count)
        for status, count in found.counts.items()
    )
    best: RenderableType = Text(said["suggest_nothing"])
    if len(found.best):
        best = _best_table(found.best, question.unit, language)
    verdicts = found.comparison.verdicts(language) if found.comparison else {}
    return Group(
        Text(title, style="bold"),
        Text(_asked(question, language)),
        Text(_catalogue(found.catalogue, language)),
        Text(counts),
        best,
        *(Text(f"  {said['suggest_verdict'].format(*one)}") for one in verdicts.items()),
        *(Text(line) for line in _standing_lines(standings, question.unit, language)),
        *(Text(said["suggest_not_searched"].format(fault)) for fault in found.left_out),
        *(Text(said[note], style="dim") for note in _NOTES),
    )


def _asked(question: Question, language: str) -> str:
    """The measure, its value today, the limit and the budget."""
    return terms(language)["suggest_question"].format(
        measure_said(question.name, language), spoken(question.definition, language),
        _valued(question.before, question.unit, language), question.limit_m,
        _budget(question.budget, language),
    )  # fmt: skip


def _is_share(unit: str) -> bool:
    return unit.startswith("share")


def _valued(value: float, unit: str, language: str) -> str:
    """A value with its unit; of shares, what they are of stands in brackets."""
    figure, named = _figure(value, unit), unit_said(unit, language)
    if _is_share(unit) and named:
        return terms(language)["titled_unit"].format(figure, named)
    return f"{figure} {named}".rstrip()


def _figure(value: float, unit: str) -> str:
    """A value without its unit; shares in per cent."""
    return f"{100 * value:.4g} %" if _is_share(unit) else f"{value:.6g}"


def _gained(gain: float, unit: str, language: str) -> str:
    """What is gained with its unit; of shares in percentage points."""
    factor, unit = (100, "points") if _is_share(unit) else (1, unit)
    return f"{_number(factor * gain, '+.4g')} {unit_said(unit, language)}".rstrip()


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


def _best_table(best: pd.DataFrame, unit: str, language: str) -> RenderableType:
    from rich.markup import escape
    from rich.table import Table

    said = terms(language)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for head in _HEADS:
        table.add_column(said[f"suggest_{head}"], overflow="fold")
    for row in best.itertuples():
        table.add_row(
            str(row.rank), str(row.equal), str(row.alike), row.scenario,
            escape(_changed(row.what, language)) + (MARK if row.indicative else ""),
            _figure(row.after, unit), _gained(row.gain, unit, language),
            _number(row.vehicles, "+.0f"), _number(row.km_a_day, "+.1f"),
            _number(row.minutes, "+.1f"),
            _number((100 if _is_share(unit) else 1) * row.gain_per_100_km, ".4g"), str(row.losses),
        )  # fmt: skip
    return table


def _changed(what: str, language: str) -> str:
    """What is changed, in words; of a pair each part."""
    return terms(language)["said_and"].join(spoken(one, language) for one in what.split("; "))


def _standing_lines(standings: Sequence[Standing], unit: str, language: str) -> Iterable[str]:
    said = terms(language)
    for one in standings:
        why = spoken(one.why, language)
        place = (
            said["suggest_place"].format(one.rank, one.of, one.equal)
            if one.rank
            else said["suggest_no_place"].format(spoken(one.status, language), why)
        )
        same = said["suggest_same"].format(one.same_as) if one.same_as else said["suggest_not_same"]
        cost = said["suggest_cost"].format(
            _number(one.cost.vehicles, "+.0f"), _number(one.cost.km_a_day, "+.1f"),
            _number(one.cost.minutes, "+.1f"),
        )  # fmt: skip
        gain = _gained(one.gain, unit, language)
        yield said["suggest_standing"].format(one.scenario, place, gain, cost, same)


def _budget(budget: Budget, language: str) -> str:
    said, parts = terms(language), []
    if budget.vehicles is not None:
        parts.append(said["suggest_more_vehicles"].format(budget.vehicles))
    if budget.km_a_day is not None:
        parts.append(said["suggest_more_km"].format(budget.km_a_day))
    return said["suggest_and"].join(parts) or said["suggest_no_limit"]


def _catalogue(catalogue: Catalogue, language: str) -> str:
    said = terms(language)
    lines = said["said_joiner"].join(catalogue.lines)
    verbs = said["said_joiner"].join(said[f"suggest_verb_{verb}"] for verb in catalogue.verbs)
    return said["suggest_tried"].format(
        verbs, lines or said["suggest_lines_within"].format(catalogue.lines_within_m),
        catalogue.stops_within_m, len(catalogue.places), catalogue.most_stops,
        catalogue.longest_m,
    )  # fmt: skip


def _number(value: float, form: str) -> str:
    return format(value, form) if value == value else "–"  # noqa: PLR0124
