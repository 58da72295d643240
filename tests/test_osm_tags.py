"""If these fail, walkers are sent where they may not go, or kept from where they may.

Each line is what the OSM wiki says of the tags (Key:access, Key:foot, Key:oneway,
Key:oneway:foot, Key:conveying, Key:motorroad, Key:bus, Tag:highway=…), told as "who may go along
and against the way"; where the wiki leaves it open, ``transit.sources.osm.tags`` decides.
"""

from __future__ import annotations

import pytest

from transit.sources.osm.tags import (
    RULE_KEYS,
    WAY_KEYS,
    foot_access,
    is_bus_stop,
    motor_access,
    street_class,
)

BOTH, NONE, ALONG, AGAINST = (True, True), (False, False), (True, False), (False, True)


def tagged(text):
    return dict(pair.split("=", 1) for pair in text.split())


@pytest.mark.parametrize(
    ("tags", "foot", "motor"),
    [
        # classes
        ("highway=residential", BOTH, BOTH),
        ("highway=service", BOTH, BOTH),
        ("highway=service service=driveway access=private", NONE, NONE),
        ("highway=living_street", BOTH, BOTH),
        ("highway=trunk", BOTH, BOTH),
        ("highway=trunk motorroad=yes", NONE, BOTH),
        ("highway=trunk motorroad=yes foot=yes", BOTH, BOTH),
        ("highway=motorway", NONE, ALONG),
        ("highway=motorway_link", NONE, BOTH),
        ("highway=motorway_link oneway=yes", NONE, ALONG),
        ("highway=footway", BOTH, NONE),
        ("highway=footway footway=crossing crossing=traffic_signals", BOTH, NONE),
        ("highway=footway bridge=yes layer=1", BOTH, NONE),
        ("highway=steps", BOTH, NONE),
        ("highway=path", BOTH, NONE),
        ("highway=corridor indoor=yes", BOTH, NONE),
        ("highway=pedestrian", BOTH, NONE),
        ("highway=pedestrian area=yes", BOTH, NONE),
        ("highway=service area=yes", BOTH, NONE),
        ("highway=track", BOTH, NONE),
        ("highway=track motor_vehicle=yes", BOTH, BOTH),
        ("highway=platform", BOTH, NONE),
        ("railway=platform", BOTH, NONE),
        ("public_transport=platform bus=yes", BOTH, NONE),
        ("highway=elevator", BOTH, NONE),
        ("highway=cycleway", NONE, NONE),
        ("highway=cycleway foot=yes", BOTH, NONE),
        ("highway=cycleway foot=designated segregated=yes", BOTH, NONE),
        ("highway=bridleway", NONE, NONE),
        ("highway=busway", NONE, BOTH),
        ("highway=bus_guideway", NONE, BOTH),
        ("highway=bus_guideway foot=yes", BOTH, BOTH),
        ("highway=raceway", NONE, NONE),
        ("highway=escape", NONE, NONE),
        ("highway=via_ferrata", NONE, NONE),
        ("highway=services", NONE, NONE),
        ("highway=rest_area", NONE, NONE),
        ("railway=rail", NONE, NONE),
        ("building=yes", NONE, NONE),
        # out of use
        ("highway=construction construction=residential", NONE, NONE),
        ("highway=construction construction=footway foot=yes", NONE, NONE),
        ("highway=proposed proposed=primary", NONE, NONE),
        ("highway=abandoned", NONE, NONE),
        ("highway=razed", NONE, NONE),
        ("highway=residential abandoned=yes", NONE, NONE),
        ("highway=residential construction=minor", BOTH, BOTH),
        # access
        ("highway=residential access=no", NONE, NONE),
        ("highway=residential access=private foot=yes", BOTH, NONE),
        ("highway=residential access=private foot=designated", BOTH, NONE),
        ("highway=residential access=private foot=permissive", BOTH, NONE),
        ("highway=residential access=no bus=yes", NONE, BOTH),
        ("highway=service access=no psv=yes", NONE, BOTH),
        ("highway=residential access=destination", BOTH, BOTH),
        ("highway=service access=customers", BOTH, BOTH),
        ("highway=residential foot=no", NONE, BOTH),
        ("highway=residential foot=private", NONE, BOTH),
        ("highway=primary foot=use_sidepath", NONE, BOTH),
        ("highway=primary sidewalk=separate", BOTH, BOTH),
        ("highway=residential motor_vehicle=no", BOTH, NONE),
        ("highway=residential motor_vehicle=no bus=yes", BOTH, BOTH),
        ("highway=residential vehicle=no", BOTH, NONE),
        ("highway=residential psv=no", BOTH, NONE),
        ("highway=pedestrian psv=yes", BOTH, BOTH),
        ("highway=pedestrian bus=designated", BOTH, BOTH),
        ("highway=footway motor_vehicle=yes", BOTH, NONE),
        ("highway=residential bus=no", BOTH, NONE),
        ("highway=Residential access=Private;no", NONE, NONE),
        # direction
        ("highway=residential oneway=yes", BOTH, ALONG),
        ("highway=residential oneway=-1", BOTH, AGAINST),
        ("highway=residential oneway=reverse", BOTH, AGAINST),
        ("highway=residential oneway=no", BOTH, BOTH),
        ("highway=residential oneway=reversible", BOTH, BOTH),
        ("highway=residential oneway=yes oneway:bus=no", BOTH, BOTH),
        ("highway=residential oneway=yes oneway:psv=no", BOTH, BOTH),
        ("highway=residential oneway=yes busway=opposite_lane", BOTH, BOTH),
        ("highway=residential oneway=yes bus:backward=yes", BOTH, BOTH),
        ("highway=residential oneway=yes lanes:psv:backward=1", BOTH, BOTH),
        ("highway=residential junction=roundabout", BOTH, ALONG),
        ("highway=residential junction=circular", BOTH, ALONG),
        ("highway=residential junction=roundabout oneway=no", BOTH, BOTH),
        ("highway=residential motor_vehicle:backward=no", BOTH, ALONG),
        ("highway=footway oneway=yes", BOTH, NONE),
        ("highway=footway oneway:foot=yes", ALONG, NONE),
        ("highway=footway oneway:foot=-1", AGAINST, NONE),
        ("highway=residential oneway=yes oneway:foot=yes", ALONG, ALONG),
        ("highway=footway foot:backward=no", ALONG, NONE),
        ("highway=footway foot:forward=no", AGAINST, NONE),
        ("highway=steps conveying=forward", ALONG, NONE),
        ("highway=steps conveying=backward", AGAINST, NONE),
        ("highway=steps conveying=reversible", BOTH, NONE),
        ("highway=steps conveying=yes", BOTH, NONE),
    ],
)
def test_who_may_go_along_and_against_a_way(tags, foot, motor):
    assert foot_access(tagged(tags)) == foot
    assert motor_access(tagged(tags)) == motor


