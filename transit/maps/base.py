"""Base layers that every page shares: ground, streets, parks, gates, metro stations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from transit.model.network import Network
from transit.model.park import Park
from transit.model.streets import Barrier
from transit.pages import palette
from transit.pages.content import Feature, Layer, LegendItem, Popup, Style
from transit.terms import metro_said
from transit.units import WGS84, transform, unproject

AROUND_M = 200.0
"""The first view holds the parks, the limit round them and this many metres more."""

_MAIN = ("motorway", "trunk", "primary", "secondary", "tertiary")
_FOOT = ("footway", "path", "pedestrian", "steps", "cycleway", "corridor", "bridleway", "track")
_SIMPLER_M = 0.5

Words = Mapping[str, str]


def to_degrees(geometry: BaseGeometry, crs: str) -> BaseGeometry:
    """``geometry`` of metric ``crs`` in WGS-84 degrees."""
    return shapely.transform(geometry, lambda xy: transform(xy, crs, WGS84))


def simpler(geometry: BaseGeometry, crs: str) -> BaseGeometry:
    """``geometry`` in WGS-84 degrees, off by at most half a metre, for drawing only."""
    return to_degrees(shapely.simplify(geometry, _SIMPLER_M, preserve_topology=True), crs)


def first_view(parks: Sequence[Park], limit_m: float) -> tuple[float, float, float, float]:
    """West, south, east and north degrees of the parks, ``limit_m`` and ``AROUND_M`` round them."""
    crs, around = parks[0].crs, limit_m + AROUND_M
    west, south, east, north = shapely.total_bounds([park.outline for park in parks])
    corners = np.array([[west - around, south - around], [east + around, north + around]])
    (west, south), (east, north) = unproject(corners, crs)
    return west, south, east, north


def origin(words: Words, indicative: object) -> tuple[str, ...]:
    """The tags of a fact: 示意 for what is indicative."""
    return (words["indicative"],) if bool(indicative) else ()


def provenance(words: Words, indicative: object, source: object) -> tuple[tuple[str, str], ...]:
    """The last rows of a popup: whether the fact is indicative, and its source."""
    kind = words["indicative_long"] if bool(indicative) else words["surveyed"]
    rows = [(words["quality"], kind)]
    if isinstance(source, str) and source:
        rows.append((words["source"], source))
    return tuple(rows)


def ground_layers(network: Network, words: Words) -> list[Layer]:
    """The study area and its streets by class, with their names."""
    area = Feature(to_degrees(network.study_area, network.crs))
    layers = [
        Layer("ground", words["study_area"], words["group_base"], "area", "ground", (area,),
              palette.GROUND, in_list=False)
    ]  # fmt: skip
    classes = _street_class(network.streets.edges["highway"])
    for kind in ("foot", "local", "main"):
        features = _street_features(network, classes == kind)
        if features:
            layers.append(_street_layer(kind, features, words))
    standing = barrier_features(network.streets.barriers, words["barriers"], network.crs, words)
    if standing:
        layers.append(
            Layer("barriers", words["barriers"], words["group_base"], "line", "park", standing,
                  palette.BARRIER)
        )  # fmt: skip
    return layers


def barrier_features(
    barriers: Sequence[Barrier], title: str, crs: str, words: Words
) -> tuple[Feature, ...]:
    """What walkers cannot cross, with the hours in which they can."""
    said = [
        words["foot_hours"].format(one.foot_hours) if one.foot_hours else words["barrier_shut"]
        for one in barriers
    ]
    return tuple(
        Feature(
            simpler(LineString(one.course), crs), popup=Popup(title, ((words["walkers"], text),))
        )
        for one, text in zip(barriers, said, strict=True)
    )


def park_layers(parks: Sequence[Park], words: Words) -> list[Layer]:
    """Outlines and gates of the parks."""
    outlines = tuple(_outline(park, words) for park in parks)
    group = words["group_park"]
    layers = [
        Layer("parks", words["park"], group, "area", "park", outlines, palette.PARK, labels="park")
    ]
    gates = tuple(feature for park in parks for feature in _gates(park, words))
    if gates:
        layers.append(
            Layer("gates", words["gates"], group, "point", "places", gates, palette.GATE,
                  labels="gate", label_zoom=15.0)
        )  # fmt: skip
    return layers


def station_layer(network: Network, words: Words) -> list[Layer]:
    """Metro stations, one badge a station with the numbers of its lines; none without stations."""
    features = []
    for _, rows in network.stations.groupby(["station_name", "station_id"], sort=True):
        lines = [str(line) for line in rows["metro_line"]]
        first = rows.iloc[0]
        name = str(first["station_name"])
        said = (
            (words["metro_lines"], words["said_joiner"].join(metro_said(x, words) for x in lines)),
        )
        popup = Popup(
            name, said + provenance(words, first["indicative"], first["source"]),
            origin(words, first["indicative"]),
        )  # fmt: skip
        point = Point(first["station_lon"], first["station_lat"])
        marked = bool(first["indicative"])
        features.append(Feature(point, name, popup, marked, "/".join(lines)))
    if not features:
        return []
    return [
        Layer("stations", words["stations"], words["group_stops"], "point", "places",
              tuple(features), palette.STATION, labels="station")
    ]  # fmt: skip


def general_legend(words: Words, dashed: str = "legend_dashed") -> tuple[LegendItem, ...]:
    """Signs that no row of the layer list explains; ``dashed`` is what dashes are said to be."""
    return (
        LegendItem(words["legend_two_way"], "line", Style("#6d747b", 3.4)),
        LegendItem(words["legend_one_way"], "line", Style("#6d747b", 3.4), arrows=True),
        LegendItem(words["legend_hollow"], "point", palette.INDICATIVE_STOP, indicative=True),
        LegendItem(words[dashed], "line", Style("#6d747b", 2.2), indicative=True),
    )


def _street_class(highway: pd.Series) -> np.ndarray:
    kinds = highway.astype(str).str.removesuffix("_link")
    return np.select([kinds.isin(_MAIN), kinds.isin(_FOOT)], ["main", "foot"], "local")


def _street_layer(kind: str, features: tuple[Feature, ...], words: Words) -> Layer:
    named = kind != "foot"
    return Layer(
        f"streets_{kind}", words[f"streets_{kind}"], words["group_base"], "line", "streets",
        features, palette.STREET_STYLES[kind], labels="street" if named else "none",
        label_zoom=13.5 if kind == "main" else 15.5,
    )  # fmt: skip


def _street_features(network: Network, wanted: np.ndarray) -> tuple[Feature, ...]:
    """One feature a street name and mark: its pieces joined, so that it gets one name."""
    edges = network.streets.edges
    table = edges.loc[wanted, ["street_name", "indicative"]]
    lines = network.streets.lines
    features = []
    for (name, marked), rows in table.groupby(["street_name", "indicative"], sort=True):
        joined = shapely.line_merge(shapely.multilinestrings(lines[rows.index.to_numpy()]))
        drawn = simpler(joined, network.crs)
        features.append(Feature(drawn, str(name or ""), indicative=bool(marked)))
    return tuple(features)


def _outline(park: Park, words: Words) -> Feature:
    rows = (
        (words["area"], words["hectares"].format(park.area_m2 / 10_000)),
        (words["gates"], words["said_joiner"].join(park.gates["gate_name"]) or words["no_gates"]),
        *provenance(words, park.indicative, park.source),
    )
    popup = Popup(park.park_name, rows, origin(words, park.indicative))
    drawn = to_degrees(park.outline, park.crs)
    return Feature(drawn, park.park_name, popup, park.indicative)


def _gates(park: Park, words: Words) -> list[Feature]:
    features = []
    for gate in park.gates.to_dict("records"):
        rows = (
            (words["of_park"], park.park_name),
            *provenance(words, gate["indicative"], gate["source"]),
        )
        popup = Popup(gate["gate_name"], rows, origin(words, gate["indicative"]))
        point = Point(gate["gate_lon"], gate["gate_lat"])
        features.append(Feature(point, gate["gate_name"], popup, bool(gate["indicative"])))
    return features
