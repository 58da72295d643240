"""How long a study of many scenarios takes: the first run, and one that keeps what is known.

    python benchmarks/study.py [--scenarios 1000] [--jobs 1] [--outputs tables maps]

On the bundled area within 500 m: half of the scenarios give one of its lines another headway, half
put a new kerb somewhere near the park and let M450 start there. Prints seconds, cases a second, the
peak memory of the process in MB and the size of the index page.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import yaml

import transit

ORIGIN = {"indicative": True, "year": 2026, "source": "benchmark"}
SOUTH, STEP_DEG, COLUMNS = 22.7240, 0.0004, 25
ROAD = 114.0417  # 新丹路, which runs north to south through the park


def changes(number: int, lines: list[str]) -> list[dict[str, object]]:
    """The changes of scenario ``number``: a headway, or a new stop at which M450 starts."""
    if number % 2 == 0:
        secs = 201 + 7 * (number // 2)
        line = lines[(number // 2) % len(lines)]
        return [{"verb": "change_headway", "line": line, "headway_secs": secs, **ORIGIN}]
    row, column = divmod(number // 2, COLUMNS)
    lon, lat = ROAD + 0.000005 * (column - COLUMNS / 2), SOUTH + STEP_DEG * row
    stop = {"stop_id": f"B{number}", "stop_name": f"试验站{number}", "lon": lon, "lat": lat}
    return [
        {"verb": "new_stop", **stop, "datum": "WGS-84", **ORIGIN},
        {"verb": "extend_line", "line": "M450", "direction_id": 0, "end": "start",
         "stops": [f"B{number}"]},
    ]  # fmt: skip


def write_study(folder: Path, count: int, outputs: list[str]) -> Path:
    """A study of ``count`` scenario files in ``folder``."""
    feed = transit.read_area(transit.bundled_area()).network.feed
    lines = sorted(feed.routes["route_short_name"])
    names = [f"s{number:04d}.yaml" for number in range(count)]
    for number, name in enumerate(names):
        content = {"scenario": f"s{number:04d}", "changes": changes(number, lines)}
        (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    study = {"study": "benchmark", "areas": [str(transit.bundled_area())], "scenarios": names}
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(study | {"outputs": outputs}), encoding="utf-8")
    return path


def main() -> None:
    """Time both runs and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenarios", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--outputs", nargs="*", default=[])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        study = write_study(Path(place), asked.scenarios, asked.outputs)
        for what in ("first run", "run again"):
            begin = time.perf_counter()
            found = transit.run(study, Path(place) / "out", jobs=asked.jobs)
            secs = time.perf_counter() - begin
            states = found.cases["state"].value_counts().to_dict()
            print(f"{what}: {secs:.1f} s, {len(found.cases) / secs:.1f} cases/s, {states}")
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        page_mb = (Path(place) / "out" / "index.html").stat().st_size / 1e6
        print(f"peak {peak_mb:.0f} MB; index page {page_mb:.1f} MB; {len(found.faults)} faults")
        for fault in found.faults[:3]:
            print(fault)


if __name__ == "__main__":
    main()
