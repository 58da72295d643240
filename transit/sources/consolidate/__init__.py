"""Stops made of the calls of lines: which calls are one kerb, which kerbs one place, and why."""

from transit.sources.consolidate.consolidation import Consolidation, consolidate

__all__ = ["Consolidation", "consolidate"]
