"""What OSM tags say of a way or a place: may one walk there, may a bus drive there, does it stop.

Pure rules, in one place, after the OSM wiki (pages Key:access, Key:highway, Key:oneway,
Key:oneway:foot, Key:foot:forward, Key:conveying, Key:motorroad, Key:bus and the world-wide
table of "OSM tags for routing/Access restrictions"). Where the wiki leaves room, this is how
the toolkit decides:

* Platforms drawn as ways (``highway=platform``, ``railway=platform``,
  ``public_transport=platform``) are walkable: they tie stops to footways.
* Areas (``area=yes``: squares, platforms) are walked along their outline, for that is where
  other ways meet them; nobody drives round an area.
* ``sidewalk=separate`` does not close a carriageway to walkers: they still cross it and reach
  doors from it, and separate sidewalks are seldom drawn without gaps.
* Plain ``oneway=*`` never binds walkers, on footways neither (the wiki calls it ambiguous).
* ``motor`` means a bus: ``bus=*`` goes before ``psv=*``, ``motor_vehicle=*``, ``vehicle=*`` and
  ``access=*``; a track is for buses only where it says so.
* A platform is a bus stop when it says so or a bus line calls there; one that names no mode is
  as likely a tram's, or stands beside a ``highway=bus_stop`` that counts already.
* Conditions (``access:conditional`` …) and barriers on nodes are not read; turn restrictions are
  in ``transit.sources.osm.turns``.
"""

from __future__ import annotations

from collections.abc import Mapping

Tags = Mapping[str, str]
Directions = tuple[bool, bool]
"""Whether something may be done along a way (forward) and against it (backward)."""

_ROADS = frozenset(
    {
        "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link",
        "unclassified", "residential", "living_street", "service", "road", "trunk", "trunk_link",
    }
)  # fmt: skip
_FAST = frozenset({"motorway", "motorway_link"})
_FOR_BUSES = frozenset({"busway", "bus_guideway"})
_FOR_WALKERS = frozenset(
    {
        "footway", "path", "trail", "pedestrian", "steps", "corridor", "crossing", "elevator",
        "platform",
    }
)  # fmt: skip
_NOT_FOR_ALL = frozenset({"cycleway", "bridleway", "track", "raceway", "escape", "via_ferrata"})
_STREETS = _ROADS | _FAST | _FOR_BUSES | _FOR_WALKERS | _NOT_FOR_ALL

WALKED_BY_DEFAULT = _ROADS | _FOR_WALKERS | {"track"}
DRIVEN_BY_DEFAULT = _ROADS | _FAST | _FOR_BUSES

_WAYS = ("forward", "backward")
_ALLOWED = frozenset({"yes", "designated", "permissive", "destination", "customers", "official"})
_DENIED = frozenset(
    {"no", "private", "use_sidepath", "agricultural", "forestry", "military", "emergency"}
)
_LIFECYCLE = (
    "abandoned", "construction", "demolished", "disused", "planned", "proposed", "razed", "removed",
)  # fmt: skip
_YES = frozenset({"yes", "true", "1"})
_REVERSE = frozenset({"-1", "reverse"})
_OPPOSITE = frozenset({"opposite", "opposite_lane"})
_BUS_KEYS = ("bus", "trolleybus", "share_taxi", "minibus")
_OTHER_MODES = ("tram", "train", "subway", "light_rail", "monorail", "ferry", "aerialway")

_DIRECTED = ("foot", "access", "bus", "psv", "motor_vehicle", "vehicle")

RULE_KEYS = frozenset(
    {
        "highway", "public_transport", "railway", "area", "junction", "motorroad", "conveying",
        *_LIFECYCLE, *_DIRECTED, *(f"{key}:{way}" for key in _DIRECTED for way in _WAYS),
        "oneway", "oneway:foot", "oneway:bus", "oneway:psv", "oneway:motor_vehicle",
        "busway", "busway:left", "busway:right", "busway:both",
        "lanes:bus:backward", "lanes:psv:backward",
    }
)  # fmt: skip
"""Every key of a way that the rules on streets read."""

WAY_KEYS = ("name", *sorted(RULE_KEYS))
"""Every key of a way that is worth downloading."""


