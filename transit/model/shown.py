"""A network as a notebook shows it: how much there is, how much of it is indicative, and whence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from transit.card import Card, Section, value_text
from transit.model.vintage import years_of
from transit.terms import terms, unit_said

if TYPE_CHECKING:
    from transit.model.network import Network
    from transit.units import BoolArray

_SOURCES_AT_MOST = 6


def network_card(network: Network, language: str) -> Card:
    """Counts of stops, lines, service, stations and streets, each with its meaning."""
    said = terms(language)
    facts = (
        (said["card_crs"], network.crs),
        (said["card_study_area"], f"{network.study_area.area / 1e6:,.1f} km²"),
        (said["column_year"], years_of(network.feed.stops)),
        (said["card_fingerprint"], network.fingerprint()),
    )
    header = ("what", "value", "unit", "of_it_indicative", "meaning")
    counts = Section(
        said["card_counts"],
        tuple(said[f"column_{name}"] for name in header),
        tuple(_rows(network, language)),
        (False, True, False, True, False),
    )
    hidden = len(network.sources) - _SOURCES_AT_MOST
    more = (said["card_more"].format(hidden),) if hidden > 0 else ()
    credit = tuple(f"{said['sources']} · {one}" for one in network.sources[:_SOURCES_AT_MOST])
    return Card(said["card_network"], network.name, facts, (counts,), credit + more, language)


def _rows(network: Network, language: str) -> list[tuple[str, ...]]:
    """One row a count: what, how many, unit, how many of them are indicative, and meaning."""
    feed, streets = network.feed, network.streets
    served = feed.patterns["pattern_id"].isin(feed.served_patterns).to_numpy()
    assumed = {
        pattern
        for table in (feed.frequencies, feed.trips)
        for pattern in table.loc[table["indicative"].astype(bool), "pattern_id"]
    }
    marked = streets.edges["indicative"].to_numpy(dtype=bool)
    counted = [
        ("stops", len(feed.stops), "kerbs", _marked(feed.stops["indicative"])),
        ("lines", len(feed.routes), "lines", _marked(feed.routes["indicative"])),
        ("patterns", len(feed.patterns), "patterns", _marked(feed.patterns["indicative"])),
        ("served", int(served.sum()), "patterns", len(assumed)),
        ("stations", len(network.stations), "stations", _marked(network.stations["indicative"])),
        ("pieces", len(streets), "pieces", int(marked.sum())),
        ("walk", _km(network, streets.walkable), "km", _km(network, streets.walkable & marked)),
        ("drive", _km(network, streets.drivable), "km", _km(network, streets.drivable & marked)),
    ]
    said = terms(language)
    return [
        (said[f"card_{what}"], value_text(count), unit_said(unit, language), value_text(part),
         said[f"card_{what}.means"])
        for what, count, unit, part in counted
    ]  # fmt: skip


def _marked(column: object) -> int:
    return int(np.asarray(column, dtype=bool).sum())


def _km(network: Network, chosen: BoolArray) -> float:
    return float(network.streets.length_m[chosen].sum()) / 1000
