"""A comparison as a notebook shows it: verdicts, and what changes for the parks, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from transit.analysis.brief import Brief
from transit.card import ROWS_AT_MOST, Card, Section, change_text, value_text
from transit.model.network import Network
from transit.terms import measure_said, terms, unit_said

_SCENARIOS_AT_MOST = 4
"""Scenarios side by side in one table; more are in the comparison's own."""


def comparison_card(  # noqa: PLR0913  (what a comparison holds)
    base: Network,
    before: Sequence[Brief],
    verdicts: Mapping[str, str],
    changed: pd.DataFrame,
    ledger: pd.DataFrame,
    language: str,
) -> Card:
    """Who gains and loses by each scenario, and each park's measures that differ."""
    said = terms(language)
    facts = (
        (said["card_network"], base.name),
        (said["card_parks"], said["said_joiner"].join(one.park.park_name for one in before)),
        (said["column_limit"], f"{before[0].limit_m:g} m"),
        (said["card_crs"], base.crs),
    )
    parks = changed[changed["subject"] == "park"]
    sections = (_verdicts(verdicts, ledger, language), _measures(list(verdicts), parks, language))
    notes = (said["card_denominator"], said["said_hourly"], said["card_mark"])
    return Card(said["card_comparison"], " · ".join(verdicts), facts, sections, notes, language)


def _verdicts(verdicts: Mapping[str, str], ledger: pd.DataFrame, language: str) -> Section:
    said = terms(language)
    counts = ledger.groupby(["scenario", "effect"]).size()
    rows = tuple(
        (name, str(counts.get((name, "gain"), 0)), str(counts.get((name, "loss"), 0)), text)
        for name, text in verdicts.items()
    )
    header = (said["column_scenario"], said["card_gains"], said["card_losses"],
              said["column_verdict"])  # fmt: skip
    shown = rows[:ROWS_AT_MOST]
    return Section(
        said["card_verdicts"], header, shown, (False, True, True, False), said["card_ledger"],
        len(rows) - len(shown),
    )  # fmt: skip


def _measures(names: Sequence[str], changed: pd.DataFrame, language: str) -> Section:
    """One row a park and measure: its value before, and by each scenario after."""
    said = terms(language)
    shown = names[:_SCENARIOS_AT_MOST]
    keys = ["park_id", "subject_name", "measure", "unit"]
    rows = changed[changed["scenario"].isin(shown)].groupby(keys, sort=False)
    texts = [_measure(key, own, shown, language) for key, own in rows]
    header = (said["column_park_name"], said["column_measure"], said["column_unit"],
              said["column_before"], *shown, said["indicative"])  # fmt: skip
    right = (False, False, False, True, *(True for _ in shown), False)
    at_most = tuple(texts[:ROWS_AT_MOST])
    others = len(names) - len(shown)
    note = said["card_other_scenarios"].format(others) if others else said["card_only_changed"]
    title = said["card_changes_of_parks"]
    return Section(title, header, at_most, right, note, len(texts) - len(at_most))


def _measure(
    key: tuple[str, ...], rows: pd.DataFrame, scenarios: Sequence[str], language: str
) -> tuple[str, ...]:
    _, park, measure, unit = key
    share = measure.startswith("share")
    return (
        park,
        measure_said(measure, language),
        unit_said(unit, language),
        value_text(rows["before"].iloc[0], share=share),
        *(_after(rows, name, share=share) for name in scenarios),
        terms(language)["indicative"] if rows["indicative"].any() else "",
    )


def _after(rows: pd.DataFrame, scenario: str, *, share: bool) -> str:
    """The value after, with its change in brackets; an equals sign where nothing changes."""
    own = rows[rows["scenario"] == scenario]
    if own.empty:
        return "="
    before, after = own["before"].iloc[0], own["after"].iloc[0]
    text = value_text(after, share=share)
    known = pd.notna(before) and pd.notna(after)
    return f"{text} ({change_text(before, after, share=share)})" if known else text
