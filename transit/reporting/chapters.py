"""What a report tells in which order: the state, then scenario by scenario."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from transit.analysis.brief import Brief
from transit.attribution.attribute import Attribution
from transit.comparison import Comparison
from transit.reporting.content import Chapter, ReportTable
from transit.reporting.drawing.picture import Picture
from transit.reporting.effects import effect_tables
from transit.reporting.pictures import scenario_pictures, state_bars, state_map
from transit.reporting.resting import resting
from transit.reporting.ring_pictures import state_rings
from transit.reporting.shares import shares_note
from transit.reporting.state import state_tables
from transit.scenario.scenario import Scenario
from transit.terms import terms

Words = Mapping[str, str]
Shares = Mapping[str, Mapping[str, Attribution]]
"""What each change gives, by scenario and park id."""
_STATE = ("within", "stops", "state", "coverage", "rings", "lines", "hourly", "stations")
_EFFECTS = ("changes", "pair", "measures", "hourly", "shares", "gain", "loss", "diff", "effects",
            "stops", "coverage", "rings", "operation")  # fmt: skip
"""Tables and pictures as they are read, by the first word of their key: each next to its like."""


def chapters(
    briefs: Sequence[Brief], compared: Comparison | None, shares: Shares, language: str
) -> Iterator[Chapter]:
    """The chapters of a report; what each table rests on is noted."""
    said = terms(language)
    maps = (state_map(briefs, language), *state_rings(briefs, language))
    own = {one.park.park_id: _state_of(one, compared, language, len(briefs) > 1) for one in briefs}
    if len(briefs) > 1:
        yield Chapter(said["reply_state"], parts=maps)
        for one in briefs:
            yield Chapter(one.park.park_name, (), _in_order(own[one.park.park_id], _STATE), level=2)
    else:
        (parts,) = own.values()
        yield Chapter(said["reply_state"], parts=_in_order((*maps, *parts), _STATE))
    for scenario in compared.scenarios if compared else ():
        yield _effect(compared, scenario, shares, language)  # type: ignore[arg-type]


def _state_of(
    one: Brief, compared: Comparison | None, language: str, several: bool  # noqa: FBT001
) -> tuple[ReportTable | Picture, ...]:  # fmt: skip
    park = one.park.park_name if several else ""
    tables = [resting(table) for table in state_tables(one, terms(language), park)]
    return (*tables, *(state_bars(one, language, park) if compared is None else ()))


def _effect(compared: Comparison, scenario: Scenario, shares: Shares, language: str) -> Chapter:
    """The chapter of one scenario."""
    said = terms(language)
    tables = effect_tables(compared, scenario, shares[scenario.name], language)
    zones = compared.zones is not None
    parts: list[ReportTable | Picture] = [
        resting(table, scenario.name, zones=zones) for table in tables
    ]
    parts += scenario_pictures(compared, scenario, language)
    return Chapter(
        said["reply_scenario"].format(scenario.title or scenario.name),
        tuple(_about(scenario, said)), _in_order(parts, _EFFECTS),
    )  # fmt: skip


def _in_order(
    parts: Iterable[ReportTable | Picture], order: Sequence[str]
) -> tuple[ReportTable | Picture, ...]:
    return tuple(sorted(parts, key=lambda part: order.index(re.split("[-_]", part.key)[0])))


def _about(scenario: Scenario, said: Words) -> Iterator[str]:
    """What is known of a scenario: source, date and author, and why it has no table of shares."""
    told = {"scenario_source": scenario.source, "reply_dated": scenario.date,
            "reply_author": scenario.author}  # fmt: skip
    yield from (said[key].format(text) for key, text in told.items() if text)
    if note := shares_note(scenario, said):
        yield note
