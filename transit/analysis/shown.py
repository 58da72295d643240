"""Briefs, catchments and quality as a notebook shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transit.analysis.coverage import ANY_STOP, MORNING_LINES, SERVED_LINES
from transit.analysis.quality.rule import SEVERITIES
from transit.card import Card, Section, table_section, value_text
from transit.model.vintage import years_apart
from transit.terms import spoken, terms

if TYPE_CHECKING:
    from transit.analysis.brief import Brief
    from transit.analysis.catchment import Catchment
    from transit.analysis.quality.report import Quality

_DEFINITIONS = ["within", "stops", "places", "lines", "directions", "which_stops", "indicative"]
_COUNTED = {"error": "card_error", "warning": "card_warning", "note": "card_note_count"}
_RULES = ["severity", "title", "found", "looked_at", "mend"]
_SHARES = ["kind", "of", "covered_m2", "denominator_m2", "share", "definition", "indicative"]


def brief_card(brief: Brief, language: str) -> Card:
    """What lies within the limit by each meaning, and how much of the park is covered."""
    said, park = terms(language), brief.park
    facts = (
        (said["column_limit"], f"{brief.limit_m:g} m"),
        (said["card_outline"], _area(park.area_m2, language, marked=park.indicative)),
        (said["card_gates"], str(len(park.gates))),
        (said["card_crs"], brief.network.crs),
        (said["card_network"], brief.network.name),
    )
    shares = brief.coverage[brief.coverage["of"].isin((ANY_STOP, SERVED_LINES, MORNING_LINES))]
    sections = (
        table_section(said["card_within"], brief.definitions[_DEFINITIONS], language),
        table_section(
            said["card_covered"], shares[_SHARES], language, note=said["card_denominator"]
        ),
    )
    notes = (_starting(brief, language), *_vintage(brief, language), said["card_mark"])
    return Card(said["card_brief"], park.park_name, facts, sections, notes, language)


def catchment_card(catchment: Catchment, language: str) -> Card:
    """Its area, its definition, and what it rests on."""
    said = terms(language)
    streets_km = sum(line.length for line in catchment.streets) / 1000
    facts = (
        (said["column_kind"], spoken(catchment.kind, language)),
        (said["column_limit"], f"{catchment.limit_m:g} m"),
        (said["column_area_m2"], _area(catchment.area.area, language, marked=catchment.indicative)),
        (said["card_streets_within"], f"{streets_km:,.2f} km" if streets_km else ""),
        (said["card_crs"], catchment.crs),
        (said["card_left_out"], said["said_joiner"].join(catchment.left_out)),
    )
    notes = (spoken(catchment.definition, language), said["card_mark"])
    return Card(said["card_catchment"], catchment.of, facts, (), notes, language)


def quality_card(report: Quality, language: str) -> Card:
    """How many findings there are, and of which rules: the worst first."""
    said = terms(language)
    counts = report.findings["severity"].value_counts()
    facts = tuple(
        (said[_COUNTED[severity]], str(counts.get(severity, 0))) for severity in SEVERITIES
    )
    found = report.rules[report.rules["found"] > 0]
    if language != "en":
        found = found.assign(title=found["title_zh"], mend=found["mend_zh"])
    rules: tuple[Section, ...] = ()
    if len(found):
        rules = (table_section(said["card_rules"], found[_RULES], language),)
    notes = () if len(found) else (said["card_clean"],)
    return Card(said["card_quality"], report.network.name, facts, rules, notes, language)


def _area(area_m2: float, language: str, *, marked: bool) -> str:
    said = terms(language)
    text = said["card_hectares"].format(value_text(round(area_m2 / 1e4, 1)))
    return text + (said["indicative_mark"] if marked else "")


def _vintage(brief: Brief, language: str) -> tuple[str, ...]:
    """That metro stations are of other years than lines, where they are."""
    apart = years_apart(brief.network)
    return (terms(language)["card_station_years"].format(*apart),) if apart else ()


def _starting(brief: Brief, language: str) -> str:
    """The lines that start within the limit of the outline."""
    here = brief.lines[brief.lines["within_outline"] & brief.lines["starts_here"]]
    said = terms(language)
    names = said["said_joiner"].join(sorted(set(here["route_short_name"])))
    return said["card_starting"].format(names or said["card_none"])
