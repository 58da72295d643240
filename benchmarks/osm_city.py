"""How fast a city comes out of an OSM extract, and in how much memory, against other readers.

    python benchmarks/osm_city.py [--file city.osm.pbf] [--runs 3] [--others .venv-bench/bin/python]

Without ``--file`` the make-believe city of ``synthetic_city.py`` is written and read. Each reader
runs in a process of its own, which times the reading (not the imports), by the clock and of the
processors, and asks the system for its peak memory; the median of the runs counts (of OSMnx one
run). The bars are osmium's own: a loop over the objects with
the keys that we read, positions on their ways, that takes nothing, and one that takes their tags.

pyrosm needs an environment of its own (``python -m venv .venv-bench``, then
``.venv-bench/bin/pip install pyrosm igraph``); without it the row says so.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Found = dict[str, Any]
OTHERS = ("pyrosm: tables", "pyrosm: graph")


def timed(job: Callable[[], Any]) -> tuple[Any, Found]:
    """What a job gives, and its seconds: by the clock, and of the processors (all threads)."""
    begin, cpu = time.perf_counter(), time.process_time()
    result = job()
    return result, {"s": time.perf_counter() - begin, "cpu_s": time.process_time() - cpu}


def looped(path: Path, *, tags: bool) -> Found:
    """The bar: osmium's objects of our keys in a loop, with positions on ways."""
    import osmium

    from transit.sources.osm.files import STREET_KEYS

    def loop() -> int:
        count = 0
        objects = osmium.FileProcessor(str(path)).with_locations()
        for thing in objects.with_filter(osmium.filter.KeyFilter(*STREET_KEYS)):
            count += 1
            if tags:
                dict(thing.tags)
        return count

    count, seconds = timed(loop)
    return seconds | {"objects": count}


def arrays(path: Path) -> Found:
    """What the file holds, as arrays: the part that the bar is for."""
    from transit.sources.osm.files import read_file

    data, seconds = timed(lambda: read_file(path))
    return seconds | {"ways": len(data.ways)}


def network(path: Path, places: tuple[str, ...] = ()) -> Found:
    """The whole network: pieces with rights, stops, lines; with places when asked."""
    import transit
    import transit.sources.osm.build
    import transit.sources.osm.files

    reading, seconds = timed(lambda: transit.read_osm(path, places=places))
    streets = reading.network.streets
    along, against = streets.foot()
    counts = {"nodes": len(streets.node_xy), "edges": int(along.sum() + against.sum())}
    km = {"km": float(streets.length_m.sum()) / 1000}
    return seconds | counts | km | ({"places": len(reading.places)} if places else {})


def walk_graph(path: Path) -> Found:
    """The whole network, and its walk graph as arrays of arcs, ready for shortest paths."""
    import transit
    import transit.sources.osm.build
    import transit.sources.osm.files

    arcs, seconds = timed(lambda: transit.read_osm(path).network.streets.foot_arcs)
    return seconds | {"arcs": len(arcs.head)}


def by_pyrosm(path: Path, *, graph: bool = False) -> Found:
    """Tables of nodes and edges for walkers, by pyrosm; and the graph of igraph it makes."""
    from pyrosm import OSM

    def read() -> tuple[Any, Any, Any]:
        osm = OSM(str(path))
        nodes, edges = osm.get_network(network_type="walking", nodes=True)
        if not graph:
            return nodes, edges, None
        options = {"graph_type": "igraph", "network_type": "walking"}
        return nodes, edges, osm.to_graph(nodes, edges, **options)

    (nodes, edges, _), seconds = timed(read)
    km = {"km": float(edges["length"].sum()) / 1000}
    return seconds | {"nodes": len(nodes), "edges": 2 * len(edges)} | km


