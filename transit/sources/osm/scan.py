"""What an OSM file holds under certain keys, read in one pass that stays inside osmium.

A Python loop over osmium's objects spends most of its time turning tags and positions into
Python values one by one. So osmium filters the file, puts positions on its ways and writes what is
left as OPL, its text form of one object a line; equal tags are then read once, and the positions of
all ways at once.
"""

from __future__ import annotations

import ctypes
import re
import tempfile
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium

from transit.parsing import CONTROL
from transit.sources.osm.data import RawWays, Relation
from transit.units import FloatArray, IntArray

_FORMAT = "opl,add_metadata=timestamp,add_visible_flag=true,locations_on_ways=true"
_MEMBER = {"n": "node", "w": "way", "r": "relation"}
_ESCAPED = re.compile("%([0-9a-fA-F]+)%")
_TO_BLANKS = bytes.maketrans(b"nxy,", b"    ")
_BLOCK = 50_000
_NOWHERE = 999.0
"""Stands for the missing degrees of a node while numbers are read: no longitude is so large."""
DAMAGED = (
    RuntimeError, OSError, ValueError, IndexError, OverflowError, osmium.InvalidLocationError,
)  # fmt: skip
"""What osmium raises for a file that is damaged or no OSM file."""

Tags = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class RawNodes:
    """Tagged nodes: OSM ids, tags, and WGS-84 degrees, shape (nodes, 2)."""

    node_ids: IntArray
    tags: tuple[Tags, ...]
    lonlat: FloatArray

    def take(self, rows: IntArray) -> RawNodes:
        """The nodes of ``rows``, in that order."""
        return RawNodes(
            self.node_ids[rows], tuple(self.tags[row] for row in rows), self.lonlat[rows]
        )


@dataclass(frozen=True, eq=False)
class Scan:
    """What a file holds under the keys asked for; equal tags are one mapping.

    ``newest`` is the newest time stamp among it (ISO, empty when there is none). ``locations``
    knows the position of every node of the file.
    """

    nodes: RawNodes
    ways: RawWays
    relations: tuple[Relation, ...]
    newest: str
    locations: osmium.index.LocationTable


@dataclass(eq=False)
class _Lines:
    """The ids, tags and positions of one kind of object read so far (grows while reading).

    ``places`` are texts, and become numbers a block at a time: texts need several times the room.
    """

    columns: int
    ids: array[int] = field(default_factory=lambda: array("q"))
    tags: list[Tags] = field(default_factory=list)
    counts: array[int] = field(default_factory=lambda: array("q"))
    places: list[str] = field(default_factory=list)
    blocks: list[FloatArray] = field(default_factory=list)

    def add(self, number: int, tags: Tags, place: str) -> None:
        self.ids.append(number)
        self.tags.append(tags)
        self.counts.append(place.count(",") + 1 if place else 0)
        if place:
            self.places.append(place)
        if len(self.places) == _BLOCK:
            self.pack()

    def pack(self) -> None:
        self.blocks.append(_numbers(self.places, self.columns))
        self.places = []

    def numbers(self) -> FloatArray:
        """All numbers as one; the blocks go, for a city's need much room."""
        self.pack()
        blocks, self.blocks = self.blocks, []
        return np.concatenate(blocks)


@dataclass(eq=False)
class _Found:
    """What the lines read so far say: nodes, ways and relations, and the newest time stamp."""

    nodes: _Lines = field(default_factory=lambda: _Lines(columns=2))
    ways: _Lines = field(default_factory=lambda: _Lines(columns=3))
    relations: list[Relation] = field(default_factory=list)
    newest: str = ""


def scan(path: Path, keys: Collection[str]) -> Scan:
    """Nodes, ways and relations of a file that carry any of ``keys``.

    Raises what osmium raises for a damaged file, one of ``DAMAGED``.
    """
    locations = osmium.index.create_map("flex_mem")
    placing = osmium.NodeLocationsForWays(locations)
    placing.ignore_errors()
    chosen = osmium.filter.KeyFilter(*keys)
    found = _read(_written(path, osmium.osm.ALL, placing, chosen))
    nodes, ways = _nodes(found.nodes), _ways(found.ways)
    return Scan(nodes, ways, tuple(found.relations), found.newest[1:], locations)


def ways_by_id(path: Path, ids: Collection[int], locations: osmium.index.LocationTable) -> RawWays:
    """Ways of a file that has been scanned, by their ids, whatever their tags; those it has."""
    placing = osmium.NodeLocationsForWays(locations)
    placing.ignore_errors()
    chosen = osmium.filter.IdFilter(ids)
    lines = _written(path, osmium.osm.WAY, placing, chosen) if ids else ()
    return _ways(_read(lines).ways)


