"""Years of what is counted: metro stations of 2026 are told beside bus lines of 2020."""

from __future__ import annotations

from dataclasses import replace

import pytest
import town

import transit
from transit.model.network import Network
from transit.model.vintage import years_apart, years_of
from transit.reporting.sentences import state_sentences


def of_years(stations: int | None, stops: int | None) -> Network:
    """The town with stations and stops of these years; none of a thing where no year is given."""
    network = town.network()
    there = network.stations.assign(year=stations) if stations else network.stations.head(0)
    kerbs = network.feed.stops.assign(year=stops)
    return replace(network, stations=there, feed=network.feed.with_tables(stops=kerbs))


def test_years_are_told_once_each() -> None:
    """If this fails, a range of years is told as one, or a year as a range."""
    stops = of_years(2026, 2020).feed.stops
    assert years_of(stops) == "2020"
    assert years_of(stops.assign(year=[2018, *[2020] * (len(stops) - 1)])) == "2018–2020"


@pytest.mark.parametrize(
    ("stations", "stops", "apart"),
    [(2026, 2020, ("2026", "2020")), (2020, 2020, None), (None, 2020, None)],
)
def test_years_are_apart_only_where_they_differ(
    stations: int | None, stops: int, apart: tuple[str, str] | None
) -> None:
    """If this fails, a planner is warned for nothing, or not where stations are newer."""
    assert years_apart(of_years(stations, stops)) == apart


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_stations_that_are_counted_bear_their_year(language: str) -> None:
    """If this fails, a reply counts stations that had not opened when the buses ran."""
    told = {
        year: " ".join(state_sentences(transit.brief(of_years(year, 2020), town.park()), language))
        for year in (2026, 2020)
    }
    assert "2026" in told[2026]
    assert "2026" not in told[2020]
    card = transit.brief(of_years(2026, 2020), town.park()).card(language)
    assert any("2026" in note and "2020" in note for note in card.notes)