def by_osmnx(path: Path) -> Found:
    """OSMnx's graph of the streets, from XML that osmium wrote of them beforehand."""
    import osmium
    import osmnx

    def write(xml: Path) -> None:
        with osmium.BackReferenceWriter(str(xml), ref_src=str(path), overwrite=True) as writer:
            ways = osmium.FileProcessor(str(path), osmium.osm.WAY)
            for way in ways.with_filter(osmium.filter.KeyFilter("highway")):
                writer.add(way)

    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "streets.osm"
        _, conversion = timed(lambda: write(xml))
        graph, seconds = timed(
            lambda: osmnx.graph_from_xml(xml, bidirectional=True, simplify=False, retain_all=True)
        )
    km = {"km": sum(length for *_, length in graph.edges(data="length")) / 2000}
    counts = {"nodes": len(graph), "edges": graph.number_of_edges()}
    return seconds | counts | km | {"conversion_s": conversion["s"]}


ENGINES: dict[str, Callable[[Path], Found]] = {
    "osmium: loop, takes nothing": lambda path: looped(path, tags=False),
    "osmium: loop, takes tags": lambda path: looped(path, tags=True),
    "transit: arrays": arrays,
    "transit: network": network,
    "transit: network and places": lambda path: network(path, ("building", "land_use", "amenity")),
    "transit: network and walk graph": walk_graph,
    "pyrosm: tables": by_pyrosm,
    "pyrosm: graph": lambda path: by_pyrosm(path, graph=True),
    "OSMnx from XML": by_osmnx,
}


def measured(python: str, engine: str, path: Path, runs: int) -> Found | str:
    """The median run of an engine, each in its own process; or why there is none."""
    found = []
    for _ in range(runs):
        command = [python, __file__, "--engine", engine, "--file", str(path)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            return f"not measured: {error}"
        if done.returncode:
            return f"not measured: {done.stderr.strip().splitlines()[-1]}"
        found.append(json.loads(done.stdout.splitlines()[-1]))
    return sorted(found, key=lambda one: one["s"])[len(found) // 2]


def one_engine(engine: str, path: Path) -> None:
    """Run one engine here, and print what it found with the peak memory of this process."""
    found = ENGINES[engine](path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found | {"MB": round(peak)}))


def report(path: Path, others: str, runs: int) -> None:
    """Measure all engines and print a table, then the ratios that count."""
    rows = {engine: measured(others if engine in OTHERS else sys.executable, engine, path,
                             1 if engine == "OSMnx from XML" else runs)
            for engine in ENGINES}  # fmt: skip
    print(f"{path.name}, {path.stat().st_size / 1e6:.1f} MB")
    print(f"{'reader':<33}{'by the clock':>10}{'processors':>10}{'peak':>10}")
    for engine, row in rows.items():
        if isinstance(row, str):
            print(f"{engine:<33}{row}")
            continue
        told = {key: value for key, value in row.items() if key not in ("s", "cpu_s", "MB")}
        rest = ", ".join(f"{key} {value:,.0f}" for key, value in told.items())
        clock, cpu = (f"{row[unit]:>8.2f} s" for unit in ("s", "cpu_s"))
        print(f"{engine:<33}{clock}{cpu}{row['MB']:>7,} MB   {rest}")
    for ours, other in (
        ("transit: arrays", "osmium: loop, takes nothing"),
        ("transit: arrays", "osmium: loop, takes tags"),
        ("transit: network", "pyrosm: tables"),
        ("transit: network and walk graph", "pyrosm: graph"),
        ("transit: network and walk graph", "OSMnx from XML"),
    ):
        pair = rows[ours], rows[other]
        if all(isinstance(row, dict) for row in pair):
            clock, cpu = (pair[0][unit] / pair[1][unit] for unit in ("s", "cpu_s"))
            print(f"{ours} ÷ {other}: {clock:.2f} by the clock, {cpu:.2f} of the processors")


def main() -> None:
    """Measure, or run the one engine that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--others", default=".venv-bench/bin/python")
    parser.add_argument("--engine", choices=ENGINES)
    given = parser.parse_args()
    if given.engine:
        one_engine(given.engine, given.file)
        return
    if given.file:
        report(given.file, given.others, given.runs)
        return
    from synthetic_city import write

    with tempfile.TemporaryDirectory() as folder:
        city = Path(folder) / "city.osm.pbf"
        write(city)
        report(city, given.others, given.runs)


if __name__ == "__main__":
    main()
