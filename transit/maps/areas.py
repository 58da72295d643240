"""Catchment layers: what lies within the limit of a park and of its stops."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from transit.analysis.brief import Brief
from transit.analysis.catchment import Catchment, Kind, park_catchment
from transit.maps.base import Words, origin, provenance, simpler
from transit.pages import palette
from transit.pages.content import Feature, Layer, Popup, Style


def area_layers(briefs: Sequence[Brief], words: Words) -> list[Layer]:
    """Straight and walk catchments of the parks and of their stops; shown is what shares count.

    That is the walk catchment of the stops, and the ring round the outline within which they lie.

    A popup says how large an area is, what it means, and what it rests on.
    """
    of_stops = [one.catchments for one in briefs]
    of_parks = [one.park_catchments for one in briefs]
    points = [
        park_catchment(
            one.network, one.park, kind="straight", measured_from="point", limit_m=one.limit_m
        )
        for one in briefs
    ]
    sets: list[tuple[str, list[Catchment], Style, bool]] = [
        ("park_area_straight", _of(of_parks, "straight"), palette.PARK_STRAIGHT, True),
        ("park_area_walk", _of(of_parks, "walk"), palette.PARK_WALK, False),
        ("park_area_point", points, palette.PARK_POINT, False),
        ("stops_area_walk", _of(of_stops, "walk"), palette.STOPS_WALK, True),
        ("stops_area_straight", _of(of_stops, "straight"), palette.STOPS_STRAIGHT, False),
    ]
    layers = [
        _area(key, found, style, words, shown=shown) for key, found, style, shown in sets if found
    ]
    reached = _reached(_of(of_parks, "walk"), words)
    return [*layers, *reached]


def _of(found: Sequence[dict[Kind, Catchment]], kind: Kind) -> list[Catchment]:
    return [catchments[kind] for catchments in found if kind in catchments]


def _area(key: str, found: list[Catchment], style: Style, words: Words, *, shown: bool) -> Layer:
    name = words[key].format(found[0].limit_m)
    features = tuple(
        Feature(simpler(one.area, one.crs), popup=_popup(one, name, words)) for one in found
    )
    return Layer(key, name, words["group_area"], "area", "area", features, style, shown=shown)


def _popup(one: Catchment, name: str, words: Words) -> Popup:
    rows = [
        (words["catchment_of"], one.of),
        (words["area"], words["hectares"].format(one.area.area / 10_000)),
        (words["definition"], definition_of(one.kind, one.limit_m, one.access_m, words)),
    ]
    if one.left_out:
        rows.append((words["without_street"], words["said_joiner"].join(one.left_out)))
    return Popup(
        name, (*rows, *provenance(words, one.indicative, "")), origin(words, one.indicative)
    )


def definition_of(kind: Kind, limit_m: float, access_m: float, words: Words) -> str:
    """What "within" means for a catchment, in one sentence."""
    return words[f"catchment_{kind}"].format(limit_m, access_m)


def _reached(found: list[Catchment], words: Words) -> list[Layer]:
    lines = [line for one in found for line in one.streets]
    if not lines:
        return []
    joined = shapely.line_merge(shapely.multilinestrings(lines))
    name = words["park_streets"].format(found[0].limit_m)
    feature = Feature(simpler(joined, found[0].crs))
    return [
        Layer("park_streets", name, words["group_area"], "line", "reached", (feature,),
              palette.PARK_STREETS, shown=False)
    ]  # fmt: skip
