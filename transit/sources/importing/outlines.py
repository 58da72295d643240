"""Outlines of parks and zones out of any file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from transit.datum import Datum
from transit.schema import Table
from transit.sources.new_area import Outlines
from transit.sources.tables import Facts, read_places


def outlines_of(path: Path, table: Table, datum: Datum, facts: Facts) -> Outlines:
    """The parks or zones of the file ``path`` (positions in ``datum``), in WGS-84."""
    reading = read_places(path, table, datum=datum, facts=facts)
    shapes = np.empty(0, dtype=object) if reading.shapes is None else reading.shapes
    return Outlines(reading.frame, shapes)
