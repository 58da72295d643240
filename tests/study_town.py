"""The make-believe town as two study areas on disk, and a study of both.

``west`` has the parks P1 (the town's own) and P2 (by the stop 远山, without gates) and the
scenarios ``closer`` and ``denser``; ``east`` has P1 and ``closer`` only. With the area as it is
and the limits 200 m and 500 m that makes 2 × 2 × 3 + 1 × 2 × 2 = 16 cases.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
import town

from transit.model.park import Park
from transit.sources.area import box_in_metres
from transit.sources.new_area import AreaFacts, Outlines, box_of, write_new_area
from transit.units import WGS84, transform, unproject

CASES = 16
P2 = {"park_id": "P2", "bounds": (1000, 1000, 1150, 1100), "point": None}
# A kerb 100 m north of P1, and line 101 every 5 instead of every 10 minutes.
CLOSER = """scenario: closer
title: 北侧新设站
changes:
  - {{verb: new_stop, stop_id: X1, stop_name: 北门, lon: {lon:.7f}, lat: {lat:.7f}, datum: WGS-84,
     indicative: true, year: 2026, source: make-believe}}
""".format(**dict(zip(("lon", "lat"), town.degrees(400, 600), strict=True)))
DENSER = """scenario: denser
title: 101 路加密
changes:
  - {verb: change_headway, line: "101", headway_secs: 300, indicative: false, year: 2026, source: x}
"""
ONE_MEASURE = "measures: buses_per_hour\n"
FEW = "parks: P1\nscenarios: [denser]\n" + ONE_MEASURE
"""The end of a study with P1 only, and ``denser``, of the west: 2 × 2 + 2 × 1 cases."""
FEW_CASES = 6
STUDY = """study: two towns
areas: [west, east]
limits_m: [200, 500]
"""


def write_area(
    folder: Path, area_id: str, parks: Sequence[Park], scenarios: Mapping[str, str]
) -> Path:
    """The town with ``parks`` as a study area in the new ``folder``."""
    box = box_of([town.degrees(-500, -500), town.degrees(2000, 2000)], 0)
    network = replace(town.network(), study_area=box_in_metres(box, town.CRS))
    facts = AreaFacts(
        area_id, box, 2020, parks=_outlines(parks), gates=pd.concat([one.gates for one in parks])
    )
    write_new_area(folder, network, facts, note="make-believe")
    (folder / "scenarios").mkdir()
    for name, text in scenarios.items():
        (folder / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def write_towns(folder: Path, more: str = "") -> Path:
    """Both areas and the file of the study, which ends with ``more``; the path of that file."""
    shutil.copytree(_towns(), folder)
    path = folder / "study.yaml"
    path.write_text(STUDY + more, encoding="utf-8")
    return path


@cache
def _towns() -> Path:
    """Both areas, written once."""
    folder = Path(tempfile.mkdtemp(prefix="towns"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    parks = town.park(), town.park({}, **P2)
    write_area(folder / "west", "west", parks, {"closer": CLOSER, "denser": DENSER})
    write_area(folder / "east", "east", parks[:1], {"closer": CLOSER})
    return folder


def _outlines(parks: Sequence[Park]) -> Outlines:
    points = [unproject(np.array([[one.point.x, one.point.y]]), town.CRS)[0] for one in parks]
    table = pd.DataFrame(
        {
            "park_id": [one.park_id for one in parks],
            "park_name": [one.park_name for one in parks],
            "point_lon": [point[0] for point in points],
            "point_lat": [point[1] for point in points],
            "point_source": "make-believe",
            **town.MARKS,
        }
    )
    shapes = np.empty(len(parks), dtype=object)
    shapes[:] = [
        shapely.transform(one.outline, lambda xy: transform(xy, town.CRS, WGS84)) for one in parks
    ]
    return Outlines(table, shapes)
