"""An attribution as a notebook shows it: what each change contributes, measure by measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transit.card import Card, table_section
from transit.scenario.words import change_lines
from transit.terms import terms

if TYPE_CHECKING:
    from transit.attribution.attribute import Attribution

_SHARES = ["measure", "unit", "changes", "what", "alone", "last", "shapley", "of_total",
           "indicative"]  # fmt: skip
_TOTALS = ["measure", "unit", "before", "after", "total", "interaction", "method", "definition",
           "indicative"]  # fmt: skip


def attribution_card(attribution: Attribution, language: str) -> Card:
    """The share of each change in the whole effect, and the whole effect itself."""
    said, scenario = terms(language), attribution.scenario
    words = [line.partition(". ")[2] for line in change_lines(scenario, language)]
    parts = ["; ".join(words[place] for place in places) for places in attribution.parts]
    shares = attribution.table.assign(what=parts * len(attribution.asked))
    sections = (
        table_section(said["card_shares"], shares[_SHARES], language),
        table_section(said["card_totals"], attribution.totals[_TOTALS], language),
    )
    title = " · ".join(filter(None, (scenario.name, scenario.title)))
    notes = (said["card_shapley"], said["card_mark"])
    return Card(said["card_attribution"], title, (), sections, notes, language)
