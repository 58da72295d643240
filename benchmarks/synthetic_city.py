"""A make-believe city of the size of Shenzhen as an OSM extract, the same file every time.

    python benchmarks/synthetic_city.py city.osm.pbf [--rows 556]

A jittered lattice of streets 97 m apart, of which 31 of 100 blocks have no street: about 300,000
junctions, 830,000 directed edges and 237,000 ways, beside them 700,000 buildings, 20,000 amenities,
5,000 stretches of land use, 10,000 stops and 1,000 bus relations, in about 21 MB. ``--rows``
makes a smaller one: everything else follows.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import osmium
from osmium.osm import mutable

SEED = 20261125
ROWS = 556
STEP_DEG = 0.00091
WEST, SOUTH = 113.8, 22.4
BUILT, GOES_ON = 0.69, 0.62  # share of blocks with a street; of ways that go on over a junction
CLASSES = (
    ({"highway": "residential"}, 0.38),
    ({"highway": "service"}, 0.2),
    ({"highway": "footway"}, 0.2),
    ({"highway": "tertiary", "oneway": "yes", "lanes": "2"}, 0.08),
    ({"highway": "secondary", "oneway": "yes", "lanes": "3", "surface": "asphalt"}, 0.06),
    ({"highway": "unclassified"}, 0.05),
    ({"highway": "steps"}, 0.02),
    ({"highway": "service", "access": "private"}, 0.01),
)
AMENITIES = ("school", "hospital", "restaurant", "bank", "kindergarten")
USES = ("residential", "industrial", "commercial", "forest")
FIRST_STOP, FIRST_AMENITY = 10**6, 2 * 10**6
FIRST_CORNER, FIRST_BUILDING = 10**7, 10**7
FIRST_USE_CORNER, FIRST_USE = 9 * 10**7, 9 * 10**7


class City:
    """The positions and the ways of a city of ``rows`` by ``rows`` junctions."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.random = np.random.default_rng(SEED)
        lon, lat = np.meshgrid(np.arange(rows), np.arange(rows))
        jitter = self.random.uniform(-0.2, 0.2, size=(2, rows, rows))
        self.lon = (WEST + (lon + jitter[0]) * STEP_DEG).ravel()
        self.lat = (SOUTH + (lat + jitter[1]) * STEP_DEG).ravel()
        self.scale = (rows / ROWS) ** 2

    def count(self, of_a_city: int) -> int:
        """So many in a city of this size as ``of_a_city`` are in the whole one."""
        return max(int(of_a_city * self.scale), 10)

    def somewhere(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Positions near junctions, from south to north, as a file that was drawn by people."""
        near = np.sort(self.random.integers(0, self.rows**2, size=count))
        apart = self.random.uniform(0.15, 0.7, size=(2, count)) * STEP_DEG
        return self.lon[near] + apart[0], self.lat[near] + apart[1]

    def corners(self, count: int, side_deg: float) -> tuple[np.ndarray, np.ndarray]:
        """The four corners of each of ``count`` rectangles, turned every way."""
        lon, lat = self.somewhere(count)
        long, wide = self.random.uniform(0.5, 1.0, size=(2, count)) * side_deg
        turned = self.random.uniform(0, np.pi / 2, size=count)
        x = np.stack([0 * long, long, long, 0 * long], axis=1)
        y = np.stack([0 * wide, 0 * wide, wide, wide], axis=1)
        cos, sin = np.cos(turned)[:, None], np.sin(turned)[:, None]
        return (lon[:, None] + x * cos - y * sin).ravel(), (
            lat[:, None] + x * sin + y * cos
        ).ravel()

    def ways(self) -> Iterator[np.ndarray]:
        """Rows of the junctions of each way, along the rows of the lattice, then the columns."""
        grid = np.arange(self.rows**2).reshape(self.rows, self.rows)
        for line in (*grid, *grid.T):
            built = self.random.random(self.rows - 1) < BUILT
            goes_on = self.random.random(self.rows - 1) < GOES_ON
            cut = np.flatnonzero(~(built[1:] & built[:-1] & goes_on[1:])) + 1
            for part in np.split(np.arange(self.rows - 1), cut):
                if built[part[0]]:
                    yield line[part[0] : part[-1] + 2]


def write(path: Path, rows: int = ROWS) -> None:
    """Write the city: nodes, ways, relations, each by rising id."""
    city = City(rows)
    with osmium.SimpleWriter(str(path), overwrite=True, header=_header(city)) as writer:
        corners = _write_nodes(writer, city)
        _write_ways(writer, city, corners)
        _write_relations(writer, city)


def _header(city: City) -> osmium.io.Header:
    header = osmium.io.Header()
    east, north = (float(side.max()) + STEP_DEG for side in (city.lon, city.lat))
    header.add_box(
        osmium.osm.Box(WEST - STEP_DEG, SOUTH - STEP_DEG, round(east, 6), round(north, 6))
    )
    header.set("osmosis_replication_timestamp", "2026-11-01T00:00:00Z")
    return header


def _write_nodes(writer: osmium.SimpleWriter, city: City) -> tuple[int, int]:
    """How many buildings and stretches of land use have their corners in the file."""
    _points(writer, 1, city.lon, city.lat, lambda _: None)
    _points(writer, FIRST_STOP, *city.somewhere(city.count(10_000)), _stop)
    _points(writer, FIRST_AMENITY, *city.somewhere(city.count(20_000)), _amenity)
    counts = city.count(700_000), city.count(5_000)
    for first, count, side in zip(
        (FIRST_CORNER, FIRST_USE_CORNER), counts, (0.00012, 0.004), strict=True
    ):
        _points(writer, first, *city.corners(count, side), lambda _: None)
    return counts


def _points(writer, first, lon, lat, tags) -> None:
    for row, where in enumerate(zip(lon.tolist(), lat.tolist(), strict=True)):
        writer.add_node(mutable.Node(id=first + row, location=where, tags=tags(row)))


def _stop(row: int) -> dict[str, str]:
    return {"highway": "bus_stop", "name": f"Stop {row // 2}"}


def _amenity(row: int) -> dict[str, str]:
    return {"amenity": AMENITIES[row % len(AMENITIES)], "name": f"House {row}"}


def _write_ways(writer: osmium.SimpleWriter, city: City, corners: tuple[int, int]) -> None:
    kinds, shares = [kind for kind, _ in CLASSES], np.array([share for _, share in CLASSES])
    for row, way in enumerate(city.ways(), 1):
        tags = dict(kinds[city.random.choice(len(kinds), p=shares)])
        if row % 3 == 0:
            tags["name"] = f"{row % 4000} Road"
        writer.add_way(mutable.Way(id=row, nodes=(way + 1).tolist(), tags=tags))
    for first_way, first, count, tags_of in zip(
        (FIRST_BUILDING, FIRST_USE), (FIRST_CORNER, FIRST_USE_CORNER), corners,
        (_building, _use), strict=True,
    ):  # fmt: skip
        for row in range(count):
            low = first + 4 * row
            ring = [low, low + 1, low + 2, low + 3, low]
            writer.add_way(mutable.Way(id=first_way + row, nodes=ring, tags=tags_of(row)))


def _building(row: int) -> dict[str, str]:
    if row % 5:
        return {"building": "yes"}
    return {"building": "apartments", "building:levels": str(3 + row % 30)}


def _use(row: int) -> dict[str, str]:
    return {"landuse": USES[row % len(USES)]}


def _write_relations(writer: osmium.SimpleWriter, city: City) -> None:
    stops = city.count(10_000)
    for row in range(city.count(1_000)):
        calls = (row * 7 + np.arange(min(30, stops)) * 3) % stops
        members = [("n", FIRST_STOP + call, "platform") for call in calls.tolist()]
        tags = {"type": "route", "route": "bus", "ref": f"{row // 2}", "from": "A", "to": "B"}
        writer.add_relation(mutable.Relation(id=row + 1, members=members, tags=tags))


def main() -> None:
    """Write the file and print its size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, default=ROWS)
    given = parser.parse_args()
    write(given.path, given.rows)
    print(f"{given.path}: {given.path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
