"""The results of a study as a notebook shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from transit.card import ROWS_AT_MOST, Card, Section, change_text, value_text
from transit.study.kept import Outcome
from transit.study.plan import StudyCase
from transit.study.study import USUAL
from transit.study.tables import said_of
from transit.terms import terms

if TYPE_CHECKING:
    from transit.study.results import StudyResults


def study_card(results: StudyResults, language: str) -> Card:
    """What was run, the usual measures of each case with what changes, and where the page is."""
    said, study = terms(language), results.study
    facts = (
        (said["card_parks"], str(len({(one.area_id, one.park_id) for one in results.planned}))),
        (said["many_limit"], ", ".join(f"{limit:g} m" for limit in study.limits_m)),
        (said["card_crs"], ", ".join(dict.fromkeys(one.crs for one in results.areas))),
        (said["many_downloads"], "" if results.out is None else str(results.out / "index.html")),
    )
    faults = tuple(str(fault) for fault in results.faults[:ROWS_AT_MOST])
    cases = said["many_said_cases"].format(study.title or study.study, len(results.planned))
    section = _cases(results, language)
    return Card(said["many_card"], cases, facts, (section,), (*faults, said["card_mark"]), language)


def _cases(results: StudyResults, language: str) -> Section:
    """The first cases; park and limit where there are several."""
    said = terms(language)
    names = _measures(results.study.measure_names)
    cases = results.planned
    of_case: dict[str, Callable[[StudyCase], str]] = {
        "many_park": lambda case: case.park_name,
        "many_limit": lambda case: f"{case.limit_m:g} m",
        "many_scenario": lambda case: case.scenario or said["many_as_it_is"],
    }
    for key in ("many_park", "many_limit"):
        if len(set(map(of_case[key], cases))) == 1:
            del of_case[key]
    shown = results.outcomes[:ROWS_AT_MOST]
    rows = tuple(
        (*(text(one.case) for text in of_case.values()), *_figures(one, names)) for one in shown
    )
    return Section(
        said["many_results"],
        (*(said[key] for key in of_case), *(_title(name, language) for name in names)),
        rows,
        (*(key == "many_limit" for key in of_case), *(True for _ in names)),
        said["many_change_in_brackets"],
        len(results.outcomes) - len(shown),
    )


def _measures(asked: Sequence[str]) -> list[str]:
    return [name for name in asked if name in USUAL] or list(asked[: len(USUAL)])


def _title(name: str, language: str) -> str:
    told = said_of(name, language)
    has_unit = told["unit"] and not name.startswith(_SHARE)
    return f"{told['name']} ({told['unit']})" if has_unit else told["name"]


def _figures(outcome: Outcome, names: Sequence[str]) -> Iterator[str]:
    values = {value.measure: value for value in outcome.values}
    for name in names:
        value, share = values.get(name), name.startswith(_SHARE)
        if value is None:
            yield "–"
        elif outcome.case.scenario:
            change = change_text(value.before, value.after, share=share)
            yield f"{value_text(value.after, share=share)} ({change})"
        else:
            yield value_text(value.before, share=share)


_SHARE = "share_"
