"""The bundled study area, read with other means than the toolkit's, and the command line.

Tables come through ``csv``, positions through ``pyproj``, walks through ``networkx``: nothing
here uses ``transit`` but ``run``, which calls the command as a shell would.
"""

from __future__ import annotations

import csv
import io
import json
import math
import shutil
import sys
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import networkx as nx
import shapely
from pyproj import Transformer

FOLDER = Path(__file__).resolve().parents[1] / "data" / "yinxing"
REACH_M = 100.0  # how far a stop or gate may stand from the street it is reached by

_to_metres = Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True)


def rows(name: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def features(name: str, folder: Path = FOLDER) -> list[dict]:
    return json.loads((folder / f"{name}.geojson").read_text(encoding="utf-8"))["features"]


def metres(lon: float | str, lat: float | str) -> tuple[float, float]:
    return _to_metres.transform(float(lon), float(lat))


@cache
def stop_points() -> dict[str, shapely.Point]:
    return {
        r["stop_id"]: shapely.Point(metres(r["stop_lon"], r["stop_lat"])) for r in rows("stops")
    }


@cache
def stop_names() -> dict[str, str]:
    return {row["stop_id"]: row["stop_name"] for row in rows("stops")}


@cache
def sequences() -> dict[str, list[str]]:
    """Stop ids of each pattern in order."""
    calls: dict[str, list[tuple[int, str]]] = {}
    for row in rows("calls"):
        calls.setdefault(row["pattern_id"], []).append((int(row["stop_sequence"]), row["stop_id"]))
    return {pattern: [stop for _, stop in sorted(found)] for pattern, found in calls.items()}


@cache
def line_of() -> dict[str, str]:
    """The line's short name of each pattern."""
    short = {row["route_id"]: row["route_short_name"] for row in rows("routes")}
    return {row["pattern_id"]: short[row["route_id"]] for row in rows("patterns")}


def lines_at(stops: set[str]) -> set[str]:
    """Lines that call at any of ``stops``."""
    return {line_of()[key] for key, calls in sequences().items() if stops & set(calls)}


@cache
def outline() -> shapely.Polygon:
    (feature,) = features("parks")
    ring = feature["geometry"]["coordinates"][0]
    return shapely.Polygon([metres(lon, lat) for lon, lat in ring])


@cache
def gauge_point() -> shapely.Point:
    (feature,) = features("parks")
    return shapely.Point(
        metres(feature["properties"]["point_lon"], feature["properties"]["point_lat"])
    )


@cache
def gates() -> dict[str, shapely.Point]:
    return {
        r["gate_id"]: shapely.Point(metres(r["gate_lon"], r["gate_lat"])) for r in rows("gates")
    }


def segments(who: str) -> list[tuple[tuple, tuple, dict]]:
    """Straight pieces between neighbouring vertices of the ways open to ``foot`` or ``motor``."""
    return [
        (tuple(start), tuple(end), feature["properties"])
        for feature in features("streets")
        if feature["properties"][who] == "yes"
        for start, end in pairwise(feature["geometry"]["coordinates"])
    ]


def walk_graph(places: dict[str, shapely.Point]) -> nx.Graph:
    """Every vertex a node; each place tied to its nearest segment at its foot point."""
    graph = nx.Graph()
    pieces = [(a, b, shapely.LineString([metres(*a), metres(*b)])) for a, b, _ in segments("foot")]
    for start, end, line in pieces:
        add_edge(graph, start, end, line.length)
    on_piece: dict[int, list[tuple[float, str]]] = {}
    for name, point in places.items():
        away = [line.distance(point) for *_, line in pieces]
        nearest = min(range(len(pieces)), key=away.__getitem__)
        if away[nearest] <= REACH_M:
            foot = pieces[nearest][2].project(point)
            on_piece.setdefault(nearest, []).append((foot, name))
            graph.add_edge(("foot", name), name, length=away[nearest])
    for piece, feet in on_piece.items():
        start, end, line = pieces[piece]
        along = [(0.0, start), *((foot, ("foot", name)) for foot, name in sorted(feet)),
                 (line.length, end)]  # fmt: skip
        for (first_m, first), (next_m, following) in pairwise(along):
            add_edge(graph, first, following, next_m - first_m)
    return graph


def add_edge(graph: nx.Graph, start: object, end: object, length: float) -> None:
    old = graph.get_edge_data(start, end, {"length": math.inf})["length"]
    graph.add_edge(start, end, length=min(old, length))


@cache
def walked() -> dict[str, dict[str, float]]:
    """Metres from each gate to each stop along the drawn streets, where there is a way."""
    places = {f"gate {gate}": point for gate, point in gates().items()}
    near = {stop: p for stop, p in stop_points().items() if p.distance(outline()) <= 2000}
    graph = walk_graph(places | near)
    return {
        gate: nx.single_source_dijkstra_path_length(graph, f"gate {gate}", weight="length")
        for gate in gates()
    }


def walk_m(stop: str) -> float:
    """Metres from the nearest gate by walking; ``inf`` where there is no way."""
    return min(found.get(stop, math.inf) for found in walked().values())


# ---------------------------------------------------------------- copies and the command line


def copy_bundle(target: Path) -> Path:
    """A copy of the study area that a test may spoil."""
    shutil.copytree(FOLDER, target)
    return target


def copy_of_few_lines(target: Path, lines: tuple[str, ...]) -> Path:
    """A copy that holds some lines only, so that it is read fast."""
    copy_bundle(target)
    patterns = {row["pattern_id"] for row in rows("patterns") if row["route_id"] in lines}
    stops = {stop for pattern in patterns for stop in sequences()[pattern]}
    kept = {"routes": ("route_id", set(lines)), "patterns": ("route_id", set(lines)),
            "calls": ("pattern_id", patterns), "frequencies": ("pattern_id", patterns),
            "stops": ("stop_id", stops)}  # fmt: skip
    for name, (column, wanted) in kept.items():
        found = rows(name)
        with (target / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(found[0]))
            writer.writeheader()
            writer.writerows(row for row in found if row[column] in wanted)
    return target


def replace_text(path: Path, old: str, new: str, count: int = 1) -> None:
    """``old`` replaced in a file; fails when it is not there, so that no test tests nothing."""
    text = path.read_text(encoding="utf-8-sig")
    if old not in text:
        raise ValueError(f"{old!r} is not in {path.name}")
    path.write_text(text.replace(old, new, count), encoding="utf-8", newline="")


def snapshot(folder: Path) -> dict[str, bytes | None]:
    """Every file below ``folder`` with its bytes, and every folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


@dataclass(frozen=True)
class Ran:
    """What a run of the command gave: exit code, standard output as bytes, error text."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode("utf-8")


def run(*arguments: object, console: str = "utf-8") -> Ran:
    """``transit`` with ``arguments``, in this process; an uncaught error comes through.

    ``console`` is the encoding of the terminal.
    """
    from transit import cli

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=console, newline="") for _ in range(2))
    kept = sys.argv, sys.stdout, sys.stderr
    sys.argv, sys.stdout, sys.stderr = ["transit", *map(str, arguments)], out, err
    code: int | str | None = 0
    try:
        cli.main()
    except SystemExit as exit_:
        code = exit_.code
    finally:
        sys.argv, sys.stdout, sys.stderr = kept
    out.flush()
    err.flush()
    return Ran(
        int(code or 0), out.buffer.getvalue(), err.buffer.getvalue().decode(console, "replace")
    )
