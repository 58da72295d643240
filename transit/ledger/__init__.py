"""The ledger: who gains and who loses, how much, and what is left to those who lose."""

from transit.ledger.places import park_ledger, walk_ledger, zone_ledger
from transit.ledger.rows import LEDGER_COLUMNS
from transit.ledger.service import service_ledger
from transit.ledger.verdict import verdict

__all__ = [
    "LEDGER_COLUMNS",
    "park_ledger",
    "service_ledger",
    "verdict",
    "walk_ledger",
    "zone_ledger",
]
