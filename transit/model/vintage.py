"""The years that facts describe: metro stations may be of later ones than bus lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from transit.model.network import Network


def years_of(table: pd.DataFrame) -> str:
    """The years of a table's facts, such as ``2020`` or ``2018–2020``; empty where none is said."""
    years = sorted(set(table["year"].dropna().astype(int)))
    return f"{years[0]}–{years[-1]}" if len(years) > 1 else "".join(map(str, years))


def years_apart(network: Network) -> tuple[str, str] | None:
    """Years of the metro stations and of the bus stops, where they are told and differ.

    A station of a later year may not have been open when the buses ran.
    """
    stations, stops = years_of(network.stations), years_of(network.feed.stops)
    return (stations, stops) if stations and stops and stations != stops else None
