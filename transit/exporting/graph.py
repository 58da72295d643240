"""Streets as a networkx graph that OSMnx takes for one of its own, and as GraphML."""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely

from transit.errors import DataError, Problem, UsageError, raise_if
from transit.model.network import Network
from transit.model.streets import Streets
from transit.output import write_made
from transit.parsing import CONTROL
from transit.sources.osm.own_graph import MARK, RIGHTS, read_own_graph
from transit.units import BoolArray

if TYPE_CHECKING:
    import networkx as nx

Who = Literal["walk", "bus", "all"]
_WAY = re.compile(r"way/(\d+)")


def to_networkx(network: Network, who: Who = "walk") -> nx.MultiDiGraph:
    """The streets as a ``MultiDiGraph`` as OSMnx makes them, in the network's metric CRS.

    One edge a piece and direction that may be used: by walkers at the hour of the network, by
    ``bus``, or with ``all`` by either at any hour, each with its rights. Nodes have ``x`` and ``y``
    in metres; edges ``osmid`` (the piece's number where the way is not OSM's), ``length`` in
    metres, ``geometry``, ``oneway`` and ``reversed``, and the columns of the piece. Forbidden turns
    and barriers are texts of the graph: networkx has no place for them.
    """
    import networkx as nx

    streets = network.streets
    if who not in ("walk", "bus", "all"):
        raise UsageError(Problem("who", f"{who!r} is not known", "use walk, bus or all"))
    graph = nx.MultiDiGraph(**_facts(network))
    uses = np.bincount(np.concatenate(streets.ends()), minlength=len(streets.node_xy))
    for node, ((x, y), count) in enumerate(zip(streets.node_xy.tolist(), uses, strict=True)):
        joint = int(streets.joint[node])
        graph.add_node(node, x=x, y=y, street_count=int(count), joint=joint)
    for tail, head, attributes in _edges(streets, *_open(streets, who)):
        graph.add_edge(tail, head, **attributes)
    return graph


def write_graphml(network: Network, path: str | Path) -> Path:
    """The GraphML file ``path`` of the streets, which ``osmnx.load_graphml`` reads.

    ``transit.from_osm`` reads it back as the same streets. Raises ``DataError``, and writes
    nothing, where it would not, or where the file cannot be written. Equal streets, equal bytes.
    """
    import networkx as nx

    path = Path(path)
    raise_if(_text_faults(network, path))
    if not len(network.streets):
        raise DataError(Problem(str(path), "the network has no streets", "export it as gtfs"))
    graph = _as_texts(to_networkx(network, "all"))
    packed = io.BytesIO()
    nx.write_graphml_xml(graph, packed, encoding="utf-8")

    def make(fresh: Path) -> None:
        fresh.write_bytes(packed.getvalue())
        read = read_own_graph(fresh, name=network.name).network.streets
        if read.fingerprint() != network.streets.fingerprint():
            what = "would read back otherwise"
            raise DataError(Problem(str(path), what, "report this: a graph cannot say it"))

    return write_made(path, make)


def _facts(network: Network) -> dict[str, Any]:
    streets = network.streets
    return {
        "crs": network.crs,
        "name": network.name,
        "simplified": True,
        MARK: "1",
        "transit_clock": streets.clock,
        "transit_credits": json.dumps(list(network.sources), ensure_ascii=False),
        "transit_no_turns": json.dumps(streets.no_turns.tolist()),
        "transit_barriers": json.dumps([[one.course, one.foot_hours] for one in streets.barriers]),
        "transit_study_area": shapely.to_wkt(network.study_area, rounding_precision=-1),
    }


def _open(streets: Streets, who: Who) -> tuple[BoolArray, BoolArray]:
    """Whether each piece has an edge along it, and one against it."""
    if who == "walk":
        return streets.foot()
    if who == "bus":
        return streets.motor()
    along, against = (
        streets.edges[[f"foot_{way}", f"motor_{way}"]].to_numpy(dtype=bool).any(axis=1)
        for way in ("forward", "backward")
    )
    # A piece that is open to nobody is there all the same, so that nothing is lost.
    return along | ~against, against


def _edges(
    streets: Streets, along: BoolArray, against: BoolArray
) -> Iterator[tuple[int, int, dict[str, Any]]]:
    start, end = streets.ends()
    rows = streets.edges.to_dict("records")
    for piece, row in enumerate(rows):
        line = streets.lines[piece]
        facts = _attributes(piece, row) | {
            "length": float(streets.length_m[piece]),
            "oneway": bool(along[piece] != against[piece]),
        }
        if along[piece]:
            yield int(start[piece]), int(end[piece]), facts | {"reversed": False, "geometry": line}
        if against[piece]:
            turned = facts | {"reversed": True, "geometry": line.reverse()}
            yield int(end[piece]), int(start[piece]), turned


def _attributes(piece: int, row: dict[Any, Any]) -> dict[str, Any]:
    """What is true of both directions; empty names, speeds and hours are left out."""
    ways = [int(way) for way in _WAY.findall(row["way_id"])]
    texts = {"name": row["street_name"], "foot_hours": row["foot_hours"]}
    told: dict[str, Any] = {name: text for name, text in texts.items() if text}
    if not math.isnan(row["bus_speed_kmh"]):
        told["bus_speed_kmh"] = float(row["bus_speed_kmh"])
    return {
        "osmid": (ways if len(ways) > 1 else ways[0]) if ways else piece,
        "piece": piece,
        "way_id": row["way_id"],
        "highway": row["highway"],
        **{name: bool(row[name]) for name in RIGHTS},
        "indicative": bool(row["indicative"]),
        "source": row["source"],
        **told,
    }


def _as_texts(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """The graph with every value as text, as ``osmnx.save_graphml`` writes it."""
    for data in (graph.graph, *(d for _, d in graph.nodes(data=True))):
        data.update({name: str(value) for name, value in data.items()})
    for *_, data in graph.edges(data=True):
        wkt = shapely.to_wkt(data["geometry"], rounding_precision=-1)
        data.update({name: str(value) for name, value in data.items()} | {"geometry": wkt})
    return graph


def _text_faults(network: Network, path: Path) -> list[Problem]:
    edges = network.streets.edges
    texts = {text for name in ("way_id", "street_name", "highway", "source")
             for text in edges[name].unique()}  # fmt: skip
    mend = "correct the text, or export the streets as gpkg"
    return [
        Problem(f"{path} {text[:40]!r}", "holds a control character, which XML cannot", mend)
        for text in sorted({*texts, network.name, *network.sources})
        if CONTROL.search(text)
    ]