def street_class(tags: Tags) -> str:
    """The street class of a way, such as ``footway``; empty when it is no street in use."""
    highway = _value(tags, "highway")
    if not highway and "platform" in (_value(tags, "public_transport"), _value(tags, "railway")):
        highway = "platform"
    out_of_use = any(_value(tags, key) in _YES for key in _LIFECYCLE)
    return highway if highway in _STREETS and not out_of_use else ""


def foot_access(tags: Tags) -> Directions:
    """Whether a walker may go along and against a way with these tags."""
    street = street_class(tags)
    forward, backward = (bool(street) and _may_walk(tags, street, way) for way in _WAYS)
    one_way, conveys = _value(tags, "oneway:foot"), _value(tags, "conveying")
    backward = backward and one_way not in _YES and conveys != "forward"
    forward = forward and one_way not in _REVERSE and conveys != "backward"
    return forward, backward


def motor_access(tags: Tags) -> Directions:
    """Whether a bus may drive along and against a way with these tags."""
    street = street_class(tags)
    if not street or street == "platform" or _value(tags, "area") in _YES:
        return False, False
    along, against = (_may_drive(tags, street, way) for way in _WAYS)
    one_way = _one_way(tags, street)
    contraflow = _has_contraflow(tags)
    return along and (one_way != "-1" or contraflow), against and (one_way != "yes" or contraflow)


def is_bus_stop(tags: Tags) -> bool:
    """Whether a place with these tags says that passengers of a bus wait there.

    A ``public_transport=platform`` must name a bus mode; one that names none says nothing.
    """
    if _value(tags, "highway") == "bus_stop":
        return True
    said = any(_value(tags, key) in _ALLOWED for key in _BUS_KEYS)
    return said and _value(tags, "public_transport") == "platform"


def is_of_another_mode(tags: Tags) -> bool:
    """Whether a platform belongs to a railway, a ferry or the like."""
    other = any(_value(tags, key) in _ALLOWED for key in _OTHER_MODES)
    return other or "railway" in tags or _value(tags, "amenity") == "ferry_terminal"


def is_stop_position(tags: Tags) -> bool:
    """Whether a node is where the bus itself halts on the road."""
    return _value(tags, "public_transport") == "stop_position"


def _value(tags: Tags, key: str) -> str:
    """The first of the values of ``key``, in small letters; empty when there is none."""
    value = tags.get(key)
    return value.split(";")[0].strip().lower() if value else ""


def _directed(tags: Tags, key: str, way: str) -> str:
    return _value(tags, f"{key}:{way}") or _value(tags, key)


def _may_walk(tags: Tags, street: str, way: str) -> bool:
    said = _directed(tags, "foot", way)
    if said in _ALLOWED:
        return True
    by_default = street in WALKED_BY_DEFAULT and _value(tags, "motorroad") not in _YES
    return by_default and said not in _DENIED and _directed(tags, "access", way) not in _DENIED


def _may_drive(tags: Tags, street: str, way: str) -> bool:
    for key in ("bus", "psv"):
        said = _directed(tags, key, way)
        if said:
            return said not in _DENIED
    if street in _FOR_BUSES:
        return True
    for key in ("motor_vehicle", "vehicle", "access"):
        said = _directed(tags, key, way)
        if said:
            may = street in DRIVEN_BY_DEFAULT or _open_track(street, key, said)
            return may and said not in _DENIED
    return street in DRIVEN_BY_DEFAULT


def _open_track(street: str, key: str, said: str) -> bool:
    return street == "track" and key == "motor_vehicle" and said in _ALLOWED


def _one_way(tags: Tags, street: str) -> str:
    """``yes``, ``-1`` or ``no`` for a bus."""
    for key in ("oneway:bus", "oneway:psv", "oneway:motor_vehicle", "oneway"):
        said = _value(tags, key)
        if said:
            return "yes" if said in _YES else "-1" if said in _REVERSE else "no"
    round_about = _value(tags, "junction") in ("roundabout", "circular")
    return "yes" if round_about or street == "motorway" else "no"


def _has_contraflow(tags: Tags) -> bool:
    """Whether buses have a lane of their own against the one-way direction."""
    sides = ("busway", "busway:left", "busway:right", "busway:both")
    if any(_value(tags, key) in _OPPOSITE for key in sides):
        return True
    if any(_value(tags, f"{key}:backward") in _ALLOWED for key in ("bus", "psv")):
        return True
    return any(_value(tags, f"lanes:{key}:backward") not in ("", "0") for key in ("bus", "psv"))
