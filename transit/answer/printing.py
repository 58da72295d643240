"""What both answers are printed with: small tables, marks and numbers."""

from __future__ import annotations

from rich.table import Table

from transit.model.network import Network
from transit.terms import terms
from transit.units import clock_of

MARK = "*"


def small_table(*columns: str) -> Table:
    """A table without lines, under ``columns``; long cells are folded."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def mark(indicative: object) -> str:
    """The star of what is indicative, or nothing."""
    return MARK if indicative else ""


def number(value: float, digits: int = 0) -> str:
    """A number with its digits, or a dash where it is not known."""
    return f"{value:,.{digits}f}" if value == value else "–"  # noqa: PLR0124


def hours_meant(language: str, *networks: Network) -> list[str]:
    """At what time people walk, where streets or gates are open at some hours only."""
    if not any(network.streets.has_hours for network in networks):
        return []
    return [terms(language)["said_hours"].format(clock_of(networks[0].streets.clock)[:5])]
