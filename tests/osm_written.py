"""OSM files written by a test: XML of the nodes, ways and relations it names.

The make-believe ground is on the equator in the middle of UTM zone 32: a step of 0.001° is
111.275 m to the east (111,319.49 m × 0.9996 / 1000) and 110.530 m to the north.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

EAST_M, NORTH_M = 111.27496, 110.53005


def node(number: int, east: float, north: float, /, **tags: str) -> str:
    """A node so many steps of 0.001° from 9° E, 0° N."""
    place = f'lon="{9 + east / 1000:.7f}" lat="{north / 1000:.7f}"'
    return f'<node id="{number}" version="1" {place}>{_tags(tags)}</node>'


def way(number: int, nodes: Sequence[int], tags: Mapping[str, str]) -> str:
    refs = "".join(f'<nd ref="{ref}"/>' for ref in nodes)
    return f'<way id="{number}" version="1">{refs}{_tags(tags)}</way>'


def relation(number: int, members: Sequence[tuple[str, str]], tags: Mapping[str, str]) -> str:
    """A relation of members such as ``("way/1", "outer")``."""
    parts = "".join(
        f'<member type="{kind}" ref="{ref}" role={quoteattr(role)}/>'
        for (kind, _, ref), role in ((member.partition("/"), role) for member, role in members)
    )
    return f'<relation id="{number}" version="1">{parts}{_tags(tags)}</relation>'


def written(path: Path, *elements: str) -> Path:
    """The file, nodes before ways before relations as given; it declares no box."""
    path.write_text(f"<osm version='0.6'>{''.join(elements)}</osm>", encoding="utf-8")
    return path


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())