def nodes_by_id(path: Path, ids: Collection[int]) -> RawNodes:
    """Nodes of a file by their ids, whatever their tags; those it has."""
    chosen = osmium.filter.IdFilter(ids)
    lines = _written(path, osmium.osm.NODE, chosen) if ids else ()
    return _nodes(_read(lines).nodes)


def _written(
    path: Path, entities: osmium.osm.osm_entity_bits, *handlers: osmium.BaseHandler
) -> Iterator[str]:
    """Lines of OPL of the objects that pass the filters among ``handlers``."""
    with tempfile.TemporaryDirectory(prefix="transit-") as folder:
        target = Path(folder) / "chosen.opl"
        with osmium.io.Reader(str(path), entities) as reader, _writing(target) as writer:
            osmium.apply(reader, *handlers, writer)
        with target.open(encoding="utf-8", newline="\n") as lines:
            yield from lines


@contextmanager
def _writing(target: Path) -> Iterator[osmium.SimpleWriter]:
    """A writer of OPL to ``target`` that raises where it cannot write.

    osmium ends the whole process when a writer is destroyed that could not write (a full disk, a
    text that is no Unicode). So such a writer is never destroyed: a reference to it stays.
    """
    writer = osmium.SimpleWriter(osmium.io.File(str(target), _FORMAT))
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(writer))
    try:
        yield writer
    except BaseException:
        with suppress(*DAMAGED):
            _closed(writer)
        raise
    _closed(writer)


def _closed(writer: osmium.SimpleWriter) -> None:
    writer.close()
    ctypes.pythonapi.Py_DecRef(ctypes.py_object(writer))


def _read(lines: Iterable[str]) -> _Found:
    """What lines such as ``w1 dV t2026-01-01T00:00:00Z Thighway=path Nn1x9.1y0.2,n2x9.1y0.3`` say.

    Deleted objects are passed over.
    """
    found = _Found()
    known: dict[str, Tags] = {}
    for line in lines:
        head, visible, stamp, tag_text, *rest = line.rstrip("\n").split(" ")
        if visible == "dD":
            continue
        tags = known.get(tag_text)
        if tags is None:
            tags = known[tag_text] = _tags(tag_text[1:])
        found.newest = max(found.newest, stamp)
        kind, number = head[0], int(head[1:])
        if kind == "w":
            found.ways.add(number, tags, rest[0][1:])
        elif kind == "n":
            found.nodes.add(number, tags, "".join(rest))
        elif kind == "r":
            found.relations.append(Relation(number, tags, _members(rest[0][1:])))
    return found


def _tags(text: str) -> Tags:
    pairs = (pair.partition("=") for pair in text.split(",") if pair)
    return {_plain(key): _plain(value) for key, _, value in pairs}


def _members(text: str) -> tuple[tuple[str, str], ...]:
    parts = (part.partition("@") for part in text.split(",") if part)
    return tuple((f"{_MEMBER[ref[0]]}/{ref[1:]}", _plain(role)) for ref, _, role in parts)


def _plain(text: str) -> str:
    """A text of OPL, which writes some characters as ``%20%``, as it was.

    Characters that a terminal would act on, and halves of characters, are shown as replaced.
    """
    if "%" not in text:
        return text
    found = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", found)


def _nodes(lines: _Lines) -> RawNodes:
    return RawNodes(np.array(lines.ids, dtype=np.int64), tuple(lines.tags), lines.numbers())


def _ways(lines: _Lines) -> RawWays:
    numbers = lines.numbers()
    return RawWays(
        np.array(lines.ids, dtype=np.int64),
        tuple(lines.tags),
        numbers[:, 0].astype(np.int64),
        numbers[:, 1:].copy(),
        np.concatenate([[0], np.cumsum(lines.counts)]).astype(np.int64),
    )


def _numbers(places: list[str], columns: int) -> FloatArray:
    """Numbers of texts such as ``n1x9.1y0.2``, one row a node; not-a-number where degrees lack."""
    text = ",".join(places).replace("xy", f"x{_NOWHERE}y{_NOWHERE}").encode()
    numbers = np.fromstring(text.translate(_TO_BLANKS).decode(), dtype=np.float64, sep=" ")
    numbers = numbers.reshape(-1, columns)
    degrees = numbers[:, -2:]
    degrees[degrees == _NOWHERE] = np.nan
    return numbers
