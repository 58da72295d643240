"""Every measure by name, with unit, definition, denominator and whose definition it is."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from transit.analysis.measures import MEASURES
from transit.analysis.operation import OPERATION
from transit.terms import terms

_COLUMNS = ("measure", "name", "unit", "definition", "denominator", "status")


def metrics(language: str = "zh-CN") -> pd.DataFrame:
    """One row a measure of ``measures`` and ``operation``, in ``zh-CN`` or ``en``.

    Columns: ``measure`` (as tables and options have it), ``name``, ``unit``, ``definition``,
    ``denominator`` (a dash where it is no ratio) and ``status``, which says whose definition it
    is. Raises ``UsageError`` for a language that there are no texts in.

    >>> metrics("en").set_index("measure").loc["share_walk", "denominator"]
    "area of the park's outline"
    """
    return pd.DataFrame(_rows(language), columns=pd.Index(_COLUMNS))


def _rows(language: str) -> Iterator[tuple[str, ...]]:
    said = terms(language)
    units = {name: one.unit for name, one in MEASURES.items()}
    units |= {name: unit for name, (unit, _) in OPERATION.items()}
    for name, unit in units.items():
        key = f"measure_{name}"
        yield (
            name, said[key], said.get(f"unit_{unit}", unit), said[f"{key}.means"],
            said.get(f"{key}.of", said["metric_no_denominator"]),
            said.get(f"{key}.status", said["metric_own"]),
        )  # fmt: skip
