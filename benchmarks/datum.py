"""How fast datums are converted, and how often the datum of a cut of a real table is found.

    python benchmarks/datum.py [--points 1000000] [--trials 60] [--seed 1] [--data ../shared/data]

First points a second of processor time and the round trip's error, each datum both ways. Then
random cuts of the 2020 lines of Shenzhen (windows of 2 and 4 km, samples of 50 and 200 calls,
single lines), in each datum in turn, laid on layers of other origin. Printed are the
share found with certainty, the share whose best was right, and how many were certain and wrong.
One cut in five is moved by 250–1,500 m, so that no datum is true: there a certain answer is
counted where it is more than 150 m off.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import transit
from transit.datum import DATUMS, from_wgs84, to_wgs84
from transit.sources.datum_fit import DatumFit, TrustedLayer, datum_fit
from transit.units import project, unproject

CRS = "EPSG:4547"
PARK = (114.042, 22.729)
LAYERS = ("metro", "zones", "streets", "roads of 2025", "stops of 2025")
TOGETHER = (
    *((name,) for name in LAYERS),
    ("zones", "metro"),
    ("streets", "metro"),
    ("streets", "zones", "metro"),
    ("stops of 2025", "roads of 2025", "zones", "metro"),
)
DRAWS = ("window 2 km", "window 4 km", "50", "200", "line")


@dataclass
class Cuts:
    """Random cuts of the calls ``pool`` (rows) of the lines of 2020."""

    lines: pd.DataFrame
    xy: np.ndarray
    pool: np.ndarray
    random: np.random.Generator

    def draw(self, kind: str) -> np.ndarray:
        """Rows of one cut."""
        if kind == "line":
            name = self.lines["linename"].iloc[self.random.choice(self.pool)]
            return np.flatnonzero(self.lines["linename"] == name)
        if not kind.startswith("window"):
            return self.random.choice(self.pool, min(int(kind), len(self.pool)), replace=False)
        size = 1000 * int(kind.split()[1])
        middle = self.xy[self.random.choice(self.pool)] + self.random.uniform(
            -size / 3, size / 3, 2
        )
        return self.pool[(np.abs(self.xy[self.pool] - middle) <= size / 2).all(axis=1)]


def speed(points: int) -> None:
    """Points a second of processor time and the largest error of a round trip, printed a datum."""
    degrees = np.random.default_rng(0).uniform((100, 25), (117, 40), (points, 2))
    for datum in ("GCJ-02", "BD-09"):
        begin = time.process_time()
        shifted = from_wgs84(degrees, datum)
        middle = time.process_time()
        back = to_wgs84(shifted, datum)
        end = time.process_time()
        error_m = np.abs(back - degrees).max() * 111_320
        print(
            f"{datum}: from WGS-84 {points / (middle - begin):,.0f} points/s, "
            f"to WGS-84 {points / (end - middle):,.0f} points/s, round trip {error_m * 1e3:.4f} mm"
        )


def layers(data: Path) -> dict[str, TrustedLayer]:
    """The trusted layers of the shared data."""
    metro = pd.read_csv(data / "shenzhen_metro" / "stations_wgs84.csv")
    zones = gpd.read_file(data / "shenzhen_zones" / "SZ_districts.shp").boundary
    streets = transit.from_osm(data / "futian_osm" / "futian_osmnx.graphml", crs=CRS).streets
    paths = pd.read_csv(data / "shenzhen_bus_2025" / "park_paths.csv").sort_values(["line", "i"])
    roads = [
        shapely.LineString(group[["lon_wgs84", "lat_wgs84"]]) for _, group in paths.groupby("line")
    ]
    stops = pd.read_csv(data / "shenzhen_bus_2025" / "park_lines.csv")
    return {
        "metro": TrustedLayer(
            "metro stations", "stations", shapely.points(metro[["lon", "lat"]]), list(metro.name_cn)
        ),
        "zones": TrustedLayer(
            "zone boundaries", "streets", shapely.get_parts(zones.to_numpy()), crs="EPSG:3857"
        ),
        "streets": TrustedLayer("streets", "streets", streets.lines, crs=CRS),
        "roads of 2025": TrustedLayer("roads of 2025", "streets", np.array(roads, dtype=object)),
        "stops of 2025": TrustedLayer(
            "stops of 2025",
            "stops",
            shapely.points(stops[["lon_wgs84", "lat_wgs84"]]),
            list(stops.stop),
        ),
    }


def pool(lines_xy: np.ndarray, names: tuple[str, ...], held: dict[str, TrustedLayer]) -> np.ndarray:
    """Rows where the layers ``names`` have something to say."""
    if any("2025" in name for name in names):
        return np.flatnonzero(np.hypot(*(lines_xy - project([PARK], CRS)).T) < 2500)
    if "streets" not in names:
        return np.arange(len(lines_xy))
    west, south, east, north = shapely.total_bounds(held["streets"].in_crs(CRS).shapes)
    x, y = lines_xy.T
    return np.flatnonzero((x > west) & (x < east) & (y > south) & (y < north))


def trials(
    cuts: Cuts, kind: str, count: int, judged: Callable[[np.ndarray, np.ndarray], DatumFit]
) -> tuple[str, int, int]:
    """One row of the table, how many were certain and wrong, and how many of the moved."""
    sure = right = wrong = astray = asked = 0
    for trial in range(count):
        rows, datum = cuts.draw(kind), DATUMS[trial % 3]
        moved = trial % 5 == 4
        angle, metres = cuts.random.uniform(0, 2 * np.pi), cuts.random.uniform(250, 1500)
        move = moved * metres * np.array([np.cos(angle), np.sin(angle)])
        written = from_wgs84(unproject(cuts.xy[rows] + move, CRS), datum)
        fit = judged(written, rows)
        if moved:
            off = project(to_wgs84(written, fit.best), CRS) - cuts.xy[rows]
            astray += bool(fit.certain and np.median(np.hypot(*off.T)) > 150)
            continue
        asked += 1
        right += fit.best == datum
        sure += fit.certain and fit.best == datum
        wrong += fit.certain and fit.best != datum
    told = (
        f"certain {sure / asked:4.0%}  best right {right / asked:4.0%}  certain and wrong {wrong}"
    )
    return f"{told} of {asked}; of {count - asked} moved {astray}", wrong, astray


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--points", type=int, default=1_000_000)
    asked.add_argument("--trials", type=int, default=60)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--data", type=Path, default=Path("../shared/data"))
    options = asked.parse_args()
    speed(options.points)
    held = layers(options.data)
    lines = pd.read_csv(options.data / "shenzhen_bus_2020" / "line_stops_wgs84.csv")
    xy = project(to_wgs84(lines[["lon_bd09", "lat_bd09"]].to_numpy(), "BD-09"), CRS)
    names = lines["stop"].to_numpy()
    total = np.zeros(2, dtype=int)
    for together in TOGETHER:
        trusted = [held[name] for name in together]
        for kind in DRAWS:
            cuts = Cuts(lines, xy, pool(xy, together, held), np.random.default_rng(options.seed))
            told, *counted = trials(
                cuts,
                kind,
                options.trials,
                lambda written, rows, trusted=trusted: datum_fit(
                    written, trusted, names=names[rows]
                ),
            )
            total += counted
            print(f"{' + '.join(together):46s} {kind:11s}  {told}", flush=True)
    print(f"certain and wrong: {total[0]}; of those moved {total[1]}")


if __name__ == "__main__":
    main()
