"""Stops out of visits: one place under several names, one name at several places.

Distance decides first, then the direction of travel and the lines that call, then the name; the
name alone never makes two places one. Every merge is a row of a review table that the planner
may answer with yes or no; see ``consolidate``.
"""

from transit.sources.consolidate.consolidation import Consolidation, consolidate

__all__ = ["Consolidation", "consolidate"]
