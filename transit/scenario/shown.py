"""A scenario as a notebook shows it: its changes in words, in order, and what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transit.card import ROWS_AT_MOST, Card, Section
from transit.scenario.words import change_lines, is_indicative
from transit.terms import terms

if TYPE_CHECKING:
    from transit.scenario.scenario import Scenario


def scenario_card(scenario: Scenario, language: str) -> Card:
    """One row a change, numbered in the order in which they are made."""
    said = terms(language)
    network = scenario.network
    facts = (
        (said["column_status"], said.get(f"card_status_{scenario.status}", scenario.status)),
        (said["card_date"], scenario.date),
        (said["card_author"], scenario.author),
        (said["card_made_for"], f"{network.name} {network.fingerprint}".strip() if network else ""),
        (said["column_source"], scenario.source),
    )
    title = " · ".join(filter(None, (scenario.name, scenario.title)))
    changes = (_changes(scenario, language),) if scenario.changes else ()
    notes = () if scenario.changes else (said["card_no_change"],)
    return Card(said["column_scenario"], title, facts, changes, notes, language)


def _changes(scenario: Scenario, language: str) -> Section:
    said = terms(language)
    lines = [line.partition(". ") for line in change_lines(scenario, language)]
    rows = tuple(
        (number, words, said["indicative"] if is_indicative(change) else "", change.note,
         change.source)
        for (number, _, words), change in zip(lines, scenario.changes, strict=True)
    )[:ROWS_AT_MOST]  # fmt: skip
    header = (said["card_number"], said["card_change"], said["indicative"], said["card_note"],
              said["column_source"])  # fmt: skip
    filled = [place for place in range(5) if place < 2 or any(row[place] for row in rows)]
    return Section(
        said["card_changes"].format(len(scenario.changes)),
        tuple(header[place] for place in filled),
        tuple(tuple(row[place] for place in filled) for row in rows),
        tuple(place == 0 for place in filled),
        said["card_changes_note"],
        len(scenario.changes) - len(rows),
    )