@pytest.mark.parametrize(
    ("tags", "stops_here"),
    [
        ("highway=bus_stop", True),
        ("highway=bus_stop public_transport=platform bus=yes", True),
        ("highway=bus_stop tram=yes", True),
        ("public_transport=platform bus=yes", True),
        ("public_transport=platform trolleybus=yes", True),
        ("public_transport=platform bus=yes tram=yes", True),
        ("public_transport=platform tram=yes", False),
        ("public_transport=platform railway=platform", False),
        ("public_transport=platform bus=no", False),
        ("public_transport=platform", False),
        ("public_transport=stop_position bus=yes", False),
        ("railway=tram_stop", False),
    ],
)
def test_where_a_bus_stops(tags, stops_here):
    """Tram and railway platforms would otherwise stand on the map as bus stops."""
    assert is_bus_stop(tagged(tags)) is stops_here


def test_the_rules_read_only_keys_that_they_declare():
    """A rule on another key would never hold in a download, nor between ways else alike."""

    class Recording(dict):
        def get(self, key, default=None):
            asked.add(key)
            return super().get(key, default)

    asked = set()
    for start in ("highway=residential", "highway=track oneway=yes", "railway=platform"):
        tags = Recording(tagged(start))
        street_class(tags)
        foot_access(tags)
        motor_access(tags)
    assert asked <= RULE_KEYS <= set(WAY_KEYS)
