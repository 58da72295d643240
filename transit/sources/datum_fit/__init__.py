"""Which datum a table is in, parts of it in another one, and numbers that are no degrees."""

from transit.sources.datum_fit.fit import DatumFit, datum_fit
from transit.sources.datum_fit.layers import LayerKind, TrustedLayer
from transit.sources.datum_fit.parts import part_problems, parts_in_another_datum
from transit.sources.datum_fit.written import Writing, written_as

__all__ = [
    "DatumFit",
    "LayerKind",
    "TrustedLayer",
    "Writing",
    "datum_fit",
    "part_problems",
    "parts_in_another_datum",
    "written_as",
]
