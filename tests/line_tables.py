"""Tables of two make-believe lines, written in all the ways in which they reach a planner.

Line 7 (written 7路) runs 甲—乙—丙 and back, its stops 0.01° apart on 22.70° N; the other kerb
lies 0.0001° further north.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

OUT = [("甲", "114.01", "22.70"), ("乙", "114.02", "22.70"), ("丙", "114.03", "22.70")]
BACK = [("丙", "114.03", "22.7001"), ("乙", "114.02", "22.7001"), ("甲", "114.01", "22.7001")]
LINES = {"007路(甲-丙)": OUT, "007路(丙-甲)": BACK}

PYTHON = [
    (name, str([stop for stop, _, _ in calls]), str([f"{x},{y}" for _, x, y in calls]))
    for name, calls in LINES.items()
]
POLYLINE = [
    (name, "、".join(stop for stop, _, _ in calls), ";".join(f"{x},{y}" for _, x, y in calls))
    for name, calls in LINES.items()
]
CALLS = [
    (name, way, str(number), *call)
    for (name, calls), way in zip(LINES.items(), ("上行", "下行"), strict=True)
    for number, call in enumerate(calls, 1)
]


def written(path: Path, columns: str, rows: list[tuple[str, ...]], encoding: str = "utf-8") -> Path:
    """The CSV file ``path`` with the ``columns`` (divided by spaces) and ``rows``."""
    frame = pd.DataFrame(rows, columns=columns.split())
    frame.to_csv(path, index=False, encoding=encoding)
    return path
