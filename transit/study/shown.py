"""The results of a study as a notebook shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from transit.card import ROWS_AT_MOST, Card, Section, value_text
from transit.study.kept import Outcome
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
    said = terms(language)
    wanted = results.study.measure_names
    names = [name for name in wanted if name in USUAL] or list(wanted[: len(USUAL)])
    told = [said_of(name, language) for name in names]
    measures = (f"{one['name']} ({one['unit']})" if one["unit"] else one["name"] for one in told)
    shown = results.outcomes[:ROWS_AT_MOST]
    rows = tuple(tuple(_row(outcome, names, said["many_as_it_is"])) for outcome in shown)
    return Section(
        said["many_results"],
        (said["many_park"], said["many_limit"], said["many_scenario"], *measures),
        rows,
        (False, True, False, *(True for _ in names)),
        said["many_change_in_brackets"],
        len(results.outcomes) - len(shown),
    )


def _row(outcome: Outcome, names: list[str], as_it_is: str) -> Iterator[str]:
    case = outcome.case
    yield from (case.park_name, f"{case.limit_m:g} m", case.scenario or as_it_is)
    values = {value.measure: value for value in outcome.values}
    for name in names:
        value, share = values.get(name), name.startswith("share_")
        if value is None:
            yield "–"
        elif not case.scenario:
            yield value_text(value.before, share=share)
        else:
            change = value_text(value.after - value.before, share=share)
            signed = change if change[0] in "−0–≈" else f"+{change}"
            yield f"{value_text(value.after, share=share)} ({signed})"
