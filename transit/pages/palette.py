"""Styles of the pages: calm streets, one colour a meaning, safe for colour-blind readers.

Line colours and the colours of gains and losses are Okabe and Ito's (2008) set.
"""

from __future__ import annotations

import re

from transit.pages.content import Style

LINE_COLOURS = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8c6d00", "#56b4e9", "#6a3d9a", "#444444",
)  # fmt: skip
GAINED = "#0072b2"
LOST = "#d55e00"
NAVY = "#14304a"
PLUM = "#7a3e65"
METRO = "#8f1d21"
_GREY = "#8a8f94"
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")

GROUND = Style("#dcd9d1", 1, fill="#fbfaf7", fill_opacity=1)
STREET_STYLES = {
    "main": Style("#cbc7bd", 4.2),
    "local": Style("#dedbd3", 2.2),
    "foot": Style("#cfcabf", 1.1, dash="3 3"),
}
OTHER_LINES = Style("#9aa0a6", 1.6, opacity=0.8)
PARK = Style(PLUM, 2.2, fill=PLUM, fill_opacity=0.09)
GATE = Style(PLUM, shape="square")
STATION = Style(METRO, shape="badge")
PARK_STRAIGHT = Style("#3d6c8c", 1.6, dash="7 5", fill="#3d6c8c", fill_opacity=0.03)
PARK_POINT = Style("#3d6c8c", 1.2, dash="2 4")
PARK_WALK = Style("#5aa9d6", 0.8, fill="#5aa9d6", fill_opacity=0.16)
PARK_STREETS = Style("#7db4d6", 2.2, opacity=0.8)
STOPS_STRAIGHT = Style("#8a7a2a", 1.4, dash="7 5", fill="#d9c64f", fill_opacity=0.10)
STOPS_WALK = Style("#b39b1e", 0.8, fill="#e6d24a", fill_opacity=0.22)
STOP_WALK = Style("#ffffff", 1.6, fill=NAVY, fill_opacity=1, radius=6.5)
STOP_STRAIGHT = Style(NAVY, 1.6, fill="#9cc3dd", fill_opacity=1, radius=6.5)
STOP_OUTSIDE = Style(_GREY, 1.3, fill="#ffffff", fill_opacity=1, radius=3.8)
STOP_OF_NETWORK = Style(NAVY, 1.2, fill="#ffffff", fill_opacity=1, radius=4.0)
INDICATIVE_STOP = Style(NAVY, 1.8, fill="#ffffff", fill_opacity=1, radius=6.5)

LOAD_STEPS = (10, 20, 40)
"""Buses per hour of both directions at which a street changes its class."""
LOADS = (
    Style("#e3b64a", 2.5), Style("#d98a2b", 4.5), Style("#b4531f", 7.0), Style("#6f2412", 10.0),
)  # fmt: skip
LINE_STEPS = (2, 4, 6, 12)
"""Buses per hour of a line at which it changes its class: one each 30, 15, 10 and 5 minutes."""
LINE_CLASSES = (
    Style("#9ecae1", 1.6), Style("#6baed6", 2.0), Style("#4292c6", 2.4), Style("#2171b5", 3.0),
    Style("#084594", 3.6),
)  # fmt: skip
"""Brewer's Blues, the most frequent darkest and widest."""
BOTTLENECK = Style("#ffd21f", 26, opacity=0.75)
BOTTLENECK_SIGN = Style("#6f2412", shape="badge")

_GRADES = ("#ffffcc", "#c7e9b4", "#7fcdbb", "#41b6c4", "#2c7fb8", "#253494")
"""Brewer's (2003) YlGnBu: lightness falls throughout, so that it stays a row for any eye."""
UNKNOWN = Style(_GREY, 1.2, dash="2 3", fill="#ffffff", fill_opacity=0.4)
RINGS = ("#084594", "#2171b5", "#4292c6", "#6baed6", "#9ecae1")
"""Brewer's Blues, nearest first."""

CHANGED_STREETS = {
    "opened": Style("#007a59", 4, halo="#8fe0c6"),
    "eased": Style("#007a59", 2.4, halo="#8fe0c6"),
    "other": Style("#6a3d9a", 2.4, halo="#cdb8e6"),
    "restricted": Style("#b04a00", 2.4, halo="#f7c9a6"),
    "closed": Style("#b04a00", 4, dash="2 3", halo="#f7c9a6"),
}
BARRIER = Style("#111111", 4)
BARRIER_GONE = Style("#111111", 2.5, dash="3 4")

KEPT_AREA = Style("#9aa0a6", 0.8, fill="#9aa0a6", fill_opacity=0.16)
GAINED_AREA = Style("#56b4e9", 1.6, fill="#56b4e9", fill_opacity=0.40)
LOST_AREA = Style(LOST, 1.6, dash="5 3", fill=LOST, fill_opacity=0.20, hatch=True)
GAINED_STOP = Style("#ffffff", 1.6, fill=GAINED, fill_opacity=1, radius=7.5)
LOST_STOP = Style(LOST, 3.0, fill="#ffffff", fill_opacity=1, radius=6.5)
BOTH_STOP = Style(LOST, 2.6, fill=GAINED, fill_opacity=1, radius=6.5)
CANCELLED_DASH = "13 5"
"""Longer than the dashes of what is indicative, so that the two can be told apart."""
STRAIGHT_DASH = "2 4"
"""Dots where no street is known and a hop is drawn straight."""
CANCELLED_STRAIGHT_DASH = "13 4 2 4"
MOVED_STOP = Style("#6a3d9a", 2.6, fill="#ffffff", fill_opacity=1, radius=6.5)
MOVED_WAY = Style("#6a3d9a", 1.8, dash="2 3")


def line_style(colour: object, rank: int, *, dash: str = "", width: float = 2.8) -> Style:
    """A line's style: its own ``colour`` (RRGGBB) if it has one, else by its ``rank``."""
    match = _HEX.fullmatch(colour) if isinstance(colour, str) else None
    own = f"#{match[1].lower()}" if match else LINE_COLOURS[rank % len(LINE_COLOURS)]
    return Style(own, width, dash=dash)


def grades(count: int) -> tuple[str, ...]:
    """``count`` colours from pale to dark."""
    return _spread(_GRADES, count)


def ring_styles(count: int, *, dash: str = "") -> tuple[Style, ...]:
    """``count`` bands, the nearest darkest; the dash tells straight from walking."""
    colours = _spread(RINGS, count)
    return tuple(Style(RINGS[0], 0.9, dash=dash, fill=one, fill_opacity=0.42) for one in colours)


def _spread(colours: tuple[str, ...], count: int) -> tuple[str, ...]:
    last = len(colours) - 1
    return tuple(colours[round(place * last / max(1, count - 1))] for place in range(count))
