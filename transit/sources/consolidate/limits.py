"""How near is near: the limits that decide, in metres and degrees, each in one place."""

from __future__ import annotations

KERB_M = 60.0
"""Calls of one name further apart are never one kerb."""
SAME_KERB_M = 25.0
"""Kerbs of different names further apart are never one kerb."""
OPPOSITE_M = 60.0
"""Kerbs whose names are alike, and no more, are one place up to this far apart."""
PLACE_M = 150.0
"""Kerbs of one name are one place up to this far apart, step by step."""
ACROSS_M = 300.0
"""Kerbs of several names that are one place lie within this of each other, all of them."""
NEAR_LIMIT_M = 300.0
"""Up to here the planner is shown what was left apart."""
TURN_DEG = 100.0
"""Calls whose directions of travel differ by more are on different kerbs."""
DISPLACED_M = 100.0
"""A call further than this from other lines' calls of its name is looked at."""
ALIKE = 70.0
"""Names at least this much alike (0 … 100) may be forms of one, if the lines say so too."""
RARE = 4
"""A name so many times rarer than another may be a slip for it."""
