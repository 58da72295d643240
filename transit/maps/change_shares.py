"""What each change of a scenario contributes, as a table beside the difference."""

from __future__ import annotations

from collections.abc import Sequence

from transit.analysis.measures import park_measures
from transit.attribution.attribute import EXACT_UP_TO, Attribution, attribute
from transit.comparison import Case
from transit.errors import TransitError
from transit.maps.base import Words
from transit.pages.content import FactTable
from transit.scenario.words import change_titles

_VIEW = ("diff",)
_ASKED = (
    ("share_walk_morning", "lines_within_walk", "buses_per_hour_walk"),
    ("share_walk", "lines_within_walk", "buses_per_hour_walk"),
    ("share_straight", "lines_within_outline", "buses_per_hour"),
)
"""The measures shared out: the first of which all are known before and after."""
_SMALL = 0.005

Shared = tuple[Attribution | None, ...]
"""One attribution a case; none where a scenario has one change or too many, or one is unknown."""


def shares_of(cases: Sequence[Case]) -> Shared:
    """What the changes of each case contribute, worked out exactly over all their subsets."""
    return tuple(_shared(case) for case in cases)


def share_tables(
    cases: Sequence[Case], shared: Shared, words: Words, language: str
) -> list[FactTable]:
    """One table a park: a row a change and one of them all, a column a measure.

    Where the scenario has several changes and they are not shared out, that is said.
    """
    count = len(cases[0].scenario.changes)
    if count < 2:
        return []
    if count > EXACT_UP_TO:
        return [FactTable(words["shares_too_many"].format(count, EXACT_UP_TO), (), (), views=_VIEW)]
    return [
        _table(case, one, words, language) if one
        else FactTable(words["shares_unknown"].format(case.park.park_name), (), (), views=_VIEW)
        for case, one in zip(cases, shared, strict=True)
    ]  # fmt: skip


def _shared(case: Case) -> Attribution | None:
    if not 2 <= len(case.scenario.changes) <= EXACT_UP_TO:
        return None
    known = set(park_measures(case.before)["measure"]) & set(park_measures(case.after)["measure"])
    asked = next((names for names in _ASKED if known.issuperset(names)), None)
    if asked is None:
        return None
    before = case.before
    try:
        return attribute(
            before.network, case.scenario, asked, case.park, limit_m=before.limit_m
        )  # fmt: skip
    except TransitError:
        # Some subset of the changes cuts a gate off, so that nothing can be measured there.
        return None


def _table(case: Case, shared: Attribution, words: Words, language: str) -> FactTable:
    measures = [one.name for one in shared.asked]
    shares = shared.table.pivot_table(
        index="changes", columns="measure", values="shapley", sort=False
    )
    totals = shared.totals.set_index("measure")["total"]
    titles = change_titles(case.scenario, language)
    rows = [
        (title, *(_said(name, shares[name].iloc[place], words) for name in measures))
        for place, title in enumerate(titles)
    ]
    rows.append((words["shares_total"], *(_said(name, totals[name], words) for name in measures)))
    marked = any(one.indicative for one in shared.asked)
    return FactTable(
        words["table_shares"].format(case.park.park_name),
        (words["shares_change"], *(words[f"shares_{name}"] for name in measures)),
        tuple(rows),
        words["shares_note"].format(case.before.limit_m) + _needs(shared, words),
        views=_VIEW,
        indicative=(marked,) * len(rows),
    )


def _needs(shared: Attribution, words: Words) -> str:
    """Which changes cannot be made without which others; empty where all stand alone."""
    first = shared.table[shared.table["measure"] == shared.asked[0].name]
    return "".join(
        words["shares_needs"].format(row.changes, row.depends_on)
        for row in first.itertuples()
        if row.depends_on
    )


def _said(measure: str, value: float, words: Words) -> str:
    share = measure.startswith("share")
    shown = value * 100 if share else value
    if abs(shown) < _SMALL:
        return "0"
    return words["shares_points" if share else "shares_number"].format(shown)
