"""How long the editor takes from a gesture to the figures on the panel.

    python benchmarks/editor.py [--runs 7] [--feed FEED.zip --streets CITY.osm.pbf]

On the bundled area with M450 picked, or on a city of your own with a made-up park at its middle
stop and the course with most calls near there: a stop dragged, a stop added, the line extended to
the park, a call dropped, a headway changed. Prints the median and the longest seconds of each, all
told: the change, coverage, ledger, vehicles and kilometres, the course drawn and the scenario as
YAML; and the median seconds of the processor, which other programs that run at the same time do not
lengthen as much. A planner is to wait less than one second.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
import pandas as pd
from shapely.geometry import Point, Polygon

import transit
from transit.editor.widget import Editor
from transit.units import unproject

LIMIT_S = 1.0
PARK_M = 300.0
Gestures = dict[str, dict[str, object]]
GESTURES: Gestures = {
    "drag a stop": {"do": "move", "stop": "S0070", "lon": 114.0335, "lat": 22.7283},
    "add a stop": {"do": "add", "place": {"lon": 114.0417, "lat": 22.7300}},
    "extend to the park": {"do": "park", "end": "end"},
    "drop a call": {"do": "remove", "stop": "S0070"},
    "change the headway": {"do": "headway", "minutes": 8},
}


def bundled() -> tuple[Editor, Gestures]:
    """The editor on the bundled area, and gestures there."""
    area = transit.read_area(transit.bundled_area())
    editor = transit.edit(area.network, area.parks[0])
    editor.ask(do="pick", pattern="M450_1")
    return editor, GESTURES


def city(feed: Path, streets: Path) -> tuple[Editor, Gestures]:
    """The editor on a city, with a park of 300 m round its middle stop, and gestures there."""
    network = transit.read_gtfs(feed, streets=transit.from_osm(streets).streets).network
    middle = np.median(network.stop_xy, axis=0)
    near = np.hypot(*(network.stop_xy - middle).T)
    stop = network.feed.stops["stop_id"].iloc[int(np.argmin(near))]
    visits = network.feed.visits
    calling = visits.loc[visits["stop_id"] == stop, "pattern_id"]
    lengths = visits[visits["pattern_id"].isin(calling)].groupby("pattern_id").size()
    park = _park(network, stop)
    print(f"{len(network.feed.stops):,} stops, {len(network.feed.patterns):,} patterns, "
          f"{len(network.streets.edges):,} street pieces")  # fmt: skip
    editor = transit.edit(network, park)
    editor.ask(do="pick", pattern=str(lengths.idxmax()))
    xy = network.stop_xy[network.stop_row[stop]]
    lon, lat = (float(one) for one in unproject(xy[None] + (80.0, 0.0), network.crs)[0])
    return editor, {
        "drag a stop": {"do": "move", "stop": stop, "lon": lon, "lat": lat},
        "add a stop": {"do": "add", "place": {"lon": lon, "lat": lat}},
        "extend to the park": {"do": "park", "end": "end"},
        "drop a call": {"do": "remove", "stop": stop},
        "change the headway": {"do": "headway", "minutes": 8},
    }


def _park(network: transit.Network, stop: str) -> transit.Park:
    xy = network.stop_xy[network.stop_row[stop]]
    outline = Point(xy).buffer(PARK_M)
    lon, lat = (float(one) for one in unproject(xy[None], network.crs)[0])
    ring = unproject(np.asarray(outline.exterior.coords), network.crs)
    gates = pd.DataFrame(
        {"park_id": "P", "gate_id": ["G"], "gate_name": ["gate"], "gate_lon": [lon],
         "gate_lat": [lat], "indicative": True, "year": 2020, "source": "benchmark"}
    )  # fmt: skip
    return transit.Park.from_wgs84(
        "P", "made up", crs=network.crs, point=(lon, lat), outline=Polygon(ring), gates=gates,
        indicative=True, source="benchmark",
    )  # fmt: skip


def seconds(editor: Editor, gesture: dict[str, object], number: int) -> tuple[float, float]:
    """Seconds, and processor seconds, of one gesture, taken back afterwards.

    Each run points a little elsewhere.
    """
    asked = {name: _elsewhere(value, number) for name, value in gesture.items()}
    begin, worked = time.perf_counter(), time.process_time()
    editor.ask(**asked)
    taken = time.perf_counter() - begin, time.process_time() - worked
    assert not editor.state.faults, editor.state.faults
    editor.ask(do="undo")
    return taken


def _elsewhere(value: object, number: int) -> object:
    """Degrees moved by 1 m a run, so that no answer is one that was kept."""
    if isinstance(value, dict):
        return {name: _elsewhere(one, number) for name, one in value.items()}
    degrees = isinstance(value, float)
    return value + number * 1e-5 if degrees else value


def main() -> None:
    """Time all gestures and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--feed", type=Path)
    parser.add_argument("--streets", type=Path)
    given = parser.parse_args()
    editor, gestures = city(given.feed, given.streets) if given.feed else bundled()
    print(f"{'gesture':<22}{'median s':>10}{'longest s':>11}{'processor s':>13}   below 1 s")
    for name, gesture in gestures.items():
        taken = [seconds(editor, gesture, number) for number in range(given.runs + 1)][1:]
        whole, worked = zip(*taken, strict=True)
        verdict = "yes" if max(whole) < LIMIT_S else "no"
        print(f"{name:<22}{statistics.median(whole):>10.3f}{max(whole):>11.3f}"
              f"{statistics.median(worked):>13.3f}   {verdict}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
