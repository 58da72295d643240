"""The data dictionary of what is exported: every column with its kind, unit and meaning."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from transit.exporting.layers import Layer


def dictionary(layers: Sequence[Layer]) -> pd.DataFrame:
    """One row a column: ``table``, ``column``, ``kind``, ``unit``, ``meaning``, ``table_meaning``.

    Clock times are written HH:MM:SS, so they have no unit.
    """
    rows = [
        (layer.name, column.name, column.kind, "" if column.kind == "time" else column.unit,
         column.meaning, layer.table.meaning)
        for layer in layers for column in layer.columns
    ]  # fmt: skip
    names = ["table", "column", "kind", "unit", "meaning", "table_meaning"]
    return pd.DataFrame(rows, columns=names)
